"""Claims to remittances (CLM to CLP), down the claim tiers of mappings/link.csv.

Precision before recall: a candidate must have met the tier's keys and be alone in doing so. What ties is ambiguous and
stays unlinked; what meets nothing becomes a claim of its own, known from the remittance only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from edi.analysis.grouping import echoes, normalised
from edi.analysis.linking.claim_match import EMPTY_NUMBERS, Chain, Index, candidates, narrow, own_controls
from edi.analysis.linking.ladder import Ladder
from edi.analysis.linking.line_keys import is_place, names_service, submitted_code
from edi.analysis.linking.mirrors import is_opposite, mirrors, reverses, same_number
from edi.analysis.linking.repeats import mark_claims
from edi.analysis.linking.submissions import (
    NO_TIER,
    REPLACEMENT,
    Answer,
    Case,
    chains,
    dates_meet,
    merge_replacements,
    same_payer,
    same_service,
)
from edi.analysis.model import Claim, RemitClaim, RemitLine, ServiceLine


@dataclass(slots=True)
class Linked:
    """Every case of a group, and the remittances that fit several claims equally well."""

    cases: list[Case] = field(default_factory=list)
    ambiguous: dict[int, list[Claim]] = field(default_factory=dict)  # CLP id -> the claims it could be


def link_claims(claims: Iterable[Claim], remits: Iterable[RemitClaim], ladder: Ladder) -> Linked:
    """Put every remittance of a group to its case. Cases without a claim of ours have `claim.kind` None."""
    known = chains(claims)
    index = Index(known)
    result = Linked()
    waiting = sorted(remits, key=lambda r: r.order)
    before = -1
    while waiting and len(waiting) != before:  # what was found may lead to more: its payer control number is known now
        before = len(waiting)
        for tier, keys in ladder.claim:
            if not waiting:
                break
            waiting = _climb(waiting, tier, keys, index, result)
    for chain in merge_replacements(known, _Named(known)):
        _assign(chain)
        for case in chain:
            result.cases += _split_duplicate(case)
    result.ambiguous = {r.id: result.ambiguous[r.id] for r in waiting if r.id in result.ambiguous}
    result.cases += unclaimed(waiting)
    return result


class _Named:
    """Which cases a replacement or void is about: those answered under the payer control number that it names, else
    those under whose control number its own line control numbers came back."""

    def __init__(self, known: list[Chain]) -> None:
        self.numbers: dict[str, list[Case]] = defaultdict(list)
        self.controls: dict[str, list[Case]] = defaultdict(list)
        for chain in known:
            for answer in chain[-1].answers:
                self.numbers[normalised(answer.remit.payer_control_number)].extend(chain)
                for control in own_controls(answer.remit.lines):
                    self.controls[control].extend(chain)

    def __call__(self, claim: Claim) -> list[Case]:
        number = normalised(claim.payer_control_number)
        if number and self.numbers.get(number):
            return self.numbers[number]
        controls = own_controls(claim.lines)
        cases = [case for control in sorted(controls) for case in self.controls.get(control, ())]
        return [
            case for case in cases if same_service(case.claim, claim) and not controls & own_controls(case.claim.lines)
        ]


def _climb(
    waiting: list[RemitClaim], tier: str, keys: tuple[str, ...], index: Index, result: Linked
) -> list[RemitClaim]:
    """Try one tier on every remittance that found nothing yet; returns those that still have not."""
    rest = []
    for remit in waiting:
        found = candidates(remit, keys, index)
        if len(found) > 1:
            found = narrow(found, remit)
        if len(found) == 1:
            found[0][-1].answers.append(Answer(remit, tier))
            index.learn(found[0], remit)
            continue
        if found:
            result.ambiguous[remit.id] = [chain[0].claim for chain in found]
        rest.append(remit)
    return rest


def _assign(chain: Chain) -> None:
    """Give each answer of an account to the submission that it answers (INTERFACE: netting, replacements)."""
    if len(chain) == 1:
        return
    answers = sorted((a for case in chain for a in case.answers), key=lambda a: a.remit.order)
    for case in chain:
        case.answers = []
    for answer in answers:
        _which(chain, answer.remit).answers.append(answer)


def _which(chain: Chain, remit: RemitClaim) -> Case:
    if remit.settled_submission:
        for case in chain:
            if any(claim.id == remit.settled for claim in case.submissions):
                return case
    if remit.is_reversal:
        opposite = [(case, a.remit) for case in reversed(chain) for a in case.answers if is_opposite(remit, a.remit)]
        named = [(case, earlier) for case, earlier in opposite if same_number(remit, earlier)]
        exact = [case for case, earlier in named or opposite if mirrors(remit, earlier)]
        if named or exact:
            return exact[0] if exact else named[0][0]
    paid = remit.payment.day
    day = remit.received_date or paid
    original = normalised(remit.original_reference)
    controls = {line.line_control for line in remit.lines if line.line_control}
    overlaps = {id(case): _overlap(case, remit) for case in chain}
    most = {n: max(overlap[n] for overlap in overlaps.values()) for n in (0, 1)}
    tests: tuple[Callable[[Case], bool], ...] = (
        lambda case: not paid or (case.claim.submitted or "") <= paid,
        lambda case: remit.frequency == REPLACEMENT and case.claim.frequency == REPLACEMENT,
        lambda case: bool(original) and normalised(case.claim.payer_control_number) == original,
        lambda case: bool(original) and case.claim.frequency == REPLACEMENT,
        lambda case: overlaps[id(case)][0] == most[0] > 0,
        lambda case: any(own_controls(remit.lines) & own_controls(s.lines) for s in case.submissions),
        lambda case: any(
            remit.payer_control_number and a.remit.payer_control_number == remit.payer_control_number
            for a in case.answers
        ),
        lambda case: case.claim.control_number == remit.control_number,
        lambda case: normalised(remit.control_number) in echoes(case.claim.control_number),
        lambda case: overlaps[id(case)][1] == most[1] > 0,
        lambda case: not day or (case.claim.submitted or "") <= day,
        lambda case: not case.answers,
        lambda case: bool(controls & {line.line_control for s in case.submissions for line in s.lines}),
    )
    candidates = list(chain)
    for test in tests:
        if len(candidates) > 1:
            candidates = [case for case in candidates if test(case)] or candidates
    unanswered = [case for case in candidates if not case.answers]
    return unanswered[0] if unanswered else candidates[-1]


def _overlap(case: Case, remit: RemitClaim) -> tuple[int, int]:
    """How many of the answer's lines name a service of the case: by line control number and service; by service, and
    by charge."""
    lines = [line for submission in case.submissions for line in submission.lines]
    by_control = by_service = 0
    for svc in remit.lines:
        same = [line for line in lines if names_service(line, svc)]
        if not is_place(svc.line_control):
            by_control += any(line.line_control == svc.line_control for line in same)
        by_service += bool(same) + any(line.charge == abs(svc.charge) for line in lines)
    return by_control, by_service


_DUPLICATE_REASONS = {"18", "B13"}


def is_duplicate_denial(remit: RemitClaim) -> bool:
    """Nothing paid and the payer's only reason is that it had the claim before (CARC 18, B13)."""
    reasons = {a.reason_code for line in remit.lines for a in line.adjustments} | {
        a.reason_code for a in remit.adjustments
    }
    return not remit.is_reversal and remit.paid == 0 and bool(reasons) and reasons <= _DUPLICATE_REASONS


