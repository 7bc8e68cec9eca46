"""The `edi` command: one small module a command group, imported when its command is asked for; not for the help.

Exit codes: 0 done; 1 done, but something needs a person; 2 could not run, with one sentence on stderr. Nothing ends in
a traceback, unless EDI_DEBUG=1 asks for it; Ctrl-C ends with 130.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from edi.resources import ResourceError

# What help lists, in its order: heading -> command -> what it does, in words that fit a line.
HELP = {
    "Every day": {
        "run": "Read claims and remittances, say why lines were not paid",
        "findings": "The worklist: why, how sure, what it is worth, what to do",
        "unmatched": "Claims without an answer, remittances without a claim",
        "payments": "Each remittance against its claims, PLBs, the bank",
        "report": "A page, a workbook and CSV files",
    },
    "Look closer": {
        "explain": "A claim's denials, a code, a cause, a rule, a link",
        "claim": "One claim's whole story in order of time",
        "lines": "Each billed line: where its money went",
        "metrics": "Rates, days, deadlines, payers that changed",
        "diagnostics": "What was wrong with the files",
        "show": "An X12 file as a person reads it",
        "codes": "What codes mean",
    },
    "Before claims go out": {
        "audit": "Scrub checks: what would be denied, what was not billed",
        "validate": "Check files against their implementation guides",
    },
    "Settle, teach, keep": {
        "match": "Say which claim a remittance answers",
        "reference": "Load payers, authorizations, fees, CMS files",
        "rules": "List the rules, or check an office's own",
        "import": "Read files without analysing them",
        "analyze": "Link and explain what was read",
        "forget": "Undo the import of a file",
        "check": "Check that the database keeps its promises",
        "schema": "Tables and columns with their source elements",
    },
}
# Command -> module:function, where they are not named as the command is.
PLACES = {
    "import": "run:import_files",
    "analyze": "run:analyze",
    "lines": "rows:lines",
    "findings": "rows:findings",
    "payments": "rows:payments",
    "diagnostics": "rows:diagnostics",
}
COMMANDS = {name: PLACES.get(name, f"{name}:{name}") for commands in HELP.values() for name in commands}


class Refusal(click.ClickException):
    """The command could not run: one sentence, exit code 2."""

    exit_code = 2


class Commands(click.Group):
    """Finds commands in COMMANDS, and turns what they raise into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module, _, function = COMMANDS.get(cmd_name, "").partition(":")
        if not module:
            return None
        command: click.Command = getattr(importlib.import_module(f"edi.cli.{module}"), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, commands in HELP.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(130)

    def main(self, *args: Any, **options: Any) -> Any:
        try:
            return super().main(*args, **options)
        except Exception as error:
            if os.environ.get("EDI_DEBUG"):
                raise
            click.echo(f"Error: {sentence(error)}", err=True)
            sys.exit(Refusal.exit_code)


def sentence(error: Exception) -> str:
    """What to tell a person: errors of ours are sentences; of others only the kind, since their text may hold PHI."""
    if isinstance(error, ResourceError) or type(error).__module__.startswith("edi."):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"unexpected {type(error).__name__}; run again with EDI_DEBUG=1 to see where"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="edi-rootcause", prog_name="edi")
def main() -> None:
    """Say why each service line was not paid.

    \b
    Example:
      edi run billing.db samples/ --report report/
    """
