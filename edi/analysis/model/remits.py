"""The payer's side: payments (835), the claims they answer (CLP), their lines (SVC), adjustments and remarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from edi.analysis.model.claims import given

PREDETERMINATION = "25"  # claim status: a price given in advance, which pays nothing


@dataclass(slots=True, eq=False)
class Adjustment:
    """One CAS reason: group code, claim adjustment reason code, cents taken off."""

    table: ClassVar[str] = "adjustment"
    id: int
    position: int
    remit_claim_id: int
    remit_line_id: int | None
    group_code: str | None
    reason_code: str | None
    amount_cents: int | None
    quantity: float | int | None

    @property
    def cents(self) -> int:
        return self.amount_cents or 0

    @property
    def code(self) -> str:
        return f"{self.group_code or '?'}-{self.reason_code or '?'}"


@dataclass(slots=True, eq=False)
class Remark:
    """One remittance advice remark code (LQ, MIA, MOA)."""

    table: ClassVar[str] = "remark"
    id: int
    position: int
    remit_claim_id: int
    remit_line_id: int | None
    source: str | None
    code: str | None


@dataclass(slots=True, eq=False)
class Payment:
    """One 835 transaction."""

    table: ClassVar[str] = "payment"
    id: int
    amount_cents: int | None
    method: str | None
    date: str | None
    trace_number: str | None
    trace_origin: str | None
    production_date: str | None
    payer_name: str | None
    payer_id: str | None
    payee_npi: str | None
    payee_tax_id: str | None

    @property
    def day(self) -> str:
        return self.date or self.production_date or ""


@dataclass(slots=True, eq=False)
class RemitLine:
    """Loop 2110 (SVC)."""

    table: ClassVar[str] = "remit_line"
    id: int
    remit_claim_id: int
    line_number: int
    procedure: str | None
    modifier1: str | None
    modifier2: str | None
    modifier3: str | None
    modifier4: str | None
    charge_cents: int | None
    paid_cents: int | None
    revenue_code: str | None
    units: float | int | None
    submitted_procedure: str | None
    submitted_modifier1: str | None
    submitted_modifier2: str | None
    submitted_modifier3: str | None
    submitted_modifier4: str | None
    submitted_units: float | int | None
    service_date: str | None
    service_date_end: str | None
    line_control: str | None
    policy_id: str | None
    apc: str | None
    authorization: str | None
    allowed_cents: int | None
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    settled: int | None = None  # the service line that a person settled it on
    repeats: int | None = None  # the SVC of this answer that it repeats word for word, one too many (linking/repeats)

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def paid(self) -> int:
        return self.paid_cents or 0

    @property
    def code(self) -> str | None:
        """The code as submitted: SVC06 where given, else SVC01 (domain.md section 5)."""
        return self.submitted_procedure or self.procedure

    @property
    def modifiers(self) -> tuple[str, ...]:
        if not self.submitted_procedure:
            return given(self.modifier1, self.modifier2, self.modifier3, self.modifier4)
        return given(
            self.submitted_modifier1, self.submitted_modifier2, self.submitted_modifier3, self.submitted_modifier4
        )

    @property
    def quantity(self) -> float | int:
        """Units as submitted: SVC07, else SVC05; absent means one (RFI 2163)."""
        if self.submitted_units is not None:
            return self.submitted_units
        return 1 if self.units is None else self.units

    def told(self) -> tuple[Any, ...]:
        """All that it says of its service."""
        return (self.procedure, self.submitted_procedure, self.modifiers, self.revenue_code, self.charge, self.paid,
                self.quantity, self.allowed_cents, self.service_date, self.line_control,
                tuple(_codes(self.adjustments)))  # fmt: skip


@dataclass(slots=True, eq=False)
class RemitClaim:
    """Loop 2100 (CLP): one payer's answer to one claim."""

    table: ClassVar[str] = "remit_claim"
    id: int
    payment_id: int
    control_number: str | None
    status: str | None
    charge_cents: int | None
    paid_cents: int | None
    patient_cents: int | None
    filing_code: str | None
    payer_control_number: str | None
    facility_code: str | None
    frequency: str | None
    drg: str | None
    patient_last: str | None
    patient_first: str | None
    patient_id: str | None
    insured_id: str | None
    corrected_id: str | None
    crossover_name: str | None
    corrected_payer_name: str | None
    original_reference: str | None
    authorization: str | None
    received_date: str | None
    statement_from: str | None
    statement_through: str | None
    coverage_expired: str | None
    payment: Payment = None  # type: ignore[assignment]  # set by assemble
    lines: list[RemitLine] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    settled: int | None = None  # the claim that a person settled it on
    settled_submission: bool = False  # on that very submission, not only on its account
    repeats: int | None = None  # the CLP of this payment that it repeats word for word, one too many (linking/repeats)
    has_repeats: bool = False  # it is one, or holds SVCs that are
    is_reversal: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_reversal = self.status == "22" and not (self.charge > 0 <= self.paid)  # see records/balance.py

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def paid(self) -> int:
        return self.paid_cents or 0

    @property
    def member_ids(self) -> set[str]:
        return {m for m in (self.patient_id, self.insured_id, self.corrected_id) if m}

    @property
    def dates(self) -> tuple[str, str] | None:
        days = [d for line in self.lines for d in (line.service_date, line.service_date_end) if d]
        days = days or [d for d in (self.statement_from, self.statement_through) if d]
        return (min(days), max(days)) if days else None

    def says_the_same(self, other: RemitClaim) -> bool:
        """Word for word, but for remarks."""
        return (self.charge, self.paid) == (other.charge, other.paid) and _Content(self) == _Content(other)

    @property
    def order(self) -> tuple[Any, ...]:
        """When this answer was given. Ties are settled by content, never by order of import."""
        payment = self.payment
        return (
            payment.day,
            payment.production_date or "",
            payment.trace_number or "",
            payment.payer_name or "",
            payment.amount_cents or 0,
            self.id - payment.id,
            _Content(self),
        )


class _Content:
    """What an answer says, compared only where nothing before it tells two answers apart: one payment, delivered twice
    with different content."""

    __slots__ = ("remit",)

    def __init__(self, remit: RemitClaim) -> None:
        self.remit = remit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and (self.remit is other.remit or self._told() == other._told())

    def __lt__(self, other: _Content) -> bool:
        return self._told() < other._told()

    def _told(self) -> tuple[str, ...]:
        remit = self.remit
        own = (remit.control_number, remit.status, remit.charge, remit.paid, remit.patient_cents, remit.frequency,
               remit.payer_control_number, remit.original_reference, sorted(remit.member_ids), remit.dates,
               remit.patient_last, remit.patient_first, remit.received_date)  # fmt: skip
        lines = (line.told() for line in remit.lines)
        reasons = len(remit.adjustments) + sum(len(line.adjustments) for line in remit.lines)
        told = f"{len(remit.lines):06d} {reasons:06d}"  # a delivery that broke off gives way to the whole one
        return (told, repr(own), repr(_codes(remit.adjustments)), *map(repr, lines))


def _codes(adjustments: list[Adjustment]) -> list[tuple[str, int]]:
    return [(adjustment.code, adjustment.cents) for adjustment in adjustments]
