"""A person settles which remittance answers which claim; the analysis follows at once.

In: words that name both. Out: what was said, and what has come of it. Raises NamingError for words that do not fit.
"""

from __future__ import annotations

from typing import Any

from edi import pipeline
from edi.pipeline import naming
from edi.pipeline.naming import Named, NamingError
from edi.resources import Resources
from edi.store import settling
from edi.store.database import Database
from edi.store.queues import places
from edi.store.rowsets import money
from edi.store.settling import CLAIM_PARTS, REMIT_PARTS, Settled

COLUMNS = (
    "remittance", "control_number", "payer_control_number", "payer", "trace_number", "remit_line", "claim",
    "claim_control_number", "claim_line", "charge", "who", "at", "in_force",
)  # fmt: skip


def match(database: Database, resources: Resources, remit_word: str, claim_word: str, who: str) -> list[str]:
    """Settle that a remittance answers a claim, analyse again, and tell what became of it."""
    remit, claim = naming.remittance(database, remit_word), naming.claim(database, claim_word)
    if claim.line is not None and remit.line is None:
        raise NamingError(f"{claim_word} is a service line, so the remittance must be a line too (its SVC segment)")
    if claim.line is None:
        remit = Named(remit.id)
    else:
        _check_line(database, claim, remit, claim_word)
    connection = database.connection
    before = _linked(database, remit)
    remittance = settling.remittance_key(connection, remit.id, remit.line)
    ours = settling.claim_key(connection, claim.id, claim.line)
    replaced = any(one.remittance == remittance for one in settling.everything(connection))
    outranked = _outranked(database, claim, remit) if remit.line is None else []
    settling.settle(database, remittance, ours, claim.exact, who)
    for key in outranked:
        settling.undo(database, key)
    pipeline.analyze(database, resources)
    names = places(database, [remit.line or remit.id, claim.line or claim.id])
    said = [f"{path}#{segment}" for path, segment in names.values()]
    told = [f"Settled by {who}: {said[0]} answers {said[-1]}"]
    if replaced:
        told.append("It takes the place of what was settled before.")
    if outranked:
        told.append("What was settled of its lines named another claim, and is undone.")
    if before:
        told.append(f"It was linked to {before} until now.")
    return [*told, *_come_of(database, remit)]


def _check_line(database: Database, claim: Named, remit: Named, word: str) -> None:
    """A line's match must not pull its remittance away from where a match has put it."""
    connection = database.connection
    if not connection.execute("SELECT 1 FROM outcome WHERE service_line_id = ?", (claim.line,)).fetchone():
        raise NamingError(f"{word} was sent again or never analysed: name the line of the submission that counts")
    for pair in settling.resolve(connection):
        if pair.remit_id == remit.id and pair.svc_id != remit.line and pair.claim_id != claim.id:
            raise NamingError("another line of this remittance is settled on another claim: undo that first")


def _outranked(database: Database, claim: Named, remit: Named) -> list[str]:
    """The matches of a remittance's lines with another claim than the one that is now named for the whole."""
    return [
        pair.settled.remittance
        for pair in settling.resolve(database.connection)
        if pair.remit_id == remit.id and pair.svc_id is not None and pair.claim_id != claim.id
    ]


def _linked(database: Database, remit: Named) -> str | None:
    """The claim that the remittance is linked to, when it is."""
    column, row_id = ("remit_line_id", remit.line) if remit.line else ("remit_claim_id", remit.id)
    row = database.connection.execute(
        f"SELECT c.control_number, c.id FROM link l JOIN claim c ON c.id = l.claim_id WHERE l.{column} = ?", (row_id,)
    ).fetchone()
    if row is None:
        return None
    ((path, segment),) = places(database, [row[1]]).values()
    return f"{row[0]} ({path}#{segment})"


def _come_of(database: Database, remit: Named) -> list[str]:
    """The lines that the remittance now answers, and those of it that found none."""
    rows = database.connection.execute(
        """SELECT o.control_number, o.line_number, o.procedure, o.state, l.tier, o.kind
        FROM link l JOIN outcome o ON o.id = l.outcome_id
        WHERE l.remit_claim_id = ? ORDER BY o.control_number, o.line_number, l.id""",
        (remit.id,),
    ).fetchall()
    told = []
    for number, line, procedure, state, tier, kind in rows:
        what = f"line {line} {procedure or ''}".strip() if line is not None else "the claim as a whole"
        if kind is None:
            told.append(f"  {what}: still no line of the claim ({tier})")
        else:
            told.append(f"  {number}, {what}: {state} ({tier})")
    return told


def undo(database: Database, resources: Resources, remit_word: str) -> list[str]:
    """Forget what was settled of a remittance, and analyse again."""
    remit = naming.remittance(database, remit_word)
    keys = [settling.remittance_key(database.connection, remit.id, line) for line in _lines(database, remit)]
    undone = [key for key in keys if settling.undo(database, key)]
    if not undone:
        raise NamingError(f"nothing is settled about {remit_word}")
    pipeline.analyze(database, resources)
    count = f" ({len(undone)} matches)" if len(undone) > 1 else ""
    return [f"No longer settled: {remit_word}{count}", *_come_of(database, remit)]


def _lines(database: Database, remit: Named) -> list[int | None]:
    """What of the remittance may have been settled: the line that was named; else the whole and each of its lines."""
    if remit.line is not None:
        return [remit.line]
    query = "SELECT id FROM remit_line WHERE remit_claim_id = ? ORDER BY id"
    return [None, *(row[0] for row in database.connection.execute(query, (remit.id,)))]


def listing(database: Database) -> list[dict[str, Any]]:
    """Every match, the oldest first; one whose records are not all here waits for them (in_force false)."""
    pairs = {pair.settled.remittance: pair for pair in settling.resolve(database.connection)}
    rows = []
    for one in settling.everything(database.connection):
        pair = pairs.get(one.remittance)
        at = places(database, [pair.svc_id or pair.remit_id, pair.line_id or pair.claim_id]) if pair else {}
        shown = [f"{path}#{segment}" for path, segment in at.values()]
        rows.append(_listed(one, shown))
    return rows


def _listed(one: Settled, shown: list[str]) -> dict[str, Any]:
    remit, ours = one.remit, one.ours
    return {
        "remittance": shown[0] if shown else None,
        "control_number": remit[6],
        "payer_control_number": remit[7],
        "payer": remit[0],
        "trace_number": remit[1],
        "remit_line": remit[REMIT_PARTS + 1] if len(remit) > REMIT_PARTS else None,
        "claim": shown[-1] if shown else None,
        "claim_control_number": ours[5],
        "claim_line": ours[CLAIM_PARTS + 1] if len(ours) > CLAIM_PARTS else None,
        "charge": money(ours[6]),
        "who": one.who,
        "at": one.at,
        "in_force": bool(shown),
    }
