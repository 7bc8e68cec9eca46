"""The worked examples of the domain notes, imported through the command line: exactly what an expert says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edi.cli import main

EXAMPLES = Path(__file__).parent / "examples"
Rows = dict[tuple[str, int | None], dict[str, Any]]


class Told:
    """What the tool says of some files."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.database = str(folder / "a.db")
        run = CliRunner().invoke(main, ["run", self.database, *(str(EXAMPLES / f"{name}.x12") for name in names)])
        assert run.exit_code == 0, run.output
        self.rows = self.print("lines")
        self.lines: Rows = {(row["control_number"], row["line_number"]): row for row in self.rows}
        self.findings: Rows = {(f["control_number"], f["line_number"]): f for f in self.print("findings")}
        self.payments = self.print("payments")

    def print(self, kind: str) -> list[dict[str, Any]]:
        printed = CliRunner().invoke(main, [kind, self.database, "--json"])
        assert printed.exit_code == 0, printed.output
        rows: list[dict[str, Any]] = json.loads(printed.stdout)
        return rows


def money(row: dict[str, Any], **expected: str) -> None:
    columns = ("charge", "allowed", "paid", "patient", "contractual", "denied", "packaged", "other", "balance")
    assert {name: row[name] for name in columns} == {name: expected.get(name, "0.00") for name in columns}


def evidence(finding: dict[str, Any], side: str, weight: str | None = None) -> str:
    """All that was said on one side, as one text."""
    return " | ".join(
        f"{e['what']} {e['value']}" for e in finding["evidence"] if e["side"] == side and weight in (None, e["weight"])
    )


def test_9a_no_authorization_and_its_cascade(tmp_path: Path) -> None:
    told = Told(tmp_path, "a_837p", "a_835")
    number = "NUC-A-1001"
    assert [row["state"] for row in told.rows] == ["denied", "denied", "denied", "paid"]
    assert {link["tier"] for row in told.rows for link in row["links"]} == {"line-control"}
    money(told.lines[number, 1], charge="1450.00", denied="1450.00")
    money(told.lines[number, 2], charge="240.00", denied="240.00")
    money(told.lines[number, 3], charge="320.00", denied="320.00")
    money(told.lines[number, 4], charge="210.00", allowed="115.00", paid="92.00", patient="23.00", contractual="95.00")
    scan = told.findings[number, 1]
    assert (scan["cause"], scan["verdict"], scan["denied"], scan["open"]) == (
        "authorization-not-sent", "confirmed", "1450.00", True,
    )  # fmt: skip
    assert (scan["group_codes"], scan["reason_codes"], scan["remark_codes"]) == (["CO"], ["197"], [])
    assert "REF*G1" in evidence(scan, "837", "for")
    assert "PWK" in evidence(scan, "837", "context")
    assert "not checked" in evidence(scan, "reference", "not-checked")
    for line in (2, 3):
        supply = told.findings[number, line]
        assert (supply["cause"], supply["verdict"]) == ("dependent-on-denied-scan", "confirmed")
        assert supply["depends_on"] == scan["id"]
        assert (supply["reason_codes"], supply["remark_codes"]) == (["96"], ["N161"])
    assert (number, 4) not in told.findings
    assert sum(float(f["denied"]) for f in told.findings.values()) == 2010


def test_9b_packaging_is_no_denial(tmp_path: Path) -> None:
    told = Told(tmp_path, "b_837i", "b_835")
    number = "HOP-B-2001"
    assert [row["state"] for row in told.rows] == ["paid", "packaged", "packaged", "packaged"]
    money(
        told.lines[number, 1], charge="3200.00", allowed="1400.00", paid="1097.60", patient="280.00",
        contractual="1800.00", other="22.40",
    )  # fmt: skip
    for line, charge in ((2, "480.00"), (3, "500.00"), (4, "800.00")):
        money(told.lines[number, line], charge=charge, packaged=charge)
        found = told.findings[number, line]
        assert (found["cause"], found["verdict"], found["denial"]) == ("packaged-under-opps", "confirmed", "no")
        assert (found["denied"], found["recoverable"]) == ("0.00", None)
        assert "78452" in evidence(found, "835", "for")
        assert ("is Q1" if line == 4 else "is N") in evidence(found, "reference", "for")
    assert told.lines[number, 1]["place_of_service"] == "131"
    assert told.lines[number, 1]["cause"] is None


