"""The `edi` command: one small module a command group, imported when its command is asked for.

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

# Command -> module:function, in the order in which help lists them.
COMMANDS = {
    "run": "edi.cli.run:run",
    "import": "edi.cli.run:import_files",
    "analyze": "edi.cli.run:analyze",
    "report": "edi.cli.report:report",
    "lines": "edi.cli.rows:lines",
    "findings": "edi.cli.rows:findings",
    "payments": "edi.cli.rows:payments",
    "unmatched": "edi.cli.unmatched:unmatched",
    "match": "edi.cli.match:match",
    "diagnostics": "edi.cli.rows:diagnostics",
    "metrics": "edi.cli.metrics:metrics",
    "claim": "edi.cli.claim:claim",
    "explain": "edi.cli.explain:explain",
    "rules": "edi.cli.rules:rules",
    "codes": "edi.cli.codes:codes",
    "show": "edi.cli.show:show",
    "audit": "edi.cli.audit:audit",
    "validate": "edi.cli.validate:validate",
    "reference": "edi.cli.reference:reference",
    "check": "edi.cli.check:check",
    "forget": "edi.cli.forget:forget",
    "schema": "edi.cli.schema:schema",
}


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
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

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
