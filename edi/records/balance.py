"""Whether the money adds up: the sums of the claims, lines and payments that have just been read.

In: finished rows (all rows of a claim together). Out: notes; nothing is dropped or forced. An absent amount counts as
zero. A claim with an amount that could not be read is not judged, nor is its payment: that it could not be read was
noted. All sums are integer cents. (TR3 005010X221 section 1.10.2: line = SVC02 - CAS = SVC03; claim = CLP03 - CAS =
CLP04; payment: BPR02 = CLP04 - PLB.)

A reversal (CLP02 22) negates every amount; one without minus signs says less than it means. Its payment tells: unless
it adds up with the amounts as they are, they are meant as negative (`unsigned`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from edi.records import repeats
from edi.records.tables import Table
from edi.x12.diagnostic import SEGMENT, Notes
from edi.x12.money import money

Row = list[Any]
Rows = dict[str, list[Row]]
REVERSAL = "22"
_NEGATED = "the payment adds up only with minus signs, so they were read as negative"
_AS_SENT = "the payment adds up with them as they are, so they were read as an ordinary answer"
_OTHERWISE = "they were read as negative, as those of a reversal are"


def is_unsigned(charge: int, paid: int) -> bool:
    """Whether a reversal's charge and payment (CLP03, CLP04) have no minus sign."""
    return charge > 0 <= paid


