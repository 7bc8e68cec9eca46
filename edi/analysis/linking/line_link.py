"""Lines to lines: the service lines of a claim and the SVCs of one answer, down the ladder of mappings/link.csv.

The first tier whose key is unique on both sides wins. Identical lines answered by as many identical SVCs link in
order. What ties at every tier stays unlinked and is called ambiguous (domain.md section 5, matching tiers).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edi.analysis.linking.line_keys import (
    IDENTITY,
    OURS,
    THEIRS,
    Key,
    Keys,
    code_of,
    is_place,
    names_service,
    same_service,
    submitted_code,
    units_of,
)
from edi.analysis.model import RemitClaim, RemitLine, ServiceLine


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


def link_lines(
    lines: Sequence[ServiceLine],
    remit: RemitClaim,
    tiers: Iterable[tuple[str, tuple[str, ...]]],
    aliases: Mapping[str | int, ServiceLine] | None = None,
    only: Container[int] | None = None,
    reversed_: Sequence[tuple[RemitLine, ServiceLine]] = (),
) -> LineLinks:
    """Link the SVCs of `remit` (or `only` those with these ids) to `lines`. `tiers`: (name, keys) in order, from
    mappings/link.csv; `aliases`: the lines of further submissions, by id and line control number; `reversed_`: the
    links of the answer that `remit` takes back."""
    keys = Keys(remit, aliases or {})
    svcs = remit.lines if only is None else [svc for svc in remit.lines if svc.id in only]
    found: dict[int, tuple[ServiceLine, str]] = {}
    taken: set[int] = set()
    for tier, names in tiers:
        theirs = [line for line in svcs if line.id not in found] if found else svcs
        if not theirs:
            break
        if names[0] == "settled":
            hits = _settled(lines, theirs, keys)
        elif names[0] == "line_control":
            hits = _by_line_control(lines, theirs, keys, with_code="code" in names)
        elif "product" in names:
            hits = _products(lines, svcs, found)
        elif "reversed" in names:
            hits = _by_reversal(theirs, reversed_)
        elif "ordinal" in names:
            hits = _by_place(lines, svcs, taken, found)
        else:
            match = _by_sum if "charge_sum" in names else _by_key
            hits = match([line for line in lines if line.id not in taken], theirs, keys, names)
            if "date" in names and "charge" in " ".join(names):  # code alone is too little
                hits += _undated(match, hits, lines, theirs, taken, keys, names)
            if "charge_sum" in names:
                hits += _by_day(hits, lines, theirs, taken)
        if "revenue_code" in names:  # a procedure of another name is another service
            hits = [(svc, line) for svc, line in hits if not (code_of(line.procedure) and submitted_code(svc))]
        for svc, line in hits:
            found[svc.id] = (line, tier)
            taken.add(line.id)
    result = LineLinks()
    for svc in svcs:
        if svc.id in found:
            result.pairs.append((svc, *found[svc.id]))
            continue
        result.unlinked.append(svc)
        rivals = [line for line in lines if line.id not in taken and same_service(line, svc)]
        if rivals:
            result.ambiguous[svc.id] = rivals
    return result


def _settled(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys
) -> list[tuple[RemitLine, ServiceLine]]:
    """What a person said of a line; said of a further submission's line, it goes to ours that it repeats."""
    hits = []
    for svc in theirs:
        if svc.settled is not None:
            line = next((line for line in lines if line.id == svc.settled), keys.aliases.get(svc.settled))
            hits += [(svc, line)] if line is not None else []
    return hits


def _by_line_control(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, with_code: bool
) -> list[tuple[RemitLine, ServiceLine]]:
    """One of our lines may be answered by several SVCs with its control number (a split); the reverse is a tie."""
    if not any(svc.line_control for svc in theirs):
        return []
    ours: dict[str, list[ServiceLine]] = defaultdict(list)
    for line in lines:
        if line.line_control:
            ours[line.line_control].append(line)
    for control, line in keys.aliases.items():
        if isinstance(control, str):
            ours.setdefault(control, [line])
    hits = []
    for svc in theirs:
        candidates = ours.get(svc.line_control or "", [])
        if with_code:
            candidates = [line for line in candidates if same_service(line, svc)]
        elif is_place(svc.line_control):
            candidates = [line for line in candidates if line.charge == abs(svc.charge)]
        if len(candidates) == 1:
            hits.append((svc, candidates[0]))
    return hits


