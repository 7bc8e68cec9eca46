"""HFMA's initial denial rate by month: the denominator is the average of the three months before."""

from __future__ import annotations

import json

from click.testing import CliRunner

from edi.analysis.metrics.monthly import denial_months
from edi.analysis.metrics.table import Scope
from edi.cli import main
from tests.metriclines import line
from tests.test_underpaid import SAMPLES, edi


def test_the_three_months_before_are_the_denominator() -> None:
    sent = ["2025-11-03", "2025-12-03", "2025-12-09", "2026-01-05", "2026-01-06", "2026-01-07"]
    paid = [line(n, claim=n, submitted=day, first_date=None, charge_cents=10000) for n, day in enumerate(sent, start=1)]
    denied = [
        line(10, claim=10, submitted="2026-02-01", first_date="2026-02-20", first_state="denied", charge_cents=9000,
             first_denied_cents=9000),
        line(11, claim=10, submitted="2026-02-01", first_date="2026-02-20", first_state="denied", charge_cents=1000,
             first_denied_cents=1000),
        line(12, claim=12, submitted="2026-02-01", first_date="2026-02-20", first_state="paid", charge_cents=5000),
    ]  # fmt: skip
    (month,) = denial_months([*paid, *denied], Scope())
    assert (month.month, month.denied_claims, month.denied_cents) == ("2026-02", 1, 10000)
    assert (month.submitted, month.charges) == (6, 60000)  # two claims and 200.00 a month; not February's own


def test_a_month_without_three_before_it_has_no_rate() -> None:
    lines = [line(1, claim=1, submitted="2025-12-03", first_date="2026-02-20", first_state="denied")]
    (month,) = denial_months(lines, Scope())
    assert (month.denied_claims, month.submitted) == (1, None)


def test_the_command_and_its_lines(tmp_path) -> None:  # type: ignore[no-untyped-def]
    db = tmp_path / "samples.db"
    edi("run", db, SAMPLES / "claims", SAMPLES / "remits", code=1)
    rows = json.loads(edi("metrics", db, "--months", "--json").stdout)
    assert [row["month"] for row in rows] == sorted({row["month"] for row in rows})
    for row in rows:
        shown = json.loads(CliRunner().invoke(main, ["lines", str(db), "--json", "--where", row["drill"]]).stdout)
        assert len({one["control_number"] for one in shown}) == row["denied_claims"]
        assert {one["first_state"] for one in shown} <= {"denied", "reduced"}
    assert sum(row["denied_claims"] for row in rows) > 20
    assert {row["rate_claims"] for row in rows} == {None}  # the sample month has no three months before it
