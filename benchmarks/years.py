"""Years of files from the samples' generator: months that follow each other, patients who come back, one late day.

`write(folder, months, scale)` writes folder/history: `months` sample months of 28 days, each with `scale` times the
claims of samples/ (about 680 lines) under control, trace and payer numbers of its own; then the claims of a last, small
month, whose answers are folder/day: about a hundred remittances. The same arguments give the same bytes.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

from generator import files, remit835, story
from generator.envelope import Group, Interchange, compose
from generator.model import Patient, Remit
from generator.month import Month
from generator.world import GROUP, Payer

NUMBERS = 400  # control, payer and patient numbers that one sample month may use
RETURNING = 0.5  # how many visits are by a patient of an earlier month
LAST_SCALE = 4
REMITTANCES = 100

_DAY = re.compile(rb"\b2026\d{4}\b")
_ISA_DAY = re.compile(rb"(?<=[*|])26\d{4}(?=[*|]\d{4}[*|]\^)")

People = dict[str, list[Patient]]


class Later(Month):
    """A month whose numbers start at `used` sample months, and whose patients may be those of `known`."""

    def __init__(self, seed: int, used: int, known: People) -> None:
        super().__init__(seed)
        self._account += used * NUMBERS
        self._people += used * NUMBERS
        self._numbers += used * NUMBERS
        self._known = known
        self._new: list[tuple[str, Patient]] = []

    def patient(self, payer: Payer) -> Patient:
        earlier = self._known.get(payer.key)
        if earlier and self.chance(RETURNING):
            return copy(self.choice(earlier))
        fresh = super().patient(payer)
        self._new.append((payer.key, copy(fresh)))
        return fresh

    def end(self) -> None:
        """Give the payments traces of their own, and make the patients known."""
        for remit in self.remits.values():
            remit.trace += f"-{self._account}"
        for key, patient in self._new:
            self._known.setdefault(key, []).append(patient)


def write(folder: Path, months: int, scale: int) -> None:
    """Write folder/history and folder/day."""
    known: People = {}
    for number in range(months + 1):
        last = number == months
        month = Later(number, number * scale, known)
        story.fill(month, LAST_SCALE if last else scale)
        month.end()
        out = files.Files(month)
        out.claims()
        if last:
            _write(folder / "day", 0, late(month))
        else:
            out.remits()
        _write(folder / "history" / f"{number:03d}", 28 * (number - months), out.out)


def late(month: Month) -> dict[str, bytes]:
    """The answers to a month's claims as about REMITTANCES files, one payment each."""
    remits = sorted(month.remits.values(), key=lambda one: (one.date, one.payer.key, one.payee.sender))
    size = sum(len(one.clps) for one in remits) // (REMITTANCES - len(remits) // 2) + 1
    made = {}
    for number, one in enumerate(part for remit in remits for part in parts(remit, size)):
        group = Group("HP", one.payer.id, GROUP.sender, remit835.GUIDE, [remit835.transaction(one)])
        whole = Interchange(one.payer.id, GROUP.sender, one.date, 500 + number, [group])
        name = f"{number:03d}-{one.payer.key}.835"
        made[name] = compose(name, [whole], files.REMIT_STYLES[one.payer.key])
    return made


def parts(remit: Remit, size: int) -> Iterator[Remit]:
    """The answers of a payment as several payments of `size` claims; the first keeps its provider adjustments."""
    for at in range(0, len(remit.clps), size):
        plbs = [] if at else remit.plbs
        yield replace(remit, clps=remit.clps[at : at + size], plbs=plbs, off=0, trace=f"{remit.trace}-{at}")


def _write(folder: Path, days: int, made: dict[str, bytes]) -> None:
    """Write files unpacked, their dates so many days later."""
    for packed, whole in made.items():
        for name, data in _plain(packed, whole):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(moved(data, days))


def _plain(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((f"remits/{entry}", archive.read(entry)) for entry in archive.namelist())
    elif name.endswith(".gz"):
        yield name.removesuffix(".gz"), gzip.decompress(data)
    else:
        yield name, data


def moved(data: bytes, days: int) -> bytes:
    """A file whose dates are so many days later."""
    data = _DAY.sub(lambda found: _later(found[0], days), data)
    return _ISA_DAY.sub(lambda found: _later(b"20" + found[0], days)[2:], data)


def _later(text: bytes, days: int) -> bytes:
    try:
        return f"{date.fromisoformat(text.decode()) + timedelta(days):%Y%m%d}".encode()
    except ValueError:  # a number that looks like a date
        return text
