"""What the facts say of a row, and what follows from it.

`Hearing` is the plain reading of the rules that a row's codes call up: which of them fit, how sure they are, what the
best of them shows. `Course` remembers where hearings led: rules look at which facts hold, never at their values, so two
rows whose facts answered alike come to the same conclusion with other values. Most rows take a way that others took,
which costs them their facts and no rule. tests/test_hearing.py holds one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from edi.analysis.causes.findings import Evidence, piece
from edi.analysis.causes.rules import Calling, Rule, called
from edi.analysis.facts import FACTS, NotChecked, Seen
from edi.analysis.subject import Codes, Subject

OBSERVE = {name: fact.observe for name, fact in FACTS.items()}
REMEMBERED = 20_000  # combinations of codes, or turns of a course; more means that the codes are no codes
Said = Seen | NotChecked | None


class Exhibited(NamedTuple):
    """Evidence without its value. `answer`: the place of the fact's answer among those that were asked for."""

    weight: str
    side: str
    what: str
    answer: int


class Conclusion(NamedTuple):
    """What a hearing came to. `rule`: the best that fits, None where none does. `also`: (rule, cause, verdict) of the
    others that fit. `unchecked`: places of the answers that say what could not be looked at."""

    rule: Rule | None
    verdict: str
    also: tuple[tuple[str, str, str], ...]
    shown: tuple[Exhibited, ...]
    unchecked: tuple[int, ...]

    def show(self, said: Sequence[Said], evidence: list[Evidence]) -> None:
        """Add what was looked at: for the rule, against it, beside it, and what could not be looked at."""
        for weight, side, what, answer in self.shown:
            value, at, other_side = said[answer]  # type: ignore[misc]  # what is shown was seen
            evidence.append(piece(Evidence, (weight, other_side or side, what, value, at)))
        if self.unchecked:
            missing = dict.fromkeys(said[answer].why for answer in self.unchecked)  # type: ignore[union-attr]
            evidence += [Evidence("not-checked", "reference", f"not checked: {why}", None, None) for why in missing]


class Hearing(dict[str, Said]):
    """What the facts say of one row, by name in the order of asking; each is asked once."""

    __slots__ = ("subject",)

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def __missing__(self, name: str) -> Said:
        said = self[name] = OBSERVE[name](self.subject)
        return said

    def holds(self, names: Iterable[str]) -> bool:
        """Whether all of these facts hold."""
        return all(type(self[name]) is Seen for name in names)

    def verdict(self, rule: Rule) -> str | None:
        """How sure a rule is; None where it does not fit."""
        if not self.holds(rule.require) or any(type(self[name]) is Seen for name in rule.exclude):
            return None
        return next((verdict for names, verdict in rule.grounds if self.holds(names)), "stated")

    def conclude(self, rules: Iterable[Rule]) -> Conclusion:
        """What these rules, best rank first, make of the row."""
        fitting = [(rule, verdict) for rule in rules if (verdict := self.verdict(rule)) is not None]
        if not fitting:
            return Conclusion(None, "stated", (), (), ())
        rule, verdict = fitting[0]
        shown: dict[str, tuple[str, str, str]] = {}
        unchecked: list[str] = []
        for weight, name, fact, others in rule.exhibits:
            kind = type(self[name])
            if kind is NotChecked:
                unchecked.append(name)
            elif kind is Seen and name not in shown and self.holds(others):
                shown[name] = (weight, fact.side, fact.what)
        place = {name: at for at, name in enumerate(self)}
        return Conclusion(
            rule,
            verdict,
            tuple((other.id, other.cause, its_verdict) for other, its_verdict in fitting[1:]),
            tuple(Exhibited(*exhibit, place[name]) for name, exhibit in shown.items()),
            tuple(place[name] for name in dict.fromkeys(unchecked)),
        )


# A turn is the fact to ask, with the turn that each kind of answer leads to; or None, with the conclusion.
Ways = dict[type, tuple[Any, Any]]


class Course:
    """The ways that the hearings of one choice of rules took."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.ways: Ways = {}
        self.turns = 0

    def hear(self, subject: Subject) -> tuple[Conclusion, list[Said]]:
        """The conclusion about a row, and the answers of the facts that were asked for it."""
        said: list[Said] = []
        try:
            observe, leads = self.ways[Course]
            while observe is not None:
                answer = observe(subject)
                said.append(answer)
                observe, leads = leads[answer.__class__]
        except KeyError:
            return self._go(Hearing(subject))
        return leads, said

    def _go(self, hearing: Hearing) -> tuple[Conclusion, list[Said]]:
        """Hear a row whose way nobody took yet, and remember the way."""
        conclusion = hearing.conclude(self.rules)
        if self.turns > REMEMBERED:
            self.ways, self.turns = {}, 0
        ways = self.ways
        kind: type = Course
        for name, answer in hearing.items():
            if kind not in ways:
                ways[kind] = (OBSERVE[name], {})
                self.turns += 1
            ways, kind = ways[kind][1], type(answer)
        ways[kind] = (None, conclusion)
        return conclusion, list(hearing.values())


class Courses(dict[Codes, Course]):
    """The course for each combination of codes. Payers use few, and most of them call up the same few rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_rules: dict[tuple[str, ...], Course] = {}

    def __missing__(self, codes: Codes) -> Course:
        if len(self) >= REMEMBERED:
            self.clear()
            self._by_rules.clear()
        chosen = called(self.rules, Calling(*codes))
        names = tuple(rule.id for rule in chosen)
        course = self[codes] = self._by_rules.setdefault(names, Course(chosen))
        return course
