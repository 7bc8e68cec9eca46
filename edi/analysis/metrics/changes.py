"""Payers that changed: a rate that stepped from one level to another after a day.

In: MetricLines. Out: for each payer, rate and step the day, what was counted before and after, and how likely that is
by chance. A claim decided on a day counts once, since lines of a claim share their fate. Watched are the share of
claims with a denial, the share of claims on which a code was paid, and the share of claims denied for a cause.

A step is told where the best split of the days makes two rates that differ by at least `LEAST_STEP`, with enough claims
and days on either side, and where chance makes such a difference (Fisher's exact test, and the two-proportion test with
its error widened by how much the days differ among themselves) in fewer than `CHANCE` of databases: the probability is
multiplied by the splits that were tried and by the series that were watched (Bonferroni).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edi.analysis.metrics.conditions import Condition, From, In, Is, Known, Until
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.populations import DECIDED, DENIED, DENIED_FIRST
from edi.analysis.metrics.probability import fisher, log_likelihood, two_sided, z_score
from edi.analysis.metrics.table import Scope

LEAST_CLAIMS = 20  # on either side of a step
LEAST_DAYS = 3  # on either side: one remittance that went wrong is no new habit
LEAST_STEP = 0.05  # a change of five points
CHANCE = 0.01  # that noise alone raises any alert, over all series of a database
DENIAL_RATE, PAID_RATE, CAUSE_RATE = "denial-rate", "paid-rate", "cause-rate"

# A code is paid or not where it is neither packaged nor somebody else's to pay.
PAID = ("paid", "reduced", "patient-share")
PRICED = DECIDED & Known("procedure") & In("first_state", (*PAID, "denied"))
DECISIONS = DECIDED & Known("first_date")


@dataclass(slots=True)
class Day:
    """What a payer decided on a day: claims, and those that count as hits."""

    day: str
    claims: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """The days on one side of a step, both ends included."""

    first: str
    last: str
    hits: int
    claims: int
    days: int


@dataclass(frozen=True, slots=True)
class Series:
    """One rate of one payer, day by day. `hits`: the rows whose claims are counted as hits."""

    rate: str
    payer: str | None
    code: str | None
    cause: str | None
    hits: Condition
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a series between `before.last` and `after.first`. `chance`: that noise makes it, all tries counted."""

    series: Series
    before: Side
    after: Side
    chance: float

    def drill(self, side: Side) -> Condition:
        """The rows behind the hits of one side."""
        return self.series.hits & From("first_date", side.first) & Until("first_date", side.last)


def changes(
    lines: Iterable[MetricLine], scope: Scope | None = None, least_claims: int = LEAST_CLAIMS
) -> Iterator[Change]:
    """The steps of every payer's rates, the surest first."""
    condition = (scope or Scope()).condition
    inside = (line for line in lines if condition.holds(line))
    watched = [one for one in series(inside, condition) if _can_step(one, least_claims)]
    found = [step for one in watched for step in _steps(one, one.days, least_claims, CHANCE / len(watched))]
    corrected = [Change(one.series, one.before, one.after, min(1.0, one.chance * len(watched))) for one in found]
    return iter(sorted(corrected, key=_surest_first))


def _surest_first(one: Change) -> tuple[float, str, str, str]:
    return one.chance, one.series.payer or "", one.series.rate, one.after.first


def series(lines: Iterable[MetricLine], scope: Condition | None = None) -> Iterator[Series]:
    """Every rate that is watched, for each payer that decided anything."""
    payers: dict[str | None, _Decided] = {}
    claims = _Claims()
    for line in lines:
        if DECISIONS.holds(line):
            own = payers.get(line.payer) or payers.setdefault(line.payer, _Decided())
            own.add(line, claims.on(line))
    for payer, own in sorted(payers.items(), key=lambda one: (one[0] is None, one[0] or "")):
        mine = (scope or Condition()) & Is("payer", payer)
        every = claims.by_day(own.every)
        yield Series(DENIAL_RATE, payer, None, None, mine & DENIED_FIRST, _days(every, claims.by_day(own.denied)))
        for cause, found in sorted(own.causes.items()):
            hits = mine & DENIED_FIRST & Is("cause", cause)
            yield Series(CAUSE_RATE, payer, None, cause, hits, _days(every, claims.by_day(found)))
        for code, found in sorted(own.priced.items()):
            hits = mine & PRICED & In("first_state", PAID) & Is("procedure", code)
            days = _days(claims.by_day(found), claims.by_day(own.paid.get(code, array("q"))))
            yield Series(PAID_RATE, payer, code, None, hits, days)


