"""A colleague's answers: what happened, how sure it is, for and against, what is not known, next step, where it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_underpaid import EXAMPLES, SAMPLES, edi

HEADINGS = (
    "What happened",
    "How sure it is",
    "What speaks for it",
    "What is not known",
    "Next step",
    "Where in the files",
)


def said(db: Path, *words: str) -> str:
    return " ".join(edi("explain", db, *words).stdout.split())


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "s.db"
    edi("run", path, SAMPLES / "claims", SAMPLES / "remits", code=1)
    return path


def findings(db: Path, condition: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(edi("findings", db, "--json", "--where", condition).stdout)
    return found


def test_a_denial_is_told_from_what_happened_to_where_it_is(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    edi("run", db, EXAMPLES / "a_837p.x12", EXAMPLES / "a_835.x12")
    text = edi("explain", db, "NUC-A-1001").stdout
    places = [text.index(f"\n{heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    told = " ".join(text.split())
    assert "line 1, 78452 of 2026-03-05: EXAMPLE HEALTH PLAN denied 1450.00 of 1450.00 on 2026-04-02." in told
    assert "The payer's codes: group CO, reason 197." in told
    assert "It follows from" in told  # the supplies
    assert "the other lines" in told  # the stress test was paid
    assert "EXAMPLE HEALTH PLAN paid 92.00 of 210.00" in told


def test_a_claim_without_a_denial_is_told_too(db: Path) -> None:
    query = "control_number NOT IN (SELECT control_number FROM finding) AND state = 'paid'"
    number = json.loads(edi("lines", db, "--json", "--where", query).stdout)[0]["control_number"]
    assert f"Claim {number}: nothing is denied" in said(db, number)


def test_an_overturned_denial_tells_how_it_began(db: Path) -> None:
    finding = findings(db, "open = 0 AND cause = 'authorization-not-sent'")[0]
    text = said(db, finding["id"])
    assert "At first, on 2026-" in text
    assert "The line is closed: it is paid now." in text
    assert "Next step" not in text
    assert "What would have helped" in text


def test_the_deadline_is_the_one_of_the_metrics(db: Path) -> None:
    rows = json.loads(edi("metrics", db, "--deadlines", "--json").stdout)
    dated = [row for row in rows if row["deadline"] and row["finding"]]
    assert dated
    for row in dated[:5]:
        assert f"An appeal is in time until {row['deadline']} ({row['appeal_days']} days" in said(db, row["finding"])
    unknown = next(row for row in rows if row["deadline"] is None and row["finding"])
    assert "is not known here" in said(db, unknown["finding"])


def test_rules_causes_and_codes_are_counted(db: Path) -> None:
    count = len(findings(db, "rule = 'R101'"))
    assert f"{count} findings" in said(db, "R101")
    repeats = len(findings(db, "cause = 'duplicate-claim'"))
    assert f"{repeats} findings" in said(db, "duplicate-claim")
    assert "CO-197: " in said(db, "CO-197")
    assert "no finding." in said(db, "underpaid")
    assert "In this database" not in edi("explain", "R101").stdout


def test_what_was_seen_once_is_told_in_the_singular(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    edi("run", db, EXAMPLES / "a_837p.x12", EXAMPLES / "a_835.x12")
    assert "CO-197: once, 1450.00" in said(db, "CO-197")
    assert "remark N161: twice" in said(db, "N161")
    assert "CO-96: twice, 560.00" in said(db, "CO-96")
    assert "1 line of 78452, 1450.00 denied" in said(db, "78452")
    assert "1 finding, 1450.00 denied now; none is closed yet." in said(db, "R101")
    assert "2 findings, 560.00 denied now; none is closed yet." in said(db, "R131")
