"""The command line as a script that knows nothing but the promise uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from edi.cli import main

SAMPLES = Path(__file__).parents[1] / "samples"
Rows = list[dict[str, Any]]


def edi(*typed: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in typed], input=stdin)


def rows(database: Path, name: str) -> Rows:
    result = edi(name, database, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))
