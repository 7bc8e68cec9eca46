"""Lines to lines: the service lines of a claim and the SVCs of one answer, down the ladder of mappings/link.csv.

The first tier whose key is unique on both sides wins. Identical lines answered by as many identical SVCs link in
order. What ties at every tier stays unlinked and is called ambiguous (domain.md section 5, matching tiers).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edi.analysis.model import RemitClaim, RemitLine, ServiceLine

Key = tuple[Hashable, ...] | None


@dataclass(slots=True)
class LineLinks:
    """What `link_lines` found. `pairs`: (SVC, service line, tier); `ambiguous`: SVC -> the lines it could be."""

    pairs: list[tuple[RemitLine, ServiceLine, str]] = field(default_factory=list)
    unlinked: list[RemitLine] = field(default_factory=list)
    ambiguous: dict[int, list[ServiceLine]] = field(default_factory=dict)

    def with_loose(self, others: LineLinks) -> LineLinks:
        """These links, and those that `others` found among lines known from remittances only."""
        found = {svc.id for svc, _, _ in others.pairs}
        unlinked = [svc for svc in self.unlinked if svc.id not in found]
        ambiguous = {key: lines for key, lines in self.ambiguous.items() if key not in found}
        return LineLinks([*self.pairs, *others.pairs], unlinked, ambiguous)


def _code(code: str | None) -> str:
    return (code or "").strip().upper()


def _revenue(code: str | None) -> str:
    return (code or "").strip().lstrip("0")


def _number(units: float | int | None) -> float:
    return abs(float(units)) if units is not None else 1.0


def submitted_code(svc: RemitLine) -> str:
    """The procedure as submitted (SVC06 else SVC01); empty where the line is named by its revenue code (NU)."""
    code = _code(svc.code)
    return "" if len(code) == 4 and code == svc.revenue_code else code


class Keys:
    """The comparisons that mappings/link.csv names, for both sides of one answer."""

    def __init__(self, remit: RemitClaim, aliases: Mapping[str, ServiceLine]) -> None:
        one_day = remit.statement_through in (None, remit.statement_from)
        self.default_date = remit.statement_from if one_day else None  # a line inherits the claim's date, not a span
        self.aliases = aliases  # line control numbers of further submissions -> our line

    def ours(self, line: ServiceLine, names: Sequence[str]) -> Key:
        return self._key(names, _OURS, line)

    def theirs(self, line: RemitLine, names: Sequence[str]) -> Key:
        return self._key(names, _THEIRS, line)

    def _key(self, names: Sequence[str], side: Mapping[str, Callable[[Any, Any], Hashable]], line: Any) -> Key:
        parts = []
        for name in names:
            part = side[name](line, self)
            if part is None or part == "":
                return None
            parts.append(part)
        return tuple(parts)


_OURS: dict[str, Callable[[ServiceLine, Keys], Hashable]] = {
    "line_control": lambda line, _: line.line_control,
    "code": lambda line, _: _code(line.procedure),
    "modifiers": lambda line, _: frozenset(line.modifiers),
    "date": lambda line, _: line.service_date,
    "charge": lambda line, _: line.charge,
    "units": lambda line, _: _number(line.units),
    "revenue_code": lambda line, _: _revenue(line.revenue_code),
}
_THEIRS: dict[str, Callable[[RemitLine, Keys], Hashable]] = {
    "line_control": lambda line, _: line.line_control,
    "code": lambda line, _: submitted_code(line),
    "modifiers": lambda line, _: frozenset(line.modifiers),
    "date": lambda line, keys: line.service_date or keys.default_date,
    "charge": lambda line, _: abs(line.charge),
    "units": lambda line, _: _number(line.quantity),
    "revenue_code": lambda line, _: _revenue(line.revenue_code),
}
_IDENTITY = ("code", "revenue_code", "modifiers", "date", "charge", "units")


def link_lines(
    lines: Sequence[ServiceLine],
    remit: RemitClaim,
    tiers: Iterable[tuple[str, tuple[str, ...]]],
    aliases: Mapping[str, ServiceLine] | None = None,
    only: Container[int] | None = None,
) -> LineLinks:
    """Link the SVCs of `remit` (or `only` those with these ids) to `lines`. `tiers`: (name, keys) in order, from
    mappings/link.csv."""
    keys = Keys(remit, aliases or {})
    svcs = remit.lines if only is None else [svc for svc in remit.lines if svc.id in only]
    found: dict[int, tuple[ServiceLine, str]] = {}
    taken: set[int] = set()
    for tier, names in tiers:
        theirs = [line for line in svcs if line.id not in found]
        if not theirs:
            break
        if names[0] == "settled":
            hits = [(svc, line) for svc in theirs for line in lines if svc.settled == line.id]
        elif names[0] == "line_control":
            hits = _by_line_control(lines, theirs, keys, with_code="code" in names)
        elif "product" in names:
            hits = _products(lines, svcs, found)
        elif "ordinal" in names:
            hits = _by_place(lines, svcs, taken, found)
        else:
            match = _by_sum if "charge_sum" in names else _by_key
            hits = match([line for line in lines if line.id not in taken], theirs, keys, names)
            if "date" in names and "charge" in " ".join(names):  # code alone is too little
                hits += _undated(match, hits, lines, theirs, taken, keys, names)
        if "revenue_code" in names:  # a procedure of another name is another service
            hits = [(svc, line) for svc, line in hits if not (_code(line.procedure) and submitted_code(svc))]
        for svc, line in hits:
            found[svc.id] = (line, tier)
            taken.add(line.id)
    result = LineLinks()
    for svc in svcs:
        if svc.id in found:
            result.pairs.append((svc, *found[svc.id]))
            continue
        result.unlinked.append(svc)
        rivals = [line for line in lines if line.id not in taken and _same_service(line, svc)]
        if rivals:
            result.ambiguous[svc.id] = rivals
    return result


def _by_line_control(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, with_code: bool
) -> list[tuple[RemitLine, ServiceLine]]:
    """One of our lines may be answered by several SVCs with its control number (a split); the reverse is a tie."""
    ours: dict[str, list[ServiceLine]] = defaultdict(list)
    for line in lines:
        if line.line_control:
            ours[line.line_control].append(line)
    for control, line in keys.aliases.items():
        ours.setdefault(control, [line])
    hits = []
    for svc in theirs:
        candidates = ours.get(svc.line_control or "", [])
        if with_code:
            candidates = [line for line in candidates if _same_service(line, svc)]
        if len(candidates) == 1:
            hits.append((svc, candidates[0]))
    return hits


def names_service(line: ServiceLine, svc: RemitLine) -> bool:
    """The procedure agrees; where a side has none, the revenue code does."""
    ours, theirs = _code(line.procedure), submitted_code(svc)
    if ours and theirs:
        return ours == theirs
    return _revenue(line.revenue_code) == _revenue(svc.revenue_code) != ""


def _same_service(line: ServiceLine, svc: RemitLine) -> bool:
    """The procedure agrees; where neither side has one, the revenue code does."""
    ours, theirs = _code(line.procedure), submitted_code(svc)
    if ours or theirs:
        return ours == theirs
    return _revenue(line.revenue_code) == _revenue(svc.revenue_code) != ""


def _by_key(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, names: Sequence[str]
) -> list[tuple[RemitLine, ServiceLine]]:
    left: dict[Key, list[ServiceLine]] = defaultdict(list)
    right: dict[Key, list[RemitLine]] = defaultdict(list)
    for line in lines:
        left[keys.ours(line, names)].append(line)
    for svc in theirs:
        if "charge" in names or not _is_product(svc):
            right[keys.theirs(svc, names)].append(svc)
    hits: list[tuple[RemitLine, ServiceLine]] = []
    for key, answers in right.items():
        candidates = left.get(key, []) if key is not None else []
        if len(candidates) == len(answers) == 1 or (
            len(candidates) == len(answers)
            and len({tuple(_OURS[name](line, keys) for name in _IDENTITY) for line in candidates}) == 1
            and len({tuple(_THEIRS[name](svc, keys) for name in _IDENTITY) for svc in answers}) == 1
        ):
            hits += zip(answers, candidates, strict=True)
    return hits


def _undated(
    match: Callable[..., list[tuple[RemitLine, ServiceLine]]],
    hits: Sequence[tuple[RemitLine, ServiceLine]],
    lines: Sequence[ServiceLine],
    theirs: Sequence[RemitLine],
    taken: set[int],
    keys: Keys,
    names: Sequence[str],
) -> list[tuple[RemitLine, ServiceLine]]:
    """What is left where a side has no date (a span of days at claim level, an inpatient line): the other keys decide.

    A line or SVC that is dated is never matched against another date: all that share the other keys are looked at
    together, and only one on each side, or as many that are alike, are linked.
    """
    linked = {svc.id for svc, _ in hits}
    used = taken | {line.id for _, line in hits}
    ours = [line for line in lines if line.id not in used]
    rest = [svc for svc in theirs if svc.id not in linked]
    if all(_DATE_OURS(line, keys) for line in ours) and all(_DATE_THEIRS(svc, keys) for svc in rest):
        return []
    others = tuple(name for name in names if name != "date")
    found = match(ours, rest, keys, others)
    return [(svc, line) for svc, line in found if not (_DATE_OURS(line, keys) and _DATE_THEIRS(svc, keys))]


_DATE_OURS, _DATE_THEIRS = _OURS["date"], _THEIRS["date"]


def _products(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], found: Mapping[int, tuple[ServiceLine, str]]
) -> list[tuple[RemitLine, ServiceLine]]:
    """Products of an unbundled line that charge nothing: their submitted code (SVC06) is that of one line only, and
    another SVC of this answer keeps its charge."""
    answered = {line.id for line, _ in found.values()}
    hits = []
    for svc in theirs:
        if svc.id in found or not _is_product(svc):
            continue
        same = [line for line in lines if _code(line.procedure) == submitted_code(svc)]
        if len(same) == 1 and same[0].id in answered:
            hits.append((svc, same[0]))
    return hits


def _is_product(svc: RemitLine) -> bool:
    return svc.charge == 0 and bool(svc.submitted_procedure) and svc.submitted_procedure != svc.procedure


def _by_sum(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, names: Sequence[str]
) -> list[tuple[RemitLine, ServiceLine]]:
    """Several SVCs of one service (and date) whose charges add up to one line (N123)."""
    others = tuple(name for name in names if name != "charge_sum")
    left: dict[Key, list[ServiceLine]] = defaultdict(list)
    right: dict[Key, list[RemitLine]] = defaultdict(list)
    for line in lines:
        left[keys.ours(line, others)].append(line)
    for svc in theirs:
        if not _is_product(svc):
            right[keys.theirs(svc, others)].append(svc)
    hits: list[tuple[RemitLine, ServiceLine]] = []
    for key, parts in right.items():
        total = abs(sum(part.charge for part in parts))
        candidates = [c for c in left.get(key, []) if c.charge == total] if key is not None else []
        if len(parts) > 1 and len(candidates) == 1:
            hits += [(part, candidates[0]) for part in parts]
    return hits


def _by_place(
    lines: Sequence[ServiceLine],
    theirs: Sequence[RemitLine],
    taken: set[int],
    found: Mapping[int, Any],
) -> list[tuple[RemitLine, ServiceLine]]:
    """As many lines on both sides, and every code agrees in order (a product at 0.00 is no line of ours)."""
    if len(lines) != len(theirs) or any(
        _code(line.procedure) != submitted_code(svc) or (_is_product(svc) and line.charge)
        for line, svc in zip(lines, theirs, strict=True)
    ):
        return []
    return [
        (svc, line)
        for line, svc in zip(lines, theirs, strict=True)
        if line.id not in taken and svc.id not in found and submitted_code(svc)
    ]
