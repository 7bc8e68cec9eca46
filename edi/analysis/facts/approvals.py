"""Facts from the office's own list of authorizations, where one is loaded (domain.md section 3, rows 1 to 5).

Only `authorization-list` says that no list is loaded; the others are silent then, so that it is said once.
"""

from __future__ import annotations

from edi.analysis.facts.authorization import (
    earlier_studies,
    number_sent,
    same_authorization_earlier,
    same_authorization_other_provider,
    same_authorization_other_scan,
)
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import code_in_question
from edi.analysis.model import ServiceLine
from edi.analysis.reference.office import PENDING, REFUSED, Authorization
from edi.analysis.subject import Subject, kept


def _numbered(subject: Subject) -> list[Authorization]:
    """The list's rows of the number that we sent; none where it is another patient's."""
    known = subject.reference.authorizations
    if known is None or not subject.is_ours or of_other_patient(subject):
        return []
    return known.numbered(number_sent(subject))


@kept
def of_other_patient(subject: Subject) -> bool:
    """Whether the list gives the number that we sent to other patients only."""
    known, claim, sent = subject.reference.authorizations, subject.claim, number_sent(subject)
    if known is None or sent is None or not subject.is_ours:
        return False
    return known.of_other_patient(sent, claim.control_number, claim.member_id)


def names_us(subject: Subject, found: Authorization) -> bool:
    """Whether an authorization names one of our NPIs, or none in particular."""
    claim, line = subject.claim, subject.line
    at_line = (line.rendering_npi, line.facility_npi) if line else ()
    return found.names(claim.billing_npi, claim.rendering_npi, claim.facility_npi, *at_line)


@fact("authorization-list", "reference")
def authorization_list(subject: Subject) -> Seen | NotChecked | None:
    """The office's authorization list has something on this patient or number."""
    known, claim = subject.reference.authorizations, subject.claim
    if known is None:
        return NotChecked("no authorization list loaded")
    if not subject.is_ours:
        return None
    found = [*_numbered(subject), *known.of_patient(claim.control_number, claim.member_id)]
    if not found:
        return NotChecked("the authorization list says nothing of this patient or number")
    return Seen("; ".join(dict.fromkeys(str(one) for one in found[:3])))


@fact("approval-on-file", "reference")
def approval_on_file(subject: Subject) -> Seen | None:
    """The office's list has an approval for this patient, code and day."""
    known, claim = subject.reference.authorizations, subject.claim
    if known is None or not subject.is_ours:
        return None
    found = known.approval(claim.control_number, claim.member_id, code_in_question(subject), subject.date)
    return Seen(str(found)) if found else None


@fact("approval-used-up", "reference")
def approval_used_up(subject: Subject) -> Seen | None:
    """The units that the office's list approves under the number are fewer than those billed under it."""
    code = code_in_question(subject)
    fitting = [one for one in _numbered(subject) if one.approved and one.allows(code) and one.covers(subject.date)]
    limits = [one.units for one in fitting if one.units is not None]
    if not limits or len(limits) < len(fitting):
        return None
    earlier = [other for other in earlier_studies(subject) if other.code == code]
    used = sum(_units(other.line) for other in earlier)
    billed = sum(_units(line) for line in subject.lines if line.procedure == code)
    if used + billed <= sum(limits):
        return None
    days = ", ".join(sorted({other.service_date or "?" for other in earlier}))
    before = f", {used:g} before ({days})" if used else ""
    return Seen(f"{fitting[0]}: {billed:g} billed{before}")


def _units(line: ServiceLine | None) -> float:
    return float(1 if line is None or line.units is None else line.units)


@fact("approval-fits", "reference")
def approval_fits(subject: Subject) -> Seen | None:
    """The number sent is approved in the office's list for this code, day and provider."""
    if approval_used_up(subject):
        return None
    code = code_in_question(subject)
    for one in _numbered(subject):
        if one.approved and one.allows(code) and one.covers(subject.date) and names_us(subject, one):
            return Seen(str(one))
    return None


