"""edi match: a person settles which remittance answers which claim."""

from __future__ import annotations

import getpass

import click

from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.pipeline import matching
from edi.resources import Resources


@click.command()
@database_argument
@click.argument("remit", required=False)
@click.argument("claim", required=False)
@click.option("--who", metavar="NAME", help="Who says so (default: your login name).")
@click.option("--undo", "undone", is_flag=True, help="Forget what was settled of REMIT.")
@click.option("--list", "listed", is_flag=True, help="Print what was settled, by whom and when.")
@mappings_option
@output_options
def match(
    database: str,
    remit: str | None,
    claim: str | None,
    who: str | None,
    undone: bool,
    listed: bool,
    mappings: str | None,
    form: str,
) -> None:
    """Settle that the remittance REMIT answers CLAIM; links and findings follow at once.

    REMIT is a file#segment (its CLP, or the SVC of one line), a link's id, or a patient control number, payer control
    number or trace number that only one remittance has. CLAIM is a control number, or a file#segment where several
    claims have it (its CLM, or a service line, which needs an SVC as REMIT). What was settled goes before every
    other way to link. It is kept by content: analysing again, or importing the files again, does not lose it.

    \b
    Example:
      edi unmatched billing.db --remittances
      edi match billing.db inbox/remit-0420.835#696 00026246a --who kim
      edi match billing.db --list
      edi match billing.db inbox/remit-0420.835#696 --undo
    """
    if listed and (remit or undone):
        raise click.UsageError("--list stands alone.")
    if not listed and (remit is None or (claim is None) is not undone):
        raise click.UsageError("give REMIT and CLAIM, or REMIT --undo, or --list.")
    resources = Resources(mappings)
    with open_database(database, mappings) as opened:
        if listed:
            print_rows(matching.listing(opened), matching.COLUMNS, form)
            return
        if undone:
            told = matching.undo(opened, resources, str(remit))
        else:
            told = matching.match(opened, resources, str(remit), str(claim), who or getpass.getuser())
    for line in told:
        click.echo(line)
