"""The audit over the sample month: no error on what was paid cleanly, planted faults found, the command as promised."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edi import rulecheck
from edi.cli import main
from tests import casefile

PROJECT = Path(__file__).parents[1]
SAMPLES = PROJECT / "samples"
CLEAN = {"paid", "packaged", "patient-share", "paid-elsewhere", "capitated"}
KEYS = [
    "check",
    "name",
    "kind",
    "level",
    "control_number",
    "line_number",
    "procedure",
    "service_date",
    "payer",
    "what",
    "value",
    "file",
    "segment",
    "prevents",
    "seen",
    "seen_denied",
    "why",
    "action",
]

# Faults of the sample month that a scrub can see: control number -> what is found.
PLANTED = {
    "00026263a": "component-modifier-invalid",
    "00026264a": "waste-modifier-missing",
    "00026265h": "whole-stress-test-in-facility",
    "00026266h": "technical-part-in-facility",
    "00026267a": "pair-without-modifier",
    "00026268a": "pair-without-modifier",
    "00026270a": "one-dose-several-studies",
    "00026273a": "ndc-absent",
    "00026277a": "tracer-units",
    "00026236h": "filed-late",
    "00026261a": "usual-diagnosis-not-pointed",
    "00026262a": "diagnosis-unusual",
    "00026297h": "billed-before",
}


def audit(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("audit") / "billing.db")
    CliRunner().invoke(main, ["run", path, str(SAMPLES)])
    return path


def rows(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def clean_claims() -> set[tuple[str, str]]:
    """(file, control number) of the claims all of whose lines came to what they should at the first answer."""
    states: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    with (SAMPLES / "truth" / "lines.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"].startswith("837"):
                states[row["file"], row["control_number"]].add((row["state"], row["first_state"]))
    return {key for key, found in states.items() if all({now, first} <= CLEAN for now, first in found)}


@pytest.mark.parametrize("with_history", [False, True])
def test_no_error_on_a_claim_that_was_paid_cleanly(database: str, with_history: bool) -> None:
    result = audit(str(SAMPLES), "--json", *(["--db", database] if with_history else []))
    clean = clean_claims()
    assert len(clean) > 120
    wrong = [
        (row["control_number"], row["name"], row["value"])
        for row in rows(result)
        if row["level"] == "error"
        and (str(Path(row["file"]).relative_to(SAMPLES)), row["control_number"]) in clean
        # a new claim that the payer asked for: without its answer the first one looks undecided
        and (with_history or row["name"] != "billed-before")
    ]
    assert wrong == []


def test_warnings_on_clean_claims_are_few(database: str) -> None:
    clean = clean_claims()
    found = rows(audit(str(SAMPLES), "--json", "--db", database))
    on_clean = [r for r in found if (str(Path(r["file"]).relative_to(SAMPLES)), r["control_number"]) in clean]
    names = {row["name"] for row in on_clean if row["level"] == "warning"}
    assert names <= {"identical-dose-lines", "component-billed-by-other"}
    assert len(on_clean) <= 4


def test_planted_faults_are_found(database: str) -> None:
    found = defaultdict(set)
    for row in rows(audit(str(SAMPLES / "claims"), "--json", "--db", database)):
        found[row["control_number"]].add(row["name"])
    assert {number: name for number, name in PLANTED.items() if name not in found[number]} == {}


def test_seen_counts_denials_of_this_payer(database: str) -> None:
    result = audit(str(SAMPLES / "claims" / "quayside_0401.837"), str(SAMPLES / "claims"), "--json", "--db", database)
    ndc = next(row for row in rows(result) if row["name"] == "ndc-absent")
    with sqlite3.connect(database) as read:
        query = """SELECT COUNT(*), SUM(MAX(COALESCE(o.first_denied_cents, 0), n.denied_cents)) / 100.0
            FROM finding n JOIN outcome o ON o.id = n.outcome_id
            WHERE n.is_primary AND n.cause = 'ndc-missing' AND n.payer = ?"""
        lines, dollars = read.execute(query, (ndc["payer"],)).fetchone()
    assert (ndc["seen"], ndc["seen_denied"]) == (lines, f"{dollars:.2f}")
    assert lines > 0


def test_rows_and_exit_codes(tmp_path: Path) -> None:
    result = audit(str(SAMPLES / "claims" / "pinemoor_0401.837"), "--json")
    assert result.exit_code == (1 if rows(result) else 0)
    result = audit(str(SAMPLES / "claims"), "--json")
    assert result.exit_code == 1
    assert all(list(row) == KEYS for row in rows(result))
    assert all(row["seen"] is None for row in rows(result))
    assert audit(str(tmp_path / "none.837")).exit_code == 2
    assert audit(str(SAMPLES / "remits"), "--json").exit_code == 2
    assert audit(str(SAMPLES / "claims"), "--db", str(tmp_path / "none.db")).exit_code == 2


def test_what_was_not_checked_is_said_once_and_no_finding() -> None:
    result = audit(str(SAMPLES))
    for number in ("S02", "S16", "S18", "S23", "S28"):
        assert sum(line.startswith(f"{number} not checked: ") for line in result.stdout.splitlines()) == 1
    assert "no authorization list loaded" in result.stdout
    assert result.stdout.count("edi reference --help") == 1
    assert "Left alone: " in result.stdout
    assert "alderwick_0406.835 (3 x 835)" in result.stdout


def test_the_table_ends_with_each_next_step_once() -> None:
    path = str(SAMPLES / "claims")
    shown = audit(path).stdout.splitlines()
    for row in rows(audit(path, "--json")):
        assert shown.count(f"  {row['check']} {row['what']}: {row['action']}") == 1
    assert not any(row["action"] in audit(path, "--csv").stderr for row in rows(audit(path, "--json")))


def test_nothing_is_stored(database: str) -> None:
    before = Path(database).read_bytes()
    audit(str(SAMPLES), "--db", database)
    assert Path(database).read_bytes() == before


def test_other_forms() -> None:
    path = str(SAMPLES / "claims" / "eastmere_0401.837")
    header = audit(path, "--csv").stdout.splitlines()[0]
    assert header.split(",") == KEYS
    assert audit(path, "--tsv").stdout.splitlines()[0].split("\t") == KEYS


def test_a_clean_claim_of_the_docs_is_silent(tmp_path: Path) -> None:
    """The paid half of the samples' first Medicare claim, alone: nothing to say, exit code 0."""
    text = (SAMPLES / "claims" / "eastmere_0316.837").read_text(encoding="utf-8")
    segments = [one.strip() for one in text.split("~") if one.strip()]
    second = next(i for i, one in enumerate(segments) if one.startswith("HL*3*"))
    body = segments[:second]
    count = second - 2 + 1
    path = tmp_path / "one.837"
    path.write_text("~\n".join([*body, f"SE*{count}*0001", "GE*1*1011", "IEA*1*000000101", ""]), encoding="utf-8")
    result = audit(str(path))
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.stdout


def test_a_next_step_is_said_once(tmp_path: Path) -> None:
    """Two checks may ask for the same: without an ordering provider Medicare denies, another payer may."""
    for number, filing in enumerate(("MB", "CI"), start=1):
        text = f"== x\nclaim A{number} filing={filing} member=1EG4TE5MK72\n  78452 1450\n  A9500x2 240\n"
        (case,) = casefile.parse(text)
        (tmp_path / f"{number}.837").write_text(rulecheck.wrapped(case.parts[0], number))
    said = audit(str(tmp_path)).output.splitlines()
    steps = [line for line in said if "No ordering or referring provider is on the claim: Add NM1*DN" in line]
    assert len(steps) == 1
