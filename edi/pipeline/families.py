"""Which cases tell one story: a claim with what replaced it, what it replaced, and its answered resends. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from edi.analysis.linking.submissions import VOID, Case, same_payer
from edi.analysis.model import Claim


def ids_of(case: Case) -> set[int]:
    return {claim.id for claim in case.submissions} | {answer.remit.id for answer in case.answers}


def family(case: Case, known: Sequence[Case]) -> list[Case]:
    """A case with what replaced it and what it replaced, and the other cases of its account."""
    found = [case]
    while True:
        replacers = [one.replaced_by for one in found if one.replaced_by is not None]
        members = [claim for one in found for claim in one.submissions]
        more = [
            other
            for other in known
            if other not in found
            and (
                any(claim in replacers for claim in other.submissions)
                or other.replaced_by in members
                or _same_account(other, found)
            )
        ]
        if not more:
            return [one for one in known if one in found]
        found += more


def _same_account(other: Case, found: Sequence[Case]) -> bool:
    """Another case of the same number, patient and days (a resend that was answered on its own, say)."""
    if other.claim.kind is None:
        return False
    return any(
        one.claim.kind == other.claim.kind
        and one.claim.control_number == other.claim.control_number
        and one.claim.patient_key == other.claim.patient_key
        and one.claim.dates == other.claim.dates
        for one in found
    )


def first_day(case: Case) -> str:
    days = [claim.submitted for claim in case.submissions if claim.submitted]
    days += [answer.remit.payment.day for answer in case.answers if case.claim.kind is None]
    return min(days, default="")


def role_of(case: Case, claim: Claim, cases: Sequence[Case]) -> str:
    """What a submission is to the story."""
    if claim is case.claim:
        if case.replaced_by is not None:
            return "replaced"
        if case.role == "void":
            return "voided"
        earlier = cases[: cases.index(case)]
        again = claim.frequency == "1" and any(one.claim.control_number == claim.control_number for one in earlier)
        return "sent again" if again else "stands"
    if claim.frequency == VOID:
        return "void request"
    return "sent again" if same_payer(case.claim, claim) else "to a further payer"
