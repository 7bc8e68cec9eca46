"""edi forget: undo the import of a file."""

from __future__ import annotations

import click

from edi import pipeline
from edi.cli.common import database_argument, mappings_option, open_database
from edi.resources import Resources
from edi.store.forgetting import forget_file


@click.command()
@database_argument
@click.argument("file")
@mappings_option
def forget(database: str, file: str, mappings: str | None) -> None:
    """Undo the import of FILE: its records go, as if it had never been read.

    FILE is a path as `edi payments` prints it; an archive stands for all that was in it. Where another file delivered
    the same content, that one counts from now on.

    \b
    Example:
      edi forget billing.db inbox/remit-0412.835
    """
    with open_database(database, mappings) as opened:
        analysed = opened.analysed
        forgotten = forget_file(opened, file)
        if analysed:
            pipeline.analyze(opened, Resources(mappings))
    for path in forgotten:
        click.echo(f"Forgotten: {path}")
