"""Records of one working set, group by group, as the objects that the analysis thinks in.

`load` is both halves: `read` selects rows from the database, `assemble` makes objects of them, anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edi.analysis import model
from edi.analysis.model import Claim, RemitClaim
from edi.store.database import Database

_KEY = ("created_date", "created_time", "interchange_date", "interchange_time", "reference")
_SUBMITTED = {
    "submitted": "COALESCE(t.created_date, t.interchange_date)",
    "submitted_key": " || ' ' || ".join(f"COALESCE(t.{name}, '')" for name in _KEY),
}
_OF_CLAIM = ("service_line", "diagnosis", "claim_code", "note", "attachment", "other_payer", "other_adjudication")
_OF_REMIT = ("remit_line", "adjustment", "remark")


Batch = list[list[int]]  # the ids of the claims and remittance claims of each group
Records = dict[str, list[tuple[Any, ...]]]  # table -> the rows that `model.assemble` expects
Group = tuple[list[Claim], list[RemitClaim]]


def load(database: Database, batch: Batch) -> Iterator[Group]:
    """The claims and remittances of each group of a batch. Ids of both kinds are distinct: they name segments."""
    return assemble(batch, read(database, batch))


def read(database: Database, batch: Batch) -> Records:
    """The rows of a batch's claims and remittances."""
    connection = database.connection
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS working (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.working")
    connection.executemany("INSERT INTO temp.working VALUES (?)", ((row_id,) for group in batch for row_id in group))
    return {table: connection.execute(_select(table)).fetchall() for table in model.TABLES}


def assemble(batch: Batch, records: Records) -> Iterator[Group]:
    """The objects of each group of a batch."""
    claims, remits = model.assemble(records)
    group_of = {row_id: number for number, group in enumerate(batch) for row_id in group}
    sorted_claims: list[list[Claim]] = [[] for _ in batch]
    sorted_remits: list[list[RemitClaim]] = [[] for _ in batch]
    for claim in claims:
        sorted_claims[group_of[claim.id]].append(claim)
    for remit in remits:
        sorted_remits[group_of[remit.id]].append(remit)
    return zip(sorted_claims, sorted_remits, strict=True)


def _select(table: str) -> str:
    """The rows of `table` that belong to the working set, in the order of their ids.

    CROSS JOIN makes SQLite begin with the working set; left to choose, it would scan the table for the order's sake.
    """
    chosen = ", ".join(_SUBMITTED.get(name, f"r.{name}") for name in model.columns(table))
    if table == "claim":
        return (
            f"SELECT {chosen} FROM temp.working w CROSS JOIN claim r ON r.id = w.id "
            "LEFT JOIN transaction_set t ON t.id = r.transaction_id ORDER BY r.id"
        )
    if table == "remit_claim":
        return f"SELECT {chosen} FROM temp.working w CROSS JOIN remit_claim r ON r.id = w.id ORDER BY r.id"
    if table == "payment":
        return (
            f"SELECT {chosen} FROM payment r WHERE r.id IN "
            "(SELECT c.payment_id FROM temp.working w CROSS JOIN remit_claim c ON c.id = w.id)"
        )
    parent = "claim_id" if table in _OF_CLAIM else "remit_claim_id"
    order = "r.id, r.position" if table in ("adjustment", "remark", "diagnosis", "claim_code") else "r.id"
    return f"SELECT {chosen} FROM temp.working w CROSS JOIN {table} r ON r.{parent} = w.id ORDER BY {order}"