@fact("approval-for-other-code", "reference")
def approval_for_other_code(subject: Subject) -> Seen | None:
    """The number sent is approved in the office's list for other codes only."""
    found = [one for one in _numbered(subject) if one.approved]
    return Seen(str(found[0])) if found and not any(one.allows(code_in_question(subject)) for one in found) else None


@fact("approval-for-other-provider", "reference")
def approval_for_other_provider(subject: Subject) -> Seen | None:
    """The number sent is approved in the office's list for another provider or site."""
    found = [one for one in _numbered(subject) if one.approved and one.allows(code_in_question(subject))]
    return Seen(str(found[0])) if found and not any(names_us(subject, one) for one in found) else None


@fact("approval-outside-dates", "reference")
def approval_outside_dates(subject: Subject) -> Seen | None:
    """The number sent is approved in the office's list for other dates."""
    found = [one for one in _numbered(subject) if one.approved and one.allows(code_in_question(subject))]
    return Seen(str(found[0])) if found and not any(one.covers(subject.date) for one in found) else None


@fact("approval-refused", "reference")
def approval_refused(subject: Subject) -> Seen | None:
    """The office's list says that the payer refused this service."""
    known, claim = subject.reference.authorizations, subject.claim
    if known is None or not subject.is_ours:
        return None
    asked = known.for_service(claim.control_number, claim.member_id, code_in_question(subject), subject.date)
    refused = next((one for one in [*_numbered(subject), *asked] if one.status == REFUSED), None)
    return Seen(str(refused)) if refused and not any(one.approved for one in asked) else None


@fact("refusal-said-or-listed", "reference")
def refusal_said_or_listed(subject: Subject) -> Seen | None:
    """The payer says that it had refused the authorization (CARC 39), or the office's list says so."""
    said = next((a for a in subject.reasons if a.reason_code == "39"), None)
    if said is not None:
        return Seen(said.code, said.id, side="835")
    return Seen() if approval_refused(subject) else None


@fact("approval-pending", "reference")
def approval_pending(subject: Subject) -> Seen | None:
    """The number sent is that of a request which the office's list still has as pending."""
    rows = _numbered(subject)
    pending = next((one for one in rows if one.status == PENDING), None)
    return Seen(str(pending)) if pending and not any(one.approved for one in rows) else None


@fact("authorization-not-required", "reference")
def authorization_not_required(subject: Subject) -> Seen | None:
    """The payer's list of codes that need authorization, as loaded, does not have this code."""
    codes = [line.procedure for line in subject.lines if line.procedure]
    if not codes or any(subject.payer.requires_authorization(code) is not False for code in codes):
        return None
    return Seen(f"{' '.join(dict.fromkeys(codes))} at {subject.payer.name}")


@fact("number-of-another-code", "history")
def number_of_another_code(subject: Subject) -> Seen | None:
    """The number sent belongs to another code: by the office's list, or by another claim that carries it."""
    listed = approval_for_other_code(subject)
    if listed is not None:
        return Seen(listed.value, side="reference")
    return None if approval_fits(subject) else same_authorization_other_scan(subject)


@fact("number-of-another-provider", "history")
def number_of_another_provider(subject: Subject) -> Seen | None:
    """The number sent belongs to another provider: by the office's list, or by another claim that carries it."""
    listed = approval_for_other_provider(subject)
    if listed is not None:
        return Seen(listed.value, side="reference")
    return None if approval_fits(subject) else same_authorization_other_provider(subject)


@fact("number-used-up", "history")
def number_used_up(subject: Subject) -> Seen | None:
    """The number sent is for other dates or fewer units by the office's list, or was paid for an earlier study."""
    listed = approval_outside_dates(subject) or approval_used_up(subject)
    if listed is not None:
        return Seen(listed.value, side="reference")
    return None if approval_fits(subject) else same_authorization_earlier(subject)
