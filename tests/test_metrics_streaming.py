"""Metrics read lines once and keep none: a database of millions costs what its counts cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edi.analysis.metrics.changes import changes
from edi.analysis.metrics.expected import expect, usual_amounts
from edi.analysis.metrics.figures import FIGURES
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.monthly import denial_months
from edi.analysis.metrics.table import Scope, tabulate
from edi.pipeline.drilling import VIEW
from edi.pipeline.spooled import Spooled
from edi.resources import Resources
from edi.store.database import Database
from tests.metriclines import denied, line, waiting


class Counted(MetricLine):
    """A line that knows how many of its kind there are."""

    alive = 0
    most = 0

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        Counted.alive += 1
        Counted.most = max(Counted.most, Counted.alive)

    def __del__(self) -> None:
        Counted.alive -= 1


def many() -> Iterator[MetricLine]:
    """Paid, denied and waiting lines, each made when it is asked for."""
    for number in range(600):
        made = (line, denied, waiting)[number % 3](number, claim=number // 2)
        yield Counted(*(getattr(made, column) for column in MetricLine.__slots__))


def every_figure() -> None:
    valued = expect(many(), usual_amounts(many()), lambda _line: None)
    assert sum(one.lines for one in tabulate(valued, FIGURES, ("payer", "cause"), Scope())) > 600


def every_change() -> None:
    assert list(changes(many())) == []


def every_month() -> None:
    assert denial_months(many(), Scope())


@pytest.mark.parametrize("told", [every_figure, every_change, every_month])
def test_no_line_outlives_the_next(told: Any) -> None:
    Counted.most = Counted.alive = 0
    told()
    assert 0 < Counted.most <= 3


@pytest.mark.parametrize("condition", ["1", "payer = 'INVENTED MUTUAL' AND cause = 'x'", "outcome_id = 1", "turn = 1"])
def test_no_filter_makes_the_view_read_what_shares_an_episode_for_each_row(tmp_path: Path, condition: str) -> None:
    """SQLite drops the index that it makes for such rows where it takes a filter to leave few: their count, squared."""
    with Database.open(tmp_path / "a.db", Resources(), create=True) as database:
        query = f"EXPLAIN QUERY PLAN SELECT sum(redecided) FROM {VIEW} WHERE {condition} GROUP BY cause"
        steps = [step for *_, step in database.connection.execute(query)]
    of_each_row = [step for step in steps if step.startswith(("SCAN w", "SEARCH w", "SCAN several", "SEARCH several"))]
    assert len(of_each_row) == 2
    assert all(step.startswith("SEARCH") for step in of_each_row), of_each_row


def test_spooled_rows_are_read_again_and_not_held() -> None:
    rows: list[dict[str, Any]] = [
        {"claim": "A1", "units": 1.5, "open": True, "links": [{"paid": "92.00", "segment": None}]},
        {"claim": "Ö\udc80", "units": None, "open": False, "links": []},
    ]
    asked = iter(rows)
    spooled = Spooled(asked)
    assert (next(asked, None), len(spooled)) == (None, 2)
    assert list(spooled) == list(spooled) == rows
    assert next(iter(spooled)) is not next(iter(spooled))
    assert rows[1] in spooled
    assert (spooled[1], spooled[-2], spooled[1:]) == (rows[1], rows[0], rows[1:])
    with pytest.raises(IndexError):
        spooled[2]
    assert {} not in spooled
    assert not Spooled([])
