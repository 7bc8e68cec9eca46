"""Whether a reversal repeats an earlier answer: the same adjustments with opposite sign."""

from __future__ import annotations

from edi.analysis.model import RemitClaim


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
