"""Days to appeal, ages and underpayment on the sample month, with a payer list and a fee table, against SQL.

The tables are those of tests/handcount.py; limits and fees are invented, and the queries apply them anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handcount import count_by_hand, dollars, drilled, ratio
from tests.test_underpaid import SAMPLES, edi, rows

PAYERS = {"PINEMOOR MUTUAL": 30, "ALDERWICK HEALTH INSURANCE": 75}
MEDICARE = {"EASTMERE MEDICARE CONTRACTOR": 120}  # by filing code, as shipped; of Quayside nothing is known
# payer (empty: every other), code, modifier, place, dollars a unit, first and last day of service
FEES: list[tuple[str, str, str, str, int, str, str]] = [
    ("PINEMOOR MUTUAL", "93015", "", "11", 110, "", ""),
    ("", "93015", "", "", 75, "", ""),
    ("ALDERWICK HEALTH INSURANCE", "A9500", "", "", 97, "", ""),  # allowed 95.28: within two percent
    ("ALDERWICK HEALTH INSURANCE", "A9502", "", "", 110, "", ""),
    ("EASTMERE MEDICARE CONTRACTOR", "78452", "26", "22", 70, "2026-03-10", "2026-03-31"),
    ("EASTMERE MEDICARE CONTRACTOR", "99214", "", "", 5000, "", ""),  # above any charge
]
# The last two pairs lie on either side of 30 days left and of the last day, for what Medicare denied on 2026-04-01.
DAYS = ["2026-05-06", "2026-06-12", "2026-06-29", "2026-06-30", "2026-07-30", "2026-07-31"]

TABLES = """
CREATE TEMP TABLE open_denial AS
SELECT n.*, limits.days AS appeal_days, (
    SELECT max(r.day) FROM reply r WHERE r.outcome_id = n.id AND CASE WHEN n.state = 'taken-back' THEN r.status = '22'
        ELSE r.effect = 'counted' AND (r.denied > 0 OR r.downcoded) END) AS denied_on
FROM now n LEFT JOIN limits ON limits.payer = n.payer WHERE n.open AND n.denial = 'yes';

CREATE TEMP TABLE aged AS
SELECT *, date(denied_on, '+' || appeal_days || ' days') AS deadline FROM open_denial;

-- What the payer allowed (domain.md 4): as it says, else what it paid, the patient's share and sequestration.
CREATE TEMP TABLE allowance AS
SELECT r.outcome_id, sum(coalesce(rl.allowed_cents, rl.paid_cents + coalesce((
    SELECT sum(a.amount_cents) FROM adjustment a WHERE a.remit_line_id = rl.id
        AND (a.group_code = 'PR' AND a.reason_code IN ('1', '2', '3') OR a.reason_code = '253')), 0))) AS cents
FROM link r JOIN remit_line rl ON rl.id = r.remit_line_id JOIN remit_claim rc ON rc.id = r.remit_claim_id
WHERE r.effect = 'counted' AND rc.status NOT IN ('2', '3') GROUP BY r.outcome_id;

CREATE TEMP TABLE priced AS
SELECT n.*, o.units, o.modifiers, o.place_of_service AS place,
    n.state IN ('paid', 'patient-share') AND n.allowed > 0 AND NOT coalesce(n.later_payer, 0)
        AND n.cause IS NOT 'payment-rule-reduction' AS ordinary, (
    SELECT f.cents * o.units FROM fee f
    WHERE f.payer IN (n.payer, '') AND f.code = n.procedure AND f.place IN (o.place_of_service, '')
        AND (f.modifier = '' AND o.modifiers NOT LIKE '%"26"%' AND o.modifiers NOT LIKE '%"TC"%'
             OR f.modifier <> '' AND o.modifiers LIKE '%"' || f.modifier || '"%')
        AND n.service_date >= f.first AND (f.last = '' OR n.service_date <= f.last)
    ORDER BY f.payer = '' LIMIT 1) AS fee
FROM now n JOIN outcome o ON o.id = n.id WHERE NOT n.money_only;

