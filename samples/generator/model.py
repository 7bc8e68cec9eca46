"""The scenario objects: claims with their lines, what each payer answered, and the row that must come out.

The writers (claims837, remit835) print them as X12 and note in `place` where each object ended up; `truth` prints the
expected rows. Money is integer cents. A `bucket` says by construction in which column of `edi lines` an amount belongs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from generator.world import Biller, Doctor, Payer

BUCKETS = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
Place = tuple[str, int]  # file below samples/ ("archive!entry" inside one) and segment number


@dataclass
class Patient:
    last: str
    first: str
    born: date
    sex: str
    member_id: str
    dependent_of: Patient | None = None

    @property
    def subscriber(self) -> Patient:
        return self.dependent_of or self


@dataclass
class Row:
    """One expected row of `edi lines`. Unset text means: the truth does not hold the tool to it."""

    paid: int = 0
    patient: int = 0
    contractual: int = 0
    denied: int = 0
    packaged: int = 0
    other: int = 0
    balance: int = 0
    allowed: int | None = None
    state: str = ""
    first_state: str = ""
    cause: str = ""
    verdict: str = ""
    first_cause: str = ""  # of the answer that was overturned later
    first_verdict: str = ""
    unsaid: tuple[str, ...] = ()  # columns that no rule determines here
    depends_on: Line | None = None
    answers: list[Svc | Clp] = field(default_factory=list)
    deciding: Svc | Clp | None = None

    def take(self, amounts: dict[str, int]) -> None:
        """Replace every column by `amounts`."""
        for name in BUCKETS:
            setattr(self, name, amounts.get(name, 0))

    def total(self) -> int:
        return sum(getattr(self, name) for name in BUCKETS)


@dataclass
class Line:
    number: int
    code: str
    modifiers: tuple[str, ...]
    charge: int
    units: int
    day: date
    revenue: str | None = None
    control: str | None = None
    pointers: tuple[int, ...] = (1,)
    ndc: bool = False
    note: str | None = None
    place: Place | None = None
    until: date | None = None  # the last day of a line that spans several
    row: Row = field(default_factory=Row)
    svd: list[Svc] = field(default_factory=list)  # what an earlier payer decided, for a secondary claim (2430)


@dataclass
class Claim:
    control: str
    biller: Biller
    payer: Payer
    patient: Patient
    lines: list[Line]
    scenario: str
    pos: str = "11"  # place of service, or the first two digits of the bill type
    frequency: str = "1"
    rendering: Doctor | None = None
    referring: Doctor | None = None
    diagnoses: tuple[str, ...] = ("I2510",)
    authorization: str | None = None
    referral: str | None = None
    original_reference: str | None = None  # REF*F8
    medical_record: str | None = None
    batch: str = ""
    filed: date | None = None
    responsibility: str = "P"
    earlier: Payer | None = None  # the payer before this one (2320), for a secondary claim
    earlier_member_id: str = ""
    earlier_date: date | None = None
    attachment: str | None = None
    inpatient: bool = False
    rows: str = "lines"  # lines | claim (answered as a whole) | none (a further submission)
    whole: Row = field(default_factory=Row)  # the row of a claim that was answered as a whole
    extra: Row | None = None  # claim-level adjustments beside the lines
    shape: str = ""  # what its lines look like (perturb.shapes)
    place: Place | None = None

    @property
    def charge(self) -> int:
        return sum(line.charge for line in self.lines)

    @property
    def first_day(self) -> date:
        return min(line.day for line in self.lines)

    @property
    def last_day(self) -> date:
        return max(line.until or line.day for line in self.lines)


@dataclass
class Cas:
    group: str
    reason: str
    cents: int
    bucket: str = ""  # "" where a later payer only repeats what an earlier one did
    quantity: int | None = None


@dataclass
class Svc:
    """One service line of a remittance. `line` is None where the claim is not ours."""

    line: Line | None
    code: str
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    units: int | None  # None: not sent
    day: date
    cas: list[Cas]
    revenue: str | None = None
    submitted: tuple[str, tuple[str, ...]] | None = None
    submitted_units: int | None = None  # SVC07
    until: date | None = None
    situations: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    control: str | None = None
    allowed: int | None = None
    state: str = "paid"
    cause: str = ""
    verdict: str = ""
    depends_on: Line | None = None
    tier: str = ""
    clp: Clp | None = None
    place: Place | None = None
    row: Row | None = None  # for a remittance line without a claim

    def patient(self) -> int:
        return sum(c.cents for c in self.cas if c.group == "PR")


@dataclass
class Clp:
    """One claim of a remittance."""

    control: str
    status: str
    patient: Patient
    filing: str
    number: str  # CLP07
    facility: str
    frequency: str
    svcs: list[Svc]
    claim: Claim | None = None
    cas: list[Cas] = field(default_factory=list)
    charge_as_whole: int | None = None
    corrected_id: str | None = None
    crossover: Payer | None = None
    rendering: Doctor | None = None
    remarks: tuple[str, ...] = ()  # MOA
    inpatient_remarks: tuple[str, ...] = ()  # MIA
    drg: str | None = None
    received: date | None = None
    expired: date | None = None
    interest: int = 0
    references: tuple[tuple[str, str], ...] = ()
    remit: Remit | None = None
    dates: str = ""  # line, claim, both or none; otherwise as the payer does
    shown_id: str | None = ""  # the patient's id in NM1*QC where it is not the member id; None: not sent
    situations: tuple[str, ...] = ()
    row: Row | None = None  # for a whole answer without a claim
    claim_tier: str = "control-number"
    place: Place | None = None

    @property
    def charge(self) -> int:
        if self.charge_as_whole is not None:
            return self.charge_as_whole
        return sum(svc.charge for svc in self.svcs)

    @property
    def paid(self) -> int:
        if self.charge_as_whole is not None:
            return self.charge_as_whole - sum(c.cents for c in self.cas)
        return sum(svc.paid for svc in self.svcs) - sum(c.cents for c in self.cas)

    @property
    def patient_share(self) -> int:
        return sum(c.cents for c in self.cas if c.group == "PR") + sum(svc.patient() for svc in self.svcs)


@dataclass
class Plb:
    reason: str
    reference: str
    cents: int


@dataclass
class Remit:
    """One 835 transaction: a payment of one payer to one payee. `off` is the known error of a payment that is off."""

    payer: Payer
    payee: Biller
    date: date
    trace: str
    clps: list[Clp] = field(default_factory=list)
    plbs: list[Plb] = field(default_factory=list)
    off: int = 0
    payer_name: str = ""  # where the payer writes its name otherwise than on claims
    place: Place | None = None

    @property
    def named(self) -> str:
        """The payer's name as this payment writes it."""
        return self.payer_name or self.payer.name

    @property
    def claim_paid(self) -> int:
        return sum(clp.paid for clp in self.clps)

    @property
    def provider_adjustments(self) -> int:
        return sum(plb.cents for plb in self.plbs)

    @property
    def amount(self) -> int:
        return self.claim_paid - self.provider_adjustments + self.off
