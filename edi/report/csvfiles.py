"""lines.csv, findings.csv and payments.csv: the rows that the commands print, for spreadsheets.

Columns are the keys of the JSON, in its order. Lists are joined by spaces; links and evidence become readable text.
No cell starts a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from edi.report.data import Row, place, text
from edi.report.rows import to_csv

LINE_KEYS = [
    "control_number", "kind", "frequency", "payer", "line_number", "line_control", "procedure", "modifiers",
    "revenue_code", "units", "service_date", "place_of_service", "charge", "allowed", "paid", "patient",
    "contractual", "denied", "packaged", "other", "balance", "state", "first_state", "cause", "verdict",
    "file", "segment", "links",
]  # fmt: skip
FINDING_KEYS = [
    "id", "rule", "cause", "verdict", "denial", "control_number", "line_number", "line_control", "procedure",
    "service_date", "payer", "trace_number", "group_codes", "reason_codes", "remark_codes", "denied",
    "recoverable", "depends_on", "open", "action", "evidence",
]  # fmt: skip
PAYMENT_KEYS = [
    "trace_number", "payer", "payer_id", "payee_npi", "method", "amount", "date", "claims", "lines",
    "claim_paid", "provider_adjustments", "difference", "balanced", "duplicate_of", "file", "segment",
]  # fmt: skip


def csv_bytes(rows: Iterable[Row], keys: Sequence[str]) -> Iterator[bytes]:
    """One file's content, piece by piece, UTF-8."""
    for piece in to_csv((_readable(row, keys) for row in rows), keys):
        yield piece.encode("utf-8", "replace")


def _readable(row: Row, keys: Sequence[str]) -> dict[str, Any]:
    values = {key: row.get(key) for key in keys}
    if values.get("links") is not None:
        values["links"] = links_text(row)
    if values.get("evidence") is not None:
        values["evidence"] = evidence_text(row, "; ")
    return values


def links_text(row: Row) -> str:
    """The remittance lines that answered a line, in time order: 'EFT1 paid 92.00 (line-control, may.835#41)'."""
    return "; ".join(
        f"{text(link.get('trace_number')) or 'no trace'} paid {text(link.get('paid'))} "
        f"({', '.join(part for part in (text(link.get('tier')), place(link)) if part)})"
        for link in row.get("links") or []
    )


def evidence_text(row: Row, separator: str = "\n") -> str:
    """A finding's evidence, one entry after the other: 'for: authorization number: none (march.837#12)'."""
    entries = []
    for item in row.get("evidence") or []:
        said = ": ".join(part for part in (text(item["what"]), text(item["value"])) if part)
        at = place(item)
        entries.append(f"{text(item.get('weight') or item['side'])}: {said}{f' ({at})' if at else ''}")
    return separator.join(entries)
