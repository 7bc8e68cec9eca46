"""Figures over rows, for all and by group: what `edi metrics` prints, before it is printed.

In: MetricLines, figures, the dimensions to group by and the scope (dates, codes). Out: one Result for each figure and
group, with the condition whose rows are its numerator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from edi.analysis.metrics.conditions import Condition, From, Is, Known, Month, Term, Until, where
from edi.analysis.metrics.figures import CLAIMS, COUNT, LINES, MEDIAN, MONEY, P90, REMITS, Figure
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.numbers import median, money, percentile_90, rate

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

Key = tuple[str | None, ...]


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
    chosen: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


def tabulate(
    lines: Sequence[MetricLine], figures: Iterable[Figure], by: Sequence[str] = (), scope: Scope | None = None
) -> Iterator[Result]:
    """Every figure for every group that has something to say, the largest numerator first; all rows without `by`."""
    scope = scope or Scope()
    table = _Table([line for line in lines if scope.condition.holds(line)], tuple(by), scope)
    for figure in figures:
        yield from table.results(figure)


class _Table:
    """The rows in scope and their groups."""

    def __init__(self, lines: list[MetricLine], by: Sequence[str], scope: Scope) -> None:
        self.lines = lines
        self.by = by
        self.scope = scope
        self._groups: dict[tuple[Condition, bool], dict[Key, list[MetricLine]]] = {}
        self._selections: dict[tuple[Term, ...], list[MetricLine]] = {}

    def results(self, figure: Figure) -> Iterator[Result]:
        base = self._grouped(figure.what, True)
        above = self._grouped(figure.what & figure.derived, True) if figure.derived else base
        by_cause = figure.of_cause or "cause" not in self.by
        below = self._grouped(figure.among, by_cause) if figure.among else {}
        keys = list(above) if figure.among is None or not by_cause else list({**above, **below})
        if not self.by:
            keys = [()]
        sized = [(self._sum(figure.counts, above.get(key, [])), key) for key in keys]
        sized.sort(key=lambda one: (-one[0], [(part is None, part or "") for part in one[1]]))
        for numerator, key in sized:
            among = below.get(key if by_cause else self._without_cause(key), [])
            result = self._result(figure, key, numerator, above.get(key, []), among)
            yield self._named(result, above.get(key, []), base.get(key, [])) if figure.derived else result

    @staticmethod
    def _named(result: Result, lines: list[MetricLine], base: list[MetricLine]) -> Result:
        """A derived figure's result, with its rows by number."""
        chosen = tuple(line.outcome_id for line in lines)
        own = set(chosen)
        others = tuple(line.outcome_id for line in base if line.outcome_id not in own)
        return replace(result, chosen=chosen, others=others, basis=_basis(lines))

    def _result(
        self, figure: Figure, key: Key, numerator: int, lines: list[MetricLine], among: list[MetricLine]
    ) -> Result:
        denominator = self._sum(figure.among_counts, among) if figure.among else None
        is_money = figure.counts not in (LINES, CLAIMS, REMITS)
        value: str | int | None
        if figure.kind in (MEDIAN, P90):
            days = [getattr(line, figure.days) for line in lines]
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
            lines=len(lines),
            small=judged is not None and self._sum(unit, judged) < SMALL,
            basis=None,
            condition=condition,
        )

    def _grouped(self, condition: Condition, with_cause: bool) -> dict[Key, list[MetricLine]]:
        """The rows that meet a condition, by group; kept, since figures share them."""
        known = self._groups.get((condition, with_cause))
        if known is None:
            known = self._groups[condition, with_cause] = {}
            for line in self._selected(condition.terms):
                key = self._key(line)
                known.setdefault(key if with_cause else self._without_cause(key), []).append(line)
        return known

    def _selected(self, terms: tuple[Term, ...]) -> list[MetricLine]:
        """The rows that meet all terms; kept for every beginning, since most conditions begin as another one does."""
        if not terms:
            return self.lines
        known = self._selections.get(terms)
        if known is None:
            holds = terms[-1].holds
            known = self._selections[terms] = [line for line in self._selected(terms[:-1]) if holds(line)]
        return known

    def _key(self, line: MetricLine) -> Key:
        return tuple(
            _month(getattr(line, self.scope.date)) if one == "month" else getattr(line, DIMENSIONS[one])
            for one in self.by
        )

    def _without_cause(self, key: Key) -> Key:
        return tuple(part for one, part in zip(self.by, key, strict=True) if one != "cause")

    def _term(self, dimension: str, part: str | None) -> Is | Month:
        if dimension == "month":
            return Is(self.scope.date, None) if part is None else Month(self.scope.date, part)
        return Is(DIMENSIONS[dimension], part)

    @staticmethod
    def _sum(counts: str, lines: Iterable[MetricLine]) -> int:
        if counts == LINES:
            return sum(1 for _ in lines)
        if counts == CLAIMS:
            return len({line.claim for line in lines})
        if counts == REMITS:
            return len({line.remit for line in lines})
        return sum(getattr(line, counts) or 0 for line in lines)


def _month(day: str | None) -> str | None:
    return day[:7] if day else None


def _basis(lines: Iterable[MetricLine]) -> str:
    """'fee table: 12, payer's usual: 30' - what the expected amounts of the rows rest on."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.basis or "not known"] = counts.get(line.basis or "not known", 0) + 1
    return ", ".join(f"{basis}: {count}" for basis, count in sorted(counts.items()))
