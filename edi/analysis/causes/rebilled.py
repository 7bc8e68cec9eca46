"""A denied service that was billed again under a number of its own, and paid there.

The denied row stays unpaid, so its finding stays open; but there is nothing left to win (domain.md section 4: one
service billed three times is one episode with three touches).
"""

from __future__ import annotations

from edi.analysis.causes.findings import Evidence, Finding, Worth
from edi.analysis.facts.histories import sent
from edi.analysis.facts.rows import PAID, same_biller
from edi.analysis.model import ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import Subject


def tell(finding: Finding) -> None:
    """Say of an open denial that another claim was paid since, and that nothing is to be recovered here."""
    other = paid_since(finding.subject)
    if other is None:
        return
    number, remit = other.claim.control_number or "?", other.remit
    day = remit.payment.day if remit else ""
    paid = f"claim {number}: {other.code} {other.state} {day}".rstrip()
    what = "The same service was billed again on another claim, and paid there"
    finding.evidence.append(Evidence("context", "history", what, paid, other.line.id if other.line else None))
    finding.worth = Worth("nothing to recover", finding.worth.settled, 0)
    finding.action = f"Claim {number} was paid for this service: appeal nothing here, and close this claim's balance."


def paid_since(subject: Subject) -> Outcome | None:
    """The paid row of a later claim of the biller for the same patient, code, modifiers and day; None without one.

    Where the claim was answered as a whole, every line of it must have been paid; the first one's row is given.
    """
    if subject.row.extra or not subject.has_other_claims:
        return None
    found = [_paid(subject, line) for line in subject.lines]
    return found[0] if found and all(found) else None


def _paid(subject: Subject, line: ServiceLine) -> Outcome | None:
    modifiers = frozenset(line.modifiers)
    for other in subject.patient:
        if (
            other.code == line.procedure
            and other.line is not None
            and other.state in PAID
            and other.case is not subject.row.case
            and other.line.service_date == line.service_date
            and frozenset(other.modifiers) == modifiers
            and same_biller(subject, other)
            and sent(other) > sent(subject.row)
        ):
            return other
    return None
