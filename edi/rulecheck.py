"""The examples inside a rule are its tests: wrap their X12 in envelopes, read it, analyse it, compare the verdict.

Used by `edi rules check` on an office's own rules and by our tests on ours.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from edi.analysis import model
from edi.analysis.causes.rules import Example, Rule
from edi.analysis.engine import Engine, Result
from edi.analysis.model import Claim, RemitClaim
from edi.records import mapping, reader

CLAIM = {
    "kind": "P",
    "filing": "CI",
    "payer": "EXAMPLE HEALTH PLAN",
    "npi": "1234567893",
    "tax": "999999999",
    "member": "EHP000111",
    "submitted": "20260310",
}
REMIT = {"payer": "EXAMPLE HEALTH PLAN", "npi": "1234567893", "paid": "20260402", "trace": ""}
GUIDES = {"P": "005010X222A1", "I": "005010X223A2"}


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not come out as it says. `at`: line of the rule's file."""

    rule: str
    path: str
    at: int
    example: str
    problem: str


def check(rules: list[Rule], engine: Engine, mappings: mapping.Mappings) -> Iterator[Failure]:
    """Run every example of `rules`. `engine` must hold all rules in force: a better-ranked one may be the cause."""
    for rule in rules:
        for example in rule.examples:
            problem = run(rule, example, engine, mappings)
            if problem:
                yield Failure(rule.id, rule.path, example.at, example.name, problem)


def run(rule: Rule, example: Example, engine: Engine, mappings: mapping.Mappings) -> str | None:
    """What is wrong with one example; None when it holds."""
    result = analyse(example, engine, mappings)
    wanted = [number for tag, _, text in example.parts if tag == "claim" for number in _control_numbers(text, "CLM")]
    wanted = wanted or [n for tag, _, text in example.parts if tag == "remit" for n in _control_numbers(text, "CLP")]
    if not wanted:
        return "it holds neither a claim (CLM) nor an answer (CLP)"
    number = wanted[-1]
    rows = [r for r in result.rows if r.claim.control_number == number]
    chosen = [r for r in rows if r.line and r.line.line_number == example.line] or [r for r in rows if r.line is None]
    if not chosen:
        return f"claim {number!r} has no line {example.line}"
    row = chosen[-1]
    found = next((f for f in result.findings if f.row is row), None)
    if example.verdict == "none":
        return f"{rule.id} is the cause, and should not be" if found and found.rule == rule.id else None
    if found is None:
        return f"the line is {row.state} and has no finding"
    if found.rule != rule.id:
        also = " ".join(other[0] for other in found.also) or "nothing else"
        return f"{found.rule} ({found.cause.id}, {found.verdict}) is the cause; also fitting: {also}"
    if found.verdict != example.verdict:
        return f"the verdict is {found.verdict}, not {example.verdict}"
    return None


def analyse(example: Example, engine: Engine, mappings: mapping.Mappings) -> Result:
    """Everything the engine says about an example, taken as one group."""
    claims, remits = records([wrapped(part, n) for n, part in enumerate(example.parts, start=1)], mappings)
    return engine.analyse(claims, remits)


def records(texts: list[str], mappings: mapping.Mappings) -> tuple[list[Claim], list[RemitClaim]]:
    """Read whole files from text into the analysis' objects, without a database."""
    rows: dict[str, list[list[Any]]] = {}
    for number, text in enumerate(texts, start=1):
        for batch in reader.read(io.BytesIO(text.encode()), number, mappings):
            for table, found in batch.rows.items():
                rows.setdefault(table, []).extend(found)
    tables = mappings.tables
    sets = {row[0]: dict(zip(_names(tables["transaction_set"]), row, strict=True)) for row in rows["transaction_set"]}
    chosen = {}
    for table in model.TABLES:
        names = _names(tables[table])
        made = []
        for row in rows.get(table, []):
            values = dict(zip(names, row, strict=True))
            if table == "claim":
                sent = sets.get(values["transaction_id"], {})
                values["submitted"] = sent.get("created_date") or sent.get("interchange_date")
                when = ("created_date", "created_time", "interchange_date", "interchange_time", "reference")
                values["submitted_key"] = " ".join(str(sent.get(name) or "") for name in when)
            made.append([values.get(name) for name in model.columns(table)])
        chosen[table] = made
    return model.assemble(chosen)