CREATE TEMP TABLE usual AS
SELECT payer, procedure, modifiers, place, allowed AS of_units, units, lines FROM (
    SELECT *, count(*) OVER same AS lines,
        row_number() OVER (PARTITION BY payer, procedure, modifiers, place ORDER BY 1.0 * allowed / units) AS nth
    FROM priced WHERE ordinary WINDOW same AS (PARTITION BY payer, procedure, modifiers, place))
WHERE nth = (lines + 1) / 2;

CREATE TEMP TABLE expected AS
SELECT p.*, p.fee IS NOT NULL AS by_fee, u.lines,
    min(coalesce(p.fee, CAST(round(u.of_units * p.units / u.units) AS INTEGER)), p.charge) AS expected
FROM priced p LEFT JOIN usual u ON u.payer = p.payer AND u.procedure = p.procedure AND u.modifiers = p.modifiers
    AND u.place = p.place
WHERE p.denied > 0 OR p.ordinary;

CREATE TEMP TABLE checked AS
SELECT *, expected - allowed >= 100 AND expected - allowed > expected * 0.02 AS short
FROM expected WHERE ordinary AND (by_fee OR lines >= 5);
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("by-hand-limits") / "s.db"
    edi("run", path, SAMPLES / "claims", SAMPLES / "remits", code=1)
    payers, fees = path.with_name("payers.csv"), path.with_name("fees.csv")
    payers.write_text("name,appeal_days\n" + "".join(f"{name},{days}\n" for name, days in PAYERS.items()))
    heads = "payer,code,modifier,place,allowed,effective_from,effective_to\n"
    fees.write_text(heads + "".join(",".join(map(str, fee)) + "\n" for fee in FEES))
    edi("reference", "load", path, "payers", payers)
    edi("reference", "load", path, "fees", fees)
    edi("analyze", path)
    return path


@pytest.fixture(scope="module")
def sql(db: Path) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(db) as connection:
        count_by_hand(connection)
        connection.execute("CREATE TEMP TABLE limits (payer, days)")
        connection.executemany("INSERT INTO limits VALUES (?, ?)", (PAYERS | MEDICARE).items())
        connection.execute("CREATE TEMP TABLE fee (payer, code, modifier, place, cents, first, last)")
        connection.executemany(
            "INSERT INTO fee VALUES (?, ?, ?, ?, ?, ?, ?)", [(*fee[:4], fee[4] * 100, *fee[5:]) for fee in FEES]
        )
        connection.executescript(TABLES)
        yield connection


def figures(db: Path, *words: str) -> dict[Any, dict[str, Any]]:
    return {(row["figure"], row["payer"], row["cause"]): row for row in rows("metrics", db, *words)}


def hold(sql: sqlite3.Connection, told: dict[Any, dict[str, Any]], name: str, by: str, query: str) -> int:
    """Hold a figure of money to a query for (group, row, cents); the number of groups."""
    found: dict[Any, dict[int, int]] = {}
    for group, identity, cents in sql.execute(query.format(by=by or "NULL")):
        found.setdefault(group, {})[identity] = cents
    for (figure, payer, cause), row in told.items():
        if figure == name:
            group = payer if by == "payer" else cause
            chosen = found.get(group, {})
            assert row["value"] == dollars(sum(chosen.values())), (name, group)
            assert drilled(sql, row) == set(chosen), (name, group)
    assert {(name, *((group, None) if by == "payer" else (None, group))) for group in found} <= set(told)
    return len(found)


@pytest.mark.parametrize("by", ["", "payer", "cause"])
@pytest.mark.parametrize("today", DAYS)
def test_time_left_to_appeal(db: Path, sql: sqlite3.Connection, today: str, by: str) -> None:
    told = figures(db, "--as-of", today, *(["--by", by] if by else []))
    left = f"julianday(deadline) - julianday('{today}')"
    groups = 0
    for name, condition in {
        "appeal-passed": f"{left} < 0",
        "appeal-due-30": f"{left} BETWEEN 0 AND 30",
        "appeal-later": f"{left} > 30",
        "appeal-limit-unknown": "deadline IS NULL",
    }.items():
        groups += hold(sql, told, name, by, f"SELECT {{by}}, id, denied FROM aged WHERE {condition}")
    assert groups >= 3


