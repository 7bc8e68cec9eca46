"""Each figure of `edi metrics` on the sample month against SQL over what was imported, with the lines it drills to.

The tables are those of tests/handcount.py. The figures come from the command, in all groups that it offers a judge for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.handcount import count_by_hand, dollars, drilled, ratio
from tests.test_underpaid import SAMPLES, edi, rows

LINES, CLAIMS, REMITS = "count(*)", "count(DISTINCT claim)", "count(DISTINCT remit)"
OURS = "kind IS NOT NULL"
DECIDED = "first_day IS NOT NULL"
PRIMARY = f"{DECIDED} AND NOT later_payer"
ROOT = "NOT dependent AND preventable IS NOT NULL"
TRACER = "procedure IN (SELECT code FROM code_family WHERE role = 'tracer') AND NOT money_only"
COLUMN = {"payer": "payer", "code": "procedure", "cause": "cause", "month": "month"}


@dataclass(frozen=True)
class Judge:
    """Rows of `table` where `hit`, counted by `counts`; a rate divides by rows of `among` where `of`.

    `own_cause`: by cause, the denominator is the cause's own too.
    """

    table: str
    hit: str = "1"
    counts: str = LINES
    among: str = ""
    of: str = "1"
    of_counts: str = LINES
    own_cause: bool = False


def cents(column: str) -> str:
    return f"sum({column})"


JUDGES = {
    "services": Judge("first"),
    "claims": Judge("first", counts=CLAIMS),
    "charge": Judge("first", counts=cents("charge")),
    "paid": Judge("service", counts=cents("paid")),
    "denied-charge": Judge("now", "denied > 0", cents("denied")),
    "repeated-denials": Judge("service", "standing > 1 AND denied > 0", cents("denied")),
    "taken-back": Judge("now", "state = 'taken-back'", cents("denied")),
    "denials": Judge("now", "open AND denial = 'yes' AND NOT dependent"),
    "dependent-denials": Judge("now", "open AND denial = 'yes' AND dependent"),
    "recoverable": Judge("now", "open AND denial = 'yes' AND recoverable > 0", cents("recoverable")),
    "first-pass-resolution": Judge("first", f"{DECIDED} AND NOT denied_first", among="first", of=DECIDED),
    "initial-denial-rate-lines": Judge("denial", among="first", of=DECIDED),
    "initial-denial-rate-claims": Judge("denial", "1", CLAIMS, "first", DECIDED, CLAIMS),
    "initial-denial-rate-claims-submitted": Judge("denial", OURS, CLAIMS, "first", OURS, CLAIMS),
    "initial-denial-rate-dollars": Judge(
        "denial", "first_denied > 0", cents("first_denied"), "first", DECIDED, cents("charge")
    ),
    "initial-denial-rate-dollars-submitted": Judge(
        "denial", f"first_denied > 0 AND {OURS}", cents("first_denied"), "first", OURS, cents("charge")
    ),
    "zero-pay-rate": Judge("first", f"{PRIMARY} AND remit_paid <= 0", REMITS, "first", PRIMARY, REMITS),
    "true-zero-pay-rate": Judge("denial", "NOT later_payer AND remit_paid <= 0", REMITS, "first", PRIMARY, REMITS),
    "initial-denied": Judge("denial", "first_denied > 0", cents("first_denied")),
    "overturn-rate-lines": Judge("denial", "won", LINES, "denial", "decided_again", own_cause=True),
    "overturn-rate-dollars": Judge(
        "denial", "won AND lifted > 0", cents("lifted"), "denial", "decided_again", cents("first_denied"), True
    ),
    "overturned-share": Judge("denial", "won", LINES, "denial", own_cause=True),
    "appeal-overturn-rate": Judge(
        "denial", "won AND appealed", LINES, "denial", "decided_again AND appealed", own_cause=True
    ),
    "recovered": Judge("denial", "won", cents("recovered")),
    "net-denial": Judge("denial", "kept > 0", cents("kept")),
    "net-denial-rate": Judge("denial", "kept > 0", cents("kept"), "first", DECIDED, cents("charge")),
    **{
        name: judge
        for word, answer in (("preventable", "yes"), ("maybe-preventable", "maybe"))
        for name, judge in {
            f"{word}-share-lines": Judge(
                "denial", f"{ROOT} AND preventable = '{answer}'", LINES, "denial", ROOT, own_cause=True
            ),
            f"{word}-share-dollars": Judge(
                "denial", f"first_denied > 0 AND preventable = '{answer}'", cents("first_denied"),
                "denial", "preventable IS NOT NULL", cents("first_denied"), True,
            ),
        }.items()
    },
    "tracer-paid-rate": Judge(
        "now", f"{TRACER} AND (paid > 0 OR state = 'patient-share')", LINES,
        "now", f"{TRACER} AND (paid > 0 OR denied > 0 OR state = 'patient-share')",
    ),
}  # fmt: skip

DAYS = {
    "days-to-submit": ("first", f"{OURS}", "julianday(sent) - julianday(service_date)"),
    "days-to-deny": ("denial", "1", "julianday(first_day) - julianday(sent)"),
    "days-to-overturn": ("denial", "won", "julianday(now_paid_on) - julianday(first_day)"),
    "days-to-pay": ("now", "NOT money_only", """julianday((SELECT min(r.day) FROM reply r
        WHERE r.outcome_id = now.id AND r.effect = 'counted' AND r.paid > 0)) - julianday(sent)"""),
    "days-at-payer": ("first", DECIDED, "julianday(first_day) - julianday(received_date)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("by-hand-figures") / "s.db"
    edi("run", path, SAMPLES / "claims", SAMPLES / "remits", code=1)
    return path


@pytest.fixture(scope="module")
def sql(db: Path) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(db) as connection:
        yield count_by_hand(connection)


def groups(sql: sqlite3.Connection, table: str, condition: str, counted: str, by: list[str]) -> dict[Any, Any]:
    """Group (a tuple of its values) -> what is counted of it."""
    names = ", ".join(COLUMN[one] for one in by)
    grouped = f"GROUP BY {names}" if by else ""
    query = f"SELECT {counted}{', ' if by else ''}{names} FROM {table} WHERE {condition} {grouped}"
    return {tuple(row[1:]): row[0] or 0 for row in sql.execute(query)}


def chosen(sql: sqlite3.Connection, judge: Judge, group: dict[str, Any]) -> set[int]:
    met = "".join(f" AND {COLUMN[name]} IS :{name}" for name in group)
    return {row[0] for row in sql.execute(f"SELECT id FROM {judge.table} WHERE ({judge.hit}){met}", group)}


@pytest.mark.parametrize("by", ["", "payer", "code", "cause", "month", "payer,code", "payer,month", "cause,month"])
def test_every_figure_in_every_group(db: Path, sql: sqlite3.Connection, by: str) -> None:
    dimensions = [one for one in by.split(",") if one]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in rows("metrics", db, *(["--by", by] if by else [])):
        told.setdefault(row["figure"], []).append(row)
    for name, judge in JUDGES.items():
        in_money = judge.counts.startswith("sum")
        hits = groups(sql, judge.table, judge.hit, judge.counts, dimensions)
        seen = set()
        wide = [one for one in dimensions if one != "cause" or judge.own_cause]
        all_of = groups(sql, judge.among, judge.of, judge.of_counts, wide) if judge.among else {}
        for row in told[name]:
            group = {one: row[one] for one in dimensions}
            key = tuple(group.values())
            seen.add(key)
            where = (name, group)
            hit = hits.get(key, 0)
            assert row["numerator"] == (dollars(hit) if in_money else hit), where
            assert drilled(sql, row) == chosen(sql, judge, group), where
            if judge.among:
                of = all_of.get(tuple(group[one] for one in wide), 0)
                assert row["denominator"] == (dollars(of) if in_money else of), where
                assert row["value"] == ratio(hit, of), where
        assert {key for key, hit in hits.items() if hit} <= seen, name
        if "cause" in by and judge.among and not judge.own_cause:
            assert seen <= set(hits), name  # no row for a cause that hit nothing


@pytest.mark.parametrize("by", ["", "payer", "code", "cause", "month"])
def test_days(db: Path, sql: sqlite3.Connection, by: str) -> None:
    told = {(row["figure"], row[by] if by else None): row for row in rows("metrics", db, *(["--by", by] if by else []))}
    for name, (table, condition, expression) in DAYS.items():
        spans: dict[Any, dict[int, int]] = {}
        query = f"SELECT id, CAST({expression} AS INTEGER) AS days, {COLUMN[by] if by else 'NULL'} FROM {table}"
        for identity, days, group in sql.execute(f"{query} WHERE {condition} AND days >= 0"):
            spans.setdefault(group, {})[identity] = days
        assert spans
        for group, found in spans.items():
            ordered = sorted(found.values())
            half = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
            ninth = ordered[-(-9 * len(ordered) // 10) - 1]  # nearest rank
            assert told[f"{name}-median", group]["value"] == f"{half:.1f}", (name, group)
            assert told[f"{name}-p90", group]["value"] == f"{ninth}.0", (name, group)
            assert drilled(sql, told[f"{name}-median", group]) == set(found), (name, group)


def test_the_month_shows_enough_of_everything(sql: sqlite3.Connection) -> None:
    """The judge judges: the samples hold repeats, replacements, overturns, downcoding and hidden denials."""
    counts = sql.execute("""SELECT
        (SELECT count(*) FROM service WHERE turn > 1), (SELECT count(*) FROM replacement),
        (SELECT count(*) FROM denial WHERE won), (SELECT count(*) FROM denial WHERE decided_again AND NOT won),
        (SELECT count(*) FROM denial WHERE first_denied = 0), (SELECT count(*) FROM denial WHERE dependent),
        (SELECT count(*) FROM first WHERE NOT denied_first AND remit_paid <= 0)""").fetchone()
    assert min(counts) > 0, counts


@pytest.mark.parametrize(
    "name", ["initial-denied", "net-denial", "zero-pay-rate", "overturn-rate-lines", "denied-charge"]
)
def test_the_lines_command_shows_them(db: Path, sql: sqlite3.Connection, name: str) -> None:
    (row,) = rows("metrics", db, "--figure", name)
    shown = rows(row["drill_rows"], db, "--where", row["drill"])
    judge = JUDGES[name]
    expected = sql.execute(f"""SELECT control_number, line_number, frequency FROM outcome
                               WHERE id IN (SELECT id FROM {judge.table} WHERE {judge.hit})""")  # fmt: skip
    known = [(line["control_number"], line["line_number"], line["frequency"]) for line in shown]
    assert sorted(known, key=str) == sorted(expected, key=str)


def test_months_of_decisions_and_a_span_of_days(db: Path, sql: sqlite3.Connection) -> None:
    """By month of the first decision; and of services of two weeks only."""
    told = rows("metrics", db, "--by", "month", "--date", "decision", "--figure", "initial-denial-rate-lines")
    query = """SELECT substr(first_day, 1, 7), sum(denied_first), count(*) FROM first WHERE first_day IS NOT NULL
               {} GROUP BY 1"""
    found = {(row["month"], row["numerator"], row["denominator"]) for row in told}
    assert found == set(sql.execute(query.format("")))
    assert len(found) > 1
    words = ("--since", "2026-03-09", "--until", "2026-03-20")
    (row,) = rows("metrics", db, *words, "--figure", "initial-denial-rate-lines")
    among = "service_date BETWEEN '2026-03-09' AND '2026-03-20' AND first_day IS NOT NULL"
    assert (row["numerator"], row["denominator"]) == sql.execute(
        f"SELECT sum(denied_first), count(*) FROM first WHERE {among}"
    ).fetchone()
    assert drilled(sql, row) == {one[0] for one in sql.execute(f"SELECT id FROM first WHERE {among} AND denied_first")}


def test_denials_by_month_of_decision(db: Path, sql: sqlite3.Connection) -> None:
    told = {row["month"]: (row["denied_claims"], row["denied"]) for row in rows("metrics", db, "--months")}
    found = sql.execute(f"""SELECT substr(first_day, 1, 7), count(DISTINCT claim), sum(first_denied) FROM denial
                            WHERE {OURS} GROUP BY 1""")  # fmt: skip
    assert told == {month: (claims, dollars(cents)) for month, claims, cents in found}


def test_tracer_yield_by_payer(db: Path, sql: sqlite3.Connection) -> None:
    """A9500, A9502 and A9505 by payer, counted from what the remittances paid and denied of each line."""
    told = {
        (row["payer"], row["code"]): (row["numerator"], row["denominator"])
        for row in rows("metrics", db, "--by", "payer,code", "--figure", "tracer-paid-rate")
    }
    found = {
        (payer, code): (paid, decided)
        for payer, code, paid, decided in sql.execute("""
            SELECT payer, procedure, sum(paid > 0), count(*) FROM (
                SELECT n.payer, n.procedure, n.episode, sum(r.paid) AS paid, sum(r.denied) AS denied, n.state
                FROM now n JOIN reply r ON r.outcome_id = n.id
                WHERE r.effect = 'counted' OR n.state = 'taken-back' GROUP BY n.id)
            WHERE procedure IN ('A9500', 'A9502', 'A9505') AND (paid > 0 OR denied > 0 OR state = 'taken-back')
            GROUP BY payer, procedure""")
    }
    assert len(found) > 5
    assert {code for _, code in found} == {"A9500", "A9502", "A9505"}
    assert found == {key: value for key, value in told.items() if key in found}
    assert {key for key, value in told.items() if key[1] in ("A9500", "A9502", "A9505")} == set(found)
