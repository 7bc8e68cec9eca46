"""What the paper views share: parts of a segment, money and dates as a person writes them, aligned rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edi.conformance.source import Piece
from edi.show.labels import dates
from edi.x12.money import grouped
from edi.x12.values import cents

WIDTH = 100


def at(piece: Piece | None, position: int, part: int = 0) -> str:
    """An element, or one of its components (from 1); '' where there is none."""
    if piece is None or position >= len(piece.elements):
        return ""
    value = piece.elements[position]
    if not part:
        return value.strip()
    parts = value.split(piece.delimiters.component) if piece.delimiters.component else [value]
    return parts[part - 1].strip() if part <= len(parts) else ""


def components(piece: Piece, position: int) -> list[str]:
    """All components of an element."""
    value = at(piece, position)
    return value.split(piece.delimiters.component) if piece.delimiters.component else [value]


def first(pieces: Iterable[Piece], name: str, qualifier: str | None = None, position: int = 1) -> Piece | None:
    """The first segment of that name, with that qualifier at `position` where one is given."""
    return next((one for one in pieces if is_a(one, name, qualifier, position)), None)


def each(pieces: Iterable[Piece], name: str, qualifier: str | None = None, position: int = 1) -> list[Piece]:
    """Every segment of that name (and qualifier)."""
    return [one for one in pieces if is_a(one, name, qualifier, position)]


def is_a(piece: Piece, name: str, qualifier: str | None = None, position: int = 1) -> bool:
    return piece.elements[0] == name and (qualifier is None or at(piece, position) == qualifier)


def amount(text: str) -> int | None:
    """An amount in cents; None where there is none or it cannot be read."""
    value, _ = cents(text)
    return value if isinstance(value, int) else None


def money(value: int | None) -> str:
    """Cents as 1,450.00; '' for None."""
    return "" if value is None else grouped(value)


def shown(text: str) -> str:
    """An amount of a segment as money, or as it stands when it cannot be read."""
    value = amount(text)
    return money(value) if value is not None else text


def day(text: str) -> str:
    """20260305 as 2026-03-05; anything else as it stands."""
    return dates(text) or text


def pairs(entries: Iterable[tuple[str, str]], indent: str = "") -> Iterable[str]:
    """'Label   value' lines for the entries that have a value."""
    for label, value in entries:
        if value:
            yield f"{indent}{label:<22} {value}"


def columns(values: Sequence[str], widths: Sequence[int]) -> str:
    """One row; a negative width aligns left."""
    cells = (
        f"{value:<{-width}}" if width < 0 else f"{value:>{width}}" for value, width in zip(values, widths, strict=True)
    )
    return "  ".join(cells).rstrip()
