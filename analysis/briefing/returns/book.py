"""The workbooks that the districts fill in: written for all of them, or for none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.briefing.documents.archive import core_properties, packed, unpacked
from analysis.briefing.documents.excel_cells import saved
from analysis.briefing.folder import whole_folder
from analysis.briefing.returns.look import Look, say
from analysis.briefing.returns.pages import write_cover, write_example, write_notes
from analysis.briefing.returns.tables import write_table
from analysis.errors import DataError, Problem
from analysis.quantities import Language, Status
from analysis.sources.returns.edits import Values
from analysis.sources.returns.form import COVER, EXAMPLE, NOTES, ORIGINS, Form, form_of
from analysis.sources.returns.template import heading
from analysis.sources.returns.words import word
from analysis.study import Study
from analysis.study_models import District

if TYPE_CHECKING:
    from openpyxl import Workbook


def write_templates(study: Study, folder: Path, *, language: Language) -> list[Path]:
    """Write one workbook for each district of a study, to be filled in.

    Parameters
    ----------
    folder
        New or empty; it appears with all the workbooks or not at all.

    Returns
    -------
    list of Path
        The workbooks, in the order of the study's districts.

    Raises
    ------
    DataError
        When the study has no districts or no categories to ask about.
    OutputError
        When the folder cannot be written, or holds something.
    """
    return _written(study, folder, dict(books(study, language=language)))


def write_filled(
    study: Study,
    folder: Path,
    counts: Mapping[str, Values],
    *,
    status: Status,
    language: Language,
) -> list[Path]:
    """Write one workbook for each district, filled in with its counts.

    Parameters
    ----------
    counts
        By district: a count for each place of `form_of(study).inputs()`; a place that is left out stays blank.
    status
        What the workbooks say of their counts: synthetic ones are called so wherever they are read again.
    """
    return _written(study, folder, dict(books(study, language=language, counts=counts, status=status)))


def books(
    study: Study,
    *,
    language: Language,
    counts: Mapping[str, Values] | None = None,
    status: Status = Status.COUNTED,
) -> Iterator[tuple[District, bytes]]:
    """Each district with its workbook; the same study gives the same bytes."""
    _refuse_too_little(study)
    form = form_of(study)
    book = _blank(study, form, language)
    for district in study.districts:
        name = district.label.of(language)
        cover = book[COVER.name.of(language)]
        say(cover[COVER.district], name)
        say(cover[COVER.code], district.id)
        for table in form.tables:
            say(book[table.name.of(language)]["A2"], heading(study, name, language))
        if counts is not None:
            _fill(book, study, form, counts.get(district.id, {}), status, language)
        parts = unpacked(saved(book))
        title = f"{word('title', language)} {name}"
        yield district, packed(parts | {"docProps/core.xml": core_properties(title, language)})


def _written(study: Study, folder: Path, made: Mapping[District, bytes]) -> list[Path]:
    names = [f"{district.id}-{_plain(district.name_en)}.xlsx" for district in made]
    with whole_folder(folder) as work:
        for name, content in zip(names, made.values(), strict=True):
            (work / name).write_bytes(content)
    return [folder / name for name in names]


def _blank(study: Study, form: Form, language: Language) -> Workbook:
    import openpyxl

    book = openpyxl.Workbook()
    look = Look(book, language)
    cover = book.active
    assert cover is not None
    cover.title = COVER.name.of(language)
    sheets = [book.create_sheet(table.name.of(language)) for table in form.tables]
    example, notes = book.create_sheet(EXAMPLE.of(language)), book.create_sheet(NOTES.of(language))
    choices = write_notes(notes, study, form, look)
    write_cover(cover, study, form, look, choices)
    for sheet, table in zip(sheets, form.tables, strict=True):
        write_table(sheet, form, table, look, footer=study.settings.title.label.of(language))
    write_example(example, form, look)
    book.calculation.fullCalcOnLoad = True  # formulas are written without their values
    return book


def _fill(book: Workbook, study: Study, form: Form, counts: Values, status: Status, language: Language) -> None:
    for place in form.inputs():
        number, address = form.cell(place)
        book[form.tables[number].name.of(language)][address].value = counts.get(place)
    cover = book[COVER.name.of(language)]
    say(cover[COVER.origin], ORIGINS["counted" if status <= Status.DERIVED else "synthetic"].of(language))
    for position, definition in enumerate(study.settings.returns.definitions):
        say(cover[COVER.definition(position)], definition.means.label.of(language))


def _refuse_too_little(study: Study) -> None:
    problems = []
    if not study.districts:
        problems.append(
            Problem("districts.csv", "returns need the study's districts", allowed="a line for each district")
        )
    if not study.settings.categories:
        problems.append(Problem("study.toml, categories", "returns need at least one category of enterprise"))
    if study.settings.as_of is None:
        problems.append(
            Problem("study.toml, as_of", "returns need the day of which they are", allowed="a date, as 2003-12-31")
        )
    if problems:
        raise DataError(problems)


def _plain(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-") or "district"
