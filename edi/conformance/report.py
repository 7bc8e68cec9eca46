"""One file's conformance, whole: what it is, what was found, and the acknowledgment that answers it."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from edi.conformance.checker import Checker
from edi.resources import Resources
from edi.x12.diagnostic import Diagnostic


@dataclass
class FileReport:
    """The result for one file. `problem` is a sentence when the file could not be checked at all."""

    file: str
    sets: Counter[str] = field(default_factory=Counter)
    guides: list[str] = field(default_factory=list)
    segments: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    findings: list[Diagnostic] = field(default_factory=list)
    acks: list[str] = field(default_factory=list)
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether a receiver that checks the guide would take the file."""
        return not self.problem and not self.levels["error"]

    @property
    def verdict(self) -> str:
        if self.problem:
            return "not checked"
        if self.levels["error"]:
            return "errors"
        return "not checked inside" if not self.guides else "conforms"

    def row(self) -> dict[str, Any]:
        """The row of a folder's table and of --json: counts, and the findings as `edi diagnostics` prints them."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "transactions": dict(self.sets),
            "guides": self.guides,
            "segments": self.segments,
            "errors": self.levels["error"],
            "warnings": self.levels["warning"],
            "problem": self.problem,
            "findings": [finding_row(self.file, found) for found in self.findings],
        }


def finding_row(file: str, found: Diagnostic) -> dict[str, Any]:
    """A finding with the keys of `edi diagnostics`."""
    return {
        "rule": found.rule,
        "level": found.level,
        "file": file,
        "transaction": found.transaction,
        "segment": found.segment,
        "offset": found.offset,
        "loop": found.loop,
        "element": found.element,
        "value": found.value,
        "message": found.message,
        "action": found.action,
    }


def check_file(name: str, stream: BinaryIO, resources: Resources, reveal: bool = False) -> FileReport:
    """Check one stream; `name` is what the report calls it. `reveal` shows values that identify patients.

    A stream that breaks off (a damaged archive) is a problem of the report.
    """
    checker = Checker(resources, reveal)
    findings: list[Diagnostic] = []
    try:
        findings.extend(checker.check(stream))
        broken = checker.broken
    except (OSError, EOFError, zlib.error):
        broken = True
    return FileReport(
        file=name,
        sets=checker.sets,
        guides=list(checker.guides),
        segments=checker.segments,
        levels=checker.findings.levels,
        findings=findings,
        acks=checker.acks,
        problem=f"{name} cannot be read to its end." if broken else None,
    )
