"""Which answer belongs to which claim and line. The expected links are worked out by hand from domain.md section 5."""

from __future__ import annotations

from typing import Any

import pytest

from edi.analysis.engine import Engine
from edi.analysis.grouping import claim_keys, remit_keys
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcome import Outcome
from edi.resources import Resources
from tests.build import answer, claim, line, mirror, payment, svc

ENGINE = Engine(Resources())
SCAN = 145000
PAID = "CO-45 35000; PR-2 10000"
ME = {"patient_last": "DOE", "patient_first": "JAN"}
YOU = {"patient_last": "ROE", "patient_first": "SAM", "patient_id": "EHP000999"}


def ours(number: str = "A1", *lines: Any, **more: Any) -> Claim:
    who = {"subscriber_last": "DOE", "subscriber_first": "JAN", "subscriber_birth_date": "1958-07-04"}
    return claim(number, *(lines or (line("78452", SCAN),)), **(who | more))


def theirs(number: str | None = "A1", *lines: Any, **more: Any) -> RemitClaim:
    return answer(number, *(lines or (svc("78452", SCAN, 100000, PAID),)), **(ME | more))  # type: ignore[arg-type]


def rows(claims: list[Claim], remits: list[RemitClaim]) -> list[Outcome]:
    return ENGINE.analyse(claims, remits).rows


def linked(claims: list[Claim], remits: list[RemitClaim]) -> list[tuple[str | None, list[str]]]:
    """(control number of the claim, trace numbers of its answers) of every row of ours."""
    found = [row for row in rows(claims, remits) if row.kind]
    return [
        (row.claim.control_number, [e.remit.payment.trace_number or "" for e in row.entries for _ in e.svcs])
        for row in found
    ]


# ---- the claim


LONG = "004100001mrn001-visit-56"


@pytest.mark.parametrize(
    "number",
    [LONG.upper(), LONG.lstrip("0"), LONG[:17], LONG[:20], LONG.lstrip("0")[:17].upper(), LONG.replace("-", "")[:20]],
)
def test_a_number_comes_back_changed(number: str) -> None:
    assert linked([ours(LONG)], [theirs(number)]) == [(LONG, ["EFT1"])]
    keys = claim_keys(LONG, None, None)
    assert set(remit_keys(number, (), None, None)) <= set(keys), "both sides are looked at together"


def test_a_number_that_only_begins_like_ours_is_another() -> None:
    assert linked([ours(LONG)], [theirs(LONG[:12], patient_id="X")]) == [(LONG, [])]


def test_another_patient_under_our_number_on_our_day_is_not_ours() -> None:
    stranger = theirs("A1", svc("78452", SCAN, 100000, PAID), **YOU)
    assert linked([ours()], [stranger]) == [("A1", [])]


def test_a_misspelt_name_or_a_new_member_id_alone_does_no_harm() -> None:
    assert linked([ours()], [theirs(patient_last="DOH")]) == [("A1", ["EFT1"])]
    assert linked([ours()], [theirs(patient_id="NEW1")]) == [("A1", ["EFT1"])]


def test_two_systems_use_one_number_on_one_day() -> None:
    other = ours("A1", line("99213", 9000), subscriber_last="ROE", subscriber_first="SAM", member_id="EHP000999",
                 subscriber_birth_date="1970-01-01", billing_npi="1000001010")  # fmt: skip
    second = theirs("A1", svc("99213", 9000, 9000), to=payment(trace="EFT2"), **YOU)
    assert linked([ours(), other], [theirs(), second]) == [("A1", ["EFT1"]), ("A1", ["EFT2"])]


def test_namesakes_are_two_people() -> None:
    other = ours("A1", subscriber_first="TOM", member_id="EHP000999", subscriber_birth_date="1990-01-01")
    assert len(linked([ours(), other], [])) == 2


