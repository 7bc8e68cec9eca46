"""The report's files: five, private, whole or not at all, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import dataclasses
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from edi.report import build, files
from edi.report.data import ReportData
from edi.report.survey import Survey
from tests.report_fake import Fake, fake

NAMES = ["report.html", "worklist.xlsx", "lines.csv", "findings.csv", "payments.csv"]


@pytest.fixture(scope="module")
def made() -> ReportData:
    return fake(250)


@pytest.fixture(scope="module")
def folder(made: ReportData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "new"
    build(made, folder)
    return folder


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_five_private_files(made: ReportData, tmp_path: Path) -> None:
    written = build(made, tmp_path / "a" / "b")
    assert [path.name for path in written] == NAMES
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_the_same_data_gives_the_same_files(made: ReportData, folder: Path, tmp_path: Path) -> None:
    for path in build(made, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    files.write_private(path, [b"old"])

    def broken() -> Any:
        yield b"half"
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        files.write_private(path, broken())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_csv_files_have_the_keys_of_the_json_as_columns(made: ReportData, folder: Path) -> None:
    lines, findings, payments = (read(folder / name) for name in NAMES[2:])
    first = next(iter(made.lines))
    assert list(lines[0]) == [*(key for key in first if key not in ("links", "file", "segment")), *lines[0]][-28:]
    assert (len(lines), len(findings), len(payments)) == (len(made.lines), len(made.findings), len(made.payments))
    assert lines[0]["charge"] == first["charge"]
    assert findings[0]["evidence"].startswith("context: payer's codes: CO-")
    assert lines[0]["links"].endswith(")")
    assert payments[0]["balanced"] in ("yes", "no")


def test_no_cell_starts_a_formula(tmp_path: Path) -> None:
    maker = Fake()
    row = maker.line("=HYPERLINK(1)", 1, "78452", "@payer", maker.start)
    maker.denied(row, 145000, "medical-necessity")
    row |= {"other": "-13.00", "line_control": "+1", "file": "-x.837", "revenue_code": "\t=1"}
    build(maker.data(), tmp_path)
    (line,) = read(tmp_path / "lines.csv")
    assert (line["control_number"], line["payer"], line["line_control"]) == ("'=HYPERLINK(1)", "'@payer", "'+1")
    assert (line["file"], line["revenue_code"], line["other"]) == ("'-x.837", "'\t=1", "-13.00")
    book = openpyxl.load_workbook(tmp_path / "worklist.xlsx")
    cell = book["Worklist"]["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert not any(c.data_type == "f" or c.hyperlink for sheet in book for line in sheet.iter_rows() for c in line)


def test_the_workbook_has_its_sheets_frozen_and_filtered(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "worklist.xlsx")
    assert book.sheetnames == [
        "Worklist", "How to read", "Summary", "Causes", "Cause by payer", "Tracers", "78452 or 78451", "Authorizations",
        "Won back", "Underpaid", "Missed charges", "Payer changes", "No response", "No claim", "Payments",
        "Adjustments", "Lines",
    ]  # fmt: skip
    explained = {row[0] for row in book["How to read"].iter_rows(values_only=True) if row[1] == "sheet"}
    assert explained == set(book.sheetnames) - {"How to read"}
    for name in set(book.sheetnames) - {"Summary", "How to read"}:
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref.startswith("A1:")


def test_the_worklist_sheet_is_ready_to_be_worked(made: ReportData, folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "worklist.xlsx")["Worklist"]
    head, *rows = sheet.iter_rows(values_only=True)
    at = {str(label): position for position, label in enumerate(head)}
    open_denials = [row for row in made.findings if row["open"] and row["denial"] == "yes"]
    assert len(rows) == len(open_denials)
    assert isinstance(rows[0][at["Service date"]], datetime)
    denied = sum(round(float(row[at["Denied"]] or 0) * 100) for row in rows)
    assert denied == sum(round(float(row["denied"]) * 100) for row in open_denials)
    assert {row[at["Status"]] for row in rows} == {row[at["Owner"]] for row in rows} == {None}
    assert isinstance(rows[0][at["Appeal by"]], datetime)
    marked = {str(area.sqref): [rule.formula for rule in area.rules] for area in sheet.conditional_formatting}
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at["Appeal by"]]
    assert marked[f"{column}2:{column}{len(rows) + 1}"] == [
        [f'AND(${column}2<>"",${column}2<TODAY())'],
        [f'AND(${column}2<>"",${column}2<=TODAY()+30)'],
    ]
    assert sheet.data_validations.dataValidation[0].type == "list"
    assert "\n" in str(rows[0][at["Evidence"]])
    following = [row for row in rows if row[at["Follows from"]]]
    assert following
    assert rows[1][at["Follows from"]] == f"{rows[0][at['Claim']]} line 1"


def test_sheets_and_page_tell_the_same_sums(made: ReportData, folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "worklist.xlsx")
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert (summary["Billed"], summary["Denied"]) == (142350, 12620)
    causes = list(book["Causes"].iter_rows(values_only=True))
    assert sum(row[3] for row in causes[1:]) == 12620
    lines = list(book["Lines"].iter_rows(values_only=True))
    assert len(lines) == len(made.lines) + 1


def test_control_characters_and_long_texts_do_not_break_the_workbook(tmp_path: Path) -> None:
    maker = Fake()
    row = maker.line("A\x00\x1d\ud800B", 1, "78452", "P" * 40_000, maker.start)
    maker.denied(row, 145000, "medical-necessity")
    row["service_date"] = "1066-10-14"
    build(maker.data(), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "worklist.xlsx")["Worklist"]
    assert sheet["A2"].value == "A? ?B"


def test_an_empty_report_opens(tmp_path: Path) -> None:
    build(ReportData(), tmp_path)
    assert openpyxl.load_workbook(tmp_path / "worklist.xlsx")["Worklist"].max_row == 1
    assert read(tmp_path / "lines.csv") == []


def test_more_lines_than_the_sheet_takes_are_said(
    made: ReportData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edi.report.excel.MOST_LINES", 10)
    build(dataclasses.replace(made, payments=[]), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "worklist.xlsx")
    assert book["Lines"].max_row == 11
    assert any("first 10; lines.csv has them all" in str(row[2]) for row in book["Summary"].iter_rows(values_only=True))
    said = {row[0]: row[1:] for row in book["Summary"].iter_rows(values_only=True)}
    denials = sum(len(entry.denials) for entry in Survey(made).work)
    assert book["Worklist"].max_row == 11
    assert said["Rows left out of Worklist"][0] == denials - 10 > 0
    assert "first 10; the CSV files and the commands have them all" in str(said["Rows left out of Worklist"][1])
    assert "Rows left out of Payments" not in said
