"""What a fact looks at: one row with its claim, its siblings, the patient's other rows, the payer's habits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from edi.analysis.model import Adjustment, Claim, Remark, RemitClaim, RemitLine, ServiceLine
from edi.analysis.outcomes.netting import Entry
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Payer, Reference

SCANS = {"scan", "scan-single", "scan-planar", "scan-pet"}
EPISODE_DAYS = 3  # a study over two days, or over a weekend: one episode (domain.md section 2.5)
SUPPLIES = {"tracer", "agent", "agent-adjunct", "reversal-agent"}


Habit = tuple[str, str]  # payer, code
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
        subject.__dict__[self.name] = value
        return value


@dataclass
class Subject:
    """One row under question. `entry` is the answer whose codes are judged; None where nobody answered."""

    row: Outcome
    entry: Entry | None
    state: str
    siblings: Sequence[Outcome]
    patient: Sequence[Outcome]
    reference: Reference
    habits: PayerHabits
    known: dict[Any, Any] = field(default_factory=dict)  # what facts worked out for the whole claim

    @property
    def claim(self) -> Claim:
        return self.row.claim

    @property
    def is_ours(self) -> bool:
        """Whether we hold the 837 claim, so that silence on it means something."""
        return self.row.kind is not None

    @property
    def line(self) -> ServiceLine | None:
        return self.row.line

    @property
    def lines(self) -> Sequence[ServiceLine]:
        """The service lines in question: one, or the whole claim's where it was answered as a whole."""
        return [self.row.line] if self.row.line else self.claim.lines

    @property
    def remit(self) -> RemitClaim | None:
        return self.entry.remit if self.entry else None

    @property
    def svc(self) -> RemitLine | None:
        return self.entry.svcs[0] if self.entry and self.entry.svcs else None

    @property
    def code(self) -> str | None:
        return self.row.code

    @once
    def role(self) -> str:
        """The part that the line plays; for a claim answered as a whole its scan's, on which the rest hangs."""
        if self.line is not None:
            return self.reference.role(self.code)
        return next((role for o in self.lines if (role := self.reference.role(o.procedure)) in SCANS), "")

    @property
    def date(self) -> str | None:
        return self.row.service_date

    @once
    def modifiers(self) -> frozenset[str]:
        return frozenset(self.row.modifiers)

    @once
    def reasons(self) -> list[Adjustment]:
        """The adjustments that took the money: the denial's, else all of the answer's."""
        if self.entry is None:
            return []
        if self.entry.split.reasons:
            return self.entry.split.reasons
        at_line = [a for svc in self.entry.svcs for a in svc.adjustments]
        return at_line or list(self.entry.remit.adjustments)

    @once
    def reason_pairs(self) -> frozenset[tuple[str | None, str | None]]:
        """(group code, reason code) of the reasons that a rule may be called by: where several took money, those that
        took at least half as much as the largest."""
        least = max((a.cents for a in self.reasons), default=0) / 2 if self.entry and self.entry.split.reasons else 0
        return frozenset((a.group_code, a.reason_code) for a in self.reasons if a.cents >= least or least <= 0)

    @once
    def remarks(self) -> list[Remark]:
        """The line's remark codes, then the claim's."""
        if self.entry is None:
            return []
        return [r for svc in self.entry.svcs for r in svc.remarks] + list(self.entry.remit.remarks)

    @once
    def remark_codes(self) -> frozenset[str]:
        return frozenset(r.code for r in self.remarks if r.code)

    @once
    def payer(self) -> Payer:
        """The office's own row for the payer of the claim, else of the remittance; else the default by filing code."""
        ours = self.reference.payer(self.claim.payer_name, self.claim.payer_id, self.claim.filing_code)
        if ours.listed or self.remit is None:
            return ours
        payment = self.remit.payment
        theirs = self.reference.payer(payment.payer_name, payment.payer_id, self.remit.filing_code)
        return theirs if theirs.listed or not ours.name else ours

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
        return [o for o in self.siblings if o is not self.row and o.line is not None]

    def of_claim(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` gives, worked out once for all lines of the claim. `key` names it."""
        if key not in self.known:
            self.known[key] = work()
        value: T = self.known[key]
        return value

    def nearby(self, days: int) -> list[Outcome]:
        """The patient's other rows with a service date at most `days` away, this claim's included."""
        return [
            o
            for o in self.patient
            if o is not self.row and o.line is not None and within(o.service_date, self.date, days)
        ]

    @once
    def scan(self) -> Outcome | None:
        """The scan that this line belongs to: of its episode on the same claim, else of the patient within three days,
        else on the same claim at all. Of a replaced or voided claim: the scan that it was sent with."""
        if self.role in SCANS:
            return None
        if self.row.state == "void":
            sent = [o for o in self.same_claim if self.reference.role(o.code) in SCANS]
            if sent:
                return next((o for o in sent if o.code == "78452"), sent[0])
        close = [o for o in self.same_claim if abs(gap(o.service_date, self.date) or 0) <= EPISODE_DAYS]
        for rows in (close, self.nearby(EPISODE_DAYS), self.same_claim):
            scans = [o for o in rows if self.reference.role(o.code) in SCANS and o.state != "void"]
            if scans:
                return min(scans, key=lambda o: (o.code != "78452", abs(gap(o.service_date, self.date) or 0)))
        return None


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