def test_siblings_under_one_member_id_are_two_people() -> None:
    child = ours("A1", patient_last="DOE", patient_first="TIM", patient_birth_date="2012-02-02")
    found = linked([ours(), child], [theirs(patient_first="TIM")])
    assert sorted(found) == [("A1", []), ("A1", ["EFT1"])]


def test_without_a_number_everything_else_must_agree() -> None:
    assert linked([ours()], [theirs("0")]) == [("A1", ["EFT1"])]
    assert linked([ours()], [theirs(None, patient_id="NEW1", corrected_id="EHP000111")]) == [("A1", ["EFT1"])]
    assert linked([ours()], [theirs("0", patient_id="NEW1")]) == [("A1", [])]
    assert linked([ours()], [theirs("0", svc("78452", SCAN - 1, 0, "CO-50 144999"))]) == [("A1", [])]
    assert linked([ours()], [theirs("0", svc("78452", SCAN, 0, "CO-50 145000", service_date=None))]) == [("A1", [])]
    assert linked([ours(billing_npi="1000001010")], [theirs("0")]) == [("A1", [])]


def test_without_a_number_two_claims_that_fit_are_a_tie() -> None:
    result = ENGINE.analyse([ours("A1"), ours("A2")], [theirs("0")])
    assert [row.kind for row in result.rows if row.entries] == [None]
    assert [len(found) for found in result.ambiguous.values()] == [2]


def test_a_reversal_without_our_number_is_found_by_the_payers() -> None:
    first = theirs("0")
    back = mirror(first, payment("2026-05-02", "EFT2"), **ME)
    part = theirs("0", svc("99999", 1, 1), to=payment("2026-05-09", "EFT3"))
    assert linked([ours()], [part, back, first])[0] == ("A1", ["EFT1", "EFT2"])


def test_paid_before_the_service_is_somebody_elses() -> None:
    old = theirs("A1", svc("78452", SCAN, 100000, PAID, service_date=None), to=payment("2022-04-02", "EFT0"))
    assert linked([ours()], [old]) == [("A1", [])]


# ---- the submission


def test_a_replacement_of_a_replacement_under_numbers_of_their_own() -> None:
    first = theirs("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    second = theirs("A1", svc("78452", SCAN, 0, "CO-16 145000"), to=payment("2026-05-02", "EFT2"), frequency="7",
                    payer_control_number="ICN2")  # fmt: skip
    third = theirs("A1", to=payment("2026-06-02", "EFT3"), original_reference="ICN2", payer_control_number="ICN3")
    claims = [
        ours("A1"),
        ours("A1R", frequency="7", payer_control_number="ICN1", submitted="2026-04-10"),
        ours("A1S", frequency="7", payer_control_number="ICN2", submitted="2026-05-10"),
    ]
    found = {row.claim.control_number: row for row in rows(claims, [third, first, second])}
    assert {name: row.state for name, row in found.items()} == {"A1": "void", "A1R": "void", "A1S": "paid"}
    assert [e.remit for e in found["A1R"].entries] == [second]


def test_no_replacement_is_answered_before_it_was_sent() -> None:
    again = ours("A1", line("78452", SCAN, line_control="1"), frequency="7", submitted="2026-04-10")
    first = theirs("A1", svc("78452", SCAN, 100000, PAID, line_control="1"), to=payment("2026-04-02"))
    assert linked([ours(), again], [first]) == [("A1", ["EFT1"]), ("A1", [])]


def test_a_copy_turned_away_before_the_first_is_paid() -> None:
    copy = ours("A1", submitted="2026-03-12")
    refused = theirs("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-03-20", "EFT0"),
                     payer_control_number="ICN2")  # fmt: skip
    first, second = rows([ours(), copy], [theirs(), refused])
    assert (first.state, first.first_state, second.state) == ("paid", "paid", "denied")


# ---- the line


