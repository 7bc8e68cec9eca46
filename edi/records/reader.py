"""The one public parse call: a binary stream in, batches of rows out.

    reading = read(stream, file_id=1, mappings=mapping.load())
    for batch in reading:           # whole claims only; memory stays flat
        store(batch.rows)
    reading.diagnostics             # what was wrong, once the stream is exhausted

Rows are lists in the order of their table's columns; `id` is file_id << 32 | segment number. Input never raises: what
is wrong is a Diagnostic. On every file segments = used + ignored by name + unexpected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple
from weakref import WeakKeyDictionary

from edi.garbage import uncollected
from edi.records import headless
from edi.records.balance import Balance
from edi.records.mapping import Mappings
from edi.records.plans import Row
from edi.records.transactions import Transactions
from edi.records.wanting import Wanting
from edi.x12.diagnostic import SEGMENT, Diagnostic, Notes
from edi.x12.tokens import BLOCK, Block, Places, Tokenizer

ENOUGH = 4000  # rows that are worth handing out
HELD = 4 << 20  # bytes that may wait for so many rows
_CLAIMS = ("claim", "remit_claim")  # tables whose open row keeps a batch from ending
_WHOLES = ("transaction_set", "payment")  # tables whose open row stays until its transaction ends

_idle: WeakKeyDictionary[Mappings, list[Transactions]] = WeakKeyDictionary()
"""Compiled mappings that no file is using: compiling costs more than reading a small file."""


class Batch(NamedTuple):
    """Rows by table, and the ids of the transaction sets that are complete with this batch."""

    rows: dict[str, list[Row]]
    finished: list[int]


class Reading:
    """One file being read. Iterate it once; the counts and diagnostics are there when it is exhausted."""

    def __init__(self, stream: BinaryIO, file_id: int, mappings: Mappings, size: int = BLOCK) -> None:
        self._mappings = mappings
        self._file_id = file_id
        self._base = file_id << 32
        self._places = Places()
        self._notes = Notes(mappings.rules, self._places.offset)
        self._tokens = Tokenizer(stream, self._notes.note, self._places, size)
        self._balance = Balance(mappings.tables, self._notes)
        self._wanting = Wanting(mappings, self._notes)
        self._block: Block | None = None
        self.segments = 0
        self.used = 0
        self.unexpected = 0
        self.interchanges = 0
        self.ignored: Counter[str] = Counter()  # by segment name; by set, for sets that are left alone
        self.transactions: Counter[str] = Counter()  # by set
        self.is_x12 = False

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return self._notes.diagnostics()

    @property
    def unsigned(self) -> list[int]:
        """The remittance claims whose amounts are meant as negative: reversals without minus signs."""
        return self._balance.unsigned

    def __iter__(self) -> Iterator[Batch]:
        idle = _idle.setdefault(self._mappings, [])
        self._open = idle.pop() if idle else Transactions(self._mappings)
        self._open.begin(self._notes, self._file_id, self._ahead)
        self._machine = self._open.machine
        try:
            for block in self._tokens.blocks():
                self._run(block)
                if self._places.held > HELD or sum(map(len, self._machine.rows.values())) >= ENOUGH:
                    yield self._batch(self._open_claim())
            yield from self._end()
        finally:
            self.is_x12 = self._tokens.found
            self.unexpected = self._machine.unexpected
            self.interchanges = self._open.envelope.interchanges
            self.ignored = Counter(self._machine.ignored)
            self.transactions = self._open.counts
            idle.append(self._open)

    def _run(self, block: Block) -> None:
        """The hot loop: give every segment of a block to its handler."""
        self._block = block
        separator, repeats = block.delimiters.element, block.repeats
        self._machine.context.component[0] = block.delimiters.component
        here = self._machine.here
        used = 0
        with uncollected():
            for number, segment in enumerate(block.segments, self._base + block.first):
                elements = segment.split(separator)
                if repeats:
                    self._unrepeat(elements, number, block.delimiters.repetition)
                used += here[0][elements[0]](elements, number)
        self.used += used
        self.segments += len(block.segments)

    def _unrepeat(self, elements: list[str], number: int, mark: str) -> None:
        """Keep the first of an element's repetitions, where a column takes the element: no column here has several."""
        mapped = self._open.open.mapped.get(elements[0], ()) if self._open.open is not None else ()
        for index, text in enumerate(elements):
            if index in mapped and mark in text:
                name = f"{elements[0]}{index:02}"
                self._notes.note("element-repeated", number, loop=self._machine.here[0].loop.id, element=name)
                elements[index] = text.partition(mark)[0]

    def _ahead(self, number: int) -> Iterable[str]:
        return self._block.segments[(number & SEGMENT) + 1 - self._block.first :] if self._block is not None else ()

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
        if machine.headless:
            headless.complete(rows, machine.headless, machine.tables)
        if cut is None:
            self._balance.check(rows)
        else:
            self._balance.cut_off(rows)
        for payment in rows["payment"]:
            self._balance.payment(payment, whole=payment[0] != cut)
            if payment[0] != cut:
                self._wanting.check("payment", payment)
        self._notes.read_on(upto, machine.notes.transaction)
        finished, self._open.finished = self._open.finished, []
        transaction = machine.current["transaction_set"][0][0]
        pinned = [] if transaction is None else [transaction & SEGMENT]
        self._places.release(self.segments + 1 if upto is None else upto & SEGMENT, pinned)
        return Batch(rows, finished)

    def _end(self) -> Iterator[Batch]:
        """The file is over: the last batches."""
        if not self._tokens.found:
            self._notes.note("not-x12")
            return
        last = self._base + self.segments
        cut = self._open.finish(last)
        if cut is not None:
            yield self._batch(self._open_claim())
            self._open.close(last)
        yield self._batch(None, cut)


def read(stream: BinaryIO, file_id: int, mappings: Mappings) -> Reading:
    """Read one stream. Iterate over the result for batches; then ask it for counts and diagnostics."""
    return Reading(stream, file_id, mappings)


def _id(row: Row) -> Any:
    return row[0]
