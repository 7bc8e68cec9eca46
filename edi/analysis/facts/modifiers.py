"""Facts about modifiers (domain.md sections 1.2, 1.6 and 3, row 11)."""

from __future__ import annotations

import re

from edi.analysis.facts.places import global_in_facility
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import STUDY, coded, lines_with_role, place_of, same_day
from edi.analysis.model import ServiceLine
from edi.analysis.subject import SCANS, Subject

COMPONENT = {"26", "TC"}
BYPASS = {"59", "XE", "XS", "XP", "XU"}
_LATERAL = {"LT", "RT", "50"}
_WASTE = {"JW", "JZ"}
_NEUTRAL = {"GA", "GX", "GY", "GZ", "KX", "PO", "PN", "Q0", "Q1"}
_VISIT = re.compile(r"99[234]\d\d$")
_MEDI_CAL = re.compile(r"MEDI-?CAL\b", re.IGNORECASE)


def is_visit(code: str | None) -> bool:
    """Whether a code is a visit (evaluation and management)."""
    return bool(_VISIT.match(code or ""))


@fact("component-modifier-invalid", "837")
def component_modifier_invalid(subject: Subject) -> Seen | None:
    """26 or TC stands on a code that has no such parts."""
    for line in subject.lines:
        known = subject.reference.family.get(line.procedure or "")
        if known and known.valid_26_tc == "no" and COMPONENT & set(line.modifiers):
            return Seen(coded(line), line.id)
    return None


@fact("reduced-several-studies", "837")
def reduced_several_studies(subject: Subject) -> Seen | None:
    """A scan of several studies was billed as reduced or stopped (52, 53): what was left has a code of its own."""
    for line in lines_with_role(subject, SCANS):
        known = subject.reference.family.get(line.procedure or "")
        if known and known.studies == "several" and {"52", "53"} & set(line.modifiers):
            return Seen(coded(line), line.id)
    return None


@fact("both-component-modifiers", "837")
def both_component_modifiers(subject: Subject) -> Seen | None:
    """26 and TC stand on one line: that is the global service, billed without either."""
    found = next((line for line in subject.lines if set(line.modifiers) >= COMPONENT), None)
    return Seen(coded(found), found.id) if found else None


@fact("lateral-modifier", "837")
def lateral_modifier(subject: Subject) -> Seen | None:
    """A modifier for left, right or both sides, which the heart has not."""
    found = next((line for line in lines_with_role(subject, STUDY) if _LATERAL & set(line.modifiers)), None)
    return Seen(coded(found), found.id) if found else None


@fact("waste-modifier-missing", "837")
def waste_modifier_missing(subject: Subject) -> Seen | None:
    """A drug from a single-dose container in the office carries neither JW nor JZ.

    What was used beside a line for the waste needs neither: JW stands on the waste's own line.
    """
    if not subject.is_ours or not subject.is_professional:
        return None
    for line in lines_with_role(subject, {"agent"}):
        office = place_of(subject, line) not in subject.reference.facility_places
        if office and not _waste_said(subject, line):
            return Seen(f"{line.procedure} without JW or JZ", line.id)
    return None


def _waste_said(subject: Subject, line: ServiceLine) -> bool:
    """Whether the line says what became of the rest, or another of the claim says it for the drug and day (JW)."""
    return bool(_WASTE & set(line.modifiers)) or any(
        "JW" in o.modifiers and (o.procedure, o.service_date) == (line.procedure, line.service_date)
        for o in subject.claim.lines
    )


@fact("waste-modifier-missing-elsewhere", "837")
def waste_modifier_missing_elsewhere(subject: Subject) -> Seen | None:
    """A drug or tracer line carries neither JW nor JZ; payers differ on whether this one needs it."""
    if not subject.is_ours or waste_modifier_missing(subject) is not None:
        return None
    lines = lines_with_role(subject, {"tracer", "tracer-unlisted", "agent", "agent-adjunct", "reversal-agent"})
    found = next((line for line in lines if not _waste_said(subject, line)), None)
    return Seen(f"{found.procedure} without JW or JZ", found.id) if found else None


@fact("both-waste-modifiers", "837")
def both_waste_modifiers(subject: Subject) -> Seen | None:
    """JW and JZ stand on one line: drug was wasted, or none was."""
    found = next((line for line in subject.lines if set(line.modifiers) >= _WASTE), None)
    return Seen(coded(found), found.id) if found else None


