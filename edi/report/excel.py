"""worklist.xlsx: the open denials for an office to work through, and the figures beside them.

In: the report's data. Out: the workbook's bytes; the same data gives the same bytes. Dates and amounts are real dates
and numbers; every other cell is plain text, never a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from edi.report import worktables
from edi.report.csvfiles import LINE_KEYS, evidence_text, links_text
from edi.report.data import ReportData, Row, cents, codes, text
from edi.report.family import family_table
from edi.report.figures import (
    Work,
    by_attention,
    cause_title,
    causes,
    newest_date,
    payer,
    totals,
    unanswered,
    worklist,
)
from edi.report.tables import Table
from edi.report.words import BUCKET_LABELS, CPT_NOTICE, PHI_NOTICE, VERDICTS

MOST_ROWS, MOST_TEXT = 1_048_575, 32_000  # what a sheet and a cell hold
MOST_LINES = 50_000  # more would take longer to open than they are worth; lines.csv has them all
STATUSES = ["To do", "Working", "Corrected claim sent", "Appealed", "Waiting for payer", "Written off", "Done"]
WIDTHS = {"money": 13, "number": 9, "date": 11, "text": 18, "wide": 34, "wrap": 60}
LINE_MONEY = ("charge", "allowed", "paid", "patient", "contractual", "denied", "packaged", "other", "balance")


@dataclass(frozen=True)
class Field:
    """A sheet's column. `kind`: text, wide, wrap, number, date or money (cents)."""

    label: str
    kind: str = "text"


WORK_FIELDS = (
    Field("Claim"), Field("Line", "number"), Field("Service date", "date"), Field("Code"), Field("Payer", "wide"),
    Field("Cause", "wide"), Field("Verdict"), Field("Denied", "money"), Field("Recoverable", "money"),
    Field("Next step", "wrap"), Field("Status"), Field("Owner"), Field("Notes", "wide"), Field("Follows from"),
    Field("Payer's codes"), Field("Remittance"), Field("Evidence", "wrap"),
)  # fmt: skip


def workbook(data: ReportData) -> bytes:
    """The whole workbook."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": "Denial worklist", "created": _moment(data.generated)})
        sheets = Sheets(book)
        work, newest = worklist(data.findings), newest_date(data.lines, data.payments)
        sheet = sheets.add("Worklist", WORK_FIELDS, _work_rows(work))
        status = [field.label for field in WORK_FIELDS].index("Status")
        last = max(sum(len(entry.rows) for entry in work), 1)
        sheet.data_validation(
            1, status, last, status, {"validate": "list", "source": STATUSES, "error_type": "warning"}
        )
        _summary(sheets, data, len(work))
        sheets.add_table("Causes", worktables.cause_table(causes(work)))
        sheets.add_table("Tracers", worktables.family_rows(family_table(data.lines, data.roles())))
        sheets.add_table("Payments", worktables.payment_table(by_attention(data.payments), most=MOST_ROWS))
        silent = worktables.silent_table(unanswered(data.lines, newest), most=MOST_ROWS)
        sheets.add_table("No response", silent)
        sheets.add(
            "Lines", [_line_field(key) for key in LINE_KEYS], (_line_row(line) for line in data.lines[:MOST_LINES])
        )
    return held.getvalue()


def _moment(generated: str) -> datetime:
    try:
        return datetime.fromisoformat(generated).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # any fixed moment: the clock would make equal data give unequal files


class Sheets:
    """Writes sheets of one look: bold frozen header, filter, one format a kind."""

    def __init__(self, book: Any) -> None:
        self.book = book
        top = {"valign": "top"}
        self.formats = {
            "text": book.add_format(top),
            "wide": book.add_format({**top, "text_wrap": True}),
            "wrap": book.add_format({**top, "text_wrap": True}),
            "number": book.add_format({**top, "num_format": "#,##0.##"}),
            "count": book.add_format({**top, "num_format": "#,##0"}),
            "money": book.add_format({**top, "num_format": "#,##0.00;[Red]-#,##0.00"}),
            "date": book.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"}),
        }
        look = {"bold": True, "bg_color": "#34445A", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        self.header = book.add_format(look)
        self.bold = book.add_format({"bold": True, "valign": "top"})

    def add(self, name: str, fields: Sequence[Field], rows: Iterable[Sequence[object]]) -> Any:
        """A sheet with a header row. What does not fit into a sheet is left out; the CSV files hold it all."""
        sheet = self.book.add_worksheet(name)
        last = 0
        for column, field in enumerate(fields):
            sheet.set_column(column, column, WIDTHS[field.kind])
            sheet.write_string(0, column, field.label, self.header)
        for last, row in enumerate(rows, 1):
            if last > MOST_ROWS:
                break
            for column, (field, value) in enumerate(zip(fields, row, strict=True)):
                self.write(sheet, last, column, field.kind, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(fields) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def add_table(self, name: str, table: Table) -> None:
        """One of the page's tables as a sheet: the same figures."""
        kinds = {"badge": "text", "code": "text", "place": "wide"}
        fields = [Field(column.label, kinds.get(column.kind, column.kind)) for column in table.columns]
        self.add(name, fields, ([cell.main for cell in row.cells] for row in table.rows))

    def write(self, sheet: Any, row: int, column: int, kind: str, value: object) -> None:
        """One cell. Nothing stays empty; what is not of its column's kind is written as text."""
        if value is None or value == "":
            return
        if kind == "money" and isinstance(value, int):
            sheet.write_number(row, column, Decimal(value) / 100, self.formats["money"])
        elif kind == "number" and isinstance(value, int | float):
            whole = "count" if value == int(value) else "number"
            sheet.write_number(row, column, value, self.formats[whole])
        elif kind == "date" and (day := _day(value)):
            sheet.write_datetime(row, column, day, self.formats["date"])
        else:
            lines = [text(line) for line in str(value).split("\n")]
            sheet.write_string(row, column, "\n".join(lines)[:MOST_TEXT], self.formats[kind])