class _Claims:
    """A claim decided on a day as one number, so that what a payer decided in years fits into a few arrays."""

    def __init__(self) -> None:
        self._claims: dict[int | None, int] = {}
        self._days: dict[str, int] = {}

    def on(self, line: MetricLine) -> int:
        day = self._days.setdefault(line.first_date or "", len(self._days))
        return day << 32 | self._claims.setdefault(line.claim, len(self._claims))

    def by_day(self, found: array[int]) -> dict[str, int]:
        """Day -> claims, each once, in order."""
        counts = Counter(one >> 32 for one in set(found))
        return {day: counts[number] for day, number in sorted(self._days.items()) if number in counts}


@dataclass(slots=True)
class _Decided:
    """What a payer decided, as numbers of `_Claims`: all of it, what counts as a hit, and both by code."""

    every: array[int] = field(default_factory=lambda: array("q"))
    denied: array[int] = field(default_factory=lambda: array("q"))
    causes: dict[str, array[int]] = field(default_factory=dict)
    priced: dict[str, array[int]] = field(default_factory=dict)
    paid: dict[str, array[int]] = field(default_factory=dict)

    def add(self, line: MetricLine, claim: int) -> None:
        self.every.append(claim)
        if line.first_state in DENIED:
            self.denied.append(claim)
            if line.cause:
                self.causes.setdefault(line.cause, array("q")).append(claim)
        if PRICED.holds(line):
            self.priced.setdefault(line.procedure or "", array("q")).append(claim)
            if line.first_state in PAID:
                self.paid.setdefault(line.procedure or "", array("q")).append(claim)


def _days(claims: dict[str, int], hits: dict[str, int]) -> tuple[Day, ...]:
    return tuple(Day(day, count, hits.get(day, 0)) for day, count in claims.items())


def _can_step(one: Series, least_claims: int) -> bool:
    """Whether there is enough for a step: two sides of claims and days, and hits that are neither none nor all."""
    claims, hits = sum(d.claims for d in one.days), sum(d.hits for d in one.days)
    return claims >= 2 * least_claims and len(one.days) >= 2 * LEAST_DAYS and 0 < hits < claims


def _steps(one: Series, days: tuple[Day, ...], least_claims: int, chance: float) -> Iterator[Change]:
    """The best step within `days`, then those within either side of it."""
    splits = list(_splits(days, least_claims))
    if not splits:
        return
    at = max(splits, key=lambda split: split[1])[0]
    before, after = days[:at], days[at:]
    step = Change(one, _side(before), _side(after), _chance(before, after) * len(splits))
    if step.chance >= chance or abs(_rate(step.after) - _rate(step.before)) < LEAST_STEP:
        return
    yield from _steps(one, before, least_claims, chance)
    yield step
    yield from _steps(one, after, least_claims, chance)


def _splits(days: tuple[Day, ...], least_claims: int) -> Iterator[tuple[int, float]]:
    """Where the days may be split, with the likelihood of two rates instead of one."""
    all_claims, all_hits = sum(d.claims for d in days), sum(d.hits for d in days)
    claims = hits = 0
    for at, day in enumerate(days[:-1], start=1):
        claims, hits = claims + day.claims, hits + day.hits
        left, left_hits = all_claims - claims, all_hits - hits
        if min(claims, left) >= least_claims and LEAST_DAYS <= at <= len(days) - LEAST_DAYS:
            yield at, log_likelihood(hits, claims) + log_likelihood(left_hits, left)


def _chance(before: tuple[Day, ...], after: tuple[Day, ...]) -> float:
    """How likely chance makes such a difference: the greater of two tests' answers."""
    one, two = _side(before), _side(after)
    exact = fisher(one.hits, one.claims, two.hits, two.claims)
    spreads = (max(1.0, _dispersion(before)), max(1.0, _dispersion(after)))
    return max(exact, two_sided(z_score(one.hits, one.claims, two.hits, two.claims, spreads)))


def _dispersion(days: tuple[Day, ...]) -> float:
    """How much more the days of a side differ than claims drawn one by one would (1: no more)."""
    rate = _rate(_side(days))
    if not 0 < rate < 1:
        return 0.0
    total = sum((d.hits - d.claims * rate) ** 2 / (d.claims * rate * (1 - rate)) for d in days)
    return total / (len(days) - 1)


def _side(days: tuple[Day, ...]) -> Side:
    return Side(days[0].day, days[-1].day, sum(d.hits for d in days), sum(d.claims for d in days), len(days))


def _rate(side: Side) -> float:
    return side.hits / side.claims
