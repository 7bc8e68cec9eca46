"""The one list of facts, filled by the @fact decorator as the modules of this folder are imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from edi.analysis.subject import Subject


class Seen(NamedTuple):
    """The fact holds. `value`: what was read (no names, member ids or birth dates); `at`: id of the row it was read in;
    `side`: only where it differs from the fact's own."""

    value: str | None = None
    at: int | None = None
    side: str | None = None


class NotChecked(NamedTuple):
    """The fact could not be looked at; `why` completes "not checked: ..."."""

    why: str


Observe = Callable[[Subject], Seen | NotChecked | None]
F = TypeVar("F", bound=Observe)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    side: str  # 837 | 835 | history | reference
    what: str
    observe: Observe


FACTS: dict[str, Fact] = {}


def fact(name: str, side: str) -> Callable[[F], F]:
    """Register an observation under `name`; rules refer to it by that name."""

    def register(observe: F) -> F:
        if name in FACTS:
            raise ValueError(f"two facts are called {name!r}")
        told = " ".join((observe.__doc__ or "").strip().partition("\n\n")[0].split())
        if not told:
            raise ValueError(f"fact {name!r} has no docstring")
        FACTS[name] = Fact(name, side, told.rstrip("."), observe)
        return observe

    return register
