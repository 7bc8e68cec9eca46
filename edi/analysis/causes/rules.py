"""Rule files: what in the 835 calls a rule up, what on our side confirms or refutes it, what to say and do.

One XML file a rule (mappings/rules/R###-name.xml), checked against mappings/schema/rule.rng; an overlay replaces files
by name and adds its own. The examples inside a rule are its tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from edi.analysis.causes.ruleform import RuleForms
from edi.analysis.facts import FACTS, Fact
from edi.resources import ResourceError, Resources

DENIALS = frozenset({"denied", "reduced", "taken-back"})
VERDICTS = ("confirmed", "likely", "stated", "contradicted")


@dataclass(frozen=True, slots=True)
class When:
    """One way in which payers show it. Every attribute given must fit; within one, any value does."""

    states: frozenset[str]
    groups: frozenset[str]
    reasons: frozenset[str]
    remarks: frozenset[str]
    statuses: frozenset[str]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A claim and its remittance as X12, and the verdict that the rule must give ('none': it must not be the cause)."""

    name: str
    verdict: str
    line: int
    parts: tuple[tuple[str, dict[str, str], str], ...]  # (claim | remit, attributes, segments) in order
    at: int = 0  # line of the rule's file


class Exhibit(NamedTuple):
    """A fact that is evidence where it holds, and the others with it that carry it only together."""

    weight: str
    name: str
    fact: Fact
    others: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    id: str
    name: str
    cause: str
    rank: int
    what: str
    why: str
    action: str | None
    recoverable: bool
    follows_scan: bool
    when: tuple[When, ...]
    require: tuple[str, ...]
    exclude: tuple[str, ...]
    confirm: tuple[tuple[str, ...], ...]
    support: tuple[tuple[str, ...], ...]
    contradict: tuple[tuple[str, ...], ...]
    look: tuple[str, ...]
    examples: tuple[Example, ...]
    path: str

    @cached_property
    def grounds(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Facts that together give a verdict, and the verdict, in the order in which they are tried."""
        tried = ((self.contradict, "contradicted"), (self.confirm, "confirmed"), (self.support, "likely"))
        return tuple((names, verdict) for groups, verdict in tried for names in groups)

    @cached_property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """What evidence is made from, in its order. What a rule requires holds wherever the rule fits."""
        groups = [("for", names) for names in (*self.confirm, *self.support)]
        groups += [("for", (name,)) for name in self.require]
        groups += [("against", names) for names in self.contradict]
        groups += [("context", (name,)) for name in self.look]
        found: dict[tuple[str, str, tuple[str, ...]], Exhibit] = {}
        alone: set[str] = set()  # facts that need no other: the first place where they stand decides
        for weight, names in groups:
            for name in names:
                others = tuple(other for other in names if other != name)
                if name not in alone:
                    found.setdefault((weight, name, others), Exhibit(weight, name, FACTS[name], others))
                if not others:
                    alone.add(name)
        return tuple(found.values())


def load_rules(resources: Resources) -> list[Rule]:
    """Every rule in force, best rank first. Raises ResourceError naming file and line of a malformed one."""
    forms = RuleForms(resources)
    seen: dict[str, Rule] = {}
    for path in resources.list("rules", ".xml"):
        root, problems = forms.read(path)
        if problems:
            line, words = problems[0]
            raise ResourceError(f"{path}:{line}: {words}")
        rule = _rule(root, str(path))
        if rule.id in seen:
            raise ResourceError(f"{rule.path}: rule {rule.id} is already in {seen[rule.id].path}")
        seen[rule.id] = rule
    return sorted(seen.values(), key=lambda rule: (rule.rank, rule.id))


def _rule(root: Any, path: str) -> Rule:
    return Rule(
        id=root.get("id"),
        name=root.get("name"),
        cause=root.get("cause"),
        rank=int(root.get("rank")),
        what=_text(root, "what") or "",
        why=_text(root, "why") or "",
        action=_text(root, "action"),
        recoverable=root.get("recoverable", "yes") == "yes",
        follows_scan=root.get("follows-scan", "no") == "yes",
        when=tuple(_when(element) for element in root.iterfind("when")),
        require=_all(root, "require"),
        exclude=_all(root, "exclude"),
        confirm=tuple(_words(e.get("facts")) for e in root.iterfind("confirm")),
        support=tuple(_words(e.get("facts")) for e in root.iterfind("support")),
        contradict=tuple(_words(e.get("facts")) for e in root.iterfind("contradict")),
        look=_all(root, "look"),
        examples=tuple(_example(element) for element in root.iterfind("example")),
        path=path,
    )


def _when(element: Any) -> When:
    def chosen(name: str) -> frozenset[str]:
        return frozenset(_words(element.get(name)))

    states = chosen("states") or DENIALS
    return When(states, chosen("groups"), chosen("reasons"), chosen("remarks"), chosen("statuses"), chosen("roles"))


def _example(element: Any) -> Example:
    parts = tuple(
        (child.tag, dict(child.attrib), " ".join((child.text or "").split()))
        for child in element.iterchildren("claim", "remit")
    )
    return Example(
        element.get("name"), element.get("verdict"), int(element.get("line", "1")), parts, element.sourceline
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").split())


def _all(root: Any, tag: str) -> tuple[str, ...]:
    return tuple(name for element in root.iterfind(tag) for name in _words(element.get("facts")))


def _text(root: Any, tag: str) -> str | None:
    found = root.findtext(tag)
    return " ".join(found.split()) if found else None


class Calling(NamedTuple):
    """What of a row calls rules up: its state, its code's role, CLP02, (group, reason) pairs and remark codes."""

    state: str
    role: str
    status: str | None
    reasons: frozenset[tuple[str | None, str | None]]
    remarks: frozenset[str]


def called(rules: Iterable[Rule], calling: Calling) -> tuple[Rule, ...]:
    """The rules that the codes and the state call up, in their order."""
    return tuple(rule for rule in rules if any(_calls(when, calling) for when in rule.when))


def _calls(when: When, calling: Calling) -> bool:
    if calling.state not in when.states or (when.roles and calling.role not in when.roles):
        return False
    if when.remarks and when.remarks.isdisjoint(calling.remarks):
        return False
    if when.statuses and calling.status not in when.statuses:
        return False
    reasons, groups = when.reasons, when.groups
    if not reasons and not groups:
        return True
    return any((not reasons or r in reasons) and (not groups or g in groups) for g, r in calling.reasons)
