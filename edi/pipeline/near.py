"""What an answer without a partner may belong to: claims near a remittance, lines near an answered line.

In: ids of such answers. Out: why none was taken, and the candidates as plain rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
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

GROUPS = 200  # looked at together: enough to make a query worth while, few enough to hold

Row = dict[str, Any]


class NearClaims:
    """The nearest claims of remittances without one. Groups are looked at some at a time and let go: what is kept are
    the rows of the few claims that come near."""

    def __init__(self, database: Database, resources: Resources, lonely: Sequence[int]) -> None:
        self.database = database
        self.claim_of: dict[int, int] = {}  # remittances whose claim is here, although no line of it was found
        self._found: dict[int, tuple[str, list[Row]]] = {}
        self._alike = queues.claims_of_a_charge_and_day(database, lonely)
        self._wanted = set(lonely)
        self._ladder = load_ladder(resources)
        self._marks = Marks(settling.resolve(database.connection))
        groups = worklog.Touched(database.connection, CROWD).closure(lonely, ())
        while some := list(islice(groups, GROUPS)):
            self._look_at(some)

    def of(self, remit_id: int) -> tuple[str, list[Row]]:
        """Why no claim was taken, and the claims that come near."""
        return self._found[remit_id]

    def _look_at(self, groups: list[list[int]]) -> None:
        wanted = [row_id for group in groups for row_id in group if row_id in self._wanted]
        ids = sorted({claim_id for remit_id in wanted for claim_id in self._alike.get(remit_id, ())})
        alike = {claim.id: claim for claims_, _ in load(self.database, [ids]) for claim in claims_} if ids else {}
        for claims_, remits in load(self.database, groups):
            self._marks.put(remits)
            linked = link_claims(claims_, remits, self._ladder)
            for case in linked.cases:
                if case.claim.kind is not None:
                    self.claim_of.update((answer.remit.id, case.claim.id) for answer in case.answers)
            here = {claim.id for claim in claims_}
            for remit in remits:
                if remit.id in self._wanted:
                    others = [alike[claim_id] for claim_id in self._alike.get(remit.id, ()) if claim_id not in here]
                    self._found[remit.id] = self._near(remit, [*claims_, *others], linked.ambiguous.get(remit.id, []))

    def _near(self, remit: RemitClaim, claims: Sequence[Claim], tied: Sequence[Claim]) -> tuple[str, list[Row]]:
        number = normalised(remit.control_number)
        known = bool(number) and any(number in echoes(claim.control_number) for claim in claims)
        found = nearest(remit, claims, tied, known)
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
