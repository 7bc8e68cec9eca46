"""Which transactions are deliveries of the same content, and which of those deliveries counts.

A transaction is a span of row ids, from its ST to its last segment. Two transactions are repeats of each other when
their rows are equal, with ids counted from the ST: envelope numbers, delimiters and ways to write a number never reach
a row. Only one of them keeps its rows; the others keep their transaction_set row, whose duplicate_of points to it.
The first delivery by the senders' own clock counts (then the path decides), so the order of import does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edi.records.tables import Table
from edi.store import across, schema, worklog
from edi.store.database import Database

# What an 837 says of itself as a transaction, beside its rows (an 835 says it in `payment`).
HEADER = ("set_code", "reference", "created_date", "created_time", "purpose", "claim_or_encounter")


@dataclass(frozen=True, order=True)
class Delivery:
    """One transaction as it arrived. Deliveries sort by what decides which one counts; ids never decide."""

    interchange_date: str
    interchange_time: str
    interchange_control: str
    path: str
    segment: int
    sha256: str
    id: int
    last: int  # the greatest row id that the transaction may hold

    @property
    def file_id(self) -> int:
        return self.id >> 32


def settle(database: Database, transaction_id: int) -> int | None:
    """Compare a newly read transaction with those that count; keep the rows of one delivery.

    Returns the id of the delivery that now counts when the content was known already, else None.
    """
    (new,) = deliveries(database, "t.id = ?", transaction_id)
    known = next((other for other in _candidates(database, new) if same_content(database, new, other)), None)
    if known is None:
        return None
    counts, repeat = sorted((new, known))
    delete_rows(database, repeat.id, repeat.last)
    database.connection.execute(
        "UPDATE transaction_set SET duplicate_of = ?1 WHERE id = ?2 OR duplicate_of = ?2", (counts.id, repeat.id)
    )
    mark_repeats(database, {new.file_id, known.file_id})
    return counts.id


def release(database: Database, file_id: int) -> None:
    """Before a file goes: hand the content that only it holds to another delivery of the same, where there is one."""
    for leaving in deliveries(database, "t.file_id = ? AND t.duplicate_of IS NULL", file_id):
        copies = deliveries(database, "t.duplicate_of = ? AND t.file_id <> ?", leaving.id, file_id)
        if copies:
            heir = min(copies)
            move_rows(database, leaving, heir)
            database.connection.execute(
                "UPDATE transaction_set SET duplicate_of = nullif(?1, id) WHERE duplicate_of = ?2",
                (heir.id, leaving.id),
            )
            mark_repeats(database, {heir.file_id})


def deliveries(database: Database, condition: str, *values: int) -> list[Delivery]:
    """The transactions that meet a condition on `t` (transaction_set)."""
    query = f"""
        SELECT coalesce(t.interchange_date, ''), coalesce(t.interchange_time, ''), coalesce(t.interchange_control, ''),
            f.path, t.id & 4294967295, f.sha256, t.id, (t.id >> 32 << 32) | coalesce(t.last_segment, t.id & 4294967295)
        FROM transaction_set t JOIN file f ON f.id = t.file_id
        WHERE t.imported = 1 AND {condition}"""
    return [Delivery(*row) for row in database.connection.execute(query, values)]


def _candidates(database: Database, new: Delivery) -> list[Delivery]:
    """The counted transactions that may have the same content: same trace and amount, or header and first claim."""
    same_header = " AND ".join(f"t.{column} IS n.{column}" for column in HEADER)
    by_trace = """t.id IN (SELECT p.id FROM payment n JOIN payment p ON p.trace_number IS n.trace_number
        WHERE n.id = ?1 AND p.id <> ?1 AND p.trace_origin IS n.trace_origin AND p.amount_cents IS n.amount_cents)"""
    by_header = f"""t.id IN (SELECT t.id FROM transaction_set n JOIN transaction_set t ON {same_header}
        WHERE n.id = ?1 AND t.id <> ?1 AND t.duplicate_of IS NULL)
        AND EXISTS (SELECT 1 FROM claim a JOIN claim b ON b.id = a.id - ?1 + t.id
            WHERE a.id = (SELECT min(id) FROM claim WHERE id BETWEEN ?1 AND ?2)
            AND b.control_number IS a.control_number AND b.charge_cents IS a.charge_cents)"""
    has_claims = "SELECT EXISTS (SELECT 1 FROM claim WHERE id BETWEEN ? AND ?)"
    if not database.connection.execute(has_claims, (new.id, new.last)).fetchone()[0]:
        return deliveries(database, by_trace, new.id)  # the headers of 835s say nothing: thousands are alike
    return [*deliveries(database, by_trace, new.id), *deliveries(database, by_header, new.id, new.last)]


def same_content(database: Database, left: Delivery, right: Delivery) -> bool:
    """Whether every table holds the same rows for both, ids counted from each one's ST."""
    for table in row_tables(database):
        one, other = _relative_rows(table, left), _relative_rows(table, right)
        query = f"SELECT EXISTS (SELECT * FROM ({one} EXCEPT {other}) UNION ALL SELECT * FROM ({other} EXCEPT {one}))"
        if database.connection.execute(query).fetchone()[0]:
            return False
    return True


def _relative_rows(table: Table, delivery: Delivery) -> str:
    ids = schema.id_columns(table)
    columns = (f"{c.name} - {delivery.id}" if c.name in ids else c.name for c in table.columns)
    return f"SELECT {', '.join(columns)} FROM [{table.name}] WHERE id BETWEEN {delivery.id} AND {delivery.last}"


def move_rows(database: Database, leaving: Delivery, heir: Delivery) -> None:
    """Give the rows of one delivery the ids that they have in another delivery of the same content."""
    across.note(database.connection, leaving.id, leaving.last)
    worklog.withdraw(database.connection, leaving.id, leaving.last)
    database.connection.execute("UPDATE file SET analysed = NULL WHERE id = ?", (heir.file_id,))
    for table in row_tables(database):
        shifts = ", ".join(f"{name} = {name} + {heir.id - leaving.id}" for name in schema.id_columns(table))
        query = f"UPDATE [{table.name}] SET {shifts} WHERE id BETWEEN ? AND ?"
        database.connection.execute(query, (leaving.id, leaving.last))


def delete_rows(database: Database, first: int, last: int) -> None:
    """Delete the rows of a span of ids, but not its transaction_set rows."""
    across.note(database.connection, first, last)
    worklog.withdraw(database.connection, first, last)
    for table in row_tables(database):
        database.connection.execute(f"DELETE FROM [{table.name}] WHERE id BETWEEN ? AND ?", (first, last))


def row_tables(database: Database) -> Sequence[Table]:
    """The tables whose rows belong to a transaction."""
    return [table for table in database.record_tables.values() if table.name != "transaction_set"]


def mark_repeats(database: Database, file_ids: Iterable[int]) -> None:
    """Set the status of files: a file is a repeat when all that was read in it was delivered elsewhere."""
    query = """
        UPDATE file SET status = CASE
            WHEN (SELECT min(t.duplicate_of IS NOT NULL) FROM transaction_set t
                  WHERE t.file_id = file.id AND t.imported = 1)
            THEN 'repeat' ELSE 'imported' END
        WHERE id = ? AND status IN ('imported', 'repeat')"""
    database.connection.executemany(query, [(file_id,) for file_id in sorted(file_ids)])
