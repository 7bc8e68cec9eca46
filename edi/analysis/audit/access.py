"""Checks before anything else: authorization, the payer's order, the member, the deadline (S01, S02, S20-S23)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.analysis.audit.checks import Found, Unchecked, View, check, reported
from edi.analysis.facts import approvals, authorization, claimdata, deadlines, eligibility, mistyped, payers
from edi.analysis.grouping import normalised
from edi.analysis.linking.submissions import REPLACEMENT, VOID
from edi.analysis.reference import MEDICARE_FFS
from edi.analysis.reference.office import PENDING
from edi.analysis.subject import SCANS, Subject

_LATER = {"S", "T"}
_LETTER = "[AC-HJKMNP-RT-Y]"
_EITHER = "[AC-HJKMNP-RT-Y0-9]"
# The shape of a Medicare beneficiary identifier, as CMS publishes it.
_MBI = re.compile(f"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{{2}}[0-9]{{2}}")
_MBI_SINCE = "2020-01-01"  # services before could carry the older number
_SHORTEST = 4


def _asked(subject: Subject) -> bool:
    """Whether a line is one that authorization is about: listed by the payer; a scan where no list is known."""
    required = subject.payer.requires_authorization(subject.code)
    return required is True or (required is None and subject.role in SCANS)


@check("S01")
def authorization_missing(view: View) -> Iterator[Found | Unchecked]:
    """No REF*G1 for a code that the payer's list names, or for one whose approval is on file; emergencies excepted."""
    if (view.claim.responsibility or "P") in _LATER:
        return
    for subject in view.lines:
        if authorization.number_sent(subject) or authorization.emergency(subject):
            continue
        required = subject.payer.requires_authorization(subject.code)
        approval = approvals.approval_on_file(subject)
        if required and approval is None:
            yield from reported("authorization-absent", subject, authorization.authorization_absent(subject))
        elif approval is not None and required is not False and _asked(subject):
            yield from reported("approval-not-sent", subject, approval)
        elif required is None and subject.role in SCANS:
            yield Unchecked("S01", "which codes need authorization is not loaded for this payer")


@check("S02")
def authorization_unfit(view: View) -> Iterator[Found | Unchecked]:
    """The number sent against its form, the office's list and what was paid under it before."""
    for subject in view.lines:
        number = authorization.number_sent(subject)
        if not _asked(subject):
            continue
        if number is None:
            if approvals.approval_refused(subject):
                yield from reported("authorization-refused", subject, approvals.approval_refused(subject))
            continue
        if authorization.is_placeholder(number):
            yield Found("authorization-placeholder", subject, number, subject.claim.id)
            continue
        found = list(_against_list(subject, number))
        yield from found
        if not any(isinstance(one, Found) for one in found) and not approvals.approval_fits(subject):
            yield from _against_history(subject)


def _against_list(subject: Subject, number: str) -> Iterator[Found | Unchecked]:
    known = subject.reference.authorizations
    if known is None:
        yield Unchecked("S02", "no authorization list loaded")
        return
    refused = approvals.approval_refused(subject)
    if refused is not None:
        yield from reported("authorization-refused", subject, refused)
        return
    rows = known.numbered(number)
    if not rows:
        other = mistyped.approval_under_other_number(subject)
        yield Found("authorization-unknown", subject, other.value if other else number, subject.claim.id)
        return
    if known.of_other_patient(number, subject.claim.control_number, subject.claim.member_id):
        yield Found("authorization-other-patient", subject, number, subject.claim.id)
        return
    if not any(row.approved for row in rows) and any(row.status == PENDING for row in rows):
        yield Found("authorization-pending", subject, number, subject.claim.id)
        return
    for name, observe in (
        ("authorization-other-code", approvals.approval_for_other_code),
        ("authorization-other-provider", approvals.approval_for_other_provider),
        ("authorization-outside-dates", approvals.approval_outside_dates),
    ):
        seen = observe(subject)
        if seen is not None:
            yield Found(name, subject, seen.value, subject.claim.id)
            return
    yield from reported("authorization-units", subject, approvals.approval_used_up(subject))


