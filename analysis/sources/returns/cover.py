"""The first sheet of a return: whose it is, of which period, and by which definitions it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import one_of
from analysis.quantities import Status
from analysis.sources.returns.form import COVER, ORIGINS
from analysis.sources.returns.values import text_of_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from analysis.sources.returns.reading import Reading


def read_cover(reading: Reading, sheet: Worksheet) -> tuple[str, Status]:
    """The district that a return gives, empty where it is none of the study's, and the status of its counts."""
    settings, language = reading.study.settings, reading.language
    period = settings.returns.period or settings.period
    if text_of_cell(sheet[COVER.period].value) != str(period):
        reading.tell(sheet.title, COVER.period, "is another period", sheet[COVER.period].value, str(period))
    for position, definition in enumerate(settings.returns.definitions):
        cell, means = sheet[COVER.definition(position)], definition.means.label.of(language)
        if text_of_cell(cell.value) != text_of_cell(means):
            what = f"does not say how {definition.en} are counted" if cell.value is None else "is another definition"
            reading.tell(sheet.title, cell.coordinate, what, cell.value, means)
    return _district(reading, sheet), _status(reading, sheet)


def _district(reading: Reading, sheet: Worksheet) -> str:
    districts = {row.id: row.label.of(reading.language) for row in reading.study.districts}
    given = text_of_cell(sheet[COVER.code].value)
    if given in districts:
        return given
    allowed = one_of([f"{name} ({label})" for name, label in districts.items()], seen=given, most=20)
    reading.tell(sheet.title, COVER.code, "names no district of the study", given, allowed)
    return ""


def _status(reading: Reading, sheet: Worksheet) -> Status:
    origins = {label.of(reading.language): name for name, label in ORIGINS.items()}
    origin = text_of_cell(sheet[COVER.origin].value)
    if origin not in origins:
        allowed = one_of(list(origins))
        reading.tell(sheet.title, COVER.origin, "does not say where the counts come from", origin, allowed)
    return Status.SYNTHETIC if origins.get(origin) == "synthetic" else Status.COUNTED
