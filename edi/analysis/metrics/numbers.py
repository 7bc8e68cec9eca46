"""Exact numbers for people: money and rates as decimal text, medians and percentiles of days."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.0001")  # of a rate


def money(cents: int) -> str:
    """145000 is "1450.00", -1300 is "-13.00"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def rate(numerator: int, denominator: int) -> str | None:
    """A share with four places ("0.1250"); None where there is nothing to share."""
    if not denominator:
        return None
    return str((Decimal(numerator) / Decimal(denominator)).quantize(PLACES, ROUND_HALF_UP))


def median(values: Sequence[int]) -> str | None:
    """The middle value with one place ("14.0", "14.5"); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    twice = 2 * ordered[middle] if len(ordered) % 2 else ordered[middle - 1] + ordered[middle]
    return str((Decimal(twice) / 2).quantize(Decimal("0.1")))


def percentile_90(values: Sequence[int]) -> str | None:
    """The least value that nine in ten do not exceed (nearest rank), with one place; None of nothing."""
    if not values:
        return None
    rank = -(-9 * len(values) // 10)
    return f"{sorted(values)[rank - 1]}.0"
