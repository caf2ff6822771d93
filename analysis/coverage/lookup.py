"""Counts while a slider moves: sums over all thresholds, made once for each outcome; and a board that answers from them.

Where only a synthetic register is counted, a published figure answers first, as in `counting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from analysis.coverage.cells import STAFF_CAP, TOWNSHIP, Cells
from analysis.coverage.counting import Counter
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError, ParameterError, among
from analysis.messages import said
from analysis.quantities import Quantity, Status
from analysis.study import Study
from analysis.study_models import Base

FULL_MEMBERS_TOP = 10
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Cube:
    """Cumulative sums of cells: a question at any threshold is a look-up.

    Parameters
    ----------
    districts, categories
        The ids along the axes.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coverage.cells import compress
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> cube = Cube(Cells(compress(pd.DataFrame([row])), Status.COUNTED), ("a",), ("private",))
    >>> [cube.count("enterprises", Selection(staff_from=least)) for least in (40, 41)]
    [1, 0]
    """

    cells: Cells
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    _sums: dict[tuple[object, ...], Array] = field(default_factory=dict, init=False)

    def count(self, measure: str, selection: Selection) -> int:
        """The sum of a measure over a selection.

        Raises
        ------
        ParameterError
            When a threshold lies outside the cube, or inside a band of the returns; when an id is unknown.
        NotInDataError
            When the data does not have an attribute that is asked for.
        """
        plane = self._plane(measure, selection)
        rows = [self._row[among(name, self._row, what="districts")] for name in selection.districts]
        by_category = (plane[rows].sum(axis=0) if rows else plane[-1]).tolist()
        return int(sum(by_category[place] for place in self._columns(selection)))

    def by_district(self, measure: str, selection: Selection) -> Array:
        """The same in every district, whatever districts are selected: shape (districts,)."""
        found: Array = self._plane(measure, selection)[:-1, self._columns(selection)].sum(axis=1)
        return found

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.districts)}

    @cached_property
    def _column(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.categories)}

    def _columns(self, selection: Selection) -> list[int]:
        chosen = selection.categories or self.categories
        return [self._column[among(name, self._column, what="categories")] for name in chosen]

    def _plane(self, measure: str, asked: Selection) -> Array:
        """A measure by district (all together last) and category, within the other conditions of a selection."""
        for name, value, top in (
            ("staff_from", asked.staff_from, STAFF_CAP),
            ("full_members_from", asked.full_members_from, FULL_MEMBERS_TOP),
        ):
            if value > top:
                raise ParameterError(said("{name}: {value}; allowed: 0 to {cap}", name=name, value=value, cap=top))
        self.cells.refuse(measure, asked)
        sums = self._of(measure, asked)[:, :, asked.full_members_from]
        plane: Array = sums[:, asked.staff_from]
        if 0 < asked.staff_to < STAFF_CAP:
            plane = plane - sums[:, max(asked.staff_to + 1, asked.staff_from)]
        every, managed = plane
        found: Array = {"": every, "yes": managed, "no": every - managed}[asked.directly_managed]
        return found

    def _of(self, measure: str, asked: Selection) -> Array:
        """The sums of an outcome: a measure with the conditions that are no axis.

        Axes: directly managed (all, yes), staff from 0 … `STAFF_CAP`, full members from 0 … `FULL_MEMBERS_TOP`, district (all
        together last), category. An entry counts the enterprises at or above both thresholds.
        """
        key = (measure, asked.members_from, asked.organisation, asked.instructor, asked.five_good, asked.union,
               asked.secretary_chairs_union, asked.own)  # fmt: skip
        if key not in self._sums:
            axes = {"districts": (), "categories": (), "staff_from": 0, "staff_to": 0, "full_members_from": 0}
            having, columns = asked.but(**axes, directly_managed=""), self.cells.columns
            weight = columns.numbers(measure) * having.mask(columns)
            kind = np.int32 if float(weight.sum()) < 2**31 else np.int64
            managed, (flat, shape) = columns.numbers("directly_managed") == 1, self._places
            sums = np.empty((2, *shape[:2], shape[2] + 1, shape[3]), dtype=kind)
            for plane, counted in enumerate((weight, weight * managed)):
                found = np.bincount(flat, weights=counted, minlength=int(np.prod(shape))).reshape(shape)
                sums[plane, ..., :-1, :] = np.rint(found)
            sums[..., -1, :] = sums[..., :-1, :].sum(axis=-2)
            for axis in (1, 2):
                sums = np.flip(np.cumsum(np.flip(sums, axis), axis, dtype=kind), axis)
            self._sums[key] = sums
        return self._sums[key]

    @cached_property
    def _places(self) -> tuple[Array, tuple[int, int, int, int]]:
        """Where each cell stands along the axes, flattened, and the length of each axis."""
        columns = self.cells.columns
        shape = (STAFF_CAP + 1, FULL_MEMBERS_TOP + 1, len(self.districts), len(self.categories))
        full = np.minimum(columns.numbers("full_members"), FULL_MEMBERS_TOP)
        district, category = columns.positions("district", self._row), columns.positions("category", self._column)
        return np.ravel_multi_index((columns.numbers("staff"), full, district, category), shape), shape


class Count(NamedTuple):
    """How many, how far to trust it, and whether it is withheld."""

    value: int
    status: Status
    is_hidden: bool = False


UNKNOWN = Count(-1, Status.SYNTHETIC)  # in the place of a count that is not in the data


@dataclass(frozen=True, eq=False)
class Board:
    """All that a view of a study is answered from.

    Parameters
    ----------
    status
        Of what is not published: the status of the cells.
    townships
        By district the cells of its townships, which stand there as districts; none where the cells do not know them.
    printed
        Whether papers may print a measure of a selection; without it nothing is withheld.
    """

    study: Study
    cube: Cube
    status: Status
    townships: Mapping[str, Cells] = field(default_factory=dict)
    printed: Callable[[str, Selection], bool] | None = None
    _township_boards: dict[str, Board] = field(default_factory=dict, init=False)

    def count(self, measure: str, selection: Selection | None) -> Count:
        """How many, of no selection nobody; `UNKNOWN` where the data does not have it, or returns do not tell."""
        if selection is None:
            return Count(0, self.status)
        selection = self.plain(selection)
        if self.status is not Status.COUNTED and (figure := self._counter.published(measure, selection)) is not None:
            return of_figure(figure)
        try:
            value = self.cube.count(measure, selection)
        except (NotInDataError, ParameterError):
            return UNKNOWN
        return Count(value, self.status, self.printed is not None and not self.printed(measure, selection))

    def plain(self, selection: Selection) -> Selection:
        """The same enterprises as papers ask for them: all categories named one by one are no condition."""
        is_every = len(selection.categories) == len(self.cube.categories)
        return selection.but(categories=()) if is_every else selection

    @cached_property
    def _counter(self) -> Counter:
        return Counter(self.study, self.cube.cells)

    def of_townships(self, district: str) -> Board | None:
        """The townships of one district as districts, of which no paper prints anything; none where they are not known."""
        if district in self.townships and district not in self._township_boards:
            cells, every = self.townships[district], self.study.districts[0]
            names = sorted(set(cells.table["district"]))
            rows = tuple(every.model_copy(update={"id": name, "name_zh": name, "name_en": name}) for name in names)
            cube = Cube(cells, tuple(names), self.cube.categories)
            printed = None if self.printed is None else lambda _measure, _selection: False
            self._township_boards[district] = Board(replace(self.study, districts=rows), cube, self.status, {}, printed)
        return self._township_boards.get(district)

    @property
    def bases(self) -> tuple[Base, ...]:
        """The study's bases that can be counted."""
        unknown = self.cube.cells.unknown
        return tuple(
            base for base in self.study.settings.bases if base.figure is None and unknown.isdisjoint(base.attributes)
        )


