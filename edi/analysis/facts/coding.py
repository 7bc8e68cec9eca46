"""Facts about modifiers, place, pairs and units (domain.md sections 1.6, 2 and 3, rows 11 to 14, 25)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.outcome import Outcome
from edi.analysis.subject import SCANS, SUPPLIES, Subject

_LATERAL = {"LT", "RT", "50"}
_WASTE = {"JW", "JZ"}
_ZERO = {"denied", "packaged", "no-response", "pending", "taken-back"}


def _setting(subject: Subject) -> str:
    return "practitioner" if subject.is_professional else "hospital"


@fact("component-modifier-invalid", "837")
def component_modifier_invalid(subject: Subject) -> Seen | None:
    """26 or TC stands on a code that has no such parts."""
    known = subject.reference.family.get(subject.code or "")
    found = subject.modifiers & {"26", "TC"}
    if known and found and known.valid_26_tc == "no" and subject.line:
        return Seen(f"{subject.code}-{'-'.join(sorted(found))}", subject.line.id)
    return None


@fact("both-component-modifiers", "837")
def both_component_modifiers(subject: Subject) -> Seen | None:
    """26 and TC stand on one line: that is the global service, billed without either."""
    return (
        Seen(f"{subject.code}-26-TC", subject.line.id) if subject.line and subject.modifiers >= {"26", "TC"} else None
    )


@fact("lateral-modifier", "837")
def lateral_modifier(subject: Subject) -> Seen | None:
    """A modifier for left, right or both sides, which the heart has not."""
    found = subject.modifiers & _LATERAL
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line and subject.role in SCANS else None


@fact("waste-modifier-missing", "837")
def waste_modifier_missing(subject: Subject) -> Seen | None:
    """A drug from a single-dose container in the office carries neither JW nor JZ."""
    office = subject.is_professional and not subject.in_facility
    if subject.is_ours and office and subject.role == "agent" and subject.line and not subject.modifiers & _WASTE:
        return Seen(f"{subject.code} without JW or JZ", subject.line.id)
    return None


@fact("waste-modifier-sent", "837")
def waste_modifier_sent(subject: Subject) -> Seen | None:
    """The drug line carries JW or JZ."""
    found = subject.modifiers & _WASTE
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line else None


@fact("separate-service-modifier-in-vain", "837")
def separate_service_modifier_in_vain(subject: Subject) -> Seen | None:
    """59 or an X modifier on a code whose pair no modifier can open (indicator 0)."""
    found = subject.modifiers & {"59", "XE", "XS", "XP", "XU"}
    pair = _pair(subject)
    if found and pair and pair[1] == "0" and subject.line:
        return Seen(f"{'-'.join(sorted(found))}, pair {pair[0].code}/{subject.code}", subject.line.id)
    return None


@fact("visit-without-25", "837")
def visit_without_25(subject: Subject) -> Seen | None:
    """A visit beside a stress test without modifier 25."""
    visit = (subject.code or "").startswith("992")
    stress = next((o for o in subject.same_claim if subject.reference.role(o.code) == "stress-test"), None)
    if visit and stress and "25" not in subject.modifiers and subject.line:
        return Seen(f"{subject.code} beside {stress.code}", subject.line.id)
    return None


@fact("modifier-fits", "837")
def modifier_fits(subject: Subject) -> Seen | None:
    """The modifiers on the line are valid with the code in our tables."""
    wrong = (
        component_modifier_invalid,
        both_component_modifiers,
        lateral_modifier,
        waste_modifier_missing,
        separate_service_modifier_in_vain,
        visit_without_25,
        global_in_facility,
    )
    if not subject.is_ours or subject.line is None or subject.code not in subject.reference.family:
        return None
    if any(observe(subject) is not None for observe in wrong):
        return None
    return Seen("-".join([subject.code or "", *sorted(subject.modifiers)]), subject.line.id)


@fact("global-in-facility", "837")
def global_in_facility(subject: Subject) -> Seen | None:
    """A scan without 26 (or with TC) billed for a facility: the hospital owns the technical part."""
    if (
        subject.is_ours
        and subject.in_facility
        and subject.role in SCANS
        and "26" not in subject.modifiers
        and subject.line
    ):
        part = "TC" if "TC" in subject.modifiers else "global"
        return Seen(f"{subject.code} {part} in place {subject.place}", subject.line.id)
    return None


@fact("whole-stress-test-in-facility", "837")
def whole_stress_test_in_facility(subject: Subject) -> Seen | None:
    """93015 or 93017 billed for a facility: the physician bills 93016 and 93018 there."""
    if subject.is_ours and subject.in_facility and subject.code in ("93015", "93017") and subject.line:
        return Seen(f"{subject.code} in place {subject.place}", subject.line.id)
    return None


@fact("supply-in-facility", "837")
def supply_in_facility(subject: Subject) -> Seen | None:
    """A tracer or agent billed by a physician for a facility, which supplies it."""
    if subject.is_ours and subject.in_facility and subject.role in SUPPLIES and subject.line:
        return Seen(f"{subject.code} in place {subject.place}", subject.line.id)
    return None


@fact("office-with-other-facility", "837")
def office_with_other_facility(subject: Subject) -> Seen | None:
    """The office place was billed, yet the claim names another service facility (NM1*77)."""
    claim = subject.claim
    other = claim.facility_npi and claim.facility_npi != claim.billing_npi
    if subject.is_professional and subject.place == "11" and other:
        return Seen(f"service facility NPI {claim.facility_npi}", claim.id)
    return None


@fact("office", "837")
def office(subject: Subject) -> Seen | None:
    """An office claim: nobody else bears the technical cost."""
    if subject.is_professional and subject.place and not subject.in_facility:
        return Seen(f"place {subject.place}", subject.claim.id)
    return None


def _pair(subject: Subject) -> tuple[Outcome, str] | None:
    """The service of the same day whose NCCI pair takes this line in, and the pair's modifier indicator."""
    for other in [*subject.same_claim, *subject.nearby(0)]:
        if other.state == "void" or other.state in _ZERO:
            continue
        indicator = subject.reference.pair(_setting(subject), other.code, subject.code, subject.date)
        if indicator is not None:
            return other, indicator
    return None


