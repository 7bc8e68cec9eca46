"""Conditions of the metrics as SQL that `edi lines --where` and `edi findings --where` take."""

from __future__ import annotations

from collections.abc import Iterable

from edi.analysis.metrics.conditions import AnyOf, Condition, From, In, Is, Known, Month, Term, Until
from edi.analysis.metrics.table import Result

VIEW = "metric_lines"


def drill(condition: Condition) -> str:
    """The filter whose rows meet `condition`."""
    return f"outcome_id IN (SELECT outcome_id FROM {VIEW} WHERE {condition_sql(condition)})"


def drill_result(result: Result) -> str:
    """The filter whose rows are a result's numerator: by columns, or by number where no column tells them."""
    if result.figure.derived is None:
        return drill(result.condition)
    if len(result.chosen) <= len(result.others):
        return f"outcome_id IN ({_numbers(result.chosen)})"
    every = drill(result.condition)
    return f"{every} AND outcome_id NOT IN ({_numbers(result.others)})" if result.others else every


def _numbers(rows: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(rows)))


def condition_sql(condition: Condition) -> str:
    """A condition as SQL over the columns of the view."""
    return " AND ".join(map(_term, dict.fromkeys(condition.terms))) or "1"


def _term(term: Term) -> str:
    match term:
        case Is(column, None):
            return f"{column} IS NULL"
        case Is(column, value):
            return f"{column} = {_literal(value)}"
        case In(column, values):
            return f"{column} IN ({', '.join(map(_literal, values))})"
        case Known(column):
            return f"{column} IS NOT NULL"
        case From(column, least):
            return f"{column} >= {_literal(least)}"
        case Until(column, most):
            return f"{column} <= {_literal(most)}"
        case Month(column, month):
            return f"{column} LIKE {_literal(month + '%')}"
        case AnyOf(()):
            return "0"
        case AnyOf(choices):
            return "(" + " OR ".join(f"({condition_sql(choice)})" for choice in choices) + ")"


def _literal(value: str | int | None) -> str:
    if isinstance(value, int):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"
