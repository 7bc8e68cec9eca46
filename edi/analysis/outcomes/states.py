"""The state of a row (INTERFACE: state, first_state), told from its netted cents."""

from __future__ import annotations

from collections.abc import Sequence

from edi.analysis.model import PREDETERMINATION
from edi.analysis.outcomes.classify import LATER_PAYER_STATUSES
from edi.analysis.outcomes.netting import Entry, Net


def first_final(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of the first payment that decided the line; none while nothing was decided."""
    deciding = [
        e for e in entries if not (e.remit.is_reversal or e.split.is_pending or e.remit.status == PREDETERMINATION)
    ]
    if len(deciding) < 2:
        return deciding
    deciding = [e for e in deciding if not e.is_duplicate_denial] or deciding  # "we had it before" decides nothing
    return [e for e in deciding if e.remit.payment is deciding[0].remit.payment]


def state_of(charge: int, entries: Sequence[Entry], result: Net, *, extra: bool = False) -> str:
    """The state that the netted cents amount to. `extra`: what was decided on a claim beside its lines."""
    total = result.total
    if extra:
        return "denied" if total.denied > 0 else "paid"
    if len(entries) == len(result.live) == 1 and total.paid > 0 and not result.live[0].offset:  # by far the most lines
        return "reduced" if total.denied > 0 or total.recoded else "paid"
    if not entries or (not result.live and not result.taken_back):
        return "pending" if result.reversed_denial else "no-response"
    if result.taken_back or (total.paid < 0 and any(e.offset for e in result.live)):
        return "taken-back"
    if result.payment_reversed and total.paid <= 0 < total.denied:
        return "taken-back"  # paid once, reversed, denied since
    if total.is_pending or all(e.offset for e in result.live):  # only the reversal of an unseen denial is here
        return "pending"
    if total.paid > 0:
        return "reduced" if total.denied > 0 or total.recoded else "paid"
    if total.denied > 0:
        return "denied"
    if total.packaged > 0:
        return "packaged"
    if total.patient > 0:
        return "patient-share"
    if total.capitated:
        return "capitated"
    later = any(e.remit.status in LATER_PAYER_STATUSES for e in result.live)
    if later or any(e.split.prior for e in result.live):
        return "paid-elsewhere"
    if charge == 0 or (charge < 0 and total.paid < 0):  # below zero: a credit of ours, settled as one
        return "paid"
    if total.contractual + total.other >= charge:
        return "packaged"  # a reporting code: never paid, expected
    return "denied"
