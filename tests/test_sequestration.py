"""The federal cut is two percent of what was to be paid; another amount is told, and no line's cause changes by it."""

from __future__ import annotations

from functools import cache

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.analysis.notes import notes
from edi.records import mapping
from edi.resources import Resources
from tests.casefile import parse


@cache
def engine() -> Engine:
    return Engine(Resources())


def told(answer: str) -> list[tuple[str, str, str]]:
    """Notes on the cut of one scan (charge 1450.00) that Medicare answered."""
    case = parse(f"== one\nclaim A1 filing=MB\n  78452 1450\n{answer}")[0]
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine(), mapping.load(Resources()))
    assert [(row.state, row.cause) for row in result.rows] == [("paid", None)]
    found = [note for row in result.rows for note in notes(row, engine().reference)]
    return [(note.rule, note.value, note.expected) for note in found if note.rule == "sequestration-rate"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("remit A1\n  78452 1450 CO-45=420 PR-2=206 CO-253=16.48\n", []),  # 2 % of 1030.00 less 206.00
        ("remit A1\n  78452 1450 CO-45=420 PR-2=206 CO-253=16.50\n", []),  # rounding
        ("remit A1\n  78452 1450 CO-45=420 PR-2=206 CO-253=20.60\n", [("sequestration-rate", "20.60", "16.48")]),
        ("remit A1\n  78452 1450 CO-45=420 CO-253=41.20\n", [("sequestration-rate", "41.20", "20.60")]),  # 4 %
        ("remit A1\n  78452 1450 CO-45=420 PR-2=206\n", []),
        ("remit A1 status=2\n  78452 1450 CO-45=420 OA-23=824 CO-253=50\n", []),  # a later payer's rest
    ],
)
def test_another_rate_is_told(answer: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(answer) == expected
