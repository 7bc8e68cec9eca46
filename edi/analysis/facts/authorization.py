"""Facts about prior authorization and referral (domain.md section 3, rows 1 to 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import PAID, code_in_question
from edi.analysis.grouping import normalised
from edi.analysis.model import Claim
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject, gap, within

_EMERGENCY_REVENUE = ("045", "0762")
_PLACEHOLDERS = {"", "NA", "NONE", "NO", "PENDING", "TBD", "UNKNOWN", "NOTREQUIRED", "NOTREQ", "NR", "AUTH", "NULL"}
_SAME_EPISODE = 3  # days: a two-day protocol under one number is one use of it


@fact("authorization-absent", "837")
def authorization_absent(subject: Subject) -> Seen | None:
    """No authorization number was sent (no REF*G1 in 2300 or 2400)."""
    if not subject.is_ours or number_sent(subject) is not None:
        return None
    return Seen("no REF*G1", subject.claim.id)


@fact("authorization-sent", "837")
def authorization_sent(subject: Subject) -> Seen | None:
    """An authorization number was sent (REF*G1)."""
    number = number_sent(subject)
    if not subject.is_ours or number is None:
        return None
    line = next((one for one in subject.lines if one.authorization), None)
    return Seen(number, line.id if line else subject.claim.id)


def is_placeholder(number: str) -> bool:
    """Whether a number is a word or a row of the same digit that stands for "we have none"."""
    plain = re.sub(r"[^A-Z0-9]", "", number.upper())
    return plain in _PLACEHOLDERS or len(set(plain)) == 1


@fact("authorization-placeholder", "837")
def authorization_placeholder(subject: Subject) -> Seen | None:
    """What stands in REF*G1 is a placeholder, no number."""
    sent = authorization_sent(subject)
    return sent if sent and sent.value and is_placeholder(sent.value) else None


@fact("authorization-echoed", "835")
def authorization_echoed(subject: Subject) -> Seen | None:
    """The payer's own remittance carries the authorization number that we sent."""
    sent, told = number_sent(subject), told_by_payer(subject)
    if not sent or told is None or normalised(told[0]) != normalised(sent):
        return None
    return Seen(told[0], told[1])


@fact("authorization-told-by-payer", "835")
def authorization_told_by_payer(subject: Subject) -> Seen | None:
    """The payer's own remittance carries an authorization number that our claim did not have: an approval exists."""
    told = told_by_payer(subject)
    return Seen(*told) if told and number_sent(subject) is None else None


@fact("other-authorization-told", "835")
def other_authorization_told(subject: Subject) -> Seen | None:
    """The payer's remittance carries another authorization number than the one that we sent."""
    sent, told = number_sent(subject), told_by_payer(subject)
    if not sent or told is None or normalised(told[0]) == normalised(sent):
        return None
    return Seen(f"sent {sent}, payer has {told[0]}", told[1])


def told_by_payer(subject: Subject) -> tuple[str, int] | None:
    """The authorization number that the payer applied (REF*G1 of the line, else of the claim), and its row.

    Words such as PENDING, and zeros, are no number.
    """
    for record in (subject.svc, subject.remit):
        number = record.authorization if record is not None else None
        if record is not None and number and any(map(str.isdigit, number)) and not is_placeholder(number):
            return number, record.id
    return None


@fact("authorization-said-absent", "835")
def authorization_said_absent(subject: Subject) -> Seen | None:
    """The payer says that it has none (CARC 197), and got a number that nothing speaks against."""
    found = next((a for a in subject.reasons if a.reason_code == "197"), None)
    if found is None or other_authorization_told(subject) or authorization_placeholder(subject):
        return None
    known, sent = subject.reference.authorizations, number_sent(subject)
    if known is not None and sent and not any(one.approved for one in known.numbered(sent)):
        return None  # the office's own list does not have it, or not as an approval
    return Seen(found.code, found.id)


@fact("emergency", "837")
def emergency(subject: Subject) -> Seen | None:
    """The claim, or the hospital's of the day, shows an emergency (place 23, admission 1, emergency or observation)."""
    if not subject.is_ours:
        return None
    if subject.is_professional and subject.place == "23":
        return Seen("place of service 23", subject.claim.id)
    return _emergency_on(subject.claim) or _emergency_at_hospital(subject)


def _emergency_on(claim: Claim) -> Seen | None:
    if claim.kind != "837I":
        return None
    if claim.admission_type == "1":
        return Seen("admission type 1", claim.id)
    line = next((o for o in claim.lines if (o.revenue_code or "").startswith(_EMERGENCY_REVENUE)), None)
    return Seen(f"revenue code {line.revenue_code}", line.id) if line else None


def _emergency_at_hospital(subject: Subject) -> Seen | None:
    """What a hospital's claim says of the stay in which a physician read or supervised. A stay may pass midnight."""
    if not subject.in_facility:
        return None
    for other in subject.nearby(1):
        seen = _emergency_on(other.claim) if other.kind == "837I" and other.state != "void" else None
        if seen is not None:
            return Seen(f"{seen.value} on claim {other.claim.control_number}", seen.at, side="history")
    return None


def _same_number(subject: Subject) -> Iterator[Outcome]:
    """The patient's rows on other claims under the same authorization number."""
    sent = number_sent(subject)
    number = normalised(sent) if sent and not is_placeholder(sent) else ""
    for other in subject.patient:
        if other.case is subject.row.case or other.kind is None or other.state == "void" or not number:
            continue
        if normalised((other.line.authorization if other.line else None) or other.claim.authorization) == number:
            yield other