def test_9c_priced_as_one_study(tmp_path: Path) -> None:
    told = Told(tmp_path, "c_837p", "c_835")
    number = "NUC-C-3001"
    scan = told.lines[number, 1]
    assert (scan["state"], scan["procedure"]) == ("reduced", "78452")
    money(scan, charge="1450.00", allowed="350.00", paid="280.00", patient="70.00", contractual="1100.00")
    (link,) = scan["links"]
    assert (link["procedure"], link["tier"]) == ("78451", "line-control")
    found = told.findings[number, 1]
    assert (found["cause"], found["verdict"], found["denied"]) == ("single-study-billed-as-multiple", "likely", "0.00")
    assert "A9502 x 1" in evidence(found, "837", "for")
    assert "billed 78452, priced 78451" in evidence(found, "835", "for")
    assert "N163" in evidence(found, "835")
    assert "no PWK" in evidence(found, "837")
    assert "consistent with" in evidence(found, "837")
    assert [row["state"] for row in told.rows[1:]] == ["paid", "paid"]


def test_9c_is_worth_what_the_fee_table_says(tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text("payer,code,allowed\nEXAMPLE HEALTH PLAN,78452,1030.00\n", encoding="utf-8")
    load = CliRunner().invoke(main, ["reference", "load", str(tmp_path / "a.db"), "fees", str(fees)])
    assert load.exit_code == 0, load.output
    told = Told(tmp_path, "c_837p", "c_835")
    assert told.findings["NUC-C-3001", 1]["recoverable"] == "680.00"


def test_9c_reversed_and_corrected(tmp_path: Path) -> None:
    told = Told(tmp_path, "c_837p", "c_835", "d_835_reversal")
    number = "NUC-C-3001"
    scan = told.lines[number, 1]
    assert (scan["state"], scan["first_state"], scan["cause"]) == ("paid", "reduced", None)
    money(scan, charge="1450.00", allowed="1030.00", paid="880.00", patient="150.00", contractual="420.00")
    assert [(link["claim_status"], link["procedure"], link["paid"]) for link in scan["links"]] == [
        ("1", "78451", "280.00"), ("22", "78451", "-280.00"), ("1", "78452", "880.00"),
    ]  # fmt: skip
    money(told.lines[number, 2], charge="120.00", allowed="78.00", paid="75.00", patient="3.00", contractual="42.00")
    money(told.lines[number, 3], charge="210.00", allowed="115.00", paid="92.00", patient="23.00", contractual="95.00")
    found = told.findings[number, 1]
    assert (found["open"], found["denied"]) == (False, "0.00")
    assert len(told.findings) == 1, "the reversal is no denial"
    (first, second) = told.payments
    assert (second["amount"], second["claim_paid"], second["provider_adjustments"]) == ("613.00", "600.00", "-13.00")
    assert second["balanced"] is True
    assert first["balanced"] is True


def test_9d_two_billers_one_scan(tmp_path: Path) -> None:
    told = Told(tmp_path, "c2_pro_837p", "c2_grp_837p", "c2_pro_835", "c2_grp_835")
    reading, whole = told.lines["PRO-C-4001", 1], told.lines["GRP-C-4002", 1]
    assert (reading["state"], reading["modifiers"]) == ("paid", ["26"])
    money(reading, charge="260.00", allowed="68.00", paid="54.00", patient="14.00", contractual="192.00")
    assert whole["state"] == "denied"
    money(whole, charge="1450.00", denied="1450.00")
    found = told.findings["GRP-C-4002", 1]
    assert (found["cause"], found["verdict"]) == ("component-conflict", "confirmed")
    assert "PRO-C-4001" in evidence(found, "history")
    assert "22" in evidence(found, "837")
    assert found["recoverable"] == "0.00"
    assert ("PRO-C-4001", 1) not in told.findings
    zero = next(p for p in told.payments if p["trace_number"] == "ZERO00015")
    assert (zero["method"], zero["amount"], zero["balanced"]) == ("NON", "0.00", True)


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*_835*.x12")))
def test_remittances_alone_add_up(name: str, tmp_path: Path) -> None:
    told = Told(tmp_path, name)
    assert all(row["kind"] is None for row in told.rows)
    paid = sum(round(100 * float(row["paid"])) for row in told.rows)
    assert paid == sum(round(100 * float(p["claim_paid"])) for p in told.payments)
