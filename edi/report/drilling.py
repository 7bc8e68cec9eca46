"""From a figure to the command that lists its lines."""

from __future__ import annotations

from edi.report.data import Row, command, text

LONGEST = 400  # characters of a condition that a person still copies


def drill(database: str, row: Row) -> str:
    """The command that lists the lines of a figure; where it would name each line, the one that tells the names."""
    if len(text(row["drill"])) > LONGEST:
        return command(database, "metrics", "--figure", text(row["figure"]), "--json")
    return command(database, text(row["drill_rows"]), "--where", text(row["drill"]))
