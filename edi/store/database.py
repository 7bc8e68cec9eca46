"""One SQLite file of ours: made, recognised, grown to the present shape, and changed in whole transactions.

In: a path and the data files (their mappings say what the tables look like). Out: a Database with the tables, or a
StoreError whose message is one sentence for whoever typed the path. Nothing here reads X12.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database as SqliteUtils

from edi.records import mapping
from edi.resources import Resources
from edi.store import schema, worklog
from edi.store.migrations import APPLICATION_ID, known_steps, migrations

LOCK_WAIT = 30.0  # seconds to wait for another edi that is writing
CACHE = 64 << 10  # KiB of pages in memory: the upper floors of every index of millions of rows
SENTENCES = {
    "SQLITE_FULL": "the disk is full; nothing of what was being written is kept: {path}",
    "SQLITE_READONLY": "cannot write to the database: {path}",
    "SQLITE_CANTOPEN": "cannot open the database or a file beside it: {path}",
    "SQLITE_PERM": "cannot open the database: {path}",
    "SQLITE_BUSY": "another program is writing to the database; try again when it is done: {path}",
    "SQLITE_LOCKED": "another program is writing to the database; try again when it is done: {path}",
    "SQLITE_IOERR": "cannot read or write the database (disk error, or no room); nothing half written is kept: {path}",
    "SQLITE_CORRUPT": "the database is damaged: {path}",
    "SQLITE_NOTADB": "not an edi database: {path}",
    "SQLITE_TOOBIG": "a value is too big for the database: {path}",
}


class StoreError(Exception):
    """The database cannot be used. The message is one sentence and names the file."""


class Database:
    """An open database of ours. `connection` is sqlite3's, `db` is sqlite-utils' view of the same connection."""

    def __init__(self, path: Path, connection: sqlite3.Connection, mappings: mapping.Mappings) -> None:
        self.path = path
        self.connection = connection
        self.mappings = mappings
        self.db = SqliteUtils(connection)
        self.own_tables = schema.own_tables()
        self.record_tables = mappings.tables
        self.inserts = {name: schema.insert(table) for name, table in mappings.tables.items()}

    @classmethod
    def open(cls, path: str | Path, resources: Resources, create: bool = False) -> Database:
        """The database at `path`, grown to the present shape; `create` makes it where it is missing or empty.

        Raises StoreError for a path that is no database of ours or cannot be used, ResourceError for broken mappings.
        """
        path = Path(path)
        mappings = mapping.load(resources)
        made = create and not path.exists()
        if create:
            _make_file(path)
        elif not path.exists():
            raise StoreError(f"no such database: {path}")
        with _sentences(path):
            connection = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None)
            connection.execute(f"PRAGMA cache_size = -{CACHE}")
        database = cls(path, connection, mappings)
        try:
            database._prepare(resources, create)
        except BaseException:
            database.close()
            if made and path.stat().st_size == 0:  # a full disk leaves nothing behind
                path.unlink()
            raise
        return database

    def _prepare(self, resources: Resources, create: bool) -> None:
        """Refuse what is not ours; bring what is ours up to date, in one transaction."""
        with _sentences(self.path):
            empty = self._pragma("page_count") == 0
            if self._pragma("application_id") != APPLICATION_ID and not (empty and create):
                raise StoreError(f"not an edi database: {self.path}")
            done = {step.name for step in migrations.applied(self.db)}
        if done - known_steps():
            raise StoreError(f"made by a newer version of edi: {self.path}")
        tables = [*self.record_tables.values(), *self.own_tables.values()]
        old = empty or migrations.pending(self.db) or schema.lacks(self.db, tables)
        if old or (create and schema.lookups_differ(self.db, resources)):
            with self.transaction():
                schema.drop_views(self.db)
                migrations.apply(self.db)
                schema.grow(self.db, tables)
                schema.load_lookups(self.db, resources)

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed at the end, rolled back by any exception (SQLite's come out as StoreError)."""
        with _sentences(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite may have rolled back already
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """While many transactions follow each other: a write-ahead log, so that not each of them waits for the disk.

        The log is gone at the end. Who is killed leaves it behind, and whoever opens the database next finds it.
        """
        with _sentences(self.path):
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # someone else is reading: the log stays until the next import
                self.connection.execute("PRAGMA journal_mode = DELETE")
                self.connection.execute("PRAGMA synchronous = FULL")

    def index(self) -> None:
        """Create the indexes that look-ups need and that a fresh database does not have before its load."""
        with self.transaction():
            schema.index(self.db, schema.LATE_INDEXES)

    def clear_analysis(self) -> None:
        """Empty what the analysis derived, so that the next one starts anew. Call inside a transaction."""
        for table in (*schema.DERIVED, *schema.WORKLOG):
            self.connection.execute(f"DELETE FROM [{table}]")
        self.connection.execute("DELETE FROM diagnostic WHERE outcome_id IS NOT NULL")
        self.connection.execute("UPDATE file SET analysed = NULL")

    @property
    def analysed(self) -> bool:
        """Whether the analysis has run since the records last changed."""
        return not (worklog.new_files(self.connection) or worklog.stale_keys(self.connection))

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make_file(path: Path) -> None:
    """An empty file that only its owner can read (SQLite gives its journals the same mode); one that exists stays."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.is_dir():
            raise StoreError(f"a folder, not a database: {path}") from None
        if path.is_file() and path.stat().st_size == 0:
            with suppress(OSError):
                path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"cannot create the database ({error.strerror}): {path}") from None


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """SQLite's errors that a person can cause, as StoreErrors in plain words; a mistake in our SQL stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        for prefix, sentence in SENTENCES.items():
            if name.startswith(prefix):
                raise StoreError(sentence.format(path=path)) from error
        raise
