"""Labelled lines of domain.md sections 2 and 3 (rows 1 to 22) and of the settled questions of INTERFACE.md.

Written by a reader of these pages who had not seen the rules. `a|b` as a cause: the notes leave both open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.findings import Finding
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine, Result
from edi.analysis.outcomes.outcome import Outcome
from edi.records import mapping
from edi.resources import Resources
from tests.casefile import Expected, LabelledCase, read

FILES = sorted((Path(__file__).parent / "cases" / "c").glob("*.txt"))
CASES = [(path.stem, case) for path in FILES for case in read(path)]
LABELS = [(stem, case, expected) for stem, case in CASES for expected in case.expected]
COLUMNS = ("paid", "patient", "contractual", "packaged", "other")


@lru_cache
def engine() -> Engine:
    return Engine(Resources())


@lru_cache
def mappings() -> mapping.Mappings:
    return mapping.load(Resources())


@lru_cache
def result(name: str) -> Result:
    case = next(case for _, case in CASES if case.name == name)
    return rulecheck.analyse(Example(name, "", 1, case.parts), engine(), mappings())


def row_of(found: Result, number: str, line: int) -> Outcome:
    """The row of a line; line 0 is a claim answered as a whole, or what stands at the claim beside its lines."""
    number, _, frequency = number.partition("/")
    rows = [
        row
        for row in found.rows
        if row.claim.control_number == number and (not frequency or row.claim.frequency == frequency)
        if (row.line.line_number if row.line and not row.extra else 0) == line
    ]
    assert len(rows) == 1, f"{number} line {line}: {len(rows)} rows"
    return rows[0]


def wrong(found: Result, expected: Expected) -> list[str]:
    """How the program differs from a label, in words."""
    row = row_of(found, expected.number, expected.line)
    finding = next((one for one in found.findings if one.row is row), None)
    said = {"state": row.state, "cause": finding and finding.cause.id, "verdict": finding and finding.verdict}
    said |= {"denied": f"{(finding.denied if finding else row.split.denied) / 100:.2f}"}
    said |= {name: f"{getattr(row.split, name) / 100:.2f}" for name in COLUMNS}
    said |= {"first": row.first_state, "open": finding and ("yes" if finding.open else "no")}
    said |= {"follows": finding and _place(found, finding.depends_on)}
    wanted = {"state": expected.state, "verdict": expected.verdict, "denied": expected.denied} | expected.keys
    differs = [f"{name} {said[name]}, not {want}" for name, want in wanted.items() if want and said[name] != want]
    if said["cause"] not in (expected.cause.split("|") if expected.cause else [None]):
        differs.append(f"cause {said['cause']} by {finding and finding.rule}, not {expected.cause}")
    return differs


def _place(found: Result, identity: str | None) -> str | None:
    finding: Finding | None = next((one for one in found.findings if one.id == identity), None)
    line = finding and finding.row.line
    return f"{finding.row.claim.control_number}/{line.line_number if line else 0}" if finding else None


@pytest.mark.parametrize(
    ("case", "expected"),
    [pytest.param(c, e, id=f"{stem}-{e.number}-{e.line}-{e.cause or e.state}") for stem, c, e in LABELS],
)
def test_the_label_is_what_is_said(case: LabelledCase, expected: Expected) -> None:
    assert not wrong(result(case.name), expected), case.name


def test_names_of_cases_are_unique_and_there_are_enough() -> None:
    names = [case.name for _, case in CASES]
    assert len(names) == len(set(names))
    assert len(LABELS) >= 280


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=lambda case: case.name)
def test_cents_add_up(case: LabelledCase) -> None:
    found = result(case.name)
    for row in found.rows:
        assert row.balance == 0 or row.state in ("no-response", "pending", "void")
    assert sum(f.denied for f in found.findings) == sum(row.split.denied for row in found.rows)
