"""A row of `edi lines`: one outcome for each service, with its story and where each cent of its charge went.

charge = paid + patient + contractual + denied + packaged + other + balance holds for every row by construction; what
does not add up is left in `balance` and named by a diagnostic.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from edi.analysis.linking.submissions import Case
from edi.analysis.model import Claim, RemitClaim, ServiceLine
from edi.analysis.outcomes.classify import Split
from edi.analysis.outcomes.netting import Entry, Net
from edi.analysis.outcomes.packaging import bill_type

BUCKETS = ("paid", "patient", "contractual", "denied", "packaged", "other")
UNPAID = ("denied", "taken-back", "packaged", "patient-share", "pending", "no-response", "paid-elsewhere", "capitated")


@dataclass(slots=True, eq=False)
class Outcome:
    """One row. `line` is None for a claim answered as a whole and for claim-level adjustments beside SVCs."""

    case: Case
    line: ServiceLine | None
    kind: str | None
    charge: int
    entries: list[Entry]
    net: Net
    whole_claim: bool = False
    extra: bool = False  # claim-level adjustments beside SVCs
    state: str = ""
    first_state: str | None = None
    plain: bool = False  # paid at first and still, cut by no payment rule: by far the most rows, and nobody asks why
    first: Split | None = None  # what the first final adjudication said
    first_entry: Entry | None = None
    cause: str | None = None
    verdict: str | None = None
    episode: str | None = None  # see episodes.py
    ambiguous: list[ServiceLine] = field(default_factory=list)
    claim: Claim = field(init=False)
    code: str | None = field(init=False)
    service_date: str | None = field(init=False)

    def __post_init__(self) -> None:
        """What everybody asks of every row, worked out once."""
        line = self.line
        self.claim = self.case.claim
        self.code = line.procedure if line is not None else None
        self.service_date = line.service_date if line is not None and line.service_date else self._first_day()

    def _first_day(self) -> str | None:
        """The first day of the claim, else of its first answer."""
        dates = self.claim.dates
        if dates is None and self.entries:
            dates = self.entries[0].remit.dates
        return dates[0] if dates else None

    @property
    def split(self) -> Split:
        return self.net.total

    @property
    def balance(self) -> int:
        s = self.split
        return self.charge - s.paid - s.patient - s.contractual - s.denied - s.packaged - s.other

    @property
    def remit(self) -> RemitClaim | None:
        """The answer that explains the row as it stands: the last one in force, else the last ever given."""
        entry = self.deciding
        return entry.remit if entry else None

    @property
    def deciding(self) -> Entry | None:
        live = self.net.live
        if len(live) == 1 and not live[0].offset:  # by far the most lines
            return live[0]
        standing = [e for e in live if not e.offset]
        denying = [e for e in standing if e.split.denied or e.split.pending or e.split.packaged]
        if self.split.denied and denying:
            return denying[-1]
        if standing:
            return standing[-1]
        return self.entries[-1] if self.entries else None

    @property
    def payer_name(self) -> str | None:
        ours = self.claim.payer_name
        return ours if ours or not self.entries else self.entries[0].remit.payment.payer_name

    @property
    def place(self) -> str | None:
        if self.claim.kind == "837I":
            return bill_type(self.claim) or None
        return (self.line.place_of_service if self.line else None) or self.claim.place_of_service

    @property
    def modifiers(self) -> tuple[str, ...]:
        return self.line.modifiers if self.line else ()
