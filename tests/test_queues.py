"""Both queues: what waits for an answer and what to check, what has no claim and why nothing was taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edi.analysis.linking.candidates import compare, nearest
from tests.build import answer, claim, line, svc
from tests.conftest import PROJECT
from tests.edifiles import Case, Line
from tests.queuefiles import SCAN, TRACER, claims, edi, remits, rows

BOTH = (SCAN, TRACER)


def queue(tmp_path: Path, *files: Path, side: str = "remittance") -> list[dict[str, Any]]:
    edi("run", tmp_path / "a.db", *files)
    return [row for row in rows(tmp_path / "a.db", "unmatched") if row["side"] == side]


# -- claims without an answer -----------------------------------------------------------------------------------------


def check(tmp_path: Path, *files: Path) -> str:
    (row,) = queue(tmp_path, *files, side="claim")
    return str(row["check"])


def test_a_claim_alone_in_its_file(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1")), remits(tmp_path / "b.835", Case("Z9"), member="M9", last="ROE")
    (row,) = queue(tmp_path, *files, side="claim")
    assert (row["control_number"], row["charge"], row["lines"], row["age_days"]) == ("A1", "1500.00", 2, 30)
    assert (row["days_since_service"], row["why"], row["level"]) == (31, "no answer", "claim")
    assert row["check"] == (
        "look for the 999 of interchange 000000001 of 2026-03-03, then the 277CA, then ask for its status (276)"
    )


def test_a_claim_whose_neighbours_were_answered(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1"), Case("A2"), Case("A3")), remits(tmp_path / "b.835", Case("A1"))
    first, second = queue(tmp_path, *files, side="claim")
    assert str(first["check"]).startswith(
        "1 of 3 claims of its file were answered, so it arrived: look for a rejection"
    )
    assert [first["control_number"], second["control_number"]] == ["A2", "A3"]


def test_a_file_of_which_nothing_was_answered(tmp_path: Path) -> None:
    silent = claims(tmp_path / "a.837", *(Case(f"A{n}") for n in range(4)))
    files = silent, remits(tmp_path / "b.835", Case("Z9"), member="M9", last="ROE")
    checks = {str(row["check"]) for row in queue(tmp_path, *files, side="claim")}
    assert checks == {
        "none of the 4 claims of its file was answered: look for the 999 or TA1 of interchange 000000001 of 2026-03-03"
    }


def test_a_claim_that_is_too_young(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1"), sent="20260320"), remits(tmp_path / "b.835", Case("Z"), member="M9",
                                                                           last="ROE")  # fmt: skip
    assert check(tmp_path, *files) == "wait: answers usually come within 14 days"


def test_the_payers_own_habit(tmp_path: Path) -> None:
    answered = [Case(f"B{n}") for n in range(6)]
    files = claims(tmp_path / "a.837", *answered), remits(tmp_path / "b.835", *answered)
    young = claims(tmp_path / "c.837", Case("A1"), sent="20260310", reference="B2", member="M9", last="ROE")
    assert check(tmp_path, *files, young) == "wait: this payer's answers usually come within 29 days"


def test_lines_that_the_payer_left_out(tmp_path: Path) -> None:
    part = remits(tmp_path / "b.835", Case("A1", (SCAN,)))
    (row,) = queue(tmp_path, claims(tmp_path / "a.837", Case("A1", BOTH)), part, side="claim")
    assert (row["level"], row["lines"], row["charge"]) == ("line", 1, "50.00")
    assert row["why"] == "1 of 2 lines without an answer"
    assert row["check"] == "the payer answered the other lines: ask what became of these"


def test_age_runs_from_the_last_sending(tmp_path: Path) -> None:
    first = claims(tmp_path / "a.837", Case("A1"), sent="20260303")
    again = claims(tmp_path / "b.837", Case("A1"), sent="20260323", reference="B2")
    (row,) = queue(tmp_path, first, again, remits(tmp_path / "c.835", Case("Z"), member="M9", last="ROE"), side="claim")
    assert (row["date"], row["age_days"]) == ("2026-03-23", 10)


def test_what_may_be_the_answer_is_named(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("CLAIM12345")), remits(tmp_path / "b.835", Case("CLAIM12354", (SCAN,)))
    assert check(tmp_path, *files).startswith(f"perhaps {tmp_path / 'b.835'}#12 is the answer")


def test_what_cannot_be_the_answer_is_not(tmp_path: Path) -> None:
    """A payment of three years ago under the same number, and a relative's."""
    old = claims(tmp_path / "a.837", Case("A1")), remits(tmp_path / "b.835", Case("A1"), day="20230302")
    assert "is the answer" not in check(tmp_path, *old)


