"""A bank's list of deposits: a CSV export of any common shape, or a NACHA file. In: a path. Out: a BankList.

A CSV's columns are found by their headings (HEADINGS below), which need not be in the first
row. Amounts may carry $, thousands separators, parentheses, a trailing minus, CR or DR; dates may be ISO, American,
European with dots, or with a month's name. Raises BankError for a file that is neither.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from edi.store import nacha
from edi.store.banklines import BankError, BankLine, BankList, reassociation

MOST_BYTES = 64 * 1024 * 1024
PREAMBLE = 40  # rows in which the headings must come
# What a column is called, in order of preference: the beginning of its heading, lower case, letters and digits only.
HEADINGS = {
    "day": ("depositdate", "date", "postingdate", "postdate", "posted", "transactiondate", "trandate", "valuedate",
            "effectivedate", "settlementdate", "asofdate", "processdate", "bookingdate"),
    "amount": ("amount", "depositamount", "transactionamount", "netamount", "paymentamount"),
    "credit": ("credit", "deposits", "deposit", "moneyin", "paidin"),
    "debit": ("debit", "withdrawal", "moneyout", "paidout", "payments"),
    "sign": ("creditdebit", "debitcredit", "drcr", "crdr", "cddb", "type", "transactiontype"),
    "trace": ("trace", "trn", "eft", "reassociation", "reference", "bankreference", "customerreference",
              "transactionid", "confirmation", "ref"),
    "check": ("check", "cheque", "chk", "serial", "item"),
    "text": ("description", "memo", "details", "detail", "narrative", "addenda", "addendum", "text", "payee", "payer",
             "name", "originator", "company", "particulars", "remittance"),
}  # fmt: skip
_MONEY = re.compile(r"[-+]?[$€£]?\s*\(?[-+]?[$€£]?\s*[-+]?\.?\d[\d,.' ]*\)?[-+]?")
_MONTHS = ("%d-%b-%Y", "%d %b %Y", "%b %d %Y", "%d-%b-%y", "%B %d %Y", "%d %B %Y", "%b-%d-%Y")
_NUMERIC_DAY = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})")


def read(path: str | Path) -> BankList:
    """The lines of a bank's list. Raises BankError when it cannot be opened or is of no kind that we know."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BankError(f"cannot read the bank's list ({error.strerror}): {path}") from None
    if len(content) > MOST_BYTES:
        raise BankError(f"too long for a bank's list (over {MOST_BYTES >> 20} MB): {path}")
    text = _decoded(content)
    if not text.strip():
        raise BankError(f"the bank's list is empty: {path}")
    if nacha.is_nacha(text):
        return nacha.read(text)
    found = _read_csv(text)
    if found is None:
        raise BankError(f"neither a NACHA file nor a table with columns for a date and an amount: {path}")
    return found


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_csv(text: str) -> BankList | None:
    for delimiter in ",;\t|":
        rows = _rows(text, delimiter)
        for place, (_, cells) in enumerate(rows[:PREAMBLE]):
            columns = _columns(cells)
            if "day" in columns and ("amount" in columns or "credit" in columns):
                return _lines(rows[place + 1 :], columns)
    return None


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(line number, cells) of each row; what cannot be taken apart ends the reading, and is a row that says nothing."""
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        rows.append((start, ["?"]))
    return rows


def _columns(cells: Sequence[str]) -> dict[str, list[int]]:
    """Role -> columns that have it. One column for each role, the best named; texts and numbers may be several."""
    names = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in cells]
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for role in ("day", "amount", "sign", "credit", "debit", "check", "trace", "text"):
        exact = [(rank, at) for at, name in enumerate(names) for rank, h in enumerate(HEADINGS[role]) if name == h]
        begins = [
            (rank, at) for at, name in enumerate(names) for rank, h in enumerate(HEADINGS[role]) if name.startswith(h)
        ]
        chosen = [at for _, at in sorted(exact) + sorted(begins) if at not in taken]
        unique = list(dict.fromkeys(chosen))
        found[role] = unique if role in ("trace", "check", "text") else unique[:1]
        taken.update(found[role])
    return {role: places for role, places in found.items() if places}


def _lines(rows: Sequence[tuple[int, list[str]]], columns: dict[str, list[int]]) -> BankList:
    found = BankList()
    days = [cells[columns["day"][0]] for _, cells in rows if len(cells) > columns["day"][0]]
    day_first = any(int(m[1]) > 12 and len(m[1]) < 3 for m in map(_NUMERIC_DAY.match, days) if m)
    for line, cells in rows:
        row = {role: " ".join(cells[at] for at in places if at < len(cells)) for role, places in columns.items()}
        if not any(cells) or (cells != ["?"] and not any(row.get(role) for role in ("amount", "credit", "debit"))):
            continue  # no money is spoken of, as in a line with an opening balance
        day, cents = as_day(row["day"], day_first), _row_cents(row)
        if day is None or cents is None:
            found.unread.append(line)
        elif cents:
            found.lines.append(_line(line, day, cents, row, cells, columns))
    return found


def _line(
    line: int, day: str, cents: int, row: dict[str, str], cells: Sequence[str], columns: dict[str, list[int]]
) -> BankLine:
    said = " ".join(row.get(role, "") for role in ("text", "trace", "check", "sign")).strip()
    stated = [cells[at] for at in columns.get("trace", ()) if at < len(cells) and cells[at]]
    check = [cells[at] for at in columns.get("check", ()) if at < len(cells) and cells[at]]
    trace = reassociation(said)
    if trace is not None:
        return BankLine(line, day, cents, trace[0], trace[1], None, said, None, True)
    return BankLine(line, day, cents, stated[0] if stated else None, None, check[0] if check else None, said)


def _row_cents(row: dict[str, str]) -> int | None:
    """The signed cents of a row: one column of amounts, or one of credits and one of debits."""
    if "amount" in row:
        cents = as_cents(row["amount"])
        out = re.match(r"(d(eb)?(it)?|dr|withdrawal)\b", row.get("sign", "").strip().lower())
        return -abs(cents) if cents is not None and out else cents
    credit, debit = as_cents(row["credit"]), as_cents(row.get("debit", ""))
    if credit:
        return credit
    return -abs(debit) if debit else credit if credit is not None else debit


def as_cents(text: str) -> int | None:
    """'$1,234.56', '(45.00)', '45.00-', '1.234,56', '45.00 CR' in cents; None for what is no amount of money."""
    plain = text.strip().replace("−", "-").replace("\u00a0", " ").replace("USD", "").strip()
    mark = re.search(r"\s*(CR|DR)\.?$", plain, re.IGNORECASE)
    plain = plain[: mark.start()] if mark else plain
    if not plain or not _MONEY.fullmatch(plain):
        return None
    negative = "(" in plain or "-" in plain or bool(mark and mark[1].upper() == "DR")
    digits = re.sub(r"[^\d.,]", "", plain)
    point = max(digits.rfind("."), digits.rfind(","))
    decimals = digits[point + 1 :] if point >= 0 else ""
    if point >= 0 and len(decimals) == 3 and digits[point] == ",":  # a thousands separator
        point, decimals = len(digits), ""
    if point >= 0 and len(decimals) > 2:
        if decimals[2:].strip("0"):
            return None
        decimals = decimals[:2]
    whole = re.sub(r"\D", "", digits[:point] if point >= 0 else digits)
    if not whole and not decimals:
        return None
    cents = int(whole or "0") * 100 + int(decimals.ljust(2, "0") or "0")
    return -cents if negative else cents


def as_day(text: str, day_first: bool = False) -> str | None:
    """A date as banks write it, in ISO form. `day_first`: 03/04/2026 is the third of April; with dots it always is."""
    plain = text.strip().strip("'\"").replace(",", " ")
    found = _NUMERIC_DAY.match(plain)
    try:
        if found:
            one, two, three = found.groups()
            if len(one) == 4:
                return date(int(one), int(two), int(three[:2])).isoformat()
            year = int(three) + (2000 if len(three) <= 2 else 0)
            dots = "." in found[0]
            month, day = (int(two), int(one)) if day_first or dots else (int(one), int(two))
            return date(year, month, day).isoformat()
        if re.match(r"\d{8}(?!\d)", plain):
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:8])).isoformat()
    except ValueError:
        return None
    words = " ".join(plain.split())
    for form in _MONTHS:
        try:
            return datetime.strptime(words, form).date().isoformat()
        except ValueError:
            continue
    return None
