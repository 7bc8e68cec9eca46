"""Checks on studies: how many, by what evidence, billed before or not (S03-S06, S19; domain.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator

from edi.analysis.audit.checks import Found, Unchecked, View, check, comes_later, line_of, near, reported
from edi.analysis.facts import doses, duplicates, units
from edi.analysis.facts.billers import parts
from edi.analysis.facts.histories import PAID as ANSWERED
from edi.analysis.facts.histories import UNDECIDED, sent, twins
from edi.analysis.facts.rows import UNPAID, same_biller
from edi.analysis.linking.submissions import REPLACEMENT, VOID
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, Subject

_AGAIN = 2  # days within which a second scan is the same protocol
_TRACERS = {"tracer", "tracer-unlisted", "tracer-other"}
_REPEAT = {"76", "77"}


def _earlier(other: Outcome, subject: Subject) -> bool:
    """Whether a row of another claim went out before; of two in one batch, the one that stands first."""
    ours, theirs = sent(subject.row), sent(other)
    return theirs < ours or (theirs == ours and other.claim.id < subject.claim.id)


@check("S03")
def scan_again(view: View) -> Iterator[Found | Unchecked]:
    """Several scans on a line, or the same scan twice within two days by the same biller.

    Not counted: 26 beside TC, a replacement or void, a rebill of a line that is unpaid, and what S19 calls a duplicate.
    """
    for subject, full in zip(view.lines, view.full, strict=True):
        if subject.role not in SCANS:
            continue
        yield from reported("several-scans-on-line", subject, units.several_scans_on_line(subject))
        if view.claim.frequency in (REPLACEMENT, VOID):
            continue
        again = {id(o) for o in twins(full)}
        same = [o for o in subject.nearby(_AGAIN) if o.code == subject.code and same_biller(subject, o)]
        same = [o for o in same if o.state not in (*UNPAID, "void") and id(o) not in again and not _halves(subject, o)]
        ours = [o for o in same if o.case is subject.row.case]
        earlier = [o for o in same if o.case is not subject.row.case and _earlier(o, subject)]
        if earlier or (ours and comes_later(subject, ours)):
            other = (earlier or ours)[0]
            where = f"on {other.service_date}, claim {other.claim.control_number}"
            yield Found("second-scan", subject, f"{other.code} {where}", line_of(subject).id)


def _halves(subject: Subject, other: Outcome) -> bool:
    """26 and TC of one scan: two halves, not two scans."""
    return parts(subject.row) | parts(other) == {"26", "TC"} and parts(subject.row) != parts(other)


@check("S04")
def studies_and_doses(view: View) -> Iterator[Found | Unchecked]:
    """One technetium dose beside a code for several studies; two beside a code for one."""
    for subject in view.lines:
        known = view.reference.family.get(subject.code or "")
        if known is None or known.role not in ("scan", "scan-single"):
            continue
        if known.studies == "several":
            yield from reported("one-dose-several-studies", subject, doses.one_dose(subject))
        elif not _other_scan(subject):
            yield from reported("two-doses-one-study", subject, doses.two_doses(subject))


def _other_scan(subject: Subject) -> bool:
    """Another scan of the patient within three days, which the other dose may belong to."""
    return any(subject.reference.role(o.code) in SCANS for o in near(subject, doses.WINDOW))


@check("S05")
def tracer_missing(view: View) -> Iterator[Found | Unchecked]:
    """A scan in the office without a tracer, unless the payer folds tracers into the scan."""
    if view.payer.bundles_tracers:
        return
    for subject in view.lines:
        if subject.role not in SCANS or doses.no_tracer(subject) is None:
            continue
        if not any(view.reference.role(o.code) in _TRACERS for o in near(subject, doses.WINDOW)):
            yield from reported("tracer-not-billed", subject, doses.no_tracer(subject))


@check("S06")
def stress_missing(view: View) -> Iterator[Found | Unchecked]:
    """A stress agent beside a scan without a stress test; several studies without any stress evidence.

    A reading, or a physician's claim for a facility, says nothing: the stress part may be another biller's.
    """
    for subject in view.lines:
        if subject.in_facility or "26" in subject.modifiers:
            continue
        roles = {view.reference.role(o.code) for o in near(subject, _AGAIN)}
        if subject.role == "agent" and roles & SCANS and not roles & {"stress-test", "stress-echo"}:
            first = not any(o.code == subject.code for o in subject.same_claim) or comes_later(
                subject, [o for o in subject.same_claim if o.code == subject.code]
            )
            if first:
                yield Found("stress-test-not-billed", subject, f"{subject.code}, no 93015-93018", line_of(subject).id)
        if subject.role == "scan" and not roles & {"stress-echo"}:
            yield from reported("stress-not-evidenced", subject, doses.no_stress_evidence(subject))


@check("S19")
def billed_before(view: View) -> Iterator[Found | Unchecked]:
    """The same service on an earlier claim of the biller to the payer; identical tracer lines on one claim.

    Repeats that say so (76, 77) and replacements are none. A denied service may go out as a new claim where the payer
    takes no replacement or asked for a new claim (MA130, N142).
    """
    replaces = view.claim.frequency in (REPLACEMENT, VOID)
    for subject, full in zip(view.lines, view.full, strict=True):
        if not replaces and not _REPEAT & subject.modifiers:
            yield from _before(subject, full)
        if subject.role == "tracer":
            same = [o for o in subject.same_claim if o.code == subject.code and o.service_date == subject.date]
            same = [o for o in same if set(o.modifiers) == subject.modifiers]
            if same and comes_later(subject, same):
                seen = duplicates.identical_line_on_claim(subject)
                yield Found("identical-dose-lines", subject, seen.value if seen else None, line_of(subject).id)


def _before(subject: Subject, full: Subject) -> Iterator[Found]:
    earlier = [o for o in twins(full) if _earlier(o, full)]
    known = next((o for o in earlier if o.state in ANSWERED | UNDECIDED), None)
    if known is not None:
        value = f"claim {known.claim.control_number}, {known.state}"
        yield Found("billed-before", subject, value, line_of(subject).id)
        return
    denied = next((o for o in earlier if o.state in UNPAID), None)
    if denied is None or subject.payer.takes_frequency_7 is not True or duplicates.new_claim_was_asked_for(full):
        return
    value = f"claim {denied.claim.control_number}, {denied.state}"
    yield Found("resend-of-denied", subject, value, line_of(subject).id)
