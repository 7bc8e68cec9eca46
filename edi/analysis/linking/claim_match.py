"""The comparisons that the claim tiers of mappings/link.csv name: which accounts of ours may a CLP be about.

An account (`Chain`) is the list of cases that share a control number. Precision before recall: whatever its number, a
remittance that names another patient finds nothing, and one without our number must meet everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from edi.analysis.grouping import echoes, normalised
from edi.analysis.linking.line_keys import is_place
from edi.analysis.linking.submissions import Case, dates_meet
from edi.analysis.model import Claim, RemitClaim, RemitLine, ServiceLine

Chain = list[Case]
EMPTY_NUMBERS = {"", "0"}


class Index:
    """The accounts of a group by every claim key."""

    def __init__(self, known: Sequence[Chain]) -> None:
        self.exact: dict[str, list[Chain]] = defaultdict(list)
        self.echoed: dict[str, list[Chain]] = defaultdict(list)
        self.members: dict[str, list[Chain]] = defaultdict(list)
        self.payer_numbers: dict[str, list[Chain]] = defaultdict(list)
        self.ids: dict[int, Chain] = {}
        for chain in known:
            claims = submissions(chain)
            self.ids.update((claim.id, chain) for claim in claims)
            numbers = {claim.control_number for claim in claims if claim.control_number}
            for number in numbers:
                self.exact[number].append(chain)
            for form in {form for number in numbers for form in echoes(number)}:
                self.echoed[form].append(chain)
            for member in {normalised(claim.member_id) for claim in claims if claim.member_id}:
                self.members[member].append(chain)

    def learn(self, chain: Chain, remit: RemitClaim) -> None:
        """The payer's own number (CLP07) of an answer that was found leads to the account from now on."""
        if number := normalised(remit.payer_control_number):
            known = self.payer_numbers[number]
            if not any(chain is other for other in known):
                known.append(chain)

    def knows(self, number: str) -> bool:
        return number in self.exact or normalised(number) in self.echoed


def submissions(chain: Chain) -> list[Claim]:
    return [claim for case in chain for claim in case.submissions]


def candidates(remit: RemitClaim, keys: Sequence[str], index: Index) -> list[Chain]:
    """The accounts that meet all keys of a tier."""
    number = remit.control_number or ""
    pool: Iterable[Chain]
    if keys[0] == "settled":
        return [index.ids[remit.settled]] if remit.settled in index.ids else []
    if keys[0] == "control_number":
        pool = _unless_another_is_meant(index.exact.get(number, []), index.echoed.get(normalised(number), []), remit)
    elif keys[0] == "control_number_normalised":
        pool = index.echoed.get(normalised(number), ())
    elif keys[0] == "payer_control_number":
        pool = [chain for own in _payer_numbers(remit) for chain in index.payer_numbers.get(own, ())]
    elif number not in EMPTY_NUMBERS and index.knows(number):
        return []  # it names an account of ours, and that one did not fit
    else:
        pool = [chain for member in members(remit) for chain in index.members.get(member, ())]
    unique: list[Chain] = []
    for chain in pool:
        if not any(chain is known for known in unique) and _fits(submissions(chain), remit, keys):
            unique.append(chain)
    return unique


def _unless_another_is_meant(exact: list[Chain], echoed: list[Chain], remit: RemitClaim) -> list[Chain]:
    """Accounts with the number to the letter; none where only an account whose number comes close is the patient's."""
    if len(echoed) == len(exact) or any(_of_patient(chain, remit) for chain in exact):
        return exact
    return [] if any(_of_patient(chain, remit) for chain in echoed) else exact


def _of_patient(chain: Chain, remit: RemitClaim) -> bool:
    return any(_is_patient(claim, remit) for claim in submissions(chain))


def members(remit: RemitClaim) -> set[str]:
    return {normalised(member) for member in remit.member_ids} - {""}


def _payer_numbers(remit: RemitClaim) -> set[str]:
    return {normalised(remit.payer_control_number), normalised(remit.original_reference)} - {""}


def _fits(claims: Sequence[Claim], remit: RemitClaim, keys: Sequence[str]) -> bool:
    if not vouched(claims, remit):
        return False
    return all(_COMPARE[key](claims, remit, keys) for key in keys if key in _COMPARE)


def _same_member(claim: Claim, remit: RemitClaim) -> bool:
    return bool(claim.member_id) and normalised(claim.member_id) in members(remit)


def same_name(claim: Claim, remit: RemitClaim) -> bool | None:
    """Last name and first initial agree, with the patient's or the subscriber's; None when a side has no name."""
    theirs = normalised(remit.patient_last)
    if not theirs:
        return None
    initial = normalised(remit.patient_first)[:1]
    known = False
    for last, first in (
        (claim.patient_last, claim.patient_first),
        (claim.subscriber_last, claim.subscriber_first),
    ):
        if last:
            known = True
            own = normalised(first)[:1]
            if normalised(last) == theirs and (own == initial or not own or not initial):
                return True
    return False if known else None


