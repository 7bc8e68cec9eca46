"""Every figure of the report, computed from its rows. Pure: rows in, plain values out; all amounts are integer cents.

The money of a line falls into the seven columns paid, patient, contractual, packaged, other, denied and balance, which
add up to its charge. The report splits balance once more by the line's state: waiting for an answer (no-response,
pending), void (replaced or voided at our own request), and what an answer left unexplained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from edi.report.data import Row, cents, text

WAITING_STATES = ("no-response", "pending")
DENIED_STATES = ("denied", "taken-back")
BUCKETS = ("paid", "patient", "contractual", "packaged", "other", "denied", "waiting", "void", "unexplained")


@dataclass
class Totals:
    """Where the billed money of some lines went; `parts` has a key for each of BUCKETS and adds up to `billed`."""

    lines: int = 0
    claims: int = 0
    billed: int = 0
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    denied_lines: int = 0
    waiting_lines: int = 0
    unmatched_lines: int = 0
    answered_lines: int = 0
    answered_charge: int = 0
    first_denied_lines: int = 0
    first_denied: int = 0


def totals(lines: Iterable[Row]) -> Totals:
    """Sum up lines. First-pass figures count answered lines with a charge, neither void nor waiting."""
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
        if charge and state not in WAITING_STATES and state != "void":
            denied = first_denied(line)
            result.answered_lines += 1
            result.answered_charge += charge
            result.first_denied += denied
            result.first_denied_lines += denied > 0
    result.claims = len(claims)
    return result


def balance_part(state: str) -> str:
    """The bucket that a line's balance belongs to."""
    if state in WAITING_STATES:
        return "waiting"
    return "void" if state == "void" else "unexplained"


def first_denied(line: Row) -> int:
    """What the first answer denied: as given, else the charge of a denial, else the denied part of a reduction."""
    if line.get("first_denied") is not None:
        return cents(line["first_denied"])
    if line["first_state"] in DENIED_STATES:
        return cents(line["charge"])
    return cents(line["denied"]) if line["first_state"] == "reduced" else 0


@dataclass
class Work:
    """One entry of the worklist: an open denial, with the open denials that follow from it."""

    finding: Row
    following: list[Row] = field(default_factory=list)

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


def worklist(findings: Iterable[Row]) -> list[Work]:
    """The open denials, each with those that depend on it, most recoverable first, then most denied."""
    denials = {row["id"]: row for row in findings if row["open"] and row["denial"] == "yes"}
    work = {key: Work(row) for key, row in denials.items() if _root(key, denials) == key}
    for key, row in denials.items():
        root = _root(key, denials)
        if root != key:
            work[root].following.append(row)
    for entry in work.values():
        entry.following.sort(key=_line_order)
    return sorted(work.values(), key=lambda w: (-(w.recoverable or 0), -w.denied, _line_order(w.finding)))


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
    return text(row["payer"]) or "(payer not named)"


@dataclass
class Month:
    """One month of service: what was billed, what the first answers denied, what is denied now."""

    month: str
    billed: int = 0
    first: int = 0
    now: int = 0


def months(lines: Iterable[Row]) -> list[Month]:
    """Every month of service from the first with a denial to the last with one; lines without a date are left out."""
    found: dict[str, Month] = {}
    for line in lines:
        if line["service_date"]:
            month = found.setdefault(line["service_date"][:7], Month(line["service_date"][:7]))
            month.billed += cents(line["charge"])
            month.first += first_denied(line) if line["state"] != "void" else 0
            month.now += cents(line["denied"])
    denied = [key for key, month in found.items() if month.first or month.now]
    return [found.get(key) or Month(key) for key in _every_month(min(denied), max(denied))] if denied else []


def _every_month(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (here := f"{year:04d}-{month:02d}") <= last:
        yield here
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def newest_date(lines: Iterable[Row], payments: Iterable[Row]) -> str:
    """The latest date of the data, ISO, or ''. Ages count up to it, since the data has no clock of its own."""
    dates = [row["service_date"] for row in lines] + [row["date"] for row in payments]
    return max((day for day in dates if day), default="")


def days_between(earlier: str | None, later: str) -> int | None:
    """Whole days from one ISO date to another; None when either is missing or no date."""
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier or "")).days
    except ValueError:
        return None


@dataclass
class Silent:
    """A claim, or its lines in one such state, without a final answer."""

    line: Row
    state: str
    lines: int = 0
    billed: int = 0
    age: int | None = None


def unanswered(lines: Iterable[Row], newest: str) -> list[Silent]:
    """Claims that wait for an answer, largest first; `age` is days from service to the newest date of the data."""
    found: dict[tuple[str, str, str], Silent] = {}
    for line in lines:
        if line["state"] in WAITING_STATES:
            key = (text(line["control_number"]), text(line.get("file")), line["state"])
            claim = found.setdefault(key, Silent(line, line["state"], age=days_between(line["service_date"], newest)))
            claim.lines += 1
            claim.billed += cents(line["balance"])
    return sorted(found.values(), key=lambda c: (-c.billed, text(c.line["control_number"]), text(c.line.get("file"))))


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
