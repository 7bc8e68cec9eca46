"""Files into tables: each file in one transaction, each content counted once.

In: the paths that a person gave. Out: the rows of every X12 file below them in the database, and an ImportResult that
says what became of each file. Input never raises; a StoreError comes from the database alone (disk full, locked,
unwritable), and then nothing of the file at hand is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from edi.records.sources import Problem, Source, discover
from edi.store import across
from edi.store.database import Database
from edi.store.loading import FileResult, Loader, Tick

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass
class ImportResult:
    """All files of one import, and the paths that held no X12 at all."""

    files: list[FileResult] = field(default_factory=list)
    barren: list[str] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        return bool(self.barren) or any(file.needs_person for file in self.files)

    def having(self, *statuses: str) -> list[FileResult]:
        return [file for file in self.files if file.status in statuses]


def import_paths(database: Database, paths: Sequence[str], progress: Progress | None = None) -> ImportResult:
    """Import every X12 file below `paths`. What is in the database already is left as it is."""
    found = list(discover(paths))
    loader = Loader(database, _ticker(found, progress))
    result = ImportResult(barren=_barren(paths, found))
    for one in found:
        named = one.name in paths
        result.files.append(loader.problem(one, named) if isinstance(one, Problem) else loader.source(one, named))
    database.index()
    with database.transaction():
        across.refresh(database)
    return result


def _barren(paths: Iterable[str], found: Iterable[Source | Problem]) -> list[str]:
    """The folders and archives among `paths` that hold no X12."""
    told = {one.name for one in found}
    fruitful = [one.name for one in found if isinstance(one, Source)]

    def bears(path: str) -> bool:
        return path in told or any(name.startswith((f"{path.rstrip('/')}/", f"{path}!")) for name in fruitful)

    return [path for path in paths if not bears(path)]


def _ticker(found: Iterable[Source | Problem], progress: Progress | None) -> Tick:
    """Adds up the bytes that were read, for `progress`."""
    total = sum(one.size or 0 for one in found if isinstance(one, Source))
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(min(done, total), total)

    return tick
