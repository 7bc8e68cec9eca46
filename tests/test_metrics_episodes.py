"""One service billed several times is one episode: the view `metric_lines` on rows written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edi.resources import Resources
from edi.store.database import Database
from tests.storecase import insert


class Books:
    """A database to write claims and answers into. Every claim is of one patient and biller unless said otherwise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.last = 0

    def _next(self) -> int:
        self.last += 1
        return self.last

    def claim(self, number: str, sent: str, frequency: str = "1", **values: Any) -> int:
        transaction, claim = self._next(), self._next()
        insert(self.database, "transaction_set", id=transaction, set_code="837P", created_date=sent, imported=1)
        person = {"subscriber_last": "DOE", "subscriber_first": "PAT", "subscriber_birth_date": "1950-01-01"}
        insert(self.database, "claim", id=claim, transaction_id=transaction, kind="837P", control_number=number,
               frequency=frequency, **{**person, "billing_npi": "1999999984", **values})  # fmt: skip
        return claim

    def line(self, claim: int, code: str = "78452", place: int = 1, modifiers: str = "[]", **values: Any) -> int:
        """A line that is paid 60.00, unless `values` say otherwise; returns the number of its outcome."""
        service, outcome = self._next(), self._next()
        own = self.database.connection.execute("SELECT control_number, frequency FROM claim WHERE id = ?", (claim,))
        number, frequency = own.fetchone()
        insert(self.database, "service_line", id=service, claim_id=claim, line_number=place, procedure=code)
        plain = {"state": "paid", "first_state": "paid", "first_denied_cents": 0, "charge_cents": 10000,
                 "paid_cents": 6000, "patient_cents": 0, "denied_cents": 0, "service_date": "2026-03-02"}  # fmt: skip
        insert(self.database, "outcome", id=outcome, claim_id=claim, service_line_id=service, kind="837P",
               control_number=number, frequency=frequency, payer="PAYER ONE", line_number=place, procedure=code,
               modifiers=modifiers, **{**plain, **values})  # fmt: skip
        return outcome

    def denied(self, claim: int, code: str = "78452", place: int = 1, modifiers: str = "[]", **values: Any) -> int:
        zero = {"state": "denied", "first_state": "denied", "first_denied_cents": 10000, "paid_cents": 0}
        return self.line(claim, code, place, modifiers, **{**zero, "denied_cents": 10000, **values})

    def answer(
        self, outcome: int, on: str, paid: int, status: str = "1", effect: str = "counted", icn: str = ""
    ) -> None:
        """A payer's answer, which also becomes the outcome's first decision if it has none."""
        payment, remit, svc, link = (self._next() for _ in range(4))
        insert(self.database, "payment", id=payment, date=on, payer_name="PAYER ONE")
        insert(self.database, "remit_claim", id=remit, payment_id=payment, status=status, paid_cents=paid,
               payer_control_number=icn or None)  # fmt: skip
        insert(self.database, "remit_line", id=svc, remit_claim_id=remit, payment_id=payment, paid_cents=paid)
        insert(self.database, "link", id=link, outcome_id=outcome, position=link, remit_claim_id=remit,
               remit_line_id=svc, status="linked", effect=effect, paid_cents=paid)  # fmt: skip
        self.database.connection.execute(
            "UPDATE outcome SET first_date = coalesce(first_date, ?), last_date = ? WHERE id = ?", (on, on, outcome)
        )

    def told(self, outcome: int) -> dict[str, Any]:
        cursor = self.database.connection.execute("SELECT * FROM metric_lines WHERE outcome_id = ?", (outcome,))
        return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))

    def places(self, *outcomes: int) -> list[tuple[int, int]]:
        """(turn, standing) of each."""
        return [(told["turn"], told["standing"]) for told in map(self.told, outcomes)]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with Database.open(tmp_path / "a.db", Resources(), create=True) as database:
        yield Books(database)


def test_three_submissions_of_one_service_are_one_episode(books: Books) -> None:
    rows = []
    for number, sent, answered in (("A", "2026-03-03", "2026-03-20"), ("B", "2026-04-03", "2026-04-20")):
        rows.append(books.denied(books.claim(number, sent)))
        books.answer(rows[-1], answered, 0)
    rows.append(books.line(books.claim("C", "2026-05-03")))
    books.answer(rows[-1], "2026-05-20", 6000)
    assert books.places(*rows) == [(1, 0), (2, 0), (3, 1)]
    first = books.told(rows[0])
    assert (first["now_state"], first["redecided"], first["recovered_cents"], first["lifted_cents"]) == (
        "paid", 1, 6000, 10000,
    )  # fmt: skip
    assert first["days_to_overturn"] == 61


def test_two_doses_on_a_claim_are_two_services_and_a_copy_repeats_both(books: Books) -> None:
    claim, copy = books.claim("A", "2026-03-03"), books.claim("B", "2026-04-03")
    rows = [books.line(one, "A9500", place) for one in (claim, copy) for place in (1, 2)]
    for row, on in zip(rows, ("2026-03-20", "2026-03-20", "2026-04-20", "2026-04-20"), strict=True):
        books.answer(row, on, 6000)
    assert [turn for turn, _ in books.places(*rows)] == [1, 1, 2, 2]


OTHERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another patient": ({"subscriber_first": "SAM"}, {}),
    "another birth date": ({"subscriber_birth_date": "1951-01-01"}, {}),
    "another biller": ({"billing_npi": "1000000129"}, {}),
    "another day": ({}, {"service_date": "2026-03-03"}),
    "another part": ({}, {"modifiers": '["26"]'}),
    "another code": ({}, {"code": "78451"}),
    "no day": ({}, {"service_date": None}),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_is_no_repeat(books: Books, other: tuple[dict[str, Any], dict[str, Any]]) -> None:
    one = books.denied(books.claim("A", "2026-03-03"))
    two = books.line(books.claim("B", "2026-04-03", **other[0]), **other[1])
    assert books.places(one, two) == [(1, 1), (1, 1)]


def test_a_replacement_keeps_the_episode_when_the_code_or_modifier_was_corrected(books: Books) -> None:
    void: dict[str, Any] = {"state": "void", "denied_cents": 0}
    claim, replacement = books.claim("A", "2026-03-03"), books.claim("A", "2026-04-03", "7")
    before = [books.denied(claim, "78452", 1, **void), books.denied(claim, "93018", 2, '["26"]', **void)]
    after = [books.line(replacement, "78451", 1), books.line(replacement, "93018", 2)]
    for row in before:
        books.answer(row, "2026-03-20", 0)
    for row in after:
        books.answer(row, "2026-04-20", 6000)
    assert books.places(*before, *after) == [(1, 0), (1, 0), (2, 1), (2, 1)]
    assert {books.told(row)["recovered_cents"] for row in before} == {6000}
    assert {books.told(row)["withdrawn"] for row in (*before, *after)} == {0}


def test_a_replacement_under_a_number_of_its_own_is_found_by_the_payers_number(books: Books) -> None:
    claim = books.claim("A", "2026-03-03")
    replacement = books.claim("Z9", "2026-04-03", "7", payer_control_number="ICN1")
    before = books.denied(claim, modifiers='["TC"]', state="void", denied_cents=0)
    after = books.line(replacement)
    books.answer(before, "2026-03-20", 0, icn="ICN1")
    books.answer(after, "2026-04-20", 6000, icn="ICN2")
    assert books.places(before, after) == [(1, 0), (2, 1)]


def test_a_voided_claim_without_a_successor_is_withdrawn(books: Books) -> None:
    row = books.line(books.claim("A", "2026-03-03"), state="void")
    assert books.told(row)["withdrawn"] == 1


def test_a_further_payers_payment_is_no_overturn(books: Books) -> None:
    row = books.denied(books.claim("A", "2026-03-03"), state="paid", denied_cents=0, paid_cents=6000)
    books.answer(row, "2026-03-20", 0)
    books.answer(row, "2026-04-20", 6000, status="2")
    told = books.told(row)
    assert (told["redecided"], told["recovered_cents"], told["kept_cents"]) == (0, 0, 10000)


def test_a_duplicate_denial_is_no_second_decision(books: Books) -> None:
    row = books.denied(books.claim("A", "2026-03-03"))
    books.answer(row, "2026-03-20", 0)
    books.answer(row, "2026-04-20", 0, effect="set-aside")
    assert books.told(row)["redecided"] == 0
    copy = books.denied(books.claim("B", "2026-05-03"))
    books.answer(copy, "2026-05-20", 0)
    insert(books.database, "finding", id="F1", outcome_id=copy, is_primary=1, cause="duplicate-claim")
    assert books.told(row)["redecided"] == 0


def test_what_was_taken_back_is_not_overturned(books: Books) -> None:
    row = books.denied(books.claim("A", "2026-03-03"), state="taken-back")
    books.answer(row, "2026-03-20", 0, effect="replaced")
    books.answer(row, "2026-04-20", 6000, effect="cancelled")
    books.answer(row, "2026-05-20", -6000, status="22", effect="cancelled")
    told = books.told(row)
    assert (told["redecided"], told["recovered_cents"], told["kept_cents"]) == (1, 0, 10000)
    assert told["decided_on"] == "2026-05-20"


def test_an_unanswered_copy_does_not_hide_the_denial(books: Books) -> None:
    denied = books.denied(books.claim("A", "2026-03-03"))
    books.answer(denied, "2026-03-20", 0)
    waiting = books.line(books.claim("B", "2026-05-03"), state="no-response", first_state=None, paid_cents=0)
    assert books.places(denied, waiting) == [(1, 1), (2, 0)]


def test_days(books: Books) -> None:
    row = books.line(books.claim("A", "2026-03-05"))
    books.answer(row, "2026-03-25", 6000)
    told = books.told(row)
    assert (told["days_to_submit"], told["days_to_decide"], told["days_to_pay"]) == (3, 20, 20)


def test_a_remittance_without_a_claim_is_its_own_episode(books: Books) -> None:
    for number in (901, 902):
        insert(books.database, "outcome", id=number, control_number="X", procedure="78452", modifiers="[]",
               service_date="2026-03-02", charge_cents=10000, paid_cents=0, patient_cents=0, denied_cents=10000,
               state="denied", first_state="denied", first_denied_cents=10000, remit_line_id=number)  # fmt: skip
    assert books.places(901, 902) == [(1, 1), (1, 1)]
