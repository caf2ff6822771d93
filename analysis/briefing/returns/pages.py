"""The pages of a return that hold no counts of the district's: cover, filled-in example, notes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.briefing.returns import words
from analysis.briefing.returns.look import Look, Role, finish, marked
from analysis.briefing.returns.tables import ranges_to_fill, write_names
from analysis.quantities import Label
from analysis.sources.returns.edits import total
from analysis.sources.returns.example import example_counts
from analysis.sources.returns.form import ALL, COVER, FIRST_COLUMN, FIRST_ROW, NOTES, ORIGINS, Form, Place, letters
from analysis.sources.returns.lines import band_label
from analysis.study import Study
from analysis.views.room import text_width
from analysis.views.wording import day_label

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NOTES_WIDTH = 84


def write_cover(sheet: Worksheet, study: Study, form: Form, look: Look, choices: dict[str, str]) -> None:
    """Whose return it is, its period and definitions, and how far it is filled in."""
    language, settings = look.language, study.settings
    period = settings.returns.period or settings.period
    look.write(sheet, "B2", settings.title.label.of(language), "title")
    look.write(sheet, "B3", words.TITLE.of(language), "lead")
    rows: list[tuple[str, Label, str | None]] = [
        ("5", words.PLACE, settings.place.label.of(language)),
        (COVER.district[1:], words.DISTRICT, None),
        (COVER.code[1:], words.CODE, None),
        (COVER.period[1:], words.PERIOD, str(period)),
        ("9", words.AS_OF, day_label(study.as_of).of(language)),
    ]
    for row, label, value in rows:
        look.write(sheet, f"B{row}", label.of(language), "label")
        look.write(sheet, f"C{row}", value, "value")
    look.write(sheet, f"B{COVER.origin[1:]}", words.ORIGIN.of(language), "label")
    look.write(sheet, COVER.origin, ORIGINS["counted"].of(language), "choice")
    look.write(sheet, f"D{COVER.origin[1:]}", words.ORIGIN_HINT.of(language), "note")
    _choose(sheet, COVER.origin, choices["origin"])
    last = COVER.first_definition - 1
    if settings.returns.definitions:
        look.write(sheet, f"B{COVER.first_definition - 2}", words.DEFINITIONS.of(language), "lead")
    for position, definition in enumerate(settings.returns.definitions):
        address = COVER.definition(position)
        last = int(address[1:])
        look.write(
            sheet, f"B{last}", definition.label.of(language)[:1].upper() + definition.label.of(language)[1:], "label"
        )
        look.write(sheet, address, None, "choice")
        look.write(sheet, f"D{last}", words.ORIGIN_HINT.of(language), "note")
        texts = [definition.means, *definition.others]
        longest = max(text_width(text.label.of(language)) for text in texts)
        sheet.row_dimensions[last].height = 18 * max(math.ceil(longest / 50), 1) + 4
        _choose(sheet, address, choices[definition.id])
    _progress(sheet, form, look, last + 2)
    for column, width in (("A", 2.5), ("B", 26), ("C", 56), ("D", 34)):
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[2].height = 30
    for height_row in range(5, COVER.first_definition - 3):
        sheet.row_dimensions[height_row].height = 22
    finish(sheet, orientation="landscape", footer=words.TITLE.of(language))


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
    look.write(sheet, f"B{row}", words.STATE.of(language), "lead")
    sheet.row_dimensions[row].height = 20
    for line_row, label, parts in ((row + 1, words.BLANK, blank), (row + 2, words.WRONG, wrong)):
        look.write(sheet, f"B{line_row}", label.of(language), "label")
        look.formula(sheet, f"C{line_row}", "=" + "+".join(parts), "value")
        sheet.row_dimensions[line_row].height = 22
        marked(sheet, f"C{line_row}", f"C{line_row}<>0")
        marked(sheet, f"C{line_row}", f"C{line_row}=0", wrong=False)
    look.write(sheet, f"D{row + 1}", words.STATE_HINT.of(language), "note")


def write_example(sheet: Worksheet, form: Form, look: Look) -> None:
    """The tables of one category, filled in with made-up numbers that keep every rule."""
    language = look.language
    first = replace(form, categories=form.categories[:1], tables=form.tables[:2])
    counts = example_counts(first)
    label = form.categories[0][1].of(language)
    look.write(sheet, "A1", words.EXAMPLE_TITLE.of(language), "title")
    look.write(sheet, "A2", words.EXAMPLE_LEAD.of(language).format(category=label), "note")
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[2].height = 27
    sheet.merge_cells(f"A2:{letters(FIRST_COLUMN + len(first.columns) - 1)}2")
    down = 0
    for table in first.tables:
        head = FIRST_ROW - 3 + down
        look.write(sheet, f"A{head}", table.title.of(language), "lead")
        write_names(sheet, first, table, look, down=down)
        for position, line in enumerate(table.lines):
            for number, column in enumerate(first.columns):
                place = Place(table.group, line.key, *column)
                value = 0 if line.less else total(first, counts, place)
                role: Role = "check" if line.less else "sum" if line.parts or column[1] == ALL else "shown"
                look.write(sheet, f"{letters(FIRST_COLUMN + number)}{FIRST_ROW + position + down}", value, role)
        down += len(table.lines) + 4
    finish(sheet, orientation="portrait", footer=words.EXAMPLE_TITLE.of(language))


def write_notes(sheet: Worksheet, study: Study, form: Form, look: Look) -> dict[str, str]:
    """How the return is filled in; and, below, the choices of the drop-down lists, whose areas are returned by name."""
    language, settings = look.language, study.settings
    named = {
        "place": settings.place.label.of(language),
        "period": settings.returns.period or settings.period,
        "least": form.full_members[-1],
    }
    look.write(sheet, "A1", words.NOTES_TITLE.of(language), "title")
    sheet.row_dimensions[1].height = 28
    row = 3
    for head, texts in words.NOTES:
        look.write(sheet, f"A{row}", head.of(language), "label")
        row += 1
        for text in texts:
            row = _paragraph(sheet, look, row, text.of(language).format(**named))
        row += 1
    comma = Label("、", ", ").of(language)
    limits = {"edges": comma.join(map(str, form.edges)), "full": comma.join(map(str, form.full_members))}
    row = _paragraph(sheet, look, row, words.EXACT.of(language).format(**limits))
    bands = comma.join(band_label(*band).of(language) for band in form.bands)
    row = _paragraph(sheet, look, row, Label(f"职工分组：{bands}。", f"Bands of staff: {bands}.").of(language)) + 1
    look.write(sheet, f"A{row}", words.CHOICES.of(language), "label")
    lists = {"origin": [label.of(language) for label in ORIGINS.values()]}
    lists |= {
        row.id: [text.label.of(language) for text in (row.means, *row.others)] for row in settings.returns.definitions
    }
    areas = {}
    row += 1
    for name, entries in lists.items():
        start = row
        for entry in entries:
            row = _paragraph(sheet, look, row, entry)
        areas[name] = f"'{NOTES.of(language)}'!$A${start}:$A${row - 1}"
        row += 1
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    finish(sheet, orientation="portrait", footer=words.NOTES_TITLE.of(language))
    return areas


def _paragraph(sheet: Worksheet, look: Look, row: int, text: str) -> int:
    look.write(sheet, f"A{row}", text, "text")
    letter = 1.05 if look.language == "zh" else 0.82  # of the width of a digit in the face that widths are given in
    sheet.row_dimensions[row].height = 15 * math.ceil(text_width(text) * letter / _NOTES_WIDTH) + 4
    return row + 1
