"""edi validate: exit codes, forms, the acknowledgment file, archives and streams."""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
import zipfile
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from edi.cli.validate import validate
from tests.conformancefiles import CLAIM, REMITTANCE, edit

BAD = edit("CLM*ACCOUNT1*1450*", "CLM**1450*")


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(validate, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.837").write_text(CLAIM)
    (tmp_path / "bad.837").write_text(BAD)
    (tmp_path / "sub").mkdir()
    with gzip.open(tmp_path / "sub" / "remit.835.gz", "wt") as file:
        file.write(REMITTANCE)
    with zipfile.ZipFile(tmp_path / "sub" / "two.zip", "w") as archive:
        archive.writestr("a.837", CLAIM)
        archive.writestr("b.835", REMITTANCE)
    (tmp_path / "notes.txt").write_text("VISA cards are not accepted")
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7")
    return tmp_path


def test_a_good_file(folder: Path) -> None:
    result = run(folder / "good.837")
    assert result.exit_code == 0
    assert "guide 005010X222A1" in result.output
    assert "Conforms to its guide." in result.output


def test_a_bad_file_says_where_and_what_to_do(folder: Path) -> None:
    result = run(folder / "bad.837")
    assert result.exit_code == 1
    assert "segment 20 (byte " in result.output
    assert "CLM01" in result.output
    assert "Correct it in the system" in result.output
    assert "1 error, 0 warnings." in result.output
    assert "\x1b" not in result.output


def test_a_folder_is_a_table_and_what_is_not_x12_is_skipped(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if str(folder.name) in line or "..." in line]
    assert len(lines) == 5
    assert sum(line.startswith("conforms") for line in lines) == 4
    assert "2 other files are not X12 and were skipped." in result.stderr


def test_json_is_one_object_a_file(folder: Path) -> None:
    result = run(folder, "--json")
    rows = json.loads(result.stdout)
    assert [Path(row["file"]).name for row in rows] == [
        "bad.837",
        "good.837",
        "remit.835.gz",
        "two.zip!a.837",
        "two.zip!b.835",
    ]
    bad = rows[0]
    assert (bad["verdict"], bad["errors"], bad["transactions"], bad["guides"]) == (
        "errors", 1, {"837": 1}, ["005010X222A1"],
    )  # fmt: skip
    (found,) = bad["findings"]
    assert found["rule"] == "guide-element-missing"
    assert list(found)[:7] == ["rule", "level", "file", "transaction", "segment", "offset", "loop"]


def test_csv_is_one_row_a_finding(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(folder, "--csv").stdout)))
    assert [(row["rule"], row["segment"], row["element"]) for row in rows] == [("guide-element-missing", "20", "CLM01")]


def test_the_acknowledgment_is_written_and_private(folder: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.999"
    assert run(folder / "bad.837", "--ack", answer).exit_code == 1
    text = answer.read_text()
    assert "IK3*CLM*18**8~" in text
    assert stat.S_IMODE(answer.stat().st_mode) == 0o600
    before = text
    run(folder / "bad.837", "--ack", answer)
    assert answer.read_text() == before
    assert run(answer).exit_code == 0


def test_no_acknowledgment_of_an_acknowledgment(folder: Path, tmp_path: Path) -> None:
    answer, second = tmp_path / "a.999", tmp_path / "b.999"
    run(folder / "good.837", "--ack", answer)
    result = run(answer, "--ack", second)
    assert "No acknowledgment is due" in result.stderr
    assert second.read_text() == ""


def test_stdin() -> None:
    assert run("-", stdin=CLAIM.encode()).exit_code == 0
    assert run("-", stdin=BAD.encode()).exit_code == 1
    assert run("-", stdin=b"").exit_code == 1


def test_values_are_masked_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_text(edit("SECRETNAME*JAN", "SECRETNAME" * 7 + "*JAN"))
    assert "SECRETNAME" not in run(tmp_path / "a.837").output
    assert "SECRETNAME" in run(tmp_path / "a.837", "--phi").output


@pytest.mark.parametrize("arguments", [[], ["no-such-file.837"], ["--nonsense", "x"]])
def test_usage_is_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"%PDF-1.7"), ("a.837", b""), ("a.gz", b"\x1f\x8b\x08broken"), ("a.zip", b"PK\3\4no")],
)
def test_a_named_file_that_is_no_x12_is_1_and_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.output.strip().endswith(".")
    assert json.loads(run(tmp_path / name, "--json").stdout)[0]["verdict"] == "not checked"


def test_an_empty_folder_is_1(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "There is no X12 file here." in result.stderr


def test_a_stream_that_breaks_off_is_a_sentence(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(edit("LX*1~", f"NTE*ADD*{Random(1).randbytes(400_000).hex()}~LX*1~").encode())
    data = (tmp_path / "a.gz").read_bytes()
    (tmp_path / "a.gz").write_bytes(data[: len(data) - 20_000])
    result = run(tmp_path / "a.gz")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "cannot be read" in result.output


def test_help_ends_with_an_example() -> None:
    text = run("--help").output
    assert "Example:\n    edi validate" in text
