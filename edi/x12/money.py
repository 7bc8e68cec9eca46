"""Cents as people and programs read them. The one place where an amount becomes text; nothing is ever a float."""

from __future__ import annotations

_TWO_DIGITS = [f"{number:02d}" for number in range(100)]  # three times as fast as a format for each amount


def money(cents: int) -> str:
    """145000 is "1450.00", -1300 is "-13.00": the text of JSON, CSV and evidence."""
    if cents < 0:
        return f"-{money(-cents)}"
    return f"{cents // 100}.{_TWO_DIGITS[cents % 100]}"


def grouped(cents: int, currency: str = "") -> str:
    """145000 is "1,450.00", or "$1,450.00" with a currency; -1300 is "-$13.00": for pages and terminals."""
    return f"{'-' if cents < 0 else ''}{currency}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
