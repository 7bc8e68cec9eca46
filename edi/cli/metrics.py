"""edi metrics: denial rates, overturns, money, days, deadlines and changes of payers, each with its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import click

from edi.analysis.metrics.changes import LEAST_CLAIMS, Change, Side, changes
from edi.analysis.metrics.deadlines import Limit, age_figures, deadline_figures, deadlines
from edi.analysis.metrics.expected import expect
from edi.analysis.metrics.figures import COUNT, FIGURES, MONEY, RATE, Figure
from edi.analysis.metrics.lines import COLUMNS, MetricLine, assemble
from edi.analysis.metrics.numbers import money, rate
from edi.analysis.metrics.table import DECISION, DIMENSIONS, SERVICE, Result, Scope, tabulate
from edi.analysis.reference import Reference, load_reference
from edi.cli import Refusal
from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.cli.drilling import VIEW, drill, drill_result
from edi.report.rows import Row
from edi.resources import Resources
from edi.store.database import Database
from edi.store.reference import loading

KEYS = ("value", "unit", "numerator", "denominator", "lines", "small", "basis", "drill_rows", "drill", "title")
NEWEST = """
    SELECT max(day) FROM (
        SELECT max(created_date) AS day FROM transaction_set
        UNION ALL SELECT max(coalesce(date, production_date)) FROM payment
    )"""

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
        lines = list(assemble(opened.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {VIEW}")))
        if listing == "changes":
            print_rows(map(_change, changes(lines, scope, min_claims)), list(CHANGE), form, CHANGE_TELLING)
            return
        reference = load_reference(Resources(mappings), loading.rows(opened))
        limit, today = _limit(reference), _iso(as_of) or _newest(opened)
        if listing == "deadlines":
            inside = [line for line in lines if scope.condition.holds(line)]
            print_rows(_deadlines(inside, limit, today), list(DEADLINE), form, DEADLINE_TELLING)
            return
        expect(lines, _fee(reference), tolerance)
        chosen = _chosen([*FIGURES, *deadline_figures(lines, limit, today), *age_figures(today)], figures)
        columns = ["figure", *DIMENSIONS, *KEYS]
        telling = ["figure", *by, "value", "unit", "numerator", "denominator", "lines", "small"]
        print_rows(map(_row, tabulate(lines, chosen, by, scope)), columns, form, telling)


def _iso(day: datetime | None) -> str | None:
    return day.date().isoformat() if day else None


def _newest(database: Database) -> str:
    """The newest day in the database: what ages are told to, unless somebody names a day."""
    found: str | None = database.connection.execute(NEWEST).fetchone()[0]
    return found or date.today().isoformat()


def _limit(reference: Reference) -> Limit:
    return lambda name, identifier, filing_code: reference.payer(name, identifier, filing_code).appeal_days


def _fee(reference: Reference) -> Callable[[MetricLine], int | None]:
    def fee(line: MetricLine) -> int | None:
        return reference.expected_allowed(
            line.payer,
            line.payer_id,
            line.procedure,
            line.modifier_set,
            line.place_of_service,
            line.service_date,
            line.units,
        )

    return fee


def _chosen(figures: list[Figure], names: tuple[str, ...]) -> list[Figure]:
    known = [figure.name for figure in figures]
    for name in names:
        if name not in known:
            raise Refusal(f"there is no figure called {name!r}; there are {', '.join(known)}")
    return [figure for figure in figures if not names or figure.name in names]


def _row(result: Result) -> Row:
    figure = result.figure
    unit = {RATE: "rate", MONEY: "dollars", COUNT: figure.counts}.get(figure.kind, "days")
    return {
        "figure": figure.name,
        **{one: result.group.get(one) for one in DIMENSIONS},
        "value": result.value,
        "unit": unit,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "lines": result.lines,
        "small": result.small,
        "basis": result.basis,
        "drill_rows": figure.shows,
        "drill": drill_result(result),
        "title": figure.title,
    }


DEADLINE = (
    "deadline", "days_left", "control_number", "line_number", "procedure", "service_date", "payer", "decided_on",
    "appeal_days", "denied", "recoverable", "cause", "verdict", "finding", "drill",
)  # fmt: skip
DEADLINE_TELLING = DEADLINE[:12]


def _deadlines(lines: Iterable[MetricLine], limit: Limit, today: str) -> Iterator[Row]:
    for one in deadlines(lines, limit, today):
        line = one.line
        yield {
            "deadline": one.day,
            "days_left": one.days_left,
            "control_number": line.control_number,
            "line_number": line.line_number,
            "procedure": line.procedure,
            "service_date": line.service_date,
            "payer": line.payer,
            "decided_on": line.decided_on,
            "appeal_days": one.limit,
            "denied": money(line.denied_cents),
            "recoverable": None if line.recoverable_cents is None else money(line.recoverable_cents),
            "cause": line.cause,
            "verdict": line.verdict,
            "finding": line.finding_id,
            "drill": f"outcome_id = {line.outcome_id}",
        }


CHANGE = (
    "payer", "rate", "code", "cause", "date", "direction", "before_rate", "after_rate", "before_hits", "before_claims",
    "before_from", "before_until", "after_hits", "after_claims", "after_until", "chance", "drill_before", "drill",
)  # fmt: skip
CHANGE_TELLING = (*CHANGE[:10], "after_hits", "after_claims", "chance")


def _change(change: Change) -> dict[str, Any]:
    one, before, after = change.series, change.before, change.after
    rises = after.hits * before.claims > before.hits * after.claims

    def share(side: Side) -> str | None:
        return rate(side.hits, side.claims)

    return {
        "payer": one.payer,
        "rate": one.rate,
        "code": one.code,
        "cause": one.cause,
        "date": after.first,
        "direction": "up" if rises else "down",
        "before_rate": share(before),
        "after_rate": share(after),
        "before_hits": before.hits,
        "before_claims": before.claims,
        "before_from": before.first,
        "before_until": before.last,
        "after_hits": after.hits,
        "after_claims": after.claims,
        "after_until": after.last,
        "chance": f"{change.chance:.1e}",
        "drill_before": drill(change.drill(before)),
        "drill": drill(change.drill(after)),
    }
