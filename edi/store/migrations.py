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


def known_steps() -> set[str]:
    """The names of all steps of this version."""
    return {step.name for step in migrations.pending(SqliteUtils(memory=True))}
