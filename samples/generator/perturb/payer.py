"""Payers answer: `Desk` posts answers, reversals, further payers' shares, and keeps every expected row up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from generator import answers
from generator.model import BUCKETS, Cas, Claim, Clp, Line, Patient, Remit, Row, Svc
from generator.perturb import bend, decide, dress
from generator.perturb.dress import tag
from generator.perturb.office import Office
from generator.world import Biller, Payer

Groups = dict[int, tuple[Line, list[Svc]]]


class Desk(Office):
    def payment(self, payer: Payer, payee: Biller, day: date) -> Remit:
        """The payer's payment of that day to the payee."""
        key = (payer.key, payee.sender, day)
        if key not in self.payments:
            trace = f"{payer.id[:3]}{day:%y%m%d}{payee.sender[0]}"
            name = f"{payer.name}, INC." if self.chance(0.06) else ""
            self.payments[key] = Remit(payer, payee, day, trace, payer_name=name)
        return self.payments[key]

    def _put(self, claim: Claim, payer: Payer, svcs: list[Svc], day: date, status: str, number: str) -> Clp:
        part_a = claim.biller.institutional
        clp = Clp(
            control=claim.control,
            status=status,
            patient=claim.patient,
            filing={"CI": "12"}.get(payer.filing, payer.filing_institutional if part_a else payer.filing),
            number=number or self.payer_number(payer),
            facility=claim.pos,
            frequency=claim.frequency,
            svcs=svcs,
            claim=claim,
            received=claim.filed + timedelta(1) if claim.filed and self.chance(0.5) else None,
            remit=self.payment(payer, claim.biller, day),
        )
        assert clp.remit is not None
        clp.remit.clps.append(clp)
        if clp.remit.payer_name:
            tag(clp, "payer-named-otherwise")
        for svc in svcs:
            svc.clp = clp
            if svc.line is None:
                self.strays.append((clp, svc))
            else:
                svc.line.row.answers.append(svc)
            if svc.row:
                svc.row.answers.append(svc)
        return clp

    def post(
        self,
        claim: Claim,
        svcs: list[Svc],
        day: date,
        *,
        status: str = "",
        payer: Payer | None = None,
        control: str | None = None,
        frequency: str | None = None,
        number: str = "",
        lost: bool = False,
        tame: bool = False,
        money: bool = True,
        settle: bool = True,
        mangle: bool = True,
    ) -> Clp:
        """The payer answers on that day. `svcs` are decided; here they are bent and the answer is dressed."""
        style = dress.dates(self, claim.shape)
        made = bend.bend(self, claim, svcs, style, tame=tame, money=money)
        if not status:
            refused = all(svc.state == "denied" for svc in made)
            status = "4" if refused and self.chance(0.3) else "1"
        clp = self._put(claim, payer or claim.payer, made, day, status, number)
        clp.dates, clp.frequency = style, frequency or clp.frequency
        full = clp.charge == claim.charge and {id(svc.line) for svc in made} == {id(line) for line in claim.lines}
        dress.dress(self, clp, control or claim.control, lost=lost and full, mangle=mangle)
        if settle:
            self.settle(made)
        return clp

    def settle(self, svcs: Sequence[Svc]) -> None:
        """The rows of these lines become what these answers say."""
        for line, group in by_line(svcs).values():
            row = line.row
            row.take(answers.bucket_sums(group))
            row.balance += line.charge - row.total()
            if any("charge-changed" not in svc.situations for svc in group):
                assert row.balance == (line.charge if group[0].state == "pending" else 0), (line, row)
            row.state, row.unsaid = group[0].state, ()
            row.deciding, row.allowed = group[-1], None
            if not row.state:
                row.unsaid = ("state",)
            if not row.first_state and row.state != "pending":
                row.first_state = row.state or "?"

    # ---- taking back

    def reverse(
        self, clp: Clp, day: date, *, lost: bool = True, known: bool = False, only: Sequence[Svc] | None = None
    ) -> Clp:
        """CLP02 22: the answer (or `only` some of its lines) once more with every sign turned, now and then under
        another payer number (unless `known`). Rows are left to the caller."""
        claim = clp.claim
        assert claim is not None
        assert clp.remit is not None
        negative = [answers.negative(svc, clp.remit.payer) for svc in (clp.svcs if only is None else only)]
        known = known or not self.chance(0.1)
        back = self._put(claim, clp.remit.payer, negative, day, "22", clp.number if known else "")
        if clp.charge_as_whole is not None:
            back.charge_as_whole = -clp.charge_as_whole
            back.cas = [replace(cas, cents=-cas.cents) for cas in clp.cas]
            claim.whole.answers.append(back)
        if self.chance(0.3) and any((svc.units or 0) < 0 for svc in negative):
            for svc in negative:
                svc.units = abs(svc.units) if svc.units is not None else None
            tag(back, "reversal-with-positive-units")
        if not known:
            tag(back, "reversal-under-a-new-payer-number")
        back.patient, back.frequency, back.dates = clp.patient, clp.frequency, dress.dates(self, claim.shape)
        if claim.shape == "two-day":
            back.dates = clp.dates
        dress.dress(self, back, claim.control, lost=lost and known and only is None)
        return back

    def take_back(self, clps: Sequence[Clp]) -> None:
        """Paid once, now nothing. What was not paid before has no determined state."""
        for clp in clps:
            if clp.charge_as_whole is not None:
                assert clp.claim is not None
                self._taken(clp.claim.whole, clp.claim.charge)
            self.take_back_lines([line for line, _ in by_line(clp.svcs).values()])

    def take_back_lines(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self._taken(line.row, line.charge)

    def _taken(self, row: Row, charge: int) -> None:
        was_paid = row.paid > 0
        row.take({"denied": charge})
        row.state, row.allowed = "taken-back", None
        row.unsaid = () if was_paid and charge else ("state", *BUCKETS)

    def void(self, claim: Claim, *, reversed_: bool) -> None:
        """Replaced or voided at our own request: what was paid and not taken back stays, no denial is counted."""
        for row, charge in [*((line.row, line.charge) for line in claim.lines), (claim.whole, claim.charge)]:
            kept = {} if reversed_ else {name: getattr(row, name) for name in BUCKETS if name != "denied"}
            row.take(kept)
            row.balance += charge - row.total()
            row.state, row.unsaid = "void", ()

    # ---- further payers

    def next_payer(
        self, first: Clp, payer: Payer, day: date, *, status: str, insured: Patient, claim: Claim | None = None
    ) -> Clp:
        """A further payer takes up what the earlier one left to the patient. `claim`: our own copy for that payer."""
        ours = first.claim
        assert ours is not None
        later: list[Svc] = []
        plan = self.choice(("all", "all", "some", "none"))
        for line, group in by_line(first.svcs).values():
            left = sum(svc.patient() for svc in group)
            later.append(self._share(line, left, plan))
        controls = {line.number: line.control for line in (claim or ours).lines}
        kept = [(svc.line, svc.line.control) for svc in later if svc.line]
        for line, _ in kept:
            line.control = controls[line.number]
        clp = self.post(ours, later, day, status=status, payer=payer, money=False, tame=True, settle=False)
        for line, control in kept:
            line.control = control
        clp.patient, clp.received = insured, None
        if clp.corrected_id == ours.patient.subscriber.member_id:
            clp.corrected_id = insured.member_id
        for line, group in by_line(clp.svcs).values():
            self._add(line.row, group)
        return clp

    def _share(self, line: Line, left: int, plan: str) -> Svc:
        svc = decide.echo(line)
        if line.charge - left:
            svc.cas.append(Cas("OA", "23", line.charge - left))
        pays = {"all": left, "some": left * 60 // 100, "none": 0}[plan]
        rest = left - pays
        if rest and self.chance(0.5):
            svc.cas.append(Cas("CO", "45", rest, "contractual"))
        elif rest:
            svc.cas.append(Cas("PR", "3", rest, "patient"))
        svc.paid, svc.state = pays, "further"
        return svc

    def _add(self, row: Row, group: Sequence[Svc]) -> None:
        """What a further payer adds to a row: its payment, its write-off; the patient owes what it leaves."""
        sums = answers.bucket_sums(group)
        row.paid += sums["paid"]
        row.contractual += sums.get("contractual", 0)
        row.patient = sums.get("patient", 0)
        if row.state == "patient-share" and row.paid:
            row.state = "paid"
        elif row.state == "patient-share" and not row.patient:
            row.unsaid = ("state",)

    # ---- claims answered as a whole

    def answer_whole(self, claim: Claim, kind: str, day: date, *, number: str = "", lost: bool = True) -> Clp:
        """No SVC: one row takes the place of the lines' rows."""
        clp = self._put(claim, claim.payer, [], day, "1", number)
        clp.charge_as_whole, clp.cas = claim.charge, decide.whole(self, claim, kind)
        clp.dates = self.choice(("claim", "claim", "claim", "none"))
        dress.dress(self, clp, claim.control, lost=lost)
        claim.rows, row = "claim", claim.whole
        row.take({"paid": clp.paid})
        for entry in clp.cas:
            setattr(row, entry.bucket, getattr(row, entry.bucket) + entry.cents)
        row.state, row.unsaid = kind, ()
        row.first_state = row.first_state or kind
        row.answers.append(clp)
        tag(clp, "no-service-lines")
        return clp

    def no_answer(self, claim: Claim) -> None:
        """Rows of lines that nobody answered."""
        for line in claim.lines:
            if not line.row.answers:
                line.row.take({"balance": line.charge})
                line.row.state = line.row.state or "no-response"


def by_line(svcs: Sequence[Svc]) -> Groups:
    """SVCs of one answer by the line that they are about; lines in the order of the answer."""
    groups: Groups = {}
    for svc in svcs:
        if svc.line is not None:
            groups.setdefault(svc.line.number, (svc.line, []))[1].append(svc)
    return groups
