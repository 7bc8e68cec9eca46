"""The sample files read without the program: segments, transactions, cents."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from tests import truth

SAMPLES = truth.SAMPLES
FOLDERS = ("claims", "remits", "other", "truth")
Segment = list[str]


def cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)


def interchange_files(folder: Path = SAMPLES) -> Iterator[tuple[str, bytes]]:
    """(name as the truth gives it, bytes) of every X12 file, archives opened."""
    for path in sorted(p for f in FOLDERS[:3] for p in (folder / f).iterdir()):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                files = [(f"{name}!{entry}", archive.read(entry)) for entry in archive.namelist()]
        else:
            files = [(name, gzip.decompress(data) if path.suffix == ".gz" else data)]
        yield from ((n, d) for n, d in files if d.removeprefix(b"\xef\xbb\xbf").startswith(b"ISA"))


def tokens(data: bytes) -> tuple[list[Segment], str]:
    """All segments of a file, and its component separator (the same in all interchanges of a file here)."""
    text = data.decode("utf-8-sig")
    element, component, terminator = text[3], text[104], text[105]
    pieces = (piece.strip("\r\n") for piece in text.split(terminator))
    return [piece.split(element) for piece in pieces if piece], component


def transactions(segments: list[Segment]) -> Iterator[tuple[int, list[Segment]]]:
    """(segment number of ST, segments from ST to SE)."""
    start = 0
    for number, segment in enumerate(segments, 1):
        if segment[0] == "ST":
            start = number
        elif segment[0] == "SE":
            yield start, segments[start - 1 : number]


def adjustment_cents(segment: Segment) -> int:
    return sum(cents(amount) for amount in segment[3::3])


def at(segment: Segment, index: int) -> str:
    return segment[index] if index < len(segment) else ""


def truth_cents(text: str) -> int:
    assert re.fullmatch(r"-?\d+\.\d\d", text)
    return cents(text)


def check_identity(rows: list[truth.Truth]) -> None:
    for row in rows:
        assert sum(truth_cents(row.want[name]) for name in truth.MONEY_COLUMNS) == truth_cents(row.want["charge"]), row


def check_sums(rows: list[truth.Truth], payments: list[truth.Truth]) -> None:
    """Paid of the rows = claim payments counted once = BPR + PLB, less the known error."""
    counted = [p.want for p in payments if p.want["duplicate_of"] is None]
    paid = sum(truth_cents(row.want["paid"]) for row in rows)
    assert paid == sum(truth_cents(p["claim_paid"]) for p in counted)
    assert paid == sum(
        truth_cents(p["amount"]) + truth_cents(p["provider_adjustments"]) - truth_cents(p["difference"])
        for p in counted
    )
