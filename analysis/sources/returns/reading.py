"""One return, read from its workbook: its counts, and every fault with sheet, cell, value and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem
from analysis.quantities import Language, Status
from analysis.sources.persons.screen import shown
from analysis.sources.returns.counts import read_table
from analysis.sources.returns.cover import read_cover
from analysis.sources.returns.edits import Edit, Values, deduced, edits_of, total
from analysis.sources.returns.form import COVER, EXAMPLE, NOTES, Form, Place
from analysis.sources.returns.values import COUNT, text_of_cell
from analysis.sources.workbooks import opened
from analysis.study import Study

if TYPE_CHECKING:
    from openpyxl import Workbook

_MOST_UNPACKED = 64 * 1024**2  # bytes; a return has about one hundredth of it
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, eq=False)
class Return:
    """One district's return.

    Parameters
    ----------
    file
        The workbook's name.
    district
        The id it gives; empty where it gives none of the study's.
    status
        Counted, or synthetic where the workbook says that it is an example.
    counts
        What the district filled in, and what follows from it where a cell was left blank.
    deduced
        The blanks among them.
    missing, faulty
        How many cells are blank and cannot be told, and how many hold what cannot be used.
    edits, broken
        How many rules could be applied, and how many do not hold.
    problems
        Every fault, in the order of the sheets.
    """

    file: str
    district: str
    status: Status
    counts: Values
    deduced: frozenset[Place] = frozenset()
    missing: int = 0
    faulty: int = 0
    edits: int = 0
    broken: int = 0
    problems: tuple[Problem, ...] = ()


def read_return(path: Path, study: Study, form: Form) -> Return:
    """Read a district's workbook. It never fails: what cannot be used is told in `problems`."""
    try:
        book = opened(path, most_unpacked=_MOST_UNPACKED)
    except DataError as error:
        return Return(path.name, "", Status.COUNTED, {}, problems=error.problems)
    return Reading(path, study, form, book).found()


@dataclass(eq=False)
class Reading:
    """A workbook while it is read; faults gather in it."""

    path: Path
    study: Study
    form: Form
    book: Workbook
    problems: list[Problem] = field(default_factory=list)
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

    def tell(self, sheet: str, cell: str, what: str, seen: object = None, allowed: str = "") -> None:
        """Note a fault."""
        place = ", ".join(part for part in (self.path.name, sheet, cell) if part)
        self.problems.append(Problem(place, what, None if seen is None else shown(str(seen)), allowed))

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
        self._missing(missing)
        self.counts |= follows
        edits, broken = self._edits()
        self._sums()
        return Return(
            self.path.name, district, status, self.counts, frozenset(follows), len(missing), len(self.unusable), edits,
            broken, tuple(self.problems),
        )  # fmt: skip

    def _sheets(self) -> set[str]:
        wanted, extra = self.names(self.language), (EXAMPLE.of(self.language), NOTES.of(self.language))
        for name in wanted:
            if name not in self.book.sheetnames:
                others = [other for other in self.book.sheetnames if other not in (*wanted, *extra)]
                seen = ", ".join(others) or ", ".join(self.book.sheetnames)
                self.tell("", "", f'has no sheet "{name}"', seen, f"the template's sheets: {', '.join(wanted)}")
        for sheet in self.book.worksheets + self.book.chartsheets:
            if sheet.title not in (*wanted, *extra):
                self.tell(sheet.title, "", "is no sheet of the template", None, f"only {', '.join((*wanted, *extra))}")
            elif sheet.sheet_state != "visible" and sheet.title in wanted:
                self.tell(sheet.title, "", "is hidden", sheet.sheet_state, "a sheet that can be seen")
        unread = [table for table in self.form.tables if table.name.of(self.language) not in self.book.sheetnames]
        self.unusable |= {place for place in self.form.inputs() if self.form.tables[self.form.cell(place)[0]] in unread}
        return {name for name in wanted if name in self.book.sheetnames}

    def _missing(self, missing: list[Place]) -> None:
        """Blanks, those below one another told together."""
        columns: dict[tuple[int, str], list[int]] = {}
        for place in missing:
            number, address = self.form.cell(place)
            name = address.rstrip("0123456789")
            columns.setdefault((number, name), []).append(int(address.removeprefix(name)))
        for (number, name), rows in columns.items():
            sheet = self.form.tables[number].name.of(self.language)
            for _, run in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
                ends = [row for _, row in run]
                span = f"{name}{ends[0]}" + (f":{name}{ends[-1]}" if len(ends) > 1 else "")
                self.tell(
                    sheet, span, "is blank, and does not follow from the other counts", None, f"{COUNT}; 0 for none"
                )

    def _edits(self) -> tuple[int, int]:
        tried, broken, told = 0, 0, set()
        for edit in edits_of(self.form):
            if all(place in self.counts for place in edit.terms):
                tried += 1
                if edit.is_broken(self.counts):
                    broken += 1
                    if edit.where not in told:  # the first says it best
                        told.add(edit.where)
                        self._broken(edit)
        return tried, broken

    def _broken(self, edit: Edit) -> None:
        number, address = self.form.cell(edit.where)
        seen = total(self.form, self.counts, edit.where)
        self.tell(self.form.tables[number].name.of(self.language), address, edit.rule,
                  None if seen is None else f"{seen:,}", edit.allowed(self.counts))  # fmt: skip

    def _sums(self) -> None:
        """A sum that was typed over has to be the sum."""
        for place in self.form.sums():
            number, address = self.form.cell(place)
            name = self.form.tables[number].name.of(self.language)
            if name not in self.book.sheetnames or (place.line == "check"):
                continue
            cell = self.book[name][address]
            formula, seen = cell.data_type == "f", cell.value
            if formula and text_of_cell(seen).replace(" ", "") == self.form.formula(place, self.language).replace(
                " ", ""
            ):
                continue
            if formula:
                seen = self.values[name][address].value
            right = total(self.form, self.counts, place)
            if right is not None and (isinstance(seen, bool) or seen != right):
                what = "holds a formula that is not the template's" if formula else "is not the sum of its parts"
                self.tell(name, address, what, seen, f"{right:,}, as the template's formula gives")
