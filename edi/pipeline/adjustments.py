"""Provider adjustments (PLB) in words, over a database: glue between the store's rows and the analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from edi.analysis.grouping import normalised
from edi.analysis.payments.other_ends import Paid, Plb
from edi.analysis.payments.provider_adjustments import Explained, Occurrence, explain, numbers_in, payer_names
from edi.resources import Resources
from edi.store import paying
from edi.store.database import Database
from edi.store.rowsets import money

COLUMNS = (
    "trace_number", "payer", "date", "provider_id", "reason", "meaning", "amount", "direction", "reference", "found",
    "control_numbers", "refers_to", "counterpart", "note", "leads_to", "file", "segment", "position",
)  # fmt: skip
TELLING = ("trace_number", "payer", "date", "reason", "meaning", "amount", "reference", "leads_to")


def explained(
    database: Database, resources: Resources, known: Iterable[paying.NumberRow] | None = None
) -> list[tuple[paying.AdjustmentRow, paying.PaymentRow, Explained]]:
    """Every provider adjustment with its row and payment. `known`: the records that references may name, else all."""
    rows = paying.adjustments(database)
    if not rows:
        return []
    payments = {row.id: row for row in paying.payments(database)}
    paid = {
        row.id: Paid(row.id, row.trace_number, payer_names(row.payer_id, row.payer_name), row.day, at(row))
        for row in payments.values()
    }
    plbs = [Plb(r.id, r.position, paid[r.payment_id], r.reason, r.reference, r.amount_cents, at(r)) for r in rows]
    occurrences = _occurrences(plbs, paying.numbers(database) if known is None else known)
    meanings = {row["code"]: row["meaning"] for row in resources.rows("codes/plb.csv")}
    told = explain(plbs, paid.values(), occurrences, meanings)
    return [(row, payments[row.payment_id], one) for row, one in zip(rows, told, strict=True)]


def at(row: Any) -> str:
    """file#segment of a row that has both."""
    return f"{row.path}#{row.segment}"


def _occurrences(plbs: Iterable[Plb], known: Iterable[paying.NumberRow]) -> dict[str, list[Occurrence]]:
    """The records that have one of the numbers which the references may mean."""
    wanted = {number for plb in plbs for number in numbers_in(plb.reference)}
    found: dict[str, list[Occurrence]] = defaultdict(list)
    for row in known if wanted else ():
        for number in {normalised(row.control_number), normalised(row.payer_control_number)} & wanted:
            payers = payer_names(row.payer_id, row.payer_name)
            found[number].append(
                Occurrence(row.side, row.control_number, row.payer_control_number, payers, row.id, at(row))
            )
    return found


def as_row(row: paying.AdjustmentRow, payment: paying.PaymentRow, told: Explained) -> dict[str, Any]:
    """One adjustment as the row that leaves; an amount stands as in the file: positive lowers the payment."""
    other = told.counterpart
    return {
        "trace_number": payment.trace_number,
        "payer": payment.payer_name,
        "date": payment.day or None,
        "provider_id": row.provider_id,
        "reason": row.reason,
        "meaning": told.meaning,
        "amount": money(row.amount_cents),
        "direction": told.direction,
        "reference": row.reference,
        "found": told.found,
        "control_numbers": told.control_numbers,
        "refers_to": [
            {
                "side": one.side,
                "control_number": one.control_number,
                "payer_control_number": one.payer_control_number,
                **placed(one.at),
            }
            for one in told.claims
        ],
        "counterpart": None
        if other is None
        else {"trace_number": other.payment.trace_number, "date": other.payment.day or None, **placed(other.at)},
        "note": told.note,
        "leads_to": told.leads or None,
        "file": row.path,
        "segment": row.segment,
        "position": row.position,
    }


def placed(where: str) -> dict[str, Any]:
    """'file#12' taken apart."""
    path, _, segment = where.rpartition("#")
    return {"file": path, "segment": int(segment)}


def rows(database: Database, resources: Resources) -> list[dict[str, Any]]:
    """The rows of `edi payments --adjustments`."""
    return [as_row(*one) for one in explained(database, resources)]


def of_payments(database: Database, resources: Resources) -> dict[str, list[dict[str, Any]]]:
    """file#segment of a payment -> its adjustments, for the rows of `edi payments`."""
    left_out = {"trace_number", "payer", "date"}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, payment, told in explained(database, resources):
        found[at(payment)].append({k: v for k, v in as_row(row, payment, told).items() if k not in left_out})
    return found
