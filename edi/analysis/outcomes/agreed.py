"""What a row should have been allowed by the office's fee table, and whether its payer allowed less.

Only a loaded fee convicts a payer: its own usual amount is no promise. Money in cents.
"""

from __future__ import annotations

from dataclasses import dataclass

from edi.analysis.outcomes.classify import LATER_PAYER_STATUSES
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.reference.fees import Fee, shortfall


@dataclass(frozen=True, slots=True)
class Short:
    """A payment below the contract: the fee that fits, the expected and the allowed amount of the line."""

    fee: Fee
    expected: int
    allowed: int


def fee_of(row: Outcome, reference: Reference) -> Fee | None:
    """The fee for a row's payer, code, modifiers, place and day of service; None where none is loaded for them."""
    if reference.fees is None or row.code is None:
        return None
    payment = row.entries[0].remit.payment if row.entries else None
    payer_id = row.claim.payer_id or (payment.payer_id if payment else None)
    return reference.fees.find(row.payer_name, payer_id, row.code, row.modifiers, row.place, row.service_date)


def agreed(row: Outcome, reference: Reference) -> int | None:
    """What the fee table says the payer allows for a row, by its units; None without a fee that fits."""
    fee = fee_of(row, reference)
    units = row.line.units if row.line else None
    return None if fee is None else fee.total(float(units or 1))


def paid_short(row: Outcome, reference: Reference) -> Short | None:
    """How a paid row falls short of its fee; None where it does not, or where nothing is loaded to tell.

    A later payer's answer and a cut by a payment rule are no price. Payers allow no more than is charged.
    """
    decided = row.first_entry or row.deciding
    if decided is None or decided.remit.status in LATER_PAYER_STATUSES or row.split.rule_cut:
        return None
    fee, expected, allowed = fee_of(row, reference), agreed(row, reference), row.split.allowed
    if fee is None or expected is None or not allowed:
        return None
    expected = min(expected, row.charge)
    return Short(fee, expected, allowed) if shortfall(expected, allowed) else None
