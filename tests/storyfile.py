"""Histories in short hand: claims, what payers did with them over time, and the rows that must come of it.

    == name of the history                    a line that begins with # is a comment
    claim A1 sent=03-10                number= (CLM01, where another) freq= icn= (REF*F8) payer= member= resp= kind=I
      78452-26x1 1000 6R=7             code[-modifiers][xunits] charge; `-` where there is no code; on= to= rev=
    pay 04-02 payer= trace= npi=       a payment; the answers below belong to it
    answer A1 icn=I1 status= freq=     CLP01 CLP07 CLP02 CLP09, ref= (REF*F8) charge= paid=; CAS amounts of the claim
      78452 1000 CO-45=600 PR-1=100    paid is the charge less the CAS amounts, unless paid= says otherwise
    undo 1 of=I9 keep-units            the reversal of the history's first answer (`answer` and `undo` count, from 1)
    = A1/1 paid paid=300 patient=100 contractual=600 by=line-control
    = A1/2 denied>paid ...             denied at first, paid now; * where the rules leave the state open

Dates are month-day of 2026 or whole. A row is named by its claim and line (A1/1), or A1/claim (answered as a whole),
A1/extra (beside its lines); ?A1/1 where no claim was found, and A1:7/1 for the replacement. Columns not named are 0.00,
and the rows are all that there are. `by` is the tier of each link in time order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edi.analysis.model import Claim, Payment, RemitClaim, RemitLine, ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from tests import build

COLUMNS = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
_CAS = re.compile(r"([A-Z]{2}-\w+)=(-?[\d.]+)$")
_CODE = re.compile(r"(?P<code>-|[A-Z0-9]{3,5})(?P<modifiers>(-[A-Z0-9]{2})*)(x(?P<units>-?[\d.]+))?$")


@dataclass
class History:
    """One history: its records, and the rows that an expert expects of it, by their names."""

    name: str
    claims: list[Claim] = field(default_factory=list)
    remits: list[RemitClaim] = field(default_factory=list)
    expected: dict[str, dict[str, str]] = field(default_factory=dict)


def read(path: Path) -> list[History]:
    found: list[History] = []
    payment: Payment | None = None
    waiting: tuple[str, dict[str, str], dict[str, int], list[Any]] | None = None
    for text in [*path.read_text(encoding="utf-8").splitlines(), "=="]:
        line = text.rstrip() if not text.startswith("#") else ""
        if not line:
            continue
        words = line.split()
        keys = dict(word.split("=", 1) for word in words if "=" in word[1:] and not _CAS.match(word))
        cas = {m[1]: cents(m[2]) for m in map(_CAS.match, words) if m}
        if line.startswith(" "):
            assert waiting is not None, line
            waiting[3].append((_line if waiting[0] == "claim" else _svc)(words, keys, cas))
            continue
        if waiting is not None:
            _finish(found[-1], payment, *waiting)
            waiting = None
        if words[0] == "==":
            found.append(History(line[2:].strip()))
        elif words[0] == "pay":
            more = {name: keys[name] for name in ("trace", "payer") if name in keys}
            payment = build.payment(day(words[1]), **{"trace": f"EFT{words[1]}", **more})
            payment.payee_npi = keys.get("npi", payment.payee_npi)
        elif words[0] == "=":
            found[-1].expected[words[1]] = {"state": words[2], **keys}
        elif words[0] == "undo":
            assert payment is not None, line
            found[-1].remits.append(_undo(found[-1].remits[int(words[1]) - 1], payment, keys, "keep-units" in words))
        else:
            waiting = (words[0], {"name": words[1], **keys}, cas, [])
    return [one for one in found if one.name]


def _finish(
    history: History, payment: Payment | None, kind: str, keys: dict[str, str], cas: dict[str, int], lines: list[Any]
) -> None:
    if kind == "claim":
        history.claims.append(_claim(keys, lines))
    else:
        assert kind == "answer", kind
        assert payment is not None, "an answer belongs to a payment"
        history.remits.append(_answer(keys, cas, lines, payment))


def cents(text: str) -> int:
    return round(float(text) * 100)


def day(text: str) -> str:
    return text if len(text) > 5 else f"2026-{text}"


def _code(text: str) -> tuple[str | None, list[str], float]:
    match = _CODE.match(text)
    assert match, text
    code = None if match["code"] == "-" else match["code"]
    return code, [one for one in match["modifiers"].split("-") if one], float(match["units"] or 1)


def _shared(keys: dict[str, str]) -> dict[str, Any]:
    more: dict[str, Any] = {"line_control": keys.get("6R"), "revenue_code": keys.get("rev")}
    if "on" in keys:
        more["service_date"] = None if keys["on"] == "-" else day(keys["on"])
    if "to" in keys:
        more["service_date_end"] = day(keys["to"])
    return more


def _line(words: list[str], keys: dict[str, str], cas: dict[str, int]) -> ServiceLine:
    del cas
    code, modifiers, units = _code(words[0])
    return build.line(code, cents(words[1]), *modifiers, units=units, **_shared(keys))


def _svc(words: list[str], keys: dict[str, str], cas: dict[str, int]) -> RemitLine:
    code, modifiers, units = _code(words[0])
    charge = cents(words[1])
    made = build.svc(code, charge, cents(keys["paid"]) if "paid" in keys else charge - sum(cas.values()),
                     "; ".join(f"{name} {amount}" for name, amount in cas.items()), *modifiers, units=units,
                     **_shared(keys))  # fmt: skip
    if "as" in keys:  # SVC01 is what the payer made of it, SVC06 what was submitted
        made.procedure, made.submitted_procedure = keys["as"], code
    if "allowed" in keys:
        made.allowed_cents = cents(keys["allowed"])
    return made


def _claim(keys: dict[str, str], lines: list[ServiceLine]) -> Claim:
    names = {"freq": "frequency", "icn": "payer_control_number", "payer": "payer_name", "member": "member_id",
             "resp": "responsibility", "last": "patient_last", "first": "patient_first", "npi": "billing_npi",
             "bill": "place_of_service", "filing": "filing_code"}  # fmt: skip
    more: dict[str, Any] = {given: keys[name] for name, given in names.items() if name in keys}
    if "payer" in keys:
        more["payer_id"] = keys["payer"]
    if keys.get("kind") == "I":
        more |= {"kind": "837I", "place_of_service": keys.get("bill", "13")}
    if "from" in keys:
        more |= {"statement_from": day(keys["from"]), "statement_through": day(keys.get("through", keys["from"]))}
    return build.claim(keys.get("number", keys["name"]), *lines, submitted=day(keys.get("sent", "03-10")), **more)


def _answer(keys: dict[str, str], cas: dict[str, int], lines: list[RemitLine], payment: Payment) -> RemitClaim:
    names = {"icn": "payer_control_number", "status": "status", "freq": "frequency", "ref": "original_reference",
             "member": "patient_id", "last": "patient_last", "first": "patient_first", "corrected": "corrected_id",
             "filing": "filing_code"}  # fmt: skip
    more: dict[str, Any] = {given: keys[name] or None for name, given in names.items() if name in keys}
    for name, given in (("from", "statement_from"), ("through", "statement_through"), ("received", "received_date")):
        if name in keys:
            more[given] = day(keys[name])
    charge = cents(keys["charge"]) if "charge" in keys else sum(one.charge for one in lines)
    paid = (sum(one.paid for one in lines) if lines else charge) - sum(cas.values())
    more |= {"charge_cents": charge, "paid_cents": cents(keys["paid"]) if "paid" in keys else paid}
    text = "; ".join(f"{name} {amount}" for name, amount in cas.items())
    number = keys.get("number", keys["name"])
    return build.answer("" if number == "-" else number, *lines, to=payment, cas=text, **more)


def _undo(earlier: RemitClaim, payment: Payment, keys: dict[str, str], keep_units: bool) -> RemitClaim:
    made = build.mirror(earlier, payment)
    for name in ("patient_id", "patient_last", "patient_first", "statement_from", "original_reference"):
        setattr(made, name, getattr(earlier, name))
    made.payer_control_number = keys.get("of", earlier.payer_control_number)
    made.control_number = keys.get("number", earlier.control_number)
    for line, before in zip(made.lines, earlier.lines, strict=True):
        line.units = before.units if keep_units else -float(before.units or 1)
        line.revenue_code, line.service_date_end = before.revenue_code, before.service_date_end
        line.submitted_modifier1, line.allowed_cents = before.submitted_modifier1, None
    return made


def told(history: History, rows: list[Outcome]) -> dict[str, dict[str, str]]:
    """The rows as the history would write them: those that it expects whole, the others in full too."""
    found: dict[str, dict[str, str]] = {}
    for name, row in _named(rows):
        wanted = history.expected.get(name, {})
        first = row.first_state if row.first_state and row.first_state != row.state else None
        state = f"{first}>{row.state}" if first else row.state
        text = {"state": "*" if wanted.get("state") == "*" else state}
        for column in COLUMNS:
            amount = row.balance if column == "balance" else getattr(row.split, column)
            if amount:
                text[column] = f"{amount / 100:g}"
        tiers = ",".join(entry.tier for entry in row.entries for _ in range(len(entry.svcs) or 1))
        if "by" in wanted:
            text["by"] = tiers
        found[name] = text
    return found


def _named(rows: list[Outcome]) -> Iterator[tuple[str, Outcome]]:
    used: dict[str, int] = {}
    for row in rows:
        claim = row.claim
        number = claim.control_number or "-"
        part = "extra" if row.extra else "claim" if row.whole_claim else str(row.line.line_number) if row.line else "?"
        seven = f":{claim.frequency}" if row.kind and claim.frequency not in (None, "1") else ""
        name = f"{'' if row.kind else '?'}{number}{seven}/{part}"
        used[name] = used.get(name, 0) + 1
        yield (name if used[name] == 1 else f"{name}#{used[name]}"), row
