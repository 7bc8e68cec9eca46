"""Faults inside an 835, 5010 and 4010: each is named once, at its place, and no other claim loses a row."""

from __future__ import annotations

import pytest

from edi.x12.diagnostic import CAP
from tests.goodfiles import enclosed, good_835, remittance, written
from tests.interpreter import Interpreter
from tests.mutations import (
    REMITTANCES,
    Faults,
    altered,
    both,
    broken,
    check,
    formed,
    inserted,
    place,
    recounted,
    replaced,
)
from tests.reading import read, shapes

FAULTS_835: Faults = {
    "other component separator": (
        replaced("SVC*HC:78452:26*150*100**1", "SVC*HC>78452>26*150*100**1"),
        ["component-separator-wrong"],
        set(),
    ),
    "name in quotes": (replaced("AMT*B6*125", '"AMT*B6*125'), ["segment-name-unclean"], set()),
    "lower-case qualifier": (replaced("REF*6R*R1-1", "REF*6r*R1-1"), ["qualifier-padded"], set()),
    "repeated element": (replaced("REF*6R*R1-1", "REF*6R*R1-1^R1-X"), ["element-repeated"], set()),
    "unknown segment": (inserted("AMT*B6*125", "XYZ*1*2", nth=2), ["segment-unexpected"], set()),
    "what is no segment": (inserted("AMT*B6*125", "DEAR PAYER", nth=2), ["segment-unexpected"], set()),
    "unknown name": (inserted("REF*EA*", "NM1*XX*1*DOE", nth=2), ["segment-unexpected"], set()),
    "segment out of order": (
        both(inserted("LQ*", "NM1*82*1*READER*SAM****XX*1999999984"), replaced("NM1*82*", "")),
        ["segment-out-of-order"],
        set(),
    ),
    "payer repeated below LX": (inserted("CLP*", "N1*PR*EXAMPLE PLAN"), ["loop-out-of-order"], set()),
    "section before the patient": (inserted("NM1*QC*", "LX*2", nth=2), ["section-inside-claim"], set()),
    "section before a line": (inserted("SVC*HC:A9500*70*40**2", "LX*2"), ["section-inside-claim"], set()),
    "section inside a line": (inserted("CAS*", "LX*2", nth=3), ["section-inside-claim"], set()),
    "section before a product that charges nothing": (
        inserted("CLP*R2*", "LX*2", "SVC*HC:A9502*0*0***HC:A9500"),
        ["section-inside-claim"],
        {"R1"},
    ),
    "first CLP of a section lost": (
        both(inserted("CLP*R2*", "LX*2"), replaced("CLP*R2*", "")),
        ["loop-without-parent"],
        {"R2", "R3"},
    ),
    "CLP and patient of a section lost": (
        lambda segments: [
            *segments[: place(segments, "CLP*R2*")],
            "LX*2",
            *segments[place(segments, "SVC*HC:78452:26*150*100**1", 2) :],
        ],
        ["loop-without-parent"],
        {"R2", "R3"},
    ),
    "segment twice": (inserted("SVC*", "NM1*QC*1*ROE*ALEX"), ["segment-repeated"], set()),
    "CLP lost": (replaced("CLP*R2*", ""), ["loop-without-parent"], {"R2"}),
    "first CLP lost": (replaced("CLP*R1*", ""), ["loop-without-parent"], {"R1"}),
    "CLP and patient lost": (
        lambda segments: [*segments[: place(segments, "CLP*R1*")], *segments[place(segments, "SVC*") :]],
        ["loop-without-parent"],
        {"R1"},
    ),
    "line outside a claim": (inserted("CLP*", "SVC*HC:93015*0*0"), ["loop-without-parent"], set()),
    "amount with a comma": (replaced("CAS*CO*45*25", "CAS*CO*45*25,00"), ["amount-unreadable"], {"R1"}),
    "amount that is none": (replaced("SVC*HC:A9500*70*40**2", "SVC*HC:A9500*ABC*40**2"), ["amount-unreadable"], {"R1"}),
    "amount with three decimals": (replaced("AMT*B6*125", "AMT*B6*125.004"), ["amount-rounded"], set()),
    "date that does not exist": (replaced("DTM*472*20260305", "DTM*472*20260230"), ["date-unreadable"], {"R1"}),
    "date with dashes": (replaced("DTM*472*20260305", "DTM*472*2026-03-05"), ["date-unusual"], set()),
    "quantity that is none": (altered("SVC*HC:A9500*", "**2", "**TWO"), ["number-unreadable"], {"R1"}),
    "quantity of 2.5": (replaced("SVC*HC:A9500*70*40**2", "SVC*HC:A9500*70*40**2.5"), ["quantity-fraction"], {"R1"}),
    "reason without amount": (replaced("CAS*CO*45*25", "CAS*CO*45"), ["adjustment-without-amount"], {"R1"}),
    "amount without reason": (replaced("CAS*CO*45*25", "CAS*CO**25"), ["adjustment-without-reason"], {"R1"}),
    "hole between triplets": (replaced("CAS*PR*1*5**2*20", "CAS*PR*1*5*****2*20"), ["adjustment-gap"], {"R1"}),
    "PLB without amount": (altered("PLB*", "WO:R9*20", "WO:R9"), ["provider-adjustment-without-amount"], set()),
    "line out of balance": (
        replaced("SVC*HC:78452:26*150*100**1", "SVC*HC:78452:26*150*99**1"),
        ["line-out-of-balance"],
        {"R1"},
    ),
    "claim out of balance": (
        replaced("CLP*R1*1*220*140*", "CLP*R1*1*220*141*35*12*ICNR1*11*1"),
        ["claim-out-of-balance", "payment-out-of-balance"],
        {"R1"},
    ),
    "claim is not its lines": (
        both(altered("CLP*R1*", "*220*", "*230*"), inserted("NM1*QC*", "CAS*OA*94*10")),
        ["remit-charge-not-lines"],
        {"R1"},
    ),
    "line twice": (
        lambda segments: [*segments[: place(segments, "SVC*")], *segments[place(segments, "SVC*") :][:6],
                          *segments[place(segments, "SVC*") :]],
        ["answer-repeated", "claim-out-of-balance", "patient-share-differs", "remit-charge-not-lines"],
        {"R1"},
    ),
    "patient share differs": (
        replaced("CLP*R1*", "CLP*R1*1*220*140*34*12*ICNR1*11*1"),
        ["patient-share-differs"],
        {"R1"},
    ),
    "no trace": (replaced("TRN*", ""), ["trace-missing"], set()),
    "no trace number": (replaced("TRN*", "TRN*1**1999999999"), ["trace-missing"], set()),
    "no payment date": (altered("BPR*", "*20260402", ""), ["payment-date-missing"], set()),
    "empty payment date": (altered("BPR*", "*20260402", "*"), ["payment-date-missing"], set()),
    "payment date that is none": (altered("BPR*", "*20260402", "*20260230"), ["date-unreadable"], set()),
    "payment out of balance": (replaced("PLB*", "PLB*1234567893*20261231*WO:R9*21"), ["payment-out-of-balance"], set()),
}  # fmt: skip


