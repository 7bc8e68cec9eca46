"""Facts about records and attachments (domain.md section 3, rows 7, 8, 30)."""

from __future__ import annotations

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.subject import Subject


@fact("attachment-sent", "837")
def attachment_sent(subject: Subject) -> Seen | None:
    """Paperwork was announced with the claim (PWK)."""
    found = [*subject.claim.attachments, *(a for line in subject.lines for a in line.attachments)]
    if not found:
        return None
    first = found[0]
    return Seen(f"PWK {first.type or '?'} {first.control_number or 'without control number'}", first.id)


@fact("attachment-absent", "837")
def attachment_absent(subject: Subject) -> Seen | None:
    """No paperwork was announced with the claim (no PWK)."""
    if not subject.is_ours or attachment_sent(subject) is not None:
        return None
    return Seen("no PWK", subject.claim.id)


@fact("record-review-claimed", "835")
def record_review_claimed(subject: Subject) -> Seen | None:
    """The payer says that a record does not support the service, which takes a record to review (N163)."""
    remark = next((r for r in subject.remarks if r.code == "N163"), None)
    return Seen("N163", remark.id) if remark else None


@fact("billed-reading", "837")
def billed_reading(subject: Subject) -> Seen | None:
    """The line bills the reading (modifier 26 or global)."""
    if subject.line is None or "TC" in subject.modifiers:
        return None
    return Seen("26" if "26" in subject.modifiers else "global", subject.line.id)