def _split_duplicate(case: Case) -> list[Case]:
    """A resend that the payer turned away as a duplicate of a paid claim stands on its own."""
    resends = [c for c in case.folded if c.frequency not in (REPLACEMENT, "8") and same_payer(c, case.claim)]
    answers = sorted(case.answers, key=lambda a: a.remit.order)
    split: list[Case] = []
    for answer in answers:
        if resends and is_duplicate_denial(answer.remit) and _paid_otherwise(answers, answer, resends[0]):
            resend = resends.pop(0)
            case.folded.remove(resend)
            case.answers.remove(answer)
            split.append(Case(resend, answers=[answer]))
    return [case, *split]


def _paid_otherwise(answers: Sequence[Answer], refusal: Answer, resend: Claim) -> bool:
    """The claim was paid by another answer, and `refusal` came after the resend that it may be about."""
    day = refusal.remit.payment.day
    if day and resend.submitted and day < resend.submitted:
        return False
    return any(a.remit.paid > 0 or (a.remit.patient_cents or 0) > 0 for a in answers if a is not refusal)


def unclaimed(remits: Sequence[RemitClaim]) -> list[Case]:
    """Cases for remittances without a claim: one for each claim that the payer seems to have answered."""
    cases: list[Case] = []
    by_account: dict[Any, list[Case]] = defaultdict(list)
    for remit in sorted(remits, key=lambda r: r.order):
        number = remit.control_number or ""
        account = number if number not in EMPTY_NUMBERS else ("icn", remit.payer_control_number or remit.id)
        case = next((c for c in reversed(by_account[account]) if _continues(c, remit)), None)
        if case is None:
            case = Case(_pseudo_claim(remit))
            by_account[account].append(case)
            cases.append(case)
        case.answers.append(Answer(remit, NO_TIER))
    for known in by_account.values():
        if len(known) > 1:
            mark_claims(sorted((a.remit for case in known for a in case.answers), key=lambda r: r.order), 0)
    return cases


