"""Small 837s and 835s whose patients, numbers, days and trace numbers a test chooses, and the command to run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from edi.cli import main
from tests.edifiles import Case, Line, Wrap, batch, remittance, write_835, write_837

PLAIN = Wrap()
SCAN, TRACER = Line("78452", 145000, 41000), Line("A9500", 5000, 0)


def edi(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def rows(database: Path, *words: object) -> list[dict[str, Any]]:
    """The JSON rows of `edi COMMAND DB OPTIONS`, given as COMMAND, OPTIONS."""
    result = edi(words[0], database, *words[1:], "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _changed(body: list[list[str]], who: dict[str, str], day: str) -> list[list[str]]:
    """Another patient (member, last) and another day of service."""
    new = [list(segment) for segment in body]
    for segment in new:
        if segment[0] == "NM1" and segment[1] in ("IL", "QC"):
            segment[3], segment[9] = who.get("last", segment[3]), who.get("member", segment[9])
        if segment[0] in ("DTP", "DTM") and segment[1] == "472":
            segment[-1] = day
    return new


def claims(path: Path, *cases: Case, day: str = "20260302", sent: str = "20260303", reference: str = "B1",
           control: int = 1, **who: str) -> Path:  # fmt: skip
    """An 837P at `path`; returns the path."""
    body = _changed(batch(cases, reference), who, day)
    body[0][4] = sent
    write_837(path, body, wrap=Wrap(control=control))
    return path


def remits(path: Path, *cases: Case, trace: str = "T1", day: str = "20260302", paid: str = "20260401",
           wrap: Wrap = PLAIN, extra: list[list[str]] | None = None, off: int = 0, **who: str) -> Path:  # fmt: skip
    """An 835 at `path`; `extra` segments (PLB) follow the claims."""
    body = _changed(remittance(cases, trace, wrap=wrap, off=off), who, day) + (extra or [])
    body[0][16] = body[2][2] = paid
    write_835(path, body, wrap=wrap)
    return path
