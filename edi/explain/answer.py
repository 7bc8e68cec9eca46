"""An answer to a question: a title and sections of lines, as text and as plain values."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

WIDTH = 100


@dataclass(slots=True)
class Answer:
    """A title and sections of lines. `data` is the same for programs."""

    title: str
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, heading: str, *lines: str | None) -> None:
        kept = [line for line in lines if line]
        if kept:
            self.sections.append((heading, kept))

    def text(self) -> str:
        out = [self.title, ""]
        for heading, lines in self.sections:
            out.append(heading)
            for line in lines:
                out += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ") or [""]
            out.append("")
        return "\n".join(out).rstrip() + "\n"
