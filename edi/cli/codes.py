"""edi codes: what a code means, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from edi.cli.common import mappings_option, output_options, print_rows
from edi.report.rows import Row
from edi.resources import Resources

# table -> (column of the code, column of the words, what it is)
TABLES = {
    "carc": ("code", "meaning", "reason (CAS)"),
    "rarc": ("code", "meaning", "remark (LQ, MIA, MOA)"),
    "group_codes": ("code", "meaning", "group (CAS01)"),
    "claim_status": ("code", "meaning", "claim status (CLP02)"),
    "plb": ("code", "meaning", "provider adjustment (PLB)"),
    "causes": ("cause", "title", "cause"),
    "family": ("code", "label", "procedure or supply"),
    "opps_status": ("code", "status", "hospital status (OPPS)"),
    "mue": ("code", "units", "units a day (MUE)"),
    "ncci_ptp": ("column1", "column2", "pair, column 1 (NCCI)"),
    "filing_codes": ("code", "label", "filing indicator (SBR09, CLP06)"),
    "frequency_codes": ("code", "label", "claim frequency (CLM05-3)"),
    "place_of_service": ("code", "label", "place of service"),
    "bill_types": ("code", "label", "bill type"),
    "revenue_codes": ("code", "label", "revenue code"),
    "supporting_diagnoses": ("prefix", "label", "usual diagnosis, beginning of code"),
    "remark_elements": ("remark", "element", "element that a remark points at"),
    "qualifiers": ("code", "label", "qualifier"),
}
COLUMNS = ("code", "what", "meaning", "more", "table")
LISTING = ("table", "what", "rows")
LONG = {"ncci_ptp"}  # a code is in a hundred of its rows: looked at only when asked for
GROUPS = ("CO", "PR", "OA", "PI", "CR")


@click.command()
@click.argument("codes", metavar="[CODE...]", nargs=-1)
@click.option(
    "--only", "only", type=click.Choice(sorted(TABLES)), help="Only this table; all of it when no CODE is given."
)
@mappings_option
@output_options
@click.pass_context
def codes(ctx: click.Context, codes: Sequence[str], only: str | None, mappings: str | None, form: str) -> None:
    """Say what codes mean: reasons, remarks, statuses, places, the codes around 78452.

    CODE comes with its group or without (197, CO-197, N161, 78452, 0343, I25.10). Without CODE and --only the tables
    are listed. Meanings are short labels of ours; the official lists belong to their owners. Exit code 1 when a code is
    in no table.

    \b
    Example:
      edi codes CO-197 N161 A9500
    """
    resources = Resources(mappings)
    names = [only] if only else [name for name in TABLES if name not in LONG]
    if not codes and not only:
        print_rows(tables(resources), LISTING, form)
        return
    wanted: list[str | None] = [*codes] or [None]
    rows = [row for code in wanted for row in found(resources, names, code)]
    print_rows(rows, COLUMNS, form)
    unknown = [code for code in codes if not any(found(resources, names, code))]
    if unknown:
        click.echo(f"In no table: {', '.join(unknown)}", err=True)
        ctx.exit(1)


def tables(resources: Resources) -> Iterator[Row]:
    """The tables with how many rows each has."""
    for name, (_, _, what) in TABLES.items():
        yield {"table": name, "what": what, "rows": sum(1 for _ in resources.rows(f"codes/{name}.csv"))}


def found(resources: Resources, names: Sequence[str], code: str | None) -> Iterator[Row]:
    """The rows of the tables `names` that hold a code; every row where it is None."""
    group, _, rest = (code or "").upper().partition("-")
    if group in GROUPS and rest:
        yield from matching(resources, "group_codes", group)
        yield from matching(resources, "carc", rest)
        return
    for name in names:
        yield from matching(resources, name, code)


def matching(resources: Resources, name: str, code: str | None) -> Iterator[Row]:
    """The rows of one table that hold a code."""
    key, words, what = TABLES[name]
    wanted = (code or "").strip().upper().replace(".", "")
    for row in resources.rows(f"codes/{name}.csv"):
        value = row[key]
        if code is None or value.upper() == wanted or (key == "prefix" and wanted.startswith(value)):
            rest = {name: text for name, text in row.items() if name not in (key, words) and text}
            more = "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in rest.items())
            yield {"code": value, "what": what, "meaning": row[words], "more": more, "table": name}
