"""edi report: the page, the workbook and the CSV files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import edi
from edi.cli.common import database_argument, mappings_option, open_database
from edi.pipeline.reporting import gather
from edi.report import build
from edi.resources import Resources
from edi.store.database import Database


@click.command()
@database_argument
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@mappings_option
def report(database: str, folder: Path, mappings: str | None) -> None:
    """Write report.html, worklist.xlsx, lines.csv, findings.csv and payments.csv into DIR.

    \b
    Example:
      edi report billing.db report/
    """
    with open_database(database, mappings) as opened:
        for path in write_report(opened, Resources(mappings), database, folder):
            click.echo(path)


def write_report(database: Database, resources: Resources, name: str, folder: Path) -> list[Path]:
    """Write the report of a database, called `name`, and return the paths of its files."""
    generated = datetime.now().astimezone().isoformat(timespec="seconds")
    return build(gather(database, resources, name, generated, edi.__version__), folder)
