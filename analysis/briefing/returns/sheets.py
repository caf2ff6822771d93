"""The sheets of a return: what stands in each cell, what may be typed there, and what turns red."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.briefing.returns.look import Look, checked, finish, marked
from analysis.quantities import Label
from analysis.sources.returns.edits import MOST
from analysis.sources.returns.form import FIRST_COLUMN, FIRST_ROW, Form, Line, Place, Table, letters
from analysis.sources.returns.template import FIRST_DEFINITION, ORIGIN, Template
from analysis.views.room import text_width

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WRONG = Label("请填写整数", "A whole number, please")
_ALLOWED = Label("允许：0 至 {most}", "Allowed: 0 to {most}")
_FITS = Label("须与本列企业数和职工分组相符。", "It has to fit the enterprises of this column and their band of staff.")
_INNER = Label("不得大于上一级的数。", "At most the count that it is part of.")
_NOTES_WIDTH = 84


def write_sheets(book: Workbook, template: Template) -> None:
    """The template of a return into a new workbook."""
    look = Look(book, template.language)
    sheets = template.sheets()
    book.worksheets[0].title = template.cover
    for title in [*sheets][1:]:
        book.create_sheet(title)
    for title in (template.notes, template.cover, *template.tables, template.example):
        for address, cell in sheets[title].items():
            look.write(book[title], address, cell)
    _notes(
        book[template.notes],
        template,
        [int(at[1:]) for at, one in sheets[template.notes].items() if one.role == "text"],
    )
    _cover(book[template.cover], template)
    for number, (title, table) in enumerate(template.tables.items()):
        _table(book[title], template, number, table)
    _example(book[template.example], template)
    book.calculation.fullCalcOnLoad = True  # formulas are written without their values


def _cover(sheet: Worksheet, template: Template) -> None:
    """The drop-down lists, and how far the return is filled in."""
    definitions = template.study.settings.returns.definitions
    addresses = {definition.id: f"C{row}" for row, definition in enumerate(definitions, start=FIRST_DEFINITION)}
    for name, (first, entries) in template.lists().items():
        address = addresses.get(name, ORIGIN)
        _valid(sheet, address, "list", f"'{template.notes}'!$A${first}:$A${first + len(entries) - 1}")
        if name in addresses:
            longest = max(map(text_width, entries))
            sheet.row_dimensions[int(address[1:])].height = 18 * max(math.ceil(longest / 50), 1) + 4
    state = FIRST_DEFINITION + len(definitions) + 1
    for row, height in ((state, 20), (state + 1, 22), (state + 2, 22), (2, 30), *((row, 22) for row in range(5, 11))):
        sheet.row_dimensions[row].height = height
    for row in (state + 1, state + 2):
        checked(sheet, f"C{row}", f"C{row}")
    for column, width in (("A", 2.5), ("B", 26), ("C", 56), ("D", 34)):
        sheet.column_dimensions[column].width = width
    finish(sheet, orientation="landscape", footer=template.word("title"))


def _table(sheet: Worksheet, template: Template, number: int, table: Table) -> None:
    """The heights, checks and allowed counts of one table."""
    form, language = template.form, template.language
    end = FIRST_ROW + len(table.lines)
    for row, height in ((1, 26), (2, 18), (3, 20), *((row, 24) for row in range(FIRST_ROW, end))):
        sheet.row_dimensions[row].height = height
    _lay_out(sheet, template, form)
    first = letters(FIRST_COLUMN)
    for row, line in enumerate(table.lines, start=FIRST_ROW):
        area = f"{first}{row}:{form.last}{row}"
        if line.less:
            checked(sheet, area, f"{first}{row}")
        elif line.key.startswith("full_members."):
            members = form.cell(Place(table.group, line.within[0], *form.columns[0]))[1]
            marked(sheet, area, f"{first}{row}>{members}")
    for row, line in enumerate(table.lines, start=FIRST_ROW):
        if line.is_filled_in:
            _allow(sheet, template, number, line, row)
    sheet.freeze_panes = f"{first}{FIRST_ROW}"
    finish(sheet, orientation="landscape", footer=template.study.settings.title.label.of(language))
    sheet.print_area = f"A1:{form.last}{end - 1}"


def _lay_out(sheet: Worksheet, template: Template, form: Form, *, down: int = 0) -> None:
    """The widths of a table's columns and the heights of its head, so many rows further down."""
    head, band = FIRST_ROW - 2 + down, FIRST_ROW - 1 + down
    wide = len(form.bands) + 1
    for start in range(FIRST_COLUMN, FIRST_COLUMN + wide * len(form.categories), wide):
        sheet.merge_cells(start_row=head, end_row=head, start_column=start, end_column=start + wide - 1)
    sheet.column_dimensions["A"].width = 5.5
    sheet.column_dimensions["B"].width = 44 if template.language == "en" else 34
    for number in range(FIRST_COLUMN, FIRST_COLUMN + len(form.columns)):
        sheet.column_dimensions[letters(number)].width = 10.5
    sheet.row_dimensions[head].height = 22
    sheet.row_dimensions[band].height = 28


