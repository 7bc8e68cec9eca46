"""Labelled cases on authorizations, documentation, coding, bundling, supplies and episodes (domain.md section 3, rows 1
to 16, 25, 26, 31 to 33). The answers were written from domain.md and INTERFACE.md, not from the program."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.findings import Finding
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine, Result
from edi.analysis.outcomes.outcome import Outcome
from tests.casefile import Expected, LabelledCase, read
from tests.shipped import engine, mappings

FOLDER = Path(__file__).parent / "cases" / "a"
CASES = [(path.stem, case) for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]
LABELS = [(stem, case, expected) for stem, case in CASES for expected in case.expected]
PAYER = "EXAMPLE HEALTH PLAN"


def analysed(case: LabelledCase, with_engine: Engine | None = None) -> Result:
    return rulecheck.analyse(Example(case.name, "", 1, case.parts), with_engine or engine(), mappings())


@lru_cache
def result(name: str) -> Result:
    return analysed(next(case for _, case in CASES if case.name == name))


def row_of(found: Result, number: str, line: int) -> Outcome:
    rows = [row for row in found.rows if row.claim.control_number == number and not row.extra]
    return next(row for row in rows if row.line is None or row.line.line_number == line)


def finding_of(found: Result, number: str, line: int = 1) -> Finding:
    row = row_of(found, number, line)
    return next(finding for finding in found.findings if finding.row is row)


def told(found: Result, expected: Expected) -> tuple[str | None, ...]:
    """What the program says, cut to what the label says."""
    row = row_of(found, expected.number, expected.line)
    finding = next((f for f in found.findings if f.row is row), None)
    cause = finding.cause.id if finding else None
    verdict = finding.verdict if finding and expected.verdict else None
    denied = f"{finding.denied / 100:.2f}" if finding and expected.denied else None
    return row.state, cause if expected.cause else None, verdict, denied


@pytest.mark.parametrize(
    ("case", "expected"),
    [pytest.param(c, e, id=f"{stem}-{e.number}-{e.line}-{e.cause or e.state}") for stem, c, e in LABELS],
)
def test_the_label_is_what_is_said(case: LabelledCase, expected: Expected) -> None:
    wanted = (expected.state, expected.cause, expected.verdict, expected.denied)
    assert told(result(case.name), expected) == wanted, case.name


def test_names_of_cases_are_unique_and_there_are_enough() -> None:
    names = [case.name for _, case in CASES]
    assert len(names) == len(set(names))
    assert len(LABELS) >= 90


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=lambda case: case.name)
def test_only_denials_hold_denied_money_and_cents_add_up(case: LabelledCase) -> None:
    found = result(case.name)
    for row in found.rows:
        assert row.balance == 0 or row.state in ("no-response", "pending", "void")
    for finding in found.findings:
        assert not finding.denied or finding.cause.denial == "yes"
    assert sum(f.denied for f in found.findings) == sum(row.split.denied for row in found.rows)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=lambda case: case.name)
def test_a_cascade_points_to_its_scan(case: LabelledCase) -> None:
    found = result(case.name)
    for finding in found.findings:
        if finding.cause.id != "dependent-on-denied-scan":
            assert finding.depends_on is None
        elif finding.verdict != "stated":
            assert finding.depends_on in {f.id for f in found.findings if f.cause.id != finding.cause.id}


def test_evidence_names_no_person() -> None:
    private = ("DOE", "JAN", "EHP000111", "19580704", "1958-07-04")
    for _, case in CASES:
        for finding in result(case.name).findings:
            for evidence in finding.evidence:
                assert not any(word in (evidence.value or "") for word in private), (case.name, evidence)


def test_doses_are_never_called_proof() -> None:
    for _, case in CASES:
        for finding in result(case.name).findings:
            if finding.cause.id == "single-study-billed-as-multiple":
                assert finding.verdict != "confirmed"
                assert "consistent with" in finding.why


def test_a_scan_without_a_list_says_what_was_not_checked() -> None:
    finding = finding_of(result("a number on the claim, and the payer says there is none"), "A5")
    assert "not checked: no authorization list loaded" in [e.what for e in finding.evidence]
    assert len([e for e in finding.evidence if e.weight == "not-checked"]) == 1


def test_nothing_is_recoverable_of_a_part() -> None:
    finding = finding_of(result("the push of the agent, the port flush, the line"), "D1", 3)
    assert engine().rules  # the rule says so, whatever the payer usually pays
    rule = next(rule for rule in engine().rules if rule.id == finding.rule)
    assert not rule.recoverable
