"""The one public parse call: a binary stream in, batches of rows out.

    reading = read(stream, file_id=1, mappings=mapping.load())
    for batch in reading:           # whole claims only; memory stays flat
        store(batch.rows)
    reading.diagnostics             # what was wrong, once the stream is exhausted

Rows are lists in the order of their table's columns; `id` is file_id << 32 | segment number. Input never raises: what is wrong
is a Diagnostic. On every file segments = used + ignored by name + unexpected.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from edi.records.balance import Balance
from edi.records.compiler import Dispatch, Handler, Machine, Row
from edi.records.mapping import ENVELOPE, SETS, Loop, Mappings
from edi.x12.diagnostic import Diagnostic, Notes
from edi.x12.envelope import Envelope, element
from edi.x12.tokens import BLOCK, Block, Places, Tokenizer

ENOUGH = 4000  # rows that are worth handing out
_SEGMENT = (1 << 32) - 1
_CLAIMS = ("claim", "remit_claim")  # tables whose open row keeps a batch from ending
_WHOLES = ("transaction_set", "payment")  # tables whose open row stays until its transaction ends
_LINES = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}


class Batch(NamedTuple):
    """Rows by table, and the ids of the transaction sets that are complete with this batch."""

    rows: dict[str, list[Row]]
    finished: list[int]


class Reading:
    """One file being read. Iterate it once; the counts and diagnostics are final when it is exhausted."""

    def __init__(self, stream: BinaryIO, file_id: int, mappings: Mappings, size: int = BLOCK) -> None:
        self._mappings = mappings
        self._places = Places()
        self._notes = Notes(mappings.rules, self._places.offset)
        self._tokens = Tokenizer(stream, self._notes.note, self._places, size)
        self._envelope = Envelope(self._notes)
        self._machine = Machine(mappings, file_id << 32, self._notes)
        self._balance = Balance(mappings.tables, self._notes)
        self._outside = Dispatch(_place("outside"), self._own, self._stray)
        self._left: dict[str, Dispatch] = {}
        self._finished: list[int] = []
        self._block: Block | None = None
        self._base = file_id << 32
        self._file_id = file_id
        self._guide = ""
        self.segments = 0
        self.used = 0
        self.transactions: Counter[str] = Counter()
        self._machine.here.append(self._outside)
        self._machine.envelope.update(self._handlers())

    @property
    def is_x12(self) -> bool:
        return self._tokens.found

    @property
    def ignored(self) -> Counter[str]:
        """Segments that were read on purpose and kept on purpose nowhere, by name (by set, for sets left alone)."""
        return self._machine.ignored

    @property
    def unexpected(self) -> int:
        return self._machine.unexpected

    @property
    def interchanges(self) -> int:
        return self._envelope.interchanges

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return self._notes.diagnostics()

    def __iter__(self) -> Iterator[Batch]:
        for block in self._tokens.blocks():
            self._run(block)
            if sum(map(len, self._machine.rows.values())) >= ENOUGH:
                yield self._batch(self._open_claim())
        yield from self._end()

    # -- the hot loop -----------------------------------------------------------------------------------------------

    def _run(self, block: Block) -> None:
        """Give every segment of a block to its handler."""
        self._block = block
        separator = block.delimiters.element
        self._machine.context.component[0] = block.delimiters.component
        here = self._machine.here
        used = 0
        collecting = gc.isenabled()
        gc.disable()  # rows are many, small and free of cycles: looking for garbage among them costs 15 %
        try:
            for number, segment in enumerate(block.segments, block.first):
                elements = segment.split(separator)
                used += here[0][elements[0]](elements, number)
        finally:
            if collecting:
                gc.enable()
        self.used += used
        self.segments += len(block.segments)

    # -- batches ----------------------------------------------------------------------------------------------------

    def _open_claim(self) -> int | None:
        """The id of the claim that is still being read."""
        current = self._machine.current
        return next((current[table][0][0] for table in _CLAIMS if current[table][0][0] is not None), None)

    def _batch(self, upto: int | None, cut: int | None = None) -> Batch:
        """All rows below the id `upto`, but for the rows of the transaction that is still open.

        The end of the file cut off the transaction `cut`: its payment is not judged, nor the claims of this last batch.
        """
        machine = self._machine
        rows: dict[str, list[Row]] = {}
        for table, made in machine.rows.items():
            if table in _WHOLES:
                kept = made[-1:] if made and made[-1] is machine.current[table][0] else []
            else:
                kept = [] if upto is None else made[bisect_left(made, upto, key=_id) :]
            rows[table] = made[: len(made) - len(kept)]
            made[:] = kept
        if cut is None:
            self._balance.check(rows)
        for payment in rows["payment"]:
            if payment[0] != cut:
                self._balance.payment(payment)
        finished, self._finished = self._finished, []
        transaction = machine.current["transaction_set"][0][0]
        pinned = [] if transaction is None else [transaction & _SEGMENT]
        self._places.release(self.segments + 1 if upto is None else upto & _SEGMENT, pinned)
        return Batch(rows, finished)

    def _end(self) -> Iterator[Batch]:
        """The file is over: the last batches."""
        if not self.is_x12:
            self._notes.note("not-x12")
            return
        transaction = self._machine.current["transaction_set"][0][0]
        if self._envelope.end(self.segments):
            last_claim = self._open_claim()
            yield self._batch(last_claim)
            self._close(self.segments)
            yield self._batch(None, cut=transaction)
        else:
            yield self._batch(None)

    # -- the envelope -----------------------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Handler]:
        return {
            "ISA": self._isa,
            "GS": self._gs,
            "ST": self._st,
            "SE": self._se,
            "GE": self._ge,
            "IEA": self._iea,
            "TA1": self._ta1,
        }

    def _own(self, loop: Loop, name: str) -> Handler | None:  # noqa: ARG002
        return self._machine.envelope.get(name)

    def _stray(self, elements: list[str], number: int) -> int:
        """A segment outside any transaction."""
        if elements[0].upper() != elements[0] and elements[0].upper() in self._machine.envelope:
            self._notes.note("segment-name-unclean", number, value=elements[0].upper())
            return self._machine.envelope[elements[0].upper()](elements, number)
        self._machine.unexpected += 1
        rule = "segment-outside-transaction" if self._envelope.interchange is not None else "junk-between"
        name = elements[0][:12]
        self._notes.note(rule, number, value=name, private=not (len(name) <= 3 and name.isalnum()))
        return 0

    def _isa(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self._envelope.isa(elements, number)
        return self._open_envelope("ISA", [text.strip() for text in elements], number)

    def _gs(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self._envelope.gs(elements, number)
        self._guide = element(elements, 8)
        return self._open_envelope("GS", elements, number)

    def _open_envelope(self, name: str, elements: list[str], number: int) -> int:
        program = self._machine.program(ENVELOPE)
        loop = next(loop for loop in program.root.loops() if name in loop.opens)
        program.opener(loop).handler(name)(elements, number)
        self._machine.here[0] = self._outside
        return 1

    def _st(self, elements: list[str], number: int) -> int:
        """Begin a transaction: its row, and the handlers of its set."""
        machine = self._machine
        self._lose(number)
        self._envelope.st(elements, number)
        machine.notes.transaction = self._base + number
        self._open_envelope("ST", elements, number)
        guide = element(elements, 3) or self._guide
        name = self._set_of(element(elements, 1), guide, number)
        imported = name in SETS
        row, column = machine.current["transaction_set"][0], self._mappings.tables["transaction_set"].index
        row[column["file_id"]] = self._file_id
        row[column["set_code"]] = name
        row[column["guide"]] = guide or None
        row[column["first_segment"]] = number
        row[column["imported"]] = int(imported)
        self.transactions[name] += 1
        if imported:
            program = machine.program(name)
            program.hierarchy.begin()
            program.opener(program.root).handler("ST")(elements, number)
        else:
            machine.here[0] = self._leave(name)
        return 1

    def _set_of(self, st01: str, guide: str, number: int) -> str:
        """Which set this is: by its guide, else by ST01 and, for an 837, by the service lines that follow."""
        mappings = self._mappings
        known = mappings.guides.get((guide.upper(), st01))
        if known is not None:
            return known
        name = mappings.sets.get(st01, st01 or "unknown")
        if name == "837":
            name = self._lines_ahead(number) or "837P"
        if name in SETS:
            self._notes.note("guide-unknown", number, element="ST03", value=guide, expected=name)
        return name

    def _lines_ahead(self, number: int) -> str | None:
        """The kind of the first service line behind segment `number`, as far as it has been read."""
        if self._block is None:
            return None
        ahead = self._block.segments[number - self._block.first :]
        return next((_LINES[segment[:3]] for segment in ahead if segment[:3] in _LINES), None)

    def _leave(self, name: str) -> Dispatch:
        """Handlers that leave a whole set alone, counting its segments under its name."""
        if name not in self._left:
            ignored = self._machine.ignored

            def leave(elements: list[str], number: int) -> int:  # noqa: ARG001
                ignored[name] += 1
                return 0

            self._left[name] = Dispatch(_place(name), self._own, leave)
        return self._left[name]

    def _se(self, elements: list[str], number: int) -> int:
        self._envelope.se(elements, number)
        self._close(number)
        return 1

    def _ge(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self._envelope.ge(elements, number)
        return 1

    def _iea(self, elements: list[str], number: int) -> int:
        self._lose(number)
        self._envelope.iea(elements, number)
        return 1

    def _ta1(self, elements: list[str], number: int) -> int:  # noqa: ARG002
        self._machine.ignored["TA1"] += 1
        return 0

    def _lose(self, number: int) -> None:
        """End a transaction that has no SE."""
        if self._envelope.transaction is not None:
            self._envelope.lost(number)
            self._close(number - 1)

    def _close(self, last: int) -> None:
        """The transaction ends with segment `last`: no row is open any more."""
        machine = self._machine
        row = machine.current["transaction_set"][0]
        if row[0] is not None:
            row[self._mappings.tables["transaction_set"].index["last_segment"]] = last
            self._finished.append(row[0])
        for name in SETS:
            program = machine.program(name)
            if machine.here[0].loop in program.root.loops():
                program.opener(program.root).close()
        for table, closed in machine.closed.items():
            machine.current[table][0] = closed
        machine.here[0] = self._outside
        machine.notes.transaction = None


def read(stream: BinaryIO, file_id: int, mappings: Mappings) -> Reading:
    """Read one stream. Iterate over the result for batches; then ask it for counts and diagnostics."""
    return Reading(stream, file_id, mappings)


def _place(name: str) -> Loop:
    """A loop that only gives its name to diagnostics."""
    return Loop(name, (), None, frozenset(), (), None, False, None, 0)


def _id(row: Row) -> Any:
    return row[0]
