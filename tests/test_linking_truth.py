"""Linking and netting held to histories that are made to be hard to link, and whose truth is known by construction.

The histories come from samples/generate.py --perturb; benchmarks/linking.py reads, links and scores them.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import linking
from edi.analysis.engine import Engine
from edi.cli import main
from edi.resources import Resources
from tests import truth
from tests.test_samples import balances, cents, check_envelope, tokens, transactions

ENGINE = Engine(Resources())
SITUATIONS = {
    # control numbers, members, dates
    "upper-cased", "zeros-stripped", "cut-at-17", "cut-at-20", "number-zero", "number-blank", "number-unknown",
    "member-corrected", "member-corrected-to-ours", "member-other", "member-missing", "dates-of-the-claim-only",
    "dates-missing", "recycled-years-later", "two-systems-one-number", "every-week", "one-number-for-a-series",
    "payer-named-otherwise", "hospital-and-office-one-number",
    # lines
    "modifiers-dropped", "modifier-added", "modifiers-reordered", "units-changed", "units-missing",
    "original-units-given", "revenue-only", "revenue-for-procedure", "submitted-code-beside",
    "other-code-same-line-control", "line-control-dropped", "line-control-without-zeros", "shared-line-control",
    "place-as-line-control", "charge-changed", "split", "split-by-day", "first-day-only", "unbundled", "bundled",
    "other-order", "twins", "two-day",
    # time
    "answered", "unanswered", "pending-only", "pending-then-decided", "decided-again", "corrected",
    "reversal-and-correction-apart", "correction-before-reversal", "reversal-with-positive-units",
    "reversal-under-a-new-payer-number", "reversal-of-some-lines", "correction-leaves-a-line-out", "taken-back",
    "withheld-later", "withheld-by-payment", "in-several-answers", "line-in-two-answers", "as-a-whole",
    "called-duplicate", "copay-at-claim", "reversal-alone",
    # submissions
    "sent-again-unanswered", "sent-again-until-decided", "sent-again-as-duplicate", "duplicate-before-the-payment",
    "replaced", "told-by-frequency", "told-by-reference", "told-by-line-controls", "told-by-its-own-number",
    "replaced-twice", "replaced-without-a-reference", "replaced-as-a-whole", "replaced-then-voided",
    "replaced-before-an-answer", "crossed-in-the-mail", "voided", "under-the-number-of-the-void", "voided-unanswered",
    "voided-and-billed-again", "late-charges",
    # payers
    "crossover", "forwarded-and-sent", "one-payer-twice", "second-payer-calls-itself-first", "billed-to-second",
    "refused-then-paid-by-second", "second-corrects", "second-answers-as-a-whole", "corrected-then-forwarded",
    # must stay unlinked
    "of-another-system", "old-answer-under-our-number", "somebody-else-under-our-number", "lost-number-fits-two",
    "sibling-without-number", "cut-alike", "without-member", "without-part", "without-biller", "without-date",
    "fewer-answers-than-twins", "day-not-told", "line-not-ours", "line-not-ours-at-zero",
}  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2, 3])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp(f"histories{request.param}")
    linking.generate(made, 600, request.param)
    return made


def test_links_states_and_cents(folder: Path) -> None:
    scores = linking.score(folder, ENGINE)
    assert linking.good(scores.total), "\n".join(scores.wrong[:30])
    assert scores.wrong == []
    assert scores.total.links > 2000
    assert scores.total.claims > 700


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(11, 16))
def test_links_states_and_cents_of_many(seed: int, tmp_path: Path) -> None:
    linking.generate(tmp_path, 20000, seed)
    scores = linking.score(tmp_path, ENGINE)
    assert linking.good(scores.total), "\n".join(scores.wrong[:30])
    assert {name for name, score in scores.situations.items() if not linking.good(score)} == set()


def test_every_situation_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = tmp_path_factory.mktemp("situations")
    linking.generate(made, 4000, 4)
    told = {name for row in truth.lines(made) for name in row.scenario.split()}
    told |= {name for scenario, _, _ in truth.links(made) for name in scenario.split()}
    assert SITUATIONS - told == set()


# ---- the histories in themselves


def test_the_histories_are_sound(folder: Path) -> None:
    for path in linking.files(folder):
        segments, _ = tokens(path.read_bytes())
        check_envelope(path.name, segments)
        for _, transaction in transactions(segments):
            if transaction[0][1] == "835":
                difference, _, faults = balances(transaction)
                assert (difference, [f for f in faults if not f.startswith("claim charge")]) == (0, []), path.name


def test_the_truth_accounts_for_every_cent(folder: Path) -> None:
    for row in truth.lines(folder):
        if set(truth.MONEY_COLUMNS) <= set(row.want):
            assert sum(cents(row.want[name]) for name in truth.MONEY_COLUMNS) == cents(row.want["charge"]), row


def test_the_same_seed_tells_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        linking.generate(tmp_path / name, 100, 9)
    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*.*")} for f in sorted(tmp_path.iterdir()))
    assert one == two


# ---- order and increments


def test_the_order_of_files_is_irrelevant(folder: Path) -> None:
    paths = linking.files(folder)
    straight = linking.answers(linking.analyse(*linking.read(paths), ENGINE), paths, folder)
    for seed in range(2):
        random.Random(seed).shuffle(paths)
        shuffled = linking.answers(linking.analyse(*linking.read(paths), ENGINE), paths, folder)
        assert shuffled.rows == straight.rows
        assert shuffled.claims == straight.claims


def edi(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in arguments else None


def told(database: Path, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What the tool prints, with file names as the truth writes them."""
    rows = {kind: edi(kind, database, "--json") for kind in ("lines", "findings", "payments")}
    found: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(rows).replace(f"{folder}/", ""))
    return found


