"""What pyx12 found, as a Diagnostic in our words (mappings/codes/checker_findings.csv).

In: pyx12's code for a finding (IK3, IK4 and envelope codes), its map node, and its text, from which only counts are
read: the text itself may hold patients' data and goes nowhere. Out: rule, place and message with the value masked.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from edi.resources import Resources
from edi.x12.diagnostic import Rule

SEGMENT_RULES = {
    "2": "guide-segment-not-used",
    "4": "guide-loop-repeated",
    "5": "guide-segment-repeated",
    "HL1": "guide-hl-count",
    "HL2": "guide-hl-parent",
    "LX": "guide-line-number",
    "SEG1": "guide-trailing-separators",
}
ELEMENT_RULES = {
    "1": "guide-element-missing",
    "4": "guide-element-too-short",
    "5": "guide-element-too-long",
    "7": "guide-code-invalid",
    "8": "guide-date-invalid",
    "9": "guide-time-invalid",
    "10": "guide-element-not-used",
}
ENVELOPE_RULES = {
    ("isa", "025"): "guide-interchange-repeated",
    ("gs", "6"): "guide-group-repeated",
    ("st", "23"): "guide-transaction-repeated",
    ("isa", ""): "guide-interchange-end",
    ("gs", ""): "guide-group-end",
    ("st", ""): "guide-transaction-end",
}
ENVELOPE_DETAILS = {
    ("isa", "001"): "IEA02 is not ISA13",
    ("isa", "021"): "IEA01 does not count its groups",
    ("isa", "023"): "there is no IEA",
    ("gs", "3"): "there is no GE",
    ("gs", "4"): "GE02 is not GS06",
    ("gs", "5"): "GE01 does not count its transactions",
    ("st", "2"): "there is no SE",
    ("st", "3"): "SE02 is not ST02",
    ("st", "4"): "SE01 does not count its segments",
}
OUTER_LOOPS = {"ISA_LOOP": "envelope", "GS_LOOP": "envelope", "ST_LOOP": "header"}
COUNTED = re.compile(r"Found (\d+), should have (\d+)|Has (\d+), should have (\d+)|= (\d+) [<>] (\d+) \(m")
REFERENCE = re.compile(r"([A-Z][A-Z0-9]{1,2})(\d\d)(?:-0?(\d+))?")
COMBINED = re.compile(r"Syntax Error \([A-Z0-9]+\): (.*)")


class Finding(NamedTuple):
    """A rule that was broken and the words that fill its message."""

    rule: str
    words: dict[str, str]
    element: str | None = None
    loop: str | None = None
    value: str | None = None


def loop_name(node: Any) -> str | None:
    """The loop that a map node is in, as the guides write it (2010AA); header, detail, trailer for the outer parts."""
    while node is not None and not node.is_loop():
        node = node.parent
    if node is None or node.is_map_root():
        return None
    name = str(node.id)
    return OUTER_LOOPS.get(name) or (name.lower() if name.isalpha() else name)


def reference(text: str | None) -> str | None:
    """pyx12's CLM05-01 as CLM05-1."""
    found = REFERENCE.fullmatch(text or "")
    return text if not found else found[1] + found[2] + (f"-{found[3]}" if found[3] else "")


def counts(text: str) -> dict[str, str]:
    """The two numbers of a pyx12 text, as found and allowed."""
    match = COUNTED.search(text)
    numbers = [number for number in match.groups() if number] if match else []
    return dict(zip(("found", "allowed"), [*numbers, "?", "?"], strict=False))


def of_segment(code: str, text: str, node: Any, segment_id: str) -> Finding:
    """A finding about a whole segment. `node` is the map node that pyx12 names, `segment_id` the segment at hand."""
    loop = loop_name(node)
    name = (node.name if node else None) or segment_id
    words = {"segment": segment_id, "loop": loop or "?", "name": name, **counts(text)}
    if code == "1":
        if "not found" in text:
            return Finding("guide-segment-unexpected", words, loop=loop)
        detail = "it begins with a space" if "leading" in text else "its name is no segment id"
        return Finding("guide-segment-malformed", {**words, "detail": detail})
    if code == "3":
        if "loop" in text[:20]:
            words["name"] = node.parent.name or loop or "?"
            return Finding("guide-loop-missing", words, loop=loop)
        return Finding("guide-segment-missing", {**words, "segment": node.id}, loop=loop)
    if code == "4":
        words["loop"] = node.id
        return Finding("guide-loop-repeated", words, loop=node.id)
    if code in SEGMENT_RULES:
        return Finding(SEGMENT_RULES[code], words, loop=loop)
    return _of_elements_together(text, words, loop)


def _of_elements_together(text: str, words: dict[str, str], loop: str | None) -> Finding:
    """IK3 code 8: what is wrong with several elements of a segment, or with a composite."""
    place = re.search(r"\(([A-Z][A-Z0-9]{1,2}\d\d(?:-\d+)?)\)", text)
    element = reference(place[1]) if place else None
    named = re.search(r'"([^"]*)"', text)
    words |= {"element": element or "?", "name": named[1] if named else words["name"]}
    combined = COMBINED.match(text)
    if combined:
        words["detail"] = combined[1][0].lower() + combined[1][1:]
        return Finding("guide-elements-combined", words, loop=loop)
    for start, rule in (
        ("Too many elements", "guide-elements-too-many"),
        ("Too many sub", "guide-composite-too-long"),
        ("Mandatory composite", "guide-composite-missing"),
        ("Composite", "guide-composite-not-used"),
    ):
        if text.startswith(start):
            return Finding(rule, words, element=element, loop=loop)
    return Finding("guide-segment-malformed", {**words, "detail": "it is empty or has no valid name"}, loop=loop)


def of_element(code: str, text: str, value: str | None, node: Any) -> Finding:
    """A finding about one element or one part of a composite."""
    element = reference(node.refdes)
    words = {"element": element or "?", "name": node.name or "?", **counts(text)}
    rule = ELEMENT_RULES.get(code, "guide-element-characters")
    if code == "6" and "trailing spaces" in text:
        rule = "guide-element-padded"
    elif code == "6" and "invalid composite" in text:
        rule = "guide-element-composite"
    elif code == "7" and "regular expression" in text:
        rule = "guide-pattern"
    return Finding(rule, words, element=element, loop=loop_name(node), value=value)


def of_envelope(kind: str, code: str) -> Finding:
    """A finding about counts and control numbers; `kind` is isa, gs or st."""
    rule = ENVELOPE_RULES.get((kind, code)) or ENVELOPE_RULES[kind, ""]
    return Finding(rule, {"detail": ENVELOPE_DETAILS.get((kind, code), "loops are out of order")}, loop="envelope")


def catalogue(resources: Resources) -> dict[str, Rule]:
    """Every rule of the checker by name."""
    return {
        row["rule"]: Rule(**{key: row[key] or "" for key in ("rule", "level", "message", "why", "action")})
        for row in resources.rows("codes/checker_findings.csv")
    }
