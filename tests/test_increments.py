"""Any order and any split into runs gives the same answers, and so does taking files out again."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks import years
from edi import pipeline
from edi.resources import Resources
from edi.store.ahead import processors
from edi.store.database import Database
from edi.store.forgetting import forget_file
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests import queuefiles
from tests.edifiles import Case, Line

RESOURCES = Resources()
FILES = sorted(
    str(path) for folder in ("claims", "remits") for path in (Path(__file__).parents[1] / "samples" / folder).iterdir()
)


def answers(database: Database) -> dict[str, list[str]]:
    """What a database says, sorted: rows carry file names and segments, never row ids."""

    def told(row: dict[str, Any]) -> str:
        return json.dumps(row, sort_keys=True)

    return {name: sorted(told(row) for row in Rowset(database, name)) for name in ("lines", "findings", "payments")}


def in_one_run(path: Path, files: list[str]) -> dict[str, list[str]]:
    with Database.open(path, RESOURCES, create=True) as database:
        import_paths(database, files)
        pipeline.analyze(database, RESOURCES)
        return answers(database)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return in_one_run(tmp_path_factory.mktemp("whole") / "whole.db", FILES)


@pytest.mark.skipif(processors() < 2, reason="no second process here")
def test_several_processes_give_the_same_answers(
    tmp_path: Path, whole: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 20)
    monkeypatch.setattr(pipeline, "_processes", lambda _records: 3)
    assert in_one_run(tmp_path / "spread.db", FILES) == whole


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_split_gives_the_same_answers(seed: int, tmp_path: Path, whole: dict[str, list[str]]) -> None:
    chance = random.Random(seed)
    files = list(FILES)
    chance.shuffle(files)
    with Database.open(tmp_path / "split.db", RESOURCES, create=True) as database:
        while files:
            count = chance.randint(1, 8)
            import_paths(database, files[:count])
            pipeline.analyze(database, RESOURCES)
            del files[:count]
        told = answers(database)
    for name, rows in whole.items():
        assert told[name] == rows, name


@pytest.mark.parametrize("seed", range(3))
def test_forgetting_files_leaves_what_never_having_had_them_would(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    gone = chance.sample(FILES, 5)
    with Database.open(tmp_path / "forget.db", RESOURCES, create=True) as database:
        import_paths(database, FILES)
        pipeline.analyze(database, RESOURCES)
        for path in gone:
            forget_file(database, path)
        pipeline.analyze(database, RESOURCES)
        told = answers(database)
    assert told == in_one_run(tmp_path / "without.db", [path for path in FILES if path not in gone])


def test_a_second_analysis_looks_at_nothing(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Database.open(tmp_path / "twice.db", RESOURCES, create=True) as database:
        import_paths(database, FILES)
        pipeline.analyze(database, RESOURCES)
        before = answers(database)
        pipeline.analyze(database, RESOURCES, lambda done, total: seen.append((done, total)))
        assert answers(database) == before
    assert seen == []


def test_new_remittances_touch_their_own_groups_only(tmp_path: Path) -> None:
    late = [path for path in FILES if "0612" in path]
    seen: list[tuple[int, int]] = []
    with Database.open(tmp_path / "day.db", RESOURCES, create=True) as database:
        import_paths(database, [path for path in FILES if path not in late])
        pipeline.analyze(database, RESOURCES)
        import_paths(database, late)
        pipeline.analyze(database, RESOURCES, lambda done, total: seen.append((done, total)))
        records = database.connection.execute(
            "SELECT (SELECT COUNT(*) FROM claim) + (SELECT COUNT(*) FROM remit_claim)"
        ).fetchone()[0]
    assert 0 < seen[-1][1] < records / 3


def test_a_day_costs_the_same_whatever_came_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other patients' claims of earlier months change neither what is looked at nor what is written. (Each last month
    is told by chance of its own, so that the two days differ by a few claims.)"""
    for name, value in (("RETURNING", 0.0), ("LAST_SCALE", 1), ("REMITTANCES", 30)):
        monkeypatch.setattr(years, name, value)

    def work(months: int) -> tuple[int, ...]:
        seen: list[int] = []
        folder = tmp_path / str(months)
        years.write(folder, months, scale=1)
        with Database.open(folder / "years.db", RESOURCES, create=True) as database:

            def last() -> tuple[int, ...]:
                query = "SELECT (SELECT MAX(id) FROM outcome), (SELECT MAX(id) FROM link)"
                return tuple(database.connection.execute(query).fetchone())

            import_paths(database, [str(folder / "history")])
            pipeline.analyze(database, RESOURCES)
            before = last()
            import_paths(database, [str(folder / "day")])
            pipeline.analyze(database, RESOURCES, lambda _done, total: seen.append(total))
            return seen[-1], *(now - then for then, now in zip(before, last(), strict=True))

    assert work(months=4) == pytest.approx(work(months=1), rel=0.05)


