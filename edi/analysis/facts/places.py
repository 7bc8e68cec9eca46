"""Facts about the place of service and who bears the technical cost there (domain.md sections 1.2, 1.6, 3 row 12)."""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import coded, lines_with_role, place_of
from edi.analysis.model import ServiceLine
from edi.analysis.subject import SCANS, SUPPLIES, Subject

_LABORATORY_BILL = "14"


def _lines(subject: Subject, facility: bool) -> list[ServiceLine]:
    """Our professional lines in question whose place is (or is not) a facility."""
    if not subject.is_ours or not subject.is_professional:
        return []
    places = subject.reference.facility_places
    return [o for o in subject.lines if place_of(subject, o) and (place_of(subject, o) in places) is facility]


@fact("global-in-facility", "837")
def global_in_facility(subject: Subject) -> Seen | None:
    """A scan without 26 (or with TC) billed for a facility: the hospital owns the technical part."""
    for line in _lines(subject, facility=True):
        if subject.reference.role(line.procedure) in SCANS and "26" not in line.modifiers:
            part = "TC" if "TC" in line.modifiers else "global"
            return Seen(f"{line.procedure} {part} in place {place_of(subject, line)}", line.id)
    return None


@fact("whole-stress-test-in-facility", "837")
def whole_stress_test_in_facility(subject: Subject) -> Seen | None:
    """93015 or 93017 billed for a facility: the physician bills 93016 and 93018 there."""
    found = next((o for o in _lines(subject, facility=True) if o.procedure in ("93015", "93017")), None)
    return Seen(f"{found.procedure} in place {place_of(subject, found)}", found.id) if found else None


@fact("supply-in-facility", "837")
def supply_in_facility(subject: Subject) -> Seen | None:
    """A tracer or agent billed by a physician for a facility, which supplies it."""
    for line in _lines(subject, facility=True):
        if subject.reference.role(line.procedure) in SUPPLIES:
            return Seen(f"{line.procedure} in place {place_of(subject, line)}", line.id)
    return None


@fact("facility-part-billed", "837")
def facility_part_billed(subject: Subject) -> Seen | None:
    """A physician's line bills the technical part for a facility: no 26 on the scan, or 93015 or 93017."""
    return global_in_facility(subject) or whole_stress_test_in_facility(subject)


@fact("component-fits-facility", "837")
def component_fits_facility(subject: Subject) -> Seen | None:
    """The line bills for a facility what a physician bills there (26, 93016, 93018)."""
    for line in _lines(subject, facility=True):
        reading = subject.reference.role(line.procedure) in SCANS and "26" in line.modifiers
        if reading or line.procedure in ("93016", "93018"):
            return Seen(f"{coded(line)} in place {place_of(subject, line)}", line.id)
    return None


@fact("office-with-other-facility", "837")
def office_with_other_facility(subject: Subject) -> Seen | None:
    """The office place was billed, yet the claim names another service facility (NM1*77)."""
    claim = subject.claim
    for line in _lines(subject, facility=False):
        other = line.facility_npi or claim.facility_npi
        if place_of(subject, line) == "11" and other and other != claim.billing_npi:
            return Seen(f"place 11, service facility NPI {other}", claim.id)
    return None


@fact("office-own-site", "837")
def office_own_site(subject: Subject) -> Seen | None:
    """The claim names the office's own site as the service facility (NM1*77 is the billing provider)."""
    claim = subject.claim
    for line in _lines(subject, facility=False):
        own = line.facility_npi or claim.facility_npi
        if place_of(subject, line) == "11" and own and own == claim.billing_npi:
            return Seen(f"place 11, service facility NPI {own}", claim.id)
    return None


@fact("reading-in-office", "837")
def reading_in_office(subject: Subject) -> Seen | None:
    """A reading (26) was billed with the office place: it belongs to the place where the pictures were taken."""
    for line in _lines(subject, facility=False):
        if "26" in line.modifiers and subject.reference.role(line.procedure) in SCANS:
            return Seen(f"{coded(line)} in place {place_of(subject, line)}", line.id)
    return None


@fact("hospital-scanned", "history")
def hospital_scanned(subject: Subject) -> Seen | None:
    """A hospital billed the scan of this patient within three days."""
    for other in subject.nearby(3):
        if other.kind == "837I" and subject.reference.role(other.code) in SCANS and other.line:
            return Seen(f"{other.code} on bill type {other.place} on {other.service_date}", other.line.id)
    return None


@fact("places-differ-on-claim", "837")
def places_differ_on_claim(subject: Subject) -> Seen | None:
    """The lines of the claim name more than one place of service."""
    if not subject.is_ours or not subject.is_professional:
        return None
    places = sorted({place_of(subject, line) for line in subject.claim.lines} - {""})
    return Seen(f"places {' and '.join(places)}", subject.claim.id) if len(places) > 1 else None


@fact("several-places-said", "835")
def several_places_said(subject: Subject) -> Seen | None:
    """The payer wants one claim for each place of service (N93)."""
    remark = next((r for r in subject.remarks if r.code == "N93"), None)
    return Seen("N93", remark.id) if remark else None


@fact("laboratory-bill-type", "837")
def laboratory_bill_type(subject: Subject) -> Seen | None:
    """A scan on a bill type for laboratory specimens (14x)."""
    lab = subject.claim.kind == "837I" and (subject.claim.place_of_service or "").startswith(_LABORATORY_BILL)
    return Seen(f"bill type {subject.place}", subject.claim.id) if lab and lines_with_role(subject, SCANS) else None


@fact("office", "837")
def office(subject: Subject) -> Seen | None:
    """An office claim: nobody else bears the technical cost."""
    if subject.is_professional and subject.place and not subject.in_facility:
        return Seen(f"place {subject.place}", subject.claim.id if subject.is_ours else None)
    return None
