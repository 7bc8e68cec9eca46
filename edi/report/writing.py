"""The report's five files, written into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from edi.report.csvfiles import FINDING_KEYS, LINE_KEYS, PAYMENT_KEYS, csv_bytes
from edi.report.data import MOST_WORK, ReportData
from edi.report.excel import workbook
from edi.report.files import make_folder, write_private
from edi.report.html import page
from edi.report.survey import Survey

FILES: dict[str, Callable[[ReportData, Survey], Iterable[bytes]]] = {
    "report.html": lambda data, seen: [page(data, seen)],
    "worklist.xlsx": lambda data, seen: [workbook(data, seen)],
    "lines.csv": lambda data, _: csv_bytes(data.lines, LINE_KEYS),
    "findings.csv": lambda data, _: csv_bytes(data.findings, FINDING_KEYS),
    "payments.csv": lambda data, _: csv_bytes(data.payments, PAYMENT_KEYS),
}


def write(data: ReportData, folder: Path, denials: int = MOST_WORK) -> list[Path]:
    """Write the files, readable by their owner alone, and return their paths. Raises OSError."""
    make_folder(folder)
    seen = Survey(data, denials)
    return [write_private(folder / name, make(data, seen)) for name, make in FILES.items()]
