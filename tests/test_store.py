"""A database file is ours or is refused in one sentence; what is written in a transaction is written whole."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from edi.resources import Resources
from edi.store.database import Database, StoreError
from edi.store.figures import headline
from edi.store.rowsets import Rowset, money
from tests.storecase import CLAIMS, REMITS, small_database


def open_store(path: Path, create: bool = False) -> Database:
    return Database.open(path, Resources(), create=create)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    before = os.umask(0)
    try:
        with open_store(path, create=True) as database, database.transaction() as connection:
            connection.execute("INSERT INTO file (id, path) VALUES (1, 'x')")
            assert {mode(file) for file in tmp_path.iterdir()} == {0o600}
            assert len(list(tmp_path.iterdir())) == 2, "a journal lies beside the database while it is written"
    finally:
        os.umask(before)
    assert mode(path) == 0o600


def test_opened_again_it_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    small_database(path).close()
    before = path.read_bytes()
    open_store(path).close()
    open_store(path, create=True).close()
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database_only_when_writing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch(mode=0o644)
    with pytest.raises(StoreError, match="not an edi database"):
        open_store(path)
    open_store(path, create=True).close()
    assert mode(path) == 0o600


@pytest.mark.parametrize("create", [False, True])
def test_foreign_files_are_refused_and_left_alone(create: bool, tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("ISA is not SQLite" * 100)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE claim (id INTEGER PRIMARY KEY)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(StoreError, match=f"not an edi database: {path}"):
            open_store(path, create=create)
        assert path.read_bytes() == before


def test_a_missing_database_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no such database: .*a\.db"):
        open_store(tmp_path / "a.db")
    assert not list(tmp_path.iterdir())


def test_a_folder_and_a_path_without_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a folder, not a database"):
        open_store(tmp_path, create=True)
    with pytest.raises(StoreError, match="cannot create the database"):
        open_store(tmp_path / "none" / "a.db", create=True)


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db", create=True) as database:
        with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
            connection.executemany("INSERT INTO file (id, path) VALUES (?, 'x')", [(1,), (1,)])
        assert database.connection.execute("SELECT count(*) FROM file").fetchone() == (0,)


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db", create=True) as database:
        pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
        database.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreError, match="the disk is full"), database.transaction() as connection:
            connection.executemany("INSERT INTO file (path) VALUES (?)", [("x" * 9000,)] * 9)
        assert database.connection.execute("SELECT count(*) FROM file").fetchone() == (0,)


def test_a_database_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db", create=True) as database:
        database.connection.execute("PRAGMA query_only = 1")
        with pytest.raises(StoreError, match="cannot write to the database"), database.transaction() as connection:
            connection.execute("INSERT INTO file (path) VALUES ('x')")


def test_a_locked_database_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.store.database.LOCK_WAIT", 0.01)
    path = tmp_path / "a.db"
    with open_store(path, create=True) as one, open_store(path) as other, one.transaction():
        refused = pytest.raises(StoreError, match="another program is writing")
        with refused, other.transaction():
            pass


def test_analysed_follows_the_records(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.db", create=True) as database:
        assert database.analysed
    with small_database(tmp_path / "a.db") as database:
        assert database.analysed
        with database.transaction():
            database.clear_analysis()
        assert not database.analysed


def test_lines_leave_with_their_links(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        rows = Rowset(database, "lines")
        scan, tracer = rows
    assert list(scan) == rows.columns
    assert (scan["procedure"], scan["charge"], scan["paid"], scan["contractual"], scan["cause"]) == (
        "78452", "1450.00", "410.00", "1040.00", None)  # fmt: skip
    assert (tracer["denied"], tracer["state"], tracer["modifiers"], tracer["units"]) == ("50.00", "denied", ["26"], 1)
    assert (tracer["file"], tracer["segment"], tracer["allowed"]) == ("claims.837", 8, None)
    assert scan["links"] == [
        {"trace_number": "T1", "payer_control_number": "ICN1", "claim_status": "1", "procedure": "78452",
         "paid": "410.00", "tier": "L2", "file": "remits.835", "segment": 8}
    ]  # fmt: skip


def test_links_come_in_time_order_with_what_they_hold(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        database.connection.execute(
            f"INSERT INTO link (id, outcome_id, position, remit_claim_id, tier, status, paid_cents) "
            f"VALUES (0, 1, 2, {REMITS | 7}, 'C1', 'linked', -500), (9, 1, 3, {REMITS | 7}, 'L9', 'ambiguous', 1)"
        )
        scan = next(iter(Rowset(database, "lines")))
    assert [(link["tier"], link["paid"], link["segment"]) for link in scan["links"]] == [
        ("L2", "410.00", 8), ("C1", "-5.00", 7)]  # fmt: skip


def test_findings_leave_with_their_evidence_in_order(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        (finding,) = Rowset(database, "findings")
    assert (finding["denied"], finding["recoverable"], finding["open"]) == ("50.00", None, True)
    assert (finding["group_codes"], finding["remark_codes"]) == (["CO"], [])
    assert [entry["what"] for entry in finding["evidence"]] == ["the line was denied", "the scan was paid"]
    assert finding["evidence"][0]["file"] == "remits.835"


def test_payments_leave_with_their_balance_and_repeats(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        database.connection.executescript(f"""
            INSERT INTO file (id, path) VALUES (3, 'again.835');
            INSERT INTO transaction_set (id, file_id, set_code, first_segment, imported, duplicate_of)
            VALUES ({3 << 32 | 4}, 3, '835', 4, 1, {REMITS | 3})""")
        first, again = Rowset(database, "payments")
    assert (first["amount"], first["claim_paid"], first["provider_adjustments"]) == ("400.00", "410.00", "10.00")
    assert (first["claims"], first["lines"], first["difference"], first["balanced"]) == (1, 2, "0.00", True)
    assert (first["duplicate_of"], first["date"], first["method"]) == (None, "2026-04-01", "ACH")
    assert (again["duplicate_of"], again["file"], again["segment"]) == ("remits.835#3", "again.835", 4)


def test_diagnostics_leave_in_file_order(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        for segment in (9, 4):
            database.connection.execute(
                "INSERT INTO diagnostic (file_id, rule, level, transaction_id, segment) VALUES (1, 'r', 'info', ?, ?)",
                (CLAIMS | 3, segment),
            )
        rows = list(Rowset(database, "diagnostics"))
    assert [(row["file"], row["segment"], row["transaction"]) for row in rows] == [
        ("claims.837", 4, "0001"), ("claims.837", 9, "0001")]  # fmt: skip


def test_a_filter_speaks_of_the_view(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        assert [row["procedure"] for row in Rowset(database, "lines", "denied > 10")] == ["A9500"]
        assert not list(Rowset(database, "findings", "denied > 100"))
        assert len(list(Rowset(database, "payments", "payer like 'payer%'"))) == 1


@pytest.mark.parametrize("condition", ["nonsense", "1; DROP TABLE claim", "("])
def test_a_bad_filter_is_one_sentence(condition: str, tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        with pytest.raises(StoreError, match="cannot filter by"):
            list(Rowset(database, "lines", condition))
        assert database.connection.execute("SELECT count(*) FROM claim").fetchone() == (1,)


def test_the_headline_adds_up(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        database.connection.execute("UPDATE payment SET amount_cents = 39000")
        told = headline(database)
    assert (told.claims, told.lines, told.payments, told.billed_cents) == (1, 2, 1, 150000)
    assert sum(told.buckets.values()) == told.billed_cents
    assert [(cause.denials, cause.cents) for cause in told.causes] == [(1, 5000)]
    assert (told.work.denials, told.work.cents) == (1, 5000)
    assert [(payment.trace_number, payment.cents, payment.segment) for payment in told.unbalanced] == [("T1", -1000, 3)]


@pytest.mark.parametrize(
    ("cents", "text"), [(145000, "1450.00"), (-1300, "-13.00"), (5, "0.05"), (-5, "-0.05"), (None, None)]
)
def test_money_text(cents: int | None, text: str | None) -> None:
    assert money(cents) == text