def test_a_relative_under_the_same_member_id_is_named_as_the_reason(tmp_path: Path) -> None:
    ours = claims(tmp_path / "a.837", Case("A2", BOTH), last="ROE", member="M7")
    (row,) = queue(tmp_path, ours, remits(tmp_path / "b.835", Case("0", BOTH), last="POE", member="M7"))
    (near,) = row["candidates"]
    assert near["why"] == "everything but the patient's name agrees: a relative under the same member id?"


def test_a_line_that_fits_two_is_told_with_the_lines_that_wait(tmp_path: Path) -> None:
    ours = claims(tmp_path / "a.837", Case("A1", (SCAN, TRACER, TRACER)))
    theirs = remits(tmp_path / "b.835", Case("A1", (SCAN, TRACER)))
    assert check(tmp_path, ours, theirs).startswith(f"perhaps {tmp_path / 'b.835'}#")


@pytest.mark.parametrize(("day", "ending"), [
    ("20250510", "then ask for its status (276)"),
    ("20250410", "filing limit of 365 days: 8 left"),
    ("20250320", "filing limit of 365 days passed"),
])  # fmt: skip
def test_the_filing_limit_is_named_when_near(day: str, ending: str, tmp_path: Path) -> None:
    old = claims(tmp_path / "a.837", Case("A1"), day=day, sent="20250515")
    old.write_text(old.read_text().replace("*CI~", "*MB~"))
    assert check(tmp_path, old, remits(tmp_path / "b.835", Case("Z"), member="M9", last="ROE")).endswith(ending)


# -- remittances without a claim --------------------------------------------------------------------------------------


