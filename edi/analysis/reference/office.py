"""Look-ups in what an office loaded: authorizations, coverage policies, eligibility, network. (Fees: see `fees`.)

In: the rows of the loaded tables (mappings/reference/columns.csv; dates ISO) and the office's payers.
Out: look-ups by dictionary, dated by date of service. Nothing here hands out a member id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edi.analysis.grouping import normalised
from edi.analysis.reference.dated import in_force
from edi.analysis.reference.payers import Payers

Row = Mapping[str, Any]
APPROVED, REFUSED, PENDING = "approved", "refused", "pending"


@dataclass(frozen=True, slots=True)
class Authorization:
    """One row of the authorization list. Empty codes or npis: any; an empty start or end is open."""

    number: str
    status: str
    codes: tuple[str, ...]
    npis: frozenset[str]
    start: str
    end: str
    units: float | None

    @property
    def approved(self) -> bool:
        return self.status == APPROVED

    def allows(self, code: str | None) -> bool:
        return not self.codes or (code or "").upper() in self.codes

    def covers(self, day: str | None) -> bool:
        return in_force(self.start, self.end, day)

    def names(self, *npis: str | None) -> bool:
        """Whether it names one of these NPIs, or none in particular."""
        return not self.npis or not self.npis.isdisjoint(npi for npi in npis if npi)

    def __str__(self) -> str:
        """What may be shown as evidence: no patient."""
        days = f"{self.start or '...'} to {self.end or '...'}" if self.start or self.end else ""
        units = f"{self.units:g} units" if self.units is not None else ""
        parts = (self.number or "without number", self.status, "/".join(self.codes), days, units)
        return ", ".join(part for part in parts if part)


class Authorizations:
    """The office's authorization list. Numbers and member ids are compared without signs and leading zeros."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_number: dict[str, list[Authorization]] = {}
        self._by_account: dict[str, list[Authorization]] = {}
        self._by_member: dict[str, list[Authorization]] = {}
        self._members: dict[str, set[str]] = {}  # number -> the member ids that it was given for; "" = not noted
        for row in rows:
            found = Authorization(
                number=_text(row, "number"),
                status=_text(row, "status") or APPROVED,
                codes=tuple(_text(row, "code").upper().split()),
                npis=frozenset(_text(row, "npi").split()),
                start=_text(row, "effective_from"),
                end=_text(row, "effective_to"),
                units=row.get("units"),
            )
            for index, column in (
                (self._by_number, "number"),
                (self._by_account, "patient_control_number"),
                (self._by_member, "member_id"),
            ):
                if key := normalised(_text(row, column)):
                    index.setdefault(key, []).append(found)
            self._members.setdefault(normalised(found.number), set()).add(normalised(_text(row, "member_id")))

    def numbered(self, number: str | None) -> list[Authorization]:
        """The rows of a number as sent in REF*G1; empty when the list does not have it."""
        return self._by_number.get(normalised(number), [])

    def of_other_patient(self, number: str | None, control_number: str | None, member_id: str | None) -> bool:
        """Whether the list gives a number to other members only, and not to this account either."""
        members = self._members.get(normalised(number), set())
        account = self._by_account.get(normalised(control_number), [])
        ours = normalised(member_id) in members or any(row in account for row in self.numbered(number))
        return bool(members and normalised(member_id)) and "" not in members and not ours

    def of_patient(self, control_number: str | None, member_id: str | None) -> list[Authorization]:
        """Everything asked for a patient: by account number, else by member id."""
        account = self._by_account.get(normalised(control_number), []) if normalised(control_number) else []
        member = self._by_member.get(normalised(member_id), []) if normalised(member_id) else []
        return list(dict.fromkeys([*account, *member]))

    def for_service(
        self, control_number: str | None, member_id: str | None, code: str | None, day: str | None
    ) -> list[Authorization]:
        """What was asked for this code and day of this patient, approvals first."""
        found = [one for one in self.of_patient(control_number, member_id) if one.allows(code) and one.covers(day)]
        return sorted(found, key=lambda one: not one.approved)

    def approval(
        self, control_number: str | None, member_id: str | None, code: str | None, day: str | None
    ) -> Authorization | None:
        """The approval that covers this code and day of this patient."""
        return next((one for one in self.for_service(control_number, member_id, code, day) if one.approved), None)


