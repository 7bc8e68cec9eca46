"""Sortable tables: the first rows as plain HTML, all rows as data for the page's script, from one description.

A cell is a main value and a smaller line below it; a row may carry details (evidence) that open below it. The script
knows nothing about any one table: it reads the columns and rows that `page_data` writes and draws them as `plain` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from edi.report.data import money, text
from edi.report.markup import Element, tag

Value = str | int | None
Numbering = Callable[[Value], int]  # a text's place in the page's list of texts


@dataclass(frozen=True)
class Column:
    """`kind`: text, code, date, number, money (cents) or badge. `choice` offers a list to filter by ("All payers").

    `below` is the workbook's name for a cell's smaller line, which has a column of its own there; '' leaves it out.
    """

    label: str
    kind: str = "text"
    choice: str = ""
    floor: bool = False
    below: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    main: Value
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a row's details: what was looked at, what it said, and where that stands."""

    what: str
    value: str
    file: str = ""
    segment: int | None = None


@dataclass(slots=True)
class Row:
    cells: Sequence[Cell]
    details: list[tuple[str, list[Entry]]] = field(default_factory=list)


@dataclass
class Table:
    """`plain_rows` are written as HTML; `noun` names a row in the count ('denials').

    `left_out`: how many rows more there are; `order` says which are here, `everything` is the command that prints all.
    """

    name: str
    noun: str
    columns: Sequence[Column]
    rows: list[Row]
    plain_rows: int = 25
    left_out: int = 0
    order: str = ""
    everything: str = ""
    cards: bool = False  # on a phone: each row a card, else the table scrolls sideways


def plain(table: Table) -> Element:
    """The table as HTML with its first rows, its place for controls, and a word about the rows that are not written."""
    head = tag(
        "tr", [tag("th", {"scope": "col", "class": f"k-{column.kind}"}, column.label) for column in table.columns]
    )
    body = tag("tbody", [_html_row(table, row) for row in table.rows[: table.plain_rows]])
    caption = tag("caption", table.noun[:1].upper() + table.noun[1:])
    hidden = len(table.rows) - table.plain_rows
    more = f"{hidden:,} more {table.noun} are in this page for browsers with scripts, and in worklist.xlsx."
    return tag(
        "div",
        {"class": "datatable cards" if table.cards else "datatable", "data-table": table.name},
        _cut(table) if table.left_out else None,
        tag("div", {"class": "controls"}),
        tag("div", {"class": "scroll"}, tag("table", {"class": table.name}, caption, tag("thead", head), body)),
        tag("p", {"class": "more"}, more) if hidden > 0 else None,
        tag("div", {"class": "pager"}),
    )


def _cut(table: Table) -> Element:
    """Which rows of how many the page holds, and where all of them are."""
    shown = len(table.rows)
    which = f"The first {shown:,} of {shown + table.left_out:,} {table.noun}, {table.order}."
    if table.everything:
        return tag("p", {"class": "cut"}, f"{which} All of them: ", tag("code", table.everything))
    return tag("p", {"class": "cut"}, f"{which} worklist.xlsx has more.")


def _html_row(table: Table, row: Row) -> list[Element]:
    cells = [_html_cell(column, cell) for column, cell in zip(table.columns, row.cells, strict=True)]
    if not row.details:
        return [tag("tr", cells)]
    inside = [_html_details(heading, entries) for heading, entries in row.details]
    wide = tag("td", {"colspan": len(table.columns)}, tag("div", {"class": "inside"}, inside))
    return [tag("tr", cells), tag("tr", {"class": "details"}, wide)]


def _html_cell(column: Column, cell: Cell) -> Element:
    shown = show(column.kind, cell.main)
    if column.kind == "badge":
        main = tag("span", {"class": f"badge b-{slug(cell.main)}"}, shown)
    else:
        main = tag("span", {"class": "main zero" if cell.main == 0 else "main"}, shown)
    sub = tag("span", {"class": "sub"}, cell.sub) if cell.sub else None
    return tag("td", {"class": f"k-{column.kind}", "data-label": column.label}, main, sub)


def _html_details(heading: str, entries: list[Entry]) -> Element:
    items = [
        tag(
            "li",
            tag("span", {"class": "what"}, f"{entry.what}: " if entry.value else entry.what),
            [tag("span", {"class": "value"}, entry.value), " "] if entry.value else None,
            _at(entry),
        )
        for entry in entries
    ]
    return tag("section", {"class": f"d-{slug(heading)}"}, tag("h4", heading), tag("ul", items))


def _at(entry: Entry) -> Element | None:
    if not entry.file:
        return None
    return tag("span", {"class": "at"}, entry.file if entry.segment is None else f"{entry.file}#{entry.segment}")


def show(kind: str, value: Value) -> str:
    """A cell's main value as people read it; nothing is a dash."""
    if value is None or value == "":
        return "–"
    if kind == "money":
        return money(int(value))
    return f"{value:,}" if kind == "number" and isinstance(value, int) else text(value)


def slug(words: Value) -> str:
    """Words as part of a class name: only letters, digits and dashes."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in str(words or "").lower())


def page_data(tables: Sequence[Table]) -> str:
    """The rows of all tables as compact JSON, safe inside a script element: columns of values, texts by number."""
    texts = {"": 0}

    def number(words: Value) -> int:
        return texts.setdefault(text(words), len(texts))

    data = {table.name: _table_data(table, number) for table in tables}
    whole = {"texts": list(texts), "tables": data}
    return json.dumps(whole, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")


def _table_data(table: Table, number: Numbering) -> dict[str, object]:
    mains, subs = [], []
    for position, column in enumerate(table.columns):
        cells = [row.cells[position] for row in table.rows]
        plain_number = column.kind in ("money", "number")
        mains.append([cell.main if plain_number or cell.main is None else number(cell.main) for cell in cells])
        subs.append([number(cell.sub) for cell in cells] if any(cell.sub for cell in cells) else 0)
    details = [
        [[number(heading), *_entries(entries, number)] for heading, entries in row.details] for row in table.rows
    ]
    return {
        "noun": table.noun,
        "columns": [[c.label, c.kind, c.choice, int(c.floor)] for c in table.columns],
        "mains": mains,
        "subs": subs,
        "details": details if any(details) else 0,
    }


def _entries(entries: list[Entry], number: Numbering) -> list[int]:
    """Entries in a row of four numbers each: what, value, file, segment (0 where there is none)."""
    flat: list[int] = []
    for entry in entries:
        flat += [number(entry.what), number(entry.value), number(entry.file), entry.segment or 0]
    return flat