def printed(rows: list[dict[str, Any]], *without: str) -> list[str]:
    return sorted(json.dumps({k: v for k, v in row.items() if k not in without}) for row in rows)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("few")
    linking.generate(made, 150, 5)
    return made


@pytest.fixture(scope="module")
def whole(few: Path) -> dict[str, list[dict[str, Any]]]:
    edi("run", few / "whole.db", few / "claims", few / "remits")
    return told(few / "whole.db", few)


def test_the_tool_says_the_truth(few: Path, whole: dict[str, list[dict[str, Any]]]) -> None:
    rows = {truth.line_key(row): row for row in whole["lines"]}
    wanted = truth.lines(few)
    assert sorted(rows) == sorted(one.key for one in wanted)
    assert [text for one in wanted for text in truth.differences(one, rows[one.key])] == []
    paid = sum(cents(row["claim_paid"]) for row in whole["payments"])
    assert paid == sum(cents(row.want["claim_paid"]) for row in truth.payments(few))


@pytest.mark.parametrize("seed", range(2))
def test_any_split_into_runs_gives_the_same_rows(
    seed: int, few: Path, whole: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    chance, paths = random.Random(seed), linking.files(few)
    chance.shuffle(paths)
    database = tmp_path / "split.db"
    while paths:
        part = [paths.pop() for _ in range(min(len(paths), chance.randint(5, 60)))]
        edi("run", database, *part)
    split = told(database, few)
    for name, rows in whole.items():
        assert printed(split[name], "adjustments") == printed(rows, "adjustments"), name


def test_payments_delivered_again_add_nothing(
    few: Path, whole: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    database = tmp_path / "again.db"
    edi("run", database, few / "again", few / "claims", few / "remits")
    again = told(database, few)
    repeats = [row for row in again["payments"] if row["duplicate_of"]]
    assert len(repeats) >= len(list((few / "again").iterdir())) > 0
    placed = ("file", "segment", "links", "evidence", "id", "depends_on")  # which copy counts is the tool's affair
    for name in ("lines", "findings"):
        assert printed(again[name], *placed) == printed(whole[name], *placed), name
