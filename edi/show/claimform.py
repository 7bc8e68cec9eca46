"""One claim the way a claim form sums it up. In: a Claim of an 837P or 837I. Out: lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from edi.conformance.privacy import Privacy
from edi.conformance.source import Piece
from edi.show.find import Claim
from edi.show.labels import Labels
from edi.show.listing import Paint, plain
from edi.show.paper import WIDTH, amount, at, columns, components, day, each, first, money, pairs, shown

HEADINGS = ("line", "date", "place", "code", "points to", "units", "charge")
WIDTHS = (4, -21, -5, -24, -9, 6, 11)
SERVICES = ("SV1", "SV2", "SV3")


class ClaimForm:
    """Writes the form view of claims."""

    def __init__(self, labels: Labels, privacy: Privacy, paint: Paint = plain) -> None:
        self.labels = labels
        self.privacy = privacy
        self.paint = paint

    def lines(self, claim: Claim) -> Iterator[str]:
        """The whole view of one claim."""
        clm = claim.pieces[0]
        lines = split(claim.pieces)
        kind = "Institutional claim" if at(clm, 5, 2) == "A" else "Professional claim"
        yield self.paint(f"{kind} {at(clm, 1)}", "segment")
        for level in claim.levels:
            yield from self._names(level)
        yield self.paint("-" * WIDTH, "number")
        yield from self._claim(clm, lines[0])
        yield ""
        yield self.paint(columns(HEADINGS, WIDTHS), "loop")
        total = 0
        for number, pieces in enumerate(lines[1:], 1):
            service = next((piece for piece in pieces if piece.elements[0] in SERVICES), None)
            if service is not None:
                total += amount(charge_of(service)) or 0
                yield from self._line(number, service, pieces, at(clm, 5, 1))
        yield self.paint("-" * WIDTH, "number")
        yield self.paint(columns(("", "", "", "claim", "", "", shown(at(clm, 2))), WIDTHS), "segment")
        charge = amount(at(clm, 2))
        if charge is not None and charge != total:
            yield self.paint(f"The lines add up to {money(total)}, not to the charge of the claim.", "note")

    def _names(self, level: list[Piece]) -> Iterator[str]:
        """Provider, insured, patient and payer of one level, as the file names them."""
        for piece in level:
            self.privacy.see(piece.elements)
            if piece.elements[0] == "SBR":
                order = self.labels.qualifier("responsibility", at(piece, 1)) or at(piece, 1)
                filing = f"{at(piece, 9)} {self.labels.code('filing_codes', at(piece, 9))}".strip()
                group = f"{at(piece, 3)} {at(piece, 4)}".strip()
                yield from pairs((("Billed as", f"{order}, {filing}"), ("Group", group)))
            elif piece.elements[0] == "NM1":
                yield from self._name(piece)
            elif piece.elements[0] == "DMG":
                born = day(at(piece, 2))
                yield from pairs(
                    (("  born", self.privacy.shown(piece.elements, "DMG02", born)), ("  sex", at(piece, 3)))
                )

    def _name(self, piece: Piece) -> Iterator[str]:
        label = self.labels.qualifier("entity", at(piece, 1)) or at(piece, 1)
        parts = [self.privacy.shown(piece.elements, f"NM1{position:02d}", at(piece, position)) for position in (3, 4)]
        number = self.privacy.shown(piece.elements, "NM109", at(piece, 9))
        identifier = self.labels.qualifier("identifier", at(piece, 8)) or at(piece, 8)
        text = ", ".join(part for part in parts if part) + (f"  {identifier} {number}" if number else "")
        yield from pairs(((label, text.strip()),))

    def _claim(self, clm: Piece, own: list[Piece]) -> Iterator[str]:
        """The claim's own data, other names, diagnoses, references, notes and attachments."""
        place = at(clm, 5, 1)
        table = "bill_types" if at(clm, 5, 2) == "A" else "place_of_service"
        frequency = at(clm, 5, 3)
        yield from pairs(
            (
                ("Charge", shown(at(clm, 2))),
                (
                    "Bill type" if table == "bill_types" else "Place of service",
                    f"{place} {self.labels.code(table, place)}",
                ),
                ("Frequency", f"{frequency} {self.labels.code('frequency_codes', frequency)}"),
            )
        )
        for piece in own:
            self.privacy.see(piece.elements)
            name = piece.elements[0]
            if name == "NM1":
                yield from self._name(piece)
            elif name == "DTP":
                yield from pairs(((self._word("date", piece, "Date"), day(at(piece, 3))),))
            elif name == "REF":
                text = self.privacy.shown(piece.elements, "REF02", at(piece, 2))
                yield from pairs(((self._word("reference", piece, "Reference"), text),))
            elif name == "AMT":
                yield from pairs(((self._word("amount", piece, "Amount"), shown(at(piece, 2))),))
            elif name == "NTE":
                yield from pairs((("Note", self.privacy.shown(piece.elements, "NTE02", at(piece, 2))),))
            elif name == "PWK":
                what = self._word("attachment", piece, "Attachment")
                yield from pairs((("Attachment", f"{what} {at(piece, 6)}".strip()),))
            elif name == "SBR":
                yield from pairs((("Also insured", self._word("responsibility", piece, "")),))
            elif name == "HI":
                yield from self._health(piece)

    def _word(self, kind: str, piece: Piece, otherwise: str) -> str:
        return self.labels.qualifier(kind, at(piece, 1)) or f"{otherwise} {at(piece, 1)}".strip()

    def _health(self, piece: Piece) -> Iterator[str]:
        """Diagnoses and other codes of one HI segment."""
        for position in range(1, len(piece.elements)):
            parts = components(piece, position)
            if len(parts) > 1 and parts[1]:
                kind = self.labels.qualifier("diagnosis", parts[0]) or parts[0]
                meaning = self.labels.meaning(piece.elements, f"HI{position:02d}-2", parts[1], piece.delimiters)
                yield from pairs(((kind, f"{parts[1]}  {meaning}".rstrip()),))

    def _line(self, number: int, service: Piece, pieces: list[Piece], place: str) -> Iterator[str]:
        """One service line, and below it what was sent with it. `place` is the claim's, for lines without their own."""
        at_ = 2 if service.elements[0] == "SV2" else 1
        code = components(service, at_)
        when = first(pieces, "DTP", "472")
        revenue = at(service, 1) if at_ == 2 else ""
        yield columns(
            (
                str(number),
                day(at(when, 3)),
                revenue or at(service, 5) or place,
                "-".join(part for part in code[1:6] if part),
                " ".join(components(service, 7)) if service.elements[0] == "SV1" else "",
                at(service, 5 if at_ == 2 else 4),
                shown(charge_of(service)),
            ),
            WIDTHS,
        )
        label = self.labels.code("family", code[1] if len(code) > 1 else "")
        label = label or self.labels.code("revenue_codes", revenue)
        if label:
            yield " " * 34 + self.paint(label, "meaning")
        for piece in each(pieces, "LIN"):
            yield " " * 34 + f"NDC {at(piece, 3)}"
        for piece in each(pieces, "REF"):
            self.privacy.see(piece.elements)
            text = self.privacy.shown(piece.elements, "REF02", at(piece, 2))
            yield " " * 34 + f"{self._word('reference', piece, 'Reference')} {text}"
        for piece in each(pieces, "NTE"):
            yield " " * 34 + f"Note: {self.privacy.shown(piece.elements, 'NTE02', at(piece, 2))}"


def split(pieces: list[Piece]) -> list[list[Piece]]:
    """The claim's own segments, then those of each of its lines; a line begins at LX, or at a service without one."""
    parts: list[list[Piece]] = [[]]
    filled = False
    for piece in pieces:
        name = piece.elements[0]
        if name == "LX" or (name in SERVICES and (filled or len(parts) == 1)):
            parts.append([])
            filled = False
        filled = filled or name in SERVICES
        parts[-1].append(piece)
    return parts


def charge_of(service: Piece) -> str:
    """The charge of SV1, SV2 or SV3."""
    return at(service, 3 if service.elements[0] == "SV2" else 2)
