"""Look-ups in an office's lists of what its providers are entitled to: enrollment with payers, accreditation of sites.

In: the rows of the loaded tables (dates ISO). Out: whether a provider or site stands in the list on a day of service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edi.analysis.grouping import normalised
from edi.analysis.reference.dated import in_force
from edi.analysis.reference.payers import Payers

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One provider's enrollment with a payer. An empty taxonomy: not noted."""

    taxonomy: str
    start: str
    end: str


class Enrollment:
    """Which providers are enrolled with a payer."""

    def __init__(self, rows: Iterable[Row], payers: Payers) -> None:
        self._payers = payers
        self._rows: dict[str, dict[str, list[Enrolled]]] = {}
        for row in rows:
            one = Enrolled(_text(row, "taxonomy").upper(), _text(row, "effective_from"), _text(row, "effective_to"))
            self._rows.setdefault(payers.key(_text(row, "payer")), {}).setdefault(_text(row, "npi"), []).append(one)

    def find(
        self, payer_name: str | None, payer_id: str | None, npi: str | None, day: str | None
    ) -> list[Enrolled] | None:
        """The enrollments of a provider on the day, none when it is not enrolled; None without a list of this payer."""
        for payer in self._payers.keys(payer_name, payer_id):
            if payer in self._rows:
                return [one for one in self._rows[payer].get(npi or "", ()) if in_force(one.start, one.end, day)]
        return None


class Accreditation:
    """Which imaging sites are accredited for which kind of imaging: the whole list, a site not in it is not."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, list[tuple[str, str, str]]] = {}
        for row in rows:
            one = _text(row, "modality") or "any", _text(row, "effective_from"), _text(row, "effective_to")
            for column in ("npi", "tax_id"):
                if key := normalised(_text(row, column)):
                    self._rows.setdefault(key, []).append(one)

    def holds(self, numbers: Iterable[str | None], modality: str, day: str | None) -> bool:
        """Whether a site with one of these NPIs or tax ids is accredited for `modality` (nuclear, pet) on the day."""
        rows = [one for number in numbers if number for one in self._rows.get(normalised(number), ())]
        return any(kind in ("any", modality) and in_force(start, end, day) for kind, start, end in rows)


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()