# What a day may read from end to end: what is few by its nature, and what holds no more than the day's own work.
FEW = {
    *("file", "f", "payer_code", "settled", "analysis", "cause", "code_family", "CONSTANT", "sqlite_master"),
    *("stale_key", "stale_habit", "s", "changed_number", "n", "working", "w", "dropping", "d", "leaving"),
}


def test_a_day_never_reads_a_whole_table(tmp_path: Path) -> None:
    """Every statement of a day's import, analysis and removal finds its rows by an index."""
    late = [path for path in FILES if "0612" in path]
    statements: dict[str, None] = {}
    scans: list[str] = []
    with Database.open(tmp_path / "day.db", RESOURCES, create=True) as database:
        import_paths(database, [path for path in FILES if path not in late])
        pipeline.analyze(database, RESOURCES)
        connection = database.connection
        connection.set_trace_callback(statements.setdefault)
        import_paths(database, late)
        pipeline.analyze(database, RESOURCES)
        forget_file(database, late[0])
        pipeline.analyze(database, RESOURCES)
        connection.set_trace_callback(None)
        for statement in statements:
            text = statement[statement.index("\n") :] if statement.startswith("--") else statement
            if text.strip().startswith(("SELECT", "INSERT", "DELETE", "UPDATE", "WITH")):
                for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {text}"):
                    verb, _, whole = step.partition(" ")
                    name = whole.split()[0]
                    few = name in FEW or name.startswith(("reference_", "(subquery"))
                    if verb == "SCAN" and not few:
                        scans.append(f"{step}: {text}")
    assert any("temp.working" in statement for statement in statements)
    assert scans == []


def test_a_payers_habit_that_turns_because_a_file_went(tmp_path: Path) -> None:
    """A hidden denial is contradicted while the payer pays the code elsewhere; that payment is taken out again."""
    refused, paid = (Line("A9500", 12000, 0),), (Line("A9500", 12000, 6000),)
    files = []
    for number, lines in (("D1", refused), ("D2", refused), ("P1", paid)):
        # nobody's else: what they share is the payer's habit alone
        who: dict[str, Any] = {"member": number, "last": f"ROE{number}"}
        files.append(str(queuefiles.claims(tmp_path / f"{number}.837", Case(number, lines), reference=number, **who)))
        files.append(str(queuefiles.remits(tmp_path / f"{number}.835", Case(number, lines), trace=number, **who)))
    with Database.open(tmp_path / "a.db", RESOURCES, create=True) as database:
        import_paths(database, files)
        pipeline.analyze(database, RESOURCES)
        before = answers(database)["findings"]
        forget_file(database, files[-1])
        pipeline.analyze(database, RESOURCES)
        after = answers(database)["findings"]
    without = in_one_run(tmp_path / "without.db", files[:-1])
    assert [row for row in before if '"D1"' in row] != [row for row in without["findings"] if '"D1"' in row]
    assert after == without["findings"]