def earlier_studies(subject: Subject) -> Iterator[Outcome]:
    """The rows of other studies, before this one, that used the same authorization number: paid, or not yet decided."""
    for other in _same_number(subject):
        days = gap(other.service_date, subject.date)
        if days is not None and days > _SAME_EPISODE and other.state in PAID | {"no-response", "pending"}:
            yield other


@fact("no-emergency", "837")
def no_emergency(subject: Subject) -> Seen | None:
    """Nothing on the claim shows an emergency."""
    if not subject.is_ours or emergency(subject) is not None:
        return None
    return Seen(f"place {subject.place or '?'}", subject.claim.id)


@fact("same-authorization-earlier", "history")
def same_authorization_earlier(subject: Subject) -> Seen | None:
    """The same authorization number was used and paid for an earlier date of service."""
    for other in _same_number(subject):
        days = gap(other.service_date, subject.date)
        if days is not None and days > _SAME_EPISODE and other.state in PAID:
            return Seen(f"{number_sent(subject)} paid for {other.code} on {other.service_date}", other.claim.id)
    return None


@fact("same-authorization-other-scan", "history")
def same_authorization_other_scan(subject: Subject) -> Seen | None:
    """The same authorization number stands on another claim with another scan code."""
    code = code_in_question(subject)
    if not _is_scan(subject, code):
        return None
    for other in _same_number(subject):
        if _is_scan(subject, other.code) and other.code != code:
            return Seen(f"{number_sent(subject)} with {other.code}, {other.state}", other.claim.id)
    return None


@fact("same-authorization-other-scan-paid", "history")
def same_authorization_other_scan_paid(subject: Subject) -> Seen | None:
    """The payer paid another scan code under this authorization number: that is the code it covers."""
    code = code_in_question(subject)
    if not _is_scan(subject, code):
        return None
    for other in _same_number(subject):
        if _is_scan(subject, other.code) and other.code != code and other.state in PAID:
            return Seen(f"{number_sent(subject)} paid with {other.code}", other.claim.id)
    return None


@fact("same-authorization-same-code-paid", "history")
def same_authorization_same_code_paid(subject: Subject) -> Seen | None:
    """The payer paid this very code under this authorization number on another claim of the episode."""
    code = code_in_question(subject)
    for other in _same_number(subject):
        if other.code == code and _same_study(subject, other) and other.state in PAID:
            return Seen(f"{number_sent(subject)} paid on claim {other.claim.control_number}", other.claim.id)
    return None


@fact("same-authorization-other-provider", "history")
def same_authorization_other_provider(subject: Subject) -> Seen | None:
    """The same authorization number stands on a claim of another day with another provider or site."""
    for other in _same_number(subject):
        pair = _different(subject.row, other)
        if pair and not _same_study(subject, other):
            return Seen(f"{number_sent(subject)} with NPI {pair[1]}, {other.state}; here NPI {pair[0]}", other.claim.id)
    return None


@fact("same-authorization-other-provider-paid", "history")
def same_authorization_other_provider_paid(subject: Subject) -> Seen | None:
    """The payer paid another provider or site under this authorization number, for another day."""
    for other in _same_number(subject):
        pair = _different(subject.row, other)
        if pair and other.state in PAID and not _same_study(subject, other):
            return Seen(f"{number_sent(subject)} paid to NPI {pair[1]}; here NPI {pair[0]}", other.claim.id)
    return None


def _same_study(subject: Subject, other: Outcome) -> bool:
    """Whether two rows belong to one study, whose reading and technical part two providers may bill."""
    return within(other.service_date, subject.date, _SAME_EPISODE)


def _different(ours: Outcome, theirs: Outcome) -> tuple[str, str] | None:
    """The first NPI (billing, rendering, site) in which two rows differ; None where one of them is silent."""
    pairs = zip(_providers(ours), _providers(theirs), strict=True)
    return next(((a, b) for a, b in pairs if a and b and a != b), None)


def _providers(row: Outcome) -> tuple[str | None, str | None, str | None]:
    claim, line = row.claim, row.line
    rendering = (line.rendering_npi if line else None) or claim.rendering_npi
    return claim.billing_npi, rendering, (line.facility_npi if line else None) or claim.facility_npi


def _is_scan(subject: Subject, code: str | None) -> bool:
    return subject.reference.role(code) in SCANS


@fact("authorization-on-other-claim", "history")
def authorization_on_other_claim(subject: Subject) -> Seen | None:
    """Another claim of the patient for this service and day carries an authorization number."""
    code = code_in_question(subject)
    for other in subject.nearby(_SAME_EPISODE):
        number = (other.line.authorization if other.line else None) or other.claim.authorization
        if other.case is not subject.row.case and other.code == code and number and other.kind:
            return Seen(f"{number} on claim {other.claim.control_number}", other.claim.id)
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
    return Seen(number, subject.claim.id) if number and subject.is_ours else None


@fact("referral-said-missing", "835")
def referral_said_missing(subject: Subject) -> Seen | None:
    """The payer says that the referral was not there (CARC 288; N475, N489), not that it was used up."""
    reason = next((a for a in subject.reasons if a.reason_code == "288"), None)
    if reason is not None:
        return Seen(reason.code, reason.id)
    remark = next((r for r in subject.remarks if r.code in ("N475", "N489")), None)
    return Seen(remark.code, remark.id) if remark else None


def number_sent(subject: Subject) -> str | None:
    """The authorization number that covers the row: the line's, else the claim's."""
    at_line = next((line.authorization for line in subject.lines if line.authorization), None)
    return at_line or subject.claim.authorization
