"""The frame that every section of the page shares."""

from __future__ import annotations

from edi.report.markup import Element, tag

SHORT_NAMES = {
    "flow": "Where it went",
    "causes": "Causes",
    "family": "78452 family",
    "payers": "By payer",
    "months": "By month",
    "changes": "Changes",
    "levels": "78452 or 78451",
    "authorizations": "Authorizations",
    "underpaid": "Underpaid",
    "missed": "Missed charges",
    "unanswered": "No answer",
    "unmatched": "No claim",
    "payments": "Payments",
    "adjustments": "Adjustments",
    "figures": "Figures",
    "files": "Files",
}


def section(name: str, title: str, *parts: object, lead: str = "") -> Element:
    head = tag("header", tag("h2", title), tag("p", {"class": "lead"}, lead) if lead else None)
    short = SHORT_NAMES.get(name, title)
    return tag("section", {"id": name, "aria-label": title, "data-short": short}, head, *parts)


def empty(headline: str, advice: str) -> Element:
    """What a section says when it has nothing to show."""
    return tag("div", {"class": "empty"}, tag("p", {"class": "headline"}, headline), tag("p", advice))


def plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def folded(summary: str, *parts: object) -> Element:
    """Parts that open on demand."""
    return tag("details", {"class": "figures"}, tag("summary", summary), *parts)
