"""Reversals (CLP02 22) that were sent without minus signs: their payment tells what they take back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from edi.records.reader import read
from tests.goodfiles import enclosed, good_837, remit_claim, written
from tests.reading import shapes
from tests.stranger import Rows, edi, rows


def payment(trace: str, day: str, amount: str, *claims: list[str]) -> bytes:
    """An 835 of these claims, without provider adjustments."""
    body = [
        f"BPR*I*{amount}*C*ACH*CCP*01*999999992*DA*0001*1999999999**01*999999992*DA*0002*{day}",
        f"TRN*1*{trace}*1999999999",
        "N1*PR*EXAMPLE PLAN",
        "N1*PE*EXAMPLE GROUP*XX*1234567893",
        "LX*1",
        *[segment for one in claims for segment in one],
    ]
    return written(enclosed(body, "835", "005010X221A1", "HP"))


def reversed_claim(name: str) -> list[str]:
    """The answer to a claim as a reversal, its amounts as they were."""
    return [one.replace(f"CLP*{name}*1*", f"CLP*{name}*22*") for one in remit_claim(name)]


def denied(name: str, status: str) -> list[str]:
    """220.00 billed and denied."""
    return [f"CLP*{name}*{status}*220*0*0*12*ICN{name}*11*1", f"NM1*QC*1*DOE*PAT****MI*MEM{name}",
            "SVC*HC:78452:26*150*0**1", "DTM*472*20260305", "CAS*CO*197*150", f"REF*6R*{name}-1",
            "SVC*HC:A9500*70*0**2", "DTM*472*20260305", "CAS*CO*197*70", f"REF*6R*{name}-2"]  # fmt: skip


def run(folder: Path, *files: bytes) -> tuple[Rows, Rows, Rows]:
    """Lines, payments and diagnostics of these files, in any order of import; `edi check` is content."""
    paths = []
    for number, data in enumerate(files):
        paths.append(folder / f"{number}.835")
        paths[-1].write_bytes(data)
    found = []
    for name, order in (("a.db", paths), ("b.db", paths[::-1])):
        for path in order:
            edi("run", folder / name, path)
        found.append(
            (rows(folder / name, "lines"), rows(folder / name, "payments"), rows(folder / name, "diagnostics"))
        )
        if all(row["balanced"] for row in found[-1][1]):
            assert edi("check", folder / name).exit_code == 0
    (lines, payments, told), (same_lines, same_payments, _) = found
    assert sorted(map(repr, lines)) == sorted(map(repr, same_lines))
    assert sorted(map(repr, payments)) == sorted(map(repr, same_payments))
    return lines, payments, [row for row in told if row["rule"] != "transaction-repeated"]


def test_payment_that_adds_up_with_minus_signs_takes_the_answer_back(tmp_path: Path) -> None:
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    back = payment("T2", "20260502", "-140", reversed_claim("R1"))
    lines, payments, told = run(tmp_path, first, back)
    assert {(row["state"], row["paid"], row["denied"]) for row in lines} == {
        ("taken-back", "0.00", "150.00"), ("taken-back", "0.00", "70.00")}  # fmt: skip
    assert [(row["claim_paid"], row["balanced"]) for row in payments] == [("140.00", True), ("-140.00", True)]
    (one,) = told
    assert (one["rule"], one["value"], one["element"]) == ("reversal-unsigned", "140.00", "CLP04")
    assert "adds up only with minus signs" in one["message"]


def test_one_payment_delivered_with_minus_signs_and_without_is_one(tmp_path: Path) -> None:
    signs = {"*22*220*140*35*": "*22*-220*-140*-35*", "*150*100**1": "*-150*-100**-1", "*70*40**2": "*-70*-40**-2",
             "CO*45*25": "CO*45*-25", "PR*1*5**2*20": "PR*1*-5**2*-20", "CO*45*20": "CO*45*-20",
             "PR*2*10": "PR*2*-10", "B6*125": "B6*-125"}  # fmt: skip
    signed = reversed_claim("R1")
    for old, new in signs.items():
        signed = [one.replace(old, new) for one in signed]
    back, again = payment("T2", "20260502", "-140", signed), payment("T2", "20260502", "-140", reversed_claim("R1"))
    lines, payments, told = run(tmp_path, payment("T1", "20260402", "140", remit_claim("R1")), back, again)
    assert {row["state"] for row in lines} == {"taken-back"}
    assert sorted(bool(row["duplicate_of"]) for row in payments) == [False, False, True]
    assert {row["rule"] for row in told} == {"reversal-unsigned"}


def test_payment_that_pays_what_it_calls_a_reversal_pays_it(tmp_path: Path) -> None:
    """The bank got 140.00: only the status is wrong. The later answer counts, and the line was paid twice."""
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    again = payment("T2", "20260502", "140", reversed_claim("R1"))
    lines, payments, told = run(tmp_path, first, again)
    assert [(row["state"], row["paid"]) for row in lines] == [("paid", "100.00"), ("paid", "40.00")]
    assert [(row["claim_paid"], row["balanced"]) for row in payments] == [("140.00", True), ("140.00", True)]
    assert sorted({row["rule"] for row in told}) == ["answered-again-without-reversal", "reversal-unsigned"]


def test_reversal_beside_its_correction(tmp_path: Path) -> None:
    """The usual way: 22 and the new answer in one payment, 60.00 more than before."""
    better = [one.replace("*220*140*35", "*220*200*15").replace("*150*100*", "*150*140*").replace("*70*40*", "*70*60*")
              .replace("CAS*CO*45*25", "CAS*CO*45*5").replace("CAS*PR*1*5**2*20", "CAS*PR*1*5")
              .replace("CAS*CO*45*20", "CAS*CO*45*5").replace("CAS*PR*2*10", "CAS*PR*2*5")
              for one in remit_claim("R1")]  # fmt: skip
    better = [one.replace("*220*200*15*", "*220*200*10*") for one in better]
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    lines, payments, told = run(tmp_path, first, payment("T2", "20260502", "60", reversed_claim("R1"), better))
    assert [(row["state"], row["paid"]) for row in lines] == [("paid", "140.00"), ("paid", "60.00")]
    assert [row["balanced"] for row in payments] == [True, True]
    assert [row["rule"] for row in told] == ["reversal-unsigned"]


def test_reversal_of_a_denial_says_nothing_about_money(tmp_path: Path) -> None:
    first = payment("T1", "20260402", "0", denied("R1", "1"))
    better = payment("T2", "20260502", "140", denied("R1", "22"), remit_claim("R1"))
    lines, payments, told = run(tmp_path, first, better)
    assert [(row["first_state"], row["state"], row["paid"]) for row in lines] == [
        ("denied", "paid", "100.00"), ("denied", "paid", "40.00")]  # fmt: skip
    assert all(row["balanced"] for row in payments)
    assert [row["rule"] for row in told] == ["reversal-unsigned"]


def test_payment_that_adds_up_neither_way_is_off_by_what_is_missing(tmp_path: Path) -> None:
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    lines, payments, told = run(tmp_path, first, payment("T2", "20260502", "0", reversed_claim("R1")))
    assert {row["state"] for row in lines} == {"taken-back"}
    assert [row["difference"] for row in payments] == ["0.00", "140.00"]
    assert sorted(row["rule"] for row in told) == ["payment-out-of-balance", "reversal-unsigned"]


def test_reversal_far_from_the_end_of_a_long_payment(tmp_path: Path) -> None:
    """Its rows have long been handed on when the end of the payment tells what it means."""
    others = [remit_claim(f"R{number}") for number in range(2, 700)]
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    data = payment("T2", "20260502", str(140 * len(others) - 140), reversed_claim("R1"), *others)
    assert len(list(read(io.BytesIO(data), 1, shapes()))) > 1
    lines, payments, _ = run(tmp_path, first, data)
    assert [row["state"] for row in lines if row["control_number"] == "R1"] == ["taken-back", "taken-back"]
    assert {row["state"] for row in lines if row["control_number"] != "R1"} == {"paid"}
    assert all(row["balanced"] for row in payments)


@pytest.mark.parametrize("end", [b"CLP*R2", b"LQ*HE", b"SE*"])
def test_reversal_counts_however_its_file_breaks_off(tmp_path: Path, end: bytes) -> None:
    first = payment("T1", "20260402", "140", remit_claim("R1"))
    whole = payment("T2", "20260502", "0", reversed_claim("R1"), remit_claim("R2"))
    lines, _, told = run(tmp_path, first, whole[: whole.index(end)])
    assert {"file-truncated", "reversal-unsigned"} <= {row["rule"] for row in told}
    assert {row["state"] for row in lines if row["control_number"] == "R1"} == {"taken-back"}


def test_claims_are_found_all_the_same(tmp_path: Path) -> None:
    names = ("C1", "C2", "C3")
    first = payment("T1", "20260402", "280", *[remit_claim(name) for name in names[:2]])
    lines, _, _ = run(tmp_path, written(good_837()), first, payment("T2", "20260502", "-140", reversed_claim("C1")))
    states = {(row["control_number"], row["state"]) for row in lines if row["control_number"] in names}
    assert states == {("C1", "taken-back"), ("C2", "paid"), ("C3", "no-response")}
