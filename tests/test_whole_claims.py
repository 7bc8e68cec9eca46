"""A claim of one line that the payer answers as a whole, without SVC, is judged as that line would be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from tests.casefile import Entry, LabelledCase, read
from tests.labels import row_of
from tests.shipped import engine, mappings

CASES = Path(__file__).parent / "cases"
_CAS = re.compile(r"(CO|PR|OA|PI)-\w+=([\d.]+)$")


def _plain(case: LabelledCase, remit: Entry) -> bool:
    """Whether a remittance denies the one line of the one claim of its number, with one reason and nothing else."""
    of_number = [e for e in case.entries if e.number == remit.number]
    if remit.kind != "remit" or len(of_number) != 2 or [len(e.lines) for e in of_number] != [1, 1] or remit.words:
        return False
    (line,) = remit.lines
    reasons = [match for word in line.words[1:] if (match := _CAS.match(word))]
    whole = len(reasons) == 1 and float(reasons[0][2]) == float(line.words[0])
    return whole and not line.segments and "as" not in line.keys


def _as_a_whole(case: LabelledCase, number: str) -> LabelledCase:
    changed = deepcopy(case)
    remit = next(e for e in changed.entries if e.kind == "remit" and e.number == number)
    (line,) = remit.lines
    reason, *remarks = sorted(line.words[1:], key=lambda word: _CAS.match(word) is None)
    remit.lines, remit.words = [], [reason, *(f"MOA:{remark}" for remark in remarks)]
    remit.keys |= {"charge": line.words[0], "on": line.keys.get("date", remit.keys.get("on", "20260305"))}
    return changed


def plain() -> Iterator[tuple[str, LabelledCase]]:
    for path in sorted(CASES.glob("?/*.txt")):
        for case in read(path):
            yield from ((entry.number, case) for entry in case.entries if _plain(case, entry))


PLAIN = list(plain())


def said(case: LabelledCase, number: str, line: int) -> tuple[str, str, str] | None:
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine(), mappings())
    row = row_of(result, number, line)
    finding = next((f for f in result.findings if f.row is row), None)
    return (finding.rule, finding.cause.id, finding.verdict) if finding and row and row.state == "denied" else None


def test_there_are_enough() -> None:
    assert len(PLAIN) > 300


@pytest.mark.parametrize(("number", "case"), [pytest.param(n, c, id=f"{n}: {c.name}") for n, c in PLAIN])
def test_a_claim_of_one_line_answered_as_a_whole_is_judged_as_its_line(number: str, case: LabelledCase) -> None:
    by_line = said(case, number, 1)
    if by_line is not None:
        assert said(_as_a_whole(case, number), number, 0) == by_line
