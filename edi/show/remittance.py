"""One claim of a remittance the way a paper remittance looks. In: a RemitClaim. Out: lines of text.

Amounts are the payer's own; what does not add up is said. Names and numbers of patients are masked by `privacy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.conformance.privacy import Privacy
from edi.conformance.source import Piece
from edi.show.find import RemitClaim
from edi.show.labels import Labels
from edi.show.listing import Paint, plain
from edi.show.paper import WIDTH, amount, at, columns, components, day, each, first, money, pairs, shown

HEADINGS = ("line", "date", "code", "units", "billed", "allowed", "patient", "adjusted", "paid")
WIDTHS = (4, -10, -17, 5, 10, 10, 10, 11, 10)
TRIPLETS = range(2, 18, 3)  # CAS02, 05, 08, 11, 14, 17
ADJUSTMENTS = range(3, 14, 2)  # PLB03, 05, 07, 09, 11, 13
NAMES = {
    "QC": "Patient",
    "IL": "Insured",
    "74": "Corrected to",
    "82": "Rendered by",
    "TT": "Sent on to",
    "PR": "Payer to ask",
}


class Remittance:
    """Writes the paper view of remittance claims."""

    def __init__(self, labels: Labels, privacy: Privacy, paint: Paint = plain) -> None:
        self.labels = labels
        self.privacy = privacy
        self.paint = paint

    def lines(self, claim: RemitClaim) -> Iterator[str]:
        """The whole view of one claim."""
        clp, services = claim.pieces[0], split(claim.pieces)
        own = services[0]
        yield from self._payment(claim.header)
        yield self.paint("-" * WIDTH, "number")
        yield from self._claim(clp, own, any(at(piece, 4) for piece in each(claim.pieces, "SVC")))
        yield ""
        yield self.paint(columns(HEADINGS, WIDTHS), "loop")
        for number, service in enumerate(services[1:], 1):
            yield from self._service(number, service)
        if len(services) == 1:
            yield "      The claim was answered as a whole, without service lines."
        yield from self._reasons("claim", own)
        yield self.paint("-" * WIDTH, "number")
        yield from self._totals(clp, claim.pieces)
        yield from self._adjustments(clp, claim.adjustments)
        groups = sorted({group for group, _, _ in reasons(claim.pieces)})
        if groups:
            yield ""
            yield from (f"{group}  {self.labels.code('group_codes', group) or '(not in our list)'}" for group in groups)

    def _payment(self, header: list[Piece]) -> Iterator[str]:
        """Payer and payee, method, date and amount of the payment that the claim came in."""
        bpr, payer, payee = first(header, "BPR"), first(header, "N1", "PR"), first(header, "N1", "PE")
        yield self.paint(at(payer, 2) or "payer not named", "segment")
        how = self.labels.qualifier("payment", at(bpr, 4)) or at(bpr, 4)
        payee_id = f"{self.labels.qualifier('identifier', at(payee, 3)) or at(payee, 3)} {at(payee, 4)}".strip()
        yield from pairs(
            (
                ("Payment", f"{shown(at(bpr, 2))} by {how}" if bpr else ""),
                ("Trace number", at(first(header, "TRN"), 2)),
                ("Date", day(at(bpr, 16) or at(first(header, "DTM", "405"), 2))),
                ("Paid to", f"{at(payee, 2)}  {payee_id}".strip()),
            )
        )

    def _claim(self, clp: Piece, own: list[Piece], institutional: bool) -> Iterator[str]:
        """What identifies the claim; one with revenue codes is taken for an institutional one."""
        for piece in each(own, "NM1"):
            self.privacy.see(piece.elements)
            parts = [self.privacy.shown(piece.elements, f"NM1{at_:02d}", at(piece, at_)) for at_ in (3, 4)]
            number = self.privacy.shown(piece.elements, "NM109", at(piece, 9))
            kind = NAMES.get(at(piece, 1)) or self.labels.qualifier("entity", at(piece, 1)) or at(piece, 1)
            identifier = self.labels.qualifier("identifier", at(piece, 8)) or at(piece, 8)
            text = ", ".join(part for part in parts if part) + (f"  {identifier} {number}" if number else "")
            yield from pairs(((kind, text.strip()),))
        status = self.labels.code("claim_status", at(clp, 2))
        filing = self.labels.code("filing_codes", at(clp, 6))
        frequency = self.labels.code("frequency_codes", at(clp, 9))
        facility = self.labels.code("bill_types" if institutional else "place_of_service", at(clp, 8))
        yield from pairs(
            (
                ("Claim", at(clp, 1)),
                ("Payer's number", at(clp, 7)),
                ("Status", f"{at(clp, 2)} {status}".strip()),
                ("Kind of plan", f"{at(clp, 6)} {filing}".strip()),
                ("Bill type" if institutional else "Place of service", f"{at(clp, 8)} {facility}".strip()),
                ("Frequency", f"{at(clp, 9)} {frequency}".strip() if at(clp, 9) not in ("", "1") else ""),
                ("DRG", at(clp, 11)),
            )
        )
        for piece in each(own, "DTM"):
            yield from pairs(
                ((self.labels.qualifier("date", at(piece, 1)) or f"Date {at(piece, 1)}", day(at(piece, 2))),)
            )
        for piece in each(own, "REF"):
            yield from pairs(((self._reference(piece), self.privacy.shown(piece.elements, "REF02", at(piece, 2))),))
        for piece in each(own, "AMT"):
            label = self.labels.qualifier("amount", at(piece, 1)) or f"Amount {at(piece, 1)}"
            yield from pairs(((label, shown(at(piece, 2))),))

    def _reference(self, piece: Piece) -> str:
        return self.labels.qualifier("reference", at(piece, 1)) or f"Reference {at(piece, 1)}"

    def _service(self, number: int, pieces: list[Piece]) -> Iterator[str]:
        """One service line and, below it, why it was paid as it was."""
        svc = pieces[0]
        code = components(svc, 1)
        when = first(pieces, "DTM", "472") or first(pieces, "DTM", "150")
        share = sum(value for group, _, value in reasons(pieces) if group == "PR")
        cut = sum(value for group, _, value in reasons(pieces) if group != "PR")
        yield columns(
            (
                str(number),
                day(at(when, 2)),
                "-".join(part for part in code[1:6] if part) or at(svc, 4),
                at(svc, 5) or "1",
                shown(at(svc, 2)),
                shown(at(first(pieces, "AMT", "B6"), 2)),
                money(share),
                money(cut),
                shown(at(svc, 3) or "0"),
            ),
            WIDTHS,
        )
        label = self.labels.code("family", code[1] if len(code) > 1 else "")
        if label:
            yield " " * 18 + self.paint(label, "meaning")
        submitted = components(svc, 6) if at(svc, 6) else []
        if submitted:
            yield " " * 18 + self.paint(f"billed as {'-'.join(part for part in submitted[1:6] if part)}", "note")
        for piece in each(pieces, "REF"):
            yield " " * 18 + f"{self._reference(piece)} {self.privacy.shown(piece.elements, 'REF02', at(piece, 2))}"
        yield from self._reasons("", pieces)

    def _reasons(self, what: str, pieces: list[Piece]) -> Iterator[str]:
        """Adjustments and remarks, one a row, in our words."""
        for group, reason, value in reasons(pieces):
            meaning = self.labels.code("carc", reason) or "(not in our list)"
            yield self._row(f"{what} {group}-{reason}", money(value), meaning)
        for remark in remarks(pieces):
            meaning = self.labels.code("rarc", remark) or "(not in our list)"
            yield self._row(f"{what} remark {remark}", "", meaning)

    def _row(self, what: str, value: str, meaning: str) -> str:
        return f"{'':18}{what.strip():<15}{value:>11}  {self.paint(meaning, 'meaning')}"

    def _totals(self, clp: Piece, pieces: list[Piece]) -> Iterator[str]:
        """The claim's own totals, and whether they add up."""
        adjusted = [(group, value) for group, _, value in reasons(pieces)]
        share = sum(value for group, value in adjusted if group == "PR")
        cut = sum(value for group, value in adjusted if group != "PR")
        billed, paid = amount(at(clp, 3)), amount(at(clp, 4) or "0")
        yield self.paint(
            columns(("", "", "claim", "", money(billed), "", money(share), money(cut), money(paid)), WIDTHS), "segment"
        )
        if billed is not None and paid is not None and billed - paid != share + cut:
            off = money(billed - paid - share - cut)
            yield self.paint(f"Charge, adjustments and payment do not add up: {off} is unexplained.", "note")

    def _adjustments(self, clp: Piece, plbs: list[Piece]) -> Iterator[str]:
        """The provider adjustments of the payment, with a mark where one names this claim."""
        rows = []
        for plb in plbs:
            for position in ADJUSTMENTS:
                reason, reference, value = at(plb, position, 1), at(plb, position, 2), at(plb, position + 1)
                if reason:
                    names = {at(clp, 1), at(clp, 7)} - {""}
                    mark = "  <- this claim" if names & set(re.split(r"[^\w-]+", reference)) else ""
                    meaning = self.labels.code("plb", reason)
                    rows.append(f"  {reason:<4}{shown(value):>12}  {reference:<24}{meaning}{mark}")
        if rows:
            yield ""
            yield self.paint("Adjustments of the whole payment, not of this claim (positive lowers it)", "loop")
            yield from rows


def split(pieces: list[Piece]) -> list[list[Piece]]:
    """The claim's own segments, then those of each of its services."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.elements[0] == "SVC":
            parts.append([])
        parts[-1].append(piece)
    return parts


def reasons(pieces: list[Piece]) -> list[tuple[str, str, int]]:
    """(group, reason, cents) of every adjustment in order."""
    return [
        (at(piece, 1), at(piece, position), amount(at(piece, position + 1)) or 0)
        for piece in each(pieces, "CAS")
        for position in TRIPLETS
        if at(piece, position)
    ]


def remarks(pieces: list[Piece]) -> list[str]:
    """Remark codes in order: LQ, and those of MIA and MOA."""
    found = [at(piece, 2) for piece in each(pieces, "LQ")]
    found += [at(piece, position) for piece in each(pieces, "MOA") for position in range(3, 8)]
    found += [at(piece, position) for piece in each(pieces, "MIA") for position in (5, 20, 21, 22, 23)]
    return [code for code in found if code]
