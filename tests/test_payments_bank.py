"""Payments tied to deposits: by trace number, by amount and day, by a sum that is certain; ties stay untied."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.analysis.payments.bankdays import business_days, is_business_day
from edi.analysis.payments.deposits import Deposit, Due, Tied
from edi.analysis.payments.reconcile import reconcile

_ids = itertools.count(1)


def due(trace: str | None, cents: int, day: str = "2026-04-02", method: str = "ACH", **more: object) -> Due:
    number = next(_ids)
    values: dict[str, object] = {
        "id": number, "cents": cents, "method": method, "handling": "I", "day": day, "trace_number": trace,
        "trace_origin": "1999999999", "payer": "EXAMPLE HEALTH PLAN", "claims_cents": cents, "at": f"a.835#{number}",
    } | more  # fmt: skip
    return Due(**values)  # type: ignore[arg-type]


def paid(line: int, cents: int, day: str = "2026-04-03", trace: str | None = None, **more: object) -> Deposit:
    return Deposit(line, day, cents, trace, **more)  # type: ignore[arg-type]


def trn(line: int, cents: int, trace: str, day: str = "2026-04-03", origin: str | None = "1999999999") -> Deposit:
    return Deposit(line, day, cents, trace, origin, reassociation=True)


def april() -> list[Deposit]:
    """Unrelated entries, so that the list covers the whole month."""
    return [paid(901, -1, "2026-04-01", text="FEE"), paid(902, -1, "2026-04-30", text="FEE")]


def verdicts(rows: list[Tied]) -> dict[str, tuple[str, str, tuple[int, ...], int | None]]:
    """trace number (or line) -> status, how, lines, difference"""
    return {
        row.due.trace_number or "?" if row.due else f"line {row.deposits[0].line}": (
            row.status,
            row.how,
            tuple(d.line for d in row.deposits),
            row.difference,
        )
        for row in rows
    }


def test_a_trace_number_with_its_amount() -> None:
    found = verdicts(reconcile([due("EFT1", 9200), due("EFT2", 100)], [trn(1, 9200, "EFT1"), *april()]))
    assert found == {
        "EFT1": ("matched", "trace", (1,), 0),
        "EFT2": ("remittance-without-deposit", "", (), None),
    }


def test_a_trace_number_with_another_amount() -> None:
    (row,) = reconcile([due("EFT1", 10000)], [trn(1, 9700, "EFT1")])
    assert (row.status, row.difference, row.note) == ("amount-differs", -300, "3.0 % less: a processor's fee?")
    (row,) = reconcile([due("EFT1", 10000, claims_cents=8750)], [trn(1, 8750, "EFT1")])
    assert "the remittance's own total is off" in row.note


def test_numbers_as_the_bank_writes_them() -> None:
    """Leading zeros, a column of references, running text, a check number in words."""
    for deposit in (
        paid(1, 500, trace="000eft-00417"),
        paid(1, 500, text="ACH CREDIT EFT00417 EXAMPLE"),
        paid(1, 500, text="CHECK # 00417", trace=None),
    ):
        trace = "0000417" if "CHECK" in deposit.text else "EFT00417"
        (row,) = reconcile([due(trace, 500, "2026-03-02")], [deposit])
        assert row.status == "matched", deposit
        assert row.how == "trace"


def test_a_short_number_proves_nothing_by_itself() -> None:
    """A patient's check has the number of a payer's check: another amount is another check."""
    rows = reconcile([due("0000417", 2826, method="CHK")], [paid(1, 2000, text="CHECK 417 DEPOSIT"), *april()])
    assert {row.status for row in rows} == {"remittance-without-deposit", "deposit-without-remittance"}
    rows = reconcile([due("0000417", 2826, method="CHK")], [paid(1, 2000, text="CHECK 417 EXAMPLE HEALTH")])
    assert [row.status for row in rows] == ["amount-differs"]


def test_two_payers_share_a_trace_number() -> None:
    one = due("0000417", 2826, payer="QUAYSIDE", trace_origin="1111111111")
    other = due("0000417", 5000, payer="PINEMOOR", trace_origin="1222222222")
    rows = reconcile([one, other], [trn(1, 5000, "0000417", origin="1222222222"), *april()])
    assert {row.due: row.status for row in rows} == {other: "matched", one: "remittance-without-deposit"}
    (row, left) = reconcile([one, other], [paid(1, 2826, text="QUAYSIDE", check_number="417"), *april()])
    assert (row.due, row.status, left.due, left.status) == (other, "remittance-without-deposit", one, "matched")
    rows = reconcile([one, other], [paid(1, 777, check_number="417"), *april()])
    assert sorted(row.status for row in rows) == [
        "deposit-without-remittance", "remittance-without-deposit", "remittance-without-deposit"]  # fmt: skip
    assert rows[-1].note == "several payers use this trace number"


def test_the_origin_may_lack_its_first_digit() -> None:
    (row,) = reconcile([due("EFT1", 500)], [trn(1, 500, "EFT1", origin="999999999")])
    assert row.status == "matched"
    rows = reconcile([due("EFT1", 500)], [trn(1, 500, "EFT1", origin="1888888888"), *april()])
    assert sorted(row.status for row in rows) == ["deposit-without-remittance", "remittance-without-deposit"]
    assert "another originator" in next(row.note for row in rows if not row.due)


def test_several_835s_of_one_trace_number() -> None:
    dues = [due("EFT1", 500), due("EFT1", 700), due("EFT1", 300)]
    rows = reconcile(dues, [trn(1, 1500, "EFT1")])
    assert [(row.status, row.how, row.deposited, row.difference) for row in rows] == [
        ("matched", "trace-sum", cents, 0) for cents in (500, 700, 300)]  # fmt: skip
    rows = reconcile(dues, [trn(1, 500, "EFT1"), trn(2, 1000, "EFT1")])
    assert [row.status for row in rows] == ["matched"] * 3
    assert sum(row.deposited or 0 for row in rows) == 1500


def test_one_payment_in_two_deposits() -> None:
    (row,) = reconcile([due("EFT1", 1500)], [trn(1, 500, "EFT1"), trn(2, 1000, "EFT1")])
    assert (row.status, row.deposited, row.note) == ("matched", 1500, "came in 2 deposits")


def test_the_same_trace_number_twice() -> None:
    rows = reconcile([due("EFT1", 500)], [trn(1, 500, "EFT1"), trn(2, 500, "EFT1", "2026-04-06")])
    assert [row.status for row in rows] == ["deposit-without-remittance", "matched"]
    assert rows[0].note.startswith("this trace number was deposited before")


def test_a_check_number_comes_again_after_a_year() -> None:
    rows = reconcile([due("0000417", 500, "2025-03-02", method="CHK")], [paid(1, 800, check_number="417")])
    assert sorted(row.status for row in rows) == ["deposit-without-remittance", "outside-period"]


def test_amount_and_day() -> None:
    (row,) = reconcile([due("EFT1", 9200)], [paid(1, 9200, text="ACH CREDIT")])
    assert (row.status, row.how, row.days) == ("matched", "amount-date", 1)
    rows = reconcile([due("EFT1", 9200)], [paid(1, 9200, "2026-04-09", text="ACH CREDIT")])
    assert sorted(row.status for row in rows) == ["deposit-without-remittance", "outside-period"]


def test_another_trace_number_speaks_against_the_amount() -> None:
    rows = reconcile([due("EFT1", 9200)], [trn(1, 9200, "EFT9"), *april()])
    assert sorted(row.status for row in rows) == ["deposit-without-remittance", "remittance-without-deposit"]
    known = [due("EFT1", 9200), due("EFT2", 800)]
    rows = reconcile(known, [paid(1, 9200, trace="EFT9"), paid(2, 800, trace="EFT2"), *april()])
    assert verdicts(rows)["EFT1"][0] == "remittance-without-deposit"
    rows = reconcile(known, [paid(1, 9200, trace="0009121"), paid(2, 800, trace="0009122"), *april()])
    assert verdicts(rows)["EFT1"][:2] == ("matched", "amount-date")


def test_equal_amounts_are_ambiguous_unless_alike() -> None:
    one, other = due("EFT1", 9200, payer="QUAYSIDE"), due("EFT2", 9200, payer="PINEMOOR")
    rows = reconcile([one, other], [paid(1, 9200, text="CREDIT")])
    assert [row.status for row in rows] == ["ambiguous"] * 3
    rows = reconcile([one, other], [paid(1, 9200, text="PINEMOOR PAYMENT"), paid(2, 9200, text="CREDIT QUAYSIDE")])
    assert [(row.status, row.due) for row in rows] == [("matched", one), ("matched", other)]
    rows = reconcile([due("EFT1", 9200), due("EFT2", 9200)], [paid(1, 9200), paid(2, 9200)])
    assert [(row.status, row.deposits[0].line) for row in rows] == [("matched", 1), ("matched", 2)]
    rows = reconcile([one], [paid(1, 9200), paid(2, 9200)])
    assert [row.status for row in rows] == ["ambiguous"] * 3


def test_checks_brought_to_the_bank_together() -> None:
    checks = [
        due(f"10000{n}", cents, method="CHK", payer=f"PAYER {n}") for n, cents in enumerate((500, 700, 950, 2100))
    ]
    rows = reconcile(checks, [paid(1, 2150, "2026-04-10", text="LOCKBOX"), *april()])
    assert [row.due.cents for row in rows if row.due and row.status == "matched"] == [500, 700, 950]
    assert {row.how for row in rows if row.status == "matched"} == {"sum"}
    eft = [due(f"EFT{n}", cents, payer=f"PAYER {n}") for n, cents in enumerate((500, 700))]
    assert "matched" not in {row.status for row in reconcile(eft, [paid(1, 1200), *april()])}


def test_a_sum_that_may_be_made_up_in_two_ways_is_none() -> None:
    checks = [due(f"10000{n}", cents, method="CHK", payer=f"P{n}") for n, cents in enumerate((500, 700, 1000, 200))]
    rows = reconcile(checks, [paid(1, 1200, text="LOCKBOX"), *april()])
    assert rows[4].note == "2 sets of payments add up to it"
    assert "matched" not in {row.status for row in rows}
    rows = reconcile(checks[:2], [paid(1, 1200, text="LOCKBOX"), paid(2, 1200, text="LOCKBOX"), *april()])
    assert "matched" not in {row.status for row in rows}


def test_all_of_a_payers_payments_of_a_day_are_certain() -> None:
    dues = [due("EFT1", 500), due("EFT2", 700), due("EFT3", 1200, "2026-04-01")]
    rows = reconcile(dues, [paid(1, 1200), paid(2, 1200), *april()])
    assert sorted(row.status for row in rows) == ["ambiguous", "ambiguous", "ambiguous"] + [
        "remittance-without-deposit"] * 2  # fmt: skip
    rows = reconcile(dues[:2], [paid(1, 1200), *april()])
    assert [row.note for row in rows] == ["one deposit for 2 remittances"] * 2


def test_when_a_deposit_is_overdue() -> None:
    """Three business days: Thursday 2 April to Tuesday 7 April (Good Friday is no bank holiday)."""
    for last, status in (("2026-04-07", "waiting"), ("2026-04-08", "remittance-without-deposit")):
        rows = reconcile([due("EFT1", 9200)], [paid(1, 5, "2026-04-01"), paid(2, 5, last)])
        assert verdicts(rows)["EFT1"][0] == status
    rows = reconcile([due("EFT1", 9200, "2026-03-31")], [paid(1, 5, "2026-04-01"), paid(2, 5, "2026-04-30")])
    assert verdicts(rows)["EFT1"][0] == "outside-period"


@pytest.mark.parametrize("more", [{"method": "NON"}, {"handling": "H"}, {"cents": 0}])
def test_notices_are_not_expected(more: dict[str, object]) -> None:
    cents = int(str(more.pop("cents", 500)))
    (row,) = reconcile([due("EFT1", cents, **more)], [])  # type: ignore[arg-type]
    assert row.status == "not-expected"


def test_a_payer_takes_money_back_from_the_account() -> None:
    (row,) = reconcile([due("EFT1", -500)], [trn(1, -500, "EFT1")])
    assert row.status == "matched"
    (row,) = reconcile([], [trn(1, -500, "EFT1")])
    assert row.status == "deposit-without-remittance"
    assert reconcile([], [paid(1, -500, text="RENT")]) == []


def test_business_days() -> None:
    from datetime import date

    assert business_days(date(2026, 4, 2), date(2026, 4, 7)) == 3
    assert business_days(date(2026, 7, 2), date(2026, 7, 6)) == 2  # 4 July is a Saturday: Friday is worked
    assert business_days(date(2027, 7, 2), date(2027, 7, 6)) == 1  # a Sunday: Monday is kept
    assert business_days(date(2026, 11, 25), date(2026, 11, 27)) == 1  # Thanksgiving
    assert business_days(date(2026, 4, 7), date(2026, 4, 2)) == -3
    assert not is_business_day(date(2026, 5, 25))
    assert not is_business_day(date(2026, 1, 19))


amounts = st.sampled_from([100, 200, 300, 500, 500, 1200])
some_dues = st.lists(st.tuples(st.sampled_from(["EFT1", "EFT2", "0417", None]), amounts, st.integers(1, 20),
                               st.sampled_from(["ACH", "CHK", "NON"]), st.sampled_from(["A PLAN", "BETA PLAN"])),
                     max_size=7)  # fmt: skip
some_deposits = st.lists(st.tuples(st.sampled_from([None, "EFT1", "417", "EFT9"]), amounts, st.integers(1, 28),
                                   st.booleans()), max_size=7)  # fmt: skip


@given(some_dues, some_deposits, st.randoms())
@settings(max_examples=300, deadline=None)
def test_each_payment_and_deposit_is_told_once_in_any_order(
    dues: list[tuple[str | None, int, int, str, str]],
    deposits: list[tuple[str | None, int, int, bool]],
    shuffle: random.Random,
) -> None:
    ours = [due(trace, cents, f"2026-04-{day:02}", method, payer=payer) for trace, cents, day, method, payer in dues]
    theirs = [
        Deposit(n, f"2026-04-{day:02}", cents, trace, reassociation=exact and trace is not None)
        for n, (trace, cents, day, exact) in enumerate(deposits)
    ]
    rows = reconcile(ours, theirs)
    assert sorted(row.due.id for row in rows if row.due) == sorted(one.id for one in ours)
    assert {d.line for row in rows for d in row.deposits} == {one.line for one in theirs}
    assert sum(row.deposited or 0 for row in rows) == sum(one.cents for one in theirs)
    assert all(row.difference == 0 for row in rows if row.status == "matched" and "sum" not in row.how)
    shuffle.shuffle(ours)
    shuffle.shuffle(theirs)
    again = reconcile(ours, theirs)
    assert [(r.status, r.due, [d.line for d in r.deposits]) for r in again] == [
        (r.status, r.due, [d.line for d in r.deposits]) for r in rows
    ]
