"""Why a line was not paid: rules judge what facts observe, and the best-ranked rule that fits names the cause.

One finding for every row that is unpaid or reduced, and for every row whose first denial was overturned or replaced.
All rules that fit are kept beside the primary one; money is counted with the primary one only.
"""

from __future__ import annotations

from collections.abc import Sequence

from edi.analysis.causes.findings import NO_WORTH, Evidence, Finding, Worth, finding_id, payer_evidence
from edi.analysis.causes.rules import DENIALS, Rule, RuleIndex, When
from edi.analysis.facts import FACTS, NotChecked, Seen
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Cause, Reference
from edi.analysis.subject import PayerHabits, Subject

UNEXPLAINED = "unexplained"


_ORDER = {"for": 0, "against": 1, "context": 2, "not-checked": 3}


class Hearing:
    """What the facts say of one row, each asked once."""

    __slots__ = ("_said", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._said: dict[str, Seen | NotChecked | None] = {}

    def ask(self, name: str) -> Seen | NotChecked | None:
        """What a fact observes."""
        if name not in self._said:
            self._said[name] = FACTS[name].observe(self.subject)
        return self._said[name]

    def holds(self, names: Sequence[str]) -> bool:
        """Whether all of these facts hold. (A plain loop: this is where the time of explaining goes.)"""
        for name in names:  # noqa: SIM110
            if type(self.ask(name)) is not Seen:
                return False
        return True

    def verdict(self, rule: Rule) -> str | None:
        """How sure a rule is; None where it does not fit."""
        if not self.holds(rule.require):
            return None
        for name in rule.exclude:
            if type(self.ask(name)) is Seen:
                return None
        for groups, verdict in (
            (rule.contradict, "contradicted"),
            (rule.confirm, "confirmed"),
            (rule.support, "likely"),
        ):
            for names in groups:
                if self.holds(names):
                    return verdict
        return "stated"

    def evidence(self, rule: Rule) -> list[Evidence]:
        """What was looked at for a rule: for it, against it, beside it, and what could not be looked at."""
        found: dict[str, Evidence] = {}
        held = [names for names in (*rule.confirm, *rule.support) if self.holds(names)]
        refuting = [names for names in rule.contradict if self.holds(names)]
        for weight, groups in (("for", [*held, rule.require]), ("against", refuting), ("context", [rule.look])):
            for name in (name for names in groups for name in names):
                seen = self.ask(name)
                if isinstance(seen, Seen) and name not in found:
                    fact = FACTS[name]
                    found[name] = Evidence(weight, seen.side or fact.side, fact.what, seen.value, seen.at)
        for name in (n for names in (*rule.confirm, *rule.support, *rule.contradict, rule.look) for n in names):
            said = self.ask(name)
            if isinstance(said, NotChecked) and name not in found:
                found[name] = Evidence("not-checked", "reference", f"not checked: {said.why}", None, None)
        return sorted(found.values(), key=lambda evidence: _ORDER[evidence.weight])


class Judge:
    """Applies the rules to rows. One per run: it holds the rules, the reference data and the payers' habits."""

    def __init__(self, rules: RuleIndex, reference: Reference, habits: PayerHabits) -> None:
        self.rules = rules
        self.reference = reference
        self.habits = habits

    def findings(self, rows: Sequence[Outcome]) -> list[Finding]:
        """The findings of one group of rows; also fills in cause and verdict of the rows. Scans come first, so that
        what depends on them can point to them."""
        asked = []
        for row in rows:
            if row.state == "paid" and row.split.rule_cut and not _was_denied(row):
                row.cause = "payment-rule-reduction"
            if _asks(row):
                asked.append(row)
        if not asked:
            return []
        cases: dict[int, list[Outcome]] = {}
        patients: dict[object, list[Outcome]] = {}
        for row in rows:
            cases.setdefault(id(row.case), []).append(row)
            for key in {row.claim.patient_key, row.claim.member_id} - {None}:
                patients.setdefault(key, []).append(row)
        found: dict[int, Finding] = {}
        subjects = [self._subject(row, cases[id(row.case)], _same_patient(row, patients)) for row in asked]
        subjects.sort(key=lambda s: s.scan is not None)
        for subject in subjects:
            scan = subject.scan
            if scan is not None and id(scan) in found:
                subject.scan_finding = found[id(scan)].id
            found[id(subject.row)] = self._finding(subject)
        return [found[id(row)] for row in asked]

    def _subject(self, row: Outcome, siblings: list[Outcome], patient: list[Outcome]) -> Subject:
        state, entry = row.state, row.deciding
        if state in ("paid", "void"):
            state, entry = row.first_state or state, row.first_entry
        elif state == "taken-back":
            entry = row.entries[-1] if row.entries else None
        return Subject(row, entry, state, siblings, patient, self.reference, self.habits)

    def _finding(self, subject: Subject) -> Finding:
        row = subject.row
        hearing = Hearing(subject)
        fitting = self.judge(hearing)
        rule, verdict = fitting[0] if fitting else (None, "stated")
        cause_id = rule.cause if rule else UNEXPLAINED
        cause = self.reference.causes.get(cause_id) or Cause(cause_id, cause_id, "yes", "", "", "")
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
            why=rule.why if rule else "No rule knows this combination of codes and claim data.",
            action=(rule.action if rule and rule.action else cause.next_step) or "",
            denied=row.split.denied if is_open else 0,
            worth=self._worth(subject, rule) if is_open and cause.denial == "yes" else NO_WORTH,
            open=is_open,
            evidence=[*payer_evidence(subject), *(hearing.evidence(rule) if rule else [])],
            also=[(other.id, other.cause, other_verdict) for other, other_verdict in fitting[1:]],
            depends_on=subject.scan_finding if rule and rule.follows_scan else None,
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
        claim, units = row.claim, float(row.line.units or 1) if row.line else 1.0
        fee = self.reference.expected_allowed(
            claim.payer_name, claim.payer_id, row.code, row.modifiers, subject.place, subject.date, units
        )
        if fee is not None:
            return Worth("fee table", settled, max(fee - settled, 0))
        payer = remit.payment.payer_name or ""
        part = next((m for m in ("26", "TC") if m in row.modifiers), "")
        habit = "\x1f".join((payer, row.code, part, remit.facility_code or ""))
        return Worth("payer's usual", settled, None, habit)

    def judge(self, hearing: Hearing) -> list[tuple[Rule, str]]:
        """Every rule that fits the row with its verdict, best first."""
        subject = hearing.subject
        reasons = {a.reason_code or "" for a in subject.reasons}
        fitting = []
        for rule in self.rules.candidates(subject.state, reasons, subject.remark_codes):
            if any(_called(when, subject) for when in rule.when):
                verdict = hearing.verdict(rule)
                if verdict is not None:
                    fitting.append((rule, verdict))
        return fitting


def _was_denied(row: Outcome) -> bool:
    return row.first_state in DENIALS


def _asks(row: Outcome) -> bool:
    """Whether a row needs a finding: it is unpaid or reduced, or its first denial was overturned or replaced."""
    if row.extra:
        return row.split.denied != 0
    return row.state not in ("paid", "void") or _was_denied(row)


def _same_patient(row: Outcome, patients: dict[object, list[Outcome]]) -> list[Outcome]:
    """The rows of the row's patient, by name and birth date or by member id."""
    by_name = patients.get(row.claim.patient_key, [])
    by_member = patients.get(row.claim.member_id, [])
    if by_name == by_member or not by_member:
        return by_name
    return list({id(other): other for other in [*by_name, *by_member]}.values())


def _called(when: When, subject: Subject) -> bool:
    if subject.state not in when.states or (when.roles and subject.role not in when.roles):
        return False
    if when.remarks and when.remarks.isdisjoint(subject.remark_codes):
        return False
    if when.statuses and (subject.remit is None or subject.remit.status not in when.statuses):
        return False
    if not when.reasons and not when.groups:
        return True
    reasons, groups = when.reasons, when.groups
    return any((not reasons or r in reasons) and (not groups or g in groups) for g, r in subject.reason_pairs)
