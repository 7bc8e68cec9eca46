"""Payments, their provider adjustments and the numbers that claims go by, as plain rows for the reconciliation.

Places leave as (path, segment). Repeats are not among the payments: their money moved once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from edi.store.database import Database


class PaymentRow(NamedTuple):
    """One 835. `claims_cents`: claims paid less provider adjustments, which should be the amount."""

    id: int
    amount_cents: int
    credit_debit: str | None
    method: str | None
    handling: str | None
    day: str
    trace_number: str | None
    trace_origin: str | None
    payer_name: str | None
    payer_id: str | None
    claims_cents: int
    path: str
    segment: int


class AdjustmentRow(NamedTuple):
    """One reason, reference and amount of a PLB segment."""

    id: int
    position: int
    payment_id: int
    provider_id: str | None
    reason: str
    reference: str | None
    amount_cents: int
    path: str
    segment: int


class NumberRow(NamedTuple):
    """A claim (side 837) or remittance claim (835) with the numbers that it goes by."""

    side: str
    id: int
    control_number: str | None
    payer_control_number: str | None
    payer_name: str | None
    payer_id: str | None
    path: str
    segment: int


def payments(database: Database) -> list[PaymentRow]:
    query = """
        SELECT p.id, coalesce(p.amount_cents, 0), p.credit_debit, p.method, p.handling,
            coalesce(p.date, p.production_date, ''), p.trace_number, p.trace_origin, p.payer_name, p.payer_id,
            p.claim_paid_cents - p.provider_adjustment_cents, f.path, p.id & 4294967295
        FROM payment_balance p JOIN file f ON f.id = p.id >> 32
        ORDER BY 6, p.trace_number, f.path, p.id & 4294967295"""
    return [PaymentRow(*row) for row in database.connection.execute(query)]


def adjustments(database: Database) -> list[AdjustmentRow]:
    query = """
        SELECT a.id, a.position, a.payment_id, a.provider_id, coalesce(a.reason, ''), a.reference,
            coalesce(a.amount_cents, 0), f.path, a.id & 4294967295
        FROM provider_adjustment a JOIN payment p ON p.id = a.payment_id JOIN file f ON f.id = a.id >> 32
        ORDER BY coalesce(p.date, p.production_date), p.trace_number, f.path, a.id & 4294967295, a.position"""
    return [AdjustmentRow(*row) for row in database.connection.execute(query)]


def numbers(database: Database, condition: str = "1", *values: object) -> Iterator[NumberRow]:
    """Every claim and remittance claim, or those whose row (`id`, `control_number`) meets a condition."""
    query = f"""
        SELECT '837' AS side, n.id, n.control_number, NULL, n.payer_name, n.payer_id, f.path, n.id & 4294967295
        FROM claim n JOIN file f ON f.id = n.id >> 32 WHERE {condition}
        UNION ALL
        SELECT '835', n.id, n.control_number, n.payer_control_number, p.payer_name, p.payer_id, f.path,
            n.id & 4294967295
        FROM remit_claim n JOIN payment p ON p.id = n.payment_id JOIN file f ON f.id = n.id >> 32
        WHERE {condition}"""
    for row in database.connection.execute(query, (*values, *values)):
        yield NumberRow(*row)
