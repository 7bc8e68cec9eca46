"""Where the data files live: mappings/, with an office's own overlay on top of it file by file.

A wheel carries the folder as edi/mappings; a checkout has it beside edi/. An overlay (`--mappings DIR`, else the
environment's EDI_MAPPINGS) replaces a file of the same relative name and adds the files that we do not have.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

PACKAGED = Path(__file__).parent / "mappings"
CHECKOUT = Path(__file__).parent.parent / "mappings"


class ResourceError(Exception):
    """A data file is missing or malformed. The message names the file (and line, where known)."""


class Resources:
    """The data files that are in force: ours, overlaid by `overlay` (a folder, or None for EDI_MAPPINGS)."""

    def __init__(self, overlay: str | Path | None = None) -> None:
        chosen = overlay or os.environ.get("EDI_MAPPINGS") or None
        self.base = PACKAGED if PACKAGED.is_dir() else CHECKOUT
        self.overlay = Path(chosen) if chosen else None
        if self.overlay is not None and not self.overlay.is_dir():
            raise ResourceError(f"no such mappings folder: {self.overlay}")

    def path(self, name: str) -> Path:
        """The file called `name` (such as 'codes/carc.csv'): the overlay's where it has one, else ours."""
        for folder in (self.overlay, self.base):
            if folder is not None and (folder / name).is_file():
                return folder / name
        raise ResourceError(f"no such data file: {name} (looked in {self.base})")

    def list(self, folder: str, suffix: str) -> list[Path]:
        """Every file of `folder` ending in `suffix`, by name; the overlay's file stands in for ours."""
        found: dict[str, Path] = {}
        for root in (self.base, self.overlay):
            if root is not None and (root / folder).is_dir():
                found.update((file.name, file) for file in (root / folder).iterdir() if file.name.endswith(suffix))
        return [found[name] for name in sorted(found)]

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """The rows of a CSV data file as dictionaries; lines that start with # are comments."""
        with self.path(name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(line for line in file if not line.startswith("#"))
