"""What the analysis thinks in: claims, service lines, remittances, adjustments. Rows in, linked objects out.

Every class lists the columns that it is built from, in the order of its fields; whoever reads the tables (SQLite, a
data frame, a test) selects those columns and calls `assemble`. Money is integer cents, dates are ISO text.
"""

from __future__ import annotations

from edi.analysis.model.assembling import TABLES, assemble, columns
from edi.analysis.model.claims import (
    Attachment,
    Claim,
    ClaimCode,
    Diagnosis,
    Note,
    OtherAdjudication,
    OtherPayer,
    ServiceLine,
)
from edi.analysis.model.remits import PREDETERMINATION, Adjustment, Payment, Remark, RemitClaim, RemitLine

__all__ = [
    "PREDETERMINATION",
    "SEGMENT_MASK",
    "TABLES",
    "Adjustment",
    "Attachment",
    "Claim",
    "ClaimCode",
    "Diagnosis",
    "Note",
    "OtherAdjudication",
    "OtherPayer",
    "Payment",
    "Remark",
    "RemitClaim",
    "RemitLine",
    "ServiceLine",
    "assemble",
    "columns",
    "place",
]

SEGMENT_MASK = 0xFFFFFFFF


def place(row_id: int) -> tuple[int, int]:
    """A row's id taken apart: (file number, segment number)."""
    return row_id >> 32, row_id & SEGMENT_MASK
