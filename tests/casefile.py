"""Labelled cases in short hand: claims, remittances and the answer that an expert gives, a line each.

    == name of the case                      what follows belongs to it; `# ...` is a comment
    claim A1 pos=11 dx=R0789,I10 sent=20260310 | REF*G1*AUTH1
      78452 1450                             code[-modifier...][xunits] charge [date=] [ptr=1:2] [rev=] [| segments]
      A9500x2 240
    remit A1 paid=20260402                   status icn fac freq payer npi paid trace | segments after QC
      78452 1450 CO-197=1450 N163            code charge, CAS amounts, remark codes, as=78451 where priced otherwise
      A9500x2 240 CO-45=120 PR-2=20
    remit A1 charge=1690 CO-18=1690          a claim answered as a whole (MOA:N1 for a remark on the claim)
    expect A1 1 denied authorization-not-sent confirmed 1450.00    (A1/7: the replacement of A1)
    expect A1 2 paid
    expect A1 3 paid first=denied open=no paid=240.00 other=0.00

What is paid is the charge less the CAS amounts, so every case balances. `parts` turns a case into the fragments that
`edi.rulecheck` wraps in envelopes and reads.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

_CAS = re.compile(r"(CO|PR|OA|PI|CR)-(\w+)=(-?[\d.]+)$")
_CODE = re.compile(r"(?P<code>[A-Z0-9]{3,5})(?P<modifiers>(-[A-Z0-9]{2})*)(x(?P<units>[\d.]+))?$")
_REMARK = re.compile(r"(M|MA|N)\d{1,3}$")


@dataclass
class Entry:
    """One claim or remittance: its words, its segments after '|', its lines."""

    kind: str
    number: str
    keys: dict[str, str]
    words: list[str]
    segments: list[str]
    lines: list[Entry] = field(default_factory=list)


@dataclass
class Expected:
    number: str
    line: int
    state: str
    cause: str | None
    verdict: str | None
    denied: str | None
    keys: dict[str, str]  # first= state at first, open=yes|no, follows= line it hangs on, paid= and the other columns


@dataclass
class LabelledCase:
    name: str
    entries: list[Entry] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)

    @property
    def parts(self) -> tuple[tuple[str, dict[str, str], str], ...]:
        return tuple(_claim(e) if e.kind == "claim" else _remit(e) for e in self.entries)


def read(path: Path) -> Iterator[LabelledCase]:
    """The cases of one file."""
    yield from parse(path.read_text())


def parse(text: str) -> list[LabelledCase]:
    found: list[LabelledCase] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        first = line.split()[0]
        if first == "==":
            found.append(LabelledCase(line[2:].strip()))
        elif first in ("claim", "remit"):
            found[-1].entries.append(_entry(line))
        elif first == "expect":
            found[-1].expected.append(_expected(line.split()[1:]))
        else:
            found[-1].entries[-1].lines.append(_entry("line " + line))
    return found


def _entry(text: str) -> Entry:
    body, _, tail = text.partition("|")
    words = shlex.split(body)
    keys = dict(w.split("=", 1) for w in words[2:] if "=" in w and not _CAS.match(w))
    rest = [w for w in words[2:] if "=" not in w or _CAS.match(w)]
    return Entry(words[0], words[1], keys, rest, [s.strip() for s in tail.split("~") if s.strip()])


def _expected(words: list[str]) -> Expected:
    number, line, state, *more = words
    given: list[str | None] = [None if word == "-" else word for word in more if "=" not in word]
    cause, verdict, denied = [*given, None, None, None][:3]
    keys = dict(word.split("=", 1) for word in more if "=" in word)
    return Expected(number, int(line), state, cause, verdict, denied, keys)


def _code(text: str) -> tuple[str, list[str], str]:
    match = _CODE.match(text)
    assert match, text
    return match["code"], [m for m in match["modifiers"].split("-") if m], match["units"] or "1"


def _wrapping(keys: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    return {given: keys[name] for name, given in names.items() if name in keys}


def _claim(entry: Entry) -> tuple[str, dict[str, str], str]:
    keys = entry.keys
    institutional = keys.get("kind") == "I"
    place, day = keys.get("pos", "13" if institutional else "11"), keys.get("on", "20260305")
    total = sum(Decimal(line.words[0]) for line in entry.lines)
    parts = _subscriber(keys) if "resp" in keys else []
    parts.append(
        f"CLM*{entry.number}*{total}***{place}:{'A' if institutional else 'B'}:{keys.get('freq', '1')}*Y*A*Y*Y"
    )
    if institutional:
        parts += [f"DTP*434*RD8*{day}-{day}", f"CL1*{keys.get('adm', '3')}*1*01"]
    after = ("NM1", "SBR", "PRV", "AMT", "OI", "DTP*573")
    parts += [s for s in entry.segments if not s.startswith(after)]
    diagnoses = keys.get("dx", "R0789,I10").split(",")
    parts.append("HI*" + "*".join(f"{'ABF' if n else 'ABK'}:{d}" for n, d in enumerate(diagnoses)))
    parts += [s for s in entry.segments if s.startswith(after)]
    for number, line in enumerate(entry.lines, start=1):
        code, modifiers, units = _code(line.number)
        procedure = ":".join(["HC", code, *modifiers])
        parts.append(f"LX*{number}")
        if institutional:
            parts.append(f"SV2*{line.keys.get('rev', '0341')}*{procedure}*{line.words[0]}*UN*{units}")
        else:
            parts.append(
                f"SV1*{procedure}*{line.words[0]}*UN*{units}*{line.keys.get('pos', '')}**{line.keys.get('ptr', '1')}"
            )
        parts.append(f"DTP*472*D8*{line.keys.get('date', day)}")
        parts += line.segments
    names = {n: n for n in ("kind", "filing", "payer", "npi", "tax", "member")} | {"sent": "submitted"}
    return "claim", _wrapping(keys, names), "~ ".join(parts) + "~"


def _subscriber(keys: dict[str, str]) -> list[str]:
    """A second subscriber loop, for a claim that goes to a further payer (`resp=S`)."""
    payer = keys.get("payer", "EXAMPLE HEALTH PLAN")
    return [
        "HL*3*1*22*0",
        f"SBR*{keys['resp']}*18*******{keys.get('filing', 'CI')}",
        f"NM1*IL*1*DOE*JAN****MI*{keys.get('member', 'EHP000111')}",
        "DMG*D8*19580704*F",
        f"NM1*PR*2*{payer}*****PI*{''.join(w[0] for w in payer.split())}01",
    ]


def _remit(entry: Entry) -> tuple[str, dict[str, str], str]:
    keys, reversal = entry.keys, entry.keys.get("status") == "22"
    body: list[str] = []
    charge = paid = patient = Decimal(0)
    for line in entry.lines:
        code, modifiers, units = _code(line.number)
        amount = Decimal(line.words[0])
        adjustments = [m for m in map(_CAS.match, line.words[1:]) if m]
        left = amount - sum(Decimal(m[3]) for m in adjustments)
        charge, paid = charge + amount, paid + left
        patient += sum((Decimal(m[3]) for m in adjustments if m[1] == "PR"), Decimal(0))
        submitted = ":".join(["HC", code, *modifiers])
        priced = line.keys.get("as")
        shown = f"HC:{priced}" if priced else submitted
        count = f"-{units}" if reversal else units
        segment = f"SVC*{shown}*{amount}*{left}*{line.keys.get('rev', '')}*{count}" + (
            f"*{submitted}" if priced else ""
        )
        body += [segment, f"DTM*472*{line.keys.get('date', keys.get('on', '20260305'))}"]
        body += [f"CAS*{m[1]}*{m[2]}*{m[3]}" for m in adjustments]
        body += line.segments
        body += [f"LQ*HE*{w}" for w in line.words[1:] if _REMARK.match(w)]
    whole = [m for m in map(_CAS.match, entry.words) if m]
    off = sum((Decimal(m[3]) for m in whole), Decimal(0))
    if not entry.lines:
        charge = paid = Decimal(keys["charge"])
    paid -= off
    patient += sum((Decimal(m[3]) for m in whole if m[1] == "PR"), Decimal(0))
    head = [
        f"CLP*{entry.number}*{keys.get('status', '1')}*{charge}*{paid}*{patient}*{keys.get('cfc', '12')}"
        f"*{keys.get('icn', 'ICN1')}*{keys.get('fac', '11')}*{keys.get('freq', '1')}",
        *(f"CAS*{m[1]}*{m[2]}*{m[3]}" for m in whole),
        f"NM1*QC*1*DOE*JAN****MI*{keys.get('member', 'EHP000111')}",
        *(s for s in entry.segments if s.startswith("NM1")),
    ]
    moa = [w[4:] for w in entry.words if w.startswith("MOA:")]
    if moa:
        head.append("MOA***" + "*".join(moa))
    head += [s for s in entry.segments if not s.startswith("NM1")]
    if not entry.lines:
        head.append(f"DTM*232*{keys.get('on', '20260305')}")
    names = {n: n for n in ("payer", "npi", "paid", "trace")}
    return "remit", _wrapping(keys, names), "~ ".join([*head, *body]) + "~"
