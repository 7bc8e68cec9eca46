"""What the codes mean: the tables of mappings/codes and mappings/payers.csv, and what an office loaded over them.

Dated rows are looked up by date of service. Shipped rows are a default for the 78452 family; a loaded row of the same
code or pair beats them. Tables that only an office has are None until loaded, so that a fact can say "not checked" (see
`office` for their look-ups). Everything here proposes; the decisions are made in `classify`, `packaging` and the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from edi.analysis.reference import tables
from edi.analysis.reference.dated import Dated, on
from edi.analysis.reference.fees import Fees
from edi.analysis.reference.office import Authorizations, Coverage, Eligibility, Network
from edi.analysis.reference.payers import NO_PAYER, Payer, Payers, payers
from edi.analysis.reference.standing import Accreditation, Enrollment
from edi.analysis.reference.tables import Cause, FamilyCode, Reason, RemarkCode
from edi.resources import Resources

__all__ = [
    "MEDICARE",
    "MEDICARE_FFS",
    "NO_PAYER",
    "Cause",
    "Dated",
    "FamilyCode",
    "Loaded",
    "Payer",
    "Reason",
    "Reference",
    "RemarkCode",
    "load_reference",
]

Row = Mapping[str, Any]
Loaded = Mapping[str, Iterable[Row]]


MEDICARE_FFS = {"MA", "MB"}
MEDICARE = {"MA", "MB", "16"}


class Roles(dict[str | None, str]):
    """The part each code of the family plays: scan, scan-single, tracer, agent, stress-test ...; '' for any other."""

    def __missing__(self, code: str | None) -> str:
        return ""


@dataclass(slots=True)
class Reference:
    """All look-ups. Build it with `load_reference`; tests may build small ones by hand."""

    reasons: Mapping[str, Reason] = field(default_factory=dict)
    remarks: Mapping[str, RemarkCode] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    family: Mapping[str, FamilyCode] = field(default_factory=dict)
    opps: Mapping[str, list[Dated]] = field(default_factory=dict)
    mues: Mapping[tuple[str, str], list[Dated]] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str, str], list[Dated]] = field(default_factory=dict)
    supporting: tuple[str, ...] = ()
    remark_elements: Mapping[str, str] = field(default_factory=dict)  # remark code -> "2410 LIN03 (NDC); ..."
    payers: Payers = field(default_factory=Payers)
    facility_places: frozenset[str] = frozenset()
    pair_scope: Mapping[str, Dated] = field(default_factory=dict)  # setting -> days on which our pairs are known
    loaded_pairs: frozenset[str] = frozenset()  # settings whose pairs an office loaded from CMS's table
    authorizations: Authorizations | None = None
    fees: Fees | None = None
    coverage: Coverage | None = None
    eligibility: Eligibility | None = None
    network: Network | None = None
    enrollment: Enrollment | None = None
    accreditation: Accreditation | None = None
    descriptions: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (carc | rarc | group ..., code)
    procedures: Mapping[str, str] = field(default_factory=dict)
    roles: Roles = field(init=False)
    stress_tests: Mapping[str, str] = field(init=False)  # code -> whole, or its part

    def __post_init__(self) -> None:
        self.roles = Roles((code, known.role) for code, known in self.family.items())
        self.stress_tests = {code: one.part for code, one in self.family.items() if one.role == "stress-test"}

    def role(self, code: str | None) -> str:
        """The part a code plays (see `Roles`)."""
        return self.roles[code]

    def opps_status(self, code: str | None, day: str | None) -> str | None:
        """OPPS status indicator on a date of service; None when no loaded row covers it ("unverified")."""
        return on(self.opps.get(code or "", ()), day)

    def mue(self, setting: str, code: str | None, day: str | None) -> int | None:
        """Units payable a day (NCCI MUE) for practitioner or outpatient; None when not loaded."""
        value = on(self.mues.get((setting, code or ""), ()), day)
        return int(float(value)) if value else None

    def pair(self, setting: str, column1: str | None, column2: str | None, day: str | None) -> str | None:
        """The modifier indicator of an NCCI pair on a date: '0', '1'; None when the pair is not in the table."""
        return on(self.pairs.get((setting, column1 or "", column2 or ""), ()), day)

    def checks_pairs(self, setting: str, code: str | None, day: str | None) -> bool:
        """Whether the pair table speaks of a code on a date at all, so that the absence of a pair means something."""
        if setting in self.loaded_pairs:
            return bool(day)
        scope = self.pair_scope.get(setting)
        return (code or "") in self.family and scope is not None and scope.covers(day or "")

    def expected_allowed(
        self,
        payer_name: str | None,
        payer_id: str | None,
        code: str | None,
        modifiers: Iterable[str],
        place: str | None,
        day: str | None,
        units: float | None = 1,
    ) -> int | None:
        """What the loaded fees say the payer allows for a line, in cents; None without a fee that fits."""
        fee = self.fees.find(payer_name, payer_id, code, modifiers, place, day) if self.fees else None
        return fee.total(units) if fee else None

    def covers(
        self,
        payer_name: str | None,
        payer_id: str | None,
        code: str | None,
        diagnosis: str | None,
        day: str | None,
        policy: str | None = None,
    ) -> bool | None:
        """Whether a loaded coverage policy lists a diagnosis for a code; None when none is loaded for them."""
        found = self.coverage.find(payer_name, payer_id, code, diagnosis, day, policy) if self.coverage else None
        return found.covered if found else None

    def supports(self, diagnosis: str | None) -> bool:
        """Whether a diagnosis usually supports perfusion imaging (a list of habits, not a coverage policy)."""
        return bool(diagnosis) and (diagnosis or "").replace(".", "").upper().startswith(self.supporting)

    def payer(self, name: str | None, identifier: str | None, filing_code: str | None) -> Payer:
        """What is known of a payer: by id, then by name, then by filing code; the office's own rows first."""
        return self.payers.find(name, identifier, filing_code)

    def meaning(self, reason: str | None) -> str:
        """The text of a reason code: the office's licensed one where loaded, else our label."""
        known = self.reasons.get(reason or "")
        text = self.descriptions.get(("carc", (reason or "").upper())) if self.descriptions else None
        return text or (known.meaning if known else "a reason code that is not in our list")

    def remark_meaning(self, remark: str | None) -> str:
        """The text of a remark code: the office's licensed one where loaded, else our label."""
        known = self.remarks.get(remark or "")
        text = self.descriptions.get(("rarc", (remark or "").upper())) if self.descriptions else None
        return text or (known.meaning if known else "a remark code that is not in our list")

    def procedure_text(self, code: str | None) -> str | None:
        """The descriptor that an office loaded, else our label for a code of the family, else None."""
        known = self.family.get(code or "")
        return self.procedures.get((code or "").upper()) or (known.label if known else None)

    def is_alert(self, remark: str | None) -> bool:
        """Alerts tell something but never explain money (domain.md section 3, RARC routing)."""
        known = self.remarks.get(remark or "")
        return known.alert if known else False


