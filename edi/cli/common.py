"""What the commands share: the database argument, the --mappings option, the output options, printing rows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import click

from edi.report.rows import FORMATS, Row
from edi.resources import Resources
from edi.store.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])

database_argument = click.argument("database", metavar="DB", type=click.Path())
mappings_option = click.option(
    "--mappings",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="A folder whose files stand in for ours of the same name (default: EDI_MAPPINGS).",
)


def output_options(command: Command) -> Command:
    """Add --table --json --nl --csv --tsv; the command receives the choice as `form`."""
    helps = {
        "table": "Aligned columns, the most telling ones (default).",
        "json": "A JSON array.",
        "nl": "One JSON object a line.",
        "csv": "Comma separated, for a spreadsheet.",
        "tsv": "Tab separated.",
    }
    for form in reversed(FORMATS):
        default: Any = {"default": form} if form == "table" else {}
        command = click.option(f"--{form}", "form", flag_value=form, help=helps[form], **default)(command)
    return command


def open_database(path: str, mappings: str | None = None, create: bool = False) -> Database:
    """The database at a path that a person typed."""
    return Database.open(path, Resources(mappings), create=create)


def print_rows(rows: Iterable[Row], columns: Sequence[str], form: str, telling: Sequence[str] | None = None) -> None:
    """Write rows to stdout as they come; a table shows the `telling` columns alone."""
    shown = telling if telling and form == "table" else columns
    pieces = iter(FORMATS[form](rows, shown))
    emit(hinted(pieces, shutil.get_terminal_size().columns) if form == "table" and sys.stdout.isatty() else pieces)


def hinted(pieces: Iterable[str], width: int) -> Iterator[str]:
    """A table's lines as they are; at its end a hint where a window of `width` columns wrapped them."""
    widest = 0
    for piece in pieces:
        widest = max(widest, len(piece) - 1)
        yield piece
    if widest > width:
        told = f"(wider than this window, which has {width} columns: --csv for a spreadsheet, or pipe it to less -S)"
        click.echo(told, err=True)


def emit(pieces: Iterable[str]) -> None:
    """Write text to stdout. A reader that has seen enough (`| head`) is no error: what is left is not written."""
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()  # here, so that a reader that went away is noticed while it can be handled
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what the stream still holds goes there at exit
