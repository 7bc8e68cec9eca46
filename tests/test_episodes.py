"""Lines that are one episode, whoever billed them and however often."""

from __future__ import annotations

from edi.analysis.engine import Engine
from edi.resources import Resources
from tests.build import claim, line

ENGINE = Engine(Resources())


def episodes(*claims: object) -> dict[tuple[str, str], str | None]:
    rows = ENGINE.analyse(claims, []).rows  # type: ignore[arg-type]
    return {(row.claim.control_number or "", row.code or ""): row.episode for row in rows}


def test_scan_supplies_and_stress_test_are_one_episode() -> None:
    found = episodes(
        claim("A1", line("78452", 1), line("A9500", 1), line("J2785", 1), line("93015", 1), line("99213", 1))
    )
    assert found["A1", "99213"] is None
    assert len({name for (_, code), name in found.items() if code != "99213"}) == 1
    assert found["A1", "78452"] is not None


def test_two_billers_and_a_two_day_protocol_are_one_episode() -> None:
    found = episodes(
        claim("A1", line("78452", 1, "26"), billing_npi="1100000045"),
        claim("B1", line("78452", 1, "TC"), line("A9500", 1), line("A9502", 1, service_date="2026-03-06")),
    )
    assert len(set(found.values())) == 1


def test_a_rebill_under_another_number_is_the_same_episode() -> None:
    found = episodes(claim("A1", line("78452", 1)), claim("A2", line("78452", 2), submitted="2026-05-01"))
    assert found["A1", "78452"] == found["A2", "78452"]


def test_a_scan_of_another_month_or_patient_is_another_episode() -> None:
    found = episodes(
        claim("A1", line("78452", 1)),
        claim("A2", line("78452", 1, service_date="2026-06-05")),
        claim("A3", line("78452", 1), member_id="EHP000999"),
    )
    assert len(set(found.values())) == 3


def test_a_tracer_without_a_scan_has_none() -> None:
    assert episodes(claim("A1", line("A9500", 1)))["A1", "A9500"] is None
