"""Facts about the scan that a tracer, agent or stress test belongs to (domain.md section 3, row 31; INTERFACE)."""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import FOLLOWERS, PAID, UNPAID, same_biller, same_day, state_then
from edi.analysis.outcomes.netting import Entry
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import Subject

_CASCADE_REASONS = {"107", "B15"}
_CASCADE_REMARKS = {"N122", "N161", "N356"}
# Add-on codes and their base codes (domain.md section 1.1).
_BASES = {"78434": {"78431", "78492"}, "0742T": {"78451", "78452"}}
_DENYING = {"denial", "bundling"}  # a write-off that both lines have is no reason of the scan's
_ACCREDITATION = {"N790", "N403"}
# Reasons that are true of every line of the claim by itself: such a line is not denied because its scan was.
_CLAIM_WIDE = frozenset(
    [
        "eligibility",
        "cob",
        "timely_filing",
        "duplicate",
        "provider",
        "network",
        "billing_data",
        "place_of_service",
        "bundling_facility",
        "capitation",
        "pending",
        "payment_route",
    ]
)


def _entry(subject: Subject, scan: Outcome) -> Entry | None:
    """The answer to the scan that stood when the row in question was decided."""
    return scan.first_entry if subject.row.state in ("paid", "void") and scan.first_entry else scan.deciding


def _seen(subject: Subject, scan: Outcome) -> Seen:
    entry = _entry(subject, scan)
    there = "" if scan.case is subject.row.case else f" on claim {scan.claim.control_number}"
    if there and entry and entry.remit.payer_control_number:
        there += f" (payer's number {entry.remit.payer_control_number})"
    return Seen(f"{scan.code} {state_then(subject, scan)}{there}", entry.svcs[0].id if entry and entry.svcs else None)


@fact("scan-paid", "835")
def scan_paid(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was paid or allowed."""
    scan = subject.scan
    return _seen(subject, scan) if scan is not None and state_then(subject, scan) in PAID else None


@fact("scan-denied", "835")
def scan_denied(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was denied."""
    scan = subject.scan
    return _seen(subject, scan) if scan is not None and state_then(subject, scan) in UNPAID else None


@fact("scan-first-denied", "835")
def scan_first_denied(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was denied at first and is paid now: this line was left behind."""
    scan = subject.scan
    if scan is None or scan.first_state != "denied" or scan.state not in PAID:
        return None
    return Seen(f"{scan.code} first denied, now {scan.state}", scan.line.id if scan.line else None)


@fact("scan-absent", "837")
def scan_absent(subject: Subject) -> Seen | None:
    """No scan stands on the claim, nor on another claim of the patient within three days."""
    if not subject.is_ours or subject.role not in FOLLOWERS or subject.line is None or subject.scan is not None:
        return None
    return Seen("no scan line", subject.claim.id)


@fact("base-code-absent", "837")
def base_code_absent(subject: Subject) -> Seen | None:
    """The line is an add-on, and its base code is on no claim of the biller for the day."""
    bases = _BASES.get(subject.code or "")
    if bases is None or not subject.is_ours:
        return None
    billed = {o.code for o in same_day(subject)}
    return None if billed & bases else Seen(f"{subject.code} without {' or '.join(sorted(bases))}", subject.claim.id)


@fact("companion-paid", "835")
def companion_paid(subject: Subject) -> Seen | None:
    """The scan that the line needs beside it was paid: for an add-on its base code."""
    return None if base_code_absent(subject) else scan_paid(subject)


@fact("cascade-code", "835")
def cascade_code(subject: Subject) -> Seen | None:
    """The payer's codes say that the line depends on one that was not covered (CARC 107, B15; N122, N161, N356)."""
    reason = next((a for a in subject.reasons if a.reason_code in _CASCADE_REASONS), None)
    if reason is not None:
        return Seen(reason.code, reason.id)
    remark = next((r for r in subject.remarks if r.code in _CASCADE_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("same-reason-as-scan", "835")
def same_reason_as_scan(subject: Subject) -> Seen | None:
    """The payer gave this supply the same reason as the denied scan, and one that only the scan can earn."""
    scan = subject.scan
    if scan is None or subject.role not in FOLLOWERS or not same_biller(subject, scan):
        return None
    entry = _entry(subject, scan)
    if entry is None:
        return None
    reference = subject.reference
    theirs = {a.reason_code for a in entry.split.reasons}
    their_remarks = {r.code for svc in entry.svcs for r in svc.remarks} | {r.code for r in entry.remit.remarks}
    told = {code for code in subject.remark_codes if not reference.is_alert(code)}
    shared = told & their_remarks
    for adjustment in subject.reasons:
        known = reference.reasons.get(adjustment.reason_code or "")
        if adjustment.reason_code not in theirs or known is None or known.kind not in _DENYING:
            continue
        if told and not shared:  # a remark of its own: the supply has a fault of its own
            continue
        categories = {remark.category for code in shared if (remark := reference.remarks.get(code))}
        if not (known.needs_remark and categories):  # an umbrella reason is what its remark says
            categories.add(known.category)
        if categories & _CLAIM_WIDE and not shared & _ACCREDITATION:
            continue
        return Seen(adjustment.code, adjustment.id)
    return None


@fact("cascade-signature", "835")
def cascade_signature(subject: Subject) -> Seen | None:
    """The denial follows the scan's: its codes say so, or a supply was given the scan's own reason."""
    return cascade_code(subject) or same_reason_as_scan(subject)
