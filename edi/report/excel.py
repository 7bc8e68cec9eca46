"""worklist.xlsx: the open denials for an office to work through, and the figures beside them.

In: the report's data. Out: the workbook's bytes; the same data gives the same bytes. Dates and amounts are real dates
and numbers; every other cell is plain text, never a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime

import xlsxwriter

from edi.report import worktables
from edi.report.csvfiles import LINE_KEYS, evidence_text, links_text
from edi.report.data import ReportData, Row, cents, codes, text
from edi.report.family import family_table
from edi.report.figures import (
    Work,
    by_attention,
    cause_title,
    causes,
    newest_date,
    payer,
    totals,
    unanswered,
    worklist,
)
from edi.report.sheets import MOST_ROWS, Field, Sheets
from edi.report.words import BUCKET_LABELS, CPT_NOTICE, PHI_NOTICE, VERDICTS

MOST_LINES = 50_000  # more would take longer to open than they are worth; lines.csv has them all
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
    Field("Next step", "wrap"), Field("Status"), Field("Owner"), Field("Notes", "wide"), Field("Follows from", "wide"),
    Field("Payer's codes"), Field("Remittance"), Field("Evidence", "long"),
)  # fmt: skip
STATUS, NOTES = 10, 12  # columns that the office fills, from Status to Notes


def workbook(data: ReportData) -> bytes:
    """The whole workbook."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": "Denial worklist", "created": _moment(data.generated)})
        sheets = Sheets(book)
        work, newest = worklist(data.findings), newest_date(data.lines, data.payments)
        sheet = sheets.add("Worklist", WORK_FIELDS, _work_rows(work))
        last = max(sum(len(entry.rows) for entry in work), 1)
        sheet.data_validation(
            1, STATUS, last, STATUS, {"validate": "list", "source": STATUSES, "error_type": "warning"}
        )
        sheet.print_area(0, 0, last, NOTES)  # what lies behind is for the screen
        sheets.add_list("Summary", _summary(data, len(work), newest))
        sheets.add_table("Causes", worktables.cause_table(causes(work)))
        sheets.add_table("Tracers", worktables.family_rows(family_table(data.lines, data.roles())))
        sheets.add_table("Payments", worktables.payment_table(by_attention(data.payments), most=MOST_ROWS))
        sheets.add_table("No response", worktables.silent_table(unanswered(data.lines, newest), most=MOST_ROWS))
        fields = [Field(key.replace("_", " "), LINE_KINDS.get(key, "text")) for key in LINE_KEYS]
        sheets.add("Lines", fields, (_line_row(line) for line in data.lines[:MOST_LINES]))
    return held.getvalue()


def _moment(generated: str) -> datetime:
    try:
        return datetime.fromisoformat(generated).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # any fixed moment: the clock would make equal data give unequal files


def _work_rows(work: Iterable[Work]) -> Iterator[list[object]]:
    """Each denial, and below it those that follow from it."""
    for entry in work:
        for row in entry.rows:
            follows = f"{text(entry.finding['control_number'])} {worktables.line_name(entry.finding)}"
            yield [
                text(row["control_number"]), row["line_number"], row["service_date"], text(row["procedure"]),
                payer(row), cause_title(row), text(row["verdict"]), cents(row["denied"]), _known(row["recoverable"]),
                worktables.sentence(text(row["action"])), None, None, None, None if row is entry.finding else follows,
                codes(row), text(row["trace_number"]), evidence_text(row),
            ]  # fmt: skip


def _line_row(line: Row) -> list[object]:
    shown = {key: _known(line[key]) if key in LINE_MONEY else line.get(key) for key in LINE_KEYS}
    return list((shown | {"modifiers": " ".join(line["modifiers"] or []), "links": links_text(line)}).values())


def _known(amount: str | None) -> int | None:
    """Money text as cents; what is not known stays unknown."""
    return None if amount is None else cents(amount)


def _summary(data: ReportData, work: int, newest: str) -> list[tuple[str, str, object, str]]:
    """The page's headline as label, kind, value and note."""
    whole = totals(data.lines)
    cut = f"the sheet Lines holds the first {MOST_LINES:,}; lines.csv has them all" if whole.lines > MOST_LINES else ""
    return [
        ("Billed", "money", whole.billed, ""),
        *((words, "money", whole.parts[key], "") for key, words in BUCKET_LABELS.items()),
        ("Lines", "number", whole.lines, cut),
        ("Denied lines", "number", whole.denied_lines, ""),
        (
            "Denied by the first answer, lines",
            "number",
            whole.first_denied_lines,
            f"of {whole.answered_lines:,} answered",
        ),
        ("Denied by the first answer, dollars", "money", whole.first_denied, ""),
        ("Denials to work", "number", work, "lines that only follow from another are not counted"),
        ("Payments", "number", len(data.payments), ""),
        *((f"Verdict: {verdict}", "text", "", words) for verdict, words in VERDICTS),
        ("Newest date in the data", "date", newest, ""),
        ("Made", "text", data.generated, f"edi-rootcause {data.version}".strip()),
        *((key, "text", value, "") for key, value in data.summary.items()),
        ("Notice", "text", "", PHI_NOTICE),
        ("", "text", "", CPT_NOTICE),
    ]