def _allow(sheet: Worksheet, template: Template, number: int, line: Line, row: int) -> None:
    """What may be typed in a line: staff that fit their band, at most the count that it is part of, or any count."""
    form, language = template.form, template.language
    group = form.tables[number].group
    enterprises = next(one for one in form.tables if one.group == group).name.of(language)
    for category, _ in form.categories:
        columns = [template.column(category, low) for low, _ in form.bands]
        area = f"{columns[0]}{row}:{columns[-1]}{row}"
        if line.key == "staff":
            for column, (low, high) in zip(columns, form.bands, strict=True):
                total = f"'{enterprises}'!{column}${FIRST_ROW}"
                _whole(sheet, template, f"{column}{row}", f"{low}*{total}", f"{high or MOST}*{total}", _FITS)
        elif line.within:
            wholes = [Place(group, whole, category, form.bands[0][0]) for whole in line.within]
            most = "+".join(form.address(whole, number, language) for whole in wholes)
            _whole(sheet, template, area, "0", most, _INNER)
        else:
            _whole(sheet, template, area, "0", str(MOST), _ALLOWED)


def _whole(sheet: Worksheet, template: Template, area: str, least: str, most: str, words: Label) -> None:
    """Let only whole numbers be typed between two, as formulas at the first cell."""
    _valid(sheet, area, "whole", least, most, words=words.of(template.language).format(most=f"{MOST:,}"),
           title=_WRONG.of(template.language))  # fmt: skip


def _valid(
    sheet: Worksheet, area: str, kind: str, one: str, other: str = "", *, words: str = "", title: str = ""
) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type=kind, formula1=one, allow_blank=kind != "list")
    if kind == "whole":
        rule.operator, rule.formula2, rule.errorStyle = "between", other, "stop"
        rule.errorTitle, rule.error = title, words
    rule.showErrorMessage = True
    rule.add(area)
    sheet.add_data_validation(rule)


def _example(sheet: Worksheet, template: Template) -> None:
    form = template.of_example()
    for _, down in template.tables_of_example():
        _lay_out(sheet, template, form, down=down)
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[2].height = 27
    sheet.merge_cells(f"A2:{form.last}2")
    finish(sheet, orientation="portrait", footer=template.word("example_title"))


def _notes(sheet: Worksheet, template: Template, rows: list[int]) -> None:
    letter = 1.05 if template.language == "zh" else 0.82  # of the width of a digit in the face that widths are given in
    for row in rows:
        lines = math.ceil(text_width(str(sheet[f"A{row}"].value)) * letter / _NOTES_WIDTH)
        sheet.row_dimensions[row].height = 15 * lines + 4
    sheet.row_dimensions[1].height = 28
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    finish(sheet, orientation="portrait", footer=template.word("notes_title"))
