"""Facts about deadlines: first filing and appeals (domain.md section 3, rows 22, 39; INTERFACE, settled questions)."""

from __future__ import annotations

from edi.analysis.facts.histories import answered_claim, at, earlier_than, entries_before, twins
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.linking.submissions import REPLACEMENT
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import MEDICARE, MEDICARE_FFS
from edi.analysis.subject import Subject, gap, kept

_UNKNOWN_LIMIT = 90  # days within which any payer's limit is kept
_YEAR = 365
_AFTER_SERVICE = "after service"
_FURTHER = {"S", "T"}  # SBR01 of a claim that had to wait for an earlier payer


def _replaced(subject: Subject) -> Outcome | None:
    """The row of the claim that this one replaces."""
    return next((o for o in subject.patient if o.case.replaced_by is subject.claim and o.entries), None)


@kept
def _days_to_file(subject: Subject) -> tuple[int, str] | None:
    """Days from the service to the first filing; of a replacement, from the answer that it corrects."""
    if not subject.is_ours:
        return None
    claim = answered_claim(subject)
    if claim.frequency == REPLACEMENT and (original := _replaced(subject)) is not None:
        days = gap(original.entries[0].remit.payment.day, claim.submitted)
        return None if days is None else (max(days, 0), "after the first answer")
    copies = [c for c in subject.row.case.submissions if c.responsibility == claim.responsibility] or [claim]
    filed = sorted({c.submitted for c in copies if c.submitted})
    days = gap(subject.date, filed[0]) if filed else None
    again = f", sent again on {filed[-1]}" if len(filed) > 1 else ""
    return None if days is None else (days, f"{_AFTER_SERVICE}{again}")


def _late(subject: Subject) -> tuple[int, str] | None:
    """As `_days_to_file`; None where it cannot show lateness: a replacement counts from the answer it corrects."""
    counted = _days_to_file(subject)
    if counted and answered_claim(subject).frequency == REPLACEMENT and counted[1].startswith(_AFTER_SERVICE):
        return None
    return counted


@fact("filed-in-time", "837")
def filed_in_time(subject: Subject) -> Seen | None:
    """Filed within the payer's limit (90 days where no limit is known)."""
    counted, limit = _days_to_file(subject), subject.payer.timely_filing_days
    if counted is None or counted[0] > (_UNKNOWN_LIMIT if limit is None else limit):
        return None
    return Seen(f"{counted[0]} days {counted[1]}; limit {limit or 'not known'}", answered_claim(subject).id)


@fact("sent-in-time-under-other-number", "history")
def sent_in_time_under_other_number(subject: Subject) -> Seen | None:
    """The same service was sent to the payer in time before, under another account number."""
    limit = subject.payer.timely_filing_days
    for other in twins(subject) if subject.is_ours else []:
        days = gap(subject.date, other.claim.submitted)
        in_time = days is not None and days <= (_UNKNOWN_LIMIT if limit is None else limit)
        if other.kind is not None and in_time and earlier_than(subject, other):
            return Seen(f"claim {other.claim.control_number}, {days} days after service, {other.state}", at(other))
    return None


@fact("filed-in-time-after-first-payer", "history")
def filed_in_time_after_first_payer(subject: Subject) -> Seen | None:
    """A further payer (not Medicare) got the claim within its limit, or 90 days, after the earlier one had decided."""
    claim, limit = answered_claim(subject), subject.payer.timely_filing_days
    decided = [e.remit for e in entries_before(subject) if e.payer != (subject.entry.payer if subject.entry else "")]
    if claim.responsibility not in _FURTHER or claim.filing_code in MEDICARE_FFS or not decided or not subject.is_ours:
        return None
    days = gap(decided[0].payment.day, claim.submitted)
    if days is None or not 0 <= days <= (_UNKNOWN_LIMIT if limit is None else limit):
        return None
    return Seen(f"{days} days after the earlier payer's answer; limit {limit or 'not known'}", decided[0].id)


@fact("filed-late", "837")
def filed_late(subject: Subject) -> Seen | None:
    """Filed after the payer's limit."""
    counted, limit = _late(subject), subject.payer.timely_filing_days
    if counted is None or limit is None or counted[0] <= limit:
        return None
    return Seen(f"{counted[0]} days {counted[1]}; limit {limit}", answered_claim(subject).id)


@fact("filed-over-a-year", "837")
def filed_over_a_year(subject: Subject) -> Seen | None:
    """Filed more than 365 days after service; no limit of the payer is loaded."""
    counted = _late(subject)
    if counted is None or counted[0] <= _YEAR or subject.payer.timely_filing_days is not None:
        return None
    return Seen(f"{counted[0]} days {counted[1]}", answered_claim(subject).id)


@fact("filed-over-a-year-medicare", "837")
def filed_over_a_year_medicare(subject: Subject) -> Seen | None:
    """Filed more than 365 days after service with Medicare, whose limit that is."""
    counted = _late(subject)
    filing = {answered_claim(subject).filing_code, subject.remit.filing_code if subject.remit else None}
    if counted is None or counted[0] <= _YEAR or not filing & MEDICARE:
        return None
    return Seen(f"{counted[0]} days {counted[1]}", answered_claim(subject).id)


