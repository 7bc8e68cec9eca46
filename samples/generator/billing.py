"""The billing office: patients and claims in order, all from one seed.

Scenarios call `office`, `reading` and `hospital` for a first claim and `resubmit` for what is sent later. Money is
integer cents. What payers do with the claims is in `month`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from generator.model import Claim, Clp, Line, Patient, Remit, Row
from generator.world import (
    CHARGES,
    DIAGNOSES,
    FIRSTS,
    GROUP,
    HALE,
    HOSPITAL,
    HOSPITAL_CHARGES,
    LASTS,
    MARSH,
    OAKHOLLOW,
    REFERRERS,
    REVENUE,
    SECOND_DIAGNOSES,
    TRACERS,
    Biller,
    Doctor,
    Payer,
)

T = TypeVar("T")
Codes = Sequence[tuple[str, int]]
WEEKDAYS = tuple(d for d in (date(2026, 3, 1) + timedelta(n) for n in range(31)) if d.weekday() < 5)
FILED = {"first": date(2026, 3, 16), "second": date(2026, 4, 1)}
HALF = date(2026, 3, 13)  # the last service day of the first batch
RESUBMITTED = date(2026, 4, 27)
PROTOCOLS = {
    "pharm": (("78452", 1), ("A9500", 2), ("J2785", 4), ("93015", 1)),
    "exercise": (("78452", 1), ("A9502", 2), ("93015", 1)),
    "single": (("78451", 1), ("A9500", 1), ("93015", 1)),
    "dual": (("78452", 1), ("A9505", 3), ("A9500", 1), ("93015", 1)),
    "read": (("78452-26", 1), ("93016", 1), ("93018", 1)),
    "read-single": (("78451-26", 1), ("93018", 1)),
    "visit": (("99214", 1), ("93000", 1)),
    "echo": (("93306", 1),),
    "opps": (("78452", 1), ("A9500", 2), ("J2785", 4), ("93017", 1)),
    "opps-exercise": (("78452", 1), ("A9502", 2), ("93017", 1)),
    "observation": (
        ("99284", 1), ("G0378", 20), ("78452", 1), ("A9500", 2), ("J2785", 4), ("93017", 1), ("84484", 2), ("93005", 1)
    ),
}  # fmt: skip


class Billing:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.claims: list[Claim] = []  # in the order of billing
        self.remits: dict[tuple[str, str, int], Remit] = {}
        self.unmatched: list[Clp] = []
        self.scenario = "ordinary"
        self._account = 26100
        self._people = 0
        self._numbers = 0

    # ---- chance: only random() is used, whose sequence Python promises for a seed

    def choice(self, items: Sequence[T]) -> T:
        return items[int(self._random.random() * len(items))]

    def chance(self, rate: float) -> bool:
        return self._random.random() < rate

    def number(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))

    # ---- people

    def patient(self, payer: Payer) -> Patient:
        self._people += 1
        n = self._people
        old = payer.key == "eastmere"
        born = date(self.number(1936, 1960) if old else self.number(1962, 1989), self.number(1, 12), self.number(1, 28))
        return Patient(
            last=LASTS[n * 7 % len(LASTS)] if n % 3 else self.choice(LASTS),
            first=self.choice(FIRSTS),
            born=born,
            sex=self.choice("FM"),
            member_id=self._member_id(payer, n),
        )

    def _member_id(self, payer: Payer, n: int) -> str:
        if payer.key == "eastmere":  # of the shape of the example that CMS publishes
            letters = "ACDEFGHJKMNPQRTUVWXY"
            return f"1EG4TE{n // 40000 % 10}{letters[n // 2000 % 20]}{letters[n // 100 % 20]}{n % 100:02d}"
        if payer.key == "alderwick":
            return f"AHI{900100000 + n}"
        if payer.key == "pinemoor":
            return f"PMM{70010000 + n}01"
        return f"{30000000 + n:010d}"

    def dependent(self, payer: Payer) -> Patient:
        """A spouse insured under somebody else's policy."""
        subscriber = self.patient(payer)
        spouse = self.patient(payer)
        spouse.last, spouse.member_id, spouse.dependent_of = subscriber.last, subscriber.member_id, subscriber
        return spouse

    # ---- billing

    def day(self, half: str = "") -> date:
        days = [d for d in WEEKDAYS if not half or (d <= HALF) == (half == "first")]
        return self.choice(days[:-1])  # never the last day, so that a two-day protocol fits

    def office(self, payer: Payer, codes: str | Codes = "pharm", **more: Any) -> Claim:
        """A claim of the heart group for its own office (POS 11); `codes`: a protocol's name or (code, units) pairs."""
        return self._claim(payer, GROUP, codes, "11", **more)

    def reading(self, payer: Payer, codes: str | Codes = "read", **more: Any) -> Claim:
        """The physician's part of a study at the hospital (POS 22)."""
        return self._claim(payer, GROUP, codes, "22", **more)

    def hospital(self, payer: Payer, codes: str | Codes = "opps", **more: Any) -> Claim:
        """The hospital's outpatient claim (837I, bill type 131)."""
        return self._claim(payer, HOSPITAL, codes, "13", **more)

    def second_group(self, payer: Payer, codes: Codes, **more: Any) -> Claim:
        """Another group that bills a study at the hospital."""
        return self._claim(payer, OAKHOLLOW, codes, "22", **more)

    def two_day(self, payer: Payer) -> Claim:
        """Stress on one day, rest on the next; each dose on its own day, the scan once."""
        claim = self.office(payer, (("78452", 1), ("A9500", 1)))
        second = claim.first_day + timedelta(1 if claim.first_day.weekday() < 4 else 3)
        for code, units in (("A9500", 1), ("93015", 1)):
            self.line(claim, code, units, second if code == "A9500" else claim.first_day)
        claim.filed = FILED["first" if claim.last_day <= HALF else "second"]
        claim.batch = "first" if claim.filed == FILED["first"] else "second"
        return claim

    def shadow(self, payer: Payer, protocol: str, **more: Any) -> Claim:
        """A claim of another system: remittances speak of it, no 837 of ours holds it."""
        claim = self.reading(payer, protocol, **more) if protocol == "read" else self.office(payer, protocol, **more)
        self.claims.remove(claim)
        return claim

    def _claim(
        self,
        payer: Payer,
        biller: Biller,
        protocol: str | Codes,
        pos: str,
        *,
        day: date | None = None,
        half: str = "",
        patient: Patient | None = None,
        authorization: str | None = "yes",
        rendering: Doctor | None = None,
        diagnoses: tuple[str, ...] | None = None,
        filed: date | None = None,
        long_control: bool = False,
        units: dict[str, int] | None = None,
    ) -> Claim:
        """A claim as this office usually bills it: tracer cost notes for Medicare, NDC where a payer wants it."""
        day = day or self.day(half)
        self._account += 1
        n = self._account
        codes = PROTOCOLS[protocol] if isinstance(protocol, str) else protocol
        scan = any(code.startswith("7845") for code, _ in codes)
        claim = Claim(
            control=self._control(biller, pos, n, long_control),
            biller=biller,
            payer=payer,
            patient=patient or self.patient(payer),
            lines=[],
            scenario=self.scenario,
            pos=pos,
            rendering=None if biller.institutional else rendering or self.choice((HALE, HALE, MARSH)),
            referring=self.choice(REFERRERS) if scan else None,
            diagnoses=diagnoses or (self.choice(DIAGNOSES), self.choice(SECOND_DIAGNOSES)),
            medical_record=f"MRN{n}" if biller.institutional else None,
        )
        if scan and payer.needs_authorization and authorization:
            claim.authorization = f"PA{n}{payer.id[0]}" if authorization == "yes" else authorization
        for code, count in codes:
            self.line(claim, code, (units or {}).get(code, count), day)
        claim.filed = filed or FILED["first" if claim.last_day <= HALF else "second"]
        claim.batch = "first" if claim.filed == FILED["first"] else "second"
        self.claims.append(claim)
        return claim

    def _control(self, biller: Biller, pos: str, n: int, long: bool) -> str:
        if biller.institutional:
            return f"H26{n:07d}"
        if biller is not GROUP:
            return f"OH-{n}"
        return f"{n:08d}{'a' if pos == '11' else 'h'}{'-portal-entry' if long else ''}"

    def line(self, claim: Claim, code: str, units: int, day: date, *modifiers: str) -> Line:
        base, _, modifier = code.partition("-")
        mods = ((modifier,) if modifier else ()) + modifiers
        if base == "J2785" and not claim.biller.institutional and not mods:
            mods = ("JZ",)
        prices = HOSPITAL_CHARGES if claim.biller.institutional else CHARGES
        key = code if code in prices else base
        number = len(claim.lines) + 1
        account = "".join(c for c in claim.control if c.isdigit())
        tracer = base in TRACERS and claim.payer.key == "eastmere" and not claim.biller.institutional
        measure = "MCI" if base == "A9505" else "DOSES"
        line = Line(
            number=number,
            code=base,
            modifiers=mods,
            charge=prices[key] * units,
            units=units,
            day=day,
            revenue=REVENUE[base] if claim.biller.institutional else None,
            control=f"{account}{number:02d}" if claim.payer.sends_line_control else None,
            pointers=() if claim.biller.institutional else (1, 2)[: len(claim.diagnoses)],
            ndc=base == "J2785" and claim.payer.needs_ndc and not claim.biller.institutional,
            note=f"INVOICE COST {units * 61}.20 FOR {units} {measure}" if tracer else None,
        )
        claim.lines.append(line)
        return line

    def resubmit(self, claim: Claim, *, pointers: tuple[int, ...] | None = None, **changes: Any) -> Claim:
        """The same claim once more, in the file of resubmissions; `changes` are fields of Claim that differ."""
        lines = [
            replace(line, row=Row(), place=None, pointers=line.pointers if pointers is None else pointers)
            for line in claim.lines
        ]
        fresh = replace(
            claim, lines=lines, whole=Row(), extra=None, place=None, scenario=self.scenario, batch="again",
            filed=RESUBMITTED, patient=copy(claim.patient),
        )  # fmt: skip
        fresh = replace(fresh, **changes)
        self.claims.append(fresh)
        return fresh

    def next_control(self, suffix: str = "a") -> str:
        self._account += 1
        return f"{self._account:08d}{suffix}"
