"""edi check: the promises of a database."""

from __future__ import annotations

from collections.abc import Iterator

import click

from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.report.rows import Row
from edi.store.auditing import Audit, audit

COLUMNS = ["check", "result", "broken", "promise", "rows"]
SHOWN = 5  # offending rows of each check that a terminal shows


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
    print_rows([_row(one) for one in audits], COLUMNS, form, COLUMNS[:-1])
    if form == "table":
        for line in _offenders(audits):
            click.echo(line)
    ctx.exit(1 if any(one.broken for one in audits) else 0)


def _row(one: Audit) -> Row:
    result = "not analysed yet" if one.broken is None else "broken" if one.broken else "ok"
    return {"check": one.name, "result": result, "broken": one.broken, "promise": one.promise, "rows": one.rows}


def _offenders(audits: list[Audit]) -> Iterator[str]:
    for one in audits:
        if one.broken:
            yield f"\n{one.name}: {one.broken} broken"
            for row in one.rows[:SHOWN]:
                yield "  " + ", ".join(f"{name} {value}" for name, value in row.items())
