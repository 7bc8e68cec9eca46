"""Whether the money adds up: the sums of the claims, lines and payments that have just been read.

In: finished rows (all rows of a claim together). Out: notes; nothing is dropped or forced. Where an amount is absent
or could not be read there is nothing to compare, and that was noted already. All sums are integer cents. (TR3
005010X221 section 1.10.2: line = SVC02 - CAS = SVC03; claim = CLP03 - CAS = CLP04; payment: BPR02 = CLP04 - PLB.)
"""

from __future__ import annotations

from typing import Any

from edi.records.tables import Table
from edi.x12.diagnostic import Notes

Row = list[Any]
Rows = dict[str, list[Row]]
REVERSAL = "22"


def dollars(cents: int) -> str:
    """1250 -> '12.50'"""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


class Balance:
    """Checks batch after batch; keeps only the running totals of the payments that are still open."""

    def __init__(self, tables: dict[str, Table], notes: Notes) -> None:
        self._notes = notes
        self._totals: dict[
            int, list[int | None]
        ] = {}  # payment id -> what its claims were paid, less provider adjustments
        self._column = {name: table.index for name, table in tables.items()}

    def check(self, rows: Rows) -> None:
        """Check the claims of one batch, and add them to the totals of their payments."""
        self._claims(rows)
        self._remittances(rows)

    def _note(
        self, rule: str, row: int, transaction: int | None, value: int, expected: int, loop: str, element: str
    ) -> None:
        self._notes.note(
            rule,
            row,
            transaction=transaction,
            loop=loop,
            element=element,
            value=dollars(value - expected),
            expected=dollars(expected),
        )

    def _claims(self, rows: Rows) -> None:
        """837: CLM02 is the sum of its lines."""
        claim, line = self._column["claim"], self._column["service_line"]
        charge, of, line_charge, transaction = (
            claim["charge_cents"],
            line["claim_id"],
            line["charge_cents"],
            claim["transaction_id"],
        )
        sums = _summed(rows["service_line"], of, line_charge)
        for row in rows["service_line"]:
            if row[line_charge] is not None and row[line_charge] < 0:
                self._note("charge-negative", row[0], None, row[line_charge], 0, "2400", "SV102")
        for row in rows["claim"]:
            total = sums.get(row[0])
            if row[charge] is not None and row[charge] < 0:
                self._note("charge-negative", row[0], row[transaction], row[charge], 0, "2300", "CLM02")
            if total is not None and row[charge] is not None and total != row[charge]:
                self._note("claim-charge-not-lines", row[0], row[transaction], row[charge], total, "2300", "CLM02")

    def _remittances(self, rows: Rows) -> None:
        """835: line and claim sums, and the payment's running total."""
        claim, line, adjustment = self._column["remit_claim"], self._column["remit_line"], self._column["adjustment"]
        of_line, of_claim, amount = (
            adjustment["remit_line_id"],
            adjustment["remit_claim_id"],
            adjustment["amount_cents"],
        )
        line_cuts = _summed(rows["adjustment"], of_line, amount)
        claim_cuts = _summed(rows["adjustment"], of_claim, amount)
        shares = _summed([row for row in rows["adjustment"] if row[adjustment["group_code"]] == "PR"], of_claim, amount)
        charges = _summed(rows["remit_line"], line["remit_claim_id"], line["charge_cents"])
        transactions = self._totals
        charge, paid, payment = line["charge_cents"], line["paid_cents"], line["payment_id"]
        for row in rows["remit_line"]:
            cuts = line_cuts.get(row[0], 0)
            if (
                cuts is not None
                and row[charge] is not None
                and row[paid] is not None
                and row[charge] - cuts != row[paid]
            ):
                self._note("line-out-of-balance", row[0], row[payment], row[paid], row[charge] - cuts, "2110", "SVC03")
        charge, paid, payment = claim["charge_cents"], claim["paid_cents"], claim["payment_id"]
        patient, status = claim["patient_cents"], claim["status"]
        for row in rows["remit_claim"]:
            cuts, lines, share = claim_cuts.get(row[0], 0), charges.get(row[0]), shares.get(row[0], 0)
            billed, received = row[charge], row[paid]
            total = transactions.setdefault(row[payment], [0])
            total[0] = None if total[0] is None or received is None else total[0] + received
            if billed is None or received is None:
                continue
            if cuts is not None and billed - cuts != received:
                self._note("claim-out-of-balance", row[0], row[payment], received, billed - cuts, "2100", "CLP04")
            if lines is not None and lines != billed:
                self._note("remit-charge-not-lines", row[0], row[payment], billed, lines, "2100", "CLP03")
            if row[patient] is not None and share is not None and share != row[patient] and row[status] != REVERSAL:
                self._note("patient-share-differs", row[0], row[payment], row[patient], share, "2100", "CLP05")
            if received < 0 and row[status] != REVERSAL:
                self._note("payment-negative", row[0], row[payment], received, 0, "2100", "CLP04")
        provider = self._column["provider_adjustment"]
        for row in rows["provider_adjustment"]:
            total = transactions.setdefault(row[provider["payment_id"]], [0])
            value = row[provider["amount_cents"]]
            total[0] = None if total[0] is None or value is None else total[0] - value

    def payment(self, row: Row) -> None:
        """The payment `row` is complete: BPR02 is what its claims were paid, less its provider adjustments."""
        stated = row[self._column["payment"]["amount_cents"]]
        total = self._totals.pop(row[0], [0])[0]
        if stated is not None and total is not None and stated != total:
            self._note("payment-out-of-balance", row[0], row[0], stated, total, "HEADER", "BPR02")


def _summed(rows: list[Row], key: int, amount: int) -> dict[Any, int | None]:
    """Sums of a column by another one; None where a summand is missing."""
    sums: dict[Any, int | None] = {}
    for row in rows:
        of, value = row[key], row[amount]
        if value is None:
            sums[of] = None
        else:
            sum_ = sums.get(of, 0)
            if sum_ is not None:
                sums[of] = sum_ + value
    return sums
