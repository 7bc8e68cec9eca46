"""From every answer that a line ever had to what stands today: reversals, corrections, repeats, several payers.

Rules (INTERFACE, netting): a reversal cancels the answer it repeats with opposite sign; a later answer of the same
payer replaces the earlier; several SVCs or CLPs of one payment add up; a later payer's answer adds to the earlier
payers'; a duplicate denial never replaces anything; a pending answer gives way to any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from edi.analysis.linking.mirrors import mirrors
from edi.analysis.model import PREDETERMINATION, RemitClaim, RemitLine
from edi.analysis.outcomes.adding import combine
from edi.analysis.outcomes.classify import Split
from edi.analysis.outcomes.packaging import Packaging
from edi.analysis.outcomes.payers import called, one_trace

_LEVELS = {"2": 2, "20": 2, "3": 3, "21": 3}
REVERSAL = "22"
COUNTED, CANCELLED, REPLACED, SET_ASIDE = "counted", "cancelled", "replaced", "set-aside"
DUPLICATE_REASONS = {"18", "B13"}


@dataclass(slots=True, eq=False)
class Entry:
    """One answer's share in one line. `offset`: of it only what was paid counts; a reversal whose original was never
    seen, or an answer that repeats another word for word."""

    remit: RemitClaim
    split: Split
    svcs: list[RemitLine] = field(default_factory=list)
    tier: str = ""
    offset: bool = False
    payer_name: str = ""  # one name for each payer of the case, however it is written (see payers.py)
    packaging: Packaging | None = None  # of a hospital's answer by line
    of_level: int | None = None  # of a reversal: the level of its payer's answer

    @property
    def payer(self) -> str:
        return self.payer_name or called(self.remit.payment)

    @property
    def level(self) -> int:
        """Which payer in turn answers: the first, the second ... A reversal (22) does not say: as what it reverses."""
        return self.of_level or _LEVELS.get(self.remit.status or "", 1)

    @property
    def is_duplicate_denial(self) -> bool:
        reasons = {a.reason_code for a in self.split.reasons if a.cents}
        return not self.split.paid and bool(reasons) and reasons <= DUPLICATE_REASONS


@dataclass(slots=True, eq=False)
class Net:
    """What stands. `live`: entries in force, earlier payers first; `total`: their cents against `charge`.

    `effects` says of each entry (by its place in time) what became of it: counted, cancelled (an answer and the
    reversal that repeats it), replaced (by a later answer of the payer), set aside (a duplicate denial, a pending
    answer after a final one, a predetermination).
    """

    live: list[Entry] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    total: Split = field(default_factory=Split)
    taken_back: bool = False  # nothing was decided since the payment went back
    payment_reversed: bool = False
    earlier_payment_gone: bool = False  # an earlier payer took its part back, a later payer's stands
    reversed_denial: bool = False
    unmatched_reversal: bool = False
    replaced_without_reversal: bool = False


def pair_reversals(remits: Sequence[RemitClaim]) -> dict[int, int]:
    """Whole answers cancelled by whole reversals: ids both ways. `remits` in time order."""
    paired: dict[int, int] = {}
    for position, reversal in enumerate(remits):
        if not reversal.is_reversal:
            continue
        open_answers = [
            earlier
            for earlier in remits
            if not earlier.is_reversal
            and earlier.id not in paired
            and earlier.charge == -reversal.charge
            and earlier.paid == -reversal.paid
            and (earlier in remits[:position] or earlier.payment.day == reversal.payment.day)
        ]
        open_answers = [e for e in open_answers if mirrors(reversal, e)] or open_answers
        same_number = [
            e for e in open_answers if (e.payer_control_number or "") == (reversal.payer_control_number or "")
        ]
        earlier_answers = same_number or [e for e in open_answers if e in remits[:position]]
        if earlier_answers:
            before = [e for e in earlier_answers if e in remits[:position]]
            chosen = (before or earlier_answers)[-1] if before else earlier_answers[0]
            paired[chosen.id], paired[reversal.id] = reversal.id, chosen.id
    return paired


def net(charge: int, entries: Sequence[Entry], paired: dict[int, int]) -> Net:
    """Net one line's entries (in time order) against its charge."""
    if len(entries) == 1 and _is_plain(entries[0], paired):  # by far the most lines
        return Net(live=[entries[0]], effects=[COUNTED], total=_standing(charge, entries[0].split))
    if not entries:
        return Net(total=Split(charge=charge))
    result = Net()
    live: list[Entry] = []
    cancelled: list[Entry] = []
    effects = {id(entry): COUNTED for entry in entries}
    _rank_reversals(entries)
    for entry in entries:
        if entry.remit.status == PREDETERMINATION:
            effects[id(entry)] = SET_ASIDE
            continue
        if entry.remit.id in paired:
            effects[id(entry)] = CANCELLED
            if not entry.remit.is_reversal:
                cancelled.append(entry)
                for waiting in [e for e in live if _gave_way(e, entry)]:
                    live.remove(waiting)
                    effects[id(waiting)] = SET_ASIDE
            continue
        if entry.remit.is_reversal:
            if any(effects[id(e)] == CANCELLED and _delivers_again(entry, e) for e in entries):
                effects[id(entry)] = REPLACED
                continue
            mirrored = _mirrored(live, entry)
            if mirrored is None and _takes_part_back(live, entry):
                live.append(entry)  # counts with its signs: what is left of the answer stands
            elif mirrored is not None:
                live.remove(mirrored)
                effects[id(entry)] = effects[id(mirrored)] = CANCELLED
                cancelled.append(mirrored)
            else:
                live.append(replace(entry, offset=True))
                result.unmatched_reversal = True
            continue
        if entry.remit.repeats is not None:  # what it paid was paid once more; all else has been said
            if entry.split.paid:
                live.append(replace(entry, offset=True))
            else:
                effects[id(entry)] = SET_ASIDE
            continue
        same = [e for e in live if not e.offset and e.payer == entry.payer and e.level == entry.level]
        decided = [e for e in live if not e.offset and e.payer == entry.payer and not e.split.is_pending]
        if (entry.is_duplicate_denial and decided) or (
            entry.split.is_pending and any(e.level == entry.level for e in decided)
        ):
            effects[id(entry)] = SET_ASIDE
            continue
        if any(e.remit.is_reversal for e in same) and sum(e.split.charge for e in (*same, entry)) <= charge:
            same = []  # in the place of the part that was taken back, beside what is left
        for earlier in same:
            if earlier.is_duplicate_denial and not entry.is_duplicate_denial:
                live.remove(earlier)
                effects[id(earlier)] = SET_ASIDE
            elif earlier.remit.payment.id != entry.remit.payment.id:
                live.remove(earlier)
                effects[id(earlier)] = REPLACED
                if earlier.split.paid > 0 and not earlier.split.is_pending:
                    result.replaced_without_reversal |= not one_trace(earlier.remit.payment, entry.remit.payment)
        live.append(entry)
    standing = [e for e in live if not e.offset]
    paid_once = any(e.split.paid > 0 for e in cancelled)
    denied_once = any(e.split.paid <= 0 for e in cancelled)
    result.taken_back = paid_once and not standing
    result.payment_reversed = paid_once
    result.reversed_denial = denied_once and not paid_once and not standing
    result.effects = [effects[id(entry)] for entry in entries]
    result.live = sorted(live, key=lambda e: e.level)  # stable: time order within a level
    result.total = combine(charge, result.live)
    gone = _gone(cancelled, standing)
    if gone:
        result.earlier_payment_gone = True
        result.total.denied += gone
        result.total.other -= gone
    return result


