"""The headline of a database: its claims and lines, what is to be worked, where the billed cents went, what is off.

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


# Open denials under the cause that has to be worked: a line that follows from an open denial counts there.
_OPEN_DENIALS = """
    SELECT coalesce(r.cause, n.cause) AS cause, coalesce(r.title, n.title) AS title, r.id IS NULL AS is_root,
        coalesce(r.verdict, n.verdict) AS verdict, n.denied_cents, n.recoverable_cents
    FROM finding n
    LEFT JOIN finding r ON r.id = n.depends_on AND r.is_primary = 1 AND r.open = 1 AND r.denial = 'yes'
    WHERE n.is_primary = 1 AND n.open = 1 AND n.denial = 'yes'
"""
_WAITING = """
    SELECT count(DISTINCT coalesce(claim_id, remit_claim_id)), coalesce(sum(balance_cents), 0)
    FROM outcome
    WHERE state IN (?, ?)
"""
_UNMATCHED = "SELECT count(DISTINCT remit_claim_id) FROM outcome WHERE kind IS NULL"


@dataclass(frozen=True)
class Cause:
    """A root cause of open denials: its title, how many there are, and the cents they and what follows were denied."""

    title: str
    denials: int
    cents: int


@dataclass(frozen=True)
class Work:
    """The open denials; lines that follow from another add cents to it. `refuted`: those that our side contradicts.

    `waiting` are claims without a final answer, `unmatched` remittance claims that found none of ours.
    """

    denials: int
    cents: int
    recoverable_cents: int
    refuted: int
    refuted_cents: int
    waiting: int
    waiting_cents: int
    unmatched: int


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
    work: Work
    causes: list[Cause]
    unbalanced: list[Unbalanced]


def headline(database: Database, top: int = 5) -> Headline:
    """The figures of an analysed database, with its `top` causes by denied money."""
    query = database.connection.execute
    sums = ", ".join(f"coalesce(sum({expression}), 0)" for expression in BUCKETS.values())
    lines, billed, *buckets = query(f"SELECT count(*), coalesce(sum(charge_cents), 0), {sums} FROM outcome").fetchone()
    causes = query(
        f"""SELECT coalesce(c.title, max(d.title), d.cause), sum(d.is_root), sum(d.denied_cents) AS cents
        FROM ({_OPEN_DENIALS}) d LEFT JOIN cause c ON c.cause = d.cause
        GROUP BY d.cause HAVING cents > 0 ORDER BY cents DESC, d.cause LIMIT ?""",
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
        work=_work(database),
        causes=[Cause(*row) for row in causes],
        unbalanced=[Unbalanced(*row) for row in unbalanced],
    )


def _work(database: Database) -> Work:
    query = database.connection.execute
    open_denials = query(
        f"""SELECT coalesce(sum(is_root), 0), coalesce(sum(denied_cents), 0), coalesce(sum(recoverable_cents), 0),
            coalesce(sum(is_root AND verdict = 'contradicted'), 0),
            coalesce(sum(CASE WHEN verdict = 'contradicted' THEN denied_cents END), 0)
        FROM ({_OPEN_DENIALS})"""
    ).fetchone()
    waiting = query(_WAITING, ("no-response", "pending")).fetchone()
    return Work(*open_denials, *waiting, *query(_UNMATCHED).fetchone())
