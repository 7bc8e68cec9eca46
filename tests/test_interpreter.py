"""The compiled handlers and the plain interpreter of the mapping agree: same rows, same counts, on every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interpreter import Interpreter
from tests.reading import corpus, examples, read, shapes

FILES = [*examples(), *corpus("835", "837P", "837I", "pairs", "other", "broken")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_same_rows_and_counts(path: Path) -> None:
    data = path.read_bytes()
    found, plain = read(data), Interpreter(shapes(), data)
    for table, rows in plain.rows.items():
        assert found.rows[table] == rows, table
    assert found.reading.used == plain.used
    assert found.reading.ignored == plain.ignored
    assert found.reading.unexpected == plain.unexpected
    assert found.balanced_count()
