"""Registers in Excel workbooks: one visible sheet, one row of names, a row an enterprise. Each cell as it lies in the file."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from analysis.cell_text import flat
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import ONE_ROW, TITLE_ROWS, header_among
from analysis.sources.registers.raw import Raw, change_in, distinct, quoted
from analysis.sources.workbooks import reading

if TYPE_CHECKING:
    import duckdb

ROW = "row of the sheet"  # our column of the rows' numbers
_REFERENCE = re.compile(r"([A-Z]*)(\d*)")
_COMPUTED = "open it in Excel or LibreOffice, and save it"
_ANOTHER = "; another is named by sheet = … in [register]"


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A sheet as a table of texts in memory; an Excel sheet has a million rows at most."""
    import pyarrow

    changed = change_in(path)
    with reading(path) as archive:
        book = _Book(archive)
        title, notes = _chosen(book, settings, path.name)
        where = said("{file}, sheet {title}", file=path.name, title=title)
        sheet = _Sheet(book, title)
        rows = sheet.rows()
        top = list(islice(rows, TITLE_ROWS))
        above, names = header_among(_padded(top), settings, where=where)
        table = _Table(names)
        for row in chain(top[above + 1 :], rows):
            table.add(row)
    _refuse(sheet, table, where, top[above].number)
    names, columns = table.filled()
    held = distinct(names)
    arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
    arrow = pyarrow.table([*arrays, pyarrow.array(table.numbers, pyarrow.int64())], names=[*held, ROW])
    connection.register("register_sheet", arrow)
    return Raw(
        connection,
        f"(SELECT {', '.join(map(quoted, held))} FROM register_sheet)",
        tuple(names),
        dict.fromkeys(held, "VARCHAR"),
        where,
        len(table.numbers) + above + 1,
        above + 1,
        "register_sheet",
        place=quoted(ROW),
        notes=(*notes, *_hidden(sheet, table)),
        changed=changed,
    )


@dataclass(frozen=True)
class _Row:
    number: int
    cells: dict[int, str]
    is_hidden: bool = False


@dataclass(frozen=True, eq=False)
class _Book:
    """What a sheet's cells refer to. Names of elements and attributes are taken without their prefixes."""

    archive: zipfile.ZipFile

    @cached_property
    def sheets(self) -> dict[str, tuple[str, bool]]:
        """From each sheet's title, its part of the archive and whether it can be seen."""
        parts = {}
        for one in self._root("xl/_rels/workbook.xml.rels"):
            parts[one.get("Id")] = posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
        found = {}
        for one in self._root("xl/workbook.xml").iter():
            if _name(one) == "sheet":
                (link,) = (value for key, value in one.items() if key.endswith("}id"))
                found[one.get("name", "")] = parts[link], one.get("state", "visible") == "visible"
        return {title: one for title, one in found.items() if one[0] in self.archive.namelist()}

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells share."""
        name = next((name for name in self.archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
        return [] if name is None else [_text(one) for one in self._root(name) if _name(one) == "si"]

    @cached_property
    def dates(self) -> set[int]:
        """The numbers of the styles that show a number as a date."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        name = next((name for name in self.archive.namelist() if name.lower().endswith("xl/styles.xml")), None)
        root = list(self._root(name).iter()) if name is not None else []
        formats = dict(BUILTIN_FORMATS) | {
            int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in root if _name(one) == "numFmt"
        }
        styles = next((list(one) for one in root if _name(one) == "cellXfs"), [])
        return {at for at, one in enumerate(styles) if is_date_format(formats.get(int(one.get("numFmtId", 0)), ""))}

    def _root(self, name: str) -> ElementTree.Element:
        with self.archive.open(name) as part:
            return ElementTree.parse(part).getroot()


