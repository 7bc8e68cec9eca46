"""Results into rows of outcome, link, finding, evidence and diagnostic, and these into the database.

`Rows` needs no database, so that a process of its own may make them; `Writer` gives them their numbers.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from edi.analysis.causes.findings import Finding
from edi.analysis.engine import Result
from edi.analysis.model import place
from edi.analysis.notes import Note, notes
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.store.database import Database
from edi.x12.diagnostic import Rule

IS_PRIMARY, HABIT = 2, -2  # places in a finding's row
DIAGNOSTIC = ("file_id", "rule", "level", "segment", "element", "value", "message", "action", "outcome_id")
WRITTEN = ("outcome", "link", "finding", "evidence", "diagnostic")
NUMBERED = {"outcome": {"id": "outcome"}, "link": {"id": "link", "outcome_id": "outcome"}} | {
    table: {"outcome_id": "outcome"} for table in ("finding", "diagnostic")
}
"""The columns of each table that count outcomes or links."""

Tables = dict[str, list[tuple[Any, ...]]]


class Rows:
    """The rows of some results by table: outcomes and links counted from 1, findings named apart from each other."""

    def __init__(self, rules: Mapping[str, Rule], reference: Reference) -> None:
        self.rules = rules
        self.reference = reference
        self.rows: Tables = {table: [] for table in WRITTEN}
        self.outcomes = self.links = 0
        self.finding_ids: set[str] = set()

    def add(self, result: Result) -> None:
        numbers: dict[int, int] = {}
        for row in result.rows:
            self.outcomes += 1
            numbers[id(row)] = self.outcomes
            self.rows["outcome"].append(_outcome(self.outcomes, row))
            for position, link in enumerate(_links(row), start=1):
                self.links += 1
                self.rows["link"].append((self.links, self.outcomes, position, *link))
            for note in notes(row, self.reference):
                self._note(self.outcomes, note)
        for found in result.findings:
            self._finding(found, numbers[id(found.row)])

    def _note(self, outcome: int, note: Note) -> None:
        rule = self.rules[note.rule]
        file_id, segment = place(note.at)
        message = rule.message.format(value=note.value, expected=note.expected)
        self.rows["diagnostic"].append(
            (file_id, note.rule, rule.level, segment, note.element, note.value, message, rule.action, outcome)
        )

    def _finding(self, found: Finding, outcome: int) -> None:
        name = next(name for name in _names(found.id) if name not in self.finding_ids)
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


class Writer:
    """Writes the rows of one batch of results after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.last = {table: self._last(table) for table in ("outcome", "link")}

    def _columns(self, table: str) -> Iterable[str]:
        """The columns that a row fills, in the order of the table's shape (a grown database may keep another)."""
        return DIAGNOSTIC if table == "diagnostic" else (c.name for c in self.database.own_tables[table].columns)

    def _last(self, table: str) -> int:
        return int(self.database.connection.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0])

    def write(self, tables: Tables) -> None:
        connection = self.database.connection
        self._name_apart(tables)
        habits = {(row[HABIT],) for row in tables["finding"] if row[HABIT]}
        connection.executemany("INSERT OR IGNORE INTO stale_habit VALUES (?)", habits)
        for table, rows in tables.items():
            names = list(self._columns(table))
            counted = NUMBERED.get(table, {})
            values = (f"? + {self.last[counted[name]]}" if name in counted else "?" for name in names)
            connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(values)})", rows)
        for table in self.last:
            self.last[table] += len(tables[table])

    def _name_apart(self, tables: Tables) -> None:
        """Rename findings whose names are in the database already."""
        names = {row[0] for row in tables["finding"]}
        renamed = {}
        for row in tables["finding"]:
            if row[IS_PRIMARY] and self._taken(row[0]):
                renamed[row[0]] = next(n for n in _names(row[0]) if n not in names and not self._taken(n))
        if renamed:
            for table in ("finding", "evidence"):
                tables[table] = [(_renamed(row[0], renamed), *row[1:]) for row in tables[table]]

    def _taken(self, name: str) -> bool:
        query = "SELECT 1 FROM finding WHERE id = ?"
        return self.database.connection.execute(query, (name,)).fetchone() is not None


def _renamed(name: str, renamed: Mapping[str, str]) -> str:
    """The new name of a finding, or of a further one (`name.rule`)."""
    first, dot, rule = name.partition(".")
    return renamed.get(first, first) + dot + rule


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
        row.episode,
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
            paid = entry.split.paid
            yield ("claim", claim_id, None, remit.id, None, entry.tier, status, effect, paid, ours, theirs)
        for svc in entry.svcs:
            ours = (
                _keys(claim.control_number, line.line_control, line.procedure, line.modifiers, line.service_date,
                      line.charge_cents, line.units)
                if line else "{}"
            )  # fmt: skip
            theirs = _keys(remit.control_number, svc.line_control, svc.code, svc.modifiers,
                           svc.service_date or remit.statement_from, svc.charge_cents, svc.quantity)  # fmt: skip
            yield ("line", claim_id, line_id, remit.id, svc.id, entry.tier, status, effect, svc.paid, ours, theirs)


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
