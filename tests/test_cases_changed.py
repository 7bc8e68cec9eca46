"""The labelled cases with a change that means nothing: an alert more, the lines in another order, a remark at the claim
instead of its line. What is said of each line must stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from tests.casefile import LabelledCase, read
from tests.labels import row_of
from tests.shipped import engine, mappings

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("?/*.txt"))
_CAS = re.compile(r"[A-Z]{2}-\w+=")
Said = dict[tuple[str, int], tuple[str, ...]]


def said(case: LabelledCase) -> Said:
    """State, rule, cause and verdict of every labelled line, by number and line."""
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine(), mappings())
    found: Said = {}
    for label in case.expected:
        row = row_of(result, label.number, label.line)
        finding = next((f for f in result.findings if f.row is row), None)
        words = (finding.rule, finding.cause.id, finding.verdict) if finding else ()
        found[label.number, label.line] = (row.state if row else "no row", *words)
    return found


@cache
def cases(path: Path) -> list[tuple[LabelledCase, Said]]:
    """The cases of a file, and what is said of each as it stands."""
    return [(case, said(case)) for case in read(path)]


def one_alert_more(case: LabelledCase) -> None:
    for entry in case.entries:
        for line in entry.lines if entry.kind == "remit" else []:
            line.words += ["MA01", "N1"]


def remarks_at_the_claim(case: LabelledCase) -> None:
    for entry in case.entries:
        if entry.kind == "remit" and len(entry.lines) == 1:
            (line,) = entry.lines
            entry.words += [f"MOA:{word}" for word in line.words[1:] if not _CAS.match(word)]
            line.words = [line.words[0], *(word for word in line.words[1:] if _CAS.match(word))]


def lines_turned_round(case: LabelledCase) -> None:
    """The claims' lines and their answers; labels move with them. A claim that is not ours keeps its order."""
    ours = {entry.number: len(entry.lines) for entry in case.entries if entry.kind == "claim"}
    for entry in case.entries:
        if entry.number in ours:
            entry.lines.reverse()
    for label in case.expected:
        number = label.number.partition("/")[0]
        if label.line and number in ours:
            label.line = ours[number] + 1 - label.line


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("change", [one_alert_more, remarks_at_the_claim, lines_turned_round])
def test_what_means_nothing_changes_nothing(change: Callable[[LabelledCase], None], path: Path) -> None:
    for case, before in cases(path):
        changed = deepcopy(case)
        change(changed)
        assert list(said(changed).values()) == list(before.values()), case.name
