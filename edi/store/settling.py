"""What people settled: which remittance answers which claim, kept by content so that it outlives re-import.

A key is the JSON list of what tells a record from every other: its payment or transmission, its place in it, its
numbers and amounts; no patient's name, no member id. Row ids are looked up from the keys each time (`resolve`), so a
file that is forgotten and comes again, in whatever wrapper, finds its matches in force.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from edi.store.database import Database

PREFIX = "settled\x1f"
Connection = Any

_REMIT = """
    SELECT p.payer_name, p.trace_number, p.trace_origin, p.amount_cents, coalesce(p.date, p.production_date),
        rc.id - p.id, rc.control_number, rc.payer_control_number, rc.status, rc.charge_cents, rc.paid_cents
    FROM remit_claim rc JOIN payment p ON p.id = rc.payment_id WHERE rc.id = ?"""
_SVC = "SELECT id - payment_id, procedure, charge_cents, paid_cents FROM remit_line WHERE id = ?"
_CLAIM = """
    SELECT c.kind, t.reference, t.created_date, t.created_time, c.id - c.transaction_id, c.control_number,
        c.charge_cents, c.frequency, c.payer_name, c.payer_id
    FROM claim c JOIN transaction_set t ON t.id = c.transaction_id WHERE c.id = ?"""
_LINE = """
    SELECT l.id - c.transaction_id, l.procedure, l.charge_cents, l.service_date
    FROM service_line l JOIN claim c ON c.id = l.claim_id WHERE l.id = ?"""


class Settled(NamedTuple):
    """A row of the table: keys, whether on that very submission, who and when."""

    remittance: str
    claim: str
    exact: int
    who: str
    at: str

    @property
    def remit(self) -> list[Any]:
        """payer, trace number, origin, amount, date, place, CLP01, CLP07, CLP02, charge, paid [, place, code ...]"""
        return json.loads(self.remittance)  # type: ignore[no-any-return]

    @property
    def ours(self) -> list[Any]:
        """kind, BHT03, date, time, place, CLM01, charge, frequency, payer, payer id [, place, code ...]"""
        return json.loads(self.claim)  # type: ignore[no-any-return]


class Pair(NamedTuple):
    """A match in force: row ids. The lines are None where a claim as a whole was settled."""

    settled: Settled
    remit_id: int
    claim_id: int
    svc_id: int | None = None
    line_id: int | None = None

    @property
    def key(self) -> str:
        """What ties both sides together in the working set."""
        return PREFIX + hashlib.sha256("\n".join(map(str, self.settled[:3])).encode()).hexdigest()[:24]


REMIT_PARTS, CLAIM_PARTS = 11, 10  # parts of a key before those of a line


def remittance_key(connection: Connection, remit_id: int, svc_id: int | None = None) -> str:
    """The content key of a remittance claim (CLP), or of one of its lines (SVC)."""
    return _key(connection, _REMIT, remit_id, _SVC, svc_id)


def claim_key(connection: Connection, claim_id: int, line_id: int | None = None) -> str:
    """The content key of a claim, or of one of its service lines."""
    return _key(connection, _CLAIM, claim_id, _LINE, line_id)


def _key(connection: Connection, query: str, row_id: int, line_query: str, line_id: int | None) -> str:
    parts = list(connection.execute(query, (row_id,)).fetchone())
    if line_id is not None:
        parts += connection.execute(line_query, (line_id,)).fetchone()
    return json.dumps(parts)


def settle(database: Database, remittance: str, claim: str, exact: bool, who: str) -> None:
    """Keep that `remittance` answers `claim`, in place of what was said of that remittance before."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with database.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO settled (remittance, claim, exact, who, at) VALUES (?, ?, ?, ?, ?)",
            (remittance, claim, int(exact), who, now),
        )


def undo(database: Database, remittance: str) -> bool:
    """Forget what was said of a remittance; False when nothing was."""
    with database.transaction() as connection:
        return bool(connection.execute("DELETE FROM settled WHERE remittance = ?", (remittance,)).rowcount)


def everything(connection: Connection) -> list[Settled]:
    """All matches, the oldest first."""
    query = "SELECT remittance, claim, exact, who, at FROM settled ORDER BY at, remittance"
    return [Settled(*row) for row in connection.execute(query)]


def resolve(connection: Connection) -> list[Pair]:
    """The matches whose both sides are in the database."""
    found = []
    for one in everything(connection):
        remit_ids = _remits(connection, one)
        claim_ids = _claims(connection, one) if remit_ids else []
        if claim_ids:
            found += [Pair(one, remit, claim_ids[0][0], svc, claim_ids[0][1]) for remit, svc in remit_ids]
    return found


def _remits(connection: Connection, one: Settled) -> list[tuple[int, int | None]]:
    """(CLP, SVC) ids of the records with this key."""
    parts = one.remit
    query = "SELECT rc.id, p.id FROM payment p JOIN remit_claim rc ON rc.id = p.id + ? WHERE p.trace_number IS ?"
    found: list[tuple[int, int | None]] = []
    for remit_id, payment_id in connection.execute(query, (parts[5], parts[1])).fetchall():
        svc_id = payment_id + parts[REMIT_PARTS] if len(parts) > REMIT_PARTS else None
        if svc_id is not None and not _exists(connection, "remit_line", svc_id):
            continue
        if remittance_key(connection, remit_id, svc_id) == one.remittance:
            found.append((remit_id, svc_id))
    return sorted(found)


def _claims(connection: Connection, one: Settled) -> list[tuple[int, int | None]]:
    """(claim, service line) ids of the records with this key."""
    parts = one.ours
    query = "SELECT id, transaction_id FROM claim WHERE control_number IS ?"
    found: list[tuple[int, int | None]] = []
    for claim_id, transaction_id in connection.execute(query, (parts[5],)).fetchall():
        if claim_id - transaction_id != parts[4]:
            continue
        line_id = transaction_id + parts[CLAIM_PARTS] if len(parts) > CLAIM_PARTS else None
        if line_id is not None and not _exists(connection, "service_line", line_id):
            continue
        if claim_key(connection, claim_id, line_id) == one.claim:
            found.append((claim_id, line_id))
    return sorted(found)


def _exists(connection: Connection, table: str, row_id: int) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)).fetchone() is not None


def note_keys(connection: Connection, pairs: Iterable[Pair]) -> set[int]:
    """Make the working keys of the analysis those of the matches in force; returns the rows that this concerns.

    Call inside a transaction, once new rows have their keys.
    """
    wanted = {(pair.key, row_id) for pair in pairs for row_id in (pair.remit_id, pair.claim_id)}
    query = "SELECT key, row_id FROM work_key WHERE key >= ? AND key < ?"
    present = set(connection.execute(query, (PREFIX, PREFIX[:-1] + "\x20")))
    connection.executemany("DELETE FROM work_key WHERE key = ? AND row_id = ?", sorted(present - wanted))
    connection.executemany("INSERT INTO work_key (key, row_id) VALUES (?, ?)", sorted(wanted - present))
    return {row_id for _, row_id in present ^ wanted}
