"""Facts about earlier scans and benefits of the same patient (domain.md section 3, rows 27, 28)."""

from __future__ import annotations

from edi.analysis.facts.billers import our_parts, parts
from edi.analysis.facts.histories import PAID, UNDECIDED
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.grouping import normalised
from edi.analysis.model import ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject, gap

_LOOK_BACK = 730  # days: the longest window that policies use for a scan without a change
_YEARLY_REMARK = "M90"  # "more than once per twelve months" names its own window
_YEAR = 365
_NEARBY = 3  # days that a two-day protocol may take


def _paid_scans(subject: Subject) -> list[tuple[int, Outcome]]:
    """(days before, row) of the patient's earlier scans that were paid or are undecided, the latest first."""
    found = []
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        if other is subject.row or not other.line or subject.reference.role(other.code) not in SCANS or days is None:
            continue
        if other.state in PAID | UNDECIDED and 0 < days <= _LOOK_BACK and not _one_study(subject, other, days):
            found.append((days, other))
    return sorted(found, key=lambda pair: pair[0])


def _one_study(subject: Subject, other: Outcome, days: int) -> bool:
    """Whether two scans are the reading and the technical part of one study on two days; two whole scans are not:
    a two-day protocol is billed once."""
    ours, theirs = our_parts(subject), parts(other)
    return days <= _NEARBY and len(ours) == len(theirs) == 1 and ours != theirs


def _latest(subject: Subject) -> tuple[int, Outcome] | None:
    """The latest earlier scan of this biller or another; None for lines that are no scan."""
    scans = _paid_scans(subject) if subject.role in SCANS or subject.line is None else []
    return scans[0] if scans else None


def _before(days: int, other: Outcome) -> Seen:
    """An earlier scan, and how long before this one it was."""
    before = "1 day before" if days == 1 else f"{days} days before"
    return Seen(f"{other.code} on {other.service_date}, {before}", other.line.id if other.line else None)


@fact("scan-in-window", "history")
def scan_in_window(subject: Subject) -> Seen | None:
    """The patient had a perfusion scan before, within the payer's window (two years where none is named)."""
    latest = _latest(subject)
    if latest is None or (latest[0] > _YEAR and _YEARLY_REMARK in subject.remark_codes):
        return None
    days, other = latest
    return _before(days, other)


@fact("scan-outside-window", "history")
def scan_outside_window(subject: Subject) -> Seen | None:
    """The payer allows one scan in twelve months (M90), and the patient's last one was longer ago."""
    latest = _latest(subject)
    if latest is None or _YEARLY_REMARK not in subject.remark_codes or latest[0] <= _YEAR:
        return None
    days, other = latest
    return _before(days, other)


def _indications(row: Outcome) -> set[str]:
    """The categories (first three characters) of the diagnoses that the row's line points to."""
    by_ordinal = {d.ordinal: d.code for d in row.claim.diagnoses if d.ordinal}
    line: ServiceLine | None = row.line
    chosen = [by_ordinal.get(p) for p in line.pointers] if line and line.pointers else list(by_ordinal.values())
    return {code.replace(".", "")[:3].upper() for code in chosen if code}


@fact("different-indication", "837")
def different_indication(subject: Subject) -> Seen | None:
    """The earlier scan was done for another indication: none of its diagnoses is on this line."""
    latest = _latest(subject)
    if latest is None or not subject.is_ours:
        return None
    before, now = _indications(latest[1]), _indications(subject.row)
    if not before or not now or before & now:
        return None
    return Seen(f"then {' '.join(sorted(before))}, now {' '.join(sorted(now))}", subject.claim.id)


@fact("payer-paid-this-patient-before", "history")
def payer_paid_this_patient_before(subject: Subject) -> Seen | None:
    """The same payer paid the same code for this patient before."""
    row, code = subject.row, subject.code
    for other in subject.patient if code else ():
        if other.code != code or other.case is row.case or other.state not in ("paid", "reduced", "patient-share"):
            continue
        same = normalised(other.payer_name) == normalised(row.payer_name)
        if same and (gap(other.service_date, subject.date) or 0) > 0:
            return Seen(f"{other.code} on {other.service_date}", other.line.id if other.line else other.claim.id)
    return None


@fact("excluded-by-our-modifier", "837")
def excluded_by_our_modifier(subject: Subject) -> Seen | None:
    """The line itself says that the service is excluded or not covered (GY, GX)."""
    found = subject.modifiers & {"GY", "GX"}
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line else None
