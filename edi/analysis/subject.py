"""What a fact looks at: one row with its claim, its siblings, the patient's other rows, the payer's habits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

from edi.analysis.model import Adjustment, Claim, Remark, RemitClaim, RemitLine, ServiceLine
from edi.analysis.outcomes.netting import Entry
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Payer, Reference

SCANS = {"scan", "scan-single", "scan-planar", "scan-pet"}
EPISODE_DAYS = 3  # a study over two days, or over a weekend: one episode (domain.md section 2.5)
SUPPLIES = {"tracer", "agent", "agent-adjunct", "reversal-agent"}


Habit = tuple[str, str]  # payer, code
_NONE: frozenset[str] = frozenset()
REMEMBERED = 20_000  # pairs of dates: claims of one time share them
TOO_FEW = 2  # lines: a payer that did not pay one line has no habit yet


@dataclass(frozen=True, slots=True)
class PayerHabits:
    """What payers do with a code in the whole database. Only these two answers, so that they seldom turn."""

    pays: frozenset[Habit] = frozenset()  # at least one line in four was paid
    never: frozenset[Habit] = frozenset()  # none was, of two or more

    @classmethod
    def of(cls, counts: Mapping[Habit, tuple[int, int]]) -> PayerHabits:
        """`counts`: (payer, code) -> lines paid, lines not paid."""
        return cls(
            pays=frozenset(key for key, (paid, unpaid) in counts.items() if paid and paid * 4 >= paid + unpaid),
            never=frozenset(key for key, (paid, unpaid) in counts.items() if not paid and unpaid >= TOO_FEW),
        )


# A row's state, its code's role, CLP02, (group code, reason code) pairs, remark codes: see rules.Calling.
Codes = tuple[str, str, str | None, frozenset[tuple[str | None, str | None]], frozenset[str]]
T = TypeVar("T")


class once(Generic[T]):
    """A property that is worked out when it is first asked for.

    functools.cached_property does the same under a lock until Python 3.12, which costs more than most of these.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.name = work.__name__
        self.__doc__ = work.__doc__

    def __get__(self, subject: Any, owner: type[Any] | None = None) -> T:
        value: T = self.work(subject)
        setattr(subject, self.name, value)  # by way of __dict__ Python would make a dictionary for each subject
        return value


@lru_cache(maxsize=REMEMBERED)
def _pair(group: str | None, reason: str | None) -> frozenset[tuple[str | None, str | None]]:
    return frozenset([(group, reason)])


def adjustments_of(entry: Entry) -> list[Adjustment]:
    """All adjustments of an answer: its lines', else the claim's."""
    return [a for svc in entry.svcs for a in svc.adjustments] or entry.remit.adjustments


def _remarks(entry: Entry) -> list[Remark]:
    """The remarks of an answer's lines, then the claim's."""
    if len(entry.svcs) == 1:  # by far the most
        ours, all_lines = entry.svcs[0].remarks, entry.remit.remarks
        return ours + all_lines if ours and all_lines else ours or all_lines
    return [r for svc in entry.svcs for r in svc.remarks] + entry.remit.remarks