def test_the_list_of_deadlines(db: Path, sql: sqlite3.Connection) -> None:
    today = DAYS[1]
    listed = rows("metrics", db, "--deadlines", "--as-of", today)
    days = "CAST(julianday(deadline) - julianday(:today) AS INTEGER)"
    expected = list(
        sql.execute(
            f"""SELECT o.control_number, o.line_number, a.deadline, {days} AS days_left, a.denied_on, a.cause, a.denied
            FROM aged a JOIN outcome o ON o.id = a.id
            ORDER BY CASE WHEN deadline IS NULL THEN 2 ELSE days_left < 0 END, abs(days_left), a.denied DESC, 1, 2""",
            {"today": today},
        )
    )
    names = ("control_number", "line_number", "deadline", "days_left", "decided_on", "cause", "denied")
    assert [tuple(row[name] for name in names) for row in listed] == [
        (*row[:-1], dollars(row[-1])) for row in expected
    ]  # fmt: skip
    assert {row["payer"]: row["appeal_days"] for row in listed if row["appeal_days"]} == PAYERS | MEDICARE
    left = [row["days_left"] for row in listed]
    assert min(day for day in left if day is not None) < 0 < max(day for day in left if day is not None)


@pytest.mark.parametrize("by", ["", "payer"])
@pytest.mark.parametrize("today", DAYS)
def test_ages(db: Path, sql: sqlite3.Connection, today: str, by: str) -> None:
    told = figures(db, "--as-of", today, *(["--by", by] if by else []))
    groups = 0
    for bucket, least, most in (("0-30", -999, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120),
                                ("over-120", 121, 9999)):  # fmt: skip
        denied = f"""SELECT {{by}}, id, denied FROM open_denial
            WHERE julianday('{today}') - julianday(denied_on) BETWEEN {least} AND {most}"""
        waits = f"""SELECT {{by}}, id, charge FROM now WHERE NOT money_only AND first_day IS NULL
            AND julianday('{today}') - julianday(sent) BETWEEN {least} AND {most}"""
        groups += hold(sql, told, f"denied-{bucket}", by, denied)
        groups += hold(sql, told, f"unanswered-{bucket}", by, waits)
    assert groups >= 3


def test_what_was_allowed(sql: sqlite3.Connection) -> None:
    """The allowed amount of ordinary paid lines is the payer's own, or what it paid, left to the patient and cut."""
    compared = list(sql.execute("""SELECT p.id, p.allowed, a.cents FROM priced p JOIN allowance a ON a.outcome_id = p.id
                                   WHERE p.ordinary"""))  # fmt: skip
    assert len(compared) > 400
    assert [row for row in compared if row[1] != row[2]] == []


@pytest.mark.parametrize("by", ["", "payer", "cause"])
def test_underpayment_by_fee_and_habit(db: Path, sql: sqlite3.Connection, by: str) -> None:
    told = figures(db, *(["--by", by] if by else []))
    short = hold(sql, told, "underpaid", by, "SELECT {by}, id, expected - allowed FROM checked WHERE short")
    hold(sql, told, "expected-allowed", by, "SELECT {by}, id, expected FROM expected WHERE denied > 0 AND expected > 0")
    assert short == {"": 1, "payer": 4, "cause": 2}[by]  # what a patient owes can be short too
    of = "PARTITION BY payer" if by == "payer" else ""  # by cause, of all lines
    query = f"""SELECT DISTINCT {by or "NULL"}, sum(short) OVER (PARTITION BY {by or "1"}) AS short,
                count(*) OVER ({of}) FROM checked"""
    for group, hits, lines in sql.execute(f"SELECT * FROM ({query}) WHERE short > 0"):
        row = told["underpaid-rate", *((group, None) if by == "payer" else (None, group))]
        assert (row["numerator"], row["denominator"], row["value"]) == (hits, lines, ratio(hits, lines)), group


def test_lines_short_of_a_fee_have_the_cause(db: Path, sql: sqlite3.Connection) -> None:
    by_fee = set(
        sql.execute("""SELECT o.control_number, o.line_number FROM checked c JOIN outcome o ON o.id = c.id
                       WHERE c.short AND c.by_fee AND c.state = 'paid'""")
    )
    named = {(row["control_number"], row["line_number"]) for row in rows("lines", db, "--where", "cause = 'underpaid'")}
    assert named == by_fee
    assert len(named) > 10
