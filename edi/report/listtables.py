"""The tables that answer one question over many claims: causes by payer, one study or several, authorizations, payers
that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from edi.report.data import Row as Data
from edi.report.data import cents, codes, share, text
from edi.report.figures import Cause, cause_title, payer
from edi.report.tables import Cell, Column, Entry, Row, Table
from edi.report.worktables import days_left, evidence, expected_by, line_name, sentence

MOST = 500  # rows of a list in the page; the workbook has them all
LEVEL = ("single-study-billed-as-multiple", "downcoded")
AUTHORIZATION = ("authorization-", "referral-missing")


def finding_table(name: str, findings: Sequence[Data], deadlines: Iterable[Data], most: int = MOST) -> Table:
    """Findings with their evidence, open or settled since, most denied first."""
    days = {row["finding"]: row for row in deadlines}
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
    ordered = sorted(findings, key=lambda r: (not r["open"], -cents(r["denied"]), text(r["control_number"]), r["id"]))
    rows = []
    for row in ordered[:most]:
        deadline = days.get(row["id"], {})
        cells = [
            Cell(text(row["control_number"]), line_name(row)),
            Cell(row["service_date"]),
            Cell(text(row["procedure"]), codes(row)),
            Cell(payer(row)),
            Cell(cause_title(row), sentence(text(row["action"]))),
            Cell(row["verdict"]),
            Cell("open" if row["open"] else "settled"),
            Cell(deadline.get("deadline"), days_left(deadline.get("days_left"))),
            Cell(cents(row["denied"])),
            Cell(None if row["recoverable"] is None else cents(row["recoverable"])),
        ]
        rows.append(Row(cells, evidence(row)))
    return Table(name, "findings", columns, rows, 25, max(len(ordered) - most, 0), cards=True)


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


def level_findings(findings: Iterable[Data], scans: Collection[str]) -> list[Data]:
    """78452 against 78451: scans that a payer read as another level, or that our side's evidence does not bear out."""
    return [row for row in findings if row["cause"] in LEVEL and row["procedure"] in scans]


def authorization_findings(findings: Iterable[Data]) -> list[Data]:
    """Authorizations and referrals: none sent, not accepted, for something else, expired, refused."""
    return [row for row in findings if text(row["cause"]).startswith(AUTHORIZATION)]


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
