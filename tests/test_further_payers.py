"""Files sent to a further payer: what replaces or voids its copy leaves the claim as the first payer answered it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.goodfiles import claim, claims, enclosed, written
from tests.stranger import edi, rows
from tests.test_reversal_signs import payment

HEAD = claims(())


def batch(name: str, day: str, *changes: tuple[str, str]) -> bytes:
    """An 837P with one claim of 100.00, sent on a day of 2026."""
    body = [one.replace("20260310", f"2026{day}") for one in HEAD] + claim(name, 2)
    for old, new in changes:
        body = [one.replace(old, new) for one in body]
    return written(enclosed(body, "837", "005010X222A1", "HC"))


def answered(name: str, status: str, number: str, *cas: str, paid: tuple[int, int]) -> list[str]:
    """An answer to the claim: 75.00 and 25.00 billed, less one adjustment a line."""
    segments = [f"CLP*{name}*{status}*100*{sum(paid)}*0*12*{number}*11*1", "NM1*QC*1*DOE*PAT****MI*MEMC1"]
    for line, (charge, cents, adjusted) in enumerate(zip((75, 25), paid, cas, strict=True), 1):
        code = ("78452:26*75", "A9500*25")[line - 1]
        segments += [f"SVC*HC:{code}*{cents}**1", "DTM*472*20260305", f"CAS*{adjusted}*{charge - cents}"]
    return segments


@pytest.mark.parametrize("payer", ["EXAMPLE PLAN*****PI*EHP01", "OTHER PLAN*****PI*OTH01"])
@pytest.mark.parametrize("frequency", ["7", "8"])
def test_what_changes_a_copy_under_a_number_of_its_own(tmp_path: Path, frequency: str, payer: str) -> None:
    second = (("SBR*P", "SBR*S"), ("EXAMPLE PLAN*****PI*EHP01", payer))
    changed = ((":B:1*", f":B:{frequency}*"), ("REF*G1*AUTHB1", "REF*F8*S1"), ("MEMB1", "MEMC1"))
    primary = answered("C1", "1", "I1", "CO*45", "PR*2", paid=(60, 5))
    refusal = answered("C1", "2", "S1", "OA*23", "CO*16", paid=(0, 0))
    name = payer.split("*")[0]
    files = [
        batch("C1", "0310"),
        batch("C1", "0412", *second),
        batch("B1", "0512", *second, *changed),
        payment("T1", "20260402", "65", primary),
        payment("T2", "20260502", "0", refusal).replace(b"EXAMPLE PLAN", name.encode()),
    ]
    for number, data in enumerate(files):
        (tmp_path / f"{number}.x12").write_bytes(data)
    database = tmp_path / "a.db"
    assert edi("run", database, *sorted(tmp_path.glob("*.x12"))).exit_code == 0
    assert [(row["control_number"], row["state"], row["paid"]) for row in rows(database, "lines")] == [
        ("C1", "paid", "60.00"), ("C1", "reduced", "5.00")]  # fmt: skip
    assert edi("check", database).exit_code == 0