@pytest.mark.parametrize("form", REMITTANCES)
@pytest.mark.parametrize("name", FAULTS_835)
def test_a_fault_of_a_remittance_is_named_and_costs_nothing_else(name: str, form: str) -> None:
    change, rules, touched = FAULTS_835[name]
    if name == "repeated element" and form != "835":
        pytest.skip("version 4010 has no repetitions")
    good = REMITTANCES[form](good_835())
    check(good, broken(good_835(), formed(change, REMITTANCES[form])), rules, touched)


@pytest.mark.parametrize("name", [name for name in FAULTS_835 if "section" in name])
def test_the_plain_interpreter_takes_a_section_inside_a_claim_the_same_way(name: str) -> None:
    data = broken(good_835(), FAULTS_835[name][0])
    assert read(data).rows == read(data, size=64).rows == Interpreter(shapes(), data).rows


def test_lines_numbered_by_lx_are_all_lines_of_their_claim() -> None:
    """Some number each SVC as an 837 does."""
    numbered = [one for segment in good_835() for one in (["LX*9", segment] if segment[:3] == "SVC" else [segment])]
    before, found = read(written(good_835())), read(written(recounted(good_835(), numbered)))
    assert found.rules == ["section-inside-claim"] * 12
    assert [row["paid_cents"] for row in found.table("remit_claim")] == [14000] * 6
    assert len(found.table("remit_line")) == len(before.table("remit_line")) == 12


def test_what_a_claim_without_header_was_paid_is_kept() -> None:
    """220.00 billed and 140.00 paid: the payment still balances, and no other claim gets the lines."""
    found = read(broken(good_835(), replaced("CLP*R2*", "")))
    headless = [row for row in found.table("remit_claim") if "control_number" not in row]
    assert [(row["charge_cents"], row["paid_cents"], row["patient_last"]) for row in headless] == [
        (22000, 14000, "DOE")
    ]
    assert [row["remit_claim_id"] for row in found.table("remit_line")].count(headless[0]["id"]) == 2
    assert all("remit_claim_id" in row for row in found.table("adjustment"))


def test_an_empty_transaction_wants_nothing() -> None:
    full = enclosed(["BPR*I*0"], "835", "005010X221A1", "HP")
    assert read(written(full)).rules == ["payment-date-missing", "trace-missing"]
    assert read(written(recounted(full, [one for one in full if one != "BPR*I*0"]))).rules == []


def test_negative_payment_that_is_no_reversal() -> None:
    taken = ["CLP*R2*22*-220*-140*-35*12*ICNR2*11*1", "CLP*R3*1*-220*-140*-35*12*ICNR3*11*1"]
    body = [segment for claim_ in taken for segment in (claim_, "CAS*CO*45*-45", "CAS*PR*1*-35")]
    segments = enclosed([f"BPR*I*-280*D*NON{'*' * 12}20260402", "TRN*1*T*1", *body], "835", "005010X221A1", "HP")
    assert read(written(segments)).rules == ["payment-negative"]


def test_repeated_faults_are_capped_and_counted() -> None:
    names = [f"R{number}" for number in range(CAP + 50)]
    segments = [one.replace("DTM*050*20260312", "DTM*050*20261399") for one in remittance("EFT", names)]
    found = read(written(enclosed(segments, "835", "005010X221A1", "HP")))
    assert found.rules == ["date-unreadable"] * (CAP + 1)
    assert found.diagnostics[-1].value == "50"
    assert len(found.rows["remit_claim"]) == CAP + 50


def test_a_fault_names_its_transaction() -> None:
    segments = replaced("CAS*CO*45*25", "CAS*CO*45*X", nth=4)(good_835())
    assert isinstance(segments, list)
    found = read(written(segments), file_id=7)
    (one,) = found.diagnostics
    second = found.table("transaction_set")[1]
    assert one.transaction == second["id"] == 7 << 32 | second["first_segment"]
    assert segments[(one.segment or 0) - 1] == "CAS*CO*45*X"
