"""Small helpers to build the page as an lxml tree. All text from files enters the tree here and is made printable."""

from __future__ import annotations

from typing import Any

from lxml import etree

from edi.report.data import text

Element = Any  # lxml.etree._Element; lxml carries no types of its own


def tag(name: str, *parts: Any) -> Element:
    """An element: `tag("td", {"class": "money"}, "$1.00", tag("b", ...))`.

    A dictionary gives attributes (None leaves one out), a list adds its items, None nothing, anything else is text.
    """
    element = etree.Element(name)
    for part in parts:
        add(element, part)
    return element


def add(element: Element, part: Any) -> None:
    """Append one part to an element, as `tag` describes."""
    if part is None:
        return
    if isinstance(part, dict):
        for key, value in part.items():
            if value is not None:
                element.set(key, text(value))
    elif isinstance(part, (list, tuple)):
        for item in part:
            add(element, item)
    elif etree.iselement(part):
        element.append(part)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + text(part)
    else:
        element.text = (element.text or "") + text(part)


def raw(name: str, content: str, attributes: dict[str, str] | None = None) -> Element:
    """A script or style element; its content is ours and is written as it stands."""
    element = tag(name, attributes or {})
    element.text = content
    return element
