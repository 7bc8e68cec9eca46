"""What is wrong with a rule file, in plain words: every fault of it, with its line.

What a rule may hold is read from mappings/schema/rule.rng, so that it stands in one place; the schema's `h:words` say
what a value looks like where a list of values does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from edi.analysis.facts import FACTS
from edi.resources import Resources

_RNG = "{http://relaxng.org/ns/structure/1.0}"
_WORDS = "{urn:edi:words}words"
_GROUPS = ("require", "exclude", "confirm", "support", "contradict", "look")
Problem = tuple[int, str]  # line, words


class Fault(NamedTuple):
    path: Path
    line: int
    words: str


class RuleForms:
    """Says of rule files what is wrong with them, before anything is run."""

    def __init__(self, resources: Resources) -> None:
        schema = etree.parse(str(resources.path("schema/rule.rng")))
        self.resources = resources
        self.schema = etree.RelaxNG(schema)
        self.allowed = forms(schema.getroot())
        self.causes = {row["cause"] for row in resources.rows("codes/causes.csv")}
        self.roles = {row["role"] for row in resources.rows("codes/family.csv")}

    def faults(self) -> Iterator[Fault]:
        """The faults of the overlay's rule files, file by file; also an id that two rules in force bear."""
        ids: dict[str, Path] = {}
        paths = self.resources.list("rules", ".xml")
        paths.sort(key=lambda path: path.parent != self.resources.base / "rules")  # ours first: they were there before
        for path in paths:
            root, found = self.read(path)
            if path.parent != self.resources.base / "rules":
                yield from (Fault(path, line, words) for line, words in found)
            number = root.get("id") if root is not None else None
            if number and ids.setdefault(number, path) is not path:
                yield Fault(path, root.sourceline, f"rule {number} is already in {ids[number]}")

    def read(self, path: Path) -> tuple[Any, list[Problem]]:
        """The rule of a file (None where it cannot be read), and what is wrong with it, from the top."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root: Any = etree.parse(str(path), parser).getroot()
        except etree.XMLSyntaxError as error:
            where = re.compile(r", line \d+, column \d+$")  # said before it already
            return None, [(error.lineno or 1, f"this is no well-formed XML: {where.sub('', error.msg or '')}")]
        except OSError:
            return None, [(1, "this cannot be read as a file")]
        found: list[Problem] = []
        if not self.schema.validate(root):
            found += problems(root, self.allowed)
            found = found or [(error.line, error.message) for error in self.schema.error_log]  # no words of ours
        # An office whose family has fewer roles keeps our rules: they just never fit.
        roles = None if path.parent == self.resources.base / "rules" else self.roles
        return root, sorted([*found, *self._names(root, roles)])

    def _names(self, root: Any, roles: Collection[str] | None) -> Iterator[Problem]:
        """Causes, roles and facts that there are not. `roles`: those that it may name (None: any)."""
        asked: list[tuple[Any, str | None, str, Collection[str]]]
        asked = [(root, root.get("cause"), "cause", self.causes)]
        if roles is not None:
            asked += [(one, name, "role", roles) for one in root.iter("when") for name in _given(one, "roles")]
        asked += [(one, name, "fact", FACTS) for one in root.iter(*_GROUPS) for name in _given(one, "facts")]
        for element, name, what, known in asked:
            if name is not None and name not in known:
                yield element.sourceline, f"there is no {what} called {name!r}{_near(name, known)}"


def _given(element: Any, attribute: str) -> list[str]:
    return (element.get(attribute) or "").split()


@dataclass(frozen=True, slots=True)
class Value:
    """What an attribute may hold. `many`: any number of words, each of them so. No values and no pattern: anything."""

    words: str
    values: frozenset[str]
    pattern: str | None
    many: bool

    def refused(self, text: str) -> list[str]:
        """The words of a text that it may not hold; the whole text where it may hold one."""
        given = text.split() if self.many else [text if not self.pattern else " ".join(text.split())]
        if self.many and not given:
            return [text]
        return [one for one in given if not self._fits(one)]

    def _fits(self, word: str) -> bool:
        if self.values:
            return word in self.values
        return self.pattern is None or re.fullmatch(self.pattern, word) is not None


@dataclass(frozen=True, slots=True)
class Part:
    """Elements that may stand at one place of another: their names, whether one must, whether several may."""

    names: tuple[str, ...]
    needed: bool
    many: bool

    def __str__(self) -> str:
        return " or ".join(f"<{name}>" for name in self.names)


@dataclass(slots=True)
class Form:
    """What an element may hold: attributes (whether needed, and what), parts in their order, text."""

    attributes: dict[str, tuple[bool, Value]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    text: bool = False


def forms(schema: Any) -> dict[str, Form]:
    """The elements of a parsed RELAX NG schema by name. Only what rule.rng uses is understood."""
    found: dict[str, Form] = {}
    for element in schema.iter(f"{_RNG}element"):
        form = Form()
        for item in _content(element):
            _collect(item, form, needed=True, many=False)
        found.update((name, form) for name in _names(element))
    return found


def _collect(item: Any, form: Form, *, needed: bool, many: bool) -> None:
    kind = item.tag.removeprefix(_RNG)
    if kind == "attribute":
        for name in _names(item):
            form.attributes[name] = (needed, _value(item))
    elif kind == "text":
        form.text = True
    elif kind in ("element", "choice"):
        elements = [item] if kind == "element" else item.iterchildren(f"{_RNG}element")
        form.parts.append(Part(tuple(name for one in elements for name in _names(one)), needed, many))
    else:  # optional, zeroOrMore, oneOrMore
        for inner in item.iterchildren(tag=f"{_RNG}*"):
            _collect(inner, form, needed=needed and kind == "oneOrMore", many=many or kind != "optional")


def _names(item: Any) -> list[str]:
    """The names that an element or attribute of the schema is for."""
    name = item.get("name")
    return [name] if name else [one.text for one in item.find(f"{_RNG}choice").iterchildren(f"{_RNG}name")]


def _content(item: Any) -> Iterator[Any]:
    """What stands in an element or attribute of the schema, behind its names."""
    inner = item.iterchildren(tag=f"{_RNG}*")
    return (one for number, one in enumerate(inner) if number or item.get("name"))


def _value(attribute: Any) -> Value:
    values = tuple(one.text for one in attribute.iter(f"{_RNG}value"))
    pattern = next((one.text for one in attribute.iter(f"{_RNG}param")), None)
    number = any(one.get("type") == "positiveInteger" for one in attribute.iter(f"{_RNG}data"))
    many = next(attribute.iter(f"{_RNG}list"), None) is not None
    listed = f"one of {', '.join(values)}" if values else ""
    words = attribute.get(_WORDS) or listed or ("a whole number from 1 on" if number else "")
    return Value(
        words or ("words" if many else "text"), frozenset(values), r"\+?0*[1-9]\d*" if number else pattern, many
    )


def problems(root: Any, allowed: Mapping[str, Form]) -> Iterator[Problem]:
    """Everything in which a rule's elements differ from the schema."""
    if root.tag != "rule":
        yield root.sourceline, f"the file begins with <{root.tag}>, not with <rule>"
        return
    yield from _element(root, allowed)


