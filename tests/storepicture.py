"""What a database says, without what may differ: row ids as (path, segment), no file numbers, no times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from edi.store.database import Database
from edi.store.schema import id_columns

Picture = dict[str, Counter[tuple[Any, ...]]]


def picture(database: Database) -> Picture:
    """table -> its rows, as a multiset."""
    files = dict(database.connection.execute("SELECT id, path || ' ' || coalesce(sha256, '') FROM file"))

    def place(row_id: int | None) -> Any:
        return row_id and (files[row_id >> 32], row_id & 0xFFFFFFFF)

    def rows(
        table: str, ids: list[str], numbers: tuple[str, ...], left_out: tuple[str, ...]
    ) -> Counter[tuple[Any, ...]]:
        cursor = database.connection.execute(f"SELECT * FROM [{table}]")
        names = [column[0] for column in cursor.description]
        convert: dict[str, Callable[[Any], Any]] = {**dict.fromkeys(ids, place), **dict.fromkeys(numbers, files.get)}
        kept = [(at, convert.get(name, lambda value: value)) for at, name in enumerate(names) if name not in left_out]
        return Counter(tuple(change(row[at]) for at, change in kept) for row in cursor)

    told = {
        table.name: rows(table.name, [*id_columns(table), "duplicate_of"], ("file_id",), ())
        for table in database.record_tables.values()
    }
    told["diagnostic"] = rows("diagnostic", ["transaction_id"], ("file_id",), ("id",))
    told["file"] = rows("file", [], (), ("id", "imported_at"))
    return told
