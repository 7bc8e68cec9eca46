"""Rows of a query as dictionaries."""

from __future__ import annotations

from typing import Any

from edi.store.database import Database


def many(database: Database, query: str, *values: Any) -> list[dict[str, Any]]:
    cursor = database.connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def one(database: Database, query: str, *values: Any) -> dict[str, Any] | None:
    return next(iter(many(database, query, *values)), None)
