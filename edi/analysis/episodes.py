"""Which lines are one episode: a scan with its tracers, agents and stress test, whoever billed them and however often.

A patient's scans within three days of each other are one episode (a reading and its technical part, a two-day protocol,
a rebill under another account number); lines of the family join the nearest scan within three days. Domain.md 2 and 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Reference
from edi.analysis.subject import SCANS, SUPPLIES, gap, within

WINDOW = 3  # days
FOLLOWERS = SUPPLIES | {"stress-test", "add-on", "injection", "inside", "ecg"}


class Episodes:
    """Names the episode of each line of the family, from content; other lines have none."""

    def __init__(self, reference: Reference) -> None:
        roles = reference.roles
        self.scans = {code for code, role in roles.items() if role in SCANS}
        self.followers = {code for code, role in roles.items() if role in FOLLOWERS}

    def assign(self, rows: Sequence[Outcome], one_case: bool = False) -> None:
        """Fill in the rows of one group. `one_case`: they are of one claim, so that nobody need be told apart."""
        codes = self.scans
        scans = [row for row in rows if row.code in codes and row.service_date]
        if not scans:
            return
        codes = self.followers
        if one_case and len(scans) == 1:  # by far the most groups
            scan = scans[0]
            scan.episode, day = _name(scan), scan.service_date
            for row in rows:
                if row.code in codes and (row.service_date == day or within(row.service_date, day, WINDOW)):
                    row.episode = scan.episode
            return
        others = [row for row in rows if row.code in codes]
        if one_case:
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
    for scan in sorted(scans, key=_when):
        if last is None or (gap(last.service_date, scan.service_date) or 0) > WINDOW:
            names.append((scan.service_date, _name(scan)))
        scan.episode = names[-1][1]
        last = scan
    return names


def _when(row: Outcome) -> tuple[str, str, int]:
    return (row.service_date or "", row.claim.control_number or "", row.charge)


def _name(first: Outcome) -> str:
    """A name made from the first scan of an episode."""
    content = f"{first.service_date or ''}\x1f{first.claim.control_number or ''}"
    return "E" + hashlib.blake2s(content.encode()).hexdigest()[:10]
