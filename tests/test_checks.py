"""Each check names the one promise that was broken, and none is broken in a well database."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi.store.auditing import audit
from edi.store.schema import sql_files
from tests.storecase import CLAIMS, REMITS, small_database

BREAKS = {
    "cents-add-up": "UPDATE outcome SET contractual_cents = contractual_cents + 1 WHERE id = 1",
    "claims-add-up": f"UPDATE claim SET charge_cents = charge_cents + 1 WHERE id = {CLAIMS | 5}",
    "every-line-has-an-outcome": f"INSERT INTO service_line (id, claim_id) VALUES ({CLAIMS | 9}, {CLAIMS | 5})",
    "findings-cover-the-denied-money": "UPDATE finding SET denied_cents = 4999",
    "findings-name-unpaid-lines": "UPDATE outcome SET state = 'paid' WHERE id = 2",
    "findings-show-their-evidence": "INSERT INTO evidence (finding_id, position) VALUES ('F-0', 1)",
    "links-lead-somewhere": f"UPDATE link SET remit_line_id = {REMITS | 99} WHERE id = 1",
    "no-line-has-two-outcomes": f"UPDATE outcome SET service_line_id = {CLAIMS | 6}",
    "outcomes-have-records": f"UPDATE outcome SET remit_line_id = {REMITS | 99} WHERE id = 1",
    "paid-is-what-payers-paid": "UPDATE outcome SET paid_cents = paid_cents - 1, balance_cents = 1 WHERE id = 1",
    "payments-balance": "UPDATE payment SET amount_cents = amount_cents + 1",
    "records-have-owners": "INSERT INTO diagnostic (file_id, rule) VALUES (9, 'not-x12')",
    "remittance-claims-balance": f"UPDATE remit_claim SET charge_cents = charge_cents + 1 WHERE id = {REMITS | 7}",
    "remittance-lines-balance": f"""UPDATE adjustment SET remit_line_id = {REMITS | 8}""",
    "repeats-count-once": f"UPDATE transaction_set SET duplicate_of = {CLAIMS | 3} WHERE id = {REMITS | 3}",
    "settled-matches-are-applied": """INSERT INTO settled (remittance, claim, exact, who, at) VALUES
        ('["Payer One", "T1", null, 40000, "2026-04-01", 4, "A1", "ICN1", "1", 150000, 41000]',
        '["837P", "BATCH1", "2026-03-03", null, 2, "A1", 150000, "1", "Payer One", null]', 1, 'kim', '2026-05-01');
        UPDATE link SET claim_id = NULL""",
    "unpaid-lines-have-a-finding": """UPDATE finding SET is_primary = 0;
        UPDATE outcome SET denied_cents = 0, other_cents = 5000 WHERE id = 2""",
}


def broken(path: Path, sql: str) -> set[str]:
    with small_database(path) as database:
        database.connection.executescript(sql)
        return {one.name for one in audit(database) if one.broken}


def also(name: str) -> set[str]:
    """A line that is taken from its outcome leaves that line without one."""
    return {"every-line-has-an-outcome"} if name == "no-line-has-two-outcomes" else set()


def test_a_well_database_keeps_every_promise(tmp_path: Path) -> None:
    assert broken(tmp_path / "a.db", "") == set()


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_broken_promise_is_named_alone(name: str, tmp_path: Path) -> None:
    assert broken(tmp_path / "a.db", BREAKS[name]) == {name} | also(name)


def test_every_check_has_its_mutation_and_says_its_promise() -> None:
    checks = dict(sql_files("checks"))
    assert sorted(checks) == sorted(BREAKS)
    assert all(text.startswith("-- ") and text.splitlines()[0].endswith(".") for text in checks.values())


def test_checks_of_the_analysis_wait_for_it(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        with database.transaction():
            database.clear_analysis()
        results = {one.name: one.broken for one in audit(database)}
    assert results["cents-add-up"] is None
    assert results["payments-balance"] == 0


def test_offending_rows_are_shown_and_counted(tmp_path: Path) -> None:
    with small_database(tmp_path / "a.db") as database:
        database.connection.execute("UPDATE payment SET amount_cents = 40007")
        (found,) = [one for one in audit(database) if one.broken]
    assert (found.name, found.broken) == ("payments-balance", 1)
    assert found.rows == [
        {"file": "remits.835", "segment": 3, "trace_number": "T1", "amount_cents": 40007, "difference_cents": 7}
    ]


def test_a_void_under_a_number_of_its_own_needs_no_row(tmp_path: Path) -> None:
    """It names what it voids by the payer's number, or is the same member's."""
    void = f"""UPDATE outcome SET state = 'void'; UPDATE finding SET open = 0, denied_cents = 0;
        UPDATE outcome SET denied_cents = 0, balance_cents = 5000 WHERE id = 2;
        INSERT INTO claim (id, transaction_id, control_number, frequency, payer_control_number)
            VALUES ({CLAIMS | 19}, {CLAIMS | 3}, 'V9', '8', 'ICN1');
        INSERT INTO service_line (id, claim_id) VALUES ({CLAIMS | 20}, {CLAIMS | 19})"""
    assert broken(tmp_path / "a.db", void) == set()
    assert broken(tmp_path / "b.db", void.replace("'ICN1'", "'ICN2'")) == {"every-line-has-an-outcome"}


def test_a_copy_of_a_claim_whose_lines_were_destroyed_needs_no_row(tmp_path: Path) -> None:
    copy = f"""INSERT INTO claim (id, transaction_id, control_number) VALUES ({CLAIMS | 19}, {CLAIMS | 3}, 'B1');
        INSERT INTO service_line (id, claim_id) VALUES ({CLAIMS | 20}, {CLAIMS | 19})"""
    first = f"; INSERT INTO claim (id, transaction_id, control_number) VALUES ({CLAIMS | 18}, {CLAIMS | 3}, 'B1')"
    assert broken(tmp_path / "a.db", copy) == {"every-line-has-an-outcome"}
    assert broken(tmp_path / "b.db", copy + first) == set()
