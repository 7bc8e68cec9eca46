"""The two queues: claims without an answer with what to check, remittances without a claim with the nearest claims.

Rows come out as dictionaries of plain values with the same keys for both sides (COLUMNS); money as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from edi.analysis.reference import load_reference
from edi.pipeline.near import NearClaims, NearLines
from edi.resources import Resources
from edi.store import queues
from edi.store.database import Database
from edi.store.reference import loading
from edi.store.rowsets import money

COLUMNS = (
    "side", "level", "payer", "control_number", "payer_control_number", "trace_number", "claim_status", "kind",
    "frequency", "service_date", "date", "age_days", "days_since_service", "filing_limit_days", "charge", "paid",
    "lines", "codes", "why", "check", "candidates", "file", "segment",
)  # fmt: skip
USUAL = 14  # days that an answer takes where a payer has not shown its own habit
ENOUGH = 5  # answers from which a payer's habit is known
FEW = 3  # claims of a transmission from which its silence says something
NEAR_LIMIT = 30  # days before a filing limit at which it is named

Row = dict[str, Any]


def claims(database: Database, resources: Resources, remits: Sequence[Row] = ()) -> list[Row]:
    """Claims with lines that no payer answered, by payer, oldest first. `remits`: the other queue, to name what may be
    the answer."""
    found = queues.unanswered_claims(database)
    newest = queues.newest_date(database)
    usual = queues.days_to_answer(database)
    answered = queues.answered_of_transactions(database, (row["transaction_id"] for row in found))
    reference = load_reference(resources, loading.rows(database))
    maybe = _perhaps(remits)
    rows = []
    for row in found:
        days = usual.get(row["payer"] or "", [])
        limit = reference.payer(row["payer"], row["payer_id"], row["filing_code"]).timely_filing_days
        age, since = _days(row["last_sent"], newest), _days(row["service_date"], newest)
        partly = row["unanswered"] < row["lines"]
        rows.append(
            _row(
                side="claim",
                level="line" if partly else "claim",
                payer=row["payer"],
                control_number=row["control_number"],
                kind=row["kind"],
                frequency=row["frequency"],
                service_date=row["service_date"],
                date=row["last_sent"],
                age_days=age,
                days_since_service=since,
                filing_limit_days=limit,
                charge=money(row["charge_cents"]),
                lines=row["unanswered"],
                why=f"{row['unanswered']} of {row['lines']} lines without an answer" if partly else "no answer",
                check=_check(
                    row,
                    age,
                    since,
                    limit,
                    _wait(days),
                    answered.get(row["transaction_id"]),
                    maybe.get((row["file"], row["control_number"])),
                ),
                file=row["file"],
                segment=row["segment"],
            )
        )
    return sorted(rows, key=lambda r: (r["payer"] or "", -(r["age_days"] or 0), r["control_number"] or "", _at(r)))


def _perhaps(remits: Iterable[Row]) -> dict[tuple[str, str | None], str]:
    """Claims (file, control number) that a remittance may be the answer to: day and patient do not speak against it."""
    found: dict[tuple[str, str | None], str] = {}
    for remit in remits:
        for candidate in remit["candidates"]:
            if not {"date", "dates", "patient"} & {one["key"] for one in candidate["differ"]}:
                found.setdefault((candidate["file"], candidate["control_number"]), _at(remit))
    return found


def _wait(days: Sequence[int]) -> tuple[int, bool]:
    """Days within which nine of ten answers of the payer came, and whether that is its own habit."""
    return (days[(len(days) * 9 - 1) // 10], True) if len(days) >= ENOUGH else (USUAL, False)


def _check(
    row: Row,
    age: int | None,
    since: int | None,
    limit: int | None,
    wait: tuple[int, bool],
    answered: tuple[int, int] | None,
    maybe: str | None,
) -> str:
    """What to look at, the most telling first."""
    steps = []
    if maybe:
        steps.append(f"perhaps {maybe} is the answer (edi unmatched DB --remittances)")
    if row["unanswered"] < row["lines"]:
        steps.append("the payer answered the other lines: ask what became of these")
        return "; ".join(steps)
    known, of = answered or (0, 0)
    early = age is not None and age <= wait[0]
    envelope = f"interchange {row['interchange_control'] or '?'} of {row['submitted'] or 'an unknown day'}"
    if early:
        whose = "this payer's answers" if wait[1] else "answers"
        steps.append(f"wait: {whose} usually come within {wait[0]} days")
    elif of >= FEW and not known:
        steps.append(f"none of the {of} claims of its file was answered: look for the 999 or TA1 of {envelope}")
    elif known:
        steps.append(
            f"{known} of {of} claims of its file were answered, so it arrived: look for a rejection (277CA), then "
            "ask for the status (276)"
        )
    else:
        steps.append(f"look for the 999 of {envelope}, then the 277CA, then ask for its status (276)")
    if row["frequency"] in ("7", "8") and not early:
        steps.append("a replacement may be answered under the number of the claim that it replaces")
    if row["responsibility"] in ("S", "T") and not early:
        steps.append("a later payer waits for the earlier one's decision: was it sent along?")
    if limit is not None and since is not None and since > limit - NEAR_LIMIT:
        left = limit - since
        steps.append(
            f"filing limit of {limit} days: {left} left" if left >= 0 else f"filing limit of {limit} days passed"
        )
    return "; ".join(steps)


def remittances(database: Database, resources: Resources) -> list[Row]:
    """Remittances without a claim, and answered lines without a line of their claim, by payer and date, with what comes
    near."""
    answers: dict[int, list[Row]] = {}
    for row in queues.unmatched_remittances(database):
        answers.setdefault(row["remit_claim_id"], []).append(row)
    near = NearClaims(database, resources, [remit for remit, found in answers.items() if not found[0]["claim_id"]])
    known = {remit: found[0]["claim_id"] or near.claim_of.get(remit) for remit, found in answers.items()}
    lines = NearLines(database, {remit: claim for remit, claim in known.items() if claim})
    newest = queues.newest_date(database)
    rows = []
    for remit, found in answers.items():
        if known[remit] and found[0]["remit_line_id"]:
            for row in found:
                why, candidates = lines.of(remit, row["remit_line_id"])
                money_of = {"charge": row["charge_cents"], "paid": row["paid_cents"]}
                rows.append(_remittance([row], "line", row["remit_line_id"], money_of, newest, why, candidates))
        else:
            why, candidates = near.of(remit)
            money_of = {"charge": found[0]["claim_charge_cents"], "paid": found[0]["claim_paid_cents"]}
            rows.append(_remittance(found, "claim", remit, money_of, newest, why, candidates))
    return rows


def _remittance(
    found: Sequence[Row],
    level: str,
    row_id: int,
    money_of: Mapping[str, int | None],
    newest: str | None,
    why: str,
    candidates: list[Row],
) -> Row:
    first = found[0]
    service_date = min((row["service_date"] for row in found if row["service_date"]), default=None)
    row = _row(
        **{
            key: first[key]
            for key in ("payer", "control_number", "payer_control_number", "trace_number", "claim_status")
        },
        side="remittance",
        level=level,
        service_date=service_date,
        date=first["date"],
        age_days=_days(first["date"], newest),
        days_since_service=_days(service_date, newest),
        charge=money(money_of["charge"]),
        paid=money(money_of["paid"]),
        lines=sum(row["remit_line_id"] is not None for row in found),
        codes=sorted({row["procedure"] for row in found if row["procedure"]}),
        why=why,
        candidates=candidates,
        file=first["file"],
        segment=row_id & 0xFFFFFFFF,
    )
    row["check"] = _advice(row)
    return row


def _advice(row: Row) -> str:
    if not row["candidates"] and row["level"] == "line":
        return "its claim is here, but no line of it has this code"
    if not row["candidates"]:
        return "no claim here comes near: billed by another system, or a claim file that was not imported"
    return "; ".join(f"{c['control_number']} ({_at(c)}): {c['why']}" for c in row["candidates"])


def _row(**values: Any) -> Row:
    return {column: values.get(column, [] if column in ("candidates", "codes") else None) for column in COLUMNS}


def _at(row: Mapping[str, Any]) -> str:
    return f"{row['file']}#{row['segment']}"


def _days(day: str | None, newest: str | None) -> int | None:
    """Days from `day` to the newest date of the database; None when one of them is unknown."""
    try:
        return (date.fromisoformat(newest or "") - date.fromisoformat(day or "")).days
    except ValueError:
        return None
