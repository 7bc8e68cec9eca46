"""The federal sequestration cut (CARC 253): two percent of what was to be paid (domain.md section 3, row 35)."""

from __future__ import annotations

from dataclasses import dataclass

from edi.analysis.model import Adjustment
from edi.analysis.outcomes.classify import LATER_PAYER_STATUSES, SEQUESTRATION
from edi.analysis.outcomes.netting import Entry

PERCENT, ROUNDING = 2, 2  # of the amount before the cut; cents an adjustment


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut, and what two percent would have been, in cents. `base`: allowed less the patient's share."""

    adjustment: Adjustment
    taken: int
    base: int
    rounding: int

    @property
    def due(self) -> int:
        return (self.base * PERCENT + 50) // 100

    @property
    def fits(self) -> bool:
        return abs(self.taken - self.due) <= self.rounding

    def __str__(self) -> str:
        return f"{self.taken / self.base:.1%}" if self.base else "no base"


def cut_of(entry: Entry) -> Cut | None:
    """The cut of a payer's answer; None where it has none, takes money back, or is a later payer's."""
    holders = entry.svcs or (entry.remit,)
    cuts = [a for one in holders for a in one.adjustments if a.reason_code == SEQUESTRATION and a.cents > 0]
    if not cuts or entry.remit.is_reversal or entry.remit.status in LATER_PAYER_STATUSES:
        return None
    taken = sum(a.cents for a in cuts)
    return Cut(cuts[0], taken, entry.split.paid + taken, ROUNDING * len(cuts))
