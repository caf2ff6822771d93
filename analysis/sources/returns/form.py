"""What a district fills in: the lines, columns and cells of a return, as a study's categories, bands and bases ask.

Every enterprise is counted once: at its category, its band of staff, with or without an instructor, by its
organisation, by its members. So a return can be read as cells, and any question at its thresholds has one answer.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from analysis.quantities import Label, Language
from analysis.study import Study

FIRST_ROW, FIRST_COLUMN = 6, 3  # of the counts, on every table's sheet
ALL = -1  # the band of a sum over bands
ORGANISATIONS = {
    "independent": Label("有独立党组织", "with an independent organisation"),
    "joint": Label("由联合党组织覆盖", "under a joint organisation"),
    "none": Label("没有党组织", "without an organisation"),
}
INSTRUCTORS = {
    "yes": Label("有党建工作指导员", "With an instructor"),
    "no": Label("没有指导员", "Without an instructor"),
}

_WORDS = Path(__file__).parent.parent.parent / "assets" / "return_words.toml"
_STAFF = (25, 50, 100)
_THRESHOLD = re.compile(r"staff>=(\d+)")


class Place(NamedTuple):
    """Where a count stands in a return, whatever the language and the sheet."""

    group: str  # which enterprises: `all`, or `no` and `yes` where directly managed ones are reported apart
    line: str  # its key
    category: str = ""  # empty for the sum over categories
    band: int = ALL  # the least staff of the band; `ALL` for the sum over bands


@dataclass(frozen=True)
class Line:
    """A line of a table: filled in, or the sum of other lines (of any table of the group)."""

    key: str
    label: Label
    level: int = 0
    parts: tuple[str, ...] = ()
    less: str = ""  # a check: the sum less this line must be nought
    within: tuple[str, ...] = ()  # lines that add up to what it is part of

    @property
    def is_filled_in(self) -> bool:
        """Whether the district fills it in."""
        return not self.parts


@dataclass(frozen=True)
class Table:
    """A sheet with counts."""

    group: str
    name: Label
    title: Label
    lines: tuple[Line, ...]


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
        return tuple(_classes(self.full_members))

    def full(self, name: str) -> tuple[int, int]:
        """The least and most full members of a class; at the most 0 where there is no end.

        Examples
        --------
        >>> form = Form((), (), (3, 50), ())
        >>> {name: form.full(name) for name in form.classes}
        {'full50': (50, 0), 'full3': (3, 49), 'some': (0, 2), 'none': (0, 0)}
        """
        return _classes(self.full_members)[name]

    @cached_property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """Category and band of each column of counts; sums after each category, and over all at the end."""
        bands = (*(low for low, _ in self.bands), ALL)
        return (*((category, band) for category, _ in self.categories for band in bands), ("", ALL))

    @property
    def last(self) -> str:
        """The letters of the last column."""
        return letters(FIRST_COLUMN + len(self.columns) - 1)

    def cell(self, place: Place) -> tuple[int, str]:
        """The table a place stands in, by its position, and the cell's address there."""
        number, row = self._rows[place.group, place.line]
        return number, f"{letters(FIRST_COLUMN + self._columns[place.category, place.band])}{FIRST_ROW + row}"

    def table(self, place: Place) -> Table:
        """The table a place stands in."""
        return self.tables[self.cell(place)[0]]

    def line(self, place: Place) -> Line:
        """The line a place stands in."""
        number, row = self._rows[place.group, place.line]
        return self.tables[number].lines[row]

    def places(self, table: Table) -> Iterator[tuple[Line, Place]]:
        """Every place of a table, line by line."""
        return ((line, Place(table.group, line.key, *column)) for line in table.lines for column in self.columns)

    def inputs(self) -> Iterator[Place]:
        """Every place that a district fills in."""
        return (place for table in self.tables for _, place in self.places(table) if not self.addends(place))

    def sums(self) -> Iterator[Place]:
        """Every place that holds a sum."""
        return (place for table in self.tables for _, place in self.places(table) if self.addends(place))

    @cached_property
    def filled(self) -> tuple[tuple[str, str, int], ...]:
        """Group, category and band of every column that a district fills in."""
        filled = [column for column in self.columns if column[1] != ALL]
        return tuple((group, *column) for group in self.groups for column in filled)

    def parts(self, *organisations: str) -> tuple[str, ...]:
        """The keys of the lines that every enterprise stands in exactly one of; of some organisations, if they are named."""
        return tuple(map(".".join, product(INSTRUCTORS, organisations or ORGANISATIONS, self.classes)))

    def addends(self, place: Place) -> tuple[Place, ...]:
        """What a sum adds up: over categories, over bands, or over lines; nothing where the district fills it in."""
        if not place.category:
            return tuple(place._replace(category=category) for category, _ in self.categories)
        if place.band == ALL:
            return tuple(place._replace(band=low) for low, _ in self.bands)
        return tuple(place._replace(line=part) for part in self.line(place).parts)

    def address(self, place: Place, own: int, language: Language) -> str:
        """The cell of a place as a formula on a table's sheet names it."""
        number, address = self.cell(place)
        return address if number == own else f"'{self.tables[number].name.of(language)}'!{address}"

    def formula(self, place: Place, language: Language) -> str:
        """The formula of a sum, as its cell holds it."""
        own, _ = self.cell(place)
        addresses = [self.address(part, own, language) for part in self.addends(place)]
        if place.category and place.band == ALL:
            return f"=SUM({addresses[0]}:{addresses[-1]})"
        less = self.line(place).less
        taken = f"-{self.cell(place._replace(line=less))[1]}" if less and place.category else ""
        return "=" + "+".join(addresses) + taken

    @cached_property
    def _rows(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (table.group, line.key): (number, row)
            for number, table in enumerate(self.tables)
            for row, line in enumerate(table.lines)
        }

    @cached_property
    def _columns(self) -> dict[tuple[str, int], int]:
        return {column: position for position, column in enumerate(self.columns)}


