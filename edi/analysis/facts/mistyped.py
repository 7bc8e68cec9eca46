"""Facts about a number sent that is not the one approved: a slip of the hand, another patient's (domain.md section 3,
rows 1 and 2; what the payer has is in its REF*G1, what the office has in its list)."""

from __future__ import annotations

from edi.analysis.facts.approvals import names_us, of_other_patient
from edi.analysis.facts.authorization import is_placeholder, number_sent, other_authorization_told, told_by_payer
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import PAID, code_in_question
from edi.analysis.grouping import normalised
from edi.analysis.model import Claim
from edi.analysis.reference.office import Authorization
from edi.analysis.subject import EPISODE_DAYS, Subject, kept

_SHORTEST = 4  # characters: shorter numbers are all near one another
_ALIKE = str.maketrans("OIL", "011")


@kept
def _approvals(subject: Subject) -> list[Authorization]:
    """The approvals that the list has for this patient, code, day and provider, where it does not have the number sent
    for this patient."""
    known, claim, sent = subject.reference.authorizations, subject.claim, number_sent(subject)
    if known is None or not subject.is_ours or sent is None:
        return []
    if known.numbered(sent) and not of_other_patient(subject):
        return []
    found = known.for_service(claim.control_number, claim.member_id, code_in_question(subject), subject.date)
    return [one for one in found if one.approved and one.number and names_us(subject, one)]


@fact("approval-under-other-number", "reference")
def approval_under_other_number(subject: Subject) -> Seen | None:
    """The office's list has the approval for this patient, code and day under another number than the one sent."""
    nearest = _nearest(subject)
    return Seen(f"sent {number_sent(subject)}, approved: {nearest}") if nearest else None


def _nearest(subject: Subject) -> Authorization | None:
    """The approval whose number is but a slip away from the one sent, else the first."""
    found, sent = _approvals(subject), number_sent(subject) or ""
    return next((one for one in found if is_slip(sent, one.number)), found[0] if found else None)


def approved_number(subject: Subject) -> str | None:
    """The number to send in place of the one sent: the payer's own, else the list's, else the paid claim's."""
    told = told_by_payer(subject)
    if told is not None:
        return told[0]
    nearest, paid = _nearest(subject), _paid_under(subject)
    return nearest.number if nearest else paid[0] if paid else None


@fact("number-mistyped", "reference")
def number_mistyped(subject: Subject) -> Seen | None:
    """The number sent is the approval's but for a slip: a character wrong, dropped, doubled or turned, or a prefix."""
    sent = number_sent(subject) or ""
    found = next((one for one in _approvals(subject) if is_slip(sent, one.number)), None)
    return Seen(f"{sent} for {found.number}") if found else None


@fact("placeholder-for-approval", "837")
def placeholder_for_approval(subject: Subject) -> Seen | None:
    """A placeholder was sent where the office's list has an approval."""
    sent = number_sent(subject)
    return Seen(sent, subject.claim.id) if sent and is_placeholder(sent) and _approvals(subject) else None


@fact("number-mistyped-beside-paid", "history")
def number_mistyped_beside_paid(subject: Subject) -> Seen | None:
    """The same scan was paid on another claim under a number from which the one sent differs by a slip."""
    paid = _paid_under(subject)
    if paid is None:
        return None
    number, claim = paid
    return Seen(f"sent {number_sent(subject)}, paid: {number} on claim {claim.control_number}", claim.id)


def _paid_under(subject: Subject) -> tuple[str, Claim] | None:
    """The number a slip away under which the same scan was paid on another claim, and that claim."""
    sent = number_sent(subject)
    if not sent or not subject.is_ours:
        return None
    for other in subject.nearby(EPISODE_DAYS):
        number = (other.line.authorization if other.line else None) or other.claim.authorization
        same = other.code == code_in_question(subject) and other.case is not subject.row.case and other.state in PAID
        if same and number and is_slip(sent, number):
            return number, other.claim
    return None


@fact("number-not-on-list", "reference")
def number_not_on_list(subject: Subject) -> Seen | None:
    """The office's list knows this patient, but not the number sent."""
    known, claim, sent = subject.reference.authorizations, subject.claim, number_sent(subject)
    if known is None or sent is None or not subject.is_ours or known.numbered(sent):
        return None
    return Seen(sent, claim.id) if known.of_patient(claim.control_number, claim.member_id) else None


@fact("number-of-another-patient", "reference")
def number_of_another_patient(subject: Subject) -> Seen | None:
    """The office's list gives the number sent to another patient."""
    return Seen(number_sent(subject)) if of_other_patient(subject) else None


@fact("number-not-the-approved", "reference")
def number_not_the_approved(subject: Subject) -> Seen | None:
    """The number sent is not the one approved: by the payer's remittance, the office's list or a paid claim."""
    told = other_authorization_told(subject)
    if told is not None:
        return Seen(None, told.at, side="835")
    known = approval_under_other_number(subject) or number_of_another_patient(subject)
    return Seen() if known or number_mistyped_beside_paid(subject) else None


def is_slip(sent: str, approved: str) -> bool:
    """Whether two numbers, which are not the same, differ by no more than a slip of the hand."""
    one, other = normalised(sent), normalised(approved)
    if one == other or min(len(one), len(other)) < _SHORTEST:
        return False
    one, other = one.translate(_ALIKE), other.translate(_ALIKE)
    shorter, longer = sorted((one, other), key=len)
    if one == other or longer.startswith(shorter) or longer.endswith(shorter):
        return True
    start = next(at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b)
    rest, more = shorter[start:], longer[start:]
    if len(shorter) < len(longer):
        return rest == more[1:]
    return rest[1:] == more[1:] or (rest[:2] == more[1::-1] and rest[2:] == more[2:])
