"""The rows of one case: its answers put to its lines and netted, and what payers decided beside its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from edi.analysis.linking.claim_link import pseudo_line
from edi.analysis.linking.line_link import link_lines
from edi.analysis.linking.repeats import mark_claims, mark_lines
from edi.analysis.linking.submissions import NO_TIER, Answer, Case
from edi.analysis.model import PREDETERMINATION, RemitClaim, RemitLine, ServiceLine
from edi.analysis.outcomes.adding import add_later_payer
from edi.analysis.outcomes.classify import Split, claim_level, classify
from edi.analysis.outcomes.netting import (
    CANCELLED,
    COUNTED,
    REPLACED,
    SET_ASIDE,
    Entry,
    Net,
    net,
    pair_reversals,
)
from edi.analysis.outcomes.outcome import BUCKETS, Outcome
from edi.analysis.outcomes.packaging import Packaging, packaging_of
from edi.analysis.outcomes.payers import payers
from edi.analysis.outcomes.states import first_final, state_of
from edi.analysis.reference import Reference


def _says_more(remit: RemitClaim) -> bool:
    """Whether an answer says anything beside its lines."""
    return bool(remit.adjustments) or remit.paid != sum(line.paid for line in remit.lines)


class CaseOutcomes:
    """Works out every row of one case."""

    def __init__(self, case: Case, tiers: Sequence[tuple[str, tuple[str, ...]]], reference: Reference) -> None:
        self.case = case
        self.reference = reference
        self.answers: list[Answer] = sorted(case.answers, key=lambda a: a.remit.order)
        self.paired = pair_reversals([a.remit for a in self.answers])
        if len(self.answers) > 1:
            mark_claims([a.remit for a in self.answers], case.claim.charge)
        self.payers = payers(a.remit for a in self.answers)
        self.lines: list[ServiceLine] = list(case.claim.lines)
        self.unclaimed: set[int] = set()  # ids of lines known from the remittance only
        self.entries: dict[int, list[Entry]] = {line.id: [] for line in self.lines}
        self.ambiguous: dict[int, list[ServiceLine]] = {}
        self._aliases = self._lines_of_copies()
        self._linked: dict[int, list[tuple[RemitLine, ServiceLine]]] = {}  # by CLP id
        for answer in self.answers:
            self._link(answer, tiers)

    def _lines_of_copies(self) -> dict[str | int, ServiceLine]:
        """The lines of further submissions of the claim, by id and line control number: which of ours each repeats."""
        aliases: dict[str | int, ServiceLine] = {}
        shared: set[str | int] = set()
        for copy in self.case.folded:
            left = list(self.case.claim.lines)
            for line in copy.lines:
                service = (line.procedure, line.charge, line.service_date)
                same = [o for o in left if (o.procedure, o.charge, o.service_date) == service]
                exact = [o for o in same if o.modifiers == line.modifiers] or same
                if exact:
                    left.remove(exact[0])
                    aliases[line.id] = exact[0]
                    if line.line_control and aliases.setdefault(line.line_control, exact[0]) is not exact[0]:
                        shared.add(line.line_control)
        return {control: line for control, line in aliases.items() if control not in shared}

    def _link(self, answer: Answer, tiers: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        remit = answer.remit
        if not remit.lines:
            return
        mark_lines(remit, self.case.claim)
        ours, loose = self.case.claim.lines, [line for line in self.lines if line.id in self.unclaimed]
        taken_back = self._linked.get(self.paired.get(remit.id, 0), []) if remit.is_reversal else []
        links = link_lines(ours, remit, tiers, self._aliases, reversed_=taken_back)
        if links.unlinked and loose:  # our own lines come first; what finds none may repeat an answer that found none
            links = links.with_loose(link_lines(loose, remit, tiers, only={svc.id for svc in links.unlinked}))
        self._linked[remit.id] = [(svc, line) for svc, line, _ in links.pairs]
        packaging = packaging_of(self.case.claim, remit, self.reference)
        for svc, line, tier in links.pairs:
            known = line.id in self.unclaimed or self.case.claim.kind is None
            self._add(remit, line, svc, NO_TIER if known else tier, packaging)
        for svc in links.unlinked:
            known_line = next((one for one in self.lines if one.id == svc.id), None)  # from this very answer
            line = known_line or pseudo_line(svc, self.case.claim.id, remit)
            if known_line is None:
                self.lines.append(line)
                self.unclaimed.add(line.id)
                self.entries[line.id] = []
            if svc.id in links.ambiguous:
                self.ambiguous[line.id] = links.ambiguous[svc.id]
            self._add(remit, line, svc, "ambiguous" if svc.id in links.ambiguous else NO_TIER, packaging)

    def _add(
        self, remit: RemitClaim, line: ServiceLine, svc: RemitLine, tier: str, packaging: Packaging | None
    ) -> None:
        split = classify(svc.charge, svc.paid, svc.adjustments, remit, self.reference, svc, packaging)
        known = self.entries[line.id]
        if known and known[-1].remit is remit:
            known[-1].split = known[-1].split + (split if svc.repeats is None else Split(paid=split.paid))
            known[-1].svcs.append(svc)
        else:
            known.append(Entry(remit, split, [svc], tier, False, self.payers[remit.payment.id], packaging))

    def _entry(self, remit: RemitClaim, split: Split, tier: str) -> Entry:
        return Entry(remit, split, [], tier, payer_name=self.payers[remit.payment.id])

    def outcomes(self) -> list[Outcome]:
        lined = [a.remit for a in self.answers if a.remit.lines]
        whole = [a.remit for a in self.answers if not a.remit.lines and a.remit.status != PREDETERMINATION]
        if whole and not lined:
            return [self._whole([a.remit for a in self.answers])]
        standing = [w for w in whole if w.id not in self.paired and not any(self._replaces(r, w) for r in lined)]
        decided = [r for r in lined if not (r.is_reversal or r.status == PREDETERMINATION)]
        given = [r for r in decided if r.id not in self.paired]
        lines_stand = any(not any(self._replaces(w, r) for w in standing) for r in given)
        if standing and not lines_stand:
            return [self._whole([a.remit for a in self.answers])]
        for remit in whole:
            if remit not in standing:
                self._share(remit)
        rows = [self._line(line) for line in self.lines]
        advance = [a.remit for a in self.answers if not a.remit.lines and a.remit.status == PREDETERMINATION]
        advance = [remit for remit in advance if remit.paid]  # none should be
        if not (standing or advance or any(map(_says_more, lined))):
            return rows
        extra = self._extra(rows, lined, standing, advance)
        return [*rows, extra] if extra else rows

    def _share(self, remit: RemitClaim) -> None:
        """Enter an answer to the claim as a whole that no longer stands in the story of each line, by its charge.

        They tell what was decided first, and count only for a line that no later answer names.
        """
        whole = self._whole_split(remit)
        shares = [line.charge for line in self.lines]
        if not sum(shares):
            shares = [1] * len(shares)
        total = sum(shares)
        before = 0
        for line, share in zip(self.lines, shares, strict=True):
            part = Split(charge=line.charge if not remit.is_reversal else -line.charge, reasons=whole.reasons)
            for name in (*BUCKETS, "pending"):  # by running totals, so that no cent is lost to rounding
                cents = getattr(whole, name)
                setattr(part, name, cents * (before + share) // total - cents * before // total)
            before += share
            entries = self.entries[line.id]
            entries.append(self._entry(remit, part, self._tier(remit)))
            entries.sort(key=lambda e: e.remit.order)

    def _replaces(self, later: RemitClaim, earlier: RemitClaim) -> bool:
        """A later answer of the same payer, in another payment; neither a reversal nor a price given in advance."""
        if later.is_reversal or later.status == PREDETERMINATION:
            return False
        if later.payment is earlier.payment or later.order < earlier.order:
            return False
        return self.payers[later.payment.id] == self.payers[earlier.payment.id]

    def _line(self, line: ServiceLine) -> Outcome:
        entries = self.entries[line.id]
        kind = None if line.id in self.unclaimed else self.case.claim.kind
        row = Outcome(self.case, line, kind, line.charge, entries, net(line.charge, entries, self.paired))
        if line.id in self.ambiguous:
            row.ambiguous = self.ambiguous[line.id]
        return self._settle(row)

    def _whole(self, remits: list[RemitClaim]) -> Outcome:
        """The one row of a claim that was answered as a whole."""
        claim = self.case.claim
        remits = sorted(remits, key=lambda r: r.order)
        entries = [self._entry(r, self._whole_split(r), self._tier(r)) for r in remits]
        charge = claim.charge if claim.charge_cents is not None else remits[0].charge
        row = Outcome(self.case, None, claim.kind, charge, entries, net(charge, entries, self.paired), whole_claim=True)
        return self._settle(row)

    def _tier(self, remit: RemitClaim) -> str:
        return next(a.tier for a in self.answers if a.remit is remit)

    def _whole_split(self, remit: RemitClaim) -> Split:
        adjustments = [*remit.adjustments, *(a for line in remit.lines for a in line.adjustments)]
        return classify(remit.charge, remit.paid, adjustments, remit, self.reference)

    def _extra(
        self, rows: list[Outcome], lined: list[RemitClaim], whole: list[RemitClaim], advance: list[RemitClaim]
    ) -> Outcome | None:
        """The row that carries what payers decided on the claim beside its lines; None when that is nothing. `advance`:
        prices given in advance as if they were paid, which are kept in sight and count for nothing.

        What an answer says beside its lines counts when any of its lines counts, or when nothing takes it back.
        """
        effects: dict[int, str] = {w.id: COUNTED for w in whole}
        for row in rows:
            for entry, effect in zip(row.entries, row.net.effects, strict=True):
                if effects.get(entry.remit.id) != COUNTED:
                    effects[entry.remit.id] = effect
        entries = [self._entry(r, claim_level(r, self.reference), self._tier(r)) for r in lined]
        entries += [self._entry(r, self._difference(r), self._tier(r)) for r in whole]
        entries = [e for e in entries if _says_something(e.split)]
        entries += [self._entry(r, self._whole_split(r), self._tier(r)) for r in advance]
        effects.update((r.id, SET_ASIDE) for r in advance)
        entries.sort(key=lambda e: e.remit.order)
        gone = [e for e in entries if effects.get(e.remit.id) == CANCELLED and e.remit.id not in self.paired]
        if _says_something(sum((e.split for e in gone), Split())):  # its lines were taken back one by one, this was not
            effects.update((e.remit.id, COUNTED) for e in gone)
        told = [effects.get(e.remit.id, COUNTED) for e in entries]
        live = [e for e, effect in zip(entries, told, strict=True) if effect == COUNTED]
        total = sum((e.split for e in live), Split())
        total.other, total.prior = total.other + total.prior, 0
        cancelled = sum(e.split.paid for e, effect in zip(entries, told, strict=True) if effect == CANCELLED)
        if not (any(getattr(total, name) for name in BUCKETS) or cancelled or {REPLACED, SET_ASIDE} & set(told)):
            return None
        result = Net(live=live, effects=told, total=total)
        return self._settle(Outcome(self.case, None, self.case.claim.kind, 0, entries, result, extra=True))

    def _difference(self, remit: RemitClaim) -> Split:
        """A further payer's answer to the claim as a whole, as a change to what its lines already say."""
        before = Split(charge=self.case.claim.charge)
        for line in self.lines:
            before = before + replace(net(line.charge, self.entries[line.id], self.paired).total, charge=0)
        after = replace(before, reasons=[])
        own = self._whole_split(remit)
        add_later_payer(after, own)
        change = Split(reasons=own.reasons)
        for name in BUCKETS:
            setattr(change, name, getattr(after, name) - getattr(before, name))
        return change

    def _settle(self, row: Outcome) -> Outcome:
        """Fill in state and first state, and move the cents that a state decides."""
        total = row.net.total
        row.state = state_of(row.charge, row.entries, row.net, extra=row.extra)
        if row.state == "taken-back" and row.charge > 0 and (row.net.taken_back or total.paid < 0):
            self._deny(row, row.charge - (total.explained - total.paid - total.denied))
        if total.denied < 0:  # what an unmatched reversal takes off a denial stays open in `balance`
            self._deny(row, 0)
        first = first_final(row.entries)
        if first and len(row.entries) == 1:
            row.first, row.first_entry, row.first_state = row.net.total, first[0], row.state
        elif first:
            standing = net(row.charge, first, {})
            row.first, row.first_entry = standing.total, first[0]
            row.first_state = state_of(row.charge, row.entries, standing, extra=row.extra)
        if self.case.role == "void" and not row.extra:
            row.state = "void"
            self._deny(row, 0)
            if len(row.entries) == 1 and first:
                row.first = row.net.total
        row.plain = row.state == row.first_state == "paid" and not (row.extra or total.rule_cut)
        return row

    def _deny(self, row: Outcome, cents: int) -> None:
        """Let so much of the row stand as denied. Its total may be an answer's own, which stays as it is."""
        row.net.total = row.net.total.copy()
        row.net.total.denied = max(cents, 0)


def _says_something(split: Split) -> bool:
    return bool(split.pending) or any(getattr(split, name) for name in BUCKETS)
