"""How many studies the tracer and stress lines speak for (domain.md section 2, number-of-studies evidence).

Units alone never prove one study: every fact here is worded as what the claim is consistent with.
"""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import counts, lines_with_role, same_biller
from edi.analysis.model import ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.outcomes.repricing import priced_component, priced_lower
from edi.analysis.subject import SCANS, Subject, kept

TECHNETIUM, THALLIUM, POSITRON = "tc-per-dose", "tl-per-mci", "pet-per-dose"
WINDOW = 3  # days: a two-day protocol gives each dose its own date
_GLUCOSE = "A9552"  # shows metabolism, not perfusion
_DUAL_TRACER = {"78432", "78433"}  # perfusion and metabolism (domain.md section 1.1)
_LEVEL_REMARKS = {"N163", "M25", "M26", "N657", "N56", "N610"}


@kept
def _rebilled(subject: Subject) -> set[int]:
    """Cases that bill the very service in question once more (a rebill): their doses are these doses."""
    return {
        id(o.case)
        for o in subject.nearby(0)
        if o.case is not subject.row.case
        and o.code == subject.code
        and set(o.modifiers) == subject.modifiers
        and same_biller(subject, o)
    }


def _around(subject: Subject, days: int) -> list[Outcome]:
    """Rows of this claim and of the patient's other claims within `days`, without voids and rebills."""
    again = _rebilled(subject)
    rows = {id(o): o for o in [*subject.same_claim, *subject.nearby(days)]}
    return [o for o in rows.values() if o.line is not None and counts(subject, o) and id(o.case) not in again]


@kept
def _perfusion_tracers(subject: Subject) -> list[tuple[str, ServiceLine]]:
    """Perfusion tracer lines of this claim and of the patient's other claims within three days, with their kind."""
    family = subject.reference.family
    lines = [o.line for o in _around(subject, WINDOW) if o.line]
    if subject.line is None:  # the claim was answered as a whole
        lines = [*subject.claim.lines, *lines]
    found = {line.id: line for line in lines}.values()
    known = [(family.get(line.procedure or ""), line) for line in found]
    return [(code.tracer_kind, line) for code, line in known if code and code.role == "tracer"]


def _tracers(subject: Subject, kind: str) -> list[ServiceLine]:
    return [line for found, line in _perfusion_tracers(subject) if found == kind]


def _unlisted_tracer(subject: Subject) -> bool:
    """Whether a tracer without a code of its own was billed within three days."""
    role = subject.reference.role
    return any(role(o.code) == "tracer-unlisted" for o in _around(subject, WINDOW)) or bool(
        subject.line is None and lines_with_role(subject, {"tracer-unlisted"})
    )


def _doses(lines: list[ServiceLine]) -> float:
    return sum(float(1 if line.units is None else line.units) for line in lines)


def _bears_tracer(subject: Subject) -> bool:
    """Whether this biller would have billed the tracer: an office claim, global or technical."""
    if not subject.is_professional or subject.in_facility or not subject.is_ours:
        return False
    return any("26" not in line.modifiers for line in lines_with_role(subject, SCANS))


@fact("two-doses", "837")
def two_doses(subject: Subject) -> Seen | None:
    """Two technetium doses were billed within three days: consistent with two studies."""
    lines = _tracers(subject, TECHNETIUM)
    if _doses(lines) < 2:
        return None
    return Seen("; ".join(f"{o.procedure} x {o.units or 1:g} on {o.service_date}" for o in lines), lines[0].id)


@fact("two-positron-doses", "837")
def two_positron_doses(subject: Subject) -> Seen | None:
    """Two PET doses (perfusion; with a dual-tracer code one of them FDG) were billed: consistent with two studies."""
    known, lines = subject.reference.family.get(subject.code or ""), _tracers(subject, POSITRON)
    if known is None or (known.role, known.studies) != ("scan-pet", "several"):
        return None
    perfusion = [line for line in lines if line.procedure != _GLUCOSE]
    if known.code in _DUAL_TRACER:
        enough = bool(perfusion) and len(lines) > len(perfusion)
    else:
        lines, enough = perfusion, _doses(perfusion) >= 2
    if not enough:
        return None
    return Seen("; ".join(f"{o.procedure} x {o.units or 1:g} on {o.service_date}" for o in lines), lines[0].id)


@fact("dual-isotope", "837")
def dual_isotope(subject: Subject) -> Seen | None:
    """Thallium and technetium were both billed: consistent with a dual-isotope rest and stress study."""
    thallium, technetium = _tracers(subject, THALLIUM), _tracers(subject, TECHNETIUM)
    if not thallium or not technetium:
        return None
    return Seen(f"{thallium[0].procedure} beside {technetium[0].procedure}", thallium[0].id)


