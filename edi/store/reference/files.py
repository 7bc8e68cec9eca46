"""An office's file of reference data -> checked rows in the order of the table's columns.

In: a CSV (or tab or semicolon separated text) or a workbook, in our form or as CMS publishes it, plain or in a .zip.
Out: a Sheet for each file, whose rows come as they are read. What is wrong with a header is raised (BadFile), what is
wrong with a row is a problem 'file:line: column: what was expected'. A value of a table about patients is never
repeated in a message.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from edi.store.reference import cms, workbook
from edi.store.reference.definitions import Definition, Field
from edi.store.reference.values import BadCell, Read, reader

DELIMITERS = (",", "\t", ";", "|")
HEADER_WITHIN = 40  # rows; CMS puts title rows above its headings
TEXT_FILES = (".csv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
KNOWN = 50_000  # texts of a column that are remembered
SHOWN = 40  # characters of a bad value
TITLES = 50_000  # characters in which the title rows are


class BadFile(Exception):
    """The file is no table of the kind asked for. The message names the file."""


@dataclass(slots=True)
class Sheet:
    """One file whose header was understood. `problems` and `left_out` are complete once `rows` is exhausted."""

    name: str
    sha256: str
    definition: Definition
    layout: str  # own | cms
    cells: Iterator[tuple[int, list[str] | str]]  # line, the texts in the order of the fields (or what is wrong)
    edition: str = ""  # what a CMS file was taken for, in words
    problems: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows that are in order, without load_id."""
        checks = [_Check(one) for one in self.definition.fields]
        dates = [n for n, one in enumerate(self.definition.fields) if one.name in ("effective_from", "effective_to")]
        either = [n for n, one in enumerate(self.definition.fields) if one.required == "any"]
        keys = [n for n, one in enumerate(self.definition.fields) if one.key]
        seen: dict[tuple[Any, ...], int] | None = {} if self.layout == "own" else None
        known = [check.known for check in checks]
        for line, texts in self.cells:
            before = len(self.problems)
            if isinstance(texts, str):
                self.problem(line, texts)
                continue
            try:
                row = tuple([values[text] for values, text in zip(known, texts, strict=True)])
            except KeyError:
                row = tuple(check.read(self, line, text) for check, text in zip(checks, texts, strict=True))
            if either and not any(row[n] for n in either):
                one_of = " or ".join(self.definition.fields[n].name for n in either)
                self.problem(line, f"fill in {one_of}")
            if len(dates) == 2 and row[dates[0]] and row[dates[1]] and row[dates[1]] < row[dates[0]]:
                self.problem(line, "effective_to is before effective_from")
            if seen is not None and len(self.problems) == before:
                key = tuple(row[n] for n in keys)
                if key in seen:
                    same = ", ".join(self.definition.fields[n].name for n in keys)
                    self.problem(line, f"line {seen[key]} already says it (same {same})")
                seen.setdefault(key, line)
            if len(self.problems) == before:
                yield row

    def problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.name}:{line}: {text}")


class _Check:
    """Reads the cells of one column. `known`: what was read of a text before; CMS's tables say the same thing often."""

    def __init__(self, column: Field) -> None:
        self.column = column
        self.read_text: Read = reader(column.type)
        self.empty: Any = self.read_text(column.default) if column.default else "" if column.key else None
        self.known: dict[str, Any] = {}

    def read(self, sheet: Sheet, line: int, text: str) -> Any:
        if not text:
            if self.column.required == "yes":
                sheet.problem(line, f"{self.column.name} is empty")
            else:
                self.known[text] = self.empty
            return self.empty
        try:
            value = self.read_text(text)
            if len(self.known) < KNOWN:
                self.known[text] = value
            return value
        except BadCell as error:
            shown = "" if sheet.definition.private else f" ({text[:SHOWN]!r})"
            sheet.problem(line, f"{self.column.name}: {error}{shown}")
            return self.empty


def sheets(path: Path, definition: Definition, options: cms.Options) -> Iterator[Sheet]:
    """The sheets of a file: one, or those of a .zip. BadFile, or OSError for a file that cannot be opened."""
    if path.suffix.lower() == ".xls":
        raise BadFile(f"{path}: an old workbook; save it as .xlsx or CSV first")
    if path.suffix.lower() in WORKBOOKS:
        yield _workbook(str(path), path.read_bytes(), definition, options)
        return
    if not zipfile.is_zipfile(path):
        yield _file(str(path), path.read_bytes(), definition, options)
        return
    with zipfile.ZipFile(path) as archive:
        held = sorted(archive.namelist(), key=lambda name: (name.lower().endswith(WORKBOOKS), name))  # text comes first
        found = 0
        for name in held:
            if not name.lower().endswith(TEXT_FILES + WORKBOOKS) or (found and name.lower().endswith(WORKBOOKS)):
                continue
            read = _workbook if name.lower().endswith(WORKBOOKS) else _file
            try:
                sheet = read(f"{path}!{name}", archive.read(name), definition, options)
            except BadFile:
                continue  # a read-me
            except (zipfile.BadZipFile, RuntimeError) as error:  # RuntimeError: it asks for a password
                raise BadFile(f"{path}!{name}: cannot be unpacked ({error})") from None
            found += 1
            yield sheet
            if definition.name != "ncci-ptp":  # the rest is the same table in another form
                break
    if not found:
        raise BadFile(f"{path}: holds no .csv, .txt or .xlsx file of {definition.name}")


