"""The headline of a database: how many claims and lines, where the billed cents went, what cost most, what is off.

Money is integer cents. Everything is summed over the tables at hand, in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

from edi.store.database import Database

# Label -> sum over outcome. They add up to what was billed.
BUCKETS = {
    "paid": "paid_cents",
    "contractual": "contractual_cents",
    "patient": "patient_cents",
    "denied": "denied_cents",
    "packaged": "packaged_cents",
    "other": "other_cents",
    "unanswered": "CASE WHEN state IN ('no-response', 'pending') THEN balance_cents ELSE 0 END",
    "replaced": "CASE WHEN state = 'void' THEN balance_cents ELSE 0 END",
    "unexplained": "CASE WHEN state IN ('no-response', 'pending', 'void') THEN 0 ELSE balance_cents END",
}


@dataclass(frozen=True)
class Cause:
    """A cause of denials: its title, the lines it hit and the cents they were denied."""

    title: str
    lines: int
    cents: int


@dataclass(frozen=True)
class Unbalanced:
    """A payment whose amount is not what its claims and provider adjustments say; `cents` is how far off."""

    trace_number: str | None
    payer: str | None
    cents: int
    file: str
    segment: int


@dataclass(frozen=True)
class Headline:
    """`buckets` holds the parts of `billed_cents` by label."""

    claims: int
    lines: int
    payments: int
    billed_cents: int
    buckets: dict[str, int]
    causes: list[Cause]
    unbalanced: list[Unbalanced]


def headline(database: Database, top: int = 5) -> Headline:
    """The figures of an analysed database, with its `top` causes by denied money."""
    query = database.connection.execute
    sums = ", ".join(f"coalesce(sum({expression}), 0)" for expression in BUCKETS.values())
    lines, billed, *buckets = query(f"SELECT count(*), coalesce(sum(charge_cents), 0), {sums} FROM outcome").fetchone()
    causes = query(
        """SELECT coalesce(c.title, n.title, n.cause), count(*), sum(n.denied_cents) AS cents
        FROM finding n LEFT JOIN cause c ON c.cause = n.cause
        WHERE n.is_primary = 1 AND n.open = 1 AND n.denied_cents > 0
        GROUP BY n.cause ORDER BY cents DESC, n.cause LIMIT ?""",
        (top,),
    )
    unbalanced = query(
        """SELECT p.trace_number, p.payer_name, p.difference_cents, f.path, p.id & 4294967295
        FROM payment_balance p JOIN file f ON f.id = p.id >> 32
        WHERE p.difference_cents <> 0 ORDER BY abs(p.difference_cents) DESC, f.path, p.id"""
    )
    return Headline(
        claims=query("SELECT count(*) FROM claim").fetchone()[0],
        lines=lines,
        payments=query("SELECT count(*) FROM payment").fetchone()[0],
        billed_cents=billed,
        buckets=dict(zip(BUCKETS, buckets, strict=True)),
        causes=[Cause(*row) for row in causes],
        unbalanced=[Unbalanced(*row) for row in unbalanced],
    )
