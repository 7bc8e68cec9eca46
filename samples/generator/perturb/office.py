"""Our side: who bills, who is treated, and claims with control numbers of several styles.

Everything random comes from `Billing` (one seed). Money is integer cents. Service dates lie in the first quarter of
2026 unless a story says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from generator.billing import Billing
from generator.model import Claim, Clp, Patient, Remit, Svc
from generator.perturb import shapes
from generator.world import FIRSTS, GROUP, HALE, HOSPITAL, LASTS, MARSH, OAKHOLLOW, Biller, Payer


def _payer(key: str, name: str, identifier: str, filing: str, tax: str, **more: Any) -> Payer:
    return Payer(key, name, identifier, filing, filing, tax, 100, (), needs_authorization=False, **more)


NORTHMERE = _payer("northmere", "NORTHMERE HEALTH PLAN", "NHP01", "CI", "999000111")
BRACKWATER = _payer("brackwater", "BRACKWATER MUTUAL", "BWM01", "12", "999000122", allowed_amounts=False)
SALTMARSH = _payer("saltmarsh", "SALTMARSH MEDICAID PLAN", "SMP01", "MC", "999000133", payee_by_tax=True)
GRAYLING = replace(
    _payer("grayling", "GRAYLING MEDICARE CONTRACTOR", "GMC01", "MB", "999000144"), filing_institutional="MA"
)
FALLOW = _payer("fallow", "FALLOW SUPPLEMENT COMPANY", "FSC01", "CI", "999000155")
TARN = _payer("tarn", "TARN BENEFIT TRUST", "TBT01", "CI", "999000166", allowed_amounts=False)
FIRST_PAYERS = (NORTHMERE, BRACKWATER, SALTMARSH, GRAYLING)
START, DAYS = date(2026, 1, 5), 80
CONTROL_STYLES = ("plain", "plain", "zeros", "lower", "mixed", "long", "long")


class Office(Billing):
    """Claims of ours. `strays` are remittance lines, and `stray_clps` whole answers, that belong to none of them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.payments: dict[tuple[str, str, date], Remit] = {}
        self.strays: list[tuple[Clp, Svc]] = []
        self.stray_clps: list[Clp] = []
        self._serial = 4100000
        self._icn = 0

    # ---- people and numbers

    def person(self) -> Patient:
        """Somebody new. Last names repeat, member ids never do."""
        self._people += 1
        n = self._people
        born = date(self.number(1938, 1998), self.number(1, 12), self.number(1, 28))
        member = (f"MBR{n:07d}", f"{n:09d}01", f"W{n:08d}")[n % 3]
        return Patient(self.choice(LASTS), self.choice(FIRSTS), born, self.choice("FM"), member)

    def _patient(self) -> Patient:
        """Somebody new: a subscriber, or a dependent of one."""
        who = self.person()
        if self.chance(0.12):
            who.dependent_of = self.person()
            who.last = who.dependent_of.last
        return who

    def other_person(self, than: Patient) -> Patient:
        """Somebody new whose first name, last name and birth date all differ."""
        while True:
            one = self.person()
            if one.last != than.last and one.first[:3] != than.first[:3] and one.born != than.born:
                return one

    def control(self, style: str = "") -> str:
        """A new patient control number of ours."""
        self._serial += 1
        n = self._serial
        return {
            "plain": f"{n}",
            "zeros": f"000{n}",
            "lower": f"{n}ab",
            "mixed": f"00{n}x",
            "long": f"{n:09d}mrn{n % 1000:03d}-visit-{n % 97:02d}",
        }[style or self.choice(CONTROL_STYLES)]

    def payer_number(self, payer: Payer) -> str:
        """A new CLP07 of the payer."""
        self._icn += 1
        return f"{payer.id[:2]}26{self._icn:08d}"

    # ---- days

    def service_day(self) -> date:
        return START + timedelta(self.number(0, DAYS))

    def payday(self, earliest: date) -> date:
        """Payers pay every other Friday."""
        day = earliest + timedelta((4 - earliest.weekday()) % 7)
        return day if day.isocalendar().week % 2 == 0 else day + timedelta(7)

    def later(self, day: date, low: int = 14, high: int = 45) -> date:
        return self.payday(day + timedelta(self.number(low, high)))

    # ---- claims

    def claim(self, shape: str = "", *, like: Claim | None = None, **given: Any) -> Claim:
        """A claim on its way to a payer. `shape` names its lines (see shapes); `like` repeats another claim's lines.

        Others: biller, payer, patient, day, control, style (of the control number), filed, kinds (shapes to choose of).
        """
        shape = shape or (shapes.of(like) if like else shapes.any_of(self, given.pop("kinds", ())))
        biller: Biller = given.get("biller") or self._biller(shape)
        day: date = given.get("day") or self.service_day()
        payer: Payer = given.get("payer") or self.choice(FIRST_PAYERS)
        filed: date = given.get("filed") or day + timedelta(7 - day.weekday())
        claim = Claim(
            control=given.get("control") or self.control(given.get("style", "")),
            biller=biller,
            payer=payer,
            patient=given.get("patient") or self._patient(),
            lines=[],
            scenario=self.scenario,
            pos="13" if biller.institutional else "11",
            rendering=None if biller.institutional else self.choice((HALE, MARSH)),
            batch="perturbed",
            filed=filed,
            shape=shape,
        )
        if like:
            claim.lines = [replace(line, row=type(line.row)(), place=None, day=day) for line in like.lines]
        else:
            shapes.fill(self, claim, day)
        self.line_controls(claim)
        self.claims.append(claim)
        return claim

    def _biller(self, shape: str) -> Biller:
        if shape in shapes.HOSPITAL_SHAPES:
            return HOSPITAL
        return OAKHOLLOW if self.chance(0.1) else GROUP

    def line_controls(self, claim: Claim, style: str = "") -> None:
        """REF*6R: none, one for each line (with leading zeros or not), the line's number, or carelessly one for all."""
        style = style or self.choice(("none", "none", "unique", "unique", "unique", "zeros", "number", "shared"))
        self._serial += 1
        for line in claim.lines:
            line.control = {
                "none": None,
                "unique": f"{self._serial}{line.number:02d}",
                "zeros": f"00{self._serial}{line.number:02d}",
                "number": f"{line.number}",
                "shared": f"{self._serial}",
            }[style]

    def again(self, claim: Claim, filed: date, **changes: Any) -> Claim:
        """The claim sent once more: word for word unless `changes` (fields of Claim) say otherwise."""
        fresh = self.resubmit(claim, filed=filed, batch="perturbed", scenario=claim.scenario, **changes)
        for line in fresh.lines:
            line.svd = []
        return fresh


def unique_controls(claim: Claim) -> bool:
    """Every line has a line control number of its own."""
    controls: Sequence[str | None] = [line.control for line in claim.lines]
    return None not in controls and len(set(controls)) == len(controls)
