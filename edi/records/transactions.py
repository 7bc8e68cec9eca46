"""Segments -> rows, transaction after transaction: the envelope's handlers, and which mapping reads which set.

ISA, GS and ST fill the row of their transaction set, as mappings/envelope.xml says; its set decides whose handlers come
next. Sets that are not read are left alone, their segments counted under the set's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import takewhile

from edi.records.machine import Dispatch, Handler, Machine
from edi.records.mapping import ENVELOPE, SETS, Mappings
from edi.records.program import Program
from edi.records.vocabulary import Loop
from edi.x12.diagnostic import SEGMENT, Notes
from edi.x12.envelope import Envelope, element

_LINES = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}
_ENDS = ("SE", "ST", "GE")

Ahead = Callable[[int], Iterable[str]]
"""The segments behind one, as far as they have been read already."""


class Transactions:
    """The compiled mappings and the state of the file that they read. Serves one file at a time, many in a row."""

    def __init__(self, mappings: Mappings) -> None:
        self._guides = mappings.guides
        self._sets = mappings.sets
        self._column = mappings.tables["transaction_set"].index
        self.machine = Machine(mappings.tables)
        self._programs = {name: Program(self.machine, name, root) for name, root in mappings.transactions.items()}
        self._outside = Dispatch(Loop("outside"), self._own, self._stray)
        self._left: dict[str, Dispatch] = {}
        self.machine.here.append(self._outside)
        self.machine.envelope.update(
            ISA=self._isa, GS=self._gs, ST=self._st, SE=self._se, GE=self._ge, IEA=self._iea, TA1=self._ta1
        )

    def begin(self, notes: Notes, file_id: int, ahead: Ahead) -> None:
        """Start with a new file."""
        self.machine.begin(notes)
        for program in self._programs.values():
            program.end()
        self.machine.here[0] = self._outside
        self._file_id = file_id
        self._ahead = ahead
        self._guide = ""  # GS08 of the open group
        self.open: Program | None = None  # the mapping of the open transaction, when it is one that is read
        self.envelope = Envelope(notes)
        self.counts: Counter[str] = Counter()
        self.finished: list[int] = []

    def finish(self, number: int) -> int | None:
        """The file ends behind segment `number`. Returns the id of the transaction that this cut off."""
        transaction = self.machine.current["transaction_set"][0][0]
        return transaction if self.envelope.end(number) else None

    # -- the envelope -----------------------------------------------------------------------------------------------

    def _own(self, loop: Loop, name: str) -> Handler | None:  # noqa: ARG002
        return self.machine.envelope.get(name)

    def _stray(self, elements: list[str], number: int) -> int:
        """A segment outside any transaction."""
        name = elements[0].upper()
        if name != elements[0] and name in self.machine.envelope:
            self.machine.notes.note("segment-name-unclean", number, value=name)
            return self.machine.envelope[name]([name, *elements[1:]], number)
        inside = self.envelope.interchange is not None
        return self.machine.expect_not("segment-outside-transaction" if inside else "junk-between", elements, number)

    def _isa(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self.envelope.isa(elements, number)
        return self._enter("ISA", [text.strip() for text in elements], number)

    def _gs(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self.envelope.gs(elements, number)
        self._guide = element(elements, 8)
        return self._enter("GS", elements, number)

    def _enter(self, name: str, elements: list[str], number: int) -> int:
        """What envelope.xml says about this segment."""
        program = self._programs[ENVELOPE]
        loop = next(loop for loop in program.root.loops() if name in loop.opens)
        program.opener(loop).handler(name)(elements, number)
        self.machine.here[0] = self._outside
        return 1

    def _st(self, elements: list[str], number: int) -> int:
        """Begin a transaction: its row, and the handlers of its set."""
        self._lose(number)
        self.envelope.st(elements, number)
        self.machine.notes.transaction = number
        self._enter("ST", elements, number)
        guide = element(elements, 3) or self._guide
        name = self._set_of(element(elements, 1), guide, number)
        row, column = self.machine.current["transaction_set"][0], self._column
        row[column["file_id"]] = self._file_id
        row[column["set_code"]] = name
        row[column["guide"]] = guide or None
        row[column["first_segment"]] = number & SEGMENT
        row[column["imported"]] = int(name in SETS)
        self.counts[name] += 1
        if name in SETS:
            self.open = self._programs[name]
            return self.open.begin(elements, number)
        if name not in self._left:
            self._left[name] = Dispatch(Loop(name), self._own, self.machine.ignore(name))
        self.machine.here[0] = self._left[name]
        return 1

    def _set_of(self, st01: str, guide: str, number: int) -> str:
        """Which set this is: by its guide, else by ST01 and, for an 837, by the service lines that follow."""
        known = self._guides.get((guide.upper(), st01))
        if known is not None:
            return known
        name = self._sets.get(st01, st01 or "unknown")
        if name == "837":
            own = takewhile(lambda segment: segment[:2] not in _ENDS, self._ahead(number))
            name = next((_LINES[segment[:3]] for segment in own if segment[:3] in _LINES), "837P")
        if name in SETS:
            self.machine.notes.note("guide-unknown", number, element="ST03", value=guide or "none", expected=name)
        return name

    def _se(self, elements: list[str], number: int) -> int:
        self.envelope.se(elements, number)
        self.close(number)
        return 1

    def _ge(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self.envelope.ge(elements, number)
        return 1

    def _iea(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self.envelope.iea(elements, number)
        return 1

    def _ta1(self, elements: list[str], number: int) -> int:  # noqa: ARG002
        self.machine.ignored["TA1"] += 1
        return 0

    def _lose(self, number: int) -> None:
        """End a transaction that has no SE."""
        if self.envelope.transaction is not None:
            self.envelope.lost(number)
            self.close(number - 1)

    def close(self, last: int) -> None:
        """The transaction ends with segment `last`: no row is open any more."""
        row = self.machine.current["transaction_set"][0]
        if row[0] is not None:
            row[self._column["last_segment"]] = last & SEGMENT
            self.finished.append(row[0])
        if self.open is not None:
            self.open.end()
            self.open = None
        self.machine.close_all()
        self.machine.here[0] = self._outside
        self.machine.notes.transaction = None
