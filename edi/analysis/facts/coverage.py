"""Facts about diagnoses, necessity, frequency and benefits (domain.md section 3, rows 9, 10, 27, 28)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.subject import SCANS, Subject, gap

FREQUENCY_WINDOW = 730  # days looked back for an earlier scan


def _pointed(subject: Subject) -> list[tuple[str, int]]:
    """(code, row id) of the diagnoses that the line points to; of all for institutional claims."""
    by_ordinal = {d.ordinal: d for d in subject.claim.diagnoses if d.ordinal}
    line = subject.line
    if line is None or not line.pointers:
        return [(d.code or "", d.id) for d in subject.claim.diagnoses if d.ordinal or not subject.is_professional]
    return [(by_ordinal[p].code or "", by_ordinal[p].id) for p in line.pointers if p in by_ordinal]


@fact("supporting-diagnosis-pointed", "837")
def supporting_diagnosis_pointed(subject: Subject) -> Seen | None:
    """The line points to a diagnosis that usually supports perfusion imaging."""
    found = next(((code, at) for code, at in _pointed(subject) if subject.reference.supports(code)), None)
    return Seen(found[0], found[1]) if found else None


@fact("supporting-diagnosis-not-pointed", "837")
def supporting_diagnosis_not_pointed(subject: Subject) -> Seen | None:
    """A diagnosis that usually supports perfusion imaging is on the claim, but this line does not point to it."""
    if not subject.is_ours or not subject.is_professional or supporting_diagnosis_pointed(subject) is not None:
        return None
    found = next((d for d in subject.claim.diagnoses if subject.reference.supports(d.code)), None)
    return Seen(f"{found.code} is diagnosis {found.ordinal}", found.id) if found else None


@fact("no-supporting-diagnosis", "837")
def no_supporting_diagnosis(subject: Subject) -> Seen | None:
    """No diagnosis on the claim is among those that usually support perfusion imaging."""
    if not subject.is_ours or any(subject.reference.supports(d.code) for d in subject.claim.diagnoses):
        return None
    return Seen(" ".join(d.code or "" for d in subject.claim.diagnoses) or "no diagnosis", subject.claim.id)


@fact("coverage-list", "reference")
def coverage_list(subject: Subject) -> NotChecked | None:
    """The payer's coverage policy lists the diagnosis."""
    return NotChecked("no coverage list loaded") if subject.is_ours else None


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


@fact("policy-met-modifier", "837")
def policy_met_modifier(subject: Subject) -> Seen | None:
    """The line carries KX: the policy's conditions were declared met."""
    return Seen("KX", subject.line.id) if "KX" in subject.modifiers and subject.line else None


@fact("earlier-scan", "history")
def earlier_scan(subject: Subject) -> Seen | None:
    """The patient had a perfusion scan before, within two years."""
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        scanned = other is not subject.row and subject.reference.role(other.code) in SCANS and other.state != "void"
        if scanned and days is not None and 3 < days <= FREQUENCY_WINDOW and other.line:
            return Seen(f"{other.code} on {other.service_date}, {days} days before", other.line.id)
    return None


@fact("no-earlier-scan", "history")
def no_earlier_scan(subject: Subject) -> Seen | None:
    """No earlier perfusion scan of the patient is in this database."""
    return Seen("none found") if earlier_scan(subject) is None and subject.is_ours else None
