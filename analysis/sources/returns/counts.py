"""A table of a return: its counts, cell by cell, and every sign that its lines and columns are not the template's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.sources.returns.form import FIRST_COLUMN, FIRST_ROW, Place, letters
from analysis.sources.returns.lines import Table
from analysis.sources.returns.values import COUNT, fault_of, text_of_cell

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from analysis.sources.returns.reading import Reading


_NEAR = 100_000  # cells of a sheet that are looked at one by one


def read_table(reading: Reading, table: Table) -> None:
    """Read a table's counts into what is being read; what cannot be used is told there."""
    sheet = reading.book[table.name.of(reading.language)]
    places = [place for place in reading.form.inputs() if reading.form.tables[reading.form.cell(place)[0]] is table]
    cells = {place: reading.form.cell(place)[1] for place in places}
    _hidden(reading, table, sheet)
    lost = _moved(reading, table, sheet) | _merged(reading, sheet, set(cells.values()))
    for place, address in cells.items():
        column = address.rstrip("0123456789")
        if {address, column, address.removeprefix(column)} & lost:
            reading.unusable.add(place)
        else:
            _count(reading, sheet[address], place)
    _astray(reading, table, sheet)


def _moved(reading: Reading, table: Table, sheet: Worksheet) -> set[str]:
    """Rows and columns whose names are not the template's."""
    lost: set[str] = set()
    for address, text in reading.form.texts(table, reading.language).items():
        column = address.rstrip("0123456789")
        if text_of_cell(sheet[address].value) != text_of_cell(text):
            reading.tell(sheet.title, address, "is not what the template has here: a line or column was moved, or its "
                      "name changed", text_of_cell(sheet[address].value), f'"{text}"')  # fmt: skip
            lost.add(address.removeprefix(column) if column in ("A", "B") else column)
    return lost


def _merged(reading: Reading, sheet: Worksheet, area: set[str]) -> set[str]:
    """Cells of counts that are merged."""
    lost: set[str] = set()
    for merged in sheet.merged_cells.ranges:
        inside = {f"{letters(column)}{row}" for row, column in merged.cells} & area
        if inside:
            reading.tell(sheet.title, str(merged), "cells of counts are merged", None, "cells as in the template")
            lost |= inside
    return lost


def _hidden(reading: Reading, table: Table, sheet: Worksheet) -> None:
    """Lines and columns that cannot be seen are told."""
    for number in range(len(reading.form.columns)):
        name = letters(FIRST_COLUMN + number)
        if name in sheet.column_dimensions and sheet.column_dimensions[name].hidden:
            reading.tell(sheet.title, f"column {name}", "is hidden", None, "columns that can be seen")
    for row in range(FIRST_ROW, FIRST_ROW + len(table.lines)):
        if row in sheet.row_dimensions and sheet.row_dimensions[row].hidden:
            reading.tell(sheet.title, f"row {row}", "is hidden", None, "rows that can be seen")


def _count(reading: Reading, cell: Cell, place: Place) -> None:
    value = cell.value
    if cell.data_type == "f":
        value = reading.values[cell.parent.title][cell.coordinate].value
        if value is None:
            what = "is a formula without a value: the program that wrote the file did not compute it"
            _refuse(reading, cell, place, what, allowed=f"{COUNT}, or the file saved once by Excel, WPS or LibreOffice")
            return
    if value is None or (isinstance(value, str) and not value.strip()):
        reading.blank.append(place)
    elif (fault := fault_of(value)) is not None:
        _refuse(reading, cell, place, fault, value)
    else:
        reading.counts[place] = int(value)


def _refuse(reading: Reading, cell: Cell, place: Place, what: str, seen: object = None, allowed: str = COUNT) -> None:
    reading.unusable.add(place)
    reading.tell(cell.parent.title, cell.coordinate, what, seen, allowed)


def _astray(reading: Reading, table: Table, sheet: Worksheet) -> None:
    """Whatever stands beside or below the table."""
    last_row, last_column = FIRST_ROW - 1 + len(table.lines), FIRST_COLUMN - 1 + len(reading.form.columns)
    if sheet.max_row * sheet.max_column > _NEAR:  # cells far away: looking at each on the way there takes forever
        far = f"{letters(sheet.max_column)}{sheet.max_row}"
        reading.tell(sheet.title, far, "stands far outside the table, where nothing is read", None, "nothing")
        return
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            if cell.value is not None and (cell.row > last_row or cell.column > last_column):
                what = "stands outside the table, where nothing is read"
                reading.tell(sheet.title, cell.coordinate, what, cell.value, "nothing")
