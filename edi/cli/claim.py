"""edi claim: one claim's whole story."""

from __future__ import annotations

import json

import click

from edi.cli.common import database_argument, mappings_option, open_database
from edi.cli.statement import Statement
from edi.pipeline.story import stories
from edi.resources import Resources


@click.command()
@database_argument
@click.argument("number", metavar="CONTROL-NUMBER")
@click.option("--json", "as_json", is_flag=True, help="A JSON array: one object for each claim of that number.")
@click.option("--phi", is_flag=True, help="Also show the patient's name, birth date and member id.")
@mappings_option
def claim(database: str, number: str, as_json: bool, phi: bool, mappings: str | None) -> None:
    """Tell a claim's whole story: what was sent, what each payer answered, where each cent is, why.

    CONTROL-NUMBER is the patient control number (CLM01), the payer's control number (CLP07) or a file#segment. What
    replaced the claim, or was replaced by it, belongs to the story. Adjustments to payments (PLB) that name the claim
    are shown beside it; they never change its lines.

    \b
    Example:
      edi claim billing.db NUC-A-1001
      edi claim billing.db NUC-A-1001 --json
    """
    resources = Resources(mappings)
    with open_database(database, mappings) as opened:
        if not opened.analysed:
            click.echo(f"Nothing is analysed yet since the last import: edi analyze {database}", err=True)
        told = stories(opened, resources, number, phi)
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    statement = Statement(resources)
    for place, story in enumerate(told):
        if place:
            click.echo("\n")
        for line in statement.lines(story):
            click.echo(_plain(line))


def _plain(line: str) -> str:
    """A line without what a terminal would act on."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
