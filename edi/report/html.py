"""The page: one self-contained HTML file. In: the report's data. Out: its bytes; the same data gives the same bytes.

Nothing is fetched: styles, script and rows are inside, and the page's own policy forbids the browser to load anything
or to run any script but ours (named by its hash), so that text from a file stays text.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from lxml import etree

from edi.report import cause_sections, layout, list_sections, listtables, queuetables, sections, worktables
from edi.report.data import ReportData
from edi.report.figures import Totals, faults, months
from edi.report.markup import Element, raw, tag
from edi.report.survey import Survey
from edi.report.tables import Table, page_data
from edi.report.words import NOTICES

ASSETS = Path(__file__).parent / "assets"
TITLE = "Why lines were not paid"


def page(data: ReportData, seen: Survey | None = None) -> bytes:
    """The whole page. `seen`: the survey of the data, where it has been made."""
    style, script = asset("report.css"), asset("report.js")
    body, tables = _body(data, seen or Survey(data))
    head = tag(
        "head",
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(script)}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "robots", "content": "noindex"}),
        tag("title", TITLE),
        raw("style", style),
    )
    rows = raw("script", page_data(tables), {"type": "application/json", "id": "rows"})
    document = tag("html", {"lang": "en"}, head, tag("body", body, rows, raw("script", script)))
    written: bytes = etree.tostring(document, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
    return written + b"\n"


def asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    loads = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return f"{loads}; base-uri 'none'; form-action 'none'"


def _body(data: ReportData, seen: Survey) -> tuple[list[Element], list[Table]]:
    """The page's elements, and the tables whose rows the script needs."""
    whole, found = seen.totals, seen.causes
    off = sum(not payment["balanced"] and not payment["duplicate_of"] for payment in data.payments)
    tables = {table.name: table for table in _tables(data, seen)}
    parts: list[Element | None] = [_notice(data, whole)]
    if data.lines:
        parts += [
            sections.overview(data, whole, seen.work, off),
            sections.money_flow(whole, found),
            cause_sections.cause_section(found, whole, tables["causes"]),
            cause_sections.heat_section(found, data.causes),
            cause_sections.month_section(months(data.months)),
            list_sections.question_section(tables["changes"]),
            cause_sections.family_section(tables["family"]),
        ]
    parts += [
        sections.worklist_section(tables["worklist"], whole.lines, len(data.payments)),
        list_sections.question_section(tables["levels"]),
        list_sections.question_section(tables["authorizations"]),
        list_sections.overturned_section(tables["overturned"], data),
        list_sections.underpaid_section(tables["underpaid"], data),
        list_sections.question_section(tables["missed"]),
        list_sections.waiting_section(tables["unanswered"], data, whole.lines - whole.unmatched_lines),
        list_sections.unmatched_section(tables["unmatched"]),
        sections.payment_section(tables["payments"], data.payments),
        list_sections.adjustment_section(tables["adjustments"]),
        sections.file_section(tables["faults"], data.files),
        list_sections.figures_section(data),
    ]
    main = tag("main", {"id": "content"}, parts)
    skip = tag("a", {"class": "skip", "href": "#content"}, "Skip to the figures")
    return [skip, _top(data, whole), _navigation(main), main, _foot(data)], [
        table for table in tables.values() if table.rows
    ]


def _tables(data: ReportData, seen: Survey) -> list[Table]:
    return [
        worktables.worklist_table(data, seen),
        worktables.cause_table(seen.causes, data.causes),
        worktables.family_rows(seen.family, data.database),
        worktables.payment_table(data),
        worktables.fault_table(faults(data.diagnostics)),
        listtables.level_table(data, seen),
        listtables.authorization_table(data, seen),
        queuetables.overturned_table(data, seen.titles),
        queuetables.underpaid_table(data),
        queuetables.missed_table(data),
        queuetables.waiting_table(data),
        queuetables.unmatched_table(data),
        queuetables.adjustment_table(data),
        listtables.change_table(data.changes, seen.titles),
    ]


def _top(data: ReportData, whole: Totals) -> Element:
    span = f"Service dates {whole.first_date} to {whole.last_date}" if whole.first_date else "No dates of service"
    facts = [span, f"{len(data.payments):,} remittances", f"data up to {data.today}" if data.today else ""]
    made = f"made {data.generated.replace('T', ' ')[:16]}" if data.generated else ""
    return tag(
        "header", {"class": "top"}, tag("h1", TITLE), tag("p", " · ".join(fact for fact in [*facts, made] if fact))
    )


def _navigation(main: Element) -> Element:
    links = [
        tag("li", tag("a", {"href": f"#{part.get('id')}"}, part.get("data-short"))) for part in main if part.get("id")
    ]
    return tag("nav", {"aria-label": "Sections"}, tag("ul", links))


def _notice(data: ReportData, whole: Totals) -> Element | None:
    """What is missing when only one side, or nothing, was loaded."""
    if not data.lines and not data.payments:
        return layout.empty(
            "Nothing to report yet.",
            "No claims and no remittances are loaded. Give `edi run` a folder that holds your 837 and 835 files.",
        )
    if whole.lines and whole.unmatched_lines == whole.lines:
        return layout.empty(
            "Only remittances are loaded.",
            "Without the 837 claims a denial's reason can only be stated as the payer gives it: load the claim files "
            "for evidence, and for the list of claims without an answer.",
        )
    if whole.lines and not data.payments:
        return layout.empty(
            "Only claims are loaded.",
            "No remittance (835) has been read, so every line waits for an answer. Load the payers' 835 files.",
        )
    if whole.unmatched_lines:
        return tag(
            "p",
            {"class": "notice"},
            f"{layout.plural(whole.unmatched_lines, 'remittance line')} found no claim; their figures are counted as "
            "the remittance gives them.",
        )
    return None


def _foot(data: ReportData) -> Element:
    made = f"edi-rootcause {data.version}".strip()
    return tag(
        "footer",
        [tag("p", words) for words in NOTICES],
        tag("p", made, f" · {data.generated}" if data.generated else ""),
    )
