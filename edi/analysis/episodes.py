"""Which lines are one episode: a scan with its tracers, agents and stress test, whoever billed them and however often.

A patient's scans within three days of each other are one episode (a reading and its technical part, a two-day protocol,
a rebill under another account number); lines of the family join the nearest scan within three days. Domain.md 2 and 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from edi.analysis.model import Claim
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.subject import SCANS, SUPPLIES, gap

WINDOW = 3  # days
MEMBERS = SCANS | SUPPLIES | {"stress-test", "add-on", "injection", "inside", "ecg"}


def assign(rows: Sequence[Outcome], reference: Reference) -> None:
    """Name the episode of each line of the family, from content; other lines have none."""
    patients: dict[object, tuple[list[Outcome], list[Outcome]]] = {}  # scans, and what goes with them
    claim: Claim | None = None
    scans: list[Outcome] = []
    others: list[Outcome] = []
    for row in rows:
        known = reference.family.get(row.line.procedure or "") if row.line is not None else None
        if known is None or known.role not in MEMBERS or not row.service_date:
            continue
        if row.claim is not claim:  # lines of a claim come together
            claim = row.claim
            scans, others = patients.setdefault(claim.patient_key, ([], []))
        (scans if known.role in SCANS else others).append(row)
    for scans, others in patients.values():
        if not scans:
            continue
        anchors: list[list[Outcome]] = []
        for scan in sorted(scans, key=_when):
            if anchors and (gap(anchors[-1][-1].service_date, scan.service_date) or 0) <= WINDOW:
                anchors[-1].append(scan)
            else:
                anchors.append([scan])
        names = [(anchor[0].service_date, _name(anchor[0])) for anchor in anchors]
        for anchor, (_, name) in zip(anchors, names, strict=True):
            for scan in anchor:
                scan.episode = name
        nearest: dict[str | None, str | None] = dict(names)
        for row in others:
            day = row.service_date
            if day not in nearest:
                near = [(abs(days), name) for scanned, name in names if (days := gap(scanned, day)) is not None]
                nearest[day] = next((name for days, name in sorted(near) if days <= WINDOW), None)
            row.episode = nearest[day]


def _when(row: Outcome) -> tuple[str, str, int]:
    return (row.service_date or "", row.claim.control_number or "", row.charge)


def _name(first: Outcome) -> str:
    """A name made from the first scan of an episode."""
    return "E" + hashlib.sha256("\x1f".join(_when(first)[:2]).encode()).hexdigest()[:10]
