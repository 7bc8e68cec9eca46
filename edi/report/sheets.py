"""Sheets of one look: bold frozen header, filter, real dates and amounts, everything else as plain text.

In: fields and rows of plain values (cents, ISO dates, text). Out: worksheets in an open XlsxWriter workbook, which may
keep no more than the row at hand (constant_memory): rows are written from the first to the last, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_pixel_width

from edi.report.data import text
from edi.report.tables import Row, Table

MOST_ROWS, MOST_TEXT = 1_048_575, 32_000  # what a sheet and a cell hold
WIDTHS = {
    "money": 13,
    "number": 9,
    "share": 9,
    "date": 11,
    "text": 14,
    "wide": 28,
    "wrap": 44,
    "long": 80,
}  # in characters
WRAPPED = ("wrap", "long")
MOST_WIDE = 420  # pixels of a column that is as wide as its text
DIGIT, PADDING, FILTER, DATE = 7, 5, 16, 68  # pixels: a digit, around a cell, the filter's arrow, a whole date
DEADLINES = (  # red when the day is over, amber when it is near
    ('=AND(${0}2<>"",${0}2<TODAY())', ("#F8D7D2", "#8E2B1B")),
    ('=AND(${0}2<>"",${0}2<=TODAY()+30)', ("#FBE7C0", "#6B4A05")),
)
LINE_HEIGHT, MOST_HEIGHT, LETTER = 15, 405, 1  # points; the paper's number


@dataclass(frozen=True)
class Field:
    """A sheet's column. `kind`: text, wide, wrap and long (text on several lines), number, date or money (cents)."""

    label: str
    kind: str = "text"


