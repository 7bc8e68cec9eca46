"""Look-ups in an office's tables: by date of service, the most particular row, what was loaded over what we ship."""

from __future__ import annotations

from typing import Any

import pytest

from edi.analysis.reference import Reference, load_reference
from edi.resources import Resources

DAY = "2026-03-05"
PLAN = ("EXAMPLE HEALTH PLAN", "EHP01")


def reference(**tables: list[dict[str, Any]]) -> Reference:
    return load_reference(Resources(), {name.replace("_", "-"): rows for name, rows in tables.items()})


def test_nothing_loaded_is_nothing_known() -> None:
    known = load_reference(Resources())
    tables = (known.authorizations, known.fees, known.coverage, known.eligibility, known.network)
    assert tables == (None,) * 5
    assert known.expected_allowed(*PLAN, "78452", [], "11", DAY) is None
    assert known.covers(*PLAN, "78452", "I25.10", DAY) is None


# -- payers


def test_a_loaded_payer_beats_the_default_and_takes_its_blanks_from_it() -> None:
    known = reference(
        payers=[
            {"name": "Example Health Plan", "aliases": "Example Hlth*; EHP of the North", "ids": "EHP01 77777",
             "timely_filing_days": 95, "bundles_tracers": "yes", "authorization_required_codes": "78451 7845* A95*"},
        ]
    )  # fmt: skip
    for name, identifier in (
        ("EXAMPLE HEALTH PLAN", None),
        ("Example  Health, Plan", "other"),
        ("EXAMPLE HLTH PLN", None),
        ("ehp of the north", None),
        ("something else", "77777"),
    ):
        payer = known.payer(name, identifier, "CI")
        assert (payer.name, payer.timely_filing_days, payer.bundles_tracers) == ("Example Health Plan", 95, True)
        assert (payer.kind, payer.takes_frequency_7, payer.listed) == ("commercial", True, True)
        assert payer.needs_ndc is None
        assert payer.requires_authorization("78452") is True
        assert payer.requires_authorization("93015") is False
    other = known.payer("ANOTHER PLAN", "X", "CI")
    assert (other.timely_filing_days, other.listed, other.requires_authorization("78452")) == (None, False, None)


def test_a_payer_may_need_no_authorization_at_all() -> None:
    known = reference(payers=[{"name": "EASY PLAN", "authorization_required_codes": "NONE"}])
    assert known.payer("EASY PLAN", None, None).requires_authorization("78452") is False


def test_a_loaded_row_may_speak_of_all_claims_of_a_filing_code() -> None:
    known = reference(payers=[{"name": "Medicare B of ours", "filing_codes": "MB", "needs_cost_note": "no"}])
    payer = known.payer("MEDICARE PART B", "12345", "MB")
    assert (payer.needs_cost_note, payer.timely_filing_days, payer.listed) == (False, 365, False)


def test_the_id_decides_before_the_name() -> None:
    rows = [{"name": "PLAN A", "ids": "A1", "appeal_days": 60}, {"name": "PLAN B", "ids": "B1", "appeal_days": 90}]
    assert reference(payers=rows).payer("PLAN A", "B1", None).appeal_days == 90


# -- authorizations


@pytest.fixture
def authorizations() -> Any:
    rows: list[dict[str, Any]] = [
        {"number": "AUTH-001", "status": "approved", "patient_control_number": "NUC-A-1001", "code": "78451 78452",
         "effective_from": "2026-03-01", "effective_to": "2026-03-31", "units": 1, "npi": "1234567893 1999999984"},
        {"number": "AUTH-002", "status": "refused", "member_id": "EHP000111", "code": "78452",
         "effective_from": "2026-01-01"},
        {"number": "", "status": "pending", "member_id": "EHP000111", "code": ""},
    ]  # fmt: skip
    return reference(authorizations=rows).authorizations


