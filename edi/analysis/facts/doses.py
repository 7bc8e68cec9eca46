"""How many studies the tracer and stress lines speak for (domain.md section 2, number-of-studies evidence).

Units alone never prove one study: every fact here is worded as what the claim is consistent with.
"""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.model import ServiceLine
from edi.analysis.subject import Subject

TECHNETIUM, THALLIUM = "tc-per-dose", "tl-per-mci"
WINDOW = 3  # days: a two-day protocol gives each dose its own date


def _tracers(subject: Subject, kind: str) -> list[ServiceLine]:
    """Tracer lines of this claim and of the patient's other claims within three days."""
    family = subject.reference.family
    rows = [o for o in [*subject.same_claim, *subject.nearby(WINDOW)] if o.line is not None and o.state != "void"]
    lines = {o.line.id: o.line for o in rows if o.line}
    return [o for o in lines.values() if (known := family.get(o.procedure or "")) and known.tracer_kind == kind]


def _doses(subject: Subject) -> float:
    return sum(float(line.units or 1) for line in _tracers(subject, TECHNETIUM))


def _bears_tracer(subject: Subject) -> bool:
    """Whether this biller would have billed the tracer: an office claim, global or technical."""
    return subject.is_professional and not subject.in_facility and "26" not in subject.modifiers


@fact("two-doses", "837")
def two_doses(subject: Subject) -> Seen | None:
    """Two technetium doses were billed within three days: consistent with two studies."""
    lines = _tracers(subject, TECHNETIUM)
    if _doses(subject) < 2:
        return None
    return Seen("; ".join(f"{o.procedure} x {o.units or 1:g} on {o.service_date}" for o in lines), lines[0].id)


@fact("dual-isotope", "837")
def dual_isotope(subject: Subject) -> Seen | None:
    """Thallium and technetium were both billed: consistent with a dual-isotope rest and stress study."""
    thallium = _tracers(subject, THALLIUM)
    if not thallium or _doses(subject) < 1:
        return None
    return Seen(f"{thallium[0].procedure} beside a technetium dose", thallium[0].id)


@fact("thallium-only", "837")
def thallium_only(subject: Subject) -> Seen | None:
    """Only thallium was billed: stress and redistribution can share one injection, so 78452 cannot be refuted."""
    thallium = _tracers(subject, THALLIUM)
    return (
        Seen(f"{thallium[0].procedure} x {thallium[0].units or 1:g}", thallium[0].id)
        if (thallium and _doses(subject) == 0)
        else None
    )


@fact("one-dose", "837")
def one_dose(subject: Subject) -> Seen | None:
    """One technetium dose, no thallium, none within three days: consistent with one study, or a dose not billed."""
    if not subject.is_ours or not _bears_tracer(subject) or _tracers(subject, THALLIUM):
        return None
    lines = _tracers(subject, TECHNETIUM)
    if len(lines) != 1 or _doses(subject) != 1:
        return None
    return Seen(f"{lines[0].procedure} x 1", lines[0].id)


@fact("no-tracer", "837")
def no_tracer(subject: Subject) -> Seen | None:
    """An office scan without any tracer line: possibly a missed charge."""
    if not subject.is_ours or not _bears_tracer(subject):
        return None
    if _tracers(subject, TECHNETIUM) or _tracers(subject, THALLIUM):
        return None
    return Seen("no tracer line within three days", subject.claim.id)


@fact("tracer-billed-elsewhere", "837")
def tracer_billed_elsewhere(subject: Subject) -> Seen | None:
    """A reading (26) or a facility claim: the tracer belongs to another bill, so its absence says nothing."""
    if not subject.is_professional or "26" in subject.modifiers or subject.in_facility:
        return Seen(
            f"place {subject.place or '?'}, modifiers {' '.join(sorted(subject.modifiers)) or 'none'}", subject.claim.id
        )
    return None


@fact("stress-evidence", "837")
def stress_evidence(subject: Subject) -> Seen | None:
    """A stress test or stress agent was billed within two days."""
    for other in [*subject.same_claim, *subject.nearby(2)]:
        if other.line and subject.reference.role(other.code) in ("stress-test", "agent"):
            return Seen(f"{other.code} on {other.service_date}", other.line.id)
    return None


@fact("no-stress-evidence", "837")
def no_stress_evidence(subject: Subject) -> Seen | None:
    """Neither stress test nor stress agent was billed within two days (a rest study is still possible)."""
    if not subject.is_ours or stress_evidence(subject) is not None:
        return None
    return Seen("no 93015-93018, no stress agent", subject.claim.id)


@fact("recoded-lower", "835")
def recoded_lower(subject: Subject) -> Seen | None:
    """The payer priced another code than the one submitted (SVC01 against SVC06)."""
    svc = subject.svc
    if svc is None or not svc.submitted_procedure or svc.submitted_procedure == svc.procedure:
        return None
    return Seen(f"billed {svc.submitted_procedure}, priced {svc.procedure}", svc.id)


@fact("recoded-to-single-study", "835")
def recoded_to_single_study(subject: Subject) -> Seen | None:
    """The payer priced the scan as a single study."""
    svc = subject.svc
    reference = subject.reference
    if svc is None or not svc.submitted_procedure or svc.submitted_procedure == svc.procedure:
        return None
    single = reference.family.get(svc.procedure or "")
    several = reference.family.get(svc.submitted_procedure)
    if single and several and single.studies == "single" and several.studies == "several":
        return Seen(f"billed {svc.submitted_procedure}, priced {svc.procedure}", svc.id)
    return None


@fact("single-study-signature", "835")
def single_study_signature(subject: Subject) -> Seen | None:
    """The payer's codes speak of fewer studies or a lower level than billed."""
    recoded = recoded_to_single_study(subject)
    if recoded is not None:
        return recoded
    found = next((a for a in subject.reasons if a.reason_code == "150"), None)
    if found is not None:
        return Seen(found.code, found.id)
    for remark in subject.remarks:
        if remark.code in ("N163", "M25", "N657", "N56", "N610"):
            return Seen(remark.code, remark.id)
    return None
