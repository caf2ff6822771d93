"""One return, read from its workbook: its counts, and every fault with sheet, cell, value and what is allowed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DataError, Problem, one_of
from analysis.quantities import Language, Status
from analysis.sources.returns_edits import MOST, Edit, Values, deduced, edits_of
from analysis.sources.returns_form import (
    COVER,
    EXAMPLE,
    FIRST_COLUMN,
    FIRST_ROW,
    NOTES,
    ORIGINS,
    Form,
    Place,
    Table,
    letters,
)
from analysis.sources.workbooks import opened
from analysis.study import Study

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

COUNT = f"a whole number from 0 to {MOST:,}"

_MOST_UNPACKED = 64 * 1024**2  # bytes; a return has about one hundredth of it
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, eq=False)
class Return:
    """One district's return.

    Parameters
    ----------
    file
        The workbook's name.
    district
        The id it gives; empty where it gives none of the study's.
    status
        Counted, or synthetic where the workbook says that it is an example.
    counts
        What the district filled in, and what follows from it where a cell was left blank.
    deduced
        The blanks among them.
    missing, faulty
        How many cells are blank and cannot be told, and how many hold what cannot be used.
    edits, broken
        How many rules could be applied, and how many do not hold.
    problems
        Every fault, in the order of the sheets.
    """

    file: str
    district: str
    status: Status
    counts: Values
    deduced: frozenset[Place] = frozenset()
    missing: int = 0
    faulty: int = 0
    edits: int = 0
    broken: int = 0
    problems: tuple[Problem, ...] = ()


def read_return(path: Path, study: Study, form: Form) -> Return:
    """Read a district's workbook. It never fails: what cannot be used is told in `problems`."""
    try:
        book = opened(path, most_unpacked=_MOST_UNPACKED)
    except DataError as error:
        return Return(path.name, "", Status.COUNTED, {}, problems=error.problems)
    return _Reading(path, study, form, book).found()


