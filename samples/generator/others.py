"""What lies beside claims and remittances in a real folder: a 999, a 277CA, a note that is not X12."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from generator.envelope import Group, Interchange, Money, TransactionSet, ymd
from generator.model import Claim
from generator.world import EASTMERE, GROUP

DEPOSITS = b"""Deposits, Thornbridge Heart Group, April 2026
01 April   EFT from the Medicare contractor, matches the remittance
14 April   check from the Medicaid plan, scanned
This note is not X12. A folder like this one always holds a few of these.
"""


def acknowledgment(day: date, control: int, group_control: int) -> Interchange:
    """A 999 that accepts the one transaction of a functional group of ours."""
    out = TransactionSet("999", "005010X231A1")
    out.add("AK1", "HC", str(group_control), "005010X222A1")
    out.add("AK2", "837", "0001", "005010X222A1")
    out.add("IK5", "A")
    out.add("AK9", "A", "1", "1", "1")
    group = Group("FA", EASTMERE.id, GROUP.sender, "005010X231A1", [out])
    return Interchange(EASTMERE.id, GROUP.sender, day, control, [group])


def claim_status(day: date, control: int, claims: Sequence[Claim], reference: str) -> Interchange:
    """A 277CA: the contractor took these claims in."""
    out = TransactionSet("277", "005010X214")
    out.add("BHT", "0085", "08", "CA0317", ymd(day), "0900", "TH")
    out.add("HL", "1", "", "20", "1")
    out.add("NM1", "PR", "2", EASTMERE.name, "", "", "", "", "PI", EASTMERE.id)
    out.add("TRN", "1", "CA0317")
    out.add("DTP", "050", "D8", ymd(day))
    out.add("DTP", "009", "D8", ymd(day))
    out.add("HL", "2", "1", "21", "1")
    out.add("NM1", "41", "2", GROUP.name, "", "", "", "", "46", GROUP.sender)
    out.add("TRN", "2", reference)
    out.add("STC", ("A1", "19", "PR"), ymd(day), "WQ", Money(sum(claim.charge for claim in claims)))
    out.add("QTY", "90", str(len(claims)))
    out.add("AMT", "YU", Money(sum(claim.charge for claim in claims)))
    out.add("HL", "3", "2", "19", "1")
    out.add("NM1", "85", "2", GROUP.name, "", "", "", "", "XX", GROUP.npi)
    out.add("TRN", "1", "0")
    out.add("STC", ("A1", "19", "PR"), "", "WQ", Money(sum(claim.charge for claim in claims)))
    out.add("QTY", "QA", str(len(claims)))
    out.add("AMT", "YU", Money(sum(claim.charge for claim in claims)))
    for number, claim in enumerate(claims, 4):
        out.add("HL", str(number), "3", "PT")
        who = claim.patient
        out.add("NM1", "QC", "1", who.last, who.first, "", "", "", "MI", who.member_id)
        out.add("TRN", "2", claim.control)
        out.add("STC", ("A2", "20", "PR"), ymd(day), "WQ", Money(claim.charge))
        out.add("DTP", "472", "D8", ymd(claim.first_day))
    group = Group("HN", EASTMERE.id, GROUP.sender, "005010X214", [out])
    return Interchange(EASTMERE.id, GROUP.sender, day, control, [group])
