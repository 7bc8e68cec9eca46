"""Business days of US banks: weekends and the Federal Reserve's holidays are none.

In: dates. Out: counts of business days. A holiday on a Sunday is kept on the Monday; one on a Saturday is not moved
(the Reserve Banks stay open on the Friday before).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
NTH_MONDAY = ((1, 3), (2, 3), (9, 1), (10, 2))  # King, Washington, Labor Day, Columbus
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
LONGEST = 4000  # calendar days that are counted one by one; beyond, 5 of 7


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The days of a year on which no money moves, weekends apart."""
    days = set()
    for month, day in FIXED:
        fixed = date(year, month, day)
        days.add(fixed + timedelta(days=1) if fixed.weekday() == SUNDAY else fixed)
    days.update(_nth(year, month, MONDAY, nth) for month, nth in NTH_MONDAY)
    last_of_may = date(year, 5, 31)
    days.add(last_of_may - timedelta(days=last_of_may.weekday()))
    days.add(_nth(year, 11, THURSDAY, 4))
    return frozenset(days)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def business_days(start: date, end: date) -> int:
    """Business days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -business_days(end, start)
    span = (end - start).days
    if span > LONGEST:
        return span * 5 // 7
    return sum(is_business_day(start + timedelta(days=n)) for n in range(1, span + 1))


def as_date(text: str | None) -> date | None:
    """An ISO date; None for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
