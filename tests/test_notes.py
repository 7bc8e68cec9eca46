"""What is told of answers that do not add up: each once, at the remittance that shows it, in words that fit."""

from __future__ import annotations

from edi.analysis.model import RemitClaim
from edi.analysis.notes import notes
from tests.build import answer, mirror, payment, svc
from tests.rowchecks import ENGINE, PAID, SCAN, only, scan


def _told(remits: list[RemitClaim]) -> list[tuple[str, int]]:
    return [(note.rule, note.at) for note in notes(only([scan()], remits), ENGINE.reference)]


def _paid() -> RemitClaim:
    return answer("A1", svc("78452", SCAN, 100000, PAID))


def test_second_reversal_of_one_answer_is_named_as_such() -> None:
    first = _paid()
    back, again = mirror(first, payment("2026-05-02", "EFT2")), mirror(first, payment("2026-06-02", "EFT3"))
    assert ("reversed-again", again.lines[0].id) in _told([first, back, again])


def test_reversal_of_what_is_not_here() -> None:
    back = mirror(_paid(), payment("2026-05-02", "EFT2"))
    rules = [rule for rule, _ in _told([back])]
    assert "reversal-without-original" in rules
    assert "reversed-again" not in rules


def test_one_reversal_of_one_answer_is_nothing_to_tell() -> None:
    first = _paid()
    assert _told([first, mirror(first, payment("2026-05-02", "EFT2"))]) == []


def test_line_paid_again_without_a_reversal() -> None:
    again = answer("A1", svc("78452", SCAN, 90000, "CO-45 45000; PR-2 10000"), to=payment("2026-05-02", "EFT2"))
    assert _told([_paid(), again]) == [("answered-again-without-reversal", again.lines[0].id)]


def test_one_payment_delivered_twice_with_other_content_pays_nothing_again() -> None:
    """Import says so once for the whole payment (trace-reused)."""
    again = answer("A1", svc("78452", SCAN, 90000, "CO-45 45000; PR-2 10000"), to=payment("2026-05-02", "EFT1"))
    assert _told([_paid(), again]) == []


def test_reversal_in_a_second_delivery_of_its_payment_takes_nothing_back_again() -> None:
    first = _paid()
    back, again = mirror(first, payment("2026-05-02", "EFT2")), mirror(first, payment("2026-05-02", "EFT2"))
    row = only([scan()], [first, back, again])
    assert (row.state, row.split.paid, row.split.denied, row.balance) == ("taken-back", 0, SCAN, 0)
    assert list(notes(row, ENGINE.reference)) == []


def test_missing_reason_is_no_unknown_reason() -> None:
    """The reader has told of it; a code that is not there cannot be added to a list."""
    remit = _paid()
    remit.lines[0].adjustments[0].reason_code = None
    assert "reason-unknown" not in [rule for rule, _ in _told([remit])]
    remit.lines[0].adjustments[0].reason_code = "ZZ9"
    assert "reason-unknown" in [rule for rule, _ in _told([remit])]
