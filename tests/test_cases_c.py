"""Labelled lines of domain.md sections 2 and 3 (rows 1 to 22) and of the settled questions of INTERFACE.md.

Written by a reader of these pages who had not seen the rules; hard_answers, long_histories and the ends of some others
by the same reader, who knew some by then. `a|b` as a cause: the notes leave both open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Result
from tests.casefile import Expected, LabelledCase, parse, read
from tests.labels import differences
from tests.shipped import engine, mappings

FILES = sorted((Path(__file__).parent / "cases" / "c").glob("*.txt"))
CASES = [(path.stem, case) for path in FILES for case in read(path)]
LABELS = [(stem, case, expected) for stem, case in CASES for expected in case.expected]


@lru_cache
def result(name: str) -> Result:
    case = next(case for _, case in CASES if case.name == name)
    return rulecheck.analyse(Example(name, "", 1, case.parts), engine(), mappings())


@pytest.mark.parametrize(
    ("case", "expected"),
    [pytest.param(c, e, id=f"{stem}-{e.number}-{e.line}-{e.cause or e.state}") for stem, c, e in LABELS],
)
def test_the_label_is_what_is_said(case: LabelledCase, expected: Expected) -> None:
    assert not list(differences(expected, result(case.name))), case.name


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


def test_the_next_step_fits_a_payer_that_takes_no_frequency_7() -> None:
    commercial = next(f for f in result("global in the hospital").findings)
    assert "frequency 7" in commercial.action
    assert "reopening" not in commercial.action
    text = "== part b\nclaim N1 pos=22 filing=MB\n  78452 1450\nremit N1 fac=22 cfc=MB\n  78452 1450 CO-5=1450 M77"
    medicare = rulecheck.analyse(Example("part b", "", 1, parse(text)[0].parts), engine(), mappings()).findings[0]
    assert medicare.action.startswith(commercial.action)
    assert "ask for a reopening" in medicare.action
