"""Rule files: what in the 835 calls a rule up, what on our side confirms or refutes it, what to say and do.

One XML file a rule (mappings/rules/R###-name.xml), checked against mappings/schema/rule.rng; an overlay replaces files
by name and adds its own. The examples inside a rule are its tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from edi.analysis.facts import FACTS
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


@dataclass(frozen=True, slots=True)
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


def load_rules(resources: Resources) -> list[Rule]:
    """Every rule in force, best rank first. Raises ResourceError naming file and line for a malformed one."""
    schema = etree.RelaxNG(etree.parse(str(resources.path("schema/rule.rng"))))
    rules = [read_rule(path, schema) for path in resources.list("rules", ".xml")]
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise ResourceError(f"{rule.path}: rule {rule.id} is already in {seen[rule.id].path}")
        seen[rule.id] = rule
    return sorted(rules, key=lambda rule: (rule.rank, rule.id))


def read_rule(path: Path, schema: Any) -> Rule:
    """Read one rule file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        tree = etree.parse(str(path), parser)
    except etree.XMLSyntaxError as error:
        raise ResourceError(f"{path}:{error.lineno}: {error.msg}") from None
    if not schema.validate(tree):
        first = schema.error_log[0]
        raise ResourceError(f"{path}:{first.line}: {first.message}")
    root: Any = tree.getroot()
    for element in root.iter("require", "exclude", "confirm", "support", "contradict", "look"):
        for name in _words(element.get("facts")):
            if name not in FACTS:
                raise ResourceError(f"{path}:{element.sourceline}: there is no fact called {name!r}")
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
        path=str(path),
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
    return Example(element.get("name"), element.get("verdict"), int(element.get("line", "1")), parts)


def _words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").split())


def _all(root: Any, tag: str) -> tuple[str, ...]:
    return tuple(name for element in root.iterfind(tag) for name in _words(element.get("facts")))


def _text(root: Any, tag: str) -> str | None:
    found = root.findtext(tag)
    return " ".join(found.split()) if found else None


class RuleIndex:
    """Rules by what calls them up, so that a row meets only the few that could speak of it."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self._by_reason: dict[str, set[int]] = {}
        self._by_remark: dict[str, set[int]] = {}
        self._by_state: dict[str, set[int]] = {}
        for number, rule in enumerate(self.rules):
            for when in rule.when:
                if when.reasons:
                    for code in when.reasons:
                        self._by_reason.setdefault(code, set()).add(number)
                elif when.remarks:
                    for code in when.remarks:
                        self._by_remark.setdefault(code, set()).add(number)
                else:
                    for state in when.states:
                        self._by_state.setdefault(state, set()).add(number)

    def candidates(self, state: str, reasons: Iterable[str], remarks: Iterable[str]) -> list[Rule]:
        """The rules that the codes and the state could call up, best rank first."""
        found = set(self._by_state.get(state, ()))
        for code in reasons:
            found |= self._by_reason.get(code, set())
        for code in remarks:
            found |= self._by_remark.get(code, set())
        return [self.rules[number] for number in sorted(found)]
