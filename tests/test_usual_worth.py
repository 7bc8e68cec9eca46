"""What a denial is worth where no fee is loaded: what the payer usually allows for a unit, times the units."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from edi import pipeline, rulecheck
from edi.resources import Resources
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests import casefile
from tests.storecase import small_database

PAID = """== two doses are paid
claim B1 sent=20260310 dx=I25119
  A9500x2 300
remit B1 paid=20260402
  A9500x2 300 CO-45=100
"""
DENIED = """claim B2 sent=20260311 dx=I25119
  {line}
remit B2 paid=20260403
  {line} CO-50={charge}
"""


def recoverable(folder: Path, text: str) -> Any:
    (case,) = casefile.parse(text)
    for number, part in enumerate(case.parts, 1):
        (folder / f"{number}.x12").write_text(rulecheck.wrapped(part, number))
    with Database.open(folder / "a.db", Resources(), create=True) as database:
        import_paths(database, [str(path) for path in sorted(folder.glob("*.x12"))])
        pipeline.analyze(database, Resources())
        (found,) = [row for row in Rowset(database, "findings") if row["control_number"] == "B2"]
    return found["recoverable"]


@pytest.mark.parametrize(
    ("line", "charge", "worth"),
    [
        ("A9500x2 300", "300", "200.00"),
        ("A9500x3 450", "450", "300.00"),
        ("A9500 150", "150", "100.00"),
        ("A9500x3 250", "250", "250.00"),  # no more than was charged
        ("A9500x1.5 300", "300", "150.00"),
    ],
)
def test_a_denial_is_worth_what_its_units_usually_bring(tmp_path: Path, line: str, charge: str, worth: str) -> None:
    assert recoverable(tmp_path, PAID + DENIED.format(line=line, charge=charge)) == worth


def test_units_that_do_not_divide_an_amount_lose_no_cent(tmp_path: Path) -> None:
    paid = PAID.replace("A9500x2 300", "A9500x3 300")  # 200.00 for three
    assert recoverable(tmp_path, paid + DENIED.format(line="A9500x3 300", charge="300")) == "200.00"


def test_a_database_that_counted_by_line_counts_anew(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    small_database(path).close()
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TABLE payer_allowed; CREATE TABLE payer_allowed (habit TEXT, allowed_cents INTEGER, lines INTEGER, "
        "PRIMARY KEY (habit, allowed_cents)); INSERT OR REPLACE INTO analysis VALUES ('rules', 'x'); "
        "DELETE FROM _sqlite_migrations WHERE name = 'm0003_allowed_for_a_unit'"
    )
    connection.close()
    with Database.open(path, Resources()) as database:
        assert [column.name for column in database.db["payer_allowed"].columns] == ["habit", "unit_allowed", "lines"]
        assert database.connection.execute("SELECT * FROM analysis WHERE name = 'rules'").fetchall() == []
