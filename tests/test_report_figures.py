"""The report's figures: each computed from rows whose answer is known."""

from __future__ import annotations

from typing import Any

import pytest

from edi.report import data as plain
from edi.report import figures
from edi.report.data import ReportData
from edi.report.survey import Survey
from tests.report_fake import FAMILY, Fake, fake


def line(**given: Any) -> dict[str, Any]:
    row = Fake().line("C1", 1, "78452", "Payer", Fake().start)
    Fake().fill(row, given.pop("state", "paid"))
    return row | {"charge": "100.00"} | given


def finding(key: str, **given: Any) -> dict[str, Any]:
    row = {
        "id": key, "cause": "medical-necessity", "verdict": "stated", "denial": "yes", "open": True, "denied": "10.00",
        "recoverable": None, "depends_on": None, "control_number": "C1", "line_number": 1, "payer": "Payer",
        "title": "", "line_control": None, "procedure": "78452", "service_date": "2026-03-01",
    }  # fmt: skip
    return row | given


def survey(**given: Any) -> Survey:
    return Survey(ReportData(**given))


def test_the_parts_add_up_to_what_was_billed() -> None:
    whole = Survey(fake(1000)).totals
    assert sum(whole.parts.values()) == whole.billed
    assert whole.lines >= 1000


@pytest.mark.parametrize(
    ("state", "part"),
    [("no-response", "waiting"), ("pending", "waiting"), ("void", "void"), ("paid", "unexplained")],
)
def test_a_balance_goes_where_the_state_says(state: str, part: str) -> None:
    whole = survey(lines=[line(state=state, balance="100.00")]).totals
    assert whole.parts[part] == 10000


def test_dependent_denials_stand_under_the_one_that_has_to_be_worked() -> None:
    rows = [
        finding("scan", recoverable="5.00", line_number=1),
        finding("tracer", depends_on="scan", line_number=2, recoverable="2.00"),
        finding("agent", depends_on="tracer", line_number=3),
        finding("closed", open=False, denied="0.00"),
        finding("expected", denial="no", denied="0.00"),
        finding("orphan", depends_on="closed", line_number=4, denied="90.00"),
    ]
    work = survey(findings=rows).work
    assert [entry.finding.id for entry in work] == ["scan", "orphan"]
    assert [denial.id for denial in work[0].following] == ["tracer", "agent"]
    assert (work[0].denied, work[0].recoverable, work[1].recoverable) == (3000, 700, None)


def test_denials_that_name_each_other_are_not_lost() -> None:
    rows = [finding("a", depends_on="b"), finding("b", depends_on="a"), finding("c", depends_on="a")]
    listed = [denial.id for entry in survey(findings=rows).work for denial in entry.denials]
    assert sorted(listed) == ["a", "b", "c"]


def test_a_cause_counts_roots_and_adds_the_dollars_of_what_follows() -> None:
    rows = [finding("scan"), finding("tracer", depends_on="scan", cause="dependent-on-denied-scan")]
    (cause,) = survey(findings=rows).causes
    assert (cause.count, cause.denied, cause.following, cause.total) == (1, 1000, 1000, 2000)
    assert cause.title == "Medical necessity"
    assert cause.by_payer == {"Payer": 2000}


def test_worklist_and_lines_agree_on_the_denied_dollars() -> None:
    seen = Survey(fake(1000))
    assert sum(entry.denied for entry in seen.work) == seen.totals.parts["denied"]
    assert sum(cause.total for cause in seen.causes) == seen.totals.parts["denied"]


def test_months_run_without_a_gap_from_the_first_denial_to_the_last() -> None:
    told = [
        ("charge", "2025-11", "100.00"), ("initial-denied", "2025-11", "40.00"), ("denied-charge", "2025-11", "0.00"),
        ("charge", "2026-02", "200.00"), ("initial-denied", "2026-02", "60.00"), ("denied-charge", "2026-02", "60.00"),
        ("charge", "2226-01", "100.00"), ("charge", None, "100.00"), ("initial-denied", None, "100.00"),
    ]  # fmt: skip
    rows = [{"figure": figure, "month": month, "value": value} for figure, month, value in told]
    found = figures.months(rows)
    assert [month.month for month in found] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [(month.billed, month.first, month.now) for month in found][::3] == [(10000, 4000, 0), (20000, 6000, 6000)]
    assert figures.months(rows[6:]) == figures.months([]) == []


