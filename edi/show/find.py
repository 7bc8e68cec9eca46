"""Claims by control number, with what surrounds them. In: segments. Out: RemitClaims and Claims, in file order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edi.conformance.source import Piece
from edi.show.paper import at

ENDS = ("SE", "TS2", "TS3", "PLB")
LEVELS = {"20": 0, "22": 1, "23": 2}  # HL03: billing provider, subscriber, patient


@dataclass
class RemitClaim:
    """A claim of a remittance (835): the payment's header, the claim's own segments, the payment's PLBs."""

    header: list[Piece]
    pieces: list[Piece]
    adjustments: list[Piece] = field(default_factory=list)


@dataclass
class Claim:
    """A claim (837): the segments of its billing provider, subscriber and patient, and its own."""

    header: list[Piece]
    levels: list[list[Piece]]
    pieces: list[Piece]


def wanted(number: str, control: str) -> bool:
    """Whether two control numbers are one to a person: case and leading zeros do not matter."""
    return number.strip().upper().lstrip("0") == control.strip().upper().lstrip("0")


def claims(pieces: Iterable[Piece], control: str) -> Iterator[RemitClaim | Claim]:
    """Every claim whose CLM01, CLP01 or payer number (CLP07) is `control`."""
    header: list[Piece] = []
    levels: list[list[Piece]] = [[], [], []]
    found: list[RemitClaim | Claim] = []
    own: list[Piece] | None = None
    place: list[Piece] = header
    for piece in pieces:
        name = piece.elements[0]
        if name in ("ST", "ISA", "GS"):
            yield from found
            found, own, header, levels = [], None, [], [[], [], []]
            place = header
        elif name == "HL":
            level = LEVELS.get(at(piece, 3), 0)
            levels = [*levels[:level], *([] for _ in range(3 - level))]
            own, place = None, levels[level]
        elif name in ("CLP", "CLM"):
            own = None
            place = []
            if wanted(at(piece, 1), control) or (name == "CLP" and wanted(at(piece, 7), control)):
                own = [piece]
                found.append(RemitClaim(header, own) if name == "CLP" else Claim(header, list(levels), own))
                continue
        elif name == "LX" and own is not None and own[0].elements[0] == "CLP":
            continue  # what follows tells whether the claim is over
        elif name in ENDS or (name == "N1" and own is not None):
            own = None
            for one in found:
                if name == "PLB" and isinstance(one, RemitClaim):
                    one.adjustments.append(piece)
        if own is not None:
            own.append(piece)
        else:
            place.append(piece)
    yield from found
