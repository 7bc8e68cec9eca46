"""edi report: the page, the workbook and the CSV files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import edi
from edi.cli.common import database_argument, mappings_option, open_database
from edi.pipeline.reporting import gather
from edi.report import MOST_WORK, build
from edi.resources import Resources
from edi.store.database import Database


@click.command()
@database_argument
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--denials",
    metavar="N",
    type=click.IntRange(min=1),
    default=MOST_WORK,
    show_default=True,
    help="How many open denials the page's worklist holds: those with the most to recover.",
)
@mappings_option
def report(database: str, folder: Path, denials: int, mappings: str | None) -> None:
    """Write report.html, worklist.xlsx, lines.csv, findings.csv and payments.csv into DIR.

    The page's figures and charts count everything; its lists, and the sheets of the workbook, hold the first rows and
    say how many there are. The CSV files hold every row.

    \b
    Example:
      edi report billing.db report/
      edi report billing.db report/ --denials 200
    """
    with open_database(database, mappings) as opened:
        for path in write_report(opened, Resources(mappings), database, folder, denials):
            click.echo(path)


def write_report(
    database: Database, resources: Resources, name: str, folder: Path, denials: int = MOST_WORK
) -> list[Path]:
    """Write the report of a database, called `name`, and return the paths of its files. `denials`: as for `build`."""
    generated = datetime.now().astimezone().isoformat(timespec="seconds")
    return build(gather(database, resources, name, generated, edi.__version__), folder, denials)
