"""How often a rule, a cause or a code was seen in one database."""

from __future__ import annotations

from edi.explain.answer import Answer
from edi.explain.asking import many, one
from edi.store.database import Database
from edi.store.rowsets import money

_FINDINGS = """
    SELECT count(*) AS hits, coalesce(sum(open = 0), 0) AS closed, coalesce(sum(denied_cents), 0) AS denied
    FROM finding WHERE is_primary = 1 AND {} = ?"""


def add_counts(answer: Answer, database: Database) -> Answer:
    """Say how often the database has what the answer is about."""
    said = answer.data
    if "rule" in said:
        answer.add("In this database", _found(database, "rule", said["rule"]))
    elif "cause" in said:
        paid = one(database, "SELECT count(*) AS lines FROM outcome WHERE state = 'paid' AND cause = ?", said["cause"])
        lines = paid["lines"] if paid else 0
        answer.add(
            "In this database",
            _found(database, "cause", said["cause"]),
            f"{_counted(lines, 'paid line')}: edi lines {database.path} --where \"cause = '{said['cause']}'\""
            if lines
            else None,
        )
    elif "code" in said:
        answer.add("In this database", *_code(database, said["code"]))
    return answer


def _found(database: Database, column: str, value: str) -> str:
    row = many(database, _FINDINGS.format(column), value)[0]
    if not row["hits"]:
        return "no finding."
    closed = f"{row['closed']} of these closed since" if row["closed"] else "none is closed yet"
    return f"{_counted(row['hits'], 'finding')}, {money(row['denied'])} denied now; {closed}."


def _code(database: Database, code: str) -> list[str]:
    reason = code.rpartition("-")[2]
    taken = many(
        database,
        "SELECT group_code, count(*) AS times, sum(amount_cents) AS cents FROM adjustment WHERE reason_code = ? "
        "GROUP BY group_code ORDER BY times DESC, group_code",
        reason,
    )
    lines = [f"{row['group_code'] or '?'}-{reason}: {_times(row['times'])}, {money(row['cents'])}" for row in taken]
    told = one(database, "SELECT count(*) AS times FROM remark WHERE code = ?", code)
    if told and told["times"]:
        lines.append(f"remark {code}: {_times(told['times'])}")
    billed = one(
        database, "SELECT count(*) AS lines, sum(denied_cents) AS cents FROM outcome WHERE procedure = ?", code
    )
    if billed and billed["lines"]:
        lines.append(f"{_counted(billed['lines'], 'line')} of {code}, {money(billed['cents'])} denied")
    return lines


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
