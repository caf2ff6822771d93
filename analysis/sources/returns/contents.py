"""Everything that lies in a return's workbook beside its counts: told as a fault, or as an explanation of the district's.

Whatever a district wrote is the template's, a count that is read, or told; and what belongs to persons is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.cell_text import flat, plain
from analysis.messages import constant, said
from analysis.sources import workbooks
from analysis.sources.returns.form import letters
from analysis.sources.returns.template import Cell, Sheet
from analysis.sources.sheet_rows import Book, Comment
from analysis.sources.sheet_rows import Sheet as RawSheet

if TYPE_CHECKING:
    from analysis.sources.returns.reading import Reading

_OBJECTS = ("xl/drawings/drawing", "xl/media/", "xl/embeddings/", "xl/activeX/")
_MOST_TOLD = 30  # cells of a sheet that are told one by one
_TAKE_OUT = "nothing about persons: a return is about enterprises and counts"
_CLEAN = "nothing about persons: in Excel, File > Info > Inspect Document takes it out"


@dataclass(frozen=True)
class SheetContents:
    """What lies on a sheet.

    Its cells are the texts of all that hold anything to be seen, by address, also under merged cells; a formula where its
    value was not kept.
    """

    cells: Mapping[str, str]
    merged: tuple[str, ...]  # areas
    hidden: frozenset[str]  # rows and columns, by number and letters
    before: Mapping[str, str]  # from each cell to the one before it in its row that holds something
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Contents:
    """What lies in a workbook."""

    sheets: Mapping[str, SheetContents]
    around: tuple[tuple[str, str], ...]  # texts outside the sheets, each with where it stands
    objects: tuple[str, ...]  # pictures, text boxes and the like


def contents_of(path: Path, *, most_unpacked: int) -> Contents:
    """What lies in a workbook.

    Raises
    ------
    DataError
        When it cannot be read.
    """
    with workbooks.reading(path, most_unpacked=most_unpacked) as archive:
        book = Book(archive)
        sheets = {title: _contents_of_sheet(RawSheet(book, title)) for title in book.sheets}
        objects = [name for name in archive.namelist() if name.startswith(_OBJECTS)]
        shown = [name for name in objects if not name.endswith(".xml") or b"Anchor" in archive.read(name)]
        return Contents(sheets, tuple(_outside(book)), tuple(shown))


def _contents_of_sheet(sheet: RawSheet) -> SheetContents:
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
    return SheetContents(cells, tuple(sheet.merged), frozenset(hidden), before, tuple(sheet.comments()))


def _outside(book: Book) -> Iterator[tuple[str, str]]:
    """What lies around the sheets; not whose account saved the file, which every program writes and nobody prints."""
    for name in book.archive.namelist():
        if name.startswith("xl/drawings/") and name.endswith(".xml"):
            texts = (one.text for one in book.root(name).iter() if one.text and one.text.strip())
            yield "a text box or picture", "\n".join(texts)
        elif name.startswith("xl/persons/"):
            yield from (("who wrote comments", one.get("displayName", "")) for one in book.root(name).iter())
        elif name.endswith(".rels"):
            outside = (one for one in book.root(name) if one.get("TargetMode") == "External")
            yield from (("a link", one.get("Target", "")) for one in outside)


def tell_contents(reading: Reading, district: str) -> None:
    """Tell what lies in a return beside its counts; the district is empty where it is not known whose it is."""
    template = reading.template
    for title in reading.contents.sheets:
        if title == template.notes:
            _explanations(reading, title)
        elif title in reading.sheets:
            sheet = reading.sheets[title]
            _strays(reading, title, sheet | _heading(reading, title, district) if title in template.tables else sheet)
        else:
            for address, text in reading.contents.sheets[title].cells.items():
                _refused(reading, title, address, text)
        _comments(reading, title)
    _around(reading)


def _heading(reading: Reading, title: str, district: str) -> Sheet:
    """The line that says whose a table is: this district's, or that of any where it is not known which."""
    lines = {row.id: reading.template.heading(row.label) for row in reading.study.districts}
    seen = plain(reading.contents.sheets[title].cells.get("A2", ""))
    return {
        "A2": Cell(lines.get(district) or next((line for line in lines.values() if plain(line) == seen), ""), "lead")
    }


def _strays(reading: Reading, title: str, sheet: Sheet) -> None:
    """Tell the cells that hold what the template does not have there, and nobody reads."""
    found = []
    for address, text in reading.contents.sheets[title].cells.items():
        cell = sheet.get(address, Cell("", "text"))
        is_ours = cell.role == "state" and str(reading.book[title][address].value).startswith("=COUNT")
        wanted = "" if cell.role == "state" else str(cell.text)
        if not (cell.is_read or is_ours or plain(text) == plain(wanted)):
            found.append((address, text, wanted))
    for number, (address, text, wanted) in enumerate(found):
        if number >= _MOST_TOLD and not reading.person_at(title, address, text):
            continue
        if wanted:
            reading.tell(title, address, "is not what the template has here", text, said('"{text}"', text=wanted))
        else:
            allowed = said("nothing; explanations go on the sheet {notes}", notes=reading.template.notes)
            reading.tell(title, address, "stands where nothing is read", text, allowed)
    if len(found) > _MOST_TOLD:
        more = said("{count:,} more cells hold what is not read", count=len(found) - _MOST_TOLD)
        reading.tell(title, "", more, None, "what the template has")


def _explanations(reading: Reading, title: str) -> None:
    """What a district wrote on the sheet of notes."""
    ours = {plain(str(cell.text)) for cell in reading.sheets[title].values()}
    for address, text in reading.contents.sheets[title].cells.items():
        if plain(text) not in ours and not _refused(reading, title, address, text):
            reading.remark(title, address, "an explanation; nothing is counted from it", text)


def _comments(reading: Reading, title: str) -> None:
    for one in reading.contents.sheets[title].comments:
        if not (_refused(reading, title, one.cell, one.author) or _refused(reading, title, one.cell, one.text)):
            reading.remark(title, one.cell, "a comment; nothing is counted from it", one.text)


def _around(reading: Reading) -> None:
    """What stands outside the cells: persons in it are refused, and pictures and text boxes told."""
    for place, text in (*reading.contents.around, *_margins(reading.book)):
        if kind := reading.person_in(text):
            reading.refuse("", constant(place), kind, _CLEAN)
    if objects := reading.contents.objects:
        what = "holds pictures, text boxes or other objects, which are not read"
        reading.tell("", "", what, said("{names}", names=objects), "cells alone")


def _margins(book: Any) -> Iterator[tuple[str, str]]:
    """The headers and footers of the pages."""
    for sheet in book.worksheets:
        for kind in ("odd", "even", "first"):
            for margin in (getattr(sheet, f"{kind}Header"), getattr(sheet, f"{kind}Footer")):
                for part in (margin.left, margin.center, margin.right):
                    yield "a header or footer", part.text or ""


def _refused(reading: Reading, title: str, address: str, text: str) -> bool:
    kind = reading.person_at(title, address, text)
    if kind:
        reading.refuse(title, address, kind, _TAKE_OUT)
    return bool(kind)
