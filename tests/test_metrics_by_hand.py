"""Figures of the samples beside SQL over the files' own tables, for services that were billed once.

The queries read what was imported (claims, remittances, payments) and the rows of `edi lines`; the view that the
metrics are made of is not asked but for which services were billed once.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from edi.analysis.metrics.figures import FIGURES
from edi.analysis.metrics.lines import COLUMNS, MetricLine, assemble
from edi.analysis.metrics.table import Result, tabulate
from edi.resources import Resources
from edi.store.database import Database
from tests.test_underpaid import SAMPLES, edi


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("by-hand") / "s.db"
    edi("run", path, SAMPLES / "claims", SAMPLES / "remits", code=1)
    return path


def once(database: Database) -> tuple[dict[str, Result], str]:
    """The figures over claims of ours whose services were billed and decided once, and those claims as SQL."""
    read = database.connection
    lines: list[MetricLine] = list(assemble(read.execute(f"SELECT {', '.join(COLUMNS)} FROM metric_lines")))
    several = {o.claim for o in lines if o.turn != 1 or o.extra or o.withdrawn or o.redecided or o.later_payer}
    chosen = [o for o in lines if o.claim not in several and o.kind]
    assert len(chosen) > 500
    claims = ", ".join(str(number) for number in sorted({o.claim for o in chosen if o.claim}))
    return {one.figure.name: one for one in tabulate(chosen, FIGURES)}, claims


def test_rates_and_days(db: Path) -> None:
    with Database.open(db, Resources()) as database:
        told, claims = once(database)
        read = database.connection
        states = [row[0] for row in read.execute(
            f"SELECT first_state FROM outcome WHERE claim_id IN ({claims}) AND first_state IS NOT NULL")]  # fmt: skip
        right = {"paid", "patient-share", "packaged", "capitated", "paid-elsewhere"}
        passed = told["first-pass-resolution"]
        assert (passed.numerator, passed.denominator) == (sum(s in right for s in states), len(states))
        denied = told["initial-denial-rate-lines"]
        assert denied.numerator == sum(s in ("denied", "reduced") for s in states)

        # A claim that a payer splits has several first answers, each a remittance; what only pends decides nothing.
        paid = [
            row[0]
            for row in read.execute(f"""
            SELECT rc.paid_cents FROM remit_claim rc JOIN payment p ON p.id = rc.payment_id
            WHERE rc.status NOT IN ('2', '3', '20', '21', '22', '25') AND EXISTS (
                SELECT 1 FROM link l JOIN outcome o ON o.id = l.outcome_id
                WHERE l.remit_claim_id = rc.id AND o.claim_id IN ({claims}) AND o.first_date = p.date)""")
        ]
        zero = told["zero-pay-rate"]
        assert (zero.numerator, zero.denominator) == (sum(cents <= 0 for cents in paid), len(paid))

        days = [
            row[0]
            for row in read.execute(f"""
            SELECT CAST(julianday(min(p.date)) - julianday(t.created_date) AS INTEGER)
            FROM outcome o JOIN claim c ON c.id = o.claim_id JOIN transaction_set t ON t.id = c.transaction_id
            JOIN link l ON l.outcome_id = o.id JOIN remit_claim rc ON rc.id = l.remit_claim_id
            JOIN payment p ON p.id = rc.payment_id
            WHERE o.claim_id IN ({claims}) AND l.paid_cents > 0 AND l.effect = 'counted' GROUP BY o.id""")
        ]
        assert told["days-to-pay-median"].lines == len(days)
        assert float(str(told["days-to-pay-median"].value)) == median(days)
