"""Typing commands in tests."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from edi.cli import main

ROWS = ("lines", "findings", "payments", "diagnostics")  # the commands that print rows as INTERFACE.md promises them


def edi(*words: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin)


def rows(database: object, name: str, *words: object) -> list[dict[str, object]]:
    result = edi(name, database, "--json", *words)
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found
