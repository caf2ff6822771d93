"""The tables of a return as sheets: named lines and columns, cells to fill in, sums, and checks that turn red."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.briefing.returns.look import Look, finish, marked
from analysis.quantities import Label, Language
from analysis.sources.returns.edits import MOST
from analysis.sources.returns.form import ALL, FIRST_COLUMN, FIRST_ROW, Form, Place, letters
from analysis.sources.returns.lines import Table
from analysis.sources.returns.template import Role, table_texts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WRONG = Label("请填写整数", "A whole number, please")
_ALLOWED = Label("允许：0 至 {most}", "Allowed: 0 to {most}")
_FITS = Label("须与本列企业数和职工分组相符。", "It has to fit the enterprises of this column and their band of staff.")
_INNER = Label("不得大于上一级的数。", "At most the count that it is part of.")


def write_table(sheet: Worksheet, form: Form, table: Table, look: Look, *, footer: str) -> None:
    """One table, blank, with its formulas and checks."""
    language = look.language
    last = letters(FIRST_COLUMN + len(form.columns) - 1)
    look.write_all(sheet, table_texts(form, table, language))
    for row, height in ((1, 26), (2, 18), (3, 20)):
        sheet.row_dimensions[row].height = height
    lay_out(sheet, form, look)
    for line in table.lines:
        for column in form.columns:
            place = Place(table.group, line.key, *column)
            address = form.cell(place)[1]
            if form.addends(place):
                role: Role = "check" if line.less else "total" if column[1] == ALL else "sum"
                look.formula(sheet, address, form.formula(place, language), role)
            else:
                look.write(sheet, address, None, "input")
    for row in range(FIRST_ROW, FIRST_ROW + len(table.lines)):
        sheet.row_dimensions[row].height = 24
    _check(sheet, form, table)
    for rule in _rules(form, table, language):
        _validate(sheet, *rule, language)
    sheet.freeze_panes = f"{letters(FIRST_COLUMN)}{FIRST_ROW}"
    finish(sheet, orientation="landscape", footer=footer)
    sheet.print_area = f"A1:{last}{FIRST_ROW + len(table.lines) - 1}"


def lay_out(sheet: Worksheet, form: Form, look: Look, *, down: int = 0) -> None:
    """The widths of a table's columns and the heights of its head, so many rows further down."""
    head, band = FIRST_ROW - 2 + down, FIRST_ROW - 1 + down
    wide = len(form.bands) + 1
    for start in range(FIRST_COLUMN, FIRST_COLUMN + wide * len(form.categories), wide):
        sheet.merge_cells(start_row=head, end_row=head, start_column=start, end_column=start + wide - 1)
    sheet.column_dimensions["A"].width = 5.5
    sheet.column_dimensions["B"].width = 44 if look.language == "en" else 34
    for number in range(FIRST_COLUMN, FIRST_COLUMN + len(form.columns)):
        sheet.column_dimensions[letters(number)].width = 10.5
    sheet.row_dimensions[head].height = 22
    sheet.row_dimensions[band].height = 28


def ranges_to_fill(form: Form, table: Table) -> list[str]:
    """The areas of a table that are filled in."""
    keys = [position for position, line in enumerate(table.lines) if line.is_filled_in]
    areas = []
    for category, _ in form.categories:
        first, last = (_letter(form, table, category, form.bands[end][0]) for end in (0, -1))
        for _, run in groupby(enumerate(keys), key=lambda pair: pair[1] - pair[0]):
            rows = [FIRST_ROW + position for _, position in run]
            areas.append(f"{first}{rows[0]}:{last}{rows[-1]}")
    return areas


def _letter(form: Form, table: Table, category: str, band: int) -> str:
    return form.cell(Place(table.group, table.lines[0].key, category, band))[1].rstrip("0123456789")


def _check(sheet: Worksheet, form: Form, table: Table) -> None:
    rows = {line.key: FIRST_ROW + position for position, line in enumerate(table.lines)}
    first, last = letters(FIRST_COLUMN), letters(FIRST_COLUMN + len(form.columns) - 1)
    if "check" in rows:
        area = f"{first}{rows['check']}:{last}{rows['check']}"
        marked(sheet, area, f"{first}{rows['check']}<>0")
        marked(sheet, area, f"{first}{rows['check']}=0", wrong=False)
    for key in (key for key in rows if key.startswith("full_members.")):
        row, members = rows[key], rows[key.removeprefix("full_")]
        marked(sheet, f"{first}{row}:{last}{row}", f"{first}{row}>{first}{members}")


Rule = tuple[str, str, str, Label]


def _rules(form: Form, table: Table, language: Language) -> Iterator[Rule]:
    """Area, least and greatest (as formulas at its first cell), and the words, of what may be typed."""
    enterprises = next(one for one in form.tables if one.group == table.group).name.of(language)
    for position, line in enumerate(table.lines):
        row = FIRST_ROW + position
        if not line.is_filled_in:
            continue
        for category, _ in form.categories:
            columns = [_letter(form, table, category, low) for low, _ in form.bands]
            area = f"{columns[0]}{row}:{columns[-1]}{row}"
            if line.key == "staff":
                for column, (low, high) in zip(columns, form.bands, strict=True):
                    total = f"'{enterprises}'!{column}${FIRST_ROW}"
                    yield f"{column}{row}", f"{low}*{total}", f"{high or MOST}*{total}", _FITS
            elif (whole := _whole(form, table, line.key, category)) is not None:
                number, address = whole
                elsewhere = "" if form.tables[number] is table else f"'{form.tables[number].name.of(language)}'!"
                yield area, "0", "+".join(elsewhere + one for one in address), _INNER
            else:
                yield area, "0", str(MOST), _ALLOWED


def _whole(form: Form, table: Table, key: str, category: str) -> tuple[int, list[str]] | None:
    """What a line is part of: a table and the addresses that add up to it, in the category's first column."""
    if key in form.parts():
        wholes = ["enterprises"]
    elif key.startswith("full_members."):
        wholes = [key.removeprefix("full_")]
    elif key in ("joint_organisations", "five_good.independent"):
        which = "joint" if key == "joint_organisations" else "independent"
        wholes = [f"{instructor}.{which}" for instructor in ("yes", "no")]
    elif key == "five_good.joint":
        wholes = ["joint_organisations"]
    else:
        return None
    cells = [form.cell(Place(table.group, whole, category, form.bands[0][0])) for whole in wholes]
    return cells[0][0], [address for _, address in cells]


def _validate(sheet: Worksheet, area: str, least: str, most: str, words: Label, language: Language) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="whole", operator="between", formula1=least, formula2=most, allow_blank=True)
    rule.errorTitle, rule.error = _WRONG.of(language), words.of(language).format(most=f"{MOST:,}")
    rule.showErrorMessage, rule.errorStyle = True, "stop"
    rule.add(area)
    sheet.add_data_validation(rule)
