"""What people look at: the HTML page, the workbook, rows in any format.

`build` writes the whole report into a folder. In: a ReportData, the rows that the commands print. Out: five files.
"""

from __future__ import annotations

from pathlib import Path

from edi.report.data import ReportData

__all__ = ["ReportData", "build"]


def build(data: ReportData, folder: Path) -> list[Path]:
    """Write the page, the workbook and three CSV files into `folder` and return their paths. Raises OSError."""
    from edi.report.writing import write  # here, so that commands that only print rows do not load what draws

    return write(data, folder)
