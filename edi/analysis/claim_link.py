"""Claims to remittances (CLM to CLP), down the claim tiers of mappings/link.csv.

Precision before recall: a candidate must have met the tier's keys and be alone in doing so. What ties is ambiguous and
stays unlinked; what meets nothing becomes a claim of its own, known from the remittance only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from edi.analysis.grouping import ECHO, normalised
from edi.analysis.ladder import Ladder
from edi.analysis.model import Claim, RemitClaim, RemitLine, ServiceLine
from edi.analysis.submissions import NO_TIER, REPLACEMENT, Answer, Case, chains, dates_meet, merge_replacements

Chain = list[Case]
_EMPTY_NUMBERS = {"", "0"}


@dataclass(slots=True)
class Linked:
    """Every case of a group, and the remittances that fit several claims equally well."""

    cases: list[Case] = field(default_factory=list)
    ambiguous: dict[int, list[Claim]] = field(default_factory=dict)  # CLP id -> the claims it could be


class _Index:
    """The chains of a group by every claim key."""

    def __init__(self, known: Sequence[Chain]) -> None:
        self.exact: dict[str, list[Chain]] = defaultdict(list)
        self.cleaned: dict[str, list[Chain]] = defaultdict(list)
        self.members: dict[str, list[Chain]] = defaultdict(list)
        self.payer_numbers: dict[str, list[Chain]] = defaultdict(list)
        for chain in known:
            for number in {s.control_number for case in chain for s in case.submissions if s.control_number}:
                self.exact[number].append(chain)
                self.cleaned[normalised(number)[:ECHO]].append(chain)
            for member in {normalised(s.member_id) for case in chain for s in case.submissions if s.member_id}:
                self.members[member].append(chain)

    def learn(self, chain: Chain, remit: RemitClaim) -> None:
        if number := normalised(remit.payer_control_number):
            known = self.payer_numbers[number]
            if chain not in known:
                known.append(chain)


def _submissions(chain: Chain) -> list[Claim]:
    return [s for case in chain for s in case.submissions]


def _meets(chain: Chain, remit: RemitClaim, key: str, index: _Index) -> bool:
    claims = _submissions(chain)
    if key == "control_number":
        return any(remit.control_number == c.control_number for c in claims)
    if key == "control_number_normalised":
        return any(_echo(c.control_number, remit.control_number) for c in claims) and _vouched(claims, remit)
    if key == "payer_control_number":
        numbers = {normalised(remit.payer_control_number), normalised(remit.original_reference)} - {""}
        return any(chain in index.payer_numbers.get(number, []) for number in numbers)
    if key == "member":
        return any(normalised(c.member_id) in set(map(normalised, remit.member_ids)) for c in claims if c.member_id)
    if key == "dates":
        meet = [dates_meet(c.dates, remit.dates) for c in claims]
        return True in meet or (None in meet and _vouched(claims, remit))
    if key == "charge":
        return any(c.charge == abs(remit.charge) for c in claims)
    if key == "billing_npi":
        npi = remit.payment.payee_npi
        return not npi or any(c.billing_npi in (npi, None) for c in claims)
    raise ValueError(key)


def _echo(ours: str | None, theirs: str | None) -> bool:
    """`theirs` is `ours` as a payer may return it: cleaned, zero-stripped or cut."""
    one, other = normalised(ours), normalised(theirs)
    return bool(other) and (one == other or (len(other) >= ECHO and one.startswith(other)))


def _vouched(claims: Iterable[Claim], remit: RemitClaim) -> bool:
    """Something besides the number agrees: the charge, or the member."""
    members = set(map(normalised, remit.member_ids))
    return any(c.charge == abs(remit.charge) or normalised(c.member_id) in members for c in claims)


def _narrow(candidates: list[Chain], remit: RemitClaim) -> list[Chain]:
    """Several chains met the keys: let payee, member, charge and codes decide, in this order, where they can."""
    codes = {line.code for line in remit.lines if line.code}
    members = set(map(normalised, remit.member_ids))
    npi, tax = remit.payment.payee_npi, remit.payment.payee_tax_id
    tests: tuple[Callable[[Claim], bool], ...] = (
        lambda c: (c.billing_npi == npi) if npi and c.billing_npi else bool(tax and c.billing_tax_id == tax),
        lambda c: normalised(c.member_id) in members,
        lambda c: c.charge == abs(remit.charge),
        lambda c: bool(codes & {line.procedure for line in c.lines}),
    )
    for test in tests:
        if len(candidates) > 1:
            passed = [chain for chain in candidates if any(test(c) for c in _submissions(chain))]
            candidates = passed or candidates
    return candidates


def link_claims(claims: Iterable[Claim], remits: Iterable[RemitClaim], ladder: Ladder) -> Linked:
    """Put every remittance of a group to its case. Cases without a claim of ours have `claim.kind` None."""
    known = chains(claims)
    index = _Index(known)
    result = Linked()
    found: dict[int, tuple[Chain, str]] = {}
    waiting = sorted(remits, key=lambda r: r.order)
    for tier, keys in ladder.claim:
        rest = []
        for remit in waiting:
            candidates = _candidates(remit, keys, index)
            if len(candidates) > 1:
                candidates = _narrow(candidates, remit)
            if len(candidates) == 1:
                found[remit.id] = (candidates[0], tier)
                candidates[0][-1].answers.append(Answer(remit, tier))
                index.learn(candidates[0], remit)
                continue
            if candidates:
                result.ambiguous[remit.id] = [chain[0].claim for chain in candidates]
            rest.append(remit)
        waiting = rest
    numbers: dict[str, list[Case]] = defaultdict(list)
    for chain in known:
        for answer in chain[-1].answers:
            numbers[normalised(answer.remit.payer_control_number)].extend(chain)
    for chain in merge_replacements(known, numbers):
        _assign(chain)
        for case in chain:
            result.cases += _split_duplicate(case)
    result.ambiguous = {r.id: result.ambiguous[r.id] for r in waiting if r.id in result.ambiguous}
    result.cases += unclaimed(waiting)
    return result


def _candidates(remit: RemitClaim, keys: Sequence[str], index: _Index) -> list[Chain]:
    number = remit.control_number or ""
    if keys[0] == "control_number":
        pool = index.exact.get(number, [])
    elif keys[0] == "control_number_normalised":
        pool = index.cleaned.get(normalised(number)[:ECHO], [])
    elif keys[0] == "payer_control_number":
        wanted = {normalised(remit.payer_control_number), normalised(remit.original_reference)} - {""}
        pool = [chain for n in wanted for chain in index.payer_numbers.get(n, [])]
    else:
        if number not in _EMPTY_NUMBERS and (number in index.exact or normalised(number)[:ECHO] in index.cleaned):
            return []
        pool = [chain for m in map(normalised, remit.member_ids) for chain in index.members.get(m, [])]
    unique: list[Chain] = []
    for chain in pool:
        if not any(chain is u for u in unique) and all(_meets(chain, remit, key, index) for key in keys):
            unique.append(chain)
    return unique


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
    if remit.is_reversal:
        for case in reversed(chain):
            if any(_reverses(remit, a.remit) for a in case.answers):
                return case
    day = remit.received_date or remit.payment.day
    controls = {line.line_control for line in remit.lines if line.line_control}
    codes = sorted((line.code or "", abs(line.charge)) for line in remit.lines)
    tests: tuple[Callable[[Case], bool], ...] = (
        lambda case: remit.frequency == REPLACEMENT and case.claim.frequency == REPLACEMENT,
        lambda case: bool(remit.original_reference) and case.claim.frequency == REPLACEMENT,
        lambda case: bool(controls & {line.line_control for line in case.claim.lines}),
        lambda case: any(
            remit.payer_control_number and a.remit.payer_control_number == remit.payer_control_number
            for a in case.answers
        ),
        lambda case: case.claim.control_number == remit.control_number,
        lambda case: sorted((line.procedure or "", line.charge) for line in case.claim.lines) == codes,
        lambda case: not day or (case.claim.submitted or "") <= day,
        lambda case: not case.answers,
    )
    candidates = list(chain)
    for test in tests:
        if len(candidates) > 1:
            candidates = [case for case in candidates if test(case)] or candidates
    unanswered = [case for case in candidates if not case.answers]
    return unanswered[0] if unanswered else candidates[-1]


def _reverses(reversal: RemitClaim, earlier: RemitClaim) -> bool:
    same_amounts = reversal.charge == -earlier.charge and reversal.paid == -earlier.paid
    same_number = (reversal.payer_control_number or "") == (earlier.payer_control_number or "")
    return not earlier.is_reversal and same_amounts and (same_number or not reversal.payer_control_number)


_DUPLICATE_REASONS = {"18", "B13"}


def is_duplicate_denial(remit: RemitClaim) -> bool:
    """Nothing paid and the payer's only reason is that it had the claim before (CARC 18, B13)."""
    reasons = {a.reason_code for line in remit.lines for a in line.adjustments} | {
        a.reason_code for a in remit.adjustments
    }
    return not remit.is_reversal and remit.paid == 0 and bool(reasons) and reasons <= _DUPLICATE_REASONS


