"""Whether a reversal repeats an earlier answer: the same amounts with opposite sign, under the payer's number."""

from __future__ import annotations

from edi.analysis.model import RemitClaim


def reverses(reversal: RemitClaim, earlier: RemitClaim) -> bool:
    """The same totals with opposite sign, and nothing in the payer's numbers speaks against it."""
    return is_opposite(reversal, earlier) and same_number(reversal, earlier)


def is_opposite(reversal: RemitClaim, earlier: RemitClaim) -> bool:
    """The same totals with opposite sign."""
    return not earlier.is_reversal and (reversal.charge, reversal.paid) == (-earlier.charge, -earlier.paid)


def same_number(reversal: RemitClaim, earlier: RemitClaim) -> bool:
    """The payer's number of the answer (CLP07), or none."""
    number = reversal.payer_control_number
    return not number or number == earlier.payer_control_number


def mirrors(reversal: RemitClaim, earlier: RemitClaim) -> bool:
    """The reversal repeats every adjustment of the answer with opposite sign, not its totals alone."""
    ours, theirs = _adjusted(earlier), _adjusted(reversal)
    return {code: -cents for code, cents in theirs.items()} == ours


def _adjusted(remit: RemitClaim) -> dict[str, int]:
    """Cents by group and reason over the claim and its lines."""
    sums: dict[str, int] = {}
    for adjustment in [*remit.adjustments, *(a for line in remit.lines for a in line.adjustments)]:
        sums[adjustment.code] = sums.get(adjustment.code, 0) + adjustment.cents
    return {code: cents for code, cents in sums.items() if cents}
