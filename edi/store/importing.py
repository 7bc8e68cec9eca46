"""Files into tables: each file in one transaction, each content counted once.

In: the paths that a person gave. Out: the rows of every X12 file below them in the database, and an ImportResult that
says what became of each file. Input never raises; a StoreError comes from the database alone (disk full, locked,
unwritable), and then nothing of the file at hand is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from edi.records.mapping import Mappings
from edi.records.sources import Problem, Source, discover
from edi.store import across
from edi.store.ahead import ahead, possible
from edi.store.database import Database
from edi.store.loading import FileResult, Loader, Tick
from edi.store.reading import Message, read_sources

WORTH_A_PROCESS = 8 << 20  # bytes: below this, starting a second process costs more than it brings
UNKNOWN_SIZE = 1 << 20  # what a packed source or stdin is taken for

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
    total = sum(one.size or 0 for one in found if isinstance(one, Source))
    loader = Loader(database, _ticker(total, progress))
    result = ImportResult(barren=_barren(paths, found))
    unread: list[Source] = []
    for one in found:
        done = loader.problem(one, one.name in paths) if isinstance(one, Problem) else loader.known(one)
        if done is not None:
            result.files.append(done)
        elif isinstance(one, Source):
            unread.append(one)
    first = loader.next_number()
    with database.bulk(), closing(_messages(unread, first, database.mappings)) as messages:
        for file_id, source in enumerate(unread, start=first):
            result.files.append(loader.load(file_id, source.name, source.name in paths, messages))
        database.index()
        with database.transaction():
            across.refresh(database)
    result.files.sort(key=lambda file: file.path)
    return result


def _messages(sources: Sequence[Source], first: int, mappings: Mappings) -> Generator[Message, None, None]:
    """Read the sources: in a process of its own where there is enough to read for both of us."""

    def read() -> Iterator[Message]:
        return read_sources(sources, first, mappings)

    large = sum(source.size or UNKNOWN_SIZE for source in sources) >= WORTH_A_PROCESS
    yield from ahead(read) if large and possible() else read()


def _barren(paths: Iterable[str], found: Iterable[Source | Problem]) -> list[str]:
    """The folders and archives among `paths` that hold no X12."""
    told = {one.name for one in found}
    fruitful = [one.name for one in found if isinstance(one, Source)]

    def bears(path: str) -> bool:
        return path in told or any(name.startswith((f"{path.rstrip('/')}/", f"{path}!")) for name in fruitful)

    return [path for path in paths if not bears(path)]


def _ticker(total: int, progress: Progress | None) -> Tick:
    """Adds up the bytes that were read, for `progress`."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(min(done, total), total)

    return tick
