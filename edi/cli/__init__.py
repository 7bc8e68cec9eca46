"""The `edi` command: one small module a command group."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="edi-rootcause", prog_name="edi")
def main() -> None:
    """Say why each service line was not paid.

    \b
    Example:
      edi run billing.db samples/ --report report/
    """
