"""Reference data in the database: loaded from files, listed, forgotten, handed to the analysis.

A load replaces the whole table; with `append` it adds to it, and a row with the key of an older one (columns.csv) takes
its place. A load is all or nothing. Whatever was derived from other reference data is emptied, to be worked out again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from edi.store.database import Database, StoreError
from edi.store.reference.cms import SETTINGS, Options
from edi.store.reference.definitions import LOADS, Definition, definitions
from edi.store.reference.files import BadFile, Sheet, sheets

BATCH = 5000
SHOWN = 20  # problems that are named; the rest is counted
BY_CODE = {"opps": "code", "mue": "code", "ncci-ptp": "column1"}
"""Tables as long as a country's code list: only the codes that the database holds are handed to the analysis."""

Row = dict[str, Any]


class LoadError(StoreError):
    """Nothing was loaded. The message names files and lines, one a line."""


@dataclass(slots=True)
class Loaded:
    """What a load brought: rows of each file, what was left out on purpose, and what CMS files were taken for."""

    rows: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)


def definition(name: str) -> Definition:
    """The table called `name`; StoreError when there is none."""
    known = definitions().get(name)
    if known is None:
        raise StoreError(f"there is no reference table called {name!r}; there are {', '.join(definitions())}")
    return known


def load(
    database: Database, name: str, paths: Sequence[Path], append: bool = False, options: Options | None = None
) -> Loaded:
    """Load files into a table, all or nothing. LoadError names what is wrong."""
    wanted = definition(name)
    loaded = Loaded()
    problems: list[str] = []
    with database.transaction():
        if not append:
            _empty(database, wanted)
        for path in paths:
            try:
                for sheet in sheets(path, wanted, options or Options()):
                    _store(database, sheet, loaded)
                    problems += sheet.problems
            except BadFile as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"{path}: {error.strerror}")
            except csv.Error as error:
                problems.append(f"{path}: not a table ({error})")
        if not problems and not sum(loaded.rows.values()):
            problems.append(f"{', '.join(map(str, paths))}: no rows")
        if problems:
            raise LoadError(_named(problems))
        _close_older_editions(database, wanted)
        database.clear_analysis()
    return loaded


def _named(problems: list[str]) -> str:
    more = len(problems) - SHOWN
    shown = [*problems[:SHOWN], *([f"... and {more} more"] if more > 0 else [])]
    return "nothing was loaded:\n  " + "\n  ".join(shown)


def _store(database: Database, sheet: Sheet, loaded: Loaded) -> None:
    table = sheet.definition.table
    read = database.connection
    load_id = read.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {LOADS.name}").fetchone()[0]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    values = (load_id, sheet.definition.name, sheet.name, sheet.sha256, sheet.layout, now)
    read.execute(f"INSERT INTO {LOADS.name} VALUES (?, ?, ?, ?, ?, ?)", values)
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    query = f"INSERT OR REPLACE INTO {table.name} ({names}) VALUES ({marks})"
    rows = ((*row, load_id) for row in sheet.rows())
    count = 0
    while batch := list(islice(rows, BATCH)):
        read.executemany(query, batch)
        count += len(batch)
    loaded.rows[sheet.name] = count
    if sheet.edition:
        loaded.editions[sheet.name] = sheet.edition
    for reason, number in sheet.left_out.items():
        loaded.left_out[reason] = loaded.left_out.get(reason, 0) + number


def _close_older_editions(database: Database, wanted: Definition) -> None:
    """A whole edition of CMS ends the older ones: a code that left the table has no row of its own to say so."""
    if wanted.name not in ("opps", "mue"):
        return
    table, setting = wanted.table.name, "setting" if wanted.name == "mue" else "''"
    query = f"""
        SELECT DISTINCT {setting}, effective_from FROM {table}
        WHERE load_id IN (SELECT id FROM {LOADS.name} WHERE name = ? AND layout = 'cms')"""
    for key, start in database.connection.execute(query, (wanted.name,)).fetchall():
        database.connection.execute(
            f"""
            UPDATE {table} SET effective_to = date(?1, '-1 day')
            WHERE {setting} = ?2 AND effective_from < ?1 AND COALESCE(effective_to, '9999') >= ?1
              AND load_id IN (SELECT id FROM {LOADS.name} WHERE name = ?3 AND layout = 'cms')""",
            (start, key, wanted.name),
        )


