"""A claim's whole story: submissions, answers and what became of each, cents, adjustments, findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.edifiles import Case, Line, remittance, write_835
from tests.queuefiles import SCAN, TRACER, claims, edi, remits, rows

BOTH = (SCAN, TRACER)


def stories(database: Path, word: str, *more: object) -> list[dict[str, Any]]:
    result = edi("claim", database, word, "--json", *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def story(database: Path, word: str, *more: object) -> dict[str, Any]:
    (one,) = stories(database, word, *more)
    return one


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "billing.db"
    edi("run", path, PROJECT / "samples")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "billing.db"
    edi("run", path, claims(tmp_path / "a.837", Case("A1", BOTH)), remits(tmp_path / "b.835", Case("A1", BOTH)))
    return path


def test_one_claim_and_its_answer(database: Path, tmp_path: Path) -> None:
    told = story(database, "A1")
    assert (told["control_number"], told["payer"], told["charge"], told["kind"]) == (
        "A1",
        "PAYER ONE",
        "1500.00",
        "837P",
    )
    (sent,) = told["submissions"]
    assert (sent["role"], sent["submitted"], sent["lines"], sent["file"], sent["segment"]) == (
        "stands", "2026-03-03", 2, str(tmp_path / "a.837"), 20)  # fmt: skip
    (answer,) = told["remittances"]
    assert (answer["date"], answer["trace_number"], answer["effect"], answer["tier"], answer["segment"]) == (
        "2026-04-01", "T1", "counted", "control-number", 12)  # fmt: skip
    scan, tracer = answer["lines"]
    assert (scan["line_number"], scan["procedure"], scan["paid"], scan["segment"]) == (1, "78452", "410.00", 14)
    assert scan["adjustments"] == [{"group": "CO", "reason": "45", "amount": "1040.00"}]
    assert (tracer["effect"], tracer["tier"]) == ("counted", "code-modifiers-date-charge-units")
    assert told["lines"] == rows(database, "lines")
    assert told["findings"] == rows(database, "findings")
    assert told["totals"]["charge"] == "1500.00"
    assert set(told["codes"]) == {"CO-45", "CO-97"}
    assert told["provider_adjustments"] == []


@pytest.mark.parametrize("word", ["A1", "a1", "ICNA1", "{folder}/a.837#20", "{folder}/b.835#12", "{folder}/b.835#14"])
def test_every_name_of_a_claim(word: str, database: Path, tmp_path: Path) -> None:
    assert story(database, word.format(folder=tmp_path)) == story(database, "A1")


def test_what_names_nothing(database: Path, tmp_path: Path) -> None:
    for word in ("NONE", f"{tmp_path / 'a.837'}#3", "none.837#3"):
        result = edi("claim", database, word)
        assert (result.exit_code, result.stdout) == (2, "")
        assert len(result.stderr.strip().splitlines()) == 1


def test_private_values_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "billing.db"
    ours = claims(tmp_path / "a.837", Case("A1", BOTH), last="SECRETNAME", member="SECRET1")
    edi("run", path, ours, remits(tmp_path / "b.835", Case("A1", BOTH), last="SECRETNAME", member="SECRET1"))
    assert story(path, "A1")["patient"] is None
    for words in (["A1"], ["A1", "--json"]):
        assert "SECRET" not in edi("claim", path, *words).output
    assert story(path, "A1", "--phi")["patient"] == {
        "last": "SECRETNAME", "first": "PAT", "birth_date": "1950-01-01", "member_id": "SECRET1"}  # fmt: skip
    assert "SECRETNAME, PAT, born 1950-01-01, member SECRET1" in edi("claim", path, "A1", "--phi").stdout


def test_a_claim_without_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "billing.db"
    edi("run", path, claims(tmp_path / "a.837", Case("A1", BOTH)))
    told = story(path, "A1")
    assert (told["remittances"], told["totals"]["balance"]) == ([], "1500.00")
    assert "Nothing yet." in edi("claim", path, "A1").stdout


def test_a_remittance_without_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "billing.db"
    edi("run", path, remits(tmp_path / "b.835", Case("LG-1", BOTH)))
    told = story(path, "LG-1")
    assert (told["kind"], told["submissions"], told["control_number"]) == (None, [], "LG-1")
    assert [(line["line_number"], line["tier"]) for line in told["remittances"][0]["lines"]] == [(None, "none")] * 2
    text = edi("claim", path, "LG-1").stdout
    assert "known from remittances only" in text
    assert "no line of ours" in text


def test_a_number_used_for_two_patients_has_two_stories(database: Path, tmp_path: Path) -> None:
    later = claims(tmp_path / "c.837", Case("A1", BOTH), day="20280302", sent="20280303", reference="B2",
                   member="M7", last="POE")  # fmt: skip
    edi("run", database, later)
    first, second = stories(database, "A1")
    assert (first["service_date"], second["service_date"]) == ("2026-03-02", "2028-03-02")
    assert (len(first["remittances"]), len(second["remittances"])) == (1, 0)
    assert edi("claim", database, "A1").stdout.count("What we sent") == 2


def test_a_settled_answer_says_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "billing.db"
    edi("run", path, claims(tmp_path / "a.837", Case("A1", BOTH)),
        remits(tmp_path / "b.835", Case("LG-1", BOTH), member="M9", last="ROE"))  # fmt: skip
    edi("match", path, "LG-1", "A1", "--who", "kim")
    (answer,) = story(path, "A1")["remittances"]
    assert (answer["tier"], answer["settled"]["who"], answer["control_number"]) == ("settled", "kim", "LG-1")
    assert "settled by kim on 20" in edi("claim", path, "A1").stdout


@pytest.mark.parametrize("reference", ["ICNA1", "ICNA1 20260302", "A1-REFUND ICNA1"])
def test_a_takeback_is_shown_beside_and_never_subtracted(reference: str, database: Path, tmp_path: Path) -> None:
    before = rows(database, "lines")
    body = remittance([Case("B7", (Line("99213", 9000, 6000),))], trace="T2", off=-4500)
    write_835(tmp_path / "t.835", [*body, ["PLB", "1999999984", "20261231", f"WO:{reference}", "45.00"]])
    edi("run", database, tmp_path / "t.835")
    told = story(database, "A1")
    (one,) = told["provider_adjustments"]
    assert (one["reason"], one["amount"], one["found"], one["control_numbers"]) == ("WO", "45.00", True, ["A1"])
    assert (one["trace_number"], one["file"]) == ("T2", str(tmp_path / "t.835"))
    assert [row for row in rows(database, "lines") if row["control_number"] == "A1"] == before
    assert told["lines"] == before
    assert story(database, "B7")["provider_adjustments"] == []
    assert "never taken off them" in edi("claim", database, "A1").stdout


# -- the samples ------------------------------------------------------------------------------------------------------


def test_a_denial_overturned(samples: Path) -> None:
    told = story(samples, "00026309a")
    assert [(a["date"], a["claim_status"], a["effect"], a["paid"]) for a in told["remittances"]] == [
        ("2026-04-06", "1", "cancelled", "76.62"),
        ("2026-05-11", "22", "cancelled", "-76.62"),
        ("2026-05-11", "1", "counted", "954.42"),
    ]
    assert (told["totals"]["paid"], told["totals"]["denied"]) == ("954.42", "0.00")
    assert [(one["reason"], one["amount"]) for one in told["provider_adjustments"]] == [("L6", "-12.40")]
    assert {(f["cause"], f["open"]) for f in told["findings"]} >= {("authorization-not-sent", False)}


def test_a_replacement_under_another_number(samples: Path) -> None:
    told = story(samples, "00026313a")
    assert [(s["control_number"], s["role"], s["frequency"]) for s in told["submissions"]] == [
        ("00026313a", "replaced", "1"),
        ("00026314a", "stands", "7"),
    ]
    assert [a["effect"] for a in told["remittances"]] == ["cancelled", "cancelled", "counted"]
    assert told == story(samples, "00026314a")


def test_a_resend_called_a_duplicate(samples: Path) -> None:
    told = stories(samples, "00026295h")
    assert [s["role"] for s in told[0]["submissions"]] == ["stands", "sent again"]
    assert [one["kind"] for one in told] == ["837P", None]  # and an answer of 2023 under the same number


def test_stories_cover_every_line_once(samples: Path) -> None:
    """Each row of `edi lines` is told by the story of its number, with the cents of its answers."""
    lines = rows(samples, "lines")
    numbers = sorted({str(row["control_number"]) for row in lines})
    for number in numbers[::9]:
        told = stories(samples, number)
        keys = [
            (row["file"], row["segment"], row["line_number"], row["charge"]) for one in told for row in one["lines"]
        ]
        assert len(keys) == len(set(keys)), number
        wanted = {
            (r["file"], r["segment"], r["line_number"], r["charge"]) for r in lines if r["control_number"] == number
        }
        assert wanted <= set(keys), number
        for one in told:
            counted = {link["segment"] for row in one["lines"] for link in row["links"]}
            answered = {line["segment"] for a in one["remittances"] for line in a["lines"]} | {
                a["segment"] for a in one["remittances"]}  # fmt: skip
            assert counted <= answered, number


def test_the_statement_reads_well(samples: Path) -> None:
    text = edi("claim", samples, "00026309a").stdout
    for words in (
        "What we sent", "What the payers answered, in order of time", "reversal: cancels an earlier answer",
        "Where the money of each line is now", "paid, first denied", "Interest owed on late payment",
        "Why lines were not paid, and what to do", "CO-197  No authorization",
    ):  # fmt: skip
        assert words in text
    assert "\n\n\n" not in text
    assert max(len(line) for line in text.splitlines() if "samples" not in line) <= 120
    assert "samples/claims/alderwick_0316.837#775" in text


def test_every_claim_can_be_told(samples: Path) -> None:
    """No story fails, whatever its shape: whole-claim answers, splits, voids, secondaries, claim-level adjustments."""
    for number in ("00026291a", "00026315a", "00026316a", "00026246a", "H260026251", "LG-40022"):
        assert edi("claim", samples, number).exit_code == 0, number
