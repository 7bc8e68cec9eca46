"""Rows as JSON, CSV, TSV and tables: nothing lost, nothing that a spreadsheet or a terminal would act on."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.report.rows import FORMATS, NUMBER, cell, plain

ROWS: list[dict[str, object]] = [
    {"a": "1450.00", "b": None, "c": ["26", "TC"], "d": True},
    {"a": "-13.00", "b": "=HYPERLINK(1)", "c": [], "d": False},
]
COLUMNS = ["a", "b", "c", "d"]


def text(form: str, rows: list[dict[str, object]] = ROWS, columns: list[str] = COLUMNS) -> str:
    return "".join(FORMATS[form](rows, columns))


def test_json_is_one_array() -> None:
    assert json.loads(text("json")) == ROWS
    assert json.loads(text("json", [])) == []


def test_json_lines() -> None:
    assert [json.loads(line) for line in text("nl").splitlines()] == ROWS
    assert text("nl", []) == ""


def test_csv_and_tsv() -> None:
    assert text("csv") == "a,b,c,d\n1450.00,,26 TC,yes\n-13.00,'=HYPERLINK(1),,no\n"
    assert text("tsv").splitlines()[0] == "a\tb\tc\td"
    assert text("csv", []) == "a,b,c,d\n"


def test_columns_choose_and_order() -> None:
    assert text("csv", columns=["d", "a"]).splitlines() == ["d,a", "yes,1450.00", "no,-13.00"]


def test_table_is_for_people() -> None:
    table = text("table", [{"control_number": "A1", "paid": "5.00"}, {"control_number": "B", "paid": None}],
                 ["control_number", "paid"])  # fmt: skip
    assert table.splitlines()[0].split() == ["control", "number", "paid"]
    assert table.splitlines()[2].endswith("5.00")
    assert text("table", []) == "(no rows)\n"


def test_table_cells_carry_no_control_characters_and_are_cut() -> None:
    table = text("table", [{"a": "\x1b[31mred\x1b[0m", "b": "x" * 500}], ["a", "b"])
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) < 150


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\n=1", "-", "--5"])
def test_a_cell_never_starts_a_formula(value: str) -> None:
    assert cell(value) == "'" + value


@pytest.mark.parametrize("value", ["-13.00", "5", "-5", "0.10", "A=1", ""])
def test_other_cells_stay(value: str) -> None:
    assert cell(value) == value


@given(st.text())
def test_any_text_survives_csv(value: str) -> None:
    kept = value.replace("\r\n", "\n").replace("\r", "\n")
    (_, row) = csv.reader(io.StringIO(text("csv", [{"a": value, "b": "end"}], ["a", "b"]), newline=""))
    assert row[0].removeprefix("'") == kept.removeprefix("'")
    assert row[1] == "end"
    assert row[0] == "" or row[0][0] not in "=+-@\t\r" or NUMBER.fullmatch(row[0])


def test_a_carriage_return_ends_no_row() -> None:
    assert cell("\r=1\r\n2") == "'\n=1\n2"


def test_plain_text_of_values() -> None:
    assert [plain(value) for value in (None, True, 2.5, ["a", "b"], [{"x": 1}])] == [
        "",
        "yes",
        "2.5",
        "a b",
        '[{"x": 1}]',
    ]


def test_a_table_streams_and_a_wide_cell_pushes_its_row() -> None:
    rows = ({"a": "x" * (30 if number == 600 else 2), "b": str(number)} for number in range(700))
    lines = "".join(FORMATS["table"](rows, ["a", "b"])).splitlines()
    assert len(lines) == 702
    assert lines[2] == "xx    0"
    assert lines[602] == "x" * 30 + "  600"
