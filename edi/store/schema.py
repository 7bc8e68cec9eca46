"""The tables, views and indexes that a database of ours has, and how an existing one grows to have them.

The mappings say what the tables of claims and remittances look like; tables.csv beside this file says it for the rest
(files, diagnostics, and what the analysis derives). A table or column that a database lacks is added, whatever version
made it: only what a comparison of shapes cannot see (a rename, a moved value) needs a step in migrations.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlite_utils import Database as SqliteUtils

from edi.records.tables import Column, Table
from edi.resources import ResourceError, Resources
from edi.store.reference import definitions

HERE = Path(__file__).parent
SQL_TYPES = {"text": "TEXT", "date": "TEXT", "cents": "INTEGER", "int": "INTEGER", "id": "INTEGER", "number": "ANY"}

Indexes = Mapping[str, list[tuple[str, ...]]]  # table -> the columns of each of its indexes

# What the analysis writes, the last first: each refers to those after it.
DERIVED = ("evidence", "finding", "link", "outcome")
# What it keeps to know the next time what is new: see worklog.py.
WORKLOG = ("work_key", "stale_key", "stale_habit", "payer_code", "payer_allowed", "payer_usual", "analysis")

# Looked up while a file is imported: to find repeats. These exist from the start.
EARLY_INDEXES: Indexes = {
    "file": [("path",), ("sha256",)],
    "payment": [("trace_number",)],
    "transaction_set": [("reference",), ("duplicate_of",), ("file_id",)],
    "diagnostic": [("file_id",), ("rule", "value"), ("outcome_id",)],
}
# Looked up by people and the analysis. In a fresh database they are made after the load, which is faster.
LATE_INDEXES: Indexes = {
    "claim": [("control_number",), ("transaction_id",), ("member_id",), ("payer_control_number",)],
    "service_line": [("claim_id",)],
    "diagnosis": [("claim_id",)],
    "claim_code": [("claim_id",)],
    "note": [("claim_id",)],
    "attachment": [("claim_id",)],
    "other_payer": [("claim_id",)],
    "other_adjudication": [("claim_id",)],
    "other_adjustment": [("claim_id",)],
    "reference": [("owner_id",)],
    "provider_summary": [("payment_id",)],
    "remit_claim": [("control_number",), ("payment_id",), ("payer_control_number",), ("patient_id",), ("insured_id",)],
    "remit_line": [("remit_claim_id",)],
    "adjustment": [("remit_claim_id",), ("remit_line_id",)],
    "remark": [("remit_claim_id",), ("remit_line_id",)],
    "amount": [("remit_claim_id",), ("remit_line_id",)],
    "quantity": [("remit_claim_id",), ("remit_line_id",)],
    "provider_adjustment": [("payment_id",)],
    "outcome": [("service_line_id",), ("claim_id",), ("control_number",), ("remit_claim_id",)],
    "link": [("outcome_id", "position"), ("remit_line_id",), ("remit_claim_id",)],
    "finding": [("outcome_id",), ("control_number",), ("depends_on",), ("habit",), ("procedure",)],
    "work_key": [("row_id",)],
}
# Small tables of our own words, copied from the data files so that views can name things: table -> (data file, key).
LOOKUPS = {"cause": ("codes/causes.csv", "cause"), "code_family": ("codes/family.csv", "code")}


def own_tables() -> dict[str, Table]:
    """The tables of tables.csv, in its order, then those of reference data."""
    rows: dict[str, list[dict[str, str]]] = {}
    with (HERE / "tables.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            rows.setdefault(row["table"], []).append(row)
    return {
        name: Table(
            name=name,
            columns=tuple(Column(row["column"], row["type"], "", row["label"], False) for row in columns),
            primary_key=tuple(row["column"] for row in columns if row["key"]),
        )
        for name, columns in rows.items()
    } | definitions.tables()


def insert(table: Table) -> str:
    """The statement that inserts one row of a table, in the order of its columns."""
    names = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO [{table.name}] ({names}) VALUES ({', '.join('?' * len(table.columns))})"


def id_columns(table: Table) -> list[str]:
    """The columns of a record's table that hold row ids: its own, and those of the rows that it belongs to."""
    return [column.name for column in table.columns if column.name == "id" or column.source.startswith("id of ")]


