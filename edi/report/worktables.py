"""The page's sortable tables: worklist, claims without an answer, payments, the 78452 family, faults in files."""

from __future__ import annotations

from collections.abc import Sequence

from edi.report.data import Row as Data
from edi.report.data import cents, codes, money, place, text
from edi.report.family import FamilyRow
from edi.report.figures import Cause, Fault, Silent, Work, cause_title, payer
from edi.report.tables import Cell, Column, Entry, Row, Table

MOST_WORK, MOST_CLAIMS, MOST_PAYMENTS = 2500, 5000, 3000  # rows in the page, so that it stays well under a megabyte
WEIGHTS = (("for", "Speaks for it"), ("against", "Speaks against it"), ("context", "Context"))
NOT_CHECKED = "Not checked"
VERDICTS = ("confirmed", "likely", "stated", "contradicted")


def worklist_table(work: Sequence[Work]) -> Table:
    """Open denials, each with its evidence, the next step and the lines that follow from it."""
    columns = [
        Column("Claim, line", "code"),
        Column("Service date", "date"),
        Column("Code", "code"),
        Column("Payer", choice="All payers"),
        Column("Cause and next step", choice="All causes"),
        Column("Verdict", "badge", choice="All verdicts"),
        Column("Denied", "money", floor=True),
        Column("Recoverable", "money"),
    ]
    rows = [_work_row(entry) for entry in work[:MOST_WORK]]
    return Table("worklist", "denials", columns, rows, 25, max(len(work) - MOST_WORK, 0), cards=True)


def _work_row(entry: Work) -> Row:
    row, count = entry.finding, len(entry.following)
    follow = f"with {count} following line{'s' if count > 1 else ''}" if count else ""
    cells = [
        Cell(text(row["control_number"]), line_name(row)),
        Cell(row["service_date"]),
        Cell(text(row["procedure"]), codes(row)),
        Cell(payer(row)),
        Cell(cause_title(row), sentence(text(row["action"]))),
        Cell(row["verdict"]),
        Cell(entry.denied, follow),
        Cell(entry.recoverable),
    ]
    return Row(cells, evidence(row) + _following(entry.following))


def sentence(words: str) -> str:
    """Words that begin with a capital letter."""
    return words[:1].upper() + words[1:]


def line_name(row: Data) -> str:
    return f"line {row['line_number']}" if row["line_number"] is not None else "whole claim"


def evidence(row: Data) -> list[tuple[str, list[Entry]]]:
    """The finding's evidence by what it says: for, against, context, not checked."""
    headed = dict(WEIGHTS)
    groups: dict[str, list[Entry]] = {heading: [] for _, heading in WEIGHTS}
    groups[NOT_CHECKED] = []
    for item in row["evidence"] or []:
        heading = headed.get(item.get("weight", "context"), NOT_CHECKED)
        what = text(item["what"]).removeprefix(f"{heading.lower()}: ")  # the heading says it already
        groups[heading].append(Entry(what, text(item["value"]), text(item["file"]), item["segment"]))
    if row["trace_number"]:
        groups["Context"].append(Entry("remittance trace number", text(row["trace_number"])))
    why = text(row.get("why"))
    first = [("Why", [Entry(why, "")])] if why else []
    return first + [(heading, entries) for heading, entries in groups.items() if entries]


def _following(rows: Sequence[Data]) -> list[tuple[str, list[Entry]]]:
    entries = [
        Entry(f"{line_name(row)} · {text(row['procedure'])}", f"{money(cents(row['denied']))} {codes(row)}")
        for row in rows
    ]
    return [("Lines that follow from it", entries)] if entries else []


def cause_table(found: Sequence[Cause]) -> Table:
    """Root causes in figures: the same numbers as the bars, to the cent."""
    columns = [
        Column("Root cause"),
        Column("Denials", "number"),
        Column("Lines that follow", "number"),
        Column("Denied", "money"),
        Column("Recoverable", "money"),
        Column("Confirmed", "number"),
        Column("Likely", "number"),
        Column("Stated", "number"),
        Column("Contradicted", "number"),
    ]
    rows = [
        Row(
            [
                Cell(cause.title),
                Cell(cause.count),
                Cell(cause.following_count),
                Cell(cause.total),
                Cell(cause.recoverable),
                *(Cell(cause.verdicts.get(verdict, 0)) for verdict in VERDICTS),
            ]
        )
        for cause in found
    ]
    return Table("causes", "causes", columns, rows, 60)