def _split_duplicate(case: Case) -> list[Case]:
    """A resend that the payer turned away as a duplicate of a paid claim stands on its own."""
    resends = [c for c in case.folded if c.frequency not in (REPLACEMENT, "8") and c.payer_id == case.claim.payer_id]
    answers = sorted(case.answers, key=lambda a: a.remit.order)
    split: list[Case] = []
    for number, answer in enumerate(answers):
        earlier_paid = any(a.remit.paid > 0 or (a.remit.patient_cents or 0) > 0 for a in answers[:number])
        if resends and earlier_paid and is_duplicate_denial(answer.remit):
            resend = resends.pop(0)
            case.folded.remove(resend)
            case.answers.remove(answer)
            split.append(Case(resend, answers=[answer]))
    return [case, *split]


def unclaimed(remits: Sequence[RemitClaim]) -> list[Case]:
    """Cases for remittances without a claim: one for each claim that the payer seems to have answered."""
    cases: list[Case] = []
    by_account: dict[Any, list[Case]] = defaultdict(list)
    for remit in sorted(remits, key=lambda r: r.order):
        number = remit.control_number or ""
        account = number if number not in _EMPTY_NUMBERS else ("icn", remit.payer_control_number or remit.id)
        case = next((c for c in reversed(by_account[account]) if _continues(c, remit)), None)
        if case is None:
            case = Case(_pseudo_claim(remit))
            by_account[account].append(case)
            cases.append(case)
        case.answers.append(Answer(remit, NO_TIER))
    return cases


