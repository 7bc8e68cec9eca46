"""worklist.xlsx: the open denials for an office to work through, and the figures beside them.

In: the report's data. Out: the workbook's bytes; the same data gives the same bytes. Dates and amounts are real dates
and numbers; every other cell is plain text, never a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

import xlsxwriter

from edi.report import listtables, queuetables, worktables
from edi.report.csvfiles import LINE_KEYS, evidence_text, links_text
from edi.report.data import ReportData, Row, cents, codes, money, text
from edi.report.family import family_table
from edi.report.figures import (
    Work,
    by_attention,
    cause_title,
    causes,
    payer,
    totals,
    worklist,
)
from edi.report.sheets import Field, Sheets
from edi.report.tables import Table
from edi.report.words import BUCKET_LABELS, BUCKET_NOTES, CAUTION, CPT_NOTICE, PHI_NOTICE, SHEETS, VERDICTS

MOST_LINES = 50_000  # rows of a sheet: more take longer to open than they are worth; the CSV files have them all
STATUSES = ["To do", "Working", "Corrected claim sent", "Appealed", "Waiting for payer", "Written off", "Done"]
LINE_MONEY = ("charge", "allowed", "paid", "patient", "contractual", "denied", "packaged", "other", "balance")
LINE_KINDS = {
    **dict.fromkeys(LINE_MONEY, "money"),
    **dict.fromkeys(("line_number", "units", "segment"), "number"),
    **dict.fromkeys(("payer", "file", "links"), "wide"),
    "service_date": "date",
}
WORK_FIELDS = (
    Field("Claim"), Field("Line", "number"), Field("Service date", "date"), Field("Code"), Field("Payer", "wide"),
    Field("Cause", "wrap"), Field("Verdict"), Field("Denied", "money"), Field("Recoverable", "money"),
    Field("Appeal by", "date"), Field("Next step", "wrap"), Field("Status"), Field("Owner"), Field("Notes", "wide"),
    Field("Follows from", "wide"), Field("Payer's codes"), Field("Remittance"), Field("Evidence", "long"),
)  # fmt: skip
APPEAL_BY, STATUS, NOTES = 9, 11, 13  # the last day to appeal; columns that the office fills, from Status to Notes


def workbook(data: ReportData) -> bytes:
    """The whole workbook."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": "Denial worklist", "created": _moment(data.generated)})
        sheets = Sheets(book)
        work = worklist(data.findings, data.deadlines)
        denials = sum(len(entry.rows) for entry in work)
        sheet = sheets.add("Worklist", WORK_FIELDS, islice(_work_rows(work, data.deadlines), MOST_LINES))
        last = max(min(denials, MOST_LINES), 1)
        sheets.mark_dates(sheet, APPEAL_BY, last)
        sheet.data_validation(
            1, STATUS, last, STATUS, {"validate": "list", "source": STATUSES, "error_type": "warning"}
        )
        sheet.print_area(0, 0, last, NOTES)  # what lies behind is for the screen
        sheets.add_list("How to read", _how_to_read())
        tables = _tables(data, work)
        cut = {"Worklist": max(denials - MOST_LINES, 0), **{name: table.left_out for name, table in tables.items()}}
        sheets.add_list("Summary", [*_summary(data, len(work)), *_cut(cut)])
        for name, table in tables.items():
            sheets.add_table(name, table)
        fields = [Field(key.replace("_", " "), LINE_KINDS.get(key, "text")) for key in LINE_KEYS]
        sheets.add("Lines", fields, (_line_row(line) for line in islice(data.lines, MOST_LINES)))
    return held.getvalue()


def _moment(generated: str) -> datetime:
    try:
        return datetime.fromisoformat(generated).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # any fixed moment: the clock would make equal data give unequal files


def _tables(data: ReportData, work: list[Work]) -> dict[str, Table]:
    """A sheet for each question, its rows in the order of the page."""
    titles, roles = {text(row["cause"]): cause_title(row) for row in data.findings}, data.roles()
    levels = listtables.level_findings(data.findings, {code for code, role in roles.items() if role == "scan"})
    authorizations = listtables.authorization_findings(data.findings)
    return {
        "Causes": worktables.cause_table(causes(work), data.causes),
        "Cause by payer": listtables.cause_payer_table(causes(work), data.causes),
        "Tracers": worktables.family_rows(family_table(data.lines, roles)),
        "78452 or 78451": listtables.finding_table("levels", levels, data.deadlines, MOST_LINES),
        "Authorizations": listtables.finding_table("authorizations", authorizations, data.deadlines, MOST_LINES),
        "Won back": queuetables.overturned_table(data, titles, MOST_LINES),
        "Underpaid": queuetables.underpaid_table(data, MOST_LINES),
        "Missed charges": queuetables.missed_table(data, MOST_LINES),
        "Payer changes": listtables.change_table(data.changes, titles),
        "No response": queuetables.waiting_table(data, MOST_LINES),
        "No claim": queuetables.unmatched_table(data, MOST_LINES),
        "Payments": worktables.payment_table(by_attention(data.payments), most=MOST_LINES),
        "Adjustments": queuetables.adjustment_table(data, MOST_LINES),
    }


