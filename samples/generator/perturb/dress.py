"""How a payer repeats what names the claim: patient control number, member id, dates.

What is changed here still lets the claim be found; what must not be found is told in stories_strangers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from generator.model import Clp

if TYPE_CHECKING:
    from generator.perturb.office import Office

DATES = (*["line"] * 14, *["claim"] * 3, *["both"] * 2, "none")


def dates(office: Office, shape: str) -> str:
    """Where an answer says when the services were: on the lines, on the claim, on both or nowhere."""
    return office.choice(("line", "claim", "none") if shape == "two-day" else DATES)


def dress(office: Office, clp: Clp, control: str, *, lost: bool, mangle: bool = True) -> None:
    """Set CLP01 and the patient's id. `lost`: the answer may do without our number, for all else is there."""
    clp.control = control
    if clp.dates in ("claim", "none"):
        tag(clp, {"claim": "dates-of-the-claim-only", "none": "dates-missing"}[clp.dates])
    gone = lost and clp.dates in ("line", "both", "claim") and office.chance(0.12)
    if gone:
        _lose(office, clp)
    elif mangle and office.chance(0.5):
        clp.control = mangled(office, clp, control)
    _member(office, clp, gone)


def tag(clp: Clp, *situations: str) -> None:
    clp.situations = (*clp.situations, *situations)


def _lose(office: Office, clp: Clp) -> None:
    clp.control = office.choice(("0", "", "NOTGIVEN"))
    tag(clp, {"0": "number-zero", "": "number-blank", "NOTGIVEN": "number-unknown"}[clp.control])


def mangled(office: Office, clp: Clp, control: str) -> str:
    """Upper case, leading zeros off, cut at 17 or 20 characters: any of them, as far as they change anything."""
    for name in ("upper-cased", "zeros-stripped", office.choice(("cut-at-17", "cut-at-20"))):
        changed = _CHANGES[name](control)
        if office.chance(0.6) and changed != control:
            control = changed
            tag(clp, name)
    return control


def _cut(at: int) -> Callable[[str], str]:
    return lambda text: text[:at]


_CHANGES: dict[str, Callable[[str], str]] = {
    "upper-cased": str.upper,
    "zeros-stripped": lambda text: text.lstrip("0"),
    "cut-at-17": _cut(17),
    "cut-at-20": _cut(20),
}


def _member(office: Office, clp: Clp, gone: bool) -> None:
    """The payer knows the member under another id: it says so (NM1*74), uses it at once, or sends none."""
    how = office.number(1, 100)
    other = f"NEW{office.number(10**7, 10**8 - 1)}"
    if how <= 8:
        clp.corrected_id = other
        tag(clp, "member-corrected")
    elif how <= 12:
        clp.shown_id, clp.corrected_id = other, clp.patient.subscriber.member_id
        tag(clp, "member-corrected-to-ours")
    elif how <= 16 and not gone:
        clp.shown_id = other
        tag(clp, "member-other")
    elif how <= 19 and not gone:
        clp.shown_id = None
        tag(clp, "member-missing")
