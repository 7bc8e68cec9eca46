"""The sections that answer one question each, and the figures with the commands that list their lines."""

from __future__ import annotations

from collections.abc import Sequence

from edi.report.data import ReportData, Row, money, text
from edi.report.drilling import drill
from edi.report.layout import folded, plural, section
from edi.report.markup import Element, tag
from edi.report.queuetables import total
from edi.report.tables import Table, plain

LEADS = {
    "levels": (
        "78452 or 78451",
        "Scans that a payer read as one study, or that our own record does not bear out as several. The evidence - "
        "doses, tracers, dates, the two-day protocol - is consistent with a reading, never proof: the chart decides.",
    ),
    "authorizations": (
        "Authorizations and referrals",
        "None sent, not accepted, for another code or provider, used up or refused. What the office's own list says "
        "counts where one is loaded (edi reference load DB authorizations FILE).",
    ),
    "missed": (
        "Charges that may have been missed",
        "A scan in the office without its tracer, a stress agent without a stress test, two doses beside a code for "
        "one study - on claims already sent. edi audit finds the same before they go out.",
    ),
    "changes": (
        "Payers that changed",
        "Rates that stepped after a day by more than chance explains. What is billed may have changed as well: read "
        "the paid rates of the codes beside the denials.",
    ),
}


def question_section(table: Table) -> Element | None:
    """A section of `LEADS`, left out where there is nothing to list."""
    title, lead = LEADS[table.name]
    return section(table.name, title, plain(table), lead=lead) if table.rows else None


def overturned_section(table: Table, data: ReportData) -> Element | None:
    """What was won back, with the rates of the metrics."""
    if not table.rows:
        return None
    names = (
        "overturn-rate-lines",
        "overturn-rate-dollars",
        "recovered",
        "days-to-overturn-median",
        "appeal-overturn-rate",
    )
    lead = "Lines that the first answer denied and a later one paid. The rates count lines that were decided again."
    return section("overturned", "Won back", figure_tiles(data, names), plain(table), lead=lead)


def underpaid_section(table: Table, data: ReportData) -> Element | None:
    """Lines allowed less than expected; nothing where nothing could be compared."""
    if not table.rows:
        return None
    lead = (
        f"{total(data.underpaid, 'short')} was allowed less than expected, by the fee table where one is loaded (edi "
        "reference load DB fees FILE), else by what the payer itself usually allows for the code, modifiers and place."
    )
    return section("underpaid", "Paid less than expected", plain(table), lead=lead)


def waiting_section(table: Table, data: ReportData, our_lines: int) -> Element | None:
    """Claims without a final answer, with their ages; the amounts are the metrics' own."""
    title = "Claims without an answer"
    if not table.rows:
        if not our_lines:
            return None
        words = tag("p", {"class": "notice"}, "Nothing is waiting: every claim line has a final answer.")
        return section("unanswered", title, words)
    ages = {"0-30": "0 to 30 days", "31-60": "31 to 60 days", "61-90": "61 to 90 days", "91-120": "91 to 120 days"}
    ages["over-120"] = "over 120 days"
    tiles = []
    for key, name in ages.items():
        row = data.figure(f"unanswered-{key}")
        if row is not None:
            tiles.append(_tile(name, _value(row), plural(row["lines"], "line")))
    lead = (
        f"{total(data.waiting, 'billed')} on {plural(len(data.waiting), 'claim')}. Age runs from the day a claim was "
        f"sent to {data.today}, the newest date in the data; a service that was sent twice counts once."
    )
    return section("unanswered", title, tag("dl", {"class": "tiles ages"}, tiles), plain(table), lead=lead)


def unmatched_section(table: Table) -> Element | None:
    """Remittances without a claim."""
    if not table.rows:
        return None
    lead = (
        "Answers to claims that are not here, or that could not be told from others. They count as the remittance "
        "gives them. edi match settles one by hand."
    )
    return section("unmatched", "Remittances without a claim", plain(table), lead=lead)


def adjustment_section(table: Table) -> Element | None:
    """Provider adjustments in words."""
    if not table.rows:
        return None
    lead = (
        "What payers added to or kept back from whole payments (PLB): takebacks, interest, balances carried forward. "
        "They stand beside the claims and never change a line's figures. An amount below zero was kept back."
    )
    return section("adjustments", "Provider adjustments", plain(table), lead=lead)


def figure_tiles(data: ReportData, names: Sequence[str]) -> Element | None:
    """Some figures of the metrics as tiles; None where none of them says anything."""
    rows = [row for name in names if (row := data.figure(name)) is not None and row["value"] is not None]
    tiles = [_tile(text(row["title"]), _value(row), _of(row)) for row in rows]
    return tag("dl", {"class": "tiles ages"}, tiles) if tiles else None


def _tile(name: str, value: str, sub: str) -> Element:
    return tag("div", tag("dt", name), tag("dd", value), tag("dd", {"class": "sub"}, sub) if sub else None)


def _value(row: Row) -> str:
    """A figure's value as people read it; a dash where there was nothing to divide."""
    value = row["value"]
    if value is None:
        return "–"
    if row["unit"] == "dollars":
        return money(round(float(value) * 100))
    if row["unit"] == "rate":
        return f"{float(value):.1%}"
    return f"{text(value)} days" if row["unit"] == "days" else f"{int(value):,}"


def _of(row: Row) -> str:
    """What a rate divides by what."""
    if row["unit"] != "rate":
        return ""
    if isinstance(row["numerator"], str):
        return f"{_dollars(row['numerator'])} of {_dollars(row['denominator'])}"
    return f"{row['numerator']:,} of {row['denominator']:,}" + (", too few to say much" if row["small"] else "")


def _dollars(value: object) -> str:
    return money(round(float(text(value) or 0) * 100))


def figures_section(data: ReportData) -> Element | None:
    """Every figure of the metrics, with the command that lists its lines."""
    if not data.figures:
        return None
    head = tag("tr", *(tag("th", {"scope": "col", "class": style}, name) for name, style in _HEADS))
    body = [
        tag(
            "tr",
            tag("th", {"scope": "row"}, text(row["title"]), tag("span", {"class": "sub"}, text(row["figure"]))),
            tag("td", {"class": "k-number"}, _value(row)),
            tag("td", {"class": "k-number"}, _of(row)),
            tag("td", {"class": "k-number"}, f"{row['lines']:,}"),
            tag("td", tag("code", drill(data.database, row))),
        )
        for row in data.figures
    ]
    caption = tag("caption", "Figures of edi metrics with their lines")
    table = tag("table", {"class": "traces"}, caption, tag("thead", head), tag("tbody", body))
    lead = "As edi metrics prints them: a service that was billed several times counts once. Formulas: docs/metrics.md."
    shown = folded(f"{len(data.figures)} figures", tag("div", {"class": "scroll"}, table))
    return section("figures", "Each figure and its lines", shown, lead=lead)


_HEADS = (("Figure", "k-text"), ("Value", "k-number"), ("Of", "k-number"), ("Lines", "k-number"), ("Command", "k-text"))
