"""What a payer should have allowed: by the office's fee table, else by its own usual amount; and what was paid short.

The usual amount is the median of what the payer allowed for a unit of the same code, modifiers and place, on lines paid
without a denial; the lower one of an even count, so that it is an amount that the payer did allow. Money in cents.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from edi.analysis.metrics.conditions import Is
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.populations import NOW_DENIED, PAID_NOW
from edi.analysis.reference.fees import TOLERANCE, shortfall

FEE, USUAL = "fee table", "payer's usual"
TOO_FEW = 5  # lines: a median of fewer is a guess, good enough to value a denial but not to call a payment short

Fee = Callable[[MetricLine], int | None]
Key = tuple[str, str, tuple[str, ...], str]

ORDINARY = PAID_NOW & Is("later_payer", 0)
"""Paid lines that show a price: a later payer's answer does not."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A payer's usual allowed amount for a unit, and from how many lines it is known."""

    unit: Fraction
    lines: int

    def total(self, units: Fraction) -> int:
        return _rounded(self.unit * units)


def expect(
    lines: Iterable[MetricLine], usual: Mapping[Key, Usual], fee: Fee, tolerance: Fraction = TOLERANCE
) -> Iterator[MetricLine]:
    """The same rows one by one; those denied or paid with expected_cents, basis, checked and short_cents filled in.

    `usual`: the `usual_amounts` of all that is known, so that they do not depend on what is asked about. `fee`: what
    the office's fee table says a line should be allowed; None where it says nothing. A line is short when it is
    allowed less than expected by more than `tolerance` (a share of it) and by at least a dollar.
    """
    for line in lines:
        _expect(line, usual, fee, tolerance)
        yield line


def _expect(line: MetricLine, usual: Mapping[Key, Usual], fee: Fee, tolerance: Fraction) -> None:
    paid = ordinary(line)
    if not paid and not NOW_DENIED.holds(line):
        return
    known = usual.get(_key(line))
    cents = fee(line) if line.procedure else None
    if cents is not None:
        line.basis = FEE
    elif known is not None:
        cents, line.basis = known.total(_units(line)), USUAL
    if cents is None:
        return
    line.expected_cents = min(cents, line.charge_cents)  # payers allow no more than is charged
    line.checked = int(paid and (line.basis == FEE or (known is not None and known.lines >= TOO_FEW)))
    if line.checked:
        line.short_cents = shortfall(line.expected_cents, line.allowed_cents or 0, tolerance)


def ordinary(line: MetricLine) -> bool:
    """Whether what a line was allowed is the payer's price: paid by the first payer, not cut by a payment rule."""
    return ORDINARY.holds(line) and line.cause != "payment-rule-reduction" and line.charge_cents > 0


def usual_amounts(lines: Iterable[MetricLine]) -> dict[Key, Usual]:
    """(payer, code, modifiers, place) -> the usual amount for a unit."""
    seen: dict[Key, Counter[tuple[int, Fraction]]] = {}  # equal answers are counted: there are few different ones
    for line in lines:
        if line.procedure and ordinary(line):
            seen.setdefault(_key(line), Counter())[line.allowed_cents or 0, _units(line)] += 1
    return {key: _usual(answers) for key, answers in seen.items()}


def _usual(answers: Counter[tuple[int, Fraction]]) -> Usual:
    """The lower median of (cents, units) as often as each was seen."""
    each = sorted((cents / units, lines) for (cents, units), lines in answers.items())
    reached = list(accumulate(lines for _, lines in each))
    return Usual(each[bisect_left(reached, (reached[-1] + 1) // 2)][0], reached[-1])


def _key(line: MetricLine) -> Key:
    return line.payer or "", line.procedure or "", line.modifier_set, line.place_of_service or ""


def _units(line: MetricLine) -> Fraction:
    """The units of a line, exactly; 1 where none are said."""
    return _exactly(line.units) if line.units and line.units > 0 else Fraction(1)


@lru_cache(maxsize=4096)
def _exactly(units: float) -> Fraction:
    return Fraction(str(units))


def _rounded(amount: Fraction) -> int:
    """Whole cents, half a cent up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
