"""Facts about who is to be paid: whether the biller accepts assignment (CLM07)."""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.subject import Subject

_ACCEPTED, _NOT_ACCEPTED = {"A"}, {"C", "P"}


@fact("assignment-accepted", "837")
def assignment_accepted(subject: Subject) -> Seen | None:
    """The claim says that the biller accepts assignment: the payment is due to the biller."""
    claim = subject.claim
    return Seen(f"CLM07 {claim.assignment}", claim.id) if claim.assignment in _ACCEPTED else None


@fact("assignment-not-accepted", "837")
def assignment_not_accepted(subject: Subject) -> Seen | None:
    """The claim says that the biller does not accept assignment: the payer then pays the member."""
    claim = subject.claim
    return Seen(f"CLM07 {claim.assignment}", claim.id) if claim.assignment in _NOT_ACCEPTED else None
