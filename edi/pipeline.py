"""Records in, answers out: link, outcomes and causes over everything that a database holds.

Reads the records group by group (see analysis.grouping), lets the engine work each one out, and writes outcome, link,
finding and evidence anew, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from edi.analysis import grouping, model
from edi.analysis.causes import Finding
from edi.analysis.engine import Engine, Result
from edi.analysis.model import Claim, RemitClaim, place
from edi.analysis.outcome import Outcome
from edi.analysis.subject import PayerHabits
from edi.resources import Resources
from edi.store.database import Database

BATCH = 2000  # claims and remittances worked on at a time

_KEY = ("created_date", "created_time", "interchange_date", "interchange_time", "reference")
_SUBMITTED = {
    "submitted": "COALESCE(t.created_date, t.interchange_date)",
    "submitted_key": " || ' ' || ".join(f"COALESCE(t.{name}, '')" for name in _KEY),
}
_OF_CLAIM = ("service_line", "diagnosis", "claim_code", "note", "attachment", "other_payer", "other_adjudication")
_OF_REMIT = ("remit_line", "adjustment", "remark")

Progress = Callable[[int, int], None]


def analyze(database: Database, resources: Resources, progress: Progress | None = None) -> None:
    """Link and explain everything in `database`, replacing what an earlier run derived."""
    engine = Engine(resources, payer_habits(database))
    groups = _groups(database)
    total, done = sum(map(len, groups)), 0
    with database.transaction():
        database.clear_analysis()
        writer = _Writer(database)
        for batch in _batches(groups):
            for claims, remits in _load(database, batch):
                writer.write(engine.analyse(claims, remits))
            writer.flush()
            done += sum(map(len, batch))
            if progress:
                progress(done, total)
    database.index()


def payer_habits(database: Database) -> PayerHabits:
    """What each payer did with each code, over all remittances that are no reversals."""
    rows = database.connection.execute(
        """
        SELECT p.payer_name, COALESCE(l.submitted_procedure, l.procedure), l.paid_cents,
               COALESCE(l.allowed_cents, l.paid_cents + (SELECT COALESCE(SUM(a.amount_cents), 0) FROM adjustment a
                    WHERE a.remit_line_id = l.id AND a.group_code = 'PR')),
               COALESCE(l.modifier1, ''), COALESCE(l.modifier2, ''), COALESCE(c.facility_code, '')
        FROM remit_line l JOIN remit_claim c ON c.id = l.remit_claim_id JOIN payment p ON p.id = l.payment_id
        WHERE COALESCE(c.status, '') <> '22'
        """
    )
    paid: dict[tuple[str, str], int] = {}
    unpaid: dict[tuple[str, str], int] = {}
    allowed: dict[tuple[str, str, str, str], list[int]] = {}
    for payer, code, paid_cents, allowed_cents, modifier1, modifier2, facility in rows:
        key = (payer or "", code or "")
        counts = paid if (paid_cents or 0) > 0 else unpaid
        counts[key] = counts.get(key, 0) + 1
        if (paid_cents or 0) > 0 and allowed_cents:
            modifiers = " ".join(sorted(filter(None, (modifier1, modifier2))))
            allowed.setdefault((*key, modifiers, facility), []).append(allowed_cents)
    medians = {key: sorted(values)[(len(values) - 1) // 2] for key, values in allowed.items()}
    return PayerHabits(paid, unpaid, medians)


def _groups(database: Database) -> list[list[int]]:
    """Row ids of claims and remittances (CLP) that must be looked at together."""
    groups = grouping.Groups()
    read = database.connection.execute
    for row_id, number, member, icn, *patient in read(
        "SELECT id, control_number, member_id, payer_control_number, COALESCE(patient_last, subscriber_last), "
        "COALESCE(patient_first, subscriber_first), CASE WHEN patient_last IS NULL THEN subscriber_birth_date "
        "ELSE patient_birth_date END FROM claim ORDER BY id"
    ):
        last, first, birth = ((part or "").upper() for part in patient)
        groups.add(row_id, grouping.claim_keys(number, member, icn, (last, first[:3], birth)))
    for row_id, number, patient_id, insured, corrected, icn, original in read(
        "SELECT id, control_number, patient_id, insured_id, corrected_id, payer_control_number, original_reference "
        "FROM remit_claim ORDER BY id"
    ):
        groups.add(row_id, grouping.remit_keys(number, (patient_id, insured, corrected), icn, original))
    return groups.groups()


def _batches(groups: list[list[int]]) -> Iterator[list[list[int]]]:
    batch: list[list[int]] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += len(group)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _load(database: Database, batch: list[list[int]]) -> Iterator[tuple[list[Claim], list[RemitClaim]]]:
    """The claims and remittances of each group of a batch. Ids of both kinds are distinct: they name segments."""
    read = database.connection
    read.execute("CREATE TEMP TABLE IF NOT EXISTS working (id INTEGER PRIMARY KEY)")
    read.execute("DELETE FROM temp.working")
    read.executemany("INSERT INTO temp.working VALUES (?)", ((row_id,) for group in batch for row_id in group))
    claims, remits = model.assemble({table: read.execute(_select(table)) for table in model.TABLES})
    group_of = {row_id: number for number, group in enumerate(batch) for row_id in group}
    sorted_claims: list[list[Claim]] = [[] for _ in batch]
    sorted_remits: list[list[RemitClaim]] = [[] for _ in batch]
    for claim in claims:
        sorted_claims[group_of[claim.id]].append(claim)
    for remit in remits:
        sorted_remits[group_of[remit.id]].append(remit)
    return zip(sorted_claims, sorted_remits, strict=True)


def _select(table: str) -> str:
    """The rows of `table` that belong to the working set, in the order of their ids."""
    chosen = ", ".join(_SUBMITTED.get(name, f"r.{name}") for name in model.columns(table))
    if table == "claim":
        return (
            f"SELECT {chosen} FROM temp.working w JOIN claim r ON r.id = w.id "
            "LEFT JOIN transaction_set t ON t.id = r.transaction_id ORDER BY r.id"
        )
    if table == "remit_claim":
        return f"SELECT {chosen} FROM temp.working w JOIN remit_claim r ON r.id = w.id ORDER BY r.id"
    if table == "payment":
        return (
            f"SELECT {chosen} FROM payment r WHERE r.id IN "
            "(SELECT c.payment_id FROM temp.working w JOIN remit_claim c ON c.id = w.id)"
        )
    parent = "claim_id" if table in _OF_CLAIM else "remit_claim_id"
    order = "r.id, r.position" if table in ("adjustment", "remark", "diagnosis", "claim_code") else "r.id"
    return f"SELECT {chosen} FROM temp.working w JOIN {table} r ON r.{parent} = w.id ORDER BY {order}"


class _Writer:
    """Turns results into rows of outcome, link, finding and evidence."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows: dict[str, list[tuple[Any, ...]]] = {"outcome": [], "link": [], "finding": [], "evidence": []}
        self.outcomes = self.links = 0
        self.finding_ids: dict[str, int] = {}

    def write(self, result: Result) -> None:
        numbers: dict[int, int] = {}
        for row in result.rows:
            self.outcomes += 1
            numbers[id(row)] = self.outcomes
            self.rows["outcome"].append(_outcome(self.outcomes, row))
            for position, link in enumerate(_links(row), start=1):
                self.links += 1
                self.rows["link"].append((self.links, self.outcomes, position, *link))
        for found in result.findings:
            self._finding(found, numbers[id(found.row)])

    def _finding(self, found: Finding, outcome: int) -> None:
        seen = self.finding_ids.get(found.id, 0)
        self.finding_ids[found.id] = seen + 1
        name = f"{found.id}-{seen + 1}" if seen else found.id
        row, remit = found.row, found.subject.remit
        line = row.line
        shared = (
            found.cause.denial,
            row.claim.control_number,
            line.line_number if line else None,
            line.line_control if line else None,
            row.code,
            row.service_date,
            row.payer_name,
            remit.payment.trace_number if remit else None,
            _list(tuple(found.group_codes)),
            _list(tuple(found.reason_codes)),
            _list(tuple(found.remark_codes)),
        )
        money = (found.denied, found.recoverable, found.depends_on, int(found.open))
        words = (found.cause.title, found.why, found.action)
        self.rows["finding"].append(
            (name, outcome, 1, found.rule, found.cause.id, found.verdict, *shared, *money, *words)
        )
        for rule, cause, verdict in found.also:
            other = (f"{name}.{rule}", outcome, 0, rule, cause, verdict, *shared, 0, None, None, int(found.open))
            self.rows["finding"].append((*other, None, None, None))
        for position, evidence in enumerate(found.evidence, start=1):
            where = place(evidence.at) if evidence.at else (None, None)
            self.rows["evidence"].append(
                (name, position, evidence.weight, evidence.side, evidence.what, evidence.value, *where)
            )

    def flush(self) -> None:
        for table, rows in self.rows.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self.database.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
                rows.clear()