def of_figure(figure: Quantity) -> Count:
    """A published figure as a count."""
    return Count(int(figure.value), figure.status)


@dataclass(frozen=True, eq=False)
class Shares:
    """Parts of wholes, with the status of both: arrays of one shape, that of the view they answer."""

    part: Array
    whole: Array
    part_status: Array
    whole_status: Array
    part_hidden: Array
    whole_hidden: Array

    @property
    def is_known(self) -> Array:
        """Where both are in the data."""
        known: Array = (self.part >= 0) & (self.whole >= 0)
        return known


def shares_of(pairs: Sequence[tuple[Count, Count]], *, shape: tuple[int, ...] | None = None) -> Shares:
    """Pairs of part and whole as arrays.

    Examples
    --------
    >>> shares_of([(Count(1, Status.PUBLISHED), Count(4, Status.SYNTHETIC)), (UNKNOWN, Count(2, Status.COUNTED))]).is_known
    array([ True, False])
    """
    table = np.array([(*part, *whole) for part, whole in pairs], dtype=np.int64).reshape(-1, 6)
    columns = (table[:, number].reshape(shape or (len(pairs),)) for number in (0, 3, 1, 4, 2, 5))
    part, whole, part_status, whole_status, part_hidden, whole_hidden = columns
    return Shares(part, whole, part_status, whole_status, part_hidden.astype(bool), whole_hidden.astype(bool))


def board_of(study: Study, cells: Cells) -> Board:
    """A study's cells, ready to be looked up, beside its published figures."""
    districts = tuple(row.id for row in study.districts) or tuple(sorted(set(cells.table["district"])))
    cube = Cube(cells, districts, tuple(row.id for row in study.settings.categories))
    return Board(study, cube, cells.status, townships_of(cells))


def townships_of(cells: Cells) -> dict[str, Cells]:
    """By district the cells of its townships, each as a district of its own; nothing where the register has none.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coverage.cells import KEYS, MEASURES
    >>> rows = pd.DataFrame(columns=[*KEYS, TOWNSHIP, *MEASURES]).assign(district=["a", "a"], township=["north", "south"])
    >>> townships_of(Cells(rows, Status.COUNTED, townships=rows))["a"].table["district"].to_list()
    ['north', 'south']
    """
    if cells.townships is None:
        return {}
    return {
        str(name): replace(cells, table=rows.assign(district=rows[TOWNSHIP].astype(str)), townships=None)
        for name, rows in cells.townships.groupby("district", observed=True)
    }
