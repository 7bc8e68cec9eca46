"""Facts about diagnoses, necessity, frequency and benefits (domain.md section 3, rows 9, 10, 27, 28).

Where no coverage policy is loaded, our list of supporting diagnoses decides: one of habits, which speaks of perfusion
imaging only, so that it is asked for scans, their stress tests and their supplies.
"""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import PERFUSION, lines_with_role
from edi.analysis.model import Diagnosis, ServiceLine
from edi.analysis.reference.office import Covered
from edi.analysis.subject import SCANS, Subject, gap

FREQUENCY_WINDOW = 730  # days looked back for an earlier scan
# Categories of ICD-10-CM (public) that are never complete with three characters, as far as they matter here.
_NEEDS_DETAIL = {"I20", "I21", "I22", "I24", "I25", "I42", "I44", "I46", "I47", "I48", "I50", "I11", "I13"}
_NEEDS_DETAIL |= {"R00", "R06", "R07", "R93", "R94", "Z01", "Z95", "Z98", "E78", "E11", "T82"}


def _line(subject: Subject) -> ServiceLine | None:
    """The line in question where something can be said of its diagnoses: a perfusion line (the scan, where the claim
    was answered as a whole), or any line for whose code a coverage policy is loaded."""
    if not subject.is_ours:
        return None
    lines = lines_with_role(subject, PERFUSION)
    scans = [line for line in lines if subject.reference.role(line.procedure) in SCANS]
    if not lines and subject.reference.coverage is not None:
        lines = [line for line in subject.lines if _policy(subject, line, "") is not None]
    return next(iter(scans or lines), None)


def _policy(subject: Subject, line: ServiceLine, code: str | None) -> Covered | None:
    """What the loaded coverage policies say of a diagnosis for the line; None when none is loaded for them."""
    known = subject.reference.coverage
    if known is None:
        return None
    claim, named = subject.claim, subject.svc.policy_id if subject.svc else None
    return known.find(claim.payer_name, claim.payer_id, line.procedure, code, line.service_date or subject.date, named)


