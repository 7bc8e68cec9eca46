"""Payer changes on altered copies of the sample month: eight weeks of the same claims and answers, and one code that a
payer denies from a day on. What an alert counts is held to SQL over what was imported.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.handcount import count_by_hand, drilled, ratio
from tests.test_underpaid import SAMPLES, edi, rows

PAYER, CODE, REASON = "ALDERWICK HEALTH INSURANCE", "A9502", "197"
FILES = {
    "alderwick": ("alderwick_0316.837", "alderwick_0406.835"),
    "eastmere": ("eastmere_0316.837", "eastmere_b_0401.835"),
}
WEEKS, STEP = 8, 4  # the code is denied from the fifth week on
BEFORE, AFTER = "2026-04-27", "2026-05-04"  # the last remittance of the old habit, the first of the new one
# Elements that number something: a copy of a later week has its own.
NUMBERED = {"CLM": 1, "CLP": 1, "TRN": 2, "BHT": 3, "REF": 2}


def later(text: str, weeks: int) -> list[list[str]]:
    """The segments of a file as if all of it had happened so many weeks later, under numbers of its own."""

    def moved(found: re.Match[str]) -> str:
        day = date.fromisoformat(found[0]) + timedelta(weeks=weeks)
        return day.strftime("%Y%m%d")

    found = []
    for segment in filter(None, (part.strip() for part in text.split("~"))):
        elements = re.sub(r"\b2026[01]\d[0-3]\d\b", moved, segment).split("*")
        place = NUMBERED.get(elements[0])
        if place and not (elements[0] == "REF" and elements[1] not in ("6R", "F8", "G1")):
            elements[place] += f"W{weeks}"
        if elements[0] == "CLP":
            elements[7] += f"W{weeks}"
        found.append(elements)
    return found


def deny(segments: list[list[str]]) -> list[list[str]]:
    """The 835 with nothing paid for CODE: the line denied as not authorized, claim and payment balanced again."""
    found: list[list[str]] = []
    payment: list[str] = []
    claim: list[str] = []
    inside = False
    for segment in segments:
        match segment[0]:
            case "BPR":
                payment = segment
            case "CLP":
                claim, inside = segment, False
            case "SVC":
                inside = segment[1] == f"HC:{CODE}" and Decimal(segment[3]) > 0
                if inside:
                    for total, place in ((payment, 2), (claim, 4)):
                        total[place] = str(Decimal(total[place]) - Decimal(segment[3]))
                    found += [[*segment[:3], "0", *segment[4:]], ["CAS", "CO", REASON, segment[2]]]
                    continue
            case "CAS" if inside:
                if segment[1] == "PR":
                    claim[5] = str(Decimal(claim[5] or 0) - sum(map(Decimal, segment[3::3])))
                continue
            case "AMT" if inside:
                continue
            case "SE":
                inside = False
        found.append(segment)
    counted = 0
    for segment in found:
        counted = 1 if segment[0] == "ST" else counted + 1
        if segment[0] == "SE":
            segment[1] = str(counted)
    return found


def copies(folder: Path, stepped: bool) -> Path:
    """A database of WEEKS copies of two payers' claims and answers."""
    folder.mkdir()
    for week in range(WEEKS):
        for payer, (claims, remits) in FILES.items():
            ours = later((SAMPLES / "claims" / claims).read_text(), week)
            theirs = later((SAMPLES / "remits" / remits).read_text(), week)
            if stepped and payer == "alderwick" and week >= STEP:
                theirs = deny(theirs)
            for name, segments in (("837", ours), ("835", theirs)):
                text = "".join("*".join(segment) + "~\n" for segment in segments)
                (folder / f"{payer}{week}.{name}").write_text(text)
    edi("run", folder / "a.db", *sorted(folder.glob("*.8*")))
    return folder / "a.db"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copies(tmp_path_factory.mktemp("steps") / "stepped", stepped=True)


@pytest.fixture(scope="module")
def sql(db: Path) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(db) as connection:
        yield count_by_hand(connection)


def test_the_same_weeks_without_a_step_raise_nothing(tmp_path: Path) -> None:
    db = copies(tmp_path / "steady", stepped=False)
    assert rows("metrics", db, "--changes") == []
    paid = rows("metrics", db, "--by", "payer,code", "--figure", "tracer-paid-rate")
    tracer = next(row for row in paid if (row["payer"], row["code"]) == (PAYER, CODE))
    assert tracer["denominator"] >= 40  # there is enough to see a step by


def test_the_copies_are_read_whole(db: Path, sql: sqlite3.Connection) -> None:
    ((levels,),) = sql.execute("SELECT count(*) FROM diagnostic WHERE level = 'error'")
    assert levels == 0
    assert all(row["balanced"] for row in rows("payments", db))
    ((lines, days),) = sql.execute("SELECT count(*), count(DISTINCT first_day) FROM first WHERE payer = ?", [PAYER])
    assert (lines % WEEKS, days) == (0, WEEKS)


def test_the_step_is_found_on_its_day(db: Path) -> None:
    found = rows("metrics", db, "--changes")
    assert {(row["payer"], row["date"], row["before_until"]) for row in found} == {(PAYER, AFTER, BEFORE)}
    # A quarter of the claims has the code: their denials lift the rate of all claims too little to be beyond chance.
    kinds = {(row["rate"], row["code"], row["cause"], row["direction"]) for row in found}
    cause = "authorization-not-matched"  # the claims carry a number
    assert kinds == {("paid-rate", CODE, None, "down"), ("cause-rate", None, cause, "up")}


CLAIMS = "SELECT DISTINCT claim, first_day FROM first WHERE payer = :payer AND first_day"
HIT = {
    "denial-rate": "denied_first",
    "cause-rate": "denied_first AND cause = :cause",
    "paid-rate": "procedure = :code AND first_paid > 0",
}
OF = {
    "denial-rate": "1",
    "cause-rate": "1",
    "paid-rate": "procedure = :code AND (first_paid > 0 OR denied_first)",
}


def test_rates_before_and_after(db: Path, sql: sqlite3.Connection) -> None:
    found = rows("metrics", db, "--changes")
    for row in found:
        for side, span in (("before", "<= '" + BEFORE + "'"), ("after", ">= '" + AFTER + "'")):
            known: dict[str, Any] = {"payer": row["payer"], "code": row["code"], "cause": row["cause"]}
            hits, of = (
                sql.execute(f"SELECT count(*) FROM ({CLAIMS} {span} AND {what[row['rate']]})", known).fetchone()[0]
                for what in (HIT, OF)
            )
            where = (row["rate"], side)
            assert (row[f"{side}_hits"], row[f"{side}_claims"]) == (hits, of), where
            assert row[f"{side}_rate"] == ratio(hits, of), where
            query = f"SELECT id FROM first WHERE payer = :payer AND first_day {span} AND {HIT[row['rate']]}"
            chosen = {one[0] for one in sql.execute(query, known)}
            assert drilled(sql, row, "drill" if side == "after" else "drill_before") == chosen, where
    tracer = next(row for row in found if row["rate"] == "paid-rate")
    assert tracer["before_hits"] >= 20
    assert tracer["after_hits"] == 0
