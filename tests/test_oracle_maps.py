"""The mappings against pyx12's maps: every position of ours exists there, every segment of theirs is known here.

What differs is listed here with its reason, and a listed difference that no longer occurs fails too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import pyx12
from lxml import etree

from edi.records import mapping
from edi.records.vocabulary import Field, Ignore, Loop, Repeat, Where

MAPS = {
    "835": ("835.5010.X221.A1.xml", "835.4010.X091.A1.xml"),
    "837P": ("837.5010.X222.A1.xml", "837.4010.X098.A1.xml"),
    "837I": ("837Q3.I.5010.X223.A1.xml", "837.4010.X096.A1.xml"),
    "837D": ("837.4010.X097.A1.xml",),
    "envelope": ("835.5010.X221.A1.xml",),
}

BEYOND = {
    # (set, loop, position or segment, value): why it is mapped although no map has it
    ("837P", "2010BA", "NM101", "IN"): "IN (insured) instead of IL is seen in files of 4010",
    ("837I", "2010BA", "NM101", "IN"): "IN (insured) instead of IL is seen in files of 4010",
    ("837P", "2330A", "NM101", "IN"): "IN (insured) instead of IL is seen in files of 4010",
    ("837I", "2330A", "NM101", "IN"): "IN (insured) instead of IL is seen in files of 4010",
    ("837P", "2310C", "NM101", "ZZ"): "a provider in a role that the guide does not know is seen in files",
    ("837P", "2010BC", "NM101", "ZD"): "005010X298 (post-adjudicated claims), which pyx12 lacks, has it",
    ("837I", "2010BD", "NM101", "ZD"): "005010X299 (post-adjudicated claims), which pyx12 lacks, has it",
}

BEYOND_POSITIONS = {
    "837I 1000B PER": "a contact of the receiver is seen in files of 4010",
    "837I 2000B PAT": "patient data of a subscriber is seen in files of 4010",
    "837I 2310D PRV03": "the rendering provider's taxonomy is seen in files of 4010",
    "837I 2400 TOO": "teeth, on dental lines in a claim that calls itself institutional",
    "837P 2330C N3": "addresses of another payer's patient are seen in files of 4010 and X298",
    "837P 2330C N4": "addresses of another payer's patient are seen in files of 4010 and X298",
    "837I 2330C N3": "addresses of another payer's patient are seen in files of 4010 and X299",
    "837I 2330C N4": "addresses of another payer's patient are seen in files of 4010 and X299",
}

Positions = dict[tuple[str, str], list[dict[tuple[int, int | None], set[str] | None]]]


def positions(file: str) -> Positions:
    """(loop, segment) -> for each such segment of the map, (element, component) -> its valid codes (None: any)."""
    found: Positions = {}
    tree = etree.parse(str(Path(pyx12.__file__).parent / "map" / file))
    for segment in tree.iter("segment"):
        places: dict[tuple[int, int | None], set[str] | None] = {}
        for child in segment:
            if child.tag == "element":
                places[int(child.attrib["xid"][-2:]), None] = codes(child)
            elif child.tag == "composite":
                number = int(child.findtext("seq", ""))
                places[number, None] = None
                places.update(((number, at), codes(part)) for at, part in enumerate(child.findall("element"), 1))
        found.setdefault((str(segment.getparent().attrib["xid"]), str(segment.attrib["xid"])), []).append(places)
    return found


def codes(element: etree._Element) -> set[str] | None:
    return {code.text or "" for code in element.findall("valid_codes/code")} or None


class Judge:
    """Asks the maps of one set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.maps = [positions(file) for file in MAPS[name]]

    def segments(self, loop: str, segment: str) -> list[dict[tuple[int, int | None], set[str] | None]]:
        loops = {"HEADER": ("HEADER", "FOOTER")}.get(loop, (loop,))
        return [places for one in self.maps for name in loops for places in one.get((name, segment), [])]

    def values(self, loop: str, segment: str, element: int, component: int | None, step: int) -> set[str]:
        """The codes that the element may hold in this loop, or in its sisters: 4010 numbers loops in another order."""
        found: set[str] = set()
        for one in self.maps:
            for (name, other), all_places in one.items():
                if other == segment and name[:4] == loop[:4]:
                    for places in all_places:
                        for at in range(element, 25, step) if step else [element]:
                            found |= places.get((at, component)) or set()
        return found


