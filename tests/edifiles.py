"""Small invented 837P and 835 files as text, with every habit that must not matter as an option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Wrap:
    """The envelope and the writing: what a re-delivery changes without changing the content."""

    control: int = 1
    day: str = "260402"
    time: str = "0915"
    element: str = "*"
    component: str = ":"
    terminator: str = "~\n"
    decimals: bool = True
    sender: str = "PAYERSENDER"

    def segment(self, *elements: str) -> str:
        text = self.element.join(elements).replace(":", self.component)
        return text + self.terminator

    def money(self, cents: int) -> str:
        """1450.00, or as short as it can be said: 1450."""
        if self.decimals or cents % 100:
            return f"{cents / 100:.2f}"
        return str(cents // 100)

    def around(self, functional: str, guide: str, *transactions: list[list[str]]) -> str:
        """Transactions (lists of segments without ST and SE) inside ISA and GS."""
        own = (self.element, self.component)
        isa = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{self.sender:<15}", "ZZ", f"{'CLINIC':<15}", self.day,
               self.time, "^", "00501", f"{self.control:09}", "0", "P", own[1]]  # fmt: skip
        text = own[0].join(isa) + self.terminator
        control, day = str(self.control), f"20{self.day}"
        text += self.segment("GS", functional, self.sender, "CLINIC", day, self.time, control, "X", guide)
        st01 = {"HP": "835", "HC": "837", "FA": "999"}[functional]
        for number, body in enumerate(transactions, start=1):
            control = f"{self.control:04}{number:04}"
            text += self.segment("ST", st01, control, guide)
            text += "".join(self.segment(*segment) for segment in body)
            text += self.segment("SE", str(len(body) + 2), control)
        text += self.segment("GE", str(len(transactions)), str(self.control))
        return text + self.segment("IEA", "1", f"{self.control:09}")


@dataclass(frozen=True)
class Line:
    """A billed and answered line, in cents: what is not paid is CO-45, or CO-97 when nothing is paid."""

    code: str = "78452"
    charge: int = 145000
    paid: int = 41000

    @property
    def reason(self) -> str:
        return "45" if self.paid else "97"


@dataclass(frozen=True)
class Case:
    """One claim and its answer."""

    number: str = "A1"
    lines: tuple[Line, ...] = (Line(), Line("A9500", 5000, 0))

    @property
    def charge(self) -> int:
        return sum(line.charge for line in self.lines)

    @property
    def paid(self) -> int:
        return sum(line.paid for line in self.lines)


def remittance(cases: Sequence[Case] = (Case(),), trace: str = "T1", payer: str = "PAYER ONE", wrap: Wrap = Wrap(),
               off: int = 0) -> list[list[str]]:  # fmt: skip
    """The segments of one 835; `off` cents are added to its amount, so that it does not balance."""
    money = wrap.money
    paid = sum(case.paid for case in cases)
    body = [
        ["BPR", "I", money(paid + off), "C", "ACH", "CCP", *[""] * 10, "20260401"],
        ["TRN", "1", trace, "1999999999"],
        ["DTM", "405", "20260401"],
        ["N1", "PR", payer, "XV", "P0001"],
        ["N3", "1 EXAMPLE ROAD"],
        ["N4", "EXAMPLE", "NE", "68000"],
        ["N1", "PE", "EXAMPLE HEART GROUP", "XX", "1999999984"],
        ["LX", "1"],
    ]
    for case in cases:
        amounts = [money(case.charge), money(case.paid)]
        body.append(["CLP", case.number, "1", *amounts, "", "12", f"ICN{case.number}", "11", "1"])
        body.append(["NM1", "QC", "1", "DOE", "PAT", "", "", "", "MI", "M1"])
        for line in case.lines:
            body.append(["SVC", f"HC:{line.code}", money(line.charge), money(line.paid), "", "1"])
            body.append(["DTM", "472", "20260302"])
            body.append(["CAS", "CO", line.reason, money(line.charge - line.paid)])
    return body


def batch(cases: Sequence[Case] = (Case(),), reference: str = "B1", wrap: Wrap = Wrap()) -> list[list[str]]:
    """The segments of one 837P."""
    body = [
        ["BHT", "0019", "00", reference, "20260303", "1015", "CH"],
        ["NM1", "41", "2", "EXAMPLE HEART GROUP", "", "", "", "", "46", "SUB1"],
        ["PER", "IC", "DESK", "TE", "4025550100"],
        ["NM1", "40", "2", "PAYER ONE", "", "", "", "", "46", "P0001"],
        ["HL", "1", "", "20", "1"],
        ["NM1", "85", "2", "EXAMPLE HEART GROUP", "", "", "", "", "XX", "1999999984"],
        ["N3", "1 EXAMPLE ROAD"],
        ["N4", "EXAMPLE", "NE", "680000000"],
        ["REF", "EI", "999999999"],
    ]
    for number, case in enumerate(cases, start=2):
        body += [
            ["HL", str(number), "1", "22", "0"],
            ["SBR", "P", "18", "", "", "", "", "", "", "CI"],
            ["NM1", "IL", "1", "DOE", "PAT", "", "", "", "MI", "M1"],
            ["N3", "2 EXAMPLE ROAD"],
            ["N4", "EXAMPLE", "NE", "68000"],
            ["DMG", "D8", "19500101", "F"],
            ["NM1", "PR", "2", "PAYER ONE", "", "", "", "", "PI", "P0001"],
            ["CLM", case.number, wrap.money(case.charge), "", "", "11:B:1", "Y", "A", "Y", "Y"],
            ["HI", "ABK:I2510"],
        ]
        for place, line in enumerate(case.lines, start=1):
            body.append(["LX", str(place)])
            body.append(["SV1", f"HC:{line.code}", wrap.money(line.charge), "UN", "1", "", "", "1"])
            body.append(["DTP", "472", "D8", "20260302"])
    return body


def write_835(path: Path, *transactions: list[list[str]], wrap: Wrap = Wrap()) -> str:
    path.write_text(wrap.around("HP", "005010X221A1", *(transactions or (remittance(wrap=wrap),))))
    return str(path)


def write_837(path: Path, *transactions: list[list[str]], wrap: Wrap = Wrap()) -> str:
    path.write_text(wrap.around("HC", "005010X222A1", *(transactions or (batch(wrap=wrap),))))
    return str(path)


def another(wrap: Wrap = Wrap(), **changes: object) -> Wrap:
    """The same content in other clothes."""
    other = {"control": 77, "day": "260409", "element": "|", "component": "<", "terminator": "'", "decimals": False}
    return replace(wrap, **{**other, **changes})  # type: ignore[arg-type]
