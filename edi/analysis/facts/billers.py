"""Facts about other billers of the same service, and stays that swallow it (domain.md section 3, rows 17, 18, 24)."""

from __future__ import annotations

from collections.abc import Iterable

from edi.analysis.facts.histories import PAID, UNDECIDED, at, same_biller
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import code_in_question, lines_with_role
from edi.analysis.model import Claim
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject, gap

_INPATIENT_TYPES = {"11", "18", "21", "22"}
_INPATIENT_PLACES = {"21", "31", "51", "61"}
_WINDOW = 3  # days before an admission whose outpatient services belong to the stay


def parts(row: Outcome) -> frozenset[str]:
    """26, TC, or nothing for the whole; a hospital's own scan is its technical part."""
    return _parts(row.claim, row.modifiers)


def _parts(claim: Claim, modifiers: Iterable[str]) -> frozenset[str]:
    found = frozenset(modifiers) & {"26", "TC"}
    return found or (frozenset({"TC"}) if claim.kind == "837I" else frozenset())


def our_parts(subject: Subject) -> frozenset[str]:
    """The parts of the line in question; of the scan, where the claim was answered as a whole."""
    line = subject.line or next(iter(lines_with_role(subject, SCANS)), None)
    return _parts(subject.claim, line.modifiers if line else ())


def _same_service(subject: Subject) -> list[Outcome]:
    """The same code (any scan of a claim answered as a whole) on the same day for the same patient, on other claims;
    beside a whole stress test its parts, beside a part the whole (93015 holds 93016-93018)."""
    if not subject.has_other_claims:
        return []
    codes = {subject.code} if subject.line else {line.procedure for line in lines_with_role(subject, SCANS)}
    if subject.line and subject.role == "stress-test":
        tests = subject.reference.stress_tests
        codes |= {code for code, part in tests.items() if "whole" in (part, tests[subject.code or ""])}
    return [
        o
        for o in subject.nearby(0)
        if o.code in codes and o.case is not subject.row.case and o.state != "void" and o.line is not None
    ]


@fact("other-biller-same-service", "history")
def other_biller_same_service(subject: Subject) -> Seen | None:
    """Another claim bills the same service, patient and day, and the parts overlap (the whole against a part of it)."""
    ours = our_parts(subject)
    found = []
    for other in _same_service(subject):
        theirs = parts(other)
        complement = ours | theirs == {"26", "TC"} and len(ours) == len(theirs) == 1
        stranger = not same_biller(other.claim, subject.claim)
        if not complement and (stranger or ours != theirs) and other.state in PAID | UNDECIDED:
            found.append(other)
    if not found:
        return None
    other = min(found, key=lambda o: o.state not in PAID)
    part = "-".join(sorted(parts(other))) or "global"
    return Seen(f"claim {other.claim.control_number}: {other.code} {part}, {other.state}", at(other))


@fact("another-provider-told", "835")
def another_provider_told(subject: Subject) -> Seen | None:
    """The payer says that it paid another provider for the service (N347, N472, N703)."""
    found = next((r for r in subject.remarks if r.code in ("N347", "N472", "N703")), None)
    return Seen(found.code, found.id) if found else None


@fact("complementary-component", "837")
def complementary_component(subject: Subject) -> Seen | None:
    """Another claim or line of the day bills the other half (26 beside TC): the two complement each other."""
    ours, code = our_parts(subject), code_in_question(subject)
    if len(ours) != 1 or other_biller_same_service(subject) is not None:
        return None
    for other in [*subject.same_claim, *subject.nearby(0)]:
        theirs = parts(other)
        if other.code == code and len(theirs) == 1 and ours | theirs == {"26", "TC"} and other.line:
            return Seen(f"{other.code}-{'-'.join(theirs)} on claim {other.claim.control_number}", other.line.id)
    return None


def _days_in_bed(claim: Claim) -> tuple[str, str] | None:
    start = claim.admission_date or claim.statement_from
    end = claim.discharge_date or claim.statement_through or start
    return (start[:10], end[:10]) if start and end else None


def _stays(subject: Subject) -> list[tuple[Claim, str, str]]:
    """The patient's other claims for a hospital bed or a nursing facility, with first and last day."""
    found = {}
    for other in subject.patient:
        claim = other.claim
        inpatient = claim.kind == "837I" and (claim.place_of_service or "")[:2] in _INPATIENT_TYPES
        days = _days_in_bed(claim)
        if inpatient and days and other.case is not subject.row.case and other.state != "void":
            found[claim.id] = (claim, *days)
    return list(found.values())


@fact("inpatient-stay", "history")
def inpatient_stay(subject: Subject) -> Seen | None:
    """Another claim shows the patient in a hospital bed or nursing facility on the date."""
    for claim, start, end in _stays(subject):
        if subject.date and start <= subject.date <= end:
            return Seen(f"bill type {claim.place_of_service}{claim.frequency or ''} from {start} to {end}", claim.id)
    return None


@fact("stay-soon-after", "history")
def stay_soon_after(subject: Subject) -> Seen | None:
    """Another claim shows an admission within three days after the service (payment window)."""
    for claim, start, _ in _stays(subject):
        days = gap(subject.date, start)
        if days is not None and 0 < days <= _WINDOW:
            return Seen(f"bill type {claim.place_of_service}{claim.frequency or ''}, admitted {start}", claim.id)
    return None


@fact("inpatient-place", "837")
def inpatient_place(subject: Subject) -> Seen | None:
    """The claim itself says inpatient or nursing facility (place 21 or 31, or an admission date)."""
    claim = subject.claim
    if not subject.is_professional:
        return None
    if subject.place in _INPATIENT_PLACES:
        return Seen(f"place {subject.place}", claim.id)
    start = (claim.admission_date or "")[:10]
    if start and subject.date and start <= subject.date and (claim.discharge_date or "9999")[:10] >= subject.date:
        return Seen(f"admitted {start} (DTP*435)", claim.id)
    return None


@fact("stay-on-our-side", "history")
def stay_on_our_side(subject: Subject) -> Seen | None:
    """Our own records show the patient in a hospital bed or nursing facility on the date."""
    return inpatient_stay(subject) or inpatient_place(subject)


@fact("technical-part", "837")
def technical_part(subject: Subject) -> Seen | None:
    """The line bills the technical part outside a hospital (global or TC), which needs imaging accreditation."""
    if not subject.is_ours or not subject.is_professional or subject.in_facility:
        return None
    for line in subject.lines:
        if subject.reference.role(line.procedure) in SCANS and "26" not in line.modifiers:
            return Seen("TC" if "TC" in line.modifiers else "global", line.id)
    return None


@fact("reading-only", "837")
def reading_only(subject: Subject) -> Seen | None:
    """The line bills the reading only (26): it is no part of a stay and needs no imaging accreditation."""
    lines = subject.lines
    return Seen("26", lines[0].id) if lines and all("26" in line.modifiers for line in lines) else None


@fact("hospital-service", "837")
def hospital_service(subject: Subject) -> Seen | None:
    """The service was furnished by or in a hospital, which needs no imaging accreditation of its own."""
    if not subject.is_professional or subject.in_facility:
        return Seen(
            f"{'bill type' if not subject.is_professional else 'place'} {subject.place or '?'}", subject.claim.id
        )
    return None


@fact("protected-reading", "837")
def protected_reading(subject: Subject) -> Seen | None:
    """A reading (26) at a hospital: where the hospital is in the network, the patient is protected."""
    reading = reading_only(subject)
    return Seen(f"26 in place {subject.place}", reading.at) if reading and subject.in_facility else None
