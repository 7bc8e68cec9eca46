"""Facts about providers, their enrollment, accreditation and network (domain.md section 3, rows 23, 24, 42)."""

from __future__ import annotations

from functools import lru_cache

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.reference.standing import Enrolled
from edi.analysis.subject import REMEMBERED, SCANS, Subject, kept

_ACCREDITATION = {"N790", "N403"}
_ORDERING_REASONS = {"183", "184"}
_ORDERING_REMARKS = {"N264", "N265", "N285", "N286", "N574", "N575", "N276"}
_RENDERING_REASONS = {"206", "207", "208"}
_RENDERING_REMARKS = {"N290", "N32", "N799"}
_TAXONOMY_REASONS = {"8"}
_TAXONOMY_REMARKS = {"N94", "N255", "N288"}
_NUMBER_REASONS = {"206", "207"}


def luhn(npi: str) -> bool:
    """Whether an NPI passes its check digit (Luhn over 80840 and the number)."""
    digits = [int(d) for d in "80840" + npi]
    doubled = [sum(divmod(2 * d, 10)) if i % 2 else d for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


@lru_cache(maxsize=REMEMBERED)
def well_formed(npi: str | None) -> bool:
    return bool(npi) and str(npi).isascii() and str(npi).isdigit() and len(str(npi)) == 10 and luhn(str(npi))


@kept
def numbers(subject: Subject) -> dict[str, str]:
    """The NPIs on the claim and its lines in question, by the part they play."""
    claim = subject.claim
    found = {
        "billing": claim.billing_npi,
        "rendering": claim.rendering_npi,
        "referring": claim.referring_npi,
        "facility": claim.facility_npi,
        "attending": claim.attending_npi,
    }
    for line in subject.lines:
        at_line = {
            "line rendering": line.rendering_npi,
            "line ordering": line.ordering_npi,
            "line referring": line.referring_npi,
            "line facility": line.facility_npi,
        }
        found |= {part: number for part, number in at_line.items() if number}
    return {part: number for part, number in found.items() if number}


def _asked(subject: Subject, reasons: set[str], remarks: set[str]) -> bool:
    return bool(remarks & subject.remark_codes) or any(a.reason_code in reasons for a in subject.reasons)


@fact("provider-number-invalid", "837")
def provider_number_invalid(subject: Subject) -> Seen | None:
    """A provider's NPI on the claim fails its check digit."""
    wrong = next(((part, npi) for part, npi in numbers(subject).items() if not well_formed(npi)), None)
    return Seen(f"{wrong[0]} NPI {wrong[1]}", subject.claim.id) if wrong and subject.is_ours else None


@fact("provider-number-well-formed", "837")
def provider_number_well_formed(subject: Subject) -> Seen | None:
    """The payer calls an NPI missing or malformed (CARC 206, 207), but all are there and pass their check digit."""
    known = numbers(subject)
    asked = _asked(subject, _NUMBER_REASONS, set())
    billed = known.get("rendering") or known.get("line rendering") or not subject.is_professional
    if not subject.is_ours or not asked or "billing" not in known or not billed:
        return None
    if all(well_formed(npi) for npi in known.values()):
        return Seen(", ".join(known), subject.claim.id)
    return None


@fact("ordering-provider-absent", "837")
def ordering_provider_absent(subject: Subject) -> Seen | None:
    """No ordering or referring provider stands on the claim, and the payer asks for one."""
    known = numbers(subject)
    there = {"referring", "line ordering", "line referring"} & set(known)
    asked = _asked(subject, _ORDERING_REASONS, _ORDERING_REMARKS)
    if subject.is_ours and asked and not there:
        return Seen("no NM1*DN, no NM1*DK", subject.claim.id)
    return None


@fact("rendering-provider-absent", "837")
def rendering_provider_absent(subject: Subject) -> Seen | None:
    """No rendering provider stands on the claim, and the payer asks for one."""
    known = numbers(subject)
    asked = _asked(subject, _RENDERING_REASONS, _RENDERING_REMARKS)
    if subject.is_ours and subject.is_professional and asked and not {"rendering", "line rendering"} & set(known):
        return Seen("no NM1*82", subject.claim.id)
    return None


@fact("taxonomy-absent", "837")
def taxonomy_absent(subject: Subject) -> Seen | None:
    """No taxonomy code stands on the claim (PRV), and the payer's reason is the specialty."""
    claim = subject.claim
    asked = _asked(subject, _TAXONOMY_REASONS, _TAXONOMY_REMARKS)
    if subject.is_ours and asked and not claim.rendering_taxonomy and not claim.billing_taxonomy:
        return Seen("no PRV", claim.id)
    return None


@fact("taxonomy-sent", "837")
def taxonomy_sent(subject: Subject) -> Seen | None:
    """The claim names a taxonomy code (PRV)."""
    code = subject.claim.rendering_taxonomy or subject.claim.billing_taxonomy
    return Seen(code, subject.claim.id) if code else None


@fact("accreditation-remark", "835")
def accreditation_remark(subject: Subject) -> Seen | None:
    """The payer speaks of accreditation or certification of the imaging site (N790, N403)."""
    remark = next((r for r in subject.remarks if r.code in _ACCREDITATION), None)
    return Seen(remark.code, remark.id) if remark else None


def billed_by(subject: Subject) -> dict[str, str]:
    """The NPIs that a payer must have on file: billing and rendering (the line's, else the claim's), by their part."""
    known = numbers(subject)
    chosen = {"billing": known.get("billing"), "rendering": known.get("line rendering") or known.get("rendering")}
    return {part: npi for part, npi in chosen.items() if npi}


def _enrollments(subject: Subject) -> dict[str, list[Enrolled]]:
    """What the office's enrollment list says of the billing and rendering provider on the day, by their part."""
    listed, claim = subject.reference.enrollment, subject.claim
    if listed is None:
        return {}
    answers = {
        part: listed.find(claim.payer_name, claim.payer_id, npi, subject.date)
        for part, npi in billed_by(subject).items()
    }
    return {part: answer for part, answer in answers.items() if answer is not None}


@fact("enrollment-list", "reference")
def enrollment_list(subject: Subject) -> Seen | NotChecked | None:
    """The payer's enrollment list holds the providers of the claim on the date, under the taxonomy that was sent."""
    if subject.reference.enrollment is None:
        return NotChecked("no enrollment list loaded")
    answers = _enrollments(subject)
    if not answers:
        return NotChecked("no enrollment list loaded for this payer")
    another_question = _asked(subject, _ORDERING_REASONS | _RENDERING_REASONS, _ORDERING_REMARKS | _RENDERING_REMARKS)
    if another_question or not all(answers.values()) or taxonomy_not_enrolled(subject):
        return None
    return Seen(" and ".join(answers))


@fact("not-in-enrollment-list", "reference")
def not_in_enrollment_list(subject: Subject) -> Seen | None:
    """A provider of the claim is not enrolled with the payer on the date."""
    absent = [part for part, found in _enrollments(subject).items() if not found]
    return Seen(" and ".join(absent)) if absent else None


@fact("taxonomy-not-enrolled", "reference")
def taxonomy_not_enrolled(subject: Subject) -> Seen | None:
    """The taxonomy code on the claim is not the one that the provider is enrolled under."""
    claim = subject.claim
    sent = {"billing": claim.billing_taxonomy, "rendering": claim.rendering_taxonomy}
    for part, found in _enrollments(subject).items():
        enrolled = sorted({one.taxonomy for one in found if one.taxonomy})
        code = sent[part]
        if code and enrolled and code.upper() not in enrolled:
            return Seen(f"{part}: {code} sent, {' or '.join(enrolled)} enrolled", claim.id)
    return None


def _accredited(subject: Subject) -> bool | None:
    """Whether the site of a scan is in the office's accreditation list on the day; None where no list can tell."""
    listed, claim, line = subject.reference.accreditation, subject.claim, subject.line
    if listed is None or subject.role not in SCANS:
        return None
    site = (line.facility_npi if line else None) or claim.facility_npi or claim.billing_npi
    modality = "pet" if subject.role == "scan-pet" else "nuclear"
    return listed.holds((site, claim.billing_tax_id), modality, subject.date)


@fact("accreditation-list", "reference")
def accreditation_list(subject: Subject) -> Seen | NotChecked | None:
    """The office's accreditation list holds the site on the date."""
    if subject.reference.accreditation is None:
        return NotChecked("no accreditation list loaded")
    return Seen(f"accredited on {subject.date}") if _accredited(subject) else None


@fact("not-in-accreditation-list", "reference")
def not_in_accreditation_list(subject: Subject) -> Seen | None:
    """The office's accreditation list does not hold the site on the date."""
    return Seen(f"not accredited on {subject.date}") if _accredited(subject) is False else None


def _in_network(subject: Subject) -> dict[str, bool]:
    """What the office's network list says of the billing and rendering provider on the day, by their part."""
    network, claim = subject.reference.network, subject.claim
    if network is None:
        return {}
    answers = {
        part: network.find(claim.payer_name, claim.payer_id, npi, subject.date)
        for part, npi in billed_by(subject).items()
    }
    return {part: answer for part, answer in answers.items() if answer is not None}


@fact("network-list", "reference")
def network_list(subject: Subject) -> Seen | NotChecked | None:
    """The payer's network list holds the providers of the claim on the date."""
    if subject.reference.network is None:
        return NotChecked("no network list loaded")
    answers = _in_network(subject)
    if not answers:
        return NotChecked("no network list loaded for this payer")
    return Seen(" and ".join(answers)) if all(answers.values()) else None


@fact("not-in-network-list", "reference")
def not_in_network_list(subject: Subject) -> Seen | None:
    """A provider of the claim is not in the payer's network list on the date."""
    absent = [part for part, inside in _in_network(subject).items() if not inside]
    return Seen(" and ".join(absent)) if absent else None


@fact("surprise-billing-alert", "835")
def surprise_billing_alert(subject: Subject) -> Seen | None:
    """The payer's alert speaks of balance billing protection (N830, N859, N865, N876, N877)."""
    remark = next((r for r in subject.remarks if r.code in ("N830", "N859", "N865", "N876", "N877")), None)
    return Seen(remark.code, remark.id) if remark else None
