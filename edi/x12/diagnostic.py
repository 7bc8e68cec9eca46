"""What was wrong in a file, as values. In: a rule's name and a place. Out: Diagnostics with words from the catalogue.

The catalogue (mappings/diagnostics.csv) holds each rule's level (info | warning | error), its message, why it
matters and what to do. A rule that repeats is kept `CAP` times a file; one closing diagnostic then says how many
more there were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from edi.resources import Resources

CAP = 100
SEGMENT = (1 << 32) - 1  # the bits of a row id that are its segment number
UNREAD = {"amount-unreadable", "adjustment-without-amount", "provider-adjustment-without-amount"}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: `segment` counts from 1 at the file's first ISA, `offset` is in bytes; None where it has no place."""

    rule: str
    level: str
    transaction: int | None
    segment: int | None
    offset: int | None
    loop: str | None
    element: str | None
    value: str | None
    message: str
    action: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the catalogue. `message` may hold {value} and {expected}."""

    rule: str
    level: str
    message: str
    why: str
    action: str


def catalogue(resources: Resources) -> dict[str, Rule]:
    """Every rule by name."""
    return {
        row["rule"]: Rule(**{key: row[key] or "" for key in Rule.__slots__})
        for row in resources.rows("diagnostics.csv")
    }


def masked(value: str) -> str:
    """The shape of a private value: letters become X, digits 9."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "X", value))


class Notes:
    """Collects the diagnostics of one file.

    `locate` turns a segment number into a byte offset while that segment is still at hand (None when it is not), so
    nothing is counted for segments that nobody complains about. `transaction` is the transaction_set id being read.
    """

    def __init__(self, rules: dict[str, Rule], locate: Callable[[int], int | None]) -> None:
        self._rules = rules
        self._locate = locate
        self._kept: list[Diagnostic] = []
        self._last: dict[str, Diagnostic] = {}
        self.counts: Counter[str] = Counter()
        self.transaction: int | None = None
        self.unread: dict[int, int | None] = {}  # segment -> transaction, where an amount is missing or unreadable

    def note(
        self,
        rule: str,
        segment: int | None = None,
        *,
        loop: str | None = None,
        element: str | None = None,
        value: str | None = None,
        expected: str = "",
        private: bool = False,
        transaction: int | None = None,
        offset: int | None = None,
    ) -> None:
        """Record that `rule` was broken at a segment (its number, or its id). `private` masks the value."""
        self.counts[rule] += 1
        if rule in UNREAD and segment is not None:
            self.unread[segment] = self.transaction
        if self.counts[rule] > CAP:
            return
        entry = self._rules[rule]
        if value is not None:
            value = (masked(value) if private else value)[:_LONGEST]
        if segment is not None:
            segment &= SEGMENT
            offset = self._locate(segment) if offset is None else offset
        made = Diagnostic(
            rule=rule,
            level=entry.level,
            transaction=self.transaction if transaction is None else transaction,
            segment=segment,
            offset=offset,
            loop=loop,
            element=element,
            value=value,
            message=entry.message.format(value=value or "", expected=expected),
            action=entry.action,
        )
        self._kept.append(made)
        self._last[rule] = made

    def told(self, transaction: int | None, element: str) -> bool:
        """Whether something was noted of an element of a transaction."""
        return any(one.transaction == transaction and one.element == element for one in self._kept)

    def read_on(self, upto: int | None, transaction: int | None) -> None:
        """Forget the unread amounts before the segment `upto` (all when None), but for those of `transaction`."""
        if upto is None:
            self.unread.clear()
            return
        gone = [segment for segment, of in self.unread.items() if segment < upto and of != transaction]
        for segment in gone:
            del self.unread[segment]

    def diagnostics(self) -> list[Diagnostic]:
        """All that was noted, in file order, with a closing count for each rule that broke the cap."""
        closing = [
            replace(
                self._last[rule],
                message=f"{count - CAP} more like this in the file: {self._last[rule].message}",
                value=str(count - CAP),
            )
            for rule, count in sorted(self.counts.items())
            if count > CAP
        ]
        return sorted(self._kept, key=lambda found: found.segment or 0) + closing