def _work_rows(work: Iterable[Work], deadlines: Iterable[Row]) -> Iterator[list[object]]:
    """Each denial, and below it those that follow from it."""
    days = {row["finding"]: row["deadline"] for row in deadlines}
    for entry in work:
        for row in entry.rows:
            follows = f"{text(entry.finding['control_number'])} {worktables.line_name(entry.finding)}"
            yield [
                text(row["control_number"]), row["line_number"], row["service_date"], text(row["procedure"]),
                payer(row), cause_title(row), text(row["verdict"]), cents(row["denied"]), _known(row["recoverable"]),
                days.get(row["id"]), worktables.sentence(text(row["action"])), None, None, None,
                None if row is entry.finding else follows, codes(row), text(row["trace_number"]), evidence_text(row),
            ]  # fmt: skip


def _line_row(line: Row) -> list[object]:
    shown = {key: _known(line[key]) if key in LINE_MONEY else line.get(key) for key in LINE_KEYS}
    return list((shown | {"modifiers": " ".join(line["modifiers"] or []), "links": links_text(line)}).values())


def _known(amount: str | None) -> int | None:
    """Money text as cents; what is not known stays unknown."""
    return None if amount is None else cents(amount)


def _how_to_read() -> list[tuple[str, str, object, str]]:
    """What each sheet answers, what the columns and verdicts mean, and what to be careful with."""
    return [
        *((sheet, "text", "sheet", words) for sheet, words in SHEETS.items()),
        *((BUCKET_LABELS[key], "text", "money", words) for key, words in BUCKET_NOTES.items()),
        *((verdict, "text", "verdict", words) for verdict, words in VERDICTS),
        ("Caution", "text", "", CAUTION),
        ("Notice", "text", "", PHI_NOTICE),
        ("", "text", "", CPT_NOTICE),
    ]


def _summary(data: ReportData, work: int) -> list[tuple[str, str, object, str]]:
    """The page's headline and every figure of the metrics as label, kind, value and note."""
    whole = totals(data.lines)
    cut = f"the sheet Lines holds the first {MOST_LINES:,}; lines.csv has them all" if whole.lines > MOST_LINES else ""
    return [
        ("Billed", "money", whole.billed, ""),
        *((words, "money", whole.parts[key], BUCKET_NOTES.get(key, "")) for key, words in BUCKET_LABELS.items()),
        ("Lines", "number", whole.lines, cut),
        ("Denied lines", "number", whole.denied_lines, ""),
        ("Denials to work", "number", work, "lines that only follow from another are not counted"),
        ("Payments", "number", len(data.payments), ""),
        *(_figure(row) for row in data.figures),
        ("Newest date in the data", "date", data.today, ""),
        ("Made", "text", data.generated, f"edi-rootcause {data.version}".strip()),
        *((key, "text", value, "") for key, value in data.summary.items()),
    ]


def _cut(left_out: Mapping[str, int]) -> Iterator[tuple[str, str, object, str]]:
    """How many rows a sheet leaves out, where it does."""
    for sheet, rows in left_out.items():
        if rows:
            words = f"the sheet {sheet} holds the first {MOST_LINES:,}; the CSV files and the commands have them all"
            yield f"Rows left out of {sheet}", "number", rows, words


def _figure(row: Row) -> tuple[str, str, object, str]:
    """A figure of the metrics; its note says by which name edi metrics tells it."""
    kind, value = {"dollars": "money", "rate": "share"}.get(row["unit"], "number"), row["value"]
    shown = None if value is None else cents(value) if kind == "money" else float(value)
    among = ""
    if kind == "share":
        top, below = (
            money(cents(n)) if isinstance(n, str) else f"{n:,}" for n in (row["numerator"], row["denominator"])
        )
        among = f"{top} of {below}; "
    elif row["unit"] == "days":
        among = "days; "
    return text(row["title"]), kind, shown, f"{among}edi metrics, {row['figure']}"