def _rank_reversals(entries: Sequence[Entry]) -> None:
    """Give reversals the level of the answer that their payer gave last before them."""
    for position, entry in enumerate(entries):
        if entry.remit.status == REVERSAL:
            answers = [e for e in entries[:position] if e.payer == entry.payer and e.remit.status != REVERSAL]
            entry.of_level = answers[-1].level if answers else entry.of_level


def _gone(cancelled: Sequence[Entry], standing: Sequence[Entry]) -> int:
    """Cents that earlier payers took back for good while a later payer's answer still counts them as paid (OA-23)."""
    if not standing:
        return 0
    first = min(standing, key=lambda e: e.level)
    lost = {e.payer: e.split.paid for e in cancelled if e.level < first.level and e.split.paid > 0}
    return min(sum(lost.values()), max(first.split.prior, 0))


def _is_plain(entry: Entry, paired: dict[int, int]) -> bool:
    remit = entry.remit
    return not remit.is_reversal and remit.status != PREDETERMINATION and remit.id not in paired


def _standing(charge: int, split: Split) -> Split:
    """A single answer's cents as the line's total: what a prior payer settled counts as other. The very same object
    where nothing changes: who changes a total makes a copy of it."""
    if split.charge == charge and not split.prior:
        return split
    total = split.copy()
    total.charge = charge
    total.other, total.prior = split.other + split.prior, 0
    return total


def _gave_way(pending: Entry, later: Entry) -> bool:
    """Whether a pending answer was over with a later one of its payer, though that was taken back."""
    same = (pending.payer, pending.level) == (later.payer, later.level)
    return same and pending.split.is_pending and not later.split.is_pending


def _delivers_again(reversal: Entry, earlier: Entry) -> bool:
    """Whether a reversal is an earlier one in another delivery of its payment, which differs elsewhere."""
    one, other = earlier.remit, reversal.remit
    same_cents = (earlier.split.charge, earlier.split.paid) == (reversal.split.charge, reversal.split.paid)
    return one.is_reversal and same_cents and one.payment is not other.payment and one_trace(one.payment, other.payment)


def _mirrored(live: Sequence[Entry], reversal: Entry) -> Entry | None:
    """The entry that a reversal repeats with opposite sign: same payer control number first, latest first."""
    opposite = [
        e
        for e in reversed(live)
        if not e.offset
        and e.payer == reversal.payer
        and e.split.charge == -reversal.split.charge
        and e.split.paid == -reversal.split.paid
    ]
    opposite = [e for e in opposite if mirrors(reversal.remit, e.remit)] or opposite
    number = reversal.remit.payer_control_number or ""
    return next((e for e in opposite if (e.remit.payer_control_number or "") == number), next(iter(opposite), None))


def _takes_part_back(live: Sequence[Entry], reversal: Entry) -> bool:
    """Whether a reversal repeats some, not all, of the SVCs by which one answer decided the line (a split line)."""
    same = [e for e in live if not e.offset and e.payer == reversal.payer and e.level == reversal.level]
    gone = [svc for e in (*same, reversal) if e.remit.is_reversal for svc in e.svcs]
    for entry in same:
        left = [(svc.charge, svc.paid) for svc in entry.svcs]
        wanted = [(-svc.charge, -svc.paid) for svc in gone]
        if entry.remit.is_reversal or not reversal.svcs or len(left) <= len(wanted):
            continue
        if all(wanted.count(one) <= left.count(one) for one in wanted):
            return True
    return False
