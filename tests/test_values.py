"""Texts of elements as cents, dates and numbers: exact, and never an exception."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.x12 import values


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("", None, None),
        ("0", 0, None),
        ("12", 1200, None),
        ("12.5", 1250, None),
        ("12.50", 1250, None),
        ("12.", 1200, None),
        (".5", 50, None),
        ("-.05", -5, None),
        ("-0.05", -5, None),
        ("-13", -1300, None),
        ("+7.10", 710, None),
        ("007", 700, None),
        ("12.3400", 1234, None),
        ("12.345", 1234, "amount-rounded"),
        ("12.355", 1236, "amount-rounded"),
        ("-12.345", -1234, "amount-rounded"),
        ("99999999999.99", 9999999999999, None),
        ("12,50", None, "amount-unreadable"),
        ("1,234.00", None, "amount-unreadable"),
        ("ABC", None, "amount-unreadable"),
        ("$5", None, "amount-unreadable"),
        ("-", None, "amount-unreadable"),
        (".", None, "amount-unreadable"),
        ("1e3", None, "amount-unreadable"),
        ("1_000", None, "amount-unreadable"),
        ("٣", None, "amount-unreadable"),
        ("²", None, "amount-unreadable"),
        ("9" * 30, None, "amount-unreadable"),
    ],
)
def test_cents(text: str, value: int | None, rule: str | None) -> None:
    assert values.cents(text) == (value, rule)


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("20260305", "2026-03-05", None),
        ("20260305-20260307", "2026-03-05", None),
        ("202603051015", "2026-03-05", None),
        ("260305", "2026-03-05", None),
        ("991231", "1999-12-31", None),
        ("2026-03-05", "2026-03-05", "date-unusual"),
        ("2026-03-05 00:00:00", "2026-03-05", "date-unusual"),
        ("2026-13-05", None, "date-unreadable"),
        ("20240229", "2024-02-29", None),
        ("20260229", None, "date-unreadable"),
        ("20260230", None, "date-unreadable"),
        ("00000000", None, "date-unreadable"),
        ("1015", None, "date-unreadable"),
        ("2026030X", None, "date-unreadable"),
        ("", None, None),
    ],
)
def test_day(text: str, value: str | None, rule: str | None) -> None:
    assert values.day(text) == (value, rule)


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("20260305-20260307", "2026-03-07", None),
        ("20260305", None, None),
        ("2026-03-05", None, None),
        ("20260305-", None, "date-unreadable"),
        ("20260305-20260399", None, "date-unreadable"),
    ],
)
def test_last_day(text: str, value: str | None, rule: str | None) -> None:
    assert values.last_day(text) == (value, rule)


@pytest.mark.parametrize(
    ("text", "number", "whole", "rule"),
    [
        ("2", 2, 2, None),
        ("02", 2, 2, None),
        ("-1", -1, -1, None),
        ("2.00", 2, 2, None),
        ("2.5", 2.5, None, "quantity-fraction"),
        ("TWO", None, None, "number-unreadable"),
        ("1 000", None, None, "number-unreadable"),
        ("nan", None, None, "number-unreadable"),
        ("", None, None, None),
    ],
)
def test_number_and_whole(text: str, number: float | None, whole: int | None, rule: str | None) -> None:
    assert values.number(text) == (number, rule)
    assert values.whole(text)[0] == whole


def test_a_rate_may_have_a_fraction() -> None:
    assert values.rate("0.875") == (0.875, None)


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=2))
def test_cents_are_exact(amount: Decimal) -> None:
    assert values.cents(f"{amount:f}") == (int(amount * 100), None)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=5))
def test_cents_round_half_to_even(amount: Decimal) -> None:
    exact = amount * 100
    rounded = exact.quantize(Decimal(1), ROUND_HALF_EVEN)
    assert values.cents(f"{amount:f}") == (int(rounded), None if exact == rounded else "amount-rounded")


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    for read in values.READERS.values():
        value, rule = read(text)
        assert value is None or isinstance(value, int | float | str)
        assert rule is None or isinstance(rule, str)
