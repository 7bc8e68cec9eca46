"""What a payer can do with one line: pay it, deny it, package it, hold it. Each answer carries its X12 and its truth.

Every amount is put into its bucket (column of `edi lines`) here, by the author of the scenario, never worked out from
reason codes. SVC02 - CAS = SVC03 holds by construction. Money is integer cents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.model import Cas, Claim, Line, Svc
from generator.world import APC_FEES, FEES, Payer


def percent(cents: int, rate: int) -> int:
    """`rate` percent of `cents`, half a cent rounded up."""
    return (cents * rate * 2 + 100) // 200


def fee(line: Line, payer: Payer) -> int:
    """What the payer allows for the whole line."""
    if line.revenue:
        return APC_FEES[line.code]
    reading = f"{line.code}-26"
    key = reading if "26" in line.modifiers and reading in FEES else line.code
    return percent(FEES[key], payer.level) * line.units


def echo(line: Line, payer: Payer) -> Svc:
    """The line as this payer repeats it, with nothing decided yet."""
    return Svc(
        line=line,
        code=line.code,
        modifiers=() if payer.strips_modifiers else line.modifiers,
        charge=line.charge,
        paid=0,
        units=line.units,
        day=line.day,
        cas=[],
        revenue=line.revenue,
        control=line.control if payer.sends_line_control else None,
    )


def pay(
    line: Line,
    payer: Payer,
    *,
    allowed: int | None = None,
    deductible: int = 0,
    copay: int | None = None,
    coinsurance: int | None = None,
    rule: tuple[str, int] | None = None,
    remarks: tuple[str, ...] = (),
    references: tuple[tuple[str, str], ...] = (),
) -> Svc:
    """Pay the fee, less a payment rule's cut (reason, cents), the patient's part (deductible first), sequestration."""
    svc = echo(line, payer)
    full = fee(line, payer) if allowed is None else allowed
    allowed = full - rule[1] if rule else full
    own = min(deductible, allowed)
    rate = payer.coinsurance if coinsurance is None else coinsurance
    share = min(copay, allowed - own) if copay is not None else percent(allowed - own, rate)
    if full < line.charge:
        svc.cas.append(Cas("CO", "45", line.charge - full, "contractual"))
    if rule:
        svc.cas.append(Cas("CO", rule[0], rule[1], "other"))
    cut = percent(allowed - own - share, 2) if payer.sequester else 0
    if cut:
        svc.cas.append(Cas("CO", "253", cut, "other"))
    if own:
        svc.cas.append(Cas("PR", "1", own, "patient"))
    if share:
        svc.cas.append(Cas("PR", "3" if copay is not None else "2", share, "patient"))
    if full > line.charge:
        svc.cas.append(Cas("OA", "94", line.charge - full, "other"))
    svc.paid = allowed - own - share - cut
    svc.allowed = allowed
    svc.remarks, svc.references = remarks, references
    if svc.paid == 0:
        svc.state, svc.cause = "patient-share", "patient-share"
    elif rule:
        svc.cause = "payment-rule-reduction"
    return svc


def pay_all(claim: Claim, *, deductible: int = 0, copay: int | None = None) -> list[Svc]:
    """Every line at its fee; the deductible is taken from the lines in order, a copay from the first alone."""
    answers = []
    for line in claim.lines:
        own = copay if copay is None or line is claim.lines[0] else 0
        svc = pay(line, claim.payer, deductible=deductible, copay=own)
        deductible -= sum(c.cents for c in svc.cas if (c.group, c.reason) == ("PR", "1"))
        answers.append(svc)
    return answers


def pay_percent(line: Line, payer: Payer, rate: int) -> Svc:
    """A hospital contract: so many percent of the charge, no patient share."""
    return pay(line, payer, allowed=percent(line.charge, rate), coinsurance=0)


def whole(line: Line, payer: Payer, group: str, reason: str, bucket: str, state: str) -> Svc:
    """One reason takes the whole charge."""
    svc = echo(line, payer)
    svc.cas.append(Cas(group, reason, line.charge, bucket, line.units if payer.quantities else None))
    svc.state = state
    return svc


def deny(
    line: Line,
    payer: Payer,
    code: str,
    cause: str,
    verdict: str = "",
    *,
    remarks: tuple[str, ...] = (),
    references: tuple[tuple[str, str], ...] = (),
    after: Line | None = None,
) -> Svc:
    """Deny the whole line with `code` ("CO-197"). `after`: the denied scan that this line follows."""
    group, reason = code.split("-")
    svc = whole(line, payer, group, reason, "denied", "denied")
    svc.cause, svc.verdict = cause, verdict
    svc.remarks, svc.references, svc.depends_on = remarks, references, after
    return svc


def follow(line: Line, payer: Payer, scan: Line, code: str = "CO-96", remarks: tuple[str, ...] = ("N161",)) -> Svc:
    """A tracer or agent denied because its scan was. Codes that say so confirm it; the scan's own code does not."""
    says_so = code in ("CO-107", "CO-B15") or "N161" in remarks
    verdict = "confirmed" if says_so else ""
    return deny(line, payer, code, "dependent-on-denied-scan", verdict, remarks=remarks, after=scan)


