"""The pages of a return that hold no counts of the district's: cover, filled-in example, notes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.briefing.returns.look import Look, finish, marked
from analysis.briefing.returns.tables import lay_out, ranges_to_fill
from analysis.sources.returns.form import COVER, FIRST_COLUMN, FIRST_ROW, NOTES, Form, letters
from analysis.sources.returns.template import cover_texts, example_texts, notes_texts, of_example, tables_of_example
from analysis.sources.returns.words import word
from analysis.study import Study
from analysis.views.room import text_width

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NOTES_WIDTH = 84


def write_cover(sheet: Worksheet, study: Study, form: Form, look: Look, choices: dict[str, str]) -> None:
    """Whose return it is, its period and definitions, and how far it is filled in."""
    look.write_all(sheet, cover_texts(study, look.language))
    definitions = study.settings.returns.definitions
    _choose(sheet, COVER.origin, choices["origin"])
    for position, definition in enumerate(definitions):
        address = COVER.definition(position)
        texts = [definition.means, *definition.others]
        longest = max(text_width(text.label.of(look.language)) for text in texts)
        sheet.row_dimensions[int(address[1:])].height = 18 * max(math.ceil(longest / 50), 1) + 4
        _choose(sheet, address, choices[definition.id])
    _progress(sheet, form, look, COVER.progress(len(definitions)))
    for column, width in (("A", 2.5), ("B", 26), ("C", 56), ("D", 34)):
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[2].height = 30
    for height_row in range(5, COVER.first_definition - 3):
        sheet.row_dimensions[height_row].height = 22
    finish(sheet, orientation="landscape", footer=word("title", look.language))


def _choose(sheet: Worksheet, address: str, source: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=source, allow_blank=False)
    rule.showErrorMessage = True
    rule.add(address)
    sheet.add_data_validation(rule)


def _progress(sheet: Worksheet, form: Form, look: Look, row: int) -> None:
    """How many cells are blank and how many checks fail, by formulas over all tables."""
    language = look.language
    blank, wrong = [], []
    for table in form.tables:
        name = table.name.of(language)
        blank += [f"COUNTBLANK('{name}'!{area})" for area in ranges_to_fill(form, table)]
        for position, line in enumerate(table.lines):
            if line.less:
                at, last = FIRST_ROW + position, letters(FIRST_COLUMN + len(form.columns) - 1)
                wrong.append(f"COUNTIF('{name}'!{letters(FIRST_COLUMN)}{at}:{last}{at},\"<>0\")")
    sheet.row_dimensions[row].height = 20
    for line_row, parts in ((row + 1, blank), (row + 2, wrong)):
        look.formula(sheet, f"C{line_row}", "=" + "+".join(parts), "value")
        sheet.row_dimensions[line_row].height = 22
        marked(sheet, f"C{line_row}", f"C{line_row}<>0")
        marked(sheet, f"C{line_row}", f"C{line_row}=0", wrong=False)


def write_example(sheet: Worksheet, form: Form, look: Look) -> None:
    """The tables of one category, filled in with made-up numbers that keep every rule."""
    look.write_all(sheet, example_texts(form, look.language))
    first = of_example(form)
    for _, down in tables_of_example(first):
        lay_out(sheet, first, look, down=down)
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[2].height = 27
    sheet.merge_cells(f"A2:{letters(FIRST_COLUMN + len(first.columns) - 1)}2")
    finish(sheet, orientation="portrait", footer=word("example_title", look.language))


def write_notes(sheet: Worksheet, study: Study, form: Form, look: Look) -> dict[str, str]:
    """How the return is filled in; and, below, the choices of the drop-down lists, whose areas are returned by name."""
    texts, lists = notes_texts(study, form, look.language)
    look.write_all(sheet, texts)
    letter = 1.05 if look.language == "zh" else 0.82  # of the width of a digit in the face that widths are given in
    for address, (text, role, _) in texts.items():
        if role == "text":
            lines = math.ceil(text_width(str(text)) * letter / _NOTES_WIDTH)
            sheet.row_dimensions[int(address[1:])].height = 15 * lines + 4
    sheet.row_dimensions[1].height = 28
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    finish(sheet, orientation="portrait", footer=word("notes_title", look.language))
    name = NOTES.of(look.language)
    return {key: f"'{name}'!$A${first}:$A${last}" for key, (first, last) in lists.items()}
