"""Lines to lines: the service lines of a claim and the SVCs of one answer, down the ladder of mappings/link.csv.

The first tier whose key is unique on both sides wins. Identical lines answered by as many identical SVCs link in
order. What ties at every tier stays unlinked and is called ambiguous (domain.md section 5, matching tiers).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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


def _code(code: str | None) -> str:
    return (code or "").strip().upper()


def _number(units: float | int | None) -> float:
    return abs(float(units)) if units is not None else 1.0


class Keys:
    """The comparisons that mappings/link.csv names, for both sides of one answer."""

    def __init__(self, remit: RemitClaim, aliases: Mapping[str, ServiceLine]) -> None:
        self.default_date = remit.statement_from
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
    "revenue_code": lambda line, _: (line.revenue_code or "").lstrip("0"),
}
_THEIRS: dict[str, Callable[[RemitLine, Keys], Hashable]] = {
    "line_control": lambda line, _: line.line_control,
    "code": lambda line, _: _code(line.code),
    "modifiers": lambda line, _: frozenset(line.modifiers),
    "date": lambda line, keys: line.service_date or keys.default_date,
    "charge": lambda line, _: abs(line.charge),
    "units": lambda line, _: _number(line.quantity),
    "revenue_code": lambda line, _: (line.revenue_code or "").lstrip("0"),
}
_IDENTITY = ("code", "modifiers", "date", "charge", "units")


def link_lines(
    lines: Sequence[ServiceLine],
    remit: RemitClaim,
    tiers: Iterable[tuple[str, tuple[str, ...]]],
    aliases: Mapping[str, ServiceLine] | None = None,
) -> LineLinks:
    """Link the SVCs of `remit` to `lines`. `tiers`: (name, keys) in order, from mappings/link.csv."""
    keys = Keys(remit, aliases or {})
    found: dict[int, tuple[ServiceLine, str]] = {}
    taken: set[int] = set()
    for tier, names in tiers:
        theirs = [line for line in remit.lines if line.id not in found]
        if not theirs:
            break
        if names[0] == "line_control":
            hits = _by_line_control(lines, theirs, keys, with_code="code" in names)
        elif "charge_sum" in names:
            hits = _by_sum([line for line in lines if line.id not in taken], theirs, keys)
        elif "ordinal" in names:
            hits = _by_place(lines, remit.lines, taken, found)
        else:
            hits = _by_key([line for line in lines if line.id not in taken], theirs, keys, names)
        for svc, line in hits:
            found[svc.id] = (line, tier)
            taken.add(line.id)
    result = LineLinks()
    for svc in remit.lines:
        if svc.id in found:
            result.pairs.append((svc, *found[svc.id]))
            continue
        result.unlinked.append(svc)
        rivals = [line for line in lines if line.id not in taken and _code(line.procedure) == _code(svc.code) != ""]
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
            candidates = [c for c in candidates if _code(c.procedure) == _code(svc.code)]
        if len(candidates) == 1:
            hits.append((svc, candidates[0]))
    return hits


def _by_key(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, names: Sequence[str]
) -> list[tuple[RemitLine, ServiceLine]]:
    left: dict[Key, list[ServiceLine]] = defaultdict(list)
    right: dict[Key, list[RemitLine]] = defaultdict(list)
    for line in lines:
        left[keys.ours(line, names)].append(line)
    for svc in theirs:
        right[keys.theirs(svc, names)].append(svc)
    hits: list[tuple[RemitLine, ServiceLine]] = []
    for key, answers in right.items():
        candidates = left.get(key, []) if key is not None else []
        if len(candidates) == len(answers) == 1 or (
            len(candidates) == len(answers)
            and len({keys.ours(c, _IDENTITY) for c in candidates}) == 1
            and len({keys.theirs(a, _IDENTITY) for a in answers}) == 1
        ):
            hits += zip(answers, candidates, strict=True)
    return hits


def _by_sum(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys
) -> list[tuple[RemitLine, ServiceLine]]:
    """Several SVCs of one code and date whose charges add up to one line (N123; products of an unbundling at 0.00)."""
    left: dict[Key, list[ServiceLine]] = defaultdict(list)
    right: dict[Key, list[RemitLine]] = defaultdict(list)
    for line in lines:
        left[keys.ours(line, ("code", "date"))].append(line)
    for svc in theirs:
        right[keys.theirs(svc, ("code", "date"))].append(svc)
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
    if len(lines) != len(theirs):
        return []
    return [
        (svc, line)
        for line, svc in zip(lines, theirs, strict=True)
        if line.id not in taken and svc.id not in found and _code(line.procedure) == _code(svc.code) != ""
    ]