def one(claim_: Claim, remit: RemitClaim) -> list[list[str]]:
    """For each line of ours the procedures (SVC01) of what answered it."""
    return [[s.procedure or "" for e in row.entries for s in e.svcs] for row in rows([claim_], [remit]) if row.kind]


def test_products_at_zero_return_to_the_line_whose_code_they_name() -> None:
    remit = theirs("A1", svc("93016", 21000, 3000, "CO-45 18000", submitted_procedure="93015"),
                   svc("93018", 0, 2000, "OA-94 -2000", submitted_procedure="93015"))  # fmt: skip
    (row,) = rows([ours("A1", line("93015", 21000))], [remit])
    assert (row.split.paid, row.split.other, row.split.contractual) == (5000, -2000, 18000)
    assert [e.tier for e in row.entries] == ["code-modifiers-date-charge-units"]


def test_a_product_that_two_lines_could_have_made_stays_alone() -> None:
    claim_ = ours("A1", line("J2785", 8000), line("J2785", 16000, units=2))
    remit = theirs("A1", svc("J2785", 8000, 8000), svc("J0153", 0, 2000, "OA-94 -2000", submitted_procedure="J2785"))
    assert one(claim_, remit) == [["J2785"], []]


def test_a_line_without_date_is_told_by_the_rest() -> None:
    span = {"statement_from": "2026-03-05", "statement_through": "2026-03-06"}
    claim_ = ours("A1", line("78452", SCAN), line("93015", 21000, service_date="2026-03-06"))
    remit = theirs("A1", svc("93015", 21000, 9, "CO-45 20991", service_date=None),
                   svc("78452", SCAN, 100000, PAID, service_date=None), **span)  # fmt: skip
    assert one(claim_, remit) == [["78452"], ["93015"]]


def test_doses_of_two_days_without_a_day_are_a_tie_unless_all_lines_come_in_order() -> None:
    span = {"statement_from": "2026-03-05", "statement_through": "2026-03-06"}
    doses = [line("A9500", 12000), line("A9500", 12000, service_date="2026-03-06")]
    undated = [svc("A9500", 12000, paid, f"CO-45 {12000 - paid}", service_date=None) for paid in (7000, 7100)]
    scan = svc("78452", SCAN, 100000, PAID, service_date=None)
    assert one(ours("A1", line("78452", SCAN), *doses), theirs("A1", scan, *undated, **span)) == [
        ["78452"], ["A9500"], ["A9500"],
    ]  # fmt: skip
    shuffled = theirs("A1", undated[0], scan, undated[1], **span)
    assert one(ours("A1", line("78452", SCAN), *doses), shuffled) == [["78452"], [], []]
    assert one(ours("A1", line("78452", SCAN), *doses), theirs("A1", scan, undated[0], **span)) == [["78452"], [], []]


def test_inpatient_lines_have_neither_code_nor_date() -> None:
    stay = [line(None, 240000, revenue_code="0120", service_date=None), line(None, 35000, revenue_code="0250",
                                                                              service_date=None)]  # fmt: skip
    claim_ = ours("A1", *stay, kind="837I", statement_from="2026-03-05", statement_through="2026-03-08")
    remit = theirs("A1", svc("0250", 35000, 0, "CO-50 35000", revenue_code="0250"),
                   svc("0120", 240000, 100000, "CO-45 140000", revenue_code="0120"))  # fmt: skip
    assert one(claim_, remit) == [["0120"], ["0250"]]


def test_split_lines_without_a_procedure_or_a_date() -> None:
    claim_ = ours("A1", line(None, 35000, revenue_code="0250", units=3), kind="837I")
    remit = theirs("A1", *(svc("0250", cents, 0, f"CO-50 {cents}", revenue_code="0250", service_date=None)
                           for cents in (20000, 15000)))  # fmt: skip
    assert one(claim_, remit) == [["0250", "0250"]]


