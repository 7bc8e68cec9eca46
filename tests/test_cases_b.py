"""Labelled lines: duplicates, other billers, stays, deadlines, coverage, payers, providers, data, expected zeroes.

The answers were written from the domain notes (section 3, rows 17 to 24, 27 to 30, 34 to 44) and INTERFACE.md.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from tests import casefile

FILES = sorted((Path(__file__).parent / "cases" / "b").glob("*.txt"))
CASES = [(path.stem, case) for path in FILES for case in casefile.read(path)]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case.name}" for file, case in CASES])
def test_case(file: str, case: casefile.LabelledCase, engine: Engine, mappings: mapping.Mappings) -> None:
    result = rulecheck.analyse(Example(case.name, "stated", 1, case.parts), engine, mappings)
    found = {id(finding.row): finding for finding in result.findings}
    assert case.expected, f"{file}: {case.name} expects nothing"
    wrong = []
    for expected in case.expected:
        number, _, frequency = expected.number.partition("/")
        rows = [
            row
            for row in result.rows
            if row.claim.control_number == number
            and (not frequency or row.claim.frequency == frequency)
            and (row.line.line_number if row.line else 0) == expected.line
        ]
        if len(rows) != 1:
            wrong.append(f"{expected}: {len(rows)} rows")
            continue
        row = rows[0]
        finding = found.get(id(row))
        got = (row.state, finding.cause.id if finding else None, finding.verdict if finding else None)
        other_cause = expected.cause != got[1] and row.state != "void"  # a voided claim may keep its first finding
        if expected.state != got[0] or other_cause or (expected.verdict and expected.verdict != got[2]):
            wrong.append(f"{expected}: {got} {finding.rule if finding else ''}")
        elif expected.denied and f"{row.split.denied / 100:.2f}" != expected.denied:
            wrong.append(f"{expected}: denied {row.split.denied / 100:.2f}")
    assert not wrong, "\n".join(wrong)


def test_enough_lines_are_labelled() -> None:
    causes = Counter(expected.cause for _, case in CASES for expected in case.expected if expected.cause)
    assert sum(causes.values()) >= 90
