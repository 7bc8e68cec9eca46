"""Rows that are read several times and are too many to hold: kept in a nameless temporary file.

The file has no name in any folder and is gone with the program, as the temporary files of SQLite are.
"""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from sys import intern
from typing import Any, overload

Row = dict[str, Any]

PLAIN = 2  # the newest version of marshal without references between values: half the time to read


class Spooled(Sequence[Row]):
    """The rows of an iterable, which is read once, here: dictionaries of plain values with the same keys."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is
        self._keys: list[str] = []
        self._ends = array("q", [0])  # where each row ends and the next begins
        end = 0
        for row in rows:
            self._keys = self._keys or [intern(key) for key in row]
            end += self._file.write(marshal.dumps(list(row.values()), PLAIN))
            self._ends.append(end)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[Row]:
        """The rows in their order, read from the file one at a time."""
        for begin, end in pairwise(self._ends):
            yield self._read(begin, end)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        at = range(len(self))[place]
        if isinstance(at, range):
            return [self._read(self._ends[one], self._ends[one + 1]) for one in at]
        return self._read(self._ends[at], self._ends[at + 1])

    def _read(self, begin: int, end: int) -> Row:
        self._file.seek(begin)
        return dict(zip(self._keys, marshal.loads(self._file.read(end - begin)), strict=True))