def test_one_line_control_number_on_every_line_names_none() -> None:
    claim_ = ours("A1", line("78452", SCAN, line_control="X"), line(None, 500, revenue_code="0250", line_control="X"))
    copy = ours("A1", line("78452", SCAN, line_control="Y"), line(None, 500, revenue_code="0250", line_control="Y"),
                responsibility="S", payer_name="OTHER PLAN", payer_id="OP1", submitted="2026-04-10")  # fmt: skip
    remit = theirs("A1", svc("0341", SCAN, 100000, PAID, revenue_code="0341", line_control="Y"))
    found = [row for row in rows([claim_, copy], [remit]) if row.kind]
    assert [len(row.entries) for row in found] == [0, 0]


def test_a_number_that_comes_close_wins_over_one_to_the_letter_where_the_patient_says_so() -> None:
    parent = ours("00123")
    child = ours("123", patient_last="DOE", patient_first="TIM", patient_birth_date="2012-02-02")
    found = dict(linked([parent, child], [theirs("123")]))
    assert found == {"00123": ["EFT1"], "123": []}


def test_late_charges_under_the_same_number_are_told_by_their_services() -> None:
    more = ours("A1", line("93015", 21000, line_control="1"), submitted="2026-03-20")
    remits = [
        theirs("A1", svc("93015", 21000, 9000, "CO-45 12000"), to=payment("2026-04-02", "EFT2"),
               payer_control_number="ICN2"),
        theirs("A1", svc("78452", SCAN, 100000, PAID, line_control="1"), to=payment("2026-04-09")),
    ]  # fmt: skip
    first = ours("A1", line("78452", SCAN), line("A9500", 24000))
    assert linked([first, more], remits) == [("A1", ["EFT1"]), ("A1", []), ("A1", ["EFT2"])]


def test_products_at_zero_are_no_part_of_a_sum() -> None:
    claim_ = ours("A1", line("93015", 21000, revenue_code="0482"), line("84484", 8600, revenue_code="0482"),
                  kind="837I")  # fmt: skip
    remit = theirs("A1", svc("93017", 21000, 3000, "CO-45 18000", submitted_procedure="93015", revenue_code="0482"),
                   svc("93018", 0, 2000, "OA-94 -2000", submitted_procedure="93015", revenue_code="0482"),
                   svc("0482", 8600, 8600, revenue_code="0482"))  # fmt: skip
    assert one(claim_, remit) == [["93017", "93018"], ["0482"]]


# ---- reversals and repeats


def test_the_reversal_names_the_answer_whose_adjustments_it_repeats() -> None:
    first = theirs("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    later = payment("2026-06-02", "EFT2")
    right = theirs("A1", svc("78452", SCAN, 0, "CO-45 35000; PR-1 110000"), to=later)
    (row,) = rows([ours()], [first, right, mirror(first, later, **ME)])
    assert (row.state, row.split.patient, row.split.denied) == ("patient-share", 110000, 0)


def test_one_company_that_is_both_payers() -> None:
    copy = ours("A1", responsibility="S", member_id="EHP000222", submitted="2026-04-10")
    second = theirs("A1", svc("78452", SCAN, 10000, "OA-23 135000"), to=payment("2026-05-02", "EFT2"), status="2",
                    patient_id="EHP000222")  # fmt: skip
    twice = theirs("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-05-09", "EFT3"), status="2",
                   patient_id="EHP000222")  # fmt: skip
    (row,) = rows([ours(), copy], [theirs(), second, twice])
    assert (row.split.paid, row.split.patient, row.split.denied, len(row.entries)) == (110000, 0, 0, 3)


