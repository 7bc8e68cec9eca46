"""Facts about records and attachments (domain.md section 3, rows 7, 8, 30)."""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import coded
from edi.analysis.model import Attachment, ServiceLine
from edi.analysis.subject import Subject

_NO_READING = {"93016", "93017"}
_REPORT_REMARKS = {"M31", "N240", "N457", "N458", "N713", "N714"}


def _attachments(subject: Subject) -> list[Attachment]:
    return [*subject.claim.attachments, *(a for line in subject.lines for a in line.attachments)]


@fact("attachment-sent", "837")
def attachment_sent(subject: Subject) -> Seen | None:
    """Paperwork was announced with the claim (PWK)."""
    first = next(iter(_attachments(subject)), None)
    if first is None:
        return None
    return Seen(f"PWK {first.type or '?'} {first.control_number or 'without control number'}", first.id)


@fact("attachment-absent", "837")
def attachment_absent(subject: Subject) -> Seen | None:
    """No paperwork was announced with the claim (no PWK)."""
    if not subject.is_ours or attachment_sent(subject) is not None:
        return None
    return Seen("no PWK", subject.claim.id)


@fact("attachment-without-number", "837")
def attachment_without_number(subject: Subject) -> Seen | None:
    """The paperwork was announced without a control number (PWK06), so that it cannot be matched."""
    found = next((a for a in _attachments(subject) if not a.control_number), None)
    return Seen(f"PWK {found.type or '?'}", found.id) if found else None


@fact("attachment-with-number", "837")
def attachment_with_number(subject: Subject) -> Seen | None:
    """The paperwork was announced with a control number (PWK06)."""
    found = next((a for a in _attachments(subject) if a.control_number), None)
    return Seen(f"PWK {found.type or '?'} {found.control_number}", found.id) if found else None


@fact("record-review-claimed", "835")
def record_review_claimed(subject: Subject) -> Seen | None:
    """The payer says that a record does not support the service, which takes a record to review (N163)."""
    remark = next((r for r in subject.remarks if r.code == "N163"), None)
    return Seen("N163", remark.id) if remark else None


@fact("attachment-said-lost", "835")
def attachment_said_lost(subject: Subject) -> Seen | None:
    """The payer says that the announced paperwork never arrived, or arrived late (CARC 163, 164)."""
    found = next((a for a in subject.reasons if a.reason_code in ("163", "164")), None)
    return Seen(found.code, found.id) if found else None


@fact("report-said-missing", "835")
def report_said_missing(subject: Subject) -> Seen | None:
    """The payer's remark names the report (M31, N240, N457, N458, N713, N714)."""
    found = next((r for r in subject.remarks if r.code in _REPORT_REMARKS), None)
    return Seen(found.code, found.id) if found else None


def _reads(line: ServiceLine) -> bool:
    is_procedure = (line.procedure or "").isdigit()
    return is_procedure and "TC" not in line.modifiers and line.procedure not in _NO_READING


@fact("billed-reading", "837")
def billed_reading(subject: Subject) -> Seen | None:
    """The line bills the reading (26, global, or the report of the stress test)."""
    found = next((line for line in subject.lines if _reads(line)), None) if subject.is_ours else None
    return Seen(coded(found), found.id) if found and subject.is_professional else None


@fact("technical-part-only", "837")
def technical_part_only(subject: Subject) -> Seen | None:
    """The line bills no reading (TC, a tracing, or a hospital claim): the report is another bill's."""
    if not subject.is_ours or (subject.is_professional and any(_reads(line) for line in subject.lines)):
        return None
    return Seen(coded(subject.line) if subject.line else "hospital claim", subject.claim.id)


@fact("reader-not-named", "837")
def reader_not_named(subject: Subject) -> Seen | None:
    """No reading physician stands on the claim (no NM1*82)."""
    if not subject.is_ours or not subject.is_professional or subject.claim.rendering_npi:
        return None
    return None if any(line.rendering_npi for line in subject.lines) else Seen("no NM1*82", subject.claim.id)
