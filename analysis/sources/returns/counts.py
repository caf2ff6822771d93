"""A table of a return: its counts, cell by cell, and every sign that its lines and columns are not the template's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.cell_text import NotANumberError, plain
from analysis.messages import said
from analysis.sources.returns.form import FIRST_COLUMN, FIRST_ROW, Place, letters
from analysis.sources.returns.lines import Table
from analysis.sources.returns.values import COUNT, count_in, text_of_cell

if TYPE_CHECKING:
    from openpyxl.cell import Cell

    from analysis.sources.returns.reading import Reading


def read_table(reading: Reading, table: Table) -> None:
    """Read a table's counts into what is being read; what cannot be used is told there."""
    title = table.name.of(reading.language)
    cells = {
        place: reading.form.cell(place)[1] for place in reading.form.inputs() if reading.form.table(place) is table
    }
    _hidden(reading, table, title)
    lost = _moved(reading, table, title) | _merged(reading, title, set(cells.values()))
    for place, address in cells.items():
        column = address.rstrip("0123456789")
        if {address, column, address.removeprefix(column)} & lost:
            reading.unusable.add(place)
        else:
            _count(reading, reading.book[title][address], place)


def _moved(reading: Reading, table: Table, title: str) -> set[str]:
    """Rows and columns whose names are not the template's."""
    lost: set[str] = set()
    for address, text in reading.form.texts(table, reading.language).items():
        column = address.rstrip("0123456789")
        seen = reading.contents.sheets[title].cells.get(address, "")
        if plain(seen) != plain(text):
            what = "is not what the template has here: a line or column was moved, or its name changed"
            reading.tell(title, address, what, seen, said('"{text}"', text=text))
            lost.add(address.removeprefix(column) if column in ("A", "B") else column)
    return lost


def _merged(reading: Reading, title: str, area: set[str]) -> set[str]:
    """Cells of counts that are merged."""
    from openpyxl.utils import cols_from_range

    lost: set[str] = set()
    for merged in reading.contents.sheets[title].merged:
        inside = {address for column in cols_from_range(merged) for address in column} & area
        if inside:
            reading.tell(title, merged, "cells of counts are merged", None, "cells as in the template")
            lost |= inside
    return lost


def _hidden(reading: Reading, table: Table, title: str) -> None:
    """Lines and columns that cannot be seen are told."""
    hidden = reading.contents.sheets[title].hidden
    for number in range(len(reading.form.columns)):
        if (name := letters(FIRST_COLUMN + number)) in hidden:
            reading.tell(title, said("column {column}", column=name), "is hidden", None, "columns that can be seen")
    for row in range(FIRST_ROW, FIRST_ROW + len(table.lines)):
        if str(row) in hidden:
            reading.tell(title, said("row {row}", row=row), "is hidden", None, "rows that can be seen")


def _count(reading: Reading, cell: Cell, place: Place) -> None:
    title, value = cell.parent.title, cell.value
    if cell.data_type == "f":
        value = reading.values[title][cell.coordinate].value
        if value is None:
            what = "is a formula without a value: the program that wrote the file did not compute it"
            allowed = said("{count}; or the file saved once by Excel, WPS or LibreOffice", count=COUNT)
            _refuse(reading, cell, place, what, text_of_cell(cell.value), allowed)
            return
    if not text_of_cell(value):
        if (lies := reading.contents.sheets[title].cells.get(cell.coordinate)) is None:
            reading.blank.append(place)
        else:
            _refuse(reading, cell, place, "holds what cannot be read as a value", lies)
        return
    try:
        reading.counts[place] = count_in(value)
    except NotANumberError as error:
        _refuse(reading, cell, place, error.what, text_of_cell(value))


def _refuse(reading: Reading, cell: Cell, place: Place, what: str, seen: str, allowed: str = COUNT) -> None:
    reading.unusable.add(place)
    reading.tell(cell.parent.title, cell.coordinate, what, seen, allowed)
