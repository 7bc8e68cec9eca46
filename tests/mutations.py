"""Ways to break a good file in one place, and what must hold afterwards. See the test_mutations_*.py.

A `Change` takes the segments of a good file and gives the broken ones (or bytes, where the writing itself is broken).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.goodfiles import good_835, good_837, written
from tests.reading import Read, read

Segments = list[str]
Change = Callable[[Segments], Segments | bytes]
Faults = dict[str, tuple[Change, list[str], set[str]]]
"""name: what is broken, the rules that must be named, the claims that it touches"""


# -- good files of every kind ---------------------------------------------------------------------------------------


def as_4010(segments: Segments) -> Segments:
    """The same file by the guides of version 4010."""
    guides = {"005010X221A1": "004010X091A1", "005010X222A1": "004010X098A1", "005010X223A2": "004010X096A1"}
    made = []
    for segment in segments:
        for new, old in guides.items():
            segment = re.sub(rf"^(ST\*\d+\*\d+)\*{new}$", r"\1", segment).replace(new, old)
        made.append(segment.replace("*^*00501*", "*U*00401*").replace("ABK:", "BK:").replace("ABF:", "BF:"))
    return made


def institutional(segments: Segments) -> Segments:
    """A professional file as an institutional one: SV1 becomes SV2, and the other way round."""
    made = []
    for segment in segments:
        segment = segment.replace("005010X222A1", "005010X223A2").replace("*11:B:1*", "*13:A:1*")
        name, *rest = segment.split("*")
        if name == "SV1":
            segment = "*".join(["SV2", "0343", *rest[:4]])
        elif name == "SV2":
            segment = "*".join(["SV1", *rest[1:]])
        made.append(segment)
    return made


def as_it_is(segments: Segments) -> Segments:
    return segments


REMITTANCES: dict[str, Callable[[Segments], Segments]] = {"835": as_it_is, "835 of 4010": as_4010}
CLAIMS: dict[str, Callable[[Segments], Segments]] = {
    "837P": as_it_is,
    "837P of 4010": as_4010,
    "837I": institutional,
    "837I of 4010": lambda segments: as_4010(institutional(segments)),
}
GOOD: dict[str, Callable[[], Segments]] = {
    **{name: lambda form=form: form(good_835()) for name, form in REMITTANCES.items()},  # type: ignore[misc]
    **{name: lambda form=form: form(good_837()) for name, form in CLAIMS.items()},  # type: ignore[misc]
}


# -- changes --------------------------------------------------------------------------------------------------------


def replaced(old: str, new: str, nth: int = 1) -> Change:
    """The nth segment that is `old` (or begins with it, where it ends in *) becomes `new`; none where new is ''."""

    def change(segments: Segments) -> Segments:
        at = place(segments, old, nth)
        return segments[:at] + ([new] if new else []) + segments[at + 1 :]

    return change


def inserted(before: str, *new: str, nth: int = 1) -> Change:
    def change(segments: Segments) -> Segments:
        at = place(segments, before, nth)
        return [*segments[:at], *new, *segments[at:]]

    return change


def altered(start: str, old: str, new: str, nth: int = 1) -> Change:
    """Within the nth segment that begins so, `old` becomes `new`."""

    def change(segments: Segments) -> Segments:
        at = place(segments, start, nth)
        return [*segments[:at], segments[at].replace(old, new), *segments[at + 1 :]]

    return change


def both(one: Change, other: Change) -> Change:
    return lambda segments: other(one(segments))  # type: ignore[arg-type]


def place(segments: Sequence[str], old: str, nth: int = 1) -> int:
    fits = [at for at, one in enumerate(segments) if (one.startswith(old) if old.endswith("*") else one == old)]
    return fits[nth - 1]


def cut(before: str, nth: int = 1) -> Change:
    return lambda segments: segments[: place(segments, before, nth)]


def opening(segments: Segments, nth: int) -> int:
    """Where the nth claim of any kind begins."""
    return [at for at, one in enumerate(segments) if one.startswith(("CLP*", "CLM*"))][nth - 1]


def name_of(nth: int, segments: Segments) -> str:
    return segments[opening(segments, nth)].split("*")[1]


def formed(change: Change, form: Callable[[Segments], Segments]) -> Change:
    """The change as it is made in a file of another form."""

    def change_formed(segments: Segments) -> Segments:
        changed = change(segments)
        assert isinstance(changed, list)
        return form(changed)

    return change_formed


# -- what must hold -------------------------------------------------------------------------------------------------


def recounted(good: Segments, changed: Segments) -> Segments:
    """The changed file with right counts in SE, where the change left SE alone: a count is another fault."""
    counts = {segment.split("*")[1] for segment in good if segment.startswith("SE*")}
    made: Segments = []
    start = 0
    for segment in changed:
        if segment.startswith("ST*"):
            start = len(made)
        name, *rest = segment.split("*")
        if name == "SE" and rest[0] in counts:
            segment = f"SE*{len(made) - start + 1}*{rest[1]}"
        made.append(segment)
    return made


def by_claim(found: Read) -> dict[str, list[Any]]:
    """For each claim, all rows that belong to it, without their ids."""
    rows: dict[str, list[Any]] = {}
    names: dict[int, str] = {}
    for table in ("claim", "remit_claim"):
        for row in found.table(table):
            names[row["id"]] = row.get("control_number", "")
            rows.setdefault(row.get("control_number", ""), [])
    for table in found.rows:
        if table in ("transaction_set", "payment"):
            continue
        for row in found.table(table):
            owner = (
                row.get("claim_id")
                or row.get("remit_claim_id")
                or (row["id"] if table in ("claim", "remit_claim") else None)
            )
            if owner in names:
                plain = {key: value for key, value in row.items() if not key.endswith("id") or isinstance(value, str)}
                rows[names[owner]].append((table, plain))
    return rows


def broken(good: Segments, change: Change) -> bytes:
    changed = change(good)
    return changed if isinstance(changed, bytes) else written(recounted(good, changed))


def check(good: Segments, data: bytes, rules: list[str], touched: set[str]) -> Read:
    """The broken file `data` breaks just these rules, and every claim that is not touched gives the rows it gave."""
    before, after = read(written(good)), read(data)
    assert before.rules == []
    assert after.rules == sorted(rules)
    assert after.balanced_count()
    check_places(data, after)
    kept, now = by_claim(before), by_claim(after)
    assert len(kept) == 6
    for name in kept.keys() - touched:
        lost = [row for row in kept[name] if row not in now[name]]
        assert lost == [], name
    return after


def check_places(data: bytes, found: Read) -> None:
    """Byte offsets are those of the segments that the diagnostics number."""
    if b"ISA" not in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    start = data.index(b"ISA")
    places, at = [], start
    for piece in data[start:].split(b"~"):
        if piece.strip():
            places.append(at + len(piece) - len(piece.lstrip()))
        at += len(piece) + 1
    for one in found.diagnostics:
        if one.segment is not None and one.offset is not None and one.rule not in WITHIN:
            assert one.offset == places[one.segment - 1], one.rule


WITHIN = {"not-utf8", "nul-bytes"}  # point at the byte itself