class Sheets:
    """Adds sheets to `book`."""

    def __init__(self, book: Any) -> None:
        self.book = book
        numbers = {
            "number": "#,##0.##",
            "share": "0.0%",
            "count": "#,##0",
            "money": "#,##0.00;[Red]-#,##0.00",
            "date": "yyyy-mm-dd",
        }
        looks = {
            kind: {
                "valign": "top",
                "text_wrap": kind in WRAPPED,
                "num_format": numbers.get(kind, "General"),
                "indent": int(kind not in ("number", "count", "money", "share")),
            }
            for kind in (*WIDTHS, "count")
        }
        self.formats = {kind: book.add_format(look) for kind, look in looks.items()}
        self.formats["date"].set_align("left")
        head = {"bold": True, "bg_color": "#34445A", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        self.head, self.number_head = (
            book.add_format({**head, "indent": 1}),
            book.add_format({**head, "align": "right"}),
        )
        self.bold = book.add_format({"bold": True, "valign": "top"})

    def place(self, name: str) -> Any:
        """An empty sheet, to be filled later: sheets stand in the order in which they are placed."""
        return self.book.add_worksheet(name)

    def add(self, name: str, fields: Sequence[Field], rows: Iterable[Sequence[object]], fitted: bool = False) -> Any:
        """A sheet with a header row. What does not fit into a sheet is left out; the CSV files hold it all.

        Its columns are as wide as their kind says; where they are `fitted`, as their text if that is wider.
        """
        sheet = self.place(name)
        widths = [int(WIDTHS[field.kind] * DIGIT + 0.5) + PADDING for field in fields]
        for column, field in enumerate(fields):
            right = field.kind in ("money", "number")
            sheet.write_string(0, column, field.label, self.number_head if right else self.head)
            if fitted:
                widths[column] = max(widths[column], _fitted(field.label, FILTER))
        sheet.set_row(0, 2 * LINE_HEIGHT)
        last = 0
        for last, row in zip(range(1, MOST_ROWS + 1), rows, strict=False):
            for column, (field, value) in enumerate(zip(fields, row, strict=True)):
                written = self.write(sheet, last, column, field.kind, value)
                if fitted and written:
                    widths[column] = max(widths[column], _fitted(written))
            if lines := _most_lines(fields, row, ("wrap",)):
                sheet.set_row(last, min(lines * LINE_HEIGHT, MOST_HEIGHT))
        for column, width in enumerate(widths):
            sheet.set_column_pixels(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(fields) - 1)
        sheet.repeat_rows(0)
        fit_to_page(sheet)
        return sheet

    def add_table(self, name: str, table: Table) -> None:
        """One of the page's tables as a sheet: the same figures."""
        kinds = {"badge": "text", "code": "text", "place": "wide"}
        fields = []
        for column in table.columns:
            fields.append(Field(column.label, kinds.get(column.kind, column.kind)))
            if column.below:
                fields.append(Field(column.below, "wrap"))
        self.add(name, fields, (_table_row(table, row) for row in table.rows), fitted=True)

    def mark_dates(self, sheet: Any, column: int, last: int) -> None:
        """Colour the deadlines of a column, as the reader's clock stands: red when passed, amber within 30 days."""
        for criteria, colours in DEADLINES:
            look = self.book.add_format({"bg_color": colours[0], "font_color": colours[1]})
            rule = {"type": "formula", "criteria": criteria.format(xl_col_to_name(column)), "stop_if_true": True}
            sheet.conditional_format(1, column, last, column, rule | {"format": look})

    def fill(self, sheet: Any, rows: Iterable[tuple[str, str, object, str]]) -> None:
        """Write label, kind, value and note into an empty sheet, one below the other."""
        for column, width in enumerate((46, 20, WIDTHS["long"])):
            sheet.set_column(column, column, width)
        for at, (label, kind, value, note) in enumerate(rows):
            sheet.write_string(at, 0, label, self.bold)
            self.write(sheet, at, 1, kind, value)
            self.write(sheet, at, 2, "long", note)
            sheet.set_row(at, LINE_HEIGHT * max(_most_lines([Field("", "long")], [note], WRAPPED), 1))
        fit_to_page(sheet)

    def write(self, sheet: Any, row: int, column: int, kind: str, value: object) -> object:
        """One cell; returns what was written. Nothing stays empty; what is not of its column's kind is text."""
        if value is None or value == "":
            return None
        if kind == "money" and isinstance(value, int):
            amount = Decimal(value) / 100
            sheet.write_number(row, column, amount, self.formats["money"])
            return amount
        if kind in ("share", "number") and isinstance(value, int | float):
            look = kind if kind == "share" else "count" if value == int(value) else "number"
            sheet.write_number(row, column, value, self.formats[look])
            return value
        if kind == "date" and (day := _day(value)):
            sheet.write_datetime(row, column, day, self.formats["date"])
            return day
        words = "\n".join(text(line) for line in str(value).split("\n"))[:MOST_TEXT]
        sheet.write_string(row, column, words, self.formats[kind])
        return words


def _fitted(value: object, more: int = 0) -> int:
    """Pixels that a cell takes, `more` on its right; no more than MOST_WIDE."""
    if isinstance(value, date):
        width = DATE
    elif isinstance(value, str):
        width = max(xl_pixel_width(line) for line in value.split("\n"))
    else:
        width = DIGIT * len(str(value))
    return min(width + more + DIGIT, MOST_WIDE)


def _table_row(table: Table, row: Row) -> list[object]:
    """A row's cells; the smaller lines that have a column of their own come after theirs."""
    values: list[object] = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        values += [cell.main, cell.sub] if column.below else [cell.main]
    return values


def fit_to_page(sheet: Any) -> None:
    """Print on landscape letter paper, as wide as one page."""
    sheet.set_landscape()
    sheet.set_paper(LETTER)
    sheet.fit_to_pages(1, 0)


def _most_lines(fields: Sequence[Field], row: Sequence[object], kinds: Sequence[str]) -> int:
    """How many lines the longest cell of some kinds takes, 0 without one: not every program fits a row's height itself.

    A long text beside shorter ones does not count: it would make every row of a list as tall as a page.
    """
    found = 0
    for field, value in zip(fields, row, strict=True):
        if field.kind in kinds and value:
            width = WIDTHS[field.kind]
            found = max(found, sum(-(-max(len(line), 1) // width) for line in str(value).split("\n")))
    return found


def _day(value: object) -> date | None:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day.year >= 1900 else None  # a workbook knows no earlier date
