"""edi reference: what an office knows beside its claims - payers, authorizations, fees, policies, CMS's tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from edi.cli import Refusal
from edi.cli.common import database_argument, mappings_option, open_database, output_options, print_rows
from edi.store.reference import loading, values
from edi.store.reference.cms import Options
from edi.store.reference.definitions import definitions

COLUMNS = ("name", "rows", "effective_from", "effective_to", "layout", "file", "loaded_at")


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> str:
    try:
        return values.day(text) if text else ""
    except values.BadCell as error:
        raise click.BadParameter(str(error)) from None


name_argument = click.argument("name", metavar="NAME", type=click.Choice(list(definitions())))


@click.group()
def reference() -> None:
    """Load what your office knows: payers, authorizations, fees, coverage policies, CMS's tables.

    All of it is optional. What was loaded decides by date of service and stands before our defaults; what was not is
    named in the evidence ("not checked: no authorization list loaded"). NAME is one of

    \b
      payers          names, ids, limits and habits of payers
      authorizations  prior authorizations asked for, with the answer
      fees            allowed amounts by payer and code
      coverage        diagnoses that a policy lists for a code
      opps            OPPS status indicators (CMS Addendum B, or our form)
      ncci-ptp        NCCI pairs (CMS files, or our form)
      mue             NCCI units a day (CMS files, or our form)
      descriptions    your licensed texts of reason, remark and other codes
      procedures      your licensed descriptors of procedure codes
      eligibility     answers to eligibility checks
      network         providers in a payer's network
      enrollment      providers enrolled with a payer
      accreditation   imaging sites that are accredited

    \b
    Example:
      edi reference template payers -o payers.csv
      edi reference load billing.db payers payers.csv
      edi analyze billing.db
    """


@reference.command()
@name_argument
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, not here."
)
def template(name: str, output: Path | None) -> None:
    """Print a CSV to fill in: what each column holds, the header, and an invented row to replace.

    \b
    Example:
      edi reference template authorizations -o authorizations.csv
    """
    text = definitions()[name].template()
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists():
        raise Refusal(f"already there, and left as it is: {output}")
    output.write_text(text, encoding="utf-8")
    click.echo(f"Written: {output}")


@reference.command()
@database_argument
@name_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--append", is_flag=True, help="Add to what is loaded; a row takes the place of one with the same key.")
@click.option("--from", "start", metavar="DATE", callback=_day, help="First day of a CMS file that does not say it.")
@click.option("--to", "end", metavar="DATE", callback=_day, help="Last day of a CMS file (opps: end of its year).")
@click.option("--setting", type=click.Choice(["practitioner", "outpatient"]), help="Setting of an NCCI pair file.")
@click.option("--since", metavar="DATE", callback=_day, help="Leave out NCCI pairs that ended before.")
@mappings_option
def load(
    database: str,
    name: str,
    files: Sequence[Path],
    append: bool,
    start: str,
    end: str,
    setting: str | None,
    since: str,
    mappings: str | None,
) -> None:
    """Load FILEs into the table NAME of DB (made when missing), in place of what the table held.

    FILE is a CSV in the form of the template (comma, tab or semicolon), a workbook (.xlsx) of the same form, or for
    opps, ncci-ptp and mue a file as CMS publishes it, zipped or not. All FILEs are loaded or none: a header or row that
    is wrong is named with its line.

    \b
    Example:
      edi reference load billing.db fees contract-2026.csv
      edi reference load billing.db ncci-ptp ccipra-v322r0-f1.zip ccipra-v322r0-f2.zip --since 2023-01-01
      edi reference load billing.db mue MCR_MUE_PractitionerServices_Eff_07-01-2026.csv --append
    """
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise Refusal(f"no such file: {', '.join(missing)}")
    options = Options(start, end, setting or "", since)
    with open_database(database, mappings, create=True) as opened:
        answered = loading.answered(opened)
        done = loading.load(opened, name, files, append, options)
    for path, count in done.rows.items():
        taken = f" ({done.editions[path]})" if path in done.editions else ""
        click.echo(f"Loaded: {count} rows of {name} from {path}{taken}")
    for reason, count in done.left_out.items():
        click.echo(f"Left out: {count} {reason}")
    _again(database, answered)


def _again(database: str, answered: bool) -> None:
    if answered:
        click.echo(f"The lines and findings are to be worked out again: edi analyze {database}")


@reference.command("list")
@database_argument
@mappings_option
@output_options
def list_(database: str, mappings: str | None, form: str) -> None:
    """List what is loaded: table, rows, first and last day, file, and when.

    \b
    Example:
      edi reference list billing.db
    """
    with open_database(database, mappings) as opened:
        print_rows(loading.listing(opened), COLUMNS, form)


@reference.command()
@database_argument
@name_argument
@mappings_option
def forget(database: str, name: str, mappings: str | None) -> None:
    """Empty the table NAME: our default stands again, where there is one.

    \b
    Example:
      edi reference forget billing.db authorizations
    """
    with open_database(database, mappings) as opened:
        answered = loading.answered(opened)
        count = loading.forget(opened, name)
    click.echo(f"Forgotten: {count} rows of {name}")
    _again(database, answered)
