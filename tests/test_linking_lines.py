"""Which SVC answers which line of its claim. The expected links are worked out by hand from domain.md section 5."""

from __future__ import annotations

from edi.analysis.model import Claim, RemitClaim
from tests.build import line, payment, svc
from tests.test_linking import PAID, SCAN, ours, rows, theirs


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


def test_products_at_zero_are_no_part_of_a_sum() -> None:
    claim_ = ours("A1", line("93015", 21000, revenue_code="0482"), line("84484", 8600, revenue_code="0482"),
                  kind="837I")  # fmt: skip
    remit = theirs("A1", svc("93017", 21000, 3000, "CO-45 18000", submitted_procedure="93015", revenue_code="0482"),
                   svc("93018", 0, 2000, "OA-94 -2000", submitted_procedure="93015", revenue_code="0482"),
                   svc("0482", 8600, 8600, revenue_code="0482"))  # fmt: skip
    assert one(claim_, remit) == [["93017", "93018"], ["0482"]]


def test_an_answer_that_fits_our_lines_is_not_kept_by_one_that_fitted_none() -> None:
    doses = ours("A1", line("A9500", 12000), line("A9500", 12000))
    one_of_them = theirs("A1", svc("A9500", 12000, 0, "CO-16 12000"))
    both = theirs("A1", *(svc("A9500", 12000, paid, f"CO-45 {12000 - paid}") for paid in (7000, 7100)),
                  to=payment("2026-05-02", "EFT2"))  # fmt: skip
    found = rows([doses], [one_of_them, both])
    assert [(row.kind, row.split.paid) for row in found] == [("837P", 7000), ("837P", 7100), (None, 0)]


def test_split_by_day_of_a_line_that_spans_several() -> None:
    spans = line("99213", 30000, units=3, service_date_end="2026-03-07")
    days = [svc("99213", 10000, 8000, "CO-45 2000", service_date=f"2026-03-0{day}") for day in (5, 6, 7)]
    (row,) = rows([ours("A1", spans)], [theirs("A1", *days)])
    assert (row.split.paid, row.split.contractual) == (24000, 6000)
