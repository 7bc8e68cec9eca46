"""Which claims and remittances must be looked at together.

Everything that may touch anything else - the same account, the same patient, the same payer control number - lands in
one group; groups are independent of each other, so they can be analysed one at a time, in any order, on any machine.
A group is only a working set: being in one never links anything.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

CROWD = 400
"""A key shared by more rows than this (a placeholder such as "0" or "UNKNOWN") ties nothing together."""

_NOT_WORD = re.compile(r"[^A-Z0-9]")


@lru_cache(maxsize=20_000)  # an account's numbers and names come many times, and close together
def normalised(control_number: str | None) -> str:
    """A control number as payers mangle it: upper case, no punctuation or spaces, no leading zeros."""
    number = (control_number or "").upper()
    if not (number.isascii() and number.isalnum()):
        number = _NOT_WORD.sub("", number)
    return number.lstrip("0")


CUTS = (17, 20, 38)
"""Characters that payers keep of a control number (domain.md section 5, tier 6)."""


def echoes(control_number: str | None) -> set[str]:
    """Every form, normalised, in which a payer may return our control number: whole, or cut at 17, 20 or 38 characters
    before or after punctuation and leading zeros went."""
    raw = (control_number or "").strip().upper()
    if len(raw) <= CUTS[0]:
        return {normalised(raw)} - {""}
    bare = _NOT_WORD.sub("", raw)
    starts = (raw, raw.lstrip("0"), bare, bare.lstrip("0"))
    return {normalised(start[:cut]) for start in starts for cut in (*CUTS, None)} - {""}


def claim_keys(
    control_number: str | None,
    member_id: str | None,
    payer_control_number: str | None,
    patient: tuple[str, ...] = (),
) -> list[Hashable]:
    """The keys by which a claim may meet a remittance or another claim."""
    keys: list[Hashable] = [("account", number) for number in sorted(echoes(control_number))]
    if member := normalised(member_id):
        keys.append(("member", member))
    if icn := normalised(payer_control_number):
        keys.append(("icn", icn))
    if len(patient) == 3 and all(patient):
        keys.append(("patient", *patient))
    return keys


def remit_keys(
    control_number: str | None,
    member_ids: Iterable[str | None],
    payer_control_number: str | None,
    original_reference: str | None,
) -> list[Hashable]:
    """The keys by which a remittance (CLP) may meet a claim or another remittance."""
    keys: list[Hashable] = []
    if number := normalised(control_number):
        keys.append(("account", number))
    keys += [("member", m) for m in map(normalised, member_ids) if m]
    keys += [("icn", i) for i in map(normalised, (payer_control_number, original_reference)) if i]
    return keys


class Groups:
    """Union-find: `add` every row with its keys, or `tie` rows that share one; then ask for the `groups`."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._rows: dict[Hashable, list[int]] = {}

    def add(self, row_id: int, keys: Iterable[Hashable]) -> None:
        self._parent.setdefault(row_id, row_id)
        for key in keys:
            self._rows.setdefault(key, []).append(row_id)

    def tie(self, rows: Sequence[int]) -> None:
        """Put the rows that share a key into one group, unless they are a crowd."""
        if len(rows) > CROWD:
            return
        first = self._root(rows[0])
        for row in rows[1:]:
            other = self._root(row)
            if other != first:
                self._parent[max(first, other)] = first = min(first, other)

    def _root(self, row_id: int) -> int:
        parent = self._parent
        while parent[row_id] != row_id:
            parent[row_id] = parent[parent[row_id]]
            row_id = parent[row_id]
        return row_id

    def groups(self) -> list[list[int]]:
        """Lists of row ids, one list a group."""
        for rows in self._rows.values():
            self.tie(rows)
        members: dict[int, list[int]] = {}
        for row in self._parent:
            members.setdefault(self._root(row), []).append(row)
        return list(members.values())
