"""What the reconciliation of payments with a bank's list thinks in, and the comparisons that it makes.

A `Due` is a payment as its 835 announces it, a `Deposit` a line of the bank's list, a `Tied` the verdict on one or
both. Money is integer cents, days are ISO text. Source: domain.md section 5 (EFT match: TRN02, TRN03, amount, date;
CORE 370: remittance and deposit within three business days of each other).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edi.analysis.grouping import normalised
from edi.analysis.payments.bankdays import as_date, business_days

GRACE = 3  # business days between a remittance and its deposit
CHECK_GRACE = 15  # business days that a check may travel before it is deposited
TRACE_WINDOW = (-14, 180)  # calendar days from a payment to a deposit that repeats its trace number
SHORT = 6  # characters below which a number alone proves little
TELLING = 8  # characters from which a number in running text is taken for a trace number
NO_MONEY_METHODS, NO_MONEY_HANDLING = {"NON"}, {"H", "P"}
_WORD = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_CHECK = re.compile(r"\b(?:check|chk|ck|cheque)\s*(?:no\.?|number|num|#|:)*\s*#?\s*0*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """A payment. `cents`: BPR02, negative for a debit (BPR03 = D); `claims_cents`: claims paid less PLB."""

    id: int
    cents: int
    method: str | None
    handling: str | None
    day: str
    trace_number: str | None
    trace_origin: str | None
    payer: str | None
    claims_cents: int
    at: str  # file#segment

    @property
    def is_expected(self) -> bool:
        """Whether money should reach the bank: not for notices (NON) and zero payments."""
        return bool(self.cents) and self.method not in NO_MONEY_METHODS and self.handling not in NO_MONEY_HANDLING

    @property
    def is_check(self) -> bool:
        return self.method == "CHK"

    @property
    def trace(self) -> str:
        return normalised(self.trace_number)

    @property
    def payer_words(self) -> set[str]:
        """The first words of the payer's name that tell it from others."""
        return set(_significant(self.payer or "")[:1])


@dataclass(frozen=True, slots=True, eq=False)
class Deposit:
    """A line of the bank's list. `reassociation`: the trace number comes from a TRN segment, so it is the 835's TRN02.

    `text` (the bank's description) is only compared, never printed: it may hold a patient's name.
    """

    line: int
    day: str
    cents: int
    trace_number: str | None = None
    origin: str | None = None
    check_number: str | None = None
    text: str = ""
    company: str | None = None
    reassociation: bool = False

    @property
    def numbers(self) -> set[str]:
        """Numbers that the bank states as such: trace, reference, check number."""
        stated = {normalised(self.trace_number), normalised(self.check_number)}
        return (stated | {m.group(1) for m in _CHECK.finditer(self.text)}) - {""}

    @property
    def words(self) -> set[str]:
        return {normalised(word) for word in _WORD.findall(self.text)} - {""}


@dataclass(slots=True, eq=False)
class Tied:
    """A payment with its deposits, or a deposit alone.

    `deposited`: the cents of the deposits that belong to the payment; summed over all rows they are the bank's.
    """

    status: str
    due: Due | None = None
    deposits: Sequence[Deposit] = ()
    how: str = ""
    deposited: int | None = None
    note: str = ""

    @property
    def difference(self) -> int | None:
        """What came more than was announced."""
        if self.deposited is None or self.due is None:
            return None
        return self.deposited - self.due.cents

    @property
    def days(self) -> int | None:
        """Business days from the payment to its first deposit."""
        return days_between(self.due, self.deposits[0]) if self.due and self.deposits else None


def _significant(name: str) -> list[str]:
    return [word for word in (w.upper() for w in _WORD.findall(name)) if len(word) > 3]


def days_between(due: Due, deposit: Deposit) -> int | None:
    start, end = as_date(due.day), as_date(deposit.day)
    return business_days(start, end) if start and end else None


def names_payer(due: Due, deposit: Deposit) -> bool:
    """The bank's text names the payer."""
    said = set(_significant(f"{deposit.company or ''} {deposit.text}"))
    return bool(due.payer_words & said)


def traced(due: Due, deposit: Deposit) -> str:
    """How well the deposit repeats the payment's trace number: 'stated', 'mentioned' or ''."""
    trace = due.trace
    if not trace or not in_window(due, deposit) or not _same_origin(due.trace_origin, deposit.origin):
        return ""
    if trace in deposit.numbers:
        return "stated"
    return "mentioned" if len(trace) >= SHORT and trace in deposit.words else ""


def proves(due: Due, deposit: Deposit) -> bool:
    """The trace number alone is proof enough to say that another amount is this payment's."""
    if deposit.reassociation or names_payer(due, deposit):
        return True
    return len(due.trace) >= (SHORT if traced(due, deposit) == "stated" else TELLING)


def in_window(due: Due, deposit: Deposit) -> bool:
    """Near enough for the same trace number to be the same payment: check numbers come again after years."""
    start, end = as_date(due.day), as_date(deposit.day)
    return start is None or end is None or TRACE_WINDOW[0] <= (end - start).days <= TRACE_WINDOW[1]


def on_time(due: Due, deposit: Deposit) -> bool:
    """Near enough for the amount alone to speak: three business days either way, a check up to three weeks later."""
    days = days_between(due, deposit)
    return days is not None and -GRACE <= days <= (CHECK_GRACE if due.is_check else GRACE)


def _same_origin(ours: str | None, theirs: str | None) -> bool:
    """TRN03: the payer's tax id with a digit before it; banks may leave the digit out."""
    one, other = normalised(ours), normalised(theirs)
    return not one or not other or one == other or (min(len(one), len(other)) >= 9 and one[-9:] == other[-9:])


def total(dues: Iterable[Due]) -> int:
    return sum(due.cents for due in dues)
