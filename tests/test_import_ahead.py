"""Reading in a process of its own: the same rows, the same errors, and nothing is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edi.resources import Resources
from edi.store import importing
from edi.store.ahead import ahead, possible
from edi.store.database import Database, StoreError
from edi.store.importing import import_paths
from tests.deliveries import write_all
from tests.edifiles import remittance, write_835
from tests.storepicture import picture

pytestmark = pytest.mark.skipif(not possible(), reason="needs fork and a second processor")


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to read, it is read in a process of its own."""
    monkeypatch.setattr(importing, "WORTH_A_PROCESS", 0)


def fresh(path: Path) -> Database:
    return Database.open(path, Resources(), create=True)


def test_the_items_come_in_order() -> None:
    assert list(ahead(lambda: iter(range(5000)))) == list(range(5000))
    assert list(ahead(lambda: iter([]))) == []
    assert not multiprocessing.active_children()


def test_an_exception_over_there_is_raised_here() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("over there")

    got = ahead(items)
    assert next(got) == 1
    with pytest.raises(ZeroDivisionError, match="over there"):
        next(got)
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_noticed() -> None:
    def items() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    got = ahead(items)
    assert next(got) == 1
    with pytest.raises(RuntimeError, match="reading process was killed"):
        next(got)


def test_who_stops_early_leaves_no_process() -> None:
    got = ahead(lambda: iter(range(10**9)))
    assert next(got) == 0
    got.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("apart")
def test_the_rows_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_all(inbox)
    (inbox / "mail.txt").write_text("nothing here")
    (inbox / "odd.txt").write_text("the ISA segment of your file was wrong")
    with zipfile.ZipFile(inbox / "month.zip", "w") as archive:
        archive.write(write_835(tmp_path / "z.835", remittance(trace="T9", off=1)), "z.835")
    with fresh(tmp_path / "apart.db") as apart, fresh(tmp_path / "here.db") as here:
        first = import_paths(apart, [str(inbox)])
        again = import_paths(apart, [str(inbox)])
        monkeypatch.setattr(importing, "WORTH_A_PROCESS", 1 << 60)
        assert import_paths(here, [str(inbox)]) == first
        assert import_paths(here, [str(inbox)]) == again
        assert picture(apart) == picture(here)


@pytest.mark.usefixtures("apart")
def test_a_full_disk_stops_both(tmp_path: Path) -> None:
    path = write_835(tmp_path / "b.835", *[remittance(trace=f"T{n}") for n in range(3000)])
    with fresh(tmp_path / "a.db") as database:
        pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
        database.connection.execute(f"PRAGMA max_page_count = {pages + 60}")
        with pytest.raises(StoreError, match="the disk is full"):
            import_paths(database, [path])
        assert database.connection.execute("SELECT count(*) FROM payment").fetchone() == (0,)
    assert not multiprocessing.active_children()
