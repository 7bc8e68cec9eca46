"""What the analysis has seen, so that a day's files cost in proportion to what they touch.

`work_key` holds the grouping keys of every analysed claim and remittance; `stale_key` those of rows that went away
since; `payer_code` and `payer_allowed` count what each payer did with each code, `payer_usual` keeps the medians that
findings were valued by. Rows that leave are taken out of all of them (`withdraw`), rows of files that are not analysed
yet are put in (`enter`). Nothing here decides anything.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

KEY_SEPARATOR = "\x1f"
Habit = tuple[str, str]  # payer, code
Habits = dict[Habit, tuple[int, int]]  # lines paid, lines not paid
MILLION = 1_000_000.0  # allowed amounts are kept for a unit, in millionths of a cent: whole, whatever the units

# One row for each line that a payer decided: payer, code, the modifier that sets the price, place, allowed, units.
_DECIDED = """
    SELECT COALESCE(p.payer_name, '') AS payer, COALESCE(l.submitted_procedure, l.procedure, '') AS code,
        CASE WHEN '26' IN (l.modifier1, l.modifier2, l.modifier3, l.modifier4) THEN '26'
             WHEN 'TC' IN (l.modifier1, l.modifier2, l.modifier3, l.modifier4) THEN 'TC' ELSE '' END AS part,
        COALESCE(c.facility_code, '') AS place, COALESCE(l.paid_cents, 0) > 0 AS is_paid,
        COALESCE(l.allowed_cents, l.paid_cents + (SELECT COALESCE(SUM(a.amount_cents), 0) FROM adjustment a
            WHERE a.remit_line_id = l.id AND a.group_code = 'PR')) AS allowed_cents,
        CASE WHEN COALESCE(l.submitted_units, l.units) > 0 THEN COALESCE(l.submitted_units, l.units) ELSE 1 END AS units
    FROM remit_line l JOIN remit_claim c ON c.id = l.remit_claim_id JOIN payment p ON p.id = l.payment_id
    WHERE l.id BETWEEN :first AND :last AND COALESCE(c.status, '') <> '22'
"""
_COUNT_CODES = f"""
    INSERT INTO payer_code (payer, code, paid, unpaid, known_paid, known_unpaid)
    SELECT payer, code, :sign * SUM(is_paid), :sign * SUM(NOT is_paid), 0, 0
    FROM ({_DECIDED}) WHERE 1 GROUP BY payer, code
    ON CONFLICT (payer, code) DO UPDATE SET paid = paid + excluded.paid, unpaid = unpaid + excluded.unpaid
"""
_COUNT_ALLOWED = f"""
    INSERT INTO payer_allowed (habit, unit_allowed, lines)
    SELECT payer || x'1f' || code || x'1f' || part || x'1f' || place,
        CAST(ROUND(allowed_cents * {MILLION} / units) AS INTEGER), :sign * COUNT(*) FROM ({_DECIDED})
    WHERE is_paid AND allowed_cents > 0 GROUP BY 1, 2
    ON CONFLICT (habit, unit_allowed) DO UPDATE SET lines = lines + excluded.lines
"""
# What a finding is worth: what the payer usually allows for its units, no more than was charged, less what is settled.
_VALUE = f"""
    UPDATE finding SET recoverable_cents = (
        SELECT MAX(MIN(o.charge_cents, CAST(
            ROUND(u.unit_allowed * CASE WHEN o.units > 0 THEN o.units ELSE 1 END / {MILLION}) AS INTEGER
        )) - settled_cents, 0)
        FROM payer_usual u JOIN outcome o ON o.id = finding.outcome_id WHERE u.habit = finding.habit)
"""
_STALE_HABITS = f"""
    INSERT OR IGNORE INTO stale_habit (habit)
    SELECT DISTINCT payer || x'1f' || code || x'1f' || part || x'1f' || place FROM ({_DECIDED})
"""


def span(file_id: int) -> tuple[int, int]:
    """The row ids that a file may have."""
    return file_id << 32, (file_id + 1 << 32) - 1


def untouched(connection: sqlite3.Connection) -> bool:
    """Whether nothing is analysed yet."""
    return connection.execute("SELECT 1 FROM file WHERE analysed = 1 LIMIT 1").fetchone() is None


def new_files(connection: sqlite3.Connection) -> list[int]:
    """The files whose rows the analysis has not seen."""
    query = "SELECT id FROM file WHERE COALESCE(analysed, 0) = 0 AND sha256 IS NOT NULL ORDER BY id"
    return [row[0] for row in connection.execute(query)]


def enter(connection: sqlite3.Connection, file_id: int, keys: Iterable[tuple[int, Iterable[Hashable]]]) -> None:
    """Note the keys of a file's rows and count its decided lines."""
    connection.executemany(
        "INSERT OR IGNORE INTO work_key (key, row_id) VALUES (?, ?)",
        ((as_text(key), row_id) for row_id, found in keys for key in found),
    )
    _count(connection, *span(file_id), sign=1)
    connection.execute("UPDATE file SET analysed = 1 WHERE id = ?", (file_id,))


