"""Which file holds what, and how each looks. The README of samples/ names the same quirks file by file.

`write(month)` gives every file as bytes under its name below samples/, and notes places as it goes, so the truth is
written last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from generator import claims837, others, remit835, truth
from generator.archives import gzip_of, zip_of
from generator.billing import FILED, RESUBMITTED
from generator.envelope import Group, Interchange, Style, TransactionSet, compose
from generator.model import Claim, Place, Remit
from generator.month import Month
from generator.world import (
    ALDERWICK,
    CLEARINGHOUSE,
    EASTMERE,
    GROUP,
    HOSPITAL,
    OAKHOLLOW,
    PAYERS,
    PINEMOOR,
    QUAYSIDE,
    Biller,
    Payer,
)

PLAIN = Style()
ONE_LINE = Style(newline="")
CRLF = Style(newline="\r\n")
NOTEPAD = Style(newline="\r\n", bom=True)
# Office claims: a file for each payer and batch.
CLAIM_STYLES = {
    ("eastmere", "first"): PLAIN,
    ("eastmere", "second"): ONE_LINE,
    ("alderwick", "first"): PLAIN,
    ("alderwick", "second"): CRLF,
    ("pinemoor", "first"): NOTEPAD,
    ("pinemoor", "second"): Style(two_decimals=True),
    ("quayside", "first"): Style(component=">"),
    ("quayside", "second"): PLAIN,
}
REMIT_STYLES = {
    "eastmere": PLAIN,
    "alderwick": Style(newline="", two_decimals=True),
    "pinemoor": Style(element="|", component=">"),
    "quayside": Style(terminator="\n", newline=""),
}
COPY_STYLE = Style(component=">", newline="\r\n", two_decimals=True)


@dataclass
class Spot:
    """Where the second copy of a payment is."""

    place: Place | None = None


class Files:
    def __init__(self, month: Month) -> None:
        self.month = month
        self.out: dict[str, bytes] = {}
        self._control = 100
        self._repeats: list[tuple[Remit, Spot]] = []

    def control(self) -> int:
        self._control += 1
        return self._control

    # ---- claims

    def _pick(self, biller: Biller, payer: Payer | None, batch: str) -> list[Claim]:
        return [
            claim
            for claim in self.month.claims
            if claim.biller is biller and (payer is None or claim.payer is payer) and claim.batch == batch
        ]

    def _claims(self, claims: Sequence[Claim], day: date, parts: int = 1) -> list[TransactionSet]:
        size = -(-len(claims) // parts)
        sets: list[TransactionSet] = []
        for start in range(0, len(claims), size):
            part = claims[start : start + size]
            reference = f"B{self._control}{len(sets) + 1:02d}"
            sets.append(claims837.transaction(part, reference, day, claims837.receiver_of(part)))
        return sets

    def _claim_group(self, claims: Sequence[Claim], day: date, parts: int = 1) -> Group:
        biller, receiver = claims[0].biller, claims837.receiver_of(claims)[1]
        guide = claims837.GUIDES[biller.institutional]
        return Group("HC", biller.sender, receiver, guide, self._claims(claims, day, parts))

    def claims(self) -> None:
        for payer in PAYERS:
            for batch, day in FILED.items():
                claims = self._pick(GROUP, payer, batch)
                parts = 3 if payer is ALDERWICK else 1
                number = self.control()
                one = Interchange(GROUP.sender, payer.id, day, number, [self._claim_group(claims, day, parts)])
                name = f"claims/{payer.key}_{day:%m%d}.837"
                self.out[name] = compose(name, [one], CLAIM_STYLES[payer.key, batch])
        for batch, day in FILED.items():
            number = self.control()
            per_payer = [self._pick(HOSPITAL, payer, batch) for payer in PAYERS]
            groups = [self._claim_group(claims, day) for claims in per_payer if claims]
            name = f"claims/hospital_{day:%m%d}.837i"
            one = Interchange(HOSPITAL.sender, CLEARINGHOUSE[1], day, number, groups)
            self.out[name] = compose(name, [one], PLAIN)
        self._one_group("claims/oakhollow_0316.edi", OAKHOLLOW, "first", FILED["first"], ONE_LINE)
        number = self.control()
        again = self._pick(GROUP, None, "again")
        name, two = "claims/resubmissions_0427.edi", []
        for payers in ((EASTMERE, QUAYSIDE), (ALDERWICK, PINEMOOR)):
            part = [claim for claim in again if claim.payer in payers]
            group = self._claim_group(part, RESUBMITTED)
            two.append(Interchange(GROUP.sender, CLEARINGHOUSE[1], RESUBMITTED, number, [group]))
            number = self.control()
        self.out[name] = compose(name, two, PLAIN)
        self._one_group("claims/secondary_0427.txt", GROUP, "secondary", RESUBMITTED, PLAIN)

    def _one_group(self, name: str, biller: Biller, batch: str, day: date, style: Style) -> None:
        claims = self._pick(biller, None, batch)
        receiver = claims837.receiver_of(claims)[1]
        one = Interchange(biller.sender, receiver, day, self.control(), [self._claim_group(claims, day)])
        self.out[name] = compose(name, [one], style)

    # ---- remittances

    def _remit_file(self, remits: Sequence[Remit], name: str) -> bytes:
        payer, day = remits[0].payer, remits[0].date
        sets = [remit835.transaction(remit) for remit in remits]
        group = Group("HP", payer.id, GROUP.sender, remit835.GUIDE, sets)
        receiver = remits[0].payee.sender if len(remits) == 1 else GROUP.sender
        one = Interchange(payer.id, receiver, day, self.control(), [group])
        return compose(name, [one], REMIT_STYLES[payer.key])

    def remits(self) -> None:
        """One file a payer and payment day; Eastmere's parts A and B apart; two files only inside an archive."""
        days: dict[tuple[str, date], list[Remit]] = {}
        for remit in sorted(self.month.remits.values(), key=lambda r: (r.date, r.payer.key, r.payee.sender)):
            days.setdefault((remit.payer.key, remit.date), []).append(remit)
        zipped: dict[str, bytes] = {}
        for (key, day), remits in days.items():
            part = ("_a" if remits[0].payee is HOSPITAL else "_b") if key == "eastmere" else ""
            name = f"{key}{part}_{day:%m%d}.835"
            if (key, f"{day:%m%d}") in (("pinemoor", "0410"), ("quayside", "0414")):
                zipped[name] = self._remit_file(remits, f"remits/fernway_april.zip!{name}")
            elif (key, f"{day:%m%d}") == ("pinemoor", "0424"):
                self.out[f"remits/{name}.gz"] = gzip_of(self._remit_file(remits, f"remits/{name}.gz"))
            else:
                self.out[f"remits/{name}"] = self._remit_file(remits, f"remits/{name}")
        zipped["READ-ME.TXT"] = b"Two remittances of April. This file is not one of them.\n"
        self.out["remits/fernway_april.zip"] = zip_of(zipped)
        self._second_delivery()

    def _second_delivery(self) -> None:
        """Two payments once more, in the clearinghouse's wrapper, with its delimiters and number format."""
        again = [
            self.month.remit(EASTMERE, GROUP, 1),
            self.month.remit(ALDERWICK, GROUP, 1),
        ]
        sets = []
        for remit in again:
            one = remit835.transaction(remit)
            spot = Spot()
            one.marks = [(spot, -1)]
            self._repeats.append((remit, spot))
            sets.append(one)
        day = date(2026, 4, 22)
        group = Group("HP", CLEARINGHOUSE[1], GROUP.sender, remit835.GUIDE, sets)
        name = "remits/fernway_copies_0422.edi"
        one_more = Interchange(CLEARINGHOUSE[1], GROUP.sender, day, self.control(), [group], time="2350")
        self.out[name] = compose(name, [one_more], COPY_STYLE)

    # ---- beside them

    def beside(self) -> None:
        day = FILED["first"] + timedelta(1)
        taken = self._pick(GROUP, EASTMERE, "first")[:6]
        for name, one in (
            ("other/ack_0317.999", others.acknowledgment(day, self.control(), 1011)),
            ("other/status_0317.277ca", others.claim_status(day, self.control(), taken, "B10101")),
        ):
            self.out[name] = compose(name, [one], PLAIN)
        self.out["other/deposits.txt"] = others.DEPOSITS

    def truth(self) -> None:
        remits = sorted(self.month.remits.values(), key=lambda r: (r.date, r.payer.key, r.payee.sender))
        repeats = [(remit, spot.place) for remit, spot in self._repeats if spot.place]
        for name, columns, rows in (
            ("lines", truth.LINES, truth.lines(self.month)),
            ("findings", truth.FINDINGS, truth.findings(self.month)),
            ("payments", truth.PAYMENTS, truth.payments(remits, repeats)),
        ):
            self.out[f"truth/{name}.csv"] = truth.to_csv(columns, rows)


def write(month: Month) -> dict[str, bytes]:
    """Every file of the month, by its name below samples/."""
    files = Files(month)
    files.claims()
    files.remits()
    files.beside()
    files.truth()
    return files.out
