"""What a mapping file can say, as plain values: loop, column, repeat, ignore. See mapping.py for how they are read.

A `loop` opens with a segment and may make a row. A `column` takes one element (`at`), the id of the row that is open
in another table (`of`), a constant (`value`), or its place among its kind (`count`). A `repeat` makes rows from one
segment, a group of elements at a time. `ignore` names what is read on purpose and kept on purpose nowhere. What
stands earlier in a mapping file comes earlier in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Condition:
    """An element (or a component of it, counted from 1) holds one of some values."""

    element: int
    component: int | None
    values: frozenset[str]


Where = tuple[Condition, ...]


@dataclass(frozen=True)
class Field:
    """One <column>: what fills column `name` of `table` in the loop (or repeat) it stands in."""

    name: str
    table: str
    source: str  # at, of, value, count, reader
    argument: str
    segment: str
    element: int
    component: int | None
    type: str
    where: Where
    otherwise: bool  # fills only what is still empty
    missing: str | None  # the rule that is broken when the rest of its group (or its transaction) is there, not this
    phi: bool
    label: str
    guide: str | None  # the set whose guide has this position, where it is not the file's own
    line: int


@dataclass(frozen=True)
class Repeat:
    """One <repeat>: `segment` makes a row of `table` for each `step` elements from `start` on, or one (step 0)."""

    segment: str
    table: str
    start: int
    step: int
    stop: int
    where: Where
    fields: tuple[Field, ...]
    gap: str | None  # the rule that is broken when an empty group stands between others
    guide: str | None
    line: int


@dataclass(frozen=True)
class Ignore:
    """One <ignore>: segments that are read and left."""

    segments: tuple[str, ...]
    where: Where
    line: int


@dataclass(eq=False)
class Loop:
    """One <loop>, or the <transaction> itself (its root, opened by ST)."""

    id: str
    opens: tuple[str, ...] = ()
    announced: str | None = None  # the segment that may come before `opens`, and then gives the row its id
    foreign: frozenset[str] = frozenset()  # those of `opens` that belong to another guide
    where: Where = ()
    table: str | None = None
    again: bool = False  # may come again after later siblings
    once: tuple[str, str] | None = None  # (segment, qualifier) of its own that comes before its inner loops
    parent: Loop | None = None
    guide: str | None = None
    line: int = 0
    children: list[Field | Repeat | Ignore | Loop] = field(default_factory=list)

    def loops(self) -> Iterator[Loop]:
        """This loop and all below it, in file order."""
        yield self
        for child in self.children:
            if isinstance(child, Loop):
                yield from child.loops()

    def chain(self) -> list[Loop]:
        """This loop and those around it, innermost first."""
        return [self, *(self.parent.chain() if self.parent else [])]

    def fields(self) -> list[Field]:
        """Its own columns, without those of repeats."""
        return [child for child in self.children if isinstance(child, Field)]

    def columns(self) -> Iterator[tuple[Loop, Repeat | None, Field]]:
        """Every column of this loop and all below it, with the loop and the repeat that it stands in."""
        for loop in self.loops():
            for child in loop.children:
                if isinstance(child, Field):
                    yield loop, None, child
                elif isinstance(child, Repeat):
                    yield from ((loop, child, one) for one in child.fields)

    def owner(self, table: str) -> Loop | None:
        """The loop around (or at) this one that opens the rows of `table`."""
        return next((loop for loop in self.chain() if loop.table == table), None)