def test_authorizations_are_found_by_number_however_it_is_written(authorizations: Any) -> None:
    (found,) = authorizations.numbered("auth001")
    assert found.approved
    assert (found.allows("78452"), found.allows("93015")) == (True, False)
    assert [found.covers(day) for day in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01", None)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert (found.names("1999999984", None), found.names("1111111112"), found.names(None)) == (True, False, False)
    assert authorizations.numbered("AUTH-009") == []
    assert authorizations.numbered(None) == []


def test_authorizations_are_found_by_account_and_by_member(authorizations: Any) -> None:
    assert authorizations.approval("NUC-A-1001", None, "78452", DAY).number == "AUTH-001"
    assert authorizations.approval("NUC-A-1001", None, "78452", "2026-04-01") is None
    assert authorizations.approval(None, "EHP000111", "78452", DAY) is None
    asked = authorizations.for_service("NUC-A-1001", "EHP-000111", "78452", DAY)
    assert [one.status for one in asked] == ["approved", "refused", "pending"]  # no dates, no code: any
    assert [one.status for one in authorizations.of_patient(None, "EHP000111")] == ["refused", "pending"]
    assert authorizations.of_patient(None, None) == []


def test_an_authorization_says_itself_without_the_patient(authorizations: Any) -> None:
    text = " ".join(str(one) for one in authorizations.of_patient("NUC-A-1001", "EHP000111"))
    assert "AUTH-001, approved, 78451/78452, 2026-03-01 to 2026-03-31, 1 units" in text
    assert "EHP000111" not in text
    assert "EHP000111" not in repr(authorizations.of_patient("NUC-A-1001", "EHP000111"))


# -- fees


def fee(payer: str, code: str, cents: int, **more: Any) -> dict[str, Any]:
    return {"payer": payer, "code": code, "allowed_cents": cents, "per": "unit", **more}


@pytest.fixture
def fees() -> Reference:
    return reference(
        payers=[{"name": "EXAMPLE HEALTH PLAN", "aliases": "EXAMPLE HP", "ids": "EHP01"}],
        fees=[
            fee("Example HP", "78452", 45000, effective_from="2025-01-01", effective_to="2025-12-31"),
            fee("EHP01", "78452", 47000, effective_from="2026-01-01"),
            fee("EXAMPLE HEALTH PLAN", "78452", 48000, effective_from="2026-07-01"),
            fee("EXAMPLE HEALTH PLAN", "78452", 41000, place="FACILITY", effective_from="2026-01-01"),
            fee("EXAMPLE HEALTH PLAN", "78452", 42000, place="19 22", effective_from="2026-01-01"),
            fee("EXAMPLE HEALTH PLAN", "78452", 6000, modifier="26"),
            fee("EXAMPLE HEALTH PLAN", "78452", 5000, modifier="26 52"),
            fee("", "78452", 33000),
            fee("", "A9505", 2513),
            fee("", "A9500", 9000, per="line"),
            fee("", "93017", 7000, place="13"),
        ],
    )


@pytest.mark.parametrize(
    ("code", "modifiers", "place", "day", "cents"),
    [
        ("78452", [], "11", "2025-06-01", 45000),
        ("78452", [], "11", DAY, 47000),
        ("78452", ["59"], "11", DAY, 47000),  # 59 does not set the price
        ("78452", [], "11", "2026-07-01", 48000),  # the later row
        ("78452", [], "21", DAY, 41000),
        ("78452", [], "22", DAY, 42000),
        ("78452", [], "131", DAY, 41000),  # a bill type is a facility
        ("78452", ["26"], "22", DAY, 6000),
        ("78452", ["26", "52"], "22", DAY, 5000),
        ("78452", ["TC"], "11", DAY, None),  # a component never takes the global fee
        ("93017", [], "131", DAY, 7000),
        ("93017", [], "11", DAY, None),
        ("93015", [], "11", DAY, None),
    ],
)
def test_the_most_particular_fee(
    fees: Reference, code: str, modifiers: list[str], place: str, day: str, cents: int | None
) -> None:
    payers: list[tuple[str | None, str | None]] = [PLAN, ("EXAMPLE HP", None), (None, "EHP01")]
    for payer in payers:
        assert fees.expected_allowed(*payer, code, modifiers, place, day) == cents


def test_a_fee_for_everybody_stands_where_a_payer_has_none(fees: Reference) -> None:
    assert fees.expected_allowed("ANOTHER PLAN", "X", "78452", [], "11", DAY) == 33000
    assert fees.expected_allowed(None, None, "78452", [], "11", DAY) == 33000


def test_a_fee_is_for_each_unit_unless_it_says_line(fees: Reference) -> None:
    assert fees.expected_allowed(*PLAN, "A9505", [], "11", DAY, 3.5) == 8796  # 87.955, half a cent up
    assert fees.expected_allowed(*PLAN, "A9500", [], "11", DAY, 2) == 9000


# -- coverage


@pytest.fixture
def coverage() -> Reference:
    def row(policy: str, payer: str, diagnosis: str, **more: Any) -> dict[str, Any]:
        return {"policy": policy, "payer": payer, "code": "78451 78452", "diagnosis": diagnosis, **more}

    return reference(
        coverage=[
            row("P-1", "EXAMPLE HEALTH PLAN", "I25"),
            row("P-1", "EXAMPLE HEALTH PLAN", "I2583", covered="no"),
            row("P-1", "EXAMPLE HEALTH PLAN", "R079", effective_to="2025-12-31"),
            row("P-2", "EXAMPLE HEALTH PLAN", "R9431"),
            row("N-1", "", "I20"),
        ]
    )


@pytest.mark.parametrize(
    ("diagnosis", "day", "policy", "covered"),
    [
        ("I25.10", DAY, None, True),
        ("i2583", DAY, None, False),  # the longer beginning decides
        ("R07.9", "2025-12-31", None, True),
        ("R07.9", DAY, None, False),
        ("R9431", DAY, None, True),  # another policy of the payer
        ("R9431", DAY, "P-1", False),  # the payer named the one it applied
        ("I25.10", DAY, "P-9", True),  # which is not loaded: all of them are looked at
        ("I20.9", DAY, None, False),  # everybody's policy does not add to the payer's own
        ("", DAY, None, False),
    ],
)
def test_coverage(coverage: Reference, diagnosis: str, day: str, policy: str | None, covered: bool) -> None:
    assert coverage.covers(*PLAN, "78452", diagnosis, day, policy) is covered


def test_coverage_says_which_policy(coverage: Reference) -> None:
    assert coverage.coverage is not None
    found = coverage.coverage.find(*PLAN, "78452", "I25.10", DAY)
    assert found is not None
    assert (found.policy, found.covered) == ("P-1", True)
    found = coverage.coverage.find(*PLAN, "78452", "Z00.00", DAY)
    assert found is not None
    assert (found.policy, found.covered) == ("P-1, P-2", False)
    assert coverage.covers("ANOTHER PLAN", "X", "78452", "I20.9", DAY) is True
    assert coverage.covers("ANOTHER PLAN", "X", "78452", "I25.10", DAY) is False
    assert coverage.covers(*PLAN, "93015", "I25.10", DAY) is None


# -- eligibility and network


def test_eligibility() -> None:
    rows = [
        {"member_id": "EHP000111", "payer": "EXAMPLE HEALTH PLAN", "status": "active",
         "effective_from": "2026-01-01", "effective_to": "2026-06-30"},
        {"member_id": "EHP000111", "payer": "EXAMPLE HEALTH PLAN", "status": "inactive",
         "effective_from": "2026-06-01", "effective_to": ""},
        {"member_id": "EHP000222", "payer": "", "status": "active", "effective_from": "2026-01-01"},
    ]  # fmt: skip
    log = reference(eligibility=rows).eligibility
    assert log is not None
    assert log.find("EHP-000111", *PLAN, DAY) is True
    assert log.find("EHP000111", *PLAN, "2026-06-15") is False  # the later answer
    assert log.find("EHP000111", *PLAN, "2025-12-31") is False
    assert log.find("EHP000111", "ANOTHER PLAN", "X", DAY) is None
    assert log.find("EHP000333", *PLAN, DAY) is None
    assert log.find("EHP000222", "ANOTHER PLAN", "X", DAY) is True
    assert log.find("EHP000222", *PLAN, None) is None


def test_network() -> None:
    rows = [
        {"payer": "EXAMPLE HEALTH PLAN", "npi": "1234567893", "in_network": "yes", "effective_from": "2026-01-01"},
        {"payer": "EXAMPLE HEALTH PLAN", "npi": "1999999984", "in_network": "no", "effective_from": ""},
    ]
    network = reference(network=rows).network
    assert network is not None
    assert [network.find(*PLAN, npi, DAY) for npi in ("1234567893", "1999999984", "1111111112", None)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert network.find(*PLAN, "1234567893", "2025-12-31") is False
    assert network.find("ANOTHER PLAN", None, "1234567893", DAY) is None


# -- codes


def test_loaded_limits_and_statuses_beat_the_shipped_ones_on_their_days() -> None:
    known = reference(
        mue=[{"setting": "practitioner", "code": "A9505", "units": 8, "effective_from": "2026-01-01"}],
        opps=[{"code": "A9500", "status": "K", "effective_from": "2026-01-01", "effective_to": "2026-06-30"}],
    )
    assert [known.mue("practitioner", "A9505", day) for day in ("2025-12-31", DAY)] == [4, 8]
    assert [known.opps_status("A9500", day) for day in ("2025-12-31", DAY, "2026-07-01")] == ["N", "K", "N"]
    assert known.mue("practitioner", "78452", DAY) == 1


def test_licensed_texts_stand_in_for_our_labels() -> None:
    known = reference(
        descriptions=[
            {"type": "carc", "code": "197", "text": "The licensed reason"},
            {"type": "carc", "code": "999", "text": "A reason of tomorrow"},
            {"type": "rarc", "code": "n161", "text": "The licensed remark"},
        ],
        procedures=[{"code": "78452", "text": "The licensed descriptor"}, {"code": "27447", "text": "Another"}],
    )
    ours = load_reference(Resources())
    assert (known.meaning("197"), known.meaning("999")) == ("The licensed reason", "A reason of tomorrow")
    assert known.remark_meaning("N161") == "The licensed remark"
    assert known.meaning("50") == ours.meaning("50")
    assert known.reasons["197"].kind == ours.reasons["197"].kind
    assert known.reasons.keys() == ours.reasons.keys()
    assert (known.procedure_text("78452"), known.procedure_text("27447")) == ("The licensed descriptor", "Another")
    assert known.procedure_text("A9500") == ours.family["A9500"].label
    assert ours.procedure_text("27447") is None
