"""Our own side first: which 837 claims are submissions of one and the same claim, and which one stands.

A claim may be sent again word for word, to a further payer, as a replacement (frequency 7) or to void it (frequency 8).
Each standing or replaced claim is a `Case`; resends and copies for further payers are folded into it, so that a charge
is counted once (domain.md sections 4 and 5).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from edi.analysis.grouping import normalised
from edi.analysis.model import Claim, RemitClaim, columns

REPLACEMENT, VOID = "7", "8"
NO_TIER = "none"  # the tier of a remittance that found no claim


@dataclass(slots=True, eq=False)
class Answer:
    """A remittance that belongs to a case, and the tier that says so."""

    remit: RemitClaim
    tier: str


@dataclass(slots=True, eq=False)
class Case:
    """One claim with its further submissions (`folded`) and its answers. `role`: live, or void once replaced."""

    claim: Claim
    role: str = "live"
    folded: list[Claim] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    replaced_by: Claim | None = None

    @property
    def submissions(self) -> list[Claim]:
        return [self.claim, *self.folded]


_CLAIM = attrgetter(*(name for name in columns("claim") if name not in ("id", "transaction_id")))
_LINE = attrgetter(*(name for name in columns("service_line") if name not in ("id", "claim_id")))


class _Content:
    """All that a claim and its lines say, worked out only where nothing before it told two submissions apart."""

    __slots__ = ("claim",)

    def __init__(self, claim: Claim) -> None:
        self.claim = claim

    def told(self) -> str:
        return repr((_CLAIM(self.claim), [_LINE(line) for line in self.claim.lines]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self.told() == other.told()

    def __lt__(self, other: _Content) -> bool:
        return self.told() < other.told()

    def __hash__(self) -> int:
        return hash(self.told())


def submission_order(claim: Claim) -> tuple[Any, ...]:
    """Time first; ties are settled by content, never by order of import."""
    return (
        claim.submitted_key or claim.submitted or "",
        {REPLACEMENT: 1, VOID: 2}.get(claim.frequency or "", 0),
        {"S": 1, "T": 2}.get(claim.responsibility or "", 0),
        claim.control_number or "",
        claim.charge,
        claim.payer_id or "",
        [(line.procedure or "", line.charge, line.service_date or "") for line in claim.lines],
        _Content(claim),
    )


def dates_meet(one: tuple[str, str] | None, other: tuple[str, str] | None, days: int = 0) -> bool | None:
    """Whether two spans of dates overlap, give or take `days`; None when either is unknown."""
    if one is None or other is None:
        return None
    if one[0] <= other[1] and other[0] <= one[1]:
        return True
    if not days:
        return False
    return _gap(one, other) <= days


def _gap(one: tuple[str, str], other: tuple[str, str]) -> int:
    first, second = (one, other) if one[1] < other[0] else (other, one)
    try:
        return (date.fromisoformat(second[0]) - date.fromisoformat(first[1])).days
    except ValueError:
        return 9999


def payer_key(name: str | None, identifier: str | None) -> str:
    return normalised(identifier) or normalised(name)


def same_payer(one: Claim, other: Claim) -> bool:
    return (one.responsibility or "P") == (other.responsibility or "P") and payer_key(
        one.payer_name, one.payer_id
    ) == payer_key(other.payer_name, other.payer_id)


_RANKS = {"S": 1, "T": 2}


def _rank(claim: Claim) -> int:
    return _RANKS.get(claim.responsibility or "", 0)


def _to_a_further_payer(claim: Claim, case: Case) -> bool:
    """Sent as to a payer after the first (SBR01): to another company, or to one that got the claim in that place too.

    The same company may insure a patient twice.
    """
    sent = [one for one in case.submissions if one.frequency != VOID]
    first = min(sent, key=_rank, default=case.claim)
    if _rank(claim) <= _rank(first):
        return False
    another = payer_key(claim.payer_name, claim.payer_id) != payer_key(first.payer_name, first.payer_id)
    return another or any(one.responsibility == claim.responsibility for one in sent)


def _services(claim: Claim) -> Counter[tuple[Any, ...]]:
    return Counter((line.procedure or line.revenue_code, line.charge, line.service_date) for line in claim.lines)


def same_service(one: Claim, other: Claim) -> bool:
    """The same patient on the same days: under one number, the same account, and not a number that was used again years
    later or by another system."""
    if one.kind != other.kind or dates_meet(one.dates, other.dates) is False:
        return False
    return one.patient_key == other.patient_key or (one.member_id == other.member_id and not _relatives(one, other))


def _relatives(one: Claim, other: Claim) -> bool:
    """Two people under one member id: both first name and birth date differ."""
    (_, first, born), (_, other_first, other_born) = _person(one), _person(other)
    return bool(first and other_first and first != other_first and born and other_born and born != other_born)


def _person(claim: Claim) -> tuple[str | None, str | None, str | None]:
    if claim.patient_last:
        return claim.patient_last, claim.patient_first, claim.patient_birth_date
    return claim.subscriber_last, claim.subscriber_first, claim.subscriber_birth_date


def chains(claims: Iterable[Claim]) -> list[list[Case]]:
    """Cases by account, each list in time order."""
    accounts: dict[Any, list[list[Claim]]] = defaultdict(list)
    for claim in sorted(claims, key=submission_order):
        if not claim.control_number:
            accounts[claim.id].append([claim])
            continue
        known = accounts[claim.control_number]
        chain = next((c for c in known if any(same_service(claim, other) for other in c)), None)
        if chain is None:
            known.append([claim])
        else:
            chain.append(claim)
    return [_cases(chain) for known in accounts.values() for chain in known]


def _cases(chain: list[Claim]) -> list[Case]:
    cases: list[Case] = []
    for claim in chain:
        live = _standing(cases, claim)
        if live is None:
            cases.append(Case(claim, role="void" if claim.frequency == VOID else "live"))
        elif claim.frequency == VOID:
            if not _to_a_further_payer(claim, live):  # what a further payer got is withdrawn, the claim stands
                live.role = "void"
            live.folded.append(claim)
        elif not same_payer(live.claim, claim):
            if _services(claim) & _services(live.claim) or not claim.lines:
                live.folded.append(claim)
            else:
                cases.append(Case(claim))
        elif claim.frequency == REPLACEMENT:
            replace(live, claim)
            cases.append(Case(claim))
        elif _services(claim) == _services(live.claim):
            live.folded.append(claim)
        else:
            cases.append(Case(claim))
    return cases


def _standing(cases: list[Case], claim: Claim) -> Case | None:
    """The case that a further submission is about: live, and with most of its services; the latest of such."""
    live = [case for case in cases if case.role == "live"]
    if len(live) < 2:
        return live[0] if live else None
    services = _services(claim)
    return max(reversed(live), key=lambda case: sum((_services(case.claim) & services).values()))


def replace(case: Case, by: Claim) -> None:
    """`by` takes the place of the case's claim."""
    case.role = "void"
    case.replaced_by = by


def merge_replacements(known: list[list[Case]], named: Callable[[Claim], list[Case]]) -> list[list[Case]]:
    """Join a replacement or void sent under a number of its own to the claim that it replaces.

    `named`: the cases that were answered under the payer control number which a claim names (REF*F8), or under whose
    number the claim itself was answered.
    """
    merged = list(known)
    for head in [chain[0] for chain in known]:
        if head.claim.frequency not in (REPLACEMENT, VOID):
            continue
        chain = next(one for one in merged if head in one)  # with all that was joined to it before
        targets = [case for case in named(head.claim) if case not in chain]
        homes = [other for other in merged if any(target in other for target in targets)]
        if len(homes) != 1 or homes[0] is chain:
            continue
        earlier = [case for case in homes[0] if submission_order(case.claim) <= submission_order(head.claim)]
        target = _standing(earlier, head.claim) or next(t for t in reversed(homes[0]) if t in targets)
        further = _to_a_further_payer(head.claim, target)
        if not further:
            replace(target, head.claim)
        if further or head.claim.frequency == VOID:
            target.folded.append(head.claim)
            target.answers += head.answers
            chain = chain[1:]
        merged = [one for one in merged if one is not homes[0] and head not in one]
        merged.append([*homes[0], *chain])
    return merged
