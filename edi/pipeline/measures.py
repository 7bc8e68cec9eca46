"""Metrics of a database as the rows that leave it: `edi metrics` prints them, the report draws them.

In: an open database and its reference data. Out: dictionaries of plain values; money as text, dates as ISO text. What
is counted and how: docs/metrics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from edi.analysis.metrics.changes import DECISIONS, LEAST_CLAIMS, Change, Side, changes
from edi.analysis.metrics.conditions import Condition
from edi.analysis.metrics.deadlines import Limit, age_figures, deadline_figures, deadlines
from edi.analysis.metrics.expected import ORDINARY, Key, Usual, expect, usual_amounts
from edi.analysis.metrics.figures import COUNT, FIGURES, MONEY, RATE, Figure
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.monthly import BEFORE, DenialMonth, denial_months
from edi.analysis.metrics.numbers import rate
from edi.analysis.metrics.populations import OPEN_DENIALS, SERVICES
from edi.analysis.metrics.table import DIMENSIONS, Result, Scope, tabulate
from edi.analysis.reference import Reference, load_reference
from edi.pipeline.drilling import drill, drill_result
from edi.pipeline.storedlines import StoredLines
from edi.resources import Resources
from edi.store.database import Database
from edi.store.reference import loading
from edi.x12.money import money

Row = dict[str, Any]

EVERY = Condition()
TOLERANCE = Fraction(2, 100)
FIGURE_COLUMNS = (
    "figure", *DIMENSIONS, "value", "unit", "numerator", "denominator", "lines", "small", "basis", "drill_rows",
    "drill", "title",
)  # fmt: skip
DEADLINE_COLUMNS = (
    "deadline", "days_left", "control_number", "line_number", "procedure", "service_date", "payer", "decided_on",
    "appeal_days", "denied", "recoverable", "cause", "verdict", "finding", "drill",
)  # fmt: skip
CHANGE_COLUMNS = (
    "payer", "rate", "code", "cause", "date", "direction", "before_rate", "after_rate", "before_hits", "before_claims",
    "before_from", "before_until", "after_hits", "after_claims", "after_until", "chance", "drill_before", "drill",
)  # fmt: skip
MONTH_COLUMNS = (
    "month", "denied_claims", "denied", "usual_claims", "usual_charge", "rate_claims", "rate_dollars", "drill",
)  # fmt: skip
NEWEST = """
    SELECT max(day) FROM (
        SELECT max(created_date) AS day FROM transaction_set
        UNION ALL SELECT max(coalesce(date, production_date)) FROM payment
    )"""


class UnknownFigure(LookupError):
    """There is no figure of that name."""


class Measures:
    """The metric rows of one database. `today`: ages and deadlines count to it; None: its newest day."""

    def __init__(self, database: Database, resources: Resources, today: str | None = None) -> None:
        self._database, self._resources = database, resources
        self._stored = StoredLines(database.connection)
        self._reference: Reference | None = None
        self._usual: Mapping[Key, Usual] | None = None
        self._today = today

    @property
    def today(self) -> str:
        """The day that ages and deadlines are counted to."""
        if self._today is None:
            found: str | None = self._database.connection.execute(NEWEST).fetchone()[0]
            self._today = found or date.today().isoformat()
        return self._today

    @property
    def reference(self) -> Reference:
        """What the office loaded, else our defaults."""
        if self._reference is None:
            self._reference = load_reference(self._resources, loading.rows(self._database))
        return self._reference

    def lines(self, condition: Condition = EVERY, tolerance: Fraction = TOLERANCE) -> Iterator[MetricLine]:
        """The lines that meet a condition, one at a time, each with what it should have been allowed."""
        if self._usual is None:
            self._usual = usual_amounts(self._stored.read(ORDINARY))
        return expect(self._stored.read(condition), self._usual, _fee(self.reference), tolerance)

    def figures(
        self,
        by: Sequence[str] = (),
        scope: Scope | None = None,
        names: Sequence[str] = (),
        tolerance: Fraction = TOLERANCE,
    ) -> Iterator[Row]:
        """The rows of `edi metrics`: all figures or those of `names`, by group. UnknownFigure for another name."""
        scope = scope or Scope()
        dues = deadline_figures(self._stored.read(OPEN_DENIALS), _limit(self.reference), self.today)
        every = [*FIGURES, *dues, *age_figures(self.today)]
        known = [figure.name for figure in every]
        for name in names:
            if name not in known:
                raise UnknownFigure(f"there is no figure called {name!r}; there are {', '.join(known)}")
        chosen: list[Figure] = [figure for figure in every if not names or figure.name in names]
        return map(_figure_row, tabulate(self.lines(scope.condition, tolerance), chosen, by, scope))

    def by_month(self, figure: Figure) -> Iterator[Row]:
        """A sum of money by month of service, as `figures` tells it, without what it is made of."""
        for month, amount in self._stored.by_month(figure.what, figure.counts):
            yield {"figure": figure.name, "month": month, "value": money(amount)}

    def deadlines(self, scope: Scope | None = None) -> Iterator[Row]:
        """The rows of `edi metrics --deadlines`."""
        inside = OPEN_DENIALS & (scope or Scope()).condition
        return _deadline_rows(self._stored.read(inside), _limit(self.reference), self.today)

    def last_days(self) -> Iterator[Row]:
        """Of the rows of `deadlines` what a finding's last day to appeal takes, in no order: none has to be held."""
        limit = _limit(self.reference)
        for line in self._stored.read(OPEN_DENIALS):
            for one in deadlines([line], limit, self.today):
                yield {"finding": line.finding_id, "deadline": one.day, "days_left": one.days_left}

    def months(self, scope: Scope | None = None) -> Iterator[Row]:
        """The rows of `edi metrics --months`: HFMA's initial denial rates."""
        scope = scope or Scope()
        return map(_month_row, denial_months(self._stored.read(SERVICES & scope.condition), scope))

    def changes(self, scope: Scope | None = None, least_claims: int = LEAST_CLAIMS) -> Iterator[Row]:
        """The rows of `edi metrics --changes`."""
        scope = scope or Scope()
        return map(_change_row, changes(self._stored.read(DECISIONS & scope.condition), scope, least_claims))