def test_of_equal_worth_the_next_to_expire_comes_first_and_what_follows_counts() -> None:
    rows = [finding(key, recoverable="5.00", control_number=key) for key in ("late", "soon", "never")]
    rows.append(finding("with-late", depends_on="late"))
    days = {"late": "2026-09-01", "soon": "2026-08-01", "with-late": "2026-07-15", "never": None}
    deadlines = [{"finding": key, "deadline": day, "days_left": 1} for key, day in days.items()]
    work = survey(findings=rows, deadlines=deadlines).work
    assert [entry.finding.id for entry in work] == ["late", "soon", "never"]
    assert [entry.due and entry.due.day for entry in work] == ["2026-07-15", "2026-08-01", None]


def test_payments_that_need_a_person_come_first_and_repeats_last() -> None:
    common: dict[str, Any] = {"balanced": True, "duplicate_of": None}
    rows = [
        common | {"trace_number": "repeat", "date": "2026-05-01", "duplicate_of": "a#1", "balanced": False},
        common | {"trace_number": "old", "date": "2026-03-01"},
        common | {"trace_number": "new", "date": "2026-04-01"},
        common | {"trace_number": "undated", "date": None},
        common | {"trace_number": "off", "date": "2026-01-01", "balanced": False},
    ]
    assert [row["trace_number"] for row in figures.by_attention(rows)] == ["off", "new", "old", "undated", "repeat"]


def test_faults_are_grouped_errors_first() -> None:
    found = figures.faults(fake(300).diagnostics)
    assert [(fault.rule, fault.count) for fault in found] == [
        ("payment-out-of-balance", 1),
        ("line-out-of-balance", 3),
        ("repeat-transaction", 1),
    ]


def test_the_family_splits_scans_by_component_and_prices_paid_units_only() -> None:
    rows = [
        line(procedure="A9500", units=2, paid="50.00"),
        line(procedure="A9500", units=2, denied="100.00", state="denied", cause="tracer-bundled-by-contract"),
        line(procedure="A9500", units=2, denied="100.00", state="denied", cause="tracer-cost-missing"),
        line(modifiers=["26"], paid="40.00"),
        line(paid="90.00"),
        line(paid="90.00", state="void"),
        line(procedure="99213"),
        line(procedure=None, units=None),
    ]
    table = {row.code: row for row in survey(lines=rows, family=FAMILY).family}
    assert set(table) == {"A9500", "78452-26", "78452"}
    tracer = table["A9500"]
    assert (tracer.lines, tracer.paid_lines, tracer.bundled, tracer.denied) == (3, 1, 10000, 10000)
    assert tracer.paid_per_unit == 2500
    assert table["78452"].lines == 1


def test_roles_come_from_the_packaged_table_when_none_are_given() -> None:
    roles = ReportData().roles()
    assert roles["78452"] == roles["78451"] == "scan"
    assert (roles["A9500"], roles["J2785"], roles["93015"]) == ("tracer", "agent", "stress test")
    assert "93350" not in roles


@pytest.mark.parametrize(
    ("value", "amount"), [("1450.00", 145000), ("-13.00", -1300), (None, 0), ("", 0), ("n/a", 0), ("1e2", 10000)]
)
def test_money_text_becomes_cents(value: str | None, amount: int) -> None:
    assert plain.cents(value) == amount


def test_money_reads_well() -> None:
    assert [plain.money(n) for n in (0, 5, -1300, 123456789)] == ["$0.00", "$0.05", "-$13.00", "$1,234,567.89"]


def test_text_from_files_is_made_printable() -> None:
    assert plain.text("a\x00b\nc\ud800d\u202ee") == "a?b c?d?e"
    assert plain.text(None) == ""


@pytest.mark.parametrize(
    ("groups", "reasons", "shown"),
    [
        (["CO"], ["197"], "CO-197 N54"),
        (["CO", "PR"], ["45", "2"], "CO-45 PR-2 N54"),
        (["CO"], ["16", "45"], "CO-16 CO-45 N54"),
        (["CO", "PR"], ["16", "45", "2"], "CO PR 16 45 2 N54"),
        ([], [], "N54"),
    ],
)
def test_codes_pair_up_where_they_can(groups: list[str], reasons: list[str], shown: str) -> None:
    assert plain.codes({"group_codes": groups, "reason_codes": reasons, "remark_codes": ["N54"]}) == shown
