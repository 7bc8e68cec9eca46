"""The everyday claims that make most of the month: office studies, readings at the hospital, its own claims, visits."""

from __future__ import annotations

from datetime import date

from generator.answers import bundle_tracer, opps, package, pay, pay_all, pay_percent
from generator.model import Claim, Svc
from generator.month import Month
from generator.world import ALDERWICK, EASTMERE, HOSPITAL_PERCENT, PAYERS, PINEMOOR, QUAYSIDE, TRACERS, Payer

# How many everyday claims of each kind a month holds, by payer: eastmere, alderwick, pinemoor, quayside.
OFFICE = {
    "pharm": (11, 11, 4, 5),
    "exercise": (8, 8, 3, 3),
    "single": (2, 2, 1, 1),
    "dual": (1, 2, 0, 0),
    "visit": (6, 6, 2, 3),
    "echo": (3, 2, 1, 1),
}
PAIRS = (9, 4, 0, 2)  # hospital claim and reading of the same study


def pay_office(claim: Claim, *, deductible: int = 0, copay: int | None = None) -> list[Svc]:
    """Pay as usual; Pinemoor folds tracers into the scan by contract."""
    svcs = pay_all(claim, deductible=deductible, copay=copay)
    if claim.payer is PINEMOOR:
        svcs = [bundle_tracer(x.line, PINEMOOR) if x.line and x.line.code in TRACERS else x for x in svcs]
    return svcs


def office(m: Month, payer: Payer, protocol: str) -> None:
    family = payer is ALDERWICK and m.chance(0.3)
    claim = m.office(
        payer,
        protocol,
        patient=m.dependent(payer) if family else None,
        long_control=payer is QUAYSIDE and m.chance(0.4),
    )
    deductible = m.number(20, 180) * 100 if payer.coinsurance and m.chance(0.15) else 0
    copay = 3000 if payer is PINEMOOR and protocol == "visit" else None
    m.answer(claim, pay_office(claim, deductible=deductible, copay=copay))


def pair(m: Month, payer: Payer) -> None:
    """The hospital bills the study, the group the reading."""
    patient, day = m.patient(payer), m.day()
    site = m.hospital(payer, m.choice(("opps", "opps", "opps-exercise")), patient=patient, day=day)
    if payer is EASTMERE:
        m.answer(site, opps(site, deductible=28300 if m.chance(0.1) else 0))
    else:
        m.answer(site, [pay_percent(line, payer, HOSPITAL_PERCENT[payer.key]) for line in site.lines])
    read = m.reading(payer, patient=patient, day=day)
    m.answer(read, pay_all(read))


def two_day_protocol(m: Month) -> None:
    for payer in (EASTMERE, ALDERWICK):
        claim = m.two_day(payer)
        m.answer(claim, pay_all(claim))


def observation(m: Month) -> None:
    """An observation stay that earns a comprehensive APC: one payment on the visit line, everything else packaged."""
    patient = m.patient(EASTMERE)
    claim = m.hospital(EASTMERE, "observation", patient=patient, day=date(2026, 3, 11))
    visit = pay(claim.lines[0], EASTMERE, references=(("APC", "8011"),))
    m.answer(claim, [visit, *(package(line, EASTMERE) for line in claim.lines[1:])])
    read = m.reading(EASTMERE, patient=patient, day=date(2026, 3, 11))
    m.answer(read, pay_all(read))


def everyday(m: Month) -> None:
    """All of it, in an order that mixes payers and kinds."""
    todo: list[tuple[str, Payer]] = []
    for protocol, counts in OFFICE.items():
        for payer, count in zip(PAYERS, counts, strict=True):
            todo += [(protocol, payer)] * count
    for payer, count in zip(PAYERS, PAIRS, strict=True):
        todo += [("pair", payer)] * count
    while todo:
        protocol, payer = todo.pop(m.number(0, len(todo) - 1))
        if protocol == "pair":
            pair(m, payer)
        else:
            office(m, payer, protocol)
    two_day_protocol(m)
    observation(m)
