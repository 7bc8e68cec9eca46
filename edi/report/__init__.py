"""What people look at: the HTML page, the workbook, rows in any format.

`build` writes the whole report into a folder. In: a ReportData, the rows that the commands print. Out: five files.
"""

from __future__ import annotations

from pathlib import Path

from edi.report.data import MOST_WORK, ReportData

__all__ = ["MOST_WORK", "ReportData", "build"]


def build(data: ReportData, folder: Path, denials: int = MOST_WORK) -> list[Path]:
    """Write the page, the workbook and three CSV files into `folder` and return their paths. Raises OSError.

    `denials`: how many of the open denials the page's worklist holds, the most recoverable ones.
    """
    from edi.report.writing import write  # here, so that commands that only print rows do not load what draws

    return write(data, folder, denials)
