"""One return, read from its workbook: its counts, and every fault with sheet, cell, value and what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.cell_text import flat, plain
from analysis.errors import DataError, Problem, one_of
from analysis.messages import Said, constant, joined, said
from analysis.quantities import Language, Status
from analysis.sources.persons import screen
from analysis.sources.returns.contents import Contents, contents_of, tell_contents
from analysis.sources.returns.counts import read_table, tell_blanks, tell_broken, tell_sums, text_of_cell
from analysis.sources.returns.edits import Values, deduced
from analysis.sources.returns.form import COVER, EXAMPLE, NOTES, ORIGINS, Form, Place, period_of
from analysis.sources.workbooks import opened
from analysis.study import Study

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_UNPACKED = 64 * 1024**2  # bytes; a return has about one hundredth of it
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, eq=False)
class Return:
    """One district's return."""

    file: str  # the workbook's name, as it may be shown
    district: str  # the id it gives; empty where it gives none of the study's, or one and another's name
    status: Status  # counted, or synthetic where the workbook says that it is an example
    counts: Values  # what the district filled in, and what follows from it where a cell was left blank
    deduced: frozenset[Place] = frozenset()  # the blanks among them
    missing: int = 0  # cells that are blank and cannot be told
    faulty: int = 0  # cells that hold what cannot be used
    edits: int = 0  # rules that could be applied
    broken: int = 0
    problems: tuple[Problem, ...] = ()  # every fault, in the order of the sheets
    remarks: tuple[Problem, ...] = ()  # explanations and comments: no faults, and nothing is counted from them
    holds_persons: bool = False


def read_return(path: Path, study: Study, form: Form) -> Return:
    """Read a district's workbook. It never fails: what cannot be used is told in `problems`."""
    try:
        book = opened(path, most_unpacked=_MOST_UNPACKED)
        contents = contents_of(path, most_unpacked=_MOST_UNPACKED)
    except DataError as error:
        name = file_name(path, study)
        return Return(name, "", Status.COUNTED, {}, problems=tuple(replace(one, where=name) for one in error.problems))
    return Reading(path, study, form, book, contents).found()


def file_name(path: Path, study: Study) -> str:
    """The name of a return's file as a message may show it."""
    parts = re.split(r"([-_ .,，、（）()]+)", path.stem)
    told = "".join("…" if _person_in(part, study) else part for part in parts)
    return ("…" if screen.kind_of(told) else told) + path.suffix


def _person_in(text: str, study: Study) -> str:
    return "" if _is_place(text, study) else screen.person_in(text)


def _is_place(text: str, study: Study) -> bool:
    told = flat(text)
    return told != "" and any(told in row.name_zh or told == row.name_en for row in study.districts)


