"""What the report is made from: the rows that the other commands print, nothing else.

In: row sets as lists of dictionaries with the keys of the command line's JSON (money is text such as "1450.00", dates
are ISO text, a missing value is None). Beyond the keys that scripts may rely on the report reads, where they are
present: on a finding `title` and `why`; on an evidence entry `weight` ('for', 'against', 'context', 'not-checked').
Out: plain cents, text and lookups for the floors that draw.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from edi.resources import ResourceError, Resources
from edi.x12.money import grouped

Row = Mapping[str, Any]

UNNAMED = "(payer not named)"
MOST_WORK = 2500  # denials in the page: months of work for one person, and about a megabyte with their evidence
FAMILY_ROLES = {"scan": "scan", "tracer": "tracer", "agent": "agent", "stress-test": "stress test"}


@dataclass(frozen=True)
class ReportData:
    """Everything that one report shows.

    `lines`, `findings` and `deadlines` may be too many to hold: read them from their beginning, or a few by place.
    `figures` are the rows of `edi metrics`; `causes` and `months` the values of some by cause and payer, and by month;
    `deadlines` the last day to appeal of each open denial; `waiting` and `unmatched` are the two queues, `overturned`
    and `underpaid` the lines behind those figures, `missed` charges that were never billed. `today` (ISO) is the day
    that ages and deadlines are counted to.
    `generated` is an ISO date-time that the caller passes in, so that the same data gives the same bytes.
    `database` is how its commands name it.
    `family` maps a procedure code to its role (as in codes/family.csv); None reads the packaged table.
    `summary` holds further label -> text pairs to print under the headline, as given.
    """

    lines: Sequence[Row] = ()
    findings: Sequence[Row] = ()
    payments: Sequence[Row] = ()
    diagnostics: Sequence[Row] = ()
    files: Sequence[Row] = ()
    adjustments: Sequence[Row] = ()
    figures: Sequence[Row] = ()
    causes: Sequence[Row] = ()
    months: Sequence[Row] = ()
    deadlines: Sequence[Row] = ()
    changes: Sequence[Row] = ()
    overturned: Sequence[Row] = ()
    underpaid: Sequence[Row] = ()
    waiting: Sequence[Row] = ()
    unmatched: Sequence[Row] = ()
    missed: Sequence[Row] = ()
    today: str = ""
    database: str = "DB"
    generated: str = ""
    version: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)
    family: Mapping[str, str] | None = None

    def figure(self, name: str) -> Row | None:
        """One figure of `edi metrics` over everything; None where it was not worked out."""
        return next((row for row in self.figures if row["figure"] == name), None)

    def roles(self) -> dict[str, str]:
        """Procedure code -> 'scan', 'tracer', 'agent' or 'stress test'; codes with other roles are left out.

        The code table's roles are finer ('scan-single' is a scan): what they begin with decides.
        """
        given = self.family if self.family is not None else _packaged_family()
        return {code: name for code, role in given.items() if (name := _family_role(role))}


def _family_role(role: str) -> str:
    return next((name for key, name in FAMILY_ROLES.items() if role == key or role.startswith(f"{key}-")), "")


def _packaged_family() -> dict[str, str]:
    try:
        return {row["code"]: row["role"] for row in Resources().rows("codes/family.csv")}
    except (ResourceError, KeyError):
        return {}


@lru_cache(maxsize=1 << 16, typed=True)  # the same amounts come again and again
def cents(value: object) -> int:
    """Money text ("1450.00") as integer cents; nothing, or what is not a number, counts as 0."""
    if value in (None, ""):
        return 0
    try:
        return int((Decimal(str(value)) * 100).to_integral_value())
    except InvalidOperation:
        return 0


def money(amount: int) -> str:
    """Integer cents as people write them: 145000 -> '$1,450.00', -1300 -> '-$13.00'."""
    return grouped(amount, "$")


def share(part: float, whole: float) -> str:
    """`part` of `whole` as a percentage with one decimal; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


def text(value: object) -> str:
    """Any value as one line of printable text; None is ''. Control characters and half surrogates become '?'."""
    if value is None:
        return ""
    given = str(value)
    if given.isprintable():
        return given
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in given)


def payer(row: Row) -> str:
    """A row's payer by name."""
    return text(row["payer"]) or UNNAMED


def cause_title(row: Row) -> str:
    """A finding's cause in words."""
    return text(row.get("title")) or text(row["cause"]).replace("-", " ").capitalize()


def place(row: Row) -> str:
    """Where a row stands in the files: 'march.835#41', or '' when it is not known."""
    if not row.get("file"):
        return ""
    segment = row.get("segment")
    return text(row["file"]) if segment is None else f"{text(row['file'])}#{segment}"


def codes(row: Row) -> str:
    """The payer's codes of a finding in one line: 'CO-197 N54'. One group code stands for all reasons."""
    groups = [text(group) for group in row.get("group_codes") or []]
    reasons = [text(reason) for reason in row.get("reason_codes") or []]
    remarks = [text(remark) for remark in row.get("remark_codes") or []]
    if len(groups) == 1:
        groups *= len(reasons)
    if len(groups) != len(reasons):
        return " ".join([*groups, *reasons, *remarks])
    return " ".join([*(f"{group}-{reason}" for group, reason in zip(groups, reasons, strict=True)), *remarks])


def command(database: str, verb: str, *words: str) -> str:
    """A command to type: words that a shell would take apart are quoted, by double quotes where that is enough."""
    return " ".join(["edi", verb, *map(_quoted, (database, *words))])


def _quoted(word: str) -> str:
    if word and not set(word) - _PLAIN:
        return word
    return f'"{word}"' if not set(word) & set('"$`\\!') else shlex.quote(word)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,#")
