"""Every figure of the report, computed from its rows. Pure: rows in, plain values out; all amounts are integer cents.

The money of a line falls into the seven columns paid, patient, contractual, packaged, other, denied and balance, which
add up to its charge. The report splits balance once more by the line's state: waiting for an answer (no-response,
pending), void (replaced or voided at our own request), and what an answer left unexplained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from edi.report.data import Row, cents, text
from edi.report.work import Work

WAITING_STATES = ("no-response", "pending")
MONEY = ("paid", "patient", "contractual", "packaged", "other", "denied")
BUCKETS = ("paid", "patient", "contractual", "packaged", "other", "denied", "waiting", "void", "unexplained")


@dataclass
class Totals:
    """Where the billed money of some lines went; `parts` has a key for each of BUCKETS and adds up to `billed`.

    The dates are those of service, '' without any.
    """

    lines: int = 0
    billed: int = 0
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    denied_lines: int = 0
    waiting_lines: int = 0
    unmatched_lines: int = 0
    first_date: str = ""
    last_date: str = ""

    def add(self, line: Row) -> None:
        """Count one more line."""
        charge, state, parts = cents(line["charge"]), line["state"], self.parts
        self.lines += 1
        self.billed += charge
        for name in MONEY:
            parts[name] += cents(line[name])
        parts[balance_part(state)] += cents(line["balance"])
        self.denied_lines += cents(line["denied"]) > 0
        self.waiting_lines += state in WAITING_STATES
        self.unmatched_lines += line["kind"] is None
        if day := line["service_date"]:
            self.first_date = min(self.first_date or day, day)
            self.last_date = max(self.last_date, day)


def balance_part(state: str) -> str:
    """The bucket that a line's balance belongs to."""
    if state in WAITING_STATES:
        return "waiting"
    return "void" if state == "void" else "unexplained"


@dataclass
class Cause:
    """The open denials of one root cause. `following` is the money of lines that only follow from them."""

    cause: str
    title: str
    count: int = 0
    following_count: int = 0
    denied: int = 0
    following: int = 0
    recoverable: int | None = None
    by_payer: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    verdicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return self.denied + self.following


def causes(work: Iterable[Work]) -> list[Cause]:
    """Root causes by dollars, largest first; a line that follows from another adds dollars to that one's cause."""
    found: dict[str, Cause] = {}
    for entry in work:
        root, recoverable = entry.finding, entry.recoverable
        cause = found.setdefault(root.cause, Cause(root.cause, root.title))
        cause.count += 1
        cause.denied += root.denied
        cause.following_count += len(entry.following)
        cause.following += sum(other.denied for other in entry.following)
        if recoverable is not None:
            cause.recoverable = (cause.recoverable or 0) + recoverable
        cause.verdicts[root.verdict] += 1
        cause.by_payer[root.payer] += entry.denied
    return sorted(found.values(), key=lambda c: (-c.total, -(c.recoverable or 0), c.cause))


@dataclass
class Month:
    """One month of service: what was billed, what the first answers denied, what is denied now; each service once."""

    month: str
    billed: int = 0
    first: int = 0
    now: int = 0


def months(rows: Iterable[Row]) -> list[Month]:
    """Every month of service from the first with a denial to the last with one, from the metrics by month."""
    columns = {"charge": "billed", "initial-denied": "first", "denied-charge": "now"}
    found: dict[str, Month] = {}
    for row in rows:
        if row["month"] and row["figure"] in columns:
            month = found.setdefault(row["month"], Month(row["month"]))
            setattr(month, columns[row["figure"]], cents(row["value"]))
    denied = [key for key, month in found.items() if month.first or month.now]
    return [found.get(key) or Month(key) for key in _every_month(min(denied), max(denied))] if denied else []


def _every_month(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (here := f"{year:04d}-{month:02d}") <= last:
        yield here
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@dataclass
class Fault:
    """All diagnostics of one rule; `places` are the first few."""

    rule: str
    level: str
    first: Row
    count: int = 0
    files: set[str] = field(default_factory=set)
    places: list[Row] = field(default_factory=list)


def faults(diagnostics: Iterable[Row], keep: int = 5) -> list[Fault]:
    """Diagnostics by rule: errors first, then warnings, then the rest; most frequent first."""
    found: dict[str, Fault] = {}
    for row in diagnostics:
        fault = found.setdefault(row["rule"], Fault(row["rule"], row["level"], row))
        fault.count += 1
        fault.files.add(text(row["file"]))
        if len(fault.places) < keep:
            fault.places.append(row)
    rank = {"error": 0, "warning": 1}
    return sorted(found.values(), key=lambda f: (rank.get(f.level, 2), -f.count, f.rule))


def by_attention(payments: Sequence[Row]) -> list[Row]:
    """Payments that do not balance first, then newest first; repeats of another payment last."""
    newest_first = sorted(payments, key=lambda p: (p["date"] or "", text(p["trace_number"])), reverse=True)
    return sorted(newest_first, key=lambda p: (bool(p["duplicate_of"]), bool(p["balanced"])))