def _continues(case: Case, remit: RemitClaim) -> bool:
    """`remit` goes on about the claim that the case's answers were about."""
    last = case.answers[-1].remit
    if dates_meet(last.dates, remit.dates) is False or abs(last.charge) != abs(remit.charge):
        return False
    if normalised(last.patient_id) != normalised(remit.patient_id) and last.patient_last != remit.patient_last:
        return False
    if remit.is_reversal:
        return any(_reverses(remit, a.remit) for a in case.answers)
    return last.is_reversal or last.payment.id != remit.payment.id


def blank(cls: type[Any], **values: Any) -> Any:
    """An instance of a model class with None wherever nothing is known."""
    names = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
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
    modifiers = (*svc.modifiers, None, None, None, None)[:4]
    line: ServiceLine = blank(
        ServiceLine,
        id=svc.id,
        claim_id=claim_id,
        line_number=svc.line_number,
        procedure=svc.code,
        charge_cents=svc.charge_cents,
        units=svc.quantity,
        place_of_service=remit.facility_code,
        revenue_code=svc.revenue_code,
        service_date=svc.service_date or remit.statement_from,
        service_date_end=svc.service_date_end,
        line_control=svc.line_control,
    )
    line.modifier1, line.modifier2, line.modifier3, line.modifier4 = modifiers
    return line
