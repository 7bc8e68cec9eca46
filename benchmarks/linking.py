"""How well lines and claims are linked, and how right states and cents are, over histories made to be hard to link.

    python -m benchmarks.linking [--claims 20000] [--seeds 1 2 3] [--wrong 20] [FOLDER]

Makes histories with `samples/generate.py --perturb` (or takes a FOLDER made by it), reads them with the project's
reader, links and nets them with its analysis, and holds the result against the truth that the generator wrote. Prints
precision and recall of links, and the share of rows whose state and cents are exact, in all and for each situation.
docs/linking.md says what the figures mean and records them. Exit code 1 when they fall below what the tests hold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edi.analysis import grouping, model
from edi.analysis.engine import Engine
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcomes.case_rows import CaseOutcomes
from edi.analysis.outcomes.outcome import Outcome
from edi.records import mapping, reader
from edi.resources import Resources
from tests import truth
from tests.truth import Place

PROJECT = Path(__file__).parents[1]
MONEY = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
STATES = ("state", "first_state")
Rows = dict[str, list[list[Any]]]


# ---- reading and linking


def files(folder: Path) -> list[Path]:
    return [path for name in ("claims", "remits") for path in sorted((folder / name).iterdir())]


def read(paths: Sequence[Path]) -> tuple[list[Claim], list[RemitClaim]]:
    """Claims and remittances of these files; the n-th file has the number n (from 1)."""
    shapes = mapping.load()
    names = {table: [column.name for column in shape.columns] for table, shape in shapes.tables.items()}
    rows: Rows = defaultdict(list)
    for number, path in enumerate(paths, 1):
        with path.open("rb") as stream:
            for batch in reader.read(stream, number, shapes):
                for table, found in batch.rows.items():
                    rows[table] += found
    sets = {row[0]: dict(zip(names["transaction_set"], row, strict=True)) for row in rows["transaction_set"]}
    chosen = {}
    for table in model.TABLES:
        wanted = model.columns(table)
        made = []
        for row in rows.get(table, []):
            values = dict(zip(names[table], row, strict=True))
            if table == "claim":
                values |= _submitted(sets.get(values["transaction_id"], {}))
            made.append([values.get(name) for name in wanted])
        chosen[table] = made
    return model.assemble(chosen)


def _submitted(sent: Mapping[str, Any]) -> dict[str, str | None]:
    """When a claim was sent, from its transaction."""
    when = ("created_date", "created_time", "interchange_date", "interchange_time", "reference")
    key = " ".join(str(sent.get(name) or "") for name in when)
    return {"submitted": sent.get("created_date") or sent.get("interchange_date"), "submitted_key": key}


def groups(claims: Iterable[Claim], remits: Iterable[RemitClaim]) -> Iterator[tuple[list[Claim], list[RemitClaim]]]:
    """Claims and remittances that must be looked at together, as the pipeline finds them."""
    by_id: dict[int, Claim | RemitClaim] = {}
    found = grouping.Groups()
    for claim in claims:
        by_id[claim.id] = claim
        last, first = claim.patient_last or claim.subscriber_last, claim.patient_first or claim.subscriber_first
        birth = claim.patient_birth_date if claim.patient_last else claim.subscriber_birth_date
        patient = ((last or "").upper(), (first or "").upper()[:3], birth or "")
        keys = grouping.claim_keys(claim.control_number, claim.member_id, claim.payer_control_number, patient)
        found.add(claim.id, keys)
    for remit in remits:
        by_id[remit.id] = remit
        members = (remit.patient_id, remit.insured_id, remit.corrected_id)
        keys = grouping.remit_keys(remit.control_number, members, remit.payer_control_number, remit.original_reference)
        found.add(remit.id, keys)
    for ids in found.groups():
        rows = [by_id[row_id] for row_id in ids]
        yield [r for r in rows if isinstance(r, Claim)], [r for r in rows if isinstance(r, RemitClaim)]


def analyse(claims: Iterable[Claim], remits: Iterable[RemitClaim], engine: Engine) -> list[Outcome]:
    """Every row, without its cause."""
    rows: list[Outcome] = []
    for ours, theirs in groups(claims, remits):
        for case in link_claims(ours, theirs, engine.ladder).cases:
            rows += CaseOutcomes(case, engine.ladder.line, engine.reference).outcomes()
    return rows


# ---- what the tool says, in the words of the truth


@dataclass
class Said:
    """One row of the tool. `links`: places of the SVCs (or CLPs) that are linked to it."""

    values: dict[str, Any]
    links: set[Place]


@dataclass
class Answer:
    """Everything that the tool says. `claims`: place of a CLP -> place of the claim that it answers, or None."""

    rows: dict[tuple[str, ...], Said] = field(default_factory=dict)
    claims: dict[Place, Place | None] = field(default_factory=dict)


def money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def answers(rows: Iterable[Outcome], paths: Sequence[Path], folder: Path) -> Answer:
    names = {number: path.relative_to(folder).as_posix() for number, path in enumerate(paths, 1)}

    def place(row_id: int) -> Place:
        number, segment = model.place(row_id)
        return names[number], segment

    result = Answer()
    for row in rows:
        line, claim, split = row.line, row.claim, row.split
        ours = row.kind is not None
        svc = next((e.svcs[0] for e in row.entries if e.svcs), None)
        at = place(line.id if line and ours else svc.id if svc else claim.id if ours else row.entries[0].remit.id)
        kind = "line" if line else "extra" if row.extra else "whole"
        links = {place(svc.id) for e in row.entries for svc in e.svcs}
        links |= {place(e.remit.id) for e in row.entries if not e.svcs}
        values: dict[str, Any] = {
            "kind": row.kind, "control_number": claim.control_number, "frequency": claim.frequency,
            "payer": row.payer_name, "procedure": row.code, "charge": money(row.charge),
            "service_date": row.service_date, "state": row.state, "first_state": row.first_state,
            "balance": money(row.balance),
        }  # fmt: skip
        values |= {name: money(getattr(split, name)) for name in MONEY[:-1]}
        result.rows[(kind, at[0], str(at[1]))] = Said(values, links if ours else set())
        for entry in row.entries:
            result.claims[place(entry.remit.id)] = place(claim.id) if claim.kind is not None else None
    return result


# ---- holding it against the truth


@dataclass
class Score:
    """Counts. A link is a pair of places; a row is right when every value that the truth gives is right."""

    links: int = 0
    found: int = 0
    right: int = 0
    claims: int = 0
    claims_found: int = 0
    claims_right: int = 0
    states: int = 0
    states_right: int = 0
    cents: int = 0
    cents_right: int = 0

    @staticmethod
    def share(part: int, whole: int) -> float:
        return part / whole if whole else 1.0

    @property
    def precision(self) -> float:
        return self.share(self.right, self.found)

    @property
    def recall(self) -> float:
        return self.share(self.right, self.links)

    @property
    def claim_precision(self) -> float:
        return self.share(self.claims_right, self.claims_found)

    @property
    def claim_recall(self) -> float:
        return self.share(self.claims_right, self.claims)

    def add(self, other: Score) -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Scores:
    """In all, and for each situation that a row or answer met. `wrong`: what the tool said otherwise."""

    total: Score = field(default_factory=Score)
    situations: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    wrong: list[str] = field(default_factory=list)

    def count(self, scenario: str, score: Score) -> None:
        self.total.add(score)
        for name in scenario.split():
            self.situations[name].add(score)

    def add(self, other: Scores) -> None:
        self.total.add(other.total)
        for name, score in other.situations.items():
            self.situations[name].add(score)
        self.wrong += other.wrong


def hold(folder: Path, said: Answer) -> Scores:
    """Compare with folder/truth."""
    scores = Scores()
    rows = truth.lines(folder)
    for row in rows:
        scores.count(row.scenario, _row(row, said.rows.get(row.key), scores.wrong))
    known = {row.key for row in rows}
    for key, extra in said.rows.items():
        if key not in known:
            scores.wrong.append(f"row {key} is in no truth: {extra.values}")
            scores.count("row-without-truth", Score(found=len(extra.links), states=1, cents=1))
    for scenario, remit, claim in truth.links(folder):
        have_claim = said.claims.get(remit)
        score = Score(
            claims=int(claim is not None), claims_found=int(have_claim is not None),
            claims_right=int(claim is not None and claim == have_claim),
        )  # fmt: skip
        scores.count(scenario, score)
        if claim != have_claim:
            scores.wrong.append(f"{scenario}: {remit} answers {claim}, linked to {have_claim}")
    return scores


def _row(row: truth.Truth, have: Said | None, wrong: list[str]) -> Score:
    want = row.want
    links = {(link["file"], link["segment"]) for link in want.get("links", ())} if want["kind"] else set()
    found = have.links if have else set()
    score = Score(links=len(links), found=len(found), right=len(links & found))
    if links != found:
        wrong.append(f"{row.scenario}: {row.key} links: want {sorted(links)}, have {sorted(found)}")
    values = have.values if have else {}
    for name in (*STATES, *MONEY, "kind", "control_number", "procedure", "charge", "service_date", "frequency"):
        if name in want and want[name] != values.get(name):
            wrong.append(f"{row.scenario}: {row.key} {name}: want {want[name]!r}, have {values.get(name)!r}")
    states, cents = [n for n in STATES if n in want], [n for n in MONEY if n in want]
    score.states, score.cents = bool(states), bool(cents)
    score.states_right = bool(states) and all(want[n] == values.get(n) for n in states)
    score.cents_right = bool(cents) and all(want[n] == values.get(n) for n in cents)
    return score


def generate(folder: Path, claims: int, seed: int) -> None:
    script = PROJECT / "samples" / "generate.py"
    options = ["--perturb", "--claims", str(claims), "--seed", str(seed), "--out", str(folder)]
    subprocess.run([sys.executable, str(script), *options], check=True, capture_output=True)


def score(folder: Path, engine: Engine) -> Scores:
    """Read, link, net and judge one folder."""
    paths = files(folder)
    return hold(folder, answers(analyse(*read(paths), engine), paths, folder))


def table(scores: Scores) -> str:
    """The figures as text: all, then each situation."""
    head = f"{'':38} {'line links':>10} {'prec.':>7} {'recall':>7} {'claims':>7} {'prec.':>7} {'recall':>7}"
    lines = [f"{head} {'rows':>6} {'states':>7} {'cents':>7}"]
    for name, s in [("all", scores.total), *sorted(scores.situations.items())]:
        lines.append(
            f"{name:38} {s.links:10} {s.precision:7.4f} {s.recall:7.4f} {s.claims:7} {s.claim_precision:7.4f} "
            f"{s.claim_recall:7.4f} {s.cents:6} {s.share(s.states_right, s.states):7.4f} "
            f"{s.share(s.cents_right, s.cents):7.4f}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="histories that are there already")
    parser.add_argument("--claims", type=int, default=20000, help="claims for each seed (20000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="where chance starts (1 2 3)")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="also print N of the things that are wrong")
    options = parser.parse_args()
    engine = Engine(Resources())
    scores = Scores()
    if options.folder:
        scores.add(score(options.folder, engine))
    else:
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as name:
                generate(Path(name), options.claims, seed)
                scores.add(score(Path(name), engine))
    print(table(scores))
    for line in scores.wrong[: options.wrong]:
        print(line)
    return 0 if good(scores.total) else 1


def good(total: Score) -> bool:
    """Link precision 0.999 and recall 0.99, states and cents exact where determined."""
    exact = total.states == total.states_right and total.cents == total.cents_right
    precise = min(total.precision, total.claim_precision) >= 0.999
    return exact and precise and min(total.recall, total.claim_recall) >= 0.99


if __name__ == "__main__":
    sys.exit(main())
