"""A good 835 and a good 837P as lists of segments, to be broken one fault at a time."""

from __future__ import annotations

from collections.abc import Sequence

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260401*1015*^*00501*000000011*0*T*:"


def enclosed(body: Sequence[str], code: str, guide: str, group: str, second: Sequence[str] = ()) -> list[str]:
    """One or two transactions inside ISA and GS, with right counts."""
    segments = [ISA, f"GS*{group}*SENDER*RECEIVER*20260401*1015*11*X*{guide}"]
    bodies = [one for one in (body, second) if one]
    for number, one in enumerate(bodies, 1):
        segments += [f"ST*{code}*{number:04}*{guide}", *one, f"SE*{len(one) + 2}*{number:04}"]
    return [*segments, f"GE*{len(bodies)}*11", "IEA*1*000000011"]


def remit_claim(name: str) -> list[str]:
    """220.00 billed, 140.00 paid, 35.00 the patient's, 45.00 written off; in balance at each level."""
    return [
        f"CLP*{name}*1*220*140*35*12*ICN{name}*11*1",
        f"NM1*QC*1*DOE*PAT****MI*MEM{name}",
        "NM1*82*1*READER*SAM****XX*1999999984",
        f"REF*EA*MR{name}",
        "DTM*050*20260312",
        "SVC*HC:78452:26*150*100**1",
        "DTM*472*20260305",
        "CAS*CO*45*25",
        "CAS*PR*1*5**2*20",
        f"REF*6R*{name}-1",
        "AMT*B6*125",
        "SVC*HC:A9500*70*40**2",
        "DTM*472*20260305",
        "CAS*CO*45*20",
        "CAS*PR*2*10",
        f"REF*6R*{name}-2",
        "LQ*HE*N130",
    ]


def remittance(trace: str = "EFT1", names: Sequence[str] = ("R1", "R2", "R3")) -> list[str]:
    """The segments between ST and SE of an 835 with a provider adjustment of 20.00."""
    paid = 140 * len(names) - 20
    return [
        f"BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*0001*1999999999**01*999999992*DA*0002*20260402",
        f"TRN*1*{trace}*1999999999",
        "DTM*405*20260401",
        "N1*PR*EXAMPLE PLAN",
        "REF*2U*PAYER1",
        "N1*PE*EXAMPLE GROUP*XX*1234567893",
        "REF*TJ*999999999",
        "LX*1",
        *[segment for name in names for segment in remit_claim(name)],
        "PLB*1234567893*20261231*WO:R9*20",
    ]


def claim(name: str, number: int) -> list[str]:
    """A subscriber and a claim of two lines, 100.00 in all."""
    return [
        f"HL*{number}*1*22*0",
        "SBR*P*18*GRP******CI",
        f"NM1*IL*1*DOE*PAT****MI*MEM{name}",
        "DMG*D8*19580704*F",
        "NM1*PR*2*EXAMPLE PLAN*****PI*EHP01",
        f"CLM*{name}*100***11:B:1*Y*A*Y*Y",
        f"REF*G1*AUTH{name}",
        "HI*ABK:R0789*ABF:I10",
        "NM1*82*1*READER*SAM****XX*1999999984",
        "PRV*PE*PXC*207RC0000X",
        "LX*1",
        "SV1*HC:78452:26*75*UN*1***1:2",
        "DTP*472*D8*20260305",
        f"REF*6R*{name}-1",
        "LX*2",
        "SV1*HC:A9500*25*UN*2***1",
        "DTP*472*D8*20260305",
        f"REF*6R*{name}-2",
    ]


def claims(names: Sequence[str] = ("C1", "C2", "C3")) -> list[str]:
    """The segments between ST and SE of an 837P."""
    return [
        "BHT*0019*00*0001*20260310*1015*CH",
        "NM1*41*2*EXAMPLE GROUP*****46*EHG001",
        "PER*IC*DESK*TE*5555550100",
        "NM1*40*2*EXAMPLE PLAN*****46*EHP01",
        "HL*1**20*1",
        "NM1*85*2*EXAMPLE GROUP*****XX*1234567893",
        "REF*EI*999999999",
        *[segment for number, name in enumerate(names, 2) for segment in claim(name, number)],
    ]


def good_835() -> list[str]:
    """Two payments, of claims R1 to R3 and R4 to R6."""
    return enclosed(remittance(), "835", "005010X221A1", "HP", remittance("EFT2", ("R4", "R5", "R6")))


def good_837() -> list[str]:
    """Two batches, of claims C1 to C3 and C4 to C6."""
    return enclosed(claims(), "837", "005010X222A1", "HC", claims(("C4", "C5", "C6")))


def written(segments: Sequence[str], terminator: str = "~", newline: str = "\n") -> bytes:
    return "".join(f"{segment}{terminator}{newline}" for segment in segments).encode()