def form_of(study: Study) -> Form:
    """The form of a study's returns: its categories, and the bands and classes of `study.toml`.

    Where `[returns]` names no bands or classes, they are those at which a target, a base or a figure draws a line.
    """
    asked = study.settings.returns
    limits = [(target.meant.staff_from, target.meant.full_members_from) for target in study.targets]
    limits += [(base.staff_from, base.full_members_from) for base in study.settings.bases]
    staff = {one for one, _ in limits}
    staff |= {int(found[1]) for row in study.figures.values() if (found := _THRESHOLD.fullmatch(row.category))}
    edges = asked.staff_bands or tuple(sorted(staff - {0})) or _STAFF
    full = asked.full_members or tuple(sorted({one for _, one in limits} - {0})) or (3,)
    lines = {"enterprises": tuple(_enterprises(full)), "members": tuple(_members())}
    tables = tuple(
        Table(group, _named(kind, group), _named(f"{kind}_title", f"{group}_title"), lines[kind])
        for group in (("no", "yes") if asked.directly_managed else ("all",))
        for kind in lines
    )
    return Form(tuple((row.id, row.label) for row in study.settings.categories), edges, full, tables)


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


def split(address: str) -> tuple[str, int]:
    """The letters of a cell's column, and its row.

    Examples
    --------
    >>> split("AB12")
    ('AB', 12)
    """
    column = address.rstrip("0123456789")
    return column, int(address.removeprefix(column))


def label(name: str, among: str, **values: object) -> Label:
    """What is called so among `sheets`, `lines`, `classes` or `tables` of return_words.toml, with values in its places."""
    zh, en = words()[among][name]
    return Label(zh.format(**values), en.format(**values))


@cache
def words() -> dict[str, Any]:
    """The words of a return's sheets: assets/return_words.toml."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _named(kind: str, group: str) -> Label:
    one, other = label(kind, "tables"), label(group, "tables")
    return Label(one.zh + other.zh, one.en + other.en)


def _classes(full_members: tuple[int, ...]) -> dict[str, tuple[int, int]]:
    """The least and most full members of each class, the most members first."""
    ends = zip(full_members, (*(edge - 1 for edge in full_members[1:]), 0), strict=True)
    return {f"full{low}": (low, high) for low, high in reversed([*ends])} | {
        "some": (0, full_members[0] - 1),
        "none": (0, 0),
    }


def _enterprises(full_members: tuple[int, ...]) -> Iterator[Line]:
    classes = _classes(full_members)
    yield Line("enterprises", label("enterprises", "lines"))
    for instructor, name in INSTRUCTORS.items():
        yield Line(instructor, name, 0, tuple(f"{instructor}.{which}" for which in ORGANISATIONS))
        for which, organised in ORGANISATIONS.items():
            key = f"{instructor}.{which}"
            yield Line(key, organised, 1, tuple(f"{key}.{members}" for members in classes))
            for members, (low, high) in classes.items():
                called = members if not low else "between" if high else "or_more"
                told = label(called, "classes", least=low or full_members[0], most=high)
                yield Line(f"{key}.{members}", told, 2, within=("enterprises",))
    yield Line(
        "covered", label("covered", "lines"), 0, tuple(map(".".join, product(INSTRUCTORS, ("independent", "joint"))))
    )
    for least in full_members:
        reached = [name for name, (low, _) in classes.items() if low >= least]
        parts = tuple(map(".".join, product(INSTRUCTORS, ORGANISATIONS, reached)))
        yield Line(f"full{least}_or_more", label("full_or_more", "lines", least=least), 0, parts)
    some = tuple(map(".".join, product(INSTRUCTORS, ORGANISATIONS, [name for name in classes if name != "none"])))
    yield Line("with_member", label("with_member", "lines"), 0, some)
    yield Line("check", label("check", "lines"), 0, tuple(INSTRUCTORS), less="enterprises")


def _members() -> Iterator[Line]:
    yield Line("staff", label("staff", "lines"))
    for kind in ("members", "full_members"):
        yield Line(kind, label(kind, "lines"), 0, tuple(f"{kind}.{which}" for which in ORGANISATIONS))
        for which in ORGANISATIONS:
            within = (f"members.{which}",) if kind == "full_members" else ()
            yield Line(f"{kind}.{which}", label(f"in_{which}", "lines"), 1, within=within)
    alone, under = (tuple(f"{instructor}.{which}" for instructor in INSTRUCTORS) for which in ("independent", "joint"))
    yield Line("organisations", label("organisations", "lines"), 0, (*alone, "joint_organisations"))
    yield Line("joint_organisations", label("joint", "lines"), 1, within=under)
    yield Line("five_good", label("five_good", "lines"), 0, ("five_good.independent", "five_good.joint"))
    yield Line("five_good.independent", label("independent", "lines"), 1, within=alone)
    yield Line("five_good.joint", label("joint", "lines"), 1, within=("joint_organisations",))
