"""What a person settles goes before every other way to link, and outlives analysis, re-import and other wrappers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edifiles import Case, Line, another
from tests.queuefiles import SCAN, TRACER, claims, edi, remits, rows

BOTH = (SCAN, TRACER)
CLP, SVC, CLM, LX = 12, 14, 20, 22  # segments of the small files


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A1 is billed; LG-1 answers a claim with the same lines, of another patient under another number."""
    claims(tmp_path / "a.837", Case("A1", BOTH))
    remits(tmp_path / "b.835", Case("LG-1", BOTH), member="M9", last="ROE")
    path = tmp_path / "billing.db"
    edi("run", path, tmp_path / "a.837", tmp_path / "b.835")
    return path


def state(path: Path, number: str = "A1") -> list[tuple[object, object, list[object]]]:
    """Lines of a claim: place, state, where the answers stand."""
    return [
        (row["line_number"], row["state"], [one["segment"] for one in row["links"]])
        for row in rows(path, "lines")
        if row["control_number"] == number and row["kind"]
    ]


UNANSWERED: list[tuple[object, object, list[object]]] = [(1, "no-response", []), (2, "no-response", [])]
ANSWERED = [(1, "paid", [SVC]), (2, "denied", [SVC + 3])]


def settle(database: Path, remit: object, ours: object, *more: object) -> str:
    result = edi("match", database, remit, ours, *more)
    assert result.exit_code == 0, result.output
    assert edi("check", database).exit_code == 0
    return result.stdout


def refused(database: Path, *words: object) -> str:
    result = edi("match", database, *words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["LG-1", "ICNLG-1", "T1", "{folder}/b.835#12"])
def test_every_name_of_a_remittance(word: str, database: Path, tmp_path: Path) -> None:
    assert state(database) == UNANSWERED
    told = settle(database, word.format(folder=tmp_path), "A1", "--who", "kim")
    assert told.splitlines()[0] == f"Settled by kim: {tmp_path / 'b.835'}#{CLP} answers {tmp_path / 'a.837'}#{CLM}"
    assert "A1, line 1 78452: paid (code-modifiers-date-charge-units)" in told
    assert state(database) == ANSWERED
    assert rows(database, "unmatched") == []


def test_a_link_id_names_its_remittance(database: Path) -> None:
    import sqlite3

    (link,) = sqlite3.connect(database).execute("SELECT min(id) FROM link").fetchone()
    settle(database, link, "A1")
    assert state(database) == ANSWERED


def test_a_claim_by_its_place(database: Path, tmp_path: Path) -> None:
    settle(database, "LG-1", f"{tmp_path / 'a.837'}#{CLM}")
    assert state(database) == ANSWERED


def test_it_is_listed_with_who_and_when(database: Path) -> None:
    settle(database, "LG-1", "A1", "--who", "kim")
    (row,) = rows(database, "match", "--list")
    assert (row["control_number"], row["claim_control_number"], row["who"], row["in_force"]) == (
        "LG-1",
        "A1",
        "kim",
        True,
    )
    assert (row["trace_number"], row["charge"], row["remit_line"], row["claim_line"]) == ("T1", "1500.00", None, None)
    assert row["at"].endswith("+00:00")
    assert "LG-1" in edi("match", database, "--list").stdout


def test_who_is_the_login_name_unless_said(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "robin")
    assert settle(database, "LG-1", "A1").startswith("Settled by robin: ")


def test_undo(database: Path) -> None:
    before = [rows(database, name) for name in ("lines", "findings", "unmatched")]
    settle(database, "LG-1", "A1")
    result = edi("match", database, "LG-1", "--undo")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "No longer settled: LG-1")
    assert [rows(database, name) for name in ("lines", "findings", "unmatched")] == before
    assert rows(database, "match", "--list") == []
    assert "nothing is settled about LG-1" in refused(database, "LG-1", "--undo")


def test_settling_again_replaces(database: Path, tmp_path: Path) -> None:
    edi("run", database, claims(tmp_path / "c.837", Case("A2", BOTH), reference="B2"))
    settle(database, "LG-1", "A1")
    told = settle(database, "LG-1", "A2")
    assert "It takes the place of what was settled before." in told
    assert f"It was linked to A1 ({tmp_path / 'a.837'}#{CLM}) until now." in told
    assert (state(database), state(database, "A2")) == (UNANSWERED, ANSWERED)
    assert len(rows(database, "match", "--list")) == 1


