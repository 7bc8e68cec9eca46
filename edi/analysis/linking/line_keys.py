"""What the line tiers of mappings/link.csv compare, on our side and on the payer's.

A comparison gives a hashable value, or None (or "") where a side does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from edi.analysis.model import RemitClaim, RemitLine, ServiceLine

Key = tuple[Hashable, ...] | None


def code_of(code: str | None) -> str:
    return (code or "").strip().upper()


def revenue_of(code: str | None) -> str:
    return (code or "").strip().lstrip("0")


def units_of(units: float | int | None) -> float:
    return abs(float(units)) if units is not None else 1.0


def is_place(control: str | None) -> bool:
    """A line control number that may be anybody's first, second or tenth line."""
    return not control or (len(control) <= 3 and control.isdigit())


def submitted_code(svc: RemitLine) -> str:
    """The procedure as submitted (SVC06 else SVC01); empty where the line is named by its revenue code (NU)."""
    code = code_of(svc.code)
    return "" if len(code) == 4 and code == svc.revenue_code else code


class Keys:
    """The comparisons that mappings/link.csv names, for both sides of one answer."""

    def __init__(self, remit: RemitClaim, aliases: Mapping[str | int, ServiceLine]) -> None:
        one_day = remit.statement_through in (None, remit.statement_from)
        self.default_date = remit.statement_from if one_day else None  # a line inherits the claim's date, not a span
        self.aliases = aliases  # lines of further submissions, by id and line control number -> our line

    def ours(self, names: Sequence[str]) -> Callable[[ServiceLine], Key]:
        """What gives the key of a line of ours that these comparisons make."""
        return self._key([OURS[name] for name in names])

    def theirs(self, names: Sequence[str]) -> Callable[[RemitLine], Key]:
        return self._key([THEIRS[name] for name in names])

    def _key(self, looks: Sequence[Callable[[Any, Keys], Hashable]]) -> Callable[[Any], Key]:
        def key(line: Any) -> Key:
            parts = tuple([look(line, self) for look in looks])
            return None if None in parts or "" in parts else parts

        return key


OURS: dict[str, Callable[[ServiceLine, Keys], Hashable]] = {
    "line_control": lambda line, _: line.line_control,
    "code": lambda line, _: code_of(line.procedure),
    "modifiers": lambda line, _: frozenset(line.modifiers),
    "date": lambda line, _: line.service_date,
    "charge": lambda line, _: line.charge,
    "units": lambda line, _: units_of(line.units),
    "revenue_code": lambda line, _: revenue_of(line.revenue_code),
}
THEIRS: dict[str, Callable[[RemitLine, Keys], Hashable]] = {
    "line_control": lambda line, _: line.line_control,
    "code": lambda line, _: submitted_code(line),
    "modifiers": lambda line, _: frozenset(line.modifiers),
    "date": lambda line, keys: line.service_date or keys.default_date,
    "charge": lambda line, _: abs(line.charge),
    "units": lambda line, _: units_of(line.quantity),
    "revenue_code": lambda line, _: revenue_of(line.revenue_code),
}
IDENTITY = ("code", "revenue_code", "modifiers", "date", "charge", "units")


def names_service(line: ServiceLine, svc: RemitLine) -> bool:
    """The procedure agrees; where a side has none, the revenue code does."""
    ours, theirs = code_of(line.procedure), submitted_code(svc)
    if ours and theirs:
        return ours == theirs
    return revenue_of(line.revenue_code) == revenue_of(svc.revenue_code) != ""


def same_service(line: ServiceLine, svc: RemitLine) -> bool:
    """The procedure agrees; where neither side has one, the revenue code does."""
    ours, theirs = code_of(line.procedure), submitted_code(svc)
    if ours or theirs:
        return ours == theirs
    return revenue_of(line.revenue_code) == revenue_of(svc.revenue_code) != ""
