"""Why a line was not paid: rules judge what facts observe, and the best-ranked rule that fits names the cause.

One finding for every row that is unpaid or reduced, and for every row whose first denial was overturned or replaced.
All rules that fit are kept beside the primary one; money is counted with the primary one only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from edi.analysis.causes import paid, rebilled
from edi.analysis.causes.findings import (
    NO_WORTH,
    Finding,
    Worth,
    finding_id,
    next_step,
    unexplained,
    varies,
)
from edi.analysis.causes.hearing import Courses
from edi.analysis.causes.payer_words import PayerWords
from edi.analysis.causes.rules import DENIALS, Rule
from edi.analysis.outcomes.agreed import agreed
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Cause, Reference
from edi.analysis.subject import SCANS, PayerHabits, Subject

UNEXPLAINED, UNRULED = "unexplained", "R000"


class Ruling(NamedTuple):
    """What a rule says of every row alike. `why`: '' where no rule fits; `varies`: the action is fitted to the row."""

    rule: str
    cause: Cause
    is_denial: bool
    why: str
    action: str
    varies: bool
    follows_scan: bool


class Judge:
    """Applies the rules to rows. One per run: it holds the rules, the reference data and the payers' habits."""

    def __init__(self, rules: Iterable[Rule], reference: Reference, habits: PayerHabits) -> None:
        self.reference = reference
        self.habits = habits
        self.payer_words = PayerWords(reference)
        self.courses = Courses(rules)
        self.rulings = {UNRULED: self._ruling(None)} | {rule.id: self._ruling(rule) for rule in self.courses.rules}

    def findings(self, rows: list[Outcome], one_case: bool = False) -> list[Finding]:
        """The findings of one group of rows; also fills in cause and verdict of the rows. Scans come first, so that
        what depends on them can point to them. A row asks for one while it is unpaid or reduced, and where its first
        denial was overturned or replaced. `one_case`: the rows are of one claim."""
        fees = self.reference.fees is not None
        asked = [row for row in rows if (fees or not row.plain) and self._asks(row)]
        if not asked:
            return []
        if one_case:
            around = _Circle(rows, rows)
            subjects = [self._subject(row, around) for row in asked]
        else:
            circles = _circles(rows)
            subjects = [self._subject(row, circles[id(row.case)]) for row in asked]
        if len(subjects) == 1:
            return [self._finding(subjects[0], {})]
        subjects.sort(key=lambda subject: subject.role not in SCANS)
        found: dict[int, Finding] = {}
        for subject in subjects:
            found[id(subject.row)] = self._finding(subject, found)
        return [found[id(row)] for row in asked]

    def _asks(self, row: Outcome) -> bool:
        """Whether a row needs a finding. What there is to say of a paid one is said here."""
        if row.state == "paid":
            paid.say(row, self.reference)
        if row.extra:
            return row.split.denied != 0
        return row.state not in ("paid", "void") or row.first_state in DENIALS

    def _ruling(self, rule: Rule | None) -> Ruling:
        cause_id = rule.cause if rule else UNEXPLAINED
        cause = self.reference.causes.get(cause_id) or Cause(cause_id, cause_id, "yes", "", "", "")
        action = (rule.action if rule else None) or cause.next_step or ""
        return Ruling(
            rule=rule.id if rule else UNRULED,
            cause=cause,
            is_denial=cause.denial == "yes",
            why=rule.why if rule else "",
            action=action,
            varies=varies(action),
            follows_scan=rule is not None and rule.follows_scan,
        )

    def _subject(self, row: Outcome, circle: _Circle) -> Subject:
        state, entry = row.state, row.deciding
        if state in ("paid", "void"):
            state, entry = row.first_state or state, row.first_entry
        return Subject(row, entry, state, circle.siblings, circle.patient, self.reference, self.habits, circle.known)

    def _finding(self, subject: Subject, found: Mapping[int, Finding]) -> Finding:
        """The finding of a row. `found`: those of the scans, by the id() of their rows."""
        row = subject.row
        conclusion, said = self.courses[subject.calling].hear(subject)
        rule, verdict = conclusion.rule, conclusion.verdict
        ruling = self.rulings[rule.id if rule else UNRULED]
        scan = found.get(id(subject.scan)) if ruling.follows_scan else None
        is_open = row.state not in ("paid", "void")
        if is_open:
            row.cause, row.verdict = ruling.cause.id, verdict
        denial = ruling.is_denial
        evidence = self.payer_words.evidence(subject)
        conclusion.show(said, evidence)
        finding = Finding(
            id=finding_id(row),
            row=row,
            subject=subject,
            rule=ruling.rule,
            cause=ruling.cause,
            verdict=verdict,
            why=ruling.why or unexplained(subject),
            action=next_step(ruling.action, subject) if ruling.varies else ruling.action,
            denied=row.split.denied if is_open else 0,
            worth=self._worth(subject, rule) if is_open and denial else NO_WORTH,
            open=is_open,
            evidence=evidence,
            also=conclusion.also,
            depends_on=scan.id if scan else None,
        )
        if is_open and denial:
            rebilled.tell(finding)
        return finding

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


@dataclass(slots=True)
class _Circle:
    """The rows around a row: those of its claim, and those of its patient; and what is known of the claim."""

    siblings: list[Outcome]
    patient: list[Outcome]
    known: dict[Any, Any] = field(default_factory=dict)


def _circles(rows: list[Outcome]) -> dict[int, _Circle]:
    """The circle of each case, by its id(). A patient is one by name and birth date, or by member id."""
    circles: dict[int, _Circle] = {}
    for row in rows:
        case = id(row.case)
        if case in circles:
            circles[case].siblings.append(row)
        else:
            circles[case] = _Circle([row], rows)
    claims = {case: circle.siblings[0].claim for case, circle in circles.items()}
    keys = {case: (claim.patient_key, claim.member_id) for case, claim in claims.items()}
    if len(set(keys.values())) == 1:  # one patient, as in most groups
        return circles
    patients: dict[object, list[Outcome]] = {}
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
