"""What only shows when files are compared: repeats, reused trace numbers, claims sent again.

Each query in across/*.sql finds the places of one rule of the catalogue (the file's name); what it found before is
replaced. Thus these diagnostics depend on what is in the database, never on the order in which it came.
"""

from __future__ import annotations

from edi.store.database import Database
from edi.store.schema import sql_files

COLUMNS = ("file_id", "rule", "level", "transaction_id", "segment", "element", "value", "message", "action")


def refresh(database: Database) -> None:
    """Find them anew. Call inside a transaction, after any change of records."""
    rules = database.mappings.rules
    insert = f"INSERT INTO diagnostic ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    for name, query in sql_files("across"):
        rule = rules[name]
        database.connection.execute("DELETE FROM diagnostic WHERE rule = ?", (name,))
        rows = [
            (file_id, name, rule.level, transaction, segment, element, value,
             rule.message.format(value=value or "", expected=expected), rule.action)
            for file_id, transaction, segment, element, value, expected in database.connection.execute(query)
        ]  # fmt: skip
        database.connection.executemany(insert, rows)
