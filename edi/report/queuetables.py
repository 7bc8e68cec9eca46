"""The tables of lines and claims that are looked at one by one: won back, paid short, never billed, waiting, without a
claim, and what was added to or kept back from payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from edi.report.data import ReportData, cents, command, money, payer, place, text
from edi.report.data import Row as Data
from edi.report.drilling import drill
from edi.report.listtables import MOST
from edi.report.tables import Cell, Column, Entry, Row, Table
from edi.report.worktables import line_name, sentence


def overturned_table(data: ReportData, titles: Mapping[str, str], most: int = MOST) -> Table:
    """Lines that were denied at first and paid more since."""
    columns = [
        Column("Claim, line", "code", below="Line"),
        Column("Service date", "date"),
        Column("Code", "code"),
        Column("Payer", choice="All payers"),
        Column("Denied at first for", choice="All causes"),
        Column("Denied on", "date"),
        Column("Days to turn", "number"),
        Column("Denied at first", "money"),
        Column("Won back", "money"),
        Column("Now", "badge", choice="Any state"),
    ]
    ordered = sorted(data.overturned, key=lambda row: (-cents(row["recovered"]), *_order(row)))
    rows = [
        Row(
            [
                *_service(row),
                Cell(titles.get(text(row["cause"])) or text(row["cause"]).replace("-", " ").capitalize()),
                Cell(row["denied_on"]),
                Cell(row["days"]),
                Cell(cents(row["first_denied"])),
                Cell(cents(row["recovered"])),
                Cell(row["state"]),
            ],
            _story(data, row),
        )
        for row in ordered[:most]
    ]
    cut = len(ordered) - len(rows)
    everything = _behind(data, "recovered")
    return Table("overturned", "lines", columns, rows, 25, cut, "most won back first", everything, cards=True)


def underpaid_table(data: ReportData, most: int = MOST) -> Table:
    """Lines that were allowed less than expected."""
    columns = [
        Column("Claim, line", "code", below="Line"),
        Column("Service date", "date"),
        Column("Code", "code"),
        Column("Payer", choice="All payers"),
        Column("Units", "number"),
        Column("Expected", "money"),
        Column("Allowed", "money"),
        Column("Short", "money", floor=True),
        Column("Expected by", choice="Any basis"),
    ]
    ordered = sorted(data.underpaid, key=lambda row: (-cents(row["short"]), *_order(row)))
    rows = [
        Row(
            [
                *_service(row),
                Cell(row["units"] if isinstance(row["units"], int) else text(row["units"])),
                *(Cell(cents(row[key])) for key in ("expected", "allowed", "short")),
                Cell(row["basis"]),
            ],
            _story(data, row),
        )
        for row in ordered[:most]
    ]
    cut = len(ordered) - len(rows)
    everything = _behind(data, "underpaid")
    return Table(
        "underpaid", "lines", columns, rows, 25, cut, "those that are most short first", everything, cards=True
    )


def missed_table(data: ReportData, most: int = MOST) -> Table:
    """Charges that were never billed."""
    columns = [
        Column("Claim, line", "code", below="Line"),
        Column("Service date", "date"),
        Column("Code", "code"),
        Column("Payer", choice="All payers"),
        Column("What is missing, and what to do", choice="All checks", below="What to do"),
        Column("Seen"),
        Column("Where", "place"),
    ]
    found = [
        Row(
            [
                *_service(row),
                Cell(text(row["what"]), text(row["action"])),
                Cell(text(row["value"])),
                Cell(place(row)),
            ],
            _story(data, row),
        )
        for row in data.missed[:most]
    ]
    return Table("missed", "charges", columns, found, 25, len(data.missed) - len(found), "by claim", cards=True)


def waiting_table(data: ReportData, most: int = MOST) -> Table:
    """Claims that wait: sent and never answered, or pending at the payer; with what to check."""
    columns = [
        Column("Claim", "code"),
        Column("Payer", choice="All payers"),
        Column("Service date", "date"),
        Column("Sent", "date"),
        Column("Age in days", "number"),
        Column("State and what to check", "text", choice="Both states", below="What to check"),
        Column("Lines", "number"),
        Column("Billed", "money", floor=True),
        Column("Where", "place"),
    ]
    found = [
        Row(
            [
                Cell(text(row["control_number"])),
                Cell(payer(row)),
                Cell(row["service_date"]),
                Cell(row["sent"]),
                Cell(row["age_days"]),
                Cell(text(row["state"]), sentence(text(row["check"]))),
                Cell(row["lines"]),
                Cell(cents(row["billed"])),
                Cell(place(row)),
            ],
            _story(data, row),
        )
        for row in data.waiting[:most]
    ]
    return Table("unanswered", "claims", columns, found, 25, len(data.waiting) - len(found), "oldest first", cards=True)


def unmatched_table(data: ReportData, most: int = MOST) -> Table:
    """Remittances that found no claim, with the claims that come near."""
    columns = [
        Column("Control number", "code"),
        Column("Payer", choice="All payers"),
        Column("Trace number", "code"),
        Column("Paid on", "date"),
        Column("Billed", "money", floor=True),
        Column("Paid", "money"),
        Column("What comes near"),
        Column("Where", "place"),
    ]
    found = [
        Row(
            [
                Cell(text(row["control_number"])),
                Cell(payer(row)),
                Cell(text(row["trace_number"])),
                Cell(row["date"]),
                Cell(cents(row["charge"])),
                Cell(cents(row["paid"])),
                Cell(sentence(text(row["check"]))),
                Cell(place(row)),
            ]
        )
        for row in data.unmatched[:most]
    ]
    cut, everything = len(data.unmatched) - len(found), command(data.database, "unmatched", "--remittances", "--csv")
    return Table("unmatched", "remittances", columns, found, 25, cut, "by payer and day", everything, cards=True)


def adjustment_table(data: ReportData, most: int = MOST) -> Table:
    """Provider adjustments (PLB) in words. Amounts as they change the payment: below zero is money kept back."""
    columns = [
        Column("Date", "date"),
        Column("Trace number", "code"),
        Column("Payer", choice="All payers"),
        Column("Reason", choice="All reasons"),
        Column("Changes the payment by", "money"),
        Column("Reference", "code"),
        Column("What it refers to"),
        Column("Where", "place"),
    ]
    found = [
        Row(
            [
                Cell(row["date"]),
                Cell(text(row["trace_number"])),
                Cell(payer(row)),
                Cell(" ".join(filter(None, (text(row["reason"]), text(row["meaning"]))))),
                Cell(-cents(row["amount"])),
                Cell(text(row["reference"])),
                Cell(sentence(text(row["leads_to"])), text(row["note"])),
                Cell(place(row)),
            ]
        )
        for row in data.adjustments[:most]
    ]
    cut, everything = len(data.adjustments) - len(found), command(data.database, "payments", "--adjustments", "--csv")
    return Table("adjustments", "adjustments", columns, found, 25, cut, "oldest first", everything, cards=True)


def _service(row: Data) -> list[Cell]:
    return [
        Cell(text(row["control_number"]), line_name(row)),
        Cell(row["service_date"]),
        Cell(text(row["procedure"])),
        Cell(payer(row)),
    ]


def _behind(data: ReportData, figure: str) -> str:
    """The command that lists the lines of a figure."""
    row = data.figure(figure)
    return drill(data.database, row) if row else ""


def _story(data: ReportData, row: Data) -> list[tuple[str, list[Entry]]]:
    """How to read the whole story of a row's claim."""
    return [("The claim's whole story", [Entry(command(data.database, "claim", text(row["control_number"])), "")])]


def _order(row: Data) -> tuple[str, int]:
    return text(row["control_number"]), row["line_number"] or 0


def total(rows: Iterable[Data], key: str) -> str:
    """The sum of a money column, as people write it."""
    return money(sum(cents(row[key]) for row in rows))
