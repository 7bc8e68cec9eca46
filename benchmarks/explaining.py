"""How fast lines are linked, netted and explained: in memory, in one process, without a database.

    python -m benchmarks.explaining [--months 10] [--repeats 5] [--mix NAME] [--profile STAGE]

Makes sample months, reads them, and lets the analysis work every group out as a run does. Four mixes of one month:
`office`, professional claims of which about one line in eleven was denied or reduced; `ordinary`, the same with the
hospital's claims and their packaged lines; `month`, the sample month as it is; `denied`, only what was denied whole.
Prints lines a second and core for each stage, from the process's own time, and microseconds for each finding:

    link       accounts and remittances (CLM to CLP)
    outcomes   service lines, netting, states (SVC to line), episodes, and notes
    explain    causes with evidence, verdicts, worth
    all        the three together

Each figure is the median of the repeats, after one pass to warm up; the garbage collector rests, as it does in a run.
docs/benchmarks.md records them.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import linking
from edi.analysis.causes.rules import DENIALS
from edi.analysis.engine import Engine
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.notes import notes
from edi.analysis.outcomes.outcome import Outcome
from edi.garbage import uncollected
from edi.pipeline import BATCH
from edi.resources import Resources

GENERATOR = Path(__file__).parents[1] / "samples" / "generate.py"
STAGES = ("link", "outcomes", "explain")
MIXES = ("office", "ordinary", "month", "denied")
ORDINARY = 11  # one line in so many was denied or reduced
SHOWN = 35  # lines of a profile
Group = tuple[list[Claim], list[RemitClaim]]


@dataclass
class Measured:
    """Seconds by stage of one pass, and what was worked on."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    lines: int = 0
    denied: int = 0
    findings: int = 0

    def rate(self, *stages: str) -> float:
        return self.lines / sum(self.seconds[stage] for stage in stages)


def was_denied(row: Outcome) -> bool:
    """The line is denied, reduced or taken back, or was so at first."""
    return row.state in DENIALS or row.first_state in DENIALS


def work_out(
    groups: Sequence[Group], engine: Engine, profile: cProfile.Profile | None = None, of: str = ""
) -> Measured:
    """One pass over all groups, as `Engine.analyse_all` goes through a batch; `profile` watches the stage `of`."""
    found = Measured()
    for batch in batches(groups):
        with uncollected():
            for stage in STAGES:
                if profile and stage == of:
                    profile.enable()
                began = time.process_time()
                if stage == "link":
                    linked = [link_claims(claims, remits, engine.ladder) for claims, remits in batch]
                elif stage == "outcomes":
                    results = [engine.net(one) for one in linked]
                    for result in results:
                        for row in result.rows:
                            list(notes(row, engine.reference))
                else:
                    engine.explain(results)
                found.seconds[stage] += time.process_time() - began
                if profile and stage == of:
                    profile.disable()
        for result in results:
            found.lines += len(result.rows)
            found.findings += len(result.findings)
            found.denied += sum(map(was_denied, result.rows))
    return found


def batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """As many groups at a time as a run works on."""
    batch: list[Group] = []
    records = 0
    for claims, remits in groups:
        batch.append((claims, remits))
        records += len(claims) + len(remits)
        if records >= BATCH:
            yield batch
            batch, records = [], 0
    if batch:
        yield batch


def mixes(groups: Sequence[Group], engine: Engine) -> dict[str, list[Group]]:
    """The same groups in several mixes."""
    counted = []
    for group in groups:
        rows = engine.analyse(*group).rows
        counted.append((group, len(rows), sum(map(was_denied, rows))))
    office = [one for one in counted if not any(claim.kind == "837I" for claim in one[0][0])]
    return {
        "office": thinned(office),
        "ordinary": thinned(counted),
        "month": list(groups),
        "denied": [group for group, lines, denied in counted if denied == lines],
    }


def thinned(counted: Sequence[tuple[Group, int, int]]) -> list[Group]:
    """All groups without a denial, and so many of the others, of every kind, that one line in `ORDINARY` was denied; in
    their order, as a run meets them.

    `counted`: each group with its lines and how many of them were denied.
    """
    chosen = [at for at, (_, _, denied) in enumerate(counted) if not denied]
    lines = sum(lines for _, lines, denied in counted if not denied)
    others = [(at, lines, denied) for at, (_, lines, denied) in enumerate(counted) if denied]
    step = max(1, len(others) // 97)
    known = 0
    for start in range(step):
        for at, more, denied in others[start::step]:
            if (known + denied) * ORDINARY <= lines + more:
                chosen.append(at)
                lines, known = lines + more, known + denied
    return [counted[at][0] for at in sorted(chosen)]


def read_months(months: int) -> list[Group]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(GENERATOR), "--scale", str(months), "--seed", "5", "--out", folder]
        subprocess.run(command, check=True, capture_output=True)
        claims, remits = linking.read(linking.files(Path(folder)))
    return list(linking.groups(claims, once(remits)))


def once(remits: Sequence[RemitClaim]) -> list[RemitClaim]:
    """Without the payments that came a second time: the store counts them once."""
    first: dict[tuple[object, ...], int] = {}
    for payment in (remit.payment for remit in remits):
        first.setdefault((payment.payer_name, payment.trace_number, payment.amount_cents, payment.day), payment.id)
    kept = set(first.values())
    return [remit for remit in remits if remit.payment.id in kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=10, help="sample months to work on (10)")
    parser.add_argument("--repeats", type=int, default=5, help="passes to measure, after one to warm up (5)")
    parser.add_argument("--mix", choices=MIXES, help="only this mix")
    parser.add_argument("--profile", choices=STAGES, help="also print where the time of a stage goes")
    options = parser.parse_args()
    engine = Engine(Resources())
    chosen = mixes(read_months(options.months), engine)
    head = "".join(f"{name:>11}" for name in (*STAGES, "all"))
    print(f"{'':<10}{'lines':>8}{'denied':>8}{'findings':>10}{head}   us a finding")
    for name, groups in chosen.items():
        if options.mix not in (None, name):
            continue
        work_out(groups, engine)
        passes = [work_out(groups, engine) for _ in range(options.repeats)]
        one = passes[0]
        rates = [statistics.median(found.rate(*stages) for found in passes) for stages in (*zip(STAGES), STAGES)]
        shares = f"{one.denied / one.lines:>8.1%}{one.findings / one.lines:>10.1%}"
        told = "".join(f"{rate:>11,.0f}" for rate in rates)
        each = 1e6 * one.lines / rates[2] / one.findings
        print(f"{name:<10}{one.lines:>8,}{shares}{told}{each:>15.1f}", flush=True)
        if options.profile:
            profile = cProfile.Profile()
            work_out(groups, engine, profile, options.profile)
            pstats.Stats(profile).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main()
