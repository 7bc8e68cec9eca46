"""The database has every table and column that the mappings and tables.csv declare, and says where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edi.records import mapping
from edi.resources import Resources
from edi.store import schema
from edi.store.database import Database

MONEY = {
    "claim": ["charge_cents"],
    "service_line": ["charge_cents"],
    "payment": ["amount_cents"],
    "remit_claim": ["charge_cents", "paid_cents"],
    "remit_line": ["charge_cents", "paid_cents"],
    "adjustment": ["amount_cents"],
    "provider_adjustment": ["amount_cents"],
}
PROMISED = {*MONEY, "file", "diagnosis", "remark", "diagnostic", "link", "outcome", "finding"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "a.db", Resources(), create=True) as opened:
        yield opened


def test_every_declared_table_and_column_is_there(database: Database) -> None:
    for table in (*database.record_tables.values(), *schema.own_tables().values()):
        assert [column.name for column in database.db[table.name].columns] == [column.name for column in table.columns]
        assert database.db[table.name].pks == list(table.primary_key)


def test_the_promised_tables_and_columns(database: Database) -> None:
    assert set(database.db.table_names()) >= PROMISED
    for table, columns in MONEY.items():
        types = {column.name: column.type for column in database.db[table].columns}
        assert [types[column] for column in columns] == ["INTEGER"] * len(columns)


def test_numbers_keep_their_kind(database: Database) -> None:
    database.db["service_line"].insert_all([{"id": 1, "units": 2}, {"id": 2, "units": 2.5}])
    assert [row["units"] for row in database.db["service_line"].rows] == [2, 2.5]


def test_indexes_come_after_the_load(database: Database) -> None:
    assert not database.db["claim"].indexes
    database.index()
    database.index()
    for table, keys in (*schema.EARLY_INDEXES.items(), *schema.LATE_INDEXES.items()):
        assert {tuple(index.columns) for index in database.db[table].indexes} >= set(keys), table


def test_every_index_names_existing_columns(database: Database) -> None:
    for table, keys in (*schema.EARLY_INDEXES.items(), *schema.LATE_INDEXES.items()):
        columns = {column.name for column in database.db[table].columns}
        assert columns >= {column for key in keys for column in key}, table


def test_views_run_and_say_what_a_row_is(database: Database) -> None:
    views = dict(schema.sql_files("views"))
    assert set(views) >= {
        "lines",
        "findings",
        "payments",
        "unmatched_remittances",
        "unanswered_claims",
        "tracer_matrix",
    }
    for name, text in views.items():
        assert text.startswith("-- One row for each "), name
        assert database.connection.execute(f"SELECT * FROM [{name}]").fetchall() == []


def test_lookups_name_causes_and_codes(database: Database) -> None:
    titles = dict(database.connection.execute("SELECT cause, title FROM cause"))
    assert titles["duplicate-claim"]
    roles = dict(database.connection.execute("SELECT code, role FROM code_family"))
    assert roles["78452"] == "scan"


def test_lookups_follow_the_data_files(database: Database, tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    text = Resources().path("codes/causes.csv").read_text(encoding="utf-8")
    (tmp_path / "codes" / "causes.csv").write_text(
        text.replace("\nduplicate-claim,", "\nbilled-twice,"), encoding="utf-8"
    )
    with Database.open(database.path, Resources(tmp_path), create=True) as opened:
        causes = {row["cause"] for row in opened.db["cause"].rows}
    assert "billed-twice" in causes
    assert "duplicate-claim" not in causes


def test_description_covers_every_column(database: Database) -> None:
    told = list(schema.described(mapping.load(Resources()).tables))
    shapes = (*database.record_tables.values(), *schema.own_tables().values())
    assert [(row["table"], row["column"]) for row in told] == [(t.name, c.name) for t in shapes for c in t.columns]
    assert all(row["source"] or row["label"] for row in told)
    charge = next(row for row in told if (row["table"], row["column"]) == ("claim", "charge_cents"))
    assert "CLM02" in charge["source"]
    assert charge["type"] == "cents"


def test_description_of_a_database_has_its_views(database: Database) -> None:
    told = {row["table"] for row in schema.described(database.record_tables, database.db)}
    assert told >= {"claim", "outcome", "cause", "lines"}
    assert not any(name.startswith(("_", "sqlite_")) for name in told)


def test_private_columns_are_marked() -> None:
    private = {
        (row["table"], row["column"]) for row in schema.described(mapping.load(Resources()).tables) if row["private"]
    }
    assert private >= {("claim", "member_id"), ("claim", "subscriber_last"), ("remit_claim", "patient_id")}
