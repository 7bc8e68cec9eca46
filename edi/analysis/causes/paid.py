"""What there is to say of a row that was paid. It has no finding, since nothing is denied: the row itself names it."""

from __future__ import annotations

from edi.analysis.outcomes.agreed import paid_short
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference

CUT, UNDERPAID = "payment-rule-reduction", "underpaid"


def say(row: Outcome, reference: Reference) -> None:
    """Fill in cause and verdict of a paid row: cut by a payment rule (the payer's code says so, no verdict of ours), or
    allowed less than the office's fee (confirmed by it)."""
    if row.split.rule_cut:
        row.cause = CUT
    elif reference.fees is not None and paid_short(row, reference) is not None:
        row.cause, row.verdict = UNDERPAID, "confirmed"
