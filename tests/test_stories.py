"""Histories that billers meet, each with all its rows as an expert works them out from the rules: tests/stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi.analysis.engine import Engine
from edi.resources import Resources
from tests import storyfile
from tests.storyfile import History

ENGINE = Engine(Resources())
FILES = sorted((Path(__file__).parent / "stories").glob("*.txt"))
STORIES = [pytest.param(one, id=f"{path.stem}: {one.name}") for path in FILES for one in storyfile.read(path)]


@pytest.mark.parametrize("history", STORIES)
def test_every_row_is_as_expected(history: History) -> None:
    assert history.expected, "a history without expected rows tests nothing"
    rows = ENGINE.analyse(history.claims, history.remits).rows
    assert storyfile.told(history, rows) == history.expected
    assert sum(one.paid for one in history.remits) == sum(entry.split.paid for row in rows for entry in row.entries), (
        "every cent that was paid is in a row"
    )


@pytest.mark.parametrize("history", STORIES)
def test_the_order_of_records_is_irrelevant(history: History) -> None:
    rows = ENGINE.analyse(history.claims[::-1], history.remits[::-1]).rows
    assert storyfile.told(history, rows) == history.expected