def _names(table: Any) -> list[str]:
    return [column.name for column in table.columns]


def _control_numbers(text: str, segment: str) -> list[str]:
    return [part.strip().split("*")[1] for part in text.split("~") if part.strip().startswith(segment + "*")]


def wrapped(part: tuple[str, dict[str, str], str], number: int) -> str:
    """A part of an example as a whole file: its segments in envelopes, with the senders and receivers they need."""
    tag, given, text = part
    body = [segment.strip() for segment in text.split("~") if segment.strip()]
    return _claim_file(body, CLAIM | given, number) if tag == "claim" else _remit_file(body, REMIT | given, number)


def _claim_file(body: list[str], values: dict[str, str], number: int) -> str:
    guide = GUIDES[values["kind"]]
    segments = [
        f"BHT*0019*00*{number:04d}*{values['submitted']}*1015*CH",
        "NM1*41*2*EXAMPLE SUBMITTER*****46*EHG001",
        "NM1*40*2*EXAMPLE RECEIVER*****46*EHP01",
        "HL*1**20*1",
        f"NM1*85*2*EXAMPLE BILLER*****XX*{values['npi']}",
        f"REF*EI*{values['tax']}",
        "HL*2*1*22*0",
        f"SBR*P*18*******{values['filing']}",
        f"NM1*IL*1*DOE*JAN****MI*{values['member']}",
        "DMG*D8*19580704*F",
        f"NM1*PR*2*{values['payer']}*****PI*{_payer_id(values['payer'])}",
        *body,
    ]
    return _enveloped("837", guide, "HC", values["submitted"], segments, number)


def _remit_file(body: list[str], values: dict[str, str], number: int) -> str:
    total = sum((_amount(s.split("*")[4]) for s in body if s.startswith("CLP*")), Decimal(0))
    for segment in body:
        if segment.startswith("PLB*"):
            total -= sum((_amount(amount) for amount in segment.split("*")[4::2]), Decimal(0))
    segments = [
        f"BPR*I*{total}*C*ACH*CCP*01*999999992*DA*0001*1999999999**01*999999992*DA*0002*{values['paid']}",
        f"TRN*1*{values['trace'] or f'EFT{number:06d}'}*1999999999",
        f"DTM*405*{values['paid']}",
        f"N1*PR*{values['payer']}*XV*{_payer_id(values['payer'])}",
        f"N1*PE*EXAMPLE BILLER*XX*{values['npi']}",
        "LX*1",
        *body,
    ]
    return _enveloped("835", "005010X221A1", "HP", values["paid"], segments, number)


def _payer_id(name: str) -> str:
    return "".join(word[0] for word in name.split()) + "01"


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _enveloped(set_code: str, guide: str, group: str, day: str, segments: list[str], number: int) -> str:
    st = f"ST*{set_code}*0001" + (f"*{guide}" if set_code == "837" else "")
    parties = f"*00*{'':10}*00*{'':10}*ZZ*{'EXAMPLE':15}*ZZ*{'EXAMPLE':15}"
    head = (
        f"ISA{parties}*{day[2:]}*1015*^*00501*{number:09d}*0*T*:",
        f"GS*{group}*EXAMPLE*EXAMPLE*{day}*1015*{number}*X*{guide}",
        st,
    )
    tail = (f"SE*{len(segments) + 2}*0001", f"GE*1*{number}", f"IEA*1*{number:09d}")
    return "".join(f"{segment}~\n" for segment in (*head, *segments, *tail))
