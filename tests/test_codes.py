"""The code tables: complete against the tables they were made from, consistent, dated, and free of licensed text."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from edi.resources import Resources

CODES = Path(__file__).parents[1] / "mappings" / "codes"
KEYS = {
    "carc": ("code",), "rarc": ("code",), "group_codes": ("code",), "claim_status": ("code",), "plb": ("code",),
    "causes": ("cause",), "family": ("code",), "filing_codes": ("code",), "frequency_codes": ("code",),
    "place_of_service": ("code",), "bill_types": ("code",), "revenue_codes": ("code",), "elements": ("element",),
    "qualifiers": ("kind", "code"), "supporting_diagnoses": ("prefix",), "opps_threshold": ("year",),
    "opps_status": ("code", "effective_from"), "mue": ("setting", "code", "effective_from"),
    "ncci_ptp": ("setting", "column1", "column2", "effective_from"), "phi": ("element", "when"),
    "checker_guides": ("guide", "set"), "checker_findings": ("rule",), "segments": ("segment",),
    "remark_elements": ("remark", "transaction", "loop", "element", "condition"),
}  # fmt: skip
MORE = {"carc": "A7 38 57 126 127"}  # codes that the shared list leaves out and old or rare remittances carry
LISTS = {"carc": "CARC", "rarc": "RARC", "group_codes": "CAGC", "claim_status": "CLP02", "plb": "PLB"}


@cache
def table(name: str) -> list[dict[str, str]]:
    return list(Resources().rows(f"codes/{name}.csv"))


def column(name: str, of: str = "code") -> set[str]:
    return {row[of] for row in table(name)}


def tsv(shared: Path, name: str) -> list[dict[str, str]]:
    header, *lines = (shared / "domain" / name).read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


def test_every_file_is_known_here() -> None:
    assert {path.stem for path in CODES.glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_rows_are_whole_trimmed_and_unique(name: str) -> None:
    rows = table(name)
    assert rows
    for row in rows:
        assert None not in row, "more cells than columns"
        assert None not in row.values(), "fewer cells than columns"
        assert all(value == value.strip() for value in row.values())
        assert all(row[key] for key in KEYS[name] if key not in ("condition", "when"))
    keys = Counter(tuple(row[key] for key in KEYS[name]) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(KEYS))
def test_the_head_says_what_it_is(name: str) -> None:
    """A reader of the bare file learns source and date, and for codes that others own, whose they are."""
    head = "".join(line for line in (CODES / f"{name}.csv").open(encoding="utf-8") if line.startswith("#"))
    assert len(head) > 60
    if name in LISTS and name != "claim_status":
        assert "X12" in head
    if name in ("family", "ncci_ptp", "mue", "opps_status"):
        assert "American Medical Association" in head
    if name not in ("elements", "phi", "opps_threshold"):
        assert re.search(r"\b20[0-9]{2}\b", head), "no date or quarter"


@pytest.mark.parametrize("name", sorted(KEYS))
def test_dates_are_dates_in_order(name: str) -> None:
    for row in table(name):
        begins, ends = (row.get(a) or row.get(b) or "" for a, b in
                        (("effective_from", "valid_from"), ("effective_to", "valid_to")))  # fmt: skip
        days = [date.fromisoformat(day) for day in (begins, ends) if day]
        assert days == sorted(days)
        if "effective_from" in row:
            assert begins
            assert row["source"]


@pytest.mark.parametrize("name", sorted(KEYS))
def test_yes_and_no_are_words(name: str) -> None:
    flags = {"retired", "needs_remark", "alert", "preventable", "facility", "replaces", "valid_26_tc", "denial"}
    for row in table(name):
        assert all(row[flag] in ("yes", "no", "maybe") for flag in flags & set(row))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_row_of_the_shared_lists_is_here(name: str, shared: Path) -> None:
    theirs = {row["code"]: row for row in tsv(shared, "carc_rarc.tsv") if row["type"] == LISTS[name]}
    ours = {row["code"]: row for row in table(name)}
    assert ours.keys() - theirs.keys() == set(MORE.get(name, "").split())
    assert theirs.keys() <= ours.keys()
    for code in theirs:
        row = ours[code]
        assert (row["meaning"], row["category"], row["kind"]) == tuple(
            theirs[code][key] for key in ("meaning", "category", "kind")
        )
        assert row["preventable"] == {"Y": "yes", "N": "no"}.get(theirs[code]["preventable"], "maybe")


def test_every_cause_is_here(shared: Path) -> None:
    assert table("causes") == tsv(shared, "causes.tsv")


def test_every_pair_and_unit_limit_is_here(shared: Path) -> None:
    rows = tsv(shared, "ncci_family_2024q3.tsv")
    pairs = {(row["column1"], row["column2"], row["modifier_indicator"]) for row in rows if row["kind"] == "PTP"}
    assert {(row["column1"], row["column2"], row["modifier_indicator"]) for row in table("ncci_ptp")} == pairs
    setting = {"Practitioner": "practitioner", "Outpatient Hospital": "outpatient"}
    limits = {
        (setting[row["setting"]], row["column1"], row["modifier_indicator"], row["rationale_or_mai"][-1])
        for row in rows
        if row["kind"] == "MUE"
    }
    assert {(row["setting"], row["code"], row["units"], row["mai"]) for row in table("mue")} == limits


@pytest.mark.parametrize(
    ("code", "units"),
    [("A9500", 3), ("A9505", 4), ("78452", 1), ("J2785", 4), ("A9501", 1), ("Q9969", 3)],
)
def test_unit_limits_that_the_domain_names(code: str, units: int) -> None:
    assert {row["units"] for row in table("mue") if row["code"] == code} == {str(units)}


def test_tracers_of_a_spect_scan_are_in_no_pair_with_it() -> None:
    pairs = {(row["column1"], row["column2"]) for row in table("ncci_ptp")}
    assert not {(scan, tracer) for scan in ("78451", "78452") for tracer in ("A9500", "A9502", "A9505")} & pairs
    assert {("78431", "A9500"), ("78452", "A9501"), ("78452", "78451"), ("93015", "93017")} <= pairs


def test_labels_are_ours_and_short() -> None:
    """No sentence of a licensed list: short labels, and none of the phrases that those lists are made of."""
    phrases = re.compile(
        r"missing/incomplete|claim/service|procedure/|usage:|refer to the 835|at least one remark|myocardial|tomograph"
        r"|radiopharmaceutical|diagnostic, per study|standards of medical|separate procedure|electrocardiogr",
        re.IGNORECASE,
    )
    for name in KEYS:
        for row in table(name):
            for key, value in row.items():
                assert not phrases.search(value), (name, row)
                if key in ("meaning", "label", "rationale", "what"):
                    assert len(value) <= 110, (name, value)


def test_alerts_and_remarks_that_reasons_need() -> None:
    alerts = {row["code"] for row in table("rarc") if row["alert"] == "yes"}
    named = "MA01 N1 M16 N381 MA07 M27 M38 M39 MA46 N22 N109 N193 N196 N432 N563 N690 N698 N788"
    assert set(named.split()) <= alerts
    assert not alerts & {"N115", "N161", "N163", "M15", "MA130", "N362", "M62", "N479"}
    needy = {row["code"] for row in table("carc") if row["needs_remark"] == "yes"}
    assert {"16", "96", "A1", "226", "227", "234", "252"} <= needy
    assert not needy & {"45", "50", "97", "197", "1", "2"}


def test_family_names_every_code_of_the_domain(shared: Path) -> None:
    text = (shared / "domain" / "domain.md").read_text(encoding="utf-8").split("# 2. NCCI")[0]
    text = text[text.index("## 1.1") : text.index("## 1.6")]
    named = set(re.findall(r"\b(?:7[0-9]{4}|9[0-9]{4}|36[0-9]{3}|[AJQ][0-9]{4}|0742T|C9244)\b", text))
    named -= {"78803", "78832"} - column("family")
    assert named - column("family") == set()


def test_family_is_consistent() -> None:
    for row in table("family"):
        if row["role"] == "stress-test":
            assert row["valid_26_tc"] == "no"
            assert row["part"]
        if row["pc_tc"]:
            assert (row["pc_tc"] == "1") == (row["valid_26_tc"] == "yes"), row
        if row["role"].startswith("tracer"):
            assert row["tracer_kind"]
            assert row["unit"]
        if row["usual_units_min"]:
            assert 0 < float(row["usual_units_min"]) <= float(row["usual_units_max"])
    roles = {row["code"]: row["role"] for row in table("family")}
    assert [roles[code] for code in ("78452", "78451", "A9505", "J2785")] == ["scan", "scan-single", "tracer", "agent"]


def test_references_between_tables() -> None:
    assert column("remark_elements", "remark") <= column("rarc")
    assert not column("remark_elements", "remark") & {row["code"] for row in table("rarc") if row["alert"] == "yes"}
    assert column("opps_status") <= column("family")
    assert column("mue") <= column("family")
    kinds = column("qualifiers", "kind")
    for row in table("elements"):
        assert row["table"] in KEYS
        assert (row["kind"] in kinds) == (row["table"] == "qualifiers"), row
    assert {row["kind"] for row in table("elements")} - {""} | {"interchange"} <= kinds
    filing = column("filing_codes")
    assert {row["filing_code"] for row in Resources().rows("payers.csv")} == filing


def test_a_year_without_a_threshold_is_unverified() -> None:
    assert {row["year"]: row["dollars"] for row in table("opps_threshold")} == {"2025": "630", "2026": "655"}
    assert all(row["effective_to"] == "2026-12-31" for row in table("opps_status"))


@pytest.mark.parametrize(
    ("code", "status"),
    [("78452", "S"), ("78451", "S"), ("93017", "Q1"), ("A9500", "N"), ("A9505", "N"), ("A9555", "N"), ("J2785", "N"),
     ("A9611", "G")],
)  # fmt: skip
def test_hospital_status(code: str, status: str) -> None:
    assert {row["status"] for row in table("opps_status") if row["code"] == code} == {status}


def test_payers_are_templates_without_names() -> None:
    rows = list(Resources().rows("payers.csv"))
    for row in rows:
        assert not row["id"]
        assert not row["name_pattern"]
        for key in ("needs_ndc", "needs_cost_note", "needs_jz", "bundles_tracers", "takes_frequency_7", "capitated"):
            assert row[key] in ("yes", "no", "")
        assert all(row[key] == "" or int(row[key]) > 0 for key in ("timely_filing_days", "appeal_days"))
    medicare = [row for row in rows if row["kind"] == "medicare"]
    assert {(row["filing_code"], row["timely_filing_days"], row["appeal_days"]) for row in medicare} == {
        ("MA", "365", "120"),
        ("MB", "365", "120"),
    }


def test_remarks_point_at_elements_that_exist() -> None:
    """Loop, segment and element of every pointer are in pyx12's map of that claim."""
    import pyx12.map_if
    import pyx12.params

    maps = {
        "837P": pyx12.map_if.load_map_file("837.5010.X222.A1.xml", pyx12.params.params()),
        "837I": pyx12.map_if.load_map_file("837Q3.I.5010.X223.A1.xml", pyx12.params.params()),
    }
    places = {kind: set(elements_of(root)) for kind, root in maps.items()}
    missing = []
    for row in table("remark_elements"):
        for kind in maps if row["transaction"] == "both" else [row["transaction"]]:
            if (row["loop"], row["element"]) not in places[kind]:
                missing.append((kind, row["remark"], row["loop"], row["element"]))
    assert missing == []


def elements_of(node, loop: str = ""):  # type: ignore[no-untyped-def]
    """(loop, element) pairs of a pyx12 map, such as ('2300', 'CLM05-1')."""
    if node.is_segment():
        for child in node.children:
            yield loop, f"{node.id}{child.seq:02d}"
            for part in child.children:
                yield loop, f"{node.id}{child.seq:02d}-{part.seq}"
        return
    loop = node.id if node.is_loop() else loop
    for children in node.pos_map.values():
        for child in children:
            yield from elements_of(child, loop)