def test_analysis_keeps_it(database: Path) -> None:
    settle(database, "LG-1", "A1")
    edi("analyze", database)
    assert state(database) == ANSWERED


def test_a_file_that_goes_and_comes_again_in_other_clothes(database: Path, tmp_path: Path) -> None:
    settle(database, "LG-1", "A1", "--who", "kim")
    for name in ("b.835", "a.837"):
        assert edi("forget", database, tmp_path / name).exit_code == 0
        (row,) = rows(database, "match", "--list")
        assert (row["in_force"], row["remittance"], row["control_number"]) == (False, None, "LG-1")
        assert edi("check", database).exit_code == 0
        if name == "b.835":
            assert state(database) == UNANSWERED
            wrapped = tmp_path / "wrapped.835"
            remits(wrapped, Case("LG-1", BOTH), member="M9", last="ROE", wrap=another())
            edi("run", database, wrapped)
        else:
            edi("run", database, tmp_path / name)
        assert state(database) == ANSWERED
        assert rows(database, "match", "--list")[0]["in_force"] is True


def test_a_new_database_in_another_order_links_the_same(database: Path, tmp_path: Path) -> None:
    """Matches of one import and of many, in any order, give the same lines."""
    settle(database, "LG-1", "A1")
    later = claims(tmp_path / "c.837", Case("A3", BOTH), reference="B3")
    edi("run", database, later)
    other = tmp_path / "other.db"
    for path in (later, tmp_path / "b.835", tmp_path / "a.837"):
        edi("run", other, path)
    settle(other, "LG-1", "A1")
    assert rows(other, "lines") == rows(database, "lines")


