"""pyx12 over one file, transaction by transaction. In: a binary stream. Out: Diagnostics and acknowledgments.

pyx12's own driver gives up on a file at the first thing that it does not expect. Here its parts (maps, walker, segment
checks, error tree) are driven one transaction at a time: whatever happens inside one, the next is checked. What pyx12
raises becomes a finding. Its speed is about 7,000 segments a second, so this is never on the way of an import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyx12.segment
from pyx12.map_if._segment import apply_segment_errors
from pyx12.map_walker import apply_walk_errors, walk_tree

from edi.conformance import ack, guides
from edi.conformance.envelope import Envelope
from edi.conformance.findings import Findings
from edi.conformance.privacy import Privacy
from edi.conformance.source import Piece, Pieces
from edi.conformance.tree import Tree
from edi.conformance.words import Finding
from edi.resources import Resources
from edi.x12.diagnostic import Diagnostic

OUTER = {"TA1": "/ISA_LOOP/TA1", "IEA": "/ISA_LOOP/IEA", "GE": "/ISA_LOOP/GS_LOOP/GE"}
ST_LOOP = "/ISA_LOOP/GS_LOOP/ST_LOOP"
LOOKAHEAD = 2000  # segments until the first service line of a claim whose guide is not named
STAND_IN = {"ISA": "ISA" + "*" * 16, "GS": "GS" + "*" * 8}


class Checker:
    """Checks one file. Iterate `check` to its end; then `acks`, `sets`, `guides` and `findings` are whole."""

    def __init__(self, resources: Resources, reveal: bool = False) -> None:
        self.resources = resources
        self.privacy = Privacy(resources, reveal)
        self.known = guides.Guides(resources)
        self.acks: list[str] = []
        self.sets: Counter[str] = Counter()
        self.guides: dict[str, None] = {}  # in the order met
        self.segments = 0
        self.findings: Findings
        self._pieces: Pieces
        self._tree: Tree | None = None
        self._envelope: Envelope
        self._control: Any = None
        self._interchanges: list[str | None] = []
        self._stood_in: set[str] = set()
        self._gs08 = ""
        self._map: Any = None
        self._node: Any = None
        self._walker: Any = None

    @property
    def broken(self) -> bool:
        """Whether the stream could not be read to its end."""
        return self._pieces.broken

    def check(self, stream: BinaryIO) -> Iterator[Diagnostic]:
        """Every finding, in file order; a rule beyond its cap is counted and told at the end."""
        self._pieces = Pieces(stream, padded=True)
        self.findings = Findings(self.resources, self.privacy, self._pieces.places)
        for piece in self._pieces:
            self.segments += 1
            self.findings.at = piece
            self.privacy.see(piece.elements)
            try:
                self._segment(piece)
            except Exception as error:  # pyx12 on input that it was not made for
                self._give_up(type(error).__name__)
            yield from self.findings.take()
        if not self._pieces.found and not self._pieces.broken:
            self.findings.add(Finding("guide-not-x12", {"detail": "This is not an X12 file."}))
        try:
            self._end_interchange()
        except Exception as error:  # as above
            self._give_up(type(error).__name__)
        self.findings.at = None
        if self._pieces.indented:
            self.findings.add(Finding("guide-segments-indented", {"found": str(self._pieces.indented)}))
        yield from self.findings.closing()

    def _segment(self, piece: Piece) -> None:
        """Check one segment where it stands."""
        name = piece.elements[0]
        data = pyx12.segment.Segment(piece.text, *_marks(piece))
        if name == "ISA":
            self._end_interchange()
            tree = self._begin_interchange(piece, data.get_value("ISA12") or "")
            errors = self._envelope.count(data)
            tree.add_isa_loop(data, self._envelope)
            tree.handle_errors(errors)
            self._valid(self._control.getnodebypath("/ISA_LOOP/ISA"), data)
            return
        if self._tree is None:
            self._stand_in("ISA", piece)
        if name == "GS":
            self._close_open(name)
            self._begin_group(data)
        elif name == "ST":
            self._close_open(name)
            if not self._envelope.is_open("GS") and "GS" not in self._stood_in:
                self._stand_in("GS", piece)
            self._begin_transaction(data)
        elif name in ("SE", "GE", "IEA"):
            self._trailer(name, data)
        elif self._envelope.is_open("ST"):
            self._inside(data)
        elif name == "TA1":
            self._valid(self._control.getnodebypath(OUTER[name]), data)
        else:
            words = {"segment": self.findings.segment_id, "loop": "envelope"}
            self.findings.add(Finding("guide-segment-unexpected", words, loop="envelope"))

    # -- envelope

    def _begin_interchange(self, piece: Piece, version: str) -> Tree:
        self._control = guides.control(version)
        self._envelope = Envelope(piece.delimiters, self._interchanges)
        self._tree = Tree(self.findings)
        return self._tree

    def _begin_group(self, data: Any) -> None:
        assert self._tree is not None
        self._gs08 = data.get_value("GS08") or ""
        errors = self._envelope.count(data)
        self._stood_in.discard("GS")
        self._tree.tolerated = {"GS08"} if self.known.known(self._gs08) else set()
        self._tree.add_gs_loop(data, self._envelope)
        self._tree.handle_errors(errors)
        self._valid(self._control.getnodebypath("/ISA_LOOP/GS_LOOP/GS"), data)

    def _stand_in(self, name: str, piece: Piece) -> None:
        """Give pyx12 an ISA or GS that the file does not have, so that the rest can be checked."""
        data = pyx12.segment.Segment(STAND_IN[name], "~", "*", ":")
        self._stood_in.add(name)
        self.findings.add(Finding("guide-envelope-missing", {"detail": f"There is no {name} before this segment."}))
        if name == "ISA":
            tree = self._begin_interchange(piece, "00401" if "*004010" in piece.text else "00501")
            tree.add_isa_loop(data, self._envelope)
        else:
            assert self._tree is not None
            self._gs08 = ""
            self._tree.add_gs_loop(data, self._envelope)

    def _close_open(self, name: str) -> None:
        assert self._tree is not None
        self._tree.handle_errors(self._envelope.unfinished(name))

    def _trailer(self, name: str, data: Any) -> None:
        """SE, GE or IEA: what its transaction still lacks, its counts, and the end of its loop."""
        assert self._tree is not None
        loop = {"SE": "ST", "GE": "GS", "IEA": "ISA"}[name]
        if not self._envelope.is_open(loop):
            rule = {"SE": "guide-transaction-end", "GE": "guide-group-end", "IEA": "guide-interchange-end"}[name]
            self.findings.add(Finding(rule, {"detail": f"there is no {loop} for this {name}"}, loop="envelope"))
            return
        self._close_open(name)
        if name == "SE":
            self._inside(data, ends=True)
            self.findings.transaction = None
            self._map = None
            return
        errors = self._envelope.count(data)
        self._tree.handle_errors(errors)
        self._valid(self._control.getnodebypath(OUTER[name]), data)
        if name == "IEA":
            self._tree.close_isa_loop(None, data, self._envelope)
            self._end_interchange()
        elif (data.get_value("GE01") or "").isdigit():
            self._tree.close_gs_loop(None, data, self._envelope)
        else:
            self._tree.close_gs_loop(None, None, self._envelope)

    def _end_interchange(self) -> None:
        """Close what is open and write the acknowledgment of the interchange."""
        if self._tree is None:
            return
        self._close_open("")
        if not self._stood_in:
            made = ack.acknowledgment(self._tree)
            if made:
                self.acks.append(made)
        self._stood_in.clear()
        self._tree = None
        self._map = None
        self.findings.transaction = None

    # -- transactions

    def _begin_transaction(self, data: Any) -> None:
        assert self._tree is not None
        assert self.findings.at is not None
        self.findings.transaction = self.findings.at.number
        set_code = (data.get_value("ST01") or "").strip()
        st03 = data.get_value("ST03") or ""
        choice = self.known.choose(set_code, st03, self._gs08)
        if choice.map_file is None or set_code == "278":
            choice = self.known.choose(set_code, st03, self._gs08, self._hint(set_code))
        self._tree.tolerated = {"ST03", "REF02"} if choice.map_file else set()
        self.sets[set_code] += 1
        errors = self._envelope.count(data)
        self._tree.add_st_loop(data, self._envelope)
        self._tree.handle_errors(errors)
        if choice.map_file is None:
            self._map = None
            if self._tree.cur_gs_node is not None:
                self._tree.cur_gs_node.add_error("2", "guide not known")  # AK905: version not supported
            words = {"found": choice.named or "without a name", "allowed": set_code}
            self.findings.add(Finding("guide-unknown", words))
            return
        self.guides.setdefault(choice.checked_as)
        if not choice.exact:
            named = choice.named or "none"
            self.findings.add(Finding("guide-read-as", {"found": named, "allowed": choice.checked_as}, value=named))
        self._map = guides.load(choice.map_file)
        self._node = self._map.getnodebypath(f"{ST_LOOP}/ST")
        self._walker = walk_tree()
        self._walker.forceWalkCounterToLoopStart(ST_LOOP, f"{ST_LOOP}/ST")
        self._envelope.check_837_lx = self._map.id == "837"
        self._valid(self._node, data)

    def _hint(self, set_code: str) -> str:
        """What the content says about its guide: the kind of a claim's first line, the purpose of a review."""
        for piece in self._pieces.ahead(LOOKAHEAD):
            if set_code == "837" and piece.elements[0] in ("SV1", "SV2"):
                return piece.elements[0]
            if set_code == "278" and piece.elements[0] == "BHT":
                return "".join(piece.elements[2:3])
        return ""

    def _inside(self, data: Any, ends: bool = False) -> None:
        """A segment between ST and SE, or the SE itself: its place in the guide, then its elements."""
        tree, envelope = self._tree, self._envelope
        piece = self.findings.at
        assert tree is not None
        assert piece is not None
        errors = envelope.count(data, trailing=piece.text.endswith(piece.delimiters.element))
        node = None
        if self._map is not None:
            node, _, _, walked = self._walker.walk_errors(
                self._node, data, envelope.get_seg_count(), envelope.get_cur_line(), None
            )
            apply_walk_errors(tree, walked)
            self._node = node or self._node
        if ends:
            tree.handle_errors(errors)
            tree.close_st_loop(node, data, envelope)
        else:
            tree.add_seg(node, data, envelope.get_seg_count(), envelope.get_cur_line(), None)
            tree.handle_errors(errors)
        if node is not None:
            self._valid(node, data)

    def _valid(self, node: Any, data: Any) -> None:
        """Check the elements of a segment. Composites with too many parts are cut first, as pyx12 fails on them."""
        assert self._tree is not None
        if node is None:
            return
        for composite, sent in zip(node.children, data.elements, strict=False):
            if composite.is_composite() and len(sent) > len(composite.children) and composite.usage != "N":
                text = f'Too many sub-elements in composite "{composite.name}" ({composite.refdes})'
                self._tree.seg_error("8", text)
                sent.elements = sent.elements[: len(composite.children)]
        apply_segment_errors(node, data, self._tree)

    def _give_up(self, what: str) -> None:
        """pyx12 failed: say so, count the transaction as rejected, and go on without the guide until its end."""
        self._map = None
        if self._tree is not None and self._tree.cur_st_node is not None:
            self._tree.cur_st_node.add_error("5", "not checked to the end")
        self.findings.add(Finding("guide-check-failed", {"detail": what}))


def _marks(piece: Piece) -> tuple[str, str, str]:
    """Terminator, element and component separator as pyx12 takes them."""
    return piece.delimiters.terminator, piece.delimiters.element, piece.delimiters.component or ":"
