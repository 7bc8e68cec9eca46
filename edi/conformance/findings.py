"""Findings become Diagnostics: words, place, masking and the cap a rule and file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from edi.conformance import words
from edi.conformance.privacy import Privacy
from edi.conformance.source import Piece
from edi.resources import Resources
from edi.x12.diagnostic import CAP, Diagnostic, masked
from edi.x12.tokens import Places

LONGEST_VALUE = 60


class Findings:
    """Collects what is found in one file. `at` is the segment being checked, `transaction` the number of its ST."""

    def __init__(self, resources: Resources, privacy: Privacy, places: Places) -> None:
        self.rules = words.catalogue(resources)
        self.privacy = privacy
        self.places = places
        self.at: Piece | None = None
        self.transaction: int | None = None
        self.counts: Counter[str] = Counter()
        self.levels: Counter[str] = Counter()
        self._waiting: list[Diagnostic] = []

    @property
    def segment_id(self) -> str:
        """The id of the present segment, masked when it is none."""
        return self.privacy.segment_id(self.at.elements[0]) if self.at else "?"

    def add(self, finding: words.Finding) -> None:
        """Record a finding at the present segment."""
        rule = self.rules[finding.rule]
        self.counts[rule.rule] += 1
        self.levels[rule.level] += 1
        if self.counts[rule.rule] <= CAP:
            number = self.at.number if self.at else None
            self._waiting.append(
                Diagnostic(
                    rule=rule.rule,
                    level=rule.level,
                    transaction=self.transaction,
                    segment=number,
                    offset=self.places.offset(number) if number else None,
                    loop=finding.loop,
                    element=finding.element,
                    value=self._value(finding),
                    message=rule.message.format_map(_Words(finding.words)),
                    action=rule.action,
                )
            )

    def _value(self, finding: words.Finding) -> str | None:
        if not finding.value or self.at is None:
            return None
        elements = self.at.elements
        hidden = self.privacy.doubtful(elements) or self.privacy.private(elements, finding.element or "")
        return (masked(finding.value) if hidden else finding.value)[:LONGEST_VALUE]

    def take(self) -> Iterator[Diagnostic]:
        """The diagnostics since the last call."""
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def closing(self) -> Iterator[Diagnostic]:
        """What is left, and how many more there were of each rule beyond its cap."""
        self.at = self.transaction = None
        for rule, count in sorted(self.counts.items()):
            if count > CAP:
                self.add(words.Finding("guide-more", {"found": str(count - CAP), "allowed": rule}))
        yield from self.take()


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
