"""One claim's whole story: submissions, answers in time order with what became of each, cents, adjustments, findings.

In: what a person typed. Out: plain dictionaries, one for each claim of that number (a number may be used twice); money
as text, every record with file and segment. Names, member ids and birth dates are left out unless asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from edi.analysis.grouping import CROWD
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.linking.submissions import Case
from edi.analysis.model import Adjustment, Claim, Remark, RemitClaim
from edi.analysis.reference import Reference, load_reference
from edi.pipeline import adjustments, naming
from edi.pipeline.families import family, first_day, ids_of, role_of
from edi.pipeline.loading import load
from edi.pipeline.naming import NamingError
from edi.pipeline.settled import Marks
from edi.resources import Resources
from edi.store import paying, settling, worklog
from edi.store.database import Database
from edi.store.queues import places, query
from edi.store.reference import loading
from edi.store.rowsets import Rowset, money

Row = dict[str, Any]
BUCKETS = ("charge", "paid", "patient", "contractual", "denied", "packaged", "other", "balance")


def stories(database: Database, resources: Resources, word: str, phi: bool = False) -> list[Row]:
    """The stories of the claims that a word names. Raises NamingError when it names none."""
    teller = _Teller(database, resources, phi)
    found = teller.cases(_seeds(database, word))
    if not found:
        raise NamingError(f"no claim or remittance here is called {word!r}")
    return [teller.tell(cases) for cases in found]


def _seeds(database: Database, word: str) -> list[int]:
    """The claims and remittances that a word names: file#segment, a control number, a payer control number."""
    for condition in ("control_number = ?1", "payer_control_number = ?1", "upper(control_number) = upper(?1)"):
        text = f"SELECT id FROM claim WHERE {condition} UNION SELECT id FROM remit_claim WHERE {condition} ORDER BY id"
        if rows := query(database, text, word):
            return [row["id"] for row in rows]
    if "#" in word:
        try:
            return [naming.claim(database, word).id]
        except NamingError:
            return [naming.remittance(database, word).id]
    return []


