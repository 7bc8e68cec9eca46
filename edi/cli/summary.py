"""What a run tells a biller at its end: files, what is to be worked, where the dollars went, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from edi.report.data import command
from edi.store.figures import Headline, Work
from edi.store.importing import ImportResult
from edi.x12.money import grouped

READ_SETS = {"835", "837P", "837I"}
SHOWN = 5  # of what is listed by name


def files(result: ImportResult, database: str) -> Iterator[str]:
    """The files of an import, and by name those that a person should look at. `database` as it was typed."""
    read = result.having("imported")
    useful = [file for file in read if READ_SETS & file.sets.keys() or not file.sets]
    others: Counter[str] = Counter()
    for file in read:
        others.update({kind: count for kind, count in file.sets.items() if kind not in READ_SETS})
    parts = [
        (len(useful), "read"),
        (len(result.having("known")), "already here, left as they are"),
        (len(result.having("repeat")), "delivered before, counted once"),
        (len(result.having("skipped")), "not X12, skipped"),
        (len(result.having("not-x12", "empty", "unreadable")), "could not be read"),
    ]
    yield _line("Files", ", ".join(f"{count} {words}" for count, words in parts if count) or "none")
    if others:
        yield _line("Left alone", ", ".join(f"{count} x {kind}" for kind, count in sorted(others.items())))
    rest = command(database, "diagnostics")
    yield from _named("Unread", [file.message for file in result.having("not-x12", "empty", "unreadable")], rest)
    yield from _named("No X12 in", result.barren, rest)
    faulty = [file for file in result.files if file.errors and not file.message]
    yield from _named("Look at", [f"{file.path}: {_count(file.errors, 'error')}" for file in faulty], rest)


def dollars(told: Headline, database: str) -> Iterator[str]:
    """What is in the database: what to work, the money of all claims, its causes, payments that are off."""
    if not told.lines and not told.payments:
        yield "Nothing is in the database yet: it needs claims (837) and remittances (835)."
        return
    yield _line("Claims", f"{told.claims:,} with {_count(told.lines, 'line')}; {_count(told.payments, 'payment')}")
    if not told.claims:
        yield _line("Missing", "claims (837): until they are here, causes rest on the payers' codes alone")
    if not told.payments:
        yield _line("Missing", "remittances (835): until they are here, every claim waits")
    yield from _work(told.work)
    yield _line("Billed", _money(told.billed_cents).rjust(18))
    for label, cents in told.buckets.items():
        if cents or label in ("paid", "denied", "unanswered"):
            share = f"{100 * cents / told.billed_cents:6.1f}%" if told.billed_cents else ""
            yield _line(f"  {label}", _money(cents).rjust(18) + share)
    if told.causes:
        yield "Top causes, with the lines that follow from them"
        for cause in told.causes:
            yield f"  {_money(cause.cents):>14}  {_count(cause.denials, 'denial'):>11}  {cause.title}"
    if told.unbalanced:
        yield "Payments that do not balance"
        for payment in told.unbalanced[:SHOWN]:
            name = f"{payment.trace_number or 'no trace'}, {payment.payer or 'no payer'}"
            yield f"  {_money(payment.cents):>14}  {name}  ({payment.file}#{payment.segment})"
        if len(told.unbalanced) > SHOWN:
            more = command(database, "payments", "--where", "not balanced")
            yield f"  and {len(told.unbalanced) - SHOWN} more: {more}"


def _work(work: Work) -> Iterator[str]:
    if work.denials:
        hope = f", about {_money(work.recoverable_cents)} recoverable" if work.recoverable_cents else ""
        yield _line("To work", f"{_count(work.denials, 'denial')}: {_money(work.cents)} denied{hope}")
    else:
        yield _line("To work", "no open denials")
    if work.refuted:
        yield _line("  appeal", f"{work.refuted:,} of them our side refutes: {_money(work.refuted_cents)}")
    if work.waiting:
        yield _line("Waiting", f"{_count(work.waiting, 'claim')} without a final answer: {_money(work.waiting_cents)}")
    if work.unmatched:
        yield _line("No claim", f"{_count(work.unmatched, 'remittance claim')} answered none of ours")


def following(told: Headline, database: str, written: list[Path]) -> Iterator[str]:
    """Where the report is, and the commands that lead on from what was found."""
    work = told.work
    steps = [
        (work.refuted, "findings", ("--where", "open and verdict = 'contradicted'"), "the strong appeals"),
        (work.denials, "metrics", ("--deadlines",), "open denials, the next to expire first"),
        (work.waiting or work.unmatched, "unmatched", (), "what waits or found no claim, and what to check"),
        (told.unbalanced, "payments", ("--where", "not balanced"), "payments to compare with the bank"),
        (not written and told.lines, "report", ("report/",), "the page and the workbook"),
    ]
    found = [(command(database, verb, *words), what) for needed, verb, words, what in steps if needed]
    if written:
        yield _line("Report", str(written[0]))
    if found:
        yield "Next"
        room = max(len(typed) for typed, _ in found)
        yield from (f"  {typed:<{room}}  {what}" for typed, what in found)


def _line(label: str, text: str) -> str:
    return f"{label:<14}{text}"


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"


def _named(label: str, names: list[str], rest: str) -> Iterator[str]:
    for name in names[:SHOWN]:
        yield _line(label, name)
    if len(names) > SHOWN:
        yield _line(label, f"and {len(names) - SHOWN} more: {rest}")


def _money(cents: int) -> str:
    return grouped(cents, "$")
