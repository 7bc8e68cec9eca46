"""Figures over rows, for all and by group: what `edi metrics` prints, before it is printed.

In: MetricLines, figures, the dimensions to group by and the scope (dates, codes). Out: one Result for each figure and
group, with the condition whose rows are its numerator.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from edi.analysis.metrics.conditions import Condition, From, Is, Known, Month, Until, where
from edi.analysis.metrics.figures import CLAIMS, COUNT, LINES, MEDIAN, MONEY, P90, REMITS, Figure
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.numbers import median, percentile_90, rate
from edi.analysis.metrics.tally import NOTHING, Group, Key, Sieve, Tally
from edi.x12.money import money

DIMENSIONS = {
    "payer": "payer",
    "provider": "provider",
    "site": "site",
    "code": "procedure",
    "cause": "cause",
    "month": "",  # of the date that the scope names
}
SMALL = 20  # rows in the denominator: with fewer, one line more or less moves a rate by five points
SERVICE, DECISION = "service_date", "first_date"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows count. `date`: the column that since, until and months speak of."""

    since: str | None = None
    until: str | None = None
    family: bool = False
    date: str = SERVICE

    @property
    def condition(self) -> Condition:
        found = where(*([From(self.date, self.since)] if self.since else []))
        found &= where(*([Until(self.date, self.until)] if self.until else []))
        return found & where(*([Known("role")] if self.family else []))


@dataclass(frozen=True, slots=True)
class Result:
    """A figure for a group. `value` and sums of money are decimal text, counts are numbers; None: nothing to divide.

    `lines`: how many rows meet `condition`; of a derived figure they are those of its rows that are `chosen`, and not
    `others`. `small`: the denominator holds too few to say much. `basis`: what expected amounts rest on.
    """

    figure: Figure
    group: dict[str, str | None]
    value: str | int | None
    numerator: str | int
    denominator: str | int | None
    lines: int
    small: bool
    basis: str | None
    condition: Condition
    chosen: Sequence[int] = ()
    others: Sequence[int] = ()


def tabulate(
    lines: Iterable[MetricLine], figures: Iterable[Figure], by: Sequence[str] = (), scope: Scope | None = None
) -> Iterator[Result]:
    """Every figure for every group that has something to say, the largest numerator first; all rows without `by`.

    The rows are read once and none is kept.
    """
    scope, chosen = scope or Scope(), list(figures)
    table = _Table(chosen, tuple(by), scope)
    table.count(lines)
    for figure in chosen:
        yield from table.results(figure)


class _Table:
    """The figures that are wanted and the tallies that they are made of."""

    def __init__(self, figures: Iterable[Figure], by: Sequence[str], scope: Scope) -> None:
        self.by = by
        self.scope = scope
        self._tallies: dict[tuple[Condition, bool], Tally] = {}
        self._sieves: list[tuple[Sieve, Callable[[MetricLine], Key]]] = []
        for figure in figures:
            self._above(figure).want(figure.counts, figure.days, named=figure.derived is not None)
            if figure.derived:
                self._tally(figure.what, True).want(named=True)
            if figure.among:
                self._tally(figure.among, self._by_cause(figure)).want(figure.among_counts)
        for with_cause, key in ((True, self._key), (False, self._key_without_cause)):
            sieve = Sieve()
            for (condition, one), tally in self._tallies.items():
                if one == with_cause:
                    sieve.put(condition.terms, tally)
            self._sieves.append((sieve, key))

    def count(self, lines: Iterable[MetricLine]) -> None:
        """Give every row in scope to the tallies whose condition it meets."""
        within = self.scope.condition
        sieves = [one for one in self._sieves if not one[0].empty]
        for line in lines:
            if within.holds(line):
                for sieve, key in sieves:
                    sieve.sort(line, key(line))

    def results(self, figure: Figure) -> Iterator[Result]:
        above, by_cause = self._above(figure), self._by_cause(figure)
        below = self._tally(figure.among, by_cause).groups if figure.among else {}
        keys = list(above.groups) if figure.among is None or not by_cause else list({**above.groups, **below})
        if not self.by:
            keys = [()]
        sized = [(above.group(key).sum(figure.counts), key) for key in keys]
        sized.sort(key=lambda one: (-one[0], [(part is None, part or "") for part in one[1]]))
        for numerator, key in sized:
            among = below.get(key if by_cause else self._without_cause(key), NOTHING)
            result = self._result(figure, key, numerator, above.group(key), among)
            yield self._named(result, figure, key) if figure.derived else result

    def _named(self, result: Result, figure: Figure, key: Key) -> Result:
        """A derived figure's result, with its rows by number."""
        own = self._above(figure).group(key)
        numbers = set(own.rows)
        others = array("q", (one for one in self._tally(figure.what, True).group(key).rows if one not in numbers))
        bases = ", ".join(f"{basis}: {count}" for basis, count in sorted(own.bases.items()))
        return replace(result, chosen=own.rows, others=others, basis=bases)

    def _result(self, figure: Figure, key: Key, numerator: int, lines: Group, among: Group) -> Result:
        denominator = among.sum(figure.among_counts) if figure.among else None
        is_money = figure.counts not in (LINES, CLAIMS, REMITS)
        value: str | int | None
        if figure.kind in (MEDIAN, P90):
            days = lines.days.get(figure.days, Counter())
            value = median(days) if figure.kind == MEDIAN else percentile_90(days)
        elif figure.kind == MONEY:
            value = money(numerator)
        elif figure.kind == COUNT:
            value = numerator
        else:
            value = rate(numerator, denominator or 0)
        judged = among if figure.among else lines if figure.days else None
        unit = figure.among_counts if figure.among_counts in (CLAIMS, REMITS) else LINES
        condition = figure.what & self.scope.condition
        for dimension, part in zip(self.by, key, strict=True):
            condition &= self._term(dimension, part)
        return Result(
            figure=figure,
            group=dict(zip(self.by, key, strict=True)),
            value=value,
            numerator=money(numerator) if is_money else numerator,
            denominator=money(denominator) if is_money and denominator is not None else denominator,
            lines=lines.lines,
            small=judged is not None and judged.sum(unit) < SMALL,
            basis=None,
            condition=condition,
        )

    def _above(self, figure: Figure) -> Tally:
        """The tally of a figure's numerator."""
        return self._tally(figure.what & figure.derived if figure.derived else figure.what, True)

    def _by_cause(self, figure: Figure) -> bool:
        return figure.of_cause or "cause" not in self.by

    def _tally(self, condition: Condition, with_cause: bool) -> Tally:
        """The tally of the rows that meet a condition; kept, since figures share them."""
        return self._tallies.setdefault((condition, with_cause), Tally())

    def _key(self, line: MetricLine) -> Key:
        return tuple(
            _month(getattr(line, self.scope.date)) if one == "month" else getattr(line, DIMENSIONS[one])
            for one in self.by
        )

    def _key_without_cause(self, line: MetricLine) -> Key:
        return self._without_cause(self._key(line))

    def _without_cause(self, key: Key) -> Key:
        return tuple(part for one, part in zip(self.by, key, strict=True) if one != "cause")

    def _term(self, dimension: str, part: str | None) -> Is | Month:
        if dimension == "month":
            return Is(self.scope.date, None) if part is None else Month(self.scope.date, part)
        return Is(DIMENSIONS[dimension], part)


def _month(day: str | None) -> str | None:
    return day[:7] if day else None