@fact("thallium-only", "837")
def thallium_only(subject: Subject) -> Seen | None:
    """Only thallium was billed: stress and redistribution can share one injection, so the claim cannot tell."""
    thallium = _tracers(subject, THALLIUM)
    if not thallium or _tracers(subject, TECHNETIUM):
        return None
    return Seen(f"{thallium[0].procedure} x {thallium[0].units or 1:g}", thallium[0].id)


@fact("one-dose", "837")
def one_dose(subject: Subject) -> Seen | None:
    """One technetium dose, no thallium, none within three days: consistent with one study, or a dose not billed."""
    if not _bears_tracer(subject) or _tracers(subject, THALLIUM):
        return None
    lines = _tracers(subject, TECHNETIUM)
    if len(lines) != 1 or _doses(lines) != 1:
        return None
    return Seen(f"{lines[0].procedure} x 1", lines[0].id)


@fact("no-tracer", "837")
def no_tracer(subject: Subject) -> Seen | None:
    """An office scan without any tracer line: possibly a missed charge."""
    if not _bears_tracer(subject) or _perfusion_tracers(subject) or _unlisted_tracer(subject):
        return None
    return Seen("no tracer line within three days", subject.claim.id)


@fact("tracer-billed-elsewhere", "837")
def tracer_billed_elsewhere(subject: Subject) -> Seen | None:
    """A reading (26) or a facility claim: the tracer belongs to another bill, so its absence says nothing."""
    if subject.is_ours and (not subject.is_professional or "26" in subject.modifiers or subject.in_facility):
        modifiers = " ".join(sorted(subject.modifiers)) or "none"
        return Seen(f"place {subject.place or '?'}, modifiers {modifiers}", subject.claim.id)
    return None


@fact("stress-evidence", "837")
def stress_evidence(subject: Subject) -> Seen | None:
    """A stress test or stress agent was billed within two days."""
    lines = [o.line for o in _around(subject, 2) if o.line]
    if subject.line is None:
        lines += subject.claim.lines
    for line in lines:
        if subject.reference.role(line.procedure) in ("stress-test", "agent"):
            return Seen(f"{line.procedure} on {line.service_date}", line.id)
    return None


@fact("no-stress-evidence", "837")
def no_stress_evidence(subject: Subject) -> Seen | None:
    """Neither stress test nor stress agent was billed within two days (a rest study is still possible)."""
    if not subject.is_ours or subject.role == "stress-test" or stress_evidence(subject) is not None:
        return None
    if subject.is_professional and all("26" in line.modifiers for line in subject.lines):
        return None  # a reading's stress test and agent are on other bills
    return Seen("no 93015-93018, no stress agent", subject.claim.id)


def _recoded(subject: Subject) -> Seen | None:
    """Another code or part was priced than the one submitted (SVC01 against SVC06)."""
    svc = subject.svc
    if svc is None or not priced_lower(svc, subject.reference):
        return None
    part = priced_component(svc)
    billed, priced = svc.submitted_procedure, svc.procedure
    return Seen(f"billed {billed}, priced {priced}{f'-{part}' if part else ''}", svc.id)


@fact("recoded-to-single-study", "835")
def recoded_to_single_study(subject: Subject) -> Seen | None:
    """The payer priced the scan as a single study."""
    svc, family = subject.svc, subject.reference.family
    if svc is None or not svc.submitted_procedure or svc.submitted_procedure == svc.procedure:
        return None
    single, several = family.get(svc.procedure or ""), family.get(svc.submitted_procedure)
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
    remark = next((r for r in subject.remarks if r.code in _LEVEL_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("paid-at-lower-level", "835")
def paid_at_lower_level(subject: Subject) -> Seen | None:
    """The payer paid a lower code, part or level than billed: another SVC01, or an amount taken off for the level."""
    recoded = _recoded(subject)
    if recoded is not None:
        return recoded
    found = next((a for a in subject.reasons if a.reason_code in ("150", "152", "186")), None)
    return Seen(found.code, found.id) if found is not None and subject.state == "reduced" else None


@fact("component-added-by-payer", "835")
def component_added_by_payer(subject: Subject) -> Seen | None:
    """The payer priced only the reading or the technical part of a line billed without 26 or TC."""
    part = priced_component(subject.svc) if subject.svc else None
    return Seen(f"priced with {part}", subject.svc.id) if part and subject.svc else None


@fact("code-change-remark", "835")
def code_change_remark(subject: Subject) -> Seen | None:
    """The payer's remark says that it changed the code or the level (N22, N610: alerts, so they only corroborate)."""
    remark = next((r for r in subject.remarks if r.code in ("N22", "N610", "N657")), None)
    return Seen(remark.code, remark.id) if remark else None
