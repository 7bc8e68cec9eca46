"""edi check: the promises of a database."""

from __future__ import annotations

from dataclasses import asdict

import click

from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.store.auditing import audit


@click.command()
@database_argument
@mappings_option
@output_options
@click.pass_context
def check(ctx: click.Context, database: str, mappings: str | None, form: str) -> None:
    """Check that the database keeps its promises: cents add up, payments balance, nothing is counted twice.

    Each check is a query for rows that break a promise; none is well. Exit code 1 when one is broken.

    \b
    Example:
      edi check billing.db
    """
    with open_database(database, mappings) as opened:
        audits = list(audit(opened))
    rows = [
        {
            **asdict(one),
            "check": one.name,
            "result": "broken" if one.broken else "not analysed yet" if one.broken is None else "ok",
        }
        for one in audits
    ]
    print_rows(rows, ["check", "promise", "result", "broken", "rows"], form, ["check", "result", "broken", "promise"])
    ctx.exit(1 if any(one.broken for one in audits) else 0)
