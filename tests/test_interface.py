"""What scripts may rely on, word for word: the commands and their exit codes, on the sample month.

Written from the promise alone. Nothing here may be renamed or dropped.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

from tests.stranger import SAMPLES, Rows, edi, rows
from tests.test_interface_rows import LINE_KEYS


def some_files(folder: Path) -> list[Path]:
    """A payer's claims and remittances, all in balance, in a folder of their own."""
    names = ["claims/quayside_0316.837", "claims/quayside_0401.837", "remits/quayside_0428.835"]
    folder.mkdir()
    return [Path(shutil.copy(SAMPLES / name, folder)) for name in names]


# Commands


def test_a_path_may_be_a_file_a_folder_packed_or_stdin(tmp_path: Path) -> None:
    first, second, third = some_files(tmp_path / "inbox")
    packed = tmp_path / "packed"
    packed.mkdir()
    with zipfile.ZipFile(packed / "claims.zip", "w") as archive:
        archive.write(first, "march/first.837")
    (packed / "second.837.gz").write_bytes(gzip.compress(second.read_bytes()))
    assert edi("run", tmp_path / "a.db", packed, "-", stdin=third.read_bytes()).exit_code == 0
    assert edi("run", tmp_path / "b.db", tmp_path / "inbox").exit_code == 0
    told, plain = rows(tmp_path / "a.db", "lines"), rows(tmp_path / "b.db", "lines")

    def without_places(found: Rows) -> list[str]:
        return sorted(json.dumps([[row[key] for key in LINE_KEYS if key not in ("file", "links")]]) for row in found)

    assert without_places(told) == without_places(plain)
    assert f"{packed / 'claims.zip'}!march/first.837" in {row["file"] for row in told}


def test_answers_depend_neither_on_the_order_nor_on_the_runs(tmp_path: Path) -> None:
    files = some_files(tmp_path / "inbox")
    assert edi("run", tmp_path / "a.db", *files).exit_code == 0
    for path in reversed(files):
        assert edi("import", tmp_path / "b.db", path).exit_code == 0
        assert edi("analyze", tmp_path / "b.db").exit_code == 0
    for name in ("lines", "findings", "payments"):
        assert rows(tmp_path / "a.db", name) == rows(tmp_path / "b.db", name), name


def test_importing_the_same_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    files = some_files(tmp_path / "inbox")
    assert edi("run", tmp_path / "a.db", *files).exit_code == 0
    before = [rows(tmp_path / "a.db", name) for name in ("lines", "findings", "payments", "diagnostics")]
    again = edi("run", tmp_path / "a.db", *files)
    assert again.exit_code == 0
    assert "3 already here, left as they are" in again.stdout
    assert [rows(tmp_path / "a.db", name) for name in ("lines", "findings", "payments", "diagnostics")] == before


def test_report_writes_its_five_files(tmp_path: Path) -> None:
    assert edi("run", tmp_path / "a.db", *some_files(tmp_path / "inbox")).exit_code == 0
    assert edi("report", tmp_path / "a.db", tmp_path / "r").exit_code == 0
    names = {"report.html", "worklist.xlsx", "lines.csv", "findings.csv", "payments.csv"}
    assert names <= {path.name for path in (tmp_path / "r").iterdir()}


# Exit codes


def test_what_needs_a_person_is_1(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear payer")
    (tmp_path / "empty.835").write_bytes(b"")
    (tmp_path / "letters").mkdir()
    shutil.copy(tmp_path / "letter.txt", tmp_path / "letters")
    whole = (SAMPLES / "remits" / "quayside_0428.835").read_bytes()
    (tmp_path / "cut.835").write_bytes(whole[: len(whole) // 2])
    for name in ("letter.txt", "empty.835", "letters", "cut.835"):
        for command in ("run", "import"):
            assert edi(command, tmp_path / f"{name}-{command}.db", tmp_path / name).exit_code == 1, (command, name)
    off = SAMPLES / "remits" / "alderwick_0511.835"
    assert edi("run", tmp_path / "off.db", off).exit_code == 1
    assert edi("check", tmp_path / "off.db").exit_code == 1


def test_other_files_in_a_searched_folder_do_no_harm(tmp_path: Path) -> None:
    some_files(tmp_path / "inbox")
    (tmp_path / "inbox" / "letter.txt").write_text("Dear payer")
    result = edi("run", tmp_path / "a.db", tmp_path / "inbox")
    assert (result.exit_code, "1 not X12, skipped" in result.stdout) == (0, True)
    assert edi("check", tmp_path / "a.db").exit_code == 0


def test_what_cannot_run_is_2(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE x (a)")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "835.xml").write_text("<mapping")
    inbox = some_files(tmp_path / "inbox")[0]
    for typed in (
        ["run"],
        ["run", tmp_path / "a.db"],
        ["run", tmp_path / "a.db", tmp_path / "missing.835"],
        ["import", tmp_path / "no" / "such" / "folder" / "a.db", inbox],
        ["run", foreign, inbox],
        ["run", tmp_path / "a.db", inbox, "--mappings", tmp_path / "broken"],
    ):
        assert edi(*typed).exit_code == 2, typed
    assert not (tmp_path / "missing.db").exists()
    for name in ("lines", "findings", "payments", "diagnostics"):
        assert edi(name, tmp_path / "missing.db", "--json").exit_code == 2
        assert edi(name, foreign, "--json").exit_code == 2


def test_no_rows_are_an_empty_array_and_0(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    assert edi("run", tmp_path / "a.db", tmp_path / "inbox").exit_code == 1
    assert [rows(tmp_path / "a.db", name) for name in ("lines", "findings", "payments", "diagnostics")] == [[]] * 4


def test_validate_is_1_for_errors_alone(tmp_path: Path) -> None:
    good = SAMPLES / "claims" / "quayside_0401.837"
    assert edi("validate", good).exit_code == 0
    (tmp_path / "bad.837").write_bytes(good.read_bytes().replace(b"CLM*", b"CLX*", 1))
    assert edi("validate", tmp_path / "bad.837").exit_code == 1
