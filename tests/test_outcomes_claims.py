"""Where each cent of a claim goes: its submissions, answers to it as a whole, what no answer explains. By hand."""

from __future__ import annotations

import pytest

from tests.build import answer, claim, line, mirror, payment, svc
from tests.rowchecks import PAID, SCAN, check, only, rows, scan


def test_replacement_makes_the_original_void() -> None:
    first = answer("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    again = claim("A1", line("78452", SCAN), frequency="7", payer_control_number="ICN1", submitted="2026-04-10")
    second = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment("2026-05-02", "EFT2"), frequency="7",
                    payer_control_number="ICN2")  # fmt: skip
    original, replacement = rows([again, scan()], [second, first])
    check(original, "void", balance=SCAN)
    assert original.first_state == "denied"
    check(replacement, "paid", paid=100000, contractual=35000, patient=10000)


def test_replacement_under_its_own_number_answered_under_the_originals() -> None:
    first = answer("A1", svc("78452", SCAN, 0, "CO-197 145000", line_control="x1"))
    original_claim = claim("A1", line("78452", SCAN, line_control="x1"))
    again = claim("A1R", line("78452", SCAN, line_control="y1"), frequency="7", payer_control_number="ICN1",
                  submitted="2026-04-10")  # fmt: skip
    second = answer("A1", svc("78452", SCAN, 100000, PAID, line_control="y1"), to=payment("2026-05-02", "EFT2"),
                    payer_control_number="ICN2")  # fmt: skip
    found = {row.claim.control_number: row for row in rows([again, original_claim], [second, first])}
    check(found["A1"], "void", balance=SCAN)
    check(found["A1R"], "paid", paid=100000, contractual=35000, patient=10000)


def test_voided() -> None:
    void = claim("A1", line("78452", SCAN), frequency="8", payer_control_number="ICN1", submitted="2026-04-10")
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    back = mirror(first, payment("2026-05-02", "EFT2"), frequency="8")
    check(only([scan(), void], [first, back]), "void", balance=SCAN)


def test_resend_answered_as_duplicate_stands_alone() -> None:
    resend = claim("A1", line("78452", SCAN), submitted="2026-03-20")
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    second = answer("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-04-20", "EFT2"),
                    payer_control_number="ICN2")  # fmt: skip
    paid, twice = rows([scan(), resend], [first, second])
    check(paid, "paid", paid=100000, contractual=35000, patient=10000)
    check(twice, "denied", denied=SCAN)


def test_resend_without_an_answer_is_no_row() -> None:
    resend = claim("A1", line("78452", SCAN), submitted="2026-03-20")
    row = only([scan(), resend], [answer("A1", svc("78452", SCAN, 100000, PAID))])
    assert row.state == "paid"
    assert len(row.case.submissions) == 2


def test_three_times_denied_is_one_row() -> None:
    claims = [claim("A1", line("78452", SCAN), submitted=f"2026-0{month}-10") for month in (3, 4, 5)]
    remits = [
        answer(
            "A1",
            svc("78452", SCAN, 0, "CO-197 145000"),
            to=payment(f"2026-0{month}-20", f"EFT{month}"),
            payer_control_number=f"ICN{month}",
        )
        for month in (3, 4, 5)
    ]
    row = only(claims, remits)
    check(row, "denied", denied=SCAN)
    assert len(row.case.submissions) == len(row.entries) == 3


def test_recycled_control_number_years_later() -> None:
    old = answer("A1", svc("78452", SCAN, 100000, PAID, service_date="2021-03-05"), to=payment("2021-04-02", "EFT0"))
    ours, theirs = rows([scan()], [old])
    check(ours, "no-response", balance=SCAN)
    assert theirs.kind is None


def test_claim_answered_as_a_whole() -> None:
    ours = claim("A1", line("78452", SCAN), line("A9500", 24000))
    row = only([ours], [answer("A1", charge_cents=169000, paid_cents=0, cas="CO-29 169000")])
    check(row, "denied", denied=169000)
    assert row.line is None


def test_claim_denied_as_a_whole_then_paid_by_line() -> None:
    first = answer("A1", charge_cents=SCAN, paid_cents=0, cas="CO-16 145000")
    second = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment("2026-05-02", "EFT2"))
    row = only([scan()], [first, second])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert row.first_state == "denied"
    assert [(e.tier, effect) for e, effect in zip(row.entries, row.net.effects, strict=True)] == [
        ("control-number", "replaced"),
        ("code-modifiers-date-charge-units", "counted"),
    ]


def test_claim_level_adjustment_beside_lines_gets_its_own_row() -> None:
    remit = answer("A1", svc("78452", SCAN, 110000, "CO-45 35000"), paid_cents=100000, cas="PR-1 10000")
    line_row, extra = rows([scan()], [remit])
    check(line_row, "paid", paid=110000, contractual=35000)
    check(extra, "paid", paid=-10000, patient=10000)
    assert (extra.charge, extra.line) == (0, None)