def kept(work: Callable[[Subject], T]) -> Callable[[Subject], T]:
    """A look at a subject that several facts take: worked out when it is first asked for, and kept with the subject."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def look(subject: Subject) -> T:
        if not hasattr(subject, name):
            setattr(subject, name, work(subject))
        value: T = getattr(subject, name)
        return value

    return look


def _only_line(row: Outcome) -> ServiceLine | None:
    """The line of a claim that has but one and was answered as a whole: the answer is about it."""
    lines = row.claim.lines
    return lines[0] if len(lines) == 1 and row.whole_claim else None


class Subject:
    """One row under question. `entry` is the answer whose codes are judged; None where nobody answered.

    `is_ours`: whether we hold the 837 claim, so that silence on it means something. `lines`: the service lines in
    question: one, or the whole claim's where it was answered as a whole; if the claim has but one, it is `line` all the
    same. `role`: the part that the line plays; for a claim of several answered as a whole its scan's, on which the rest
    hangs. `reasons`: the adjustments that took the money, the denial's, else all of the answer's. `remarks`: the
    line's, then the claim's.
    """

    def __init__(
        self,
        row: Outcome,
        entry: Entry | None,
        state: str,
        siblings: Sequence[Outcome],
        patient: Sequence[Outcome],
        reference: Reference,
        habits: PayerHabits,
        known: dict[Any, Any] | None = None,
    ) -> None:
        self.row = row
        self.entry = entry
        self.state = state
        self.siblings = siblings
        self.patient = patient
        self.reference = reference
        self.habits = habits
        self.known = {} if known is None else known  # what facts worked out for the whole claim
        self.claim: Claim = row.claim
        self.is_ours = row.kind is not None
        self.line: ServiceLine | None = row.line or _only_line(row)
        self.lines: Sequence[ServiceLine] = row.claim.lines if self.line is None else [self.line]
        self.code = self.line.procedure if self.line is not None else row.code
        self.date = row.service_date
        self.remit: RemitClaim | None = None
        self.svc: RemitLine | None = None
        self.reasons: list[Adjustment] = []
        self.remarks: list[Remark] = []
        if entry is not None:
            self.remit = entry.remit
            self.svc = entry.svcs[0] if entry.svcs else None
            self.reasons = entry.split.reasons or adjustments_of(entry)
            self.remarks = _remarks(entry)
        self.remark_codes = frozenset([r.code for r in self.remarks if r.code]) if self.remarks else _NONE
        self.role = reference.roles[self.code] if self.line is not None else self._scan_role()

    def _scan_role(self) -> str:
        return next((role for o in self.lines if (role := self.reference.roles[o.procedure]) in SCANS), "")

    @once
    def modifiers(self) -> frozenset[str]:
        return frozenset(self.line.modifiers if self.line is not None else ())

    @property
    def calling(self) -> Codes:
        """What calls rules up: the state, the role, CLP02, (group code, reason code) pairs and remark codes. Where
        several reasons took money, those count that took at least half as much as the largest."""
        reasons = self.reasons
        if len(reasons) > 1 and self.entry and self.entry.split.reasons:
            least = max(a.cents for a in reasons) / 2
            reasons = [a for a in reasons if a.cents >= least or least <= 0]
        if len(reasons) == 1:
            pairs = _pair(reasons[0].group_code, reasons[0].reason_code)
        else:
            pairs = frozenset([(a.group_code, a.reason_code) for a in reasons])
        status = self.remit.status if self.remit is not None else None
        return (self.state, self.role, status, pairs, self.remark_codes)

    @once
    def payer(self) -> Payer:
        """The office's own row for the payer of the claim, else of the remittance; else the default by filing code."""
        return self.of_claim(("payer", self.remit), self._payer)

    def _payer(self) -> Payer:
        ours = self.reference.payer(self.claim.payer_name, self.claim.payer_id, self.claim.filing_code)
        if ours.listed or self.remit is None:
            return ours
        payment = self.remit.payment
        theirs = self.reference.payer(payment.payer_name, payment.payer_id, self.remit.filing_code)
        return theirs if theirs.listed or not ours.name else ours

    @property
    def has_other_claims(self) -> bool:
        """Whether the patient has rows on other claims."""
        return len(self.patient) > len(self.siblings)

    @property
    def place(self) -> str | None:
        return self.row.place

    @once
    def is_professional(self) -> bool:
        return self.claim.kind == "837P" or (self.claim.kind is None and not any(s.revenue_code for s in self.lines))

    @once
    def in_facility(self) -> bool:
        """A professional claim for a place where somebody else bears the technical cost."""
        return self.is_professional and (self.place or "") in self.reference.facility_places

    @once
    def same_claim(self) -> list[Outcome]:
        row = self.row
        return [o for o in self.siblings if o is not row and o.line is not None]

    def of_claim(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` gives, worked out once for all lines of the claim. `key` names it."""
        if key not in self.known:
            self.known[key] = work()
        value: T = self.known[key]
        return value

    def nearby(self, days: int) -> list[Outcome]:
        """The patient's other rows with a service date at most `days` away, this claim's included."""
        row, day = self.row, self.date
        if not day:
            return []
        rows = (o for o in self.patient if o.service_date == day or within(o.service_date, day, days))
        return [o for o in rows if o is not row and o.line is not None]

    @once
    def scan(self) -> Outcome | None:
        """The scan that this line belongs to: of its episode on the same claim, else of the patient within three days,
        else on the same claim at all. Of a replaced or voided claim: the scan that it was sent with."""
        if self.role in SCANS:
            return None
        if self.row.state == "void":
            sent = [o for o in self.same_claim if self.reference.roles[o.code] in SCANS]
            if sent:
                return next((o for o in sent if o.code == "78452"), sent[0])
        own, day = self.of_claim("scans", self._scans_of_claim), self.date
        if len(own) == 1 and own[0].service_date == day:  # by far the most
            return own[0]
        close = [o for o in own if o.service_date == day or abs(gap(o.service_date, day) or 0) <= EPISODE_DAYS]
        scans = close or self._scans(self.nearby(EPISODE_DAYS)) or own
        if len(scans) > 1:
            return min(scans, key=lambda o: (o.code != "78452", abs(gap(o.service_date, self.date) or 0)))
        return scans[0] if scans else None

    def _scans_of_claim(self) -> list[Outcome]:
        return [o for o in self._scans(self.siblings) if o.line is not None]

    def _scans(self, rows: Iterable[Outcome]) -> list[Outcome]:
        roles = self.reference.roles
        return [o for o in rows if roles[o.code] in SCANS and o.state != "void"]


@lru_cache(maxsize=REMEMBERED)
def gap(one: str | None, other: str | None) -> int | None:
    """Days from `one` to `other`; None when a date is missing or no date."""
    if not one or not other:
        return None
    if one == other:
        return 0
    try:
        return (date.fromisoformat(other) - date.fromisoformat(one)).days
    except ValueError:
        return None


def within(one: str | None, other: str | None, days: int) -> bool:
    between = gap(one, other)
    return between is not None and abs(between) <= days
