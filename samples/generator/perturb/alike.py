"""Lines that are hard to tell apart: identical ones, and one dose on each of two days; and what must stay unlinked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import Row, Svc

if TYPE_CHECKING:
    from generator.perturb.office import Office

UNTOLD = ("claim", "none")  # date styles that do not tell the days of a two-day claim apart


def tag(svc: Svc, *situations: str) -> Svc:
    svc.situations = (*svc.situations, *situations)
    return svc


def unlinkable(svc: Svc) -> Svc:
    """This SVC must find no line: it is a row by itself."""
    row = svc.row = Row(state=svc.state, first_state=svc.state or "?", unsaid=() if svc.state else ("state",))
    row.paid = svc.paid
    for cas in svc.cas:
        setattr(row, cas.bucket, getattr(row, cas.bucket) + cas.cents)
    svc.line = None
    return svc


def twins(office: Office, svcs: list[Svc], unique: bool, tame: bool) -> list[Svc]:
    """As many answers as twins go to them in order; fewer can be anybody's."""
    twins = [svc for svc in svcs if svc.code == "A9500"]
    if not tame and office.chance(0.35):
        gone = office.choice(twins)
        svcs = [svc for svc in svcs if svc is not gone]
        twins = [tag(svc, "fewer-answers-than-twins") for svc in twins if svc is not gone]
        if not unique:
            for svc in twins:
                unlinkable(svc)
    elif office.chance(0.2):
        for svc in twins:
            tag(svc, "modifier-added").modifiers = ("KX",)
    for svc in twins:
        tag(svc, "twins")
    return svcs


def two_day(office: Office, svcs: list[Svc], unique: bool, dates: str, tame: bool) -> list[Svc]:
    """Without days and line numbers only the order of all lines tells the doses apart."""
    doses = [tag(svc, "two-day") for svc in svcs if svc.code == "A9500"]
    blurred = dates in UNTOLD and not unique
    if tame or not office.chance(0.7):
        return svcs
    if office.chance(0.5):
        gone = office.choice(doses)
        svcs, doses = [svc for svc in svcs if svc is not gone], [svc for svc in doses if svc is not gone]
    else:
        svcs = [svcs[2], svcs[0], svcs[1], svcs[3]]
    if blurred:
        for svc in doses:
            unlinkable(tag(svc, "day-not-told"))
    return svcs
