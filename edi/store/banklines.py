"""What a bank's list gives, whatever its format: lines with a day and signed cents, and the places that say nothing.

`text` is the bank's own description; it may name a patient, so it is compared and never printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

# TRN02 and TRN03 of a TRN segment, as an addenda record or a description repeats it; banks change the separators.
_TRN = re.compile(r"TRN\s*[*|^:]\s*1\s*[*|^:]\s*([^*|^:~\\\r\n]{1,50})(?:[*|^:]\s*([A-Za-z0-9]{1,10}))?")


class BankError(Exception):
    """The file is no list of deposits that can be read. The message is one sentence and names the file."""


class BankLine(NamedTuple):
    """`line`: its number in the file, from 1. `cents`: positive came in, negative went out. `day`: ISO.

    `reassociation`: trace number and origin come from a TRN segment: they are TRN02 and TRN03 of an 835.
    """

    line: int
    day: str
    cents: int
    trace_number: str | None = None
    origin: str | None = None
    check_number: str | None = None
    text: str = ""
    company: str | None = None
    reassociation: bool = False


@dataclass
class BankList:
    """`unread`: numbers of the lines that have no day or amount that can be read."""

    lines: list[BankLine] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


def reassociation(text: str) -> tuple[str, str | None] | None:
    """(TRN02, TRN03) of the TRN segment in a text; None where there is none."""
    found = _TRN.search(text)
    return (found[1].strip(), found[2]) if found and found[1].strip() else None
