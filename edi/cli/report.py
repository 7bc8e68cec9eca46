"""edi report: the page, the workbook and the CSV files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import edi
from edi.cli.common import database_argument, mappings_option, open_database
from edi.report import ReportData, build
from edi.store.database import Database
from edi.store.rowsets import Rowset


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
        for path in write_report(opened, folder):
            click.echo(path)


def write_report(database: Database, folder: Path) -> list[Path]:
    """Write the report of a database; returns the paths of its files."""
    data = ReportData(
        lines=list(Rowset(database, "lines")),
        findings=list(Rowset(database, "findings")),
        payments=list(Rowset(database, "payments")),
        diagnostics=list(Rowset(database, "diagnostics")),
        files=list(Rowset(database, "files")),
        generated=datetime.now().astimezone().isoformat(timespec="seconds"),
        version=edi.__version__,
    )
    return build(data, folder)
