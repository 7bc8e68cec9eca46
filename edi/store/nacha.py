"""A NACHA file: what a bank received for us, with the TRN segment of the CCD+ or CTX addenda.

In: text in records of 94 characters, with or without line ends. Out: a BankList; a line is an entry (6) with its
addenda (7), dated by its batch (5). Positions are those of the NACHA operating rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from edi.store.banklines import BankLine, BankList, reassociation

RECORD = 94
CREDIT, DEBIT = (
    "2",
    "7",
)  # second digit of the transaction code; the others are prenotes, returns and zero-dollar entries


def is_nacha(text: str) -> bool:
    """Whether a text begins like a file header record: '101', and a record size of 094."""
    return text.startswith("101 ") or (text.startswith("101") and text[34:37] == "094")


def read(text: str) -> BankList:
    """Every entry of the file."""
    found = BankList()
    company, day = None, ""
    entry: BankLine | None = None
    addenda: list[str] = []

    def finish() -> None:
        nonlocal entry
        if entry is not None:
            found.lines.append(_with_addenda(entry, "".join(addenda)))
        entry = None
        addenda.clear()

    for number, record in _records(text):
        kind = record[:1]
        if kind == "7":
            addenda.append(record[3:83])
            continue
        finish()
        if kind == "5":
            company, day = record[4:20].strip() or None, _day(record[69:75]) or _day(record[63:69])
        elif kind == "6":
            cents = _cents(record)
            if cents is None or not day:
                found.unread.append(number)
            elif cents:
                text_of = f"{record[39:54].strip()} {record[54:76].strip()}"
                entry = BankLine(number, day, cents, company=company, text=text_of.strip())
    finish()
    return found


def _records(text: str) -> Iterator[tuple[int, str]]:
    """(number, record), from 1; filler of nines is left out."""
    lines = text.splitlines()
    if len(lines) == 1 and len(lines[0]) > RECORD:
        lines = [lines[0][at : at + RECORD] for at in range(0, len(lines[0]), RECORD)]
    for number, line in enumerate(lines, start=1):
        if line.strip() and line.strip("9 "):
            yield number, line.ljust(RECORD)


def _cents(record: str) -> int | None:
    """Signed cents of an entry: 0 for what moves no money."""
    code, amount = record[1:3], record[29:39]
    if not (code.isdigit() and amount.isdigit()):
        return None
    if code[1] == CREDIT:
        return int(amount)
    return -int(amount) if code[1] == DEBIT else 0


def _day(text: str) -> str:
    """'260402' as 2026-04-02; '' for what is no date."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6])).isoformat()
    except ValueError:
        return ""


def _with_addenda(entry: BankLine, payment_information: str) -> BankLine:
    trace = reassociation(payment_information)
    said = f"{entry.text} {payment_information.strip()}".strip()
    if trace is None:
        return entry._replace(text=said)
    return entry._replace(trace_number=trace[0], origin=trace[1], text=said, reassociation=True)
