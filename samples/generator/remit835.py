"""Payments as 835 transactions (005010X221A1), with each payer's habits.

`transaction(remit)` marks ST (the payment), CLP (each claim) and SVC (each line). SVC, claim and payment balance by
construction, but for a payment whose `off` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from generator.envelope import Element, Money, TransactionSet, ymd
from generator.model import Cas, Clp, Remit, Svc
from generator.world import Payer

GUIDE = "005010X221A1"
ROUTE = ("01", "999999992", "DA", "0001")


def transaction(remit: Remit) -> TransactionSet:
    """One 835. Part A remittances bring a provider summary (TS3) for each bill type."""
    payer, payee = remit.payer, remit.payee
    out = TransactionSet("835")
    _payment(out, remit)
    out.add("TRN", "1", remit.trace, f"1{payer.tax_id}")
    out.add("DTM", "405", ymd(remit.date))
    out.add("N1", "PR", remit.named)
    out.add("N3", "PO BOX 1")
    out.add("N4", "ANYTOWN", "TX", "750010000")
    out.add("REF", "2U", payer.id)
    out.add("PER", "BL", "EDI HELP", "TE", "5555550199")
    if payer.payee_by_tax:
        out.add("N1", "PE", payee.name, "FI", payee.tax_id)
    else:
        out.add("N1", "PE", payee.name, "XX", payee.npi)
        out.add("REF", "TJ", payee.tax_id)
    summaries = payee.institutional and bool(payer.institutional_dates)
    sections: dict[str, list[Clp]] = {}
    for clp in remit.clps:
        sections.setdefault(clp.facility if summaries else "", []).append(clp)
    for number, (facility, clps) in enumerate(sorted(sections.items()), 1):
        out.add("LX", str(number))
        if summaries:
            total = sum(clp.charge for clp in clps)
            out.add("TS3", payee.npi, facility, "20261231", str(len(clps)), Money(total))
        for clp in clps:
            _claim(out, clp, payer)
    if remit.plbs:
        pairs: list[Element] = []
        for plb in remit.plbs[:6]:
            pairs += [(plb.reason, plb.reference), Money(plb.cents)]
        out.add("PLB", payee.npi, "20261231", *pairs)
    for index in range(6, len(remit.plbs), 6):
        pairs = []
        for plb in remit.plbs[index : index + 6]:
            pairs += [(plb.reason, plb.reference), Money(plb.cents)]
        out.add("PLB", payee.npi, "20261231", *pairs)
    return out


def _payment(out: TransactionSet, remit: Remit) -> None:
    out.marks.append((remit, -1))
    amount, day = Money(remit.amount), ymd(remit.date)
    if remit.amount == 0:
        out.add("BPR", "H", amount, "C", "NON", *[""] * 11, day)
    elif remit.payer.method == "CHK":
        out.add("BPR", "I", amount, "C", "CHK", *[""] * 11, day)
    else:
        out.add("BPR", "I", amount, "C", "ACH", "CCP", *ROUTE, f"1{remit.payer.tax_id}", "", *ROUTE[:3], "0002", day)


def _adjustments(out: TransactionSet, entries: Iterable[Cas]) -> None:
    """One CAS a group, up to six triplets each."""
    groups: dict[str, list[Cas]] = {}
    for cas in entries:
        groups.setdefault(cas.group, []).append(cas)
    for group, members in groups.items():
        flat: list[Element] = []
        for cas in members:
            flat += [cas.reason, Money(cas.cents), str(cas.quantity) if cas.quantity is not None else ""]
        out.add("CAS", group, *flat)


def _claim(out: TransactionSet, clp: Clp, payer: Payer) -> None:
    """Loop 2100."""
    out.mark(clp)
    elements: list[Element] = [
        "CLP", clp.control, clp.status, Money(clp.charge), Money(clp.paid), Money(clp.patient_share), clp.filing,
        clp.number, clp.facility, clp.frequency,
    ]  # fmt: skip
    if clp.drg:
        elements += ["", clp.drg, "0.7841"]
    out.add(*elements)
    _adjustments(out, clp.cas)
    who, insured = clp.patient, clp.patient.subscriber
    shown = insured.member_id if clp.shown_id == "" else clp.shown_id
    out.add("NM1", "QC", "1", who.last, who.first, *(("", "", "", "MI", shown) if shown else ()))
    if who.dependent_of:
        out.add("NM1", "IL", "1", insured.last, insured.first, "", "", "", "MI", insured.member_id)
    if clp.corrected_id:
        out.add("NM1", "74", "1", who.last, who.first, "", "", "", "C", clp.corrected_id)
    if clp.rendering:
        out.add("NM1", "82", "1", clp.rendering.last, clp.rendering.first, "", "", "", "XX", clp.rendering.npi)
    if clp.crossover:
        out.add("NM1", "TT", "2", clp.crossover.name, "", "", "", "", "PI", clp.crossover.id)
    if clp.inpatient_remarks:
        out.add("MIA", "3", "", "", "", *clp.inpatient_remarks)
    if clp.remarks:
        out.add("MOA", "", "", *clp.remarks)
    for qualifier, value in clp.references:
        out.add("REF", qualifier, value)
    if _claim_dates(clp, payer):
        days = _days(clp)
        out.add("DTM", "232", ymd(min(days)))
        out.add("DTM", "233", ymd(max(days)))
    if clp.expired:
        out.add("DTM", "036", ymd(clp.expired))
    if clp.received:
        out.add("DTM", "050", ymd(clp.received))
    if clp.interest:
        out.add("AMT", "I", Money(clp.interest))
    for svc in clp.svcs:
        _service(out, svc, clp, payer)


def _claim_dates(clp: Clp, payer: Payer) -> bool:
    """Whether the answer carries the dates of the claim as a whole."""
    if clp.dates:
        return clp.dates in ("claim", "both") and bool(_days(clp))
    return bool(_days(clp)) and (not payer.line_dates or not clp.svcs or clp.filing == "MA")


def _days(clp: Clp) -> list[date]:
    """The service days that the claim's dates span: the whole claim's where the answer says so, else its lines'."""
    of_claim = [day for line in (clp.claim.lines if clp.claim else []) for day in (line.day, line.until) if day]
    answered = [svc.day for svc in clp.svcs]
    return of_claim if clp.dates and of_claim else answered or of_claim


