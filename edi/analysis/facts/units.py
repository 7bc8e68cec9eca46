"""Facts about units (domain.md sections 1.3, 1.4, 2 and 3, row 25)."""

from __future__ import annotations

from edi.analysis.facts.modifiers import COMPONENT
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import same_day
from edi.analysis.subject import SCANS, SUPPLIES, Subject

_FREQUENCY_REMARKS = {"N115", "N435", "N640", "M86", "M90", "N357", "M1"}


def _units(line_units: float | int | None) -> float:
    return float(1 if line_units is None else line_units)


def _day_total(subject: Subject) -> float:
    """Units of the code that the biller charged for the day; a reading and its technical part are two things."""
    line = subject.line
    part = subject.modifiers & COMPONENT
    same = [o for o in same_day(subject) if o.code == subject.code and o.line and set(o.modifiers) & COMPONENT == part]
    mine = [o for o in same if o.case is subject.row.case]
    return _units(line.units if line else None) + sum(_units(o.line.units) for o in mine if o.line)


def _limit(subject: Subject) -> int | None:
    setting = "practitioner" if subject.is_professional else "outpatient"
    return subject.reference.mue(setting, subject.code, subject.date)


@fact("units-over-limit", "reference")
def units_over_limit(subject: Subject) -> Seen | NotChecked | None:
    """The units of the day are over the day's limit (MUE)."""
    line, limit = subject.line, _limit(subject)
    if line is None:
        return None
    if limit is None:
        return NotChecked(f"no MUE loaded for {subject.code} on {subject.date}")
    total = _day_total(subject)
    return Seen(f"{subject.code} x {total:g}, limit {limit}", line.id) if total > limit else None


@fact("units-within-limit", "reference")
def units_within_limit(subject: Subject) -> Seen | NotChecked | None:
    """The units of the day are within the day's limit (MUE)."""
    over = units_over_limit(subject)
    if over is None and subject.line is not None and subject.is_ours and not several_scans_on_line(subject):
        return Seen(f"{subject.code} x {_day_total(subject):g}, limit {_limit(subject)}", subject.line.id)
    return over if isinstance(over, NotChecked) else None


@fact("several-scans-on-line", "837")
def several_scans_on_line(subject: Subject) -> Seen | None:
    """More than one scan was billed on the line."""
    line = subject.line
    if line and subject.role in SCANS and _units(line.units) > 1:
        return Seen(f"{subject.code} x {line.units:g}", line.id)
    return None


@fact("too-many-units", "837")
def too_many_units(subject: Subject) -> Seen | NotChecked | None:
    """The line bills more than is payable in a day: units over the limit, or several scans on one line."""
    return several_scans_on_line(subject) or units_over_limit(subject)


@fact("frequency-remark", "835")
def frequency_remark(subject: Subject) -> Seen | None:
    """The payer's remark speaks of how often, or of a coverage policy, not of units."""
    found = next((r for r in subject.remarks if r.code in _FREQUENCY_REMARKS), None)
    return Seen(found.code, found.id) if found else None


@fact("units-said-over", "835")
def units_said_over(subject: Subject) -> Seen | None:
    """The payer says that the units are over its limit (N362)."""
    remark = next((r for r in subject.remarks if r.code == "N362"), None)
    return Seen("N362", remark.id) if remark else None


@fact("units-unusual", "837")
def units_unusual(subject: Subject) -> Seen | None:
    """The units are outside what one study takes: activity billed as doses, or doses billed as units of a drug."""
    known = subject.reference.family.get(subject.code or "")
    line = subject.line
    if not known or not line or line.units is None or subject.role not in SUPPLIES:
        return None
    low, high, units = known.usual_min, known.usual_max, float(line.units)
    if (high is not None and units > high) or (low is not None and units < low):
        usual = f"{low:g} to {high:g}" if low is not None and high is not None and low != high else f"{high or low:g}"
        return Seen(f"{subject.code} x {units:g}, usually {usual}", line.id)
    return None


@fact("adenosine-billed-as-regadenoson", "837")
def adenosine_billed_as_regadenoson(subject: Subject) -> Seen | None:
    """J0153 with 4 units: that is the usual count of J2785, another drug."""
    line = subject.line
    if line and line.procedure == "J0153" and _units(line.units) == 4:
        return Seen("J0153 x 4", line.id)
    return None
