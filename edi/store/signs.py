"""Reversals that were sent without their minus signs, stored as they are meant (records/balance.py)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

_AMOUNTS = {
    "remit_claim": ("charge_cents", "paid_cents", "patient_cents"),
    "remit_line": ("charge_cents", "paid_cents", "allowed_cents", "units", "submitted_units"),
    "adjustment": ("amount_cents",),
}


def negate(connection: sqlite3.Connection, claims: Sequence[int], last: int) -> None:
    """Negate the amounts and units of these remittance claims; `last`: the greatest row id of their file."""
    if not claims:
        return
    for table, amounts in _AMOUNTS.items():
        owner = "id" if table == "remit_claim" else "remit_claim_id"
        changes = ", ".join(f"{name} = -{name}" for name in amounts)
        query = f"""UPDATE [{table}] SET {changes}
            WHERE id BETWEEN ? AND ? AND {owner} IN (SELECT value FROM json_each(?))"""
        connection.execute(query, (min(claims), last, json.dumps(claims)))