def _file(name: str, content: bytes, definition: Definition, options: cms.Options) -> Sheet:
    return _sheet(name, _decoded(content), hashlib.sha256(content).hexdigest(), definition, options)


def _workbook(name: str, content: bytes, definition: Definition, options: cms.Options) -> Sheet:
    """The first sheet of a workbook that is a table of the kind; else what is wrong with its first one."""
    sha256 = hashlib.sha256(content).hexdigest()
    wrong: list[BadFile] = []
    try:
        for title, text in workbook.sheets_of(content):
            try:
                return _sheet(f"{name}!{title}", text, sha256, definition, options)
            except BadFile as error:
                wrong.append(error)
    except workbook.NoWorkbook as error:
        raise BadFile(f"{name}: not a workbook that can be read ({error})") from None
    raise wrong[0] if wrong else BadFile(f"{name}: is empty")


def _sheet(name: str, text: str, sha256: str, definition: Definition, options: cms.Options) -> Sheet:
    found = _own(text, definition)
    if isinstance(found, list):
        header, rows = _cms_header(text, definition)
        if header is None:
            raise BadFile(_not_a_header(name, definition, found))
        sheet = Sheet(name, sha256, definition, "cms", iter(()))
        title = "\n".join(text[:TITLES].splitlines()[: header.line])
        try:
            edition = cms.edition(definition, header, name, title, options)
        except cms.NoEdition as error:
            raise BadFile(f"{name}: {error}") from None
        sheet.cells, sheet.edition = cms.cells(definition, header, rows, edition, options, sheet.left_out), str(edition)
        return sheet
    places, rows = found
    return Sheet(name, sha256, definition, "own", _own_cells(rows, places))


def _decoded(content: bytes) -> str:
    """UTF-8 where it is that, else what Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _reader(text: str, delimiter: str) -> Any:
    """csv.reader over the text; a comment line counts as an empty one, so that line numbers stay right."""
    lines = ("\n" if line.startswith("#") else line for line in io.StringIO(text, newline=""))
    return csv.reader(lines, delimiter=delimiter)


def _own(text: str, definition: Definition) -> tuple[list[int], Any] | list[str]:
    """The place of each field in the rows and the reader behind the header; else what is wrong with the header."""
    known = {one.name: number for number, one in enumerate(definition.fields)}
    best: tuple[int, list[str]] = (-1, ["is empty"])
    for delimiter in DELIMITERS:
        rows = _reader(text, delimiter)
        header = next((row for row in rows if any(cell.strip() for cell in row)), None)
        if header is None:
            continue
        while header and not header[-1].strip():
            header.pop()
        names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in header]
        wrong = _wrong(names, definition)
        if not wrong:
            places = [-1] * len(known)
            for place, column in enumerate(names):
                places[known[column]] = place
            return [len(names), *places], rows
        hits = sum(column in known for column in names)
        if hits > best[0]:
            best = (hits, [f"line {rows.line_num}", *wrong])
    return best[1]


def _wrong(names: Sequence[str], definition: Definition) -> list[str]:
    """What is wrong with a header in our form. Where it should be, a row about a patient may be: not repeated."""
    known = [one.name for one in definition.fields]
    unknown = [name for name in names if name not in known]
    missing = [one.name for one in definition.fields if one.required == "yes" and one.name not in names]
    either = [one.name for one in definition.fields if one.required == "any"]
    if definition.private:
        wrong = [f"cell {number} is no column" for number, name in enumerate(names, start=1) if name in unknown]
    else:
        wrong = [f"there is no column {name!r}" for name in unknown]
    wrong += [f"the column {name!r} is missing" for name in missing]
    if either and not set(either) & set(names):
        wrong.append(f"one of the columns {', '.join(either)} is needed")
    wrong += [f"the column {name!r} is there twice" for name in known if names.count(name) > 1]
    return wrong


def _not_a_header(name: str, definition: Definition, wrong: Sequence[str]) -> str:
    at, *rest = wrong
    columns = ", ".join(one.name for one in definition.fields)
    if not rest:
        return f"{name}: {at}"
    where = f"{name}:{at.removeprefix('line ')}"
    if len(rest) > 3:  # not a header of this table at all
        rest = [f"this is no header of {definition.name}"]
    return f"{where}: {'; '.join(rest)}. Columns of {definition.name}: {columns}"


def _own_cells(rows: Any, places: list[int]) -> Iterator[tuple[int, list[str] | str]]:
    width, *chosen = places
    for row in rows:
        if not any(row) or not any(cell.strip() for cell in row):
            continue
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) != width:
            yield rows.line_num, f"{len(row)} cells, where the header has {width}"
        else:
            yield rows.line_num, [row[place].strip() if place >= 0 else "" for place in chosen]


def _cms_header(text: str, definition: Definition) -> tuple[cms.Header | None, Any]:
    """The heading row of a file as CMS publishes it, and the reader behind it."""
    for delimiter in DELIMITERS[:2]:
        rows = _reader(text, delimiter)
        for row in islice(rows, HEADER_WITHIN):
            header = cms.header(definition, row, rows.line_num)
            if header is not None:
                return header, rows
    return None, None
