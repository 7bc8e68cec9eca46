"""Facts about what the payer decided: expected zeroes, pending, takebacks, silence (rows 33 to 44)."""

from __future__ import annotations

import re

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.model import Adjustment
from edi.analysis.outcomes.agreed import paid_short
from edi.analysis.outcomes.classify import PENDING
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.outcomes.sequestration import cut_of
from edi.analysis.subject import Subject, adjustments_of
from edi.x12.money import money

_TRACKING_CODE = re.compile(r"\d{4}F$|G\d{4}$")
_REVERSAL_ALERTS = {f"N{n}" for n in range(687, 699)} | {"MA67", "N432", "N419", "N420", "N421", "N770", "N880"}
_RECOVERY_REASONS = {"216"}
_RECOVERY_REMARKS = {"N432", "N199", "N421", "N688"}
_PRIOR_REASONS = {"23", "275", "303", "209", "276"}
_PRIOR_REMARKS = {"N219", "N408", "N765", "N766"}
_CUT_REASONS = {"59", "237", "172", "144", "B4", "203", "223", "278", "P22", "P28", "B22", "186"}
_CUT_REMARKS = {"N535", "N741", "N442", "N644", "N670"}


def _adjustments(subject: Subject) -> list[Adjustment]:
    return adjustments_of(subject.entry) if subject.entry is not None else []


@fact("patient-share-code", "835")
def patient_share_code(subject: Subject) -> Seen | None:
    """Deductible, coinsurance or copay took what was allowed (PR 1, 2, 3, 66, 142 and the like)."""
    kinds = subject.reference.reasons
    found = [
        a
        for a in _adjustments(subject)
        if a.group_code == "PR" and (r := kinds.get(a.reason_code or "")) and r.kind not in ("denial", "bundling")
    ]
    return Seen(", ".join(dict.fromkeys(a.code for a in found)), found[0].id) if found else None


@fact("pending-code", "835")
def pending_code(subject: Subject) -> Seen | None:
    """The payer says that it has not decided yet (CARC 133, 257, 277)."""
    found = next((a for a in _adjustments(subject) if a.reason_code in PENDING), None)
    return Seen(found.code, found.id) if found else None


@fact("denial-reversed", "835")
def denial_reversed(subject: Subject) -> Seen | None:
    """The payer reversed its denial and has not answered again."""
    if not subject.row.net.reversed_denial or subject.remit is None:
        return None
    return Seen(f"reversed on {subject.remit.payment.day}", subject.remit.id)


@fact("no-answer", "history")
def no_answer(subject: Subject) -> Seen | None:
    """No remittance in this database answers the line."""
    if subject.entry is not None:
        return None
    sent = subject.claim.submitted
    return Seen(f"sent {sent}" if sent else "no remittance", subject.claim.id)


@fact("claim-answered-without-line", "835")
def claim_answered_without_line(subject: Subject) -> Seen | None:
    """Other lines of the claim were answered, this one was left out."""
    answered = next((o for o in subject.same_claim if o.entries), None)
    if subject.entry is not None or answered is None:
        return None
    return Seen(f"{answered.code} was answered", answered.entries[0].remit.id)


def _payment_before(row: Outcome) -> Seen | None:
    for entry in row.entries:
        if entry.split.paid > 0 and not entry.remit.is_reversal:
            payment = entry.remit.payment
            return Seen(f"paid on {payment.day}, trace {payment.trace_number or '?'}", entry.remit.id)
    return None


@fact("paid-before", "835")
def paid_before(subject: Subject) -> Seen | None:
    """An earlier remittance had paid the line."""
    if subject.row.state == "paid":
        return None
    return _payment_before(subject.row)


@fact("silent-since-reversal", "835")
def silent_since_reversal(subject: Subject) -> Seen | None:
    """The payer has decided nothing about the line since it took the payment back."""
    row, net = subject.row, subject.row.net
    gone = net.taken_back or net.earlier_payment_gone or (row.state == "taken-back" and net.unmatched_reversal)
    reversal = next((e.remit for e in reversed(row.entries) if e.remit.is_reversal), None)
    return Seen(f"reversed on {reversal.payment.day}", reversal.id) if gone and reversal else None


@fact("recovery-code", "835")
def recovery_code(subject: Subject) -> Seen | None:
    """The payer's codes speak of a review after payment (CARC 216; N432, N199, N421, N688)."""
    found = next((a for a in subject.reasons if a.reason_code in _RECOVERY_REASONS), None)
    if found is not None:
        return Seen(found.code, found.id)
    remark = next((r for r in subject.remarks if r.code in _RECOVERY_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("reversal-reason", "835")
def reversal_reason(subject: Subject) -> Seen | None:
    """The payer says why it reversed (N687 to N698 and the like)."""
    remarks = [r for e in subject.row.entries for svc in e.svcs for r in svc.remarks]
    remarks += [r for e in subject.row.entries for r in e.remit.remarks]
    found = next((r for r in remarks if r.code in _REVERSAL_ALERTS), None)
    return Seen(f"{found.code}: {subject.reference.remark_meaning(found.code)}", found.id) if found else None


@fact("prior-payer-code", "835")
def prior_payer_code(subject: Subject) -> Seen | None:
    """The payer's codes carry over what an earlier payer did (OA-23, CARC 275, 303; N219, N408, N765)."""
    found = next((a for a in _adjustments(subject) if a.reason_code in _PRIOR_REASONS), None)
    if found is not None:
        return Seen(found.code, found.id)
    remark = next((r for r in subject.remarks if r.code in _PRIOR_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("reporting-code", "837")
def reporting_code(subject: Subject) -> Seen | None:
    """The line is a reporting code that is never paid, billed at nothing or a cent."""
    code, line = subject.code or "", subject.line
    cheap = subject.row.charge <= 1 or code.endswith("F")
    return Seen(code, line.id) if cheap and line is not None and _TRACKING_CODE.match(code) else None


@fact("sequestration-rate-fits", "835")
def sequestration_rate_fits(subject: Subject) -> Seen | None:
    """The sequestration cut is 2 percent of what was allowed less the patient's share."""
    cut = cut_of(subject.entry) if subject.entry else None
    return Seen(str(cut), cut.adjustment.id) if cut is not None and cut.fits else None


@fact("sequestration-rate-off", "835")
def sequestration_rate_off(subject: Subject) -> Seen | None:
    """The sequestration cut is not 2 percent of what was allowed less the patient's share."""
    cut = cut_of(subject.entry) if subject.entry else None
    return Seen(str(cut), cut.adjustment.id) if cut is not None and not cut.fits else None


@fact("payment-rule-code", "835")
def payment_rule_code(subject: Subject) -> Seen | None:
    """A payment rule cut the line (CARC 59, 237, 172, 144, B4; N535, N741)."""
    found = next((a for a in _adjustments(subject) if a.reason_code in _CUT_REASONS and a.cents > 0), None)
    if found is not None:
        return Seen(found.code, found.id)
    remark = next((r for r in subject.remarks if r.code in _CUT_REMARKS), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("allowed-below-fee", "reference")
def allowed_below_fee(subject: Subject) -> Seen | NotChecked | None:
    """The payer allowed less than the loaded fee."""
    if subject.reference.fees is None:
        return NotChecked("no fee table loaded")
    short = paid_short(subject.row, subject.reference)
    if short is None:
        return None
    at = subject.line.id if subject.line else None
    return Seen(f"allowed {money(short.allowed)}, fee {money(short.expected)}", at)
