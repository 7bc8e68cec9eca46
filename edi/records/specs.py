"""What a segment name means in a loop, as the mapping says it: the children that concern it, told apart by an element.

In: a loop of the vocabulary. Out: `Part`s (children), and the `Spec` that program.py compiles from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from edi.records.machine import Handler
from edi.records.vocabulary import Condition, Field, Ignore, Loop, Repeat, Where


class Entry(NamedTuple):
    """How a segment is handled, where it stands in its loop at the latest, and whether it opens a loop."""

    handler: Handler
    position: int
    opens: bool


@dataclass
class Spec:
    """All entries of a segment name in a loop: by the value of the element `key`, and one for any other value."""

    key: int
    by_value: dict[str, Entry] = field(default_factory=dict)
    default: Entry | None = None

    def over(self, under: Spec | None) -> Spec:
        """This one, and behind it what only `under` knows. A default here hides `under` altogether."""
        if under is None or self.default is not None:
            return self
        return Spec(self.key, {**under.by_value, **self.by_value}, under.default)

    def having(self, value: str, entry: Entry) -> Spec:
        """This one with another entry for a value, or (for '') for any other value."""
        return Spec(self.key, {**self.by_value, value: entry}, self.default) if value else replace(self, default=entry)

    def changed(self, value: str, change: Callable[[Handler], Handler]) -> Spec:
        """This one with another handler there."""
        entry = self.by_value.get(value, self.default)
        return self if entry is None else self.having(value, entry._replace(handler=change(entry.handler)))

    def entries(self) -> Iterator[Entry]:
        yield from self.by_value.values()
        if self.default is not None:
            yield self.default


class Part(NamedTuple):
    """A child of a loop that concerns a segment name: where it stands, what tells it apart, its other conditions."""

    position: int
    child: Field | Repeat | Ignore | Loop
    key: Condition | None
    rest: Where


def parts(loop: Loop, name: str) -> Iterator[Part]:
    """The children of `loop` that concern segments called `name`."""
    for position, child in enumerate(loop.children):
        if isinstance(child, Loop):
            if name in child.opens or name == child.announced:
                yield Part(_latest(loop, child), child, *_split(child.where))
        elif isinstance(child, Field):
            if child.source == "at" and child.segment == name and name not in (*loop.opens, loop.announced):
                yield Part(position, child, *_split(child.where))
        elif isinstance(child, Repeat):
            if child.segment == name:
                yield Part(position, child, *((None, child.where) if child.step else _split(child.where)))
        elif name in child.segments:
            yield Part(position, child, *_split(child.where))


def _latest(loop: Loop, child: Loop) -> int:
    """Where `child` may begin at the latest: loops that open with the same segment come in any order."""
    alike = [at for at, one in enumerate(loop.children) if isinstance(one, Loop) and one.opens == child.opens]
    return len(loop.children) if child.again else max(alike)


def _split(where: Where) -> tuple[Condition | None, Where]:
    """The condition that tells segments of one name apart (the first, on a whole element), and the others."""
    if where and where[0].component is None:
        return where[0], where[1:]
    return None, where
