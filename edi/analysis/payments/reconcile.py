"""Payments to deposits: each payment and each deposit exactly once, with what became of it.

In: the payments (835) and a bank's list. Out: one Tied for each payment, and one for each deposit that found none.
Precision before recall: a trace number first; then an amount that only one payment and one deposit of those days have;
then sums, where only one is possible. What fits several is called ambiguous and stays untied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from edi.analysis.grouping import normalised
from edi.analysis.payments.bankdays import as_date, business_days
from edi.analysis.payments.deposits import (
    GRACE,
    Deposit,
    Due,
    Tied,
    days_between,
    names_payer,
    on_time,
    proves,
    total,
    traced,
)
from edi.analysis.payments.sums import sets_that_sum

MATCHED, DIFFERS, AMBIGUOUS = "matched", "amount-differs", "ambiguous"
NO_REMITTANCE, NO_DEPOSIT = "deposit-without-remittance", "remittance-without-deposit"
WAITING, OUTSIDE, NOT_EXPECTED = "waiting", "outside-period", "not-expected"
STATUSES = (DIFFERS, NO_DEPOSIT, NO_REMITTANCE, AMBIGUOUS, WAITING, MATCHED, OUTSIDE, NOT_EXPECTED)
FEE = 5  # per cent up to which a missing part looks like a processor's fee

_ANOTHER = "a remittance here has this trace number, but another originator (TRN03) or a date far from it: compare both"

Payer = tuple[str, str]  # trace number and payer: the payments that one transfer may carry


def reconcile(dues: Iterable[Due], deposits: Iterable[Deposit]) -> list[Tied]:
    """Tie payments to deposits. The order of input does not matter; rows come out problems first, then by day."""
    work = _Work(sorted(dues, key=_order), sorted(deposits, key=lambda d: (d.day, d.line)))
    work.by_trace()
    work.by_amount()
    work.by_sum()
    work.rest()
    return sorted(work.tied, key=_row_order)


def _order(due: Due) -> tuple[str, str, str, int, str]:
    return (due.day, due.payer or "", due.trace_number or "", due.cents, due.at)


def _row_order(tied: Tied) -> tuple[int, str, str, str, int]:
    due = tied.due
    day, line = (tied.deposits[0].day, tied.deposits[0].line) if tied.deposits else ("", 0)
    named = (due.day, due.trace_number or "", due.at) if due else (day, "", "")
    return (STATUSES.index(tied.status), *named, line)


class _Work:
    """What is still open on both sides, and what was tied."""

    def __init__(self, dues: Sequence[Due], deposits: Sequence[Deposit]) -> None:
        self.tied = [
            Tied(NOT_EXPECTED, due, note="no money moves by this method" if due.cents else "nothing was to be paid")
            for due in dues
            if not due.is_expected
        ]
        self.dues = {due: None for due in dues if due.is_expected}  # a set that keeps its order
        self.deposits = dict.fromkeys(deposits)
        self.first, self.last = (deposits[0].day, deposits[-1].day) if deposits else ("", "")
        self.states_traces = False  # whether the bank's own column of numbers repeats TRN02
        self.notes: dict[Deposit, str] = {}  # why a deposit was not tied

    def tie(self, status: str, how: str, dues: Sequence[Due], deposits: Sequence[Deposit], note: str = "") -> None:
        """Tie payments to deposits. Each payment gets its own amount of them, the last one what is left."""
        left = sum(deposit.cents for deposit in deposits)
        for due in dues:
            share = left if due is dues[-1] else due.cents
            left -= share
            self.tied.append(Tied(status, due, tuple(deposits), how, share, note or _late(due, deposits[0])))
            self.dues.pop(due)
        for deposit in deposits:
            self.deposits.pop(deposit)

    # -- trace numbers ------------------------------------------------------------------------------------------------

    def by_trace(self) -> None:
        """Payments and deposits with a common trace number; several 835s may share one, and so may two payers."""
        groups: dict[Payer, list[Due]] = defaultdict(list)
        for due in self.dues:
            if due.trace:
                groups[due.trace, normalised(due.payer) or due.trace_origin or ""].append(due)
        saying: dict[str, list[Deposit]] = defaultdict(list)
        for deposit in self.deposits:
            for number in deposit.numbers | deposit.words:
                saying[number].append(deposit)
        wanted: dict[Deposit, list[Payer]] = defaultdict(list)
        for key, dues in groups.items():
            for deposit in saying.get(key[0], ()):
                if any(traced(due, deposit) for due in dues):
                    wanted[deposit].append(key)
                elif deposit.reassociation and key[0] == normalised(deposit.trace_number):
                    self.notes[deposit] = _ANOTHER
        chosen: dict[Payer, list[Deposit]] = defaultdict(list)
        for deposit, keys in wanted.items():
            if (own := self._payer_of(deposit, keys, groups)) is not None:
                chosen[own].append(deposit)
        for key, found in chosen.items():
            self._settle(groups[key], sorted(found, key=lambda d: (d.day, d.line)))

    def _payer_of(self, deposit: Deposit, keys: Sequence[Payer], groups: dict[Payer, list[Due]]) -> Payer | None:
        """The one group that a deposit with this trace number pays; the payer's name and the amount tell two apart."""
        tests: tuple[Callable[[list[Due]], bool], ...] = (
            lambda dues: any(names_payer(due, deposit) for due in dues),
            lambda dues: deposit.cents == total(dues) or any(deposit.cents == due.cents for due in dues),
        )
        for test in tests:
            if len(keys) > 1:
                keys = [key for key in keys if test(groups[key])] or keys
        if len(keys) > 1:
            self.notes[deposit] = "several payers use this trace number"
            return None
        return keys[0]

    def _settle(self, dues: list[Due], deposits: list[Deposit]) -> None:
        """One group: equal amounts first, then the sums of what is left, then what differs."""
        seen = list(deposits)
        for deposit in seen:
            if equal := [due for due in dues if due.cents == deposit.cents]:
                self._trust(equal[0], deposit)
                dues.remove(equal[0])
                deposits.remove(deposit)
                self.tie(MATCHED, _by(equal[0]), equal[:1], [deposit])
        if dues and deposits and total(dues) == sum(deposit.cents for deposit in deposits):
            self._trust(dues[0], deposits[0])
            self.tie(MATCHED, f"{_by(dues[0])}-sum", dues, deposits, _together(dues, deposits))
            return
        proven = [deposit for deposit in deposits if any(proves(due, deposit) for due in dues)]
        if proven:
            self._trust(dues[0], proven[0])
            self.tie(DIFFERS, _by(dues[0]), dues, proven, _why_differs(dues, proven))
        elif not dues:
            for deposit in deposits:
                self.notes[deposit] = "this trace number was deposited before: paid twice, or a number used again"

    def _trust(self, due: Due, deposit: Deposit) -> None:
        stated = normalised(deposit.trace_number) == due.trace and not deposit.reassociation
        self.states_traces |= stated and not due.is_check

    # -- amounts ------------------------------------------------------------------------------------------------------

    def _may_pay(self, due: Due, deposit: Deposit) -> bool:
        """Amount and day may speak: no trace number speaks against them."""
        if deposit.reassociation and due.trace:
            return False
        if self.states_traces and deposit.trace_number and due.trace and not due.is_check:
            return False
        return on_time(due, deposit)

    def by_amount(self) -> None:
        """An amount that one payment and one deposit of those days have; as many equal ones of one payer in order."""
        by_cents: dict[int, tuple[list[Due], list[Deposit]]] = defaultdict(lambda: ([], []))
        for due in self.dues:
            by_cents[due.cents][0].append(due)
        for deposit in self.deposits:
            by_cents[deposit.cents][1].append(deposit)
        for dues, deposits in by_cents.values():
            fits: dict[Deposit, list[Due]] = {}
            for deposit in deposits:
                near = [due for due in dues if self._may_pay(due, deposit)]
                fits[deposit] = [due for due in near if names_payer(due, deposit)] or near
            for deposit in deposits:
                if deposit in self.deposits:
                    self._tie_equal(deposit, fits)

    def _tie_equal(self, deposit: Deposit, fits: dict[Deposit, list[Due]]) -> None:
        """Tie a deposit, with its rivals, to payments of its amount; or call all of them ambiguous."""
        dues = [due for due in fits[deposit] if due in self.dues]
        rivals = [d for d in fits if d in self.deposits and any(due in fits[d] for due in dues)]
        alike = len({due.payer for due in dues}) == 1 and all(fits[rival] == fits[deposit] for rival in rivals)
        if dues and len(dues) == len(rivals) and alike:
            note = "" if len(dues) == 1 else "alike in payer and amount: tied in order"
            for due, rival in zip(dues, rivals, strict=True):
                self.tie(MATCHED, "amount-date", [due], [rival], note)
        elif dues:
            lines = ", ".join(str(rival.line) for rival in rivals)
            for due in dues:
                self.dues.pop(due)
                self.tied.append(Tied(AMBIGUOUS, due, note=f"its amount fits line {lines} of the bank's list"))
            for rival in rivals:
                self.deposits.pop(rival)
                note = f"its amount fits {len(dues)} payment{'s' * (len(dues) > 1)}"
                self.tied.append(Tied(AMBIGUOUS, None, [rival], deposited=rival.cents, note=note))

    def by_sum(self) -> None:
        """One deposit for several payments, where only one set of them adds up to it."""
        proposals: list[tuple[Deposit, list[Due]]] = []
        for deposit in self.deposits:
            sets = sets_that_sum([due for due in self.dues if self._may_pay(due, deposit)], deposit)
            if len(sets) == 1:
                proposals.append((deposit, sets[0]))
            elif sets:
                self.notes[deposit] = f"{len(sets)} sets of payments add up to it"
        asked = [due for _, dues in proposals for due in dues]
        for deposit, dues in proposals:
            if any(asked.count(due) > 1 for due in dues):
                self.notes[deposit] = "the payments that add up to it add up to another deposit too"
            else:
                self.tie(MATCHED, "sum", dues, [deposit], _together(dues, [deposit]))

    # -- what is left -------------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Deposits without a remittance (money that left the account is none), remittances without a deposit."""
        for deposit in self.deposits:
            if deposit.cents > 0 or deposit.reassociation or deposit in self.notes:
                note = self.notes.get(deposit) or _unknown(deposit)
                self.tied.append(Tied(NO_REMITTANCE, None, [deposit], deposited=deposit.cents, note=note))
        self.tied += [self._unpaid(due) for due in self.dues]

    def _unpaid(self, due: Due) -> Tied:
        start, end = as_date(due.day), as_date(self.last)
        if start is None or end is None:
            return Tied(NO_DEPOSIT, due, note="the remittance has no date" if end else "the bank's list is empty")
        if due.day < self.first:
            return Tied(OUTSIDE, due, note=f"dated before the bank's list begins ({self.first})")
        age = business_days(start, end)
        if age <= GRACE:
            when = "before it was paid" if age < 0 else "soon after"
            return Tied(WAITING, due, note=f"the bank's list ends {when} ({self.last}): it may still come")
        mail = "; a check may be in the mail, or not cashed" if due.is_check else ""
        return Tied(NO_DEPOSIT, due, note=f"{age} business days passed until the bank's list ends ({self.last}){mail}")


