"""The truth of samples/ as dictionaries, for tests that hold the tool to it.

`lines()`, `findings()`, `payments()`, `links()` read samples/truth/*.csv (or another folder made by samples/generate.py
--out; links of claims are known of histories made with --perturb only).
Each row is a `Truth`: `want` holds only the keys that the truth speaks about, in the types of `edi lines --json`: money
stays text, line_number, segment, claims and lines are integers, lists and links are lists, `null` is None. Keys that
the truth leaves open are absent.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples"
INTEGERS = ("line_number", "segment", "claims", "lines")
JSON_KEYS = ("modifiers", "links", "group_codes", "reason_codes", "remark_codes")
MONEY_COLUMNS = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
Key = tuple[str, ...]
Place = tuple[str, int]


@dataclass(frozen=True)
class Truth:
    """One expected row. `scenario` says which situation it comes from (empty for payments)."""

    key: Key
    scenario: str
    want: dict[str, Any]

    def causes(self) -> tuple[str | None, ...]:
        """The causes that are right: usually one; empty when the truth does not say."""
        if "cause" not in self.want:
            return ()
        cause = self.want["cause"]
        return (None,) if cause is None else tuple(cause.split("|"))


def lines(folder: Path = SAMPLES) -> list[Truth]:
    """Rows of `edi lines`, keyed by file and segment (the place of the LX, CLM or SVC), see `line_key`."""
    return _load(folder / "truth" / "lines.csv", line_key)


def findings(folder: Path = SAMPLES) -> list[Truth]:
    """Rows of `edi findings`. `depends_on` is "control number/frequency/line number" of the finding it follows."""
    return _load(folder / "truth" / "findings.csv", line_key)


def payments(folder: Path = SAMPLES) -> list[Truth]:
    """Rows of `edi payments`, keyed by the place of ST."""
    return _load(folder / "truth" / "payments.csv", lambda row: (row["file"], str(row["segment"])))


def links(folder: Path) -> list[tuple[str, Place, Place | None]]:
    """(situations, place of a CLP, place of the CLM that it answers or None where it must find none)."""
    with (folder / "truth" / "links.csv").open(encoding="ascii", newline="") as file:
        return [
            (
                row["scenario"],
                (row["file"], int(row["segment"])),
                None if row["claim_file"] == "null" else (row["claim_file"], int(row["claim_segment"])),
            )
            for row in csv.DictReader(file)
        ]


def line_key(row: dict[str, Any]) -> Key:
    """A row's key, for truth and for the tool's rows alike (`file` relative to samples/): its place, and whether it is
    a line, a claim as a whole or what was decided on a claim beside its lines."""
    kind = "line" if row.get("line_number") is not None else "extra" if row.get("charge") == "0.00" else "whole"
    return (kind, row["file"], str(row["segment"]))


def differences(truth: Truth, row: dict[str, Any], ignore: tuple[str, ...] = ()) -> list[str]:
    """What the tool's row says otherwise, in words; empty when it agrees.

    Links are compared key by key, code lists must hold at least the true codes.
    """
    wrong = []
    for name, want in truth.want.items():
        if name in ignore:
            continue
        have = row.get(name)
        if name == "cause":
            agrees = have in truth.causes()
        elif name == "links":
            agrees = len(have or []) == len(want) and all(
                all(got.get(k) == v for k, v in link.items() if k in got)
                for link, got in zip(want, have or [], strict=True)
            )
        elif name in ("group_codes", "reason_codes", "remark_codes"):
            agrees = set(want) <= set(have or [])
        elif name == "modifiers":
            agrees = sorted(want) == sorted(have or [])
        elif name == "units":
            agrees = float(want) == float(have or 0)
        else:
            agrees = have == want
        if not agrees:
            wrong.append(f"{truth.scenario} {truth.key} {name}: want {want!r}, have {have!r}")
    return wrong


def _load(path: Path, key: Any) -> list[Truth]:
    with path.open(encoding="ascii", newline="") as file:
        return [_truth(row, key) for row in csv.DictReader(file)]


def _truth(row: dict[str, str], key: Any) -> Truth:
    scenario = row.pop("scenario", "")
    want = {name: _value(name, text) for name, text in row.items() if text != ""}
    return Truth(key(want), scenario, want)


def _value(name: str, text: str) -> Any:
    if text == "null":
        return None
    if name in INTEGERS:
        return int(text)
    if name in JSON_KEYS:
        return json.loads(text)
    if name in ("balanced", "open"):
        return text == "true"
    return text
