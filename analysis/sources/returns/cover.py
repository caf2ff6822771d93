"""The first sheet of a return: whose it is, of which period, and by which definitions it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.cell_text import plain
from analysis.errors import one_of
from analysis.messages import said
from analysis.quantities import Status
from analysis.sources.returns.form import COVER, ORIGINS
from analysis.sources.returns.values import text_of_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from analysis.sources.returns.reading import Reading


def read_cover(reading: Reading, sheet: Worksheet) -> tuple[str, Status]:
    """The district that a return gives, empty where that is not known, and the status of its counts."""
    settings, language = reading.study.settings, reading.language
    period = settings.returns.period or settings.period
    seen = text_of_cell(sheet[COVER.period].value)
    if plain(seen) != str(period):
        reading.tell(sheet.title, COVER.period, "is another period", seen, str(period))
    for position, definition in enumerate(settings.returns.definitions):
        address, means = COVER.definition(position), definition.means.label.of(language)
        seen = text_of_cell(sheet[address].value)
        if not seen:
            reading.tell(
                sheet.title, address, said("does not say how {what} are counted", what=definition.label), None, means
            )
        elif plain(seen) != plain(means):
            reading.tell(sheet.title, address, "is another definition", seen, means)
    return _district(reading, sheet), _status(reading, sheet)


def _district(reading: Reading, sheet: Worksheet) -> str:
    """The district of the code, if its name is not another's."""
    districts = {row.id: row.label for row in reading.study.districts}
    code, name = (text_of_cell(sheet[address].value) for address in (COVER.code, COVER.district))
    if code not in districts:
        names = [f"{one} ({label.of(reading.language)})" for one, label in districts.items()]
        reading.tell(sheet.title, COVER.code, "names no district of the study", code, one_of(names, seen=code, most=20))
        return ""
    if not name or plain(name) in {plain(districts[code].zh), plain(districts[code].en)}:
        return code
    what = said("is not the district whose code stands in {cell}", cell=COVER.code)
    allowed = said("{name}, as the code {code} says; or the code of the other", name=districts[code], code=code)
    reading.tell(sheet.title, COVER.district, what, name, allowed)
    return ""


def _status(reading: Reading, sheet: Worksheet) -> Status:
    origins = {plain(label.of(reading.language)): name for name, label in ORIGINS.items()}
    origin = text_of_cell(sheet[COVER.origin].value)
    if plain(origin) not in origins:
        allowed = one_of([label.of(reading.language) for label in ORIGINS.values()])
        reading.tell(sheet.title, COVER.origin, "does not say where the counts come from", origin, allowed)
    return Status.SYNTHETIC if origins.get(plain(origin)) == "synthetic" else Status.COUNTED
