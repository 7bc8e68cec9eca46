"""Steps that bring an older database to the present shape, each run once, in order, and recorded in the database.

Added tables and columns need no step: schema.grow sees them. A step is for what a comparison of shapes cannot see, such
as a rename or a value that moved. A step, once released, is never edited or removed.
"""

from __future__ import annotations

from sqlite_utils import Database as SqliteUtils
from sqlite_utils import Migrations

APPLICATION_ID = 0x45444952  # "EDIR", in the header of every database of ours

migrations = Migrations("edi")


@migrations()  # type: ignore[untyped-decorator]
def m0001_sign(db: SqliteUtils) -> None:
    """Mark the file as ours, so that no other SQLite file is ever taken for one."""
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()  # type: ignore[untyped-decorator]
def m0002_paid_of_links(db: SqliteUtils) -> None:
    """Give links what their answers paid, as it was derived before. Only a new analysis shares an answer to a whole
    claim among the rows that it stands in, so the next one starts anew."""
    if "link" not in db.table_names() or "paid_cents" in db["link"].columns_dict:
        return
    db["link"].add_column("paid_cents", "INTEGER")
    db.conn.execute("""
        UPDATE link SET paid_cents = CASE WHEN remit_line_id IS NOT NULL
            THEN (SELECT paid_cents FROM remit_line l WHERE l.id = link.remit_line_id)
            ELSE (SELECT coalesce(c.paid_cents, 0) - (
                SELECT coalesce(sum(l.paid_cents), 0) FROM remit_line l WHERE l.remit_claim_id = c.id
            ) FROM remit_claim c WHERE c.id = link.remit_claim_id) END""")
    if "analysis" in db.table_names():
        db.conn.execute("DELETE FROM analysis WHERE name = 'rules'")


@migrations()  # type: ignore[untyped-decorator]
def m0003_allowed_for_a_unit(db: SqliteUtils) -> None:
    """Allowed amounts are counted for a unit, no longer for a line: they are counted again by the next analysis."""
    for table in ("payer_allowed", "payer_usual"):
        db.conn.execute(f"DROP TABLE IF EXISTS {table}")
    if "analysis" in db.table_names():
        db.conn.execute("DELETE FROM analysis WHERE name = 'rules'")


def known_steps() -> set[str]:
    """The names of all steps of this version."""
    return {step.name for step in migrations.pending(SqliteUtils(memory=True))}
