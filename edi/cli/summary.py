"""What a run tells a biller at its end: files, claims, where the dollars went, what to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from edi.store.figures import Headline
from edi.store.importing import ImportResult

READ_SETS = {"835", "837P", "837I"}
SHOWN = 5  # of what is listed by name


def files(result: ImportResult) -> Iterator[str]:
    """The files of an import, and by name those that a person should look at."""
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
    yield from _named("Unread", [file.message for file in result.having("not-x12", "empty", "unreadable")])
    yield from _named("No X12 in", result.barren)
    yield from _named("Look at", [file.path for file in result.files if file.errors and not file.message])


def dollars(told: Headline) -> Iterator[str]:
    """The money of all claims in the database."""
    counts = ((told.lines, "line"), (told.payments, "payment"))
    lines, payments = (f"{count:,} {word}{'s' * (count != 1)}" for count, word in counts)
    yield _line("Claims", f"{told.claims:,} with {lines}; {payments}")
    yield _line("Billed", _money(told.billed_cents).rjust(18))
    for label, cents in told.buckets.items():
        if cents or label in ("paid", "denied", "unanswered"):
            share = f"{100 * cents / told.billed_cents:6.1f}%" if told.billed_cents else ""
            yield _line(f"  {label}", _money(cents).rjust(18) + share)
    if told.causes:
        yield "Top causes"
        for cause in told.causes:
            lines = f"{cause.lines:,} line{'s' * (cause.lines != 1)}"
            yield f"  {_money(cause.cents):>14}  {lines:>9}  {cause.title}"
    if told.unbalanced:
        yield "Payments that do not balance"
        for payment in told.unbalanced[:SHOWN]:
            name = f"{payment.trace_number or 'no trace'}, {payment.payer or 'no payer'}"
            yield f"  {_money(payment.cents):>14}  {name}  ({payment.file}#{payment.segment})"
        if len(told.unbalanced) > SHOWN:
            yield f'  and {len(told.unbalanced) - SHOWN} more: edi payments DB --where "not balanced"'


def report(written: list[Path]) -> Iterator[str]:
    """Where the report is."""
    if written:
        yield _line("Report", str(written[0]))


def _line(label: str, text: str) -> str:
    return f"{label:<14}{text}"


def _named(label: str, names: list[str]) -> Iterator[str]:
    for name in names[:SHOWN]:
        yield _line(label, name)
    if len(names) > SHOWN:
        yield _line(label, f"and {len(names) - SHOWN} more: edi diagnostics DB")


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"
