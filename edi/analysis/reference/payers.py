"""What is known of payers: an office's own rows before the defaults by claim filing code, blanks filled from them.

In: the rows of payers.csv (id, name_pattern, filing_code) and of an office's loaded list (name, aliases, ids,
filing_codes). Out: the Payer of a claim, and the keys under which other tables of the office may name a payer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

_NOT_WORD = re.compile(r"[^A-Z0-9*?]+")


@dataclass(frozen=True, slots=True)
class Payer:
    """What an office knows of a payer (or of a kind of payer). `listed`: by id or name, in a list of the office's."""

    name: str = ""
    kind: str = ""
    timely_filing_days: int | None = None
    appeal_days: int | None = None
    needs_ndc: bool | None = None
    needs_cost_note: bool | None = None
    needs_jz: bool | None = None
    tracers_need_jz: bool | None = None
    bundles_tracers: bool | None = None
    takes_frequency_7: bool | None = None
    capitated: bool | None = None
    follows_opps: bool | None = None
    authorization_required_codes: tuple[str, ...] | None = None
    listed: bool = False

    def requires_authorization(self, code: str | None) -> bool | None:
        """Whether the payer wants prior authorization for a code; None when its list is not known."""
        if self.authorization_required_codes is None:
            return None
        return any(fnmatchcase((code or "").upper(), known) for known in self.authorization_required_codes)


NO_PAYER = Payer()


def plain(name: str | None) -> str:
    """A name as it is compared: upper case, signs for one space; * and ? stay, for patterns."""
    return _NOT_WORD.sub(" ", (name or "").upper()).strip()


@dataclass(frozen=True, slots=True)
class _Known:
    """A row of a list of payers and what it fits."""

    payer: Payer
    names: tuple[str, ...]
    ids: frozenset[str]
    filing_codes: frozenset[str]

    def fits(self, name: str, identifier: str, filing_code: str) -> int:
        """How particularly: 0 not at all, 3 by id, 2 by name, 1 by filing code."""
        if identifier and identifier in self.ids:
            return 3
        if name and any(name == known or fnmatchcase(name, known) for known in self.names):
            return 2
        return 1 if filing_code and filing_code in self.filing_codes else 0


@dataclass(slots=True)
class Payers:
    """All payers. Answers are remembered: a database has few payers and many claims."""

    shipped: tuple[_Known, ...] = ()
    loaded: tuple[_Known, ...] = ()
    _found: dict[tuple[str | None, str | None, str | None], Payer] = field(default_factory=dict, repr=False)
    _keys: dict[tuple[str | None, str | None], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def find(self, name: str | None, identifier: str | None, filing_code: str | None) -> Payer:
        """The most particular row that fits (id, then name, then filing code; an office's own first).

        What an office's row leaves empty is filled from the next one that fits.
        """
        key = (name, identifier, filing_code)
        found = self._found.get(key)
        if found is None:
            told = plain(name), (identifier or "").strip().upper(), (filing_code or "").upper()
            found = self._found[key] = self._find(*told)
        return found

    def _find(self, name: str, identifier: str, filing_code: str) -> Payer:
        ranked = [(rank, 1, known) for known in self.loaded if (rank := known.fits(name, identifier, filing_code))]
        ours = [(rank, 0, known) for known in self.shipped if (rank := known.fits(name, identifier, filing_code))]
        if ours:
            ranked.append(max(ours, key=lambda one: one[0]))
        ranked.sort(key=lambda one: (-one[0], -one[1]))
        if not ranked:
            return NO_PAYER
        best = ranked[0][2].payer
        if ranked[0][1] == 0:
            return best
        for _, _, known in ranked[1:]:
            best = _filled(best, known.payer)
        return replace(best, listed=ranked[0][0] > 1)

    def keys(self, name: str | None, identifier: str | None) -> tuple[str, ...]:
        """What another table may call this payer, the most particular first; the last, '', is any payer."""
        key = (name, identifier)
        found = self._keys.get(key)
        if found is None:
            listed = self._listed(plain(name), (identifier or "").strip().upper())
            names = (listed, plain(identifier), plain(name), "")
            found = self._keys[key] = tuple(dict.fromkeys(one for one in names if one is not None))
        return found

    def _listed(self, name: str, identifier: str) -> str | None:
        """The office's own name for a payer, where its list has the payer."""
        ranked = [(known.fits(name, identifier, ""), known) for known in self.loaded]
        rank, known = max(ranked, key=lambda one: one[0], default=(0, None))
        return plain(known.payer.name) if known is not None and rank else None

    def key(self, text: str | None) -> str:
        """The key of a payer as another table writes it: a name or an id of the office's list, else as it is."""
        name = plain(text)
        listed = self._listed(name, (text or "").strip().upper()) if name else None
        return name if listed is None else listed


def payers(shipped: Iterable[Mapping[str, str]], loaded: Iterable[Mapping[str, Any]] = ()) -> Payers:
    """Payers from the rows of payers.csv and of the office's table."""
    return Payers(tuple(map(_shipped, shipped)), tuple(map(_loaded, loaded)))


def _shipped(row: Mapping[str, str]) -> _Known:
    name, filing_code = (row.get("name_pattern") or "").strip(), (row.get("filing_code") or "").strip()
    return _Known(
        _payer(row, name or filing_code),
        (plain(name),) if name else (),
        _words(row.get("id")),
        _words(filing_code),
    )


def _loaded(row: Mapping[str, Any]) -> _Known:
    name = str(row.get("name") or "")
    aliases = str(row.get("aliases") or "").split(";")
    names = tuple(dict.fromkeys(filter(None, map(plain, (name, *aliases)))))
    return _Known(_payer(row, name), names, _words(row.get("ids")), _words(row.get("filing_codes")))


def _payer(row: Mapping[str, Any], name: str) -> Payer:
    required = str(row.get("authorization_required_codes") or "").upper().split()
    return Payer(
        name=name,
        kind=str(row.get("kind") or ""),
        timely_filing_days=_count(row.get("timely_filing_days")),
        appeal_days=_count(row.get("appeal_days")),
        needs_ndc=_flag(row.get("needs_ndc")),
        needs_cost_note=_flag(row.get("needs_cost_note")),
        needs_jz=_flag(row.get("needs_jz")),
        tracers_need_jz=_flag(row.get("tracers_need_jz")),
        bundles_tracers=_flag(row.get("bundles_tracers")),
        takes_frequency_7=_flag(row.get("takes_frequency_7")),
        capitated=_flag(row.get("capitated")),
        follows_opps=_flag(row.get("follows_opps")),
        authorization_required_codes=tuple(code for code in required if code != "NONE") if required else None,
    )


def _filled(payer: Payer, other: Payer) -> Payer:
    """`payer` with what it does not say taken from `other`."""
    missing = {one.name: getattr(other, one.name) for one in fields(Payer) if getattr(payer, one.name) in (None, "")}
    return replace(payer, **missing)


def _words(text: Any) -> frozenset[str]:
    return frozenset(str(text or "").upper().split())


def _flag(text: Any) -> bool | None:
    return {"yes": True, "no": False}.get(str(text or "").strip().lower())


def _count(value: Any) -> int | None:
    text = str(value if value is not None else "").strip()
    return int(text) if text.isdigit() else None
