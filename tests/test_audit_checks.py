"""Every scrub check: what triggers it, and the exceptions that must not (domain.md section 7); cases in cases/audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.audit.auditor import Audited, Auditor
from edi.analysis.audit.checks import CHECKS, Denials, Past, catalog
from edi.analysis.grouping import normalised
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.reference import load_reference
from edi.analysis.reference.tables import causes
from edi.records import mapping
from edi.resources import Resources
from tests.casefile import LabelledCase, parse

FOLDER = Path(__file__).parent / "cases" / "audit"
PAYER = "EXAMPLE HEALTH PLAN"
OWN = ("load", "past", "found", "never", "unchecked", "clean")


@dataclass
class AuditCase:
    """A case in short hand with what is loaded, what the history says of the payer, and what is expected."""

    name: str
    text: list[str] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    loaded: dict[str, list[dict[str, str | float]]] = field(default_factory=lambda: defaultdict(list))

    def told(self, word: str) -> list[list[str]]:
        return [rest for first, *rest in self.words if first == word]


def cases() -> Iterator[AuditCase]:
    for path in sorted(FOLDER.glob("*.txt")):
        current: AuditCase | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if line.startswith("=="):
                if current:
                    yield current
                current = AuditCase(line[2:].strip(), [line])
            elif current and words and words[0] == "load":
                table, rest = line.split(maxsplit=2)[1:]
                row = dict(part.strip().split("=", 1) for part in rest.split(";"))
                units: dict[str, str | float] = {"units": float(row["units"])} if "units" in row else {}
                current.loaded[table].append({**row, **units})
            elif current and words and words[0] in OWN:
                current.words.append(words)
            elif current:
                current.text.append(line)
        if current:
            yield current


CASES = list(cases())
RESOURCES = Resources()
WORDS = catalog(RESOURCES)


@cache
def mappings() -> mapping.Mappings:
    return mapping.load(RESOURCES)


def past(case: AuditCase) -> Past:
    payer = normalised(PAYER)
    if not case.told("past"):
        return Past()
    denials, asked, decided = {}, {}, {}
    for first, *rest in case.told("past"):
        if first == "asked":
            asked[payer, rest[0]], decided[payer, rest[0]] = int(rest[1]), int(rest[2])
        else:
            denials[payer, first] = Denials(int(rest[0]), 145000)
    return Past(True, denials, decided, asked)


def audited(case: AuditCase) -> Audited:
    """The last claim of a case goes out; everything before it is history."""
    labelled: LabelledCase = parse("\n".join(case.text))[0]
    texts = [rulecheck.wrapped(part, number) for number, part in enumerate(labelled.parts, start=1)]
    claims, remits = rulecheck.records(texts, mappings())
    *known, last = sorted(claims, key=lambda claim: claim.id)
    hospitals = frozenset(c.billing_npi or "" for c in claims if c.kind == "837I")
    reference = load_reference(RESOURCES, case.loaded)
    auditor = Auditor(WORDS, reference, load_ladder(RESOURCES), past=past(case), hospitals=hospitals)
    return auditor.audit([last], known, remits)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: AuditCase) -> None:
    result = audited(case)
    found = {(one.entry.name, one.line.line_number if one.line else None) for one in result.findings}
    told = found | {(name, None) for name, _ in found}
    for name, *rest in case.told("found"):
        assert name in WORDS
        line = int(rest[0]) if rest else None
        assert (name, line) in told, f"{name} is not among {sorted(map(str, found))}"
        values = [str(one.value) for one in result.findings if one.entry.name == name]
        assert any(" ".join(rest[1:]) in value for value in values), values
    seen = {name for name, _ in found} | {WORDS[name].id for name, _ in found}
    for (name,) in case.told("never"):
        assert name in WORDS or name in {number for number, _ in CHECKS}
        assert name not in seen, sorted(map(str, found))
    unchecked = {one.id for one in result.unchecked}
    for (number,) in case.told("unchecked"):
        assert number in unchecked
    if case.told("clean"):
        assert not found


def test_every_check_has_a_case_that_triggers_it_and_one_that_must_not() -> None:
    found = {name for case in CASES for name, *_ in case.told("found")}
    assert found == set(WORDS)
    never = {name for case in CASES for (name,) in case.told("never")}
    never |= {WORDS[name].id for name in never if name in WORDS}
    assert {f"S{number:02d}" for number in range(1, 31)} <= never


def test_catalogue_and_checks_name_the_same() -> None:
    numbers = {f"S{number:02d}" for number in range(1, 31)}
    assert {number for number, _ in CHECKS} == numbers == {entry.id for entry in WORDS.values()}
    known = causes(RESOURCES)
    for entry in WORDS.values():
        assert entry.cause in known or (entry.kind == "missed-charge" and not entry.cause), entry.name
        assert entry.level in ("error", "warning")
        assert entry.kind in ("denial", "missed-charge")
        assert entry.message
        assert entry.why
        assert entry.action


def test_findings_name_no_patient() -> None:
    for case in CASES:
        for one in audited(case).findings:
            text = f"{one.value} {one.entry.message}"
            assert not {"DOE", "EHP000111", "1EG4TE5MK72", "19580704", "1958-07-04"} & set(text.split())
