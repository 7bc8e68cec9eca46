"""Causes that hang on what an office loads (authorizations, coverage, payers, pairs) or on a payer's habits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from edi.analysis.engine import Engine
from edi.analysis.subject import PayerHabits
from edi.resources import Resources
from tests.casefile import parse
from tests.shipped import engine
from tests.test_cases_a import PAYER, analysed, finding_of

# ---- what an office loaded


def loaded_engine(**tables: list[Mapping[str, Any]]) -> Engine:
    return Engine(Resources(), loaded={name.replace("_", "-"): rows for name, rows in tables.items()})


def judged(text: str, with_engine: Engine, number: str, line: int = 1) -> tuple[str, str]:
    finding = finding_of(analysed(parse(text)[0], with_engine), number, line)
    return finding.cause.id, finding.verdict


NUMBERED = """
== a number was sent
claim R1 | REF*G1*AUTH1
  78452 1450
remit R1
  78452 1450 CO-{reason}=1450
"""
APPROVAL = {"number": "AUTH1", "status": "approved", "code": "78452", "patient_control_number": "R1"}
WINTER = {"effective_from": "2026-01-01", "effective_to": "2026-02-28"}
SPRING = {"effective_from": "2026-03-01", "effective_to": "2026-05-31"}


@pytest.mark.parametrize(
    ("approval", "reason", "cause", "verdict"),
    [
        ({}, "197", "authorization-not-matched", "contradicted"),
        ({"code": "78451"}, "197", "authorization-code-mismatch", "confirmed"),
        ({"code": "78451"}, "284", "authorization-code-mismatch", "confirmed"),
        ({}, "284", "authorization-code-mismatch", "contradicted"),
        ({"npi": "1999999984"}, "197", "authorization-provider-mismatch", "confirmed"),
        ({"npi": "1234567893"}, "296", "authorization-provider-mismatch", "contradicted"),
        ({"effective_from": "2026-01-01", "effective_to": "2026-02-28"}, "197", "authorization-expired", "confirmed"),
        ({"effective_from": "2026-01-01", "effective_to": "2026-02-28"}, "198", "authorization-expired", "confirmed"),
        (
            {"effective_from": "2026-03-01", "effective_to": "2026-05-31"},
            "302",
            "authorization-expired",
            "contradicted",
        ),
        ({"status": "refused"}, "39", "authorization-refused", "confirmed"),
        ({}, "39", "authorization-refused", "contradicted"),
    ],
)
def test_the_authorization_list_decides(approval: dict[str, str], reason: str, cause: str, verdict: str) -> None:
    office = loaded_engine(authorizations=[APPROVAL | approval])
    assert judged(NUMBERED.format(reason=reason), office, "R1") == (cause, verdict)


def test_an_approval_on_file_is_shown_where_no_number_was_sent() -> None:
    office = loaded_engine(authorizations=[APPROVAL])
    text = "== none sent\nclaim R1\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    finding = finding_of(analysed(parse(text)[0], office), "R1")
    assert (finding.cause.id, finding.verdict) == ("authorization-not-sent", "confirmed")
    assert any("approval for this patient" in e.what for e in finding.evidence)


MEMBER_APPROVAL = {"number": "AUTH1842", "status": "approved", "code": "78452", "member_id": "EHP000111", **SPRING}


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        ("AUTH1843", "confirmed"),  # a digit wrong
        ("AUTH182", "confirmed"),  # dropped
        ("AUTH11842", "confirmed"),  # struck twice
        ("AUTH1482", "confirmed"),  # turned
        ("1842", "confirmed"),  # without its prefix
        ("PA-AUTH1842", "confirmed"),  # with one that is not its own
        ("AUTHI842", "confirmed"),  # a letter for a digit
        ("PENDING", "confirmed"),  # no number at all
        ("X77310", "likely"),  # quite another: the list has an approval, but what this number is nobody knows
    ],
)
@pytest.mark.parametrize("codes", ["CO-197=1450", "CO-15=1450", "CO-16=1450 M62"])
def test_a_mistyped_number_is_held_to_the_approval(sent: str, verdict: str, codes: str) -> None:
    text = f"== n\nclaim R1 | REF*G1*{sent}\n  78452 1450\nremit R1\n  78452 1450 {codes}\n"
    finding = finding_of(analysed(parse(text)[0], loaded_engine(authorizations=[MEMBER_APPROVAL])), "R1")
    assert (finding.cause.id, finding.verdict) == ("authorization-not-matched", verdict)
    assert any(f"sent {sent}, approved: AUTH1842" in (e.value or "") for e in finding.evidence)
    assert finding.action.startswith("Send the approved number AUTH1842 ")


@pytest.mark.parametrize(
    ("approval", "verdict"),
    [
        ({"code": "93306"}, "likely"),
        ({"effective_from": "2026-01-01", "effective_to": "2026-02-28"}, "likely"),
        ({"npi": "1100000045"}, "likely"),  # it names another group
        ({"member_id": "EHP000999"}, "stated"),  # the list does not speak of this patient at all
    ],
)
def test_a_number_that_the_list_does_not_have_is_no_ground_for_an_appeal(
    approval: dict[str, str], verdict: str
) -> None:
    """Nor is an approval for something else the number that was meant."""
    text = "== n\nclaim R1 | REF*G1*AUTH1843\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    office = loaded_engine(authorizations=[MEMBER_APPROVAL | approval])
    finding = finding_of(analysed(parse(text)[0], office), "R1")
    assert (finding.cause.id, finding.rule, finding.verdict) == ("authorization-not-matched", "R141", verdict)
    known = "The office's list knows this patient, but not the number sent"
    assert (known in [e.what for e in finding.evidence]) == (verdict == "likely")


@pytest.mark.parametrize("sent", ["", " | REF*G1*AUTH1842", " | REF*G1*AUTH1843"])
@pytest.mark.parametrize(
    ("status", "causes"),
    [
        ("refused", ("authorization-refused", "authorization-refused", "authorization-refused")),
        ("pending", ("authorization-not-sent", "authorization-not-matched", "authorization-not-matched")),
    ],
)
def test_what_the_list_says_of_a_request_that_was_not_approved(sent: str, status: str, causes: tuple[str, ...]) -> None:
    """Without a number, with the request's own, with one that the list does not have."""
    text = f"== n\nclaim R1{sent}\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    found = judged(text, loaded_engine(authorizations=[MEMBER_APPROVAL | {"status": status}]), "R1")
    place = 0 if not sent else 1 if sent.endswith("2") else 2
    assert found == (causes[place], "likely" if (status, place) == ("pending", 2) else "confirmed")


