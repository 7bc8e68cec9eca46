"""Segments to bytes: delimiters, number formats, envelopes with right counts, and where each object ended up.

A segment is a list of elements: text, or a tuple of components. Money is written with `Money(cents)`, so that a style
decides between 1450 and 1450.00. `compose` counts segments from 1 at the file's first ISA and sets `place`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from generator.model import Place


class Money(int):
    """Integer cents on the way into a segment."""


Element = str | Money | tuple[str, ...]
Segment = Sequence[Element]


class Placed(Protocol):
    place: Place | None


@dataclass(frozen=True)
class Style:
    """How a file looks: its delimiters and what goes around them."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    newline: str = "\n"
    two_decimals: bool = False
    bom: bool = False


@dataclass
class TransactionSet:
    """ST02 and SE are written by `compose`; `marks` are (object, index of its segment after ST)."""

    code: str
    guide: str | None = None  # ST03
    segments: list[Segment] = field(default_factory=list)
    marks: list[tuple[Placed, int]] = field(default_factory=list)

    def add(self, *elements: Element) -> None:
        self.segments.append(elements)

    def mark(self, thing: Placed) -> None:
        """The next segment to be added is where `thing` is."""
        self.marks.append((thing, len(self.segments)))


@dataclass
class Group:
    code: str  # GS01
    sender: str
    receiver: str
    version: str
    sets: list[TransactionSet]


@dataclass
class Interchange:
    sender: str
    receiver: str
    day: date
    control: int
    groups: list[Group]
    time: str = "1015"


def money(cents: int, two_decimals: bool) -> str:
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    whole, part = divmod(cents, 100)
    if two_decimals:
        return f"{sign}{whole}.{part:02d}"
    return f"{sign}{whole}" + (f".{part:02d}".rstrip("0") if part else "")


def ymd(day: date) -> str:
    return f"{day:%Y%m%d}"


def render(segment: Segment, style: Style) -> str:
    """One segment without its terminator; empty elements and components at the end are left out."""
    texts = []
    for element in segment:
        if isinstance(element, Money):
            texts.append(money(element, style.two_decimals))
        elif isinstance(element, tuple):
            texts.append(style.component.join(element).rstrip(style.component))
        else:
            texts.append(element)
    return style.element.join(texts).rstrip(style.element)


def _isa(one: Interchange, style: Style) -> Segment:
    return (
        "ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{one.sender:<15}", "ZZ", f"{one.receiver:<15}",
        f"{one.day:%y%m%d}", one.time, style.repetition, "00501", f"{one.control:09d}", "0", "T", style.component,
    )  # fmt: skip


def compose(name: str, interchanges: Iterable[Interchange], style: Style, *, place: bool = True) -> bytes:
    """The file's bytes. `place`: note file and segment in the marked objects (not for a second copy)."""
    out: list[str] = []
    count = 0

    def put(segment: Segment) -> None:
        nonlocal count
        count += 1
        text = style.element.join(str(e) for e in segment) if segment[0] == "ISA" else render(segment, style)
        out.append(text + style.terminator + style.newline)

    for one in interchanges:
        put(_isa(one, style))
        for number, group in enumerate(one.groups, one.control * 10 + 1):
            put(("GS", group.code, group.sender, group.receiver, ymd(one.day), one.time, str(number), "X",
                 group.version))  # fmt: skip
            for serial, transaction in enumerate(group.sets, 1):
                control = f"{serial:04d}"
                for thing, index in transaction.marks:
                    if place:
                        thing.place = (name, count + 2 + index)
                put(("ST", transaction.code, control, transaction.guide or ""))
                for segment in transaction.segments:
                    put(segment)
                put(("SE", str(len(transaction.segments) + 2), control))
            put(("GE", str(len(group.sets)), str(number)))
        put(("IEA", str(len(one.groups)), f"{one.control:09d}"))
    data = "".join(out).encode("ascii")
    return b"\xef\xbb\xbf" + data if style.bom else data