def _by_key(
    lines: Sequence[ServiceLine], theirs: Sequence[RemitLine], keys: Keys, names: Sequence[str]
) -> list[tuple[RemitLine, ServiceLine]]:
    left: dict[Key, list[ServiceLine]] = defaultdict(list)
    right: dict[Key, list[RemitLine]] = defaultdict(list)
    our_key, their_key = keys.ours(names), keys.theirs(names)
    for line in lines:
        left[our_key(line)].append(line)
    for svc in theirs:
        if "charge" in names or not _is_product(svc):
            right[their_key(svc)].append(svc)
    hits: list[tuple[RemitLine, ServiceLine]] = []
    for key, answers in right.items():
        candidates = left.get(key, []) if key is not None else []
        if len(candidates) == len(answers) == 1:
            hits.append((answers[0], candidates[0]))
        elif 1 <= len(candidates) <= len(answers) and _alike(OURS, candidates, keys):
            same = len(candidates) == len(answers) and _alike(THEIRS, answers, keys)
            if same or (
                "charge" in names and len({svc.told() for svc in answers}) == 1
            ):  # some repeat others: repeats.py
                hits += zip(answers, candidates, strict=False)
    return hits


def _alike(key_of: Mapping[str, Callable[..., Hashable]], lines: Sequence[Any], keys: Keys) -> bool:
    """Whether lines of one side are identical (INTERFACE, netting)."""
    return len({tuple(key_of[name](line, keys) for name in IDENTITY) for line in lines}) == 1


def _by_reversal(
    theirs: Sequence[RemitLine], reversed_: Sequence[tuple[RemitLine, ServiceLine]]
) -> list[tuple[RemitLine, ServiceLine]]:
    """The SVCs of a reversal and those that they repeat with opposite signs, where only one line could be meant."""
    hits = []
    for svc in theirs:
        lines = {
            line.id: line
            for earlier, line in reversed_
            if (earlier.procedure, earlier.charge, earlier.paid) == (svc.procedure, -svc.charge, -svc.paid)
        }
        if len(lines) == 1:
            hits += [(svc, line) for line in lines.values()]
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
    if len(hits) == len(theirs):
        return []
    linked = {svc.id for svc, _ in hits}
    used = taken | {line.id for _, line in hits}
    ours = [line for line in lines if line.id not in used]
    rest = [svc for svc in theirs if svc.id not in linked]
    if all(_DATE_OURS(line, keys) for line in ours) and all(_DATE_THEIRS(svc, keys) for svc in rest):
        return []
    others = tuple(name for name in names if name != "date")
    found = match(ours, rest, keys, others)
    return [(svc, line) for svc, line in found if not (_DATE_OURS(line, keys) and _DATE_THEIRS(svc, keys))]


_DATE_OURS, _DATE_THEIRS = OURS["date"], THEIRS["date"]


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
        same = [line for line in lines if code_of(line.procedure) == submitted_code(svc)]
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
    our_key, their_key = keys.ours(others), keys.theirs(others)
    for line in lines:
        left[our_key(line)].append(line)
    for svc in theirs:
        if not _is_product(svc):
            right[their_key(svc)].append(svc)
    hits: list[tuple[RemitLine, ServiceLine]] = []
    for key, parts in right.items():
        total = abs(sum(part.charge for part in parts))
        candidates = [c for c in left.get(key, []) if c.charge == total] if key is not None else []
        if len(parts) > 1 and len(candidates) == 1:
            hits += [(part, candidates[0]) for part in parts]
    return hits


def _by_day(
    hits: Sequence[tuple[RemitLine, ServiceLine]],
    lines: Sequence[ServiceLine],
    theirs: Sequence[RemitLine],
    taken: set[int],
) -> list[tuple[RemitLine, ServiceLine]]:
    """A line answered day by day: the charges add up, no other line has the service, and the days are those that the
    line spans; or it names one of them, and the units add up too."""
    linked = {svc.id for svc, _ in hits}
    found = []
    for line in lines:
        first, last = line.service_date, line.service_date_end or line.service_date
        if line.id in taken or not first or not last:
            continue
        parts = [svc for svc in theirs if svc.id not in linked and names_service(line, svc)]
        days = {svc.service_date for svc in parts if svc.service_date}
        alone = sum(code_of(line.procedure) == code_of(other.procedure) for other in lines) == 1
        if len(parts) < 2 or len(days) < 2 or not alone or abs(sum(svc.charge for svc in parts)) != line.charge:
            continue
        whole = sum(units_of(svc.quantity) for svc in parts) == units_of(line.units)
        if all(svc.service_date and first <= svc.service_date <= last for svc in parts) or (first in days and whole):
            found += [(svc, line) for svc in parts]
    return found


def _by_place(
    lines: Sequence[ServiceLine],
    theirs: Sequence[RemitLine],
    taken: set[int],
    found: Mapping[int, tuple[ServiceLine, str]],
) -> list[tuple[RemitLine, ServiceLine]]:
    """As many lines on both sides, and every code agrees in order (a product at 0.00 is no line of ours)."""
    if len(lines) != len(theirs) or any(
        code_of(line.procedure) != submitted_code(svc) or (_is_product(svc) and line.charge)
        for line, svc in zip(lines, theirs, strict=True)
    ):
        return []
    return [
        (svc, line)
        for line, svc in zip(lines, theirs, strict=True)
        if line.id not in taken and svc.id not in found and submitted_code(svc)
    ]