def test_a_refusal_that_an_approval_followed_is_past() -> None:
    text = "== n\nclaim R1\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    rows: list[Mapping[str, Any]] = [MEMBER_APPROVAL | {"status": "refused", "number": "REQ1"}, MEMBER_APPROVAL]
    assert judged(text, loaded_engine(authorizations=rows), "R1") == ("authorization-not-sent", "confirmed")


@pytest.mark.parametrize(
    ("sent", "approval", "cause", "verdict"),
    [
        ("AUTH1842", {}, "authorization-not-matched", "contradicted"),
        ("AUTH1843", {}, "authorization-not-matched", "confirmed"),
        ("AUTH1842", {"code": "78451"}, "authorization-code-mismatch", "confirmed"),
        ("AUTH1842", {"units": 1.0}, "authorization-not-matched", "contradicted"),
    ],
)
def test_a_claim_that_was_denied_as_a_whole_is_held_to_the_approval_of_its_scan(
    sent: str, approval: dict[str, Any], cause: str, verdict: str
) -> None:
    text = f"""== n
claim R1 | REF*G1*{sent}
  93015 210
  78452 1450
  A9500x2 240
remit R1 charge=1900 CO-197=1900
"""
    office = loaded_engine(authorizations=[MEMBER_APPROVAL | approval])
    assert judged(text, office, "R1") == (cause, verdict)


def test_a_claim_that_was_denied_as_a_whole_is_held_to_the_other_claims_of_its_scan() -> None:
    hospital = "== n\nclaim H1 kind=I npi=1100000029 | REF*G1*AUTH500\n  78452 3200\n"
    text = hospital + "claim R1 pos=22\n  78452-26 260\nremit R1 fac=22 charge=260 CO-197=260\n"
    finding = finding_of(analysed(parse(text)[0]), "R1")
    assert "AUTH500 on claim H1" in [e.value for e in finding.evidence]
    other = "== n\nclaim A1 on=20260220 sent=20260222 | REF*G1*AUTH1\n  78451 900\nremit A1 on=20260220 paid=20260310\n"
    text = (
        other
        + "  78451 900 CO-45=400\nclaim R1 | REF*G1*AUTH1\n  78452 1450\nremit R1 charge=1450 icn=ICN2 CO-197=1450\n"
    )
    assert judged(text, engine(), "R1") == ("authorization-code-mismatch", "confirmed")


HOSPITAL_PAID = """== n
claim H1 kind=I npi=1100000029 | REF*G1*AUTH1842
  78452 3200
remit H1 fac=13 npi=1100000029 icn=ICN9
  78452 3200 {answer} rev=0341
claim R1 pos=22 | REF*G1*{sent}
  78452-26 260
remit R1 fac=22
  78452-26 260 CO-197=260
"""


@pytest.mark.parametrize(
    ("sent", "answer", "verdict"),
    [
        ("AUTH1824", "CO-45=1800", "likely"),  # two digits turned in the reader's
        ("AUTH1842", "CO-45=1800", "contradicted"),
        ("X77310", "CO-45=1800", "contradicted"),  # each may have an approval of its own
        ("AUTH1824", "CO-197=3200", "contradicted"),  # the other number was not accepted either
    ],
)
def test_a_slip_shows_beside_the_number_that_the_hospital_was_paid_under(sent: str, answer: str, verdict: str) -> None:
    text = HOSPITAL_PAID.format(sent=sent, answer=answer)
    assert judged(text, engine(), "R1") == ("authorization-not-matched", verdict)