def package(line: Line, payer: Payer, group: str = "CO", remarks: tuple[str, ...] = ()) -> Svc:
    """Hospital packaging: nothing is due beside the line that carries the payment."""
    svc = whole(line, payer, group, "97", "packaged", "packaged")
    known = line.code not in ("84484", "93005")  # their status is in no table that ships
    svc.cause, svc.verdict, svc.remarks = "packaged-under-opps", "confirmed" if known else "", remarks
    return svc


def pend(line: Line, payer: Payer) -> Svc:
    svc = whole(line, payer, "OA", "133", "balance", "pending")
    svc.cause = "pending"
    return svc


def capitate(line: Line, payer: Payer) -> Svc:
    svc = whole(line, payer, "CO", "24", "other", "capitated")
    svc.cause = "capitation"
    return svc


def bundle_tracer(line: Line, payer: Payer, code: str = "CO-97", remarks: tuple[str, ...] = ("M15",)) -> Svc:
    """The contract folds the tracer into the scan."""
    return deny(line, payer, code, "tracer-bundled-by-contract", remarks=remarks)


def opps(claim: Claim, *, deductible: int = 0) -> list[Svc]:
    """A hospital claim under OPPS: the scan is paid under its APC, everything else is packaged into it."""
    answers = []
    for line in claim.lines:
        if line.code in APC_FEES and line.code != "99284":
            apc = "5593" if line.code.startswith("784") else "5524"
            answers.append(pay(line, claim.payer, deductible=deductible, references=(("APC", apc),)))
        else:
            answers.append(package(line, claim.payer))
    return answers


def secondary(line: Line, first: Svc, payer: Payer, *, written_off: int = 0, copay: int = 0) -> Svc:
    """What a second payer does with what the first left to the patient; its OA-23 only repeats the first payer."""
    left = first.patient()
    svc = echo(line, payer)
    svc.cas.append(Cas("OA", "23", line.charge - left))
    if written_off:
        svc.cas.append(Cas("CO", "45", written_off, "contractual"))
    if copay:
        svc.cas.append(Cas("PR", "3", copay, "patient"))
    svc.paid = left - written_off - copay
    return svc


def negative(svc: Svc, payer: Payer) -> Svc:
    """The line of a reversal: every amount with the opposite sign."""
    return replace(
        svc,
        charge=-svc.charge,
        paid=-svc.paid,
        units=-svc.units if svc.units and payer.negative_units else svc.units,
        cas=[replace(c, cents=-c.cents, quantity=None) for c in svc.cas],
        remarks=(),
        place=None,
        clp=None,
        allowed=None,
    )


def bucket_sums(svcs: Iterable[Svc]) -> dict[str, int]:
    """Columns of `edi lines` that these answers to one line make together."""
    sums: dict[str, int] = {}
    for svc in svcs:
        sums["paid"] = sums.get("paid", 0) + svc.paid
        for cas in svc.cas:
            if cas.bucket:
                sums[cas.bucket] = sums.get(cas.bucket, 0) + cas.cents
    return sums


def tier(svc: Svc) -> str:
    """By which rung of the ladder (mappings/link.csv) the line must be found."""
    line = svc.line
    assert line is not None
    modifiers = svc.submitted[1] if svc.submitted else svc.modifiers
    if line.control and svc.control == line.control:
        return "line-control"
    if abs(svc.charge) != line.charge:
        return "split"
    if modifiers != line.modifiers:
        return "without-modifiers"
    return "code-modifiers-date-charge-units"
