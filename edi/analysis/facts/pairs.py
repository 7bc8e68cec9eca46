"""Facts about what belongs inside another service of the day (domain.md sections 1.5, 2 and 3, row 13)."""

from __future__ import annotations

from edi.analysis.facts.modifiers import BYPASS
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import PAID, same_day, state_then
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject, kept

_INSIDE_SCAN = {"inside", "injection", "always-inside", "blood-pool", "retired"}
WHOLE_STRESS_ECHO = "93351"  # holds 93015-93018 (domain.md section 1.2); the shipped pairs do not have it
_INSIDE_STRESS = {"injection", "always-inside", "ecg"}


@kept
def _paid(subject: Subject) -> list[Outcome]:
    return [o for o in same_day(subject) if state_then(subject, o) in PAID]


@kept
def _pair(subject: Subject) -> tuple[Outcome, str] | None:
    """The paid service of the biller's day whose NCCI pair takes this line in, and the pair's modifier indicator."""
    setting = _setting(subject)
    for other in _paid(subject):
        indicator = subject.reference.pair(setting, other.code, subject.code, subject.date)
        if indicator is not None:
            return other, indicator
    return None


def _unchecked(subject: Subject) -> NotChecked | None:
    """Why the absence of a pair would mean nothing; None where the pair table speaks of the code and day."""
    setting = _setting(subject)
    if subject.reference.checks_pairs(setting, subject.code, subject.date):
        return None
    if setting not in subject.reference.pair_scope and setting not in subject.reference.loaded_pairs:
        return NotChecked("no hospital pair table loaded")
    return NotChecked(f"no pair table loaded for {subject.code} on {subject.date}")


def _setting(subject: Subject) -> str:
    return "practitioner" if subject.is_professional else "outpatient"


def _at(row: Outcome) -> int | None:
    return row.line.id if row.line else None


@fact("pair-with-paid-service", "reference")
def pair_with_paid_service(subject: Subject) -> Seen | NotChecked | None:
    """An NCCI pair makes this code a part of a service that was paid the same day."""
    pair = _pair(subject)
    if pair is None:
        return _unchecked(subject)
    return Seen(f"{pair[0].code}/{subject.code}, modifier indicator {pair[1]}", _at(pair[0]))


@fact("pair-not-opened", "reference")
def pair_not_opened(subject: Subject) -> Seen | None:
    """No modifier opens the pair: none is allowed (indicator 0), or the line carries none."""
    pair = _pair(subject)
    if pair is None or (pair[1] == "1" and subject.modifiers & BYPASS):
        return None
    return Seen("no modifier is allowed" if pair[1] == "0" else "no modifier for a separate service")


@fact("no-separate-service-modifier", "837")
def no_separate_service_modifier(subject: Subject) -> Seen | None:
    """The line does not say that it is a separate service (neither 59 nor XE, XS, XP, XU)."""
    if not subject.is_ours or subject.line is None or subject.modifiers & BYPASS:
        return None
    return Seen("no 59, no X modifier", subject.line.id)


@fact("pair-opens-with-modifier", "reference")
def pair_opens_with_modifier(subject: Subject) -> Seen | None:
    """The pair allows a modifier, but only for a truly separate encounter or site (indicator 1)."""
    pair = _pair(subject)
    return Seen(f"{pair[0].code}/{subject.code}") if pair and pair[1] == "1" else None


@fact("no-pair", "reference")
def no_pair(subject: Subject) -> Seen | NotChecked | None:
    """No NCCI pair joins this code to another service of the day: NCCI is no reason to deny it."""
    unchecked = _unchecked(subject)
    if unchecked is not None:
        return unchecked
    others = sorted({o.code for o in same_day(subject) if o.code} - {subject.code})
    setting, pair = _setting(subject), subject.reference.pair
    for other in others:
        if pair(setting, other, subject.code, subject.date) or pair(setting, subject.code, other, subject.date):
            return None
    return Seen(f"{subject.code} with {' '.join(others) or 'nothing else that day'}")


@fact("always-inside", "reference")
def always_inside(subject: Subject) -> Seen | None:
    """The code is a usual part of the scan or the stress test."""
    known = subject.reference.family.get(subject.code or "")
    return Seen(f"{subject.code}: {known.label}") if known and known.role in _INSIDE_SCAN | _INSIDE_STRESS else None


@fact("part-of-paid-study", "reference")
def part_of_paid_study(subject: Subject) -> Seen | None:
    """The code is a usual part of a scan, stress test or stress echo that was paid the same day."""
    for other in _paid(subject):
        role = subject.reference.role(other.code)
        inside = _INSIDE_SCAN if role in SCANS else _INSIDE_STRESS if role == "stress-test" else set()
        if other.code == WHOLE_STRESS_ECHO:
            inside = _INSIDE_STRESS | {"stress-test"}
        if subject.role in inside and (subject.role != "retired" or (subject.code or "").startswith("784")):
            return Seen(f"{subject.code} beside {other.code}", _at(other))
    return None


@fact("part-of-paid-service", "reference")
def part_of_paid_service(subject: Subject) -> Seen | None:
    """The code is a part of a service that was paid the same day, by an NCCI pair or by what the codes mean."""
    pair = pair_with_paid_service(subject)
    return pair if isinstance(pair, Seen) else part_of_paid_study(subject)


@fact("exclusive-scan-paid", "837")
def exclusive_scan_paid(subject: Subject) -> Seen | None:
    """Another perfusion scan that excludes this one was billed by us for the same day and paid."""
    if subject.role not in SCANS:
        return None
    for other in _paid(subject):
        if subject.reference.pair(_setting(subject), subject.code, other.code, subject.date) == "0":
            return Seen(f"{other.code}, pair {subject.code}/{other.code}", _at(other))
    return None


@fact("parts-paid", "835")
def parts_paid(subject: Subject) -> Seen | None:
    """Parts of this service, by their NCCI pair (indicator 0), were billed by us for the same day and paid."""
    setting, pair = _setting(subject), subject.reference.pair
    parts = [o for o in _paid(subject) if pair(setting, subject.code, o.code, subject.date) == "0"]
    if not parts:
        return None
    here = "" if parts[0].case is subject.row.case else f" on claim {parts[0].claim.control_number}"
    return Seen(f"{' '.join(sorted({o.code or '?' for o in parts}))} paid{here}", _at(parts[0]))


@fact("stress-test-stands-alone", "reference")
def stress_test_stands_alone(subject: Subject) -> Seen | None:
    """The stress test is no part of any service that was paid that day: it is not inside the scan."""
    if subject.role != "stress-test" or not subject.is_ours:
        return None
    if subject.is_professional:
        pair = None if part_of_paid_study(subject) else no_pair(subject)
        return pair if isinstance(pair, Seen) else None
    return None if _paid(subject) else Seen("nothing else was paid that day", subject.claim.id)
