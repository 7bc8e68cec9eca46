"""A claim beside what is known of its patient: builds what the checks look at, asks them, and words what they find.

In: the claims of one group that are about to go out, and the group's claims and remittances of the database. Out:
findings in the order of the files, and what could not be checked. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from edi.analysis.audit import access, claims, coding, studies, supplies
from edi.analysis.audit.checks import CHECKS, Denials, Entry, Found, Past, Unchecked, View
from edi.analysis.grouping import normalised
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.linking.ladder import Ladder
from edi.analysis.linking.submissions import REPLACEMENT, VOID, Case, dates_meet, same_payer, submission_order
from edi.analysis.model import Claim, RemitClaim, ServiceLine
from edi.analysis.outcomes.case_rows import CaseOutcomes
from edi.analysis.outcomes.netting import net
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.subject import PayerHabits, Subject

MODULES = (access, studies, coding, supplies, claims)  # importing them registers their checks
Same = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at before the claim goes out. `line` is None for the claim; `at` is the row to look at."""

    entry: Entry
    claim: Claim
    line: ServiceLine | None
    value: str | None
    at: int
    seen: Denials | None  # how often the denial was seen with this payer; None without a database or a denial


@dataclass
class Audited:
    """What came of one group."""

    findings: list[Finding] = field(default_factory=list)
    unchecked: Counter[Unchecked] = field(default_factory=Counter)  # in lines or claims


def identity(claim: Claim) -> Same:
    """What makes two claims one and the same submission, wherever it was read."""
    lines = tuple((o.procedure, o.modifiers, o.charge, o.units, o.service_date) for o in claim.lines)
    return (claim.kind, claim.control_number, claim.frequency, claim.submitted_key, claim.payer_id, claim.charge, lines)


@dataclass
class Auditor:
    """Everything that is the same for every group. `only`: the numbers of the checks to ask; None: all."""

    catalog: Mapping[str, Entry]
    reference: Reference
    ladder: Ladder
    habits: PayerHabits = field(default_factory=PayerHabits)
    past: Past = field(default_factory=Past)
    hospitals: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def audit(
        self, outgoing: Iterable[Claim], known: Iterable[Claim] = (), remits: Iterable[RemitClaim] = ()
    ) -> Audited:
        """Check the claims of a group. A claim that is among the known ones already is looked at as if it were not."""
        batch = list({identity(claim): claim for claim in reversed(list(outgoing))}.values())
        batch.sort(key=lambda claim: claim.id)
        rows = {claim.id: self._rows(Case(claim)) for claim in batch}
        history = self._history(known, remits)
        self._replace(batch, [*(row for found in rows.values() for row in found), *history])
        stored = {identity(row.claim) for row in history}
        result = Audited()
        for claim in batch:
            mine = identity(claim)
            others = [row for row in history if mine != identity(row.claim)]
            fresh = [other for other in batch if other is not claim and identity(other) not in stored]
            others += [row for other in fresh for row in rows[other.id]]
            view = self._view(claim, rows[claim.id], [row for row in others if same_person(claim, row.claim)])
            self._ask(view, result)
        return result

    def _rows(self, case: Case) -> list[Outcome]:
        return CaseOutcomes(case, self.ladder.line, self.reference).outcomes()

    def _history(self, known: Iterable[Claim], remits: Iterable[RemitClaim]) -> list[Outcome]:
        return [row for case in link_claims(known, remits, self.ladder).cases for row in self._rows(case)]

    def _replace(self, batch: Sequence[Claim], rows: Sequence[Outcome]) -> None:
        """What a replacement or void in the batch takes the place of is void."""
        for claim in batch:
            if claim.frequency not in (REPLACEMENT, VOID):
                continue
            for row in rows:
                earlier = row.claim is not claim and submission_order(row.claim) < submission_order(claim)
                if (earlier or row.claim.kind is None) and (_same_account(claim, row.claim) or _names(claim, row)):
                    row.state, row.case.replaced_by = "void", claim

    def _view(self, claim: Claim, rows: list[Outcome], others: list[Outcome]) -> View:
        case = rows[0].case if rows else Case(claim)
        whole = Outcome(case, None, claim.kind, claim.charge, [], net(claim.charge, [], {}), whole_claim=True)
        apart = [row for row in others if not _further_submission(claim, row)]

        def subject(row: Outcome, around: list[Outcome]) -> Subject:
            return Subject(row, None, "no-response", rows, [*rows, *around], self.reference, self.habits)

        return View(
            claim=claim,
            whole=subject(whole, apart),
            lines=[subject(row, apart) for row in rows],
            full=[subject(row, others) for row in rows],
            whole_full=subject(whole, others),
            reference=self.reference,
            past=self.past,
            hospitals=self.hospitals,
        )

    def _ask(self, view: View, result: Audited) -> None:
        void = view.claim.frequency == VOID
        found: list[tuple[str, Found]] = []
        for number, function in CHECKS:
            if self.only is not None and number not in self.only:
                continue
            if void and number != "S20":
                continue  # what a void says of the services no longer matters
            unchecked: set[Unchecked] = set()
            for one in function(view):
                if isinstance(one, Unchecked):
                    unchecked.add(one)
                else:
                    found.append((number, one))
            result.unchecked.update(unchecked)
        found.sort(key=lambda pair: (pair[1].subject.line.line_number if pair[1].subject.line else 0, pair[0]))
        result.findings += [self._worded(view, one) for _, one in found]

    def _worded(self, view: View, found: Found) -> Finding:
        entry, line = self.catalog[found.name], found.subject.line
        seen = self.past.seen(view.claim.payer_name, entry.cause) if self.past.known and entry.cause else None
        return Finding(entry, view.claim, line, found.value, line.id if line else view.claim.id, seen)


def same_person(one: Claim, other: Claim) -> bool:
    """The same patient: name and birth date, or member id unless both first name and birth date differ (relatives)."""
    if one.patient_key == other.patient_key:
        return True
    if not one.member_id or normalised(one.member_id) != normalised(other.member_id):
        return False
    ours, theirs = _person(one), _person(other)
    return not all(a and b and a != b for a, b in zip(ours, theirs, strict=True))


def _person(claim: Claim) -> tuple[str, str]:
    if claim.patient_last:
        return (claim.patient_first or "").upper()[:3], claim.patient_birth_date or ""
    return (claim.subscriber_first or "").upper()[:3], claim.subscriber_birth_date or ""


def _same_account(one: Claim, other: Claim) -> bool:
    """The same account number for days that meet: another submission of the claim, to this payer or the next."""
    return (
        normalised(one.control_number) == normalised(other.control_number) != ""
        and dates_meet(one.dates, other.dates) is not False
        and same_person(one, other)
    )


def _names(claim: Claim, row: Outcome) -> bool:
    """Whether REF*F8 names the payer's number of a row's answer."""
    named = normalised(claim.payer_control_number)
    return bool(named) and any(normalised(entry.remit.payer_control_number) == named for entry in row.entries)


def _further_submission(claim: Claim, row: Outcome) -> bool:
    """Whether a row is the same service sent once more: same account, or the same service to a further payer."""
    if _names(claim, row):
        return True
    ours = {(o.procedure, o.service_date) for o in claim.lines}
    theirs = {(o.procedure, o.service_date) for o in row.claim.lines}
    if not ours & theirs:
        return False
    if _same_account(claim, row.claim):
        return True
    later = {claim.responsibility or "P", row.claim.responsibility or "P"} & {"S", "T"}
    return bool(later) and not same_payer(claim, row.claim) and claim.billing_npi == row.claim.billing_npi
