"""Counts of one selection by look-up: the cube's sum, or a published figure where only a synthetic register is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from analysis.coverage.cells import TOWNSHIP, Cells
from analysis.coverage.counting import Counter
from analysis.coverage.cube import STANDARD, Cube, Managed, Outcome, cube
from analysis.coverage.selection import Selection, parsed
from analysis.errors import ParameterError, one_of
from analysis.messages import said
from analysis.quantities import Status
from analysis.study import Study
from analysis.study_models import Base


class Count(NamedTuple):
    """How many, how far to trust it, and whether it is withheld."""

    value: int
    status: Status
    is_hidden: bool = False


Known = Mapping[tuple[Outcome, tuple[str, ...], int], Count]
Array = np.ndarray[Any, Any]


TOWNSHIP_OUTCOMES = (STANDARD["enterprises"], STANDARD["with_organisation"])


@dataclass(frozen=True, eq=False)
class Board:
    """All that a view of a study is answered from.

    Parameters
    ----------
    known
        The published counts of the whole place that answer before the cube, by outcome, categories (none: all) and least
        number of staff.
    status
        Of what is not published: the status of the cells.
    townships
        By district the cells of its townships, which stand there as districts; none where the cells do not know them.
    printed
        Whether papers may print a measure of a selection; without it nothing is withheld.
    """

    study: Study
    cube: Cube
    known: Known
    status: Status
    townships: Mapping[str, Cells] = field(default_factory=dict)
    printed: Callable[[str, Selection], bool] | None = None

    _township_cubes: dict[str, Cube] = field(default_factory=dict, init=False)

    def township_cube(self, district: str) -> Cube | None:
        """Enterprises, and those with an organisation, in the townships of one district, at any threshold; made once."""
        if district in self.townships and district not in self._township_cubes:
            cells = self.townships[district]
            outcomes = tuple(one for one in TOWNSHIP_OUTCOMES if not cells.lacking(*one))
            names = tuple(sorted(set(cells.table["district"])))
            built = cube(cells, districts=names, categories=self.cube.categories, outcomes=outcomes)
            self._township_cubes[district] = built
        return self._township_cubes.get(district)

    @property
    def bases(self) -> tuple[Base, ...]:
        """The study's bases that can be counted."""
        unknown = self.cube.cells.unknown
        return tuple(
            base for base in self.study.settings.bases if base.figure is None and unknown.isdisjoint(base.attributes)
        )

    def is_hidden(self, outcome: Outcome, **chosen: Any) -> bool:
        """Whether a count of its own is withheld: no paper was audited that prints it."""
        measure, having = outcome
        return self.printed is not None and not self.printed(measure, having.but(**chosen))


@dataclass(frozen=True, eq=False)
class Shares:
    """Parts of wholes, with the status of both: arrays of one shape, that of the view they answer.

    Examples
    --------
    >>> shares_of([((1, Status.PUBLISHED), (4, Status.SYNTHETIC)), ((0, Status.COUNTED), (0, Status.COUNTED))]).rate
    array([0.25,  nan])
    """

    part: Array
    whole: Array
    part_status: Array
    whole_status: Array
    part_hidden: Array
    whole_hidden: Array

    @property
    def is_hidden(self) -> Array:
        """Where one of them is withheld, and the rate with it."""
        hidden: Array = self.part_hidden | self.whole_hidden
        return hidden

    @property
    def is_known(self) -> Array:
        """Where both are in the data."""
        known: Array = (self.part >= 0) & (self.whole >= 0)
        return known

    @property
    def rate(self) -> Array:
        """Part by whole; not a number where the whole is empty, or one of them is not in the data."""
        empty = np.full(self.part.shape, np.nan)
        rate: Array = np.divide(self.part, self.whole, out=empty, where=(self.whole != 0) & self.is_known)
        return rate

    @property
    def status(self) -> Array:
        """Of the rates: the weakest of part and whole, and never better than derived."""
        weakest: Array = np.maximum(np.maximum(self.part_status, self.whole_status), int(Status.DERIVED))
        return weakest


UNKNOWN = Count(-1, Status.SYNTHETIC)  # in the place of a count that is not in the data


def shares_of(
    pairs: Sequence[tuple[tuple[Any, ...], tuple[Any, ...]]], *, shape: tuple[int, ...] | None = None
) -> Shares:
    """Pairs of part and whole, each with what a `Count` has, as arrays."""
    table = np.array([(*Count(*part), *Count(*whole)) for part, whole in pairs], dtype=np.int64).reshape(-1, 6)
    columns = (table[:, number].reshape(shape or (len(pairs),)) for number in (0, 3, 1, 4, 2, 5))
    part, whole, part_status, whole_status, part_hidden, whole_hidden = columns
    return Shares(part, whole, part_status, whole_status, part_hidden.astype(bool), whole_hidden.astype(bool))


