"""What the tables of reference data look like: mappings/reference says it once, for the CSV form and for the database.

Out: a Definition for each name, its template (a CSV with comments and an invented row), and the database's tables
reference_<name>. These shapes are ours alone: an overlay of data files does not change them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from edi.records.tables import Column, Table
from edi.resources import CHECKOUT, PACKAGED

STORED = {"money": "cents", "count": "int", "number": "number", "date": "date"}
LOADS = Table(
    "reference_load",
    (
        Column("id", "int", "", "Number of the load, in order", False),
        Column("name", "text", "", "Table of reference data", False),
        Column("file", "text", "", "Path as given; archive!entry inside an archive", False),
        Column("sha256", "text", "", "SHA-256 of the file", False),
        Column("layout", "text", "", "own (our CSV form) or cms (as CMS publishes it)", False),
        Column("loaded_at", "text", "", "When it was loaded, UTC, ISO", False),
    ),
    ("id",),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the CSV form. `required`: yes, any (one of those so marked) or empty."""

    name: str
    type: str
    required: str
    key: bool
    private: bool
    default: str
    example: str
    what: str

    @property
    def stored(self) -> str:
        """Its name in the database: money says that it is in cents."""
        return f"{self.name}_cents" if self.type == "money" else self.name


@dataclass(frozen=True, slots=True)
class Definition:
    """One table of reference data. `without`: what stands in while it is not loaded."""

    name: str
    what: str
    without: str
    fields: tuple[Field, ...]

    @property
    def private(self) -> bool:
        """Whether its rows are about patients, so that no value of theirs may appear in a message."""
        return any(field.private for field in self.fields)

    @property
    def table(self) -> Table:
        """Its table in the database. Keys are never null: an empty one is the empty text."""
        columns = [Column(one.stored, STORED.get(one.type, "text"), "", one.what, one.private) for one in self.fields]
        columns.append(Column("load_id", "int", "", "The load that brought the row", False))
        return Table(
            f"reference_{self.name.replace('-', '_')}",
            tuple(columns),
            tuple(one.stored for one in self.fields if one.key),
        )

    def template(self) -> str:
        """A CSV with a comment line for each column, the header, and an invented row."""
        out = io.StringIO()
        out.write(f"# {self.what}.\n")
        out.write(f"# Load it with: edi reference load DB {self.name} FILE\n")
        out.write(
            "# Lines that start with # are left out. Columns may come in any order; those that need not be filled may\n"
        )
        out.write("# be missing. Replace the invented row at the end.\n#\n")
        for one in self.fields:
            out.write(f"# {one.name}: {one.what}{_needed(one)}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([one.name for one in self.fields])
        writer.writerow([one.example for one in self.fields])
        return out.getvalue()


def _needed(field: Field) -> str:
    words = {"yes": ["required"], "any": ["one of these is required"]}.get(field.required, [])
    if field.default:
        words.append(f"empty = {field.default}")
    return f" ({'; '.join(words)})" if words else ""


@cache
def definitions() -> dict[str, Definition]:
    """Every table of reference data by name, in the order of mappings/reference/tables.csv."""
    fields: dict[str, list[Field]] = {}
    for row in _rows("columns"):
        fields.setdefault(row["name"], []).append(
            Field(
                row["column"],
                row["type"],
                row["required"],
                row["key"] == "yes",
                row["private"] == "yes",
                row["default"],
                row["example"],
                row["what"],
            )
        )
    return {
        row["name"]: Definition(row["name"], row["what"], row["without"], tuple(fields[row["name"]]))
        for row in _rows("tables")
    }


@cache
def layouts() -> dict[str, dict[str, str]]:
    """How CMS heads its columns: table -> heading -> our column."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("layouts"):
        found.setdefault(row["name"], {})[row["heading"]] = row["column"]
    return found


def tables() -> dict[str, Table]:
    """The database's tables of reference data."""
    return {table.name: table for table in (LOADS, *(known.table for known in definitions().values()))}


def _rows(name: str) -> Iterator[dict[str, str]]:
    folder = PACKAGED if PACKAGED.is_dir() else CHECKOUT
    with (folder / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