def _day(value: object) -> date | None:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day.year >= 1900 else None  # a workbook knows no earlier date


def _work_rows(work: Iterable[Work]) -> Iterable[list[object]]:
    """Each denial, and below it those that follow from it."""
    for entry in work:
        for row in entry.rows:
            follows = f"{text(entry.finding['control_number'])} {worktables.line_name(entry.finding)}"
            recoverable = None if row["recoverable"] is None else cents(row["recoverable"])
            yield [
                text(row["control_number"]), row["line_number"], row["service_date"], text(row["procedure"]),
                payer(row), cause_title(row), text(row["verdict"]), cents(row["denied"]), recoverable,
                worktables.sentence(text(row["action"])), None, None, None, None if row is entry.finding else follows,
                codes(row), text(row["trace_number"]), evidence_text(row),
            ]  # fmt: skip


def _line_field(key: str) -> Field:
    kinds = {"service_date": "date", "line_number": "number", "units": "number", "segment": "number"}
    kind = "money" if key in LINE_MONEY else kinds.get(key, "wide" if key in ("file", "links") else "text")
    return Field(key.replace("_", " "), kind)


def _line_row(line: Row) -> list[object]:
    shown: dict[str, object] = {"modifiers": " ".join(line["modifiers"] or []), "links": links_text(line)}
    for key in LINE_MONEY:
        shown[key] = None if line[key] is None else cents(line[key])
    return [shown.get(key, line.get(key)) if key not in LINE_MONEY else shown[key] for key in LINE_KEYS]


def _lines_note(count: int) -> str:
    return f"the sheet Lines holds the first {MOST_LINES:,}; lines.csv has them all" if count > MOST_LINES else ""


def _summary(sheets: Sheets, data: ReportData, work: int) -> None:
    """Label and value, one below the other: the page's headline."""
    whole = totals(data.lines)
    sheet = sheets.book.add_worksheet("Summary")
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 70)
    rows: list[tuple[str, str, object, str]] = [
        ("Billed", "money", whole.billed, ""),
        *((words, "money", whole.parts[key], "") for key, words in BUCKET_LABELS.items()),
        ("Lines", "number", whole.lines, _lines_note(whole.lines)),
        ("Denied lines", "number", whole.denied_lines, ""),
        (
            "Denied by the first answer, lines",
            "number",
            whole.first_denied_lines,
            f"of {whole.answered_lines} answered",
        ),
        ("Denied by the first answer, dollars", "money", whole.first_denied, ""),
        ("Denials to work", "number", work, "lines that only follow from another are not counted"),
        ("Payments", "number", len(data.payments), ""),
        *((f"Verdict: {verdict}", "text", "", words) for verdict, words in VERDICTS),
        ("Newest date in the data", "date", newest_date(data.lines, data.payments), ""),
        ("Made", "text", data.generated, f"edi-rootcause {data.version}".strip()),
        *((key, "text", value, "") for key, value in data.summary.items()),
        ("Notice", "text", "", PHI_NOTICE),
        (
            "",
            "text",
            "",
            CPT_NOTICE,
        ),
    ]
    for at, (label, kind, value, note) in enumerate(rows):
        sheet.write_string(at, 0, label, sheets.bold)
        sheets.write(sheet, at, 1, kind, value)
        sheets.write(sheet, at, 2, "wrap", note)
