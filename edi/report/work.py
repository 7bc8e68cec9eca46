"""The open denials in the order in which they are worth working, each with those that fall with it.

In: findings in any number. Out: what sums and the order need of each denial, no more: its row, with the evidence, is
fetched by its place where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from edi.report.data import Row, cause_title, cents, payer, text


class Due(NamedTuple):
    """The last day to appeal (ISO), and how many days of data time are left until then."""

    day: str
    days_left: int


@dataclass(frozen=True, slots=True)
class Denial:
    """An open denial; `place` is where its row stands among the findings. Amounts are cents.

    `recoverable` is None when no fee or history says what the payer would allow.
    """

    place: int
    id: str
    depends_on: str | None
    cause: str
    title: str
    verdict: str
    payer: str
    control_number: str
    line_number: int
    denied: int
    recoverable: int | None

    @property
    def order(self) -> tuple[str, int, str]:
        """By claim and line."""
        return self.control_number, self.line_number, self.id


@dataclass(slots=True)
class Work:
    """One entry of the worklist: an open denial, with the open denials that follow from it.

    `due` is the next day to appeal one of them; None where no limit is known.
    """

    finding: Denial
    following: list[Denial] = field(default_factory=list)
    due: Due | None = None

    @property
    def denied(self) -> int:
        return sum(denial.denied for denial in self.denials)

    @property
    def recoverable(self) -> int | None:
        """None when it is not known of any of them."""
        known = [denial.recoverable for denial in self.denials if denial.recoverable is not None]
        return sum(known) if known else None

    @property
    def denials(self) -> list[Denial]:
        return [self.finding, *self.following]


def dues(deadlines: Iterable[Row]) -> dict[str, Due]:
    """Finding -> its last day to appeal, where one is known. In: the rows of `edi metrics --deadlines`."""
    seen: dict[Due, Due] = {}
    found = {}
    for row in deadlines:
        if row["deadline"]:
            due = Due(row["deadline"], row["days_left"])
            found[row["finding"]] = seen.setdefault(due, due)  # days are few, denials are many
    return found


def denial(place: int, row: Row) -> Denial:
    """What is kept of an open denial."""
    return Denial(
        place=place,
        id=row["id"],
        depends_on=row["depends_on"],
        cause=intern(row["cause"]),
        title=intern(cause_title(row)),
        verdict=intern(text(row["verdict"])),
        payer=intern(payer(row)),
        control_number=text(row["control_number"]),
        line_number=row["line_number"] or 0,
        denied=cents(row["denied"]),
        recoverable=None if row["recoverable"] is None else cents(row["recoverable"]),
    )


def worklist(denials: Iterable[Denial], due: Mapping[str, Due] | None = None) -> list[Work]:
    """The open denials, each with those that depend on it: most recoverable first, then the next to expire, then most
    denied. `due`: the last day to appeal by finding."""
    known = {one.id: one for one in denials}
    work = {key: Work(one) for key, one in known.items() if _root(key, known) == key}
    for key, one in known.items():
        root = _root(key, known)
        if root != key:
            work[root].following.append(one)
    days = due or {}
    for entry in work.values():
        entry.following.sort(key=lambda one: one.order)
        entry.due = min((days[one.id] for one in entry.denials if one.id in days), default=None)
    return sorted(work.values(), key=_worth)


def _worth(entry: Work) -> tuple[int, str, int, tuple[str, int, str]]:
    last = entry.due.day if entry.due else "9999"
    return -(entry.recoverable or 0), last, -entry.denied, entry.finding.order


def _root(key: str, denials: Mapping[str, Denial]) -> str:
    """Follow depends_on to the finding that has to be worked; findings that name each other in a ring stand alone."""
    seen, here = {key}, key
    while (parent := denials[here].depends_on) is not None and parent in denials:
        if parent in seen:
            return key
        seen.add(parent)
        here = parent
    return here
