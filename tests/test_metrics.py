"""edi metrics on the samples: every figure's drill-down shows exactly its lines, and known stories count once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edi.analysis.metrics.deadlines import age_figures, deadline_figures
from edi.analysis.metrics.figures import CLAIMS, LINES, REMITS
from edi.analysis.metrics.figures import FIGURES as STATIC
from edi.analysis.metrics.lines import COLUMNS, MetricLine, assemble
from edi.analysis.metrics.numbers import rate
from edi.analysis.metrics.populations import OVERTURNED
from edi.analysis.metrics.table import DECISION, DIMENSIONS, Result, Scope, tabulate
from edi.cli import main
from edi.pipeline import analyze
from edi.pipeline.drilling import drill_result
from edi.resources import Resources
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from edi.x12.money import money
from tests.metriclines import valued

LIMITS = {"MB": 120, "MA": 120, "12": 60}
TODAY = "2026-06-12"


def limit(_name: str | None, _identifier: str | None, filing_code: str | None) -> int | None:
    return LIMITS.get(filing_code or "")


def fee(line: MetricLine) -> int | None:
    """An invented fee table: high enough for the echoes to be short, silent about the rest."""
    return 30000 if line.procedure == "93306" else None


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    samples = Path(__file__).parents[1] / "samples"
    with Database.open(tmp_path_factory.mktemp("metrics") / "a.db", Resources(), create=True) as opened:
        import_paths(opened, [str(samples / name) for name in ("claims", "remits")])
        analyze(opened, Resources())
        yield opened


@pytest.fixture(scope="module")
def lines(database: Database) -> list[MetricLine]:
    found = list(assemble(database.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM metric_lines")))
    return valued(found, fee, Fraction(2, 100))


def results(lines: list[MetricLine], by: tuple[str, ...] = (), scope: Scope | None = None) -> list[Result]:
    figures = [*STATIC, *deadline_figures(lines, limit, TODAY), *age_figures(TODAY)]
    return list(tabulate(lines, figures, by, scope))


def drilled(database: Database, result: Result, lines: dict[int, MetricLine]) -> list[MetricLine]:
    """The rows behind a result, found by its filter alone, the way `edi lines --where` finds them."""
    for name in ("metric_lines", result.figure.shows):  # a table of the same rows: the view is worked out once
        database.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS [{name}] AS SELECT * FROM main.[{name}]")
    query = f"SELECT outcome_id FROM [{result.figure.shows}] WHERE {drill_result(result)}"
    return [lines[row[0]] for row in database.connection.execute(query)]


SCOPES = {
    "all": Scope(),
    "family": Scope(family=True),
    "spring": Scope("2026-03-10", "2026-03-20"),
    "decided in May": Scope("2026-05-01", "2026-05-31", date=DECISION),
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
@pytest.mark.parametrize("by", [(), *((one,) for one in DIMENSIONS), ("payer", "code"), ("cause", "month")], ids=str)
def test_every_drill_down_shows_the_numerator(
    database: Database, lines: list[MetricLine], by: tuple[str, ...], scope: Scope
) -> None:
    if len(by) == 2 and scope.since:
        pytest.skip("crossed once is enough")
    known = {line.outcome_id: line for line in lines}
    asked = results(lines, by, scope)
    assert asked
    for result in asked:
        figure = result.figure
        rows = drilled(database, result, known)
        where = (figure.name, result.group)
        assert len(rows) == result.lines, where
        if figure.counts == LINES:
            assert len(rows) == result.numerator, where
        elif figure.counts == CLAIMS:
            assert len({row.claim for row in rows}) == result.numerator, where
        elif figure.counts == REMITS:
            assert len({row.remit for row in rows}) == result.numerator, where
        else:
            assert money(sum(getattr(row, figure.counts) or 0 for row in rows)) == result.numerator, where


def test_the_filter_is_one_that_the_commands_take(database: Database, lines: list[MetricLine]) -> None:
    for result in results(lines):
        rows = list(Rowset(database, result.figure.shows, drill_result(result)))
        assert len(rows) == result.lines, result.figure.name


def test_groups_add_up(lines: list[MetricLine]) -> None:
    """Every line is in one group, so that counts and sums of groups are those of all."""
    for by in DIMENSIONS:
        whole = {one.figure.name: one for one in results(lines)}
        for name, found in itertools.groupby(results(lines, (by,)), lambda one: one.figure.name):
            if whole[name].figure.counts in (CLAIMS, REMITS):
                continue
            assert sum(one.lines for one in found) == whole[name].lines, (name, by)


def test_figures_of_the_samples(lines: list[MetricLine], database: Database) -> None:
    """Counted by hand from samples/truth: 683 rows, of which 14 are further submissions, 2 withdrawn, 1 is no line."""
    told = {one.figure.name: one for one in results(lines)}
    assert told["services"].value == 683 - 14 - 2 - 1
    total = database.connection.execute("SELECT SUM(denied_cents), SUM(paid_cents) FROM outcome").fetchone()
    cents = [int(str(told[name].value).replace(".", "")) for name in ("denied-charge", "repeated-denials", "paid")]
    assert cents[0] + cents[1] == total[0]
    assert cents[2] == total[1]
    net = [int(str(told[name].value).replace(".", "")) for name in ("initial-denied", "net-denial")]
    overturned = told["overturn-rate-dollars"].numerator
    assert net[0] - net[1] == int(str(overturned).replace(".", ""))


def of(lines: list[MetricLine], number: str) -> list[MetricLine]:
    return [line for line in lines if line.control_number == number]


@pytest.mark.parametrize(
    ("number", "now", "overturned"),
    [
        ("00026300h", "paid", True),  # a new claim after a rejection
        ("00026313a", "paid", True),  # a replacement, answered under the original's number
        ("00026309a", "paid", True),  # reversal and correction after an appeal
        ("00026311a", "paid", True),  # decided again without a reversal
        ("00026312h", "denied", False),  # the denial was upheld
        ("00026295h", "paid", False),  # a copy of a paid claim
    ],
)
def test_one_service_is_one_episode(lines: list[MetricLine], number: str, now: str, overturned: bool) -> None:
    own = of(lines, number)
    assert next(line for line in own if line.procedure == "78452").now_state == now
    assert any(OVERTURNED.holds(line) for line in own) == overturned


def test_copies_replacements_and_voids_do_not_count_twice(lines: list[MetricLine]) -> None:
    for number in ("00026297h", "00026301h"):
        assert {line.turn for line in of(lines, number)} == {2}
    same_number = [line for line in of(lines, "00026295h") if line.kind]
    assert {(line.state, line.turn, line.standing) for line in same_number} == {("paid", 1, 1), ("denied", 2, 0)}
    assert {line.withdrawn for line in of(lines, "00026316a")} == {1}
    replaced = of(lines, "00026315a")
    assert sorted((line.procedure, line.turn, line.standing) for line in replaced) == [
        ("93000", 1, 0), ("93000", 2, 1), ("99214", 1, 0), ("99214", 2, 1),
    ]  # fmt: skip


def test_a_supply_counts_its_money_with_the_cause_of_its_scan(lines: list[MetricLine]) -> None:
    supplies = [line for line in lines if line.dependent]
    assert supplies
    assert "dependent-on-denied-scan" not in {line.cause for line in supplies}
    told = {(one.figure.name, one.group["cause"]): one for one in results(lines, ("cause",))}
    assert told["denied-charge", "authorization-not-sent"].lines > told["denials", "authorization-not-sent"].lines


def test_no_private_value_is_in_the_view(database: Database) -> None:
    """The names and member ids of the samples are nowhere in what metrics read."""
    private = {
        value
        for row in database.connection.execute("SELECT member_id, subscriber_last, patient_last FROM claim")
        for value in row
        if value
    }
    shown = {value for row in database.connection.execute("SELECT * FROM metric_lines") for value in row}
    assert len(private) > 20
    assert not private & shown


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(main, ["metrics", *arguments])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command(database: Database) -> None:
    path = str(database.path)
    rows = run(path, "--json")
    assert {*DIMENSIONS, "figure", "value", "numerator", "denominator", "small", "drill", "drill_rows"} <= rows[
        0
    ].keys()
    by_payer = run(path, "--by", "payer", "--figure", "initial-denial-rate-lines", "--json")
    whole = next(row for row in rows if row["figure"] == "initial-denial-rate-lines")
    assert sum(row["numerator"] for row in by_payer) == whole["numerator"]
    assert whole["value"] == rate(whole["numerator"], whole["denominator"])
    lines = CliRunner().invoke(main, ["lines", path, "--json", "--where", whole["drill"]])
    assert len(json.loads(lines.stdout)) == whole["lines"]
    recoverable = run(path, "--figure", "recoverable", "--json")[0]
    findings = CliRunner().invoke(main, [recoverable["drill_rows"], path, "--json", "--where", recoverable["drill"]])
    found = json.loads(findings.stdout)
    assert len(found) == recoverable["lines"]
    cents = sum(int(row["recoverable"].replace(".", "")) for row in found)
    assert money(cents) == recoverable["value"]


def test_small_denominators_are_flagged_and_nothing_is_divided_by_zero(database: Database) -> None:
    rows = run(str(database.path), "--since", "2027-01-01", "--json")
    rates = [row for row in rows if row["unit"] == "rate"]
    assert {row["value"] for row in rates} == {None}
    assert all(row["small"] for row in rates)
    assert not any(row["small"] for row in run(str(database.path), "--figure", "first-pass-resolution", "--json"))


def test_deadlines(database: Database) -> None:
    rows = run(str(database.path), "--deadlines", "--as-of", "2026-07-31", "--json")
    left = [row["days_left"] for row in rows]
    known = [one for one in left if one is not None]
    assert left == [one for one in sorted(known) if one >= 0] + sorted(
        (one for one in known if one < 0), reverse=True
    ) + [None] * (len(left) - len(known))
    medicare = [row for row in rows if row["decided_on"] == "2026-04-01" and row["payer"].startswith("EASTMERE")]
    assert {(row["deadline"], row["days_left"]) for row in medicare} == {("2026-07-30", -1)}
    told = {row["figure"]: row for row in run(str(database.path), "--as-of", "2026-07-31", "--json")}
    assert told["appeal-passed"]["lines"] == sum(1 for one in known if one < 0)
    assert told["appeal-due-30"]["lines"] == sum(1 for one in known if 0 <= one <= 30)
    assert told["appeal-limit-unknown"]["lines"] == left.count(None)


def test_no_payer_of_the_samples_changed(database: Database) -> None:
    assert run(str(database.path), "--changes", "--json") == []
    assert run(str(database.path), "--changes", "--min-claims", "5", "--json") == []


@pytest.mark.parametrize("form", ["--csv", "--tsv", "--table", "--nl"])
@pytest.mark.parametrize("listing", [(), ("--by", "payer,month"), ("--changes",), ("--deadlines",)], ids=str)
def test_other_formats(database: Database, form: str, listing: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, ["metrics", str(database.path), form, *listing]).exit_code == 0


@pytest.mark.parametrize(
    "arguments", [("--by", "weather"), ("--figure", "weather"), ("--tolerance", "x"), ("--since", "soon")], ids=str
)
def test_what_cannot_be_asked(database: Database, arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["metrics", str(database.path), *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_loaded_fees_and_limits_are_used(tmp_path: Path) -> None:
    samples, path = Path(__file__).parents[1] / "samples", str(tmp_path / "a.db")
    (tmp_path / "fees.csv").write_text("payer,code,allowed\nEASTMERE MEDICARE CONTRACTOR,93306,250.00\n")
    (tmp_path / "payers.csv").write_text("name,appeal_days\nALDERWICK HEALTH INSURANCE,90\n")
    steps = [["import", path, str(samples / "claims"), str(samples / "remits")]]
    steps += [["reference", "load", path, name, str(tmp_path / f"{name}.csv")] for name in ("fees", "payers")]
    for step in [*steps, ["analyze", path]]:
        assert CliRunner().invoke(main, step).exit_code in (0, 1)
    told = {row["figure"]: row for row in run(path, "--json")}
    assert (told["underpaid"]["value"], told["underpaid"]["basis"]) == ("263.00", "fee table: 5")  # five at 197.40
    lines = CliRunner().invoke(main, ["lines", path, "--json", "--where", told["underpaid"]["drill"]])
    assert {(row["procedure"], row["allowed"]) for row in json.loads(lines.stdout)} == {("93306", "197.40")}
    deadlines = run(path, "--deadlines", "--json")
    assert {row["appeal_days"] for row in deadlines if row["payer"].startswith("ALDERWICK")} == {90}


def test_what_is_not_analysed_yet_is_said(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    claims = str(Path(__file__).parents[1] / "samples" / "claims")
    assert CliRunner().invoke(main, ["import", path, claims]).exit_code == 0
    done = CliRunner().invoke(main, ["metrics", path])
    assert done.exit_code == 0
    assert "edi analyze" in done.stderr


def test_no_database(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["metrics", str(tmp_path / "none.db")]).exit_code == 2


def test_every_figure_has_its_formula_in_the_docs(lines: list[MetricLine]) -> None:
    text = (Path(__file__).parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")
    for result in results(lines):
        assert f"`{result.figure.name}`" in text, result.figure.name
