"""The answers of one or several payers to one line, added up without counting its charge twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from edi.analysis.outcomes.classify import Split

if TYPE_CHECKING:
    from edi.analysis.outcomes.netting import Entry


def combine(charge: int, live: Sequence[Entry]) -> Split:
    """Add the answers of one or several payers without counting the charge twice.

    A later payer decides only what the earlier ones left (patient share, denied, open): its OA-23, and whatever it
    writes off beyond that, repeats earlier cents.
    """
    total = Split(charge=charge)
    groups: list[Split] = []
    keys: list[tuple[str, int]] = []
    for entry in live:
        key = ("offset", 0) if entry.offset else (entry.payer, entry.level)
        if key in keys and key[0] != "offset":
            groups[keys.index(key)] = groups[keys.index(key)] + entry.split
        else:
            keys.append(key)
            groups.append(entry.split)
    if groups and charge < 0 and all(key[0] == "offset" for key in keys):
        total = replace(sum(groups[1:], groups[0]), charge=charge)  # a line known from its reversal only:
        total.denied = total.packaged = 0  # what it takes back was never denied here
        return total
    answered = False
    for key, split in zip(keys, groups, strict=True):
        if key[0] == "offset":
            total.paid += split.paid
        elif not answered:
            paid_by_offsets = total.paid
            total = split.copy()
            total.charge, total.paid = charge, split.paid + paid_by_offsets
            answered = True
        else:
            add_later_payer(total, split)
    total.other, total.prior = total.other + total.prior, 0
    return total


def add_later_payer(total: Split, later: Split) -> None:
    """Add a further payer's decision to `total`, in place: it settles what was the patient's, denied or open."""
    left = total.charge - total.paid - total.contractual - total.packaged - total.other - total.prior
    own = replace(later, prior=0)
    excess = own.explained - max(left, 0)
    for name in ("contractual", "other", "denied", "patient"):
        cut = min(max(excess, 0), max(getattr(own, name), 0))
        setattr(own, name, getattr(own, name) - cut)
        excess -= cut
    if excess > 0:  # it paid more than was left: the earlier write-off shrinks
        cut = min(excess, max(total.contractual, 0))
        total.contractual -= cut
    settled = own.explained
    balance = left - total.patient - total.denied
    for name, available in (("patient", total.patient), ("balance", balance), ("denied", total.denied)):
        cut = min(max(settled, 0), max(available, 0))
        settled -= cut
        if name != "balance":
            setattr(total, name, available - cut)
    if not total.denied:
        total.reasons = []
    total.reasons += later.reasons if own.denied else []
    for name in ("paid", "patient", "contractual", "denied", "packaged", "other"):
        setattr(total, name, getattr(total, name) + getattr(own, name))
    total.hidden = total.hidden and bool(total.denied)
    total.allowed = total.allowed if total.allowed else later.allowed
    total.pending = 0 if own.explained else total.pending
