"""What a transaction must say of itself and does not: the columns of its own row that its mapping marks `missing`."""

from __future__ import annotations

from edi.records.mapping import Mappings
from edi.records.plans import Row, name_of
from edi.x12.diagnostic import Notes


class Wanting:
    """Judges the rows of whole transactions."""

    def __init__(self, mappings: Mappings, notes: Notes) -> None:
        self._notes = notes
        self._fields = {
            root.table: [(mappings.tables[root.table].index[field.name], field) for field in root.fields()]
            for root in mappings.transactions.values()
            if root.table
        }

    def check(self, table: str, row: Row) -> None:
        """Note what the complete row of a transaction lacks; nothing where it is empty. An element that could not be
        read has been noted."""
        fields = [one for one in self._fields[table] if one[1].source == "at"]
        if all(row[place] is None for place, _ in fields):
            return
        for place, field in fields:
            element = name_of(field, 0)
            if field.missing and row[place] is None and not self._notes.told(row[0], element):
                self._notes.note(field.missing, row[0], transaction=row[0], loop="HEADER", element=element)
