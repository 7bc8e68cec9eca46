"""The other ends of provider level adjustments (PLB): what one remittance announces or moves on, and another takes.

A positive PLB amount lowers its payment, a negative one raises it (domain.md section 5). Amounts are cents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edi.analysis.grouping import normalised

FORWARD = "FB"


@dataclass(frozen=True, slots=True)
class Paid:
    """The payment that a PLB stands in. `payers`: its payer's id and name, normalised."""

    id: int
    trace_number: str | None
    payers: frozenset[str]
    day: str
    at: str  # file#segment


@dataclass(frozen=True, slots=True)
class Plb:
    """One reason, reference and amount of a PLB segment."""

    id: int
    position: int
    payment: Paid
    reason: str
    reference: str | None
    cents: int
    at: str

    @property
    def key(self) -> tuple[int, int]:
        return self.id, self.position


def pairs(adjustments: Sequence[Plb]) -> dict[tuple[int, int], Plb]:
    """The other end of each adjustment that one with the opposite amount answers: same payer, reason and reference.

    The nearest in time is taken, later ends first for what is carried forward. Balances carried forward are also
    paired without a common reference, where payer and amount leave one choice only; one that rolls from remittance to
    remittance leaves the next choice once the later ones are made.
    """
    found: dict[tuple[int, int], Plb] = {}
    openings = sorted((a for a in adjustments if a.cents < 0), key=_time)
    closings = sorted((a for a in adjustments if a.cents > 0), key=_time)
    by_key: dict[tuple[str, int], list[Plb]] = defaultdict(list)
    for closing in closings:
        by_key[closing.reason, closing.cents].append(closing)

    def pair(by_reference: bool) -> bool:
        """Go through the openings once; whether anything new was found."""
        before = len(found)
        for opening in openings:
            if opening.key in found or not (by_reference or opening.reason == FORWARD):
                continue
            fits = [
                closing
                for closing in by_key[opening.reason, -opening.cents]
                if closing.key not in found
                and closing.payment.payers & opening.payment.payers
                and (closing.payment.day >= opening.payment.day or opening.reason != FORWARD)
                and (closing.payment.id != opening.payment.id or opening.reason != FORWARD)
                and (_same_reference(opening, closing) if by_reference else True)
            ]
            after = [closing for closing in fits if closing.payment.day >= opening.payment.day] or fits
            if after and (by_reference or len(after) == 1):
                found[opening.key] = after[0]
                found[after[0].key] = opening
        return len(found) > before

    pair(by_reference=True)
    while pair(by_reference=False):
        pass
    return found


def _time(plb: Plb) -> tuple[str, str, str, str, int]:
    return (plb.payment.day, plb.payment.trace_number or "", plb.reference or "", plb.at, plb.position)


def _same_reference(opening: Plb, closing: Plb) -> bool:
    """The same reference, or the trace number of the remittance that carried the balance forward."""
    theirs = normalised(closing.reference)
    own = {normalised(opening.reference)} | ({normalised(opening.payment.trace_number)} - {""} if theirs else set())
    return theirs in own if opening.reason == FORWARD else bool(theirs) and theirs == normalised(opening.reference)


def parts(adjustments: Sequence[Plb], paired: Mapping[tuple[int, int], Plb]) -> dict[tuple[int, int], list[Plb]]:
    """The other ends of balances carried forward that no equal amount answers: what was taken under the same reference,
    in parts or in another amount. Only where one balance could be meant."""
    left = [one for one in adjustments if one.reason == FORWARD and one.cents and one.key not in paired]
    openings = sorted((one for one in left if one.cents < 0), key=_time)
    found: dict[tuple[int, int], list[Plb]] = defaultdict(list)
    for closing in sorted((one for one in left if one.cents > 0), key=_time):
        fits = [opening for opening in openings if _later_of(opening, closing) and _same_reference(opening, closing)]
        if len(fits) == 1:
            found[fits[0].key].append(closing)
            found[closing.key].append(fits[0])
    return found


def _later_of(opening: Plb, closing: Plb) -> bool:
    """Another remittance of the same payer, no earlier."""
    one, other = opening.payment, closing.payment
    return bool(one.payers & other.payers) and other.id != one.id and other.day >= one.day
