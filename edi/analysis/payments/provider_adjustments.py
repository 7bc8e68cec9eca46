"""What each provider level adjustment (PLB) of a remittance means, and what its reference leads to.

In: PLB pairs, the payments that they stand in, and where in the records a number occurs. Out: one Explained a pair, in
words. A positive PLB amount lowers the payment, a negative one raises it (domain.md section 5). Balances carried
forward (FB) and amounts announced first and taken later are paired across remittances of one payer. A reference leads
to a claim only when the number is whole and the payer is the same; nothing is ever taken off a claim's lines for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from edi.analysis.grouping import normalised
from edi.analysis.payments import carried, other_ends
from edi.analysis.payments.other_ends import FORWARD, Paid, Plb
from edi.x12.money import grouped

NAMES_A_CLAIM = {"WO", "72", "L6", "50", "51"}  # reasons whose reference should lead to a claim
SHORTEST_WHOLE, SHORTEST_PART, SHORTEST_GLUED = 4, 5, 8  # characters of a number that may be looked up
MOST_PARTS = 6  # words of a reference that may form one number
_WORDS = re.compile(r"[^A-Za-z0-9]+")
_DAY = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

# (reason, sign) -> what happens to the money; {money} is the amount without its sign.
SENTENCES = {
    (FORWARD, -1): "{money} that this payment could not take is carried forward to a later remittance",
    (FORWARD, 1): "{money} carried forward from an earlier remittance is taken here",
    ("WO", 1): "{money} is taken back here for an overpayment",
    (
        "WO",
        -1,
    ): "{money} of a takeback is not kept from this payment: announced, settled otherwise or given back",
    ("72", -1): "our refund of {money} is acknowledged, so that the reversal takes nothing from this payment",
    ("72", 1): "{money} is taken for a refund that the payer had acknowledged",
    ("L6", -1): "{money} interest is paid to us",
    ("L6", 1): "{money} interest is taken back",
    ("IR", 1): "{money} is withheld for the tax authority",
    ("AM", 1): "{money} goes to a lender of ours",
    ("E3", 1): "{money} is withheld under the contract",
    ("E3", -1): "{money} withheld before is released",
    ("CT", -1): "{money} is paid by head, not for a claim",
    ("PI", -1): "{money} is an interim payment, not for a claim",
}
PLAIN = {1: "{money} is taken out of this payment", -1: "{money} is added to this payment", 0: "no money moves"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A claim or remittance claim that has a number. `side`: 837 or 835."""

    side: str
    control_number: str | None
    payer_control_number: str | None
    payers: frozenset[str]
    id: int
    at: str

    @property
    def place(self) -> tuple[str, int]:
        """File and segment: an order that does not depend on the order of import."""
        path, _, segment = self.at.rpartition("#")
        return path, int(segment)


@dataclass(slots=True)
class Explained:
    """`found`: whether what the reference names is in the database; None where it need not name anything.

    `note` says what happens to the money, `leads` where the reference leads.
    """

    plb: Plb
    meaning: str
    direction: str
    note: str = ""
    leads: str = ""
    found: bool | None = None
    claims: list[Occurrence] = field(default_factory=list)
    counterpart: Plb | None = None

    @property
    def control_numbers(self) -> list[str]:
        return list(dict.fromkeys(c.control_number for c in self.claims if c.control_number))


def payer_names(*names: str | None) -> frozenset[str]:
    """The ways to name a payer (id, name), made comparable."""
    return frozenset(filter(None, map(normalised, names)))


def numbers_in(reference: str | None) -> list[str]:
    """The numbers that a reference may hold, normalised, the most telling first.

    The whole of it; then runs of its words ('REFUND CHECK 00026307a'); then its beginning and end, as payers glue
    account, date of service and claim number together. A date alone is no number.
    """
    words = [word for word in _WORDS.split(reference or "") if word]
    whole = normalised("".join(words))
    found = [whole] if len(whole) >= SHORTEST_WHOLE else []
    runs = {
        normalised("".join(words[start:end]))
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + MOST_PARTS) + 1)
    }
    found += sorted((run for run in runs if len(run) >= SHORTEST_PART), key=lambda run: (-len(run), run))
    glued = {whole[:n] for n in range(SHORTEST_GLUED, len(whole))} | {
        whole[n:].lstrip("0") for n in range(1, len(whole) - SHORTEST_GLUED + 1)
    }
    found += sorted((part for part in glued if len(part) >= SHORTEST_GLUED), key=lambda part: (-len(part), part))
    return [
        number
        for number in dict.fromkeys(found)
        if any(char.isdigit() for char in number) and (number == whole or not _DAY.fullmatch(number))
    ]


def explain(
    adjustments: Sequence[Plb],
    payments: Iterable[Paid],
    occurrences: Mapping[str, Sequence[Occurrence]],
    meanings: Mapping[str, str],
) -> list[Explained]:
    """One Explained for each of `adjustments`, in their order.

    `occurrences`: normalised number (see `numbers_in`) -> the records that have it; `meanings`: codes/plb.csv.
    """
    ends = other_ends.pairs(adjustments)
    parts = other_ends.parts(adjustments, ends)
    by_payer: dict[str, list[Paid]] = defaultdict(list)
    for payment in payments:
        for name in payment.payers:
            by_payer[name].append(payment)
    explained = []
    for plb in adjustments:
        sign = (plb.cents > 0) - (plb.cents < 0)
        one = Explained(
            plb=plb,
            meaning=meanings.get(plb.reason, "a reason that our list does not have"),
            direction={1: "taken out of the payment", -1: "added to the payment", 0: "no money"}[sign],
            claims=_named(plb, occurrences),
            counterpart=ends.get(plb.key),
        )
        sentence = SENTENCES.get((plb.reason, sign), PLAIN[sign])
        one.note = sentence.format(money=grouped(abs(plb.cents)))
        if plb.reason == FORWARD:
            others = [one.counterpart] if one.counterpart else parts.get(plb.key, [])
            one.counterpart, one.found = next(iter(others), None), bool(others)
            one.leads = carried.leads(plb, others, by_payer)
        else:
            one.leads = _referred(one)
        explained.append(one)
    return explained


def _named(plb: Plb, occurrences: Mapping[str, Sequence[Occurrence]]) -> list[Occurrence]:
    """The records that the reference names: those of the same payer that have its most telling number."""
    for number in numbers_in(plb.reference):
        same = [one for one in occurrences.get(number, ()) if one.payers & plb.payment.payers]
        if same:
            numbers = {one.control_number for one in same}
            named = [one for one in occurrences[number] if one in same or one.control_number in numbers]
            return sorted(
                named, key=lambda one: one.place
            )  # our claim may name the payer otherwise than its remittance
    return []


def _referred(one: Explained) -> str:
    """The claim that the reference names, and the opposite amount elsewhere."""
    plb = one.plb
    parts = []
    if one.claims:
        one.found = True
        numbers = one.control_numbers
        first = next((c for c in one.claims if c.side == "837"), one.claims[0])
        names = f"claim {numbers[0]}" if len(numbers) == 1 else f"claims {', '.join(numbers)}"
        parts.append(f"the reference names {names} ({first.at})")
    elif plb.reason in NAMES_A_CLAIM:
        one.found = False
        parts.append(
            "the reference names no claim that is here" if plb.reference else "no reference says for which claim"
        )
    if one.counterpart is not None:
        other = one.counterpart.payment
        where = "in this remittance" if other.id == plb.payment.id else f"in {other.trace_number} of {other.day}"
        parts.append(f"the opposite amount stands {where} ({one.counterpart.at})")
    return "; ".join(parts)
