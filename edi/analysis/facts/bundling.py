"""Facts about packaging, cascades and bundling by contract (domain.md section 3, rows 13, 14, 16, 31)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.packaging import OUTPATIENT_BILL_TYPES, PACKAGED_STATUSES, Packaging, packaging_of
from edi.analysis.subject import SUPPLIES, Subject

_CASCADE_REASONS = {"107", "B15"}
_CASCADE_REMARKS = {"N161", "N356"}


def _packaging(subject: Subject) -> Packaging | None:
    return packaging_of(subject.claim, subject.remit, subject.reference) if subject.remit else None


@fact("packaged-status", "reference")
def packaged_status(subject: Subject) -> Seen | NotChecked | None:
    """The code's OPPS status indicator on the date packages it."""
    status = subject.reference.opps_status(subject.code, subject.date)
    packaging = _packaging(subject)
    if status is None:
        return NotChecked(f"no OPPS status loaded for {subject.code} on {subject.date}")
    if status in PACKAGED_STATUSES or (packaging and packaging.comprehensive):
        return Seen(f"{subject.code} is {status} on {subject.date}")
    return None


@fact("parent-paid", "835")
def parent_paid(subject: Subject) -> Seen | None:
    """The service that carries this line's payment was paid on the same claim."""
    packaging = _packaging(subject)
    if packaging is None or subject.svc is None or not packaging.parent_paid(subject.svc):
        return None
    paid = [line for line in (subject.remit.lines if subject.remit else []) if line.id in packaging.paid_lines]
    parent = next(
        (line for line in paid if subject.reference.role(line.code).startswith("scan")), paid[0] if paid else None
    )
    return Seen(f"{parent.code} (revenue code {parent.revenue_code})", parent.id) if parent else None


@fact("opps-claim", "837")
def opps_claim(subject: Subject) -> Seen | None:
    """A hospital outpatient bill type with a payer that follows OPPS."""
    claim = subject.claim
    if (claim.place_of_service or "")[:2] in OUTPATIENT_BILL_TYPES and subject.payer.follows_opps:
        return Seen(f"bill type {subject.place}, filing code {claim.filing_code or '?'}", claim.id)
    return None


@fact("comprehensive-apc", "835")
def comprehensive_apc(subject: Subject) -> Seen | None:
    """The claim earned a comprehensive APC, which takes in the scan itself."""
    packaging = _packaging(subject)
    return (
        Seen("observation or J1", subject.remit.id) if packaging and packaging.comprehensive and subject.remit else None
    )


@fact("cascade-code", "835")
def cascade_code(subject: Subject) -> Seen | None:
    """The payer's codes say that the line depends on a service that was not covered (CARC 107, B15; N161, N356)."""
    reason = next((a for a in subject.reasons if a.reason_code in _CASCADE_REASONS), None)
    if reason is not None:
        return Seen(reason.code, reason.id)
    remark = next((r for r in subject.remarks if r.code in _CASCADE_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("cascade-signature", "835")
def cascade_signature(subject: Subject) -> Seen | None:
    """The denial follows the scan's: its codes say so, or a supply was given the scan's own reason."""
    direct = cascade_code(subject)
    if direct is not None or subject.role not in SUPPLIES:
        return direct
    scan = subject.scan
    if scan is None or scan.deciding is None:
        return None
    theirs = {a.reason_code for a in scan.deciding.split.reasons}
    shared = next((a for a in subject.reasons if a.reason_code in theirs), None)
    return Seen(shared.code, shared.id) if shared else None
