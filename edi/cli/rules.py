"""edi rules: the rules in force, and the check of an office's own."""

from __future__ import annotations

from pathlib import Path

import click

from edi import rulecheck
from edi.analysis.causes.ruleform import RuleForms
from edi.analysis.causes.rules import load_rules
from edi.analysis.engine import Engine
from edi.analysis.reference import load_reference
from edi.cli.common import mappings_option, open_database, output_options, print_rows
from edi.records import mapping
from edi.resources import Resources


@click.group(invoke_without_command=True)
@click.option("--db", "database", metavar="DB", help="Also count the hits of each rule in this database.")
@mappings_option
@output_options
@click.pass_context
def rules(ctx: click.Context, database: str | None, mappings: str | None, form: str) -> None:
    """List the rules, best rank first; `edi rules check DIR` tests an office's own.

    \b
    Examples:
      edi rules --db billing.db
      edi rules check my-mappings/
    """
    if ctx.invoked_subcommand is not None:
        return
    resources = Resources(mappings)
    causes = load_reference(resources).causes
    hits: dict[str, tuple[int, int]] = {}
    paid: dict[str, int] = {}  # lines of a cause that names paid lines, which have no finding
    if database is not None:
        with open_database(database, mappings) as opened:
            query = "SELECT rule, COUNT(*), SUM(open = 0) FROM finding WHERE is_primary = 1 GROUP BY rule"
            hits = {rule: (count, closed) for rule, count, closed in opened.connection.execute(query)}
            query = "SELECT cause, COUNT(*) FROM outcome WHERE state = 'paid' AND cause IS NOT NULL GROUP BY cause"
            paid = dict(opened.connection.execute(query).fetchall())
    rows = []
    for rule in load_rules(resources):
        row = {
            "rule": rule.id,
            "name": rule.name,
            "rank": rule.rank,
            "cause": rule.cause,
            "denial": causes[rule.cause].denial if rule.cause in causes else None,
            "what": rule.what,
            "examples": len(rule.examples),
        }
        if database:
            count, closed = hits.get(rule.id, (0, 0))
            of_paid = all(when.states == {"paid"} for when in rule.when)
            row |= {"hits": paid.get(rule.cause, 0) if of_paid else count, "overturned": closed}
        rows.append(row)
    telling = ["rule", "rank", "cause", "name", "examples", *(("hits", "overturned") if database else ())]
    print_rows(rows, list(rows[0]), form, telling)


@rules.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
def check(folder: str) -> None:
    """Check an overlay's rules: their form (every fault with file and line), their facts, and every example inside.

    DIR is laid out like ours: its rules are in DIR/rules. The examples run with all rules in force.

    \b
    Example:
      edi rules check my-mappings/
    """
    resources = Resources(folder)
    faults = list(RuleForms(resources).faults())
    for fault in faults:
        click.echo(f"{fault.path}:{fault.line}: {fault.words}")
    if faults:
        files = {fault.path for fault in faults}
        click.echo(f"Faults: {len(faults)}, files: {len(files)}. The examples run when these are put right.")
        raise click.exceptions.Exit(1)
    engine = Engine(resources)
    own = [rule for rule in engine.rules if rule.path.startswith(str(resources.overlay))]
    if not own:
        click.echo(f"There is no rule to check: {Path(folder) / 'rules'} holds no file that ends in .xml.")
        raise click.exceptions.Exit(1)
    failures = list(rulecheck.check(own, engine, mapping.load(resources)))
    for failure in failures:
        click.echo(f"{failure.path}:{failure.at}: {failure.rule}, example {failure.example!r}: {failure.problem}")
    examples = sum(len(rule.examples) for rule in own)
    click.echo(f"{len(own)} rules, {examples} examples, {len(failures)} failed")
    if failures:
        raise click.exceptions.Exit(1)
