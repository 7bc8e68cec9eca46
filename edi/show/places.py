"""Where each segment of a file stands: its loops and the names of its elements, from pyx12's maps.

In: the segments of a file. Out: Places, one a segment, also for files that pyx12 would refuse: what its walker does not
find keeps the loop of the segment before and says so; a transaction without a map has no names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyx12.segment
from pyx12.map_walker import walk_tree

from edi.conformance import guides
from edi.conformance.source import Piece, Pieces
from edi.resources import Resources

ST_LOOP = "/ISA_LOOP/GS_LOOP/ST_LOOP"
CONTROL = {"ISA": "/ISA_LOOP/ISA", "IEA": "/ISA_LOOP/IEA", "TA1": "/ISA_LOOP/TA1", "GS": "/ISA_LOOP/GS_LOOP/GS",
           "GE": "/ISA_LOOP/GS_LOOP/GE"}  # fmt: skip
DEPTHS = {"ISA": 0, "IEA": 0, "TA1": 1, "GS": 1, "GE": 1, "ST": 2, "SE": 2}
LOOKAHEAD = 2000


@dataclass
class Place:
    """One segment where it stands. `loops` are (id, name) from the outermost in; `entered`: those that begin here."""

    piece: Piece
    depth: int
    node: Any = None  # pyx12's segment node, None where it has none
    loops: list[tuple[str, str]] = field(default_factory=list)
    entered: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""

    @property
    def name(self) -> str:
        """The guide's name of the segment."""
        return str(self.node.name or "") if self.node is not None else ""


class Placer:
    """Finds the place of each segment of a stream."""

    def __init__(self, stream: BinaryIO, resources: Resources) -> None:
        self.pieces = Pieces(stream)
        self.guides = guides.Guides(resources)
        self._control: Any = None
        self._gs08 = ""
        self._map: Any = None
        self._node: Any = None
        self._walker: Any = None
        self._loops: list[tuple[str, str]] = []
        self._inside = False

    def __iter__(self) -> Iterator[Place]:
        for piece in self.pieces:
            name = piece.elements[0]
            try:
                yield self._place(piece, name)
            except Exception as error:  # pyx12 on damage that it was not made for
                self._map = None
                yield Place(piece, self._depth(name), note=f"pyx12 could not place it ({type(error).__name__})")

    def _depth(self, name: str) -> int:
        return DEPTHS.get(name, 3 if self._inside else 1) + (len(self._loops) if name not in DEPTHS else 0)

    def _place(self, piece: Piece, name: str) -> Place:
        data = pyx12.segment.Segment(
            piece.text, piece.delimiters.terminator, piece.delimiters.element, piece.delimiters.component or ":"
        )
        if name == "ISA":
            self._control = guides.control(data.get_value("ISA12") or "")
        if name in CONTROL:
            self._inside, self._map, self._loops = False, None, []
            if name == "GS":
                self._gs08 = data.get_value("GS08") or ""
            control = self._control or guides.control("00501")
            return Place(piece, DEPTHS[name], control.getnodebypath(CONTROL[name]))
        if name == "ST":
            return self._begin(piece, data)
        if self._map is None:
            place = Place(piece, self._depth(name), note="" if self._inside else "outside every transaction")
            if name == "SE":
                self._inside = False
            return place
        return self._walk(piece, data, name)

    def _begin(self, piece: Piece, data: Any) -> Place:
        self._inside, self._loops = True, []
        set_code = (data.get_value("ST01") or "").strip()
        choice = self.guides.choose(set_code, data.get_value("ST03") or "", self._gs08)
        if choice.map_file is None or set_code == "278":
            ahead = (one.elements for one in self.pieces.ahead(LOOKAHEAD))
            hint = next((one[0] for one in ahead if one[0] in ("SV1", "SV2")), "")
            choice = self.guides.choose(set_code, data.get_value("ST03") or "", self._gs08, hint)
        if choice.map_file is None:
            self._map = None
            return Place(piece, DEPTHS["ST"], note=f"no names for guide {choice.named or 'without a name'}")
        self._map = guides.load(choice.map_file)
        self._node = self._map.getnodebypath(f"{ST_LOOP}/ST")
        self._walker = walk_tree()
        self._walker.forceWalkCounterToLoopStart(ST_LOOP, f"{ST_LOOP}/ST")
        return Place(piece, DEPTHS["ST"], self._node)

    def _walk(self, piece: Piece, data: Any, name: str) -> Place:
        node, _, _, _ = self._walker.walk_errors(self._node, data, 0, 0, None)
        if node is None:
            return Place(piece, self._depth(name), loops=self._loops, note="not expected here")
        self._node = node
        loops = _loops_of(node)
        first = node.is_first_seg_in_loop()
        same = 0
        while same < min(len(loops), len(self._loops)) and loops[same] == self._loops[same]:
            same += 1
        if first and loops and same == len(loops):
            same -= 1  # the same loop again
        entered, self._loops = loops[same:], loops
        if name == "SE":
            self._inside, self._map, self._loops = False, None, []
        return Place(piece, self._depth(name), node, loops, entered)


def _loops_of(node: Any) -> list[tuple[str, str]]:
    """The numbered loops around a node; header, detail and trailer are not counted."""
    found = []
    parent = node.parent
    while parent is not None and not parent.is_map_root():
        if parent.is_loop() and any(character.isdigit() for character in str(parent.id)):
            found.append((str(parent.id), str(parent.name or "")))
        parent = parent.parent
    return found[::-1]