def silent_table(claims: Sequence[Silent], most: int = MOST_CLAIMS) -> Table:
    """Claims that wait: sent and never answered, or pending at the payer."""
    columns = [
        Column("Claim", "code"),
        Column("Payer", choice="All payers"),
        Column("Service date", "date"),
        Column("Age in days", "number"),
        Column("State", "badge", choice="Both states"),
        Column("Lines", "number"),
        Column("Billed", "money", floor=True),
        Column("Where", "place"),
    ]
    rows = [
        Row(
            [
                Cell(text(claim.line["control_number"]), _frequency(claim.line)),
                Cell(payer(claim.line)),
                Cell(claim.line["service_date"]),
                Cell(claim.age),
                Cell(claim.state),
                Cell(claim.lines),
                Cell(claim.billed),
                Cell(place(claim.line)),
            ]
        )
        for claim in claims[:most]
    ]
    return Table("unanswered", "claims", columns, rows, 25, max(len(claims) - most, 0), cards=True)


def _frequency(line: Data) -> str:
    return {"7": "replacement", "8": "void"}.get(text(line["frequency"]), "")


def payment_table(payments: Sequence[Data], most: int = MOST_PAYMENTS) -> Table:
    """Each 835: what it paid against its claims and provider adjustments."""
    columns = [
        Column("Date", "date"),
        Column("Trace number", "code"),
        Column("Payer", choice="All payers"),
        Column("Method"),
        Column("Claims", "number"),
        Column("Claim paid", "money"),
        Column("Provider adjustments", "money"),
        Column("Paid out", "money"),
        Column("Difference", "money"),
        Column("Status", "badge", choice="Any status"),
    ]
    rows = [_payment_row(payment) for payment in payments[:most]]
    return Table("payments", "payments", columns, rows, 25, max(len(payments) - most, 0), cards=True)


def _payment_row(row: Data) -> Row:
    repeat = row["duplicate_of"]
    status = "repeat" if repeat else "balances" if row["balanced"] else "off"
    cells = [
        Cell(row["date"]),
        Cell(text(row["trace_number"])),
        Cell(payer(row), place(row)),
        Cell(text(row["method"])),
        Cell(row["claims"]),
        Cell(cents(row["claim_paid"])),
        Cell(cents(row["provider_adjustments"])),
        Cell(cents(row["amount"])),
        Cell(cents(row["difference"])),
        Cell(status, f"of {text(repeat)}" if repeat else ""),
    ]
    return Row(cells)


def family_rows(rows: Sequence[FamilyRow]) -> Table:
    """Payer by code of the 78452 family."""
    columns = [
        Column("Payer", choice="All payers"),
        Column("Code", "code", choice="All codes"),
        Column("Role", choice="All roles"),
        Column("Lines", "number"),
        Column("Lines paid", "number"),
        Column("Units", "number"),
        Column("Billed", "money"),
        Column("Paid", "money"),
        Column("Packaged", "money"),
        Column("Bundled by contract", "money"),
        Column("Denied otherwise", "money"),
        Column("Paid per unit", "money"),
    ]
    table = [
        Row(
            [
                Cell(row.payer),
                Cell(row.code),
                Cell(row.role),
                Cell(row.lines),
                Cell(row.paid_lines),
                Cell(int(row.units) if row.units == int(row.units) else str(row.units)),
                *(Cell(v) for v in (row.billed, row.paid, row.packaged, row.bundled, row.denied)),
                Cell(row.paid_per_unit),
            ]
        )
        for row in rows
    ]
    return Table("family", "rows", columns, table, 60)


def fault_table(found: Sequence[Fault]) -> Table:
    """What was wrong with the files, by rule."""
    columns = [
        Column("Level", "badge", choice="All levels"),
        Column("What was found, and what to do"),
        Column("Times", "number"),
        Column("Files", "number"),
        Column("First places", "place"),
    ]
    rows = [
        Row(
            [
                Cell(fault.level),
                Cell(text(fault.first["message"]) or fault.rule, text(fault.first["action"])),
                Cell(fault.count),
                Cell(len(fault.files)),
                Cell(place(fault.places[0]), _places(fault)),
            ],
        )
        for fault in found
    ]
    return Table("faults", "kinds of fault", columns, rows, 60, cards=True)


def _places(fault: Fault) -> str:
    return ", ".join(found for row in fault.places[1:] if (found := place(row)))