def sql_files(folder: str) -> Iterator[tuple[str, str]]:
    """(name, text) of every SQL file of `folder` ('views' or 'checks'), by name."""
    for path in sorted((HERE / folder).glob("*.sql")):
        yield path.stem, path.read_text(encoding="utf-8").strip().removesuffix(";")


def lacks(db: SqliteUtils, tables: Iterable[Table]) -> bool:
    """Whether `grow` would change anything."""
    if any(missing_columns(db, table) for table in tables):
        return True
    stored = dict(db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    return any(stored.get(name) != _create_view(name, text) for name, text in sql_files("views"))


def missing_columns(db: SqliteUtils, table: Table) -> list[Column]:
    """The columns of a shape that the database does not have yet; all of them where the table itself is missing."""
    present = {row[1] for row in db.conn.execute(f"PRAGMA table_info([{table.name}])")}
    return [column for column in table.columns if column.name not in present]


def drop_views(db: SqliteUtils) -> None:
    """Take our views away: SQLite refuses to rename a column that a view names. `grow` makes them again."""
    for name, _ in sql_files("views"):
        db.conn.execute(f"DROP VIEW IF EXISTS [{name}]")


def grow(db: SqliteUtils, tables: Iterable[Table]) -> None:
    """Add the tables, columns, early indexes and views that the database lacks. Rows are left as they are."""
    for table in tables:
        missing = {column.name: SQL_TYPES[column.type] for column in missing_columns(db, table)}
        if len(missing) == len(table.columns):
            db[table.name].create(missing, pk=table.primary_key if len(table.primary_key) > 1 else table.primary_key[0])
        else:
            for name, sql_type in missing.items():
                db[table.name].add_column(name, sql_type)
    index(db, EARLY_INDEXES)
    drop_views(db)
    for name, text in sql_files("views"):
        db.conn.execute(_create_view(name, text))


def _create_view(name: str, text: str) -> str:
    return f"CREATE VIEW [{name}] AS\n{text}"


def described(records: Mapping[str, Table], db: SqliteUtils | None = None) -> Iterator[dict[str, str]]:
    """One row for each column: table, column, type, source (element), label, private.

    Without a database: of the tables that a new one gets. With one: of the tables and views that it has.
    """
    shapes = {**records, **own_tables()}
    known = {(table.name, column.name): column for table in shapes.values() for column in table.columns}
    if db is None:
        present = [(table.name, column.name, column.type) for table in shapes.values() for column in table.columns]
    else:
        relations = (name for name in [*db.table_names(), *db.view_names()] if not name.startswith(("_", "sqlite_")))
        present = [(name, column.name, column.type.lower()) for name in relations for column in db[name].columns]
    for table, name, kind in present:
        column = known.get((table, name), Column(name, kind, "", "", False))
        yield {
            "table": table,
            "column": name,
            "type": column.type,
            "source": column.source,
            "label": column.label,
            "private": "yes" if column.phi else "",
        }


def index(db: SqliteUtils, wanted: Indexes) -> None:
    """Create the indexes that are missing; a mapping of an office may leave a table or column out."""
    for table, keys in wanted.items():
        for key in keys:
            if not missing_columns(db, Table(table, tuple(Column(name, "text", "", "", False) for name in key), ())):
                db[table].create_index(key, if_not_exists=True)


def lookups_differ(db: SqliteUtils, resources: Resources) -> bool:
    """Whether the data files say something else than their tables."""
    return any(list(db[table].rows) != list(resources.rows(file)) for table, (file, _) in LOOKUPS.items())


def load_lookups(db: SqliteUtils, resources: Resources) -> None:
    """Copy the data files of LOOKUPS into their tables, in place of what was there."""
    for table, (file, key) in LOOKUPS.items():
        rows = list(resources.rows(file))
        if any(not row.get(key) for row in rows):
            raise ResourceError(f"{resources.path(file)}: a row has no {key}")
        db[table].insert_all(rows, pk=key, replace=True, truncate=True, alter=True)