def test_answer_that_does_not_add_up_leaves_a_balance() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 100000, "CO-45 30000"))])
    check(row, "paid", paid=100000, contractual=30000, balance=15000)


def test_remittance_without_a_claim_is_netted_too() -> None:
    first = answer("Z1", svc("78452", SCAN, 0, "CO-197 145000"))
    later = payment("2026-06-02", "EFT2")
    row = only([], [first, mirror(first, later), answer("Z1", svc("78452", SCAN, 100000, PAID), to=later)])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert (row.kind, row.first_state) == (None, "denied")


def test_reversal_whose_original_was_never_seen() -> None:
    ghost = answer("A1", svc("78452", SCAN, 28000, "CO-45 110000; PR-2 7000"))
    row = only([scan()], [mirror(ghost, payment("2026-06-02", "EFT2"))])
    assert row.state == "taken-back"
    assert row.split.paid == -28000
    without_claim = only([], [mirror(ghost, payment("2026-06-02", "EFT2"))])
    check(without_claim, "taken-back", paid=-28000, contractual=-110000, patient=-7000)


@pytest.mark.parametrize("units", [1, 2])
def test_identical_lines_answered_by_as_many(units: int) -> None:
    ours = claim("A1", line("A9500", 12000, units=units), line("A9500", 12000, units=units))
    remit = answer(
        "A1", svc("A9500", 12000, 7500, "CO-45 4500", units=units), svc("A9500", 12000, 0, "OA-18 12000", units=units)
    )
    first, second = rows([ours], [remit])
    check(first, "paid", paid=7500, contractual=4500)
    check(second, "denied", denied=12000)


def test_identical_lines_answered_by_one_are_ambiguous() -> None:
    ours = claim("A1", line("A9500", 12000), line("A9500", 12000))
    found = rows([ours], [answer("A1", svc("A9500", 12000, 7500, "CO-45 4500"))])
    assert [row.state for row in found if row.kind] == ["no-response", "no-response"]
    (loose,) = [row for row in found if row.kind is None]
    assert loose.ambiguous


def test_lines_without_any_code_are_counted_once() -> None:
    row = only([], [answer("Z1", svc(None, SCAN, 100000, "CO-45 45000", revenue_code=None))])
    check(row, "paid", paid=100000, contractual=45000)


def test_the_reversal_of_an_unseen_denial_denies_nothing() -> None:
    ghost = answer("Z1", svc("78452", SCAN, 0, "CO-197 145000"))
    row = only([], [mirror(ghost, payment("2026-06-02", "EFT2"))])
    assert (row.state, row.split.denied, row.split.paid) == ("pending", 0, 0)


def test_what_stands_beside_a_line_counts_with_its_answer() -> None:
    """A duplicate denial in a later payment replaces neither the line nor what the first answer said of the claim."""
    first = answer("A1", svc("78452", SCAN, 110000, "CO-45 35000"), paid_cents=100000, cas="PR-1 10000")
    second = answer("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-05-02", "EFT2"))
    line_row, extra = rows([scan()], [first, second])
    check(line_row, "paid", paid=110000, contractual=35000)
    check(extra, "paid", paid=-10000, patient=10000)


def test_one_payment_delivered_with_two_contents_is_netted_by_content() -> None:
    """Nothing but what they say tells the two answers apart; whichever was imported first, the same one stands."""
    found = set()
    for turned in (False, True):
        pays = [payment(), payment()]
        answers = [
            answer("A1", svc("78452", SCAN, SCAN - cut, f"CO-45 {cut}"), to=pay)
            for pay, cut in zip(pays, (600, 500)[:: -1 if turned else 1], strict=True)
        ]
        for number, one in enumerate(answers):  # the same place in two files
            one.payment.id, one.id = (number + 9) << 32 | 3, (number + 9) << 32 | 8
        found.add(only([scan()], answers).split.paid)
    assert len(found) == 1


def test_an_answer_cancelled_with_its_money_elsewhere_leaves_no_cent_behind() -> None:
    """The reversal gives the money back at claim level, where the answer had paid it on its line."""
    paid = answer("A1", svc("78452", SCAN, 100000, PAID))
    undone = mirror(paid, payment("2026-05-02"))
    undone.lines[0].paid_cents, undone.lines[0].adjustments = 0, []
    entries = [entry for row in rows([scan()], [paid, undone]) for entry in row.entries]
    assert sum(entry.split.paid for entry in entries if entry.remit is undone) == undone.paid == -100000


@pytest.mark.parametrize("lost", ["line", "adjustments"])
def test_delivery_that_broke_off_gives_way_to_the_whole_one(lost: str) -> None:
    whole = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment())
    cut = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment())
    for remit in (whole, cut):
        remit.id = remit.payment.id + 9  # the same place in the same payment
    if lost == "line":
        cut.lines.clear()
    else:
        cut.lines[0].adjustments.clear()
    for remits in ([whole, cut], [cut, whole]):
        check(only([scan()], remits), "paid", paid=100000, contractual=35000, patient=10000)
