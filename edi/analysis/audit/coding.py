"""Checks on codes, modifiers and places (S07-S10, S25-S27, S29, S30; domain.md sections 1.2, 1.5, 1.6, 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.analysis.audit.checks import Found, Unchecked, View, check, line_of, near, reported
from edi.analysis.facts import billers, modifiers, places
from edi.analysis.facts.histories import earlier_than
from edi.analysis.facts.pairs import WHOLE_STRESS_ECHO
from edi.analysis.facts.registry import Seen
from edi.analysis.facts.rows import PAID, UNPAID, coded, same_day
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject

# Modifiers by which an NCCI pair with indicator 1 is opened, on either line.
_OPENING = modifiers.BYPASS | {"24", "25", "27", "57", "58", "78", "79", "91", "LT", "RT"}
_SPECT_TRACERS = {"tc-per-dose", "tl-per-mci"}
_SPECT = ("scan", "scan-single", "scan-planar")
_HOSPITAL = re.compile(r"\b(HOSPITAL|MEDICAL CENTER|MED CTR|HOSP|INFIRMARY)\b", re.IGNORECASE)


def standing(subject: Subject) -> list[Outcome]:
    """The biller's other rows of the patient's day, without what was denied (a rebill takes its place)."""
    return [o for o in same_day(subject) if o.case is subject.row.case or o.state not in UNPAID]


@check("S07")
def modifier_unfit(view: View) -> Iterator[Found | Unchecked]:
    """26 and TC where they do not exist or together; sides of the body; Medi-Cal's wish."""
    for subject in view.lines:
        yield from reported("component-modifier-invalid", subject, modifiers.component_modifier_invalid(subject))
        yield from reported("both-component-modifiers", subject, modifiers.both_component_modifiers(subject))
        yield from reported("lateral-modifier", subject, modifiers.lateral_modifier(subject))
        if subject.is_professional:
            yield from reported("component-modifier-required", subject, modifiers.medi_cal_without_component(subject))


@check("S08")
def facility_part(view: View) -> Iterator[Found | Unchecked]:
    """A physician's line for a facility that bills what the facility owns; a part that another biller has billed."""
    for subject in view.lines:
        yield from reported("technical-part-in-facility", subject, places.global_in_facility(subject))
        yield from reported("whole-stress-test-in-facility", subject, places.whole_stress_test_in_facility(subject))
        yield from reported("supply-in-facility", subject, places.supply_in_facility(subject))
        if subject.role in SCANS:
            yield from _conflict(subject)


def _conflict(subject: Subject) -> Iterator[Found]:
    """Another biller's claim for the same scan whose part overlaps ours."""
    seen = billers.other_biller_same_service(subject)
    rows = [o for o in subject.nearby(0) if seen and o.line is not None and o.line.id == seen.at]
    if seen is None or not rows or rows[0].claim.billing_npi == subject.claim.billing_npi:
        return
    paid = rows[0].state in PAID
    yield Found("component-paid-to-other" if paid else "component-billed-by-other", subject, seen.value, seen.at)


@check("S09")
def office_place(view: View) -> Iterator[Found | Unchecked]:
    """Place 11 with a hospital as service facility (by its name, or by hospital claims), or for a hospital's scan."""
    claim = view.claim
    for subject in view.lines:
        seen = places.office_with_other_facility(subject)
        npi = line_of(subject).facility_npi or claim.facility_npi
        name = claim.facility_name if npi == claim.facility_npi else ""  # of a line's own place only the NPI is kept
        if seen is not None and (npi in view.hospitals or _HOSPITAL.search(name or "")):
            yield Found("office-with-hospital", subject, seen.value, seen.at)
            break
    for subject in view.lines:
        reading = places.reading_in_office(subject)
        if reading is not None and places.hospital_scanned(subject) is not None:
            yield Found("reading-of-hospital-scan", subject, reading.value, reading.at)


