"""The workbooks that the districts fill in: written for all of them, or for none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.briefing.documents.archive import core_properties, packed, unpacked
from analysis.briefing.documents.excel_cells import saved
from analysis.briefing.folder import whole_folder
from analysis.briefing.returns.look import say
from analysis.briefing.returns.sheets import write_sheets
from analysis.errors import DataError, Problem
from analysis.quantities import Language, Status
from analysis.sources.returns.edits import Values
from analysis.sources.returns.form import form_of
from analysis.sources.returns.template import CODE, DISTRICT, FIRST_DEFINITION, ORIGIN, ORIGINS, Template
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
    return _written(folder, dict(books(study, language=language)))


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
    return _written(folder, dict(books(study, language=language, counts=counts, status=status)))


def books(
    study: Study,
    *,
    language: Language,
    counts: Mapping[str, Values] | None = None,
    status: Status = Status.COUNTED,
) -> Iterator[tuple[District, bytes]]:
    """Each district with its workbook; the same study gives the same bytes."""
    import openpyxl

    _refuse_too_little(study)
    template, book = Template(study, form_of(study), language), openpyxl.Workbook()
    write_sheets(book, template)
    for district in study.districts:
        name = district.label.of(language)
        say(book[template.cover][DISTRICT], name)
        say(book[template.cover][CODE], district.id)
        for title in template.tables:
            say(book[title]["A2"], template.heading(district.label))
        if counts is not None:
            _fill(book, template, counts.get(district.id, {}), status)
        parts = unpacked(saved(book))
        title = f"{template.word('title')} {name}"
        yield district, packed(parts | {"docProps/core.xml": core_properties(title, language)})


def _written(folder: Path, made: Mapping[District, bytes]) -> list[Path]:
    names = [f"{district.id}-{_plain(district.name_en)}.xlsx" for district in made]
    with whole_folder(folder) as work:
        for name, content in zip(names, made.values(), strict=True):
            (work / name).write_bytes(content)
    return [folder / name for name in names]


def _fill(book: Workbook, template: Template, counts: Values, status: Status) -> None:
    titles = [*template.tables]
    for place in template.form.inputs():
        number, address = template.form.cell(place)
        book[titles[number]][address].value = counts.get(place)
    cover, language = book[template.cover], template.language
    say(cover[ORIGIN], ORIGINS["counted" if status <= Status.DERIVED else "synthetic"].of(language))
    for row, definition in enumerate(template.study.settings.returns.definitions, start=FIRST_DEFINITION):
        say(cover[f"C{row}"], definition.means.label.of(language))


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
