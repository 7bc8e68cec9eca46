"""An office's fee schedules and contracts: what a payer should allow for a line, and when it allowed too little.

In: the rows of the loaded table `fees` (amounts in cents, dates ISO). Out: cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from edi.analysis.reference.dated import in_force
from edi.analysis.reference.payers import Payers
from edi.x12.money import money

Row = Mapping[str, Any]
COMPONENTS = frozenset({"26", "TC"})
TOLERANCE = Fraction(2, 100)
LEAST_SHORT = 100  # cents: less is rounding


def shortfall(expected: int, allowed: int, tolerance: Fraction = TOLERANCE) -> int:
    """How many cents a payer allowed too little; 0 where the difference is rounding or within `tolerance` (a share)."""
    short = expected - allowed
    return short if short >= LEAST_SHORT and short > expected * tolerance else 0


@dataclass(frozen=True, slots=True)
class Fee:
    """What a payer allows, in cents, for a unit or for the line."""

    cents: int
    per: str
    modifiers: frozenset[str]
    places: tuple[str, ...]
    start: str
    end: str

    def total(self, units: float | None = 1) -> int:
        """The allowed amount of a line in cents, half a cent up."""
        if self.per == "line" or units is None:
            return self.cents
        return int((self.cents * Decimal(str(units))).quantize(Decimal(1), ROUND_HALF_UP))

    def __str__(self) -> str:
        """'130.00 a unit, modifier 26, place 11, 2026-01-01 to 2026-12-31'."""
        days = f"{self.start or '...'} to {self.end or '...'}" if self.start or self.end else ""
        modifiers = f"modifier {' '.join(sorted(self.modifiers))}" if self.modifiers else ""
        places = f"place {' '.join(self.places).lower()}" if self.places else ""
        parts = (f"{money(self.cents)} a {self.per}", modifiers, places, days)
        return ", ".join(part for part in parts if part)


class Fees:
    """Fee schedules and contracts."""

    def __init__(self, rows: Iterable[Row], payers: Payers, facility_places: frozenset[str]) -> None:
        self._payers = payers
        self._facility_places = facility_places
        self._rows: dict[tuple[str, str], list[Fee]] = {}
        for row in rows:
            fee = Fee(
                cents=int(row["allowed_cents"]),
                per=_text(row, "per") or "unit",
                modifiers=frozenset(_text(row, "modifier").upper().split()),
                places=tuple(_text(row, "place").upper().split()),
                start=_text(row, "effective_from"),
                end=_text(row, "effective_to"),
            )
            key = payers.key(_text(row, "payer")), _text(row, "code").upper()
            self._rows.setdefault(key, []).append(fee)

    def find(
        self,
        payer_name: str | None,
        payer_id: str | None,
        code: str | None,
        modifiers: Iterable[str],
        place: str | None,
        day: str | None,
    ) -> Fee | None:
        """The most particular fee: the payer's own before everybody's, then by modifiers, place, and the latest.

        A fee fits a line that has all its modifiers; 26 and TC must be on both or neither.
        """
        billed = frozenset(modifiers)
        for payer in self._payers.keys(payer_name, payer_id):
            best: tuple[tuple[int, int, str], Fee] | None = None
            for fee in self._rows.get((payer, (code or "").upper()), ()):
                at = self._place(fee.places, place)
                fits = fee.modifiers <= billed and billed & COMPONENTS == fee.modifiers & COMPONENTS
                if not fits or not at or not in_force(fee.start, fee.end, day):
                    continue
                rank = (len(fee.modifiers), at, fee.start)
                if best is None or rank > best[0]:
                    best = rank, fee
            if best is not None:
                return best[1]
        return None

    def _place(self, places: tuple[str, ...], place: str | None) -> int:
        """0: another place; 1: any; 2: office or facility; 3: this very place."""
        if not places:
            return 1
        here = place or ""
        institutional = len(here) == 3  # a bill type
        if any(here == one or (institutional and here.startswith(one)) for one in places):
            return 3
        facility = institutional or here in self._facility_places
        return 2 if here and ("FACILITY" if facility else "OFFICE") in places else 0


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()
