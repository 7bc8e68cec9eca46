"""Claims as 837 transactions: 837P (005010X222A1) and 837I (005010X223A2), in the order of the implementation guides.

`transaction(claims, ...)` takes claims of one biller and gives one transaction set; LX marks each line, CLM each claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from generator.envelope import Money, TransactionSet, ymd
from generator.model import Claim, Line, Patient, Svc
from generator.world import ATTENDING, CLEARINGHOUSE, HOSPITAL, Payer

GUIDES = {False: "005010X222A1", True: "005010X223A2"}
TOWN = ("ANYTOWN", "TX", "750010000")


def transaction(claims: Sequence[Claim], reference: str, day: date, receiver: tuple[str, str]) -> TransactionSet:
    """One 837 with these claims; `receiver`: name and id of who gets the file (a payer or a clearinghouse)."""
    biller = claims[0].biller
    out = TransactionSet("837", GUIDES[biller.institutional])
    out.add("BHT", "0019", "00", reference, ymd(day), "1015", "CH")
    out.add("NM1", "41", "2", biller.name, "", "", "", "", "46", biller.sender)
    out.add("PER", "IC", "BILLING DESK", "TE", "5555550100")
    out.add("NM1", "40", "2", receiver[0], "", "", "", "", "46", receiver[1])
    out.add("HL", "1", "", "20", "1")
    out.add("PRV", "BI", "PXC", biller.taxonomy)
    out.add("NM1", "85", "2", biller.name, "", "", "", "", "XX", biller.npi)
    out.add("N3", biller.street)
    out.add("N4", *TOWN)
    out.add("REF", "EI", biller.tax_id)
    level = 1
    for claim in claims:
        level = _subscriber(out, claim, level)
        _claim(out, claim)
        for line in claim.lines:
            _line(out, claim, line)
    return out


def _filing(payer: Payer, institutional: bool) -> str:
    return payer.filing_institutional if institutional else payer.filing


def _person(out: TransactionSet, entity: str, who: Patient, member_id: str = "") -> None:
    id_part = ("", "", "", "MI", member_id) if member_id else ()
    out.add("NM1", entity, "1", who.last, who.first, *id_part)
    out.add("N3", f"{len(who.last) * 7 + len(who.first)} FICTION ST")
    out.add("N4", *TOWN)


def _subscriber(out: TransactionSet, claim: Claim, level: int) -> int:
    """Loops 2000B and, for a dependent, 2000C. Returns the last HL number."""
    who = claim.patient
    own = who.dependent_of is None
    parent = level = level + 1
    out.add("HL", str(level), "1", "22", "0" if own else "1")
    medicare_second = claim.responsibility == "S" and claim.payer.key == "eastmere"
    out.add(
        "SBR", claim.responsibility, "18" if own else "", _plan(claim.payer), "", "12" if medicare_second else "",
        "", "", "", _filing(claim.payer, claim.biller.institutional),
    )  # fmt: skip
    _person(out, "IL", who.subscriber, who.subscriber.member_id)
    if own:
        out.add("DMG", "D8", ymd(who.born), who.sex)
    out.add("NM1", "PR", "2", claim.payer.name, "", "", "", "", "PI", claim.payer.id)
    if not own:
        level += 1
        out.add("HL", str(level), str(parent), "23", "0")
        out.add("PAT", "01")
        _person(out, "QC", who)
        out.add("DMG", "D8", ymd(who.born), who.sex)
    return level


def _plan(payer: Payer) -> str:
    return {"alderwick": "GRP410", "pinemoor": "GRP77"}.get(payer.key, "")


def _claim(out: TransactionSet, claim: Claim) -> None:
    """Loop 2300 with its providers (2310) and an earlier payer (2320)."""
    hospital = claim.biller.institutional
    out.mark(claim)
    where = (claim.pos, "A" if hospital else "B", claim.frequency)
    middle = ("", "A", "Y", "Y") if hospital else ("Y", "A", "Y", "Y")
    out.add("CLM", claim.control, Money(claim.charge), "", "", where, *middle)
    if hospital:
        _stay(out, claim)
    if claim.attachment:
        out.add("PWK", "RR", "EL", "", "", "AC", claim.attachment)
    if claim.referral:
        out.add("REF", "9F", claim.referral)
    if claim.authorization:
        out.add("REF", "G1", claim.authorization)
    if claim.original_reference:
        out.add("REF", "F8", claim.original_reference)
    if claim.medical_record:
        out.add("REF", "EA", claim.medical_record)
    first, *others = claim.diagnoses
    if hospital:
        out.add("HI", ("ABK", first))
        if claim.inpatient:
            out.add("HI", ("ABJ", "R0789"))
            out.add("HI", ("DR", "313"))
        else:
            out.add("HI", ("APR", "R0789"))
        if others:
            out.add("HI", *(("ABF", code) for code in others))
        out.add("NM1", "71", "1", ATTENDING.last, ATTENDING.first, "", "", "", "XX", ATTENDING.npi)
    else:
        out.add("HI", ("ABK", first), *(("ABF", code) for code in others))
        if claim.referring:
            out.add("NM1", "DN", "1", claim.referring.last, claim.referring.first, "", "", "", "XX",
                    claim.referring.npi)  # fmt: skip
        if claim.rendering:
            out.add("NM1", "82", "1", claim.rendering.last, claim.rendering.first, "", "", "", "XX",
                    claim.rendering.npi)  # fmt: skip
            out.add("PRV", "PE", "PXC", "207RC0000X")
        if claim.pos == "22":
            out.add("NM1", "77", "2", HOSPITAL.name, "", "", "", "", "XX", HOSPITAL.npi)
            out.add("N3", HOSPITAL.street)
            out.add("N4", *TOWN)
    if claim.earlier:
        _earlier_payer(out, claim, claim.earlier)


def _stay(out: TransactionSet, claim: Claim) -> None:
    """Dates, admission and discharge of an 837I claim."""
    last = claim.last_day
    if claim.inpatient:
        last = date.fromordinal(last.toordinal() + claim.lines[0].units)
        out.add("DTP", "096", "TM", "1130")
    out.add("DTP", "434", "RD8", f"{ymd(claim.first_day)}-{ymd(last)}")
    if claim.inpatient:
        out.add("DTP", "435", "DT", f"{ymd(claim.first_day)}0930")
    emergency = any(line.code == "99284" for line in claim.lines)
    out.add("CL1", "1" if claim.inpatient or emergency else "3", "1", "01")


def _earlier_payer(out: TransactionSet, claim: Claim, payer: Payer) -> None:
    paid = sum(svc.paid for line in claim.lines for svc in line.svd)
    out.add("SBR", "P", "18", _plan(payer), "", "", "", "", "", payer.filing)
    out.add("AMT", "D", Money(paid))
    out.add("OI", "", "", "Y", "", "", "Y")
    _person(out, "IL", claim.patient, claim.earlier_member_id)
    out.add("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.id)


def _line(out: TransactionSet, claim: Claim, line: Line) -> None:
    """Loop 2400 with drug identification (2410) and an earlier payer's decision (2430)."""
    out.mark(line)
    out.add("LX", str(line.number))
    composite = ("HC", line.code, *line.modifiers)
    unit = "UN"
    if claim.biller.institutional:
        unit = "DA" if line.revenue == "0120" else "UN"
        procedure: str | tuple[str, ...] = composite if line.code else ""
        out.add("SV2", line.revenue or "", procedure, Money(line.charge), unit, str(line.units))
    else:
        pointers = tuple(str(p) for p in line.pointers)
        out.add("SV1", composite, Money(line.charge), unit, str(line.units), "", "", pointers)
    if not claim.inpatient:
        if line.until:
            out.add("DTP", "472", "RD8", f"{ymd(line.day)}-{ymd(line.until)}")
        else:
            out.add("DTP", "472", "D8", ymd(line.day))
    if line.control:
        out.add("REF", "6R", line.control)
    if line.note:
        out.add("NTE", "ADD", line.note)
    if line.ndc:
        out.add("LIN", "", "N4", "99999000101")
        out.add("CTP", "", "", "", "5", ("ML",))
    for svc in line.svd:
        _decided(out, claim, line, svc)


def _decided(out: TransactionSet, claim: Claim, line: Line, svc: Svc) -> None:
    """Loop 2430: what the earlier payer did with the line."""
    assert claim.earlier is not None
    assert claim.earlier_date is not None
    out.add("SVD", claim.earlier.id, Money(svc.paid), ("HC", line.code, *line.modifiers), "", str(line.units))
    for group in dict.fromkeys(cas.group for cas in svc.cas):
        flat: list[str | Money] = []
        for cas in svc.cas:
            if cas.group == group:
                flat += [cas.reason, Money(cas.cents), ""]
        out.add("CAS", group, *flat)
    out.add("DTP", "573", "D8", ymd(claim.earlier_date))


def receiver_of(claims: Sequence[Claim]) -> tuple[str, str]:
    """A file of one payer goes to the payer; a mixed one to the clearinghouse."""
    payers = {claim.payer.id: claim.payer.name for claim in claims}
    if len(payers) > 1:
        return CLEARINGHOUSE
    ((identifier, name),) = payers.items()
    return name, identifier
