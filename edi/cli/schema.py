"""edi schema: every table and column, with the element that fills it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from edi.cli.common import mappings_option, open_database, output_options, print_rows
from edi.records import mapping
from edi.report.rows import Row
from edi.resources import Resources
from edi.store.schema import described

COLUMNS = ["table", "column", "type", "source", "label", "private"]


@click.command()
@click.argument("database", metavar="[DB]", type=click.Path(), required=False)
@click.option("--only", metavar="TABLE", help="Just this table or view.")
@mappings_option
@output_options
def schema(database: str | None, only: str | None, mappings: str | None, form: str) -> None:
    """Print every table and column, the element that fills it and what it means.

    With DB, the tables and views that this database has; without, those that a new one gets. Money is in cents; a row
    id is file number << 32 | segment number.

    \b
    Example:
      edi schema --only service_line
    """
    if database is None:
        rows: Iterator[Row] = described(mapping.load(Resources(mappings)).tables)
        print_rows((row for row in rows if only in (None, row["table"])), COLUMNS, form)
        return
    with open_database(database, mappings) as opened:
        rows = described(opened.record_tables, opened.db)
        print_rows((row for row in rows if only in (None, row["table"])), COLUMNS, form)
