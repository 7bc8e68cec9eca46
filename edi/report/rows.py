"""Rows (dictionaries of plain values) to text: a JSON array, JSON lines, CSV, TSV or a table for the terminal.

In: an iterable of rows, the columns to show and a format's name. Out: pieces of text, so that a million rows stream.
Money comes in as text ("1450.00"), dates as ISO text, a missing value as None; lists hold text or further dictionaries.
Spreadsheet cells never start a formula; terminal cells never carry control characters.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

Row = Mapping[str, Any]

WIDEST_CELL = 48  # characters of a terminal cell; longer text ends in an ellipsis
WIDEST_LAST = 120  # the last column has nothing beside it
SETTLING_ROWS = 500
NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def to_json(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """A JSON array, one object a line."""
    separator = "["
    for row in rows:
        yield separator + json.dumps({column: row[column] for column in columns})
        separator = ",\n "
    yield "[]\n" if separator == "[" else "]\n"


def to_lines(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """One JSON object a line, nothing around them."""
    for row in rows:
        yield json.dumps({column: row[column] for column in columns}) + "\n"


def to_csv(rows: Iterable[Row], columns: Sequence[str], delimiter: str = ",") -> Iterator[str]:
    """Comma separated, with a header; see `cell` for what a spreadsheet gets to see."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[column]) for column in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def to_tsv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """As `to_csv`, separated by tabs."""
    return to_csv(rows, columns, delimiter="\t")


def to_table(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """Aligned columns for a person: numbers to the right, long text cut, missing values blank.

    The first rows settle the widths, so that a million rows stream; a later cell that is wider pushes its row.
    """
    widest = [WIDEST_CELL] * (len(columns) - 1) + [WIDEST_LAST]
    body = ([_shown(row[column], most) for column, most in zip(columns, widest, strict=True)] for row in rows)
    first = list(islice(body, SETTLING_ROWS))
    if not first:
        yield "(no rows)\n"
        return
    headers = [column.replace("_", " ") for column in columns]
    by_column = list(zip(*first, strict=True))
    widths = [max(map(len, cells)) for cells in zip(headers, *first, strict=True)]
    places = [str.rjust if _is_numeric(cells) else str.ljust for cells in by_column]
    for cells in chain([headers, ["-" * width for width in widths]], first, body):
        placed = (place(text, width) for place, text, width in zip(places, cells, widths, strict=True))
        yield "  ".join(placed).rstrip() + "\n"


FORMATS: dict[str, Callable[[Iterable[Row], Sequence[str]], Iterator[str]]] = {
    "table": to_table,
    "json": to_json,
    "nl": to_lines,
    "csv": to_csv,
    "tsv": to_tsv,
}


def cell(value: Any) -> str:
    """A value as spreadsheet text: what would start a formula gets an apostrophe before it, numbers stay numbers."""
    text = value if isinstance(value, str) else plain(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # a lone CR would end the row
    return "'" + text if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text) else text


def plain(value: Any) -> str:
    """A value as text: None is empty, a list of words is joined by spaces, anything deeper is JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(value)


def _shown(value: Any, most: int) -> str:
    text = plain(value)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "�" for char in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def _is_numeric(values: Iterable[str]) -> bool:
    return all(not value or NUMBER.fullmatch(value) for value in values)
