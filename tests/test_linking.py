"""Which answer belongs to which claim and line. The expected links are worked out by hand from domain.md section 5."""

from __future__ import annotations

from typing import Any

import pytest

from edi.analysis.engine import Engine
from edi.analysis.grouping import claim_keys, remit_keys
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcomes.outcome import Outcome
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


@pytest.mark.parametrize(
    ("hospital", "code", "charge", "told"),
    [
        ({"billing_npi": "1000001010"}, "78452", SCAN, {"npi": "1000001010"}),
        ({"member_id": "M2"}, "78452", SCAN, {"patient_id": "M2"}),
        ({"subscriber_first": "TIM"}, "78452", SCAN, {"patient_first": "TIM"}),
        ({}, "78452", SCAN + 500, {}),
        ({}, "78451", SCAN, {}),
    ],
    ids=["payee", "member", "patient", "charge", "codes"],
)
def test_hospital_and_office_use_one_number_on_one_day(
    hospital: dict[str, Any], code: str, charge: int, told: dict[str, Any]
) -> None:
    """One thing that differs decides; where nothing does, it is a tie."""
    office, other = ours("A1"), ours("A1", line(code, charge), kind="837I", place_of_service="13", **hospital)
    pay = payment()
    pay.payee_npi = told.pop("npi", None)
    found = ENGINE.analyse([office, other], [theirs("A1", svc(code, charge, 0, f"CO-50 {charge}"), to=pay, **told)])
    assert [(row.kind, row.state) for row in found.rows] == [("837I", "denied"), ("837P", "no-response")]
    twin = ours("A1", kind="837I", place_of_service="13")
    tied = ENGINE.analyse([office, twin], [theirs("A1", svc("78452", SCAN, 0, f"CO-50 {SCAN}"))])
    assert sorted(str(row.kind) for row in tied.rows if row.state == "no-response") == ["837I", "837P"]


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


def test_no_submission_is_lost_where_the_last_replacement_does_not_say_when_it_was_sent() -> None:
    first = theirs("A1", svc("78452", SCAN, 0, "CO-197 145000"))
    second = theirs("A1R", svc("78452", SCAN, 0, "CO-16 145000"), to=payment("2026-05-02", "EFT2"),
                    payer_control_number="ICN2")  # fmt: skip
    claims = [
        ours("A1"),
        ours("A1R", frequency="7", payer_control_number="ICN1", submitted="2026-04-10"),
        ours("A1S", frequency="7", payer_control_number="ICN2", submitted=None),
    ]
    found = {row.claim.control_number: row.state for row in rows(claims, [first, second])}
    assert found == {"A1": "void", "A1R": "void", "A1S": "no-response"}


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
