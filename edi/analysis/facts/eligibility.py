"""Facts about coverage of the patient on the date (domain.md section 3, rows 20, 40)."""

from __future__ import annotations

from collections.abc import Iterator

from edi.analysis.facts.histories import answered_claim, at
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.grouping import normalised
from edi.analysis.outcomes.classify import PATIENT_UNKNOWN
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import MEDICARE_FFS
from edi.analysis.subject import Subject, gap

_HOSPICE_MODIFIERS = {"GV", "GW"}


@fact("corrected-member-returned", "835")
def corrected_member_returned(subject: Subject) -> Seen | None:
    """The payer returned another member id (NM1*74)."""
    remit = subject.remit
    if remit is None or not remit.corrected_id:
        return None
    same = normalised(remit.corrected_id) == normalised(subject.claim.member_id)
    return None if same and subject.is_ours else Seen("a corrected member id is in the remittance", remit.id)


@fact("coverage-expired", "835")
def coverage_expired(subject: Subject) -> Seen | None:
    """The payer gives a day on which coverage ended before the service (DTM*036)."""
    remit = subject.remit
    if remit and remit.coverage_expired and subject.date and remit.coverage_expired < subject.date:
        return Seen(remit.coverage_expired, remit.id)
    return None


@fact("coverage-outlived-service", "835")
def coverage_outlived_service(subject: Subject) -> Seen | None:
    """The payer's own day on which coverage ended (DTM*036) is not before the service."""
    remit = subject.remit
    if remit and remit.coverage_expired and subject.date and remit.coverage_expired >= subject.date:
        return Seen(remit.coverage_expired, remit.id)
    return None


@fact("patient-unknown", "835")
def patient_unknown(subject: Subject) -> Seen | None:
    """The payer did not recognise the patient (claim status 4)."""
    remit = subject.remit
    return Seen("CLP02 4", remit.id) if remit and remit.status == PATIENT_UNKNOWN else None


@fact("member-id-absent", "837")
def member_id_absent(subject: Subject) -> Seen | None:
    """The claim carries no member id (2010BA NM109)."""
    return Seen("no NM109", subject.claim.id) if subject.is_ours and not subject.claim.member_id else None


def _logged(subject: Subject) -> bool | None:
    """What the office's eligibility log says of the member on the day; None when it says nothing or is not loaded."""
    log, claim = subject.reference.eligibility, answered_claim(subject)
    return log.find(claim.member_id, claim.payer_name, claim.payer_id, subject.date) if log else None


@fact("eligibility-log", "reference")
def eligibility_log(subject: Subject) -> Seen | NotChecked | None:
    """The eligibility log shows coverage on the date."""
    if subject.reference.eligibility is None:
        return NotChecked("no eligibility log loaded")
    logged = _logged(subject)
    if logged is None:
        return NotChecked("the eligibility log says nothing of this member")
    return Seen(f"active on {subject.date}") if logged else None


@fact("eligibility-log-inactive", "reference")
def eligibility_log_inactive(subject: Subject) -> Seen | None:
    """The eligibility log shows no coverage on the date."""
    return Seen(f"not active on {subject.date}") if _logged(subject) is False else None


def _paid_days(subject: Subject) -> Iterator[tuple[int, Outcome]]:
    """(days after this service, row) of what the same payer paid for the patient under the same member id."""
    row, member, payer = subject.row, normalised(subject.claim.member_id), normalised(subject.row.payer_name)
    for other in [*subject.same_claim, *subject.patient]:
        if other is row or other.state not in ("paid", "reduced", "patient-share") or not other.code:
            continue
        same = normalised(other.payer_name) == payer and normalised(other.claim.member_id) in ("", member)
        days = gap(subject.date, other.service_date)
        if same and days is not None:
            yield days, other


def _paid(other: Outcome, when: str = "") -> Seen:
    return Seen(f"{other.code}{when} on claim {other.claim.control_number}", at(other))


@fact("covered-that-day-elsewhere", "history")
def covered_that_day_elsewhere(subject: Subject) -> Seen | None:
    """The same payer paid another service of the patient on the same day, under the same member id."""
    return next((_paid(other) for days, other in _paid_days(subject) if days == 0), None)


@fact("covered-beyond", "history")
def covered_beyond(subject: Subject) -> Seen | None:
    """The payer says that coverage had ended (27) or not begun (26), and paid for a later (an earlier) day."""
    said = {a.reason_code for a in subject.reasons}
    for days, other in _paid_days(subject) if said & {"26", "27"} else ():
        if ("27" in said and days > 0) or ("26" in said and days < 0):
            return _paid(other, f" of {other.service_date}")
    return None


@fact("medicaid-or-qmb", "835")
def medicaid_or_qmb(subject: Subject) -> Seen | None:
    """The payer points to Medicaid or QMB coverage (MA07, N192, N781, N782)."""
    found = next((r for r in subject.remarks if r.code in ("MA07", "N192", "N781", "N782")), None)
    return Seen(found.code, found.id) if found else None


@fact("medicare-itself", "835")
def medicare_itself(subject: Subject) -> Seen | None:
    """Medicare itself says that a managed care plan is responsible (CARC 24 from filing code MA or MB)."""
    filing = (subject.remit.filing_code if subject.remit else None) or subject.claim.filing_code or ""
    found = next((a for a in subject.reasons if a.reason_code == "24"), None)
    return Seen(f"{found.code}, filing code {filing}", found.id) if found and filing in MEDICARE_FFS else None


@fact("advantage-plan-in-history", "history")
def advantage_plan_in_history(subject: Subject) -> Seen | None:
    """Medicare says that a plan is responsible, and another claim within a year went to a Medicare Advantage plan."""
    filing = (subject.remit.filing_code if subject.remit else None) or subject.claim.filing_code
    if filing not in MEDICARE_FFS or not any(a.reason_code in ("24", "109") for a in subject.reasons):
        return None
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        if other.claim.filing_code == "16" and days is not None and abs(days) <= 365:
            return Seen(
                f"claim {other.claim.control_number} to {other.payer_name or 'an Advantage plan'}", other.claim.id
            )
    return None


@fact("hospice-modifier", "837")
def hospice_modifier(subject: Subject) -> Seen | None:
    """The line says that it has nothing to do with the hospice (GW), or comes from the patient's own physician (GV)."""
    found = subject.modifiers & _HOSPICE_MODIFIERS
    hospice = any(a.reason_code == "B9" for a in subject.reasons)
    return Seen(" ".join(sorted(found)), subject.line.id) if found and hospice and subject.line else None
