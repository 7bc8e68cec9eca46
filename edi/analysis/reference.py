"""What the codes mean: the tables of mappings/codes and mappings/payers.csv, dated rows looked up by date of service.

Everything here proposes; the decisions are made in `classify`, `packaging` and the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch

from edi.resources import Resources


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


@dataclass(frozen=True, slots=True)
class Dated:
    """A value in force between two dates of service; an empty end is open."""

    value: str
    start: str
    end: str

    def covers(self, day: str) -> bool:
        return self.start <= day and (not self.end or day <= self.end)


@dataclass(frozen=True, slots=True)
class Payer:
    """What an office knows of a payer (or of a kind of payer)."""

    name: str = ""
    kind: str = ""
    timely_filing_days: int | None = None
    appeal_days: int | None = None
    needs_ndc: bool | None = None
    needs_cost_note: bool | None = None
    needs_jz: bool | None = None
    bundles_tracers: bool | None = None
    takes_frequency_7: bool | None = None
    capitated: bool | None = None
    follows_opps: bool | None = None


NO_PAYER = Payer()
MEDICARE_FFS = {"MA", "MB"}
MEDICARE = {"MA", "MB", "16"}


@dataclass(slots=True)
class Reference:
    """All look-ups. Build it with `load_reference`; tests may build small ones by hand."""

    reasons: Mapping[str, Reason] = field(default_factory=dict)
    remarks: Mapping[str, RemarkCode] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    family: Mapping[str, FamilyCode] = field(default_factory=dict)
    opps: Mapping[str, list[Dated]] = field(default_factory=dict)
    mues: Mapping[tuple[str, str], list[Dated]] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str, str], list[Dated]] = field(default_factory=dict)
    supporting: tuple[str, ...] = ()
    remark_elements: Mapping[str, str] = field(default_factory=dict)  # remark code -> "2410 LIN03 (NDC); ..."
    payers: tuple[tuple[Mapping[str, str], Payer], ...] = ()
    facility_places: frozenset[str] = frozenset()
    authorizations: None = None  # the office's own list, once loaded

    def role(self, code: str | None) -> str:
        """The part a code plays: scan, scan-single, tracer, agent, stress-test ...; '' outside the family."""
        known = self.family.get(code or "")
        return known.role if known else ""

    def opps_status(self, code: str | None, day: str | None) -> str | None:
        """OPPS status indicator on a date of service; None when no loaded row covers it ("unverified")."""
        return _on(self.opps.get(code or "", ()), day)

    def mue(self, setting: str, code: str | None, day: str | None) -> int | None:
        """Units payable a day (NCCI MUE) for practitioner or outpatient; None when not loaded."""
        value = _on(self.mues.get((setting, code or ""), ()), day)
        return int(float(value)) if value else None

    def pair(self, setting: str, column1: str | None, column2: str | None, day: str | None) -> str | None:
        """The modifier indicator of an NCCI pair on a date: '0', '1'; None when the pair is not in the table."""
        return _on(self.pairs.get((setting, column1 or "", column2 or ""), ()), day)

    def supports(self, diagnosis: str | None) -> bool:
        """Whether a diagnosis usually supports perfusion imaging (a list of habits, not a coverage policy)."""
        return bool(diagnosis) and (diagnosis or "").replace(".", "").upper().startswith(self.supporting)

    def payer(self, name: str | None, identifier: str | None, filing_code: str | None) -> Payer:
        """The most particular row of payers.csv that fits: id, then name, then filing code."""
        best, best_rank = NO_PAYER, 0
        for match, payer in self.payers:
            rank = _fits(match, name or "", identifier or "", filing_code or "")
            if rank > best_rank:
                best, best_rank = payer, rank
        return best

    def meaning(self, reason: str | None) -> str:
        known = self.reasons.get(reason or "")
        return known.meaning if known else "a reason code that is not in our list"

    def remark_meaning(self, remark: str | None) -> str:
        known = self.remarks.get(remark or "")
        return known.meaning if known else "a remark code that is not in our list"

    def is_alert(self, remark: str | None) -> bool:
        """Alerts tell something but never explain money (domain.md section 3, RARC routing)."""
        known = self.remarks.get(remark or "")
        return known.alert if known else False


def _on(rows: Iterable[Dated], day: str | None) -> str | None:
    return next((row.value for row in rows if day and row.covers(day)), None)


def _fits(match: Mapping[str, str], name: str, identifier: str, filing_code: str) -> int:
    """How particularly a payer row fits: 0 not at all, 3 by id, 2 by name, 1 by filing code."""
    if match["id"] and identifier.upper() in match["id"].upper().split():
        return 3
    if match["name_pattern"] and fnmatch(name.upper(), match["name_pattern"].upper()):
        return 2
    return 1 if match["filing_code"] and filing_code in match["filing_code"].split() else 0


def _flag(text: str | None) -> bool | None:
    return {"yes": True, "no": False}.get((text or "").strip().lower())


def _count(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdigit() else None


def _size(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def load_reference(resources: Resources) -> Reference:
    """Read every table. Raises ResourceError for a missing file."""

    def dated(name: str, value: str, *key: str) -> dict[tuple[str, ...], list[Dated]]:
        found: dict[tuple[str, ...], list[Dated]] = defaultdict(list)
        for row in resources.rows(f"codes/{name}.csv"):
            start = row.get("effective_from") or ""
            found[tuple(row[k] for k in key)].append(Dated(row[value], start, row.get("effective_to") or ""))
        return found

    opps = {key[0]: rows for key, rows in dated("opps_status", "status", "code").items()}
    mues = {(key[0], key[1]): rows for key, rows in dated("mue", "units", "setting", "code").items()}
    pairs = dated("ncci_ptp", "modifier_indicator", "setting", "column1", "column2")
    return Reference(
        reasons={
            r["code"]: Reason(r["code"], r["meaning"], r["category"], r["kind"], r["needs_remark"] == "yes")
            for r in resources.rows("codes/carc.csv")
        },
        remarks={
            r["code"]: RemarkCode(r["code"], r["meaning"], r["category"], r["kind"], r["alert"] == "yes")
            for r in resources.rows("codes/rarc.csv")
        },
        causes={
            r["cause"]: Cause(r["cause"], r["title"], r["denial"], r["owner"], r["preventable"], r["next_step"])
            for r in resources.rows("codes/causes.csv")
        },
        family={
            r["code"]: FamilyCode(
                r["code"],
                r["role"],
                r["tracer_kind"],
                _size(r["usual_units_min"]),
                _size(r["usual_units_max"]),
                r["pc_tc"],
                r["valid_26_tc"],
                r["label"],
                r["studies"],
            )
            for r in resources.rows("codes/family.csv")
        },
        opps=opps,
        mues=mues,
        pairs={(key[0], key[1], key[2]): rows for key, rows in pairs.items()},
        supporting=tuple(r["prefix"].upper() for r in resources.rows("codes/supporting_diagnoses.csv")),
        remark_elements=_remark_elements(resources),
        payers=tuple(_payers(resources)),
        facility_places=frozenset(
            r["code"] for r in resources.rows("codes/place_of_service.csv") if r.get("facility") == "yes"
        ),
    )


def _payers(resources: Resources) -> Iterable[tuple[Mapping[str, str], Payer]]:
    for row in resources.rows("payers.csv"):
        yield (
            {key: (row.get(key) or "").strip() for key in ("id", "name_pattern", "filing_code")},
            Payer(
                name=row.get("name_pattern") or row.get("filing_code") or "",
                kind=row.get("kind") or "",
                timely_filing_days=_count(row.get("timely_filing_days")),
                appeal_days=_count(row.get("appeal_days")),
                needs_ndc=_flag(row.get("needs_ndc")),
                needs_cost_note=_flag(row.get("needs_cost_note")),
                needs_jz=_flag(row.get("needs_jz")),
                bundles_tracers=_flag(row.get("bundles_tracers")),
                takes_frequency_7=_flag(row.get("takes_frequency_7")),
                capitated=_flag(row.get("capitated")),
                follows_opps=_flag(row.get("follows_opps")),
            ),
        )


def _remark_elements(resources: Resources) -> dict[str, str]:
    places: dict[str, list[str]] = defaultdict(list)
    for row in resources.rows("codes/remark_elements.csv"):
        text = f"{row['loop']} {row['element']} ({row['what']})"
        if text not in places[row["remark"]]:
            places[row["remark"]].append(text)
    return {remark: "; ".join(found) for remark, found in places.items()}
