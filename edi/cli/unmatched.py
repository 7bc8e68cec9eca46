"""edi unmatched: claims without an answer, remittances without a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.pipeline import queues
from edi.resources import Resources
from edi.x12.money import grouped

TELLING = {
    "claim": ("payer", "control_number", "service_date", "sent", "age_days", "charge", "at", "check"),
    "remittance": ("payer", "control_number", "trace_number", "paid_on", "charge", "paid", "at", "check"),
}
HEADINGS = {"claim": "Claims without an answer", "remittance": "Remittances without a claim"}


@click.command()
@database_argument
@click.option("--claims", "side", flag_value="claim", help="Only claims without an answer.")
@click.option("--remittances", "side", flag_value="remittance", help="Only remittances without a claim.")
@mappings_option
@output_options
def unmatched(database: str, side: str | None, mappings: str | None, form: str) -> None:
    """Print what found no partner: claims without an answer, remittances without a claim.

    Claims come with their age (days since they were last sent, counted to the newest date in the database) and what to
    check; remittances with the claims that come near and why each was not taken. Tell which belong together with
    `edi match`.

    \b
    Example:
      edi unmatched billing.db --claims --csv > chase.csv
      edi unmatched billing.db --remittances
    """
    with open_database(database, mappings) as opened:
        if not opened.analysed:
            click.echo(f"Nothing is analysed yet since the last import: edi analyze {database}", err=True)
        resources = Resources(mappings)
        remits = queues.remittances(opened, resources)
        claims = queues.claims(opened, resources, remits) if side != "remittance" else []
    rows = {"claim": claims, "remittance": remits if side != "claim" else []}
    if form != "table":
        print_rows([*rows["claim"], *rows["remittance"]], queues.COLUMNS, form)
        return
    for name, found in rows.items():
        if side in (None, name):
            click.echo(HEADINGS[name])
            print_rows(map(_shown, found), TELLING[name], form)
            for line in _by_payer(found):
                click.echo(line)
            click.echo()


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"sent": row["date"], "paid_on": row["date"], "at": f"{row['file']}#{row['segment']}"}


def _by_payer(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """How many and how much, by payer."""
    totals: dict[str, list[int]] = {}
    for row in rows:
        count_cents = totals.setdefault(row["payer"] or "no payer", [0, 0])
        count_cents[0] += 1
        count_cents[1] += int((row["charge"] or "0").replace(".", ""))
    if rows:
        yield ""
    for payer, (count, cents) in totals.items():
        yield f"{payer[:40]:<40}{count:>6}{grouped(cents):>15}"
