"""edi audit: the scrub checks over claims before they go out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import click

from edi.analysis.audit.auditor import Finding
from edi.analysis.model import place
from edi.cli import Refusal
from edi.cli.common import mappings_option, open_database, output_options, print_rows
from edi.pipeline.auditing import AuditRun, audit_paths
from edi.report.rows import Row
from edi.resources import Resources
from edi.x12.money import money

COLUMNS = (
    "check",
    "name",
    "kind",
    "level",
    "control_number",
    "line_number",
    "procedure",
    "service_date",
    "payer",
    "what",
    "value",
    "file",
    "segment",
    "prevents",
    "seen",
    "seen_denied",
    "why",
    "action",
)
TELLING = (
    "check",
    "level",
    "control_number",
    "line_number",
    "procedure",
    "prevents",
    "seen",
    "seen_denied",
    "value",
    "what",
)
SHOWN = 8  # files that are named as left alone; the rest are counted


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True)
@click.option("--db", "database", metavar="DB", type=click.Path(), help="History and reference data of this database.")
@mappings_option
@output_options
@click.pass_context
def audit(ctx: click.Context, paths: Sequence[str], database: str | None, mappings: str | None, form: str) -> None:
    """Check claims (837) before they go out: what would be denied, and what was not billed.

    FILE is a file, a folder (searched), a .gz, a .zip, or - for stdin. Other transactions are named and left. With --db
    each patient's earlier claims and answers, the office's reference data and how often the payer gave that denial
    before count too; nothing is stored. What could not be looked at is said at the end. Exit code 1 when something is
    found, 0 when nothing is.

    \b
    Example:
      edi audit outbox/ --db billing.db
      edi audit claims.837 --csv > look-at.csv
    """
    missing = next((path for path in paths if path != "-" and not os.path.lexists(path)), None)
    if missing is not None:
        raise Refusal(f"no such path: {missing}")
    with open_database(database, mappings) if database else nullcontext() as opened:
        if opened is not None and not opened.analysed:
            click.echo(f"Nothing is analysed yet since the last import: edi analyze {database}", err=True)
        run = audit_paths(paths, Resources(mappings), opened)
    if not run.claims:
        for line in (*run.problems, *_left(run)):
            click.echo(line, err=True)
        raise Refusal("there is no claim (837P, 837I) to audit")
    print_rows((row(found, run.files) for found in run.findings), COLUMNS, form, TELLING)
    if form == "table":
        for line in steps(run):
            click.echo(line)
    for line in told(run):
        click.echo(line, err=form != "table")
    ctx.exit(1 if run.findings or run.problems else 0)


def row(found: Finding, files: dict[int, str]) -> Row:
    """A finding as it is printed."""
    entry, claim, line = found.entry, found.claim, found.line
    file_id, segment = place(found.at)
    days = claim.dates
    cents = found.seen.cents if found.seen else None
    return {
        "check": entry.id,
        "name": entry.name,
        "kind": entry.kind,
        "level": entry.level,
        "control_number": claim.control_number,
        "line_number": line.line_number if line else None,
        "procedure": line.procedure if line else None,
        "service_date": (line.service_date if line else None) or (days[0] if days else None),
        "payer": claim.payer_name,
        "what": entry.message,
        "value": found.value,
        "file": files[file_id],
        "segment": segment,
        "prevents": entry.cause or None,
        "seen": found.seen.lines if found.seen else None,
        "seen_denied": None if cents is None else money(cents),
        "why": entry.why,
        "action": entry.action,
    }


def steps(run: AuditRun) -> Iterator[str]:
    """The next step for each kind of finding, once: the table has no room for it beside every claim."""
    found = {one.entry for one in run.findings}
    if found:
        yield "What to do:"
    ordered = sorted(found, key=lambda one: (one.id, one.name))
    yield from dict.fromkeys(f"  {entry.id} {entry.message}: {entry.action}" for entry in ordered)


def told(run: AuditRun) -> Iterator[str]:
    """What there is to say beside the findings: counts, what could not be checked, what was left alone."""
    levels = Counter(found.entry.level for found in run.findings)
    missed = sum(found.entry.kind == "missed-charge" for found in run.findings)
    charges = f" ({counted(missed, 'missed charge')})" if missed else ""
    yield (
        f"{counted(run.claims, 'claim')} with {counted(run.lines, 'line')}: "
        f"{counted(levels['error'], 'error')}, {counted(levels['warning'], 'warning')}{charges}."
    )
    for one, count in sorted(run.unchecked.items(), key=lambda pair: (pair[0].id, pair[0].why)):
        yield f"{one.id} not checked: {one.why} ({counted(count, 'claim')})"
    if run.unchecked:
        yield "Your office's lists let these be checked (edi reference --help), with --db DB here."
    yield from _left(run)
    yield from run.problems


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _left(run: AuditRun) -> Iterator[str]:
    for name, what in list(run.left.items())[:SHOWN]:
        yield f"Left alone: {name} ({what})"
    if len(run.left) > SHOWN:
        yield f"Left alone: {len(run.left) - SHOWN} more files without claims"
    if run.skipped:
        yield f"{run.skipped} other files are not X12 and were skipped."
