"""Text of one cell of reference data -> what is stored. Offices type dates and amounts as spreadsheets write them.

Each reader takes a text that is not empty and gives the value, or raises BadCell with what was expected (never with
the value itself, which may be private).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from edi.x12 import values

Value = str | int | float
Read = Callable[[str], Value]

_US_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)
_AMOUNT = re.compile(r"(?:\d*|\d{1,3}(?:,\d{3})+)(?:\.(?:\d{0,2}|\d{4,}))?", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{4,5}", re.ASCII)
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}", re.ASCII)
_FLAGS = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}


class BadCell(Exception):
    """A cell cannot be read. The message says what was expected."""


@lru_cache(maxsize=4096)
def day(text: str) -> str:
    """'2026-03-05', '20260305' or '3/5/2026' -> '2026-03-05'."""
    american = _US_DATE.fullmatch(text)
    plain = _ISO_DATE.fullmatch(text)
    if american:
        year, month, number = int(american[3]), int(american[1]), int(american[2])
    elif plain:
        digits = text.replace("-", "")
        year, month, number = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    else:
        raise BadCell("not a date such as 2026-03-05")
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        raise BadCell("not a date of the calendar") from None


def money(text: str) -> int:
    """'$1,450.00' -> 145000 cents. A comma stands between thousands only: '1.450,00', '1450,5' and '1.450' are refused,
    as reading them would make another sum of them."""
    plain = text.replace("$", "").strip()
    if not _AMOUNT.fullmatch(plain):
        raise BadCell("not an amount such as 1450.00")
    cents, rule = values.cents(plain.replace(",", ""))
    if not isinstance(cents, int) or rule or cents < 0:
        raise BadCell("not an amount such as 1450.00")
    return cents


def count(text: str) -> int:
    """'3' or '3.0' -> 3."""
    number_, rule = values.whole(text)
    if not isinstance(number_, int) or rule or number_ < 0:
        raise BadCell("not a whole number")
    return number_


def number(text: str) -> int | float:
    found, _ = values.number(text)
    if not isinstance(found, int | float) or found < 0:
        raise BadCell("not a number")
    return found


@lru_cache(maxsize=65536)
def code(text: str) -> str:
    """A procedure code, in capitals."""
    found = text.strip().upper()
    if not _CODE.fullmatch(found):
        raise BadCell("not a procedure code of 5 letters and digits")
    return found


def codes(text: str) -> str:
    return " ".join(code(one) for one in re.split(r"[\s,;]+", text) if one)


def words(text: str) -> str:
    return " ".join(one.upper() for one in re.split(r"[\s,;]+", text) if one)


def names(text: str) -> str:
    return "; ".join(" ".join(one.split()) for one in text.split(";") if one.strip())


def diagnosis(text: str) -> str:
    """'I25.10' -> 'I2510'."""
    found = text.replace(".", "").strip().upper()
    if not _DIAGNOSIS.fullmatch(found):
        raise BadCell("not an ICD-10-CM code or its beginning")
    return found


def npi(text: str) -> str:
    if not (len(text) == 10 and text.isdecimal() and text.isascii()):
        raise BadCell("an NPI has 10 digits")
    return text


def npis(text: str) -> str:
    return " ".join(npi(one) for one in re.split(r"[\s,;]+", text) if one)


def flag(text: str) -> str:
    found = _FLAGS.get(text.lower())
    if found is None:
        raise BadCell("neither yes nor no")
    return found


def choice(allowed: str) -> Read:
    """A reader of one of the words of 'a|b|c'."""
    known = allowed.split("|")

    def read(text: str) -> str:
        if text.lower() not in known:
            raise BadCell(f"none of {', '.join(known)}")
        return text.lower()

    return read


READERS: dict[str, Read] = {
    "text": lambda text: " ".join(text.split()),
    "names": names,
    "words": words,
    "codes": codes,
    "code": code,
    "diagnosis": diagnosis,
    "npi": npi,
    "npis": npis,
    "date": day,
    "money": money,
    "count": count,
    "number": number,
    "flag": flag,
}


def reader(kind: str) -> Read:
    """The reader of a type of columns.csv."""
    return choice(kind) if "|" in kind else READERS[kind]
