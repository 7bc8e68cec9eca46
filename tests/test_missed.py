"""Missed charges among claims that were sent: the same as the audit finds in their files, each claim as it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edi.cli import main
from edi.pipeline.missed import missed_charges
from edi.resources import Resources
from edi.store.database import Database

CLAIMS = Path(__file__).parents[1] / "samples" / "claims" / "alderwick_0316.837"


def without(*codes: str) -> str:
    """The sample claims with some codes billed as an electrocardiogram."""
    text = CLAIMS.read_text(encoding="utf-8")
    for code in codes:
        text = text.replace(f"HC:{code}", "HC:93000")
    return text


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def missed(path: Path) -> list[dict[str, Any]]:
    with Database.open(str(path), Resources()) as opened:
        return missed_charges(opened, Resources())


def test_what_was_sent_without_tracer_or_stress_test_is_found_as_the_audit_finds_it(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_text(without("A9500", "A9502", "A9505", "93015"), encoding="utf-8")
    run("run", tmp_path / "a.db", tmp_path / "a.837")
    audited = json.loads(run("audit", tmp_path / "a.837", "--db", tmp_path / "a.db", "--json"))
    keys = ("check", "control_number", "line_number", "what", "value", "file", "segment")
    wanted = sorted([row[key] for key in keys] for row in audited if row["kind"] == "missed-charge")
    assert {row[0] for row in wanted} == {"S05", "S06"}
    assert sorted([row[key] for key in keys] for row in missed(tmp_path / "a.db")) == wanted


@pytest.mark.parametrize("scan", ["78451", "78454", "78452:26"])
def test_every_kind_of_scan_is_looked_at_as_the_audit_does(scan: str, tmp_path: Path) -> None:
    """One study, a planar one, a reading, each without a tracer."""
    written = without("A9500", "A9502", "A9505").replace("HC:78452", f"HC:{scan}")
    (tmp_path / "a.837").write_text(written, encoding="utf-8")
    run("run", tmp_path / "a.db", tmp_path / "a.837")
    audited = json.loads(run("audit", tmp_path / "a.837", "--db", tmp_path / "a.db", "--json"))
    keys = ("check", "control_number", "line_number", "value")
    wanted = sorted([row[key] for key in keys] for row in audited if row["kind"] == "missed-charge")
    assert "S05" in {row[0] for row in wanted}
    assert sorted([row[key] for key in keys] for row in missed(tmp_path / "a.db")) == wanted


def test_whole_claims_miss_nothing(tmp_path: Path) -> None:
    run("run", tmp_path / "a.db", CLAIMS)
    assert missed(tmp_path / "a.db") == []


def test_the_report_lists_them(tmp_path: Path) -> None:
    (tmp_path / "a.837").write_text(without("A9500", "A9502", "A9505"), encoding="utf-8")
    run("run", tmp_path / "a.db", tmp_path / "a.837", "--report", tmp_path / "report")
    written = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Charges that may have been missed" in written
    assert missed(tmp_path / "a.db")[0]["what"] in written


def test_a_claim_that_was_replaced_is_not_told_again(tmp_path: Path) -> None:
    text = without("A9500", "A9502", "A9505")
    (tmp_path / "a.837").write_text(text, encoding="utf-8")
    run("run", tmp_path / "a.db", tmp_path / "a.837")
    number = missed(tmp_path / "a.db")[0]["control_number"]
    head, _, rest = CLAIMS.read_text(encoding="utf-8").partition(f"CLM*{number}*")
    claim, mark, after = rest.partition(":1*")
    corrected = f"{head}CLM*{number}*{claim}:7*{after}".replace("20260316", "20260420")
    assert mark
    (tmp_path / "b.837").write_text(corrected, encoding="utf-8")
    run("run", tmp_path / "a.db", tmp_path / "b.837")
    assert number not in {row["control_number"] for row in missed(tmp_path / "a.db")}
