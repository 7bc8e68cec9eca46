"""Facts about several payers: who comes first, what the earlier one decided, capitation (rows 21, 36, 43)."""

from __future__ import annotations

from edi.analysis.facts.histories import LATER_PAYER_STATUSES, answered_claim
from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.grouping import normalised
from edi.analysis.model import RemitClaim
from edi.analysis.subject import Subject, gap


@fact("sent-as-primary", "837")
def sent_as_primary(subject: Subject) -> Seen | None:
    """The claim was sent as primary and names no other payer (SBR01 P, no 2320)."""
    claim = answered_claim(subject)
    if not subject.is_ours or (claim.responsibility or "P") != "P" or claim.other_payers:
        return None
    return Seen("SBR01 P, no other payer", claim.id)


@fact("other-payer-on-claim", "837")
def other_payer_on_claim(subject: Subject) -> Seen | None:
    """The claim names another payer (loop 2320)."""
    others = answered_claim(subject).other_payers
    return Seen(others[0].payer_name or "another payer", others[0].id) if others else None


@fact("other-payer-decision-sent", "837")
def other_payer_decision_sent(subject: Subject) -> Seen | None:
    """The other payer's decision went with the claim (AMT*D in 2320 or SVD in 2430)."""
    claim = answered_claim(subject)
    paid = next((o for o in claim.other_payers if o.paid_cents is not None), None)
    if paid is not None:
        return Seen("AMT*D", paid.id)
    numbers = {line.line_number for line in subject.lines}
    lines = [line for line in claim.lines if line.line_number in numbers]
    decided = next((a for line in lines for a in line.adjudications), None)
    return Seen("SVD", decided.id) if decided else None


@fact("other-payer-decision-answers", "837")
def other_payer_decision_answers(subject: Subject) -> Seen | None:
    """The decision of the payer that should come first did go with the claim (AMT*D in 2320 or SVD in 2430)."""
    sent, remit = other_payer_decision_sent(subject), subject.remit
    named = normalised(remit.corrected_payer_name) if remit else ""
    others = {normalised(o.payer_name) for o in answered_claim(subject).other_payers}
    return sent if sent and (not named or named in others) else None


@fact("other-payer-decision-absent", "837")
def other_payer_decision_absent(subject: Subject) -> Seen | None:
    """Sent as a secondary claim without the primary's decision."""
    claim = answered_claim(subject)
    if subject.is_ours and claim.responsibility in ("S", "T") and other_payer_decision_sent(subject) is None:
        return Seen(f"SBR01 {claim.responsibility}, neither AMT*D nor SVD", claim.id)
    return None


@fact("payer-names-other-payer", "835")
def payer_names_other_payer(subject: Subject) -> Seen | None:
    """The payer names who should pay first (NM1*PR) or to whom it sent the claim on (NM1*TT)."""
    remit = subject.remit
    name = (remit.corrected_payer_name or remit.crossover_name) if remit else None
    return Seen(name, remit.id) if remit and name else None


@fact("sent-on-by-payer", "835")
def sent_on_by_payer(subject: Subject) -> Seen | None:
    """The payer says that the claim is not its own and was sent on (claim status 23)."""
    remit = subject.remit
    return Seen("CLP02 23", remit.id) if remit and remit.status == "23" else None


@fact("other-payer-in-history", "history")
def other_payer_in_history(subject: Subject) -> Seen | None:
    """Another payer paid for this patient within a year."""
    ours = normalised(subject.row.payer_name)
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        near = days is not None and abs(days) <= 365 and other.case is not subject.row.case
        if (
            near
            and other.state in ("paid", "reduced", "patient-share")
            and normalised(other.payer_name) not in ("", ours)
        ):
            return Seen(f"{other.payer_name}, claim {other.claim.control_number}", other.claim.id)
    return None


def _earlier_payers(subject: Subject) -> list[RemitClaim]:
    """Answers of other payers to the same claim."""
    remit = subject.remit
    if remit is None:
        return []
    ours = normalised(remit.payment.payer_name)
    others = [a.remit for a in subject.row.case.answers if a.remit is not remit and not a.remit.is_reversal]
    return [r for r in others if normalised(r.payment.payer_name) != ours and r.order < remit.order]


@fact("earlier-payer-answered", "history")
def earlier_payer_answered(subject: Subject) -> Seen | None:
    """An earlier payer's remittance for the same claim is in this database."""
    found = next(iter(_earlier_payers(subject)), None)
    return Seen(f"{found.payment.payer_name}, claim status {found.status or '?'}", found.id) if found else None


@fact("billed-to-one-payer-only", "837")
def billed_to_one_payer_only(subject: Subject) -> Seen | None:
    """We billed this payer as the only one, and it answered as primary: no earlier payer can have had an effect."""
    remit = subject.remit
    if remit is None or remit.status in LATER_PAYER_STATUSES or _earlier_payers(subject):
        return None
    return sent_as_primary(subject)


@fact("answered-as-later-payer", "835")
def answered_as_later_payer(subject: Subject) -> Seen | None:
    """The payer answered as secondary or tertiary (claim status 2, 3, 20, 21)."""
    remit = subject.remit
    return Seen(f"CLP02 {remit.status}", remit.id) if remit and remit.status in LATER_PAYER_STATUSES else None


@fact("capitation-contract", "reference")
def capitation_contract(subject: Subject) -> Seen | NotChecked | None:
    """The payer is configured as capitated."""
    if subject.payer.capitated is None:
        return NotChecked("no capitation contract loaded for this payer")
    return Seen(subject.payer.name) if subject.payer.capitated else None


@fact("no-capitation-contract", "reference")
def no_capitation_contract(subject: Subject) -> Seen | None:
    """The payer is configured as paying by the service, not by capitation."""
    return Seen(subject.payer.name) if subject.payer.capitated is False else None
