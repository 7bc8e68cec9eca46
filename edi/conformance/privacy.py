"""Which values of a file identify a patient, and what is shown in their place.

The places are rows of mappings/codes/phi.csv. A name, address or contact belongs to a patient unless its name segment
(NM1, N1) says that it is a provider, payer or submitter (the list entity-business of qualifiers.csv); in doubt it is
masked, and so is all of a segment that no health care file knows (segments.csv). A masked value keeps its shape
(letters X, digits 9), so that a wrong length or a stray character still shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from edi.resources import Resources
from edi.x12.diagnostic import masked

NAMES = ("NM1", "N1")
LONGEST_ID = 12  # of what stands where a segment id should be
ENDS_NAME = ("HL", "CLM", "CLP", "LX", "SVC", "SV1", "SV2", "SV3", "ST", "SE", "BPR", "INS", "HD", "TRN", "SBR")


class Privacy:
    """Tells segment by segment, in file order, which of its elements are private."""

    def __init__(self, resources: Resources, reveal: bool = False) -> None:
        self.reveal = reveal
        self.business = {
            row["code"] for row in resources.rows("codes/qualifiers.csv") if row["kind"] == "entity-business"
        }
        self.places: dict[str, list[str]] = {}
        for row in resources.rows("codes/phi.csv"):
            self.places.setdefault(row["element"], []).append(row["when"])
        self.segments = {row["segment"]: row["label"] for row in resources.rows("codes/segments.csv")}
        self.patient = False

    def see(self, elements: Sequence[str]) -> None:
        """Take note of a segment (its id is elements[0]) before asking about its elements."""
        name = elements[0]
        if name in NAMES:
            self.patient = (elements[1] if len(elements) > 1 else "").strip() not in self.business
        elif name in ENDS_NAME:
            self.patient = False

    def private(self, elements: Sequence[str], element: str) -> bool:
        """Whether `element` (NM109, SV101-7; NM109-2 too) of the segment last seen identifies a patient."""
        if self.reveal:
            return False
        if elements[0] not in self.segments:
            return True
        whens = self.places.get(element, []) + self.places.get(element.partition("-")[0], [])
        return any(when == "" or (when == "patient" and self.patient) or _holds(when, elements) for when in whens)

    def shown(self, elements: Sequence[str], element: str, value: str) -> str:
        """The value, or its shape where it is private."""
        return masked(value) if self.private(elements, element) else value

    def segment_id(self, name: str) -> str:
        """The id of a segment; what is none can be a piece of anything and is masked."""
        return name if self.reveal or name in self.segments else masked(name)[:LONGEST_ID]

    def doubtful(self, elements: Sequence[str]) -> bool:
        """Whether a misplaced value in this segment could be a patient's: then every value of it is masked."""
        if self.reveal:
            return False
        name = elements[0]
        return name in ("NTE", "K3") or (self.patient and name in ("NM1", "N1", "N2", "N3", "N4", "PER", "DMG", "REF"))


def _holds(when: str, elements: Sequence[str]) -> bool:
    """Whether a condition such as REF01=SY is true of a segment."""
    place, equals, wanted = when.partition("=")
    if not equals or place[:-2] != elements[0]:
        return False
    position = int(place[-2:])
    return position < len(elements) and elements[position].strip() == wanted
