"""What the page and the workbook share: the lines and the findings read once, none of them kept.

In: the report's data. Out: sums, the worklist in its order, and for the lists of findings where their rows stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import intern

from edi.report.data import MOST_WORK, ReportData, Row, cause_title, cents, text
from edi.report.family import Family, FamilyRow
from edi.report.figures import Cause, Totals, causes
from edi.report.work import Denial, Due, Work, denial, dues, worklist

LEVEL = ("single-study-billed-as-multiple", "downcoded")
AUTHORIZATION = ("authorization-", "referral-missing")

Answers = Mapping[tuple[object, ...], Sequence[Row]]  # a line's key -> the remittance lines that answered it
Rank = tuple[bool, int, str, str, int]


class Survey:
    """One reading of a report's data. `most`: how many denials of the worklist the page shows."""

    def __init__(self, data: ReportData, most: int = MOST_WORK) -> None:
        self.titles: dict[str, str] = {}
        """Causes in words."""
        self.dues: Mapping[str, Due] = dues(data.deadlines)
        roles = data.roles()
        scans = {code for code, role in roles.items() if role == "scan"}
        denials: list[Denial] = []
        levels: list[Rank] = []
        authorizations: list[Rank] = []
        for place, row in enumerate(data.findings):
            cause = intern(text(row["cause"]))
            self.titles[cause] = intern(cause_title(row))
            if row["open"] and row["denial"] == "yes":
                denials.append(denial(place, row))
            if cause in LEVEL and row["procedure"] in scans:
                levels.append(_rank(place, row))
            if cause.startswith(AUTHORIZATION):
                authorizations.append(_rank(place, row))
        self.levels = _places(levels)
        """Where the findings about 78452 against 78451 stand, open ones first, then most denied: scans that a payer
        read as another level, or that our side's evidence does not bear out."""
        self.authorizations = _places(authorizations)
        """The same of authorizations and referrals: none sent, not accepted, for something else, expired, refused."""
        self.work: list[Work] = worklist(denials, self.dues)
        self.shown: list[Work] = self.work[:most]
        self.causes: list[Cause] = causes(self.work)
        wanted = {line_key(data.findings[entry.finding.place]) for entry in self.shown}
        self.answers: dict[tuple[object, ...], Sequence[Row]] = {}
        """What answered the lines that the page's worklist shows."""
        self.totals, family = Totals(), Family(roles)
        for line in data.lines:
            self.totals.add(line)
            family.add(line)
            if line["cause"] and line["links"] and (key := line_key(line)) in wanted:
                self.answers[key] = line["links"]
        self.family: list[FamilyRow] = family.rows()


def line_key(row: Row) -> tuple[object, ...]:
    """What a line and its finding both say of themselves."""
    return tuple(row[key] for key in ("control_number", "line_number", "line_control", "procedure", "service_date"))


def _rank(place: int, row: Row) -> Rank:
    return not row["open"], -cents(row["denied"]), text(row["control_number"]), row["id"], place


def _places(ranks: list[Rank]) -> list[int]:
    return [place for *_, place in sorted(ranks)]
