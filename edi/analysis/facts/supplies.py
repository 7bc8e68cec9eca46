"""Facts about what a tracer or drug line must carry (domain.md sections 1.3, 1.4 and 3, rows 15, 26)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import FOLLOWERS, lines_with_role, same_day
from edi.analysis.model import ServiceLine
from edi.analysis.subject import EPISODE_DAYS, Subject

# An amount of money in free text: after a word for cost, after a dollar sign, or with two decimals and no unit of
# activity, volume or weight behind it. "2 DOSES", "10.25 MCI" and lot numbers are none.
_AMOUNT = re.compile(
    r"(?:COST|INVOICE|INV|PRICE|PAID|AMT|AMOUNT|ACQ\w*)\b[^0-9]{0,20}\d+(?:\.\d{1,2})?(?![\d.]*\s*(?:MCI|MBQ|ML|MG|MCG|DOSE))"
    r"|\$\s*\d"
    r"|(?<![\d.])\d{1,5}\.\d{2}(?!\d)(?!\s*(?:MCI|MBQ|ML|MG|MCG))",
    re.IGNORECASE,
)
_SUPPLY_CODE = re.compile(r"[AJQCS]\d{4}$")  # HCPCS level II codes of drugs and tracers; no procedure has an NDC
_NDC_UNITS = {"ML", "UN", "ME", "GR", "F2"}


_SPECT_TRACERS = {"tc-per-dose", "tl-per-mci"}
_SPECT_SCANS = {"scan", "scan-single", "scan-planar"}


def _texts(line: ServiceLine) -> Iterator[tuple[str, int]]:
    for note in line.notes:
        if note.text:
            yield note.text, note.id
    if line.description:
        yield line.description, line.id


@fact("cost-note-sent", "837")
def cost_note_sent(subject: Subject) -> Seen | None:
    """The line states a cost (2400 NTE, or the description in SV101-7)."""
    for line in subject.lines:
        for text, at in _texts(line):
            if _AMOUNT.search(text):
                return Seen("an amount in the note of the line", at)
    return None


@fact("cost-note-absent", "837")
def cost_note_absent(subject: Subject) -> Seen | None:
    """No cost or invoice amount stands in the line's note (2400 NTE)."""
    if not subject.is_ours or cost_note_sent(subject) is not None:
        return None
    noted = any(line.notes for line in subject.lines)
    return Seen("a note without an amount" if noted else "no NTE", subject.line.id if subject.line else None)


@fact("cost-note-on-claim", "837")
def cost_note_on_claim(subject: Subject) -> Seen | None:
    """A cost stands in the note of the claim (2300 NTE), where payers do not look for a line's cost."""
    found = next((n for n in subject.claim.notes if n.text and _AMOUNT.search(n.text)), None)
    return Seen("an amount in the note of the claim", found.id) if found else None


@fact("unlisted-name-absent", "837")
def unlisted_name_absent(subject: Subject) -> Seen | None:
    """A tracer without a code of its own is not named (neither SV101-7 nor 2400 NTE holds a word)."""
    if not subject.is_ours:
        return None
    for line in lines_with_role(subject, {"tracer-unlisted"}):
        if not any(re.search(r"[A-Za-z]{3}", text) for text, _ in _texts(line)):
            return Seen(f"{line.procedure} without a name", line.id)
    return None


@fact("unlisted-name-sent", "837")
def unlisted_name_sent(subject: Subject) -> Seen | None:
    """A tracer without a code of its own is named (SV101-7 or 2400 NTE)."""
    lines = lines_with_role(subject, {"tracer-unlisted"})
    if not lines or not subject.is_ours or unlisted_name_absent(subject) is not None:
        return None
    return Seen(f"{lines[0].procedure} with a name", lines[0].id)


@fact("cost-said-missing", "835")
def cost_said_missing(subject: Subject) -> Seen | None:
    """The payer says that the cost or invoice is not there (M23, N445), not that it is incomplete."""
    remark = next((r for r in subject.remarks if r.code in ("M23", "N445")), None)
    return Seen(remark.code, remark.id) if remark else None


@fact("only-unprocessable", "835")
def only_unprocessable(subject: Subject) -> Seen | None:
    """The payer calls the claim unprocessable (MA130) and names nothing that is missing."""
    told = {code for code in subject.remark_codes if not subject.reference.is_alert(code)}
    remark = next((r for r in subject.remarks if r.code == "MA130"), None)
    return Seen("MA130", remark.id) if remark and told <= {"MA130"} else None


@fact("cost-note-required", "reference")
def cost_note_required(subject: Subject) -> Seen | NotChecked | None:
    """The payer is configured as wanting the tracer's cost on the line."""
    if subject.payer.needs_cost_note is None:
        return NotChecked("whether this payer wants the tracer's cost on the line")
    return Seen(subject.payer.name) if subject.payer.needs_cost_note else None