@fact("filed-within-a-year", "837")
def filed_within_a_year(subject: Subject) -> Seen | None:
    """Filed more than 90 and at most 365 days after service: only the payer's limit, not known here, decides."""
    counted = _late(subject)
    if counted is None or subject.payer.timely_filing_days is not None or not _UNKNOWN_LIMIT < counted[0] <= _YEAR:
        return None
    return Seen(f"{counted[0]} days {counted[1]}", answered_claim(subject).id)


@fact("filing-limit", "reference")
def filing_limit(subject: Subject) -> NotChecked | None:
    """The payer's filing limit is known."""
    return NotChecked("no filing limit loaded for this payer") if subject.payer.timely_filing_days is None else None


@fact("payer-received", "835")
def payer_received(subject: Subject) -> Seen | None:
    """The payer says when it received the claim (DTM*050)."""
    remit = subject.remit
    return Seen(remit.received_date, remit.id) if remit and remit.received_date else None


@fact("received-in-time", "835")
def received_in_time(subject: Subject) -> Seen | None:
    """The payer's own date of receipt (DTM*050) is within its limit (90 days where no limit is known)."""
    remit, limit = subject.remit, subject.payer.timely_filing_days
    days = gap(subject.date, remit.received_date) if remit else None
    if remit is None or days is None or days > (_UNKNOWN_LIMIT if limit is None else limit):
        return None
    return Seen(f"received {days} days after service; limit {limit or 'not known'}", remit.id)


@fact("received-late", "835")
def received_late(subject: Subject) -> Seen | None:
    """The payer's date of receipt (DTM*050) is after its limit; when we filed is not known."""
    remit, limit = subject.remit, subject.payer.timely_filing_days
    days = gap(subject.date, remit.received_date) if remit and not subject.is_ours else None
    if remit is None or days is None or days <= (limit or _YEAR):
        return None
    return Seen(f"received {days} days after service; limit {limit or 'not known'}", remit.id)


@fact("delay-reason-sent", "837")
def delay_reason_sent(subject: Subject) -> Seen | None:
    """The claim gives a reason for the delay (CLM20)."""
    claim = answered_claim(subject)
    return Seen(f"CLM20 {claim.delay_reason}", claim.id) if claim.delay_reason else None


@fact("clearinghouse-number", "837")
def clearinghouse_number(subject: Subject) -> Seen | None:
    """The clearinghouse gave the claim a number (REF*D9), under which its log shows when it was passed on."""
    claim = answered_claim(subject)
    return Seen(f"REF*D9 {claim.clearinghouse_id}", claim.id) if claim.clearinghouse_id and subject.is_ours else None


@fact("denied-before", "835")
def denied_before(subject: Subject) -> Seen | None:
    """An earlier answer had denied the line, and the money did not change."""
    denied = [e for e in entries_before(subject) if e.split.denied > 0]
    if not denied or (subject.entry and subject.entry.split.paid > denied[-1].split.paid):
        return None
    first = denied[0]
    codes = " ".join(dict.fromkeys(a.code for a in first.split.reasons))
    return Seen(f"{codes} on {first.remit.payment.day}", first.remit.id)


def _days_to_appeal(subject: Subject) -> int | None:
    """Days from the first denial to the answer in question: the appeal came in between."""
    denied = [e for e in entries_before(subject) if e.split.denied > 0]
    return gap(denied[0].remit.payment.day, subject.remit.payment.day) if denied and subject.remit else None


@fact("answered-within-appeal-limit", "835")
def answered_within_appeal_limit(subject: Subject) -> Seen | NotChecked | None:
    """The payer's answer itself came within its appeal limit, so the appeal cannot have been late."""
    days, limit = _days_to_appeal(subject), subject.payer.appeal_days
    if limit is None:
        return NotChecked("no appeal limit loaded for this payer")
    if days is None or days > limit:
        return None
    return Seen(f"{days} days after the first denial; limit {limit}", subject.remit.id if subject.remit else None)


@fact("answered-after-appeal-limit", "835")
def answered_after_appeal_limit(subject: Subject) -> Seen | None:
    """The payer's answer came after its appeal limit; when the appeal was sent is not known here."""
    days, limit = _days_to_appeal(subject), subject.payer.appeal_days
    if days is None or limit is None or days <= limit:
        return None
    return Seen(f"{days} days after the first denial; limit {limit}", subject.remit.id if subject.remit else None)


@fact("late-appeal-code", "835")
def late_appeal_code(subject: Subject) -> Seen | None:
    """The payer says that the appeal was late (CARC 286, retired 138), not merely misfiled."""
    found = next((a for a in subject.reasons if a.reason_code in ("286", "138")), None)
    return Seen(found.code, found.id) if found else None