def _by(due: Due) -> str:
    return "check" if due.is_check else "trace"


def _late(due: Due, deposit: Deposit) -> str:
    days = days_between(due, deposit)
    if days is None or abs(days) <= GRACE or (due.is_check and days > 0):
        return ""
    return f"{abs(days)} business days {'after' if days > 0 else 'before'} the remittance's date"


def _together(dues: Sequence[Due], deposits: Sequence[Deposit]) -> str:
    """Which came in one."""
    if len(deposits) > 1:
        return f"came in {len(deposits)} deposits"
    return f"one deposit for {len(dues)} remittances" if len(dues) > 1 else ""


def _why_differs(dues: Sequence[Due], deposits: Sequence[Deposit]) -> str:
    came, due = sum(deposit.cents for deposit in deposits), total(dues)
    if came == sum(one.claims_cents for one in dues):
        return "the deposit is what the claims less the provider adjustments come to; the remittance's own total is off"
    missing = due - came
    if 0 < missing * 100 <= due * FEE:
        tenths = (missing * 1000 + due // 2) // due
        return f"{tenths // 10}.{tenths % 10} % less: a processor's fee?"
    return "less came than was announced" if came < due else "more came than was announced"


def _unknown(deposit: Deposit) -> str:
    if deposit.reassociation:
        return "its trace number is in no remittance here: ask the payer or clearinghouse for the 835"
    return "no remittance of this number or amount: another kind of money, or an 835 that is missing"
