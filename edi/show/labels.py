"""Words of our own for the codes in a file. In: a segment and the place of an element. Out: a short meaning, or ''.

mappings/codes/elements.csv names the table that an element's codes are looked up in; where the meaning depends on a
neighbour (HI01-2 on its qualifier, CLM05-1 on CLM05-2) the choice is made here. Dates come out as ISO dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from edi.resources import Resources
from edi.x12.delimiters import Delimiters

DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
DATES = {"BPR16", "DTM02", "DTP03", "DMG02", "BHT04", "GS04", "PLB02", "SVD05", "TS303", "DTM06"}
DIAGNOSES = ("ABK", "ABF", "ABJ", "APR", "ABN", "BK", "BF")
MEANINGS = ("meaning", "label")


class Labels:
    """Looks codes up; tables are read when first asked for."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._tables = {row["element"]: (row["table"], row["kind"]) for row in resources.rows("codes/elements.csv")}
        self.table = cache(self._table)

    def _table(self, name: str) -> dict[str, str]:
        rows = self._resources.rows(f"codes/{name}.csv")
        if name == "qualifiers":
            return {f"{row['kind']} {row['code']}": row["label"] for row in rows}
        return {row["code"]: row.get("meaning") or row.get("label") or "" for row in rows}

    def code(self, table: str, code: str) -> str:
        """What a code of a table (carc, rarc, plb, family ...) means."""
        return self.table(table).get(code.strip(), "")

    def qualifier(self, kind: str, code: str) -> str:
        """What a qualifier of a kind (entity, reference ...) means."""
        return self.table("qualifiers").get(f"{kind} {code.strip()}", "")

    def meaning(self, elements: Sequence[str], element: str, value: str, delimiters: Delimiters) -> str:
        """The meaning of `value` at `element` (CAS02, SV101-2) of a segment; '' where we have no words for it."""
        if element in DATES:
            return dates(value)
        table, kind = self._tables.get(element, ("", ""))
        if table == "qualifiers":
            return self.qualifier(kind, value)
        if table == "family" and _part(elements, int(element[3:5]), 1, delimiters) == "NU":
            table = "revenue_codes"
        if not table:
            table = self._by_neighbour(elements, element, delimiters)
        if table == "diagnosis":
            return self.diagnosis(value)
        return self.code(table, value) if table else ""

    def _by_neighbour(self, elements: Sequence[str], element: str, delimiters: Delimiters) -> str:
        """The table for an element whose meaning another element decides."""
        if element == "CLM05-1":
            return {"B": "place_of_service", "A": "bill_types"}.get(_part(elements, 5, 2, delimiters), "")
        if elements[0] == "HI" and element.endswith("-2"):
            return "diagnosis" if _part(elements, int(element[2:4]), 1, delimiters) in DIAGNOSES else ""
        return ""

    def diagnosis(self, code: str) -> str:
        """The group of a diagnosis that is in the list of usual ones for perfusion imaging."""
        rows = self.prefixes()
        return next((label for prefix, label in rows if code.replace(".", "").startswith(prefix)), "")

    def prefixes(self) -> list[tuple[str, str]]:
        """Beginnings of diagnosis codes, the longest first, with their words."""
        rows = self._resources.rows("codes/supporting_diagnoses.csv")
        return sorted(((row["prefix"], row["label"]) for row in rows), key=lambda row: -len(row[0]))


def dates(value: str) -> str:
    """20260305 as 2026-03-05, 20260305-20260306 as 2026-03-05 to 2026-03-06; '' for anything else."""
    days = [DAY.fullmatch(part) for part in value.split("-")]
    return " to ".join("-".join(day.groups()) for day in days if day) if all(days) else ""


def _part(elements: Sequence[str], position: int, part: int, delimiters: Delimiters) -> str:
    """One component of an element; '' where there is none."""
    parts = elements[position].split(delimiters.component) if 0 < position < len(elements) else []
    return parts[part - 1] if part <= len(parts) else ""
