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

UNNAMED = "(payer not named)"
WAITING_STATES = ("no-response", "pending")
BUCKETS = ("paid", "patient", "contractual", "packaged", "other", "denied", "waiting", "void", "unexplained")


@dataclass
class Totals:
    """Where the billed money of some lines went; `parts` has a key for each of BUCKETS and adds up to `billed`.

    The dates are those of service, '' without any.
    """

    lines: int = 0
    claims: int = 0
    billed: int = 0
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    denied_lines: int = 0
    waiting_lines: int = 0
    unmatched_lines: int = 0
    first_date: str = ""
    last_date: str = ""


def totals(lines: Iterable[Row]) -> Totals:
    """Sum up lines."""
    result, claims = Totals(), set()
    for line in lines:
        charge, state = cents(line["charge"]), line["state"]
        result.lines += 1
        result.billed += charge
        claims.add((line["control_number"], line.get("file")))
        for name in ("paid", "patient", "contractual", "packaged", "other", "denied"):
            result.parts[name] += cents(line[name])
        result.parts[balance_part(state)] += cents(line["balance"])
        result.denied_lines += cents(line["denied"]) > 0
        result.waiting_lines += state in WAITING_STATES
        result.unmatched_lines += line["kind"] is None
        if day := line["service_date"]:
            result.first_date = min(result.first_date or day, day)
            result.last_date = max(result.last_date, day)
    result.claims = len(claims)
    return result


def balance_part(state: str) -> str:
    """The bucket that a line's balance belongs to."""
    if state in WAITING_STATES:
        return "waiting"
    return "void" if state == "void" else "unexplained"


@dataclass
class Work:
    """One entry of the worklist: an open denial, with the open denials that follow from it.

    `deadline` is the row of the next day to appeal one of them; None where no limit is known.
    """

    finding: Row
    following: list[Row] = field(default_factory=list)
    deadline: Row | None = None

    @property
    def denied(self) -> int:
        return sum(cents(row["denied"]) for row in self.rows)

    @property
    def recoverable(self) -> int | None:
        """None when no fee or history says what the payer would allow."""
        known = [cents(row["recoverable"]) for row in self.rows if row["recoverable"] is not None]
        return sum(known) if known else None

    @property
    def rows(self) -> list[Row]:
        return [self.finding, *self.following]


def worklist(findings: Iterable[Row], deadlines: Iterable[Row] = ()) -> list[Work]:
    """The open denials, each with those that depend on it: most recoverable first, then the next to expire, then most
    denied. `deadlines`: the rows of `edi metrics --deadlines`."""
    denials = {row["id"]: row for row in findings if row["open"] and row["denial"] == "yes"}
    work = {key: Work(row) for key, row in denials.items() if _root(key, denials) == key}
    for key, row in denials.items():
        root = _root(key, denials)
        if root != key:
            work[root].following.append(row)
    days = {row["finding"]: row for row in deadlines if row["deadline"]}
    for entry in work.values():
        entry.following.sort(key=_line_order)
        known = [days[row["id"]] for row in entry.rows if row["id"] in days]
        entry.deadline = min(known, key=lambda row: row["deadline"], default=None)
    return sorted(work.values(), key=_worth)


def _worth(entry: Work) -> tuple[int, str, int, tuple[str, int, str]]:
    last = entry.deadline["deadline"] if entry.deadline else "9999"
    return -(entry.recoverable or 0), last, -entry.denied, _line_order(entry.finding)


def _root(key: str, denials: dict[str, Row]) -> str:
    """Follow depends_on to the finding that has to be worked; findings that name each other in a ring stand alone."""
    seen, here = {key}, key
    while (parent := denials[here]["depends_on"]) in denials:
        if parent in seen:
            return key
        seen.add(parent)
        here = parent
    return here


def _line_order(row: Row) -> tuple[str, int, str]:
    return text(row["control_number"]), row["line_number"] or 0, row["id"]


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
        row = entry.finding
        cause = found.setdefault(row["cause"], Cause(row["cause"], cause_title(row)))
        cause.count += 1
        cause.denied += cents(row["denied"])
        cause.following_count += len(entry.following)
        cause.following += sum(cents(other["denied"]) for other in entry.following)
        if entry.recoverable is not None:
            cause.recoverable = (cause.recoverable or 0) + entry.recoverable
        cause.verdicts[row["verdict"]] += 1
        cause.by_payer[payer(row)] += entry.denied
    return sorted(found.values(), key=lambda c: (-c.total, -(c.recoverable or 0), c.cause))


def cause_title(row: Row) -> str:
    return text(row.get("title")) or text(row["cause"]).replace("-", " ").capitalize()


def payer(row: Row) -> str:
    return text(row["payer"]) or UNNAMED


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
