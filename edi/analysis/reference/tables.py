"""The code tables: what mappings/codes says of reasons, remarks, causes, the 78452 family, limits and pairs.

Each reader lays the rows that an office loaded over the shipped ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edi.analysis.reference.dated import Dated, over
from edi.resources import Resources

Row = Mapping[str, Any]
Texts = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Reason:
    """A claim adjustment reason code, in our own words."""

    code: str
    meaning: str
    category: str
    kind: str  # denial | bundling | contractual | patient responsibility | payment-adjustment | informational
    needs_remark: bool


@dataclass(frozen=True, slots=True)
class RemarkCode:
    code: str
    meaning: str
    category: str
    kind: str
    alert: bool


@dataclass(frozen=True, slots=True)
class Cause:
    id: str
    title: str
    denial: str
    owner: str
    preventable: str
    next_step: str


@dataclass(frozen=True, slots=True)
class FamilyCode:
    """A code of the 78452 family and the part it plays."""

    code: str
    role: str
    tracer_kind: str
    usual_min: float | None
    usual_max: float | None
    pc_tc: str
    valid_26_tc: str
    label: str
    studies: str
    part: str  # of a test that has parts: whole, supervision, tracing, interpretation
    valid_from: str  # days of service; empty = open, or not known to us
    valid_to: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """NCCI pairs. `scope`: the days that ours speak of, by setting; `loaded`: settings of CMS's loaded tables."""

    rows: Mapping[tuple[str, str, str], list[Dated]]
    scope: Mapping[str, Dated]
    loaded: frozenset[str]


def descriptions(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """An office's licensed texts: (carc | rarc | group | status | plb, code) -> text."""
    return {(_text(r, "type").lower(), _text(r, "code").upper()): _text(r, "text") for r in rows}


def procedures(rows: Iterable[Row]) -> dict[str, str]:
    """An office's licensed descriptors: code -> text."""
    return {_text(r, "code").upper(): _text(r, "text") for r in rows}


def reasons(resources: Resources, texts: Texts) -> dict[str, Reason]:
    return {
        r["code"]: Reason(
            r["code"],
            texts.get(("carc", r["code"])) or r["meaning"],
            r["category"],
            r["kind"],
            r["needs_remark"] == "yes",
        )
        for r in resources.rows("codes/carc.csv")
    }


def remarks(resources: Resources, texts: Texts) -> dict[str, RemarkCode]:
    return {
        r["code"]: RemarkCode(
            r["code"],
            texts.get(("rarc", r["code"])) or r["meaning"],
            r["category"],
            r["kind"],
            r["alert"] == "yes",
        )
        for r in resources.rows("codes/rarc.csv")
    }


def causes(resources: Resources) -> dict[str, Cause]:
    return {
        r["cause"]: Cause(r["cause"], r["title"], r["denial"], r["owner"], r["preventable"], r["next_step"])
        for r in resources.rows("codes/causes.csv")
    }


def family(resources: Resources, descriptors: Mapping[str, str]) -> dict[str, FamilyCode]:
    return {
        r["code"]: FamilyCode(
            r["code"],
            r["role"],
            r["tracer_kind"],
            _size(r["usual_units_min"]),
            _size(r["usual_units_max"]),
            r["pc_tc"],
            r["valid_26_tc"],
            descriptors.get(r["code"]) or r["label"],
            r["studies"],
            r["part"],
            r["valid_from"],
            r["valid_to"],
        )
        for r in resources.rows("codes/family.csv")
    }


def statuses(resources: Resources, loaded: Iterable[Row]) -> dict[str, list[Dated]]:
    """OPPS status indicators: code -> dated rows, an office's first."""
    shipped = _dated(resources.rows("codes/opps_status.csv"), "status", "code")
    merged = over(_dated(loaded, "status", "code"), shipped)
    return {key[0]: rows for key, rows in merged.items()}


def limits(resources: Resources, loaded: Iterable[Row]) -> dict[tuple[str, str], list[Dated]]:
    """Units a day (MUE): (setting, code) -> dated rows, an office's first."""
    shipped = _dated(resources.rows("codes/mue.csv"), "units", "setting", "code")
    merged = over(_dated(loaded, "units", "setting", "code"), shipped)
    return {(key[0], key[1]): rows for key, rows in merged.items()}


def pairs(resources: Resources, loaded: Iterable[Row]) -> Pairs:
    """NCCI pairs: an office's row before ours of the same pair. A loaded row without a second code says that CMS's own
    table was loaded for the first one; none of ours stand for it, since CMS's table keeps deleted pairs too."""
    key = ("setting", "column1", "column2")
    shipped = _dated(resources.rows("codes/ncci_ptp.csv"), "modifier_indicator", *key)
    own = _dated(loaded, "modifier_indicator", *key)
    replaced = {found[:2] for found in own if not found[2]}
    standing = {found: rows for found, rows in shipped.items() if found[:2] not in replaced}
    by_setting: dict[str, list[Dated]] = defaultdict(list)
    for found, rows in shipped.items():
        by_setting[found[0]] += rows
    scope = {
        setting: Dated("", min(row.start for row in rows), max((row.end for row in rows), key=lambda end: end or "9"))
        for setting, rows in by_setting.items()
    }
    merged = over({found: rows for found, rows in own.items() if found[2]}, standing)
    return Pairs(
        {(found[0], found[1], found[2]): rows for found, rows in merged.items()},
        scope,
        frozenset(setting for setting, _ in replaced),
    )


def remark_elements(resources: Resources) -> dict[str, str]:
    """Remark code -> '2410 LIN03 (NDC); ...'."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in resources.rows("codes/remark_elements.csv"):
        text = f"{row['loop']} {row['element']} ({row['what']})"
        if text not in places[row["remark"]]:
            places[row["remark"]].append(text)
    return {remark: "; ".join(found) for remark, found in places.items()}


def _dated(rows: Iterable[Row], value: str, *key: str) -> dict[tuple[str, ...], list[Dated]]:
    found: dict[tuple[str, ...], list[Dated]] = defaultdict(list)
    for row in rows:
        dated = Dated(_text(row, value), _text(row, "effective_from"), _text(row, "effective_to"))
        found[tuple(_text(row, one) for one in key)].append(dated)
    return found


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _size(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
