"""The figures on rows written by hand, against numbers worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from edi.analysis.metrics.conditions import AnyOf, Condition, From, In, Is, Known, Month, Until, where
from edi.analysis.metrics.deadlines import age_figures, deadline_figures, deadlines
from edi.analysis.metrics.expected import FEE, USUAL
from edi.analysis.metrics.figures import FIGURES
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.numbers import median, percentile_90, rate
from edi.analysis.metrics.table import Result, Scope, tabulate
from edi.pipeline.drilling import drill
from edi.x12.money import money
from tests.metriclines import denied, line, valued, waiting


def no_fee(_line: MetricLine) -> None:
    """No fee table is loaded."""


def told(lines: list[MetricLine], by: tuple[str, ...] = (), scope: Scope | None = None) -> dict[Any, Result]:
    """Results by figure, or by (figure, group values)."""
    found = tabulate(lines, FIGURES, by, scope)
    return {(one.figure.name, *one.group.values()) if by else one.figure.name: one for one in found}


def test_numbers_are_exact_text() -> None:
    assert [money(145000), money(-1300), money(5)] == ["1450.00", "-13.00", "0.05"]
    assert [rate(1, 3), rate(2, 3), rate(0, 5), rate(5, 5), rate(1, 0)] == [
        "0.3333",
        "0.6667",
        "0.0000",
        "1.0000",
        None,
    ]
    assert rate(1, 20000) == "0.0001"  # half a unit in the last place goes up
    middles = [median(Counter(days)) for days in ([], [7], [3, 1], [1, 2, 4], [1, 2], [5, 5, 9, 9])]
    assert middles == [None, "7.0", "2.0", "2.0", "1.5", "7.0"]
    nine_in_ten = [percentile_90(Counter(days)) for days in ([], range(1, 11), range(1, 12), [4], [4, 4, 30, 30])]
    assert nine_in_ten == [None, "9.0", "10.0", "4.0", "30.0"]


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (where(Is("payer", "O'BRIEN")), "payer = 'O''BRIEN'"),
        (where(Is("cause", None)), "cause IS NULL"),
        (where(In("state", ("paid", "denied")), Is("turn", 1)), "state IN ('paid', 'denied') AND turn = 1"),
        (
            where(From("first_date", "2026-03-01"), Until("charge_cents", 5)),
            "first_date >= '2026-03-01' AND charge_cents <= 5",
        ),
        (where(Known("role"), Month("service_date", "2026-03")), "role IS NOT NULL AND service_date LIKE '2026-03%'"),
        (where(AnyOf((where(Is("a", 1)), where(Is("a", 2), Is("b", 3))))), "((a = 1) OR (a = 2 AND b = 3))"),
        (where(AnyOf(())), "0"),
        (Condition(), "1"),
    ],
)
def test_conditions_as_sql(condition: Condition, sql: str) -> None:
    assert drill(condition) == f"outcome_id IN (SELECT outcome_id FROM metric_lines WHERE {sql})"


def test_a_missing_value_meets_no_comparison() -> None:
    empty = line(first_date=None, cause=None)
    for term in (From("first_date", ""), Until("first_date", "9"), Month("first_date", "2026-03"), In("cause", ("a",))):
        assert not term.holds(empty)
    assert Is("cause", None).holds(empty)


def test_first_pass_and_initial_denials() -> None:
    """Ten services: six paid, one rightly packaged, one denied, one partly denied, one without an answer."""
    lines = [line(n) for n in range(1, 7)]
    lines.append(line(7, state="packaged", first_state="packaged", first_claim_paid_cents=0))
    lines.append(denied(8))
    part = {"state": "reduced", "first_state": "reduced", "first_denied_cents": 4000, "first_claim_paid_cents": 3000}
    lines.append(denied(9, **part))
    lines.append(waiting(10))
    found = told(lines)
    assert found["services"].value == 10
    assert (found["first-pass-resolution"].numerator, found["first-pass-resolution"].denominator) == (7, 9)
    assert found["initial-denial-rate-lines"].value == "0.2222"
    assert found["initial-denial-rate-claims"].value == "0.2222"
    assert found["initial-denial-rate-claims-submitted"].value == "0.2000"
    assert found["initial-denial-rate-dollars"].value == rate(14000, 90000)
    assert found["initial-denial-rate-dollars-submitted"].value == "0.1400"
    assert found["zero-pay-rate"].value == "0.2222"  # HFMA: the packaged one counts too
    assert found["true-zero-pay-rate"].value == "0.1111"
    assert all(one.small for one in found.values() if one.figure.kind == "rate")


def test_a_paid_to_deductible_line_is_no_denial() -> None:
    zero = {"state": "patient-share", "first_state": "patient-share", "paid_cents": 0, "first_claim_paid_cents": 0}
    found = told([line(1, **zero), line(2)])
    assert found["initial-denial-rate-lines"].value == "0.0000"
    assert found["zero-pay-rate"].value == "0.5000"
    assert found["true-zero-pay-rate"].value == "0.0000"


def test_lines_of_one_claim_are_one_claim_and_one_remittance() -> None:
    found = told([denied(1, claim=7, remit=70), denied(2, claim=7, remit=70), line(3, claim=8, remit=80)])
    assert (found["claims"].value, found["claims"].lines) == (2, 3)
    assert (found["initial-denial-rate-claims"].numerator, found["initial-denial-rate-claims"].lines) == (1, 2)
    assert (found["zero-pay-rate"].numerator, found["zero-pay-rate"].denominator) == (1, 2)


def test_a_service_denied_three_times_is_one_denial() -> None:
    """$100 denied in three submissions is $100, not $300."""
    first = denied(1, standing=0)
    second = denied(2, turn=2, standing=0)
    found = told([first, second, denied(3, turn=3), line(4)])
    assert found["services"].value == 2
    assert found["denied-charge"].value == "100.00"
    assert found["repeated-denials"].value == "200.00"
    assert found["initial-denied"].value == "100.00"
    assert found["initial-denial-rate-lines"].value == "0.5000"


def test_overturns() -> None:
    """Four denials: two not decided again, one upheld, one paid 60.00 with 10.00 still denied."""
    won = denied(4, state="reduced", denied_cents=1000, redecided=1, recovered_cents=6000, lifted_cents=9000,
                 kept_cents=1000, appealed=1, days_to_overturn=40)  # fmt: skip
    found = told([denied(1), denied(2), denied(3, redecided=1, appealed=1), won, line(5)])
    assert (found["overturn-rate-lines"].numerator, found["overturn-rate-lines"].denominator) == (1, 2)
    assert (found["overturn-rate-dollars"].numerator, found["overturn-rate-dollars"].denominator) == ("90.00", "200.00")
    assert found["overturned-share"].value == "0.2500"
    assert found["appeal-overturn-rate"].value == "0.5000"
    assert found["recovered"].value == "60.00"
    assert found["net-denial"].value == "310.00"
    assert found["net-denial-rate"].value == rate(31000, 50000)
    assert found["days-to-overturn-median"].value == "40.0"
    assert found["days-to-deny-median"].value is None


def test_a_withdrawn_claim_counts_nowhere_and_an_extra_row_is_only_money() -> None:
    extra = denied(3, extra=1, charge_cents=0, denied_cents=500, first_denied_cents=500, kept_cents=500)
    found = told([line(1), denied(2, withdrawn=1, state="void", denied_cents=0), extra])
    assert found["services"].value == 1
    assert found["initial-denial-rate-lines"].value == "0.0000"
    assert found["denied-charge"].value == "5.00"


def test_a_supply_that_fell_with_its_scan_is_money_but_no_cause() -> None:
    scan = denied(1, cause="authorization-not-sent", preventable="yes")
    supply = denied(2, claim=1, cause="authorization-not-sent", preventable="yes", dependent=1, first_denied_cents=2000,
                    charge_cents=2000, denied_cents=2000)  # fmt: skip
    found = told([scan, supply, denied(3), line(4)])
    assert (found["denials"].value, found["dependent-denials"].value) == (2, 1)
    assert (found["preventable-share-lines"].numerator, found["preventable-share-lines"].denominator) == (1, 2)
    assert found["preventable-share-dollars"].value == rate(12000, 22000)
    assert found["maybe-preventable-share-dollars"].value == rate(10000, 22000)
    by_cause = told([scan, supply, denied(3), line(4)], ("cause",))
    assert by_cause["denied-charge", "authorization-not-sent"].value == "120.00"
    assert by_cause["denials", "authorization-not-sent"].value == 1
    assert by_cause["initial-denial-rate-lines", "authorization-not-sent"].denominator == 4  # all that was decided
    assert by_cause["preventable-share-lines", "authorization-not-sent"].denominator == 1  # its own denials


def test_groups_months_and_scopes() -> None:
    lines = [line(1), denied(2, service_date="2026-04-01", first_date="2026-05-02"), denied(3, payer=None, role=None)]
    by_month = told(lines, ("month",))
    assert by_month["initial-denial-rate-lines", "2026-04"].value == "1.0000"
    assert by_month["initial-denial-rate-lines", "2026-03"].value == "0.5000"
    decided = told(lines, ("payer", "month"), Scope(date="first_date"))
    assert decided["initial-denial-rate-lines", "PAYER ONE", "2026-05"].numerator == 1
    assert decided["initial-denial-rate-lines", None, "2026-03"].condition.terms[-2:] == (
        Is("payer", None), Month("first_date", "2026-03"),
    )  # fmt: skip
    assert told(lines, scope=Scope(since="2026-04-01"))["services"].value == 1
    assert told(lines, scope=Scope(until="2026-03-31", family=True))["services"].value == 1


def test_the_largest_group_comes_first() -> None:
    lines = [denied(1, payer="A"), denied(2, payer="B"), denied(3, payer="B"), denied(4, payer="C")]
    found = [one.group["payer"] for one in tabulate(lines, FIGURES, ("payer",)) if one.figure.name == "denied-charge"]
    assert found == ["B", "A", "C"]


def test_days_before_the_claim_was_sent_are_no_days() -> None:
    """A claim file that was written after the answer is a copy: its days say nothing."""
    found = told([line(1, days_to_pay=-3), line(2, days_to_pay=14), line(3, days_to_pay=15)])
    assert (found["days-to-pay-median"].value, found["days-to-pay-median"].numerator) == ("14.5", 2)


def test_tracer_yield() -> None:
    tracer = {"procedure": "A9500", "role": "tracer"}
    lines = [line(1, **tracer), denied(2, **tracer), line(3, **tracer, state="packaged", paid_cents=0), denied(4)]
    found = told(lines, ("payer", "code"))
    assert (found["tracer-paid-rate", "PAYER ONE", "A9500"].value) == "0.5000"  # a packaged tracer is no yield


USUAL_LINES = [6000, 6000, 6000, 6000, 6100]


def usual(units: int = 1, **values: Any) -> list[MetricLine]:
    return [line(n, allowed_cents=cents * units, charge_cents=20000 * units, units=units, **values)
            for n, cents in enumerate(USUAL_LINES, start=1)]  # fmt: skip


def test_expected_allowed_is_the_payers_median_by_unit() -> None:
    lines = [
        *usual(),
        denied(9, units=2, charge_cents=50000),
        denied(10, modifiers='["26"]'),
        denied(11, payer="OTHER"),
    ]
    valued(lines, no_fee)
    assert [(one.expected_cents, one.basis) for one in lines[-3:]] == [(12000, USUAL), (None, None), (None, None)]
    found = told(lines)["expected-allowed"]
    assert (found.value, found.lines, found.basis) == ("120.00", 1, "payer's usual: 1")
    assert (list(found.chosen), list(found.others)) == ([9], [10, 11])


def test_fees_come_before_habits_and_no_payer_allows_more_than_the_charge() -> None:
    lines = [*usual(), denied(9), denied(10, charge_cents=5000)]
    valued(lines, lambda one: 7000 if one.outcome_id == 9 else None)
    assert [(one.expected_cents, one.basis) for one in lines[-2:]] == [(7000, FEE), (5000, USUAL)]
    assert told(lines)["expected-allowed"].basis == "fee table: 1, payer's usual: 1"


def test_underpayment() -> None:
    short = line(9, allowed_cents=5500, charge_cents=20000)
    almost = line(10, allowed_cents=5890, charge_cents=20000)  # within two per cent
    cut = line(11, allowed_cents=3000, charge_cents=20000, cause="payment-rule-reduction")
    later = line(12, allowed_cents=1000, charge_cents=20000, later_payer=1)
    lines = [*usual(), short, almost, cut, later]
    valued(lines, no_fee)
    found = told(lines)
    assert (found["underpaid"].value, list(found["underpaid"].chosen)) == ("5.00", [9])
    assert (found["underpaid-rate"].numerator, found["underpaid-rate"].denominator) == (1, 7)


def test_a_median_of_few_lines_calls_nothing_short() -> None:
    lines = [line(1), line(2), line(3), line(4, allowed_cents=1000)]
    valued(lines, no_fee)
    assert told(lines)["underpaid"].lines == 0
    valued(lines, lambda _line: 6000)
    assert told(lines)["underpaid"].value == "50.00"


def test_tolerance_and_the_least_dollar() -> None:
    lines = [*usual(), line(9, allowed_cents=5890, charge_cents=20000)]
    valued(lines, no_fee, Fraction(0))
    assert told(lines)["underpaid"].value == "1.10"
    tiny = [line(1, allowed_cents=90)]
    valued(tiny, lambda _line: 189)
    assert told(tiny)["underpaid"].lines == 0


def limit(_name: str | None, _identifier: str | None, filing_code: str | None) -> int | None:
    return {"MB": 120, "CI": 30}.get(filing_code or "")


def test_deadlines_count_from_the_denial() -> None:
    lines = [
        denied(1, decided_on="2026-03-01"),  # 30 days: until 31 March
        denied(2, decided_on="2026-03-01", filing_code="MB"),  # 120 days: until 29 June
        denied(3, decided_on="2026-02-01"),  # until 3 March
        denied(4, filing_code="ZZ"),
        denied(5, decided_on=None),
        denied(6, open=0, state="paid", denied_cents=0),
        line(7),
    ]
    found = list(deadlines(lines, limit, "2026-03-10"))
    assert [(one.line.outcome_id, one.day, one.days_left) for one in found] == [
        (1, "2026-03-31", 21), (2, "2026-06-29", 111), (3, "2026-03-03", -7), (4, None, None), (5, None, None),
    ]  # fmt: skip
    figures = {one.figure.name: one.lines for one in tabulate(lines, deadline_figures(lines, limit, "2026-03-10"))}
    assert figures == {"appeal-passed": 1, "appeal-due-30": 1, "appeal-later": 1, "appeal-limit-unknown": 2}


LAST_DAYS = [("2026-03-31", "appeal-due-30"), ("2026-04-01", "appeal-passed"), ("2026-03-01", "appeal-due-30"),
             ("2026-02-28", "appeal-later")]  # fmt: skip


@pytest.mark.parametrize(("today", "figure"), LAST_DAYS)
def test_the_last_day_is_a_day(today: str, figure: str) -> None:
    lines = [denied(1, decided_on="2026-03-01")]
    figures = {one.figure.name for one in tabulate(lines, deadline_figures(lines, limit, today)) if one.lines}
    assert figures == {figure}


AGES = [(-3, "0-30"), (0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (90, "61-90"), (91, "91-120"),
        (120, "91-120"), (121, "over-120"), (900, "over-120")]  # fmt: skip


@pytest.mark.parametrize(("age", "bucket"), AGES)
def test_each_age_is_in_one_bucket(age: int, bucket: str) -> None:
    day = (date(2026, 6, 12) - timedelta(days=age)).isoformat()
    lines = [waiting(1, waiting_since=day), denied(2, decided_on=day)]
    found = {one.figure.name for one in tabulate(lines, age_figures("2026-06-12")) if one.lines}
    assert found == {f"unanswered-{bucket}", f"denied-{bucket}"}


def test_nothing_at_all() -> None:
    found = told([])
    assert {one.value for one in found.values()} <= {0, "0.00", None}
    assert told([], ("payer",)) == {}
