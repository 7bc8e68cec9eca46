"""When a bundling reason on a hospital line is the expected OPPS packaging and no denial (domain.md 1.3, 3 row 16).

Hospital outpatient bill type (13x, or 12x), a payer that follows OPPS, a code whose status indicator packages on the
date of service, and a parent that was paid on the same claim; or a claim that earned a comprehensive APC.
"""

from __future__ import annotations

from dataclasses import dataclass

from edi.analysis.model import Adjustment, Claim, RemitClaim, RemitLine
from edi.analysis.reference import Reference

OUTPATIENT_BILL_TYPES = {"12", "13"}
PACKAGING_REASONS = {"97", "234", "P14"}
PACKAGED_STATUSES = {"N", "Q1", "Q2", "Q3", "Q4"}
_OBSERVATION, _OBSERVATION_HOURS, _OBSERVATION_APC = "G0378", 8, "8011"
# What the observation APC needs beside the hours: an emergency, clinic or critical care visit, or a direct referral.
_VISITS = {*(f"9928{n}" for n in range(1, 6)), *(f"G038{n}" for n in range(5)), "99291", "G0463", "G0379"}
_TOLD_OTHERWISE = {"bundling_facility", "component", "duplicate"}  # remarks of a stay, another biller, a repeat
_DEPENDENT_ROLES = {
    "tracer",
    "agent",
    "agent-adjunct",
    "reversal-agent",
    "stress-test",
    "add-on",
    "inside",
    "injection",
}
_SCAN_ROLES = {"scan", "scan-single", "scan-planar", "scan-pet"}


def bill_type(claim: Claim) -> str:
    """Facility type and frequency of an institutional claim, such as '131'."""
    return f"{claim.place_of_service or ''}{claim.frequency or ''}"


@dataclass(slots=True)
class Packaging:
    """What is known of one answer that decides packaging."""

    hospital_outpatient: bool
    follows_opps: bool
    comprehensive: bool
    paid_scan: bool
    has_scan: bool
    paid_lines: frozenset[int]
    carrier: RemitLine | None  # the paid line that carries the payment of others: a scan, else the first
    reference: Reference
    default_date: str | None

    def status(self, svc: RemitLine) -> str | None:
        """OPPS status indicator of the line on its date; None when unverified."""
        return self.reference.opps_status(svc.code, svc.service_date or self.default_date)

    def parent_paid(self, svc: RemitLine) -> bool:
        """Whether the service that carries this line's payment was paid on the same answer."""
        if self.has_scan and not self.comprehensive and self.reference.roles[svc.code] in _DEPENDENT_ROLES:
            return self.paid_scan
        return len(self.paid_lines) > (svc.id in self.paid_lines)  # another line than this one

    def expects(self, svc: RemitLine, adjustment: Adjustment | None) -> bool:
        """Whether zero payment for this line is packaging. `adjustment` None: the whole charge went as CO-45."""
        if not (self.hospital_outpatient and self.follows_opps and self.parent_paid(svc)):
            return False
        if adjustment is not None and adjustment.reason_code not in PACKAGING_REASONS:
            return False
        if adjustment is not None and adjustment.group_code not in ("CO", "OA"):
            return False
        known = [self.reference.remarks.get(remark.code or "") for remark in svc.remarks]
        if any(one is not None and one.category in _TOLD_OTHERWISE for one in known):
            return False
        status = self.status(svc)
        if self.comprehensive:
            return status != "G"
        if status is None:  # outside the loaded table a bundling reason is taken at its word; a write-off is not, and
            return adjustment is not None and self.reference.role(svc.code) not in _SCAN_ROLES  # a scan carries others
        return status in PACKAGED_STATUSES


def packaging_of(claim: Claim, remit: RemitClaim, reference: Reference) -> Packaging | None:
    """The packaging facts of one answer; None when the claim is no institutional one.

    A claim known from its remittance only is taken for institutional when the payer
    gives a hospital facility type with revenue codes (CLP08, SVC04).
    """
    institutional = claim.kind == "837I" or (claim.kind is None and any(line.revenue_code for line in remit.lines))
    if not institutional:
        return None
    facility = claim.place_of_service or remit.facility_code or ""
    payer = reference.payer(claim.payer_name, claim.payer_id, claim.filing_code)
    remit_payer = reference.payer(remit.payment.payer_name, remit.payment.payer_id, remit.filing_code)
    paid = [
        line
        for line in remit.lines
        if line.paid > 0 or any(a.group_code == "PR" and a.cents > 0 for a in line.adjustments)
    ]
    scans = [line for line in remit.lines if reference.role(line.code) in _SCAN_ROLES]
    paid_scans = [line for line in scans if line in paid]
    hours = sum(float(line.units or 0) for line in claim.lines if line.procedure == _OBSERVATION)
    visited = any(line.procedure in _VISITS for line in claim.lines)
    statuses = {reference.opps_status(line.code, line.service_date or remit.statement_from) for line in remit.lines}
    comprehensive = (
        any(line.apc == _OBSERVATION_APC for line in remit.lines)
        or (hours >= _OBSERVATION_HOURS and visited and "T" not in statuses)  # a T procedure earns no observation APC
        or "J1" in statuses
    )
    return Packaging(
        hospital_outpatient=facility[:2] in OUTPATIENT_BILL_TYPES,
        follows_opps=payer.follows_opps is True or remit_payer.follows_opps is True,
        comprehensive=comprehensive,
        paid_scan=bool(paid_scans),
        has_scan=bool(scans),
        paid_lines=frozenset([line.id for line in paid]),
        carrier=next(iter(paid_scans or paid), None),
        reference=reference,
        default_date=remit.statement_from or (claim.dates or (None,))[0],
    )