def _outcome(number: int, row: Outcome) -> tuple[Any, ...]:
    line, claim, split = row.line, row.claim, row.split
    remit = row.remit
    svc = next((e.svcs[0] for e in row.entries if e.svcs), None)
    ours = row.kind is not None
    at = line.id if line and ours else svc.id if svc else (claim.id if ours else row.entries[0].remit.id)
    file_id, segment = place(at)
    decided = [e.remit.payment.day for e in row.entries if e.remit.payment.day]
    return (
        number,
        claim.id if ours else None,
        line.id if line and ours else None,
        row.entries[0].remit.id if row.entries else None,
        svc.id if svc else None,
        row.kind,
        claim.control_number,
        claim.frequency,
        row.payer_name,
        line.line_number if line else None,
        line.line_control if line else None,
        row.code,
        _list(row.modifiers),
        line.revenue_code if line else None,
        line.units if line else None,
        row.service_date,
        row.place,
        row.charge,
        None if not row.entries else split.allowed,
        split.paid,
        split.patient,
        split.contractual,
        split.denied,
        split.packaged,
        split.other,
        row.balance,
        row.state,
        row.first_state,
        row.first.denied if row.first else 0,
        row.first_entry.remit.payment.day if row.first_entry else None,
        max(decided, default=None),
        len(row.case.submissions),
        row.cause,
        row.verdict,
        remit.payment.id if remit else None,
        file_id,
        segment,
    )


