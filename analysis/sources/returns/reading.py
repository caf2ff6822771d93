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
from analysis.quantities import Status
from analysis.sources.persons import screen
from analysis.sources.returns.contents import Contents, contents_of, tell_contents
from analysis.sources.returns.counts import read_table, tell_blanks, tell_broken, tell_sums, text_of_cell
from analysis.sources.returns.edits import Values, deduced
from analysis.sources.returns.form import Form, Place, Table, period_of
from analysis.sources.returns.template import (
    CODE,
    DISTRICT,
    FIRST_DEFINITION,
    ORIGIN,
    ORIGINS,
    PERIOD,
    Sheet,
    Template,
)
from analysis.sources.workbooks import opened
from analysis.study import Study

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_UNPACKED = 64 * 1024**2  # bytes; a return has about one hundredth of it


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
    def template(self) -> Template:
        """The template in the language whose sheets the workbook has more of."""
        both = (Template(self.study, self.form, "zh"), Template(self.study, self.form, "en"))
        return max(both, key=lambda one: sum(name in self.book.sheetnames for name in (one.cover, *one.tables)))

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """Every sheet of the template."""
        return self.template.sheets()

    @cached_property
    def values(self) -> Workbook:
        """The same workbook with the values that formulas had when it was saved; read when first asked for."""
        return opened(self.path, values=True, most_unpacked=_MOST_UNPACKED)

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that the workbook has, by the titles of their sheets."""
        return {title: table for title, table in self.template.tables.items() if title in self.book.sheetnames}

    def cell(self, place: Place) -> tuple[str, str]:
        """The title of the sheet a count stands on, and its cell there."""
        number, address = self.form.cell(place)
        return self.form.tables[number].name.of(self.template.language), address

    def person_in(self, text: str) -> str:
        """What of a person a text holds; nothing where it names a district, which may look like a name of a person."""
        return _person_in(text, self.study)

    def person_at(self, sheet: str, cell: str, text: str) -> str:
        """What of a person a cell holds: by its text, or as it stands to the right of a word such as 填表人."""
        contents = self.contents.sheets.get(sheet)
        before = contents.before.get(cell) if contents is not None else None
        if contents is not None and before is not None and screen.is_about_persons(contents.cells[before]):
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
        self._tell_sheets()
        district, status = "", Status.COUNTED
        if self.template.cover in self.book.sheetnames:
            district, status = _read_cover(self, self.book[self.template.cover])
        for title in self.tables:
            read_table(self, title)
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

    def _tell_sheets(self) -> None:
        """Tell sheets that are missing, added or hidden; counts on those that are missing cannot be used."""
        template, there = self.template, self.book.sheetnames
        wanted, every = (
            (template.cover, *template.tables),
            (template.cover, *template.tables, template.example, template.notes),
        )
        others = [other for other in there if other not in every]
        if file_name(self.path, self.study) != self.path.name:
            self.refuse("", constant("the file's name"), screen.PARTICULARS, "a name as the template's")
        for name in wanted:
            if name not in there:
                seen = said("{names}", names=tuple(map(self._title, others or there)))
                allowed = said("the template's sheets: {names}", names=wanted)
                self.tell("", "", said('has no sheet "{name}"', name=name), seen, allowed)
        for sheet in self.book.worksheets + self.book.chartsheets:
            if kind := self.person_in(sheet.title):
                self.refuse(sheet.title, constant("its name"), kind, "a name as the template's")
            if sheet.title in others:
                self.tell(sheet.title, "", "is no sheet of the template", None, said("only {names}", names=every))
            elif sheet.sheet_state != "visible" and sheet.title in wanted:
                self.tell(sheet.title, "", "is hidden", None, "a sheet that can be seen")
        self.unusable |= {place for place in self.form.inputs() if self.cell(place)[0] not in there}


def _read_cover(reading: Reading, sheet: Worksheet) -> tuple[str, Status]:
    """The district that a return gives, empty where that is not known, and the status of its counts."""
    period = str(period_of(reading.study))
    seen = text_of_cell(sheet[PERIOD].value)
    if plain(seen) != period:
        reading.tell(sheet.title, PERIOD, "is another period", seen, period)
    for row, definition in enumerate(reading.study.settings.returns.definitions, start=FIRST_DEFINITION):
        address, means = f"C{row}", definition.means.label.of(reading.template.language)
        seen = text_of_cell(sheet[address].value)
        if not seen:
            what = said("does not say how {what} are counted", what=definition.label)
            reading.tell(sheet.title, address, what, None, means)
        elif plain(seen) != plain(means):
            reading.tell(sheet.title, address, "is another definition", seen, means)
    return _district(reading, sheet), _origin(reading, sheet)


def _district(reading: Reading, sheet: Worksheet) -> str:
    """The district of the code, if its name is not another's."""
    districts, language = {row.id: row.label for row in reading.study.districts}, reading.template.language
    code, name = (text_of_cell(sheet[address].value) for address in (CODE, DISTRICT))
    if code not in districts:
        names = [f"{one} ({label.of(language)})" for one, label in districts.items()]
        reading.tell(sheet.title, CODE, "names no district of the study", code, one_of(names, seen=code, most=20))
        return ""
    if not name or plain(name) in {plain(districts[code].zh), plain(districts[code].en)}:
        return code
    what = said("is not the district whose code stands in {cell}", cell=CODE)
    allowed = said("{name}, as the code {code} says; or the code of the other", name=districts[code], code=code)
    reading.tell(sheet.title, DISTRICT, what, name, allowed)
    return ""


def _origin(reading: Reading, sheet: Worksheet) -> Status:
    words = {name: label.of(reading.template.language) for name, label in ORIGINS.items()}
    origin = text_of_cell(sheet[ORIGIN].value)
    if plain(origin) not in map(plain, words.values()):
        what, allowed = "does not say where the counts come from", one_of([*words.values()])
        reading.tell(sheet.title, ORIGIN, what, origin, allowed)
    return Status.SYNTHETIC if plain(origin) == plain(words["synthetic"]) else Status.COUNTED
