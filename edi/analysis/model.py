"""What the analysis thinks in: claims, service lines, remittances, adjustments. Rows in, linked objects out.

Every class lists the columns that it is built from (`columns`), in the order of its fields; whoever reads the tables
(SQLite, a data frame, a test) selects those columns and calls `assemble`. Money is integer cents, dates are ISO text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

SEGMENT_MASK = 0xFFFFFFFF


def place(row_id: int) -> tuple[int, int]:
    """A row's id taken apart: (file number, segment number)."""
    return row_id >> 32, row_id & SEGMENT_MASK


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

    @property
    def modifiers(self) -> tuple[str, ...]:
        return tuple(m for m in (self.modifier1, self.modifier2, self.modifier3, self.modifier4) if m)

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

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def patient_key(self) -> tuple[str, ...]:
        """Who the patient is, as far as the claim can tell: last name, first three letters, birth date; else member."""
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
        if self.submitted_procedure:
            found = (
                self.submitted_modifier1,
                self.submitted_modifier2,
                self.submitted_modifier3,
                self.submitted_modifier4,
            )
        else:
            found = (self.modifier1, self.modifier2, self.modifier3, self.modifier4)
        return tuple(m for m in found if m)

    @property
    def quantity(self) -> float | int:
        """Units as submitted: SVC07, else SVC05; absent means one (RFI 2163)."""
        if self.submitted_units is not None:
            return self.submitted_units
        return 1 if self.units is None else self.units


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

    @property
    def charge(self) -> int:
        return self.charge_cents or 0

    @property
    def paid(self) -> int:
        return self.paid_cents or 0

    @property
    def is_reversal(self) -> bool:
        return self.status == "22"

    @property
    def member_ids(self) -> set[str]:
        return {m for m in (self.patient_id, self.insured_id, self.corrected_id) if m}

    @property
    def dates(self) -> tuple[str, str] | None:
        days = [d for line in self.lines for d in (line.service_date, line.service_date_end) if d]
        days = days or [d for d in (self.statement_from, self.statement_through) if d]
        return (min(days), max(days)) if days else None

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
        )


TABLES: dict[str, type[Any]] = {
    cls.table: cls
    for cls in (
        Claim,
        ServiceLine,
        Diagnosis,
        ClaimCode,
        Note,
        Attachment,
        OtherPayer,
        OtherAdjudication,
        Payment,
        RemitClaim,
        RemitLine,
        Adjustment,
        Remark,
    )
}
_ATTACHED = {"payment", "lines", "adjustments", "remarks", "notes", "attachments", "adjudications", "diagnoses"}
_ATTACHED |= {"codes", "other_payers", "settled", "settled_submission"}


def columns(table: str) -> tuple[str, ...]:
    """The columns that `assemble` expects of a table's rows, in order."""
    return tuple(f.name for f in fields(TABLES[table]) if f.name not in _ATTACHED)


def assemble(rows: Mapping[str, Iterable[Sequence[Any]]]) -> tuple[list[Claim], list[RemitClaim]]:
    """Build claims with their lines and remittances with theirs from rows of each table (see `columns`).

    A row whose parent is not among the rows is left out: callers select whole claims and whole CLPs.
    """

    def build(table: str) -> list[Any]:
        cls = TABLES[table]
        return [cls(*row) for row in rows.get(table, ())]

    claims: dict[int, Claim] = {c.id: c for c in build("claim")}
    lines: dict[int, ServiceLine] = {}
    for line in build("service_line"):
        if line.claim_id in claims:
            lines[line.id] = line
            claims[line.claim_id].lines.append(line)
    for table, name in (("diagnosis", "diagnoses"), ("claim_code", "codes"), ("other_payer", "other_payers")):
        for row in build(table):
            if row.claim_id in claims:
                getattr(claims[row.claim_id], name).append(row)
    for table, name in (("note", "notes"), ("attachment", "attachments"), ("other_adjudication", "adjudications")):
        for row in build(table):
            owner = lines.get(row.service_line_id) if row.service_line_id else claims.get(row.claim_id)
            if owner is not None and hasattr(owner, name):
                getattr(owner, name).append(row)
    payments: dict[int, Payment] = {p.id: p for p in build("payment")}
    remits: dict[int, RemitClaim] = {}
    for remit in build("remit_claim"):
        if remit.payment_id in payments:
            remit.payment = payments[remit.payment_id]
            remits[remit.id] = remit
    remit_lines: dict[int, RemitLine] = {}
    for line in build("remit_line"):
        if line.remit_claim_id in remits:
            remit_lines[line.id] = line
            remits[line.remit_claim_id].lines.append(line)
    for table, name in (("adjustment", "adjustments"), ("remark", "remarks")):
        for row in build(table):
            target: Any = remit_lines.get(row.remit_line_id) if row.remit_line_id else remits.get(row.remit_claim_id)
            if target is not None:
                getattr(target, name).append(row)
    return list(claims.values()), list(remits.values())