def _is_patient(claim: Claim, remit: RemitClaim) -> bool:
    """The patient by whole name, so that relatives under one member id are told apart."""
    last, first = claim.patient_last, claim.patient_first
    if not last:
        last, first = claim.subscriber_last, claim.subscriber_first
    ours, theirs = normalised(first), normalised(remit.patient_first)
    return normalised(last) == normalised(remit.patient_last) and (ours.startswith(theirs) or theirs.startswith(ours))


def vouched(claims: Iterable[Claim], remit: RemitClaim) -> bool:
    """Something besides the number speaks for the claim and nothing against it: the member id agrees; or the name does
    not differ and the charge, a service or a line control number agrees; or the charge and a line control number do."""
    services: set[tuple[str, str | None]] | None = None
    for claim in claims:
        if _same_member(claim, remit):
            return True
        if same_name(claim, remit) is False:
            if claim.charge == abs(remit.charge) and own_controls(remit.lines) & own_controls(claim.lines):
                return True
            continue
        if claim.charge == abs(remit.charge):
            return True
        services = _named(remit.lines) if services is None else services
        if services & _named(claim.lines):
            return True
    return False


def own_controls(lines: Iterable[RemitLine | ServiceLine]) -> set[str]:
    """Line control numbers that are not mere places in a claim."""
    return {line.line_control for line in lines if line.line_control and not is_place(line.line_control)}


def _named(lines: Iterable[RemitLine | ServiceLine]) -> set[tuple[str, str | None]]:
    """What names the services of either side: procedures, revenue codes, line control numbers."""
    found: set[tuple[str, str | None]] = set()
    for line in lines:
        code = line.code if isinstance(line, RemitLine) else line.procedure
        found |= {("code", code), ("revenue", line.revenue_code), ("control", line.line_control)}
    return {name for name in found if name[1]}


def _member(claims: Sequence[Claim], remit: RemitClaim, keys: Sequence[str]) -> bool:
    del keys
    theirs = members(remit)
    return any(
        normalised(claim.member_id) in theirs and (not remit.patient_last or _is_patient(claim, remit))
        for claim in claims
    )


def _dates(claims: Sequence[Claim], remit: RemitClaim, keys: Sequence[str]) -> bool:
    """Service dates overlap. A remittance without dates needs a number, and was not paid before the service."""
    meet = [dates_meet(claim.dates, remit.dates) for claim in claims]
    if True in meet:
        return True
    if None not in meet or "member" in keys:
        return False
    paid = remit.payment.day
    begun = [claim.dates[0] for claim in claims if claim.dates]
    return not (paid and begun and paid < min(begun))


def _charge(claims: Sequence[Claim], remit: RemitClaim, keys: Sequence[str]) -> bool:
    del keys
    return any(claim.charge == abs(remit.charge) for claim in claims)


def _billing_npi(claims: Sequence[Claim], remit: RemitClaim, keys: Sequence[str]) -> bool:
    del keys
    return any(_same_payee(claim, remit) is not False for claim in claims)


def _same_payee(claim: Claim, remit: RemitClaim) -> bool | None:
    """The payee is the claim's biller, by NPI or else by tax id; None when neither can be compared."""
    payment = remit.payment
    if payment.payee_npi and claim.billing_npi:
        return payment.payee_npi == claim.billing_npi
    if payment.payee_tax_id and claim.billing_tax_id:
        return normalised(payment.payee_tax_id) == normalised(claim.billing_tax_id)
    return None


_COMPARE: dict[str, Callable[[Sequence[Claim], RemitClaim, Sequence[str]], bool]] = {
    "member": _member,
    "dates": _dates,
    "charge": _charge,
    "billing_npi": _billing_npi,
}


def narrow(found: list[Chain], remit: RemitClaim) -> list[Chain]:
    """Several accounts met the keys: let payee, patient, charge and codes decide, in this order, where they can."""
    codes = {line.code for line in remit.lines if line.code}
    theirs = members(remit)
    tests: tuple[Callable[[Claim], bool], ...] = (
        lambda claim: bool(_same_payee(claim, remit)),
        lambda claim: normalised(claim.member_id) in theirs,
        lambda claim: _is_patient(claim, remit),
        lambda claim: claim.charge == abs(remit.charge),
        lambda claim: bool(codes & {line.procedure for line in claim.lines}),
    )
    for test in tests:
        if len(found) > 1:
            found = [chain for chain in found if any(test(claim) for claim in submissions(chain))] or found
    return found