@dataclass(eq=False)
class Reading:
    """A workbook while it is read; faults gather in it."""

    path: Path
    study: Study
    form: Form
    book: Workbook
    contents: Contents
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    persons: bool = False
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

    def cell(self, place: Place) -> tuple[str, str]:
        """The title of the sheet a count stands on, and its cell there."""
        number, address = self.form.cell(place)
        return self.form.tables[number].name.of(self.language), address

    def person_in(self, text: str) -> str:
        """What of a person a text holds; nothing where it names a district, which may look like a name of a person."""
        return _person_in(text, self.study)

    def person_at(self, sheet: str, cell: str, text: str) -> str:
        """What of a person a cell holds: by its text, or as it stands to the right of a word such as 填表人."""
        contents = self.contents.sheets.get(sheet)
        if (
            contents is not None
            and cell in contents.before
            and screen.is_about_persons(contents.cells[contents.before[cell]])
        ):
            return screen.PARTICULARS
        return self.person_in(text)

    def tell(self, sheet: str, cell: str, what: str, seen: str | None = None, allowed: str = "") -> None:
        """Note a fault; whatever was seen is shown only if it does not belong to a person."""
        self.persons |= seen is not None and bool(self.person_at(sheet, cell, seen))
        self.problems.append(Problem(self._place(sheet, cell), what, self._shown(sheet, cell, seen), allowed))

    def refuse(self, sheet: str, cell: str, kind: str, allowed: str) -> None:
        """Note that something belongs to a person, and what kind of thing, without showing it."""
        self.persons = True
        self.problems.append(Problem(self._place(sheet, cell), said("holds {kind}", kind=kind), None, allowed))

    def remark(self, sheet: str, cell: str, what: str, seen: str) -> None:
        """Note what is no fault and not used, which a reader should know."""
        self.remarks.append(Problem(self._place(sheet, cell), what, self._shown(sheet, cell, seen)))

    def _place(self, sheet: str, cell: str) -> str:
        return joined(filter(None, [file_name(self.path, self.study), self._title(sheet), cell]), ", ")

    def _title(self, sheet: str) -> str:
        if not self.person_in(sheet):
            return sheet
        return said("sheet {number}", number=self.book.sheetnames.index(sheet) + 1)

    def _shown(self, sheet: str, cell: str, seen: str | None) -> str | None:
        if not seen or isinstance(seen, Said) or _is_place(seen, self.study):
            return seen
        kind = self.person_at(sheet, cell, seen)
        return said("({kind}, not shown)", kind=kind) if kind else screen.shown(seen)

    def found(self) -> Return:
        """The return."""
        there = self._sheets()
        district, status = "", Status.COUNTED
        if COVER.name.of(self.language) in there:
            district, status = read_cover(self, self.book[COVER.name.of(self.language)])
        for table in self.form.tables:
            if table.name.of(self.language) in there:
                read_table(self, table)
        follows = deduced(self.form, self.counts, skip=frozenset(self.unusable))
        missing = [place for place in self.blank if place not in follows]
        tell_blanks(self, missing)
        self.counts |= follows
        edits, broken = tell_broken(self)
        tell_sums(self)
        tell_contents(self, district)
        return Return(
            file_name(self.path, self.study), district, status, self.counts, frozenset(follows), len(missing),
            len(self.unusable), edits, broken, tuple(self.problems), tuple(self.remarks), self.persons,
        )  # fmt: skip

    def _sheets(self) -> set[str]:
        wanted, extra = self.names(self.language), (EXAMPLE.of(self.language), NOTES.of(self.language))
        others = [other for other in self.book.sheetnames if other not in (*wanted, *extra)]
        if file_name(self.path, self.study) != self.path.name:
            self.refuse("", constant("the file's name"), screen.PARTICULARS, "a name as the template's")
        for name in wanted:
            if name not in self.book.sheetnames:
                seen = said("{names}", names=tuple(map(self._title, others or self.book.sheetnames)))
                allowed = said("the template's sheets: {names}", names=tuple(wanted))
                self.tell("", "", said('has no sheet "{name}"', name=name), seen, allowed)
        for sheet in self.book.worksheets + self.book.chartsheets:
            if kind := self.person_in(sheet.title):
                self.refuse(sheet.title, constant("its name"), kind, "a name as the template's")
            if sheet.title in others:
                allowed = said("only {names}", names=(*wanted, *extra))
                self.tell(sheet.title, "", "is no sheet of the template", None, allowed)
            elif sheet.sheet_state != "visible" and sheet.title in wanted:
                self.tell(sheet.title, "", "is hidden", None, "a sheet that can be seen")
        unread = [table for table in self.form.tables if table.name.of(self.language) not in self.book.sheetnames]
        self.unusable |= {place for place in self.form.inputs() if self.form.table(place) in unread}
        return {name for name in wanted if name in self.book.sheetnames}


def read_cover(reading: Reading, sheet: Worksheet) -> tuple[str, Status]:
    """The district that a return gives, empty where that is not known, and the status of its counts."""
    settings, language = reading.study.settings, reading.language
    period = period_of(reading.study)
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
    return _district(reading, sheet), _origin(reading, sheet)


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


def _origin(reading: Reading, sheet: Worksheet) -> Status:
    origins = {plain(label.of(reading.language)): name for name, label in ORIGINS.items()}
    origin = text_of_cell(sheet[COVER.origin].value)
    if plain(origin) not in origins:
        allowed = one_of([label.of(reading.language) for label in ORIGINS.values()])
        reading.tell(sheet.title, COVER.origin, "does not say where the counts come from", origin, allowed)
    return Status.SYNTHETIC if origins.get(plain(origin)) == "synthetic" else Status.COUNTED
