"""The tables that answer one question over many claims: causes by payer, one study or several, authorizations, payers
that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from edi.report.data import ReportData, cause_title, cents, codes, command, payer, share, text
from edi.report.data import Row as Data
from edi.report.figures import Cause
from edi.report.survey import LEVEL, Survey
from edi.report.tables import Cell, Column, Entry, Row, Table
from edi.report.worktables import days_left, evidence, expected_by, line_name, sentence

MOST = 500  # rows of a list in the page; the workbook has more
SCANS = "SELECT code FROM code_family WHERE role = 'scan' OR role LIKE 'scan-%'"
CONDITIONS = {  # over the view `findings`: what `survey` picks by the same words
    "levels": f"cause IN {LEVEL} AND procedure IN ({SCANS})",
    "authorizations": "cause LIKE 'authorization-%' OR cause LIKE 'referral-missing%'",
}


def level_table(data: ReportData, seen: Survey, most: int = MOST, details: bool = True) -> Table:
    """78452 against 78451."""
    return _finding_table("levels", data, seen.levels, seen, most, details)


def authorization_table(data: ReportData, seen: Survey, most: int = MOST, details: bool = True) -> Table:
    """Authorizations and referrals."""
    return _finding_table("authorizations", data, seen.authorizations, seen, most, details)


def _finding_table(name: str, data: ReportData, places: Sequence[int], seen: Survey, most: int, details: bool) -> Table:
    """Findings, open or settled since, most denied first; with `details` also their evidence."""
    columns = [
        Column("Claim, line", "code", below="Line"),
        Column("Service date", "date"),
        Column("Code", "code", below="Payer's codes"),
        Column("Payer", choice="All payers"),
        Column("Finding and next step", choice="All findings", below="Next step"),
        Column("Verdict", "badge", choice="All verdicts"),
        Column("Now", "badge", choice="Open and settled"),
        Column("Appeal by", "date", below="Time left"),
        Column("Denied", "money"),
        Column("Recoverable", "money"),
    ]
    rows = []
    for place in places[:most]:
        row = data.findings[place]
        due = seen.dues.get(row["id"])
        cells = [
            Cell(text(row["control_number"]), line_name(row)),
            Cell(row["service_date"]),
            Cell(text(row["procedure"]), codes(row)),
            Cell(payer(row)),
            Cell(cause_title(row), sentence(text(row["action"]))),
            Cell(row["verdict"]),
            Cell("open" if row["open"] else "settled"),
            Cell(due.day if due else None, days_left(due.days_left if due else None)),
            Cell(cents(row["denied"])),
            Cell(None if row["recoverable"] is None else cents(row["recoverable"])),
        ]
        rows.append(Row(cells, evidence(row) if details else []))
    cut, everything = len(places) - len(rows), command(data.database, "findings", "--where", CONDITIONS[name], "--csv")
    return Table(name, "findings", columns, rows, 25, cut, "open and most denied first", everything, cards=True)


def cause_payer_table(found: Sequence[Cause], measured: Iterable[Data]) -> Table:
    """Denied dollars and what payers would have allowed, by cause and payer: the same numbers as on the page."""
    expected = expected_by(measured, "cause", "payer")
    columns = [Column("Root cause"), Column("Payer"), Column("Denied", "money"), Column("Expected allowed", "money")]
    rows = [
        Row([Cell(cause.title), Cell(name), Cell(amount), Cell(expected.get((cause.cause, name)))])
        for cause in found
        for name, amount in sorted(cause.by_payer.items(), key=lambda one: (-one[1], one[0]))
    ]
    return Table("cause-payer", "rows", columns, rows)


def change_table(rows: Sequence[Data], titles: Mapping[str, str]) -> Table:
    """Payers whose rates stepped after a day, with the counts on either side."""
    columns = [
        Column("Payer", choice="All payers"),
        Column("Rate", choice="All rates"),
        Column("Since", "date"),
        Column("Way", "badge"),
        Column("Before"),
        Column("After"),
        Column("Chance of nothing", "code"),
    ]
    found = [
        Row(
            [
                Cell(payer(row)),
                Cell(_rate_name(row, titles)),
                Cell(row["date"]),
                Cell(row["direction"]),
                Cell(_rate(row, "before"), f"since {row['before_from']}"),
                Cell(_rate(row, "after"), f"until {row['after_until']}"),
                Cell(row["chance"]),
            ],
            [("Lines behind it", _drills(row))],
        )
        for row in rows
    ]
    return Table("changes", "steps", columns, found, 25, cards=True)


def _rate_name(row: Data, titles: Mapping[str, str]) -> str:
    if row["rate"] == "paid-rate":
        return f"Paid, {text(row['code'])}"
    return f"Denied: {titles.get(row['cause'], row['cause'])}" if row["rate"] == "cause-rate" else "Denied"


def _rate(row: Data, side: str) -> str:
    hits, claims = row[f"{side}_hits"], row[f"{side}_claims"]
    return f"{share(hits, claims)} ({hits:,} of {claims:,} claims)"


def _drills(row: Data) -> list[Entry]:
    return [Entry("before", text(row["drill_before"])), Entry("after", text(row["drill"]))]
