"""The envelope as a small state machine: ISA, GS, ST .. SE, GE, IEA, their counts and control numbers.

In: the elements of each envelope segment and its number. Out: `notes` about what does not fit. It never refuses: a
transaction that lost its SE, or a group that lost its GE, ends where the next one begins. (X12.5 and X12.6; the
control structures of every implementation guide.)
"""

from __future__ import annotations

from edi.x12.diagnostic import Notes

Elements = list[str]

_REMEMBERED = 100_000  # control numbers of one level, beyond which repeats are no longer looked for


def element(elements: Elements, index: int) -> str:
    """The element at `index` (1 is the first), stripped; '' when the segment is shorter."""
    return elements[index].strip() if len(elements) > index else ""


class Level:
    """One open interchange, group or transaction, and what it has counted so far. `control` is None without header."""

    def __init__(self, name: str, control: str | None, number: int) -> None:
        self.name = name
        self.control = control
        self.number = number
        self.children = 0
        self.seen: set[str] = set()


class Envelope:
    """Follows one file. `interchanges` and `transactions` count what began."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._interchanges: set[str] = set()
        self.interchange: Level | None = None
        self.group: Level | None = None
        self.transaction: Level | None = None
        self.interchanges = 0
        self.transactions = 0

    def isa(self, elements: Elements, number: int) -> None:
        self._close_group(number)
        if self.interchange is not None:
            self._notes.note("iea-missing", number, value=self.interchange.control)
        self.interchange = self._opened("ISA", element(elements, 13), number, self._interchanges)
        self.interchanges += 1

    def gs(self, elements: Elements, number: int) -> None:
        self._close_group(number)
        self.group = self._opened(
            "GS", element(elements, 6), number, self.interchange.seen if self.interchange else None
        )
        if self.interchange is not None:
            self.interchange.children += 1

    def st(self, elements: Elements, number: int) -> None:
        if self.group is None and self.interchange is not None:
            self._notes.note("gs-missing", number)
            self.group = Level("GS", None, number)
            self.interchange.children += 1
        self.transaction = self._opened("ST", element(elements, 2), number, self.group.seen if self.group else None)
        if self.group is not None:
            self.group.children += 1
        self.transactions += 1

    def lost(self, number: int) -> None:
        """The open transaction ends without its SE, because segment `number` begins or ends something else."""
        if self.transaction is not None:
            self._notes.note("se-missing", number, value=self.transaction.control)
            self.transaction = None

    def se(self, elements: Elements, number: int) -> None:
        """SE01 counts the segments from ST to SE; SE02 repeats ST02."""
        level, self.transaction = self.transaction, None
        if level is None:
            self._notes.note("trailer-alone", number, value="SE")
        else:
            self._closed(level, elements, number, number - level.number + 1, ("se-count", "se-control"))

    def ge(self, elements: Elements, number: int) -> None:
        """GE01 counts the transactions of the group; GE02 repeats GS06."""
        level, self.group = self.group, None
        if level is None:
            self._notes.note("trailer-alone", number, value="GE")
        else:
            self._closed(level, elements, number, level.children, ("ge-count", "ge-control"))

    def iea(self, elements: Elements, number: int) -> None:
        """IEA01 counts the groups of the interchange; IEA02 repeats ISA13."""
        self._close_group(number)
        level, self.interchange = self.interchange, None
        if level is None:
            if self.interchanges:  # else the file has lost its ISA, which was noted
                self._notes.note("trailer-alone", number, value="IEA")
        else:
            self._closed(level, elements, number, level.children, ("iea-count", "iea-control"))

    def end(self, number: int) -> bool:
        """The file ends behind segment `number`. True when a transaction was cut off by it."""
        cut = self.transaction is not None
        if cut or (self.group is not None and self.interchange is not None):
            self._notes.note("file-truncated", number, value=" ".join(level.name for level in self._open()))
        elif self.group is not None:
            self._notes.note("ge-missing", number, value=self.group.control)
        elif self.interchange is not None:
            self._notes.note("iea-missing", number, value=self.interchange.control)
        return cut

    def _open(self) -> list[Level]:
        return [level for level in (self.interchange, self.group, self.transaction) if level is not None]

    def _close_group(self, number: int) -> None:
        if self.group is not None:
            self._notes.note("ge-missing", number, value=self.group.control)
            self.group = None

    def _opened(self, name: str, control: str, number: int, seen: set[str] | None) -> Level:
        if seen is not None:
            if control in seen:
                self._notes.note(f"{name.lower()}-control-repeated", number, value=control)
            if len(seen) < _REMEMBERED:
                seen.add(control)
        return Level(name, control, number)

    def _closed(self, level: Level, elements: Elements, number: int, count: int, rules: tuple[str, str]) -> None:
        count_rule, control_rule = rules
        stated = element(elements, 1)
        if not stated.isascii() or not stated.isdigit() or int(stated[:18]) != count:
            self._notes.note(count_rule, number, element=f"{elements[0]}01", value=stated or "no", expected=str(count))
        control = element(elements, 2)
        if level.control is not None and control != level.control:
            self._notes.note(
                control_rule, number, element=f"{elements[0]}02", value=control or "none", expected=level.control
            )
