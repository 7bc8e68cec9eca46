"""Answers that stand twice in one payment, word for word: the second is named, unless as many lines were billed."""

from __future__ import annotations

from edi.analysis.model import Claim, Payment, RemitClaim, RemitLine
from edi.analysis.notes import Note, notes
from edi.analysis.outcomes.outcome import Outcome
from tests.build import answer, claim, line, mirror, payment, svc
from tests.rowchecks import ENGINE

SCAN, TRACER = 145000, 24000


def scan(**more: str) -> RemitLine:
    return svc("78452", SCAN, 36000, "CO-45 100000; PR-2 9000", **more)


def tracer() -> RemitLine:
    return svc("A9500", TRACER, 20000, "CO-45 4000")


def ours(tracers: int = 1, control: str | None = None) -> Claim:
    return claim("A1", line("78452", SCAN, line_control=control), *(line("A9500", TRACER) for _ in range(tracers)))


def told(claims: list[Claim], remits: list[RemitClaim]) -> tuple[list[Outcome], list[Note]]:
    rows = ENGINE.analyse(claims, remits).rows
    assert sum(one.paid for one in remits) == sum(entry.split.paid for row in rows for entry in row.entries)
    return rows, [note for row in rows for note in notes(row, ENGINE.reference)]


def again(to: Payment) -> RemitClaim:
    return answer("A1", scan(), tracer(), to=to)


def test_claim_answered_twice_in_one_payment() -> None:
    """Both were paid, so both are counted, but nothing else twice; one diagnostic for the CLP, at its own segment."""
    to = payment()
    first, second = again(to), again(to)
    rows, found = told([ours()], [first, second])
    assert [(row.split.paid, row.split.contractual, row.split.patient, row.balance) for row in rows] == [
        (72000, 100000, 9000, -36000), (40000, 4000, 0, -20000)]  # fmt: skip
    assert [(note.rule, note.at, note.value) for note in found] == [("answer-repeated", second.id, "A1")]
    assert found[0].expected == str(first.id & 0xFFFFFFFF)


def test_claim_denied_twice_in_one_payment_is_denied_once() -> None:
    to = payment()
    refusals = [answer("A1", svc("78452", SCAN, 0, "CO-197 145000"), to=to) for _ in range(2)]
    rows, found = told([claim("A1", line("78452", SCAN))], refusals)
    assert [(row.state, row.split.denied, row.balance) for row in rows] == [("denied", SCAN, 0)]
    assert [(note.rule, note.at) for note in found if note.rule != "remark-missing"] == [
        ("answer-repeated", refusals[1].id)]  # fmt: skip


def test_claim_that_is_not_ours_answered_twice() -> None:
    to = payment()
    first, second = again(to), again(to)
    rows, found = told([], [first, second])
    assert sorted(row.split.paid for row in rows) == [20000, 20000, 36000, 36000]
    assert [(note.rule, note.at) for note in found] == [("answer-repeated", second.id)]


def test_same_answer_in_a_later_payment_is_no_repeat() -> None:
    _, found = told([ours()], [again(payment()), again(payment("2026-05-02", "EFT2"))])
    assert {note.rule for note in found} == {"answered-again-without-reversal"}


def test_answer_reversed_and_given_anew_in_one_payment_is_no_repeat() -> None:
    to = payment()
    first, second = again(to), again(to)
    back = mirror(first, to)
    assert first.id < second.id < back.id  # the order in the file
    rows, found = told([ours()], [first, second, back])
    assert found == []
    assert [row.split.paid for row in rows] == [36000, 20000]


def test_price_given_in_advance_twice_pays_nothing() -> None:
    to = payment()
    _, found = told([ours()], [answer("A1", scan(), tracer(), to=to, status="25") for _ in range(2)])
    assert "answer-repeated" not in {note.rule for note in found}


def test_repeat_that_was_taken_back_later_is_settled() -> None:
    to = payment()
    first, second = again(to), again(to)
    rows, found = told([ours()], [first, second, mirror(first, payment("2026-05-02", "EFT2"))])
    assert found == []
    assert [row.split.paid for row in rows] == [36000, 20000]


def test_line_answered_twice_by_its_control_number() -> None:
    first, second = scan(line_control="7"), scan(line_control="7")
    rows, found = told([ours(control="7")], [answer("A1", first, second, tracer())])
    assert [(row.split.paid, row.split.contractual, row.balance) for row in rows] == [
        (72000, 100000, -36000), (20000, 4000, 0)]  # fmt: skip
    assert [(note.rule, note.at, note.value) for note in found] == [("answer-repeated", second.id, "78452")]


def test_line_answered_twice_that_its_claim_counts_once() -> None:
    """Import has named the second one: the claim's charge says that it is one too many."""
    first, second = scan(line_control="7"), scan(line_control="7")
    once = answer("A1", first, second, tracer(), charge_cents=SCAN + TRACER, paid_cents=56000)
    rows = ENGINE.analyse([ours(control="7")], [once]).rows
    assert [(row.extra, row.split.paid, row.split.contractual, row.balance) for row in rows] == [
        (False, 72000, 100000, -36000), (False, 20000, 4000, 0), (True, -36000, 0, 36000)]  # fmt: skip
    assert "answer-repeated" not in {note.rule for row in rows for note in notes(row, ENGINE.reference)}


def test_line_answered_twice_without_control_numbers() -> None:
    """The two answers are alike in every word, so that it is no guess which of them is the line's."""
    first, second = scan(), scan()
    rows, found = told([ours()], [answer("A1", first, second, tracer())])
    assert [(row.kind, row.split.paid) for row in rows] == [("837P", 36000), ("837P", 20000), (None, 36000)]
    assert [(note.rule, note.at) for note in found] == [("answer-repeated", second.id)]


def test_identical_lines_answered_by_as_many_identical_answers() -> None:
    rows, found = told([ours(tracers=2)], [answer("A1", scan(), tracer(), tracer())])
    assert [row.split.paid for row in rows] == [36000, 20000, 20000]
    assert found == []


def test_one_answer_more_than_there_are_identical_lines() -> None:
    third = tracer()
    rows, found = told([ours(tracers=2)], [answer("A1", scan(), tracer(), tracer(), third)])
    assert [(row.kind, row.split.paid) for row in rows] == [
        ("837P", 36000), ("837P", 20000), ("837P", 20000), (None, 20000)]  # fmt: skip
    assert [(note.rule, note.at) for note in found] == [("answer-repeated", third.id)]


def test_claim_answered_in_two_equal_parts() -> None:
    """Two CLPs, each with one of two identical lines."""
    to = payment()
    parts = [answer("A1", tracer(), to=to, charge_cents=TRACER) for _ in range(2)]
    _, found = told([claim("A1", line("A9500", TRACER), line("A9500", TRACER))], parts)
    assert "answer-repeated" not in {note.rule for note in found}
