"""Columns of one segment -> one function that fills a row. The inner loop of the reader; written for speed.

In: the fields that a segment fills. Out: `apply(row, elements, number, shift)`. Texts are stored as they are, other types go
through a memo (amounts and dates repeat a lot), components are split once. A text that cannot be read without loss raises
inside and is then done again carefully, one column at a time, with a diagnostic for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edi.records.mapping import Field, Where
from edi.records.tables import Table
from edi.x12.diagnostic import Notes
from edi.x12.values import READERS, Value

Row = list[Any]
Apply = Callable[[Row, list[str], int, int], None]
Convert = Callable[[str], Any]

_MOST = 1 << 16


class _Flaw(Exception):
    """A text that does not read cleanly; caught in this module."""


class Memo(dict[str, Any]):
    """text -> value of one type, remembered; bounded."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        value, rule = self._read(text)
        if rule is not None:
            raise _Flaw
        if len(self) >= _MOST:
            self.clear()
        self[text] = value
        return value


class Context:
    """What all plans of one read share."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.component = [":"]  # the component separator of the interchange being read
        self.converters: dict[str, Convert | None] = {name: Memo(read).__getitem__ for name, read in READERS.items()}
        self.converters["text"] = None


def text_at(elements: Sequence[str], element: int, component: int | None, separator: str) -> str:
    """The text of an element (0 is the first of `elements`), or of its component (counted from 1); '' where absent."""
    if element >= len(elements):
        return ""
    if component is None:
        return elements[element]
    parts = elements[element].split(separator)
    return parts[component - 1] if component <= len(parts) else ""


def holds(where: Where, elements: Sequence[str], separator: str, first: int = 0) -> bool:
    """Whether every condition holds; `first` is the element that stands at elements[0]."""
    return all(text_at(elements, one.element - first, one.component, separator) in one.values for one in where)


def plan(fields: Sequence[Field], table: Table, loop: str, context: Context, first: int = 0) -> Apply:
    """A function that fills `fields` (all from one segment, all of `table`) from its elements.

    `first` is the element that stands at elements[0]: 0 for a whole segment, the repeat's start for a group of it.
    """
    fields = [field for field in fields if field.source == "at"]
    component = context.component
    plain = [field for field in fields if not field.where and not field.otherwise]
    special = [field for field in fields if field.where or field.otherwise]
    column = table.index
    converters = context.converters
    singles = sorted((f.element - first, column[f.name], converters[f.type]) for f in plain if f.component is None)
    composites = _composites([f for f in plain if f.component is not None], column, converters, first)
    carefully = _careful(fields, table, loop, context, first)

    def apply(row: Row, elements: list[str], number: int, shift: int = 0) -> None:
        size = len(elements)
        try:
            for index, place, convert in singles:
                if index >= size:
                    break
                text = elements[index]
                if text:
                    row[place] = text if convert is None else convert(text)
            for index, parts in composites:
                if index >= size:
                    break
                text = elements[index]
                if text:
                    pieces = text.split(component[0])
                    count = len(pieces)
                    for part, place, convert in parts:
                        if part >= count:
                            break
                        text = pieces[part]
                        if text:
                            row[place] = text if convert is None else convert(text)
        except _Flaw:
            carefully(row, elements, number, shift)

    def apply_special(row: Row, elements: list[str], number: int, shift: int = 0) -> None:
        apply(row, elements, number, shift)
        try:
            for field in special:
                if (field.otherwise and row[column[field.name]] is not None) or not holds(field.where, elements, component[0], first):
                    continue
                text = text_at(elements, field.element - first, field.component, component[0])
                if text:
                    convert = converters[field.type]
                    row[column[field.name]] = text if convert is None else convert(text)
        except _Flaw:
            carefully(row, elements, number, shift)

    return apply_special if special else apply


Part = tuple[int, int, Convert | None]


def _composites(
    fields: Sequence[Field], column: dict[str, int], converters: dict[str, Convert | None], first: int
) -> list[tuple[int, list[Part]]]:
    found: dict[int, list[Part]] = {}
    for field in sorted(fields, key=lambda one: one.component or 0):
        part = ((field.component or 1) - 1, column[field.name], converters[field.type])
        found.setdefault(field.element - first, []).append(part)
    return sorted(found.items())


def _careful(fields: Sequence[Field], table: Table, loop: str, context: Context, first: int) -> Apply:
    """The slow twin of a plan: reads column by column and notes what does not read cleanly."""
    private = {column.name: column.phi for column in table.columns}

    def carefully(row: Row, elements: list[str], number: int, shift: int = 0) -> None:
        for field in fields:
            place = table.index[field.name]
            if (field.otherwise and row[place] is not None) or not holds(field.where, elements, context.component[0], first):
                continue
            text = text_at(elements, field.element - first, field.component, context.component[0])
            if not text:
                continue
            if field.type == "text":
                row[place] = text
                continue
            row[place], rule = READERS[field.type](text)
            if rule is not None:
                context.notes.note(
                    rule, number, loop=loop, element=name_of(field, shift), value=text, private=private[field.name]
                )

    return carefully


def name_of(field: Field, shift: int) -> str:
    """'CAS06': the position of a field, in the group that stands `shift` elements behind the first."""
    component = "" if field.component is None else f"-{field.component}"
    return f"{field.segment}{field.element + shift:02}{component}"
