"""Deliveries that repeat, contradict and resend each other: in whatever order they come, the story is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.edifiles import Case, Wrap, another, batch, remittance, write_835, write_837

DELIVERIES: dict[str, Callable[[Path], str]] = {
    "a.835": lambda path: write_835(path, remittance(trace="T1"), remittance(trace="T2")),
    "b.835": lambda path: write_835(path, remittance(trace="T2", wrap=another()), wrap=another()),
    "c.835": lambda path: write_835(path, remittance(trace="T1"), remittance(trace="T1", off=1)),
    "d.835": lambda path: write_835(path, remittance(trace="T2"), wrap=Wrap(day="260301", control=4)),
    "e.835": lambda path: write_835(path, remittance(trace="T1"), remittance(trace="T2")),
    "f.837": lambda path: write_837(path, batch(), batch(reference="B2")),
    "g.837": lambda path: write_837(path, batch(wrap=another()), wrap=another(day="260301")),
    "h.837": lambda path: write_837(path, batch([Case(), Case("A2")], reference="B3"), wrap=Wrap(day="260305")),
}


def write_all(folder: Path) -> None:
    for name, write in DELIVERIES.items():
        write(folder / name)
