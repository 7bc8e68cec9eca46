"""The rows of the view `metric_lines`, worked out once into a temporary table and read from it as often as needed.

The view puts the lines of each service together, which is half of what all figures cost; reading its rows again is
cheap, so that nobody has to hold them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from edi.analysis.metrics.conditions import Condition
from edi.analysis.metrics.lines import COLUMNS, MetricLine, assemble
from edi.pipeline.drilling import VIEW, condition_sql


class StoredLines:
    """What the view told when this was made; the table goes with the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("DROP TABLE IF EXISTS temp.metric_line")
        connection.execute(f"CREATE TEMP TABLE metric_line AS SELECT {', '.join(COLUMNS)} FROM {VIEW}")

    def read(self, condition: Condition) -> Iterator[MetricLine]:
        """The lines that meet a condition, one at a time."""
        query = f"SELECT {', '.join(COLUMNS)} FROM temp.metric_line WHERE {condition_sql(condition)}"
        return assemble(self._connection.execute(query))

    def by_month(self, condition: Condition, cents: str) -> list[tuple[str | None, int]]:
        """Month of service (None without a date) and the sum of a column of cents over its lines that meet a
        condition."""
        query = f"""SELECT substr(service_date, 1, 7) AS month, coalesce(sum({cents}), 0) FROM temp.metric_line
            WHERE {condition_sql(condition)} GROUP BY month"""
        return self._connection.execute(query).fetchall()
