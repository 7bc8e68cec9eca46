"""Repeats: recognised by content whatever they are dressed in, counted once, and the same whatever the order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.resources import Resources
from edi.store.auditing import audit
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests import goodfiles
from tests.deliveries import DELIVERIES, write_all
from tests.edifiles import Case, Line, Wrap, another, batch, remittance, write_835, write_837
from tests.storepicture import picture

RESOURCES = Resources()


@pytest.fixture
def database(tmp_path: Path) -> Any:
    with Database.open(tmp_path / "store.db", RESOURCES, create=True) as opened:
        yield opened


def payments(database: Database) -> list[tuple[str, str | None]]:
    return [(Path(row["file"]).name, row["duplicate_of"]) for row in Rowset(database, "payments")]


def rules(database: Database) -> list[tuple[str, str]]:
    return [(row["rule"], Path(row["file"]).name) for row in Rowset(database, "diagnostics")]


def one(database: Database, query: str) -> Any:
    return database.connection.execute(query).fetchone()[0]


@pytest.mark.parametrize(
    "wrap",
    [another(), another(element="*", component=":"), another(terminator="\n"), another(decimals=True), Wrap(control=9)],
)
def test_a_payment_in_other_clothes_is_a_repeat(wrap: Wrap, database: Database, tmp_path: Path) -> None:
    first = write_835(tmp_path / "a.835")
    again = write_835(tmp_path / "b.835", remittance(wrap=wrap), wrap=wrap)
    import_paths(database, [first, again])
    assert payments(database) == [("a.835", None), ("b.835", f"{first}#3")]
    assert one(database, "SELECT sum(paid_cents) FROM remit_claim") == 41000
    assert one(database, "SELECT sum(amount_cents) FROM payment") == 41000
    assert rules(database) == [("transaction-repeated", "b.835")]
    assert one(database, "SELECT status FROM file WHERE path LIKE '%b.835'") == "repeat"
    assert not [check.name for check in audit(database) if check.broken]


def test_the_first_delivery_counts_whichever_came_first(database: Database, tmp_path: Path) -> None:
    late, early = another(day="260409"), another(day="260402", control=5)
    second = write_835(tmp_path / "a.835", remittance(wrap=late), wrap=late)
    first = write_835(tmp_path / "b.835", remittance(wrap=early), wrap=early)
    import_paths(database, [second])
    import_paths(database, [first])
    assert payments(database) == [("b.835", None), ("a.835", f"{first}#3")]
    assert one(database, "SELECT min(id >> 32) || max(id >> 32) FROM remit_line") == "22"


def test_a_copy_under_another_name_is_a_repeat(database: Database, tmp_path: Path) -> None:
    for name in ("c.835", "a.835", "b.835"):
        import_paths(database, [write_835(tmp_path / name)])
    assert payments(database) == [("a.835", None), *[(name, f"{tmp_path}/a.835#3") for name in ("b.835", "c.835")]]
    assert one(database, "SELECT count(*) FROM payment") == 1


def test_a_transaction_repeated_inside_other_files(database: Database, tmp_path: Path) -> None:
    several = write_835(tmp_path / "a.835", *[remittance(trace=trace) for trace in ("T1", "T2", "T1")])
    other = write_835(tmp_path / "b.835", remittance(trace="T3"), remittance(trace="T2"))
    import_paths(database, [several, other])
    assert one(database, "SELECT group_concat(trace_number, ' ') FROM payment") == "T1 T2 T3"
    assert one(database, "SELECT count(*) FROM transaction_set WHERE duplicate_of IS NOT NULL") == 2
    assert one(database, "SELECT group_concat(status) FROM file") == "imported,imported"


def test_same_payer_and_trace_with_other_content_is_kept_and_said(database: Database, tmp_path: Path) -> None:
    one_line = Case(lines=(Line(), Line("A9500", 6000, 0)))
    first = write_835(tmp_path / "a.835")
    import_paths(database, [first, write_835(tmp_path / "b.835", remittance([one_line]), wrap=another())])
    assert payments(database) == [("a.835", None), ("b.835", None)]
    assert rules(database) == [("trace-reused", "b.835")]


def test_two_payers_may_share_a_trace_number(database: Database, tmp_path: Path) -> None:
    paths = [write_835(tmp_path / f"{payer}.835", remittance(payer=payer)) for payer in ("ONE", "TWO")]
    import_paths(database, paths)
    assert [duplicate for _, duplicate in payments(database)] == [None, None]
    assert rules(database) == []


def test_claims_rewrapped_are_a_repeat(database: Database, tmp_path: Path) -> None:
    wrap = another()
    import_paths(database, [write_837(tmp_path / "a.837"), write_837(tmp_path / "b.837", batch(wrap=wrap), wrap=wrap)])
    assert one(database, "SELECT count(*) FROM claim") == 1
    assert one(database, "SELECT sum(charge_cents) FROM service_line") == 150000
    assert rules(database) == [("transaction-repeated", "b.837")]


def test_claims_sent_again_in_a_new_transaction_are_kept_and_said(database: Database, tmp_path: Path) -> None:
    import_paths(database, [write_837(tmp_path / "b.837"), write_837(tmp_path / "a.837", batch(reference="B2"))])
    assert one(database, "SELECT count(*) FROM claim") == 2
    assert rules(database) == [("claim-sent-again", "b.837")]


def test_a_claim_that_changed_is_no_resend(database: Database, tmp_path: Path) -> None:
    other = batch([Case(lines=(Line(), Line("A9502", 5000, 0)))], reference="B2")
    import_paths(database, [write_837(tmp_path / "a.837"), write_837(tmp_path / "b.837", other)])
    assert rules(database) == []


def test_a_truncated_copy_is_no_repeat(database: Database, tmp_path: Path) -> None:
    whole = Path(write_835(tmp_path / "a.835")).read_text()
    (tmp_path / "b.835").write_text(whole[: whole.rindex("SVC*")])
    import_paths(database, [str(tmp_path / "a.835"), str(tmp_path / "b.835")])
    assert [duplicate for _, duplicate in payments(database)] == [None, None]
    assert "trace-reused" in {rule for rule, _ in rules(database)}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_all(folder)
    return folder


@settings(max_examples=25, deadline=None)
@given(names=st.permutations(sorted(DELIVERIES)))
def test_the_order_of_import_does_not_matter(
    names: list[str], inbox: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("order")
    shuffled = Database.open(folder / "one-by-one.db", RESOURCES, create=True)
    at_once = Database.open(folder / "at-once.db", RESOURCES, create=True)
    with shuffled, at_once:
        for name in names:
            import_paths(shuffled, [str(inbox / name)])
        import_paths(at_once, [str(inbox)])
        assert picture(shuffled) == picture(at_once)
        broken = {check.name for check in audit(shuffled) if check.broken}
        assert broken == {"payments-balance"}, "one payment is off by a cent"


def steps_of_settling(folder: Path, transactions: int) -> int:
    """Thousands of SQLite's own steps that a file of as many small remittances costs."""
    sets = [["ST*835*1*005010X221A1", *goodfiles.remittance(f"T{n}", [f"R{n}"]), "SE*1*1"] for n in range(transactions)]
    head = [goodfiles.ISA, "GS*HP*SENDER*RECEIVER*20260401*1015*11*X*005010X221A1"]
    path = folder / f"{transactions}.835"
    path.write_bytes(goodfiles.written([*head, *itertools.chain(*sets), f"GE*{transactions}*11", "IEA*1*000000011"]))
    steps = itertools.count()
    with Database.open(folder / f"{transactions}.db", RESOURCES, create=True) as database:
        database.connection.set_progress_handler(lambda: next(steps) < 0, 1000)
        import_paths(database, [str(path)])
        database.connection.set_progress_handler(None, 0)
        assert one(database, "SELECT count(*) FROM payment") == transactions
    return next(steps)


def test_a_file_of_many_remittances_costs_in_proportion(tmp_path: Path) -> None:
    """Every 835 has the same header: none may be compared with all others for it."""
    assert steps_of_settling(tmp_path, 1600) < 3 * steps_of_settling(tmp_path, 800)