def _supports(subject: Subject, line: ServiceLine, diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis supports the line: by the payer's loaded policy, else by our list of habits."""
    policy = _policy(subject, line, diagnosis.code)
    return policy.covered if policy is not None else subject.reference.supports(diagnosis.code)


def _pointed(subject: Subject, line: ServiceLine) -> list[Diagnosis]:
    """The diagnoses that the line points to, in its order; all of the claim's where lines do not point (837I)."""
    by_ordinal = {d.ordinal: d for d in subject.claim.diagnoses if d.ordinal}
    if not subject.is_professional:
        return [d for d in subject.claim.diagnoses if d.code]
    return [by_ordinal[p] for p in line.pointers if p in by_ordinal]


@fact("supporting-diagnosis-pointed", "837")
def supporting_diagnosis_pointed(subject: Subject) -> Seen | None:
    """The line points to a diagnosis that usually supports perfusion imaging."""
    line = _line(subject)
    found = next((d for d in _pointed(subject, line) if _supports(subject, line, d)), None) if line else None
    return Seen(found.code, found.id) if found else None


@fact("supporting-diagnosis-first", "837")
def supporting_diagnosis_first(subject: Subject) -> Seen | None:
    """The line's first diagnosis usually supports perfusion imaging (any of a hospital claim's, whose lines point to
    none)."""
    line = _line(subject)
    pointed = _pointed(subject, line) if line else []
    first = pointed[:1] if subject.is_professional else pointed
    found = next((d for d in first if line and _supports(subject, line, d)), None)
    return Seen(found.code, found.id) if found else None


@fact("supporting-diagnosis-not-pointed", "837")
def supporting_diagnosis_not_pointed(subject: Subject) -> Seen | None:
    """A diagnosis that usually supports perfusion imaging is on the claim, but this line does not point to it."""
    line = _line(subject)
    if line is None or not subject.is_professional or supporting_diagnosis_pointed(subject) is not None:
        return None
    found = next((d for d in subject.claim.diagnoses if d.ordinal and _supports(subject, line, d)), None)
    if found is None:
        return None
    pointers = " ".join(str(p) for p in line.pointers) or "nothing"
    return Seen(f"{found.code} is diagnosis {found.ordinal}; the line points to {pointers}", found.id)


@fact("no-supporting-diagnosis", "837")
def no_supporting_diagnosis(subject: Subject) -> Seen | None:
    """No diagnosis on the claim is among those that usually support perfusion imaging."""
    line = _line(subject)
    if line is None or any(_supports(subject, line, d) for d in subject.claim.diagnoses):
        return None
    return Seen(" ".join(d.code for d in subject.claim.diagnoses if d.code) or "no diagnosis", subject.claim.id)


@fact("diagnosis-truncated", "837")
def diagnosis_truncated(subject: Subject) -> Seen | None:
    """A diagnosis on the claim stops at its three-character category, which is not a code."""
    if not subject.is_ours:
        return None
    for diagnosis in subject.claim.diagnoses:
        if (diagnosis.code or "").replace(".", "").upper() in _NEEDS_DETAIL:
            return Seen(diagnosis.code, diagnosis.id)
    return None


@fact("pointer-missing", "837")
def pointer_missing(subject: Subject) -> Seen | None:
    """The line points to no diagnosis, or to one that is not on the claim (SV107)."""
    if not subject.is_ours or not subject.is_professional:
        return None
    known = {d.ordinal for d in subject.claim.diagnoses if d.ordinal}
    for line in subject.lines:
        lost = [p for p in line.pointers if p not in known]
        if lost or not line.pointers:
            return Seen(f"points to {lost[0]}, not on the claim" if lost else "no pointer", line.id)
    return None


@fact("diagnosis-said-unfit", "835")
def diagnosis_said_unfit(subject: Subject) -> Seen | None:
    """The payer says that the diagnosis does not support the service (CARC 11, 167; N569), not that it is invalid."""
    reason = next((a for a in subject.reasons if a.reason_code in ("11", "167")), None)
    if reason is not None:
        return Seen(reason.code, reason.id)
    remark = next((r for r in subject.remarks if r.code == "N569"), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("coverage-list", "reference")
def coverage_list(subject: Subject) -> Seen | NotChecked | None:
    """A coverage policy is loaded for this payer and code, and decides which diagnoses support it."""
    line = _line(subject)
    if not subject.is_ours:
        return None
    if subject.reference.coverage is None:
        return NotChecked("no coverage list loaded")
    first = next((d for d in subject.claim.diagnoses if d.code), None)
    policy = _policy(subject, line, first.code) if line and first else None
    return Seen(policy.policy) if policy else NotChecked(f"no coverage policy of this payer loaded for {subject.code}")


@fact("policy-named", "835")
def policy_named(subject: Subject) -> Seen | None:
    """The payer names the policy it applied (REF*0K)."""
    svc = subject.svc
    return Seen(svc.policy_id, svc.id) if svc and svc.policy_id else None


@fact("notice-on-file", "837")
def notice_on_file(subject: Subject) -> Seen | None:
    """The line carries a notice modifier (GA, GX, GY, GZ): the denial was expected when it was billed."""
    found = subject.modifiers & {"GA", "GX", "GY", "GZ"}
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line else None


@fact("necessity-notice", "837")
def necessity_notice(subject: Subject) -> Seen | None:
    """The line was billed as probably not necessary: with a signed notice (GA) or without one (GZ)."""
    found = subject.modifiers & {"GA", "GZ"}
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line and subject.is_ours else None


@fact("policy-met-modifier", "837")
def policy_met_modifier(subject: Subject) -> Seen | None:
    """The line carries KX: the policy's conditions were declared met."""
    return Seen("KX", subject.line.id) if "KX" in subject.modifiers and subject.line else None


@fact("no-earlier-scan", "history")
def no_earlier_scan(subject: Subject) -> Seen | None:
    """No earlier perfusion scan of the patient is in this database."""
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        scanned = other is not subject.row and subject.reference.role(other.code) in SCANS and other.state != "void"
        if scanned and days is not None and 0 < days <= FREQUENCY_WINDOW:
            return None
    return Seen("none found") if subject.is_ours else None
