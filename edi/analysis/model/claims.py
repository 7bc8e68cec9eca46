"""Our side: claims (837) with what the loops around loop 2300 say, and their service lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


def given(*modifiers: str | None) -> tuple[str, ...]:
    """The modifiers that are there, in the order sent."""
    return tuple([m for m in modifiers if m]) if any(modifiers) else ()


@dataclass(slots=True, eq=False)
class Diagnosis:
    """One HI entry; `ordinal` is what a service line's pointer (SV107) counts."""

    table: ClassVar[str] = "diagnosis"
    id: int
    claim_id: int
    qualifier: str | None
    code: str | None
    ordinal: int | None


@dataclass(slots=True, eq=False)
class ClaimCode:
    """A value, condition, occurrence or procedure code of HI."""

    table: ClassVar[str] = "claim_code"
    id: int
    claim_id: int
    qualifier: str | None
    code: str | None
    amount_cents: int | None


@dataclass(slots=True, eq=False)
class Note:
    table: ClassVar[str] = "note"
    id: int
    claim_id: int
    service_line_id: int | None
    qualifier: str | None
    text: str | None


@dataclass(slots=True, eq=False)
class Attachment:
    """PWK: paperwork announced with the claim or line."""

    table: ClassVar[str] = "attachment"
    id: int
    claim_id: int
    service_line_id: int | None
    type: str | None
    transmission: str | None
    control_number: str | None


@dataclass(slots=True, eq=False)
class OtherPayer:
    """Loop 2320: another payer of the claim, with what it paid (AMT*D)."""

    table: ClassVar[str] = "other_payer"
    id: int
    claim_id: int
    responsibility: str | None
    filing_code: str | None
    payer_name: str | None
    payer_id: str | None
    paid_cents: int | None
    adjudication_date: str | None
    payer_control_number: str | None


@dataclass(slots=True, eq=False)
class OtherAdjudication:
    """Loop 2430: what another payer decided on the line (SVD)."""

    table: ClassVar[str] = "other_adjudication"
    id: int
    claim_id: int
    service_line_id: int | None
    payer_id: str | None
    paid_cents: int | None


@dataclass(slots=True, eq=False)
class ServiceLine:
    """Loop 2400. `modifiers` keeps the order sent; compare them as sets."""

    table: ClassVar[str] = "service_line"
    id: int
    claim_id: int
    line_number: int
    procedure: str | None
    modifier1: str | None
    modifier2: str | None
    modifier3: str | None
    modifier4: str | None
    description: str | None
    charge_cents: int | None
    unit_basis: str | None
    units: float | int | None
    place_of_service: str | None
    pointer1: int | None
    pointer2: int | None
    pointer3: int | None
    pointer4: int | None
    revenue_code: str | None
    service_date: str | None
    service_date_end: str | None
    line_control: str | None
    authorization: str | None
    referral: str | None
    ndc_qualifier: str | None
    ndc: str | None
    ndc_quantity: float | int | None
    ndc_unit: str | None
    rendering_npi: str | None
    ordering_npi: str | None
    referring_npi: str | None
    facility_npi: str | None
    notes: list[Note] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    adjudications: list[OtherAdjudication] = field(default_factory=list)
    modifiers: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.modifiers = given(self.modifier1, self.modifier2, self.modifier3, self.modifier4)

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def pointers(self) -> tuple[int, ...]:
        return tuple(p for p in (self.pointer1, self.pointer2, self.pointer3, self.pointer4) if p)


@dataclass(slots=True, eq=False)
class Claim:
    """Loop 2300 with what the loops above it say of billing provider, subscriber, patient and payer."""

    table: ClassVar[str] = "claim"
    id: int
    transaction_id: int
    kind: str | None
    control_number: str | None
    charge_cents: int | None
    place_of_service: str | None
    frequency: str | None
    assignment: str | None  # CLM07: A accepted, B for laboratory only, C not accepted
    delay_reason: str | None
    filing_code: str | None
    responsibility: str | None
    payer_name: str | None
    payer_id: str | None
    member_id: str | None
    subscriber_last: str | None
    subscriber_first: str | None
    subscriber_birth_date: str | None
    patient_last: str | None
    patient_first: str | None
    patient_birth_date: str | None
    billing_name: str | None
    billing_npi: str | None
    billing_tax_id: str | None
    billing_taxonomy: str | None
    rendering_npi: str | None
    rendering_taxonomy: str | None
    referring_npi: str | None
    facility_npi: str | None
    facility_name: str | None
    attending_npi: str | None
    authorization: str | None
    referral: str | None
    payer_control_number: str | None
    clearinghouse_id: str | None
    clia: str | None
    exception_code: str | None
    statement_from: str | None
    statement_through: str | None
    admission_date: str | None
    discharge_date: str | None
    received_date: str | None
    admission_type: str | None
    submitted: str | None  # ISO date: BHT04, else the interchange's date
    submitted_key: str | None  # BHT04, BHT05, interchange date and time, BHT03: puts submissions in order
    lines: list[ServiceLine] = field(default_factory=list)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    codes: list[ClaimCode] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    other_payers: list[OtherPayer] = field(default_factory=list)
    _patient_key: tuple[str, ...] | None = field(init=False, default=None, repr=False)

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def patient_key(self) -> tuple[str, ...]:
        """Who the patient is, as far as the claim can tell: last name, first three letters, birth date; else member."""
        if self._patient_key is None:
            self._patient_key = self._who()
        return self._patient_key

    def _who(self) -> tuple[str, ...]:
        last = self.patient_last or self.subscriber_last or ""
        first = self.patient_first or self.subscriber_first or ""
        birth = self.patient_birth_date if self.patient_last else self.subscriber_birth_date
        if last and birth:
            return (last.upper(), first.upper()[:3], birth)
        return (self.member_id or "", last.upper(), first.upper()[:3])

    @property
    def dates(self) -> tuple[str, str] | None:
        """First and last day of service, from the lines, else from the statement dates."""
        days = [d for line in self.lines for d in (line.service_date, line.service_date_end) if d]
        days = days or [d for d in (self.statement_from, self.statement_through) if d]
        return (min(days), max(days)) if days else None
