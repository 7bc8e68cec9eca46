"""The whole month of samples/, held to its truth: lines, links, cents, states, causes, findings and payments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from edi.cli import main
from tests import truth


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the tool prints of samples/, with file names as the truth writes them."""
    database = str(tmp_path_factory.mktemp("month") / "month.db")
    run = CliRunner().invoke(main, ["run", database, str(truth.SAMPLES)])
    assert run.exit_code == 1, "one payment is off on purpose"
    rows = {}
    for kind in ("lines", "findings", "payments"):
        printed = CliRunner().invoke(main, [kind, database, "--json"]).stdout
        rows[kind] = json.loads(printed.replace(f"{truth.SAMPLES}/", ""))
    return rows


def test_lines(told: dict[str, list[dict[str, Any]]]) -> None:
    rows: dict[truth.Key, list[dict[str, Any]]] = {}
    for row in told["lines"]:
        rows.setdefault(truth.line_key(row), []).append(row)
    wanted = truth.lines()
    assert sorted(rows) == sorted(one.key for one in wanted)
    assert all(len(found) == 1 for found in rows.values())
    wrong = [text for one in wanted for text in truth.differences(one, rows[one.key][0])]
    assert wrong == []


IGNORED = ("depends_on", "file", "segment", "frequency")  # keys of the truth that are no keys of `edi findings`


def test_findings(told: dict[str, list[dict[str, Any]]]) -> None:
    wanted = truth.findings()
    assert len(told["findings"]) == len(wanted)
    wrong = []
    for found in told["findings"]:
        candidates = [one for one in wanted if _same_line(one, found)]
        differing = [truth.differences(one, found, ignore=IGNORED) for one in candidates]
        nearest = min(differing, key=len, default=[f"{found['control_number']}: no such finding is expected"])
        wrong += nearest
    assert wrong == []


def test_what_depends_on_a_scan_points_to_its_finding(told: dict[str, list[dict[str, Any]]]) -> None:
    by_id = {found["id"]: found for found in told["findings"]}
    for one in truth.findings():
        if one.want.get("depends_on"):
            number, _, line = one.want["depends_on"].split("/")
            (found,) = [f for f in told["findings"] if _same_line(one, f) and f["depends_on"]]
            scan = by_id[found["depends_on"]]
            assert (scan["control_number"], str(scan["line_number"])) == (number, line)


def _same_line(one: truth.Truth, found: dict[str, Any]) -> bool:
    return all(one.want.get(name) == found[name] for name in ("control_number", "line_number", "denied"))


def test_payments(told: dict[str, list[dict[str, Any]]]) -> None:
    rows: dict[truth.Key, dict[str, Any]] = {(row["file"], str(row["segment"])): row for row in told["payments"]}
    wanted = truth.payments()
    assert sorted(rows) == sorted(one.key for one in wanted)
    assert [text for one in wanted for text in truth.differences(one, rows[one.key])] == []