@dataclass(eq=False)
class _Reading:
    """A workbook while it is read; faults gather in it."""

    path: Path
    study: Study
    form: Form
    book: Workbook
    problems: list[Problem] = field(default_factory=list)
    counts: dict[Place, int] = field(default_factory=dict)
    blank: list[Place] = field(default_factory=list)
    unusable: set[Place] = field(default_factory=set)

    @cached_property
    def language(self) -> Language:
        """The language whose sheets the workbook has more of."""
        return max(_LANGUAGES, key=lambda one: sum(name in self.book.sheetnames for name in self.names(one)))

    @cached_property
    def values(self) -> Workbook:
        """The same workbook with the values that formulas had when it was saved; read when first asked for."""
        return opened(self.path, values=True, most_unpacked=_MOST_UNPACKED)

    def names(self, language: Language) -> list[str]:
        """The sheets that are read."""
        return [COVER.name.of(language), *(table.name.of(language) for table in self.form.tables)]

    def tell(self, sheet: str, cell: str, what: str, seen: object = None, allowed: str = "") -> None:
        """Note a fault."""
        place = ", ".join(part for part in (self.path.name, sheet, cell) if part)
        self.problems.append(Problem(place, what, seen, allowed))

    def found(self) -> Return:
        """The return."""
        there = self._sheets()
        district, status = "", Status.COUNTED
        if COVER.name.of(self.language) in there:
            district, status = self._cover(self.book[COVER.name.of(self.language)])
        for table in self.form.tables:
            if table.name.of(self.language) in there:
                self._table(table)
        follows = deduced(self.form, self.counts, skip=frozenset(self.unusable))
        missing = [place for place in self.blank if place not in follows]
        self._missing(missing)
        self.counts |= follows
        edits, broken = self._edits()
        self._sums()
        return Return(
            self.path.name, district, status, self.counts, frozenset(follows), len(missing), len(self.unusable), edits,
            broken, tuple(self.problems),
        )  # fmt: skip

    def _sheets(self) -> set[str]:
        wanted, extra = self.names(self.language), (EXAMPLE.of(self.language), NOTES.of(self.language))
        for name in wanted:
            if name not in self.book.sheetnames:
                others = [other for other in self.book.sheetnames if other not in (*wanted, *extra)]
                seen = ", ".join(others) or ", ".join(self.book.sheetnames)
                self.tell("", "", f'has no sheet "{name}"', seen, f"the template's sheets: {', '.join(wanted)}")
        for sheet in self.book.worksheets + self.book.chartsheets:
            if sheet.title not in (*wanted, *extra):
                self.tell(sheet.title, "", "is no sheet of the template", None, f"only {', '.join((*wanted, *extra))}")
            elif sheet.sheet_state != "visible" and sheet.title in wanted:
                self.tell(sheet.title, "", "is hidden", sheet.sheet_state, "a sheet that can be seen")
        unread = [table for table in self.form.tables if table.name.of(self.language) not in self.book.sheetnames]
        self.unusable |= {place for place in self.form.inputs() if self.form.tables[self.form.cell(place)[0]] in unread}
        return {name for name in wanted if name in self.book.sheetnames}

    def _cover(self, sheet: Worksheet) -> tuple[str, Status]:
        districts = {row.id: row.label.of(self.language) for row in self.study.districts}
        given = _text(sheet[COVER.code].value)
        if given not in districts:
            allowed = one_of([f"{name} ({label})" for name, label in districts.items()], seen=given, most=20)
            self.tell(sheet.title, COVER.code, "names no district of the study", given, allowed)
        period = self.study.settings.returns.period or self.study.settings.period
        if _text(sheet[COVER.period].value) != str(period):
            self.tell(sheet.title, COVER.period, "is another period", sheet[COVER.period].value, str(period))
        for position, definition in enumerate(self.study.settings.returns.definitions):
            cell = sheet[COVER.definition(position)]
            if _text(cell.value) != _text(definition.means.label.of(self.language)):
                what = (
                    f"does not say how {definition.en} are counted" if cell.value is None else "is another definition"
                )
                self.tell(sheet.title, cell.coordinate, what, cell.value, definition.means.label.of(self.language))
        origins = {label.of(self.language): name for name, label in ORIGINS.items()}
        origin = _text(sheet[COVER.origin].value)
        if origin not in origins:
            self.tell(
                sheet.title, COVER.origin, "does not say where the counts come from", origin, one_of(list(origins))
            )
        status = Status.SYNTHETIC if origins.get(origin) == "synthetic" else Status.COUNTED
        return (given if given in districts else ""), status

    def _table(self, table: Table) -> None:
        sheet = self.book[table.name.of(self.language)]
        places = [place for place in self.form.inputs() if self.form.tables[self.form.cell(place)[0]] is table]
        cells = {place: self.form.cell(place)[1] for place in places}
        self._hidden(table, sheet)
        lost = self._moved(table, sheet) | self._merged(sheet, set(cells.values()))
        for place, address in cells.items():
            column = address.rstrip("0123456789")
            if {address, column, address.removeprefix(column)} & lost:
                self.unusable.add(place)
            else:
                self._count(sheet[address], place)
        self._astray(table, sheet)

    def _moved(self, table: Table, sheet: Worksheet) -> set[str]:
        """Rows and columns whose names are not the template's."""
        lost: set[str] = set()
        for address, text in self.form.texts(table, self.language).items():
            column = address.rstrip("0123456789")
            if _text(sheet[address].value) != _text(text):
                self.tell(sheet.title, address, "is not what the template has here: a line or column was moved, or its "
                          "name changed", _text(sheet[address].value), f'"{text}"')  # fmt: skip
                lost.add(address.removeprefix(column) if column in ("A", "B") else column)
        return lost

    def _merged(self, sheet: Worksheet, area: set[str]) -> set[str]:
        """Cells of counts that are merged."""
        lost: set[str] = set()
        for merged in sheet.merged_cells.ranges:
            inside = {f"{letters(column)}{row}" for row, column in merged.cells} & area
            if inside:
                self.tell(sheet.title, str(merged), "cells of counts are merged", None, "cells as in the template")
                lost |= inside
        return lost

    def _hidden(self, table: Table, sheet: Worksheet) -> None:
        """Lines and columns that cannot be seen are told."""
        for number in range(len(self.form.columns)):
            name = letters(FIRST_COLUMN + number)
            if name in sheet.column_dimensions and sheet.column_dimensions[name].hidden:
                self.tell(sheet.title, f"column {name}", "is hidden", None, "columns that can be seen")
        for row in range(FIRST_ROW, FIRST_ROW + len(table.lines)):
            if row in sheet.row_dimensions and sheet.row_dimensions[row].hidden:
                self.tell(sheet.title, f"row {row}", "is hidden", None, "rows that can be seen")

    def _count(self, cell: Cell, place: Place) -> None:
        value = cell.value
        if cell.data_type == "f":
            value = self.values[cell.parent.title][cell.coordinate].value
            if value is None:
                what = "is a formula without a value: the program that wrote the file did not compute it"
                self._refuse(cell, place, what, allowed=f"{COUNT}, or the file saved once by Excel, WPS or LibreOffice")
                return
        if value is None or (isinstance(value, str) and not value.strip()):
            self.blank.append(place)
        elif (fault := _fault(value)) is not None:
            self._refuse(cell, place, fault, value)
        else:
            self.counts[place] = int(value)

    def _refuse(self, cell: Cell, place: Place, what: str, seen: object = None, allowed: str = COUNT) -> None:
        self.unusable.add(place)
        self.tell(cell.parent.title, cell.coordinate, what, seen, allowed)

    def _astray(self, table: Table, sheet: Worksheet) -> None:
        """Whatever stands beside or below the table."""
        last_row, last_column = 5 + len(table.lines), 2 + len(self.form.columns)
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if cell.value is not None and (cell.row > last_row or cell.column > last_column):
                    what = "stands outside the table, where nothing is read"
                    self.tell(sheet.title, cell.coordinate, what, cell.value, "nothing")

    def _missing(self, missing: list[Place]) -> None:
        """Blanks, those below one another told together."""
        columns: dict[tuple[int, str], list[int]] = {}
        for place in missing:
            number, address = self.form.cell(place)
            name = address.rstrip("0123456789")
            columns.setdefault((number, name), []).append(int(address.removeprefix(name)))
        for (number, name), rows in columns.items():
            sheet = self.form.tables[number].name.of(self.language)
            for _, run in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
                ends = [row for _, row in run]
                span = f"{name}{ends[0]}" + (f":{name}{ends[-1]}" if len(ends) > 1 else "")
                self.tell(
                    sheet, span, "is blank, and does not follow from the other counts", None, f"{COUNT}; 0 for none"
                )

    def _edits(self) -> tuple[int, int]:
        tried, broken, told = 0, 0, set()
        for edit in edits_of(self.form):
            if all(place in self.counts for place in edit.terms):
                tried += 1
                if edit.is_broken(self.counts):
                    broken += 1
                    if edit.where not in told:  # the first says it best
                        told.add(edit.where)
                        self._broken(edit)
        return tried, broken

    def _broken(self, edit: Edit) -> None:
        number, address = self.form.cell(edit.where)
        seen = total(self.form, self.counts, edit.where)
        self.tell(self.form.tables[number].name.of(self.language), address, edit.rule,
                  None if seen is None else f"{seen:,}", edit.allowed(self.counts))  # fmt: skip

    def _sums(self) -> None:
        """A sum that was typed over has to be the sum."""
        for place in self.form.sums():
            number, address = self.form.cell(place)
            name = self.form.tables[number].name.of(self.language)
            if name not in self.book.sheetnames or (place.line == "check"):
                continue
            cell = self.book[name][address]
            formula, seen = cell.data_type == "f", cell.value
            if formula and _text(seen).replace(" ", "") == self.form.formula(place, self.language).replace(" ", ""):
                continue
            if formula:
                seen = self.values[name][address].value
            right = total(self.form, self.counts, place)
            if right is not None and (isinstance(seen, bool) or seen != right):
                what = "holds a formula that is not the template's" if formula else "is not the sum of its parts"
                self.tell(name, address, what, seen, f"{right:,}, as the template's formula gives")


