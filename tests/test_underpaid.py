"""Paid lines held against the office's fees: named in the lines, counted in the metrics, never a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edi.cli import main

EXAMPLES = Path(__file__).parent / "examples"
SAMPLES = Path(__file__).parents[1] / "samples"
PAYER = "EXAMPLE HEALTH PLAN"  # claim NUC-A-1001: 93015 was allowed 115.00 on 2026-03-05 in place 11


def edi(*words: object, code: int = 0) -> Result:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def rows(command: str, db: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(edi(command, db, "--json", *words).stdout)
    return found


def with_fees(db: Path, *fees: str) -> None:
    file = db.with_suffix(".csv")
    file.write_text("payer,code,modifier,place,allowed,effective_from,effective_to\n" + "\n".join(fees) + "\n")
    edi("reference", "load", db, "fees", file)
    edi("analyze", db)


def stress_test(db: Path) -> tuple[str | None, str | None]:
    (line,) = rows("lines", db, "--where", "procedure = '93015'")
    return line["cause"], line["verdict"]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    edi("run", path, EXAMPLES / "a_837p.x12", EXAMPLES / "a_835.x12")
    return path


def test_without_fees_nothing_is_said_of_a_paid_line(db: Path) -> None:
    assert stress_test(db) == (None, None)


@pytest.mark.parametrize(
    ("fee", "short"),
    [
        (f"{PAYER},93015,,,130,,", True),
        ("EHP01,93015,,11,130,2026-01-01,2026-12-31", True),
        (",93015,,office,130,,", True),  # any payer
        (f"{PAYER},93015,,,117.30,,", False),  # two percent, no more: 2.30 of 117.30
        (f"{PAYER},93015,,,117.40,,", True),
        (f"{PAYER},93015,,,100,,", False),
        (f"{PAYER},93015,26,,130,,", False),  # the price of a reading
        (f"{PAYER},93015,,facility,130,,", False),
        (f"{PAYER},93015,,,130,2026-03-06,", False),  # the next day
        ("ANOTHER PLAN,93015,,,130,,", False),
    ],
)
def test_the_fee_of_payer_code_place_and_day_decides(db: Path, fee: str, short: bool) -> None:
    with_fees(db, fee)
    assert stress_test(db) == (("underpaid", "confirmed") if short else (None, None))


def test_an_underpaid_line_is_no_finding_and_no_denial(db: Path) -> None:
    before = [(found["id"], found["denied"]) for found in rows("findings", db)]
    with_fees(db, f"{PAYER},93015,,,130,,")
    assert [(found["id"], found["denied"]) for found in rows("findings", db)] == before
    (line,) = rows("lines", db, "--where", "cause = 'underpaid'")
    assert (line["state"], line["paid"], line["denied"]) == ("paid", "92.00", "0.00")
    edi("check", db)


def test_a_colleague_tells_of_an_underpaid_line(db: Path) -> None:
    with_fees(db, f"{PAYER},93015,,office,130,2026-01-01,2026-12-31")
    said = edi("explain", db, "NUC-A-1001").stdout
    assert "allowed 115.00, the fee table says 130.00: 15.00 too little" in " ".join(said.split())
    assert "a_835.x12#" in said
    assert "R245" in edi("explain", "underpaid").stdout


def test_lines_and_metrics_name_the_same_rows(tmp_path: Path) -> None:
    db = tmp_path / "samples.db"
    edi("run", db, SAMPLES / "claims", SAMPLES / "remits", SAMPLES / "other", code=1)
    with_fees(db, ",78452,,office,480,,", ",93015,,office,80,,", ",A9500,,,90,,", ",78452,26,,80,,")
    told = rows("metrics", db, "--figure", "underpaid")[0]
    drilled = rows("lines", db, "--where", told["drill"])
    short = rows("lines", db, "--where", "cause = 'underpaid'")
    assert short
    key = ("control_number", "line_number", "file", "segment")
    by_fee = {tuple(line[k] for k in key) for line in drilled if line["state"] == "paid" and line["cause"]}
    assert {tuple(line[k] for k in key) for line in short} == by_fee