def test_a_repeat_is_turned_away_whatever_place_the_payer_takes() -> None:
    refused = theirs("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=payment("2026-05-09", "EFT3"), status="2")
    (row,) = rows([ours()], [theirs(), refused])
    assert (row.state, row.split.patient) == ("paid", 10000)


def test_a_payer_that_writes_its_name_otherwise_is_the_same_payer() -> None:
    later = payment("2026-05-02", "EFT2", payer="EXAMPLE HEALTH PLAN, INC.")
    now = payment()
    now.payer_id = later.payer_id = "EHP01"
    (row,) = rows([ours()], [theirs(to=now), theirs("A1", svc("78452", SCAN, 90000, "CO-45 55000"), to=later)])
    assert (row.split.paid, row.split.contractual) == (90000, 55000)


def test_an_answer_that_fits_our_lines_is_not_kept_by_one_that_fitted_none() -> None:
    doses = ours("A1", line("A9500", 12000), line("A9500", 12000))
    one_of_them = theirs("A1", svc("A9500", 12000, 0, "CO-16 12000"))
    both = theirs("A1", *(svc("A9500", 12000, paid, f"CO-45 {12000 - paid}") for paid in (7000, 7100)),
                  to=payment("2026-05-02", "EFT2"))  # fmt: skip
    found = rows([doses], [one_of_them, both])
    assert [(row.kind, row.split.paid) for row in found] == [("837P", 7000), ("837P", 7100), (None, 0)]


def test_a_reversal_goes_where_the_line_went_that_it_repeats() -> None:
    """The payer repeats another charge than ours, and its reversal has no date: only the answer it takes back tells."""
    first = theirs("A1", svc("78452", 90000, 50000, "CO-45 40000"))
    back = mirror(first, payment("2026-06-02", "EFT2"), **ME)
    for one_ in back.lines:
        one_.service_date = None
    row, other = rows([ours("A1", line("78452", SCAN), line("93015", 21000))], [first, back])
    assert (row.state, [e.tier for e in row.entries]) == ("taken-back", ["code-date", "reversed"])
    assert other.state == "no-response"


def test_a_repeat_turned_away_in_the_payment_that_pays() -> None:
    pay = payment()
    refused = theirs("A1", svc("78452", SCAN, 0, "OA-18 145000"), to=pay, payer_control_number="ICN0")
    (row,) = rows([ours()], [refused, theirs(to=pay)])
    assert (row.state, row.first_state, row.split.paid, row.split.denied) == ("paid", "paid", 100000, 0)


def test_a_replacement_without_a_reference_is_told_by_its_line_control_numbers() -> None:
    again = ours("B7", line("78452", SCAN, line_control="K00071"), frequency="7", submitted="2026-04-10")
    first = theirs("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    second = theirs("A1", svc("78452", SCAN, 100000, PAID, line_control="K00071"), to=payment("2026-05-02", "EFT2"),
                    payer_control_number="ICN2")  # fmt: skip
    found = {row.claim.control_number: row for row in rows([ours(), again], [first, second])}
    assert (found["A1"].state, found["B7"].state) == ("void", "paid")


def test_our_own_line_control_number_proves_what_a_new_name_and_member_id_hide() -> None:
    claim_ = ours("A1", line("78452", SCAN, line_control="K00071"))
    renamed = {"patient_last": "ROE", "patient_first": "JAN", "patient_id": "NEW1"}
    assert linked([claim_], [theirs("A1", svc("78452", SCAN, 100000, PAID, line_control="K00071"), **renamed)]) == [
        ("A1", ["EFT1"]),
    ]  # fmt: skip
    assert linked([claim_], [theirs("A1", **renamed)]) == [("A1", [])]


def test_without_a_number_a_sibling_under_the_same_member_id_is_another() -> None:
    assert linked([ours()], [theirs("0", patient_first="TIM")]) == [("A1", [])]


def test_split_by_day_of_a_line_that_spans_several() -> None:
    spans = line("99213", 30000, units=3, service_date_end="2026-03-07")
    days = [svc("99213", 10000, 8000, "CO-45 2000", service_date=f"2026-03-0{day}") for day in (5, 6, 7)]
    (row,) = rows([ours("A1", spans)], [theirs("A1", *days)])
    assert (row.split.paid, row.split.contractual) == (24000, 6000)
