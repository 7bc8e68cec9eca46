"""How often the cause is right, by cause, over every labelled line: tests/cases/ and the truth of samples/.

    python -m benchmarks.accuracy

A label is what the domain notes say of a line, written before the program was run. Prints for each expected cause how
many labelled lines there are, how many got that cause and how many that verdict; then the denials that were missed and
the lines that were wrongly called a denial.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edi import pipeline, rulecheck
from edi.analysis.causes.rules import DENIALS, Example
from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests import casefile, truth

CASES = Path(__file__).parents[1] / "tests" / "cases"


@dataclass(frozen=True)
class Labelled:
    """What is right and what the program says: (state, cause, verdict). A verdict of None is not held to."""

    right: tuple[str | None, str | None, str | None]
    said: tuple[str | None, str | None, str | None]
    causes: tuple[str | None, ...]


def of_cases(resources: Resources) -> Iterator[Labelled]:
    """The labelled lines of tests/cases/."""
    engine, mappings = Engine(resources), mapping.load(resources)
    for path in sorted(CASES.glob("?/*.txt")):  # those of audit/ speak of what was not sent yet
        for case in casefile.read(path):
            result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine, mappings)
            found = {id(finding.row): finding for finding in result.findings}
            for label in case.expected:
                number, _, frequency = label.number.partition("/")
                rows = [
                    row
                    for row in result.rows
                    if row.claim.control_number == number and (not frequency or row.claim.frequency == frequency)
                    if (row.line.line_number if row.line else 0 if label.line == 0 or row.extra else label.line)
                    == label.line
                ]
                finding = found.get(id(rows[0]))
                said = (rows[0].state, finding.cause.id if finding else None, finding.verdict if finding else None)
                causes = tuple(label.cause.split("|")) if label.cause else (None,)  # a|b: the notes leave both open
                yield Labelled((label.state, causes[0], label.verdict), said, causes)


def of_samples(resources: Resources) -> Iterator[Labelled]:
    """Every line of samples/."""
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder) / "a.db", resources, create=True) as base:
        import_paths(base, [str(truth.SAMPLES)])
        pipeline.analyze(base, resources)
        rows = {}
        for row in Rowset(base, "lines"):
            row["file"] = (row["file"] or "").removeprefix(f"{truth.SAMPLES}/")
            rows[truth.line_key(row)] = row
    for one in truth.lines():
        row, want = rows[one.key], one.want
        if "cause" in want:
            right = (want.get("state"), (one.causes() or (None,))[0], want.get("verdict"))
            yield Labelled(right, (row["state"], row["cause"], row["verdict"]), one.causes())


def main() -> None:
    resources = Resources()
    labelled = [*of_cases(resources), *of_samples(resources)]
    lines, causes, held, verdicts = (Counter[str]() for _ in range(4))
    missed = invented = 0
    for one in labelled:
        name = one.right[1] or "(no finding)"
        lines[name] += 1
        causes[name] += one.said[1] in one.causes or one.right[0] == "void"  # a voided line may keep its first finding
        if one.right[2]:
            held[name] += 1
            verdicts[name] += one.said[2] == one.right[2]
        missed += one.right[0] in DENIALS and one.said[0] not in DENIALS
        invented += one.right[0] not in DENIALS and one.said[0] in DENIALS
    print(f"{'cause':<36}{'lines':>7}{'cause right':>13}{'verdict right':>15}")
    for name, count in sorted(lines.items()):
        told = f"{verdicts[name]}/{held[name]}" if held[name] else "-"
        print(f"{name:<36}{count:>7}{causes[name]:>13}{told:>15}")
    total = f"{verdicts.total()}/{held.total()}"
    print(f"{'all':<36}{lines.total():>7}{causes.total():>13}{total:>15}")
    print(f"denials missed {missed}, other lines called a denial {invented}")


if __name__ == "__main__":
    main()
