"""Answers that stand twice in one payment, word for word: slips of a file, or money paid twice.

As many as the claim has such lines are no repeats (INTERFACE: identical lines link in order).
"""

from __future__ import annotations

from collections.abc import Sequence

from edi.analysis.linking.line_keys import same_service
from edi.analysis.model import PREDETERMINATION, Claim, RemitClaim, RemitLine


def mark_claims(remits: Sequence[RemitClaim], charge: int) -> None:
    """Mark the answers to one claim that repeat an earlier one; `remits` in time order. `charge`: what the claim bills,
    in cents, which two answers in parts may make up; 0 where no claim is known."""
    for position, remit in enumerate(remits):
        if remit.is_reversal or remit.status == PREDETERMINATION:
            continue
        same = [one for one in remits[:position] if one.payment is remit.payment and one.says_the_same(remit)]
        standing = _standing(remits, remit) if same else 0
        if standing > 1 and standing * remit.charge > charge:
            remit.repeats, remit.has_repeats = same[0].id, True


def _standing(remits: Sequence[RemitClaim], remit: RemitClaim) -> int:
    """How many answers of these amounts are there and not taken back."""
    given = sum(not one.is_reversal and (one.charge, one.paid) == (remit.charge, remit.paid) for one in remits)
    return given - sum(one.is_reversal and (one.charge, one.paid) == (-remit.charge, -remit.paid) for one in remits)


def mark_lines(remit: RemitClaim, claim: Claim) -> None:
    """Mark the SVCs of an answer to a claim that repeat earlier ones: more than the claim has such lines, or than the
    answer's own charge counts."""
    charges = sum([svc.charge for svc in remit.lines])
    billed = claim.charge if claim.kind else charges
    if charges <= min(remit.charge, billed) or remit.is_reversal:
        return
    alike: dict[tuple[object, ...], list[RemitLine]] = {}
    for svc in remit.lines:
        alike.setdefault(svc.told(), []).append(svc)
    found: list[tuple[RemitLine, RemitLine]] = []
    for first, *others in alike.values():
        if others:
            ours = sum(line.charge == first.charge and same_service(line, first) for line in claim.lines)
            found += [(svc, first) for svc in others[max(ours if claim.kind else 1, 1) - 1 :]]
    if charges != remit.charge and charges - remit.charge != sum(svc.charge for svc, _ in found):
        return
    for svc, first in found:
        svc.repeats, remit.has_repeats = first.id, True
