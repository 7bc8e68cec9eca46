"""Who takes part in the month: billers, doctors, payers, charges and fees. Everything here is invented.

NPIs pass the Luhn test but start with 100000, a range that no real provider has. Money is integer cents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


def npi(serial: int) -> str:
    """A placeholder NPI: nine digits made from `serial` and the check digit (Luhn over 80840 + NPI)."""
    body = f"{100000000 + serial:09d}"
    digits = [int(d) for d in "80840" + body]
    total = sum(d if i % 2 else (d * 2 // 10 + d * 2 % 10) for i, d in enumerate(reversed(digits)))
    return body + str(-total % 10)


@dataclass(frozen=True)
class Doctor:
    last: str
    first: str
    npi: str


@dataclass(frozen=True)
class Biller:
    """Who bills: `prefix` starts its patient control numbers; `institutional` says 837I."""

    name: str
    sender: str
    npi: str
    tax_id: str
    street: str
    taxonomy: str
    institutional: bool = False


@dataclass(frozen=True)
class Payer:
    """A payer and its habits. `level` scales Medicare's fee (percent); `remit_dates` are its payment days in order."""

    key: str
    name: str
    id: str
    filing: str
    filing_institutional: str
    tax_id: str
    level: int
    remit_dates: tuple[date, ...]
    institutional_dates: tuple[date, ...] = ()
    sends_line_control: bool = True
    strips_modifiers: bool = False
    line_dates: bool = True
    allowed_amounts: bool = True
    needs_authorization: bool = True
    needs_ndc: bool = False
    method: str = "ACH"
    coinsurance: int = 20
    sequester: bool = False
    denied_status: str = "1"
    negative_units: bool = True
    payee_by_tax: bool = False  # names the payee by tax id, not by NPI
    quantities: bool = field(default=False)


def _d(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat("2026-" + day) for day in days)


EASTMERE = Payer(
    "eastmere", "EASTMERE MEDICARE CONTRACTOR", "EMC01", "MB", "MA", "999000011", 100,
    _d("04-01", "04-15", "05-06", "06-03"), _d("04-03", "04-17", "05-08"),
    needs_authorization=False, sequester=True, negative_units=False, quantities=True,
)  # fmt: skip
ALDERWICK = Payer(
    "alderwick", "ALDERWICK HEALTH INSURANCE", "AHI01", "CI", "CI", "999000022", 132,
    _d("04-06", "04-20", "05-11", "06-08"), sends_line_control=False, strips_modifiers=True, needs_ndc=True,
)  # fmt: skip
PINEMOOR = Payer(
    "pinemoor", "PINEMOOR MUTUAL", "PMM01", "13", "13", "999000033", 148,
    _d("04-10", "04-24", "05-15", "06-12"), allowed_amounts=False, quantities=True,
)  # fmt: skip
QUAYSIDE = Payer(
    "quayside", "QUAYSIDE MEDICAID PLAN", "QMP01", "MC", "MC", "999000044", 71,
    _d("04-14", "04-28", "05-12", "05-20", "05-27"), sends_line_control=False, line_dates=False, needs_ndc=True,
    method="CHK", coinsurance=0, denied_status="4", allowed_amounts=False,
)  # fmt: skip
PAYERS = (EASTMERE, ALDERWICK, PINEMOOR, QUAYSIDE)

GROUP = Biller("THORNBRIDGE HEART GROUP", "THG001", npi(101), "999999901", "100 SAMPLE WAY", "207RC0000X")
HOSPITAL = Biller(
    "THORNBRIDGE GENERAL HOSPITAL", "TGH001", npi(202), "999999902", "200 SAMPLE WAY", "282N00000X", institutional=True
)
OAKHOLLOW = Biller("OAKHOLLOW CARDIOLOGY", "OHC001", npi(303), "999999903", "300 SAMPLE WAY", "207RC0000X")
CLEARINGHOUSE = ("FERNWAY CLEARING", "FERN01")

HALE = Doctor("HALE", "SIMON", npi(11))
MARSH = Doctor("MARSH", "IRIS", npi(12))
FENN = Doctor("FENN", "TOBIAS", npi(13))  # joined in March; one payer does not know him yet
BRANDT = Doctor("BRANDT", "NORA", npi(14))  # reads for Oakhollow
ATTENDING = Doctor("ORREN", "KIM", npi(15))
REFERRERS = (Doctor("DOYLE", "PAT", npi(21)), Doctor("WREN", "ALICE", npi(22)), Doctor("STOKE", "HUGO", npi(23)))

# Charges a unit, cents. "26" is the reading alone.
CHARGES = {
    "78452": 145000, "78452-26": 26000, "78451": 105000, "78451-26": 21000, "A9500": 12000, "A9502": 12600,
    "A9505": 9500, "J2785": 8000, "93015": 21000, "93016": 6500, "93018": 4800, "99213": 16500, "99214": 23500,
    "93000": 5500, "93306": 85000, "93306-26": 19500, "96374": 14000,
}  # fmt: skip
HOSPITAL_CHARGES = {
    "78452": 320000, "78451": 240000, "A9500": 24000, "A9502": 25200, "A9505": 19000, "J2785": 12500, "93017": 80000,
    "93306": 210000, "G0378": 9500, "99284": 98000, "84484": 8600, "93005": 17500,
}  # fmt: skip
# What Medicare allows a unit, cents; other payers by `Payer.level`.
FEES = {
    "78452": 45237, "78452-26": 6812, "78451": 31844, "78451-26": 6120, "A9500": 7218, "A9502": 7840, "A9505": 3410,
    "J2785": 5863, "93015": 7255, "93016": 2034, "93018": 1392, "99213": 8921, "99214": 12607, "93000": 1524,
    "93306": 19740, "93306-26": 7105,
}  # fmt: skip
APC_FEES = {"78452": 138416, "78451": 138416, "93306": 50733, "99284": 259877}
REVENUE = {
    "78452": "0341", "78451": "0341", "A9500": "0343", "A9502": "0343", "A9505": "0343", "J2785": "0636",
    "93017": "0482", "93306": "0480", "G0378": "0762", "99284": "0450", "84484": "0301", "93005": "0730",
}  # fmt: skip
HOSPITAL_PERCENT = {"alderwick": 62, "pinemoor": 58, "quayside": 31}
TRACERS = ("A9500", "A9502", "A9505")

# Diagnoses that usually bring a patient to a perfusion scan; the first stands for the usual one.
DIAGNOSES = ("I2510", "R0789", "I25119", "R079", "I209", "R9431", "R0602", "I2089")
SECOND_DIAGNOSES = ("I10", "E785", "E119", "Z8249")
LASTS = (
    "ARDEN", "BIRCH", "CALLOW", "DENBY", "ELSTON", "FARROW", "GARRICK", "HOLBY", "INGRAM", "JARROW", "KESTER",
    "LINDEN", "MORLEY", "NORTHAM", "OAKES", "PENROSE", "QUILL", "ROWAN", "SEDLEY", "TARRANT", "UPTON", "VARLEY",
    "WHITBY", "YARROW", "ASHCROFT", "BELLAMY", "CORBIN", "DUNMORE",
)  # fmt: skip
FIRSTS = (
    "ADA", "BEN", "CORA", "DEAN", "EDNA", "FINN", "GRETA", "HANK", "INEZ", "JOEL", "KAY", "LEO", "MAE", "NED",
    "OLGA", "PETE", "ROSA", "SAUL", "TESS", "VERN", "WANDA",
)  # fmt: skip