def _links(row: Outcome) -> Iterable[tuple[Any, ...]]:
    """One link for each remittance line (or claim, where it was answered as a whole) that ever answered the row."""
    line, claim = row.line, row.claim
    claim_id, line_id = (claim.id, line.id if line else None) if row.kind is not None else (None, None)
    status = "ambiguous" if row.ambiguous else "linked"
    for entry, effect in zip(row.entries, row.net.effects, strict=True):
        remit = entry.remit
        if not entry.svcs:
            ours = _keys(claim.control_number, None, None, (), None, claim.charge_cents, None)
            theirs = _keys(remit.control_number, None, None, (), None, remit.charge_cents, None)
            yield ("claim", claim_id, None, remit.id, None, entry.tier, status, effect, ours, theirs)
        for svc in entry.svcs:
            ours = (
                _keys(claim.control_number, line.line_control, line.procedure, line.modifiers, line.service_date,
                      line.charge_cents, line.units)
                if line else "{}"
            )  # fmt: skip
            theirs = _keys(remit.control_number, svc.line_control, svc.code, svc.modifiers,
                           svc.service_date or remit.statement_from, svc.charge_cents, svc.quantity)  # fmt: skip
            yield ("line", claim_id, line_id, remit.id, svc.id, entry.tier, status, effect, ours, theirs)


def _keys(
    control_number: str | None,
    line_control: str | None,
    code: str | None,
    modifiers: tuple[str, ...],
    day: str | None,
    charge_cents: int | None,
    units: float | int | None,
) -> str:
    """One side's values of the comparisons that linking makes, as JSON (written here: a link a line, twice)."""
    return (
        f'{{"control_number": {_text(control_number)}, "line_control": {_text(line_control)}, "code": {_text(code)}, '
        f'"modifiers": {_list(modifiers)}, "date": {_text(day)}, '
        f'"charge_cents": {_number(charge_cents)}, "units": {_number(units)}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)


def _number(value: float | int | None) -> str:
    return "null" if value is None else repr(value)


@lru_cache(maxsize=4096)
def _list(values: tuple[str, ...]) -> str:
    return json.dumps(values)
