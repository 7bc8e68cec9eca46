"""The month while it is being told: on top of billing, what the payers decide and what must come of it.

`answer`, `reverse`, `second_payer` and friends let a payer decide; each keeps the expected rows up to date, so that the
truth is known without any matching. Money is integer cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from generator import answers
from generator.billing import Billing
from generator.model import Cas, Claim, Clp, Line, Patient, Plb, Remit, Row, Svc
from generator.world import GROUP, Biller, Payer

SHARED_TRACE = "0000417"  # two payers that happen to use one trace number


class Month(Billing):
    def remit(self, payer: Payer, payee: Biller, turn: int) -> Remit:
        """The payment of the payer's turn-th day (1, 2, ..) to the payee."""
        key = (payer.key, payee.sender, turn)
        if key not in self.remits:
            dates = (payee.institutional and payer.institutional_dates) or payer.remit_dates
            when = dates[turn - 1]
            trace = f"{payer.id[:2]}26{when:%m%d}{'BAC'[('THG001', 'TGH001', 'OHC001').index(payee.sender)]}"
            if turn == 3 and payee is GROUP and payer.key in ("pinemoor", "quayside"):
                trace = SHARED_TRACE
            self.remits[key] = Remit(payer, payee, when, trace)
        return self.remits[key]

    def payer_number(self, payer: Payer) -> str:
        """A new CLP07 of the payer."""
        self._numbers += 1
        n = self._numbers
        return {"eastmere": f"2226075{n:06d}", "alderwick": f"AHI26{n:07d}", "pinemoor": f"PM{n:08d}"}.get(
            payer.key, f"Q{n:09d}"
        )

    def turn(self, claim: Claim) -> int:
        return 1 if claim.batch == "first" else 2

    def answer(
        self,
        claim: Claim,
        svcs: Sequence[Svc],
        turn: int | None = None,
        *,
        status: str = "",
        settle: bool = True,
        payer: Payer | None = None,
        control: str | None = None,
        frequency: str | None = None,
        number: str | None = None,
    ) -> Clp:
        """The payer answers these lines in its turn-th payment; with `settle` the rows follow."""
        payer = payer or claim.payer
        if not status:
            status = "1" if any(svc.state not in ("denied",) for svc in svcs) else payer.denied_status
        clp = self._clp(claim, payer, list(svcs), turn or self.turn(claim), status, number)
        if control:
            clp.control = control
        if frequency:
            clp.frequency = frequency
        if settle:
            self.settle(svcs)
        return clp

    def _clp(
        self, claim: Claim, payer: Payer, svcs: list[Svc], turn: int, status: str, number: str | None = None
    ) -> Clp:
        remit = self.remit(payer, claim.biller, turn)
        control, claim_tier = self._echo(claim.control, payer)
        part_a = claim.biller.institutional
        clp = Clp(
            control=control,
            status=status,
            patient=claim.patient,
            filing={"CI": "12"}.get(payer.filing, payer.filing_institutional if part_a else payer.filing),
            number=number or self.payer_number(payer),
            facility=claim.pos,
            frequency=claim.frequency,
            svcs=svcs,
            claim=claim,
            rendering=claim.rendering if payer.key in ("eastmere", "pinemoor") else None,
            remarks=("MA01",) if payer.key == "eastmere" else (),
            received=claim.filed + timedelta(1) if claim.filed and payer.key in ("eastmere", "alderwick") else None,
            remit=remit,
            claim_tier=claim_tier,
        )
        remit.clps.append(clp)
        for svc in svcs:
            svc.clp = clp
            svc.tier = answers.tier(svc)
            assert svc.line is not None
            svc.line.row.answers.append(svc)
        return clp

    def _echo(self, control: str, payer: Payer) -> tuple[str, str]:
        """The patient control number as this payer repeats it, and the tier that finds it again."""
        if payer.key != "quayside":
            return control, "control-number"
        if len(control) > 17:
            return control.upper()[:17], "control-number-normalised"
        if sum(map(ord, control)) % 3 == 0:
            return control, "control-number"
        stripped = control.upper().lstrip("0")
        return stripped, "control-number" if stripped == control else "control-number-normalised"

    def settle(self, svcs: Sequence[Svc]) -> None:
        """Make the rows of these lines what the answers say, and check that every cent is placed."""
        groups: dict[int, list[Svc]] = {}
        for svc in svcs:
            assert svc.line is not None
            groups.setdefault(svc.line.number, []).append(svc)
        for group in groups.values():
            first, line = group[0], group[0].line
            assert line is not None
            row = line.row
            row.take(answers.bucket_sums(group))
            assert row.total() == line.charge, (line, row)
            if row.state and not row.first_cause:
                row.first_cause, row.first_verdict = row.cause, row.verdict
            row.state, row.cause, row.verdict = first.state, first.cause, first.verdict
            row.depends_on, row.deciding = first.depends_on, group[-1]
            row.allowed = first.allowed if len(group) == 1 and first.state == "paid" else None
            if not row.first_state and first.state != "pending":
                row.first_state = first.state

    def reverse(self, clp: Clp, turn: int) -> Clp:
        """Take an earlier answer back in full (CLP02 22). The rows are left to the caller."""
        claim = clp.claim
        assert claim is not None
        assert clp.remit is not None
        svcs = [answers.negative(svc, clp.remit.payer) for svc in clp.svcs]
        back = self._clp(claim, clp.remit.payer, svcs, turn, "22", clp.number)
        back.control, back.claim_tier, back.received = clp.control, clp.claim_tier, None
        for svc in svcs:
            svc.state = "taken-back"
        back.remarks = ()
        return back

    def take_back(self, back: Clp) -> None:
        """A reversal without a correction: paid once, now nothing."""
        for svc in back.svcs:
            assert svc.line is not None
            row = svc.line.row
            row.take({"denied": svc.line.charge})
            row.state, row.cause, row.verdict, row.deciding, row.allowed = "taken-back", "takeback", "", svc, None

    def void(self, claim: Claim) -> None:
        """Replaced or voided at our own request, all answers reversed: the charge is left unexplained."""
        for line in claim.lines:
            row = line.row
            row.take({"balance": line.charge})
            row.first_cause, row.first_verdict = row.first_cause or row.cause, row.first_verdict or row.verdict
            row.state, row.cause, row.verdict = "void", "", ""
            row.deciding = row.depends_on = row.allowed = None

    def second_payer(
        self, clp: Clp, payer: Payer, turn: int, *, written_off: int = 0, copay: int = 0, insured: Patient | None = None
    ) -> Clp:
        """A second payer takes up what the first left to the patient; the rows add both payers.

        `insured`: the patient under the second payer's member id.
        """
        claim = clp.claim
        assert claim is not None
        later: list[Svc] = []
        for svc in clp.svcs:
            assert svc.line is not None
            left = svc.patient()
            own = min(copay, left) if not later else 0
            later.append(answers.secondary(svc.line, svc, payer, written_off=min(written_off, left), copay=own))
        second = self.answer(claim, later, turn, status="2", settle=False, payer=payer)
        second.received = None
        second.patient = insured or replace(claim.patient, member_id=self.patient(payer).member_id)
        for svc in later:
            line = svc.line
            assert line is not None
            row = line.row
            row.paid += svc.paid
            row.contractual += sum(c.cents for c in svc.cas if c.bucket == "contractual")
            row.patient = sum(c.cents for c in svc.cas if c.bucket == "patient")
            row.allowed, row.deciding = None, svc
            assert row.total() == line.charge
        return second

    def adjust(self, payer: Payer, payee: Biller, turn: int, reason: str, reference: str, cents: int) -> None:
        """A provider level adjustment (PLB): positive reduces the payment."""
        self.remit(payer, payee, turn).plbs.append(Plb(reason, reference, cents))

    def no_answer(self, claim: Claim) -> None:
        for line in claim.lines:
            line.row.take({"balance": line.charge})
            line.row.state, line.row.cause = "no-response", "no-response"

    def answer_whole(self, claim: Claim, cas: Sequence[Cas], turn: int | None = None) -> Clp:
        """The payer answers the claim without service lines: one row takes the place of its lines' rows."""
        clp = self._clp(claim, claim.payer, [], turn or self.turn(claim), "1")
        clp.charge_as_whole, clp.cas = claim.charge, list(cas)
        claim.rows, row = "claim", claim.whole
        row.paid = clp.paid
        for entry in cas:
            setattr(row, entry.bucket, getattr(row, entry.bucket) + entry.cents)
        row.state = row.first_state = "paid"
        row.deciding = clp
        row.answers.append(clp)
        assert row.total() == claim.charge
        return clp

    def claim_level(self, clp: Clp, cas: Sequence[Cas]) -> None:
        """Adjustments of the claim beside its lines: an extra row of charge 0 carries them."""
        assert clp.claim is not None
        clp.cas = list(cas)
        row = clp.claim.extra = Row(paid=-sum(entry.cents for entry in cas))
        for entry in cas:
            setattr(row, entry.bucket, getattr(row, entry.bucket) + entry.cents)
        row.answers.append(clp)

    def stay(self, claim: Claim, start: date, nights: int) -> None:
        """Make it an inpatient stay, paid by DRG and answered as a whole."""
        claim.pos, claim.inpatient = "11", True
        for revenue, charge, units in (
            ("0120", 240000 * nights, nights), ("0250", 35000, 1), ("0301", 60000, 2), ("0341", 320000, 1),
            ("0343", 48000, 2),
        ):  # fmt: skip
            number = len(claim.lines) + 1
            control = f"{claim.control[3:]}{number:02d}"
            claim.lines.append(Line(number, "", (), charge, units, start, revenue, control, ()))
        allowed, deductible = 795037, 173600
        cut = answers.percent(allowed - deductible, 2)
        clp = self.answer_whole(
            claim,
            [
                Cas("CO", "45", claim.charge - allowed, "contractual"),
                Cas("CO", "253", cut, "other"),
                Cas("PR", "1", deductible, "patient"),
            ],
            1,
        )
        clp.drg, clp.inpatient_remarks, clp.remarks = "313", ("MA01",), ()

    def unclaimed(self, shadow: Claim, svcs: Sequence[Svc], turn: int, control: str) -> None:
        """A remittance whose claim is not ours: each of its lines is a row by itself."""
        clp = self._clp(shadow, shadow.payer, list(svcs), turn, "1")
        clp.control, clp.claim, clp.received = control, None, None
        for svc in svcs:
            assert svc.line is not None
            row = svc.row = Row(state=svc.state, first_state=svc.state, cause=svc.cause, verdict=svc.verdict)
            row.take(answers.bucket_sums([svc]))
            row.allowed = svc.allowed if svc.state == "paid" else None
            row.deciding = svc
            row.answers.append(svc)
            svc.line = None
        self.unmatched.append(clp)
