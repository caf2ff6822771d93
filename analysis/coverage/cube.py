"""Any threshold at once: cumulative sums over staff and full members, so that a slider's move is a look-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from analysis.coverage.cells import STAFF_CAP, Cells
from analysis.coverage.selection import Selection
from analysis.errors import ParameterError
from analysis.messages import said

FULL_MEMBERS_TOP = 10
STANDARD: Mapping[str, tuple[str, Selection]] = {
    "enterprises": ("enterprises", Selection()),
    "with_organisation": ("enterprises", Selection(organisation="any")),
    "with_instructor": ("enterprises", Selection(instructor="yes")),
    "members_total": ("members_total", Selection()),
    "organisations": ("organisations", Selection()),
    "five_good_organisations": ("five_good_organisations", Selection()),
}
OUTCOMES = tuple(STANDARD)

Managed = Literal["any", "yes", "no"]
MANAGED: tuple[Managed, ...] = get_args(Managed)
Outcome = tuple[str, Selection]
Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Cube:
    """Sums for every pair of thresholds.

    Parameters
    ----------
    districts, categories
        The ids along the axes.
    outcomes
        What is summed: a measure of the cells, and a selection without place, category or threshold; with its position.
    sums
        Axes: directly managed (all, yes), staff from 0 … `STAFF_CAP`, full members from 0 … `FULL_MEMBERS_TOP`, outcome,
        district, category. An entry counts the enterprises at or above both thresholds. What one move of a slider
        needs lies together.
    cells
        What was summed: a question that they do not answer is refused here too.
    """

    districts: tuple[str, ...]
    categories: tuple[str, ...]
    outcomes: Mapping[Outcome, int]
    sums: Counts
    cells: Cells

    def position(self, outcome: Outcome) -> int:
        """Where an outcome stands along its axis.

        Raises
        ------
        NotInDataError
            When the data does not have it.
        """
        if outcome not in self.outcomes:
            self.cells.refuse(*outcome)
        return self.outcomes[outcome]

    def at(self, *, staff_from: int = 0, full_members_from: int = 0, directly_managed: Managed = "any") -> Counts:
        """The outcomes by district and category at two thresholds: shape (outcome, district, category).

        Raises
        ------
        ParameterError
            When a threshold lies outside the cube, or inside a band of the returns.
        NotInDataError
            When full members, or who is managed directly, are not in the data.
        """
        for name, value, top in (
            ("staff_from", staff_from, STAFF_CAP),
            ("full_members_from", full_members_from, FULL_MEMBERS_TOP),
        ):
            if not 0 <= value <= top:
                raise ParameterError(said("{name}: {value}; allowed: 0 to {cap}", name=name, value=value, cap=top))
        managed = "" if directly_managed == "any" else directly_managed
        chosen = Selection(staff_from=staff_from, full_members_from=full_members_from, directly_managed=managed)
        self.cells.refuse("enterprises", chosen)
        everyone, managed_ones = self.sums[:, staff_from, full_members_from]
        plane: Counts = everyone - managed_ones if managed == "no" else managed_ones if managed else everyone
        return plane


def cube(
    cells: Cells,
    *,
    districts: tuple[str, ...],
    categories: tuple[str, ...],
    outcomes: tuple[Outcome, ...] = tuple(STANDARD.values()),
) -> Cube:
    """Build the cube of a study's cells; districts and categories give the order of its axes.

    Parameters
    ----------
    outcomes
        What to sum; those of `STANDARD` in its order by default.

    Raises
    ------
    ParameterError, NotInDataError
        When the cells have no answer to an outcome.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coverage.cells import compress
    >>> from analysis.quantities import Status
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> built = cube(Cells(compress(pd.DataFrame([row])), Status.COUNTED), districts=("a",), categories=("private",))
    >>> int(built.at(staff_from=40)[0].sum()), int(built.at(staff_from=41)[0].sum())
    (1, 0)
    """
    for measure, having in outcomes:
        cells.refuse(measure, having)
    table = cells.table
    district = _position(table["district"].to_numpy(), districts)
    category = _position(table["category"].to_numpy(), categories)
    full = np.minimum(table["full_members"].to_numpy(), FULL_MEMBERS_TOP)
    shape = (STAFF_CAP + 1, FULL_MEMBERS_TOP + 1, len(districts), len(categories))
    flat = np.ravel_multi_index((table["staff"].to_numpy(), full, district, category), shape)
    managed = table["directly_managed"].to_numpy() == 1
    weights: list[Counts] = [table[measure].to_numpy() * having.mask(table) for measure, having in outcomes]
    kind = np.int32 if max(float(weight.sum()) for weight in weights) < 2**31 else np.int64
    sums = np.empty((2, *shape[:2], len(outcomes), *shape[2:]), dtype=kind)
    for number, weight in enumerate(weights):  # an outcome at a time: memory, not speed
        for plane, counted in enumerate((weight, weight * managed)):
            found = np.bincount(flat, weights=counted, minlength=int(np.prod(shape))).reshape(shape)
            sums[plane, :, :, number] = _from_the_top(np.rint(found).astype(kind))
    return Cube(districts, categories, {outcome: number for number, outcome in enumerate(outcomes)}, sums, cells)


def _from_the_top(sums: Counts) -> Counts:
    for axis in (0, 1):
        sums = np.flip(np.cumsum(np.flip(sums, axis), axis, dtype=sums.dtype), axis)
    return sums


def _position(ids: np.ndarray[Any, Any], known: tuple[str, ...]) -> Counts:
    order = {name: position for position, name in enumerate(known)}
    names, inverse = np.unique(ids.astype(str), return_inverse=True)
    unknown = [name for name in names if name not in order]
    if unknown:
        raise ParameterError(
            said("cells hold unknown ids: {unknown}; allowed: {known}", unknown=tuple(unknown), known=tuple(known))
        )
    return np.array([order[name] for name in names], dtype=np.int64)[inverse]
