"""What several facts share: who answered what, which claim came first, what was billed. No facts here."""

from __future__ import annotations

from collections.abc import Iterable

from edi.analysis.grouping import normalised
from edi.analysis.linking.submissions import payer_key
from edi.analysis.model import Claim, ServiceLine
from edi.analysis.outcomes.netting import Entry
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import Subject, kept

PAID = frozenset({"paid", "reduced", "patient-share", "packaged", "capitated", "paid-elsewhere"})
UNDECIDED = frozenset({"no-response", "pending"})
LATER_PAYER_STATUSES = frozenset({"2", "3", "20", "21"})

Service = tuple[str | None, frozenset[str], str | None, float]


def services(lines: Iterable[ServiceLine]) -> frozenset[Service]:
    """What was billed: code, modifiers in any order, day, units."""
    return frozenset((o.procedure, frozenset(o.modifiers), o.service_date, float(o.units or 1)) for o in lines)


def same_biller(one: Claim, other: Claim) -> bool:
    return normalised(one.billing_npi) == normalised(other.billing_npi)


def same_payer(one: Claim, other: Claim) -> bool:
    """The same payer, as far as both claims name one."""
    keys = [payer_key(c.payer_name, None) for c in (one, other)]
    ids = [normalised(c.payer_id) for c in (one, other)]
    return (bool(ids[0]) and ids[0] == ids[1]) or not all(keys) or keys[0] == keys[1]


@kept
def twins(subject: Subject) -> list[Outcome]:
    """The same service on another claim of the same biller to the same payer, the earliest first."""
    if not subject.has_other_claims:
        return []
    row = subject.row
    ours = services(subject.lines)
    found = []
    for other in subject.patient:
        if other.case is row.case or other.extra or other.state == "void":
            continue
        one_line = other.line is not None and row.line is not None
        if one_line and other.code != row.code:  # the quick way to know most rows for others
            continue
        if not same_biller(other.claim, row.claim) or not same_payer(other.claim, row.claim):
            continue
        theirs = services([other.line] if other.line and row.line else other.claim.lines)
        if ours and ours <= theirs:
            found.append(other)
    return sorted(found, key=sent)


def sent(row: Outcome) -> tuple[str, str]:
    """When a claim was sent; of one that is known from its remittance only, when it was first answered."""
    first = row.entries[0].remit.payment.day if row.entries else ""
    return (row.claim.submitted_key or row.claim.submitted or first, row.claim.control_number or "")


def earlier_than(subject: Subject, other: Outcome) -> bool:
    return sent(other) < sent(subject.row)


@kept
def answered_claim(subject: Subject) -> Claim:
    """The submission that the answer in question was given to: the copy for a further payer where that payer speaks."""
    remit, case = subject.remit, subject.row.case
    if remit is None or len(case.submissions) == 1:
        return case.claim
    payment = remit.payment
    named = [
        c
        for c in case.submissions
        if (payment.payer_id and normalised(c.payer_id) == normalised(payment.payer_id))
        or (payment.payer_name and normalised(c.payer_name) == normalised(payment.payer_name))
    ]
    later = [c for c in case.submissions if c.responsibility in ("S", "T")]
    if remit.status in LATER_PAYER_STATUSES and later:
        named = [c for c in named if c in later] or later
    return named[0] if named else case.claim


def entries_before(subject: Subject) -> list[Entry]:
    """The row's answers in earlier payments than the one in question, reversals left out."""
    if subject.entry is None:
        return []
    remit = subject.entry.remit
    return [
        e
        for e in subject.row.entries
        if e.remit.payment is not remit.payment and e.remit.order < remit.order and not e.remit.is_reversal
    ]


def at(row: Outcome) -> int:
    """Where a row can be read: its line, else its claim."""
    return row.line.id if row.line else row.claim.id
