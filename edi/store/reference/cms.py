"""CMS's own files, read as published: Addendum B (OPPS), NCCI pairs, medically unlikely edits.

They carry title rows, wrapped headings and codes' descriptors (not read), and do not always say what they are for: the
setting and the first day come from the name or the title, or from whoever loads the file.
Layouts: mappings/reference/layouts.csv. A pair's deletion date is its last day, '*' none; indicator 9 marks a pair that
was deleted on the day it began, so was never in force (NCCI Policy Manual, chapter I, modifier indicators).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from edi.store.reference.definitions import Definition, layouts

SETTINGS = ("practitioner", "outpatient", "dme")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?<![a-z])(" + "|".join(_MONTHS) + r")(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?![a-z])"
_YEAR = r"(?<!\d)(20\d\d)(?!\d)"
_MONTH_YEAR = re.compile(rf"{_MONTH}\s+(?:\d{{1,2}}\s+)?{_YEAR}")
_YEAR_MONTH = re.compile(rf"{_YEAR}\s+{_MONTH}")
_CALENDAR_YEAR = re.compile(r"\b(?:cy|calendar year)\s*(20\d\d)")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[-_/](\d{1,2})[-_/](20\d\d)(?!\d)")
_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_TAIL = re.compile(r"[^A-Z0-9]+$", re.ASCII)


class NoEdition(Exception):
    """The file does not say its setting or first day. The message says which option does."""


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever loads the file says of it. Dates are ISO."""

    start: str = ""
    end: str = ""
    setting: str = ""
    since: str = ""  # leave out pairs that ended before


@dataclass(frozen=True, slots=True)
class Header:
    """A heading row that was found: our column -> place in the row."""

    places: dict[str, int]
    line: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file was taken for."""

    setting: str = ""
    start: str = ""
    end: str = ""

    def __str__(self) -> str:
        days = f"from {self.start} to {self.end or 'further notice'}" if self.start else ""
        return ", ".join(part for part in (self.setting, days) if part)


def header(definition: Definition, row: list[str], line: int) -> Header | None:
    """The columns of a heading row; None for any other row."""
    wanted = layouts().get(definition.name, {})
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        text = re.sub(r"[^a-z0-9]+", " ", cell.lower()).strip()
        for heading, column in wanted.items():
            if text == heading or text.startswith(heading + " "):
                places.setdefault(column, place)
    needed = set(wanted.values()) - set(SETTINGS) - {"apc", "mai"}
    has_setting = definition.name != "mue" or any(setting in places for setting in SETTINGS)
    return Header(places, line) if places and needed <= places.keys() and has_setting else None


def edition(definition: Definition, found: Header, name: str, title: str, options: Options) -> Edition:
    """The setting and dates of a file, or NoEdition."""
    workbook = re.sub(r"(?i)(?<=\.xls[xm])!.*", "", name)  # the name of its sheet says less than its own
    name = re.split(r"[/\\!]", workbook)[-1].lower()
    title = title.lower()
    if definition.name == "opps":
        start = options.start or _from_month(name) or _from_month(title) or _from_year(title)
        if not start:
            raise NoEdition("its first day is not in its name or title; say it with --from, such as --from 2026-01-01")
        return Edition("", start, options.end or f"{start[:4]}-12-31")
    if definition.name == "mue":
        setting = next(setting for setting in SETTINGS if setting in found.places)
        start = options.start or _from_date(name) or _from_month(name) or _from_date(title) or _from_month(title)
        if not start:
            raise NoEdition("its first day is not in its name or title; say it with --from, such as --from 2026-01-01")
        return Edition(setting, start, options.end)
    setting = options.setting or _pair_setting(name) or _pair_setting(title)
    if not setting:
        raise NoEdition("its name does not tell the setting; say it with --setting practitioner or outpatient")
    return Edition(setting)


def _pair_setting(text: str) -> str:
    if "ccioph" in text or "hospital" in text or "outpatient" in text:
        return "outpatient"
    return "practitioner" if "ccipra" in text or "practitioner" in text else ""


def _from_month(text: str) -> str:
    """'january-2026-addendum-b', 'addendumb_2026_jan' or 'January 1, 2026' -> '2026-01-01'."""
    spaced = re.sub(r"[_\-.,]", " ", text)
    if found := _MONTH_YEAR.search(spaced):
        month, year = found[1], found[2]
    elif found := _YEAR_MONTH.search(spaced):
        year, month = found[1], found[2]
    else:
        return ""
    return f"{year}-{_MONTHS.index(month) + 1:02d}-01"


def _from_date(text: str) -> str:
    """'..._eff_07-01-2024' -> '2024-07-01'."""
    found = _DATE.search(text)
    return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else ""


def _from_year(text: str) -> str:
    found = _CALENDAR_YEAR.search(text)
    return f"{found[1]}-01-01" if found else ""


def cells(
    definition: Definition, found: Header, rows: Any, taken: Edition, options: Options, left_out: dict[str, int]
) -> Iterator[tuple[int, list[str] | str]]:
    """The texts of each data row in the order of our fields; what is left out is counted by its reason."""
    width = max(found.places.values())
    pairs = definition.name == "ncci-ptp"
    first = found.places["column1" if pairs else "code"]
    make = {"opps": _status, "mue": _limit, "ncci-ptp": _pair}[definition.name]
    for row in rows:
        if len(row) <= first or not row[first]:
            continue  # a heading that wraps, an empty row
        code = _procedure(row[first])
        if len(row) <= width or not code:
            left_out["rows that hold no procedure code"] = left_out.get("rows that hold no procedure code", 0) + 1
            continue
        made = make(row, code, found.places, taken)
        if pairs:
            if made[3] == "9" or (made[5] and made[5] < made[4]):
                reason = "pairs that were never in force (indicator 9)"
                left_out[reason] = left_out.get(reason, 0) + 1
                continue
            if options.since and made[5] and made[5] < options.since.replace("-", ""):
                reason = f"pairs that ended before {options.since}"
                left_out[reason] = left_out.get(reason, 0) + 1
                continue
        elif definition.name == "opps" and not made[1]:
            left_out["codes without a status"] = left_out.get("codes without a status", 0) + 1
            continue
        yield rows.line_num, made


@lru_cache(maxsize=65536)
def _procedure(text: str) -> str:
    """The procedure code of a cell (CMS's have signs behind them at times); empty when there is none."""
    found = _TAIL.sub("", text.strip().upper())
    return found if _CODE.fullmatch(found) else ""


def _status(row: list[str], code: str, places: dict[str, int], taken: Edition) -> list[str]:
    apc = row[places["apc"]].strip() if "apc" in places else ""
    return [code, row[places["status"]].strip().upper(), apc, taken.start, taken.end]


def _limit(row: list[str], code: str, places: dict[str, int], taken: Edition) -> list[str]:
    mai = row[places["mai"]].strip()[:1] if "mai" in places else ""
    return [taken.setting, code, row[places[taken.setting]].strip(), mai, taken.start, taken.end]


def _pair(row: list[str], code: str, places: dict[str, int], taken: Edition) -> list[str]:
    end = row[places["effective_to"]].strip()
    return [
        taken.setting,
        code,
        row[places["column2"]].strip(),
        row[places["modifier_indicator"]].strip(),
        row[places["effective_from"]].strip(),
        "" if end == "*" else end,
    ]
