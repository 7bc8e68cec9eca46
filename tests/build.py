"""Small builders for the analysis' objects: claims and answers without X12 around them. Money in cents."""

from __future__ import annotations

import itertools
from typing import Any

from edi.analysis.linking.claim_link import blank
from edi.analysis.model import Adjustment, Claim, Payment, Remark, RemitClaim, RemitLine, ServiceLine

_ids = itertools.count(1)


def new_id(file: int = 1) -> int:
    return (file << 32) | next(_ids)


def line(code: str | None, charge: int, *modifiers: str, **more: Any) -> ServiceLine:
    """One service line; give it to `claim`."""
    padded = (*modifiers, None, None, None, None)[:4]
    values: dict[str, Any] = {f"modifier{n}": m for n, m in enumerate(padded, start=1)}
    values |= {"units": 1, "service_date": "2026-03-05"} | more
    made: ServiceLine = blank(
        ServiceLine, id=new_id(), claim_id=0, line_number=1, procedure=code, charge_cents=charge, **values
    )
    return made


def claim(number: str, *lines: ServiceLine, **more: Any) -> Claim:
    """One 837P claim in the office, submitted on 2026-03-10, unless said otherwise."""
    values: dict[str, Any] = {
        "kind": "837P",
        "control_number": number,
        "charge_cents": sum(one.charge for one in lines),
        "place_of_service": "11",
        "frequency": "1",
        "filing_code": "CI",
        "responsibility": "P",
        "payer_name": "EXAMPLE HEALTH PLAN",
        "payer_id": "EHP01",
        "member_id": "EHP000111",
        "billing_npi": "1234567893",
        "submitted": "2026-03-10",
    } | more
    values.setdefault("submitted_key", values["submitted"])
    made: Claim = blank(Claim, id=new_id(), transaction_id=1, **values)
    for number_, one in enumerate(lines, start=1):
        one.line_number, one.claim_id = number_, made.id
        made.lines.append(one)
    return made


def payment(day: str = "2026-04-02", trace: str = "EFT1", payer: str = "EXAMPLE HEALTH PLAN") -> Payment:
    made: Payment = blank(
        Payment, id=new_id(2), date=day, trace_number=trace, payer_name=payer, payee_npi="1234567893", amount_cents=0
    )
    return made


def adjustments(text: str) -> list[Adjustment]:
    """'CO-45 1800; PR-2 280' in cents."""
    made = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        code, cents = part.split()
        group, reason = code.split("-")
        made.append(Adjustment(new_id(2), 1, 0, 0, group, reason, int(cents), None))
    return made


def svc(code: str | None, charge: int, paid: int, cas: str = "", *modifiers: str, **more: Any) -> RemitLine:
    """One SVC; give it to `answer`. `remarks`: 'N161 M62'."""
    remarks = more.pop("remarks", "")
    padded = (*modifiers, None, None, None, None)[:4]
    values: dict[str, Any] = {f"modifier{n}": m for n, m in enumerate(padded, start=1)}
    values |= {"units": 1, "service_date": "2026-03-05"} | more
    made: RemitLine = blank(
        RemitLine,
        id=new_id(2),
        remit_claim_id=0,
        line_number=1,
        procedure=code,
        charge_cents=charge,
        paid_cents=paid,
        **values,
    )
    made.adjustments = adjustments(cas)
    made.remarks = [Remark(new_id(2), 1, 0, made.id, "LQ", code_) for code_ in remarks.split()]
    return made


def answer(number: str, *lines: RemitLine, to: Payment | None = None, cas: str = "", **more: Any) -> RemitClaim:
    """One CLP. Charge and paid are the sums of its lines unless given."""
    pay = to or payment()
    values: dict[str, Any] = {
        "control_number": number,
        "status": "1",
        "charge_cents": sum(one.charge for one in lines),
        "paid_cents": sum(one.paid for one in lines),
        "payer_control_number": "ICN1",
        "filing_code": "12",
        "facility_code": "11",
        "patient_id": "EHP000111",
    } | more
    made: RemitClaim = blank(RemitClaim, id=new_id(2), payment_id=pay.id, **values)
    made.payment = pay
    made.adjustments = adjustments(cas)
    for number_, one in enumerate(lines, start=1):
        one.line_number, one.remit_claim_id = number_, made.id
        made.lines.append(one)
    return made


def mirror(original: RemitClaim, to: Payment, **more: Any) -> RemitClaim:
    """The reversal (CLP02 22) of an answer: every amount negated."""
    lines = []
    for one in original.lines:
        cas = "; ".join(f"{a.code} {-a.cents}" for a in one.adjustments)
        made = svc(one.procedure, -one.charge, -one.paid, cas, *[m for m in (one.modifier1, one.modifier2) if m])
        made.submitted_procedure, made.line_control = one.submitted_procedure, one.line_control
        made.service_date = one.service_date
        lines.append(made)
    cas = "; ".join(f"{a.code} {-a.cents}" for a in original.adjustments)
    number = original.control_number or ""
    return answer(
        number, *lines, to=to, cas=cas, status="22", charge_cents=-original.charge, paid_cents=-original.paid,
        payer_control_number=original.payer_control_number, **more,
    )  # fmt: skip
