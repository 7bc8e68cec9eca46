"""One file into the tables, in one transaction: its rows, its diagnostics, its place among what was delivered before.

In: the messages of one source (reading.py), or a Problem. Out: rows in the database and a FileResult. The content of a
path that was imported before is recognised and left; a transaction whose content is known is kept as a repeat
(identity.py).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from edi.records.sources import STDIN, Problem, Source
from edi.store import across, identity, signs, worklog
from edi.store.database import Database
from edi.store.meter import UNREADABLE, Meter
from edi.store.reading import Message, Rows, Whole
from edi.x12.diagnostic import Diagnostic

PROBLEM_RULES = {"not-x12": "not-x12", "empty": "file-empty", "unreadable": "file-unreadable"}  # by a file's status

Tick = Callable[[int], None]  # is told how many bytes were just read


@dataclass
class FileResult:
    """What became of one file: imported, repeat, known (imported before), skipped, not-x12, empty or unreadable."""

    path: str
    status: str
    sets: Counter[str] = field(default_factory=Counter)  # transactions by kind
    errors: int = 0  # diagnostics of level error
    message: str = ""

    @property
    def needs_person(self) -> bool:
        return self.errors > 0 or self.status in PROBLEM_RULES


class _LeaveAloneError(Exception):
    """Ends a transaction in which there turned out to be nothing to keep."""

    def __init__(self, result: FileResult) -> None:
        super().__init__()
        self.result = result


class Loader:
    """Takes one file after the other into a database. `tick` hears how many bytes were just read."""

    def __init__(self, database: Database, tick: Tick) -> None:
        self._database = database
        self._connection = database.connection
        self._tick = tick
        self._rules = database.mappings.rules
        self._known: dict[str, dict[str, int]] = {}  # place -> SHA-256 -> file number
        for file_id, path, digest in self._connection.execute("SELECT id, path, sha256 FROM file"):
            self._known.setdefault(place(path), {})[digest] = file_id

    def next_number(self) -> int:
        """The number of the next file."""
        return int(self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM file").fetchone()[0])

    def known(self, source: Source) -> FileResult | None:
        """The result for content that was imported from this path before: it is hashed, not parsed."""
        if source.name == STDIN or place(source.name) not in self._known:  # stdin cannot be read twice
            return None
        with suppress(*UNREADABLE), source.open() as stream:
            found = self._known_digest(source.name, Meter(stream).drain())
            if found is not None:
                self._tick(source.size or 0)
            return found
        return None

    def problem(self, problem: Problem, named: bool) -> FileResult:
        """Keep what a person should hear of; a file in a folder that is merely something else is only counted."""
        if not named and (problem.status != "unreadable" or _no_file(problem.name)):
            return FileResult(problem.name, "skipped", message=problem.message)
        with self._database.transaction():
            self._drop_problem(problem.name)
            file_id = self.next_number()
            self._insert("file", id=file_id, path=problem.name, status=problem.status, imported_at=_now())
            self._diagnose(file_id, self._diagnostic(PROBLEM_RULES[problem.status], problem.message))
        return FileResult(problem.name, problem.status, errors=1, message=problem.message)

    def load(self, file_id: int, path: str, named: bool, messages: Iterator[Message]) -> FileResult:
        """Take the messages of one source. `named`: its path was given itself, so a person hears of no X12 in it."""
        first = next(messages)
        if isinstance(first, Problem):
            return self.problem(first, named)
        try:
            with self._database.transaction():
                whole = self._insert_rows(chain([first], messages))
                self._finish(file_id, path, named, whole)
                return self._result(file_id)
        except _LeaveAloneError as left:
            return left.result

    def _insert_rows(self, messages: Iterator[Message]) -> Whole:
        """Insert the rows of one source as they come."""
        done = 0
        for message in messages:
            if isinstance(message, Whole):
                self._tick(message.size - done)
                return message
            assert isinstance(message, Rows)
            for table, rows in message.rows.items():
                self._connection.executemany(self._database.inserts[table], rows)
            self._tick(message.size - done)
            done = message.size
        raise EOFError("a source has no end")

    def _finish(self, file_id: int, path: str, named: bool, whole: Whole) -> None:
        """Keep what there is to say of a file whose rows are in, and settle which of its transactions count."""
        known = self._known_digest(path, whole.digest)
        if known is not None:
            raise _LeaveAloneError(known)
        if not (whole.is_x12 or named or whole.failed):
            raise _LeaveAloneError(FileResult(path, "skipped"))
        self._drop_problem(path)
        self._insert(
            "file",
            id=file_id,
            path=path,
            sha256=whole.digest,
            size_bytes=whole.size,
            imported_at=_now(),
            status="imported" if whole.is_x12 else "unreadable" if whole.failed else "not-x12",
            kinds=" ".join(sorted(whole.sets)),
            segments=whole.segments,
            used=whole.used,
            ignored=whole.ignored,
            unexpected=whole.unexpected,
            interchanges=whole.interchanges,
            transactions=whole.sets.total(),
        )
        self._diagnose(file_id, *whole.diagnostics)
        signs.negate(self._connection, whole.unsigned, worklog.span(file_id)[1])
        across.note(self._connection, *worklog.span(file_id))
        for delivery in identity.deliveries(self._database, "t.file_id = ?", file_id):
            identity.settle(self._database, delivery.id)
        self._known.setdefault(place(path), {})[whole.digest] = file_id

    # -- what is known already ----------------------------------------------------------------------------------------

    def _known_digest(self, path: str, digest: str) -> FileResult | None:
        file_id = self._known.get(place(path), {}).get(digest)
        return self._result(file_id, "known") if file_id is not None else None

    def _result(self, file_id: int, status: str | None = None) -> FileResult:
        """The result of a file, from what the database holds of it."""
        query = self._connection.execute
        path, stored = query("SELECT path, status FROM file WHERE id = ?", (file_id,)).fetchone()
        sets = query("SELECT set_code, count(*) FROM transaction_set WHERE file_id = ? GROUP BY set_code", (file_id,))
        (errors,) = query(
            "SELECT count(*) FROM diagnostic WHERE file_id = ? AND level = 'error'", (file_id,)
        ).fetchone()
        message = f"{path} holds no X12 that can be read." if stored in PROBLEM_RULES else ""
        return FileResult(path, status or stored, Counter(dict(sets)), errors, message)

    # -- writing ------------------------------------------------------------------------------------------------------

    def _insert(self, table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO [{table}] ({', '.join(values)}) VALUES ({marks})", list(values.values()))

    def _diagnose(self, file_id: int, *found: Diagnostic) -> None:
        for one in found:
            self._insert(
                "diagnostic",
                file_id=file_id,
                rule=one.rule,
                level=one.level,
                transaction_id=one.transaction,
                segment=one.segment,
                offset=one.offset,
                loop=one.loop,
                element=one.element,
                value=one.value,
                message=one.message,
                action=one.action,
            )

    def _diagnostic(self, rule: str, message: str) -> Diagnostic:
        """A diagnostic of the file as a whole."""
        entry = self._rules[rule]
        return Diagnostic(rule, entry.level, None, None, None, None, None, None, message, entry.action)

    def _drop_problem(self, path: str) -> None:
        """Forget what was wrong with a path the last time, now that it is looked at again."""
        unread = "SELECT id FROM file WHERE path = ? AND sha256 IS NULL"
        self._connection.execute(f"DELETE FROM diagnostic WHERE file_id IN ({unread})", (path,))
        self._connection.execute("DELETE FROM file WHERE path = ? AND sha256 IS NULL", (path,))


def place(path: str) -> str:
    """One name for the ways to write a path. Links are not followed: they are other names."""
    return os.path.abspath(path)  # noqa: PTH100


def _no_file(path: str) -> bool:
    """Whether a path that cannot be read is a pipe, a device or a folder that leads back: nothing is missing then."""
    return os.access(path, os.R_OK) and not Path(path).is_file()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
