"""What a district fills in: the lines, columns and cells of a return, as a study's categories, bands and bases ask.

Every enterprise is counted once: at its category, its band of staff, with or without an instructor, by its
organisation, by its members. So a return can be read as cells, and any question at its thresholds has one answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

from analysis.quantities import Label, Language
from analysis.sources.returns.lines import INSTRUCTORS, ORGANISATIONS, Line, Table, band_label, classes_of, tables_of
from analysis.study import Study

FIRST_ROW, FIRST_COLUMN = 6, 3  # of the counts, on every table's sheet
SUM = Label("合计", "Sum")
ALL = -1  # the band of a sum over bands

_STAFF = (25, 50, 100)
_THRESHOLD = re.compile(r"staff>=(\d+)")


class Place(NamedTuple):
    """Where a count stands in a return, whatever the language and the sheet."""

    group: str  # which enterprises: `all`, or `no` and `yes` where directly managed ones are reported apart
    line: str  # its key
    category: str = ""  # empty for the sum over categories
    band: int = ALL  # the least staff of the band; `ALL` for the sum over bands


@dataclass(frozen=True)
class Cover:
    """Where the first sheet says whose return it is, and by which definitions it counts."""

    name: Label
    district: str = "C6"
    code: str = "C7"
    period: str = "C8"
    origin: str = "C10"
    first_definition: int = 14  # the row

    def definition(self, position: int) -> str:
        """The cell of a definition."""
        return f"C{self.first_definition + position}"

    def progress(self, definitions: int) -> int:
        """The row above those that say how far a return with so many definitions is filled in."""
        return self.first_definition + definitions + 1


COVER = Cover(Label("封面", "Cover"))
EXAMPLE = Label("示例", "Example")
NOTES = Label("填报说明", "Notes")
ORIGINS = {
    "counted": Label("实际清点", "counted"),
    "synthetic": Label("合成（不是事实）", "synthetic (not fact)"),
}


@dataclass(frozen=True)
class Form:
    """The return of a study: the same for every district.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> form = form_of(open_study("suzhou-2003"))
    >>> form.bands
    ((0, 24), (25, 49), (50, 99), (100, 0))
    >>> form.cell(Place("all", "yes.joint.some", "private", 25))
    (0, 'D14')
    """

    categories: tuple[tuple[str, Label], ...]
    edges: tuple[int, ...]
    full_members: tuple[int, ...]
    tables: tuple[Table, ...]

    @property
    def bands(self) -> tuple[tuple[int, int], ...]:
        """The bands of staff, from and to; the last has no end, written 0."""
        return tuple(zip((0, *self.edges), (*(edge - 1 for edge in self.edges), 0), strict=True))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of enterprises that are reported apart."""
        return tuple(dict.fromkeys(table.group for table in self.tables))

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes of enterprises by their members, the most members first."""
        return classes_of(self.full_members)

    @cached_property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """Category and band of each column of counts; sums after each category, and over all at the end."""
        bands = (*(low for low, _ in self.bands), ALL)
        return (*((category, band) for category, _ in self.categories for band in bands), ("", ALL))

    def cell(self, place: Place) -> tuple[int, str]:
        """The table a place stands in, by its position, and the cell's address there."""
        number, row = self._rows[place.group, place.line]
        return number, f"{letters(self._letters[place.category, place.band])}{row}"

    def table(self, place: Place) -> Table:
        """The table a place stands in."""
        return self.tables[self.cell(place)[0]]

    def inputs(self) -> Iterator[Place]:
        """Every place that a district fills in."""
        return (place for place, line in self._places() if line.is_filled_in and place.band != ALL)

    def sums(self) -> Iterator[Place]:
        """Every place that holds a sum."""
        return (place for place, line in self._places() if line.parts or place.band == ALL)

    def _places(self) -> Iterator[tuple[Place, Line]]:
        for table in self.tables:
            for line in table.lines:
                yield from ((Place(table.group, line.key, *column), line) for column in self.columns)

    @cached_property
    def filled(self) -> tuple[tuple[str, str, int], ...]:
        """Group, category and band of every column that a district fills in."""
        filled = [column for column in self.columns if column[1] != ALL]
        return tuple((group, *column) for group in self.groups for column in filled)

    def parts(self, *organisations: str) -> tuple[str, ...]:
        """The keys of the lines that every enterprise stands in exactly one of; of some organisations, if they are named."""
        return tuple(map(".".join, product(INSTRUCTORS, organisations or ORGANISATIONS, self.classes)))

    def line(self, place: Place) -> Line:
        """The line a place stands in."""
        number, row = self._rows[place.group, place.line]
        return self.tables[number].lines[row - FIRST_ROW]

    def addends(self, place: Place) -> tuple[Place, ...]:
        """What a sum adds up: over categories, over bands, or over lines; nothing where the district fills it in."""
        if not place.category:
            return tuple(place._replace(category=category) for category, _ in self.categories)
        if place.band == ALL:
            return tuple(place._replace(band=low) for low, _ in self.bands)
        return tuple(place._replace(line=part) for part in self.line(place).parts)

    def formula(self, place: Place, language: Language) -> str:
        """The formula of a sum, as its cell holds it."""
        own, _ = self.cell(place)
        addresses = []
        for part in self.addends(place):
            number, address = self.cell(part)
            elsewhere = "" if number == own else f"'{self.tables[number].name.of(language)}'!"
            addresses.append(elsewhere + address)
        if place.category and place.band == ALL:
            return f"=SUM({addresses[0]}:{addresses[-1]})"
        less = self.line(place).less
        taken = f"-{self.cell(place._replace(line=less))[1]}" if less and place.category else ""
        return "=" + "+".join(addresses) + taken

    def texts(self, table: Table, language: Language) -> dict[str, str]:
        """What stands in the locked cells that name the lines and columns of a table, by address."""
        found = {}
        names = {low: band_label(low, high) for low, high in self.bands} | {ALL: SUM}
        for position, (_, label) in enumerate(self.categories):
            first, name = FIRST_COLUMN + position * (len(self.bands) + 1), label.of(language)
            found[f"{letters(first)}{FIRST_ROW - 2}"] = name[:1].upper() + name[1:]
        for position, (_, band) in enumerate(self.columns):
            found[f"{letters(FIRST_COLUMN + position)}{FIRST_ROW - 1}"] = names[band].of(language)
        for position, line in enumerate(table.lines):
            found[f"A{FIRST_ROW + position}"] = str(position + 1)
            found[f"B{FIRST_ROW + position}"] = line.label.of(language)
        return found

    @cached_property
    def _rows(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (table.group, line.key): (number, FIRST_ROW + row)
            for number, table in enumerate(self.tables)
            for row, line in enumerate(table.lines)
        }

    @cached_property
    def _letters(self) -> dict[tuple[str, int], int]:
        return {column: FIRST_COLUMN + position for position, column in enumerate(self.columns)}


