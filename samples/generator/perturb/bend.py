"""How a payer reports the lines that it decided: what it leaves out, changes, splits, merges or puts elsewhere.

A bend never changes which line an answer is about; where it takes away too much to tell, the answer's line must stay
unlinked (`unlinkable`). Names of bends are the situations that the truth tells of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from generator.model import Cas, Claim, Line, Svc
from generator.perturb import alike, decide
from generator.perturb.alike import tag
from generator.perturb.office import unique_controls

if TYPE_CHECKING:
    from generator.perturb.office import Office

REPEATED_CODES = ("twins", "two-day", "components", "one-code")
OTHER_CODES = ("78451", "93350", "99212", "A9505", "93017", "82550")
PRODUCTS = ("93017", "93016", "93018", "78451", "82947")


def bend(office: Office, claim: Claim, svcs: list[Svc], dates: str, *, tame: bool, money: bool) -> list[Svc]:
    """The SVCs that the payer writes. `tame`: every line is answered and can be found; `money`: amounts may move."""
    returned = _return_controls(office, claim, svcs)
    unique = returned and unique_controls(claim)
    if claim.shape == "twins":
        return alike.twins(office, svcs, unique, tame)
    if claim.shape == "two-day":
        return alike.two_day(office, svcs, unique, dates, tame)
    made: list[Svc] = []
    bundled = _bundle(office, svcs) if money and office.chance(0.05) else []
    for svc in svcs:
        if svc.charge == 0 or svc in bundled:
            made.append(svc)
        else:
            made += _one(office, claim, svc, dates, unique, money)
    if not tame and len(claim.lines) > 1 and not bundled and office.chance(0.06):
        gone = office.choice(claim.lines)
        made = [svc for svc in made if svc.line is not gone]
    if not tame and office.chance(0.03):
        made.append(_not_ours(office, claim))
    return _shuffled(office, made)


def _return_controls(office: Office, claim: Claim, svcs: list[Svc]) -> bool:
    """REF*6R comes back only if sent; some payers send the line's place although it was not."""
    sent = any(line.control for line in claim.lines)
    if sent and office.chance(0.75):
        for svc in svcs:
            assert svc.line is not None
            svc.control = svc.line.control
        if svcs[0].control and svcs[0].control.startswith("00") and office.chance(0.4):
            for svc in svcs:
                svc.control = (svc.control or "").lstrip("0")
                tag(svc, "line-control-without-zeros")
            return False
        if not unique_controls(claim):
            for svc in svcs:
                tag(svc, "shared-line-control")
        return True
    if sent:
        for svc in svcs:
            tag(svc, "line-control-dropped")
    elif claim.shape not in ("twins", "two-day") and office.chance(0.1):
        for number, svc in enumerate(svcs, 1):
            tag(svc, "place-as-line-control").control = str(number)
    return False


def _shuffled(office: Office, svcs: list[Svc]) -> list[Svc]:
    if len(svcs) < 2 or not office.chance(0.2):
        return svcs
    left, mixed = list(svcs), []
    while left:
        mixed.append(left.pop(office.number(0, len(left) - 1)))
    return [tag(svc, "other-order") for svc in mixed]


# ---- one line


def _one(office: Office, claim: Claim, svc: Svc, dates: str, unique: bool, money: bool) -> list[Svc]:
    if money and office.chance(0.25):
        change = office.choice((_split, _split, _unbundle, _recode, _recharge))
        made = change(office, claim, svc, dates, unique)
        if made:
            return [_small(office, part, whole=len(made) == 1) for part in made]
    return [_small(office, svc, whole=True)]


def _small(office: Office, svc: Svc, whole: bool) -> Svc:
    """Modifiers, units, revenue code in place of the procedure: several of them may come together."""
    shown = svc.submitted[1] if svc.submitted else svc.modifiers
    if shown and office.chance(0.25):
        shown = ()
        tag(svc, "modifiers-dropped")
    elif len(shown) > 1 and office.chance(0.3):
        shown = tuple(reversed(shown))
        tag(svc, "modifiers-reordered")
    elif svc.code and office.chance(0.05):
        shown = (*shown, "GC")
        tag(svc, "modifier-added")
    if svc.submitted:
        svc.submitted = (svc.submitted[0], shown)
    else:
        svc.modifiers = shown
    if svc.until and office.chance(0.5):
        svc.until = None
        tag(svc, "first-day-only")
    if whole and svc.units and office.chance(0.2):
        _units(office, svc)
    kept = "charge-changed" not in svc.situations
    if whole and kept and svc.code and not svc.submitted and svc.revenue and office.chance(0.15):
        svc.code, svc.modifiers = "", ()
        tag(svc, "revenue-for-procedure")
    elif not svc.code:
        tag(svc, "revenue-only")
    return svc


def _units(office: Office, svc: Svc) -> None:
    billed = svc.units
    if office.chance(0.4):
        svc.units = None
        tag(svc, "units-missing")
        return
    svc.units = office.number(1, 9)
    if svc.units != billed:
        tag(svc, "units-changed")
        if office.chance(0.4):
            svc.submitted_units = billed
            tag(svc, "original-units-given")


