"""What a report of a database is made from: every row set that the commands print, gathered once.

Glue: the queues, the metrics, the provider adjustments and the missed charges as rows of plain values, besides the rows
that the store gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from edi.analysis.metrics.figures import FIGURES, Figure
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.populations import OVERTURNED, PAID_NOW, WAITING
from edi.analysis.metrics.table import tabulate
from edi.analysis.model import place
from edi.pipeline import adjustments, queues
from edi.pipeline.measures import Measures
from edi.pipeline.missed import missed_charges
from edi.pipeline.spooled import Spooled
from edi.report.data import ReportData
from edi.resources import Resources
from edi.store.database import Database
from edi.store.rowsets import Rowset
from edi.x12.money import money

BY_CAUSE = "expected-allowed"
BY_MONTH = ("charge", "initial-denied", "denied-charge")

Row = dict[str, Any]


def gather(database: Database, resources: Resources, name: str, generated: str, version: str) -> ReportData:
    """Everything that a report shows. `name`: the database as its commands are typed; `generated`: ISO date-time."""
    measures = Measures(database, resources)
    paths = dict(database.connection.execute("SELECT id, path FROM file"))
    remits = queues.remittances(database, resources)
    checks = {(row["file"], row["segment"]): row["check"] for row in queues.claims(database, resources, remits)}
    return ReportData(
        lines=Spooled(Rowset(database, "lines")),
        findings=Spooled(Rowset(database, "findings")),
        payments=list(Rowset(database, "payments")),
        diagnostics=list(Rowset(database, "diagnostics")),
        files=list(Rowset(database, "files")),
        adjustments=adjustments.rows(database, resources),
        figures=list(measures.figures()),
        causes=_by_cause(measures),
        months=[row for name in BY_MONTH for row in measures.by_month(_figure(name))],
        deadlines=Spooled(measures.last_days()),
        changes=list(measures.changes()),
        overturned=[_overturned(line) for line in measures.lines(OVERTURNED)],
        underpaid=[_underpaid(line) for line in measures.lines(PAID_NOW) if line.short_cents],
        waiting=_waiting(measures, paths, checks),
        unmatched=remits,
        missed=missed_charges(database, resources),
        today=measures.today,
        database=name,
        generated=generated,
        version=version,
    )


def _figure(name: str) -> Figure:
    return next(figure for figure in FIGURES if figure.name == name)


def _by_cause(measures: Measures) -> list[Row]:
    """What payers would have allowed of what is denied, by cause and payer; only the lines that count are read."""
    figure = _figure(BY_CAUSE)
    told = tabulate(measures.lines(figure.what), [figure], ("cause", "payer"))
    return [{"figure": figure.name, **one.group, "value": one.value} for one in told]


def _overturned(line: MetricLine) -> Row:
    """A line that was denied at first and paid more since, as the overturn rate counts it."""
    return _service(line) | {
        "cause": line.cause,
        "first_denied": money(line.first_denied_cents),
        "denied_on": line.first_date,
        "recovered": money(line.recovered_cents),
        "days": line.days_to_overturn,
        "state": line.now_state,
    }


def _underpaid(line: MetricLine) -> Row:
    """A line that was allowed less than expected, as `underpaid` counts it."""
    return _service(line) | {
        "units": line.units,
        "expected": None if line.expected_cents is None else money(line.expected_cents),
        "allowed": money(line.allowed_cents or 0),
        "short": money(line.short_cents),
        "basis": line.basis,
    }


def _service(line: MetricLine) -> Row:
    return {
        "control_number": line.control_number,
        "line_number": line.line_number,
        "service_date": line.service_date,
        "procedure": line.procedure,
        "payer": line.payer,
    }


@dataclass
class _Claim:
    """The lines of a claim that wait in one state."""

    first: MetricLine
    lines: int = 0
    cents: int = 0


def _waiting(measures: Measures, paths: Mapping[int, str], checks: Mapping[tuple[str, int], str]) -> list[Row]:
    """Claims with services that wait for an answer, oldest first: what the `unanswered-` figures count."""
    found: dict[tuple[int | None, str], _Claim] = {}
    for line in measures.lines(WAITING):
        claim = found.setdefault((line.claim, line.state), _Claim(line))
        claim.lines += 1
        claim.cents += line.charge_cents
    rows = []
    for (claim_id, state), claim in found.items():
        file_id, segment = place(claim_id or 0)
        where = paths.get(file_id, ""), segment
        row = _service(claim.first) | {"state": state, "sent": claim.first.waiting_since}
        row |= {"age_days": _days(claim.first.waiting_since, measures.today), "lines": claim.lines}
        row |= {"billed": money(claim.cents), "check": checks.get(where), "file": where[0], "segment": segment}
        rows.append(row)
    return sorted(rows, key=lambda r: (-(r["age_days"] or 0), r["control_number"] or "", r["file"], r["segment"]))


def _days(earlier: str | None, later: str) -> int | None:
    """Whole days between ISO dates, never below 0, as in the metrics; None when one is missing or no date."""
    try:
        return max((date.fromisoformat(later) - date.fromisoformat(earlier or "")).days, 0)
    except ValueError:
        return None