def withdraw(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Before the rows of a span of ids go or move: what was derived from them goes, what they touched is stale."""
    analysed = connection.execute("SELECT analysed FROM file WHERE id = ?", (first >> 32,)).fetchone()
    if not analysed or not analysed[0]:
        return
    between = "BETWEEN ? AND ?"
    connection.execute(
        f"INSERT OR IGNORE INTO stale_key (key) SELECT key FROM work_key WHERE row_id {between}", (first, last)
    )
    connection.execute(f"DELETE FROM work_key WHERE row_id {between}", (first, last))
    _count(connection, first, last, sign=-1)
    condition = f"claim_id {between} OR remit_claim_id {between}"
    drop_outcomes(connection, f"SELECT id FROM outcome WHERE {condition}", (first, last, first, last))


def rows_of_file(connection: sqlite3.Connection, file_id: int) -> list[int]:
    """The claims and remittance claims of a file."""
    first, last = span(file_id)
    tables = ("claim", "remit_claim")
    query = " UNION ALL ".join(f"SELECT id FROM {table} WHERE id BETWEEN ?1 AND ?2" for table in tables)
    return [row[0] for row in connection.execute(query, (first, last))]


def tied_rows(connection: sqlite3.Connection) -> Iterator[list[int]]:
    """For every key, the rows that have it."""
    rows = connection.execute("SELECT key, row_id FROM work_key ORDER BY key")
    for _, tied in groupby(rows, key=itemgetter(0)):
        yield [row_id for _, row_id in tied]


def stale_keys(connection: sqlite3.Connection) -> list[str]:
    """The keys of rows that went away since the last analysis."""
    return [row[0] for row in connection.execute("SELECT key FROM stale_key")]


def drop_rows(connection: sqlite3.Connection, rows: Iterable[int]) -> None:
    """Delete what was derived from these claims and remittance claims."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS dropping (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.dropping")
    connection.executemany("INSERT OR IGNORE INTO temp.dropping VALUES (?)", ((row_id,) for row_id in rows))
    drop_outcomes(
        connection,
        # CROSS JOIN: begin with what goes; left to choose, SQLite scans the outcomes
        "SELECT o.id FROM temp.dropping d CROSS JOIN outcome o ON o.claim_id = d.id "
        "UNION SELECT o.id FROM temp.dropping d CROSS JOIN outcome o ON o.remit_claim_id = d.id",
    )


def drop_outcomes(connection: sqlite3.Connection, chosen: str, values: Iterable[int] = ()) -> None:
    """Delete the outcomes that a query chooses, with their links, findings and evidence."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS leaving (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.leaving")
    connection.execute(f"INSERT OR IGNORE INTO temp.leaving {chosen}", tuple(values))
    of_leaving = "outcome_id IN (SELECT id FROM temp.leaving)"
    connection.execute(f"DELETE FROM evidence WHERE finding_id IN (SELECT id FROM finding WHERE {of_leaving})")
    connection.execute(f"DELETE FROM finding WHERE {of_leaving}")
    connection.execute(f"DELETE FROM link WHERE {of_leaving}")
    connection.execute(f"DELETE FROM diagnostic WHERE {of_leaving}")
    connection.execute("DELETE FROM outcome WHERE id IN (SELECT id FROM temp.leaving)")


def _count(connection: sqlite3.Connection, first: int, last: int, sign: int) -> None:
    for statement in (_COUNT_CODES, _COUNT_ALLOWED):
        connection.execute(statement, {"first": first, "last": last, "sign": sign})
    connection.execute(_STALE_HABITS, {"first": first, "last": last})


def usual_allowed(connection: sqlite3.Connection, habit: str) -> int | None:
    """The payer's median for a unit, in millionths of a cent, for a habit (payer, code, part, place); the lower one of
    an even count, as in the metrics."""
    query = "SELECT unit_allowed, lines FROM payer_allowed WHERE habit = ? AND lines > 0 ORDER BY unit_allowed"
    found = connection.execute(query, (habit,)).fetchall()
    left = (sum(lines for _, lines in found) - 1) // 2
    for amount, lines in found:
        if left < lines:
            return int(amount)
        left -= lines
    return None


def value_findings(connection: sqlite3.Connection, known: int) -> None:
    """Set what each open denial is worth by its payer's habit: of every outcome after the `known`-th, and of those
    before it where the payer's median moved."""
    moved = []
    for habit, before in connection.execute(
        "SELECT s.habit, u.unit_allowed FROM stale_habit s LEFT JOIN payer_usual u ON u.habit = s.habit"
    ).fetchall():
        usual = usual_allowed(connection, habit)
        if usual != before:
            moved.append((usual, habit))
    connection.executemany("INSERT OR REPLACE INTO payer_usual (unit_allowed, habit) VALUES (?, ?)", moved)
    if known:
        connection.executemany(f"{_VALUE} WHERE habit = ?", [(habit,) for _, habit in moved])
    connection.execute(f"{_VALUE} WHERE habit IS NOT NULL AND outcome_id > ?", (known,))
    connection.execute("DELETE FROM stale_habit")


