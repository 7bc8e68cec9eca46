"""A workbook (.xlsx) of reference data -> the text of each of its sheets, as if it had been saved as CSV.

Cells are read as they are stored: a code that somebody let a spreadsheet turn into a number or a date has lost its
leading zeros there, and is refused or not found like in any other file.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException


class NoWorkbook(Exception):
    """The content is no workbook that can be read."""


def sheets_of(content: bytes) -> Iterator[tuple[str, str]]:
    """Title and CSV text of each sheet, a line for each of its rows, so that line numbers are the sheet's own."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NoWorkbook(str(error)) from None
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some writers state a wrong size, and the rest of the rows would be left out
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        width = 1
        for row in sheet.iter_rows(values_only=True):
            width = max(width, len(row))
            writer.writerow([*map(_text, row), *[""] * (width - len(row))])  # empty cells at the end are not stored
        yield sheet.title, out.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).replace("_x000D_", " ").split())  # how a workbook stores a carriage return
