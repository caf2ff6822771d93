"""The rows of an Excel sheet as they lie in its file: whatever it claims of its size, and however its XML is written."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree

_TOLD = 10_000  # formulas without a value that are told one by one


@dataclass(frozen=True)
class Row:
    """The cells of a row that hold anything, by their column's number from 0."""

    number: int
    cells: dict[int, str]
    is_hidden: bool = False

    @property
    def texts(self) -> list[str]:
        """All its cells, an empty one as ""."""
        return [self.cells.get(at, "") for at in range(max(self.cells) + 1)]


@dataclass(frozen=True)
class Comment:
    """What somebody wrote to a cell, aside."""

    cell: str
    author: str
    text: str


@dataclass(frozen=True, eq=False)
class Book:
    """What a sheet's cells refer to. Names of elements and attributes are taken without their prefixes."""

    archive: zipfile.ZipFile

    @cached_property
    def sheets(self) -> dict[str, tuple[str, bool]]:
        """From each sheet's title, its part of the archive and whether it can be seen."""
        parts = {one.get("Id"): part for one, part in self.links("xl/workbook.xml")}
        found = {}
        for one in self.root("xl/workbook.xml").iter():
            if _name(one) == "sheet":
                (link,) = (value for key, value in one.items() if key.endswith("}id"))
                found[one.get("name", "")] = parts[link], one.get("state", "visible") == "visible"
        return {title: one for title, one in found.items() if one[0] in self.archive.namelist()}

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells share."""
        name = next((name for name in self.archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
        return [] if name is None else [_text(one) for one in self.root(name) if _name(one) == "si"]

    @cached_property
    def dates(self) -> set[int]:
        """The numbers of the styles that show a number as a date."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        name = next((name for name in self.archive.namelist() if name.lower().endswith("xl/styles.xml")), None)
        root = list(self.root(name).iter()) if name is not None else []
        formats = dict(BUILTIN_FORMATS) | {
            int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in root if _name(one) == "numFmt"
        }
        styles = next((list(one) for one in root if _name(one) == "cellXfs"), [])
        return {at for at, one in enumerate(styles) if is_date_format(formats.get(int(one.get("numFmtId", 0)), ""))}

    def links(self, part: str) -> Iterator[tuple[ElementTree.Element, str]]:
        """What a part refers to: each link with the name of the part that it leads to."""
        folder, _, name = part.rpartition("/")
        if (links := f"{folder}/_rels/{name}.rels") in self.archive.namelist():
            for one in self.root(links):
                yield one, posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")

    def root(self, name: str) -> ElementTree.Element:
        """A part of the archive, parsed."""
        with self.archive.open(name) as part:
            return ElementTree.parse(part).getroot()


@dataclass(eq=False)
class Sheet:
    """A sheet as its part of the archive has it, whatever range it claims to use."""

    book: Book
    title: str
    merged: list[str] = field(default_factory=list)  # areas, known when the rows were read
    hidden: set[int] = field(default_factory=set)  # columns
    uncomputed: list[str] = field(default_factory=list)  # formulas without a value: cell and formula, later ones empty

    def rows(self) -> Iterator[Row]:
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
                            yield Row(number, cells, _is_true(one.get("hidden")))
                    case "end", "mergeCell":
                        self.merged.append(one.get("ref", ""))

    def comments(self) -> Iterator[Comment]:
        """The comments of its cells."""
        for link, part in self.book.links(self.book.sheets[self.title][0]):
            if link.get("Type", "").endswith("/comments"):
                root = list(self.book.root(part).iter())
                authors = [one.text or "" for one in root if _name(one) == "author"]
                for one in root:
                    if _name(one) == "comment":
                        yield Comment(one.get("ref", ""), authors[int(one.get("authorId", 0))], _text(one))

    def _cells(self, row: ElementTree.Element, number: int) -> dict[int, str]:
        found, at = {}, -1
        for cell in row:
            at = _column(cell.get("r", ""), at + 1)
            parts = {_name(part): part for part in cell}
            text = self._value(cell, parts)
            if text:
                found[at] = text
            elif "f" in parts and not (cell.get("t") == "str" and "v" in parts):
                told = len(self.uncomputed) < _TOLD  # a sheet may have millions
                self.uncomputed.append(f"{cell.get('r', number)}: ={parts['f'].text or '…'}" if told else "")
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