@dataclass(eq=False)
class _Sheet:
    """A sheet as its part of the archive has it, whatever range it claims to use.

    Parameters
    ----------
    merged
        Its merged areas, known when its rows were read.
    hidden
        Its hidden columns.
    uncomputed
        The first formula without a value, and how many there are.
    """

    book: _Book
    title: str
    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    uncomputed: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[_Row]:
        """The rows that hold anything, in their order."""
        number = 0
        with self.book.archive.open(self.book.sheets[self.title][0]) as part:
            for event, one in ElementTree.iterparse(part, ("start", "end")):
                match event, _name(one):
                    case "start", "sheetData":
                        data = one
                    case "start", "col" if _is_true(one.get("hidden")):
                        self.hidden |= set(range(int(one.get("min", 1)) - 1, min(int(one.get("max", 1)), 1 << 14)))
                    case "end", "row":
                        number = int(one.get("r", number + 1))
                        cells = self._cells(one, number)
                        data.clear()  # what was read is not kept
                        if cells:
                            yield _Row(number, cells, _is_true(one.get("hidden")))
                    case "end", "mergeCell":
                        self.merged.append(one.get("ref", ""))

    def _cells(self, row: ElementTree.Element, number: int) -> dict[int, str]:
        found, at = {}, -1
        for cell in row:
            at = _column(cell.get("r", ""), at + 1)
            parts = {_name(part): part for part in cell}
            text = self._value(cell, parts)
            if text:
                found[at] = text
            elif "f" in parts and not (cell.get("t") == "str" and "v" in parts):
                self.uncomputed.append(
                    f"{cell.get('r', number)}: ={parts['f'].text or '…'}" if not self.uncomputed else ""
                )
        return found

    def _value(self, cell: ElementTree.Element, parts: dict[str, ElementTree.Element]) -> str:
        """A cell's text: a number as its digits stand in the file, a date as ISO 8601 writes it."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(parts["is"]) if "is" in parts else ""
        text = (parts["v"].text or "") if "v" in parts else ""
        if kind == "s" and text:
            return self.book.texts[int(text)]
        return _date(text) if kind == "n" and text and int(cell.get("s", 0)) in self.book.dates else text


@dataclass(eq=False)
class _Table:
    """The rows under the names, column by column; one further right than the names has none."""

    names: list[str]
    numbers: list[int] = field(default_factory=list)
    columns: list[list[str | None]] = field(default_factory=list)
    hidden: int = 0

    def add(self, row: _Row) -> None:
        while len(self.columns) <= max(*row.cells, len(self.names) - 1):
            self.columns.append([None] * len(self.numbers))
        for at, column in enumerate(self.columns):
            column.append(row.cells.get(at))
        self.numbers.append(row.number)
        self.hidden += row.is_hidden

    def filled(self) -> tuple[list[str], list[list[str | None]]]:
        """The columns and their names, without those that have neither name nor cell."""
        while len(self.columns) < len(self.names):
            self.columns.append([])
        names = [*self.names, *[""] * (len(self.columns) - len(self.names))]
        kept = [at for at, name in enumerate(names) if name or any(cell and flat(cell) for cell in self.columns[at])]
        return [names[at] for at in kept], [self.columns[at] for at in kept]


def _chosen(book: _Book, settings: RegisterInput, where: str) -> tuple[str, list[str]]:
    """The sheet that is named in the study, or the only visible one with a row of names; what a reader should know of it."""
    if settings.sheet:
        if settings.sheet not in book.sheets:
            allowed = one_of(list(book.sheets), seen=settings.sheet)
            raise DataError(Problem(where, "has no such sheet", settings.sheet, allowed))
        return settings.sheet, []
    visible = [title for title, (_, is_visible) in book.sheets.items() if is_visible]
    if not visible:
        allowed = "a visible sheet, or its name: sheet = … in [register]"
        raise DataError(Problem(where, "has no visible sheet", ", ".join(book.sheets), allowed))
    faults, named = {}, []
    for title in visible:
        try:
            top = list(islice(_Sheet(book, title).rows(), TITLE_ROWS))
            header_among(_padded(top), settings, where=f"{where}, sheet {title}")
            named.append(title)
        except DataError as fault:
            faults[title] = fault
    if len(named) > 1:
        what = "several sheets could be the register"
        raise DataError(Problem(where, what, ", ".join(named), "the name of one: sheet = … in [register]"))
    if not named:
        hidden = [title for title in book.sheets if title not in visible]
        more = (
            said("not read: {others}; a sheet is named by sheet = … in [register]", others=", ".join(hidden))
            if hidden
            else ""
        )
        raise DataError([problem for fault in faults.values() for problem in fault.problems], instead=more)
    left = [title for title in book.sheets if title != named[0]]
    told = said("sheet {title} was read; not read: {others}", title=named[0], others=", ".join(left))
    return named[0], [told] if left else []


def _padded(rows: list[_Row]) -> list[list[str]]:
    width = max((max(row.cells) + 1 for row in rows), default=0)
    return [[row.cells.get(at, "") for at in range(width)] for row in rows]


def _refuse(sheet: _Sheet, table: _Table, where: str, header: int) -> None:
    """Refuse cells merged in the row of names or under it, whose meaning is in nobody's power to say, and missing values."""
    merged = [area for area in sheet.merged if int(_REFERENCE.fullmatch(area.split(":")[-1])[2] or 0) >= header]  # type: ignore[index]
    if merged and table.numbers:
        raise DataError(
            Problem(where, said("has merged cells ({count:,} areas)", count=len(merged)), merged[0], ONE_ROW)
        )
    if sheet.uncomputed:
        cell, _, formula = sheet.uncomputed[0].partition(": ")
        what = said("a formula without its value, as in {count:,} cells", count=len(sheet.uncomputed))
        raise DataError(Problem(said("{where}, {cell}", where=where, cell=cell), what, formula, _COMPUTED))


def _hidden(sheet: _Sheet, table: _Table) -> Iterator[str]:
    if table.hidden:
        yield said("{count:,} rows are hidden or filtered out; they were counted", count=table.hidden)
    if hidden := [name for at, name in enumerate(table.names) if name and at in sheet.hidden]:
        yield said("hidden columns were read: {names}", names=", ".join(hidden))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _column(reference: str, following: int) -> int:
    """The number of a cell's column, from 0; the one after the cell before it where the cell does not say.

    Examples
    --------
    >>> _column("A1", 5), _column("AB12", 0), _column("", 3)
    (0, 27, 3)
    """
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1 if number else following


def _text(element: ElementTree.Element) -> str:
    """The text of a cell, in one or several styles, without what says how to pronounce it."""
    if _name(element) == "rPh":
        return ""
    return (element.text or "") if _name(element) == "t" else "".join(map(_text, element))


def _date(text: str) -> str:
    from openpyxl.utils.datetime import from_excel

    try:
        return str(from_excel(float(text)))
    except (ValueError, OverflowError):
        return text