def _service(out: TransactionSet, svc: Svc, clp: Clp, payer: Payer) -> None:
    """Loop 2110. A payer that omits line dates means the claim's. Without a procedure the revenue code names it."""
    out.mark(svc)
    composite = ("HC", svc.code, *svc.modifiers) if svc.code else ("NU", svc.revenue or "")
    submitted: Element = ("HC", svc.submitted[0], *svc.submitted[1]) if svc.submitted else ""
    units = str(svc.units) if svc.units is not None else ""
    original = str(svc.submitted_units) if svc.submitted_units is not None else ""
    out.add("SVC", composite, Money(svc.charge), Money(svc.paid), svc.revenue or "", units, submitted, original)
    if clp.dates in ("line", "both") if clp.dates else payer.line_dates:
        if svc.until:
            out.add("DTM", "150", ymd(svc.day))
            out.add("DTM", "151", ymd(svc.until))
        else:
            out.add("DTM", "472", ymd(svc.day))
    _adjustments(out, svc.cas)
    order: Sequence[str] = ("APC", "G1", "6R", "0K")
    references = [*svc.references, *([("6R", svc.control)] if svc.control else [])]
    for qualifier, value in sorted(references, key=lambda pair: order.index(pair[0])):
        out.add("REF", qualifier, value)
    if svc.allowed is not None and payer.allowed_amounts:
        out.add("AMT", "B6", Money(svc.allowed))
    for code in svc.remarks:
        out.add("LQ", "HE", code)