def test_an_ambiguous_remittance_is_settled(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    files = [claims(tmp_path / f"{n}.837", Case(f"A{n}", BOTH), reference=f"B{n}") for n in (1, 2)]
    edi("run", database, *files, remits(tmp_path / "b.835", Case("0", BOTH)))
    assert rows(database, "unmatched", "--remittances")[0]["why"] == "ambiguous: fits 2 claims"
    settle(database, "ICN0", "A2")
    assert (state(database, "A1"), state(database, "A2")) == (UNANSWERED, ANSWERED)


def test_an_ambiguous_line_is_settled(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    twice = (Line("A9500", 12000, 5000), Line("A9500", 13000, 5000))
    edi("run", database, claims(tmp_path / "a.837", Case("A1", twice)),
        remits(tmp_path / "b.835", Case("A1", (Line("A9500", 12500, 5000),))))  # fmt: skip
    assert state(database) == UNANSWERED
    (row,) = rows(database, "unmatched", "--remittances")
    theirs = f"{row['file']}#{row['segment']}"
    ours = [f"{near['file']}#{near['segment']}" for near in row["candidates"]]
    told = settle(database, theirs, ours[1])
    assert "A1, line 2 A9500: paid (settled)" in told
    assert [(place, how) for place, how, _ in state(database)] == [(1, "no-response"), (2, "paid")]
    (listed,) = rows(database, "match", "--list")
    assert (listed["remit_line"], listed["claim_line"], listed["in_force"]) == ("A9500", "A9500", True)
    edi("analyze", database)
    edi("forget", database, tmp_path / "b.835")
    edi("run", database, tmp_path / "b.835")
    assert [(place, how) for place, how, _ in state(database)] == [(1, "no-response"), (2, "paid")]
    assert edi("match", database, "A1", "--undo").exit_code == 0
    assert state(database) == UNANSWERED


def test_a_remittance_that_was_linked_otherwise(database: Path, tmp_path: Path) -> None:
    edi("run", database, claims(tmp_path / "c.837", Case("LG-1", BOTH), reference="B2", member="M9", last="ROE"))
    assert state(database, "LG-1") == ANSWERED
    settle(database, "LG-1", "A1")
    assert (state(database), state(database, "LG-1")) == (ANSWERED, UNANSWERED)


# -- words that do not fit --------------------------------------------------------------------------------------------


def test_words_that_name_nothing(database: Path, tmp_path: Path) -> None:
    assert "no remittance here is called 'X'" in refused(database, "X", "A1")
    assert "no claim here has the control number 'X'" in refused(database, "LG-1", "X")
    assert "no such file in the database: none.835" in refused(database, "none.835#3", "A1")
    assert "begins at" in refused(database, f"{tmp_path / 'b.835'}#{CLP + 1}", "A1")
    assert "begins at" in refused(database, "LG-1", f"{tmp_path / 'a.837'}#{CLM - 1}")
    assert "after # comes the number" in refused(database, f"{tmp_path / 'b.835'}#x", "A1")
    assert rows(database, "match", "--list") == []


def test_words_that_name_several(database: Path, tmp_path: Path) -> None:
    edi("run", database, remits(tmp_path / "c.835", Case("LG-1", BOTH), trace="T2", member="M9", last="ROE"))
    told = refused(database, "LG-1", "A1")
    assert (
        f"LG-1 names 2 remittances: {tmp_path / 'b.835'}#{CLP}, {tmp_path / 'c.835'}#{CLP}; give the file#segment"
        in told
    )
    settle(database, "T2", "A1")
    edi("run", database, claims(tmp_path / "d.837", Case("A1", BOTH), reference="B4", member="M4", last="POE"))
    told = refused(database, "T1", "A1")
    assert f"A1 is the number of 2 claims: {tmp_path / 'a.837'}#{CLM}, {tmp_path / 'd.837'}#{CLM}" in told
    settle(database, "T1", f"{tmp_path / 'd.837'}#{CLM}")


def test_submissions_of_one_claim_are_one(database: Path, tmp_path: Path) -> None:
    edi("run", database, claims(tmp_path / "c.837", Case("A1", BOTH), sent="20260313", reference="B9"))
    settle(database, "LG-1", "A1")
    assert state(database) == ANSWERED


def test_a_line_needs_a_line(database: Path, tmp_path: Path) -> None:
    assert "must be a line too" in refused(database, "LG-1", f"{tmp_path / 'a.837'}#{LX}")
    settle(database, f"{tmp_path / 'b.835'}#{SVC}", "A1")
    assert rows(database, "match", "--list")[0]["remit_line"] is None


def test_one_remittance_is_not_torn_between_claims(database: Path, tmp_path: Path) -> None:
    edi("run", database, claims(tmp_path / "c.837", Case("A2", BOTH), reference="B2"))
    settle(database, f"{tmp_path / 'b.835'}#{SVC}", f"{tmp_path / 'a.837'}#{LX}")
    told = refused(database, f"{tmp_path / 'b.835'}#{SVC + 3}", f"{tmp_path / 'c.837'}#{LX}")
    assert "another line of this remittance is settled on another claim" in told


def test_the_whole_outranks_a_line_that_named_another_claim(database: Path, tmp_path: Path) -> None:
    edi("run", database, claims(tmp_path / "c.837", Case("A2", BOTH), reference="B2"))
    settle(database, f"{tmp_path / 'b.835'}#{SVC}", f"{tmp_path / 'a.837'}#{LX}")
    told = settle(database, "LG-1", "A2")
    assert "What was settled of its lines named another claim, and is undone." in told
    assert (state(database), state(database, "A2")) == (UNANSWERED, ANSWERED)
    assert len(rows(database, "match", "--list")) == 1


def test_a_settled_line_is_applied_when_an_earlier_submission_takes_its_claims_place(
    database: Path, tmp_path: Path
) -> None:
    line_two = f"{tmp_path / 'a.837'}#{LX + 3}"
    settle(database, f"{tmp_path / 'b.835'}#{SVC}", line_two)
    edi("run", database, claims(tmp_path / "c.837", Case("A1", BOTH), sent="20260302", reference="B0"))
    assert edi("check", database).exit_code == 0
    assert state(database)[1] == (2, "paid", [SVC])


@pytest.mark.parametrize("words", [[], ["LG-1"], ["LG-1", "A1", "--undo"], ["LG-1", "--list"], ["a", "b", "c"]])
def test_usage(words: list[str], database: Path) -> None:
    result = edi("match", database, *words)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_control_number_may_hold_a_hash(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    edi("run", database, claims(tmp_path / "a.837", Case("R0399 #01", BOTH)),
        remits(tmp_path / "b.835", Case("LG #1", BOTH), member="M9", last="ROE"))  # fmt: skip
    settle(database, "LG #1", "R0399 #01")
    assert state(database, "R0399 #01") == ANSWERED
    assert edi("claim", database, "R0399 #01").exit_code == 0
