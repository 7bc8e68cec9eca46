"""Bytes -> blocks of segments, streamed: the floor that everything else stands on.

In: a binary stream, anything from a clean file to wreckage. Out: `Block`s, each a list of segment texts under one
set of delimiters, with the raw bytes they were cut from. Line breaks, indentation, wrapping and padding are
formatting and are gone from the segments; empty segments are dropped. Work is done a block at a time at C speed;
whatever is rare (padding, NUL bytes, a second interchange) is looked for in the whole block first and costs nothing
where it is absent.

Numbers: a segment number counts from 1 at the first segment of the file. Offsets are bytes of the stream as it was
given.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from edi.x12.delimiters import HEADER, Delimiters, Header, next_isa, of_isa, of_orphan

BLOCK = 1 << 18
LONGEST = 1 << 26  # a segment longer than this is cut: no memory is spent on what cannot be a segment
LONG = 1 << 16
BLANK = b" \t\r\n\0\x1a"

Report = Callable[..., None]


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Block(NamedTuple):
    """Some segments of one interchange. `first` is the number of segments[0]; `raw` begins at byte `offset`."""

    segments: list[str]
    delimiters: Delimiters
    first: int
    offset: int
    raw: bytes
    repeats: bool  # some element holds the repetition separator


class Places:
    """Where segments stand in the stream: known for the blocks still held, and for segments that were pinned."""

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque()
        self._pinned: dict[int, int | None] = {}
        self.held = 0  # bytes of the blocks that are held
        self.scale = 1  # bytes of the file for each byte of the transcoded stream (2 for UTF-16)
        self.shift = 0

    def hold(self, block: Block) -> None:
        self._blocks.append(block)
        self.held += len(block.raw)

    def release(self, before: int, pinned: list[int]) -> None:
        """Forget the blocks whose segments are all numbered below `before`, but for the segments in `pinned`."""
        if len(self._blocks) > 1 and self._blocks[1].first <= before:
            self._pinned = {number: self.offset(number) for number in pinned}
            while len(self._blocks) > 1 and self._blocks[1].first <= before:
                self.held -= len(self._blocks.popleft().raw)

    def offset(self, number: int) -> int | None:
        """The byte at which segment `number` begins; None when its block is no longer held."""
        if number in self._pinned:
            return self._pinned[number]
        block = next((held for held in reversed(self._blocks) if held.first <= number), None)
        if block is None or number - block.first >= len(block.segments):
            return None
        return (block.offset + _start(block, number - block.first)) * self.scale + self.shift


def _start(block: Block, index: int) -> int:
    """The offset in block.raw of its segment `index`."""
    raw, terminator = block.raw, block.delimiters.terminator.encode("latin-1")
    pieces = raw.split(terminator, index)
    if len(pieces) > index and all(map(bytes.strip, pieces)):  # no piece is blank: piece and segment are the same
        at = len(raw) - len(pieces[index])
    else:
        at, left = 0, index
        for piece in raw.split(terminator):
            if piece.strip(BLANK):
                if not left:
                    break
                left -= 1
            at += len(piece) + len(terminator)
    return at + len(raw[at:]) - len(raw[at:].lstrip(BLANK))


class Tokenizer:
    """Reads one stream. `report(rule, number, value=, offset=)` is told of what is wrong with the bytes themselves."""

    def __init__(self, stream: Readable, report: Report, places: Places, size: int = BLOCK) -> None:
        self._stream: Readable = stream
        self._report = report
        self._places = places
        self._size = size
        self._ended = False
        self._told: set[str] = set()
        self._number = 1  # of the next segment
        self.found = False  # whether this is X12 at all

    def blocks(self) -> Iterator[Block]:
        """Every block of the file; none when it is not X12 (then `found` stays False)."""
        data, offset = self._beginning()
        delimiters: Delimiters | None = None
        while data:  # once an interchange: data begins with its ISA
            data = self._enough(data)
            header = _header(data, delimiters is None)
            if header is not None:
                delimiters = header.delimiters
                for rule, value in header.faults:
                    self._report(rule, self._number, value=value, offset=offset)
            if delimiters is None:
                return
            self.found = True
            terminator = delimiters.terminator.encode("latin-1")
            starts, seen = header is not None, 3
            while True:  # once a block
                cut = next_isa(data, seen, terminator)
                end = cut if cut >= 0 else len(data) if self._ended else data.rfind(terminator) + 1
                if end:
                    yield from self._block(data[:end], delimiters, offset, starts)
                    data, offset, starts, seen = data[end:], offset + end, False, 0
                if cut >= 0 or self._ended:
                    break
                data, lost = self._more(data, terminator)
                offset += lost

    def _beginning(self) -> tuple[bytes, int]:
        """The first bytes from the first ISA, GS or ST on, and their offset. Transcodes UTF-16."""
        data = self._enough(b"")
        marked = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        little = data[:2] == codecs.BOM_UTF16_LE or (not marked and data[1:8:2] == bytes(4))
        if marked or little or data[:8:2] == bytes(4):
            self._places.scale, self._places.shift = 2, 2 if marked else 0
            self._stream = _Transcoded(data[2 if marked else 0 :], self._stream, "utf-16-le" if little else "utf-16-be")
            self._ended = False
            data = self._enough(b"")
            self._tell("utf-16", 1)
        start = 3 if data[:3] == codecs.BOM_UTF8 else 0
        if start:
            self._tell("byte-order-mark", 1)
        start += len(data) - start - len(data[start:].lstrip(BLANK))
        if _header(data[start:], True) is None:
            found = next_isa(data, start, b"\n")
            if found >= 0:
                self._tell("junk-before", 1, value=str(found - start))
                start = found
        return data[start:], start

    def _read(self) -> bytes:
        try:
            chunk = self._stream.read(self._size)
        except OSError as error:
            self._tell("file-unreadable", self._number, value=error.strerror or str(error))
            chunk = b""
        self._ended = not chunk
        return chunk

    def _enough(self, data: bytes) -> bytes:
        """`data` with at least a header's worth of bytes, so that the delimiters can be found."""
        while len(data) < HEADER and not self._ended:
            data += self._read()
        return data

    def _more(self, data: bytes, terminator: bytes) -> tuple[bytes, int]:
        """`data` grown until it holds a terminator, and how many bytes of an impossible segment were dropped."""
        pieces, length, lost = [data], len(data), 0
        while True:
            chunk = self._read()
            pieces.append(chunk)
            length += len(chunk)
            if self._ended or terminator in chunk:
                return b"".join(pieces), lost
            if length > LONGEST:
                lost += length - LONG
                pieces, length = [b"".join(pieces)[:LONG]], LONG
                self._tell("segment-cut", self._number)

    def _block(self, raw: bytes, delimiters: Delimiters, offset: int, starts: bool) -> Iterator[Block]:
        segments = self._cut(raw, delimiters, offset, starts)
        if segments:
            mark = delimiters.repetition.encode("latin-1")
            repeats = bool(mark) and raw.count(mark) > starts  # ISA11 is the mark itself
            block = Block(segments, delimiters, self._number, offset, raw, repeats)
            self._number += len(segments)
            self._places.hold(block)
            yield block

    def _cut(self, raw: bytes, delimiters: Delimiters, offset: int, starts: bool) -> list[str]:
        """The segments of some whole segments' bytes, free of formatting."""
        element, _, _, terminator = delimiters
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            text = raw.decode("latin-1")
            self._tell("not-utf8", self._number, offset=offset + error.start)
        if "\0" in text or "\x1a" in text:
            if text.strip("\0\x1a\r\n \t").count("\0"):
                self._tell("nul-bytes", self._number, offset=offset + max(raw.find(b"\0"), 0))
            text = text.replace("\0", "").replace("\x1a", "")
        if terminator != "\r" and "\r" in text:
            text = text.replace("\r", "")
        if terminator != "\n" and "\n" in text:
            text = self._unwrapped(text, terminator)
        segments = text.split(terminator)
        if not segments[-1]:
            segments.pop()
        if terminator + " " in text or terminator + terminator in text or text[:1] in (" ", "\n", "\r") or "\t" in text:
            segments = [stripped for segment in segments if (stripped := segment.strip(" \t\r\n"))]
        if element + " " in text or " " + element in text or " " + terminator in text:
            header = segments[:1] if starts else []
            segments = header + [
                segment if " " not in segment else _unpadded(segment, delimiters) for segment in segments[len(header) :]
            ]
        if len(raw) > 2 * self._size and segments:
            longest = max(range(len(segments)), key=lambda at: len(segments[at]))
            if len(segments[longest]) > LONG:
                self._tell("segment-long", self._number + longest, value=str(len(segments[longest])))
        return segments

    def _unwrapped(self, text: str, terminator: str) -> str:
        """`text` without its line breaks. Those that do not follow a terminator are told of: wrapped lines."""
        text = text.strip("\n")
        if text.count("\n") != text.count(terminator + "\n"):
            if re.search("[^" + re.escape(terminator) + r" \t\n][ \t]*\n", text):
                self._tell("wrapped-lines", self._number)
            elif re.search(r"\n[ \t]*\n", text):
                self._tell("blank-lines", self._number)
        return text.replace("\n", "")

    def _tell(self, rule: str, number: int, value: str = "", offset: int | None = None) -> None:
        """Report a property of the whole file, once."""
        if rule not in self._told:
            self._told.add(rule)
            self._report(rule, number, value=value, offset=offset)


def _header(data: bytes, first: bool) -> Header | None:
    """The header that `data` begins with: of an interchange, or (at the file's beginning) of one that lost its ISA."""
    if data[:3].upper() == b"ISA":
        return of_isa(data[:HEADER])
    return of_orphan(data[:HEADER]) if first else None


def _unpadded(segment: str, delimiters: Delimiters) -> str:
    """A segment without the blanks around its elements; the first element keeps them, so that the reader can say so."""
    elements = segment.split(delimiters.element)
    return delimiters.element.join(elements[:2] + [element.strip(" ") for element in elements[2:]])


class _Transcoded:
    """A UTF-16 stream as UTF-8 bytes."""

    def __init__(self, head: bytes, stream: Readable, encoding: str) -> None:
        self._head = head
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def read(self, size: int) -> bytes:
        while True:
            data, self._head = self._head + self._stream.read(size), b""
            text = self._decoder.decode(data, final=not data)
            if text or not data:
                return text.encode("utf-8")
