"""The page: one self-contained HTML file. In: the report's data. Out: its bytes; the same data gives the same bytes.

Nothing is fetched: styles, script and rows are inside, and the page's own policy forbids the browser to load anything
or to run any script but ours (named by its hash), so that text from a file stays text.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from lxml import etree

from edi.report import cause_sections, layout, sections, worktables
from edi.report.data import ReportData
from edi.report.family import family_table
from edi.report.figures import Totals, by_attention, causes, faults, months, newest_date, totals, unanswered, worklist
from edi.report.markup import Element, raw, tag
from edi.report.tables import Table, page_data
from edi.report.words import NOTICES

ASSETS = Path(__file__).parent / "assets"
TITLE = "Why lines were not paid"


def page(data: ReportData) -> bytes:
    """The whole page."""
    style, script = asset("report.css"), asset("report.js")
    body, tables = _body(data)
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


def _body(data: ReportData) -> tuple[list[Element], list[Table]]:
    """The page's elements, and the tables whose rows the script needs."""
    whole, work = totals(data.lines), worklist(data.findings)
    found, newest = causes(work), newest_date(data.lines, data.payments)
    silent = unanswered(data.lines, newest)
    off = sum(not payment["balanced"] and not payment["duplicate_of"] for payment in data.payments)
    work_table = worktables.worklist_table(work)
    cause_table = worktables.cause_table(found)
    family = worktables.family_rows(family_table(data.lines, data.roles()))
    silent_table = worktables.silent_table(silent)
    payment_table = worktables.payment_table(by_attention(data.payments))
    fault_table = worktables.fault_table(faults(data.diagnostics))
    parts: list[Element | None] = [_notice(data, whole)]
    if data.lines:
        parts += [
            sections.overview(whole, work, off, data.summary),
            sections.money_flow(whole, found),
            cause_sections.cause_section(found, whole, cause_table),
            cause_sections.family_section(family),
            cause_sections.heat_section(found),
            cause_sections.month_section(months(data.lines)),
        ]
    parts += [
        sections.worklist_section(work_table, whole.lines, len(data.payments)),
        sections.silent_section(silent_table, silent, whole.lines - whole.unmatched_lines, newest),
        sections.payment_section(payment_table, data.payments),
        sections.file_section(fault_table, data.files),
    ]
    main = tag("main", parts)
    tables = [
        table for table in (work_table, cause_table, family, silent_table, payment_table, fault_table) if table.rows
    ]
    return [_top(data, newest), _navigation(main), main, _foot(data)], tables


def _top(data: ReportData, newest: str) -> Element:
    dates = sorted(line["service_date"] for line in data.lines if line["service_date"])
    span = f"Service dates {dates[0]} to {dates[-1]}" if dates else "No dates of service"
    facts = [span, f"{len(data.payments):,} remittances", f"data up to {newest}" if newest else ""]
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
