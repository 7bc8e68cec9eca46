"""The sections about causes: dollars by cause, the 78452 family, cause by payer, first answer and now by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from edi.report.charts import WIDE_MONTHS, Part, bars, figure, month_bars
from edi.report.data import Row, money, share
from edi.report.figures import Cause, Month, Totals
from edi.report.layout import empty, folded, plural, section
from edi.report.markup import Element, tag
from edi.report.tables import Table, plain
from edi.report.words import BUCKET_LABELS
from edi.report.worktables import expected_by

PARETO_ROWS, HEAT_ROWS, HEAT_PAYERS = 12, 12, 7
EXPECTED = ("contractual", "patient", "packaged", "other")


def cause_section(causes: Sequence[Cause], totals: Totals, table: Table) -> Element:
    """Denied dollars by root cause (Pareto), and apart from them the zeroes and cuts that are expected."""
    return section(
        "causes",
        "Causes by dollars",
        _denied(causes),
        folded("The same in figures, with verdicts", plain(table)) if causes else None,
        _expected(totals),
    )


def _denied(causes: Sequence[Cause]) -> list[Element]:
    whole = sum(cause.total for cause in causes)
    if not whole:
        return [empty("No denied dollars.", "Every line that was answered was paid, or its zero is expected.")]
    shown = cause_parts(causes, PARETO_ROWS)
    caption = "Bars: share of denied dollars, paler where lines only follow from others. Line: running total."
    chart = figure(lambda wide: bars("Denied dollars by cause", shown, whole, wide, cumulative=True), caption)
    return [tag("h3", "Denied: worth working"), chart]


def cause_parts(causes: Sequence[Cause], most: int) -> list[Part]:
    """The causes with denied dollars as parts of a chart: the first `most`, then the others as one."""
    dear = [cause for cause in causes if cause.total]
    parts = [
        Part(c.title, c.denied, "c-denied", c.following, f" · {plural(c.count, 'denial')}", c.title)
        for c in dear[:most]
    ]
    if rest := dear[most:]:
        note = f" · {plural(sum(cause.count for cause in rest), 'denial')}"
        others = f"{len(rest)} other cause{'s' if len(rest) > 1 else ''}"
        parts.append(Part(others, sum(cause.total for cause in rest), "c-denied", note=note))
    return parts


def _expected(totals: Totals) -> list[Element]:
    parts = [
        Part(BUCKET_LABELS[key], amount, f"c-{key}", note=f" · {share(amount, totals.billed)} of billed")
        for key in EXPECTED
        if (amount := totals.parts[key]) > 0
    ]
    if not parts:
        return []
    words = "Contract write-offs, the patient's share and packaging are how a correct payment looks."
    whole = sum(part.total for part in parts)
    chart = figure(lambda wide: bars("Expected reductions by dollars", parts, whole, wide))
    return [tag("h3", "Expected: nothing to appeal"), tag("p", {"class": "lead"}, words), chart]


def family_section(table: Table) -> Element:
    """The 78452 family, payer by code."""
    title = "78452 and its tracers"
    if not table.rows:
        return section("family", title, empty("No 78452-family lines here.", "None of its codes was billed."))
    lead = (
        "Scans, stress tests, stress agents and tracers. Paid per unit counts paid lines only, without the patient's "
        "share. Packaged is expected in a hospital; bundled by contract is to be checked against the contract."
    )
    return section("family", title, plain(table), lead=lead)


def heat_section(causes: Sequence[Cause], measured: Iterable[Row] = ()) -> Element | None:
    """Denied dollars and what payers would have allowed, cause by payer; a cell leads to its rows in the worklist."""
    expected = expected_by(measured, "cause", "payer")
    rows = [cause for cause in causes if cause.total][:HEAT_ROWS]
    if not rows:
        return None
    amounts: Counter[str] = Counter()
    for cause in causes:
        amounts.update(cause.by_payer)
    payers = sorted(amounts, key=lambda name: (-amounts[name], name))[:HEAT_PAYERS]
    highest = max(max(cause.by_payer.values()) for cause in rows)
    columns = [tag("th", {"scope": "col", "class": "k-money"}, name) for name in payers]
    body = []
    for cause in rows:
        cells = [_heat_cell(cause, name, highest, expected.get((cause.cause, name))) for name in payers]
        body.append(tag("tr", tag("th", {"scope": "row"}, cause.title), cells))
    head = tag("thead", tag("tr", tag("th", {"scope": "col"}, "Cause"), columns))
    caption = tag("caption", "Denied dollars by cause and payer")
    table = tag("table", {"class": "heat"}, caption, head, tag("tbody", body))
    lead = (
        "Denied dollars, and below them what the payer would have allowed. The stronger the colour, the more is "
        "denied. Choose a cell to see its denials in the worklist."
    )
    return section("payers", "Causes by payer", tag("div", {"class": "scroll"}, table), lead=lead)


def _heat_cell(cause: Cause, payer: str, highest: int, expected: int | None) -> Element:
    amount = cause.by_payer.get(payer, 0)
    if not amount:
        return tag("td", {"class": "k-money none", "data-label": payer}, "·")
    depth = min(9 * amount // highest + 1, 9)
    worth = tag("span", {"class": "sub"}, f"about {money(expected)}") if expected is not None else None
    link = tag("a", {"href": "#worklist", "data-cause": cause.title, "data-payer": payer}, money(amount), worth)
    return tag("td", {"class": f"k-money heat-{depth}", "data-label": payer}, link)


def month_section(months: Sequence[Month]) -> Element | None:
    """First-pass denials by month of service beside what still stands."""
    if not any(month.first or month.now for month in months):
        return None
    key = tag(
        "p",
        {"class": "key"},
        [tag("i", {"class": "swatch c-first"}), "denied by the first answer "],
        [tag("i", {"class": "swatch c-denied"}), "denied now"],
    )
    lead = "By month of service, each service once. The gap between the bars was won back."
    chart = figure(lambda wide: month_bars(months, wide), _before(months[:-WIDE_MONTHS]))
    return section("months", "Denied by month: first answer and now", key, chart, lead=lead)


def _before(months: Sequence[Month]) -> str:
    """What the months to the left of the chart hold, in words."""
    first, now = sum(month.first for month in months), sum(month.now for month in months)
    return f"Earlier months: {money(first)} denied by the first answer, {money(now)} now." if first or now else ""
