"""What a person typed, as the record that is meant: a remittance, a claim, or a line of either.

Words: file#segment, a link's id, a control number (which may hold a # of its own), a payer control number, a trace
number. A word that fits several records names none: NamingError says so in one sentence, with their places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from edi.analysis.linking.submissions import chains
from edi.pipeline.loading import load
from edi.store.database import Database
from edi.store.loading import place
from edi.store.queues import places

SHOWN = 5  # places named in a sentence


class NamingError(Exception):
    """The word names nothing, or several things. The message is one sentence."""


class Named(NamedTuple):
    """A claim (CLM) or remittance claim (CLP), with one of its lines where a line was named.

    `exact`: that very record was meant; else the account that it belongs to.
    """

    id: int
    line: int | None = None
    exact: bool = True


def remittance(database: Database, word: str) -> Named:
    """The remittance claim (or line) that a word names."""
    ids = _ids(database, "SELECT id FROM remit_claim WHERE control_number = ?", word)
    if "#" in word and not ids:
        found = _placed(database, word, "remit_claim", "remit_line", "remit_claim_id")
        if found is None:
            raise NamingError(f"no remittance claim (CLP) or line (SVC) begins at {word}")
        return found
    linked = _ids(database, "SELECT DISTINCT remit_claim_id FROM link WHERE id = ?", word) if word.isdigit() else []
    if linked and ids and linked != ids:
        raise NamingError(f"{word} is the id of a link and a control number: name the remittance by its file#segment")
    queries = (
        "SELECT id FROM remit_claim WHERE payer_control_number = ?",
        "SELECT c.id FROM payment p JOIN remit_claim c ON c.payment_id = p.id WHERE p.trace_number = ?",
    )
    for query in queries:
        ids = ids or linked or _ids(database, query, word)
    if not ids:
        raise NamingError(f"no remittance here is called {word!r}")
    if len(ids) > 1:
        raise NamingError(f"{word} names {len(ids)} remittances: {_listed(database, ids)}; give the file#segment")
    return Named(ids[0], _line_of_link(database, word) if linked else None)


def claim(database: Database, word: str) -> Named:
    """The claim (or service line) that a word names."""
    ids = _ids(database, "SELECT id FROM claim WHERE control_number = ?", word)
    if "#" in word and not ids:
        found = _placed(database, word, "claim", "service_line", "claim_id")
        if found is None:
            raise NamingError(f"no claim (CLM) or service line begins at {word}")
        return found
    if not ids:
        raise NamingError(f"no claim here has the control number {word!r}")
    ((claims, _),) = load(database, [ids])
    accounts = chains(claims)
    if len(accounts) > 1:
        raise NamingError(
            f"{word} is the number of {len(accounts)} claims: {_listed(database, ids)}; give the file#segment"
        )
    return Named(accounts[0][-1].claim.id, exact=len(ids) == 1)


def _placed(database: Database, word: str, table: str, line_table: str, parent: str) -> Named | None:
    """The record at file#segment; None when nothing of these tables begins there."""
    path, _, segment = word.rpartition("#")
    if not segment.isdigit():
        raise NamingError(f"after # comes the number of a segment, not {segment!r}")
    files = database.connection.execute("SELECT id, path FROM file ORDER BY id").fetchall()
    same = [file_id for file_id, stored in files if stored == path] or [
        file_id for file_id, stored in files if place(stored) == place(path)
    ]
    if not same:
        raise NamingError(f"no such file in the database: {path}")
    for file_id in same:
        row_id = file_id << 32 | int(segment)
        if _ids(database, f"SELECT id FROM {table} WHERE id = ?", row_id):
            return Named(row_id)
        if parents := _ids(database, f"SELECT {parent} FROM {line_table} WHERE id = ?", row_id):
            return Named(parents[0], row_id)
    return None


def _line_of_link(database: Database, word: str) -> int | None:
    """The remittance line of a link; None for a link of a claim as a whole."""
    ids = _ids(database, "SELECT remit_line_id FROM link WHERE id = ? AND remit_line_id IS NOT NULL", word)
    return ids[0] if ids else None


def _ids(database: Database, query: str, value: object) -> list[int]:
    return sorted(row[0] for row in database.connection.execute(query, (value,)))


def _listed(database: Database, ids: Iterable[int]) -> str:
    named = sorted(f"{path}#{segment}" for path, segment in places(database, ids).values())
    return ", ".join(named[:SHOWN]) + (" ..." if len(named) > SHOWN else "")
