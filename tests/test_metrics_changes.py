"""Payer change alerts: no alarm on noise, the right day on a known step, and the evidence that goes with it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from math import comb
from pathlib import Path

import pytest
from click.testing import CliRunner

from edi.analysis.metrics.changes import CAUSE_RATE, DENIAL_RATE, PAID_RATE, changes
from edi.analysis.metrics.lines import MetricLine
from edi.analysis.metrics.probability import fisher, two_sided, z_score
from edi.cli import main
from tests.edifiles import Case, Line, Wrap, batch, remittance, write_835, write_837
from tests.metriclines import denied, line

FIRST = date(2026, 1, 5)
STEP = "2026-04-01"


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def decided(
    seed: int, days: int = 120, a_day: int = 6, rates: tuple[float, float] = (0.1, 0.1), wobble: float = 0.0
) -> Iterator[MetricLine]:
    """Claims of three payers with a scan and a tracer; from STEP on PAYER ONE denies with the second rate.

    `wobble`: how much the rate of a day differs from day to day, as remittances of real payers do.
    """
    chance = random.Random(seed)
    number = 0
    for count in range(days):
        for payer in ("PAYER ONE", "PAYER TWO", "PAYER THREE"):
            stepped = payer == "PAYER ONE" and day(count) >= STEP
            rate = min(max(rates[stepped] + chance.uniform(-wobble, wobble), 0), 1)
            for _ in range(chance.randrange(2 * a_day + 1)):
                number += 2
                make = denied if chance.random() < rate else line
                cause = {"cause": chance.choice(["medical-necessity", "timely-filing"])} if make is denied else {}
                shared = {"claim": number, "payer": payer, "first_date": day(count), **cause}
                yield make(number, **shared)
                yield make(number + 1, procedure="A9500", role="tracer", **shared)


def test_fishers_exact_test() -> None:
    """Against the definition, by counting: twice the smaller tail of the hypergeometric distribution."""
    for hits1, trials1, hits2, trials2 in [(3, 10, 9, 12), (0, 5, 5, 5), (4, 20, 4, 20), (1, 30, 0, 2), (7, 7, 2, 9)]:
        hits, trials = hits1 + hits2, trials1 + trials2
        ways = [comb(hits, k) * comb(trials - hits, trials1 - k) for k in range(min(hits, trials1) + 1)]
        lower, upper = sum(ways[: hits1 + 1]), sum(ways[hits1:])
        expected = min(1.0, 2 * min(lower, upper) / comb(trials, trials1))
        assert fisher(hits1, trials1, hits2, trials2) == pytest.approx(expected, rel=1e-9)
    assert fisher(0, 1000, 1000, 1000) < 1e-300
    assert fisher(10, 100000, 12, 100000) == pytest.approx(0.83, abs=0.02)


def test_the_two_proportion_test() -> None:
    assert z_score(10, 100, 20, 100) == pytest.approx(1.980, abs=0.001)
    assert two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert z_score(0, 10, 0, 10) == 0.0


def test_noise_raises_no_alarm() -> None:
    """Of 150 databases of three payers whose rates stay, at most one raises an alert (promised: 1 in 100)."""
    alarms = sum(any(changes(list(decided(seed, days=100, a_day=3)))) for seed in range(150))
    assert alarms <= 1


def test_days_that_differ_are_no_change() -> None:
    """Remittances whose denial rates swing between none and four in ten from day to day are still one payer."""
    alarms = sum(
        any(changes(list(decided(seed, days=80, a_day=6, rates=(0.2, 0.2), wobble=0.2)))) for seed in range(60)
    )
    assert alarms <= 1


@pytest.mark.parametrize("seed", range(8))
def test_a_known_step_is_found_on_its_day(seed: int) -> None:
    found = list(changes(list(decided(seed, rates=(0.05, 0.45)))))
    assert {one.series.payer for one in found} == {"PAYER ONE"}
    assert {one.series.rate for one in found} == {DENIAL_RATE, PAID_RATE, CAUSE_RATE}
    overall = next(one for one in found if one.series.rate == DENIAL_RATE)
    assert abs((date.fromisoformat(overall.after.first) - date.fromisoformat(STEP)).days) <= 1
    assert overall.before.hits / overall.before.claims < 0.12
    assert overall.after.hits / overall.after.claims > 0.3
    assert overall.chance < 1e-6


def test_a_sharp_step_is_found_to_the_day() -> None:
    found = [one for one in changes(list(decided(1, rates=(0.02, 0.95)))) if one.series.rate == DENIAL_RATE]
    assert [(one.after.first, one.before.last) for one in found] == [(STEP, "2026-03-31")]


def test_there_and_back_are_two_steps() -> None:
    lines = list(decided(2, days=86, a_day=8, rates=(0.05, 0.05)))
    later = [
        one
        for one in decided(3, days=150, a_day=8, rates=(0.05, 0.6))
        if "2026-04-01" <= (one.first_date or "") <= "2026-04-30"
    ]
    last = [one for one in decided(4, days=150, a_day=8, rates=(0.05, 0.05)) if (one.first_date or "") > "2026-04-30"]
    for offset, part in ((100000, later), (200000, last)):
        for one in part:
            one.claim = (one.claim or 0) + offset
    found = [one for one in changes([*lines, *later, *last]) if one.series.rate == DENIAL_RATE]
    assert sorted(one.after.first for one in found) == ["2026-04-01", "2026-05-01"]


def test_one_bad_remittance_is_no_habit() -> None:
    """Forty claims denied on one day, however many, are one event."""
    lines = [line(n, first_date=day(n // 10)) for n in range(200)]
    lines += [denied(1000 + n, first_date=day(30)) for n in range(40)]
    assert list(changes(lines)) == []


def test_lines_of_a_claim_are_no_further_evidence() -> None:
    """Five claims of many lines that fell together are five, too few for an alert."""
    lines = [line(n, first_date=day(n // 3)) for n in range(60)]
    for claim in range(5):
        lines += [denied(1000 + 20 * claim + n, claim=5000 + claim, first_date=day(30 + claim)) for n in range(20)]
    assert list(changes(lines)) == []


def test_further_submissions_and_undecided_lines_do_not_count() -> None:
    lines = [line(n, first_date=day(n // 3)) for n in range(120)]
    lines += [denied(1000 + n, turn=2, first_date=day(50 + n // 3)) for n in range(60)]
    assert list(changes(lines)) == []


# --- through files, import and the command


def claims(count: int, at: date, lines: tuple[Line, ...], prefix: str) -> tuple[list[list[str]], list[list[str]]]:
    """An 837 and the 835 of a day for `count` patients of their own."""
    cases = [Case(f"{prefix}{n}", lines) for n in range(count)]
    stamp = at.strftime("%Y%m%d")
    ours, theirs = batch(cases, reference=prefix), remittance(cases, trace=f"T{prefix}")
    numbers = iter(range(count))
    for segment in ours:
        if segment[:2] == ["NM1", "IL"]:
            number = next(numbers)
            segment[3:10] = [f"{prefix}X{number}", "PAT", "", "", "", "MI", f"M{prefix}{number}"]
    numbers = iter(range(count))
    for segment in theirs:
        if segment[:2] == ["NM1", "QC"]:
            segment[9] = f"M{prefix}{next(numbers)}"
        if segment[0] == "BPR" or segment[:2] == ["DTM", "405"]:
            segment[-1] = stamp
    return ours, theirs


def test_a_payer_that_stops_paying_a_tracer_is_found_in_files(tmp_path: Path) -> None:
    """Eight weekly remittances of fifteen claims; from 28 April on the tracer is folded into the scan."""
    paid = (Line("78452", 145000, 41000), Line("A9500", 24000, 12000))
    folded = (paid[0], Line("A9500", 24000, 0))
    for week in range(8):
        at = date(2026, 3, 31) + timedelta(weeks=week)
        ours, theirs = claims(15, at, paid if week < 4 else folded, f"W{week}N")
        wrap = Wrap(control=week + 1)
        write_837(tmp_path / f"{week}.837", ours, wrap=wrap)
        write_835(tmp_path / f"{week}.835", theirs, wrap=wrap)
    database = str(tmp_path / "a.db")
    assert CliRunner().invoke(main, ["run", database, *map(str, sorted(tmp_path.glob("*.8*")))]).exit_code == 0
    done = CliRunner().invoke(main, ["metrics", database, "--changes", "--json"])
    found = json.loads(done.stdout)
    assert {row["date"] for row in found} == {"2026-04-28"}
    tracer = next(row for row in found if row["rate"] == PAID_RATE)
    assert (tracer["code"], tracer["direction"], tracer["payer"]) == ("A9500", "down", "PAYER ONE")
    assert (tracer["before_hits"], tracer["before_claims"], tracer["after_hits"], tracer["after_claims"]) == (
        60,
        60,
        0,
        60,
    )
    assert (tracer["before_rate"], tracer["after_rate"]) == ("1.0000", "0.0000")
    assert (tracer["before_from"], tracer["before_until"], tracer["after_until"]) == (
        "2026-03-31", "2026-04-21", "2026-05-19",
    )  # fmt: skip
    denial = next(row for row in found if row["rate"] == DENIAL_RATE)
    assert (denial["before_hits"], denial["after_hits"], denial["after_claims"]) == (0, 60, 60)
    for row in found:
        for key, hits in (("drill_before", "before_hits"), ("drill", "after_hits")):
            lines = CliRunner().invoke(main, ["lines", database, "--json", "--where", row[key]])
            assert len({line["control_number"] for line in json.loads(lines.stdout)}) == row[hits]
