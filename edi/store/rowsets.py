"""The rows that leave the store: what `edi lines` and its sisters print and the report shows, as plain dictionaries.

One query a kind, in rows/*.sql; the suffix of a column says how its value leaves: `_cents` as money text without the
suffix ("1450.00"), `_json` as a list (with the money inside it likewise), `_flag` as true or false. Rows stream in an
order that comes from content alone, so that two databases with the same files print the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any

from edi.store.database import Database, StoreError
from edi.x12.money import money as plain

FOLDER = Path(__file__).parent / "rows"
# How a filter of a person's, which speaks of a view's columns, reaches the rows of the query.
FILTERS = {
    "lines": "o.id IN (SELECT outcome_id FROM lines WHERE {condition})",
    "findings": "n.id IN (SELECT id FROM findings WHERE {condition})",
    "payments": "p.id IN (SELECT payment_id FROM payments WHERE {condition})",
}

Row = dict[str, Any]


class Rowset:
    """A query that is ready to run: `columns` are the keys of every row, iteration gives the rows."""

    def __init__(self, database: Database, name: str, condition: str | None = None) -> None:
        """`condition` is SQL over the view of that name, as a person typed it; StoreError when SQLite refuses it."""
        where = FILTERS[name].format(condition=condition) if condition else "1"
        query = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").replace("{where}", where)
        try:
            self._cursor = database.connection.execute(query)
        except sqlite3.Error as error:
            if condition is None:
                raise
            raise StoreError(f"cannot filter by {condition!r}: {error}") from error
        self._out = [_leaving(column[0]) for column in self._cursor.description]
        self.columns = [key for key, _ in self._out]

    def __iter__(self) -> Iterator[Row]:
        for values in self._cursor:
            yield {key: convert(value) for (key, convert), value in zip(self._out, values, strict=True)}


def money(cents: int | None) -> str | None:
    """Cents of a column as money text; None for none."""
    return None if cents is None else plain(cents)


@cache
def _leaving(column: str) -> tuple[str, Callable[[Any], Any]]:
    """The key and the conversion of a column, by its suffix."""
    name, _, suffix = column.rpartition("_")
    conversions: dict[str, Callable[[Any], Any]] = {"cents": money, "json": _entries, "flag": bool}
    return (intern(name), conversions[suffix]) if suffix in conversions else (intern(column), _as_is)


def _entries(text: str) -> list[Any]:
    """A JSON list from SQL; objects in it leave by the same suffixes."""
    return [_object(item) if isinstance(item, dict) else item for item in json.loads(text)]


def _object(item: dict[str, Any]) -> dict[str, Any]:
    leaving = ((_leaving(column), value) for column, value in item.items())
    return {key: convert(value) for (key, convert), value in leaving}


def _as_is(value: Any) -> Any:
    return value
