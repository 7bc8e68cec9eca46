"""What the command line refuses, and how: one sentence, the right exit code, nothing half done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from tests.commandline import ROWS, edi, rows
from tests.edifiles import Case, Line, batch, remittance, write_835, write_837


def refused(result: Result, *words: str) -> None:
    """Exit code 2, one sentence on stderr, nothing else."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("name", [*ROWS, "check", "analyze"])
def test_rows_need_a_database_of_ours(name: str, tmp_path: Path) -> None:
    refused(edi(name, tmp_path / "none.db"), "no such database")
    (tmp_path / "text.db").write_text("hello" * 200)
    refused(edi(name, tmp_path / "text.db"), "not an edi database")
    assert not (tmp_path / "none.db").exists()


def test_a_wrong_path_is_refused_before_anything_is_made(tmp_path: Path, inbox: Path) -> None:
    refused(edi("run", tmp_path / "a.db", inbox, tmp_path / "none"), "no such path", str(tmp_path / "none"))
    assert not (tmp_path / "a.db").exists()


def test_a_database_that_cannot_be_made(tmp_path: Path, inbox: Path) -> None:
    refused(edi("run", tmp_path / "none" / "a.db", inbox), "cannot create the database")
    refused(edi("run", tmp_path, inbox), "a folder, not a database")
    refused(edi("run", inbox / "claims.837", inbox), "not an edi database")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="has no folder that even root may not write to")
def test_a_folder_that_may_not_be_written(inbox: Path) -> None:
    refused(edi("run", "/proc/self/a.db", inbox), "cannot create the database")


def test_a_broken_mapping_is_refused_with_its_place(tmp_path: Path, inbox: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "835.xml").write_text("<transaction set='835'><loop/></transaction>")
    refused(edi("run", tmp_path / "a.db", inbox, "--mappings", overlay), "835.xml:1")
    refused(edi("run", tmp_path / "a.db", inbox, "--mappings", tmp_path / "none"), "no such mappings folder")


@pytest.mark.parametrize("words", [["run"], ["lines"], ["nonsense"], ["run", "a.db"], ["lines", "a.db", "--nonsense"]])
def test_usage_errors_exit_with_2(words: list[str]) -> None:
    assert edi(*words).exit_code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.4", "PDF"), (b"hello", "not X12")],
)
def test_a_named_file_that_is_no_x12(content: bytes, words: str, tmp_path: Path) -> None:
    odd = tmp_path / "odd.835"
    odd.write_bytes(content)
    for command in ("run", "import"):
        result = edi(command, tmp_path / f"{command}.db", odd)
        assert result.exit_code == 1
        assert words in result.output + str(rows(tmp_path / f"{command}.db", "diagnostics"))
        assert str(odd) in result.output


def test_a_folder_without_x12_needs_a_person(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    result = edi("run", tmp_path / "a.db", folder)
    assert result.exit_code == 1
    assert str(folder) in result.output


def test_what_is_no_x12_in_a_folder_is_counted(tmp_path: Path, inbox: Path) -> None:
    (inbox / "scan.pdf").write_bytes(b"%PDF-1.4")
    result = edi("run", tmp_path / "a.db", inbox)
    assert result.exit_code == 0
    assert "1 not X12, skipped" in result.output


def test_a_payment_that_does_not_balance_is_named(tmp_path: Path) -> None:
    result = edi("run", tmp_path / "a.db", write_835(tmp_path / "a.835", remittance(off=250)))
    assert result.exit_code == 1
    assert "Payments that do not balance" in result.output
    assert "$2.50" in result.output


def test_stdin(tmp_path: Path, inbox: Path) -> None:
    result = edi("run", tmp_path / "a.db", "-", stdin=(inbox / "remits.835").read_bytes())
    assert result.exit_code == 0, result.output
    assert [row["file"] for row in rows(tmp_path / "a.db", "payments")] == ["-"]


def test_csv_cells_start_no_formula(tmp_path: Path) -> None:
    case = Case("=CMD()", (Line(),))
    edi("run", tmp_path / "a.db", write_837(tmp_path / "a.837", batch([case])))
    assert "\n'=CMD()," in edi("lines", tmp_path / "a.db", "--csv").stdout


def test_the_unexpected_is_one_sentence_without_its_text(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("DOE PAT 1950-01-01")

    monkeypatch.setattr("edi.cli.check.audit", fail)
    result = edi("check", database)
    refused(result, "unexpected ValueError", "EDI_DEBUG=1")
    assert "DOE" not in result.stderr
    monkeypatch.setenv("EDI_DEBUG", "1")
    assert isinstance(edi("check", database).exception, ValueError)


def test_ctrl_c_ends_with_130(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edi.cli.check.audit", stop)
    assert edi("check", database).exit_code == 130


# -- as a process -----------------------------------------------------------------------------------------------------


def process(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edi", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]


def test_a_reader_that_goes_away_is_no_error() -> None:
    script = f"{sys.executable} -m edi schema --json | head -c 1"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[", "")


def test_no_progress_bar_without_a_terminal(tmp_path: Path, inbox: Path) -> None:
    result = process("run", tmp_path / "a.db", inbox)
    assert (result.returncode, result.stderr) == (0, "")


def test_other_transactions_are_named_and_counted_over_all_files(tmp_path: Path) -> None:
    ack = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260401*1015*^*00501*{0:09d}*0*T*:~"
    ack += "GS*FA*A*B*20260401*1015*{0}*X*005010X231A1~ST*999*0001*005010X231A1~SE*2*0001~GE*1*{0}~IEA*1*{0:09d}~"
    for number in (1, 2, 3):
        (tmp_path / f"{number}.999").write_text(ack.format(number), encoding="ascii")
    assert "3 x 999" in edi("run", tmp_path / "a.db", tmp_path).output
