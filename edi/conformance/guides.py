"""Which pyx12 map checks a transaction, also when its envelope names a version that pyx12 does not know by that name.

pyx12 knows exact triples (ISA12, GS01, GS08). Here the guide of ST03, else of GS08, is looked up without its addenda
letters in mappings/codes/checker_guides.csv, so that 005010X222, X222A1 and X222A2 are one; a file whose envelope names
no guide at all is judged by version and ST01, and a claim by whether its lines are SV1 or SV2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import pyx12.map_if
import pyx12.params

from edi.resources import Resources

GUIDE = re.compile(r"00\d{4}X\d{3}[A-Z0-9]*")
CONTROL_MAP, OLD_CONTROL_MAP = "x12.control.00501.xml", "x12.control.00401.xml"
CLAIM_LINES = {("SV1", False): "005010X222", ("SV2", False): "005010X223", ("SV1", True): "004010X098",
               ("SV2", True): "004010X096"}  # fmt: skip
LISTS_NOT_CHECKED = "remark_code,pos,claim_status,claim_status_cat,service_type"  # pyx12's copies are years old


class Choice(NamedTuple):
    """The map for a transaction; map_file is None when there is none. exact: pyx12 knows the guide by this name."""

    map_file: str | None
    named: str
    checked_as: str
    exact: bool


class Guides:
    """Chooses maps by the rows of checker_guides.csv."""

    def __init__(self, resources: Resources) -> None:
        self.files = {(row["guide"], row["set"]): row["map"] for row in resources.rows("codes/checker_guides.csv")}
        self.roots = {guide for guide, _ in self.files}

    def known(self, guide: str) -> bool:
        """Whether some version of a guide (GS08, ST03) can be checked."""
        return root_of(guide) in self.roots

    def choose(self, set_code: str, st03: str, gs08: str, hint: str = "") -> Choice:
        """The map for a transaction by ST01, ST03 and GS08.

        `hint` is what the content adds where the names do not settle it: SV1 or SV2 of a claim, BHT02 of a review.
        """
        named = st03.strip() or gs08.strip()
        for guide in (st03.strip(), gs08.strip()):
            for code in (f"{set_code}-{hint}", set_code):
                file = self.files.get((root_of(guide), code))
                if file and guide:
                    return Choice(file, named, real_guide(file), guide == real_guide(file))
        if GUIDE.fullmatch(named) and not self.known(named):
            return Choice(None, named, "", False)
        old = named.startswith("004")
        file = self.files.get((CLAIM_LINES.get((hint, old)) or ("004010" if old else "005010"), set_code))
        return Choice(file, named, real_guide(file) if file else "", False)


def root_of(guide: str) -> str:
    """A guide's name without its addenda: 005010X222A1 and 005010X222E1 are 005010X222."""
    return re.sub(r"(X[0-9]+)[A-Z][0-9]*$", r"\1", guide.strip())


def real_guide(map_file: str) -> str:
    """The guide whose requirements a pyx12 map holds, read from its name: 837.5010.X222.A1.xml is 005010X222A1."""
    if map_file.startswith("837Q3"):
        return "005010X223A2"
    found = re.search(r"\.(4010|5010)\.?(X[0-9]+)?(?:\.(?:27\.)?(A[0-9]))?", map_file)
    return f"00{found[1]}{found[2] or ''}{found[3] or ''}" if found else map_file


def parameters() -> Any:
    """pyx12's settings, the same on every machine: no configuration file is read."""
    settings = pyx12.params.ParamsBase()
    settings.set("exclude_external_codes", LISTS_NOT_CHECKED)
    return settings


@lru_cache(maxsize=16)
def load(map_file: str) -> Any:
    """The pyx12 map of that name; parsed once, as it takes a second."""
    return pyx12.map_if.load_map_file(map_file, parameters())


def control(version: str) -> Any:
    """The map of the envelope segments for an ISA12, also for one that pyx12 does not know by that name."""
    return load(CONTROL_MAP if version.strip() >= "005" else OLD_CONTROL_MAP)