@pytest.fixture(scope="module")
def shapes() -> mapping.Mappings:
    return mapping.load()


@pytest.fixture(scope="module")
def judges() -> dict[str, Judge]:
    return {name: Judge(name) for name in MAPS}


def unknown_values(
    judge: Judge, loop: str, segment: str, where: Where, step: int = 0
) -> list[tuple[str, str, str, str]]:
    """The values of conditions that no map allows."""
    found = []
    for one in where:
        known = judge.values(loop, segment, one.element, one.component, step)
        position = f"{segment}{one.element:02}" + (f"-{one.component}" if one.component else "")
        # an element without a code list (such as a qualifier the map leaves open) allows anything
        found += [(judge.name, loop, position, value) for value in sorted(one.values - known)] if known else []
    return found


def complaints(name: str, root: Loop, judges: dict[str, Judge]) -> tuple[list[str], set[tuple[str, str, str, str]]]:
    """Positions that do not exist, and condition values that do not."""
    missing: list[str] = []
    values: set[tuple[str, str, str, str]] = set()
    for loop, repeat, one in root.columns():
        if one.source != "at":
            continue
        guide = one.guide or (repeat.guide if repeat else None) or loop.guide or name
        judge = judges[guide]
        if not any((one.element, one.component) in places for places in judge.segments(loop.id, one.segment)):
            missing.append(f"{name} {loop.id} {one.argument}")
        values.update(unknown_values(judge, loop.id, one.segment, one.where, repeat.step if repeat else 0))
    for loop in root.loops():
        judge = judges[loop.guide or name]
        for child in loop.children:
            if isinstance(child, Ignore):
                missing += [f"{name} {loop.id} {one}" for one in child.segments if not judge.segments(loop.id, one)]
                values.update(bad for one in child.segments for bad in unknown_values(judge, loop.id, one, child.where))
            elif isinstance(child, Repeat):
                step = child.step
                own = judges[child.guide or loop.guide or name]
                values.update(unknown_values(own, loop.id, child.segment, child.where, step))
            elif isinstance(child, Loop):
                own = judges[child.guide or name]
                foreign = {one.segment: one.guide for one in child.fields() if one.guide}
                for segment in child.opens:
                    asked = judges[foreign.get(segment) or own.name]
                    if not asked.segments(child.id, segment):
                        missing.append(f"{name} {child.id} {segment}")
                    values.update(unknown_values(own, child.id, segment, child.where))
            else:
                assert isinstance(child, Field)
    return missing, values


def test_every_position_exists_in_the_maps(shapes: mapping.Mappings, judges: dict[str, Judge]) -> None:
    missing: list[str] = []
    values: set[tuple[str, str, str, str]] = set()
    for name, root in shapes.transactions.items():
        one, two = complaints(name, root, judges)
        missing += one
        values |= two
    assert set(missing) == set(BEYOND_POSITIONS)
    assert values == set(BEYOND)


@pytest.mark.parametrize("name", ["835", "837P", "837I"])
def test_every_segment_of_the_maps_is_known(name: str, shapes: mapping.Mappings, judges: dict[str, Judge]) -> None:
    """The other way round: no segment that a guide allows comes as a surprise in its loop, sisters included."""
    known: dict[str, set[str]] = {}
    for loop in shapes.transactions[name].loops():
        own = known.setdefault(loop.id[:4], set())
        own.update(loop.opens, [loop.announced] if loop.announced else [])
        for child in loop.children:
            own.update(
                child.segments if isinstance(child, Ignore) else [child.segment] if not isinstance(child, Loop) else []
            )
    envelope = {"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"}
    for one in judges[name].maps:
        for place, segment in one:
            home = "HEAD" if place == "FOOTER" else place[:4]
            assert segment in envelope or segment in known.get(home, set()), f"{place} {segment}"
