"""Why a line was not paid: rules judge what facts observe, and the best-ranked rule that fits names the cause.

One finding for every row that is unpaid or reduced, and for every row whose first denial was overturned or replaced.
All rules that fit are kept beside the primary one; money is counted with the primary one only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edi.analysis.facts import FACTS, NotChecked, Seen
from edi.analysis.findings import NO_WORTH, Evidence, Finding, Worth, finding_id, payer_evidence
from edi.analysis.outcome import Outcome
from edi.analysis.reference import Cause, Reference
from edi.analysis.rules import DENIALS, Rule, RuleIndex, When
from edi.analysis.subject import PayerHabits, Subject

UNEXPLAINED = "unexplained"


@dataclass(slots=True)
class Judgement:
    """A rule that fits, and what its facts say."""

    rule: Rule
    verdict: str
    evidence: list[Evidence]


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
        judgements = self.judge(subject)
        best = judgements[0] if judgements else None
        cause_id = best.rule.cause if best else UNEXPLAINED
        cause = self.reference.causes.get(cause_id) or Cause(cause_id, cause_id, "yes", "", "", "")
        is_open = row.state not in ("paid", "void")
        verdict = best.verdict if best else "stated"
        if is_open:
            row.cause, row.verdict = cause_id, verdict
        rule = best.rule if best else None
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
            evidence=[*payer_evidence(subject), *(best.evidence if best else [])],
            also=[(j.rule.id, j.rule.cause, j.verdict) for j in judgements[1:]],
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

    def judge(self, subject: Subject) -> list[Judgement]:
        """Every rule that fits the row, best first."""
        reasons = {a.reason_code or "" for a in subject.reasons}
        candidates = self.rules.candidates(subject.state, reasons, subject.remark_codes)
        memo: dict[str, Seen | NotChecked | None] = {}
        fitting = []
        for rule in candidates:
            if any(_called(when, subject) for when in rule.when):
                judgement = self._apply(rule, subject, memo)
                if judgement is not None:
                    fitting.append(judgement)
        return fitting

    def _apply(self, rule: Rule, subject: Subject, memo: dict[str, Seen | NotChecked | None]) -> Judgement | None:
        def observe(name: str) -> Seen | NotChecked | None:
            if name not in memo:
                memo[name] = FACTS[name].observe(subject)
            return memo[name]

        def holds(names: Sequence[str]) -> bool:
            return all(isinstance(observe(name), Seen) for name in names)

        if not holds(rule.require) or any(isinstance(observe(name), Seen) for name in rule.exclude):
            return None
        confirmed = [names for names in rule.confirm if holds(names)]
        refuted = [names for names in rule.contradict if holds(names)]
        supported = [names for names in rule.support if holds(names)]
        if refuted:
            verdict = "contradicted"
        elif confirmed:
            verdict = "confirmed"
        elif supported:
            verdict = "likely"
        else:
            verdict = "stated"
        evidence: dict[str, Evidence] = {}
        for weight, chosen in (
            ("for", [n for names in confirmed for n in names] + [n for names in supported for n in names]),
            ("for", list(rule.require)),
            ("against", [n for names in refuted for n in names]),
            ("context", list(rule.look)),
        ):
            for name in chosen:
                seen = observe(name)
                if isinstance(seen, Seen) and name not in evidence:
                    evidence[name] = Evidence(
                        weight, seen.side or FACTS[name].side, FACTS[name].what, seen.value, seen.at
                    )
        groups = (*rule.confirm, *rule.support, *rule.contradict, rule.look)
        for name in dict.fromkeys(name for names in groups for name in names):
            seen = observe(name)
            if isinstance(seen, NotChecked) and name not in evidence:
                text = f"not checked: {seen.why}"
                evidence[name] = Evidence("not-checked", "reference", text, None, None)
        order = {"for": 0, "against": 1, "context": 2, "not-checked": 3}
        return Judgement(rule, verdict, sorted(evidence.values(), key=lambda e: order[e.weight]))


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
