"""The report's charts: SVG built element by element, coloured by the style sheet, each mark with its own tooltip.

In: labelled amounts in cents. Out: a <figure> that holds one drawing for wide screens and print and one for phones.
Negative amounts are not drawn; the sections say them in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edi.report.data import money, share
from edi.report.figures import Month
from edi.report.markup import Element, tag

WIDE, NARROW = 1080, 360
WIDE_MONTHS, NARROW_MONTHS = 12, 6


@dataclass(frozen=True)
class Part:
    """One labelled amount. `colour` is a class of the style sheet; `extra` is drawn after it in a lighter tone."""

    label: str
    amount: int
    colour: str
    extra: int = 0
    note: str = ""
    cause: str = ""  # the bar leads to this cause in the worklist

    @property
    def total(self) -> int:
        return self.amount + self.extra


def figure(draw: Callable[[bool], Element], caption: str = "") -> Element:
    """Both drawings of a chart, wide and narrow; the style sheet shows the one that fits."""
    return tag(
        "figure",
        tag("div", {"class": "wide"}, draw(True)),
        tag("div", {"class": "narrow"}, draw(False)),
        tag("figcaption", caption) if caption else None,
    )


def svg(width: int, height: float, title: str, *parts: object, role: str = "img") -> Element:
    """A drawing. One that holds links has the role "group", since what is inside an "img" is hidden from readers."""
    box = {"viewBox": f"0 0 {width} {height:.0f}", "width": width, "height": f"{height:.0f}", "role": role}
    return tag("svg", {**box, "aria-label": title}, *parts)


def label(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> Element:
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": style or None}
    return tag("text", at, {"text-anchor": anchor} if anchor != "start" else None, words)


def box(x: float, y: float, width: float, height: float, style: str, tip: str = "") -> Element:
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{max(width, 0):.1f}", "height": f"{max(height, 0):.1f}"}
    return tag("rect", {**at, "class": style}, tag("title", tip) if tip else None)


def shorten(words: str, room: int) -> str:
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"


def ribbon(left: tuple[float, float], right: tuple[float, float], height: float, style: str, tip: str) -> Element:
    """A band of constant height; it bends early and arrives level, so that labels fit on it."""
    (x0, y0), (x1, y1) = left, right
    bend, middle = x0 + (x1 - x0) * 0.6, x0 + (x1 - x0) * 0.3
    path = (
        f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {bend:.1f} {y1:.1f}"
        f"H{x1:.1f}v{height:.1f}H{bend:.1f}"
        f"C{middle:.1f} {y1 + height:.1f} {middle:.1f} {y0 + height:.1f} {x0:.1f} {y0 + height:.1f}z"
    )
    return tag("path", {"d": path, "class": f"ribbon {style}"}, tag("title", tip))


def share_bar(parts: Sequence[Part]) -> Element:
    """One bar that fills the width, cut into shares."""
    drawn = [part for part in parts if part.total > 0]
    whole, at, boxes = sum(part.total for part in drawn), 0.0, []
    for part in drawn:
        width = 100 * part.total / whole
        tip = tag("title", f"{part.label}: {money(part.total)} ({share(part.total, whole)})")
        place = {"x": f"{at:.3f}%", "width": f"{width:.3f}%", "y": 0, "height": "100%", "class": part.colour}
        boxes.append(tag("rect", place, tip))
        at += width
    return tag("svg", {"class": "sharebar", "role": "img", "aria-label": "Shares of the billed amount"}, boxes)


def flow(parts: Sequence[Part], causes: Sequence[Part], wide: bool, billed: int) -> Element:
    """Billed money to where it went; on wide screens the last part, the denied one, goes on to its causes.

    `billed` is what shares are told of; it is less than what is drawn where a part that is not drawn is below zero.
    """
    drawn = [part for part in parts if part.total > 0]
    scale, pitch, middle, top = (
        330 / max(sum(part.total for part in drawn), 1),
        30 if wide else 42,
        420 if wide else 96,
        30,
    )
    nodes, y = [], float(top)
    for part in drawn:
        height = max(part.total * scale, 1.5)
        nodes.append((part, y, height))
        y += max(height + 8, pitch)
    whole, source = sum(height for _, _, height in nodes), float(top)
    marks: list[Element] = [label(0, top - 12, f"Billed {money(billed)}", "strong")]
    marks.append(box(0, top, 12, whole, "c-billed", f"Billed: {money(billed)}"))
    words: list[Element] = []
    for part, at, height in nodes:
        tip = f"{part.label}: {money(part.total)}, {share(part.total, billed)} of billed"
        marks.append(ribbon((12, source), (middle, at), height, part.colour, tip))
        marks.append(box(middle, at, 12, height, part.colour, tip))
        source += height
        words += _node_label(part, middle, at + height / 2, billed, wide)
    if wide and causes and nodes and nodes[-1][0].colour == "c-denied":
        _, at, height = nodes[-1]
        y = max(y, _fan(marks, causes, (middle + 12, at), at + height, scale))
    return svg(WIDE if wide else NARROW, y + 6, "Where each billed dollar went", marks, words)


def _node_label(part: Part, x: float, y: float, billed: int, wide: bool) -> list[Element]:
    amount = f"{money(part.total)} · {share(part.total, billed)}"
    if not wide:
        return [label(x + 20, y - 2, part.label, "strong"), label(x + 20, y + 13, amount, "dim")]
    words = tag("text", {"x": x - 12, "y": f"{y + 4.5:.1f}", "text-anchor": "end"})
    words.extend([tag("tspan", {"class": "strong"}, part.label), tag("tspan", {"dx": "8", "class": "dim"}, amount)])
    return [words]


def _fan(
    marks: list[Element], causes: Sequence[Part], source: tuple[float, float], bottom: float, scale: float
) -> float:
    """Draw the denied money's way to its causes, stacked up from the denied node's foot. Returns the lowest y used."""
    (x, start), right = source, 660
    heights = [max(part.total * scale, 1.5) for part in causes]
    # Nodes stay apart, and so do the labels at their middles.
    steps = [max(h + 14, 46 + (h - below) / 2) for h, below in zip(heights, [*heights[1:], 1.5], strict=True)]
    y = max(bottom - sum(steps) + 34, 18)
    for part, height, step in zip(causes, heights, steps, strict=True):
        tip = f"{part.label}: {money(part.total)}{part.note}"
        marks.append(ribbon((x, start), (right, y), height, part.colour, tip))
        marks.append(box(right, y, 12, height, part.colour, tip))
        marks.append(label(right + 22, y + height / 2 - 2, shorten(part.label, 50), "strong"))
        marks.append(label(right + 22, y + height / 2 + 14, f"{money(part.total)}{part.note}", "dim"))
        start += height
        y += step
    return y


def bars(title: str, parts: Sequence[Part], whole: int, wide: bool, cumulative: bool = False) -> Element:
    """Horizontal bars by dollars; with `cumulative` also the running total as a line, both as shares of `whole`."""
    name_room, value_room = (380, 216) if wide else (0, 0)
    width, row = (WIDE, 34) if wide else (NARROW, 64)
    room = width - name_room - value_room
    top = 30 if cumulative and wide else 4
    height = top + row * len(parts) + 4
    marks = _percent_axis(name_room, room, top, height) if cumulative and wide else []
    widest = whole if cumulative else max((part.total for part in parts), default=0)
    points, running = [], 0
    for index, part in enumerate(parts):
        y = top + index * row + (6 if wide else 22)
        running += part.total
        marks.append(_bar(part, name_room, y, room / max(widest, 1), wide, share(part.total, whole)))
        points.append((name_room + room * running / max(whole, 1), y + 9, share(running, whole)))
    if cumulative:
        marks += (
            _running_line(points)
            if wide
            else [label(NARROW, y + 22, f"{sofar} so far", "dim", "end") for _, y, sofar in points]
        )
    return svg(width, height, title, marks, role="group")


def _running_line(points: Sequence[tuple[float, float, str]]) -> list[Element]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    marks = [tag("polyline", {"points": path, "class": "running"})]
    for x, y, sofar in points:
        tip = tag("title", f"{sofar} of the denied dollars down to here")
        marks.append(tag("circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": 3.5, "class": "running-dot"}, tip))
    return marks


def _percent_axis(x: float, room: float, top: float, height: float) -> list[Element]:
    marks = []
    for percent in (0, 25, 50, 75, 100):
        at = x + room * percent / 100
        marks.append(tag("line", {"x1": at, "x2": at, "y1": top - 6, "y2": height, "class": "grid"}))
        marks.append(label(at, top - 12, f"{percent}%", "dim", "middle" if percent < 100 else "end"))
    return marks


def _bar(part: Part, x: float, y: float, scale: float, wide: bool, portion: str) -> Element:
    tip = f"{part.label}: {money(part.total)} ({portion}){part.note}"
    value = f"{money(part.total)}{part.note}"
    group = tag("g", tag("title", tip))
    group.append(box(x, y, max(part.amount * scale, 1), 18, part.colour))
    if part.extra:
        group.append(box(x + part.amount * scale, y, part.extra * scale, 18, f"{part.colour} lighter"))
    if wide:
        group.append(label(x - 14, y + 13.5, shorten(part.label, 54), "", "end"))
        group.append(label(WIDE, y + 13.5, value, "dim", "end"))
    else:
        group.append(label(0, y - 6, shorten(part.label, 38)))
        group.append(label(0, y + 31, value, "dim"))
    return tag("a", {"href": "#worklist", "data-cause": part.cause}, group) if part.cause else group


def month_bars(months: Sequence[Month], wide: bool) -> Element:
    """Denied dollars by month of service: first answers beside what is denied now."""
    shown = list(months)[-WIDE_MONTHS:] if wide else list(months)[-NARROW_MONTHS:]
    width, height, left, bottom = (WIDE, 250, 84, 28) if wide else (NARROW, 220, 62, 28)
    highest = max((max(month.first, month.now) for month in shown), default=0) or 1
    step = nice_step(highest)
    ceiling = -(-highest // step) * step
    scale = (height - bottom - 14) / ceiling
    marks: list[Element] = []
    for tick in range(0, ceiling + 1, step):
        y = height - bottom - tick * scale
        marks.append(tag("line", {"x1": left, "x2": width, "y1": f"{y:.1f}", "y2": f"{y:.1f}", "class": "grid"}))
        marks.append(label(left - 8, y + 4, f"${tick // 100:,}", "dim", "end"))
    slot = (width - left) / max(len(shown), 1)
    bar = min(slot * 0.3, 34)
    for index, month in enumerate(shown):
        x = left + slot * (index + 0.5)
        for at, amount, style, words in (
            (x - bar - 1, month.first, "c-first", "denied by the first answer"),
            (x + 1, month.now, "c-denied", "denied now"),
        ):
            tip = f"{month.month}: {money(amount)} {words}, {share(amount, month.billed)} of what was billed"
            marks.append(box(at, height - bottom - amount * scale, bar, amount * scale, style, tip))
        marks.append(label(x, height - 8, month.month, "dim", "middle"))
    return svg(width, height, "Denied dollars by month of service", marks)


def nice_step(highest: int, ticks: int = 4) -> int:
    """A round step in cents (1, 2 or 5 times a power of ten dollars) that cuts `highest` into about `ticks` parts."""
    step = 100
    while True:
        for factor in (1, 2, 5):
            if step * factor * ticks >= highest:
                return step * factor
        step *= 10
