"""Text of one element -> a value: cents, a date, a number. Pure functions that never raise.

Each returns (value, rule). `rule` is None when the text was read without loss, else the name of the diagnostic that
says what was wrong (mappings/diagnostics.csv); `value` is then the nearest honest reading, or None. The empty text
is None without a rule. Amounts are integer cents by string arithmetic, dates are ISO text, quantities are int when
integral.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

Value = tuple[int | float | str | None, str | None]

_NUMBER = re.compile(r"([+-]?)(\d{0,15})(?:\.(\d{0,15}))?", re.ASCII)
_DAY = re.compile(r"\d{8}(?:\d{4}|\d{6})?|\d{6}", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:$|[ T])", re.ASCII)
_CENTURY = 70  # a two-digit year from 70 on is of the 1900s


def cents(text: str) -> Value:
    """'12.5' -> 1250. A third decimal that is not zero is rounded half to even and named (amount-rounded)."""
    whole, dot, decimals = text.partition(".")
    if len(text) < 15 and whole.isdecimal() and whole.isascii():  # nearly all amounts
        if not dot:
            return int(whole) * 100, None
        if len(decimals) == 2 and decimals.isdecimal() and decimals.isascii():
            return int(whole + decimals), None
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None, "amount-unreadable" if text else None
    sign, whole, decimals = match[1], match[2], match[3] or ""
    if decimals[2:].strip("0"):
        exact = Fraction(int((whole or "0") + decimals), 10 ** (len(decimals) - 2))
        return round(-exact if sign == "-" else exact), "amount-rounded"
    return int(sign + whole + (decimals + "00")[:2]), None


def rate(text: str) -> Value:
    """'2' -> 2, '0.75' -> 0.75: a number that is a fraction by nature (a percentage, a weight)."""
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None, "number-unreadable" if text else None
    if (match[3] or "").strip("0"):
        return float(text), None
    return int(match[1] + (match[2] or "0")), None


def number(text: str) -> Value:
    """As `rate`, for a quantity: a fraction is read, and named (quantity-fraction)."""
    value, rule = rate(text)
    return value, "quantity-fraction" if isinstance(value, float) else rule


def whole(text: str) -> Value:
    """'07' -> 7: a count or an ordinal."""
    value, rule = rate(text)
    return (None, "number-unreadable") if isinstance(value, float) else (value, rule)


def day(text: str) -> Value:
    """'20260305' or the first day of '20260305-20260307' -> '2026-03-05'. YYMMDD and a trailing time are understood."""
    iso = _ISO.match(text)
    if iso is not None:
        value, rule = _day(iso[1] + iso[2] + iso[3], text)
        return value, rule or "date-unusual"
    return _day(text.partition("-")[0], text)


def last_day(text: str) -> Value:
    """The last day of a range '20260305-20260307'; None for a single day."""
    end = text.partition("-")[2]
    return _day(end, text) if (end or text.endswith("-")) and not _ISO.match(text) else (None, None)


def _day(digits: str, text: str) -> Value:
    if not text:
        return None, None
    if _DAY.fullmatch(digits) is None:
        return None, "date-unreadable"
    if len(digits) == 6:
        digits = ("19" if int(digits[:2]) >= _CENTURY else "20") + digits
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat(), None
    except ValueError:
        return None, "date-unreadable"


READERS: dict[str, Callable[[str], Value]] = {
    "money": cents,
    "number": number,
    "rate": rate,
    "int": whole,
    "date": day,
    "last-day": last_day,
}
"""The types a mapping may name, besides text, and how each is read."""
