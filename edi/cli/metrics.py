"""edi metrics: denial rates, overturns, money, days, deadlines and changes of payers, each with its lines."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import click

from edi.analysis.metrics.changes import LEAST_CLAIMS
from edi.analysis.metrics.table import DECISION, DIMENSIONS, SERVICE, Scope
from edi.cli import Refusal
from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.pipeline.measures import (
    CHANGE_COLUMNS,
    DEADLINE_COLUMNS,
    FIGURE_COLUMNS,
    MONTH_COLUMNS,
    Measures,
    UnknownFigure,
)
from edi.resources import Resources

DEADLINE_TELLING = DEADLINE_COLUMNS[:12]
CHANGE_TELLING = (*CHANGE_COLUMNS[:10], "after_hits", "after_claims", "chance")

day_type = click.DateTime(formats=["%Y-%m-%d"])


def _dimensions(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    for one in found:
        if one not in DIMENSIONS:
            raise click.BadParameter(f"{one!r} is none of {', '.join(DIMENSIONS)}")
    return found


def _share(_context: click.Context, _option: click.Parameter, text: str) -> Fraction:
    try:
        found = Fraction(text.strip().removesuffix("%")) / 100
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter(f"{text!r} is no percentage") from None
    if not 0 <= found < 1:
        raise click.BadParameter("must be 0 or more, and less than 100")
    return found


@click.command()
@database_argument
@click.option(
    "--by", metavar="LIST", callback=_dimensions, help=f"Group by {', '.join(DIMENSIONS)}: one, or several with commas."
)
@click.option("--since", type=day_type, metavar="DATE", help="Only lines of this day and later.")
@click.option("--until", type=day_type, metavar="DATE", help="Only lines of this day and earlier.")
@click.option(
    "--date",
    "dated",
    type=click.Choice(["service", "decision"]),
    default="service",
    show_default=True,
    help="The day that --since, --until and months speak of: of the service, or of the first decision.",
)
@click.option(
    "--family", is_flag=True, help="Only the codes around 78452: scans, tracers, stress agents, stress tests."
)
@click.option("--figure", "figures", multiple=True, metavar="NAME", help="Only this figure; may be repeated.")
@click.option(
    "--as-of", type=day_type, metavar="DATE", help="Count ages and deadlines to this day (default: the newest in DB)."
)
@click.option(
    "--tolerance",
    default="2",
    callback=_share,
    metavar="PERCENT",
    show_default=True,
    help="Underpaid is what is allowed less than expected by more than this, and by a dollar.",
)
@click.option("--deadlines", "listing", flag_value="deadlines", help="List the open denials, the next to expire first.")
@click.option(
    "--changes", "listing", flag_value="changes", help="List payers whose rates stepped after a day, with the evidence."
)
@click.option(
    "--months",
    "listing",
    flag_value="months",
    help="List HFMA's initial denial rate by month, of the average of the three months before.",
)
@click.option(
    "--min-claims",
    type=click.IntRange(min=5),
    default=LEAST_CLAIMS,
    show_default=True,
    help="Claims that --changes wants before and after a step.",
)
@mappings_option
@output_options
def metrics(
    database: str,
    by: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    dated: str,
    family: bool,
    figures: tuple[str, ...],
    as_of: datetime | None,
    tolerance: Fraction,
    listing: str | None,
    min_claims: int,
    mappings: str | None,
    form: str,
) -> None:
    """Print denial rates, overturns, money, days and deadlines, each with the filter that shows its lines.

    A service that was billed several times counts once. The formulas are in docs/metrics.md.

    \b
    Example:
      edi metrics billing.db --by payer --since 2026-03-01
      edi metrics billing.db --by payer,code --figure tracer-paid-rate
      edi metrics billing.db --deadlines --csv
      edi metrics billing.db --changes
    """
    with open_database(database, mappings) as opened:
        if not opened.analysed:
            click.echo(f"Nothing is analysed yet since the last import: edi analyze {database}", err=True)
        scope = Scope(_iso(since), _iso(until), family, DECISION if dated == "decision" else SERVICE)
        measures = Measures(opened, Resources(mappings), _iso(as_of))
        if listing == "changes":
            print_rows(measures.changes(scope, min_claims), CHANGE_COLUMNS, form, CHANGE_TELLING)
            return
        if listing == "months":
            print_rows(measures.months(scope), MONTH_COLUMNS, form, MONTH_COLUMNS[:-1])
            return
        if listing == "deadlines":
            print_rows(measures.deadlines(scope), DEADLINE_COLUMNS, form, DEADLINE_TELLING)
            return
        telling = ["figure", *by, "value", "unit", "numerator", "denominator", "lines", "small"]
        try:
            rows = measures.figures(by, scope, figures, tolerance)
        except UnknownFigure as error:
            raise Refusal(str(error)) from None
        print_rows(rows, FIGURE_COLUMNS, form, telling)


def _iso(day: datetime | None) -> str | None:
    return day.date().isoformat() if day else None
