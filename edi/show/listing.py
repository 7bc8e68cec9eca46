"""A file as a person reads it: loops indented, elements named, codes explained, patients masked.

In: Places. Out: lines of text. `paint(text, role)` may colour a piece; roles are loop, segment, name, value, meaning,
note and number.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from edi.conformance.privacy import Privacy
from edi.show.labels import Labels
from edi.show.places import Place
from edi.x12.diagnostic import masked

Paint = Callable[[str, str], str]
INDENT = "  "
NUMBER = 6  # columns for the segment number
WIDEST_NAME = 44


def plain(text: str, role: str) -> str:
    """No colour."""
    del role
    return text


class Listing:
    """Writes places as text."""

    def __init__(self, labels: Labels, privacy: Privacy, paint: Paint = plain) -> None:
        self.labels = labels
        self.privacy = privacy
        self.paint = paint

    def lines(self, places: Iterable[Place]) -> Iterator[str]:
        """Every place in full."""
        for place in places:
            self.privacy.see(place.piece.elements)
            yield from self.segment(place)

    def around(self, places: Iterable[Place], number: int, context: int) -> Iterator[str]:
        """Segment `number` in full under the loops that it is in, `context` segments before and after in short."""
        before: deque[tuple[Place, list[str]]] = deque(maxlen=context)
        for place in places:
            self.privacy.see(place.piece.elements)
            at = place.piece.number
            if at > number + context:
                return
            if at < number:
                before.append((place, [self.short(place)]))
                continue
            if at == number:
                yield from (self.paint(f"{loop} {name}", "loop") for loop, name in place.loops)
                yield from (line for _, lines in before for line in lines)
                yield from self.segment(place, flat=True)
            else:
                yield self.short(place)

    def raw(self, places: Iterable[Place]) -> Iterator[str]:
        """The bare segments, one a line, with their own delimiters."""
        for place in places:
            piece = place.piece
            self.privacy.see(piece.elements)
            yield self.masked(place) + (piece.delimiters.terminator if piece.delimiters.terminator > " " else "")

    def short(self, place: Place) -> str:
        """A segment in one line."""
        return f"{self.paint(f'{place.piece.number:>{NUMBER}}', 'number')} {self.masked(place)}"

    def masked(self, place: Place) -> str:
        """The text of a segment, its private elements in shape only."""
        piece = place.piece
        elements = [self.privacy.segment_id(piece.elements[0])]
        for position, value in enumerate(piece.elements[1:], 1):
            name = f"{piece.elements[0]}{position:02d}"
            parts = value.split(piece.delimiters.component) if piece.elements[0] != "ISA" else [value]
            shown = [
                self.privacy.shown(piece.elements, f"{name}-{part}" if len(parts) > 1 else name, text)
                for part, text in enumerate(parts, 1)
            ]
            text = piece.delimiters.component.join(shown)
            elements.append(self.privacy.shown(piece.elements, name, text))
        return piece.delimiters.element.join(elements)

    def segment(self, place: Place, flat: bool = False) -> Iterator[str]:
        """A segment with its elements, after the headings of the loops that begin with it."""
        for at, (loop, name) in enumerate(() if flat else place.entered):
            depth = place.depth - len(place.entered) + at
            yield " " * (NUMBER + 1) + INDENT * depth + self.paint(f"{loop} {name}".rstrip(), "loop")
        margin = INDENT * (0 if flat else place.depth)
        number = self.paint(f"{place.piece.number:>{NUMBER}}", "number")
        head = self.paint(f"{self.privacy.segment_id(place.piece.elements[0]):<3}", "segment")
        name = place.name or self.privacy.segments.get(place.piece.elements[0], "")
        if name:
            head += " " + self.paint(name, "name")
        note = self.paint(f"  ({place.note})", "note") if place.note else ""
        yield f"{number} {margin}{head}{note}"
        for element, name, value in self._elements(place):
            elements = place.piece.elements
            meaning = self.labels.meaning(elements, element, value, place.piece.delimiters)
            if self.privacy.private(elements, element):
                value, meaning = masked(value), "hidden"
            label = f"{element[len(elements[0]) :]:<5} {name[:WIDEST_NAME]:<{WIDEST_NAME}}"
            yield (
                " " * (NUMBER + 1) + margin + INDENT * 2 + self.paint(label, "name") + " "
                + self.paint(value, "value") + (f"  {self.paint(meaning, 'meaning')}" if meaning else "")
            )  # fmt: skip

    def _elements(self, place: Place) -> Iterator[tuple[str, str, str]]:
        """(element, the guide's name, value) of each element or component that is filled."""
        piece = place.piece
        children: dict[int, Any] = {child.seq: child for child in place.node.children} if place.node is not None else {}
        for position, value in enumerate(piece.elements[1:], 1):
            if not value:
                continue
            element = f"{piece.elements[0]}{position:02d}"
            child = children.get(position)
            component = piece.delimiters.component
            if piece.elements[0] == "ISA" or not component or component not in value:
                name = str(child.name or "") if child is not None else ""
                if child is not None and child.is_composite() and child.children:
                    element, name = f"{element}-1", str(child.children[0].name or name)
                yield element, name, value
                continue
            parts: dict[int, Any] = {part.seq: part for part in getattr(child, "children", None) or []}
            for at, text in enumerate(value.split(component), 1):
                if text:
                    yield f"{element}-{at}", str(parts[at].name or "") if at in parts else "", text
