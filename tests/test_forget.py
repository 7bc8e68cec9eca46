"""Forgetting a file gives the database that never saw it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.resources import Resources
from edi.store.auditing import audit
from edi.store.database import Database, StoreError
from edi.store.forgetting import forget_file
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests.deliveries import DELIVERIES, write_all
from tests.edifiles import another, remittance, write_835
from tests.storepicture import picture

RESOURCES = Resources()


@pytest.fixture
def database(tmp_path: Path) -> Any:
    with Database.open(tmp_path / "store.db", RESOURCES, create=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_all(folder)
    return folder


def test_nothing_of_a_file_is_left(database: Database, tmp_path: Path) -> None:
    path = write_835(tmp_path / "a.835", remittance(off=5))
    empty = picture(database)
    import_paths(database, [path])
    assert picture(database) != empty
    assert forget_file(database, path) == [path]
    assert picture(database) == empty


def test_a_copy_takes_over_what_only_the_counted_file_held(database: Database, tmp_path: Path) -> None:
    wrap = another()
    first = write_835(tmp_path / "a.835")
    again = write_835(tmp_path / "b.835", remittance(wrap=wrap), wrap=wrap)
    import_paths(database, [first, again])
    forget_file(database, first)
    (payment,) = Rowset(database, "payments")
    assert (payment["file"], payment["duplicate_of"], payment["claim_paid"]) == (again, None, "410.00")
    assert not [check.name for check in audit(database) if check.broken]


def test_forgetting_makes_the_analysis_void(database: Database, tmp_path: Path) -> None:
    path = write_835(tmp_path / "a.835")
    import_paths(database, [path, write_835(tmp_path / "b.835", remittance(trace="T2"))])
    database.connection.execute("INSERT INTO outcome (id) VALUES (1)")
    forget_file(database, path)
    assert not database.analysed


def test_a_path_may_be_written_in_another_way(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_835(tmp_path / "a.835")
    import_paths(database, [path])
    monkeypatch.chdir(tmp_path)
    assert forget_file(database, "./a.835") == [path]


def test_an_archive_is_forgotten_with_all_that_was_in_it(database: Database, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "month.zip", "w") as archive:
        for name in ("a.835", "b.835"):
            archive.write(write_835(tmp_path / name, remittance(trace=name)), name)
    import_paths(database, [str(tmp_path / "month.zip")])
    assert len(forget_file(database, str(tmp_path / "month.zip"))) == 2


def test_an_unknown_path_is_one_sentence(database: Database) -> None:
    with pytest.raises(StoreError, match=r"no such file in the database: b\.835"):
        forget_file(database, "b.835")


@settings(max_examples=25, deadline=None)
@given(names=st.permutations(sorted(DELIVERIES)), cut=st.integers(1, len(DELIVERIES)))
def test_the_database_never_saw_what_it_forgot(
    names: list[str], cut: int, inbox: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forget")
    forgetful = Database.open(folder / "forgetful.db", RESOURCES, create=True)
    ignorant = Database.open(folder / "ignorant.db", RESOURCES, create=True)
    with forgetful, ignorant:
        import_paths(forgetful, [str(inbox / name) for name in names])
        for name in names[:cut]:
            forget_file(forgetful, str(inbox / name))
        import_paths(ignorant, [str(inbox / name) for name in names[cut:]])
        assert picture(forgetful) == picture(ignorant)
