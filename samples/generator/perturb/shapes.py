"""What a claim's lines look like. Within a claim, code and charge together name a line, except in the shapes that are
made to be hard: `twins` (identical lines) and `two-day` (the same dose on two days)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generator.model import Claim, Line

if TYPE_CHECKING:
    from generator.perturb.office import Office

CODES = (
    "78452", "A9500", "A9502", "J2785", "93015", "93016", "93018", "93306", "99213", "99214", "93000", "84484",
    "80061", "71046", "85025", "93970", "93880", "76700",
)  # fmt: skip
MODIFIERS = {
    "78452": ("26", "TC"), "93306": ("26", "59"), "99213": ("25",), "99214": ("25",), "J2785": ("JZ",),
    "A9500": ("KX",), "71046": ("26", "76"), "93970": ("59", "RT"), "76700": ("XU",), "80061": ("91",),
}  # fmt: skip
REVENUE = (
    "0250", "0258", "0270", "0300", "0301", "0305", "0320", "0341", "0343", "0402", "0480", "0482", "0636", "0730"
)  # fmt: skip
HOSPITAL_SHAPES = ("outpatient", "stay")
SHAPES = (
    *["office"] * 10, "long", "days", "twins", "two-day", "components", "one-code", "zero-line", *["outpatient"] * 3,
    "stay",
)  # fmt: skip


def any_of(office: Office, kinds: Sequence[str] = ()) -> str:
    return office.choice(tuple(kinds) or SHAPES)


def of(claim: Claim) -> str:
    return claim.shape


def fill(office: Office, claim: Claim, day: date) -> None:
    """Give the claim the lines of its shape."""
    {
        "office": _office,
        "long": _long,
        "days": _days,
        "twins": _twins,
        "two-day": _two_day,
        "components": _components,
        "one-code": _one_code,
        "zero-line": _zero_line,
        "outpatient": _outpatient,
        "stay": _stay,
    }[claim.shape](office, claim, day)


def _charge(office: Office) -> int:
    """Cents; no two lines cost the same but by design."""
    return office.number(20, 1800) * 100 + office.number(1, 99)


def _codes(office: Office, count: int) -> list[str]:
    left = list(CODES)
    return [left.pop(office.number(0, len(left) - 1)) for _ in range(count)]


def add(
    claim: Claim, code: str, charge: int, units: int, day: date, *modifiers: str, revenue: str | None = None
) -> Line:
    line = Line(
        number=len(claim.lines) + 1, code=code, modifiers=modifiers, charge=charge, units=units, day=day,
        revenue=revenue, pointers=() if claim.biller.institutional else (1,),
    )  # fmt: skip
    claim.lines.append(line)
    return line


def _with_modifiers(office: Office, claim: Claim, code: str, day: date, revenue: str | None = None) -> None:
    known = MODIFIERS.get(code, ())
    modifiers = known if known and office.chance(0.3) else known[:1] if known and office.chance(0.5) else ()
    add(claim, code, _charge(office), office.choice((1, 1, 1, 2, 3, 4)), day, *modifiers, revenue=revenue)


def _office(office: Office, claim: Claim, day: date) -> None:
    for code in _codes(office, office.number(1, 5)):
        _with_modifiers(office, claim, code, day)


def _long(office: Office, claim: Claim, day: date) -> None:
    for code in _codes(office, office.number(8, 16)):
        _with_modifiers(office, claim, code, day)


def _days(office: Office, claim: Claim, day: date) -> None:
    """A line that spans several days, a unit for each."""
    _office(office, claim, day)
    count = office.number(2, 4)
    line = add(claim, "G0378", _charge(office) * count, count, day)
    line.until = day + timedelta(count - 1)


def _twins(office: Office, claim: Claim, day: date) -> None:
    """The rest dose and the stress dose billed as two lines that are alike in everything."""
    for code in _codes(office, office.number(1, 2)):
        if code != "A9500":
            _with_modifiers(office, claim, code, day)
    charge = _charge(office)
    for _ in range(office.choice((2, 2, 3))):
        add(claim, "A9500", charge, 1, day)


def _two_day(office: Office, claim: Claim, day: date) -> None:
    charge = _charge(office)
    add(claim, "78452", _charge(office), 1, day)
    add(claim, "A9500", charge, 1, day)
    add(claim, "93015", _charge(office), 1, day)
    add(claim, "A9500", charge, 1, day + timedelta(1))


def _components(office: Office, claim: Claim, day: date) -> None:
    """One code twice, told apart by modifier and charge."""
    charge = _charge(office)
    add(claim, "78452", charge, 1, day, "26")
    add(claim, "78452", charge + office.number(100, 90000), 1, day, "TC")
    add(claim, "93306", _charge(office), 1, day)


def _one_code(office: Office, claim: Claim, day: date) -> None:
    """One code on several lines of different units and charge."""
    charge = _charge(office)
    for units in (1, 2):
        add(claim, "J2785", charge * units + units, units, day)
    add(claim, "99214", _charge(office), 1, day)


def _zero_line(office: Office, claim: Claim, day: date) -> None:
    """A line that reports without charging."""
    _office(office, claim, day)
    add(claim, "G8427", 0, 1, day)


def _revenue(office: Office, count: int) -> list[str]:
    left = list(REVENUE)
    return [left.pop(office.number(0, len(left) - 1)) for _ in range(count)]


def _outpatient(office: Office, claim: Claim, day: date) -> None:
    """Lines with revenue code and procedure, and some with the revenue code alone."""
    revenue = _revenue(office, office.number(2, 5))
    codes = _codes(office, len(revenue))
    for number, (code, own) in enumerate(zip(codes, revenue, strict=True)):
        if number and office.chance(0.35):
            add(claim, "", _charge(office), office.number(1, 3), day, revenue=own)
        else:
            _with_modifiers(office, claim, code, day, own)


def _stay(office: Office, claim: Claim, day: date) -> None:
    """Inpatient: revenue codes only, no dates on the lines."""
    claim.pos, claim.inpatient = "11", True
    add(claim, "", _charge(office) + 100000, office.number(1, 4), day, revenue="0120")
    for revenue in _revenue(office, office.number(1, 4)):
        add(claim, "", _charge(office), 1, day, revenue=revenue)
