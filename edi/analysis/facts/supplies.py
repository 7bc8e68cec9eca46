"""Facts about what a tracer or drug line must carry (domain.md sections 1.3, 1.4 and 3, rows 15, 26)."""

from __future__ import annotations

import re

from edi.analysis.facts.registry import Seen, fact
from edi.analysis.subject import Subject

_AMOUNT = re.compile(r"\d+(\.\d{1,2})?")
_NDC_UNITS = {"ML", "UN", "ME", "GR", "F2"}


@fact("cost-note-absent", "837")
def cost_note_absent(subject: Subject) -> Seen | None:
    """No cost or invoice amount stands in the line's note (2400 NTE)."""
    if not subject.is_ours or subject.line is None or cost_note_sent(subject) is not None:
        return None
    return Seen("no amount in NTE", subject.line.id)


@fact("cost-note-sent", "837")
def cost_note_sent(subject: Subject) -> Seen | None:
    """The line's note states a cost (2400 NTE)."""
    for line in subject.lines:
        for note in line.notes:
            if note.text and _AMOUNT.search(note.text):
                return Seen("NTE with an amount", note.id)
    return None


@fact("ndc-absent", "837")
def ndc_absent(subject: Subject) -> Seen | None:
    """The drug line carries no NDC (no LIN in 2410)."""
    if subject.is_ours and subject.line is not None and not subject.line.ndc:
        return Seen("no LIN", subject.line.id)
    return None


@fact("ndc-invalid", "837")
def ndc_invalid(subject: Subject) -> Seen | None:
    """The NDC is not 11 digits after N4, or its quantity or unit is missing or unknown."""
    line = subject.line
    if line is None or not line.ndc:
        return None
    faults = []
    if not re.fullmatch(r"\d{11}", line.ndc):
        faults.append("not 11 digits")
    if line.ndc_qualifier != "N4":
        faults.append("qualifier is not N4")
    if line.ndc_quantity is None:
        faults.append("no quantity")
    if line.ndc_unit not in _NDC_UNITS:
        faults.append("unit missing or unknown")
    return Seen(f"{line.ndc}: {', '.join(faults)}", line.id) if faults else None


@fact("ndc-sent", "837")
def ndc_sent(subject: Subject) -> Seen | None:
    """The drug line carries a well-formed NDC with quantity and unit."""
    line = subject.line
    if line is None or not line.ndc or ndc_invalid(subject) is not None:
        return None
    return Seen(line.ndc, line.id)


@fact("supply-clean", "837")
def supply_clean(subject: Subject) -> Seen | None:
    """The supply line itself shows no fault (units usual, NDC well-formed where sent)."""
    line = subject.line
    known = subject.reference.family.get(subject.code or "")
    if line is None or not subject.is_ours or ndc_invalid(subject) is not None:
        return None
    if known and known.usual_max is not None and float(line.units or 1) > known.usual_max:
        return None
    return Seen(f"{subject.code} x {line.units or 1:g}", line.id)
