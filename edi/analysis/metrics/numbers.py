"""Exact numbers for people: money and rates as decimal text, medians and percentiles of days."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

PLACES = Decimal("0.0001")  # of a rate


def rate(numerator: int, denominator: int) -> str | None:
    """A share with four places ("0.1250"); None where there is nothing to share."""
    if not denominator:
        return None
    return str((Decimal(numerator) / Decimal(denominator)).quantize(PLACES, ROUND_HALF_UP))


def median(counts: Counter[int]) -> str | None:
    """The middle value with one place ("14.0", "14.5"), of values with how often each was seen; None of nothing."""
    total = counts.total()
    if not total:
        return None
    twice = _ranked(counts, (total + 1) // 2) + _ranked(counts, total // 2 + 1)
    return str((Decimal(twice) / 2).quantize(Decimal("0.1")))


def percentile_90(counts: Counter[int]) -> str | None:
    """The least value that nine in ten do not exceed (nearest rank), with one place; None of nothing."""
    total = counts.total()
    return f"{_ranked(counts, -(-9 * total // 10))}.0" if total else None


def _ranked(counts: Counter[int], rank: int) -> int:
    """The value at a place, counted from 1, when all are put in order."""
    ordered = sorted(counts)
    return ordered[bisect_left(list(accumulate(counts[value] for value in ordered)), rank)]
