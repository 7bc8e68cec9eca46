"""When the time to appeal runs out, and how long claims have waited. Days are counted to a day that is given.

A deadline is the day of the decision that denied the line (a take-back is one) plus the payer's appeal limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from edi.analysis.metrics.conditions import AnyOf, Condition, From, Is, Until, where
from edi.analysis.metrics.figures import MONEY, Figure
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.populations import OPEN_DENIALS, WAITING

SOON = 30  # days
AGES = (("0-30", 0, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120), ("over-120", 121, None))

Limit = Callable[[str | None, str | None, str | None], int | None]
"""Payer name, payer id, filing code -> days to appeal; None where the payer's limit is not known."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An open denial and the last day to appeal it; both days None where the limit or the decision's day is unknown."""

    line: MetricLine
    limit: int | None
    day: str | None
    days_left: int | None


def deadlines(lines: Iterable[MetricLine], limit: Limit, today: str) -> Iterator[Deadline]:
    """The open denials, those next to expire first, then those that did, then those without a known limit."""
    found = [_deadline(line, limit, today) for line in lines if OPEN_DENIALS.holds(line)]

    def order(one: Deadline) -> tuple[int, int, int, str, int]:
        left = one.days_left
        group = 2 if left is None else 1 if left < 0 else 0
        return group, abs(left or 0), -one.line.denied_cents, one.line.control_number or "", one.line.line_number or 0

    return iter(sorted(found, key=order))


def _deadline(line: MetricLine, limit: Limit, today: str) -> Deadline:
    days = limit(line.payer, line.payer_id, line.filing_code)
    decided, now = _day(line.decided_on), _day(today)
    if days is None or decided is None or now is None:
        return Deadline(line, days, None, None)
    last = decided + timedelta(days=days)
    return Deadline(line, days, last.isoformat(), (last - now).days)


def deadline_figures(lines: Iterable[MetricLine], limit: Limit, today: str) -> Iterator[Figure]:
    """Denied charges by what is left of the time to appeal."""
    payers = {(line.payer, line.payer_id, line.filing_code) for line in lines if OPEN_DENIALS.holds(line)}
    known = [(payer, days) for payer in sorted(payers, key=str) if (days := limit(*payer)) is not None]
    unlimited = [payer for payer in sorted(payers, key=str) if limit(*payer) is None]

    def between(least: int | None, most: int | None) -> Condition:
        """Denials with at least and at most so many days left."""
        choices = []
        for payer, days in known:
            terms = _payer(payer)
            if least is not None:
                terms &= From("decided_on", _days_before(today, days - least))
            if most is not None:
                terms &= Until("decided_on", _days_before(today, days - most))
            choices.append(terms)
        return OPEN_DENIALS & AnyOf(tuple(choices))

    dateless = tuple(_payer(payer) & Is("decided_on", None) for payer, _ in known)
    unknown = OPEN_DENIALS & AnyOf((*map(_payer, unlimited), *dateless))
    yield Figure("appeal-passed", "Denied, time to appeal is over", MONEY, between(None, -1), "denied_cents")
    yield Figure("appeal-due-30", "Denied, 30 days or less to appeal", MONEY, between(0, SOON), "denied_cents")
    yield Figure("appeal-later", "Denied, more than 30 days to appeal", MONEY, between(SOON + 1, None), "denied_cents")
    yield Figure("appeal-limit-unknown", "Denied, time to appeal not known", MONEY, unknown, "denied_cents")


def _payer(payer: tuple[str | None, str | None, str | None]) -> Condition:
    name, identifier, filing_code = payer
    return where(Is("payer", name), Is("payer_id", identifier), Is("filing_code", filing_code))


def age_figures(today: str) -> Iterator[Figure]:
    """Charges that wait for an answer, by days since they were sent; open denials, by days since the decision."""
    for name, least, most in AGES:
        span = where(*_aged("waiting_since", today, least, most))
        yield Figure(f"unanswered-{name}", f"Waiting for an answer, {name} days", MONEY, WAITING & span, "charge_cents")
    for name, least, most in AGES:
        span = where(*_aged("decided_on", today, least, most))
        yield Figure(f"denied-{name}", f"Denied, {name} days ago", MONEY, OPEN_DENIALS & span, "denied_cents")


def _aged(column: str, today: str, least: int, most: int | None) -> Iterator[From | Until]:
    """So many days ago; what lies ahead of `today` counts as today."""
    if most is not None:
        yield From(column, _days_before(today, most))
    if least:
        yield Until(column, _days_before(today, least))


def _days_before(today: str, days: int) -> str:
    return (date.fromisoformat(today) - timedelta(days=days)).isoformat()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