def _limit(reference: Reference) -> Limit:
    return lambda name, identifier, filing_code: reference.payer(name, identifier, filing_code).appeal_days


def _fee(reference: Reference) -> Callable[[MetricLine], int | None]:
    def fee(line: MetricLine) -> int | None:
        return reference.expected_allowed(
            line.payer,
            line.payer_id,
            line.procedure,
            line.modifier_set,
            line.place_of_service,
            line.service_date,
            line.units,
        )

    return fee


def _figure_row(result: Result) -> Row:
    figure = result.figure
    unit = {RATE: "rate", MONEY: "dollars", COUNT: figure.counts}.get(figure.kind, "days")
    return {
        "figure": figure.name,
        **{one: result.group.get(one) for one in DIMENSIONS},
        "value": result.value,
        "unit": unit,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "lines": result.lines,
        "small": result.small,
        "basis": result.basis,
        "drill_rows": figure.shows,
        "drill": drill_result(result),
        "title": figure.title,
    }


def _deadline_rows(lines: Iterable[MetricLine], limit: Limit, today: str) -> Iterator[Row]:
    for one in deadlines(lines, limit, today):
        line = one.line
        yield {
            "deadline": one.day,
            "days_left": one.days_left,
            "control_number": line.control_number,
            "line_number": line.line_number,
            "procedure": line.procedure,
            "service_date": line.service_date,
            "payer": line.payer,
            "decided_on": line.decided_on,
            "appeal_days": one.limit,
            "denied": money(line.denied_cents),
            "recoverable": None if line.recoverable_cents is None else money(line.recoverable_cents),
            "cause": line.cause,
            "verdict": line.verdict,
            "finding": line.finding_id,
            "drill": f"outcome_id = {line.outcome_id}",
        }


def _month_row(one: DenialMonth) -> Row:
    submitted, charges = one.submitted, one.charges
    return {
        "month": one.month,
        "denied_claims": one.denied_claims,
        "denied": money(one.denied_cents),
        "usual_claims": None if submitted is None else f"{submitted / BEFORE:.1f}",
        "usual_charge": None if charges is None else money(round(charges / BEFORE)),
        "rate_claims": rate(one.denied_claims * BEFORE, submitted or 0),
        "rate_dollars": rate(one.denied_cents * BEFORE, charges or 0),
        "drill": drill(one.condition),
    }


def _change_row(change: Change) -> Row:
    one, before, after = change.series, change.before, change.after
    rises = after.hits * before.claims > before.hits * after.claims

    def share(side: Side) -> str | None:
        return rate(side.hits, side.claims)

    return {
        "payer": one.payer,
        "rate": one.rate,
        "code": one.code,
        "cause": one.cause,
        "date": after.first,
        "direction": "up" if rises else "down",
        "before_rate": share(before),
        "after_rate": share(after),
        "before_hits": before.hits,
        "before_claims": before.claims,
        "before_from": before.first,
        "before_until": before.last,
        "after_hits": after.hits,
        "after_claims": after.claims,
        "after_until": after.last,
        "chance": f"{change.chance:.1e}",
        "drill_before": drill(change.drill(before)),
        "drill": drill(change.drill(after)),
    }
