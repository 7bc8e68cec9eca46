"""Facts about prior authorization and referral (domain.md section 3, rows 1 to 5)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.subject import Subject, gap

_EMERGENCY_REVENUE = ("045", "0762")


@fact("authorization-absent", "837")
def authorization_absent(subject: Subject) -> Seen | None:
    """No authorization number was sent (no REF*G1 in 2300 or 2400)."""
    if not subject.is_ours or _number(subject) is not None:
        return None
    return Seen("no REF*G1", subject.claim.id)


@fact("authorization-sent", "837")
def authorization_sent(subject: Subject) -> Seen | None:
    """An authorization number was sent (REF*G1)."""
    number = _number(subject)
    if number is None:
        return None
    line = next((one for one in subject.lines if one.authorization), None)
    return Seen(number, line.id if line else subject.claim.id)


@fact("authorization-echoed", "835")
def authorization_echoed(subject: Subject) -> Seen | None:
    """The payer's own remittance carries the authorization number that we sent."""
    sent = _number(subject)
    if not sent or subject.remit is None:
        return None
    svc = subject.svc
    if svc and svc.authorization == sent:
        return Seen(sent, svc.id)
    return Seen(sent, subject.remit.id) if subject.remit.authorization == sent else None


@fact("emergency", "837")
def emergency(subject: Subject) -> Seen | None:
    """The claim shows an emergency (place 23, admission type 1, emergency or observation revenue codes)."""
    claim = subject.claim
    if subject.is_professional and subject.place == "23":
        return Seen("place of service 23", claim.id)
    if claim.admission_type == "1":
        return Seen("admission type 1", claim.id)
    line = next((o for o in claim.lines if (o.revenue_code or "").startswith(_EMERGENCY_REVENUE)), None)
    return Seen(f"revenue code {line.revenue_code}", line.id) if line else None


@fact("same-authorization-earlier", "history")
def same_authorization_earlier(subject: Subject) -> Seen | None:
    """The same authorization number was used for an earlier date of service."""
    number = _number(subject)
    if not number:
        return None
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        used = (other.line.authorization if other.line else None) or other.claim.authorization
        if used == number and days is not None and days > 3 and other.state in ("paid", "reduced", "patient-share"):
            return Seen(f"{number} on {other.service_date}", other.claim.id)
    return None


@fact("same-authorization-other-scan", "history")
def same_authorization_other_scan(subject: Subject) -> Seen | None:
    """The same authorization number stands on another claim with another scan code."""
    number = _number(subject)
    for other in subject.patient:
        other_scan = subject.reference.role(other.code).startswith("scan") and other.code != subject.code
        if number and other_scan and number == ((other.line and other.line.authorization) or other.claim.authorization):
            return Seen(f"{number} with {other.code}", other.claim.id)
    return None


@fact("referral-absent", "837")
def referral_absent(subject: Subject) -> Seen | None:
    """No referral number was sent (no REF*9F in 2300 or 2400)."""
    if not subject.is_ours or subject.claim.referral or any(line.referral for line in subject.lines):
        return None
    return Seen("no REF*9F", subject.claim.id)


@fact("referral-sent", "837")
def referral_sent(subject: Subject) -> Seen | None:
    """A referral number was sent (REF*9F)."""
    number = subject.claim.referral or next((line.referral for line in subject.lines if line.referral), None)
    return Seen(number, subject.claim.id) if number else None


@fact("authorization-list", "reference")
def authorization_list(subject: Subject) -> NotChecked | None:
    """The office's authorization list has an approval for this service."""
    return NotChecked("no authorization list loaded") if subject.reference.authorizations is None else None


def _number(subject: Subject) -> str | None:
    """The authorization number that covers the row: the line's, else the claim's."""
    at_line = next((line.authorization for line in subject.lines if line.authorization), None)
    return at_line or subject.claim.authorization
