"""How fast the reader is, and how much memory it takes.

    python -m benchmarks.parse [MEGABYTES ...]

Makes 835 and 837P files of the given sizes (10, 50 and 200 by default) from a fixed seed, then prints for each, in a
fresh process: seconds of processor time and segments per second of the tokenizer alone and of full rows, resident
memory at the peak, and the same of what else is installed that reads such a file: oxedi (835 only, any size) and pyx12
(its reader with loops, small files only). Files go to benchmarks/data/ and are made once.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
import zlib
from pathlib import Path

from edi.records import mapping, reader
from edi.x12.tokens import Places, Tokenizer

DATA = Path(__file__).parent / "data"
OURS = ("tokens", "rows")
PEERS = {"oxedi": (("835",), 1 << 20), "pyx12": (("835", "837P"), 10)}  # name -> what it reads, at most how many MB
CODES = ["78452", "A9500", "A9502", "J2785:JZ", "93015", "93016", "93018", "99213:25", "78452:26"]
REASONS = ["45", "97", "96", "197", "50", "16", "253"]


def envelope(body: list[str], code: str, guide: str, function: str, number: int) -> str:
    """One interchange with one transaction."""
    isa = (
        f"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260401*1015*^*00501*{number:09}*0*T*:~"
    )
    head = [f"GS*{function}*SENDER*RECEIVER*20260401*1015*{number}*X*{guide}~", f"ST*{code}*0001*{guide}~"]
    tail = [f"SE*{len(body) + 2}*0001~", f"GE*1*{number}~", f"IEA*1*{number:09}~"]
    return "\n".join([isa, *head, *body, *tail]) + "\n"


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}" if cents % 100 else str(cents // 100)


def price(random_: random.Random, code: str) -> int:
    """Cents. An office bills by its price list; one line in five is priced by itself."""
    return random_.randint(1000, 200000) if random_.random() < 0.2 else 1000 + 37 * (zlib.crc32(code.encode()) % 5000)


def remittance(random_: random.Random, number: int, claims: int) -> str:
    """One 835 with `claims` claims that balance."""
    body: list[str] = []
    total = 0
    for claim in range(claims):
        lines = random_.randint(1, 6)
        rows, charge, paid, share = [], 0, 0, 0
        for line in range(lines):
            code = random_.choice(CODES)
            cost = price(random_, code)
            allowed = cost * random_.choice([0, 40, 60, 80]) // 100
            patient = allowed // 5
            rows.append(f"SVC*HC:{code}*{money(cost)}*{money(allowed - patient)}**{random_.choice([1, 1, 2, 4])}~")
            rows.append(f"DTM*472*202603{random_.randint(1, 28):02}~")
            rows.append(f"CAS*CO*{random_.choice(REASONS)}*{money(cost - allowed)}~")
            if patient:
                rows.append(f"CAS*PR*2*{money(patient)}~")
            rows.append(f"REF*6R*{number}-{claim}-{line}~")
            if allowed:
                rows.append(f"AMT*B6*{money(allowed)}~")
            elif random_.random() < 0.5:
                rows.append("LQ*HE*N130~")
            charge, paid, share = charge + cost, paid + allowed - patient, share + patient
        total += paid
        body += [
            f"CLP*P{number}-{claim}*1*{money(charge)}*{money(paid)}*{money(share)}*12*ICN{number:06}{claim:06}*11*1~",
            f"NM1*QC*1*DOE*PAT****MI*MEM{random_.randint(1, 999999):06}~",
            "NM1*82*1*READER*SAM****XX*1999999984~",
            f"REF*EA*{random_.randint(1, 99999)}~",
            "DTM*232*20260301~",
            "DTM*050*20260312~",
            *rows,
        ]
    head = [
        f"BPR*I*{money(total)}*C*ACH*CCP*01*999999992*DA*0001*1999999999**01*999999992*DA*0002*20260402~",
        f"TRN*1*EFT{number:08}*1999999999~",
        "DTM*405*20260401~",
        "N1*PR*EXAMPLE HEALTH PLAN~",
        "N3*PO BOX 1~",
        "N4*ANYTOWN*TX*75001~",
        "N1*PE*EXAMPLE HEART GROUP*XX*1234567893~",
        "REF*TJ*999999999~",
        "LX*1~",
    ]
    return envelope(head + body, "835", "005010X221A1", "HP", number)


def claims(random_: random.Random, number: int, count: int) -> str:
    """One 837P with `count` claims whose lines add up."""
    body = [
        f"BHT*0019*00*{number:04}*20260310*1015*CH~",
        "NM1*41*2*EXAMPLE HEART GROUP*****46*EHG001~",
        "PER*IC*BILLING DESK*TE*5555550100~",
        "NM1*40*2*EXAMPLE HEALTH PLAN*****46*EHP01~",
        "HL*1**20*1~",
        "NM1*85*2*EXAMPLE HEART GROUP*****XX*1234567893~",
        "N3*100 SAMPLE WAY~",
        "N4*ANYTOWN*TX*750010000~",
        "REF*EI*999999999~",
    ]
    for claim in range(count):
        rows, charge = [], 0
        for line in range(random_.randint(1, 5)):
            code = random_.choice(CODES)
            cost = price(random_, code)
            charge += cost
            rows += [
                f"LX*{line + 1}~",
                f"SV1*HC:{code}*{money(cost)}*UN*{random_.choice([1, 2, 4])}***1:2~",
                f"DTP*472*D8*202603{random_.randint(1, 28):02}~",
                f"REF*6R*{number}-{claim}-{line}~",
            ]
        body += [
            f"HL*{claim + 2}*1*22*0~",
            "SBR*P*18*GRP100******CI~",
            f"NM1*IL*1*DOE*PAT****MI*MEM{random_.randint(1, 999999):06}~",
            "N3*1 FICTION ST~",
            "N4*ANYTOWN*TX*75001~",
            "DMG*D8*19580704*F~",
            "NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*EHP01~",
            f"CLM*P{number}-{claim}*{money(charge)}***11:B:1*Y*A*Y*Y~",
            "HI*ABK:R0789*ABF:I10~",
            "NM1*DN*1*REFER*PAT****XX*1100000011~",
            "NM1*82*1*READER*SAM****XX*1999999984~",
            "PRV*PE*PXC*207RC0000X~",
            *rows,
        ]
    return envelope(body, "837", "005010X222A1", "HC", number)


def made(kind: str, megabytes: int) -> Path:
    """A file of about that size, made on first use."""
    path = DATA / f"{kind}-{megabytes}.x12"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        random_ = random.Random(megabytes)
        make = remittance if kind == "835" else claims
        with path.open("w", encoding="ascii") as file:
            number = 0
            while file.tell() < megabytes << 20:
                number += 1
                file.write(make(random_, number, 500))
    return path


def segments(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(len(block.segments) for block in Tokenizer(stream, lambda *_, **__: None, Forgetful()).blocks())


class Forgetful(Places):
    """Keeps no blocks: the tokenizer alone."""

    def hold(self, block: object) -> None:
        pass


def measure(path: Path, what: str) -> None:
    """Take one measurement in this process and print it as JSON."""
    shapes = mapping.load()
    rows = count = 0
    started = time.process_time()
    if what == "tokens":
        count = segments(path)
    elif what == "rows":
        with path.open("rb") as stream:
            reading = reader.read(stream, 1, shapes)
            rows = sum(len(made) for batch in reading for made in batch.rows.values())
        count = reading.segments
        assert not reading.unexpected
    elif what == "pyx12":
        from pyx12 import error_handler, params, x12context

        with path.open(encoding="ascii") as text:
            reader_ = x12context.X12ContextReader(params.params(), error_handler.errh_null(), text)
            count = sum(1 for _ in reader_.iter_segments())
    else:
        import oxedi

        oxedi.parse_file(str(path))
    seconds = time.process_time() - started
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "segments": count, "rows": rows, "resident": resident}))


def show(path: Path, what: str, found: dict[str, float], rows: dict[str, float] | None) -> None:
    """Print one measurement, and for a peer how our rows compare with it."""
    rate = f"{found['segments'] / found['seconds'] / 1000:6.0f} k segments/s" if found["segments"] else " " * 19
    ratio = f"   our rows take {rows['seconds'] / found['seconds']:.2f} times as long" if rows is not None else ""
    print(
        f"{path.name:14} {what:6} {found['seconds']:6.2f} s {rate} {found['resident']:5.0f} MB resident{ratio}",
        flush=True,
    )


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] in (*OURS, *PEERS):
        measure(Path(sys.argv[2]), sys.argv[1])
        return
    for kind in ("835", "837P"):
        for size in [int(size) for size in sys.argv[1:]] or [10, 50, 200]:
            path = made(kind, size)
            rows = None
            peers = [peer for peer, (kinds, most) in PEERS.items() if kind in kinds and size <= most]
            for what in (*OURS, *peers):
                command = [sys.executable, __file__, what, str(path)]
                run = subprocess.run(command, check=False, capture_output=True, text=True)
                if run.returncode == 0:
                    found = json.loads(run.stdout)
                    show(path, what, found, rows if what in PEERS else None)
                    rows = found if what == "rows" else rows
                else:
                    print(f"{path.name:14} {what:6} {run.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