@check("S10")
def pairs(view: View) -> Iterator[Found | Unchecked]:
    """NCCI pairs within the claim and with the biller's other claims of the day; S25 to S27 have pairs of their own."""
    setting = "practitioner" if view.whole.is_professional else "outpatient"
    for subject in view.lines:
        others = [o for o in standing(subject) if o.code and o.code != subject.code]
        if not subject.code or not others:
            continue
        found = False
        for other in others:
            indicator = view.reference.pair(setting, other.code, subject.code, subject.date)
            if indicator is None:
                continue
            found = True
            opened = _OPENING & (subject.modifiers | set(other.modifiers))
            if not _told_elsewhere(subject) and not (indicator == "1" and opened):
                name = "pair-not-payable" if indicator == "0" else "pair-without-modifier"
                value = f"{other.code}/{coded(line_of(subject))}{_claim_of(subject, other)}"
                yield Found(name, subject, value, line_of(subject).id)
                break
        yield from _part_billed_before(subject, others, setting)
        echo = next((o for o in others if o.code == WHOLE_STRESS_ECHO), None)
        if not found and subject.role == "stress-test" and echo is not None:
            value = f"93351/{coded(line_of(subject))}{_claim_of(subject, echo)}"
            yield Found("stress-test-in-stress-echo", subject, value, line_of(subject).id)
        if not found and not view.reference.checks_pairs(setting, subject.code, subject.date):
            yield Unchecked("S10", f"no {setting} pair table loaded for some codes and dates")


def _part_billed_before(subject: Subject, others: list[Outcome], setting: str) -> Iterator[Found]:
    """A part of the line's service that an earlier claim of the biller bills by itself."""
    for other in others:
        if other.line is None or other.case is subject.row.case or not earlier_than(subject, other):
            continue
        indicator = subject.reference.pair(setting, subject.code, other.code, subject.date)
        opened = _OPENING & (subject.modifiers | set(other.modifiers))
        if indicator is not None and not (indicator == "1" and opened):
            value = f"{coded(other.line)}{_claim_of(subject, other)}"
            yield Found("pair-billed-before", subject, value, line_of(subject).id)
            return


def _claim_of(subject: Subject, other: Outcome) -> str:
    """Which other claim a row stands on, and what became of it there; nothing for a row of the same claim."""
    return "" if other.case is subject.row.case else f", claim {other.claim.control_number}, {other.state}"


def _told_elsewhere(subject: Subject) -> bool:
    visit = subject.is_professional and modifiers.is_visit(subject.code) and _stress_test(subject)
    return bool(visit or wall_motion(subject) or subject.role == "retired")


def _stress_test(subject: Subject) -> bool:
    return any(subject.reference.role(o.code) == "stress-test" for o in standing(subject))


def wall_motion(subject: Subject) -> Seen | None:
    """Blood pool imaging beside a SPECT scan of the day: wall motion and ejection fraction are inside it."""
    if subject.role != "blood-pool":
        return None
    scan = next((o for o in standing(subject) if subject.reference.role(o.code) in _SPECT), None)
    if scan is None:
        return None
    return Seen(f"{subject.code} beside {scan.code}{_claim_of(subject, scan)}", line_of(subject).id)


@check("S25")
def wall_motion_billed(view: View) -> Iterator[Found | Unchecked]:
    """Wall motion or ejection fraction billed beside the scan that holds them."""
    for subject in view.lines:
        yield from reported("wall-motion-beside-scan", subject, wall_motion(subject))


@check("S26")
def tracer_of_other_scan(view: View) -> Iterator[Found | Unchecked]:
    """A SPECT tracer beside a PET scan, where no SPECT scan of the patient is within three days."""
    for subject in view.of_role("tracer"):
        if view.reference.family[subject.code or ""].tracer_kind not in _SPECT_TRACERS:
            continue
        pet = next((o for o in standing(subject) if view.reference.role(o.code) == "scan-pet"), None)
        if pet is not None and not any(view.reference.role(o.code) in _SPECT for o in near(subject, 3)):
            value = f"{subject.code} beside {pet.code}{_claim_of(subject, pet)}"
            yield Found("spect-tracer-with-pet", subject, value, line_of(subject).id)


@check("S27")
def visit_unmarked(view: View) -> Iterator[Found | Unchecked]:
    """A visit on the day of a stress test without modifier 25 (or another that marks it as separate).

    Professional claims only: whether a hospital's visit is a pair of its stress test is in CMS's hospital table (S10).
    """
    for subject in view.lines:
        if subject.is_professional and not (_OPENING & subject.modifiers) and _stress_test(subject):
            yield from reported("visit-without-25", subject, modifiers.visit_without_25(subject))


@check("S29")
def several_places(view: View) -> Iterator[Found | Unchecked]:
    """More than one place of service on the claim."""
    yield from reported("several-places", view.whole, places.places_differ_on_claim(view.whole))


@check("S30")
def retired_code(view: View) -> Iterator[Found | Unchecked]:
    """Codes that were gone on the day: 78464, 78465, 78478, 78480, J0150 to J0152, C9244."""
    for subject in view.of_role("retired"):
        known = view.reference.family[subject.code or ""]
        if subject.date and subject.date <= known.valid_to:
            continue
        yield Found("code-retired", subject, f"{known.code}: {known.label}", line_of(subject).id)