@fact("medicare-part-b", "837")
def medicare_part_b(subject: Subject) -> Seen | None:
    """A professional claim to Medicare Part B, whose contractors price some tracers by invoice."""
    filing = {subject.claim.filing_code, subject.remit.filing_code if subject.remit else None}
    return Seen("filing code MB", subject.claim.id) if subject.is_professional and "MB" in filing else None


def _drug_lines(subject: Subject) -> list[ServiceLine]:
    """The line in question, or the supply lines of a claim answered as a whole."""
    return [subject.line] if subject.line else lines_with_role(subject, FOLLOWERS)


def _faults(line: ServiceLine) -> dict[str, str]:
    """What is wrong with a line's NDC, by what it concerns: number, quantity, unit."""
    if not line.ndc:
        return {"number": "no LIN", "quantity": "no LIN", "unit": "no LIN"}
    found = {}
    if not re.fullmatch(r"\d{11}", line.ndc):
        found["number"] = f"{line.ndc} is not 11 digits"
    elif line.ndc_qualifier != "N4":
        found["number"] = "qualifier is not N4"
    if line.ndc_quantity is None or float(line.ndc_quantity) <= 0:
        found["quantity"] = "no quantity (CTP04)"
    if line.ndc_unit not in _NDC_UNITS:
        found["unit"] = "unit missing or unknown (CTP05)"
    return found


@fact("ndc-absent", "837")
def ndc_absent(subject: Subject) -> Seen | None:
    """The drug line carries no NDC (no LIN in 2410)."""
    for line in _drug_lines(subject) if subject.is_ours else ():
        if not line.ndc and _SUPPLY_CODE.match(line.procedure or ""):
            return Seen("no LIN", line.id)
    return None


@fact("ndc-invalid", "837")
def ndc_invalid(subject: Subject) -> Seen | None:
    """The NDC is not 11 digits after N4, or its quantity or unit is missing or unknown."""
    for line in _drug_lines(subject):
        if line.ndc and (faults := _faults(line)):
            return Seen("; ".join(faults.values()), line.id)
    return None


@fact("ndc-sent", "837")
def ndc_sent(subject: Subject) -> Seen | None:
    """The drug line carries a well-formed NDC with quantity and unit."""
    lines = _drug_lines(subject)
    if not subject.is_ours or not lines or any(_faults(line) for line in lines):
        return None
    return Seen(f"{lines[0].ndc} {lines[0].ndc_quantity:g} {lines[0].ndc_unit}", lines[0].id)


_NAMED = {"M119": "number", "N815": "quantity", "N816": "unit"}


def _named(subject: Subject) -> set[str]:
    """What the payer's remarks say is missing: the number, its quantity, its unit."""
    return {_NAMED[code] for code in subject.remark_codes if code in _NAMED}


@fact("ndc-named-part-sent", "837")
def ndc_named_part_sent(subject: Subject) -> Seen | None:
    """The very part of the NDC that the payer misses (number, quantity or unit) is on the line and well-formed."""
    lines, named = _drug_lines(subject), _named(subject)
    if not subject.is_ours or not named or not lines or any(named & set(_faults(line)) for line in lines):
        return None
    return Seen(f"{lines[0].ndc} {lines[0].ndc_quantity or 0:g} {lines[0].ndc_unit or ''}".strip(), lines[0].id)


@fact("ndc-not-required", "reference")
def ndc_not_required(subject: Subject) -> Seen | NotChecked | None:
    """The payer is configured as not asking for an NDC (Medicare usually does not)."""
    if subject.payer.needs_ndc is None:
        return NotChecked("whether this payer asks for an NDC")
    return None if subject.payer.needs_ndc else Seen(subject.payer.name)


@fact("ndc-may-be-required", "reference")
def ndc_may_be_required(subject: Subject) -> Seen | None:
    """Nothing says that this payer does without an NDC."""
    return None if subject.payer.needs_ndc is False else Seen(subject.payer.name or "no rule loaded")


@fact("supply-clean", "837")
def supply_clean(subject: Subject) -> Seen | None:
    """The supply line itself shows no fault (place and units usual, NDC well-formed where sent)."""
    line = subject.line
    known = subject.reference.family.get(subject.code or "")
    if line is None or not subject.is_ours or ndc_invalid(subject) is not None or subject.in_facility:
        return None
    if known and known.usual_max is not None and float(line.units or 1) > known.usual_max:
        return None
    return Seen(f"{subject.code} x {line.units or 1:g}", line.id)


@fact("spect-tracer-with-pet", "837")
def spect_tracer_with_pet(subject: Subject) -> Seen | None:
    """A tracer of SPECT stands beside a PET scan, and no SPECT scan of the patient is within three days."""
    known, line, role = subject.reference.family.get(subject.code or ""), subject.line, subject.reference.role
    if known is None or known.tracer_kind not in _SPECT_TRACERS or line is None or not subject.is_ours:
        return None
    pet = next((o for o in same_day(subject) if role(o.code) == "scan-pet"), None)
    if pet is None or any(role(o.code) in _SPECT_SCANS for o in subject.nearby(EPISODE_DAYS)):
        return None
    return Seen(f"{subject.code} beside {pet.code}", line.id)
