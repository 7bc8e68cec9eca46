"""What a finding is: the cause of one row, how sure it is, its evidence, what it is worth, and its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from edi.analysis.facts.mistyped import approved_number
from edi.analysis.model import Adjustment
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Cause
from edi.analysis.subject import Subject
from edi.x12.money import money


class Evidence(NamedTuple):
    """One thing that was looked at. `weight`: for, against, context, not-checked."""

    weight: str
    side: str
    what: str
    value: str | None
    at: int | None


piece = tuple.__new__  # piece(Evidence, (...)): half of the time of Evidence(...), for the places that make most of it


class Worth(NamedTuple):
    """What a success would bring. `settled`: cents paid or the patient's already.

    `recoverable` is None where nothing is known, and while `habit` (payer, code, part, place: whose median allowed
    amount decides) is to be looked up.
    """

    basis: str | None
    settled: int
    recoverable: int | None
    habit: str | None = None


NO_WORTH = Worth(None, 0, None)


@dataclass(slots=True)
class Finding:
    """The cause of one row, with its evidence. Money in cents."""

    id: str
    row: Outcome
    subject: Subject
    rule: str
    cause: Cause
    verdict: str
    why: str
    action: str
    denied: int
    worth: Worth
    open: bool
    evidence: list[Evidence]
    also: tuple[tuple[str, str, str], ...]  # (rule, cause, verdict) of the others that fit
    depends_on: str | None

    @property
    def group_codes(self) -> list[str]:
        return _unique(a.group_code for a in self.subject.reasons)

    @property
    def reason_codes(self) -> list[str]:
        return _unique(a.reason_code for a in self.subject.reasons)

    @property
    def remark_codes(self) -> list[str]:
        return _unique(r.code for r in self.subject.remarks)


def _unique(codes: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(code for code in codes if code))


_APPROVED = "the approved number"


def varies(action: str) -> bool:
    """Whether `next_step` may say something else of an action, by the row."""
    return _APPROVED in action or "frequency 7" in action


def next_step(action: str, subject: Subject) -> str:
    """What to do, with the approved number where one is known, and fitted to the payer: Medicare Part B takes no
    frequency 7 on the 837P (domain.md section 5)."""
    number = approved_number(subject) if _APPROVED in action else None
    if number:
        action = action.replace(_APPROVED, f"{_APPROVED} {number}", 1)
    if "frequency 7" not in action or "reopening" in action:
        return action
    if not subject.is_professional or subject.payer.takes_frequency_7 is not False:
        return action
    return f"{action} This payer takes no frequency 7: ask for a reopening, or send a new claim after MA130."


def unexplained(subject: Subject) -> str:
    """Why no rule speaks of a row: a reason code that no list here has, or a combination that no rule knows."""
    known = subject.reference.reasons
    strange = _unique(a.code for a in subject.reasons if a.reason_code not in known)
    if not strange:
        return (
            "No rule knows this combination of codes and claim data. The charge stays denied, for somebody to look at."
        )
    return (
        f"{' and '.join(strange)} is in no list here, so that nothing can be said of the reason. Its amount is held as "
        "denied until somebody says what the code means (codes/carc.csv in a mappings folder of your own)."
    )


def adjustment_text(adjustment: Adjustment) -> str:
    """'CO-197 1450.00'."""
    return f"{adjustment.code} {money(adjustment.cents)}"


def finding_id(row: Outcome) -> str:
    """A name for the row's finding that is made from content, so that it outlives re-imports and other databases."""
    claim, line = row.claim, row.line
    first = row.entries[0].remit if row.entries and row.kind is None else None
    parts = (
        row.kind or "",
        claim.control_number or "",
        claim.frequency or "",
        claim.billing_npi or "",
        (claim.submitted_key or "") if row.case.role == "void" else "",
        row.payer_name or "",
        str(line.line_number) if line else ("extra" if row.extra else "claim"),
        row.code or "",
        " ".join(row.modifiers),
        row.service_date or "",
        str(row.charge),
        (first.payer_control_number or "") if first else "",
        (first.payment.trace_number or "") if first else "",
    )
    return "F" + hashlib.blake2s("\x1f".join(parts).encode()).hexdigest()[:12]  # a third of SHA-256's time