def form_of(study: Study) -> Form:
    """The form of a study's returns: its categories, and the bands and classes of `study.toml`.

    Where `[returns]` names no bands or classes, they are those at which a target, a base or a figure draws a line.
    """
    asked = study.settings.returns
    edges = asked.staff_bands or _staff_lines(study) or _STAFF
    full = asked.full_members or _full_member_lines(study) or (3,)
    groups = ("no", "yes") if asked.directly_managed else ("all",)
    return Form(tuple((row.id, row.label) for row in study.settings.categories), edges, full, tables_of(groups, full))


def period_of(study: Study) -> int | None:
    """The period that the returns of a study are of."""
    return study.settings.returns.period or study.settings.period


def letters(column: int) -> str:
    """A column's letters.

    Examples
    --------
    >>> letters(3), letters(28)
    ('C', 'AB')
    """
    before, last = divmod(column - 1, 26)
    return (letters(before) if before else "") + chr(ord("A") + last)


def column_of(address: str) -> str:
    """The letters of a cell's column.

    Examples
    --------
    >>> column_of("AB12")
    'AB'
    """
    return address.rstrip("0123456789")


def _staff_lines(study: Study) -> tuple[int, ...]:
    lines = {target.meant.staff_from for target in study.targets} | {base.staff_from for base in study.settings.bases}
    lines |= {int(found[1]) for row in study.figures.values() if (found := _THRESHOLD.fullmatch(row.category))}
    return tuple(sorted(lines - {0}))


def _full_member_lines(study: Study) -> tuple[int, ...]:
    lines = {target.meant.full_members_from for target in study.targets}
    return tuple(sorted((lines | {base.full_members_from for base in study.settings.bases}) - {0}))