@fact("pair-with-paid-service", "reference")
def pair_with_paid_service(subject: Subject) -> Seen | None:
    """An NCCI pair makes this code a part of a service that was paid the same day."""
    pair = _pair(subject)
    if pair is None:
        return None
    return Seen(
        f"{pair[0].code}/{subject.code}, modifier indicator {pair[1]}", pair[0].line.id if pair[0].line else None
    )


@fact("pair-opens-with-modifier", "reference")
def pair_opens_with_modifier(subject: Subject) -> Seen | None:
    """The pair allows a modifier for a truly separate service (indicator 1)."""
    pair = _pair(subject)
    return Seen(f"{pair[0].code}/{subject.code}") if pair and pair[1] == "1" else None


@fact("no-pair", "reference")
def no_pair(subject: Subject) -> Seen | NotChecked | None:
    """No NCCI pair joins this code to another service of the day: NCCI is no reason to deny it."""
    if not subject.is_professional:
        return NotChecked("no hospital pair table loaded")
    if not subject.date or subject.date < "2024-07-01":
        return NotChecked("no pair table loaded for the date of service")
    others = [o for o in [*subject.same_claim, *subject.nearby(0)] if o.code]
    for other in others:
        if subject.reference.pair("practitioner", other.code, subject.code, subject.date) is not None:
            return None
    return Seen(f"{subject.code} with {' '.join(sorted({o.code or '' for o in others})) or 'nothing else'}")


@fact("always-inside", "reference")
def always_inside(subject: Subject) -> Seen | None:
    """The code is a usual part of the scan or the stress test."""
    known = subject.reference.family.get(subject.code or "")
    if known and known.role in ("inside", "injection", "ecg", "blood-pool", "add-on", "retired"):
        return Seen(f"{subject.code}: {known.label}")
    return None


