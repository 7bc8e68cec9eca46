"""A database of any earlier version opens, grows to the present shape and keeps its rows; a newer one is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database as SqliteUtils
from sqlite_utils import Migrations

from edi.resources import Resources
from edi.store import schema
from edi.store.auditing import audit
from edi.store.database import Database, StoreError
from edi.store.migrations import APPLICATION_ID, known_steps, m0001_sign
from edi.store.rowsets import Rowset
from tests.storecase import small_database

FIRST = Path(__file__).parent / "databases" / "first.sql"  # what `tests.storecase` made with the first version


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "first.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST.read_text(encoding="utf-8"))
    connection.close()
    return path


def test_the_first_version_opens_and_tells_the_same(first: Path, tmp_path: Path) -> None:
    with Database.open(first, Resources()) as old, small_database(tmp_path / "new.db") as new:
        for table in (*new.record_tables.values(), *new.own_tables.values()):
            columns = {column.name for column in old.db[table.name].columns}
            assert columns >= {column.name for column in table.columns}, table.name
        assert {view.name for view in old.db.views} >= {name for name, _ in schema.sql_files("views")}
        for name in ("lines", "findings", "payments"):
            assert list(Rowset(old, name)) == list(Rowset(new, name))
        assert not [check.name for check in audit(old) if check.broken]
        assert old.connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_links_of_the_first_version_get_what_they_paid(first: Path) -> None:
    connection = sqlite3.connect(first)
    connection.execute(
        "INSERT INTO link (id, outcome_id, position, level, claim_id, remit_claim_id, tier, status) "
        "SELECT 3, 1, 2, 'claim', claim_id, remit_claim_id, 'C1', 'linked' FROM link WHERE id = 1"
    )
    connection.execute("UPDATE remit_claim SET paid_cents = 40500")
    connection.execute("CREATE TABLE analysis (name TEXT PRIMARY KEY, value TEXT)")
    connection.execute("INSERT INTO analysis VALUES ('rules', 'as they were')")
    connection.commit()
    connection.close()
    with Database.open(first, Resources()) as old:
        assert old.connection.execute("SELECT id, paid_cents FROM link ORDER BY id").fetchall() == [
            (1, 41000), (2, 0), (3, -500)]  # fmt: skip
        assert old.connection.execute("SELECT * FROM analysis").fetchall() == []  # the next analysis starts anew


def test_lost_tables_columns_and_views_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    small_database(path).close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP VIEW lines; ALTER TABLE claim DROP COLUMN clia; DROP TABLE note")
    connection.close()
    with Database.open(path, Resources()) as database:
        assert "clia" in {column.name for column in database.db["claim"].columns}
        assert database.db["note"].exists()
        assert database.db["claim"].count == 1
        assert len(list(Rowset(database, "lines", "paid > 0"))) == 1


def test_a_later_step_runs_once_and_is_recorded(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = Migrations("edi")
    later()(m0001_sign)

    @later()
    def m0002_rename(db: SqliteUtils) -> None:
        db.conn.execute("ALTER TABLE claim RENAME COLUMN clia TO laboratory")

    monkeypatch.setattr("edi.store.database.migrations", later)
    monkeypatch.setattr("edi.store.migrations.migrations", later)
    for _ in range(2):
        with Database.open(first, Resources()) as database:
            assert "laboratory" in {column.name for column in database.db["claim"].columns}
            assert {step.name for step in later.applied(database.db)} == known_steps() == {"m0001_sign", "m0002_rename"}


def test_a_step_that_fails_changes_nothing(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Migrations("edi")
    broken()(m0001_sign)

    @broken()
    def m0002_fails(db: SqliteUtils) -> None:
        db.conn.execute("DELETE FROM claim")
        raise ZeroDivisionError

    before = first.read_bytes()
    monkeypatch.setattr("edi.store.database.migrations", broken)
    monkeypatch.setattr("edi.store.migrations.migrations", broken)
    with pytest.raises(ZeroDivisionError):
        Database.open(first, Resources())
    assert first.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with small_database(path) as database:
        database.db["_sqlite_migrations"].insert({"migration_set": "edi", "name": "m9999_future", "applied_at": "2030"})
    with pytest.raises(StoreError, match="made by a newer version of edi"):
        Database.open(path, Resources())
