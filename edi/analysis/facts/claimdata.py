"""Facts about data that the payer misses: the remark code names an element, and our claim has it or not.

The pointers are mappings/codes/remark_elements.csv (domain.md section 3, row 29). An element that this module cannot
look up is shown, but proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from edi.analysis.facts.histories import answered_claim
from edi.analysis.facts.providers import well_formed
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.linking.submissions import REPLACEMENT, VOID
from edi.analysis.reference.dated import in_force
from edi.analysis.subject import Subject

Look = Callable[[Subject], object]
_BAD_CODE_REASONS = {"181", "B18"}
_BAD_CODE_REMARKS = {"M20", "M51", "M84", "N56", "N65"}


def _line(name: str) -> Look:
    """A column of the service lines in question: there when every one of them has it."""
    return lambda subject: (
        bool(subject.lines) and all(getattr(line, name) not in (None, "", 0) for line in subject.lines)
    )


def _claim(name: str) -> Look:
    return lambda subject: getattr(subject.claim, name)


def _npi(of_claim: str | None, of_line: str | None = None) -> Look:
    """A well-formed NPI on the claim, or on the lines in question."""

    def look(subject: Subject) -> bool:
        found = [getattr(subject.claim, of_claim)] if of_claim else []
        found += [getattr(line, of_line) for line in subject.lines] if of_line else []
        given = [npi for npi in found if npi]
        return bool(given) and all(well_formed(npi) for npi in given)

    return look


def _codes(*qualifiers: str) -> Look:
    return lambda subject: any(c.qualifier in qualifiers and c.code for c in subject.claim.codes)


def _diagnosis(*qualifiers: str) -> Look:
    return lambda subject: any(d.qualifier in qualifiers and d.code for d in subject.claim.diagnoses)


def _attachment(subject: Subject) -> bool:
    found = [*subject.claim.attachments, *(a for line in subject.lines for a in line.attachments)]
    return any(a.control_number for a in found)


def _note(subject: Subject) -> bool:
    return any(note.text for line in subject.lines for note in line.notes) or any(n.text for n in subject.claim.notes)


def _total(subject: Subject) -> bool:
    claim = subject.claim
    return claim.charge > 0 and claim.charge == sum(line.charge for line in claim.lines)


def _other_paid(subject: Subject) -> bool:
    claim = answered_claim(subject)
    return any(o.paid_cents is not None for o in claim.other_payers) or any(line.adjudications for line in claim.lines)


def _payer_number(subject: Subject) -> bool:
    return bool(subject.claim.payer_control_number) or (subject.claim.frequency or "1") == "1"


def _pointer(subject: Subject) -> bool:
    ordinals = {d.ordinal for d in subject.claim.diagnoses}
    return bool(subject.lines) and all(line.pointers and set(line.pointers) <= ordinals for line in subject.lines)


_ELEMENTS: dict[tuple[str, str], Look] = {
    ("2000A", "PRV03"): _claim("billing_taxonomy"),
    ("2010AA", "NM103"): _claim("billing_name"),
    ("2010AA", "NM109"): _npi("billing_npi"),
    ("2010AA", "REF02"): _claim("billing_tax_id"),
    ("2010BA", "NM103"): _claim("subscriber_last"),
    ("2010BA", "NM109"): _claim("member_id"),
    ("2010BA", "DMG02"): _claim("subscriber_birth_date"),
    ("2010BB", "NM109"): _claim("payer_id"),
    ("2300", "CLM02"): _total,
    ("2300", "CLM05-1"): _claim("place_of_service"),
    ("2300", "CLM05-3"): _claim("frequency"),
    ("2300", "PWK06"): _attachment,
    ("2310A", "NM109"): _npi("referring_npi", "referring_npi"),
    ("2310B", "NM109"): _npi("rendering_npi", "rendering_npi"),
    ("2310B", "PRV03"): _claim("rendering_taxonomy"),
    ("2310C", "NM103"): _claim("facility_name"),
    ("2310C", "NM109"): _npi("facility_npi", "facility_npi"),
    ("2310E", "NM109"): _npi("facility_npi", "facility_npi"),
    ("2320", "AMT02"): _other_paid,
    ("2400", "NTE02"): _note,
    ("2400", "SV101-2"): _line("procedure"),
    ("2400", "SV101-7"): _line("description"),
    ("2400", "SV102"): _line("charge_cents"),
    ("2400", "SV104"): _line("units"),
    ("2400", "SV107-1"): _pointer,
    ("2400", "SV201"): _line("revenue_code"),
    ("2400", "SV202-2"): _line("procedure"),
    ("2400", "SV202-7"): _line("description"),
    ("2400", "SV203"): _line("charge_cents"),
    ("2400", "SV205"): _line("units"),
    ("2410", "LIN03"): _line("ndc"),
    ("2410", "CTP04"): _line("ndc_quantity"),
    ("2410", "CTP05-1"): _line("ndc_unit"),
    ("2420A", "NM109"): _npi("rendering_npi", "rendering_npi"),
    ("2420E", "NM109"): _npi(None, "ordering_npi"),
    ("2420F", "NM109"): _npi("referring_npi", "referring_npi"),
}
# Segments that one loop holds several of: the words of the table tell them apart.
_BY_WORDS: dict[tuple[str, str, str], Look] = {
    ("2300", "REF02", "authorization"): _claim("authorization"),
    ("2400", "REF02", "authorization of the line"): _line("authorization"),
    ("2300", "REF02", "referral"): _claim("referral"),
    ("2300", "REF02", "CLIA number"): _claim("clia"),
    ("2300", "REF02", "claim number of the payer"): _payer_number,
    ("2300", "HI01-2", "first diagnosis"): _diagnosis("ABK", "BK"),
    ("2300", "HI01-2", "other diagnoses"): _diagnosis("ABF", "BF"),
    ("2300", "HI01-2", "condition codes"): _codes("BG"),
    ("2300", "HI01-2", "occurrence codes"): _codes("BH"),
    ("2300", "HI01-2", "value codes"): _codes("BE"),
    ("2300", "DTP03", "statement dates"): _claim("statement_from"),
    ("2400", "DTP03", "service date"): _line("service_date"),
}
# Elements whose being there refutes the payer: nothing about them can be known to the payer only.
_PLAIN = {"CLM02", "SV102", "SV104", "SV203", "SV205"}


def _places(subject: Subject, remark: str) -> list[tuple[str, str, str]]:
    """(loop, element, words) that the remark points at on this kind of claim; the text is "2400 SV104 (units); ..."."""
    other_kind = "SV2" if subject.is_professional else "SV1"
    found = []
    for text in (subject.reference.remark_elements.get(remark) or "").split("; "):
        head, _, words = text.partition(" (")
        loop, _, element = head.partition(" ")
        if element and not element.startswith(other_kind):
            found.append((loop, element, words.rstrip(")")))
    return found


def _looks(subject: Subject, remark: str) -> list[tuple[str, bool]]:
    """(where, whether our claim has it) of every element of the remark that can be looked up on this kind of claim."""
    found = []
    for loop, element, words in _places(subject, remark):
        look = _ELEMENTS.get((loop, element)) or _BY_WORDS.get((loop, element, words))
        if look is not None:
            found.append((f"{loop} {element} ({words})", bool(look(subject))))
    return found


@fact("remark-names-element", "reference")
def remark_names_element(subject: Subject) -> Seen | None:
    """The remark code names the element to fix."""
    for remark in subject.remarks:
        places = _places(subject, remark.code or "")
        if places:
            return Seen(
                f"{remark.code}: " + "; ".join(f"{loop} {element} ({words})" for loop, element, words in places)
            )
    return None


@fact("element-missing", "837")
def element_missing(subject: Subject) -> Seen | None:
    """An element that the remark code names is not on our claim, or is malformed."""
    if not subject.is_ours:
        return None
    for remark in subject.remarks:
        looks = _looks(subject, remark.code or "")
        if looks and not any(there for _, there in looks):
            return Seen(f"{remark.code}: no valid {' nor '.join(where for where, _ in looks)}", subject.claim.id)
    return None


@fact("element-sent", "837")
def element_sent(subject: Subject) -> Seen | None:
    """The element that the remark code names is on our claim; whether the payer accepts its content is not known."""
    if not subject.is_ours or element_missing(subject) is not None:
        return None
    for remark in subject.remarks:
        where = next((where for where, there in _looks(subject, remark.code or "") if there), None)
        if where is not None:
            return Seen(f"{remark.code}: {where}", subject.claim.id)
    return None


@fact("element-complete", "837")
def element_complete(subject: Subject) -> Seen | None:
    """The amounts or units that the payer misses are on our claim and add up."""
    if not subject.is_ours:
        return None
    told = [r for r in subject.remarks if _looks(subject, r.code or "")]
    looks = [look for r in told for look in _looks(subject, r.code or "")]
    if not looks or not all(there for _, there in looks):
        return None
    elements = {where.split(" ")[1] for where, _ in looks}
    return Seen("; ".join(where for where, _ in looks), subject.claim.id) if elements <= _PLAIN else None


@fact("remark-absent", "835")
def remark_absent(subject: Subject) -> Seen | None:
    """The reason code asks for a remark code that is no alert, and the payer sent none."""
    reasons = subject.reference.reasons
    needing = [a for a in subject.reasons if (r := reasons.get(a.reason_code or "")) and r.needs_remark]
    if needing and not any(not subject.reference.is_alert(code) for code in subject.remark_codes):
        return Seen(needing[0].code, needing[0].id)
    return None


@fact("unprocessable", "835")
def unprocessable(subject: Subject) -> Seen | None:
    """The payer calls the claim unprocessable (MA130): a new claim is due, an appeal is not."""
    remark = next((r for r in subject.remarks if r.code == "MA130"), None)
    return Seen("MA130", remark.id) if remark else None


@fact("code-not-in-force", "reference")
def code_not_in_force(subject: Subject) -> Seen | None:
    """The procedure code was not in force on the day of the service: retired before, or not introduced yet."""
    known = subject.reference.family.get(subject.code or "")
    if known is None or in_force(known.valid_from, known.valid_to, subject.date) or not _code_questioned(subject):
        return None
    began = subject.date is not None and subject.date < known.valid_from
    when = f"in force from {known.valid_from}" if began else f"until {known.valid_to}"
    return Seen(f"{known.code}: {known.label}, {when}", subject.line.id if subject.line else None)


def _code_questioned(subject: Subject) -> bool:
    return any(a.reason_code in _BAD_CODE_REASONS for a in subject.reasons) or bool(
        _BAD_CODE_REMARKS & subject.remark_codes
    )


@fact("replacement-fault", "837")
def replacement_fault(subject: Subject) -> Seen | None:
    """The claim replaces or voids another (frequency 7, 8) without REF*F8, or to a payer that takes no replacement."""
    claim = subject.claim
    if not subject.is_ours or claim.frequency not in (REPLACEMENT, VOID):
        return None
    if subject.is_professional and subject.payer.takes_frequency_7 is False:
        return Seen(f"frequency {claim.frequency} to {subject.payer.name}", claim.id)
    return None if claim.payer_control_number else Seen(f"frequency {claim.frequency}, no REF*F8", claim.id)
