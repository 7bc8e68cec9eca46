"""edi payments --bank: payments tied to a bank's list, over a database. Glue between store, reader and analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edi.analysis.payments.deposits import Deposit, Due, Tied
from edi.analysis.payments.reconcile import reconcile
from edi.store import bank, paying
from edi.store.banklines import BankList
from edi.store.database import Database
from edi.store.rowsets import money

COLUMNS = (
    "status", "how", "trace_number", "payer", "method", "date", "amount", "deposit_date", "deposited", "difference",
    "business_days", "note", "file", "segment", "bank_file", "bank_lines",
)  # fmt: skip
TELLING = (
    "status", "trace_number", "payer", "date", "amount", "deposit_date", "deposited", "difference", "bank_lines",
    "note",
)  # fmt: skip
UNREAD_SHOWN = 10


def tied(database: Database, path: str) -> tuple[list[dict[str, Any]], BankList]:
    """The rows of `edi payments --bank`, and the list as it was read. Raises BankError."""
    listed = bank.read(path)
    dues = [
        Due(
            id=row.id,
            cents=-row.amount_cents if row.credit_debit == "D" else row.amount_cents,
            method=row.method,
            handling=row.handling,
            day=row.day,
            trace_number=row.trace_number,
            trace_origin=row.trace_origin,
            payer=row.payer_name,
            claims_cents=row.claims_cents,
            at=f"{row.path}#{row.segment}",
        )
        for row in paying.payments(database)
    ]
    deposits = [Deposit(**line._asdict()) for line in listed.lines]
    return [_row(one, path) for one in reconcile(dues, deposits)], listed


def _row(one: Tied, path: str) -> dict[str, Any]:
    due, first = one.due, one.deposits[0] if one.deposits else None
    file, _, segment = due.at.rpartition("#") if due else ("", "", "")
    return {
        "status": one.status,
        "how": one.how or None,
        "trace_number": due.trace_number if due else first.trace_number if first else None,
        "payer": due.payer if due else first.company if first else None,
        "method": due.method if due else None,
        "date": (due.day or None) if due else None,
        "amount": money(due.cents) if due else None,
        "deposit_date": first.day if first else None,
        "deposited": money(one.deposited),
        "difference": money(one.difference),
        "business_days": one.days,
        "note": one.note or None,
        "file": file or None,
        "segment": int(segment) if segment else None,
        "bank_file": str(Path(path)) if first else None,
        "bank_lines": [deposit.line for deposit in one.deposits],
    }


def summary(rows: Sequence[dict[str, Any]], listed: BankList) -> Iterator[str]:
    """What a person reads below the table: each status with its number and money."""
    yield ""
    for status in dict.fromkeys(row["status"] for row in rows):
        of_status = [row for row in rows if row["status"] == status]
        cents = sum(_cents(row["deposited"] if row["amount"] is None else row["amount"]) for row in of_status)
        yield f"{status.replace('-', ' '):<28}{len(of_status):>6}{money(cents):>16}"
    yield from unread(listed)


def unread(listed: BankList) -> Iterator[str]:
    """The lines of the list that could not be read, by number: their text may be private."""
    if listed.unread:
        shown = ", ".join(map(str, listed.unread[:UNREAD_SHOWN]))
        more = f" and {len(listed.unread) - UNREAD_SHOWN} more" if len(listed.unread) > UNREAD_SHOWN else ""
        yield f"Without a date or amount that can be read: line {shown}{more} of the bank's list"


def _cents(text: str | None) -> int:
    return int((text or "0").replace(".", ""))