def _split(office: Office, claim: Claim, svc: Svc, dates: str, unique: bool) -> list[Svc]:
    """Several lines in place of one; charges and units add up. What spans several days comes day by day."""
    line = svc.line
    assert line is not None
    if line.until:
        return _split_by_day(office, svc, line) if svc.state == "paid" and dates in ("line", "both") else []
    if line.units < 2 or line.charge < 1000 or svc.state not in ("paid", "denied"):
        return []
    del claim, unique
    count = office.choice((2, 2, min(3, line.units)))
    parts: list[Svc] = []
    for number in range(count):
        last = number == count - 1
        charge = line.charge - sum(p.charge for p in parts) if last else line.charge * office.number(20, 45) // 100
        units = line.units - (count - 1) if last else 1
        kind = decide.paid if svc.state == "paid" and (number == 0 or office.chance(0.7)) else decide.denied
        part = kind(office, decide.echo(line, charge, units))
        part.control = svc.control
        parts.append(part)
    refused = any(part.state == "denied" for part in parts)
    state = "denied" if svc.state == "denied" else "reduced" if refused else "paid"
    for part in parts:
        part.state, part.situations, part.remarks = state, (*svc.situations, "split"), ("N123",)
    return parts


def _split_by_day(office: Office, svc: Svc, line: Line) -> list[Svc]:
    parts: list[Svc] = []
    for number in range(line.units):
        left = line.charge - sum(part.charge for part in parts)
        part = decide.paid(office, decide.echo(line, left // (line.units - number), 1))
        part.day, part.control = line.day + timedelta(number), svc.control
        part.situations = (*svc.situations, "split-by-day")
        parts.append(part)
    return parts


def _unbundle(office: Office, claim: Claim, svc: Svc, dates: str, unique: bool) -> list[Svc]:
    """Products of one line: the first keeps the charge, the others charge nothing and are lifted by OA-94."""
    if svc.state != "paid" or not svc.code or (claim.shape in REPEATED_CODES and not unique):
        return []
    del dates
    codes = [code for code in PRODUCTS if code != svc.code]  # the adjudicated code always differs
    svc.submitted = (svc.code, svc.modifiers)
    svc.code, svc.modifiers = codes.pop(office.number(0, len(codes) - 1)), ()
    svc.state = ""
    products = [tag(svc, "unbundled")]
    for _ in range(office.choice((1, 1, 2))):
        lift = office.number(5, 90) * 100
        products.append(
            replace(
                svc,
                code=codes.pop(office.number(0, len(codes) - 1)),
                charge=0,
                paid=lift,
                units=1,
                allowed=lift,
                cas=[Cas("OA", "94", -lift, "other")],
            )
        )
    return products


def _recode(office: Office, claim: Claim, svc: Svc, dates: str, unique: bool) -> list[Svc]:
    """Answered under another code: with the submitted code beside it (SVC06), or with the line's number alone."""
    del dates
    if svc.state != "paid" or not svc.code:
        return []
    if office.chance(0.6):
        svc.submitted = (svc.code, svc.modifiers)
        svc.state = "reduced"
        tag(svc, "submitted-code-beside")
    elif unique and claim.shape not in REPEATED_CODES:
        svc.state = ""
        tag(svc, "other-code-same-line-control")
    else:
        return []
    svc.code, svc.modifiers = office.choice(OTHER_CODES), ()
    return [svc]


def _recharge(office: Office, claim: Claim, svc: Svc, dates: str, unique: bool) -> list[Svc]:
    """The payer repeats another charge than ours. What its answer does not explain stays open (balance)."""
    if svc.state != "paid" or not svc.code or claim.shape in REPEATED_CODES:
        return []
    if not unique and dates in alike.UNTOLD:
        return []
    assert svc.line is not None
    fresh = decide.paid(office, decide.echo(svc.line, svc.charge * office.number(50, 90) // 100))
    fresh.control, fresh.situations = svc.control, (*svc.situations, "charge-changed")
    return [fresh]


# ---- several lines


def _bundle(office: Office, svcs: list[Svc]) -> list[Svc]:
    """Every one of them under a new code with the submitted one beside it; one is lifted (OA-94), the rest CO-97."""
    chosen = [svc for svc in svcs if svc.state == "paid" and svc.code and svc.charge][:3]
    if len(chosen) < 2 or any(svc.revenue for svc in chosen):
        return []
    code = office.choice(OTHER_CODES)
    for number, svc in enumerate(chosen):
        svc.submitted = (svc.code, svc.modifiers)
        svc.code, svc.modifiers = code, ()
        tag(svc, "bundled")
        if number:
            svc.cas, svc.paid, svc.allowed = [Cas("CO", "97", svc.charge, "denied")], 0, 0
            svc.state = "denied"
        else:
            lift = office.number(10, 80) * 100
            svc.cas.append(Cas("OA", "94", -lift, "other"))
            svc.paid, svc.state = svc.paid + lift, ""
    return chosen


def _not_ours(office: Office, claim: Claim) -> Svc:
    """A line that was never on the claim."""
    code = office.choice(OTHER_CODES)
    stranger = Line(0, code, (), office.number(20, 300) * 100, 1, claim.first_day)
    if office.chance(0.3):  # the code that a bundle was paid under, without a word of what was submitted
        stranger.charge, lift = 0, office.number(10, 90) * 100
        svc = decide.echo(stranger)
        svc.cas, svc.paid, svc.state = [Cas("OA", "94", -lift, "other")], lift, ""
        return alike.unlinkable(tag(svc, "line-not-ours-at-zero"))
    return alike.unlinkable(tag(decide.paid(office, decide.echo(stranger)), "line-not-ours"))