def _continues(case: Case, remit: RemitClaim) -> bool:
    """`remit` goes on about the claim that the case's answers were about."""
    last = case.answers[-1].remit
    if dates_meet(last.dates, remit.dates) is False or abs(last.charge) != abs(remit.charge):
        return False
    if normalised(last.patient_id) != normalised(remit.patient_id) and last.patient_last != remit.patient_last:
        return False
    if remit.is_reversal:
        return any(reverses(remit, a.remit) for a in case.answers)
    return last.is_reversal or last.payment.id != remit.payment.id


def blank(cls: type[Any], **values: Any) -> Any:
    """An instance of a model class with None wherever nothing is known."""
    names = [f.name for f in fields(cls) if f.init and f.default is MISSING and f.default_factory is MISSING]
    return cls(**{name: values.get(name) for name in names})


def _pseudo_claim(remit: RemitClaim) -> Claim:
    claim: Claim = blank(
        Claim,
        id=remit.id,
        control_number=remit.control_number,
        charge_cents=remit.charge_cents,
        place_of_service=remit.facility_code,
        frequency=remit.frequency,
        filing_code=remit.filing_code,
        payer_name=remit.payment.payer_name,
        payer_id=remit.payment.payer_id,
        member_id=remit.insured_id or remit.patient_id,
        patient_last=remit.patient_last,
        patient_first=remit.patient_first,
        billing_npi=remit.payment.payee_npi,
        billing_tax_id=remit.payment.payee_tax_id,
        statement_from=remit.statement_from,
        statement_through=remit.statement_through,
    )
    claim.lines = [pseudo_line(line, claim.id, remit) for line in remit.lines]
    return claim


def pseudo_line(svc: RemitLine, claim_id: int, remit: RemitClaim) -> ServiceLine:
    """A service line known from the remittance only."""
    first, second, third, fourth = (*svc.modifiers, None, None, None, None)[:4]
    line: ServiceLine = blank(
        ServiceLine,
        id=svc.id,
        claim_id=claim_id,
        line_number=svc.line_number,
        procedure=submitted_code(svc) or None,
        modifier1=first,
        modifier2=second,
        modifier3=third,
        modifier4=fourth,
        charge_cents=svc.charge_cents,
        units=svc.quantity,
        place_of_service=remit.facility_code,
        revenue_code=svc.revenue_code,
        service_date=svc.service_date or remit.statement_from,
        service_date_end=svc.service_date_end,
        line_control=svc.line_control,
    )
    return line
