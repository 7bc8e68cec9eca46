"""Sources into messages: the rows of each, a batch at a time, then what there is to say of the whole.

In: sources of the reading floor. Out: for each, in order, either a Problem (it could not be opened), or Rows and at
last a Whole. Nothing here knows a database, so this half of an import may run in a process of its own (ahead.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from edi.records import reader
from edi.records.mapping import Mappings
from edi.records.sources import Problem, Source
from edi.store.meter import UNREADABLE, Meter, reason
from edi.x12.diagnostic import Diagnostic


@dataclass(frozen=True)
class Rows:
    """Rows by table, and how many bytes of the source have been read."""

    rows: dict[str, list[list[Any]]]
    size: int


@dataclass(frozen=True)
class Whole:
    """A source that was read to its end. `failed`: it could not be read further. `ignored` counts segments."""

    digest: str
    size: int
    failed: bool
    is_x12: bool
    sets: Counter[str]
    segments: int
    used: int
    ignored: int
    unexpected: int
    interchanges: int
    diagnostics: list[Diagnostic]
    unsigned: list[int]  # remittance claims whose amounts are meant as negative


Message = Rows | Whole | Problem


def read_sources(sources: Iterable[Source], first: int, mappings: Mappings) -> Iterator[Message]:
    """Read each source; files are numbered from `first`."""
    for file_id, source in enumerate(sources, start=first):
        try:
            stream = source.open()
        except UNREADABLE as error:
            yield Problem(source.name, "unreadable", f"{source.name}: {reason(error)}.", source.named)
            continue
        with stream:
            yield from _read(Meter(stream), file_id, mappings)


def _read(meter: Meter, file_id: int, mappings: Mappings) -> Iterator[Message]:
    reading = reader.read(cast(BinaryIO, meter), file_id, mappings)
    for batch in reading:
        yield Rows(batch.rows, meter.size)
    digest = meter.drain()
    yield Whole(
        digest=digest,
        size=meter.size,
        failed=meter.failed,
        is_x12=reading.is_x12,
        sets=reading.transactions,
        segments=reading.segments,
        used=reading.used,
        ignored=reading.ignored.total(),
        unexpected=reading.unexpected,
        interchanges=reading.interchanges,
        diagnostics=reading.diagnostics,
        unsigned=reading.unsigned,
    )
