"""Holding what the program says to a label of tests/cases/: state, cause, verdict, cents, and the keys beside them."""

from __future__ import annotations

from collections.abc import Iterator

from edi.analysis.causes.findings import Finding
from edi.analysis.engine import Result
from edi.analysis.outcomes.outcome import Outcome
from tests.casefile import Expected

COLUMNS = ("paid", "patient", "contractual", "packaged", "other")


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def row_of(result: Result, number: str, line: int) -> Outcome | None:
    number, _, frequency = number.partition("/")
    rows = [
        row
        for row in result.rows
        if row.claim.control_number == number
        and (not frequency or row.claim.frequency == frequency)
        and (row.line.line_number if row.line else 0) == line
    ]
    return rows[0] if len(rows) == 1 else None


def differences(expected: Expected, result: Result) -> Iterator[str]:
    """What is said otherwise than the label has it."""
    row = row_of(result, expected.number, expected.line)
    if row is None:
        yield "no row, or several"
        return
    finding = next((f for f in result.findings if f.row is row), None)
    cause, verdict = (finding.cause.id, finding.verdict) if finding else ("-", "-")
    if row.state != expected.state:
        yield f"state {row.state}"
    if cause not in (expected.cause or "-").split("|"):
        yield f"cause {cause} ({finding.rule if finding else 'no finding'}, {verdict})"
    elif expected.verdict and verdict != expected.verdict:
        yield f"verdict {verdict} ({finding.rule if finding else 'no finding'})"
    if expected.denied and money(row.split.denied) != expected.denied:
        yield f"denied {money(row.split.denied)}"
    yield from _more(expected.keys, row, finding, result)


def _more(keys: dict[str, str], row: Outcome, finding: Finding | None, result: Result) -> Iterator[str]:
    said = {name: money(getattr(row.split, name)) for name in COLUMNS}
    said |= {"balance": money(row.balance), "denied": money(row.split.denied), "first": row.first_state or "-"}
    said["open"] = "yes" if finding and finding.open else "no"
    on = next((f for f in result.findings if finding and f.id == finding.depends_on), None)
    said["follows"] = "none"
    if on:
        place = f"{on.row.line.line_number}" if on.row.line else "0"
        same = on.row.claim.control_number == row.claim.control_number
        said["follows"] = place if same else f"{on.row.claim.control_number}/{place}"
    for name, wanted in keys.items():
        if said[name] != wanted:
            yield f"{name} {said[name]}, not {wanted}"
