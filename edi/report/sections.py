"""The sections of the page, in reading order. In: figures of `figures` and tables of `worktables`. Out: <section>s."""

from __future__ import annotations

from collections.abc import Sequence

from edi.report.cause_sections import cause_parts
from edi.report.charts import Part, figure, flow, share_bar
from edi.report.data import ReportData, Row, cents, money, share, text
from edi.report.figures import Cause, Totals
from edi.report.layout import empty, folded, plural, section
from edi.report.list_sections import figure_tiles
from edi.report.markup import Element, tag
from edi.report.tables import Table, plain
from edi.report.words import BUCKET_LABELS, BUCKET_NOTES, VERDICTS
from edi.report.work import Work

FLOW_CAUSES, MOST_FILES = 7, 500


def bucket_parts(totals: Totals) -> list[Part]:
    return [Part(words, totals.parts[key], f"c-{key}") for key, words in BUCKET_LABELS.items()]


RATES = (
    "initial-denial-rate-lines", "initial-denial-rate-dollars", "first-pass-resolution", "overturn-rate-lines",
    "days-to-pay-median",
)  # fmt: skip


def overview(data: ReportData, totals: Totals, work: Sequence[Work], off: int) -> Element:
    """The headline: one sentence, one bar, the figures that make it up, what to work, the rates."""
    parts, recoverable = totals.parts, sum(entry.recoverable or 0 for entry in work)
    sentence = tag(
        "p",
        {"class": "sentence"},
        "Of ",
        tag("b", money(totals.billed)),
        f" billed on {plural(totals.lines, 'line')}, payers paid ",
        tag("b", money(parts["paid"])),
        f" ({share(parts['paid'], totals.billed)}). ",
        _standing(parts["denied"], totals.denied_lines, recoverable),
        f" {money(parts['waiting'])} has no final answer yet." if parts["waiting"] else None,
    )
    again = data.figure("repeated-denials")
    if again and cents(again["value"]):
        once = {name: money(cents((data.figure(name) or again)["value"])) for name in ("denied-charge", "recoverable")}
        note = (
            f"{money(cents(again['value']))} of what is denied is the same service denied again; counted once, as edi "
            f"metrics does, {once['denied-charge']} is denied and {once['recoverable']} recoverable."
        )
        sentence = tag("div", sentence, tag("p", {"class": "lead"}, note))
    keys = [key for key in BUCKET_LABELS if parts[key] or key in ("paid", "denied", "patient", "contractual")]
    tiles = [_tile(key, parts[key], totals.billed) for key in keys]
    return section(
        "overview",
        "At a glance",
        sentence,
        share_bar(bucket_parts(totals)),
        tag("dl", {"class": "tiles"}, tiles),
        tag("dl", {"class": "rates"}, _to_do(data, work, off), [_rate(k, v, "") for k, v in data.summary.items()]),
        figure_tiles(data, RATES),
    )


def _standing(denied: int, lines: int, recoverable: int) -> list[object]:
    hope = f"; about {money(recoverable)} looks recoverable." if recoverable else "."
    if not lines:
        return [f"Nothing stands denied{hope}"]
    return [tag("b", {"class": "denied"}, money(denied)), f" stands denied on {plural(lines, 'line')}{hope}"]


def _tile(key: str, amount: int, billed: int) -> Element:
    name = tag("dt", tag("i", {"class": f"swatch c-{key}"}), BUCKET_LABELS[key])
    note = BUCKET_NOTES.get(key)
    sub = f"{share(amount, billed)} of billed"
    return tag("div", name, tag("dd", money(amount)), tag("dd", {"class": "sub"}, sub, f" · {note}" if note else None))