def paying_habits(connection: sqlite3.Connection) -> Habits:
    """(payer, code) -> lines paid, lines not paid."""
    query = "SELECT payer, code, paid, unpaid FROM payer_code WHERE paid > 0 OR unpaid > 0"
    return {(payer, code): (paid, unpaid) for payer, code, paid, unpaid in connection.execute(query)}


def known_habits(connection: sqlite3.Connection) -> Habits:
    """`paying_habits` as the last analysis knew them: files that went since are still counted."""
    query = """SELECT payer, code, coalesce(known_paid, paid) AS paid, coalesce(known_unpaid, unpaid) AS unpaid
        FROM payer_code WHERE coalesce(known_paid, paid) > 0 OR coalesce(known_unpaid, unpaid) > 0"""
    return {(payer, code): (paid, unpaid) for payer, code, paid, unpaid in connection.execute(query)}


def know_habits(connection: sqlite3.Connection) -> None:
    """What the analysis went by is known from now on."""
    connection.execute(
        """UPDATE payer_code SET known_paid = paid, known_unpaid = unpaid
        WHERE known_paid IS NOT paid OR known_unpaid IS NOT unpaid"""
    )


def as_text(key: Hashable) -> str:
    """A grouping key as it is stored."""
    return KEY_SEPARATOR.join(key) if isinstance(key, tuple) else str(key)


class Touched:
    """The rows that an analysis must look at again: those of new files, and whatever hangs together with them."""

    def __init__(self, connection: sqlite3.Connection, crowd: int) -> None:
        self.connection = connection
        self.crowd = crowd

    def keys_of(self, row_id: int) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT key FROM work_key WHERE row_id = ?", (row_id,))]

    def rows_of(self, key: str) -> list[int]:
        """The rows that share a key; none where too many do, as then the key ties nothing together."""
        query = "SELECT row_id FROM work_key WHERE key = ? LIMIT ?"
        found = [row[0] for row in self.connection.execute(query, (key, self.crowd + 1))]
        return found if len(found) <= self.crowd else []

    def newly_crowded(self, rows: Iterable[int]) -> list[int]:
        """The rows of keys that became too common with these new rows: they no longer tie their rows together."""
        news = Counter(key for row_id in rows for key in self.keys_of(row_id))
        query = "SELECT row_id FROM work_key WHERE key = ? LIMIT ?"
        crowded: list[int] = []
        for key, new in news.items():
            found = self.connection.execute(query, (key, self.crowd + new + 1)).fetchall()
            if self.crowd < len(found) <= self.crowd + new:
                crowded += [row[0] for row in found]
        return crowded

    def by_habits(self, habits: Iterable[Habit]) -> list[int]:
        """The rows whose findings spoke of what a payer does with a code."""
        query = """SELECT COALESCE(o.claim_id, o.remit_claim_id)
            FROM finding n JOIN outcome o ON o.id = n.outcome_id
            WHERE n.procedure = ?1 AND n.is_primary = 1 AND (o.payer = ?2 OR EXISTS (
                SELECT 1 FROM link l JOIN remit_claim r ON r.id = l.remit_claim_id JOIN payment p ON p.id = r.payment_id
                WHERE l.outcome_id = o.id AND p.payer_name = ?2))"""
        return [row[0] for payer, code in habits for row in self.connection.execute(query, (code, payer))]

    def closure(self, seeds: Iterable[int], keys: Iterable[str]) -> Iterator[list[int]]:
        """Groups of rows that share keys, starting from `seeds` and from the rows that have one of `keys`."""
        waiting = list(seeds)
        for key in keys:
            waiting += self.rows_of(key)
        seen_keys: set[str] = set()
        seen: set[int] = set()
        for seed in waiting:
            if seed in seen:
                continue
            group, edge = [], [seed]
            seen.add(seed)
            while edge:
                row_id = edge.pop()
                group.append(row_id)
                for key in self.keys_of(row_id):
                    if key not in seen_keys:
                        seen_keys.add(key)
                        fresh = [other for other in self.rows_of(key) if other not in seen]
                        seen.update(fresh)
                        edge += fresh
            yield sorted(group)
