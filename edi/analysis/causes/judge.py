"""Why a line was not paid: rules judge what facts observe, and the best-ranked rule that fits names the cause.

One finding for every row that is unpaid or reduced, and for every row whose first denial was overturned or replaced.
All rules that fit are kept beside the primary one; money is counted with the primary one only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edi.analysis.causes import paid, rebilled
from edi.analysis.causes.findings import (
    NO_WORTH,
    Evidence,
    Finding,
    Worth,
    finding_id,
    next_step,
    payer_evidence,
    unexplained,
)
from edi.analysis.causes.rules import DENIALS, Rule, RuleIndex
from edi.analysis.facts import FACTS, NotChecked, Seen
from edi.analysis.outcomes.agreed import agreed
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Cause, Reference
from edi.analysis.subject import SCANS, PayerHabits, Subject

UNEXPLAINED = "unexplained"
OBSERVE = {name: fact.observe for name, fact in FACTS.items()}
Said = Seen | NotChecked | None


class Hearing(dict[str, Said]):
    """What the facts say of one row, by name; each is asked once."""

    __slots__ = ("subject",)

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def __missing__(self, name: str) -> Said:
        said = self[name] = OBSERVE[name](self.subject)
        return said

    def holds(self, names: Sequence[str]) -> bool:
        """Whether all of these facts hold. (A plain loop: this is where the time of explaining goes.)"""
        for name in names:  # noqa: SIM110
            if type(self[name]) is not Seen:
                return False
        return True

    def verdict(self, rule: Rule) -> str | None:
        """How sure a rule is; None where it does not fit."""
        for name in rule.require:
            if type(self[name]) is not Seen:
                return None
        for name in rule.exclude:
            if type(self[name]) is Seen:
                return None
        for names, verdict in rule.grounds:
            if self.holds(names):
                return verdict
        return "stated"

    def evidence(self, rule: Rule) -> list[Evidence]:
        """What was looked at for a rule: for it, against it, beside it, and what could not be looked at."""
        found: dict[str, Evidence] = {}
        unchecked: dict[str, Evidence] = {}  # by what is missing: several facts may want the same table
        for weight, name, fact, others in rule.exhibits:
            said = self[name]
            if said is None:
                continue
            if type(said) is Seen:
                if name not in found and (not others or self.holds(others)):
                    found[name] = Evidence(weight, said.side or fact.side, fact.what, said.value, said.at)
            elif type(said) is NotChecked:
                unchecked[said.why] = Evidence("not-checked", "reference", f"not checked: {said.why}", None, None)
        return [*found.values(), *unchecked.values()]


class Judge:
    """Applies the rules to rows. One per run: it holds the rules, the reference data and the payers' habits."""

    def __init__(self, rules: RuleIndex, reference: Reference, habits: PayerHabits) -> None:
        self.rules = rules
        self.reference = reference
        self.habits = habits

    def findings(self, rows: list[Outcome]) -> list[Finding]:
        """The findings of one group of rows; also fills in cause and verdict of the rows. Scans come first, so that
        what depends on them can point to them."""
        asked = []
        fees = self.reference.fees is not None
        for row in rows:
            if row.state == "paid":
                if fees or row.net.total.rule_cut:
                    paid.say(row, self.reference)
                if row.first_state == "paid" and not row.extra:  # by far the most rows
                    continue
            if _asks(row):
                asked.append(row)
        if not asked:
            return []
        circles = _circles(rows)
        subjects = [self._subject(row, circles[id(row.case)]) for row in asked]
        if len(subjects) > 1:
            subjects.sort(key=lambda subject: subject.role not in SCANS)
        found: dict[int, Finding] = {}
        for subject in subjects:
            finding = found[id(subject.row)] = self._finding(subject, found)
            rebilled.tell(finding)
        return [found[id(row)] for row in asked]

    def _subject(self, row: Outcome, circle: _Circle) -> Subject:
        state, entry = row.state, row.deciding
        if state in ("paid", "void"):
            state, entry = row.first_state or state, row.first_entry
        return Subject(row, entry, state, circle.siblings, circle.patient, self.reference, self.habits, circle.known)

    def _finding(self, subject: Subject, found: Mapping[int, Finding]) -> Finding:
        """The finding of a row. `found`: those of the scans, by the id() of their rows."""
        row = subject.row
        hearing = Hearing(subject)
        fitting = self.judge(hearing)
        rule, verdict = fitting[0] if fitting else (None, "stated")
        cause_id = rule.cause if rule else UNEXPLAINED
        cause = self.reference.causes.get(cause_id) or Cause(cause_id, cause_id, "yes", "", "", "")
        scan = found.get(id(subject.scan)) if rule and rule.follows_scan else None
        evidence = payer_evidence(subject)
        if rule:
            evidence += hearing.evidence(rule)
        is_open = row.state not in ("paid", "void")
        if is_open:
            row.cause, row.verdict = cause_id, verdict
        return Finding(
            id=finding_id(row),
            row=row,
            subject=subject,
            rule=rule.id if rule else "R000",
            cause=cause,
            verdict=verdict,
            why=rule.why if rule else unexplained(subject),
            action=next_step((rule.action if rule and rule.action else cause.next_step) or "", subject),
            denied=row.split.denied if is_open else 0,
            worth=self._worth(subject, rule) if is_open and cause.denial == "yes" else NO_WORTH,
            open=is_open,
            evidence=evidence,
            also=[(other.id, other.cause, other_verdict) for other, other_verdict in fitting[1:]],
            depends_on=scan.id if scan else None,
        )

    def _worth(self, subject: Subject, rule: Rule | None) -> Worth:
        """What the recoverable amount rests on: nothing to recover, the fee table, else the payer's usual amount."""
        row = subject.row
        settled = max(row.split.paid, 0) + max(row.split.patient, 0)
        if rule is not None and not rule.recoverable:
            return Worth("nothing to recover", settled, 0)
        remit = subject.remit
        if row.code is None or remit is None:
            return Worth(None, settled, None)
        fee = agreed(row, self.reference)
        if fee is not None:
            return Worth("fee table", settled, max(fee - settled, 0))
        payer = remit.payment.payer_name or ""
        modifiers = subject.modifiers
        part = "26" if "26" in modifiers else "TC" if "TC" in modifiers else ""
        habit = "\x1f".join((payer, row.code, part, remit.facility_code or ""))
        return Worth("payer's usual", settled, None, habit)

    def judge(self, hearing: Hearing) -> list[tuple[Rule, str]]:
        """Every rule that fits the row with its verdict, best first."""
        subject = hearing.subject
        status = subject.remit.status if subject.remit else None
        fitting = []
        codes = (subject.state, subject.role, status, subject.reason_pairs, subject.remark_codes)
        for rule in self.rules.called(codes):
            verdict = hearing.verdict(rule)
            if verdict is not None:
                fitting.append((rule, verdict))
        return fitting