def total(form: Form, counts: Mapping[Place, int], place: Place) -> int | None:
    """The count at a place, summed where the form sums; nothing where a part is unknown.

    Examples
    --------
    >>> from analysis.sources.returns_form import form_of
    >>> from analysis.study import open_study
    >>> form = form_of(open_study("suzhou-2003"))
    >>> total(form, {Place("all", "staff", "private", low): 7 for low, _ in form.bands}, Place("all", "staff", "private"))
    28
    """
    if not (addends := form.addends(place)):
        return counts.get(place)
    parts = [total(form, counts, part) for part in addends]
    return None if any(part is None for part in parts) else sum(part for part in parts if part is not None)


def _text(value: object) -> str:
    return " ".join(str("" if value is None else value).split())


def _fault(value: Any) -> str | None:
    """Why a value is no count."""
    if isinstance(value, str):
        if any(unit in value for unit in "万亿千百") or "thousand" in value.lower():
            return "is a number with a unit; counts are single enterprises or persons"
        return "is an error" if value.startswith("#") else "is text"
    if isinstance(value, bool):
        return "is a logical value"
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return "is a date"
    if value < 0:
        return "is negative"
    if value != value or value > MOST:
        return "is larger than any district's count"
    return None if float(value).is_integer() else "is not whole"
