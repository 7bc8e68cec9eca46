"""The register of the scrub checks, and what a check sees and says.

In: a `View` of one claim that is about to go out. Out: `Found` (what is wrong, by its name in mappings/audit.csv) and
`Unchecked` (what could not be looked at). A check never raises on what a claim holds, and says nothing that identifies
a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from edi.analysis.facts.registry import NotChecked, Seen
from edi.analysis.facts.rows import counts
from edi.analysis.grouping import normalised
from edi.analysis.model import Claim, ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Payer, Reference
from edi.analysis.subject import Subject
from edi.resources import Resources


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one thing that a check can find: a row of mappings/audit.csv."""

    id: str
    name: str
    kind: str  # denial | missed-charge
    level: str  # error | warning
    cause: str
    message: str
    why: str
    action: str


def catalog(resources: Resources) -> dict[str, Entry]:
    """mappings/audit.csv by name. Raises ResourceError when it is missing."""
    return {row["name"]: Entry(**{name: row[name] for name in Entry.__slots__}) for row in resources.rows("audit.csv")}


@dataclass(frozen=True, slots=True)
class Found:
    """Something to put right: its name in the catalogue, the row in question, what was read and where."""

    name: str
    subject: Subject
    value: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What a check could not look at; `why` completes "S01 not checked: ..."."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Denials:
    """How often a denial was seen with a payer: lines, and the cents that they were denied at first."""

    lines: int = 0
    cents: int = 0


@dataclass(frozen=True)
class Past:
    """What the database's history says of payers. `known` is False without a database."""

    known: bool = False
    denials: Mapping[tuple[str, str], Denials] = field(default_factory=dict)  # (payer, cause)
    decided: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (payer, code) -> lines answered
    records: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (payer, code) -> lines denied for records

    def seen(self, payer: str | None, cause: str) -> Denials:
        return self.denials.get((normalised(payer), cause), Denials())


@dataclass
class View:
    """One claim that is about to go out.

    `lines`: a subject for each service line; `whole`: one for the claim itself. Their `patient` rows leave out other
    submissions of the same account, which `full` keeps. `hospitals`: billing NPIs of the hospital claims that are
    known.
    """

    claim: Claim
    whole: Subject
    lines: list[Subject]
    full: list[Subject]
    whole_full: Subject
    reference: Reference
    past: Past
    hospitals: frozenset[str] = frozenset()

    @property
    def payer(self) -> Payer:
        return self.whole.payer

    def of_role(self, *roles: str) -> list[Subject]:
        return [one for one in self.lines if one.role in roles]


Check = Callable[[View], Iterator[Found | Unchecked]]
CHECKS: list[tuple[str, Check]] = []


def check(number: str) -> Callable[[Check], Check]:
    """Register a check under its number of domain.md section 7."""

    def register(function: Check) -> Check:
        CHECKS.append((number, function))
        return function

    return register


def reported(name: str, subject: Subject, seen: Seen | NotChecked | None) -> Iterator[Found]:
    """A fact's answer as a finding, where the fact holds."""
    if isinstance(seen, Seen):
        yield Found(name, subject, seen.value, seen.at)


def line_of(subject: Subject) -> ServiceLine:
    """The line of a line's subject."""
    assert subject.line is not None
    return subject.line


def units_of(line: ServiceLine | None) -> float:
    return float(1 if line is None or line.units is None else line.units)


def day_units(subject: Subject) -> float:
    """Units of the code on its claim and day: waste (JW) and reinjection have lines of their own."""
    same = [o for o in subject.same_claim if o.code == subject.code and o.service_date == subject.date]
    return units_of(subject.line) + sum(units_of(o.line) for o in same)


def near(subject: Subject, days: int) -> list[Outcome]:
    """The rest of the claim and the patient's other rows within `days`; voided ones are billed no longer."""
    rows = {id(o): o for o in [*subject.same_claim, *subject.nearby(days)]}
    return [o for o in rows.values() if counts(subject, o)]


def comes_later(subject: Subject, others: list[Outcome]) -> bool:
    """Whether the line is behind all of these lines of its claim: one finding is enough for the lot."""
    number = line_of(subject).line_number
    return all(o.line is None or o.line.line_number < number for o in others)
