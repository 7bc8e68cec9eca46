"""HFMA's initial denial rate by month: what was denied at first in a month, of a usual month's claims.

The denominator is the average of the three months before (domain.md section 4, HFMA Claim Integrity Task Force), so
that a month of few or many claims does not move the rate. Money in cents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from edi.analysis.metrics import populations as of
from edi.analysis.metrics.conditions import Condition, In, Month, where
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.table import Scope

BEFORE = 3  # months whose claims are averaged
DENIED_FIRST = of.DENIED_FIRST & In("kind", ("837P", "837I"))


@dataclass(frozen=True, slots=True)
class DenialMonth:
    """One month of first decisions. `submitted` and `charges` are sums over the three months before; None where the
    database does not reach back so far. `condition`: the lines denied at first."""

    month: str
    denied_claims: int
    denied_cents: int
    submitted: int | None
    charges: int | None
    condition: Condition


def denial_months(lines: Iterable[MetricLine], scope: Scope) -> list[DenialMonth]:
    """A row for each month in which something of ours was decided, in order."""
    within = scope.condition
    sent: dict[str, set[int | None]] = defaultdict(set)
    charged: dict[str, int] = defaultdict(int)
    denied: dict[str, set[int | None]] = defaultdict(set)
    lost: dict[str, int] = defaultdict(int)
    decided: set[str] = set()
    for line in lines:
        if not within.holds(line):
            continue
        if of.SUBMITTED.holds(line) and line.submitted:
            sent[line.submitted[:7]].add(line.claim)
            charged[line.submitted[:7]] += line.charge_cents
        if of.DECIDED.holds(line) and line.kind and line.first_date:
            decided.add(line.first_date[:7])
            if DENIED_FIRST.holds(line):
                denied[line.first_date[:7]].add(line.claim)
                lost[line.first_date[:7]] += line.first_denied_cents
    first = min(sent, default=None)
    found = []
    for month in sorted(decided):
        before = [_earlier(month, number) for number in range(1, BEFORE + 1)]
        known = first is not None and first <= before[-1]
        found.append(
            DenialMonth(
                month,
                len(denied[month]),
                lost[month],
                sum(len(sent.get(one, ())) for one in before) if known else None,
                sum(charged.get(one, 0) for one in before) if known else None,
                DENIED_FIRST & within & where(Month("first_date", month)),
            )
        )
    return found


def _earlier(month: str, number: int) -> str:
    """The month so many months before: ('2026-01', 1) -> '2025-12'."""
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 - number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
