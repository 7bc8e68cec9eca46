"""What scripts may rely on, word for word: the tables, the keys of each row and the words in them, on the sample month.

Written from the promise alone. A key may be added here, never renamed or dropped.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from edi.resources import Resources
from tests.stranger import SAMPLES, Rows, cents, edi, rows

BUCKETS = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")


def words(text: str) -> list[str]:
    return text.split()


LINE_KEYS = words(
    "control_number kind frequency payer line_number line_control procedure modifiers revenue_code units service_date "
    "place_of_service charge allowed paid patient contractual denied packaged other balance state first_state cause "
    "verdict file segment links"
)
LINK_KEYS = words("trace_number payer_control_number claim_status procedure paid tier file segment")
FINDING_KEYS = words(
    "id rule cause verdict denial control_number line_number line_control procedure service_date payer trace_number "
    "group_codes reason_codes remark_codes denied recoverable depends_on open action evidence"
)
EVIDENCE_KEYS = words("side what value file segment")
PAYMENT_KEYS = words(
    "trace_number payer payer_id payee_npi method amount date claims lines claim_paid provider_adjustments difference "
    "balanced duplicate_of file segment"
)
DIAGNOSTIC_KEYS = words("rule level file transaction segment offset loop element value message action")
STATES = set(
    words("paid reduced denied packaged patient-share pending no-response taken-back paid-elsewhere capitated void")
)
VERDICTS = {"confirmed", "likely", "stated", "contradicted"}
COLUMNS = {
    "file": (), "claim": ("charge_cents",), "service_line": ("charge_cents",), "diagnosis": (),
    "payment": ("amount_cents",), "remit_claim": ("charge_cents", "paid_cents"),
    "remit_line": ("charge_cents", "paid_cents"), "adjustment": ("amount_cents",), "remark": (),
    "provider_adjustment": ("amount_cents",), "diagnostic": ("rule",), "link": (), "outcome": (), "finding": (),
}  # fmt: skip
MONEY = re.compile(r"-?\d+\.\d\d")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("interface") / "billing.db"
    assert edi("run", path, SAMPLES).exit_code == 1  # one payment of the samples does not balance
    return path


@pytest.fixture(scope="module")
def lines(database: Path) -> Rows:
    return rows(database, "lines")


@pytest.fixture(scope="module")
def findings(database: Path) -> Rows:
    return rows(database, "findings")


@pytest.fixture(scope="module")
def payments(database: Path) -> Rows:
    return rows(database, "payments")


# Tables


def test_tables_and_their_columns(database: Path, payments: Rows) -> None:
    with sqlite3.connect(database) as read:
        for table, columns in COLUMNS.items():
            present = {row[1] for row in read.execute(f"PRAGMA table_info({table})")}
            assert present, table
            assert set(columns) <= present, table
            for column in columns:
                if column.endswith("_cents"):
                    kinds = {row[0] for row in read.execute(f"SELECT DISTINCT typeof({column}) FROM {table}")}
                    assert kinds <= {"integer", "null"}, (table, column)
        ((held, whole),) = read.execute("SELECT count(*), sum(amount_cents) FROM payment")
    counted = [row for row in payments if row["duplicate_of"] is None]
    assert (held, whole) == (len(counted), sum(cents(row["amount"]) for row in counted))


# Rows


def check_values(row: dict[str, Any], money: tuple[str, ...], dates: tuple[str, ...]) -> None:
    for key in money:
        assert row[key] is None or MONEY.fullmatch(row[key]), (key, row[key])
    for key in dates:
        assert row[key] is None or date.fromisoformat(row[key])
    assert all(value != "" for value in row.values())


def test_lines(lines: Rows) -> None:
    for row in lines:
        assert set(LINE_KEYS) <= set(row)
        check_values(row, ("charge", "allowed", *BUCKETS), ("service_date",))
        assert row["kind"] in ("837P", "837I", None)
        assert row["line_number"] is None or type(row["line_number"]) is int
        assert isinstance(row["modifiers"], list)
        assert row["state"] in STATES
        assert row["first_state"] in STATES | {None}
        assert row["verdict"] in VERDICTS | {None}
        assert cents(row["charge"]) == sum(cents(row[key]) for key in BUCKETS)
        assert row["file"]
        assert row["segment"] >= 1
        for link in row["links"]:
            assert set(LINK_KEYS) <= set(link)
            check_values(link, ("paid",), ())
    seen = {row["state"] for row in lines}
    assert seen >= STATES - {"paid-elsewhere", "capitated"}


def test_lines_of_all_shapes(lines: Rows) -> None:
    unknown = [row for row in lines if row["kind"] is None]
    assert unknown
    assert all(row["links"] for row in unknown)
    whole = [row for row in lines if row["line_number"] is None and row["kind"]]
    assert all(row["procedure"] is None for row in whole)
    answered = {row["control_number"] for row in whole if cents(row["charge"])}
    assert answered
    assert not [row for row in lines if row["control_number"] in answered and row["line_number"] is not None]


def test_waiting_lines_keep_their_whole_charge_as_balance(lines: Rows) -> None:
    waiting = [row for row in lines if row["state"] in ("no-response", "pending")]
    assert waiting
    assert all(row["balance"] == row["charge"] for row in waiting)
    assert all(not row["links"] for row in lines if row["state"] == "no-response")


def test_sums_of_rows_are_sums_of_payments(lines: Rows, payments: Rows) -> None:
    counted = [row for row in payments if row["duplicate_of"] is None]
    assert sum(cents(row["paid"]) for row in lines) == sum(cents(row["claim_paid"]) for row in counted)


def test_links_are_in_order_of_time(lines: Rows, payments: Rows) -> None:
    paid_on = {(row["file"], row["trace_number"]): row["date"] for row in payments}
    several = [row["links"] for row in lines if len(row["links"]) > 1]
    assert several
    for links in several:
        days = [paid_on[link["file"], link["trace_number"]] for link in links]
        assert days == sorted(days)


def test_places_name_the_segment_counted_from_the_first_isa(lines: Rows) -> None:
    plain = [row for row in lines if row["kind"] and row["line_number"] and row["file"].endswith("eastmere_0401.837")]
    assert plain
    text = (SAMPLES / "claims" / "eastmere_0401.837").read_text()
    segments = [part.strip() for part in text.split(text[105])]
    for row in plain:
        assert segments[row["segment"] - 1].split("*")[0] in ("LX", "SV1", "SV2")


def causes() -> dict[str, str]:
    """Cause -> whether it is a denial, of the table that the tool ships."""
    return {row["cause"]: row["denial"] for row in Resources().rows("codes/causes.csv")}


def test_findings(findings: Rows, lines: Rows) -> None:
    denial, ids = causes(), {row["id"] for row in findings}
    assert len(ids) == len(findings)
    for row in findings:
        assert set(FINDING_KEYS) <= set(row)
        check_values(row, ("denied", "recoverable"), ("service_date",))
        assert row["verdict"] in VERDICTS
        assert row["denial"] == denial[row["cause"]]
        assert type(row["open"]) is bool
        assert row["open"] or row["denied"] == "0.00"
        assert row["depends_on"] is None or row["depends_on"] in ids
        assert row["action"]
        assert all(isinstance(row[key], list) for key in ("group_codes", "reason_codes", "remark_codes"))
        for entry in row["evidence"]:
            assert set(EVIDENCE_KEYS) <= set(entry)
            assert entry["side"] in ("837", "835", "history", "reference")
    assert sum(cents(row["denied"]) for row in findings) == sum(cents(row["denied"]) for row in lines)
    assert any("not checked" in str(entry).lower() for row in findings for entry in row["evidence"])


def test_one_finding_for_each_unpaid_or_reduced_row_and_overturned_ones_stay(findings: Rows, lines: Rows) -> None:
    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        names = ("control_number", "line_number", "line_control", "procedure", "service_date")
        return tuple(row[name] for name in names)

    denials = [row for row in findings if row["denial"] == "yes" and row["open"]]
    found = sorted(map(str, map(key, denials)))
    unpaid = [row for row in lines if row["state"] in ("denied", "reduced", "taken-back")]
    assert found == sorted(map(str, map(key, unpaid)))
    assert [row for row in findings if not row["open"]]


def test_payments(payments: Rows) -> None:
    places = {f"{row['file']}#{row['segment']}": row for row in payments}
    for row in payments:
        assert set(PAYMENT_KEYS) <= set(row)
        check_values(row, ("amount", "claim_paid", "provider_adjustments", "difference"), ("date",))
        owed = cents(row["claim_paid"]) - cents(row["provider_adjustments"])
        assert cents(row["difference"]) == cents(row["amount"]) - owed
        assert row["balanced"] is (row["difference"] == "0.00")
        assert type(row["claims"]) is type(row["lines"]) is int
    repeats = [row for row in payments if row["duplicate_of"]]
    assert repeats
    for row in repeats:
        assert places[row["duplicate_of"]]["duplicate_of"] is None
        assert places[row["duplicate_of"]]["amount"] == row["amount"]


def test_diagnostics(database: Path) -> None:
    found = rows(database, "diagnostics")
    assert found
    for row in found:
        assert set(DIAGNOSTIC_KEYS) <= set(row)
        assert row["level"] in ("info", "warning", "error")
        assert row["rule"]
        assert row["message"]
