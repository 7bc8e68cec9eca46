"""What only shows when files are compared: repeats, reused trace numbers, claims sent again.

Each query in across/*.sql finds the places of one rule of the catalogue (the file's name), among the records that share
a number with what came, went or moved since files were last compared (`changed_number`). What it found there before is
replaced. Thus these diagnostics depend on what is in the database, never on the order in which it came, and cost in
proportion to what changed.
"""

from __future__ import annotations

import sqlite3

from edi.store.database import Database
from edi.store.schema import sql_files

COLUMNS = ("file_id", "rule", "level", "transaction_id", "segment", "element", "value", "message", "action")


def note(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Note by which numbers the records of a span of ids may be compared: after they came, before they go or move.

    A claim is compared by its control number, a transaction by its trace number or reference.
    """
    connection.execute(
        """INSERT OR IGNORE INTO changed_number (number)
        SELECT control_number FROM claim WHERE id BETWEEN ?1 AND ?2 AND control_number IS NOT NULL
        UNION SELECT trace_number FROM payment WHERE id BETWEEN ?1 AND ?2 AND trace_number IS NOT NULL
        UNION SELECT reference FROM transaction_set WHERE id BETWEEN ?1 AND ?2 AND reference IS NOT NULL""",
        (first, last),
    )


def refresh(database: Database) -> None:
    """Compare again what changed. Call inside a transaction, after any change of records."""
    rules = database.mappings.rules
    insert = f"INSERT INTO diagnostic ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    for name, query in sql_files("across"):
        rule = rules[name]
        for of_changed in ("value IN (SELECT number FROM changed_number)", "value IS NULL"):
            database.connection.execute(f"DELETE FROM diagnostic WHERE rule = ? AND {of_changed}", (name,))
        rows = [
            (file_id, name, rule.level, transaction, segment, element, value,
             rule.message.format(value=value or "", expected=expected), rule.action)
            for file_id, transaction, segment, element, value, expected in database.connection.execute(query)
        ]  # fmt: skip
        database.connection.executemany(insert, rows)
    database.connection.execute("DELETE FROM changed_number")
