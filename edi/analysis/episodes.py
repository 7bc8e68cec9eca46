"""Which lines are one episode: a scan with its tracers, agents and stress test, whoever billed them and however often.

A patient's scans within three days of each other are one episode (a reading and its technical part, a two-day protocol,
a rebill under another account number); lines of the family join the nearest scan within three days. Domain.md 2 and 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.subject import SCANS, SUPPLIES, gap

WINDOW = 3  # days
FOLLOWERS = SUPPLIES | {"stress-test", "add-on", "injection", "inside", "ecg"}


def assign(rows: Sequence[Outcome], reference: Reference) -> None:
    """Name the episode of each line of the family, from content; other lines have none."""
    scans, others = [], []
    family = reference.family
    for row in rows:
        known = family.get(row.code or "")
        if known is None:
            continue
        if known.role in SCANS:
            if row.service_date:
                scans.append(row)
        elif known.role in FOLLOWERS:
            others.append(row)
    if not scans:
        return
    if len({id(row.claim) for row in rows}) == 1:  # by far the most groups: nobody need be told apart
        _assign(scans, others)
        return
    patients: dict[object, tuple[list[Outcome], list[Outcome]]] = {}
    for row in scans:
        patients.setdefault(row.claim.patient_key, ([], []))[0].append(row)
    for row in others:
        patients.setdefault(row.claim.patient_key, ([], []))[1].append(row)
    for theirs in patients.values():
        _assign(*theirs)


def _assign(scans: list[Outcome], others: list[Outcome]) -> None:
    """Name the episodes of one patient: those of the scans, and the nearest for what goes with them."""
    names = _names(scans)
    nearest: dict[str | None, str | None] = dict(names)
    for row in others:
        day = row.service_date
        if day not in nearest:
            near = [(abs(days), name) for scanned, name in names if (days := gap(scanned, day)) is not None]
            nearest[day] = next((name for days, name in sorted(near) if days <= WINDOW), None)
        row.episode = nearest[day]


def _names(scans: list[Outcome]) -> list[tuple[str | None, str]]:
    """Name the episode of each of a patient's scans. Out: first day and name of each episode, in time order."""
    names: list[tuple[str | None, str]] = []
    last: Outcome | None = None
    for scan in sorted(scans, key=_when) if len(scans) > 1 else scans:
        if last is None or (gap(last.service_date, scan.service_date) or 0) > WINDOW:
            names.append((scan.service_date, _name(scan)))
        scan.episode = names[-1][1]
        last = scan
    return names


def _when(row: Outcome) -> tuple[str, str, int]:
    return (row.service_date or "", row.claim.control_number or "", row.charge)


def _name(first: Outcome) -> str:
    """A name made from the first scan of an episode."""
    return "E" + hashlib.blake2s("\x1f".join(_when(first)[:2]).encode()).hexdigest()[:10]
