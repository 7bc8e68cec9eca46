"""Find the delimiters of an interchange by counting the separators of its ISA, never by offset.

In: the first bytes of an interchange. Out: `Delimiters`, and the rules that the header breaks. ISA has 16 elements;
the sixteenth is the component separator and the character behind it ends the segment. Files whose ISA has lost or
gained an element, or that begin with GS or ST, are read by looking at what stands before the next segment's name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ISA_LENGTH = 106  # three letters, sixteen separators, 86 characters of elements, and the terminator
SPACES = " \t\r\n\0"  # what may never separate; \x1c to \x1f may, although Python takes them for blanks
HEADER = 2048  # bytes that hold any ISA, however padded, and the name of the segment behind it

_SHAPE = re.compile(rb"ISA([^\w\s]).{2}\1.{10}\1.{2}\1.{10}\1.{2}\1.{15}\1.{2}\1.{15}\1", re.DOTALL)
_AFTER_ISA = rb"([^\w\s]|[\r\n])[\s\0]*(?:GS|TA1|ST|ISB|ISE|IEA)"
_AFTER_ANY = rb"([^\w\s]|[\r\n])[\s\0]*(?:GS|ST|BPR|BHT|BGN|TRN|REF|DTM|NM1|N1|HL|SE|GE|PER|AK1)"


class Delimiters(NamedTuple):
    """The separators of one interchange, each one character; repetition is empty where there is none."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"


class Header(NamedTuple):
    """Delimiters, and the (rule, value) pairs that describe what is odd about the header they were found in."""

    delimiters: Delimiters
    faults: list[tuple[str, str]]


def of_isa(head: bytes) -> Header | None:
    """Delimiters of an interchange that starts with ISA at head[0]; None when they cannot be made out."""
    text = head.decode("latin-1")
    flat = text.replace("\r", "").replace("\n", "")
    if text[: ISA_LENGTH - 1] != flat[: ISA_LENGTH - 1] and _SHAPE.match(flat.encode("latin-1")):
        text = flat  # the header is sound, but wrapped
    element = text[3:4]
    if not element or element.isalnum() or element in SPACES:
        return None
    faults: list[tuple[str, str]] = []
    parts = text.split(element, 16)
    tail = parts[16] if len(parts) == 17 else ""
    component, terminator = tail[:1], tail[1:2]
    if tail[1:3] == "\r\n":
        terminator = "\n"
    behind = tail[2:].lstrip("\r\n \t\0")
    if (
        terminator in ("", element)
        or component.isalnum()
        or terminator.isalnum()
        or (behind and not re.match("[A-Z]{2}", behind, re.I))
    ):
        found = re.compile(_AFTER_ISA + re.escape(element.encode("latin-1"))).search(head, 4)
        if found is None:
            return None
        isa = text[: found.start(1)]
        terminator = "\n" if found[1] in b"\r\n" else found[1].decode("latin-1")
        component = isa[-1] if isa[-2:-1] == element and not isa[-1].isalnum() else ":"
        faults.append(("isa-elements", str(isa.count(element))))
        length = found.end(1)
    else:
        length = len(text) - len(tail) + 2
    if length != ISA_LENGTH and not faults:
        faults.append(("isa-length", str(length)))
    repetition = parts[11] if len(parts) > 11 else ""
    if (
        len(repetition) != 1
        or repetition.isalnum()
        or repetition in SPACES
        or repetition in (element, component, terminator)
    ):
        repetition = ""
    return Header(Delimiters(element, component, repetition, terminator), faults)


def of_orphan(head: bytes) -> Header | None:
    """Delimiters of a file that begins with GS or ST because its ISA is gone; None when it does not look like X12."""
    match = re.match(rb"(?:GS|ST)([^\w\s])", head)
    if match is None:
        return None
    element = match[1]
    found = re.compile(_AFTER_ANY + re.escape(element)).search(head, 3)
    if found is None:
        return None
    component = b">" if head.count(b">") > head.count(b":") else b":"
    terminator = "\n" if found[1] in b"\r\n" else found[1].decode("latin-1")
    return Header(Delimiters(element.decode("latin-1"), component.decode(), "", terminator), [("isa-missing", "")])


def looks_like_x12(head: bytes) -> bool:
    """Whether the first bytes of a stream, in any encoding, hold the beginning of an interchange."""
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x1a")
    at = 0 if plain[:3].upper() == b"ISA" else next_isa(plain, 0, b"\n")
    return (of_isa(plain[at : at + HEADER]) if at >= 0 else of_orphan(plain[:HEADER])) is not None


def _is_unpadded(data: bytes, at: int) -> bool:
    """Whether an ISA begins at `at` whose elements are in their places (date, time, version), whatever their widths."""
    parts = data[at : at + HEADER].split(data[at + 3 : at + 4], 16)
    told = (parts[9], parts[10], parts[12], parts[13]) if len(parts) == 17 else ()
    return tuple(map(len, told[:3])) == (6, 4, 5) and all(map(bytes.isdigit, told))


def next_isa(data: bytes, start: int, terminator: bytes) -> int:
    """Where the next interchange begins in `data` at or after `start`; -1 when it does not.

    ISA counts where a segment may begin (behind a terminator), or anywhere when it has the shape of the standard, with
    padding or without.
    """
    at = data.find(b"ISA", start)
    while at >= 0:
        before = data[max(0, at - 200) : at].rstrip(b" \t\r\n\0\x1a")
        starts = not before or before.endswith(terminator) or (terminator == b"\n" and data[at - 1 : at] == b"\n")
        follower = data[at + 3 : at + 4]
        separates = follower and not follower.isalnum() and not follower.isspace()
        if separates and (starts or _SHAPE.match(data, at) or _is_unpadded(data, at)):
            return at
        at = data.find(b"ISA", at + 3)
    return -1
