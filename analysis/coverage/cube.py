"""Any threshold at once: cumulative sums over staff and full members, so that a slider's move is a look-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coverage.cells import STAFF_CAP, Cells
from analysis.errors import ParameterError

FULL_MEMBERS_TOP = 10
OUTCOMES = (
    "enterprises",
    "with_organisation",
    "with_instructor",
    "members_total",
    "organisations",
    "five_good_organisations",
)

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Cube:
    """Sums for every pair of thresholds.

    Parameters
    ----------
    districts, categories
        The ids along the axes.
    sums
        Axes: outcome (`OUTCOMES`), district, category, staff from 0 … `STAFF_CAP`, full members from 0 …
        `FULL_MEMBERS_TOP`. An entry counts the enterprises at or above both thresholds.
    """

    districts: tuple[str, ...]
    categories: tuple[str, ...]
    sums: Counts

    def at(self, *, staff_from: int = 0, full_members_from: int = 0) -> Counts:
        """The outcomes by district and category at two thresholds: shape (outcome, district, category).

        Raises
        ------
        ParameterError
            When a threshold lies outside the cube.
        """
        for name, value, top in (
            ("staff_from", staff_from, STAFF_CAP),
            ("full_members_from", full_members_from, FULL_MEMBERS_TOP),
        ):
            if not 0 <= value <= top:
                raise ParameterError(f"{name}: {value}; allowed: 0 to {top}")
        return self.sums[:, :, :, staff_from, full_members_from]


def cube(cells: Cells, *, districts: tuple[str, ...], categories: tuple[str, ...]) -> Cube:
    """Build the cube of a study's cells; districts and categories give the order of its axes.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coverage.cells import compress
    >>> from analysis.quantities import Status
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> built = cube(Cells(compress(pd.DataFrame([row])), Status.COUNTED), districts=("a",), categories=("private",))
    >>> built.at(staff_from=40)[0].sum(), built.at(staff_from=41)[0].sum()
    (np.int64(1), np.int64(0))
    """
    table = cells.table
    shape = (len(districts), len(categories), STAFF_CAP + 1, FULL_MEMBERS_TOP + 1)
    place = (
        _position(table["district"].to_numpy(), districts),
        _position(table["category"].to_numpy(), categories),
        table["staff"].to_numpy(),
        np.minimum(table["full_members"].to_numpy(), FULL_MEMBERS_TOP),
    )
    flat = np.ravel_multi_index(place, shape)
    enterprises = table["enterprises"].to_numpy()
    weights = {
        "enterprises": enterprises,
        "with_organisation": enterprises * (table["organisation"].to_numpy() != "none"),
        "with_instructor": enterprises * table["instructor"].to_numpy(),
        **{name: table[name].to_numpy() for name in OUTCOMES[3:]},
    }
    sums = np.stack(
        [np.bincount(flat, weights=weights[name], minlength=int(np.prod(shape))).reshape(shape) for name in OUTCOMES]
    )
    return Cube(districts, categories, _from_the_top(np.rint(sums).astype(np.int64)))


def _from_the_top(sums: Counts) -> Counts:
    for axis in (-1, -2):
        sums = np.flip(np.cumsum(np.flip(sums, axis), axis), axis)
    return sums


def _position(ids: np.ndarray[Any, Any], known: tuple[str, ...]) -> Counts:
    order = {name: position for position, name in enumerate(known)}
    names, inverse = np.unique(ids.astype(str), return_inverse=True)
    unknown = [name for name in names if name not in order]
    if unknown:
        raise ParameterError(f"cells hold unknown ids: {', '.join(unknown)}; allowed: {', '.join(known)}")
    return np.array([order[name] for name in names], dtype=np.int64)[inverse]
