"""What `edi metrics` and the queues would tell of invented lines, roughly: enough for the report's tests to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

Row = dict[str, Any]
AGES = (("0-30", 0, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120), ("over-120", 121, 10**6))


def measures(lines: Sequence[Row], findings: Sequence[Row], payments: Sequence[Row]) -> dict[str, Any]:
    """The arguments of ReportData that the metrics give, for lines that were each billed once."""
    today = max((day for row in [*lines, *payments] if (day := row.get("service_date") or row.get("date"))), default="")
    waiting = list(_waiting(lines, today))
    return {
        "today": today,
        "waiting": waiting,
        "figures": [
            _figure("initial-denial-rate-lines", "Initial denial rate, lines", "0.1250", "rate", 1, 8),
            _figure("days-to-pay-median", "Days from claim to payment, median", "19.0", "days"),
            *_ages(waiting),
        ],
        "months": _months(lines),
        "deadlines": [
            {"finding": row["id"], "deadline": "2026-09-30", "days_left": 47} for row in findings if row["open"]
        ],
    }


def _figure(name: str, title: str, value: str, unit: str, top: object = None, below: object = None) -> Row:
    return {
        "figure": name, "title": title, "value": value, "unit": unit, "numerator": top, "denominator": below,
        "lines": 1, "small": False, "drill_rows": "lines", "drill": f"figure = '{name}'",
    }  # fmt: skip


def _waiting(lines: Sequence[Row], today: str) -> Iterable[Row]:
    claims: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for line in lines:
        if line["state"] in ("no-response", "pending"):
            claims[line["control_number"], line["state"]].append(line)
    for (number, state), held in claims.items():
        first = held[0]
        yield {
            **{key: first[key] for key in ("payer", "service_date", "file", "segment", "line_number", "procedure")},
            "control_number": number, "state": state, "sent": first["service_date"], "lines": len(held),
            "age_days": (date.fromisoformat(today) - date.fromisoformat(first["service_date"])).days
            if first["service_date"] else None,
            "billed": _total(line["balance"] for line in held), "check": "ask for its status (276)",
        }  # fmt: skip


def _ages(waiting: Sequence[Row]) -> Iterable[Row]:
    for name, least, most in AGES:
        held = [row for row in waiting if row["age_days"] is not None and least <= row["age_days"] <= most]
        total = _total(row["billed"] for row in held)
        row = _figure(f"unanswered-{name}", f"Waiting, {name} days", total, "dollars", total)
        yield row | {"lines": sum(row["lines"] for row in held)}


def _months(lines: Sequence[Row]) -> list[Row]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in lines:
        if line["service_date"]:
            first = line["charge"] if line["first_state"] == "denied" else line["denied"]
            amounts = {"charge": line["charge"], "initial-denied": first, "denied-charge": line["denied"]}
            for figure, amount in amounts.items():
                found[figure, line["service_date"][:7]].append(amount)
    return [{"figure": figure, "month": month, "value": _total(held)} for (figure, month), held in found.items()]


def _total(amounts: Iterable[str]) -> str:
    whole = sum(int(amount.replace(".", "")) for amount in amounts)
    return f"{whole // 100}.{whole % 100:02d}"
