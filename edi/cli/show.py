"""edi show: a file as a person reads it."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import closing

import click

from edi.cli.common import mappings_option
from edi.conformance import Privacy
from edi.conformance.source import Pieces
from edi.records.sources import Problem, Source, discover
from edi.resources import Resources
from edi.show.claimform import ClaimForm
from edi.show.find import RemitClaim, claims
from edi.show.labels import Labels
from edi.show.listing import Listing
from edi.show.places import Placer
from edi.show.remittance import Remittance

COLOURS: dict[str, dict[str, object]] = {
    "loop": {"fg": "cyan", "bold": True},
    "segment": {"bold": True},
    "name": {"dim": True},
    "value": {},
    "meaning": {"fg": "green"},
    "note": {"fg": "yellow"},
    "number": {"dim": True},
}
UNREADABLE = (OSError, EOFError, zlib.error)


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--segment", type=click.IntRange(1), metavar="N", help="Only segment N, counted from the file's first ISA."
)
@click.option("--context", type=click.IntRange(0), default=3, show_default=True, help="Segments around it.")
@click.option(
    "--claim", metavar="NUMBER", help="One claim, as a paper remittance (835) or a claim form (837) shows it."
)
@click.option("--raw", is_flag=True, help="Bare segments, one a line.")
@click.option("--phi", is_flag=True, help="Show what identifies patients; it is masked otherwise.")
@mappings_option
@click.pass_context
def show(
    ctx: click.Context,
    file: str,
    segment: int | None,
    context: int,
    claim: str | None,
    raw: bool,
    phi: bool,
    mappings: str | None,
) -> None:
    """Print an X12 file so that a person can read it: loops, element names, what codes mean.

    FILE may be a .gz, an entry of an archive (claims.zip!march.837), or - for stdin. NUMBER is the patient control
    number (CLM01, CLP01) or the payer's claim number. Exit code 1 when the segment or claim is not there.

    \b
    Example:
      edi show remits.835 --claim NUC-A-1001
      edi show claims.zip!march.837 --segment 1204
    """
    resources = Resources(mappings)
    sources = chosen(file)
    if claim is None and len(sources) > 1:
        names = ", ".join(source.name for source in sources[:5]) + (" ..." if len(sources) > 5 else "")
        raise click.UsageError(f"There are {len(sources)} X12 files in {file}; name one of them: {names}")
    labels, privacy = Labels(resources), Privacy(resources, phi)
    shown = 0
    for source in sources:
        try:
            with closing(source.open()) as stream:
                if claim is not None:
                    pieces = Pieces(stream)
                    lines = papers(pieces, claim, labels, privacy)
                else:
                    listing = Listing(labels, privacy, paint)
                    placer = Placer(stream, resources)
                    pieces = placer.pieces
                    if segment is not None:
                        lines = listing.around(placer, segment, context)
                    else:
                        lines = listing.raw(placer) if raw else listing.lines(placer)
                for line in lines:
                    shown += 1
                    click.echo(line)
                broken = pieces.broken
        except BrokenPipeError:
            raise
        except UNREADABLE:
            broken = True
        if broken:
            click.echo(f"{source.name} cannot be read any further.", err=True)
            ctx.exit(1)
    if not shown:
        what = f"claim {claim}" if claim is not None else f"segment {segment}" if segment is not None else "segment"
        click.echo(f"There is no {what} in {file}.", err=True)
        ctx.exit(1)


def chosen(file: str) -> list[Source]:
    """The X12 streams that a name stands for; `archive!entry` picks one of an archive."""
    path, _, entry = (file, "", "") if os.path.lexists(file) else file.partition("!")
    if path != "-" and not os.path.lexists(path):
        raise click.UsageError(f"There is no file {path}.")
    found = [source for source in discover([path]) if not entry or source.name == file]
    sources = [source for source in found if isinstance(source, Source)]
    if not sources:
        problem = next((source for source in found if isinstance(source, Problem)), None)
        raise click.UsageError(problem.message if problem else f"There is no X12 file {file}.")
    return sources


def papers(pieces: Pieces, number: str, labels: Labels, privacy: Privacy) -> Iterator[str]:
    """Every claim of that number, an empty line between them."""
    remittance, form = Remittance(labels, privacy, paint), ClaimForm(labels, privacy, paint)
    for count, found in enumerate(claims(pieces, number)):
        if count:
            yield ""
        yield from remittance.lines(found) if isinstance(found, RemitClaim) else form.lines(found)


def paint(text: str, role: str) -> str:
    """Colour on a terminal (click removes it elsewhere), unless NO_COLOR asks for none (https://no-color.org)."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **COLOURS.get(role, {}))  # type: ignore[arg-type]
