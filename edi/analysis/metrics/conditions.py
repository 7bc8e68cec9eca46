"""What a figure counts, as data: conditions on the columns of a row that can be applied here and rendered as SQL.

A missing value (None) meets no comparison, as in SQL; only `Is(column, None)` asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Is:
    """The column holds this value; None: it is missing."""

    column: str
    value: Value

    def holds(self, line: Any) -> bool:
        return bool(getattr(line, self.column) == self.value)


@dataclass(frozen=True, slots=True)
class In:
    """The column holds one of these values."""

    column: str
    values: tuple[str | int, ...]

    def holds(self, line: Any) -> bool:
        return getattr(line, self.column) in self.values


@dataclass(frozen=True, slots=True)
class Known:
    """The column is not missing."""

    column: str

    def holds(self, line: Any) -> bool:
        return getattr(line, self.column) is not None


@dataclass(frozen=True, slots=True)
class From:
    """The column is this value or more: an amount, or a day and later."""

    column: str
    least: str | int

    def holds(self, line: Any) -> bool:
        value = getattr(line, self.column)
        return value is not None and value >= self.least


@dataclass(frozen=True, slots=True)
class Until:
    """The column is this value or less."""

    column: str
    most: str | int

    def holds(self, line: Any) -> bool:
        value = getattr(line, self.column)
        return value is not None and value <= self.most


@dataclass(frozen=True, slots=True)
class Month:
    """The column is a day of this month ('2026-03')."""

    column: str
    month: str

    def holds(self, line: Any) -> bool:
        return (getattr(line, self.column) or "").startswith(self.month)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several conditions holds; without any, nothing does."""

    choices: tuple[Condition, ...]

    def holds(self, line: Any) -> bool:
        return any(choice.holds(line) for choice in self.choices)


Term = Is | In | Known | From | Until | Month | AnyOf


@dataclass(frozen=True, slots=True)
class Condition:
    """All of the terms hold. `Condition() & term & other_condition` adds."""

    terms: tuple[Term, ...] = ()

    def holds(self, line: Any) -> bool:
        return all(term.holds(line) for term in self.terms)

    def __and__(self, other: Condition | Term) -> Condition:
        return Condition((*self.terms, *(other.terms if isinstance(other, Condition) else (other,))))


def where(*terms: Term) -> Condition:
    return Condition(terms)
