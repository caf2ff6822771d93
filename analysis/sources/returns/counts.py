"""The counts of a return, cell by cell: what each says, what must hold between them, and every sign that a table was changed."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis.cell_text import NotANumberError, flat, number_in, plain, text_of, whole_in
from analysis.messages import said
from analysis.sources.returns.edits import MOST, edits_of, total
from analysis.sources.returns.form import FIRST_COLUMN, FIRST_ROW, Place, letters, split

if TYPE_CHECKING:
    from openpyxl.cell import Cell as ExcelCell

    from analysis.sources.returns.reading import Reading
    from analysis.sources.returns.template import Cell

COUNT = said("a whole number from 0 to {most:,}, such as 1234 or 1,234", most=MOST)

_DAYS = (datetime.date, datetime.time, datetime.timedelta)


def text_of_cell(value: object) -> str:
    """A cell's value as text in one line; empty where there is none that can be seen; a formula as it is written.

    Examples
    --------
    >>> text_of_cell(" 昆山　市\\n"), text_of_cell(320583.0), text_of_cell("\\u200b")
    ('昆山 市', '320583', '')
    """
    return flat(text_of(getattr(value, "text", value)))  # an array formula has a text of its own


def count_in(value: Any) -> int:
    """The count that a cell's value is, read as a register's numbers are.

    Raises
    ------
    NotANumberError
        With what it is instead.

    Examples
    --------
    >>> count_in(12.0), count_in("１，２３４")
    (12, 1234)
    >>> for value in ("1,5", True, "#REF!"):
    ...     try:
    ...         count_in(value)
    ...     except NotANumberError as error:
    ...         print(error.what)
    has a comma that groups no three digits
    is a logical value
    is what a formula gives that fails
    """
    if isinstance(value, bool):
        raise NotANumberError("is a logical value", COUNT)
    if isinstance(value, _DAYS):
        raise NotANumberError("is a date", COUNT)
    if isinstance(value, str) and value.startswith("#"):
        raise NotANumberError("is what a formula gives that fails", COUNT)
    return whole_in(text_of(value), most=MOST)


def read_table(reading: Reading, title: str) -> None:
    """Read a table's counts into what is being read; what cannot be used is told there."""
    inputs = {
        address: cell.place for address, cell in reading.sheets[title].items() if cell.role == "input" and cell.place
    }
    _tell_hidden(reading, title)
    lost = _moved(reading, title) | _merged(reading, title, inputs.keys())
    for address, place in inputs.items():
        column, row = split(address)
        if {address, column, str(row)} & lost:
            reading.unusable.add(place)
        else:
            _read_count(reading, reading.book[title][address], place)


def _moved(reading: Reading, title: str) -> set[str]:
    """Rows and columns whose names are not the template's."""
    lost: set[str] = set()
    for address, cell in reading.sheets[title].items():
        seen = reading.contents.sheets[title].cells.get(address, "")
        if cell.is_read and cell.place is None and plain(seen) != plain(str(cell.text)):
            what = "is not what the template has here: a line or column was moved, or its name changed"
            reading.tell(title, address, what, seen, said('"{text}"', text=str(cell.text)))
            column, row = split(address)
            lost.add(str(row) if column in ("A", "B") else column)
    return lost


def _merged(reading: Reading, title: str, area: Collection[str]) -> set[str]:
    """Cells of counts that are merged."""
    from openpyxl.utils import cols_from_range

    lost: set[str] = set()
    for merged in reading.contents.sheets[title].merged:
        inside = {address for column in cols_from_range(merged) for address in column if address in area}
        if inside:
            reading.tell(title, merged, "cells of counts are merged", None, "cells as in the template")
            lost |= inside
    return lost


def _tell_hidden(reading: Reading, title: str) -> None:
    """Lines and columns that cannot be seen are told."""
    hidden = reading.contents.sheets[title].hidden
    for column in (letters(FIRST_COLUMN + number) for number in range(len(reading.form.columns))):
        if column in hidden:
            reading.tell(title, said("column {column}", column=column), "is hidden", None, "columns that can be seen")
    for row in range(FIRST_ROW, FIRST_ROW + len(reading.template.tables[title].lines)):
        if str(row) in hidden:
            reading.tell(title, said("row {row}", row=row), "is hidden", None, "rows that can be seen")