@fact("units-over-limit", "reference")
def units_over_limit(subject: Subject) -> Seen | NotChecked | None:
    """The units of the day are over the day's limit (MUE)."""
    line = subject.line
    if line is None:
        return None
    limit = subject.reference.mue(
        "practitioner" if subject.is_professional else "outpatient", subject.code, subject.date
    )
    if limit is None:
        return NotChecked(f"no MUE loaded for {subject.code}")
    same = [o for o in subject.same_claim if o.code == subject.code and o.service_date == subject.date and o.line]
    units = float(line.units or 1) + sum(float(o.line.units or 1) for o in same if o.line)
    return Seen(f"{units:g} units, limit {limit}", line.id) if units > limit else None


@fact("units-within-limit", "reference")
def units_within_limit(subject: Subject) -> Seen | NotChecked | None:
    """The units of the day are within the day's limit (MUE)."""
    over = units_over_limit(subject)
    if over is None and subject.line is not None and subject.is_ours:
        return Seen(f"{float(subject.line.units or 1):g} units", subject.line.id)
    return over if isinstance(over, NotChecked) else None


@fact("several-scans-on-line", "837")
def several_scans_on_line(subject: Subject) -> Seen | None:
    """More than one scan was billed on the line."""
    line = subject.line
    if line and subject.role in SCANS and float(line.units or 1) > 1:
        return Seen(f"{subject.code} x {line.units:g}", line.id)
    return None


@fact("units-unusual", "837")
def units_unusual(subject: Subject) -> Seen | None:
    """The units are outside what one study takes: activity billed as doses, or doses billed as units of a drug."""
    known = subject.reference.family.get(subject.code or "")
    line = subject.line
    if not known or not line or line.units is None or subject.role not in SUPPLIES:
        return None
    low, high = known.usual_min, known.usual_max
    if (high is not None and float(line.units) > high) or (low is not None and float(line.units) < low):
        return Seen(
            f"{subject.code} x {line.units:g}, usually {low:g} to {high:g}" if low and high else subject.code, line.id
        )
    return None


@fact("scan-paid", "835")
def scan_paid(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was paid or allowed."""
    scan = subject.scan
    if scan is None or scan.state not in ("paid", "reduced", "patient-share"):
        return None
    entry = scan.deciding
    return Seen(f"{scan.code} {scan.state}", entry.svcs[0].id if entry and entry.svcs else None)


@fact("scan-denied", "835")
def scan_denied(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was denied."""
    scan = subject.scan
    if scan is None or scan.state not in ("denied", "taken-back"):
        return None
    entry = scan.deciding
    return Seen(f"{scan.code} {scan.state}", entry.svcs[0].id if entry and entry.svcs else None)


@fact("scan-first-denied", "835")
def scan_first_denied(subject: Subject) -> Seen | None:
    """The scan that this line belongs to was denied when the line was first decided."""
    scan = subject.scan
    return Seen(f"{scan.code} {scan.first_state}") if scan is not None and scan.first_state == "denied" else None


@fact("same-reason-as-scan", "835")
def same_reason_as_scan(subject: Subject) -> Seen | None:
    """The payer gave this line the same reason as the denied scan."""
    scan = subject.scan
    if scan is None or scan.deciding is None:
        return None
    theirs = {a.reason_code for a in scan.deciding.split.reasons}
    shared = [a for a in subject.reasons if a.reason_code in theirs]
    return Seen(shared[0].reason_code, shared[0].id) if shared else None


@fact("payer-paid-code-before", "history")
def payer_paid_code_before(subject: Subject) -> Seen | None:
    """This payer has paid this code separately before."""
    key = (subject.row.payer_name or "", subject.code or "")
    paid, unpaid = subject.habits.paid.get(key, 0), subject.habits.unpaid.get(key, 0)
    return Seen(f"{paid} of {paid + unpaid} lines") if paid else None


@fact("payer-never-paid-code", "history")
def payer_never_paid_code(subject: Subject) -> Seen | None:
    """This payer has never paid this code separately in this database."""
    key = (subject.row.payer_name or "", subject.code or "")
    paid, unpaid = subject.habits.paid.get(key, 0), subject.habits.unpaid.get(key, 0)
    return Seen(f"0 of {unpaid} lines") if not paid and unpaid > 1 else None


@fact("payer-bundles-tracers", "reference")
def payer_bundles_tracers(subject: Subject) -> Seen | None:
    """The payer is configured as folding tracers and agents into the scan."""
    return Seen(subject.payer.name) if subject.payer.bundles_tracers else None
