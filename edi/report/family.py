"""The 78452 family (scans, tracers, stress agents, stress tests), payer by code: billed, paid, bundled, denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi.report.data import FAMILY_ROLES, UNNAMED, Row, cents, payer, text

COMPONENTS = ("26", "TC")
BUNDLED = "tracer-bundled-by-contract"


@dataclass
class FamilyRow:
    """One payer and code (with its 26 or TC component). Cents; units are exact."""

    payer: str
    code: str
    role: str
    lines: int = 0
    paid_lines: int = 0
    units: Decimal = Decimal(0)
    billed: int = 0
    paid: int = 0
    packaged: int = 0
    bundled: int = 0
    denied: int = 0
    paid_units: Decimal = Decimal(0)

    @property
    def condition(self) -> str:
        """The filter of `edi lines` that shows the row's lines."""
        procedure, _, part = self.code.partition("-")
        terms = ["payer IS NULL" if self.payer == UNNAMED else f"payer = {_literal(self.payer)}"]
        terms += [f"procedure = {_literal(procedure)}", "state <> 'void'"]
        if self.role == "scan":
            first = f"(SELECT value FROM json_each(modifiers) WHERE value IN {COMPONENTS} ORDER BY key LIMIT 1)"
            terms.append(f"{first} = {_literal(part)}" if part else f"{first} IS NULL")
        return " AND ".join(terms)

    @property
    def paid_per_unit(self) -> int | None:
        """Cents that the payer pays for a unit on the lines that it pays at all; the patient's share is not in it."""
        return round(self.paid / self.paid_units) if self.paid_units else None


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class Family:
    """Payer by code, counted line by line. Void lines are left out: their replacement is there.

    `roles`: procedure code -> role; codes without one are no family.
    """

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._roles = roles
        self._found: dict[tuple[str, str], FamilyRow] = {}

    def add(self, line: Row) -> None:
        """Count one more line."""
        role = self._roles.get(text(line["procedure"]))
        if role is None or line["state"] == "void":
            return
        part = next((m for m in line["modifiers"] or [] if m in COMPONENTS), "") if role == "scan" else ""
        code = f"{text(line['procedure'])}-{part}" if part else text(line["procedure"])
        row = self._found.setdefault((payer(line), code), FamilyRow(payer(line), code, role))
        _add(row, line)

    def rows(self) -> list[FamilyRow]:
        """By payer, then scans, stress tests, agents and tracers."""
        order = list(FAMILY_ROLES.values())
        return sorted(self._found.values(), key=lambda r: (r.payer, order.index(r.role), r.code))


def _add(row: FamilyRow, line: Row) -> None:
    units, paid = Decimal(str(line["units"] or 0)), cents(line["paid"])
    row.lines += 1
    row.units += units
    row.billed += cents(line["charge"])
    row.paid += paid
    row.packaged += cents(line["packaged"])
    row.bundled += cents(line["denied"]) if line["cause"] == BUNDLED else 0
    row.denied += cents(line["denied"]) if line["cause"] != BUNDLED else 0
    if paid > 0:
        row.paid_lines += 1
        row.paid_units += units
