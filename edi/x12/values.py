"""Text of one element -> a value: cents, a date, a number. Pure functions that never raise.

Each returns `Value(value, rule)`. `rule` is None when the text was read without loss, else the name of the diagnostic that
says what was wrong (mappings/diagnostics.csv); `value` is then the nearest honest reading, or None. The empty text is None
without a rule. Amounts are integer cents by string arithmetic, dates are ISO text, quantities are int when integral.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

_AMOUNT = re.compile(r"([+-]?)(\d{0,15})(?:\.(\d{0,15}))?", re.ASCII)
_DAY = re.compile(r"\d{8}(?:\d{4}|\d{6})?|\d{6}", re.ASCII)
_CENTURY = 70  # a two-digit year from 70 on is of the 1900s


class Value(NamedTuple):
    """What an element says, and the rule it breaks (None when it was read without loss)."""

    value: int | float | str | None
    rule: str | None = None


def cents(text: str) -> Value:
    """'12.5' -> 1250. A third decimal that is not zero is rounded half to even and named (amount-rounded)."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return Value(None, "amount-unreadable" if text else None)
    sign, whole, decimals = match[1], match[2], match[3] or ""
    if decimals[2:].strip("0"):
        exact = Fraction(int((whole or "0") + decimals), 10 ** (len(decimals) - 2))
        return Value(round(-exact if sign == "-" else exact), "amount-rounded")
    return Value(int(sign + whole + (decimals + "00")[:2]))


def number(text: str) -> Value:
    """'2' -> 2, '2.5' -> 2.5: a quantity that may have a fraction, which is named (quantity-fraction)."""
    value, rule = rate(text)
    return Value(value, "quantity-fraction" if isinstance(value, float) else rule)


def rate(text: str) -> Value:
    """As `number`, for what is a fraction by nature (percentages, weights)."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return Value(None, "number-unreadable" if text else None)
    if (match[3] or "").strip("0"):
        return Value(float(text))
    return Value(int(match[1] + (match[2] or "0")))


def whole(text: str) -> Value:
    """'07' -> 7: a count or an ordinal."""
    value, rule = rate(text)
    return Value(value, rule) if isinstance(value, int) else Value(None, rule or ("number-unreadable" if text else None))


def day(text: str) -> Value:
    """'20260305' or the first day of '20260305-20260307' -> '2026-03-05'. YYMMDD and a trailing time are understood."""
    return _day(text.partition("-")[0], text)


def last_day(text: str) -> Value:
    """The last day of a range '20260305-20260307'; None for a single day."""
    end = text.partition("-")[2]
    return _day(end, text) if end or text.endswith("-") else Value(None)


def _day(digits: str, text: str) -> Value:
    if not text:
        return Value(None)
    if _DAY.fullmatch(digits) is None:
        return Value(None, "date-unreadable")
    if len(digits) == 6:
        digits = ("19" if int(digits[:2]) >= _CENTURY else "20") + digits
    try:
        return Value(date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat())
    except ValueError:
        return Value(None, "date-unreadable")


READERS: dict[str, Callable[[str], Value]] = {
    "money": cents,
    "number": number,
    "rate": rate,
    "int": whole,
    "date": day,
    "last-day": last_day,
}
"""The types a mapping may name, besides text, and how each is read."""