@dataclass(frozen=True, slots=True)
class Covered:
    """What the coverage policies say of a diagnosis. `policy`: the one that decides, or all that were looked at."""

    policy: str
    covered: bool


@dataclass(frozen=True, slots=True)
class _Listed:
    covered: bool
    start: str
    end: str


class Coverage:
    """Coverage policies: the diagnoses that they list for a code."""

    def __init__(self, rows: Iterable[Row], payers: Payers) -> None:
        self._payers = payers
        # (payer, code) -> policy -> diagnosis or its beginning -> what it says, and when
        self._rows: dict[tuple[str, str], dict[str, dict[str, list[_Listed]]]] = {}
        for row in rows:
            listed = _Listed(_text(row, "covered") != "no", _text(row, "effective_from"), _text(row, "effective_to"))
            payer = payers.key(_text(row, "payer"))
            for code in _text(row, "code").upper().split():
                policies = self._rows.setdefault((payer, code), {})
                policies.setdefault(_text(row, "policy"), {}).setdefault(_text(row, "diagnosis"), []).append(listed)

    def find(
        self,
        payer_name: str | None,
        payer_id: str | None,
        code: str | None,
        diagnosis: str | None,
        day: str | None,
        policy: str | None = None,
    ) -> Covered | None:
        """Whether a policy lists the diagnosis for the code on the day; None when no policy for them is loaded.

        `policy`: the one that the payer named (REF*0K), which then decides alone when it is loaded.
        """
        wanted = (diagnosis or "").replace(".", "").strip().upper()
        for payer in self._payers.keys(payer_name, payer_id):
            policies = self._rows.get((payer, (code or "").upper()), {})
            named = {name: rows for name, rows in policies.items() if policy and name.upper() == policy.upper()}
            looked = []
            for name, rows in sorted((named or policies).items()):
                if not any(in_force(one.start, one.end, day) for listed in rows.values() for one in listed):
                    continue
                looked.append(name)
                if _lists(rows, wanted, day):
                    return Covered(name, True)
            if looked:
                return Covered(", ".join(looked), False)
        return None


def _lists(rows: Mapping[str, list[_Listed]], diagnosis: str, day: str | None) -> bool:
    """The longest beginning that the policy lists on the day decides."""
    for length in range(len(diagnosis), 0, -1):
        for one in rows.get(diagnosis[:length], ()):
            if in_force(one.start, one.end, day):
                return one.covered
    return False


class Eligibility:
    """Answers to eligibility checks."""

    def __init__(self, rows: Iterable[Row], payers: Payers) -> None:
        self._payers = payers
        self._rows: dict[str, list[tuple[str, str, str, bool]]] = {}
        for row in rows:
            if member := normalised(_text(row, "member_id")):
                start, end = _text(row, "effective_from"), _text(row, "effective_to")
                active = _text(row, "status") != "inactive"
                self._rows.setdefault(member, []).append((payers.key(_text(row, "payer")), start, end, active))

    def find(self, member_id: str | None, payer_name: str | None, payer_id: str | None, day: str | None) -> bool | None:
        """Whether the log shows coverage on the day; None when it says nothing of this patient with this payer."""
        keys = self._payers.keys(payer_name, payer_id)
        mine = [one for one in self._rows.get(normalised(member_id), ()) if one[0] in keys]
        if not mine or not day:
            return None
        that_day = [one for one in mine if in_force(one[1], one[2], day)]
        return max(that_day, key=lambda one: one[1])[3] if that_day else False


class Network:
    """Which providers are in a payer's network."""

    def __init__(self, rows: Iterable[Row], payers: Payers) -> None:
        self._payers = payers
        self._rows: dict[str, dict[str, list[tuple[str, str, bool]]]] = {}
        for row in rows:
            one = _text(row, "effective_from"), _text(row, "effective_to"), _text(row, "in_network") != "no"
            self._rows.setdefault(payers.key(_text(row, "payer")), {}).setdefault(_text(row, "npi"), []).append(one)

    def find(self, payer_name: str | None, payer_id: str | None, npi: str | None, day: str | None) -> bool | None:
        """Whether a provider was in the network on the day; None when no list of this payer is loaded."""
        for payer in self._payers.keys(payer_name, payer_id):
            if payer in self._rows:
                found = [one for one in self._rows[payer].get(npi or "", ()) if in_force(one[0], one[1], day)]
                return max(found)[2] if found else False
        return None


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()
