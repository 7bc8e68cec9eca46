"""What is kept of rows that are read once: counts and sums by group, never a row.

In: MetricLines one at a time. Out: for each condition and group the lines, distinct claims, cents and days that the
figures ask for.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any

from edi.analysis.metrics.conditions import Term
from edi.analysis.metrics.figures import CLAIMS, LINES, REMITS
from edi.analysis.metrics.lines import MetricLine

Key = tuple[str | None, ...]

DISTINCT = {CLAIMS: "claim", REMITS: "remit"}  # what is counted once, and the column that tells it


class Group:
    """One group's rows: how many, the cents of a column, the distinct values of one, how often each number of days was
    seen, the rows by number and what their expected amounts rest on."""

    __slots__ = ("bases", "cents", "days", "distinct", "lines", "rows")

    def __init__(self) -> None:
        self.lines = 0
        self.cents: dict[str, int] = {}
        self.distinct: dict[str, set[int | None]] = {}
        self.days: dict[str, Counter[int]] = {}
        self.rows = array("q")
        self.bases: Counter[str] = Counter()

    def sum(self, counts: str) -> int:
        """Lines, claims, remits or the cents of a column."""
        if counts == LINES:
            return self.lines
        if counts in DISTINCT:
            return len(self.distinct.get(DISTINCT[counts], ()))
        return self.cents.get(counts, 0)


NOTHING = Group()


class Tally:
    """The rows that meet a condition, by group."""

    def __init__(self) -> None:
        self.groups: dict[Key, Group] = {}
        self._cents: set[str] = set()
        self._distinct: set[str] = set()
        self._days: set[str] = set()
        self._named = False

    def want(self, counts: str = LINES, days: str = "", named: bool = False) -> None:
        """Keep also what is counted, a column of days, and with `named` the rows by number."""
        if counts in DISTINCT:
            self._distinct.add(DISTINCT[counts])
        elif counts != LINES:
            self._cents.add(counts)
        if days:
            self._days.add(days)
        self._named |= named

    def group(self, key: Key) -> Group:
        return self.groups.get(key, NOTHING)

    def add(self, line: MetricLine, key: Key) -> None:
        group = self.groups.get(key) or self._new(key)
        group.lines += 1
        for column in self._cents:
            group.cents[column] += getattr(line, column) or 0
        for column in self._distinct:
            group.distinct[column].add(getattr(line, column))
        for column in self._days:
            group.days[column][getattr(line, column)] += 1
        if self._named:
            group.rows.append(line.outcome_id)
            group.bases[line.basis or "not known"] += 1

    def _new(self, key: Key) -> Group:
        group = self.groups[key] = Group()
        group.cents = dict.fromkeys(self._cents, 0)
        group.distinct = {column: set() for column in self._distinct}
        group.days = {column: Counter() for column in self._days}
        return group


class Sieve:
    """Tallies by the terms of their conditions. Most conditions begin as another one does: that beginning is asked
    once a row."""

    def __init__(self) -> None:
        self._here: list[Tally] = []
        self._after: dict[Term, Sieve] = {}
        self._branches: list[tuple[Callable[[Any], bool], Sieve]] = []

    @property
    def empty(self) -> bool:
        return not self._here and not self._after

    def put(self, terms: tuple[Term, ...], tally: Tally) -> None:
        """Let a tally have the rows that meet all of the terms."""
        if not terms:
            self._here.append(tally)
            return
        first, *others = terms
        if first not in self._after:
            self._after[first] = Sieve()
            self._branches.append((first.holds, self._after[first]))
        self._after[first].put(tuple(others), tally)

    def sort(self, line: MetricLine, key: Key) -> None:
        """Give a row to every tally whose terms it meets."""
        for tally in self._here:
            tally.add(line, key)
        for holds, then in self._branches:
            if holds(line):
                then.sort(line, key)
