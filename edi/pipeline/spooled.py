"""Rows that are read several times and are too many to hold: kept in a nameless temporary file.

The file has no name in any folder and is gone with the program, as the temporary files of SQLite are.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Collection, Iterable, Iterator
from sys import intern
from typing import Any

Row = dict[str, Any]


class Spooled(Collection[Row]):
    """The rows of an iterable, which is read once, here: dictionaries of plain values with the same keys."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is
        self._keys: list[str] = []
        self._length = 0
        for row in rows:
            self._keys = self._keys or [intern(key) for key in row]
            marshal.dump(list(row.values()), self._file)
            self._length += 1

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        """The rows in their order, read from the file one at a time; one reader after the other."""
        self._file.seek(0)
        for _ in range(self._length):
            yield dict(zip(self._keys, marshal.load(self._file), strict=True))

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)