def test_the_number_of_another_patient_is_no_approval_of_this_one() -> None:
    text = "== n\nclaim R1 | REF*G1*AUTH1842\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    office = loaded_engine(authorizations=[MEMBER_APPROVAL | {"member_id": "EHP000999"}])
    assert judged(text, office, "R1") == ("authorization-not-matched", "confirmed")


def test_a_payer_that_wants_no_authorization_for_the_code_is_refuted() -> None:
    office = loaded_engine(payers=[{"name": PAYER, "authorization_required_codes": "7849*"}])
    text = "== none sent\nclaim R1\n  78452 1450\nremit R1\n  78452 1450 CO-197=1450\n"
    assert judged(text, office, "R1") == ("authorization-not-sent", "contradicted")


DIAGNOSED = """
== a diagnosis
claim R2 dx={dx}
  78452 1450
remit R2
  78452 1450 CO-{reason}=1450
"""


@pytest.mark.parametrize(
    ("dx", "reason", "cause", "verdict"),
    [
        ("I10,E785", "11", "diagnosis-not-pointed", "confirmed"),
        ("I10", "11", "diagnosis-not-covered", "confirmed"),
        ("E785", "11", "diagnosis-not-covered", "contradicted"),
        ("E785", "50", "medical-necessity", "contradicted"),
        ("I2510", "50", "medical-necessity", "confirmed"),
    ],
)
def test_a_loaded_policy_beats_the_list_of_habits(dx: str, reason: str, cause: str, verdict: str) -> None:
    """The policy here is the reverse of the habits: it lists E78 and not coronary disease."""
    policy = {"policy": "P1", "payer": PAYER, "code": "78452", "diagnosis": "E78", "covered": "yes"}
    office = loaded_engine(coverage=[policy])
    assert judged(DIAGNOSED.format(dx=dx, reason=reason), office, "R2") == (cause, verdict)


BUNDLED = """
== a tracer
claim R3
  78452 1450
  A9500x2 240
remit R3
  78452 1450 CO-45=420 PR-2=150
  A9500x2 240 CO-{reason}=240 {remark}
"""


def test_a_contract_that_folds_tracers_in_is_believed() -> None:
    office = loaded_engine(payers=[{"name": PAYER, "bundles_tracers": "yes"}])
    assert judged(BUNDLED.format(reason="97", remark="M15"), office, "R3", 2) == (
        "tracer-bundled-by-contract",
        "confirmed",
    )


def test_a_contract_that_folds_tracers_in_explains_a_whole_write_off() -> None:
    """Row 14: CO-45 of the full charge is the payer's other way to say it, where the contract says so."""
    office = loaded_engine(payers=[{"name": PAYER, "bundles_tracers": "yes"}])
    text = BUNDLED.format(reason="45", remark="")
    assert judged(text, office, "R3", 2) == ("tracer-bundled-by-contract", "confirmed")
    assert judged(text, loaded_engine(), "R3", 2) == ("hidden-denial", "stated")
    apart = loaded_engine(payers=[{"name": PAYER, "bundles_tracers": "no"}])
    assert judged(text, apart, "R3", 2) == ("hidden-denial", "stated")


def test_a_payer_that_pays_the_code_elsewhere_is_not_believed() -> None:
    habits = Engine(Resources(), PayerHabits.of({(PAYER, "A9500"): (6, 2)}))
    for reason, cause in (("97", "tracer-bundled-by-contract"), ("45", "hidden-denial")):
        assert judged(BUNDLED.format(reason=reason, remark=""), habits, "R3", 2) == (cause, "contradicted")


def test_one_payment_in_twenty_refutes_nothing() -> None:
    habits = Engine(Resources(), PayerHabits.of({(PAYER, "A9500"): (1, 20)}))
    assert judged(BUNDLED.format(reason="97", remark=""), habits, "R3", 2)[1] == "likely"


def test_a_contractor_that_wants_the_cost_is_believed() -> None:
    office = loaded_engine(payers=[{"name": PAYER, "needs_cost_note": "yes", "filing_codes": "MB"}])
    text = BUNDLED.replace("claim R3", "claim R3 filing=MB")
    assert judged(text.format(reason="16", remark="MA130"), office, "R3", 2) == ("tracer-cost-missing", "confirmed")


def test_loaded_hospital_pairs_are_used() -> None:
    pair = {"setting": "outpatient", "column1": "78452", "column2": "96374", "modifier_indicator": "1"}
    office = loaded_engine(ncci_ptp=[pair | {"effective_from": "2026-01-01"}])
    text = (
        "== hospital\nclaim R4 kind=I\n  78452 3200 rev=0341\n  96374 300 rev=0260\n"
        "remit R4 fac=13\n  78452 3200 CO-45=2000 rev=0341\n  96374 300 CO-97=300 rev=0260\n"
    )
    assert judged(text, office, "R4", 2) == ("unbundled-component", "confirmed")
