"""A claim's story as a statement that a person reads: in order of time, amounts aligned, the file beside every record.

In: a story (edi.pipeline.story) and our words for codes. Out: lines of text. Nothing is worked out here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edi.resources import Resources

WIDTH = 100
Row = Mapping[str, Any]
AMOUNTS = ("charge", "paid", "patient", "contractual", "denied", "packaged", "other", "balance")
SIDES = {"P": "primary", "S": "secondary", "T": "tertiary"}
REVERSAL = "22"
BECAME = {
    "counted": "counts",
    "cancelled": "cancelled by a reversal",
    "replaced": "replaced by a later answer",
    "set-aside": "set aside: a repeat, or not final",
}
WEIGHTS = {"for": "for", "against": "against", "context": "also seen", "not-checked": "not checked"}


class Statement:
    """Sets stories."""

    def __init__(self, resources: Resources) -> None:
        self._words = {
            name: {row["code"]: row[column] for row in resources.rows(f"codes/{name}.csv")}
            for name, column in (
                ("claim_status", "meaning"),
                ("frequency_codes", "label"),
                ("place_of_service", "label"),
            )
        }

    def lines(self, story: Row) -> Iterator[str]:
        """The whole statement."""
        blank = False
        for line in self._lines(story):
            if line or not blank:
                yield line
            blank = not line

    def _lines(self, story: Row) -> Iterator[str]:
        yield from self._head(story)
        if story["submissions"]:
            yield from _section("What we sent")
            for sent in story["submissions"]:
                yield from self._submission(sent)
        yield from _section("What the payers answered, in order of time")
        if not story["remittances"]:
            yield "  Nothing yet."
        for answer in story["remittances"]:
            yield from self._remittance(answer)
        if story["lines"]:
            yield from _section("Where the money of each line is now")
            yield from _money(story)
        if story["provider_adjustments"]:
            yield from _section("Adjustments to payments that name this claim (beside its lines, never taken off them)")
            for one in story["provider_adjustments"]:
                yield from _provider_adjustment(one)
        if story["findings"]:
            yield from _section("Why lines were not paid, and what to do")
            for finding in story["findings"]:
                yield from _finding(finding)
        if story["codes"]:
            yield from _section("Codes")
            yield from (f"  {code:<8}{meaning}" for code, meaning in story["codes"].items())

    def _head(self, story: Row) -> Iterator[str]:
        days = story["service_date"] or "unknown"
        if story["service_date_end"] not in (None, story["service_date"]):
            days += f" to {story['service_date_end']}"
        title = f"Claim {story['control_number'] or 'without a number'}"
        yield _ends(title, story["payer"] or "payer not named")
        what = story["kind"] or "known from remittances only"
        yield _ends(f"{what}   service {days}   charge {_dollars(story['charge'])}", _patient(story["patient"]))
        yield "=" * WIDTH

    def _submission(self, sent: Row) -> Iterator[str]:
        frequency = self._words["frequency_codes"].get(sent["frequency"] or "1", "")
        place = self._words["place_of_service"].get(sent["place_of_service"] or "") if sent["kind"] == "837P" else None
        where = place or f"place {sent['place_of_service'] or 'not given'}"
        left = f"  {sent['submitted'] or 'no date':<12}{sent['role']:<18}{_dollars(sent['charge']):>12}   {_at(sent)}"
        yield left.rstrip()
        side = SIDES.get(sent["responsibility"] or "P", "")
        more = [
            f"{sent['kind']} {sent['control_number']}, {frequency.lower()} (frequency {sent['frequency'] or '?'})",
            f"{sent['lines']} line{'s' * (sent['lines'] != 1)}, {where}",
            f"to {sent['payer'] or 'a payer not named'} ({side})",
            f"names payer control number {sent['payer_control_number']}" if sent["payer_control_number"] else "",
            f"authorization {sent['authorization']}" if sent["authorization"] else "",
        ]
        yield from _wrapped("; ".join(filter(None, more)), 14)

    def _remittance(self, answer: Row) -> Iterator[str]:
        status = self._words["claim_status"].get(answer["claim_status"] or "", "status not in our list")
        became = _became(answer["effect"], answer["claim_status"])
        yield f"  {answer['date'] or 'no date':<12}{became:<42}{_at(answer)}"
        facts = [
            f"{answer['payer'] or 'payer not named'}, {answer['trace_number'] or 'no trace number'}",
            f"status {answer['claim_status'] or '?'}: {status}",
            f"under {answer['control_number'] or 'no number'}",
            f"payer control number {answer['payer_control_number']}" if answer["payer_control_number"] else "",
            f"received {answer['received']}" if answer["received"] else "",
            f"found by {answer['tier']}" if answer["tier"] else "",
        ]
        if answer["settled"]:
            facts[-1] = f"settled by {answer['settled']['who']} on {answer['settled']['at'][:10]}"
        yield from _wrapped("; ".join(filter(None, facts)), 14)
        shared = answer["effect"]
        for line in answer["lines"]:
            yield from _answered_line(line, shared, answer["claim_status"])
        if answer["adjustments"] or answer["remarks"]:
            yield f"{'':14}the claim as a whole"
            yield from _codes(answer["adjustments"], answer["remarks"])
        elif not answer["lines"]:
            yield f"{'':14}answered as a whole, without service lines"
        paid = f"{'':14}{'claim total':<24}{_dollars(answer['charge']):>11}  paid {_dollars(answer['paid']):>11}"
        yield paid + (f"  patient {_dollars(answer['patient'])}" if answer["patient"] else "")
        yield ""


def _answered_line(line: Row, shared: str | None, status: str | None) -> Iterator[str]:
    code = "-".join(filter(None, [line["procedure"] or "no code", *line["modifiers"]]))
    name = f"{line['line_number'] or '?'} {code}" + (f" as {line['adjudicated']}" if line["adjudicated"] else "")
    own = "" if line["effect"] == shared else f"  {_became(line['effect'], status)}"
    lost = "  no line of ours" if line["line_number"] is None else ""
    yield from _amounts(name, line, line["adjustments"], line["remarks"], f"  #{line['segment']}{own}{lost}")


def _amounts(name: str, row: Row, adjustments: Iterable[Row], remarks: Iterable[str], ending: str) -> Iterator[str]:
    yield f"{'':14}{name:<24}{_dollars(row['charge']):>11}  paid {_dollars(row['paid']):>11}{ending}"
    yield from _codes(adjustments, remarks)


def _codes(adjustments: Iterable[Row], remarks: Iterable[str]) -> list[str]:
    codes = [f"{a['group']}-{a['reason']} {_dollars(a['amount'])}" for a in adjustments]
    return _wrapped("  ".join([*codes, *remarks]), 18)


def _money(story: Row) -> Iterator[str]:
    shown = [name for name in AMOUNTS if name in ("charge", "paid", "denied") or _is_money(story["totals"][name])]
    yield "  " + f"{'line':<20}" + "".join(f"{name:>13}" for name in shown) + "  state"
    for row in story["lines"]:
        code = "-".join(
            [row["procedure"] or ("whole claim" if row["line_number"] is None else "no code"), *row["modifiers"]]
        )
        number = "" if row["line_number"] is None else f"{row['line_number']} "
        extra = "claim level" if row["line_number"] is None and not _is_money(row["charge"]) else f"{number}{code}"
        state = row["state"] + (
            f", first {row['first_state']}" if row["first_state"] not in (None, row["state"]) else ""
        )
        amounts = "".join(f"{_dollars(row[name]):>13}" for name in shown)
        yield f"  {extra:<20}{amounts}  {state}"
        yield f"{'':22}{_at(row)}"
    yield "  " + f"{'together':<20}" + "".join(f"{_dollars(story['totals'][name]):>13}" for name in shown)


def _provider_adjustment(one: Row) -> Iterator[str]:
    yield f"  {one['date'] or 'no date':<12}{one['reason']:<4}{_dollars(one['amount']):>12}   {one['meaning']}"
    yield from _wrapped(f"{one['note']}; {one['direction']} {one['trace_number'] or 'without a trace number'}", 14)
    yield from _wrapped(f"reference {one['reference']}; {_at(one)}", 14)


def _finding(finding: Row) -> Iterator[str]:
    where = (
        "the claim as a whole"
        if finding["line_number"] is None
        else f"line {finding['line_number']} {finding['procedure']}"
    )
    closed = "" if finding["open"] else "   closed"
    title = finding.get("title") or finding["cause"]
    yield f"  {where}: {title} ({finding['verdict']})   denied {_dollars(finding['denied'])}{closed}"
    yield f"    {finding['id']}, {finding['rule']}, {finding['cause']}"
    if finding.get("why"):
        yield from _wrapped(finding["why"], 4)
    for seen in finding["evidence"]:
        value = f": {seen['value']}" if seen["value"] else ""
        where = f" ({_at(seen)})" if seen["file"] else ""
        weight = WEIGHTS.get(seen.get("weight", ""), "seen")
        said = f"{seen['what']}{value}{where}"
        yield from _wrapped(said if said.startswith(weight) else f"{weight} [{seen['side']}] {said}", 6)
    if finding["depends_on"]:
        yield f"      follows from {finding['depends_on']}"
    yield from _wrapped(f"Next: {finding['action']}", 4)
    yield ""


def _section(title: str) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)


def _became(effect: str | None, status: str | None) -> str:
    """What became of an answer, in words."""
    if effect == "cancelled" and status == REVERSAL:
        return "reversal: cancels an earlier answer"
    return BECAME.get(effect or "", effect or "concerns no line")


def _patient(patient: Row | None) -> str:
    if patient is None:
        return "patient masked (--phi shows)"
    return f"{patient['last']}, {patient['first']}, born {patient['birth_date']}, member {patient['member_id']}"


def _at(row: Row) -> str:
    return f"{row['file']}#{row['segment']}"


def _ends(left: str, right: str) -> str:
    """Text at both ends of a line."""
    return f"{left}{' ' * max(WIDTH - len(left) - len(right), 3)}{right}"


def _wrapped(text: str, indent: int) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=pad, subsequent_indent=pad + "  ", break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip


def _is_money(text: str | None) -> bool:
    return bool(text) and text != "0.00"


def _dollars(text: str | None) -> str:
    """'1450.00' as 1,450.00; a dash for nothing known."""
    if text is None:
        return "-"
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    return f"{sign}{int(whole):,}.{cents}"