def _against_history(subject: Subject) -> Iterator[Found]:
    yield from reported("authorization-other-code", subject, authorization.same_authorization_other_scan_paid(subject))
    yield from reported(
        "authorization-other-provider", subject, authorization.same_authorization_other_provider_paid(subject)
    )
    yield from reported("authorization-used-before", subject, authorization.same_authorization_earlier(subject))


@check("S20")
def replacement_unfit(view: View) -> Iterator[Found | Unchecked]:
    """Frequency 7 or 8 without REF*F8, or on a professional claim to a payer that takes none (Medicare Part B)."""
    if view.claim.frequency not in (REPLACEMENT, VOID):
        return
    seen = claimdata.replacement_fault(view.whole)
    if seen is not None:
        taken = not (view.whole.is_professional and view.payer.takes_frequency_7 is False)
        yield from reported("replacement-without-number" if taken else "replacement-not-taken", view.whole, seen)


@check("S21")
def filing_deadline(view: View) -> Iterator[Found | Unchecked]:
    """Days from the first service to the file's date against the payer's limit; a stated delay reason excepted."""
    claim = view.claim
    if (claim.responsibility or "P") in _LATER or claim.delay_reason or not view.full:
        return
    subject = min(view.full, key=lambda one: one.date or "9999")
    late = deadlines.filed_late(subject)
    yield from reported("filed-late", view.whole, late)
    if subject.payer.timely_filing_days is None:
        yield from reported("filed-over-a-year", view.whole, deadlines.filed_over_a_year(subject))
        yield Unchecked("S21", "no filing limit loaded for this payer")


@check("S22")
def secondary_without_decision(view: View) -> Iterator[Found | Unchecked]:
    """A claim to a further payer without what the earlier one decided (AMT*D in 2320 or SVD in 2430)."""
    if (view.claim.responsibility or "P") not in _LATER:
        return
    if not view.claim.other_payers:
        value = f"SBR01 {view.claim.responsibility}, no 2320"
        yield Found("other-payer-decision-absent", view.whole, value, view.claim.id)
    else:
        yield from reported("other-payer-decision-absent", view.whole, payers.other_payer_decision_absent(view.whole))


@check("S23")
def member(view: View) -> Iterator[Found | Unchecked]:
    """The member id: there, of Medicare's shape, not corrected by the payer before, covered by the eligibility log."""
    claim, subject = view.claim, view.whole
    number = (claim.member_id or "").strip()
    if not number:
        yield from reported("member-id-absent", subject, eligibility.member_id_absent(subject))
        return
    if claim.filing_code in MEDICARE_FFS:
        if not _MBI.fullmatch(number) and (subject.date or "") >= _MBI_SINCE:
            yield Found("mbi-shape", subject, f"{len(number)} characters", claim.id)
    elif not re.fullmatch(r"[A-Za-z0-9]+", number) or len(number) < _SHORTEST:
        yield Found("member-id-odd", subject, f"{len(number)} characters", claim.id)
    if _corrected(view.whole_full):
        yield Found("member-id-corrected", subject, "corrected in an earlier remittance", claim.id)
    if view.reference.eligibility is None:
        yield Unchecked("S23", "no eligibility log loaded, so coverage on the date is not known")
        return
    inactive = next((one for one in view.lines if eligibility.eligibility_log_inactive(one)), None)
    if inactive is not None:
        yield Found("not-eligible", inactive, f"not active on {inactive.date}", claim.id)


def _corrected(subject: Subject) -> bool:
    """Whether the same payer gave another id in answer to this one."""
    ours = normalised(subject.claim.member_id)
    for row in subject.patient:
        if normalised(row.claim.member_id) != ours or normalised(row.payer_name) != normalised(
            subject.claim.payer_name
        ):
            continue
        for entry in row.entries:
            told = normalised(entry.remit.corrected_id)
            if told and told != ours:
                return True
    return False