def board_of(study: Study, cells: Cells, *, outcomes: Sequence[Outcome] = ()) -> Board:
    """The cube of a study's cells beside its published figures.

    Parameters
    ----------
    outcomes
        What is asked for beyond `cube.STANDARD` and the steps of the cascade.
    """
    asked = (*STANDARD.values(), *STEPS, *outcomes)
    built = cube(
        cells,
        districts=tuple(row.id for row in study.districts) or tuple(sorted(set(cells.table["district"]))),
        categories=tuple(row.id for row in study.settings.categories),
        outcomes=tuple(one for one in dict.fromkeys(asked) if not cells.lacking(*one)),
    )
    return Board(study, built, _known(study, cells), cells.status, townships_of(cells))


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


STEPS: tuple[Outcome, ...] = (
    ("enterprises", Selection(members_from=1)),
    ("enterprises", Selection(organisation="any", five_good="yes")),
)


@dataclass(frozen=True, eq=False)
class Lookup:
    """The counts inside some districts, at any threshold. It remembers what it has summed, for the life of one answer.

    Parameters
    ----------
    districts
        Ids; none for all.
    """

    board: Board
    districts: tuple[str, ...]
    directly_managed: Managed
    _sums: dict[tuple[int, int], list[list[int]]] = field(default_factory=dict)

    def count(
        self, outcome: Outcome, *, categories: Sequence[str] = (), staff_from: int = 0, full_members_from: int = 0
    ) -> Count:
        """How many, and how far to trust it; no categories stand for all of them.

        Raises
        ------
        NotInDataError
            When the data does not have it.
        """
        chosen = () if set(categories) == set(self.board.cube.categories) else tuple(categories)
        if self.is_whole and not full_members_from:
            known = self._published(outcome, chosen, staff_from)
            if known is not None:
                return known
        row = self._at(staff_from, full_members_from)[self.board.cube.position(outcome)]
        names = self.board.cube.categories
        value = sum(row[names.index(name)] for name in chosen) if chosen else sum(row)
        within = {"categories": chosen, "staff_from": staff_from, "full_members_from": full_members_from}
        return Count(value, self.board.status, self.is_hidden(outcome, **within))

    def is_hidden(self, outcome: Outcome, **chosen: Any) -> bool:
        """Whether a count of its own in these districts is withheld."""
        managed = "" if self.directly_managed == "any" else self.directly_managed
        return self.board.is_hidden(outcome, districts=self.districts, directly_managed=managed, **chosen)

    def summed(self, outcome: Outcome, category: str, staff_from: int) -> int:
        """The cube's own sum in one category, whatever was published."""
        row = self._at(staff_from, 0)[self.board.cube.position(outcome)]
        return row[self.board.cube.categories.index(category)]

    @property
    def is_whole(self) -> bool:
        """Whether these are all enterprises of the place, so that published totals speak of them."""
        return not self.districts and self.directly_managed == "any"

    def _published(self, outcome: Outcome, chosen: tuple[str, ...], staff_from: int) -> Count | None:
        known = self.board.known
        if (outcome, chosen, staff_from) in known:
            return known[outcome, chosen, staff_from]
        parts = [known.get((outcome, (name,), staff_from)) for name in chosen]
        found = [part for part in parts if part is not None]
        if len(parts) < 2 or len(found) < len(parts):
            return None
        return Count(sum(one.value for one in found), Status.DERIVED)

    def _at(self, staff_from: int, full_members_from: int) -> list[list[int]]:
        """Sums over the districts: outcome by category, as plain numbers, which are quicker to pick from."""
        place = (staff_from, full_members_from)
        if place not in self._sums:
            cube = self.board.cube
            found = cube.at(
                staff_from=staff_from, full_members_from=full_members_from, directly_managed=self.directly_managed
            )
            if self.districts:
                found = found[:, positions(self.districts, cube.districts, "districts")]
            self._sums[place] = found.sum(axis=1).tolist()
        return self._sums[place]


def positions(names: Sequence[str], known: Sequence[str], what: str) -> list[int]:
    """Where names stand in a list.

    Raises
    ------
    ParameterError
        When one does not.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ParameterError(
            said(
                '{what}: "{unknown}"; allowed: {allowed}',
                what=what,
                unknown=unknown[0],
                allowed=one_of(known, seen=unknown[0]),
            )
        )
    return [known.index(name) for name in names]


def _known(study: Study, cells: Cells) -> Known:
    found: dict[tuple[Outcome, tuple[str, ...], int], Count] = {}
    counter = Counter(study, cells)
    if counter.counts_first:
        return found
    for address, figure in counter.published.items():
        measure, selection = parsed(address)
        having = selection.but(categories=(), staff_from=0)
        quantity = study.quantity(figure)
        found[(measure, having), selection.categories, selection.staff_from] = Count(
            int(quantity.value), quantity.status
        )
    return found
