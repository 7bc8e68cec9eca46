"""edi validate: pyx12's findings in plain words, and the 999 or 997 that answers a file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from edi.cli.common import mappings_option, output_options, print_rows
from edi.conformance import FileReport, check_file
from edi.records.sources import Problem, discover
from edi.report.rows import Row
from edi.resources import Resources
from edi.x12.diagnostic import Diagnostic

COLUMNS = ("file", "verdict", "transactions", "guides", "segments", "errors", "warnings", "problem", "findings")
TELLING = ("verdict", "errors", "warnings", "segments", "transactions", "file")
FINDING_COLUMNS = (
    "level",
    "rule",
    "file",
    "transaction",
    "segment",
    "offset",
    "loop",
    "element",
    "value",
    "message",
    "action",
)
LONGEST_NAME = 46  # of a file in the table; its end tells more than its beginning
COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--ack", metavar="FILE", type=click.Path(dir_okay=False), help="Write the 999 (997 for 4010) that answers them."
)
@click.option("--phi", is_flag=True, help="Show values that identify patients; they are masked otherwise.")
@mappings_option
@output_options
@click.pass_context
def validate(
    ctx: click.Context, paths: Sequence[str], ack: str | None, phi: bool, mappings: str | None, form: str
) -> None:
    """Check X12 files against their implementation guides.

    PATH is a file, a folder (searched), .gz, .zip, or - for stdin. One file is reported finding by finding, several as
    a table of files. CSV and TSV hold one row a finding. Exit code 1 when a file has errors or cannot be checked.

    \b
    Example:
      edi validate claims.837 --ack answer.999
      edi validate outbox/ --json
    """
    missing = next((path for path in paths if path != "-" and not os.path.lexists(path)), None)
    if missing is not None:
        raise click.UsageError(f"There is no file or folder {missing}.")
    reports: list[FileReport] = []
    skipped = 0
    answers: list[str] = []
    resources = Resources(mappings)
    several = len(paths) > 1 or any(Path(path).is_dir() for path in paths)

    def checked() -> Iterator[FileReport]:
        nonlocal skipped
        for source in discover(paths):
            if isinstance(source, Problem):
                if source.named:
                    yield FileReport(source.name, problem=source.message)
                else:
                    skipped += 1
                continue
            with source.open() as stream:
                report = check_file(source.name, stream, resources, phi)
            if not report.segments and not source.named:
                skipped += 1  # it only mentions ISA somewhere
                continue
            answers.extend(report.acks)
            yield report

    if form == "table" and not several:
        for report in checked():
            reports.append(report)
            for line in told(report):
                click.echo(line)
    else:
        reports = list(checked())
        if form in ("csv", "tsv"):
            print_rows((row for report in reports for row in report.row()["findings"]), FINDING_COLUMNS, form)
        else:
            print_rows(
                map(_row, reports) if form == "table" else (one.row() for one in reports), COLUMNS, form, TELLING
            )
    if form == "table" and several and any(not report.ok for report in reports):
        click.echo("Name one of the files to see its findings.", err=True)
    if skipped and form == "table":
        click.echo(f"{skipped} other files are not X12 and were skipped.", err=True)
    if ack is not None:
        write_private(Path(ack), "".join(answers))
        if not answers:
            click.echo("No acknowledgment is due, or none can be made without ISA and GS; the file is empty.", err=True)
    bad = any(not report.ok for report in reports) or not reports
    if not reports:
        click.echo("There is no X12 file here.", err=True)
    ctx.exit(1 if bad else 0)


def _row(report: FileReport) -> Row:
    """The row of a file in a table for people."""
    row: dict[str, Any] = report.row()
    if len(report.file) > LONGEST_NAME:
        row["file"] = "..." + report.file[3 - LONGEST_NAME :]
    row["transactions"] = ", ".join(f"{count} x {name}" for name, count in report.sets.items())
    return row


def told(report: FileReport) -> Iterator[str]:
    """One file's result as text."""
    if report.problem:
        yield click.style(report.problem, fg="red")
    if not report.segments:
        return
    sets = ", ".join(f"{count} x {name}" for name, count in report.sets.items()) or "no transaction"
    guides = " ".join(report.guides)
    yield f"{report.file}: {sets}, {report.segments} segments" + (f", guide {guides}" if guides else "")
    for found in report.findings:
        yield from finding(found)
    errors, warnings = report.levels["error"], report.levels["warning"]
    if errors or warnings:
        yield click.style(
            f"{counted(errors, 'error')}, {counted(warnings, 'warning')}.", fg="red" if errors else "yellow"
        )
    elif report.ok and report.guides:
        yield click.style("Conforms to its guide.", fg="green")


def finding(found: Diagnostic) -> Iterator[str]:
    """A finding: its place and message, then what to do."""
    where = f"segment {found.segment}" if found.segment else "file"
    if found.offset is not None:
        where += f" (byte {found.offset})"
    if found.loop:
        where += f" loop {found.loop}"
    level = click.style(f"{found.level:<8}", fg=COLOURS.get(found.level))
    value = f" [{found.value}]" if found.value else ""
    yield f"  {level}{where}: {found.message}{value}"
    if found.level != "info":
        yield click.style(f"          {found.action}", dim=True)


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read: it repeats values of the file that it answers."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
