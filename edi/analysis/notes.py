"""What the analysis noticed that no cause explains: answers that do not add up, ties, reversals of the unseen.

Values, like every fault in a file: the rule's name in mappings/diagnostics.csv, the row where it shows, what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edi.analysis.outcomes.netting import CANCELLED, COUNTED, Entry
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.outcomes.sequestration import cut_of
from edi.analysis.reference import Reference
from edi.x12.diagnostic import SEGMENT
from edi.x12.money import money

_UNDECIDED = ("no-response", "pending", "void")


@dataclass(frozen=True, slots=True)
class Note:
    """`at`: id of the remittance row (SVC or CLP) that shows it; `value` and `expected` fill the rule's message."""

    rule: str
    at: int
    element: str
    value: str
    expected: str = ""


def notes(row: Outcome, reference: Reference) -> Iterator[Note]:
    """Everything worth telling about one row's answers."""
    last = row.deciding
    if last is None:
        return
    if row.balance and row.state not in _UNDECIDED and not any(e.remit.has_repeats for e in row.entries):
        yield Note("answer-leaves-balance", _at(last), "CAS", money(row.balance), money(row.charge))
    if row.net.unmatched_reversal:
        yield _reversal_too_many(row, last)
    if row.net.replaced_without_reversal:
        yield Note("answered-again-without-reversal", _at(last), "CLP02", money(last.split.paid))
    if row.ambiguous:
        rivals = ", ".join(str(line.line_number) for line in row.ambiguous)
        yield Note("link-ambiguous", _at(last), "SVC", row.code or "", rivals)
    for entry in row.entries:
        if entry.remit.has_repeats:
            yield from _repeated(entry)
        if not entry.remit.is_reversal:
            yield from _codes(entry, reference)
            cut = cut_of(entry)
            if cut is not None and not cut.fits:
                yield Note("sequestration-rate", cut.adjustment.id, "CAS", money(cut.taken), money(cut.due))


def _repeated(entry: Entry) -> Iterator[Note]:
    """An answer that stands a second time in one payment: a CLP once, at its first line; each SVC that its CLP counts,
    as import has named the others."""
    remit = entry.remit
    if remit.repeats is not None and (not entry.svcs or entry.svcs[0] is remit.lines[0]):
        yield Note("answer-repeated", remit.id, "CLP", remit.control_number or "", _segment(remit.repeats))
    counted = remit.charge == sum(svc.charge for svc in remit.lines)
    for svc in entry.svcs:
        if svc.repeats is not None and counted:
            yield Note("answer-repeated", svc.id, "SVC", svc.code or "", _segment(svc.repeats))


def _segment(row_id: int) -> str:
    return str(row_id & SEGMENT)


def _reversal_too_many(row: Outcome, last: Entry) -> Note:
    """The first reversal that cancels no answer: a second one of the same cents, or one whose answer is not here."""
    effects = list(zip(row.entries, row.net.effects, strict=True))
    reversal = next((e for e, effect in effects if e.remit.is_reversal and effect == COUNTED), last)
    again = any(
        e.remit.is_reversal and effect == CANCELLED and e.split.paid == reversal.split.paid for e, effect in effects
    )
    rule = "reversed-again" if again else "reversal-without-original"
    return Note(rule, _at(reversal), "CLP02", money(reversal.split.paid))


def _codes(entry: Entry, reference: Reference) -> Iterator[Note]:
    reasons = reference.reasons
    for adjustment in [a for svc in entry.svcs for a in svc.adjustments] or entry.split.reasons:
        if not adjustment.reason_code:
            continue  # adjustment-without-reason has said so when the file was read
        known = reasons.get(adjustment.reason_code)
        if known is None:
            yield Note("reason-unknown", adjustment.id, "CAS", adjustment.code)
        elif known.needs_remark and adjustment.cents > 0 and not _explained(entry, reference):
            yield Note("remark-missing", adjustment.id, "CAS", adjustment.code)


def _explained(entry: Entry, reference: Reference) -> bool:
    """Whether a remark of the line or the claim is more than an alert."""
    told = [r.code for svc in entry.svcs for r in svc.remarks] + [r.code for r in entry.remit.remarks]
    return any(code and not reference.is_alert(code) for code in told)


def _at(entry: Entry) -> int:
    return entry.svcs[0].id if entry.svcs else entry.remit.id
