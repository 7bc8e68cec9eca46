"""Files that others wrote, in ../shared/corpus: the counts and sums of its index, no complaint about clean ones.

The index was made by a trivial tokenizer, so it is a second opinion on the whole reader.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import shared_folder
from tests.reading import Read, read

MONEY = {
    # what an index says, and the rule that must name it
    "transactions": "payment-out-of-balance",
    "claims": "claim-out-of-balance",
    "837 claims": "claim-charge-not-lines",
}
STRUCTURAL = {"warning", "error"}
NOT_STRUCTURE = {
    # what is wrong with money and single values, not with the structure of the file
    *MONEY.values(),
    "line-out-of-balance",
    "remit-charge-not-lines",
    "amount-unreadable",
    "amount-rounded",
    "date-unreadable",
    "payment-date-missing",
    "number-unreadable",
    "adjustment-without-amount",
    "adjustment-without-reason",
}
HIERARCHY = {"iperception_dangling_hl.edi": {"hl-parent-unknown"}}  # the fault that this file is about


def index() -> list[dict[str, str]]:
    root = shared_folder("corpus")
    if root is None:
        return []
    with (root / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def of(*folders: str) -> list[object]:
    rows = [row for row in index() if row["path"].startswith(folders)]
    return [pytest.param(row, id=row["path"]) for row in rows]


def taken(row: dict[str, str]) -> Read:
    folder = shared_folder("corpus")
    assert folder is not None
    return read((folder / row["path"]).read_bytes())


def dollars(found: Read, table: str, column: str) -> str:
    cents = sum(value for value in found.column(table, column) if value is not None)
    return f"{Decimal(cents) / 100:.2f}"


SUMS = {
    "CLP03": ("remit_claim", "charge_cents"),
    "CLP04": ("remit_claim", "paid_cents"),
    "BPR02": ("payment", "amount_cents"),
    "SVC03": ("remit_line", "paid_cents"),
    "CAS": ("adjustment", "amount_cents"),
    "PLB": ("provider_adjustment", "amount_cents"),
    "CLM02": ("claim", "charge_cents"),
    "line charges": ("service_line", "charge_cents"),
}


def check_counts(row: dict[str, str], found: Read) -> None:
    """Claims, lines, adjustments, transactions, and every sum of the `facts` column."""
    assert str(len(found.rows["claim"] + found.rows["remit_claim"])) == row["claims"]
    assert str(len(found.rows["service_line"] + found.rows["remit_line"])) == row["service_lines"]
    assert str(len(found.rows["adjustment"] + found.rows["other_adjustment"])) == row["adjustments"]
    for name, amount in re.findall(r"sum ([A-Z0-9]+|line charges) (-?[\d.]+)", row["facts"]):
        assert dollars(found, *SUMS[name]) == amount, name
    interchanges, transactions = re.findall(r"ISA (\d+), ST (\d+)", row["facts"])[0]
    assert found.reading.interchanges == int(interchanges)
    assert len(found.rows["transaction_set"]) == int(transactions)
    for remarks in re.findall(r"remark codes (\d+)", row["facts"]):
        assert len(found.rows["remark"]) == int(remarks)
    assert found.balanced_count()


@pytest.mark.parametrize("row", of("835/", "837P/", "837I/"))
def test_clean_files_give_their_counts_and_no_complaint(row: dict[str, str]) -> None:
    found = taken(row)
    check_counts(row, found)
    complaints = {one.rule for one in found.diagnostics if one.level in STRUCTURAL} - NOT_STRUCTURE
    assert complaints == HIERARCHY.get(Path(row["path"]).name, set())


@pytest.mark.parametrize("row", of("835/", "837P/", "837I/", "pairs/"))
def test_what_does_not_balance_is_named(row: dict[str, str]) -> None:
    """'no: transactions 0/1, claims 10/96': 1 payment and 86 claims are out of balance."""
    found = taken(row)
    counts = {rule: found.rules.count(rule) for rule in MONEY.values()}
    expected = dict.fromkeys(MONEY.values(), 0)
    for name, good, all_ in re.findall(r"(transactions|837 claims|claims) (\d+)/(\d+)", row["balanced"]):
        expected[MONEY[name]] = int(all_) - int(good)
    lines = int(row["service_lines"])
    if not lines:
        expected["claim-charge-not-lines"] = 0  # nothing to compare a claim without lines with
    assert counts == expected


@pytest.mark.parametrize("row", of("broken/", "pairs/"))
def test_broken_files_give_their_rows_and_a_diagnostic(row: dict[str, str]) -> None:
    found = taken(row)
    check_counts(row, found)
    complaints = [one for one in found.diagnostics if one.level in STRUCTURAL]
    assert bool(complaints) or not row["malformed"]
    for one in complaints:
        assert one.segment is not None
        assert one.offset is not None


FAULTS = {
    # words of the index's `malformed` column, and the rule that names that fault
    r"^ISA is \d+ characters": "isa-length",
    "no ISA": "isa-missing",
    "SE01": "se-count",
    "SE02": "se-control",
    "GE02": "ge-control",
    "IEA01": "iea-count",
    "IEA02": "iea-control",
    "ST without SE": "file-truncated",
    "not a number": "amount-unreadable",
    "segment outside a transaction": "segment-outside-transaction",
    "bad segment id 'CORR": "segment-unexpected",
}


@pytest.mark.parametrize("row", of("broken/", "pairs/openx12"))
def test_the_fault_that_the_index_names_is_named(row: dict[str, str]) -> None:
    expected = {rule for words, rule in FAULTS.items() if re.search(words, row["malformed"])}
    assert expected
    assert expected <= set(taken(row).rules)


@pytest.mark.parametrize("row", of("other/"))
def test_other_sets_are_named_and_left_alone(row: dict[str, str]) -> None:
    found = taken(row)
    assert found.balanced_count()
    assert not [one for one in found.diagnostics if one.level in STRUCTURAL]
    for transaction in found.table("transaction_set"):
        assert transaction["set_code"]
        if not transaction["imported"]:
            assert found.reading.ignored[transaction["set_code"]] > 0
    if not set(found.reading.transactions) & {"835", "837P", "837I"}:
        assert not found.rows["claim"]
        assert not found.rows["remit_claim"]
