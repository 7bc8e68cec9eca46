"""Where each cent of a line goes: one answer, answers over time, several payers, split lines. Worked out by hand."""

from __future__ import annotations

from tests.build import answer, claim, line, mirror, payment, svc
from tests.rowchecks import PAID, SCAN, check, only, scan


def test_paid_with_write_off_and_coinsurance() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 100000, PAID))])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert (row.first_state, row.split.allowed) == ("paid", 110000)


def test_denied() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-197 145000"))])
    check(row, "denied", denied=SCAN)


def test_a_denial_shifted_to_the_patient_is_a_denial() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "PR-96 145000"))])
    check(row, "denied", denied=SCAN)


def test_deductible_only_is_no_denial() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-45 35000; PR-1 110000"))])
    check(row, "patient-share", contractual=35000, patient=110000)


def test_whole_charge_written_off_is_a_hidden_denial() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-45 145000"))])
    check(row, "denied", denied=SCAN)


def test_write_off_of_a_later_payer_is_not() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-45 145000"), status="2")])
    check(row, "paid-elsewhere", contractual=SCAN)


def test_only_payment_rules_and_nothing_paid_is_a_denial() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-237 145000"))])
    check(row, "denied", denied=SCAN)


def test_sequestration_is_other() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 98000, "CO-45 35000; PR-2 10000; CO-253 2000"))])
    check(row, "paid", paid=98000, contractual=35000, patient=10000, other=2000)
    assert row.split.allowed == 110000


def test_capitated() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-24 145000"))])
    check(row, "capitated", other=SCAN)


def test_capitation_from_medicare_itself_is_a_denial() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "CO-24 145000"), filing_code="MB")])
    check(row, "denied", denied=SCAN)


def test_pending_then_paid() -> None:
    pending = answer("A1", svc("78452", SCAN, 0, "OA-133 145000"))
    check(only([scan()], [pending]), "pending", balance=SCAN)
    paid = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment("2026-05-02", "EFT2"))
    row = only([scan()], [paid, pending])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert row.first_state == "paid"


def test_no_response() -> None:
    row = only([scan()], [])
    check(row, "no-response", balance=SCAN)
    assert row.first_state is None
    assert row.split.allowed is None


def test_reversal_and_correction() -> None:
    first = answer("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    later = payment("2026-06-02", "EFT2")
    right = answer("A1", svc("78452", SCAN, 100000, PAID), to=later, payer_control_number="ICN1A")
    row = only([scan()], [right, first, mirror(first, later)])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert row.first_state == "denied"


def test_correction_before_its_reversal_in_the_file() -> None:
    first = answer("A1", svc("78452", SCAN, 28000, "CO-45 110000; PR-2 7000"))
    later = payment("2026-06-02", "EFT2")
    right = answer("A1", svc("78452", SCAN, 100000, PAID), to=later)
    row = only([scan()], [first, right, mirror(first, later)])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)


def test_taken_back() -> None:
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    row = only([scan()], [first, mirror(first, payment("2026-06-02", "EFT2"))])
    check(row, "taken-back", denied=SCAN)
    assert row.first_state == "paid"


def test_taken_back_and_paid_again_lower() -> None:
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    later = payment("2026-06-02", "EFT2")
    lower = answer("A1", svc("78451", SCAN, 28000, "CO-45 110000; PR-2 7000", submitted_procedure="78452"), to=later)
    row = only([scan()], [first, mirror(first, later), lower])
    check(row, "reduced", paid=28000, contractual=110000, patient=7000)
    assert row.first_state == "paid"


def test_later_answer_replaces_the_earlier() -> None:
    first = answer("A1", svc("78452", SCAN, 0, "CO-16 145000"))
    second = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment("2026-05-02", "EFT2"))
    row = only([scan()], [second, first])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert row.first_state == "denied"


def test_a_duplicate_denial_never_replaces() -> None:
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    second = answer("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-05-02", "EFT2"))
    check(only([scan()], [first, second]), "paid", paid=100000, contractual=35000, patient=10000)


def test_secondary_adds_and_its_oa23_is_no_new_reduction() -> None:
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    other = payment("2026-05-02", "EFT9", payer="OTHER PLAN")
    second = answer("A1", svc("78452", SCAN, 8000, "OA-23 135000; PR-3 2000"), to=other, status="2")
    row = only([scan()], [first, second])
    check(row, "paid", paid=108000, contractual=35000, patient=2000)


def test_secondary_that_repeats_the_write_off() -> None:
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    other = payment("2026-05-02", "EFT9", payer="OTHER PLAN")
    second = answer("A1", svc("78452", SCAN, 10000, "CO-45 135000"), to=other, status="2")
    check(only([scan()], [first, second]), "paid", paid=110000, contractual=35000)


def test_secondary_alone_puts_the_prior_payer_in_other() -> None:
    row = only([scan()], [answer("A1", svc("78452", SCAN, 0, "OA-23 145000"), status="2")])
    check(row, "paid-elsewhere", other=SCAN)


def test_secondary_claim_of_ours_makes_no_rows_of_its_own() -> None:
    second_claim = claim("A1", line("78452", SCAN), responsibility="S", payer_name="OTHER PLAN", payer_id="OP1",
                         submitted="2026-04-10")  # fmt: skip
    first = answer("A1", svc("78452", SCAN, 100000, PAID))
    other = payment("2026-05-02", "EFT9", payer="OTHER PLAN")
    second = answer("A1", svc("78452", SCAN, 10000, "OA-23 135000"), to=other, status="2")
    check(only([scan(), second_claim], [first, second]), "paid", paid=110000, contractual=35000)


def test_two_payers_that_both_call_themselves_primary() -> None:
    wrong = answer("A1", svc("78452", SCAN, 0, "CO-109 145000"))
    right = answer("A1", svc("78452", SCAN, 100000, PAID), to=payment("2026-05-02", "EFT9", payer="OTHER PLAN"))
    row = only([scan()], [wrong, right])
    check(row, "paid", paid=100000, contractual=35000, patient=10000)
    assert row.first_state == "denied"


def test_split_line_is_summed() -> None:
    ours = claim("A1", line("A9500", 24000, units=2))
    parts = answer("A1", svc("A9500", 12000, 7500, "CO-45 4500"), svc("A9500", 12000, 0, "CO-151 12000"))
    row = only([ours], [parts])
    check(row, "reduced", paid=7500, contractual=4500, denied=12000)
    assert {e.tier for e in row.entries} == {"split"}


def test_unbundled_products_return_to_their_line() -> None:
    ours = claim("A1", line("93015", 21000, line_control="L1"))
    parts = answer(
        "A1",
        svc("93016", 21000, 3000, "CO-45 18000; OA-94 0", submitted_procedure="93015", line_control="L1"),
        svc("93018", 0, 2000, "OA-94 -2000", submitted_procedure="93015", line_control="L1"),
    )
    row = only([ours], [parts])
    check(row, "reduced", paid=5000, contractual=18000, other=-2000)