def _element(element: Any, allowed: Mapping[str, Form]) -> Iterator[Problem]:
    form = allowed[element.tag]
    yield from _attributes(element, form)
    yield from _parts(element, form)
    loose = [element.text, *(child.tail for child in element)]
    if not form.text and any(text and text.strip() for text in loose):
        yield element.sourceline, f"<{element.tag}> holds text outside its elements"
    for child in element:
        if any(child.tag in part.names for part in form.parts):
            yield from _element(child, allowed)


def _attributes(element: Any, form: Form) -> Iterator[Problem]:
    tag, line = element.tag, element.sourceline
    for name, text in element.attrib.items():
        if name not in form.attributes:
            yield line, f'<{tag}> has no attribute "{name}"{_instead(name, form.attributes, "")}'
            continue
        value = form.attributes[name][1]
        for word in value.refused(text):
            yield line, f'{name}="{word}" of <{tag}>: it must be {value.words}{_near(word, value.values)}'
    for name, (needed, value) in form.attributes.items():
        if needed and name not in element.attrib:
            yield line, f'<{tag}> lacks its attribute "{name}" ({value.words})'


def _parts(element: Any, form: Form) -> Iterator[Problem]:
    places = {name: place for place, part in enumerate(form.parts) for name in part.names}
    counts = [0] * len(form.parts)
    last, before = 0, ""
    for child in element:
        if not isinstance(child.tag, str):
            yield child.sourceline or element.sourceline, f"<{element.tag}> holds an entity, which is not read"
            continue
        place = places.get(child.tag)
        if place is None:
            yield child.sourceline, f"<{element.tag}> has no element <{child.tag}>{_instead(child.tag, places, '<>')}"
            continue
        counts[place] += 1
        if counts[place] > 1 and not form.parts[place].many:
            yield child.sourceline, f"<{child.tag}> stands a second time in <{element.tag}>: once is all that it may"
        elif place < last:
            yield child.sourceline, f"<{child.tag}> must stand before <{before}>"
        if place >= last:
            last, before = place, child.tag
    for part, count in zip(form.parts, counts, strict=True):
        if part.needed and not count:
            yield element.sourceline, f"<{element.tag}> lacks its {part}"


def _instead(name: str, known: Iterable[str], brackets: str) -> str:
    """What could have been meant, and all that may stand there."""
    names = list(known)
    if not names:
        return ": it has none" if not brackets else ": it holds none"
    left, right = brackets[:1], brackets[1:]
    listed = ", ".join(f"{left}{one}{right}" for one in names)
    return f"{_near(name, names, left, right)}; it may have {listed}"


def _near(name: str, known: Collection[str], left: str = "", right: str = "") -> str:
    near = get_close_matches(name, known, n=1)
    return f" (did you mean {left}{near[0]}{right}?)" if near else ""
