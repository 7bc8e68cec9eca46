"""worklist.xlsx: the open denials for an office to work through, and the figures beside them.

In: the report's data. Out: the workbook's bytes; the same data gives the same bytes. Dates and amounts are real dates
and numbers; every other cell is plain text, never a formula or a link.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

import xlsxwriter

from edi.report import listtables, queuetables, worktables
from edi.report.csvfiles import LINE_KEYS, evidence_text, links_text
from edi.report.data import ReportData, Row, cause_title, cents, codes, money, payer, text
from edi.report.sheets import Field, Sheets
from edi.report.survey import Survey
from edi.report.tables import Table
from edi.report.words import BUCKET_LABELS, BUCKET_NOTES, CAUTION, CPT_NOTICE, PHI_NOTICE, SHEETS, VERDICTS

MOST_LINES = 50_000  # rows of a sheet: more take longer to open than they are worth; the CSV files have them all
PLAIN = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
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


def workbook(data: ReportData, seen: Survey) -> bytes:
    """The whole workbook. `seen`: the survey of the data. Rows wait in a private temporary folder, not in memory."""
    held = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        xlsxwriter.Workbook(held, {"constant_memory": True, "tmpdir": folder, **PLAIN}) as book,
    ):
        book.set_properties({"title": "Denial worklist", "created": _moment(data.generated)})
        _fill(Sheets(book), data, seen)
    return held.getvalue()


def _fill(sheets: Sheets, data: ReportData, seen: Survey) -> None:
    denials = sum(len(entry.denials) for entry in seen.work)
    sheet = sheets.add("Worklist", WORK_FIELDS, islice(_work_rows(data, seen), MOST_LINES))
    last = max(min(denials, MOST_LINES), 1)
    sheets.mark_dates(sheet, APPEAL_BY, last)
    sheet.data_validation(1, STATUS, last, STATUS, {"validate": "list", "source": STATUSES, "error_type": "warning"})
    sheet.print_area(0, 0, last, NOTES)  # what lies behind is for the screen
    sheets.fill(sheets.place("How to read"), _how_to_read())
    summary = sheets.place("Summary")
    cut = {"Worklist": max(denials - MOST_LINES, 0)}
    for name, table in _tables(data, seen):
        sheets.add_table(name, table)
        cut[name] = table.left_out
    sheets.fill(summary, [*_summary(data, seen), *_cut(cut)])
    fields = [Field(key.replace("_", " "), LINE_KINDS.get(key, "text")) for key in LINE_KEYS]
    sheets.add("Lines", fields, (_line_row(line) for line in islice(data.lines, MOST_LINES)))


def _moment(generated: str) -> datetime:
    try:
        return datetime.fromisoformat(generated).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # any fixed moment: the clock would make equal data give unequal files


def _tables(data: ReportData, seen: Survey) -> Iterator[tuple[str, Table]]:
    """A sheet for each question, its rows in the order of the page; one at a time, since each may be long."""
    most = MOST_LINES
    yield "Causes", worktables.cause_table(seen.causes, data.causes)
    yield "Cause by payer", listtables.cause_payer_table(seen.causes, data.causes)
    yield "Tracers", worktables.family_rows(seen.family)
    yield "78452 or 78451", listtables.level_table(data, seen, most, details=False)
    yield "Authorizations", listtables.authorization_table(data, seen, most, details=False)
    yield "Won back", queuetables.overturned_table(data, seen.titles, most)
    yield "Underpaid", queuetables.underpaid_table(data, most)
    yield "Missed charges", queuetables.missed_table(data, most)
    yield "Payer changes", listtables.change_table(data.changes, seen.titles)
    yield "No response", queuetables.waiting_table(data, most)
    yield "No claim", queuetables.unmatched_table(data, most)
    yield "Payments", worktables.payment_table(data, most)
    yield "Adjustments", queuetables.adjustment_table(data, most)


def _work_rows(data: ReportData, seen: Survey) -> Iterator[list[object]]:
    """Each denial, and below it those that follow from it."""
    for entry in seen.work:
        root = data.findings[entry.finding.place]
        follows = f"{text(root['control_number'])} {worktables.line_name(root)}"
        for denial in entry.denials:
            row = root if denial is entry.finding else data.findings[denial.place]
            due = seen.dues.get(denial.id)
            yield [
                text(row["control_number"]), row["line_number"], row["service_date"], text(row["procedure"]),
                payer(row), cause_title(row), text(row["verdict"]), cents(row["denied"]), _known(row["recoverable"]),
                due.day if due else None, worktables.sentence(text(row["action"])), None, None, None,
                None if row is root else follows, codes(row), text(row["trace_number"]), evidence_text(row),
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


def _summary(data: ReportData, seen: Survey) -> list[tuple[str, str, object, str]]:
    """The page's headline and every figure of the metrics as label, kind, value and note."""
    whole = seen.totals
    cut = f"the sheet Lines holds the first {MOST_LINES:,}; lines.csv has them all" if whole.lines > MOST_LINES else ""
    return [
        ("Billed", "money", whole.billed, ""),
        *((words, "money", whole.parts[key], BUCKET_NOTES.get(key, "")) for key, words in BUCKET_LABELS.items()),
        ("Lines", "number", whole.lines, cut),
        ("Denied lines", "number", whole.denied_lines, ""),
        ("Denials to work", "number", len(seen.work), "lines that only follow from another are not counted"),
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
