"""What a payer does with one line or one whole claim. Every cent is put into its column here, by construction.

Each function fills an `Svc` whose charge is set; SVC02 - CAS = SVC03 always holds. Money is integer cents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from generator.model import Cas, Claim, Line, Svc

if TYPE_CHECKING:
    from generator.perturb.office import Office

DENIALS = ("197", "50", "16", "96", "109", "29", "27", "11", "B7", "31")
Decision = Callable[["Office", Svc], Svc]


def echo(line: Line, charge: int | None = None, units: int | None = None) -> Svc:
    """The line as it was billed, or a part of it, with nothing decided yet."""
    return Svc(
        line=line,
        code=line.code,
        modifiers=line.modifiers,
        charge=line.charge if charge is None else charge,
        paid=0,
        units=line.units if units is None else units,
        day=line.day,
        cas=[],
        revenue=line.revenue,
        until=line.until if charge is None else None,
    )


def paid(office: Office, svc: Svc) -> Svc:
    """Pay a part of the charge; write off some, leave some to the patient."""
    allowed = max(svc.charge * office.number(20, 95) // 100, 2)
    share = allowed * office.choice((0, 0, 10, 20, 20, 35)) // 100
    if allowed < svc.charge:
        svc.cas.append(Cas("CO", "45", svc.charge - allowed, "contractual"))
    if share:
        svc.cas.append(Cas("PR", office.choice(("1", "2", "3")), share, "patient"))
    svc.paid, svc.allowed, svc.state = allowed - share, allowed, "paid"
    return svc


def denied(office: Office, svc: Svc) -> Svc:
    svc.cas.append(Cas("CO", office.choice(DENIALS), svc.charge, "denied"))
    svc.state = "denied"
    return svc


def hidden(office: Office, svc: Svc) -> Svc:
    """The whole charge written off as if by contract: a denial all the same (at a hospital it may be packaging)."""
    if svc.revenue:
        return denied(office, svc)
    svc.cas.append(Cas("CO", "45", svc.charge, "denied"))
    svc.state = "denied"
    return svc


def patient_share(office: Office, svc: Svc) -> Svc:
    allowed = max(svc.charge * office.number(30, 90) // 100, 1)
    if allowed < svc.charge:
        svc.cas.append(Cas("CO", "45", svc.charge - allowed, "contractual"))
    svc.cas.append(Cas("PR", "1", allowed, "patient"))
    svc.allowed, svc.state = allowed, "patient-share"
    return svc


def partly(office: Office, svc: Svc) -> Svc:
    """Some of it paid, some of it denied."""
    refused = svc.charge * office.number(20, 60) // 100
    allowed = (svc.charge - refused) * office.number(40, 90) // 100
    svc.cas.append(Cas("CO", "45", svc.charge - refused - allowed, "contractual"))
    svc.cas.append(Cas("CO", "151", refused, "denied"))
    svc.paid, svc.allowed, svc.state = allowed, allowed, "reduced"
    return svc


def pending(office: Office, svc: Svc) -> Svc:
    del office
    svc.cas.append(Cas("OA", "133", svc.charge, "balance"))
    svc.state = "pending"
    return svc


def duplicate(office: Office, svc: Svc) -> Svc:
    svc.cas.append(Cas(office.choice(("OA", "CO")), "18", svc.charge, "denied"))
    svc.state = "denied"
    return svc


def nothing(office: Office, svc: Svc) -> Svc:
    """The answer to a line that charges nothing."""
    del office
    svc.state = ""
    return svc


MIXED: tuple[Decision, ...] = (*[paid] * 12, *[denied] * 5, patient_share, partly, hidden)


def lines(office: Office, claim: Claim, kinds: Sequence[Decision] = MIXED) -> list[Svc]:
    """An answer to every line of the claim, each decided by one of `kinds`."""
    return [one(office, line, kinds) for line in claim.lines]


def one(office: Office, line: Line, kinds: Sequence[Decision] = MIXED) -> Svc:
    return (office.choice(tuple(kinds)) if line.charge else nothing)(office, echo(line))


def whole(office: Office, claim: Claim, kind: str) -> list[Cas]:
    """The adjustments of a claim that is answered without service lines; what they leave is paid."""
    if kind == "denied":
        return [Cas("CO", office.choice(DENIALS), claim.charge, "denied")]
    allowed = claim.charge * office.number(30, 90) // 100
    share = allowed * office.choice((0, 10, 20)) // 100
    made = [Cas("CO", "45", claim.charge - allowed, "contractual")]
    return [*made, Cas("PR", "2", share, "patient")] if share else made