def _asks(row: Outcome) -> bool:
    """Whether a row needs a finding: it is unpaid or reduced, or its first denial was overturned or replaced."""
    if row.extra:
        return row.split.denied != 0
    return row.state not in ("paid", "void") or row.first_state in DENIALS


@dataclass(slots=True)
class _Circle:
    """The rows around a row: those of its claim, and those of its patient; and what is known of the claim."""

    siblings: list[Outcome]
    patient: list[Outcome]
    known: dict[Any, Any] = field(default_factory=dict)


def _circles(rows: list[Outcome]) -> dict[int, _Circle]:
    """The circle of each case, by its id(). A patient is one by name and birth date, or by member id."""
    ids = {id(row.case) for row in rows}
    if len(ids) == 1:  # by far the most groups
        return {ids.pop(): _Circle(rows, rows)}
    circles: dict[int, _Circle] = {}
    for row in rows:
        circles.setdefault(id(row.case), _Circle([], [])).siblings.append(row)
    patients: dict[object, list[Outcome]] = {}
    claims = {case: circle.siblings[0].claim for case, circle in circles.items()}
    keys = {case: (claim.patient_key, claim.member_id) for case, claim in claims.items()}
    for row in rows:
        for key in keys[id(row.case)]:
            if key is not None:
                patients.setdefault(key, []).append(row)
    for case, circle in circles.items():
        by_name, by_member = (patients.get(key, []) for key in keys[case])
        circle.patient = by_name
        if by_member and by_member != by_name:
            circle.patient = list({id(row): row for row in [*by_name, *by_member]}.values())
    return circles