@fact("waste-modifier-sent", "837")
def waste_modifier_sent(subject: Subject) -> Seen | None:
    """The drug line carries JW or JZ."""
    found = next((line for line in subject.lines if _WASTE & set(line.modifiers)), None)
    return Seen(coded(found), found.id) if found else None


@fact("separate-service-modifier", "837")
def separate_service_modifier(subject: Subject) -> Seen | None:
    """The line says that it is a separate service (59, XE, XS, XP or XU): the record must show it."""
    line = subject.line
    return Seen(coded(line), line.id) if line and subject.is_ours and BYPASS & subject.modifiers else None


@fact("separate-service-modifier-in-vain", "837")
def separate_service_modifier_in_vain(subject: Subject) -> Seen | None:
    """59 or an X modifier on a code whose pair no modifier can open (indicator 0)."""
    line = subject.line
    if line is None or not subject.is_ours or not BYPASS & subject.modifiers:
        return None
    setting = "practitioner" if subject.is_professional else "outpatient"
    for other in same_day(subject):
        if subject.reference.pair(setting, other.code, subject.code, subject.date) == "0":
            return Seen(f"{coded(line)}, pair {other.code}/{subject.code}", line.id)
    return None


@fact("visit-without-25", "837")
def visit_without_25(subject: Subject) -> Seen | None:
    """A visit on the day of a stress test carries no modifier 25."""
    line, stress = subject.line, _stress_test(subject)
    if line is None or not subject.is_ours or stress is None or "25" in subject.modifiers:
        return None
    return Seen(f"{coded(line)} beside {stress}", line.id)


@fact("visit-beside-stress-test", "837")
def visit_beside_stress_test(subject: Subject) -> Seen | None:
    """The line is a visit on the day of a stress test of the same biller."""
    stress = _stress_test(subject)
    return Seen(f"{subject.code} beside {stress}", subject.line.id) if stress and subject.line else None


@fact("visit-with-25", "837")
def visit_with_25(subject: Subject) -> Seen | None:
    """A visit on the day of a stress test carries modifier 25."""
    line, stress = subject.line, _stress_test(subject)
    if line is None or stress is None or "25" not in subject.modifiers:
        return None
    return Seen(f"{coded(line)} beside {stress}", line.id)


def _stress_test(subject: Subject) -> str | None:
    """The stress test of the same biller and day, where the row is a visit."""
    if not is_visit(subject.code):
        return None
    return next((o.code for o in same_day(subject) if subject.reference.role(o.code) == "stress-test"), None)


@fact("medi-cal-without-component", "837")
def medi_cal_without_component(subject: Subject) -> Seen | None:
    """A scan for Medi-Cal, which always wants 26 or TC, carries neither."""
    if not subject.is_ours or not _MEDI_CAL.search(subject.claim.payer_name or ""):
        return None
    found = next((line for line in lines_with_role(subject, SCANS) if not COMPONENT & set(line.modifiers)), None)
    return Seen(coded(found), found.id) if found else None


_FAULTS = (
    component_modifier_invalid,
    both_component_modifiers,
    lateral_modifier,
    waste_modifier_missing,
    both_waste_modifiers,
    separate_service_modifier_in_vain,
    visit_without_25,
    medi_cal_without_component,
    global_in_facility,
)


@fact("modifier-fault", "837")
def modifier_fault(subject: Subject) -> Seen | None:
    """The modifiers on the line do not fit the code, the place or the services beside it."""
    return next((seen for observe in _FAULTS if (seen := observe(subject)) is not None), None)


@fact("modifier-fits", "837")
def modifier_fits(subject: Subject) -> Seen | None:
    """The modifiers on the line are the ones that our tables want with this code and place."""
    line = subject.line
    if not subject.is_ours or line is None or modifier_fault(subject) is not None:
        return None
    role, found = subject.role, subject.modifiers - _NEUTRAL
    wanted: list[set[str]] = []
    if role in SCANS:
        wanted = [set(), {"26"}, {"TC"}]
    elif role == "stress-test":
        wanted = [set()]
    elif role == "agent":
        wanted = [{"JZ"}, {"JW"}]
    elif is_visit(subject.code) and _stress_test(subject):
        wanted = [{"25"}]
    if found not in wanted:
        return None
    return Seen(f"{coded(line)} in place {subject.place or '?'}", line.id)
