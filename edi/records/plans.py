"""Columns of one segment -> one function that fills a row. The inner loop of the reader; written for speed.

In: the fields that a segment fills. Out: `Plan`, whose `apply(row, elements, number, shift)` fills a row. Texts are
stored as they are, other types go through a memo (amounts and dates repeat a lot), components are split once. A text
that cannot be read without loss raises inside and is then done again carefully, one column at a time, with a
diagnostic for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edi.records.tables import Table
from edi.records.vocabulary import Field, Where
from edi.x12.diagnostic import Notes
from edi.x12.values import READERS, Value

Row = list[Any]
Apply = Callable[[Row, list[str], int, int], None]

_MOST = 1 << 16
SEPARATORS = ":><^|"


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
    """What all plans of one reader share."""

    notes: Notes  # of the file that is being read

    def __init__(self) -> None:
        self.component = [":"]  # the component separator of the interchange being read
        self.memos: dict[str, Memo] = {name: Memo(read) for name, read in READERS.items()}

    def split(self, text: str) -> list[str]:
        """The components of a text. One that lacks the separator of ISA16 may have one that others use."""
        pieces = text.split(self.component[0])
        if len(pieces) == 1 and not text.isalnum():
            return text.split(next((one for one in SEPARATORS if one in text), self.component[0]))
        return pieces

    def text_at(self, elements: Sequence[str], element: int, component: int | None) -> str:
        """The text of an element (0 is the first of `elements`), or of its component (from 1); '' where absent."""
        if element >= len(elements):
            return ""
        if component is None:
            return elements[element]
        pieces = self.split(elements[element])
        return pieces[component - 1] if component <= len(pieces) else ""

    def condition(self, where: Where, first: int = 0) -> Callable[[Sequence[str]], bool]:
        """A test whether every condition of `where` holds; `first` is the element that stands at elements[0]."""
        if len(where) == 1 and where[0].component in (None, 1):  # the usual ones, made fast
            index, values, component = where[0].element - first, where[0].values, self.component
            if where[0].component is None:
                return lambda elements: len(elements) > index and elements[index] in values

            def first_component(elements: Sequence[str]) -> bool:
                if len(elements) <= index:
                    return False
                text, mark, _ = elements[index].partition(component[0])
                return (text if mark or text.isalnum() else self.split(text)[0]) in values

            return first_component
        return lambda elements: all(
            self.text_at(elements, one.element - first, one.component) in one.values for one in where
        )


class Plan:
    """How `fields` (all from one segment, all of `table`) are filled from its elements.

    `first` is the element that stands at elements[0]: 0 for a whole segment, the repeat's start for a group of it.
    """

    def __init__(self, fields: Sequence[Field], table: Table, loop: str, context: Context, first: int = 0) -> None:
        self._fields = [field for field in fields if field.source == "at"]
        self._table = table
        self._loop = loop
        self._context = context
        self._first = first
        plain = [field for field in self._fields if not field.where and not field.otherwise]
        singles = [
            (f.element - first, table.index[f.name], context.memos.get(f.type)) for f in plain if f.component is None
        ]
        self.texts = sorted((index, place) for index, place, memo in singles if memo is None)
        self.typed = sorted(
            ((index, place, memo) for index, place, memo in singles if memo is not None), key=lambda one: one[:2]
        )
        self.composites = self._composites([field for field in plain if field.component is not None])
        self.special = [field for field in self._fields if field.where or field.otherwise]
        self.apply = self._special() if self.special else self._plain()

    def _composites(self, fields: Sequence[Field]) -> list[tuple[int, list[tuple[int | None, Memo | None]]]]:
        """For each composite element, the (column, memo) of each of its components."""
        found: dict[int, list[tuple[int | None, Memo | None]]] = {}
        for field in sorted(fields, key=lambda one: one.component or 0):
            targets = found.setdefault(field.element - self._first, [])
            targets += [(None, None)] * ((field.component or 1) - 1 - len(targets))
            targets.append((self._table.index[field.name], self._context.memos.get(field.type)))
        return sorted(found.items(), key=lambda one: one[0])

    def _plain(self) -> Apply:
        component, carefully, otherwise_split = self._context.component, self._carefully, self._otherwise_split
        hollow = self._hollow
        if len(self.typed) == 1 and not self.texts and not self.composites:  # most dates and amounts
            only, column, values = self.typed[0]

            def apply_one(row: Row, elements: list[str], number: int, shift: int) -> None:
                if len(elements) > only:
                    text = elements[only]
                    if text:
                        try:
                            row[column] = values[text]
                        except _Flaw:
                            carefully(row, elements, number, shift)

            return apply_one
        # what a segment of a given length can fill, so that the loops need not look for its end
        indices = [one[0] for one in self.texts] + [one[0] for one in self.typed] + [one[0] for one in self.composites]
        top = max(indices, default=0) + 1
        by_size = [
            (
                [text for text in self.texts if text[0] < size],
                [typed for typed in self.typed if typed[0] < size],
                [composite for composite in self.composites if composite[0] < size],
            )
            for size in range(top + 1)
        ]

        def apply(row: Row, elements: list[str], number: int, shift: int) -> None:
            size = len(elements)
            texts, typed, composites = by_size[size if size < top else top]
            for index, place in texts:
                text = elements[index]
                if text:
                    row[place] = text
            try:
                for index, place, memo in typed:
                    text = elements[index]
                    if text:
                        row[place] = memo[text]
                for index, targets in composites:
                    text = elements[index]
                    if text:
                        pieces = text.split(component[0])
                        if len(pieces) == 1 and not text.isalnum():
                            pieces = otherwise_split(text, number, index + shift)
                        if not pieces[0]:
                            hollow(pieces, number, index + shift)
                        for piece, (target, reader) in zip(pieces, targets, strict=False):
                            if piece and target is not None:
                                row[target] = piece if reader is None else reader[piece]
            except _Flaw:
                carefully(row, elements, number, shift)

        return apply

    def _special(self) -> Apply:
        """As `_plain`, then the columns with conditions and those that fill only what is still empty."""
        plain, first, carefully, text_at = self._plain(), self._first, self._carefully, self._context.text_at
        special = [
            (
                self._table.index[one.name],
                one.otherwise,
                self._context.condition(one.where, first),
                one.element - first,
                one.component,
                self._context.memos.get(one.type),
            )
            for one in self.special
        ]

        def apply(row: Row, elements: list[str], number: int, shift: int) -> None:
            plain(row, elements, number, shift)
            try:
                for place, otherwise, test, index, part, memo in special:
                    if (not otherwise or row[place] is None) and test(elements):
                        text = text_at(elements, index, part)
                        if text:
                            row[place] = text if memo is None else memo[text]
            except _Flaw:
                carefully(row, elements, number, shift)

        return apply

    def _otherwise_split(self, text: str, number: int, index: int) -> list[str]:
        """The components of a text without the separator of ISA16. The first time in a file it is noted."""
        pieces = self._context.split(text)
        notes, rule = self._context.notes, "component-separator-wrong"
        if len(pieces) > 1 and not notes.counts[rule]:
            element = f"{self._fields[0].segment}{index + self._first:02}"
            notes.note(rule, number, loop=self._loop, element=element, value=text[len(pieces[0])])
        return pieces

    def _hollow(self, pieces: list[str], number: int, index: int) -> None:
        """Note a composite that has no component at all."""
        if not any(pieces):
            element = f"{self._fields[0].segment}{index + self._first:02}"
            self._context.notes.note("composite-empty", number, loop=self._loop, element=element)

    def _carefully(self, row: Row, elements: list[str], number: int, shift: int) -> None:
        """The slow twin: reads column by column and notes what does not read cleanly."""
        context, first = self._context, self._first
        for field in self._fields:
            place = self._table.index[field.name]
            if (field.otherwise and row[place] is not None) or not context.condition(field.where, first)(elements):
                continue
            text = context.text_at(elements, field.element - first, field.component)
            if not text:
                continue
            if field.type == "text":
                row[place] = text
                continue
            value, rule = READERS[field.type](text)
            if value is not None:
                row[place] = value
            if rule is not None:
                element, private = name_of(field, shift), self._table.columns[place].phi
                context.notes.note(rule, number, loop=self._loop, element=element, value=text, private=private)


def name_of(field: Field, shift: int) -> str:
    """'CAS06': the position of a field, in the group that stands `shift` elements behind the first."""
    component = "" if field.component is None else f"-{field.component}"
    return f"{field.segment}{field.element + shift:02}{component}"
