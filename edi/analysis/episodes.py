"""Which lines are one episode: a scan with its tracers, agents and stress test, whoever billed them and however often.

A patient's scans within three days of each other are one episode (a reading and its technical part, a two-day protocol,
a rebill under another account number); lines of the family join the nearest scan within three days. Domain.md 2 and 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.subject import SCANS, SUPPLIES, gap

WINDOW = 3  # days
MEMBERS = SCANS | SUPPLIES | {"stress-test", "add-on", "injection", "inside", "ecg"}


def assign(rows: Sequence[Outcome], reference: Reference) -> None:
    """Name the episode of each line of the family, from content; other lines have none."""
    patients: dict[object, list[Outcome]] = {}
    for row in rows:
        if row.line is not None and row.service_date and reference.role(row.code) in MEMBERS:
            patients.setdefault(row.claim.patient_key, []).append(row)
    for found in patients.values():
        scans = sorted((r for r in found if reference.role(r.code) in SCANS), key=_when)
        anchors: list[list[Outcome]] = []
        for scan in scans:
            if anchors and (gap(anchors[-1][-1].service_date, scan.service_date) or 0) <= WINDOW:
                anchors[-1].append(scan)
            else:
                anchors.append([scan])
        names = [(anchor[0].service_date, _name(anchor)) for anchor in anchors]
        for anchor, (_, name) in zip(anchors, names, strict=True):
            for scan in anchor:
                scan.episode = name
        for row in found:
            if row.episode is None:
                near = [(abs(days), name) for day, name in names if (days := gap(day, row.service_date)) is not None]
                row.episode = next((name for days, name in sorted(near) if days <= WINDOW), None)


def _when(row: Outcome) -> tuple[str, str, int]:
    return (row.service_date or "", row.claim.control_number or "", row.charge)


def _name(scans: Iterable[Outcome]) -> str:
    first = min(scans, key=_when)
    return "E" + hashlib.sha256("\x1f".join(map(str, _when(first)[:2])).encode()).hexdigest()[:10]
