"""Records in, answers out: link, outcomes and causes over everything that a database holds.

Reads the records group by group (see analysis.grouping), lets the engine work each one out, and writes outcome, link,
finding and evidence anew, in one transaction.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from edi import __version__
from edi.analysis import grouping, model
from edi.analysis.causes import Finding
from edi.analysis.engine import Engine, Result
from edi.analysis.model import Claim, RemitClaim, place
from edi.analysis.outcome import Outcome
from edi.analysis.subject import PayerHabits
from edi.resources import Resources
from edi.store import across, worklog
from edi.store.database import Database
from edi.store.reference import loading

HABIT = -2  # the place of `habit` in a finding's row
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
    """Link and explain what is in `database`: everything the first time, later what new and removed files touch."""
    connection = database.connection
    with database.transaction():
        fingerprint = _fingerprint(resources)
        row = connection.execute("SELECT value FROM analysis WHERE name = 'rules'").fetchone()
        if row is None or row[0] != fingerprint:
            database.clear_analysis()
            connection.execute("INSERT OR REPLACE INTO analysis (name, value) VALUES ('rules', ?)", (fingerprint,))
        habits_before = worklog.paying_habits(connection)
        entered = {file_id: _enter(connection, file_id) for file_id in worklog.new_files(connection)}
        habits = worklog.paying_habits(connection)
        groups = _groups(connection, entered, _turned(habits_before, habits))
        engine = Engine(resources, PayerHabits.of(habits), loading.rows(database))
        writer = _Writer(database)
        total, done = sum(map(len, groups)), 0
        for batch in _batches(groups):
            for claims, remits in _load(database, batch):
                writer.write(engine.analyse(claims, remits))
            writer.flush()
            done += sum(map(len, batch))
            if progress:
                progress(done, total)
        worklog.value_findings(connection)
        connection.execute("DELETE FROM stale_key")
        across.refresh(database)
    database.index()


def _fingerprint(resources: Resources) -> str:
    """What the answers rest on beside the records: our version and every data file in force."""
    digest = hashlib.sha256(__version__.encode())
    for folder, suffix in ((".", ".csv"), ("codes", ".csv"), ("rules", ".xml")):
        for path in resources.list(folder, suffix):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


Keyed = list[tuple[int, list[Hashable]]]


def _enter(connection: sqlite3.Connection, file_id: int) -> Keyed:
    """Note the keys of a file's claims and remittances; returns them."""
    first, last = worklog.span(file_id)
    keyed: Keyed = []
    for row_id, number, member, icn, *patient in connection.execute(
        "SELECT id, control_number, member_id, payer_control_number, COALESCE(patient_last, subscriber_last), "
        "COALESCE(patient_first, subscriber_first), CASE WHEN patient_last IS NULL THEN subscriber_birth_date "
        "ELSE patient_birth_date END FROM claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        family, given, birth = ((part or "").upper() for part in patient)
        keyed.append((row_id, grouping.claim_keys(number, member, icn, (family, given[:3], birth))))
    for row_id, number, patient_id, insured, corrected, icn, original in connection.execute(
        "SELECT id, control_number, patient_id, insured_id, corrected_id, payer_control_number, original_reference "
        "FROM remit_claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        keyed.append((row_id, grouping.remit_keys(number, (patient_id, insured, corrected), icn, original)))
    worklog.enter(connection, file_id, keyed)
    return keyed


def _groups(
    connection: sqlite3.Connection, entered: Mapping[int, Keyed], turned: Iterable[worklog.Habit]
) -> list[list[int]]:
    """The groups of rows to look at. When little is new, only those that new or removed rows touch."""
    new = sum(map(len, entered.values()))
    known = connection.execute("SELECT (SELECT COUNT(*) FROM claim) + (SELECT COUNT(*) FROM remit_claim)").fetchone()[0]
    if new == known:
        everything = grouping.Groups()
        for keyed in entered.values():
            for row_id, keys in keyed:
                everything.add(row_id, keys)
        return everything.groups()
    touched = worklog.Touched(connection, grouping.CROWD)
    seeds = [row_id for keyed in entered.values() for row_id, _ in keyed]
    seeds += touched.newly_crowded(key for keyed in entered.values() for _, keys in keyed for key in keys)
    seeds += touched.by_habits(turned)
    groups = list(touched.closure(seeds, worklog.stale_keys(connection)))
    for batch in _batches(groups):
        worklog.drop_rows(connection, (row_id for group in batch for row_id in group))
    return groups


def _turned(before: worklog.Habits, now: worklog.Habits) -> list[worklog.Habit]:
    """The payers and codes of which the analysis would say something else than before."""
    old, new = PayerHabits.of(before), PayerHabits.of(now)
    return [
        key for key in {*before, *now} if (key in old.pays, key in old.never) != (key in new.pays, key in new.never)
    ]


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
        self.outcomes, self.links = (self._last(table) for table in ("outcome", "link"))
        self.fresh = self.outcomes == 0
        self.finding_ids: set[str] = set()

    def _last(self, table: str) -> int:
        return int(self.database.connection.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0])

    def _taken(self, name: str) -> bool:
        query = "SELECT 1 FROM finding WHERE id = ?"
        known = not self.fresh and self.database.connection.execute(query, (name,)).fetchone() is not None
        return known or name in self.finding_ids

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
        name = next(name for name in _names(found.id) if not self._taken(name))
        self.finding_ids.add(name)
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
        worth = found.worth
        money = (found.denied, worth.recoverable, found.depends_on, int(found.open))
        words = (found.cause.title, found.why, found.action)
        worth_of = (worth.settled, worth.habit, worth.basis)
        self.rows["finding"].append(
            (name, outcome, 1, found.rule, found.cause.id, found.verdict, *shared, *money, *words, *worth_of)
        )
        for rule, cause, verdict in found.also:
            other = (f"{name}.{rule}", outcome, 0, rule, cause, verdict, *shared, 0, None, None, int(found.open))
            self.rows["finding"].append((*other, None, None, None, None, None, None))
        for position, evidence in enumerate(found.evidence, start=1):
            where = place(evidence.at) if evidence.at else (None, None)
            self.rows["evidence"].append(
                (name, position, evidence.weight, evidence.side, evidence.what, evidence.value, *where)
            )

    def flush(self) -> None:
        connection = self.database.connection
        habits = {(row[HABIT],) for row in self.rows["finding"] if row[HABIT]}
        connection.executemany("INSERT OR IGNORE INTO stale_habit VALUES (?)", habits)
        for table, rows in self.rows.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
                rows.clear()


def _names(name: str) -> Iterator[str]:
    """A finding's id, then the same with a number: for findings that nothing in their content tells apart."""
    yield name
    for number in itertools.count(2):
        yield f"{name}-{number}"


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
