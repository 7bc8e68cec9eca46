"""The promises of a database, as queries that return the rows that break them: checks/*.sql, one promise a file.

A check's first comment line is the promise in words; a line `-- after: analyze` says that it speaks of what the
analysis derives, so it is left out while nothing is analysed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from edi.store.database import Database
from edi.store.schema import sql_files

SHOWN = 20  # offending rows kept of each check


@dataclass(frozen=True)
class Audit:
    """One check and what it found. `broken` counts offending rows (None: not run), `rows` are the first of them."""

    name: str
    promise: str
    broken: int | None
    rows: list[dict[str, Any]]


def audit(database: Database) -> Iterator[Audit]:
    """Run every check, by name."""
    for name, text in sql_files("checks"):
        comments = [line.removeprefix("-- ") for line in text.splitlines() if line.startswith("-- ")]
        if "after: analyze" in comments and not database.analysed:
            yield Audit(name, comments[0], None, [])
            continue
        cursor = database.connection.execute(text)
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchmany(SHOWN)]
        yield Audit(name, comments[0], len(rows) + sum(1 for _ in cursor), rows)
