"""Checks on diagnoses, providers, hospital lines and paperwork (S16-S18, S24, S28)."""

from __future__ import annotations

from collections.abc import Iterator

from edi.analysis.audit.checks import Found, Unchecked, View, check, line_of, near, reported
from edi.analysis.facts import coverage, providers
from edi.analysis.facts.registry import NotChecked, Seen
from edi.analysis.grouping import normalised
from edi.analysis.outcomes.packaging import OUTPATIENT_BILL_TYPES
from edi.analysis.reference import MEDICARE_FFS
from edi.analysis.subject import SCANS, Subject

_TESTS = SCANS | {"stress-test", "stress-echo"}
_TRACERS = {"tracer", "tracer-unlisted", "tracer-other"}
_OFTEN = 2  # records asked for at least so often, and for half of the answers
_SENT_APART = {"BM", "EL", "EM", "FT", "FX"}  # PWK02: paperwork that travels by itself and needs a number
_TRACER_REVENUE, _STRESS_REVENUE = "0343", "0482"


@check("S16")
def diagnoses(view: View) -> Iterator[Found | Unchecked]:
    """A covered diagnosis that the line points to, by the loaded policy; else, as a warning, by what policies list."""
    yield from reported("diagnosis-truncated", view.whole, coverage.diagnosis_truncated(view.whole))
    for subject in view.lines:
        yield from reported("pointer-missing", subject, coverage.pointer_missing(subject))
        policy = isinstance(coverage.coverage_list(subject), Seen)
        if not policy and subject.role not in SCANS:
            continue
        if not policy:
            loaded = view.reference.coverage is not None
            yield Unchecked("S16", "no coverage policy of this payer loaded" if loaded else "no coverage list loaded")
        unpointed = coverage.supporting_diagnosis_not_pointed(subject)
        unlisted = coverage.no_supporting_diagnosis(subject)
        yield from reported("diagnosis-not-pointed" if policy else "usual-diagnosis-not-pointed", subject, unpointed)
        yield from reported("diagnosis-not-covered" if policy else "diagnosis-unusual", subject, unlisted)


@check("S17")
def provider_numbers(view: View) -> Iterator[Found | Unchecked]:
    """NPIs that pass their check digit; who ordered a diagnostic test; a taxonomy code."""
    claim, subject = view.claim, view.whole
    yield from reported("provider-number-invalid", subject, providers.provider_number_invalid(subject))
    if not subject.is_professional:
        return
    known = providers.numbers(subject)
    if not {"referring", "line ordering", "line referring"} & set(known) and view.of_role(*_TESTS):
        name = "ordering-provider-absent"
        if claim.filing_code not in MEDICARE_FFS:
            name += "-other"
        yield Found(name, subject, "no NM1*DN, no NM1*DK", claim.id)
    if not claim.rendering_taxonomy and not claim.billing_taxonomy:
        yield Found("taxonomy-absent", subject, "no PRV", claim.id)
    yield from _enrollment(view)


def _enrollment(view: View) -> Iterator[Found | Unchecked]:
    """The billing and rendering provider against the office's enrollment list, once a claim."""
    for name, observe in (
        ("provider-not-enrolled", providers.not_in_enrollment_list),
        ("taxonomy-not-enrolled", providers.taxonomy_not_enrolled),
    ):
        subject = next((one for one in view.lines if observe(one)), None)
        if subject is not None:
            yield from reported(name, subject, observe(subject))
            return
    listed = providers.enrollment_list(view.lines[0]) if view.lines else None
    if isinstance(listed, NotChecked):
        yield Unchecked("S17", listed.why)


@check("S18")
def accreditation(view: View) -> Iterator[Found | Unchecked]:
    """The technical part outside a hospital: by the office's list of sites, else by the payer's earlier denials."""
    for subject in view.lines:
        technical = subject.is_professional and not subject.in_facility and "26" not in subject.modifiers
        if subject.role not in SCANS or not technical:
            continue
        if view.reference.accreditation is not None:
            yield from reported("site-not-accredited", subject, providers.not_in_accreditation_list(subject))
            continue
        before = view.past.seen(view.claim.payer_name, "imaging-accreditation")
        if before.lines:
            value = f"{subject.code}, denied {before.lines} times before"
            yield Found("accreditation-denied-before", subject, value, line_of(subject).id)
        elif view.claim.filing_code in MEDICARE_FFS:
            yield Unchecked("S18", "no accreditation list loaded")


@check("S24")
def hospital_lines(view: View) -> Iterator[Found | Unchecked]:
    """A hospital's outpatient scan with its tracer under 0343 and its stress test under 0482."""
    claim = view.claim
    outpatient = (claim.place_of_service or "")[:2] in OUTPATIENT_BILL_TYPES | {"85"}
    if claim.kind != "837I" or not outpatient:
        return
    for subject in view.lines:
        line = line_of(subject)
        revenue = (line.revenue_code or "").zfill(4)
        if subject.role in SCANS and not _tracer_near(subject):
            yield Found("hospital-scan-without-tracer", subject, f"{subject.code}, no tracer", line.id)
        elif subject.role == "tracer" and revenue != _TRACER_REVENUE:
            yield Found("tracer-revenue-code", subject, f"{subject.code} under {line.revenue_code}", line.id)
        elif subject.code == "93017" and revenue != _STRESS_REVENUE:
            yield Found("stress-revenue-code", subject, f"93017 under {line.revenue_code}", line.id)


def _tracer_near(subject: Subject) -> bool:
    return any(subject.reference.role(o.code) in _TRACERS for o in near(subject, 3))


@check("S28")
def paperwork(view: View) -> Iterator[Found | Unchecked]:
    """Records for payers that nearly always ask for them, by the database's history; numbers on paperwork."""
    claim = view.claim
    announced = [*claim.attachments, *(a for line in claim.lines for a in line.attachments)]
    bare = next((a for a in announced if a.transmission in _SENT_APART and not a.control_number), None)
    if bare is not None:
        yield Found("attachment-without-number", view.whole, f"PWK {bare.type or '?'} without PWK06", bare.id)
    scans = [one for one in view.lines if one.role in SCANS]
    if announced or not scans:
        return
    if not view.past.known:
        yield Unchecked("S28", "without a database it is not known which payers always ask for records")
        return
    for subject in scans:
        key = normalised(claim.payer_name), subject.code or ""
        asked, decided = view.past.records.get(key, 0), view.past.decided.get(key, 0)
        if asked >= _OFTEN and asked * 2 >= decided:
            yield Found("records-not-announced", subject, f"asked {asked} of {decided} times", line_of(subject).id)
