"""The state that all handlers of a reader share: which loop is open, the rows that are open and made, and the counts.

A handler is a function of a segment's elements and its id (file number << 32 | segment number). It returns 1 when the
segment was used, 0 when it was ignored by name or not expected (both are counted here). Handlers are compiled once and
serve file after file, so they find whatever belongs to one file (its notes, its delimiters) through this state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from edi.records.plans import Context, Row
from edi.records.tables import Table
from edi.records.vocabulary import Loop
from edi.x12.diagnostic import Notes

Handler = Callable[[list[str], int], int]


class Closed(list[Any]):
    """Stands where no row is open: it has no id and keeps nothing."""

    def __setitem__(self, place: Any, value: Any) -> None:
        pass


class Dispatch(dict[str, Handler]):
    """The handlers of one loop by segment name, made when a name is first met: a small file does not pay for all."""

    def __init__(self, loop: Loop, make: Callable[[Loop, str], Handler | None], unknown: Handler) -> None:
        super().__init__()
        self.loop = loop
        self._make = make
        self._unknown = unknown

    def __missing__(self, name: str) -> Handler:
        handler = self._make(self.loop, name)
        if handler is None:
            return self._unknown
        self[name] = handler
        return handler


class Machine:
    """What handlers read and write."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables
        self.context = Context()
        self.rows: dict[str, list[Row]] = {name: [] for name in tables}
        self.closed: dict[str, Row] = {name: Closed(self.blank(name)) for name in tables}
        self.current: dict[str, list[Row]] = {name: [row] for name, row in self.closed.items()}
        self.ignored: Counter[str] = Counter()
        self.unexpected = 0
        self.headless: set[int] = set()  # ids of remittance claims whose header is lost
        self.here: list[Dispatch] = []  # one item: the handlers of the loop that is open
        self.envelope: dict[str, Handler] = {}  # of ISA, GS, ST, SE, GE, IEA and TA1: the same in every loop

    def begin(self, notes: Notes) -> None:
        """Forget the file before."""
        self.context.notes = notes
        for rows in self.rows.values():
            rows.clear()
        self.close_all()
        self.ignored.clear()
        self.headless.clear()
        self.unexpected = 0

    @property
    def notes(self) -> Notes:
        return self.context.notes

    def blank(self, table: str) -> Row:
        return [None] * len(self.tables[table].columns)

    def ignore(self, name: str) -> Handler:
        """A handler that counts segments as ignored under `name`."""
        ignored = self.ignored

        def ignore(elements: list[str], number: int) -> int:  # noqa: ARG001
            ignored[name] += 1
            return 0

        return ignore

    def expect_not(self, rule: str, elements: list[str], number: int) -> int:
        """Count and name a segment that has no place here. What does not look like one is shown by its shape only."""
        self.unexpected += 1
        name = elements[0]
        known = len(name) <= 3 and name.isascii() and name.isalnum()
        loop = self.here[0].loop.id if self.here[0].loop.line else None
        self.notes.note(rule, number, loop=loop, value=(label(elements) if known else name)[:12], private=not known)
        return 0

    def unexpected_segment(self, elements: list[str], number: int) -> int:
        return self.expect_not("segment-unexpected", elements, number)

    def close_all(self) -> None:
        """No row is open any more."""
        for table, closed in self.closed.items():
            self.current[table][0] = closed


def label(elements: list[str]) -> str:
    """'NM1*82': a segment's name and its qualifier, when that is short enough to be one."""
    qualifier = elements[1] if len(elements) > 1 and len(elements[1]) <= 3 else ""
    return f"{elements[0]}*{qualifier}" if qualifier else elements[0]
