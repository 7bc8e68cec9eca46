"""Read bytes in a test: all rows at once, as dictionaries, and what was wrong."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edi.records import mapping, reader
from edi.x12.diagnostic import Diagnostic
from tests.conftest import shared_folder

Dicts = dict[str, list[dict[str, Any]]]


@cache
def shapes() -> mapping.Mappings:
    return mapping.load()


@dataclass
class Read:
    """One file, read to its end."""

    rows: dict[str, list[list[Any]]]
    finished: list[int]
    reading: reader.Reading

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return self.reading.diagnostics

    @property
    def rules(self) -> list[str]:
        """The names of what was wrong, sorted, repeats included."""
        return sorted(found.rule for found in self.diagnostics)

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table, without the columns that are null."""
        columns = shapes().tables[name].columns
        return [
            {column.name: value for column, value in zip(columns, row, strict=True) if value is not None}
            for row in self.rows[name]
        ]

    def column(self, table: str, name: str) -> list[Any]:
        place = shapes().tables[table].index[name]
        return [row[place] for row in self.rows[table]]

    def balanced_count(self) -> bool:
        """segments = used + ignored by name + unexpected."""
        reading = self.reading
        return reading.segments == reading.used + sum(reading.ignored.values()) + reading.unexpected


def read(data: bytes | str, file_id: int = 1, size: int | None = None) -> Read:
    """Read some bytes. `size` is that of the blocks in which they come."""
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    own = {} if size is None else {"size": size}
    reading = reader.Reading(stream, file_id, shapes(), **own)
    rows: dict[str, list[list[Any]]] = {name: [] for name in shapes().tables}
    finished: list[int] = []
    for batch in reading:
        for name, some in batch.rows.items():
            rows[name] += some
        finished += batch.finished
    return Read(rows, finished, reading)


def examples() -> list[Path]:
    """Our own worked examples."""
    return sorted((Path(__file__).parent / "examples").glob("*.x12"))


def corpus(*folders: str) -> list[Path]:
    """The files of some folders of the shared corpus; none where it is absent."""
    root = shared_folder("corpus")
    found = (path for folder in folders for path in sorted((root / folder).rglob("*"))) if root else ()
    return [path for path in found if path.is_file()]
