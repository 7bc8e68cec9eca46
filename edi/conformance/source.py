"""The segments of a stream one by one, with a look ahead. In: a binary stream. Out: Pieces, numbered from the file's
first ISA as everywhere, cut by the same tokenizer as the import.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from edi.x12.delimiters import Delimiters
from edi.x12.tokens import BLANK, Block, Places, Tokenizer


class Piece(NamedTuple):
    """One segment: its number, its text without terminator, its elements (the id first) and the delimiters."""

    number: int
    text: str
    elements: list[str]
    delimiters: Delimiters


class Pieces:
    """Iterates over the segments of `stream`. `faults` are (rule, number) of what was wrong with the bytes themselves.

    The tokenizer takes padding off the elements, which is right for reading; `padded` leaves it on, for checking.
    """

    def __init__(self, stream: BinaryIO, padded: bool = False) -> None:
        self._padded = padded
        self.places = Places()
        self.indented = 0  # segments that begin with spaces; counted only where padding is kept
        self.broken = False  # the stream could not be read to its end
        self._tokenizer = Tokenizer(stream, self._heard, self.places)
        self._ahead: deque[Piece] = deque()
        self._rest = self._read()

    @property
    def found(self) -> bool:
        """Whether the stream is X12 at all; known after the first segment was asked for."""
        return self._tokenizer.found

    def _heard(self, rule: str, number: int, **more: object) -> None:
        """What is wrong with the bytes is the import's business; here it shows as what it does to segments."""
        del number, more
        self.broken = self.broken or rule == "file-unreadable"

    def _read(self) -> Iterator[Piece]:
        for block in self._tokenizer.blocks():
            delimiters = block.delimiters
            for at, text in enumerate(self._as_sent(block) if self._padded else block.segments):
                yield Piece(block.first + at, text, text.split(delimiters.element), delimiters)
            self.places.release(block.first, [])

    def __iter__(self) -> Iterator[Piece]:
        while True:
            if self._ahead:
                yield self._ahead.popleft()
                continue
            piece = next(self._rest, None)
            if piece is None:
                return
            yield piece

    def ahead(self, limit: int) -> Iterator[Piece]:
        """The next segments up to the end of the transaction, `limit` at most, without taking them."""
        for at in range(limit):
            if at >= len(self._ahead):
                piece = next(self._rest, None)
                if piece is None:
                    return
                self._ahead.append(piece)
            if self._ahead[at].elements[0] in ("SE", "ST"):
                return
            yield self._ahead[at]

    def _as_sent(self, block: Block) -> list[str]:
        """The segments of a block with the padding of their elements."""
        if b" " not in block.raw:
            return block.segments
        terminator = block.delimiters.terminator.encode("latin-1")
        pieces = [piece for piece in block.raw.split(terminator) if piece.strip(BLANK)]
        if len(pieces) != len(block.segments):
            return block.segments
        self.indented += sum(piece.lstrip(b"\r\n").startswith(b" ") for piece in pieces)
        texts = [piece.lstrip(BLANK).translate(None, b"\r\n").decode("utf-8", "replace") for piece in pieces]
        return [*texts[:-1], texts[-1].rstrip()]