def _read_count(reading: Reading, cell: ExcelCell, place: Place) -> None:
    title, address, value, allowed = cell.parent.title, cell.coordinate, cell.value, COUNT
    if cell.data_type == "f":
        value = reading.values[title][address].value
    if cell.data_type == "f" and value is None:
        what = "is a formula without a value: the program that wrote the file did not compute it"
        seen, allowed = (
            text_of_cell(cell.value),
            said("{count}; or the file saved once by Excel, WPS or LibreOffice", count=COUNT),
        )
    elif text_of_cell(value):
        try:
            reading.counts[place] = count_in(value)
            return
        except NotANumberError as error:
            what, seen = error.what, text_of_cell(value)
    elif address in reading.contents.sheets[title].cells:
        what, seen = "holds what cannot be read as a value", reading.contents.sheets[title].cells[address]
    else:
        reading.blank.append(place)
        return
    reading.unusable.add(place)
    reading.tell(title, address, what, seen, allowed)


def tell_blanks(reading: Reading, missing: list[Place]) -> None:
    """Tell blanks, those below one another together."""
    columns: dict[tuple[str, str], list[int]] = {}
    for place in missing:
        title, address = reading.cell(place)
        column, row = split(address)
        columns.setdefault((title, column), []).append(row)
    for (title, column), rows in columns.items():
        for _, run in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
            ends = [row for _, row in run]
            span = f"{column}{ends[0]}" + (f":{column}{ends[-1]}" if len(ends) > 1 else "")
            what = "is blank, and does not follow from the other counts"
            reading.tell(title, span, what, None, said("{count}; 0 for none", count=COUNT))


def tell_broken(reading: Reading) -> tuple[int, int]:
    """Tell the rules that are broken, one at each place; how many could be applied, and how many of them are broken."""
    tried = [edit for edit in edits_of(reading.form) if all(place in reading.counts for place in edit.terms)]
    broken = [edit for edit in tried if edit.is_broken(reading.counts)]
    first = {edit.where: edit for edit in reversed(broken)}  # it says it best
    for edit in broken:
        if first[edit.where] is edit:
            seen = total(reading.form, reading.counts, edit.where)
            shown = None if seen is None else said("{seen:,}", seen=seen)
            reading.tell(*reading.cell(edit.where), edit.rule, shown, edit.allowed(reading.counts))
    return len(tried), len(broken)


def tell_sums(reading: Reading) -> None:
    """A sum that was typed over has to be the sum, and a check what it checks."""
    for title in reading.tables:
        for address, cell in reading.sheets[title].items():
            if cell.place is not None and cell.is_formula:
                _tell_sum(reading, title, address, cell)


def _tell_sum(reading: Reading, title: str, address: str, ours: Cell) -> None:
    cell = reading.book[title][address]
    is_formula, seen = cell.data_type == "f", cell.value
    if is_formula and _bare(seen) == _bare(ours.text):
        return
    if is_formula:
        seen = reading.values[title][address].value
    assert ours.place is not None
    right = _right(reading, ours.place)
    if right is not None and not _is_number(seen, right):
        what = "holds a formula that is not the template's" if is_formula else "is not the sum of its parts"
        allowed = said("{right:,}, as the template's formula gives", right=right)
        reading.tell(title, address, what, text_of_cell(seen), allowed)
    elif right is None and text_of_cell(seen) and not (is_formula and _is_number(seen)):
        what = "was typed over a formula, and the counts that it sums are not all there"
        reading.tell(title, address, what, text_of_cell(seen), "the template's formula")


def _is_number(seen: object, right: int | None = None) -> bool:
    """Whether a value is a number, and the right one where that is known."""
    try:
        found = number_in(text_of(seen))
    except NotANumberError:
        return False
    return not isinstance(seen, bool) and right in (None, found)


def _right(reading: Reading, place: Place) -> int | None:
    """What a sum has to be; of a check, what its parts add up to without what they are parts of."""
    parts, less = total(reading.form, reading.counts, place), reading.form.line(place).less
    whole = total(reading.form, reading.counts, place._replace(line=less)) if less else 0
    return None if parts is None or whole is None else parts - whole


def _bare(formula: object) -> str:
    return text_of_cell(formula).replace(" ", "")
