"""Where a balance that was carried forward (PLB FB) went or came from, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edi.analysis.payments.other_ends import Paid, Plb
from edi.x12.money import grouped


def leads(plb: Plb, others: Sequence[Plb], by_payer: Mapping[str, Sequence[Paid]]) -> str:
    """A sentence about `plb`. `others`: its other ends, none where nothing answers it; `by_payer`: all remittances."""
    if not others:
        return _missing(plb, by_payer)
    places = " and ".join(_place(other) for other in others)
    total = sum(other.cents for other in others)
    carried, taken = (-plb.cents, total) if plb.cents < 0 else (-total, plb.cents)
    if carried == taken:
        return f"it {'arrives in' if plb.cents < 0 else 'left'} {places}"
    off = grouped(abs(carried - taken))
    if plb.cents > 0 and carried > taken:
        return f"it is part of {grouped(carried)} that left {places}; {off} of that is not taken here"
    if plb.cents > 0:
        return f"only {grouped(carried)} left {places}: {off} too much is taken here; ask the payer"
    if carried > taken:
        return f"{grouped(taken)} of it arrives in {places}: {off} is missing; ask what became of it"
    return f"{grouped(taken)} arrives in {places}: {off} more than left here; ask the payer"


def _place(other: Plb) -> str:
    payment = other.payment
    return f"remittance {payment.trace_number or 'without a trace number'} of {payment.day} ({other.at})"


def _missing(plb: Plb, by_payer: Mapping[str, Sequence[Paid]]) -> str:
    others = {p.id: p for name in plb.payment.payers for p in by_payer.get(name, ()) if p.id != plb.payment.id}
    later = [p for p in others.values() if p.day > plb.payment.day]
    earlier = [p for p in others.values() if p.day < plb.payment.day]
    if plb.cents < 0:
        return (
            f"missing: {_count(later)} of this payer came since and none takes it; ask what became of it"
            if later
            else "the remittance that takes it is not here yet; this payer has sent none since"
        )
    return (
        "missing: no earlier remittance here carries it forward; look for one that was not imported"
        if earlier
        else "the remittance that carried it forward is not here; this payer's earlier ones were not imported"
    )


def _count(payments: Sequence[Paid]) -> str:
    return "1 remittance" if len(payments) == 1 else f"{len(payments)} remittances"
