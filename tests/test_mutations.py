"""Faults of the envelope and of the writing: each has one named diagnostic, whatever the file carries.

A good file is broken in one way, and exactly that is said, at the right place; the claims that the fault does not touch
(they are counted 1 to 6) give the rows that they gave in the good file. Faults of one set: test_mutations_835, _837.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.goodfiles import written
from tests.mutations import (
    GOOD,
    Change,
    Segments,
    altered,
    both,
    broken,
    check,
    inserted,
    name_of,
    opening,
    place,
    replaced,
)
from tests.reading import read, shapes
from tests.test_mutations_835 import FAULTS_835
from tests.test_mutations_837 import FAULTS_837


def raw(change: Callable[[bytes], bytes]) -> Change:
    """The bytes of the file, changed."""
    return lambda segments: change(written(segments))


def edit(old: bytes, new: bytes, count: int = 1) -> Change:
    return raw(lambda data: data.replace(old, new, count))


def wrapped(data: bytes) -> bytes:
    data = data.replace(b"\n", b"")
    return b"\n".join(data[at : at + 80] for at in range(0, len(data), 80)) + b"\n"


def first_reference(old: str, new: str) -> Change:
    """Within the first REF, `old` becomes `new`."""
    return altered("REF*", old, new)


def padded(segments: Segments) -> Segments:
    return [re.sub(r"^REF\*(2U|EI)", r"REF* \1 ", one) for one in segments]


def of_no_guide(segments: Segments) -> Segments:
    return [re.sub(r"00\d010X\w+", "999999X999X9", one) if one[:3] in ("GS*", "ST*") else one for one in segments]


FAULTS: dict[str, tuple[Change, list[str], set[int]]] = {
    # name: what is broken, the rules that must be named, the claims (1 to 6) that it touches
    "ISA too short": (edit(b"SENDER         *ZZ", b"SENDER*ZZ"), ["isa-length"], set()),
    "ISA has lost an element": (edit(b"*0*T*:", b"*T*:"), ["isa-elements"], set()),
    "no ISA": (lambda segments: segments[1:], ["isa-missing"], set()),
    "no IEA": (replaced("IEA*", ""), ["iea-missing"], set()),
    "no GE": (replaced("GE*", ""), ["ge-missing"], set()),
    "no GS": (replaced("GS*", ""), ["gs-missing"], set()),
    "SE counts wrongly": (replaced("SE*", "SE*7*0001"), ["se-count"], set()),
    "SE counts nothing": (replaced("SE*", "SE**0001"), ["se-count"], set()),
    "SE belongs to another ST": (altered("SE*", "*0001", "*0009"), ["se-control"], set()),
    "GE counts wrongly": (replaced("GE*", "GE*3*11"), ["ge-count"], set()),
    "GE belongs to another GS": (replaced("GE*", "GE*2*12"), ["ge-control"], set()),
    "IEA counts wrongly": (replaced("IEA*", "IEA*4*000000011"), ["iea-count"], set()),
    "IEA belongs to another ISA": (replaced("IEA*", "IEA*1*000000012"), ["iea-control"], set()),
    "ST inside ST, which has no SE": (replaced("SE*", ""), ["se-missing"], set()),
    "no SE at the end": (replaced("SE*", "", nth=2), ["se-missing"], set()),
    "control number twice": (
        both(altered("ST*", "*0002", "*0001", nth=2), altered("SE*", "*0002", "*0001", nth=2)),
        ["st-control-repeated"],
        set(),
    ),
    "interchange twice": (lambda segments: segments * 2, ["isa-control-repeated"], set()),
    "SE twice": (inserted("GE*", "SE*2*0009"), ["trailer-alone"], set()),
    "segment outside a transaction": (inserted("GE*", "REF*ZZ*LOST"), ["segment-outside-transaction"], set()),
    "trailing junk": (edit(b"000000011~\n", b"000000011~\nEND OF FILE\n", 2), ["junk-between"], set()),
    "leading junk": (raw(lambda data: b"From: someone\nSubject: remittance\n\n" + data), ["junk-before"], set()),
    "junk before a short ISA": (
        raw(lambda data: b"JUNK" + data.replace(b"SENDER         *ZZ", b"SENDER*ZZ", 1)),
        ["isa-length", "junk-before"],
        set(),
    ),
    "ends inside a claim": (lambda segments: segments[: opening(segments, 3) + 7], ["file-truncated"], {3, 4, 5, 6}),
    "ends inside a segment": (raw(lambda data: data[:-250]), ["file-truncated"], {6}),
    "ends between transactions": (
        lambda segments: segments[: place(segments, "ST*", 2)],
        ["file-truncated"],
        {4, 5, 6},
    ),
    "blank lines": (raw(lambda data: data.replace(b"~\n", b"~\n\n")), ["blank-lines"], set()),
    "CRLF": (raw(lambda data: data.replace(b"\n", b"\r\n")), [], set()),
    "indented": (raw(lambda data: data.replace(b"\n", b"\n   ")), [], set()),
    "wrapped at 80 columns": (raw(wrapped), ["wrapped-lines"], set()),
    "byte order mark": (raw(lambda data: b"\xef\xbb\xbf" + data), ["byte-order-mark"], set()),
    "Latin-1": (edit(b"EXAMPLE PLAN", b"EX\xc4MPLE PLAN"), ["not-utf8"], set()),
    "UTF-16": (raw(lambda data: data.decode().encode("utf-16")), ["utf-16"], set()),
    "UTF-16 without mark": (raw(lambda data: data.decode().encode("utf-16-be")), ["utf-16"], set()),
    "NUL bytes": (edit(b"EXAMPLE PLAN", b"EX\0AMPLE\0 PLAN"), ["nul-bytes"], set()),
    "lower-case name": (first_reference("REF", "ref"), ["segment-name-unclean"], set()),
    "padded qualifier": (padded, ["qualifier-padded", "qualifier-padded"], set()),
    "unknown version": (of_no_guide, ["guide-unknown", "guide-unknown"], set()),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_costs_nothing_else(name: str, kind: str) -> None:
    change, rules, touched = FAULTS[name]
    if name == "no GS" and "4010" in kind:
        rules = [*rules, "guide-unknown", "guide-unknown"]  # GS alone names the version there
    good = GOOD[kind]()
    check(good, broken(good, change), rules, {name_of(nth, good) for nth in touched})


def test_junk_before_a_second_header_that_is_too_short() -> None:
    good = written(GOOD["835"]())
    short = good.replace(b"SENDER         *ZZ", b"SENDER*ZZ", 1).replace(b"000000011", b"000000012")
    found = read(good + b"JUNK" + short)
    assert found.rules == ["isa-length", "junk-between"]
    assert [one.offset for one in found.diagnostics] == [len(good), len(good) + 4]
    assert len(found.rows["payment"]) == 4


ELSEWHERE = {
    # rules of the reader that another test breaks
    "not-x12": "test_reader",
    "file-unreadable": "test_tokens",
    "segment-cut": "test_tokens",
    "gs-control-repeated": "test_envelope",
    "payment-negative": "test_mutations_835",
    "reversal-unsigned": "test_reversal_signs",
}


def test_every_rule_of_the_reader_is_broken_here() -> None:
    """The rules that the reader's code and mappings name are in the catalogue, and each has its test."""
    root = Path(__file__).parents[1]
    sources = [
        *(root / "edi/x12").glob("*.py"),
        *(root / "edi/records").glob("*.py"),
        *(root / "mappings").glob("*.xml"),
    ]
    words = {
        word for path in sources for word in re.findall(r"""["']([a-z0-9]+(?:-[a-z0-9]+)+)["']""", path.read_text())
    }
    words |= {f"{level}-control-repeated" for level in ("isa", "gs", "st")}  # made up in the code
    named = words & shapes().rules.keys()
    covered = {rule for faults in (FAULTS, FAULTS_835, FAULTS_837) for _, rules, _ in faults.values() for rule in rules}
    assert named == covered | ELSEWHERE.keys()
