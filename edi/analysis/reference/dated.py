"""Values in force between two dates of service, looked up by date."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value in force between two dates of service; an empty start or end is open."""

    value: str
    start: str
    end: str

    def covers(self, day: str) -> bool:
        return self.start <= day and (not self.end or day <= self.end)


def on(rows: Iterable[Dated], day: str | None) -> str | None:
    """The value of the first row that covers a day; None without a day or a row."""
    if not day:
        return None
    for row in rows:  # written out, as it is asked for every line
        if row.start <= day and (not row.end or day <= row.end):
            return row.value
    return None


def in_force(start: str, end: str, day: str | None) -> bool:
    """Whether a day lies between two dates (empty = open). Without a day only what is always in force is."""
    if not day:
        return not start and not end
    return start <= day and (not end or day <= end)


def over(loaded: Mapping[Key, list[Dated]], shipped: Mapping[Key, list[Dated]]) -> dict[Key, list[Dated]]:
    """Loaded rows before shipped ones, and of the loaded the one that began last first: `on` takes the first."""
    merged = dict(shipped)
    for key, rows in loaded.items():
        latest = sorted(rows, key=lambda row: row.start, reverse=True)
        merged[key] = [*latest, *shipped.get(key, ())]
    return merged
