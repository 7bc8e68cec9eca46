"""Reference data in workbooks: an office's own, and CMS's as it publishes them beside its text files."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.test_reference import edi, stored
from tests.test_reference_cms import ADDENDUM_B, MUE


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rows_of(text: str) -> list[list[Any]]:
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]


def test_an_offices_own_sheet_with_numbers_and_dates(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["payer", "code", "allowed", "effective_from", "effective_to"],
        ["P1", 78452, 1030, date(2026, 1, 1), datetime(2026, 12, 31)],
        [],
        ["P1", "A9500", 55.25, "1/1/2026", None],
    ]
    db = tmp_path / "a.db"
    file = workbook(tmp_path / "fees.xlsx", notes=[["what this is"]], fees=rows)
    done = edi("reference", "load", db, "fees", file)
    assert done.exit_code == 0, done.output
    assert f"2 rows of fees from {file}!fees" in done.stdout
    query = "SELECT code, allowed_cents, effective_from, effective_to FROM reference_fees ORDER BY code"
    assert stored(db, query) == [
        ("78452", 103000, "2026-01-01", "2026-12-31"),
        ("A9500", 5525, "2026-01-01", None),
    ]


def test_a_bad_cell_is_named_by_its_row_in_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["code", "allowed"], ["78452", 1030], [], ["78451", "much"]]
    file = workbook(tmp_path / "fees.xlsx", Sheet1=rows)
    done = edi("reference", "load", tmp_path / "a.db", "fees", file)
    assert done.exit_code == 2
    assert f"{file}!Sheet1:4: allowed: not an amount" in done.stderr


def test_a_workbook_without_such_a_table_is_named(tmp_path: Path) -> None:
    file = workbook(tmp_path / "fees.xlsx", Sheet1=[["code", "price"]])
    done = edi("reference", "load", tmp_path / "a.db", "fees", file)
    assert done.exit_code == 2
    assert f"{file}!Sheet1:1: there is no column 'price'; the column 'allowed' is missing" in done.stderr


def test_addendum_b_as_a_workbook(tmp_path: Path) -> None:
    file = workbook(tmp_path / "january-2026-opps-addendum-b.xlsx", **{"Addendum B": rows_of(ADDENDUM_B)})
    db = tmp_path / "a.db"
    assert edi("reference", "load", db, "opps", file).exit_code == 0
    found = stored(db, "SELECT code, status, apc, effective_from FROM reference_opps WHERE code IN ('78452', 'A9500')")
    assert sorted(found) == [("78452", "S", "5593", "2026-01-01"), ("A9500", "N", None, "2026-01-01")]


def test_a_zip_that_holds_the_table_as_a_workbook_only(tmp_path: Path) -> None:
    text = MUE.format(setting="Practitioner", scan=1, thallium=4)
    name = "MCR_MUE_PractitionerServices_Eff_07-01-2026.xlsx"
    inside = workbook(tmp_path / name, MUE=rows_of(text))
    archive = tmp_path / "mue.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(inside, name)
    db = tmp_path / "a.db"
    done = edi("reference", "load", db, "mue", archive)
    assert done.exit_code == 0, done.output
    found = stored(db, "SELECT setting, code, units, mai, effective_from FROM reference_mue ORDER BY code")
    assert found == [
        ("practitioner", "78452", 1, "2", "2026-07-01"),
        ("practitioner", "A9505", 4, "3", "2026-07-01"),
    ]
