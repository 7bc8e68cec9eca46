"""A claim and a remittance that conform to their guides, to be broken, and how they are checked."""

from __future__ import annotations

import io
from pathlib import Path

from edi.conformance import FileReport, check_file
from edi.resources import Resources
from edi.x12.diagnostic import Diagnostic

RESOURCES = Resources()

CLAIM = """ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260310*1015*^*00501*000000001*0*T*:~
GS*HC*SENDER*RECEIVER*20260310*1015*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*0001*20260310*1015*CH~
NM1*41*2*EXAMPLE HEART GROUP*****46*EHG001~
PER*IC*BILLING DESK*TE*5555550100~
NM1*40*2*EXAMPLE HEALTH PLAN*****46*EHP01~
HL*1**20*1~
NM1*85*2*EXAMPLE HEART GROUP*****XX*1234567893~
N3*100 SAMPLE WAY~
N4*ANYTOWN*TX*750010000~
REF*EI*999999999~
HL*2*1*22*0~
SBR*P*18*GRP100******CI~
NM1*IL*1*SECRETNAME*JAN****MI*MEMBER777~
N3*1 FICTION ST~
N4*ANYTOWN*TX*75001~
DMG*D8*19580704*F~
NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*EHP01~
CLM*ACCOUNT1*1450***11:B:1*Y*A*Y*Y~
HI*ABK:R0789*ABF:I10~
NM1*82*1*READER*SAM****XX*1999999984~
PRV*PE*PXC*207RC0000X~
LX*1~
SV1*HC:78452*1450*UN*1***1~
DTP*472*D8*20260305~
REF*6R*LINE1~
SE*26*0001~
GE*1*1~
IEA*1*000000001~
"""

REMITTANCE = """\
ISA*00*          *00*          *ZZ*PAYER          *ZZ*GROUP          *260401*1015*^*00501*000000011*0*T*:~
GS*HP*PAYER*GROUP*20260401*1015*11*X*005010X221A1~
ST*835*0001~
BPR*I*92*C*ACH*CCP*01*999999992*DA*0001*1999999999**01*999999992*DA*0002*20260402~
TRN*1*TRACE1*1999999999~
DTM*405*20260401~
N1*PR*EXAMPLE HEALTH PLAN~
N3*PO BOX 1~
N4*ANYTOWN*TX*75001~
PER*BL*EDI HELP*TE*5555550199~
N1*PE*EXAMPLE HEART GROUP*XX*1234567893~
REF*TJ*999999999~
LX*1~
CLP*ACCOUNT1*1*210*92*23*12*PAYERCLAIM1*11*1~
NM1*QC*1*SECRETNAME*JAN****MI*MEMBER777~
SVC*HC:93015*210*92**1~
DTM*472*20260305~
CAS*CO*45*95~
CAS*PR*2*23~
AMT*B6*115~
SE*19*0001~
GE*1*11~
IEA*1*000000011~
"""


# what ours counts less than pyx12's own driver, and why


def check(text: str | bytes, reveal: bool = False) -> FileReport:
    data = text if isinstance(text, bytes) else text.encode()
    return check_file("a.edi", io.BytesIO(data), RESOURCES, reveal)


def rules(report: FileReport) -> list[str]:
    return [found.rule for found in report.findings]


def only(report: FileReport) -> Diagnostic:
    assert len(report.findings) == 1, [(found.rule, found.segment, found.message) for found in report.findings]
    return report.findings[0]


def edit(old: str, new: str, text: str = CLAIM) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def corpus_files(shared: Path) -> list[Path]:
    return sorted(
        path for path in (shared / "corpus").rglob("*") if path.is_file() and path.suffix not in (".md", ".tsv")
    )
