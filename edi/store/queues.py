"""What waits for a person: claims without an answer, remittances without a claim, and the records that may go together.

Plain rows (dictionaries with integer cents) for the queues; nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edi.store.database import Database

FOLDER = Path(__file__).parent / "rows"
Row = dict[str, Any]


def unanswered_claims(database: Database) -> list[Row]:
    """One row for each claim with lines that nobody answered (rows/queue_claims.sql)."""
    return query(database, (FOLDER / "queue_claims.sql").read_text(encoding="utf-8"))


def unmatched_remittances(database: Database) -> list[Row]:
    """One row for each remittance line, or claim without lines, that found none of ours (queue_remittances.sql)."""
    return query(database, (FOLDER / "queue_remittances.sql").read_text(encoding="utf-8"))


def query(database: Database, text: str, *values: Any) -> list[Row]:
    """The rows of a query as dictionaries."""
    cursor = database.connection.execute(text, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def newest_date(database: Database) -> str | None:
    """The newest date that the records themselves speak of: what "today" is to them."""
    (newest,) = database.connection.execute(
        """SELECT max(day) FROM (
            SELECT max(created_date) AS day FROM transaction_set
            UNION ALL SELECT max(interchange_date) FROM transaction_set
            UNION ALL SELECT max(coalesce(date, production_date)) FROM payment)"""
    ).fetchone()
    return str(newest) if newest else None


def answered_of_transactions(database: Database, transactions: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Transaction (837) -> how many of its claims were answered, of how many."""
    found = {}
    for transaction in set(transactions):
        found[transaction] = database.connection.execute(
            """SELECT coalesce(sum(answered), 0), count(*) FROM (
                SELECT max(o.state <> 'no-response') AS answered FROM claim c JOIN outcome o ON o.claim_id = c.id
                WHERE c.transaction_id = ? GROUP BY c.id)""",
            (transaction,),
        ).fetchone()
    return found


def days_to_answer(database: Database) -> dict[str, list[int]]:
    """Payer as on the claim -> days from the sending to the first answer of each answered claim, sorted."""
    found: dict[str, list[int]] = defaultdict(list)
    for payer, days in database.connection.execute(
        """SELECT c.payer_name, CAST(julianday(min(o.first_date)) - julianday(t.created_date) AS INTEGER) AS days
        FROM outcome o JOIN claim c ON c.id = o.claim_id JOIN transaction_set t ON t.id = c.transaction_id
        WHERE o.first_date IS NOT NULL AND t.created_date IS NOT NULL
        GROUP BY c.id HAVING days >= 0 ORDER BY days"""
    ):
        found[payer or ""].append(days)
    return found


def claims_of_a_charge_and_day(database: Database, remits: Iterable[int]) -> dict[int, list[int]]:
    """Remittance claim -> claims of ours with its charge and one of its days of service."""
    connection = database.connection
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS lonely (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.lonely")
    connection.executemany("INSERT OR IGNORE INTO temp.lonely VALUES (?)", ((row_id,) for row_id in remits))
    found: dict[int, list[int]] = defaultdict(list)
    for remit_id, claim_id in connection.execute(
        """WITH wanted AS (
            SELECT DISTINCT rc.id, abs(rc.charge_cents) AS cents, coalesce(l.service_date, rc.statement_from) AS day
            FROM temp.lonely w JOIN remit_claim rc ON rc.id = w.id LEFT JOIN remit_line l ON l.remit_claim_id = rc.id
        )
        SELECT DISTINCT w.id, c.id FROM wanted w JOIN claim c ON c.charge_cents = w.cents
        JOIN service_line s ON s.claim_id = c.id AND s.service_date = w.day ORDER BY 1, 2"""
    ):
        found[remit_id].append(claim_id)
    return found


def states(database: Database, claims: Iterable[int]) -> dict[int, list[str]]:
    """Claim -> the states of its lines, each once."""
    found = {}
    for claim in set(claims):
        rows = database.connection.execute("SELECT DISTINCT state FROM outcome WHERE claim_id = ? ORDER BY 1", (claim,))
        found[claim] = [row[0] for row in rows]
    return found


def places(database: Database, ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Row id -> (path, segment)."""
    wanted = list(ids)
    paths: dict[int, str] = {}
    for file_id in {row_id >> 32 for row_id in wanted}:  # a queue asks once for each of its rows: never for all files
        paths.update(database.connection.execute("SELECT id, path FROM file WHERE id = ?", (file_id,)))
    return {row_id: (paths.get(row_id >> 32, "?"), row_id & 0xFFFFFFFF) for row_id in wanted}
