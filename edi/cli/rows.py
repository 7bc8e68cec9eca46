"""edi lines, findings, payments, diagnostics: what is in a database, row by row."""

from __future__ import annotations

import click

from edi.cli import bank
from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.pipeline import adjustments
from edi.resources import Resources
from edi.store.database import Database
from edi.store.rowsets import Rowset

# What fits a terminal; the other formats carry every column.
TELLING = {
    "lines": "control_number line_number procedure service_date payer charge paid patient contractual denied packaged "
    "other balance state cause verdict",
    "findings": "control_number line_number procedure payer service_date denied recoverable cause verdict open id",
    "payments": "trace_number payer date method amount claims lines claim_paid provider_adjustments difference "
    "balanced duplicate_of file segment",
    "diagnostics": "level rule file segment element value message",
}
where_option = click.option("--where", metavar="SQL", help="Only rows that meet a condition on the view of this name.")


def show(name: str, database: str, mappings: str | None, form: str, where: str | None = None) -> None:
    """Print one row set of a database."""
    with open_database(database, mappings) as opened:
        if name in ("lines", "findings") and not opened.analysed:
            click.echo(f"Nothing is analysed yet since the last import: edi analyze {database}", err=True)
        rows = Rowset(opened, name, where)
        print_rows(rows, rows.columns, form, TELLING[name].split())


@click.command()
@database_argument
@where_option
@mappings_option
@output_options
def lines(database: str, where: str | None, mappings: str | None, form: str) -> None:
    """Print each billed line: where its money went, its state and cause.

    \b
    Example:
      edi lines billing.db --where "denied > 100 and payer like '%medic%'" --csv
    """
    show("lines", database, mappings, form, where)


@click.command()
@database_argument
@where_option
@mappings_option
@output_options
def findings(database: str, where: str | None, mappings: str | None, form: str) -> None:
    """Print the worklist: why each line was not paid, how sure that is, what to do.

    \b
    Example:
      edi findings billing.db --where "open and verdict = 'contradicted'" --json
    """
    show("findings", database, mappings, form, where)


@click.command()
@database_argument
@where_option
@click.option("--adjustments", "by_adjustment", is_flag=True, help="Each provider adjustment (PLB), explained.")
@click.option("--bank", "list_", metavar="FILE", type=click.Path(), help="Tie payments to a bank's list: CSV or NACHA.")
@mappings_option
@output_options
def payments(
    database: str, where: str | None, by_adjustment: bool, list_: str | None, mappings: str | None, form: str
) -> None:
    """Print each remittance (835): its amount against its claims, and repeats.

    --adjustments prints the provider adjustments instead: the reason in words, what its reference names, where a
    balance that was carried forward went to or came from. --bank ties the payments to what a bank received.

    \b
    Example:
      edi payments billing.db --where "not balanced"
      edi payments billing.db --adjustments
      edi payments billing.db --bank april.csv
    """
    if (where and (by_adjustment or list_)) or (by_adjustment and list_):
        raise click.UsageError("--where, --adjustments and --bank go one at a time.")
    with open_database(database, mappings) as opened:
        resources = Resources(mappings)
        if list_:
            _tied(opened, list_, form)
        elif by_adjustment:
            print_rows(adjustments.rows(opened, resources), adjustments.COLUMNS, form, adjustments.TELLING)
        else:
            rows = Rowset(opened, "payments", where)
            told = adjustments.of_payments(opened, resources) if form != "table" else {}
            more = (
                row | {"adjustments": told.get(row["duplicate_of"] or f"{row['file']}#{row['segment']}", [])}
                for row in rows
            )
            print_rows(more, [*rows.columns, "adjustments"], form, TELLING["payments"].split())


def _tied(opened: Database, path: str, form: str) -> None:
    rows, listed = bank.tied(opened, path)
    print_rows(rows, bank.COLUMNS, form, bank.TELLING)
    table = form == "table"
    for line in bank.summary(rows, listed) if table else bank.unread(listed):
        click.echo(line, err=not table)


@click.command()
@database_argument
@mappings_option
@output_options
def diagnostics(database: str, mappings: str | None, form: str) -> None:
    """Print what was wrong with the files, where, and what to do about it.

    \b
    Example:
      edi diagnostics billing.db --json
    """
    show("diagnostics", database, mappings, form)
