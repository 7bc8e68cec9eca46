"""What an answer without a partner may belong to: claims near a remittance, lines near an answered line.

In: ids of such answers. Out: why none was taken, and the candidates as plain rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from edi.analysis.grouping import CROWD, echoes, normalised
from edi.analysis.linking.candidates import Candidate, Difference, line_differences, nearest
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.model import Claim, RemitClaim
from edi.pipeline.loading import load
from edi.pipeline.settled import Marks
from edi.resources import Resources
from edi.store import queues, settling, worklog
from edi.store.database import Database
from edi.store.rowsets import money

Row = dict[str, Any]


class NearClaims:
    """The nearest claims of remittances without one."""

    def __init__(self, database: Database, resources: Resources, lonely: Sequence[int]) -> None:
        self.database = database
        touched = worklog.Touched(database.connection, CROWD)
        groups = list(touched.closure(lonely, ()))
        ladder = load_ladder(resources)
        self.remits: dict[int, RemitClaim] = {}
        self.claims: dict[int, list[Claim]] = {}
        self.tied: dict[int, list[Claim]] = {}
        self.claim_of: dict[int, int] = {}  # remittances whose claim is here, although no line of it was found
        wanted = set(lonely)
        marks = Marks(settling.resolve(database.connection))
        for claims_, remits in load(database, groups):
            marks.put(remits)
            linked = link_claims(claims_, remits, ladder)
            self.tied |= linked.ambiguous
            for case in linked.cases:
                if case.claim.kind is not None:
                    self.claim_of.update((answer.remit.id, case.claim.id) for answer in case.answers)
            self.remits |= {remit.id: remit for remit in remits if remit.id in wanted}
            self.claims |= {remit.id: claims_ for remit in remits if remit.id in wanted}
        others = queues.claims_of_a_charge_and_day(database, lonely)
        ids = sorted({claim_id for found in others.values() for claim_id in found})
        loaded = {claim.id: claim for claims_, _ in load(database, [ids]) for claim in claims_} if ids else {}
        for remit_id, found in others.items():
            here = {claim.id for claim in self.claims.get(remit_id, ())}
            self.claims[remit_id] = [*self.claims.get(remit_id, ()), *(loaded[i] for i in found if i not in here)]

    def of(self, remit_id: int) -> tuple[str, list[Row]]:
        """Why no claim was taken, and the claims that come near."""
        remit, tied = self.remits[remit_id], self.tied.get(remit_id, [])
        claims_ = self.claims.get(remit_id, [])
        number = normalised(remit.control_number)
        known = bool(number) and any(number in echoes(claim.control_number) for claim in claims_)
        found = nearest(remit, claims_, tied, known)
        ids = [candidate.claim.id for candidate in found]
        states, places = queues.states(self.database, ids), queues.places(self.database, ids)
        rows = [_candidate(one, states[one.claim.id], places[one.claim.id]) for one in found]
        return (f"ambiguous: fits {len(tied)} claims" if tied else "no claim"), rows


def _candidate(one: Candidate, states: list[str], where: tuple[str, int]) -> Row:
    claim = one.claim
    return {
        "control_number": claim.control_number,
        "charge": money(claim.charge),
        "service_date": claim.dates[0] if claim.dates else None,
        "payer": claim.payer_name,
        "states": states,
        "agree": list(one.agree),
        "differ": _differences(one.differ),
        "why": one.why,
        "file": where[0],
        "segment": where[1],
    }


def _differences(differ: Iterable[Difference]) -> list[Row]:
    return [{"key": one.key, "ours": one.ours, "theirs": one.theirs} for one in differ]


class NearLines:
    """The lines of a claim that an answered line of it may be."""

    def __init__(self, database: Database, claim_of: Mapping[int, int]) -> None:
        self.database = database
        pairs = [[remit, claim] for remit, claim in sorted(claim_of.items())]
        self.pairs: dict[int, tuple[RemitClaim, Claim]] = {}
        for (remit_id, _), rows in zip(pairs, _loaded(database, pairs), strict=True):
            self.pairs[remit_id] = rows

    def of(self, remit_id: int, svc_id: int) -> tuple[str, list[Row]]:
        remit, claim = self.pairs[remit_id]
        svc = next(line for line in remit.lines if line.id == svc_id)
        ((status, tier),) = self.database.connection.execute(
            "SELECT max(status), max(tier) FROM link WHERE remit_line_id = ?", (svc_id,)
        ).fetchall()
        places = queues.places(self.database, (line.id for line in claim.lines))
        rows: list[Row] = []
        for line in claim.lines:
            agree, differ = line_differences(line, svc, remit.statement_from)
            if "code" in agree or "line control number" in agree or ({"charge", "date"} <= set(agree)):
                states = self.database.connection.execute(
                    "SELECT DISTINCT state FROM outcome WHERE service_line_id = ?", (line.id,)
                )
                rows.append(
                    {
                        "control_number": claim.control_number,
                        "line_number": line.line_number,
                        "charge": money(line.charge),
                        "service_date": line.service_date,
                        "payer": claim.payer_name,
                        "states": [row[0] for row in states],
                        "agree": agree,
                        "differ": _differences(differ),
                        "why": _line_why(line.line_number, differ, status == "ambiguous" or tier == "ambiguous"),
                        "file": places[line.id][0],
                        "segment": places[line.id][1],
                    }
                )
        rows.sort(key=lambda row: (-len(row["agree"]), row["line_number"]))
        tied = "ambiguous" in (status, tier)
        return (f"ambiguous: fits {len(rows)} lines of its claim" if tied else "no line of its claim"), rows


def _loaded(database: Database, pairs: Sequence[Sequence[int]]) -> list[tuple[RemitClaim, Claim]]:
    """Remittance claim and claim for each pair of ids; a claim may stand in several pairs."""
    ids = sorted({row_id for pair in pairs for row_id in pair})
    ((claims_, remits),) = load(database, [ids]) if ids else [([], [])]
    known = {claim.id: claim for claim in claims_}
    answers = {remit.id: remit for remit in remits}
    return [(answers[remit_id], known[claim_id]) for remit_id, claim_id in pairs]


def _line_why(number: int, differ: Sequence[Difference], tied: bool) -> str:
    if tied:
        return f"line {number} fits as well as another: ambiguous, never picked"
    return f"line {number}: " + (", ".join(map(str, differ)) + " differ" if differ else "answered by another line")
