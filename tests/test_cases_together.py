"""The labelled cases in one database: what stands alone must stand beside hundreds of other patients, too.

Each case gets patients and payer control numbers of its own. The payers are shared, so that what they usually do is
known: labels that leave the verdict open allow for that.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edi import pipeline, rulecheck
from edi.resources import Resources
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset
from tests.casefile import Expected, read

CASES = Path(__file__).parent / "cases"
_COLUMNS = ("paid", "patient", "contractual", "packaged", "other")
_DENIED = ("denied", "reduced", "taken-back")


def _of_its_own(text: str, tag: str) -> str:
    text = text.replace("DOE*JAN", f"DOE{tag}*JAN").replace("EHP0001", f"{tag}X1")
    return re.sub(r"\b(ICN|SEC)(\d+A?)\b", rf"{tag}\1\2", text)


@pytest.mark.parametrize("folder", ["c", "d"])
def test_answers_are_the_same_in_one_database(folder: str, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    labels: list[tuple[str, Expected]] = []
    written = 0
    for path in sorted((CASES / folder).glob("*.txt")):
        for number, case in enumerate(read(path)):
            labels += [(case.name, expected) for expected in case.expected]
            for part in case.parts:
                written += 1
                text = _of_its_own(rulecheck.wrapped(part, written), f"{path.stem[:2].upper()}{number:03d}")
                (files / f"{written:05d}.x12").write_text(text)
    resources = Resources()
    with Database.open(tmp_path / "all.db", resources, create=True) as base:
        import_paths(base, [str(files)])
        pipeline.analyze(base, resources)
        rows = list(Rowset(base, "lines"))
    wrong = [f"{name}: {text}" for name, expected in labels for text in _differences(expected, rows)]
    assert not wrong, "\n".join(wrong)


def _differences(expected: Expected, rows: list[dict[str, object]]) -> list[str]:
    number, _, frequency = expected.number.partition("/")
    found = [
        row
        for row in rows
        if row["control_number"] == number and frequency in ("", row["frequency"])
        if (row["line_number"] or 0) == expected.line
    ]
    if len(found) != 1:
        return [f"{expected.number} {expected.line}: {len(found)} rows"]
    row = found[0]
    wanted: dict[str, str | None] = {"state": expected.state}
    wanted |= {k: v for k, v in expected.keys.items() if k in _COLUMNS}
    if expected.state in _DENIED:
        wanted |= {"verdict": expected.verdict, "denied": expected.denied}
        if row["cause"] not in (expected.cause or "").split("|"):
            return [f"{expected.number} {expected.line}: cause {row['cause']}"]
    return [f"{expected.number} {expected.line}: {k} {row[k]}" for k, want in wanted.items() if want and row[k] != want]