def forget(database: Database, name: str) -> int:
    """Empty a table; returns how many rows went. StoreError when it was not loaded."""
    wanted = definition(name)
    with database.transaction():
        count = _count(database, wanted)
        if not count:
            raise StoreError(f"no {name} loaded")
        _empty(database, wanted)
        database.clear_analysis()
    return count


def _empty(database: Database, wanted: Definition) -> None:
    database.connection.execute(f"DELETE FROM {wanted.table.name}")
    database.connection.execute(f"DELETE FROM {LOADS.name} WHERE name = ?", (wanted.name,))


def _held(database: Database, wanted: Definition) -> bool:
    return bool(database.connection.execute(f"SELECT EXISTS (SELECT 1 FROM {wanted.table.name})").fetchone()[0])


def _count(database: Database, wanted: Definition) -> int:
    return int(database.connection.execute(f"SELECT COUNT(*) FROM {wanted.table.name}").fetchone()[0])


def answered(database: Database) -> bool:
    """Whether lines and findings were worked out, which other reference data may change."""
    return bool(database.connection.execute("SELECT EXISTS (SELECT 1 FROM outcome)").fetchone()[0])


def listing(database: Database) -> Iterator[Row]:
    """One row for each load whose rows are in force: name, rows, first and last day, file, when."""
    for wanted in definitions().values():
        columns = {column.name for column in wanted.table.columns}
        first = "MIN(NULLIF(r.effective_from, ''))" if "effective_from" in columns else "NULL"
        last = "MAX(r.effective_to)" if "effective_to" in columns else "NULL"
        query = f"""
            SELECT l.name, COUNT(*), {first}, {last}, l.layout, l.file, l.loaded_at
            FROM {wanted.table.name} r JOIN {LOADS.name} l ON l.id = r.load_id GROUP BY l.id ORDER BY l.id"""
        names = ("name", "rows", "effective_from", "effective_to", "layout", "file", "loaded_at")
        for row in database.connection.execute(query):
            yield dict(zip(names, row, strict=True))


def rows(database: Database, codes: Iterable[str] = ()) -> dict[str, Iterable[Row]]:
    """The loaded tables for the analysis, by name; a table that is not loaded is not there.

    Of the tables in BY_CODE only the rows of codes that the database (or `codes`) holds are given. A pair row without a
    second code says that CMS's own table was loaded for the first one: what it does not have is no pair.
    """
    present = [wanted for wanted in definitions().values() if _held(database, wanted)]
    held = _codes(database) | set(codes) if any(wanted.name in BY_CODE for wanted in present) else set()
    return {wanted.name: _rows(database, wanted, held) for wanted in present}


def _codes(database: Database) -> set[str]:
    query = "SELECT DISTINCT procedure FROM service_line UNION SELECT procedure FROM remit_line"
    found = {row[0] for row in database.connection.execute(query)}
    query = "SELECT DISTINCT submitted_procedure FROM remit_line"
    return {code for code in found | {row[0] for row in database.connection.execute(query)} if code}


def _rows(database: Database, wanted: Definition, held: set[str]) -> Iterator[Row]:
    names = [column.name for column in wanted.table.columns]
    query = f"SELECT {', '.join(names)} FROM {wanted.table.name}"
    by = BY_CODE.get(wanted.name)
    if by is None:
        yield from (dict(zip(names, row, strict=True)) for row in database.connection.execute(query))
        return
    marks = ", ".join(f"'{setting}'" for setting in SETTINGS)
    within = f"setting IN ({marks}) AND" if "setting" in names else ""  # the index begins with it
    for code in sorted(held):
        found = database.connection.execute(f"{query} WHERE {within} {by} = ?", (code,))
        rows_ = (dict(zip(names, row, strict=True)) for row in found)
        yield from _pairs(database, rows_, held) if wanted.name == "ncci-ptp" else rows_


def _pairs(database: Database, found: Iterable[Row], held: set[str]) -> Iterator[Row]:
    """The pairs of one first code whose second code is held, after a row that says where CMS's table has them all."""
    query = f"SELECT id FROM {LOADS.name} WHERE name = 'ncci-ptp' AND layout = 'cms'"
    whole = {row[0] for row in database.connection.execute(query)}
    said: set[str] = set()
    for row in found:
        if row["load_id"] in whole and row["setting"] not in said:
            said.add(row["setting"])
            yield {**row, "column2": ""}
        if row["column2"] in held:
            yield row