def _to_do(data: ReportData, work: Sequence[Work], off: int) -> list[Element]:
    strong = [entry.denied for entry in work if entry.finding.verdict == "contradicted"]
    refuted = f"our side refutes the payer: {money(sum(strong))}" if strong else "our side refutes no denial"
    days = [text(entry.due.day) for entry in work if entry.due and entry.due.days_left >= 0]
    last = min(days, default="")
    due = plural(days.count(last), "denial") if last else ""
    return [
        _rate("Denials to work", f"{len(work):,}", "a line that follows from another is not counted", "worklist"),
        _rate("Strong appeals", f"{len(strong):,}", refuted, "worklist"),
        _rate("Next day to appeal", last or "–", due or "no payer's limit is known", "worklist"),
        _rate("Claims waiting", f"{len(data.waiting):,}", "sent, not finally answered; resends once", "unanswered"),
        _rate(
            "Payments that do not balance", f"{off:,}", "see payments" if off else "every payment adds up", "payments"
        ),
    ]


def _rate(name: str, value: str, note: str, leads: str = "") -> Element:
    shown = tag("a", {"href": f"#{leads}"}, value) if leads else value
    return tag("div", tag("dt", name), tag("dd", shown), tag("dd", {"class": "sub"}, note) if note else None)


def money_flow(totals: Totals, causes: Sequence[Cause]) -> Element:
    """Billed to buckets, denied to its largest causes."""
    shown = cause_parts(causes, FLOW_CAUSES)
    parts = bucket_parts(totals)
    below = [f"{part.label} is {money(part.amount)}" for part in parts if part.amount < 0]
    caption = f"Not drawn, because it is below zero: {'; '.join(below)}." if below else ""
    lead = (
        "Every billed cent is in exactly one place; lines answered more than once are counted at their latest answer."
    )
    chart = figure(lambda wide: flow(parts, shown, wide, totals.billed), caption)
    return section("flow", "Where each billed dollar went", chart, lead=lead)


def worklist_section(table: Table, lines: int, remits: int) -> Element:
    """The denials to work, with the legend of verdicts."""
    if not table.rows:
        if not lines:
            advice = "No claims and no remittances are loaded yet."
        elif not remits:
            advice = "No remittance is loaded yet, so nothing can be denied. Load the payer's 835 files."
        else:
            advice = "Nothing to appeal or correct. Claims without an answer are listed below."
        return section("worklist", "Worklist", empty("No open denials.", advice))
    legend = tag(
        "dl",
        {"class": "legend"},
        [tag("div", tag("dt", tag("span", {"class": f"badge b-{v}"}, v)), tag("dd", words)) for v, words in VERDICTS],
    )
    lead = (
        "Open denials, most recoverable first. A supply denied only because its scan was denied stands under the scan."
    )
    return section("worklist", "Worklist", legend, plain(table), lead=lead)


def payment_section(table: Table, payments: Sequence[Row]) -> Element:
    """Each remittance against its own claims."""
    title = "Payments and their balance"
    if not table.rows:
        return section("payments", title, empty("No payments.", "No remittance (835) is loaded yet."))
    counted = [payment for payment in payments if not payment["duplicate_of"]]
    repeats = len(payments) - len(counted)
    off = sum(not payment["balanced"] for payment in counted)
    again = f"; {plural(repeats, 'repeat')} of an earlier delivery left out of every figure" if repeats else ""
    lead = (
        f"{plural(len(counted), 'payment')}, {off or 'none'} out of balance{again}. "
        "Paid out = claim payments less provider adjustments, else the difference shows."
    )
    return section("payments", title, plain(table), lead=lead)


def file_section(table: Table, files: Sequence[Row]) -> Element:
    """Faults found while reading, and the files that were read."""
    title = "What was wrong with the files"
    names = tag("ul", {"class": "files"}, [tag("li", _file_line(row)) for row in files[:MOST_FILES]])
    more = tag("p", {"class": "more"}, f"and {len(files) - MOST_FILES:,} more") if len(files) > MOST_FILES else None
    listed = folded(f"{plural(len(files), 'file')} offered", names, more)
    if table.rows:
        body, lead = (
            plain(table),
            "What could be read counts; each fault is named with its place.",
        )
    else:
        body, lead = empty("Nothing was wrong.", "Every segment was read or set aside by name."), ""
    return section("files", title, body, listed if files else None, lead=lead)


def _file_line(row: Row) -> list[object]:
    detail = ", ".join(text(part) for part in (row.get("status"), row.get("kinds")) if part)
    return [tag("span", {"class": "at"}, text(row.get("path"))), f" {detail}"]
