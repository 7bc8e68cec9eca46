"""The reader against oxedi: the same payments, claims, services, adjustments and provider adjustments, as multisets.

What differs is listed here with its reason, and a listed difference that no longer occurs fails too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import oxedi
import pytest

from edi.x12.money import money
from tests.reading import Read, corpus, read

OTHER_SEPARATOR = "its composites have another separator than ISA16 says; oxedi takes the whole for one code"
DIFFERENT_FROM_OXEDI = {
    # file: the tables that differ, and why
    "linuxforhealth_secondary-payment.835": ("services", OTHER_SEPARATOR),
    "apimeister_parse_x12_string01.edi": ("services", OTHER_SEPARATOR),
    "azoner_mult_isa.txt": ("payments", "oxedi takes the 278s and 837s of this file for 835s"),
}


def table_of(result: oxedi.Result, name: str, columns: Sequence[str]) -> Counter[tuple[str | None, ...]]:
    """Some columns of one of oxedi's tables, as a multiset of rows. It renders without pandas; ours is the parsing."""
    lines = result.tables[name].render().splitlines()
    names = [cell.split(":")[0].strip() for cell in lines[1].split(" | ")]
    rows = [dict(zip(names, line.split(" | "), strict=True)) for line in lines[2:] if line]
    return Counter(
        tuple(None if row[column].strip() in ("∅", "") else row[column].strip() for column in columns) for row in rows
    )


def own_table(found: Read, name: str, columns: Sequence[str]) -> Counter[tuple[str | None, ...]]:
    return Counter(tuple(said(row.get(column), column) for column in columns) for row in found.table(name))


def said(value: object, column: str) -> str | None:
    """A value as oxedi renders it: money and quantities with two decimals."""
    if value is None:
        return None
    if column.endswith("_cents"):
        return money(int(str(value)))
    return f"{float(str(value)):.2f}" if column in ("quantity", "units", "submitted_units") else str(value)


PAIRS = {
    # oxedi's table: its columns, our table, our columns
    "payments": (
        "total_payment_amount trace_number payment_method payer_name payee_name",
        "payment",
        "amount_cents trace_number method payer_name payee_name",
    ),
    "claims": (
        "claim_id claim_status charge_amount payment_amount patient_responsibility payer_control_number",
        "remit_claim",
        "control_number status charge_cents paid_cents patient_cents payer_control_number",
    ),
    "services": (
        "procedure_code charge_amount payment_amount units_paid line_item_control_number",
        "remit_line",
        "procedure charge_cents paid_cents units line_control",
    ),
    "adjustments": (
        "group_code reason_code amount quantity",
        "adjustment",
        "group_code reason_code amount_cents quantity",
    ),
    "provider_adjustments": (
        "provider_id reason_code reference_id amount",
        "provider_adjustment",
        "provider_id reason reference amount_cents",
    ),
}


def own_examples() -> list[Path]:
    return sorted((Path(__file__).parent / "examples").glob("*835*.x12"))


@pytest.mark.parametrize(
    "path", [*own_examples(), *corpus("835", "broken", "pairs", "other")], ids=lambda path: path.name
)
def test_same_money_as_oxedi(path: Path) -> None:
    data = path.read_bytes()
    found = read(data)
    if "835" not in found.reading.transactions:
        pytest.skip("no 835 in it")
    try:
        result = oxedi.parse(data)
    except oxedi.ParseError as error:
        assert "does not start with an ISA" in str(error)  # noqa: PT017
        return
    differing = {
        name
        for name, (theirs, table, ours) in PAIRS.items()
        if table_of(result, name, theirs.split()) != own_table(found, table, ours.split())
    }
    assert differing == set(DIFFERENT_FROM_OXEDI.get(path.name, ("", ""))[0].split())
