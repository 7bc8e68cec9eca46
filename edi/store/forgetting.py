"""Undo an import: the database becomes what it would be had the file never been read."""

from __future__ import annotations

from edi.store import across, identity
from edi.store.database import Database, StoreError
from edi.store.loading import place


def forget_file(database: Database, path: str) -> list[str]:
    """Remove a file (or all entries of an archive) by its path; returns the paths that went.

    What another file delivered too stays, counted from that file. StoreError when no such file was imported.
    """
    imported = database.connection.execute("SELECT id, path FROM file ORDER BY path, sha256").fetchall()
    leaving = [(file_id, stored) for file_id, stored in imported if _named(path, stored)]
    if not leaving:
        raise StoreError(f"no such file in the database: {path}")
    with database.transaction():
        for file_id, _ in leaving:
            _forget(database, file_id)
        across.refresh(database)
    return [stored for _, stored in leaving]


def _named(path: str, stored: str) -> bool:
    return place(stored) == place(path) or place(stored).startswith(f"{place(path)}!")


def _forget(database: Database, file_id: int) -> None:
    identity.release(database, file_id)
    first, last = file_id << 32, (file_id + 1 << 32) - 1
    identity.delete_rows(database, first, last)
    for table, column in (("transaction_set", "file_id"), ("diagnostic", "file_id"), ("file", "id")):
        database.connection.execute(f"DELETE FROM [{table}] WHERE {column} = ?", (file_id,))
