"""What is fuzzed: functions of some bytes that raise when a promise is broken.

Each is one floor of the reader, so that a short search reaches its corners: values, the tokenizer, the whole reader on
either kind of file, and the archives that a file may come in.
"""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from edi.records import reader
from edi.records.sources import Source, discover
from edi.store.meter import Meter
from edi.x12.tokens import Places, Tokenizer
from edi.x12.values import READERS, cents
from tests import invariants
from tests.goodfiles import claims, enclosed, remittance, written
from tests.reading import examples, shapes

SIZES = (1, 7, 64, 1000, 1 << 18)  # of the blocks in which a stream is read


def values(data: bytes) -> None:
    """Every type reads any text; money is what decimal arithmetic makes of it."""
    text = data.decode("utf-8", "replace")
    for read in READERS.values():
        value, rule = read(text)
        assert text or (value is None and rule is None)
        assert rule is None or rule in shapes().rules
    assert (cents(text)[0] or 0) == invariants.cents(text)


def tokens(data: bytes) -> None:
    """Blocks follow each other without a gap, their segments hold no terminator, and places are places in the file.

    The first byte chooses the size of the blocks: no size changes the segments.
    """
    size, data = SIZES[data[0] % len(SIZES)] if data else 1, data[1:]
    whole, pieces = cut(data, 1 << 18), cut(data, size)
    if whole and whole[0][1] == 0:  # else junk precedes: an ISA is looked for in the first block only
        assert whole == pieces


def cut(data: bytes, size: int) -> list[tuple[str, int | None]]:
    """Every segment with its offset."""
    places = Places()
    found: list[tuple[str, int | None]] = []
    end = None
    for block in Tokenizer(io.BytesIO(data), lambda *_, **__: None, places, size).blocks():
        assert end is None or block.offset >= end
        assert block.first == len(found) + 1
        end = block.offset + len(block.raw)
        for number, segment in enumerate(block.segments, block.first):
            assert segment
            assert block.delimiters.terminator not in segment
            at = places.offset(number)
            assert at is not None
            assert 0 <= at <= 2 * len(data) + 2
            found.append((segment, at))
    return found


def whole(data: bytes) -> None:
    """The whole reader, whatever the file is. One input of 16 is also given to the interpreter, which is slow."""
    if zlib.crc32(data) % 16:
        invariants.same_cents(data, invariants.check(data))
    else:
        invariants.agree(data)


def archives(data: bytes) -> None:
    """A packed file ends in rows, in a fault of the stream, or in one sentence; never in an exception."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        for one in discover([str(path)]):
            if isinstance(one, Source):
                with one.open() as stream:
                    reading = reader.read(cast(io.BytesIO, Meter(stream)), 1, shapes())
                    for _ in reading:
                        pass
                    assert reading.segments == reading.used + reading.ignored.total() + reading.unexpected
            else:
                assert one.message.startswith(str(path))
                assert one.message.endswith(".")
        assert sorted(Path(folder).iterdir()) == [path]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "values": values,
    "tokens": tokens,
    "remittances": whole,
    "claims": whole,
    "archives": archives,
}


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with."""
    good = {
        "835": written(enclosed(remittance("E", ["R1", "R2"]), "835", "005010X221A1", "HP")),
        "837": written(enclosed(claims(["C1", "C2"]), "837", "005010X222A1", "HC")),
    }
    own = {kind: [path.read_bytes() for path in examples() if kind in path.name] for kind in good}
    if target == "values":
        return [b"12.50", b"-0.005", b"20260305-20260307", b"2026-03-05T10:00", b"260305", b"2.5", b"1e5"]
    if target == "tokens":
        return [
            bytes([at]) + data
            for at in range(len(SIZES))
            for data in (*good.values(), good["835"].replace(b"~\n", b"\r\n"))
        ]
    if target == "archives":
        return [
            packed
            for data in good.values()
            for packed in (data, gzip.compress(data), zipped(data), zipped(data, zipfile.ZIP_STORED))
        ]
    kind = {"remittances": "835", "claims": "837"}[target]
    return [good[kind], *own[kind]]


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.edi", data)
    return made.getvalue()
