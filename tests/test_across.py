"""What is found by comparing files: after any imports and removals it is what comparing everything would find, and
finding it takes the work of what changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.resources import Resources
from edi.store import across, worklog
from edi.store.database import Database
from edi.store.forgetting import forget_file
from edi.store.importing import import_paths
from edi.store.schema import sql_files
from tests.deliveries import DELIVERIES, write_all
from tests.edifiles import Case, another, batch, remittance, write_835, write_837

RESOURCES = Resources()
RULES = [name for name, _ in sql_files("across")]
NAMELESS = {  # repeats without a number to compare them by
    "i.835": lambda path: write_835(path, remittance(trace="")),
    "j.835": lambda path: write_835(path, remittance(trace="", wrap=another()), wrap=another()),
    "k.837": lambda path: write_837(path, batch(reference="")),
    "l.837": lambda path: write_837(path, batch(reference="", wrap=another()), wrap=another()),
}
NAMES = sorted({**DELIVERIES, **NAMELESS})


def found(database: Database) -> Counter[tuple[Any, ...]]:
    marks = ", ".join("?" * len(RULES))
    return Counter(
        database.connection.execute(
            f"SELECT file_id, rule, level, transaction_id, segment, element, value, message FROM diagnostic "
            f"WHERE rule IN ({marks})",
            RULES,
        )
    )


def compare_everything(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(
            "DELETE FROM diagnostic WHERE rule IN (SELECT value FROM json_each(?))", (repr(RULES).replace("'", '"'),)
        )
        across.note(connection, 0, worklog.span(1 << 20)[1])
        across.refresh(database)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_all(folder)
    for name, write in NAMELESS.items():
        write(folder / name)
    return folder


steps = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True), min_size=1, max_size=7)


@settings(max_examples=20, deadline=None)
@given(steps=steps)
def test_any_imports_and_removals_find_what_comparing_everything_does(
    steps: list[list[str]], inbox: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each step imports its files; those that are there already are forgotten instead."""
    there: set[str] = set()
    with Database.open(tmp_path_factory.mktemp("steps") / "store.db", RESOURCES, create=True) as database:
        for names in steps:
            for name in there.intersection(names):
                forget_file(database, str(inbox / name))
            import_paths(database, [str(inbox / name) for name in names if name not in there])
            there.symmetric_difference_update(names)
            now = found(database)
            compare_everything(database)
            assert now == found(database)


def test_every_rule_is_found_among_these_files(inbox: Path, tmp_path: Path) -> None:
    with Database.open(tmp_path / "store.db", RESOURCES, create=True) as database:
        import_paths(database, [str(inbox)])
        told = found(database)
    assert {row[1] for row in told} == set(RULES)
    assert {row[6] for row in told if row[1] == "transaction-repeated"} >= {None, "B1", "T1", "T2"}


def test_comparing_a_day_does_not_touch_what_years_before_it_showed(tmp_path: Path) -> None:
    """The rows that a new file changes are as many in a database full of repeats as in a small one."""

    def changes(years: int) -> int:
        folder = tmp_path / str(years)
        folder.mkdir()
        for year in range(years):
            write_835(folder / f"{year}.835", remittance(trace=f"T{year}"))
            write_835(folder / f"{year}-off.835", remittance(trace=f"T{year}", off=1))
            wrap = another(control=year + 2)
            write_835(folder / f"{year}-again.835", remittance(trace=f"T{year}", wrap=wrap), wrap=wrap)
            for turn in range(2):
                write_837(folder / f"{year}-{turn}.837", batch([Case(f"Y{year}")], reference=f"B{year}{turn}"))
        with Database.open(folder / "store.db", RESOURCES, create=True) as database:
            import_paths(database, [str(folder)])
            assert len({row[1] for row in found(database)}) == len(RULES)
            before = database.connection.total_changes
            import_paths(database, [write_835(folder / "new.835", remittance(trace="T0", off=2))])
            return database.connection.total_changes - before

    assert changes(1) == changes(6)
