"""Provider adjustments in words: what happens to the money, and what each reference leads to."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi.analysis.payments.other_ends import Paid, Plb
from edi.analysis.payments.provider_adjustments import Explained, Occurrence, explain, numbers_in, payer_names
from edi.cli import main
from tests.conftest import PROJECT
from tests.edifiles import Case, remittance, write_835, write_837

MEANINGS = {"WO": "Overpayment recovery", "FB": "Balance moved"}
_ids = itertools.count(1)


def paid(trace: str, day: str = "2026-04-02", payer: str = "EXAMPLE HEALTH PLAN") -> Paid:
    return Paid(next(_ids), trace, payer_names("EHP01", payer) if payer.startswith("EX") else payer_names(payer), day,
                f"{trace}.835#3")  # fmt: skip


def plb(payment: Paid, reason: str, cents: int, reference: str | None = None) -> Plb:
    number = next(_ids)
    return Plb(number, 1, payment, reason, reference, cents, f"{payment.trace_number}.835#{number}")


def told(
    *adjustments: Plb, records: Sequence[tuple[str, str, str]] = (), others: Sequence[Paid] = ()
) -> list[Explained]:
    """`records`: (number, control number, payer)."""
    found: dict[str, list[Occurrence]] = {}
    for number, control, payer in records:
        found.setdefault(number, []).append(Occurrence("837", control, None, payer_names(payer), 1, "a.837#9"))
    return explain(adjustments, [*(a.payment for a in adjustments), *others], found, MEANINGS)


@pytest.mark.parametrize(
    ("reference", "first"),
    [
        ("2225301000417", "2225301000417"),
        ("NUC-A-1001", "NUCA1001"),
        ("0000417", None),  # too short to be looked for
        ("20260305", "20260305"),  # the whole of it may be a number all the same
        ("INTEREST", None),
        (None, None),
        ("***", None),
    ],
)
def test_the_whole_reference_comes_first(reference: str | None, first: str | None) -> None:
    assert next(iter(numbers_in(reference)), None) == first


def test_numbers_inside_a_reference() -> None:
    assert "26307A" in numbers_in("REFUND CHECK 00026307a")
    assert "NUCA1001" in numbers_in("NUC-A-1001 20260305 EHPCLM0001")
    assert "EHPCLM0001" in numbers_in("NUC-A-1001 20260305 EHPCLM0001")
    assert "20260305" not in numbers_in("NUC-A-1001 20260305 EHPCLM0001")
    assert "2226075000236" in numbers_in("NUCA1001202603052226075000236")
    assert "NUCA1001" in numbers_in("NUCA1001202603052226075000236")


def test_a_takeback_names_its_claim() -> None:
    records = [("2225301000417", "A-1", "EXAMPLE HEALTH PLAN")]
    (one,) = told(plb(paid("E1"), "WO", 4500, "2225301000417"), records=records)
    assert (one.meaning, one.direction, one.found) == ("Overpayment recovery", "taken out of the payment", True)
    assert one.note == "45.00 is taken back here for an overpayment"
    assert one.leads == "the reference names claim A-1 (a.837#9)"
    (one,) = told(plb(paid("E1"), "WO", 4500, "2225301000999"), records=records)
    assert (one.found, one.leads) == (False, "the reference names no claim that is here")
    (one,) = told(plb(paid("E1"), "WO", 4500))
    assert (one.found, one.leads) == (False, "no reference says for which claim")


def test_the_number_of_another_payers_claim_is_not_it() -> None:
    (one,) = told(plb(paid("E1"), "WO", 4500, "2225301000417"), records=[("2225301000417", "A-1", "OTHER PLAN")])
    assert (one.found, one.claims) == (False, [])


def test_two_claims_of_one_number_are_both_named() -> None:
    records = [("2225301000417", "A-1", "EXAMPLE HEALTH PLAN"), ("2225301000417", "A-2", "EXAMPLE HEALTH PLAN")]
    (one,) = told(plb(paid("E1"), "WO", 4500, "2225301000417"), records=records)
    assert one.leads.startswith("the reference names claims A-1, A-2 ")


def test_reasons_that_need_not_name_a_claim() -> None:
    (one,) = told(plb(paid("E1"), "CT", -125000, "CAP202603"))
    assert (one.found, one.leads, one.direction) == (None, "", "added to the payment")
    (one,) = told(plb(paid("E1"), "ZZ", 0, None))
    assert (one.meaning, one.note) == ("a reason that our list does not have", "no money moves")


def test_a_balance_carried_forward_arrives() -> None:
    first, second = paid("E1"), paid("E2", "2026-04-09")
    gone, came = told(plb(first, "FB", -7269, "E1"), plb(second, "FB", 7269, "E1"))
    assert (gone.found, came.found) == (True, True)
    assert gone.counterpart is came.plb
    assert gone.note == "72.69 that this payment could not take is carried forward to a later remittance"
    assert gone.leads.startswith("it arrives in remittance E2 of 2026-04-09 (E2.835#")
    assert came.leads.startswith("it left remittance E1 of 2026-04-02 (E1.835#")


def test_a_balance_arrives_under_the_trace_number_or_by_its_amount_alone() -> None:
    first, second = paid("E1"), paid("E2", "2026-04-09")
    gone, _ = told(plb(first, "FB", -7269, "ICN5"), plb(second, "FB", 7269, "E1"))
    assert gone.counterpart is not None
    gone, _ = told(plb(first, "FB", -7269, "ICN5"), plb(second, "FB", 7269, "ICN6"))
    assert gone.counterpart is not None
    gone, *_ = told(
        plb(first, "FB", -7269, "ICN5"), plb(second, "FB", 7269, "ICN6"), plb(paid("E3", "2026-04-10"), "FB", 7269, "X")
    )
    assert gone.counterpart is None


def test_a_balance_that_rolls_on_without_a_common_reference() -> None:
    """The same amount leaves and arrives three times; each leg has its own other end."""
    days = [paid("E1"), paid("E2", "2026-04-09"), paid("E3", "2026-04-16"), paid("E4", "2026-04-23")]
    legs = [
        leg
        for one, other in itertools.pairwise(days)
        for leg in (plb(one, "FB", -7269, one.trace_number), plb(other, "FB", 7269, "CARRIED"))
    ]
    found = told(*legs)
    assert [(one.counterpart.payment.trace_number if one.counterpart else None) for one in found] == [
        "E2", "E1", "E3", "E2", "E4", "E3"]  # fmt: skip


def test_a_balance_that_is_missing() -> None:
    first, second = paid("E1"), paid("E2", "2026-04-09")
    (gone,) = told(plb(first, "FB", -7269, "E1"), others=[second])
    assert gone.found is False
    assert gone.leads == "missing: 1 remittance of this payer came since and none takes it; ask what became of it"
    (gone,) = told(plb(first, "FB", -7269, "E1"), others=[paid("E9", "2026-05-01", "OTHER PLAN")])
    assert gone.leads == "the remittance that takes it is not here yet; this payer has sent none since"
    (came,) = told(plb(second, "FB", 7269, "E1"), others=[first])
    assert came.leads.startswith("missing: no earlier remittance here carries it forward")
    (came,) = told(plb(second, "FB", 7269, "E1"))
    assert came.leads.startswith("the remittance that carried it forward is not here")


def test_a_balance_that_is_taken_in_another_amount_names_the_other_end_and_the_difference() -> None:
    first, second = paid("E1"), paid("E2", "2026-04-09")
    gone, came = told(plb(first, "FB", -56000, "E1"), plb(second, "FB", 50000, "E1"))
    assert (gone.found, came.found) == (True, True)
    assert (gone.counterpart, came.counterpart) == (came.plb, gone.plb)
    assert gone.leads == (
        f"500.00 of it arrives in remittance E2 of 2026-04-09 ({came.plb.at}): 60.00 is missing; ask what became of it"
    )
    assert came.leads == (
        f"it is part of 560.00 that left remittance E1 of 2026-04-02 ({gone.plb.at}); 60.00 of that is not taken here"
    )
    gone, came = told(plb(first, "FB", -56000, "E1"), plb(second, "FB", 60000, "E1"))
    assert gone.leads.endswith(": 40.00 more than left here; ask the payer")
    assert came.leads.startswith("only 560.00 left remittance E1 ")
    assert came.leads.endswith(": 40.00 too much is taken here; ask the payer")


def test_a_balance_that_is_taken_in_parts() -> None:
    first, second, third = paid("E1"), paid("E2", "2026-04-09"), paid("E3", "2026-04-16")
    gone, one, other = told(
        plb(first, "FB", -56000, "E1"), plb(second, "FB", 30000, "E1"), plb(third, "FB", 26000, "E1")
    )
    assert gone.leads == (
        f"it arrives in remittance E2 of 2026-04-09 ({one.plb.at}) and remittance E3 of 2026-04-16 ({other.plb.at})"
    )
    assert one.leads.endswith("; 260.00 of that is not taken here")
    assert (one.counterpart, other.counterpart) == (gone.plb, gone.plb)


def test_a_part_that_could_be_of_two_balances_is_of_none() -> None:
    first, second, third = paid("E1"), paid("E2", "2026-04-09"), paid("E3", "2026-04-16")
    legs = plb(first, "FB", -56000, "X9"), plb(second, "FB", -40000, "X9"), plb(third, "FB", 30000, "X9")
    assert [one.found for one in told(*legs)] == [False, False, False]


def test_a_balance_never_goes_back_in_time_or_to_another_payer() -> None:
    early, late = paid("E1"), paid("E2", "2026-04-09")
    gone, came = told(plb(late, "FB", -7269, "E2"), plb(early, "FB", 7269, "E2"))
    assert (gone.counterpart, came.counterpart) == (None, None)
    gone, came = told(plb(early, "FB", -7269, "E1"), plb(paid("E2", "2026-04-09", "OTHER PLAN"), "FB", 7269, "E1"))
    assert (gone.counterpart, came.counterpart) == (None, None)


def test_a_takeback_announced_first_and_taken_later() -> None:
    records = [("2225301000417", "A-1", "EXAMPLE HEALTH PLAN")]
    announced, taken = told(
        plb(paid("E1"), "WO", -4500, "2225301000417"),
        plb(paid("E2", "2026-04-09"), "WO", 4500, "2225301000417"),
        records=records,
    )
    assert announced.counterpart is taken.plb
    assert announced.leads.startswith("the reference names claim A-1 (a.837#9); the opposite amount stands in E2 of ")


def test_opposite_amounts_in_one_remittance() -> None:
    payment = paid("E1")
    one, other = told(plb(payment, "CS", -18155, "8888"), plb(payment, "CS", 18155, "8888"))
    assert one.leads.startswith("the opposite amount stands in this remittance")
    assert other.counterpart is one.plb


# -- the command ------------------------------------------------------------------------------------------------------


def edi(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_samples(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    edi("import", database, PROJECT / "samples")
    rows = json.loads(edi("payments", database, "--adjustments", "--json").stdout)
    assert [(row["reason"], row["amount"], row["found"], row["control_numbers"]) for row in rows] == [
        ("CT", "-1250.00", None, []),
        ("WO", "45.00", False, []),
        ("L6", "-12.40", True, ["00026309a"]),
        ("FB", "-72.69", True, []),
        ("FB", "72.69", True, []),
        ("72", "-149.23", True, ["00026307a"]),
    ]
    assert rows[3]["counterpart"]["trace_number"] == "QM260527B"
    payments = json.loads(edi("payments", database, "--json").stdout)
    by_payment = {row["trace_number"]: row["adjustments"] for row in payments if row["adjustments"]}
    assert sum(map(len, by_payment.values())) == 6
    for row in payments:
        cents = sum(int(one["amount"].replace(".", "")) for one in row["adjustments"])
        assert cents == int(row["provider_adjustments"].replace(".", ""))
    assert "it arrives in remittance QM260527B" in edi("payments", database, "--adjustments").stdout


def test_a_repeat_shows_the_adjustments_of_the_one_that_counts(tmp_path: Path) -> None:
    body = [*remittance([Case()], off=-1000), ["PLB", "1999999984", "20261231", "WO:ICNA1", "10.00"]]
    write_835(tmp_path / "a.835", body)
    write_835(tmp_path / "b.835", body)
    write_837(tmp_path / "c.837")
    edi("run", tmp_path / "a.db", *(tmp_path / name for name in ("a.835", "b.835", "c.837")))
    one, repeat = json.loads(edi("payments", tmp_path / "a.db", "--json").stdout)
    assert (repeat["duplicate_of"], one["balanced"]) == (f"{one['file']}#{one['segment']}", True)
    assert one["adjustments"] == repeat["adjustments"]
    (told_,) = one["adjustments"]
    assert (told_["found"], told_["control_numbers"]) == (True, ["A1"])