def load_reference(resources: Resources, loaded: Loaded | None = None) -> Reference:
    """Read every table, and lay what an office loaded over them. Raises ResourceError for a missing file.

    `loaded`: rows of the tables in mappings/reference by name, with the columns of the database (amounts in cents).
    """
    own: dict[str, list[Row]] = {name: list(rows) for name, rows in (loaded or {}).items()}
    known = payers(resources.rows("payers.csv"), own.get("payers", ()))
    places = frozenset(r["code"] for r in resources.rows("codes/place_of_service.csv") if r.get("facility") == "yes")
    texts = tables.descriptions(own.get("descriptions", ()))
    descriptors = tables.procedures(own.get("procedures", ()))
    pairs = tables.pairs(resources, own.get("ncci-ptp", ()))
    return Reference(
        reasons=tables.reasons(resources, texts),
        remarks=tables.remarks(resources, texts),
        causes=tables.causes(resources),
        family=tables.family(resources, descriptors),
        opps=tables.statuses(resources, own.get("opps", ())),
        mues=tables.limits(resources, own.get("mue", ())),
        pairs=pairs.rows,
        pair_scope=pairs.scope,
        loaded_pairs=pairs.loaded,
        supporting=tuple(r["prefix"].upper() for r in resources.rows("codes/supporting_diagnoses.csv")),
        remark_elements=tables.remark_elements(resources),
        payers=known,
        facility_places=places,
        authorizations=Authorizations(own["authorizations"]) if "authorizations" in own else None,
        fees=Fees(own["fees"], known, places) if "fees" in own else None,
        coverage=Coverage(own["coverage"], known) if "coverage" in own else None,
        eligibility=Eligibility(own["eligibility"], known) if "eligibility" in own else None,
        network=Network(own["network"], known) if "network" in own else None,
        enrollment=Enrollment(own["enrollment"], known) if "enrollment" in own else None,
        accreditation=Accreditation(own["accreditation"]) if "accreditation" in own else None,
        descriptions=texts,
        procedures=descriptors,
    )
