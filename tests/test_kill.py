"""Killed at any moment, an import leaves whole files only, and the next one completes the work."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from edi.resources import Resources
from edi.store.ahead import possible
from edi.store.database import Database
from edi.store.importing import import_paths
from tests.edifiles import Case, batch, remittance, write_835, write_837
from tests.storepicture import picture

IMPORT = """
import sys
from edi.resources import Resources
from edi.store import importing
from edi.store.database import Database
importing.WORTH_A_PROCESS = int(sys.argv[1])
with Database.open(sys.argv[2], Resources(), create=True) as database:
    print("open", flush=True)
    importing.import_paths(database, sys.argv[3:])
"""


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few files that each take some time, repeats among them."""
    folder = tmp_path_factory.mktemp("inbox")
    cases = [Case(f"A{number}") for number in range(400)]
    for number in range(3):
        write_837(folder / f"claims-{number}.837", batch(cases, reference=f"B{number}"))
        write_835(folder / f"remits-{number}.835", remittance(cases, trace=f"T{number}"))
    write_835(folder / "again.835", remittance(cases, trace="T0"))
    return folder


@pytest.fixture(scope="module")
def whole(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The database of an import that nobody disturbed."""
    database = Database.open(tmp_path_factory.mktemp("whole") / "store.db", Resources(), create=True)
    import_paths(database, [str(inbox)])
    return database


def start(path: Path, inbox: Path, apart: bool = False) -> subprocess.Popen[str]:
    """Begin an import, with a reading process of its own when `apart`."""
    command = [sys.executable, "-c", IMPORT, "0" if apart else str(1 << 60), str(path), str(inbox)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def rows_by_file(database: Database) -> dict[str, Counter[str]]:
    """path -> how many rows of each table came from it; rows of no file are under ''."""
    paths = dict(database.connection.execute("SELECT id, path FROM file"))
    counts: dict[str, Counter[str]] = {path: Counter() for path in paths.values()}
    for table in database.record_tables:
        for file_id, rows in database.connection.execute(f"SELECT id >> 32, count(*) FROM [{table}] GROUP BY 1"):
            counts.setdefault(paths.get(file_id, ""), Counter())[table] = rows
    return counts


def kill_and_look(path: Path, inbox: Path, after: float, apart: bool) -> int:
    """Kill an import `after` seconds; returns how many files it had finished. Fails when there is half a file."""
    process = start(path, inbox, apart)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()  # returns when the reading process has gone as well: it holds the pipe
    with Database.open(path, Resources()) as database:
        assert database.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = rows_by_file(database)
        assert "" not in counts, "rows without their file"
        for file, tables in counts.items():
            if tables.keys() - {"transaction_set"}:  # else a repeat
                name = "claim" if file.endswith("837") else "remit_claim"
                lines = "service_line" if file.endswith("837") else "remit_line"
                assert (tables[name], tables[lines]) == (400, 800), "half a file"
    return len(counts)


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_killed_at_any_moment_it_holds_whole_files(times: int, inbox: Path, whole: Database, tmp_path: Path) -> None:
    began = time.monotonic()
    process = start(tmp_path / "measure.db", inbox)
    process.communicate()
    takes = time.monotonic() - began
    files = len(rows_by_file(whole))
    chance = random.Random(times)
    finished = set()
    for number in range(times):
        path = tmp_path / f"{number}.db"
        moment = chance.uniform(0, takes)
        done = kill_and_look(path, inbox, moment, apart=possible() and number % 2 == 0)
        finished.add(done)
        if done == files:  # the machine is faster now than when the whole import was timed
            takes = moment
        elif done == 0:  # or slower
            takes = max(takes, 2 * moment)
        with Database.open(path, Resources()) as database:
            import_paths(database, [str(inbox)])
            assert picture(database) == picture(whole)
        path.unlink()
    assert len(finished) > 1, "the kills came at different moments"