class _Teller:
    def __init__(self, database: Database, resources: Resources, phi: bool) -> None:
        self.database = database
        self.resources = resources
        self.phi = phi
        self.reference: Reference = load_reference(resources, loading.rows(database))
        self.pairs = settling.resolve(database.connection)

    def cases(self, seeds: Sequence[int]) -> list[list[Case]]:
        """The cases that hold the seeds, those of one account together, with what replaced them or was replaced."""
        groups = list(worklog.Touched(self.database.connection, CROWD).closure(seeds, ()))
        wanted = set(seeds)
        marks = Marks(self.pairs)
        ladder = load_ladder(self.resources)
        found: list[list[Case]] = []
        for claims, remits in load(self.database, groups):
            marks.put(remits)
            known = link_claims(claims, remits, ladder).cases
            for case in known:
                if wanted & ids_of(case) and not any(case in chain for chain in found):
                    found.append(family(case, known))
        return sorted(found, key=lambda chain: min(first_day(case) for case in chain))

    def tell(self, cases: Sequence[Case]) -> Row:
        claims = [claim for case in cases for claim in case.submissions if claim.kind is not None]
        remits = sorted((answer.remit for case in cases for answer in case.answers), key=lambda r: r.order)
        self.at = places(self.database, _all_ids(claims, remits))
        outcomes = self._outcomes([c.id for c in claims], [r.id for r in remits])
        chosen = f"outcome_id IN ({', '.join(map(str, outcomes))})" if outcomes else "0"
        lines = list(Rowset(self.database, "lines", chosen))
        last = claims[-1] if claims else None
        head = cases[-1].claim
        return {
            "control_number": head.control_number,
            "kind": last.kind if last else None,
            "payer": head.payer_name,
            "service_date": head.dates[0] if head.dates else None,
            "service_date_end": head.dates[1] if head.dates else None,
            "charge": money(head.charge_cents),
            "patient": _patient(head) if self.phi else None,
            "submissions": [
                self._submission(role_of(case, claim, cases), claim)
                for case in cases
                for claim in case.submissions
                if claim.kind is not None
            ],
            "remittances": [self._remittance(remit, cases) for remit in remits],
            "lines": lines,
            "totals": {name: money(sum(_cents(row[name]) for row in lines)) for name in BUCKETS},
            "provider_adjustments": self._provider_adjustments([*(c.id for c in claims), *(r.id for r in remits)]),
            "findings": list(Rowset(self.database, "findings", chosen)),
            "codes": self._codes(remits),
        }

    def _place(self, row_id: int) -> Row:
        path, segment = self.at[row_id]
        return {"file": path, "segment": segment}

    def _outcomes(self, claims: Sequence[int], remits: Sequence[int]) -> list[int]:
        """The rows of `edi lines` that belong to the story."""
        ours, theirs = ", ".join(map(str, claims)) or "0", ", ".join(map(str, remits)) or "0"
        text = f"""SELECT id FROM outcome WHERE claim_id IN ({ours}) UNION SELECT o.id FROM link l
            JOIN outcome o ON o.id = l.outcome_id WHERE l.remit_claim_id IN ({theirs}) AND o.kind IS NULL"""
        return [row["id"] for row in query(self.database, text)]

    # -- our side -----------------------------------------------------------------------------------------------------

    def _submission(self, role: str, claim: Claim) -> Row:
        return {
            "role": role,
            "submitted": claim.submitted,
            "control_number": claim.control_number,
            "kind": claim.kind,
            "frequency": claim.frequency,
            "payer": claim.payer_name,
            "responsibility": claim.responsibility,
            "charge": money(claim.charge_cents),
            "lines": len(claim.lines),
            "place_of_service": claim.place_of_service,
            "authorization": claim.authorization,
            "payer_control_number": claim.payer_control_number,
            "billing_npi": claim.billing_npi,
            **self._place(claim.id),
        }

    # -- their side ---------------------------------------------------------------------------------------------------

    def _remittance(self, remit: RemitClaim, cases: Sequence[Case]) -> Row:
        links = query(
            self.database,
            """SELECT l.remit_line_id, l.tier, l.status, l.effect, o.line_number, o.kind, l.id FROM link l
            JOIN outcome o ON o.id = l.outcome_id WHERE l.remit_claim_id = ? ORDER BY l.id""",
            remit.id,
        )
        of_line: dict[int | None, list[Row]] = defaultdict(list)
        for link in links:
            of_line[link["remit_line_id"]].append(link)
        payment = remit.payment
        tier = next((a.tier for case in cases for a in case.answers if a.remit is remit), None)
        settled = next((pair.settled for pair in self.pairs if pair.remit_id == remit.id), None)
        return {
            "date": payment.day or None,
            "payer": payment.payer_name,
            "trace_number": payment.trace_number,
            "method": payment.method,
            "claim_status": remit.status,
            "control_number": remit.control_number,
            "payer_control_number": remit.payer_control_number,
            "received": remit.received_date,
            "charge": money(remit.charge_cents),
            "paid": money(remit.paid_cents),
            "patient": money(remit.patient_cents),
            "effect": _together(link["effect"] for link in links),
            "tier": tier,
            "settled": {"who": settled.who, "at": settled.at} if settled else None,
            "adjustments": _adjustments(remit.adjustments),
            "remarks": _remarks(remit.remarks),
            "lines": [
                {
                    "line_number": next((link["line_number"] for link in of_line[line.id] if link["kind"]), None),
                    "procedure": line.code,
                    "adjudicated": line.procedure if line.procedure != line.code else None,
                    "modifiers": list(line.modifiers),
                    "units": line.quantity,
                    "service_date": line.service_date or remit.statement_from,
                    "charge": money(line.charge_cents),
                    "allowed": money(line.allowed_cents),
                    "paid": money(line.paid_cents),
                    "adjustments": _adjustments(line.adjustments),
                    "remarks": _remarks(line.remarks),
                    "effect": _together(link["effect"] for link in of_line[line.id]),
                    "tier": _together(link["tier"] for link in of_line[line.id]),
                    "links": [link["id"] for link in of_line[line.id]],
                    **self._place(line.id),
                }
                for line in remit.lines
            ],
            **self._place(remit.id),
        }

    def _provider_adjustments(self, ids: Sequence[int]) -> list[Row]:
        """PLBs whose reference names the claim; beside its lines, never taken off them."""
        known = list(paying.numbers(self.database, f"n.id IN ({', '.join(map(str, ids))})"))
        told = adjustments.explained(self.database, self.resources, known)
        return [adjustments.as_row(row, payment, one) for row, payment, one in told if one.claims]

    def _codes(self, remits: Iterable[RemitClaim]) -> dict[str, str]:
        """The reasons and remarks of the answers, in our words."""
        found: dict[str, str] = {}
        for remit in remits:
            for adjustment in [*remit.adjustments, *(a for line in remit.lines for a in line.adjustments)]:
                found[adjustment.code] = self.reference.meaning(adjustment.reason_code)
            for remark in [*remit.remarks, *(r for line in remit.lines for r in line.remarks)]:
                if remark.code:
                    found[remark.code] = self.reference.remark_meaning(remark.code)
        return {code: found[code] for code in sorted(found) if found[code]}


def _patient(claim: Claim) -> Row:
    own = claim.patient_last is not None
    return {
        "last": claim.patient_last if own else claim.subscriber_last,
        "first": claim.patient_first if own else claim.subscriber_first,
        "birth_date": claim.patient_birth_date if own else claim.subscriber_birth_date,
        "member_id": claim.member_id,
    }


def _all_ids(claims: Iterable[Claim], remits: Iterable[RemitClaim]) -> list[int]:
    ids = [claim.id for claim in claims]
    for remit in remits:
        ids += [remit.id, *(line.id for line in remit.lines)]
    return ids


def _adjustments(found: Iterable[Adjustment]) -> list[Row]:
    return [{"group": a.group_code, "reason": a.reason_code, "amount": money(a.amount_cents)} for a in found]


def _remarks(found: Iterable[Remark]) -> list[str]:
    return [remark.code for remark in found if remark.code]


def _together(words: Iterable[str | None]) -> str | None:
    """One word for several: the word that all share, else all of them."""
    return " and ".join(dict.fromkeys(word for word in words if word)) or None


def _cents(text: str | None) -> int:
    return int((text or "0").replace(".", ""))
