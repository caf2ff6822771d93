"""Everything that lies in a return's workbook, whatever the template has: cells, comments, and what stands around them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from analysis.cell_text import flat
from analysis.sources.returns.form import letters
from analysis.sources.sheet_rows import Book, Comment, Sheet
from analysis.sources.workbooks import reading

_OBJECTS = ("xl/drawings/drawing", "xl/media/", "xl/embeddings/", "xl/activeX/")


@dataclass(frozen=True)
class Lying:
    """What lies on a sheet.

    Parameters
    ----------
    cells
        The text of each cell that holds anything to be seen, by its address, also under merged cells; a formula where its
        value was not kept.
    merged
        The areas that are merged.
    hidden
        Its hidden rows and columns, by number and letters.
    before
        From each cell to the one before it in its row that holds something.
    """

    cells: Mapping[str, str]
    merged: tuple[str, ...]
    hidden: frozenset[str]
    before: Mapping[str, str]
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Contents:
    """What lies in a workbook.

    Parameters
    ----------
    around
        Texts outside the sheets, each with where it stands.
    objects
        Parts that are pictures, text boxes and the like.
    """

    sheets: Mapping[str, Lying]
    around: tuple[tuple[str, str], ...]
    objects: tuple[str, ...]


def contents_of(path: Path, *, most_unpacked: int) -> Contents:
    """What lies in a workbook.

    Raises
    ------
    DataError
        When it cannot be read.
    """
    with reading(path, most_unpacked=most_unpacked) as archive:
        book = Book(archive)
        sheets = {title: _lying(Sheet(book, title)) for title in book.sheets}
        objects = [name for name in archive.namelist() if name.startswith(_OBJECTS) and _shows(archive, name)]
        return Contents(sheets, tuple(_around(book)), tuple(objects))


def _lying(sheet: Sheet) -> Lying:
    cells: dict[str, str] = {}
    before: dict[str, str] = {}
    hidden = set()
    for row in sheet.rows():
        filled = {f"{letters(at + 1)}{row.number}": row.cells[at] for at in sorted(row.cells) if flat(row.cells[at])}
        cells |= filled
        before |= {following: one for one, following in pairwise(filled)}
        if row.is_hidden:
            hidden.add(str(row.number))
    for told in sheet.uncomputed:
        address, _, formula = told.partition(": ")
        cells[address or "…"] = formula  # beyond some thousands they are told as one
    hidden |= {letters(at + 1) for at in sheet.hidden}
    return Lying(cells, tuple(sheet.merged), frozenset(hidden), before, tuple(sheet.comments()))


def _around(book: Book) -> Iterator[tuple[str, str]]:
    """What lies around the sheets; not whose account saved the file, which every program writes and nobody prints."""
    for name in book.archive.namelist():
        if name.startswith("xl/drawings/") and name.endswith(".xml"):
            yield "a text box or picture", "\n".join(_texts(book.root(name)))
        elif name.startswith("xl/persons/"):
            yield from (("who wrote comments", one.get("displayName", "")) for one in book.root(name).iter())
        elif name.endswith(".rels"):
            outside = (one for one in book.root(name) if one.get("TargetMode") == "External")
            yield from (("a link", one.get("Target", "")) for one in outside)


def _texts(element: ElementTree.Element) -> Iterator[str]:
    if element.text and element.text.strip():
        yield element.text
    for one in element:
        yield from _texts(one)


def _shows(archive: zipfile.ZipFile, name: str) -> bool:
    return not name.endswith(".xml") or b"Anchor" in archive.read(name)
