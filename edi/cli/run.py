"""edi run, import, analyze: files in, answers out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from edi import pipeline
from edi.cli import Refusal, summary
from edi.cli.common import database_argument, emit, mappings_option, open_database
from edi.cli.report import write_report
from edi.resources import Resources
from edi.store.database import Database
from edi.store.figures import headline
from edi.store.importing import ImportResult, import_paths

paths_argument = click.argument("paths", metavar="PATH...", nargs=-1, required=True)
Progress = Callable[[int, int], None]


@click.command()
@database_argument
@paths_argument
@click.option(
    "--report", "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Also write the report."
)
@mappings_option
@click.pass_context
def run(ctx: click.Context, database: str, paths: Sequence[str], folder: Path | None, mappings: str | None) -> None:
    """Import claims (837) and remittances (835), link them, and explain every unpaid line.

    PATH is a file, a folder (searched), a .gz, a .zip, or - for stdin, in any mix and order. What was imported before
    is left as it is. Exit code 1 when something needs a person: a file that cannot be read, a payment that does not
    balance.

    \b
    Example:
      edi run billing.db samples/ --report report/
    """
    _need(paths)
    with open_database(database, mappings, create=True) as opened:
        result = _import(opened, paths)
        _analyze(opened, mappings)
        written = write_report(opened, Resources(mappings), database, folder) if folder else []
        told = headline(opened)
        _say(summary.files(result, database))
        _say(summary.dollars(told, database))
        _say(summary.following(told, database, written))
    ctx.exit(1 if result.needs_person else 0)


@click.command(name="import")
@database_argument
@paths_argument
@mappings_option
@click.pass_context
def import_files(ctx: click.Context, database: str, paths: Sequence[str], mappings: str | None) -> None:
    """Import claims (837) and remittances (835), without analysing them yet.

    PATH is a file, a folder (searched), a .gz, a .zip, or - for stdin. Exit code 1 when something needs a person.

    \b
    Example:
      edi import billing.db inbox/ && edi analyze billing.db
    """
    _need(paths)
    with open_database(database, mappings, create=True) as opened:
        result = _import(opened, paths)
    _say(summary.files(result, database))
    ctx.exit(1 if result.needs_person else 0)


@click.command()
@database_argument
@mappings_option
def analyze(database: str, mappings: str | None) -> None:
    """Link and explain what is in the database.

    \b
    Example:
      edi analyze billing.db
    """
    with open_database(database, mappings) as opened:
        _analyze(opened, mappings)
        told = headline(opened)
        _say(summary.dollars(told, database))
        _say(summary.following(told, database, []))


def _need(paths: Sequence[str]) -> None:
    """Nothing is begun, and no database made, while a path is wrong."""
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise Refusal(f"no such path: {path}")


def _import(database: Database, paths: Sequence[str]) -> ImportResult:
    with progress("Reading") as told:
        return import_paths(database, paths, told)


def _analyze(database: Database, mappings: str | None) -> None:
    with progress("Explaining") as told:
        pipeline.analyze(database, Resources(mappings), told)


@contextmanager
def progress(label: str) -> Iterator[Progress | None]:
    """A progress bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=f"{label:<10}", file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield told


def _say(lines: Iterable[str]) -> None:
    emit(f"{line}\n" for line in lines)
