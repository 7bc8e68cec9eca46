"""Importing: whatever is given ends in whole rows or in one sentence, and the same content twice changes nothing."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edi.resources import Resources
from edi.store.database import Database, StoreError
from edi.store.importing import ImportResult, import_paths
from edi.store.rowsets import Rowset
from tests.edifiles import Wrap, batch, remittance, write_835, write_837


@pytest.fixture
def database(tmp_path: Path) -> Any:
    with Database.open(tmp_path / "store.db", Resources(), create=True) as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def count(database: Database, table: str) -> int:
    return int(database.connection.execute(f"SELECT count(*) FROM [{table}]").fetchone()[0])


def statuses(result: ImportResult) -> list[str]:
    return [file.status for file in result.files]


def dump(database: Database) -> list[str]:
    return [line for line in database.connection.iterdump() if "_sqlite_migrations" not in line]


def test_claims_and_remittances_fill_their_tables(database: Database, inbox: Path) -> None:
    write_837(inbox / "claims.837")
    write_835(inbox / "remits.835")
    result = import_paths(database, [str(inbox)])
    assert statuses(result) == ["imported", "imported"]
    assert not result.needs_person
    counts = {
        table: count(database, table) for table in ("claim", "service_line", "remit_claim", "remit_line", "payment")
    }
    assert counts == {"claim": 1, "service_line": 2, "remit_claim": 1, "remit_line": 2, "payment": 1}
    files = list(Rowset(database, "files"))
    assert [(file["kinds"], file["status"]) for file in files] == [("837P", "imported"), ("835", "imported")]
    assert all(file["segments"] == file["used"] + file["ignored"] + file["unexpected"] for file in files)
    assert all(file["size_bytes"] == Path(file["path"]).stat().st_size for file in files)


def test_importing_twice_changes_nothing_and_says_so(database: Database, inbox: Path) -> None:
    paths = [write_837(inbox / "claims.837"), write_835(inbox / "remits.835"), str(inbox)]
    import_paths(database, paths[:2])
    before = dump(database)
    assert statuses(import_paths(database, paths[:2])) == ["known", "known"]
    assert statuses(import_paths(database, paths[2:])) == ["known", "known"]
    assert dump(database) == before


def test_another_spelling_of_a_path_is_the_same_file(
    database: Database, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_835(inbox / "remits.835")
    import_paths(database, [path])
    monkeypatch.chdir(inbox)
    assert statuses(import_paths(database, ["remits.835", "./remits.835"])) == ["known", "known"]
    assert count(database, "file") == 1


def test_a_file_that_changed_is_read_anew(database: Database, inbox: Path) -> None:
    path = write_835(inbox / "remits.835")
    import_paths(database, [path])
    write_835(inbox / "remits.835", remittance(trace="T2"))
    assert statuses(import_paths(database, [path])) == ["imported"]
    assert {row["trace_number"] for row in Rowset(database, "payments")} == {"T1", "T2"}


def test_an_import_makes_the_analysis_void_only_when_something_is_new(database: Database, inbox: Path) -> None:
    paths = [write_837(inbox / "claims.837")]
    import_paths(database, paths)
    database.connection.execute("UPDATE file SET analysed = 1")
    import_paths(database, paths)
    assert database.analysed
    import_paths(database, [write_835(inbox / "remits.835")])
    assert not database.analysed


def test_archives_are_read_entry_by_entry(database: Database, inbox: Path) -> None:
    text = Path(write_835(inbox / "remits.835")).read_bytes()
    (inbox / "packed.gz").write_bytes(gzip.compress(Path(write_837(inbox / "claims.837")).read_bytes()))
    with zipfile.ZipFile(inbox / "month.zip", "w") as archive:
        archive.writestr("april/remits.835", text.replace(b"T1", b"T2"))
        archive.writestr("READ ME.txt", "no X12")
    for name in ("remits.835", "claims.837"):
        (inbox / name).unlink()
    result = import_paths(database, [str(inbox / "month.zip"), str(inbox / "packed.gz")])
    assert [(file.path.removeprefix(f"{inbox}/"), file.status) for file in result.files] == [
        ("month.zip!READ ME.txt", "skipped"), ("month.zip!april/remits.835", "imported"), ("packed.gz", "imported")
    ]  # fmt: skip
    assert not result.needs_person
    assert [row["file"] for row in Rowset(database, "payments")] == [f"{inbox}/month.zip!april/remits.835"]


def test_stdin_is_read_once(database: Database, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Path(write_835(inbox / "remits.835")).read_bytes()
    for expected in ("imported", "known"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert statuses(import_paths(database, ["-"])) == [expected]
    assert [row["file"] for row in Rowset(database, "payments")] == ["-"]
    assert count(database, "file") == 1


def test_other_sets_are_named_and_left_alone(database: Database, inbox: Path) -> None:
    (inbox / "ack.999").write_text(
        Wrap().around("FA", "005010X231A1", [["AK1", "HC", "1"], ["AK9", "A", "1", "1", "1"]])
    )
    result = import_paths(database, [str(inbox / "ack.999")])
    assert statuses(result) == ["imported"]
    assert dict(result.files[0].sets) == {"999": 1}
    assert not result.needs_person
    assert not list(Rowset(database, "diagnostics"))


@pytest.mark.parametrize(
    ("content", "status", "rule"),
    [(b"", "empty", "file-empty"), (b"%PDF-1.7 hello", "not-x12", "not-x12"), (b"hello", "not-x12", "not-x12")],
)
def test_a_named_file_without_x12_needs_a_person(
    content: bytes, status: str, rule: str, database: Database, inbox: Path
) -> None:
    path = inbox / "odd"
    path.write_bytes(content)
    for _ in range(2):
        result = import_paths(database, [str(path)])
        assert statuses(result) == [status]
        assert result.needs_person
        assert [(row["rule"], row["file"]) for row in Rowset(database, "diagnostics")] == [(rule, str(path))]
    write_835(path)
    assert not import_paths(database, [str(path)]).needs_person
    assert not list(Rowset(database, "diagnostics"))


def test_in_a_folder_it_is_counted_and_skipped(database: Database, inbox: Path) -> None:
    write_835(inbox / "remits.835")
    (inbox / "scan.pdf").write_bytes(b"%PDF-1.7")
    (inbox / "empty").touch()
    (inbox / "mail.txt").write_text("the ISA segment of your file was wrong")
    result = import_paths(database, [str(inbox)])
    assert sorted(statuses(result)) == ["imported", "skipped", "skipped", "skipped"]
    assert not result.needs_person
    assert count(database, "file") == 1


def test_a_folder_or_archive_without_x12_needs_a_person(database: Database, inbox: Path) -> None:
    (inbox / "mail.txt").write_text("nothing here")
    with zipfile.ZipFile(inbox / "month.zip", "w") as archive:
        archive.writestr("READ ME.txt", "no X12")
    result = import_paths(database, [str(inbox), str(inbox / "month.zip")])
    assert result.barren == [str(inbox), str(inbox / "month.zip")]
    assert result.needs_person


def test_what_a_folder_holds_beside_files_does_no_harm(database: Database, inbox: Path) -> None:
    write_835(inbox / "remits.835")
    os.mkfifo(inbox / "pipe")
    (inbox / "again").symlink_to(inbox, target_is_directory=True)
    result = import_paths(database, [str(inbox)])
    assert [file.status for file in result.files if file.status != "skipped"] == ["imported"]
    assert not result.needs_person


def test_a_payment_that_does_not_balance_needs_a_person_each_time(database: Database, inbox: Path) -> None:
    path = write_835(inbox / "remits.835", remittance(off=1))
    for _ in range(2):
        assert import_paths(database, [path]).needs_person
    assert [row["difference"] for row in Rowset(database, "payments")] == ["0.01"]


def test_a_cut_archive_keeps_what_can_be_read(database: Database, inbox: Path) -> None:
    path = inbox / "remits.835.gz"
    text = Path(write_835(inbox / "whole", *[remittance(trace=f"T{n}") for n in range(3000)])).read_bytes()
    packed = gzip.compress(text)
    path.write_bytes(packed[: len(packed) // 2])
    result = import_paths(database, [str(path)])
    assert result.needs_person
    assert 0 < count(database, "payment") < 3000
    assert "file-unreadable" in {row["rule"] for row in Rowset(database, "diagnostics")}


def test_progress_runs_to_the_end(database: Database, inbox: Path) -> None:
    paths = [write_837(inbox / "claims.837"), write_835(inbox / "remits.835")]
    for _ in range(2):
        heard: list[tuple[int, int]] = []
        import_paths(database, paths, lambda *progress, heard=heard: heard.append(progress))
        total = sum(Path(path).stat().st_size for path in paths)
        assert heard[-1] == (total, total)
        assert heard == sorted(heard)


def test_only_the_owner_can_read_what_lies_beside_the_database(database: Database, inbox: Path, tmp_path: Path) -> None:
    modes: dict[str, int] = {}

    def look(*_: int) -> None:
        modes.update((file.name, stat.S_IMODE(file.stat().st_mode)) for file in tmp_path.glob("store.db*"))

    before = os.umask(0)
    try:
        import_paths(database, [write_835(inbox / "remits.835")], look)
    finally:
        os.umask(before)
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}
    assert [file.name for file in tmp_path.glob("store.db*")] == ["store.db"]


def test_a_full_disk_keeps_whole_files_only(database: Database, inbox: Path) -> None:
    small = write_837(inbox / "a.837")
    large = write_835(inbox / "b.835", *[remittance(trace=f"T{n}") for n in range(3000)])
    pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
    database.connection.execute(f"PRAGMA max_page_count = {pages + 60}")
    with pytest.raises(StoreError, match="the disk is full"):
        import_paths(database, [small, large])
    assert [row["path"] for row in Rowset(database, "files")] == [small]
    assert count(database, "payment") == 0
    database.connection.execute("PRAGMA max_page_count = 1000000")
    assert statuses(import_paths(database, [small, large])) == ["known", "imported"]
    assert count(database, "payment") == 3000


def test_a_database_that_cannot_be_begun_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("edi.store.schema.grow", full)
    with pytest.raises(StoreError, match="the disk is full"):
        Database.open(tmp_path / "new.db", Resources(), create=True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="the disk is full"):
        Database.open(tmp_path / "empty.db", Resources(), create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]


def test_many_transactions_of_a_file_are_all_there(database: Database, inbox: Path) -> None:
    path = write_837(inbox / "claims.837", *[batch(reference=f"B{n}") for n in range(50)])
    assert dict(import_paths(database, [path]).files[0].sets) == {"837P": 50}
    assert count(database, "claim") == 50