class Balance:
    """Checks batch after batch; keeps only the running totals of the payments that are still open."""

    def __init__(self, tables: dict[str, Table], notes: Notes) -> None:
        self._tables = tables
        self._notes = notes
        self._totals: defaultdict[int, int] = defaultdict(int)  # what a payment's claims were paid, less its PLB
        self._reversals: defaultdict[int, dict[int, int]] = defaultdict(dict)  # paid by those without minus signs
        self.unsigned: list[int] = []  # reversals that are meant as negative

    def cut_off(self, rows: Rows) -> None:
        """The end of the file cut off the claim of this batch: it is not judged, but taken for what it is."""
        columns = ("id", "payment_id", "status", "charge_cents", "paid_cents")
        for claim, payment, status, charge, paid in self._each(rows, "remit_claim", *columns):
            if status == REVERSAL and is_unsigned(charge or 0, paid or 0):
                self._reversals[payment][claim] = paid or 0

    def check(self, rows: Rows) -> None:
        """Check the claims of one batch, and add them to the totals of their payments."""
        self._claims(rows)
        self._remittances(rows)

    def payment(self, row: Row, *, whole: bool) -> None:
        """The payment `row` is over: BPR02 is what its claims were paid, less its provider adjustments. One that is not
        whole is not judged."""
        identity, transaction, amount = self._getter("payment", "id", "transaction_id", "amount_cents")(row)
        total = self._totals.pop(identity, 0)
        if identity in self._reversals:
            total = self._as_meant(identity, transaction, (amount or 0) if whole else None, total)
        if whole and transaction not in self._notes.unread.values() and (amount or 0) != total:
            self._note("payment-out-of-balance", identity, transaction, amount or 0, total, "HEADER", "BPR02")

    def _as_meant(self, payment: int, transaction: int, amount: int | None, total: int) -> int:
        """The payment's total with its reversals as they are meant. `amount`: what it should be; None where unknown."""
        reversals = self._reversals.pop(payment)
        negated = total - 2 * sum(reversals.values())
        as_sent = amount == total != negated
        words = _AS_SENT if as_sent else _NEGATED if amount == negated != total else _OTHERWISE
        for claim, paid in reversals.items():
            self._notes.note(
                "reversal-unsigned", claim, transaction=transaction, loop="2100", element="CLP04", value=money(paid),
                expected=words,
            )  # fmt: skip
        if as_sent:
            return total
        self.unsigned += reversals
        return negated

    def _claims(self, rows: Rows) -> None:
        """837: CLM02 is the sum of its lines."""
        sums: dict[int, int] = {}
        for line, claim, charge in self._each(rows, "service_line", "id", "claim_id", "charge_cents"):
            sums[claim] = sums.get(claim, 0) + (charge or 0)
            if charge is not None and charge < 0:
                self._note("charge-negative", line, None, charge, 0, "2400", "SV102")
        unread = self._unread(rows["claim"])
        for claim, transaction, charge in self._each(rows, "claim", "id", "transaction_id", "charge_cents"):
            billed = charge or 0
            if billed < 0:
                self._note("charge-negative", claim, transaction, billed, 0, "2300", "CLM02")
            if sums.get(claim, billed) != billed and claim not in unread:
                self._note("claim-charge-not-lines", claim, transaction, billed, sums[claim], "2300", "CLM02")

    def _remittances(self, rows: Rows) -> None:
        """835: line and claim sums, and the payment's running total."""
        line_cuts: defaultdict[int, int] = defaultdict(int)
        claim_cuts: defaultdict[int, int] = defaultdict(int)
        shares: defaultdict[int, int] = defaultdict(int)
        charges: dict[int, int] = {}
        odd: dict[int, int] = {}  # claims whose lines charge more than they do, and by how much
        unread = self._unread(rows["remit_claim"])
        columns: tuple[str, ...] = ("remit_line_id", "remit_claim_id", "group_code", "amount_cents")
        for line, claim, group, amount in self._each(rows, "adjustment", *columns):
            cut = amount or 0
            line_cuts[line] += cut
            claim_cuts[claim] += cut
            if group == "PR":
                shares[claim] += cut
        columns = ("id", "remit_claim_id", "payment_id", "charge_cents", "paid_cents")
        for line, claim, payment, charge, paid in self._each(rows, "remit_line", *columns):
            charges[claim] = charges.get(claim, 0) + (charge or 0)
            expected = (charge or 0) - line_cuts.get(line, 0)
            if expected != (paid or 0) and claim not in unread:
                self._note("line-out-of-balance", line, payment, paid or 0, expected, "2110", "SVC03")
        columns = ("id", "payment_id", "status", "charge_cents", "paid_cents", "patient_cents")
        for claim, payment, status, charge, paid, share in self._each(rows, "remit_claim", *columns):
            billed, received, expected = charge or 0, paid or 0, (charge or 0) - claim_cuts.get(claim, 0)
            self._totals[payment] += received
            if claim in unread:
                continue
            if expected != received:
                self._note("claim-out-of-balance", claim, payment, received, expected, "2100", "CLP04")
            if charges.get(claim, billed) != billed:
                self._note("remit-charge-not-lines", claim, payment, billed, charges[claim], "2100", "CLP03")
                odd[claim] = charges[claim] - billed
            if status != REVERSAL:
                if share is not None and share != shares.get(claim, 0):
                    self._note("patient-share-differs", claim, payment, share, shares[claim], "2100", "CLP05")
                if received < 0:
                    self._note("payment-negative", claim, payment, received, 0, "2100", "CLP04")
            elif is_unsigned(billed, received):
                self._reversals[payment][claim] = received
        for line, first, payment, code in repeats.of_lines(rows, self._tables, odd) if odd else ():
            place = str(first & SEGMENT)
            self._notes.note("answer-repeated", line, transaction=payment, loop="2110", element="SVC", value=code,
                             expected=place)  # fmt: skip
        for payment, amount in self._each(rows, "provider_adjustment", "payment_id", "amount_cents"):
            self._totals[payment] -= amount or 0

    def _getter(self, table: str, *columns: str) -> itemgetter[Any]:
        return itemgetter(*(self._tables[table].index[column] for column in columns))

    def _each(self, rows: Rows, table: str, *columns: str) -> Iterator[Any]:
        """Some columns of every row of a table."""
        return map(self._getter(table, *columns), rows[table])

    def _unread(self, claims: list[Row]) -> set[int]:
        """The claims in whose segments some amount could not be read."""
        ids = [row[0] for row in claims] if self._notes.unread else []
        return {ids[at - 1] for segment in self._notes.unread if (at := bisect_right(ids, segment))}

    def _note(
        self, rule: str, row: int, transaction: int | None, value: int, expected: int, loop: str, element: str
    ) -> None:
        """Note a difference; its value is the delta."""
        self._notes.note(
            rule,
            row,
            transaction=transaction,
            loop=loop,
            element=element,
            value=money(value - expected),
            expected=money(expected),
        )
