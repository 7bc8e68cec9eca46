"""Checks on units, waste, NDC and cost of tracers and drugs (S11-S15; domain.md sections 1.3, 1.4, 2)."""

from __future__ import annotations

from collections.abc import Iterator

from edi.analysis.audit.checks import (
    Found,
    Unchecked,
    View,
    check,
    comes_later,
    day_units,
    line_of,
    reported,
    units_of,
)
from edi.analysis.facts import modifiers, supplies, units
from edi.analysis.facts.histories import earlier_than, twins
from edi.analysis.facts.registry import NotChecked, Seen
from edi.analysis.facts.rows import UNPAID, same_day
from edi.analysis.subject import SCANS, Subject

_DRUGS = ("agent", "agent-adjunct", "reversal-agent")
_DOSES = 3  # of a technetium tracer in one study, a repeated one included
_SYRINGE = 4  # units of J2785
_WASTE_SINCE = "2023-07-01"


def _last_of_code(subject: Subject) -> bool:
    """Whether it is the claim's last line of the code and day, which speaks for all of them."""
    same = [o for o in subject.same_claim if o.code == subject.code and o.service_date == subject.date]
    return comes_later(subject, same)


def _too_many_doses(subject: Subject) -> bool:
    known = subject.reference.family.get(subject.code or "")
    return bool(known and known.role == "tracer" and known.tracer_kind == "tc-per-dose" and day_units(subject) > _DOSES)


@check("S11")
def over_limit(view: View) -> Iterator[Found | Unchecked]:
    """Units of the day over the MUE; several scans on a line are S03's, doses of technetium S12's."""
    for subject in view.lines:
        if not subject.code or units.several_scans_on_line(subject) or _too_many_doses(subject):
            continue
        seen = units.units_over_limit(subject)
        if isinstance(seen, NotChecked):
            yield Unchecked("S11", "no MUE loaded for some codes and dates")
        elif _last_of_code(subject):
            yield from reported("units-over-limit", subject, seen or _over_with_earlier(subject))


def _over_with_earlier(subject: Subject) -> Seen | None:
    """Over the MUE together with the biller's earlier claims of the day only; a second scan is S03's, a twin S19's."""
    setting = "practitioner" if subject.is_professional else "outpatient"
    limit = subject.reference.mue(setting, subject.code, subject.date)
    part = subject.modifiers & modifiers.COMPONENT
    earlier = [
        o
        for o in same_day(subject)
        if o.line and o.case is not subject.row.case and o.code == subject.code and o.state not in UNPAID
        if set(o.modifiers) & modifiers.COMPONENT == part and earlier_than(subject, o)
    ]
    if limit is None or not earlier or subject.role in SCANS or twins(subject):
        return None
    total = day_units(subject) + sum(units_of(o.line) for o in earlier)
    numbers = ", ".join(sorted({o.claim.control_number or "?" for o in earlier}))
    value = f"{subject.code}: {total:g} units with claim {numbers}, limit {limit}"
    return Seen(value, line_of(subject).id) if total > limit else None


@check("S12")
def odd_units(view: View) -> Iterator[Found | Unchecked]:
    """Units that speak of another unit than the code's: doses for mCi, mCi for doses, one drug for another."""
    for subject in view.lines:
        if not _last_of_code(subject):
            continue
        total, line = day_units(subject), line_of(subject)
        if subject.code == "J2785" and total != _SYRINGE:
            yield Found("regadenoson-units", subject, f"J2785 x {total:g}", line.id)
        elif subject.code == "J0153" and total == _SYRINGE:
            yield Found("adenosine-as-regadenoson", subject, f"J0153 x {total:g}", line.id)
        elif _too_many_doses(subject):
            yield Found("tracer-units", subject, f"{subject.code} x {total:g}", line.id)
        elif subject.code == "A9505":
            known = view.reference.family["A9505"]
            if total == 1:
                yield Found("thallium-as-dose", subject, "A9505 x 1", line.id)
            elif total < (known.usual_min or 0) or total > (known.usual_max or total):
                yield Found("thallium-units", subject, f"A9505 x {total:g}", line.id)


@check("S13")
def waste(view: View) -> Iterator[Found | Unchecked]:
    """JZ or JW in the office: on stress agents for payers that ask for it (Medicare since July 2023).

    On tracers only for payers that are listed so: many do not edit them, and a kit for several patients needs none.
    """
    for subject in view.lines:
        yield from reported("both-waste-modifiers", subject, modifiers.both_waste_modifiers(subject))
        if (subject.date or "") < _WASTE_SINCE:
            continue
        seen = modifiers.waste_modifier_missing(subject)
        if seen is None:
            if subject.role == "tracer" and subject.payer.tracers_need_jz and not subject.in_facility:
                tracer = modifiers.waste_modifier_missing_elsewhere(subject) if subject.is_professional else None
                yield from reported("waste-modifier-missing-tracer", subject, tracer)
            continue
        if subject.payer.needs_jz is None:
            yield Unchecked("S13", "whether this payer wants JZ or JW is not loaded")
        elif subject.payer.needs_jz:
            name = "waste-modifier-missing" if subject.code == "J2785" else "waste-modifier-missing-agent"
            yield from reported(name, subject, seen)


@check("S14")
def ndc(view: View) -> Iterator[Found | Unchecked]:
    """The NDC of a drug line: there where the payer asks for it, well-formed wherever it is."""
    for subject in view.lines:
        yield from reported("ndc-invalid", subject, supplies.ndc_invalid(subject))
        if subject.role not in _DRUGS or supplies.ndc_absent(subject) is None:
            continue
        if subject.payer.needs_ndc is None:
            yield Unchecked("S14", "whether this payer asks for an NDC is not loaded")
        elif subject.payer.needs_ndc:
            yield from reported("ndc-absent", subject, supplies.ndc_absent(subject))


@check("S15")
def cost(view: View) -> Iterator[Found | Unchecked]:
    """The cost of an office tracer in its note, for payers that price by it; the name of one without a code."""
    for subject in view.lines:
        office = subject.is_professional and not subject.in_facility
        if not office or subject.role not in ("tracer", "tracer-unlisted"):
            continue
        yield from reported("unlisted-name-absent", subject, supplies.unlisted_name_absent(subject))
        if supplies.cost_note_absent(subject) is None:
            continue
        if subject.payer.needs_cost_note is None:
            yield Unchecked("S15", "whether this payer wants the tracer's cost is not loaded")
        elif subject.payer.needs_cost_note:
            claim_note = supplies.cost_note_on_claim(subject)
            seen = claim_note or supplies.cost_note_absent(subject)
            value = "the cost is in the note of the claim, not of the line" if claim_note else seen and seen.value
            yield Found("cost-note-absent", subject, value or None, line_of(subject).id)
