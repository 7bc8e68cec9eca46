"""Rows of tables into claims and remittances with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from edi.analysis.model.claims import (
    Attachment,
    Claim,
    ClaimCode,
    Diagnosis,
    Note,
    OtherAdjudication,
    OtherPayer,
    ServiceLine,
)
from edi.analysis.model.remits import Adjustment, Payment, Remark, RemitClaim, RemitLine

TABLES: dict[str, type[Any]] = {
    cls.table: cls
    for cls in (
        Claim,
        ServiceLine,
        Diagnosis,
        ClaimCode,
        Note,
        Attachment,
        OtherPayer,
        OtherAdjudication,
        Payment,
        RemitClaim,
        RemitLine,
        Adjustment,
        Remark,
    )
}
_ATTACHED = {"payment", "lines", "adjustments", "remarks", "notes", "attachments", "adjudications", "diagnoses"}
_ATTACHED |= {"codes", "other_payers", "settled", "settled_submission", "repeats", "has_repeats"}


def columns(table: str) -> tuple[str, ...]:
    """The columns that `assemble` expects of a table's rows, in order."""
    return tuple(f.name for f in fields(TABLES[table]) if f.init and f.name not in _ATTACHED)


# Columns whose values stand in many rows. Rows share them: what is looked at again and again lies in few places, and so
# stays in the processor's cache.
# fmt: off
_REPEATED = {
    "kind", "procedure", "modifier1", "service_date", "revenue_code", "group_code", "reason_code", "code",
    "status", "filing_code", "responsibility", "frequency", "place_of_service", "facility_code",
    "statement_from", "statement_through", "patient_birth_date", "submitted", "submitted_key", "payer_name",
    "payer_id", "billing_npi", "date", "trace_number",
}
# fmt: on
_REPEATED_AT = {table: [at for at, name in enumerate(columns(table)) if name in _REPEATED] for table in TABLES}


def assemble(rows: Mapping[str, Iterable[Sequence[Any]]]) -> tuple[list[Claim], list[RemitClaim]]:
    """Build claims with their lines and remittances with theirs from rows of each table (see `columns`).

    A row whose parent is not among the rows is left out: callers select whole claims and whole CLPs.
    """

    known: dict[Any, Any] = {}

    def build(table: str) -> list[Any]:
        cls, repeated, share = TABLES[table], _REPEATED_AT[table], known.setdefault
        found = []
        for row in rows.get(table, ()):
            values = list(row)
            for at in repeated:
                value = values[at]
                values[at] = share(value, value)
            found.append(cls(*values))
        return found

    claims: dict[int, Claim] = {c.id: c for c in build("claim")}
    lines: dict[int, ServiceLine] = {}
    for line in build("service_line"):
        if line.claim_id in claims:
            lines[line.id] = line
            claims[line.claim_id].lines.append(line)
    for table, name in (("diagnosis", "diagnoses"), ("claim_code", "codes"), ("other_payer", "other_payers")):
        for row in build(table):
            if row.claim_id in claims:
                getattr(claims[row.claim_id], name).append(row)
    for table, name in (("note", "notes"), ("attachment", "attachments"), ("other_adjudication", "adjudications")):
        for row in build(table):
            owner = lines.get(row.service_line_id) if row.service_line_id else claims.get(row.claim_id)
            if owner is not None and hasattr(owner, name):
                getattr(owner, name).append(row)
    payments: dict[int, Payment] = {p.id: p for p in build("payment")}
    remits: dict[int, RemitClaim] = {}
    for remit in build("remit_claim"):
        if remit.payment_id in payments:
            remit.payment = payments[remit.payment_id]
            remits[remit.id] = remit
    remit_lines: dict[int, RemitLine] = {}
    for line in build("remit_line"):
        if line.remit_claim_id in remits:
            remit_lines[line.id] = line
            remits[line.remit_claim_id].lines.append(line)
    for table, name in (("adjustment", "adjustments"), ("remark", "remarks")):
        for row in build(table):
            target: Any = remit_lines.get(row.remit_line_id) if row.remit_line_id else remits.get(row.remit_claim_id)
            if target is not None:
                getattr(target, name).append(row)
    return list(claims.values()), list(remits.values())
