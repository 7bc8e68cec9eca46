"""Faults inside an 837P or 837I, 5010 or 4010: each is named once, at its place, and no other claim loses a row."""

from __future__ import annotations

import pytest

from tests.goodfiles import claim, claims, enclosed, good_837, written
from tests.mutations import CLAIMS, Faults, altered, both, broken, check, formed, inserted, replaced
from tests.reading import read

LONG_NOTE = "NTE*ADD*" + "X" * 10_000_000

FAULTS_837: Faults = {
    "LX missing": (replaced("LX*1", ""), ["line-without-number"], {"C1"}),
    "LX shared": (replaced("LX*2", ""), ["line-shares-number"], {"C1"}),
    "LX alone": (inserted("HL*3*", "LX*3"), ["line-without-service"], set()),
    "another kind of line": (
        replaced("SV1*HC:A9500*25*UN*2***1", "SV2*0343*HC:A9500*25*UN*2"),
        ["line-of-another-kind"],
        {"C1"},
    ),
    "empty composite": (replaced("SV1*HC:A9500*25*UN*2***1", "SV1*:::*25*UN*2***1"), ["composite-empty"], {"C1"}),
    "CLM lost": (replaced("CLM*C2*", ""), ["loop-without-parent"], {"C2"}),
    "line without a claim": (inserted("HL*2*", "LX*1", "SV1*HC:93015*10*UN*1"), ["loop-without-parent"], set()),
    "unknown parent": (replaced("HL*3*1*22*0", "HL*3*9*22*0"), ["hl-parent-unknown"], set()),
    "HL number twice": (replaced("HL*3*1*22*0", "HL*2*1*22*0"), ["hl-number-repeated"], set()),
    "charge is not its lines": (replaced("CLM*C1*", "CLM*C1*101***11:B:1*Y*A*Y*Y"), ["claim-charge-not-lines"], {"C1"}),
    "charge below zero": (
        both(altered("SV1*HC:A9500*", "*25*", "*-25*"), altered("CLM*C1*", "*100*", "*50*")),
        ["charge-negative"],
        {"C1"},
    ),
    "private date": (replaced("DMG*D8*19580704*F", "DMG*D8*19581341*F"), ["date-unreadable"], {"C1"}),
    "segment of 10 MB": (inserted("HI*", LONG_NOTE), ["segment-long"], set()),
}  # fmt: skip


@pytest.mark.parametrize("form", CLAIMS)
@pytest.mark.parametrize("name", FAULTS_837)
def test_a_fault_of_a_claim_is_named_and_costs_nothing_else(name: str, form: str) -> None:
    change, rules, touched = FAULTS_837[name]
    check(CLAIMS[form](good_837()), broken(good_837(), formed(change, CLAIMS[form])), rules, touched)


def test_a_second_claim_of_a_subscriber_without_header_leaves_the_first_alone() -> None:
    segments = enclosed([*claims(["C1"]), *claim("C2", 3)[7:]], "837", "005010X222A1", "HC")
    found = read(written(segments))
    assert found.rules == ["loop-without-parent"]
    assert [row["control_number"] for row in found.table("claim")] == ["C1"]
    assert [row.get("claim_id") is None for row in found.table("service_line")] == [False, False, True, True]
    assert [row.get("claim_id") is None for row in found.table("diagnosis")] == [False, False, True, True]


def test_private_values_are_masked() -> None:
    segments = [one.replace("19580704", "1958O7O4") for one in good_837()]
    found = read(written(segments))
    assert {one.value for one in found.diagnostics} == {"9999X9X9"}
    assert {one.loop for one in found.diagnostics} == {"2010BA"}
    assert {one.element for one in found.diagnostics} == {"DMG02"}