def test_nothing_comes_near(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1")), remits(tmp_path / "b.835", Case("LG-1"), member="M9", last="ROE")
    (row,) = queue(tmp_path, *files)
    assert (row["control_number"], row["why"], row["candidates"]) == ("LG-1", "no claim", [])
    assert row["check"] == "no claim here comes near: billed by another system, or a claim file that was not imported"
    assert (row["charge"], row["paid"], row["lines"], row["codes"]) == ("1500.00", "410.00", 2, ["78452", "A9500"])


def test_a_number_used_again(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1")), remits(tmp_path / "b.835", Case("A1"), day="20230302")
    (row,) = queue(tmp_path, *files)
    (near,) = row["candidates"]
    assert near["control_number"] == "A1"
    assert near["why"] == "the number agrees, the dates do not: a number used again?"
    assert {"key": "dates", "ours": "2026-03-02", "theirs": "2023-03-02"} in near["differ"]
    assert near["states"] == ["no-response"]


def test_a_number_mistyped(tmp_path: Path) -> None:
    files = (
        claims(tmp_path / "a.837", Case("CLAIM12345", BOTH)),
        remits(tmp_path / "b.835", Case("CLAIM12354", (SCAN,))),
    )
    (row,) = queue(tmp_path, *files)
    (near,) = row["candidates"]
    assert near["why"] == "the number differs by one character: a slip, or another claim"
    assert set(near["agree"]) >= {"control number nearly", "member", "patient", "dates"}


def test_private_values_are_not_printed(tmp_path: Path) -> None:
    files = claims(tmp_path / "a.837", Case("A1"), member="SECRET1", last="SECRETNAME"), remits(
        tmp_path / "b.835", Case("A1"), member="SECRET2", last="OTHERNAME", day="20230302")  # fmt: skip
    edi("run", tmp_path / "a.db", *files)
    for form in ("--json", "--csv", "--table"):
        output = edi("unmatched", tmp_path / "a.db", form).output
        assert "A1" in output
        assert not any(word in output for word in ("SECRET", "OTHERNAME"))


def test_two_claims_fit_equally_well(tmp_path: Path) -> None:
    one = claims(tmp_path / "a.837", Case("", BOTH), reference="B1")
    two = claims(tmp_path / "b.837", Case("A2", BOTH), reference="B2")
    three = claims(tmp_path / "c.837", Case("A3", BOTH), reference="B3")
    (row,) = queue(tmp_path, one, two, three, remits(tmp_path / "d.835", Case("0", BOTH)))
    assert row["why"] == "ambiguous: fits 3 claims"
    assert {near["why"] for near in row["candidates"]} == {
        "fits as well as 2 other claims: ambiguous, never picked"}  # fmt: skip


def test_a_line_without_a_line(tmp_path: Path) -> None:
    ours = claims(tmp_path / "a.837", Case("A1", BOTH))
    (row,) = queue(tmp_path, ours, remits(tmp_path / "b.835", Case("A1", (SCAN, TRACER, Line("93015", 21000, 9200)))))
    assert (row["level"], row["codes"], row["charge"], row["lines"]) == ("line", ["93015"], "210.00", 1)
    assert (row["why"], row["candidates"]) == ("no line of its claim", [])
    assert row["check"] == "its claim is here, but no line of it has this code"


def test_a_line_that_fits_two(tmp_path: Path) -> None:
    twice = (Line("A9500", 12000, 5000), Line("A9500", 13000, 5000))
    ours = claims(tmp_path / "a.837", Case("A1", twice))
    (row,) = queue(tmp_path, ours, remits(tmp_path / "b.835", Case("A1", (Line("A9500", 12500, 5000),))))
    assert row["why"] == "ambiguous: fits 2 lines of its claim"
    assert [near["line_number"] for near in row["candidates"]] == [1, 2]


# -- the comparison ---------------------------------------------------------------------------------------------------


def test_each_key_agrees_differs_or_is_unknown() -> None:
    ours = claim("NUC-A-1001", line("78452", 145000), patient_last="DOE", patient_first="JAN")
    theirs = answer("NUCA1001", svc("78452", 145000, 0, "CO-197 145000"))
    agree, differ = compare(ours, theirs)
    assert {"control number", "charge", "codes", "billing NPI", "payer"} <= set(agree)
    assert "patient" not in {*agree, *(one.key for one in differ)}


@pytest.mark.parametrize(("theirs", "near"), [
    ("CLAIM12354", True), ("CLAIM1234", True), ("CLAIM12346", True), ("CLAIM123456", True), ("CLAM12345", True),
    ("CLAIM12399", False), ("CLAIM1", False), ("OTHER", False),
])  # fmt: skip
def test_mistyped(theirs: str, near: bool) -> None:
    agree, _ = compare(claim("CLAIM12345", line("78452", 1)), answer(theirs, svc("78452", 1, 1)))
    assert ("control number nearly" in agree) is near


def test_the_nearest_come_first_and_strangers_not_at_all() -> None:
    theirs = answer("X1", svc("78452", 145000, 0))
    right = claim("A1", line("78452", 145000))
    less = claim("A2", line("78452", 145000, service_date="2026-06-05"))
    stranger = claim("A3", line("99213", 100), member_id="EHP9")
    assert [one.claim for one in nearest(theirs, [stranger, less, right])] == [right, less]


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_samples(tmp_path: Path) -> None:
    edi("run", tmp_path / "a.db", PROJECT / "samples")
    found = rows(tmp_path / "a.db", "unmatched")
    silent = {row["control_number"] for row in found if row["side"] == "claim"}
    assert silent == {"H260026251", "00026246a", "00026248a", "00026249a", "00026247h", "00026250a"}
    assert all("of its file were answered" in row["check"] for row in found if row["side"] == "claim")
    strangers = {row["control_number"]: row for row in found if row["side"] == "remittance"}
    assert set(strangers) == {"LG-40017", "LG-40022", "00026295h"}
    assert {row["control_number"] for row in strangers["00026295h"]["candidates"]} == {"00026295h"}
    assert strangers["LG-40017"]["candidates"] == []
    table = edi("unmatched", tmp_path / "a.db").stdout
    assert "Claims without an answer" in table
    assert "Remittances without a claim" in table
    only = edi("unmatched", tmp_path / "a.db", "--claims").stdout
    assert "Remittances without a claim" not in only
    assert {row["side"] for row in rows(tmp_path / "a.db", "unmatched", "--remittances")} == {"remittance"}


def test_an_empty_database_and_none(tmp_path: Path) -> None:
    edi("import", tmp_path / "a.db", PROJECT / "samples" / "other" / "ack_0317.999")
    assert rows(tmp_path / "a.db", "unmatched") == []
    assert edi("unmatched", tmp_path / "none.db").exit_code == 2
