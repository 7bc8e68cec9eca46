"""A small database written by hand: a claim of two lines, a remittance that pays one and denies the other, analysed.

Nothing but the store's own code is needed, so that a test of the store fails only for the store's reasons.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edi.resources import Resources
from edi.store.database import Database

CLAIMS, REMITS = 1 << 32, 2 << 32  # the two files


def insert(database: Database, table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    database.connection.execute(f"INSERT INTO [{table}] ({names}) VALUES ({marks})", list(values.values()))


def outcome(database: Database, row_id: int, line: int, **values: Any) -> None:
    """An outcome of the hand-written claim, with every bucket zero unless given."""
    buckets = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
    filled = {f"{bucket}_cents": 0 for bucket in buckets} | values
    insert(
        database,
        "outcome",
        id=row_id,
        claim_id=CLAIMS | 5,
        service_line_id=CLAIMS | line,
        remit_claim_id=REMITS | 7,
        kind="837P",
        control_number="A1",
        frequency="1",
        payer="Payer One",
        modifiers='["26"]',
        units=1,
        service_date="2026-03-02",
        file_id=1,
        segment=line,
        payment_id=REMITS | 3,
        **filled,
    )


def small_database(path: Path) -> Database:
    """The hand-written database at `path`, open, every promise kept."""
    database = Database.open(path, Resources(), create=True)
    with database.transaction():
        insert(database, "file", id=1, path="claims.837", sha256="a", status="imported", kinds="837P", segments=9,
               analysed=1)  # fmt: skip
        insert(database, "file", id=2, path="remits.835", sha256="b", status="imported", kinds="835", segments=14,
               analysed=1)  # fmt: skip
        insert(database, "transaction_set", id=CLAIMS | 3, file_id=1, set_code="837P", transaction_control="0001",
               reference="BATCH1", created_date="2026-03-03", first_segment=3, last_segment=9, imported=1)  # fmt: skip
        insert(database, "claim", id=CLAIMS | 5, transaction_id=CLAIMS | 3, kind="837P", control_number="A1",
               charge_cents=150000, frequency="1", payer_name="Payer One")  # fmt: skip
        for line, procedure, charge in ((6, "78452", 145000), (8, "A9500", 5000)):
            insert(database, "service_line", id=CLAIMS | line, claim_id=CLAIMS | 5, line_number=line // 2 - 2,
                   procedure=procedure, charge_cents=charge, units=1, service_date="2026-03-02")  # fmt: skip
        insert(database, "transaction_set", id=REMITS | 3, file_id=2, set_code="835", transaction_control="0002",
               first_segment=3, last_segment=14, imported=1)  # fmt: skip
        insert(database, "payment", id=REMITS | 3, transaction_id=REMITS | 3, amount_cents=40000, method="ACH",
               date="2026-04-01", trace_number="T1", payer_name="Payer One", payee_npi="1999999984")  # fmt: skip
        insert(database, "remit_claim", id=REMITS | 7, payment_id=REMITS | 3, control_number="A1", status="1",
               charge_cents=150000, paid_cents=41000, patient_cents=0, payer_control_number="ICN1")  # fmt: skip
        for line, procedure, charge, paid in ((8, "78452", 145000, 41000), (10, "A9500", 5000, 0)):
            insert(database, "remit_line", id=REMITS | line, remit_claim_id=REMITS | 7, payment_id=REMITS | 3,
                   line_number=line // 2 - 3, procedure=procedure, charge_cents=charge, paid_cents=paid)  # fmt: skip
            insert(database, "adjustment", id=REMITS | line + 1, position=1, payment_id=REMITS | 3,
                   remit_claim_id=REMITS | 7, remit_line_id=REMITS | line, group_code="CO",
                   reason_code="45" if paid else "97", amount_cents=charge - paid)  # fmt: skip
        insert(database, "provider_adjustment", id=REMITS | 13, position=1, payment_id=REMITS | 3, reason="WO",
               amount_cents=1000)  # fmt: skip
        outcome(database, 1, 6, line_number=1, procedure="78452", charge_cents=145000, allowed_cents=41000,
                paid_cents=41000, contractual_cents=104000, state="paid", first_state="paid",
                remit_line_id=REMITS | 8)  # fmt: skip
        outcome(database, 2, 8, line_number=2, procedure="A9500", charge_cents=5000, denied_cents=5000, state="denied",
                first_state="denied", cause="tracer-bundled-by-contract", verdict="stated",
                remit_line_id=REMITS | 10)  # fmt: skip
        for row_id, line, paid in ((1, 8, 41000), (2, 10, 0)):
            insert(database, "link", id=row_id, outcome_id=row_id, position=1, level="line", claim_id=CLAIMS | 5,
                   service_line_id=CLAIMS | line - 2, remit_claim_id=REMITS | 7, remit_line_id=REMITS | line,
                   tier="L2", status="linked", effect="counted", paid_cents=paid)  # fmt: skip
        insert(database, "finding", id="F-1", outcome_id=2, is_primary=1, rule="R1", cause="tracer-bundled-by-contract",
               verdict="stated", denial="yes", control_number="A1", line_number=2, procedure="A9500",
               payer="Payer One", group_codes='["CO"]', reason_codes='["97"]', remark_codes="[]", denied_cents=5000,
               open=1, title="Folded into the scan", why="CO-97", action="read the contract")  # fmt: skip
        for position, what in ((2, "the scan was paid"), (1, "the line was denied")):
            insert(database, "evidence", finding_id="F-1", position=position, weight="for", side="835", what=what,
                   value="CO-97", file_id=2, segment=11)  # fmt: skip
    database.index()
    return database
