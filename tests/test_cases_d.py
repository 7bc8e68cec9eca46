"""Labelled lines by somebody who had not seen the rules (in second_reading, payer_habits and neighbours_and_payers: who
knew some by then): domain.md section 3 rows 23 to 44, sections 1, 5 and 10.

A label may hold more than a cause: what the line was at first, whether it is still open, what it hangs on, its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources
from tests import casefile
from tests.labels import differences, row_of

FILES = sorted((Path(__file__).parent / "cases" / "d").glob("*.txt"))
CASES = [(path.stem, case) for path in FILES for case in casefile.read(path)]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case.name}" for file, case in CASES])
def test_case(file: str, case: casefile.LabelledCase, engine: Engine, mappings: mapping.Mappings) -> None:
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine, mappings)
    assert case.expected, f"{file}: {case.name} expects nothing"
    wrong = [f"{e.number} {e.line}: {text}" for e in case.expected for text in differences(e, result)]
    assert not wrong, "\n".join(wrong)
    for finding in result.findings:
        assert not finding.denied or finding.cause.denial == "yes"
    assert sum(f.denied for f in result.findings) == sum(row.split.denied for row in result.rows)
    for finding in result.findings:
        unchecked = [e.what for e in finding.evidence if e.weight == "not-checked"]
        assert len(unchecked) == len(set(unchecked)), finding.rule  # one missing table is one sentence


def test_names_of_cases_are_unique() -> None:
    names = [case.name for _, case in CASES]
    assert len(names) == len(set(names))


# ---- what an office loaded

Tables = dict[str, list[Mapping[str, Any]]]
CAPITATED: Tables = {"payers": [{"name": "EXAMPLE HEALTH PLAN", "capitated": "yes"}]}
BY_SERVICE: Tables = {"payers": [{"name": "EXAMPLE HEALTH PLAN", "capitated": "no"}]}
CATHETER: Mapping[str, Any] = {"code": "93458", "status": "J1", "effective_from": "2026-01-01"}
OWN_PAYMENT: Mapping[str, Any] = {"code": "A9611", "status": "K", "effective_from": "2026-01-01"}
OFFICE = """
== x
claim A1 filing=HM
  78452 1450
remit A1 cfc=HM
  78452 1450 CO-{reason}=1450
"""
HOSPITAL = """
== x
claim A1 kind=I filing=MA
  93458 9000 rev=0481
  78431 3200 rev=0404
  A9611x8 2900 rev=0343
remit A1 fac=13 cfc=MA
  93458 9000 CO-45=5000 rev=0481
  78431 3200 CO-97=3200 rev=0404
  A9611x8 2900 CO-97=2900 rev=0343
"""


@pytest.mark.parametrize(
    ("text", "line", "tables", "expected"),
    [
        (OFFICE.format(reason="45"), 1, CAPITATED, ("capitated", "capitation", "confirmed")),
        (OFFICE.format(reason="24"), 1, CAPITATED, ("capitated", "capitation", "confirmed")),
        (OFFICE.format(reason="24"), 1, BY_SERVICE, ("denied", "other-coverage-rule", "stated")),
        (OFFICE.format(reason="45"), 1, BY_SERVICE, ("denied", "hidden-denial", "stated")),
        (HOSPITAL, 2, {"opps": [CATHETER, OWN_PAYMENT]}, ("packaged", "packaged-under-opps", None)),
        (HOSPITAL, 3, {"opps": [CATHETER, OWN_PAYMENT]}, ("packaged", "packaged-under-opps", None)),
        (HOSPITAL, 2, {"opps": [OWN_PAYMENT]}, ("denied", "unbundled-component", "stated")),
    ],
)
def test_what_an_office_loaded_decides(
    text: str, line: int, tables: Tables, expected: tuple[str, ...], mappings: mapping.Mappings
) -> None:
    """Rows 16, 33 and 36: capitation is a contract, a comprehensive payment is a status indicator of the year."""
    office = Engine(Resources(), loaded=tables)
    result = rulecheck.analyse(Example("x", "", 1, casefile.parse(text)[0].parts), office, mappings)
    row = row_of(result, "A1", line)
    finding = next(f for f in result.findings if f.row is row)
    state, cause, verdict = expected
    assert row is not None
    assert (row.state, finding.cause.id, verdict and finding.verdict) == (state, cause, verdict)


def test_a_comprehensive_payment_that_cannot_be_checked_is_said(mappings: mapping.Mappings) -> None:
    result = rulecheck.analyse(Example("x", "", 1, casefile.parse(HOSPITAL)[0].parts), Engine(Resources()), mappings)
    scan = next(f for f in result.findings if f.row.code == "78431")
    assert any(e.weight == "not-checked" and "no OPPS status loaded for 93458" in e.what for e in scan.evidence)


def test_no_pair_of_ours_speaks_of_a_later_year(engine: Engine, mappings: mapping.Mappings) -> None:
    """Section 10: from 2027 on the absence of a pair means nothing, so a pair that the payer names is not refuted."""
    text = """
== x
claim A1 on={year}0305 sent={year}0310
  78452 1450
  A9500x2 240
remit A1 on={year}0305 paid={year}0402
  78452 1450 CO-45=420
  A9500x2 240 CO-236=240
"""
    said = []
    for year in ("2026", "2027"):
        parts = casefile.parse(text.format(year=year))[0].parts
        result = rulecheck.analyse(Example("x", "", 1, parts), engine, mappings)
        said.append(result.findings[0].verdict)
    assert said == ["contradicted", "likely"]
