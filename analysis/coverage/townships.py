"""Below the district: its townships, where the register knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.coverage.cells import TOWNSHIP, Cells
from analysis.coverage.cube import STANDARD, Cube, cube

MEASURED = (STANDARD["enterprises"], STANDARD["with_organisation"])


@dataclass(frozen=True, eq=False)
class Townships:
    """The cells by district, and a cube for each district that was opened; the townships are its axis of districts."""

    cells: Mapping[str, Cells]
    categories: tuple[str, ...]
    _cubes: dict[str, Cube] = field(default_factory=dict)

    def cube(self, district: str) -> Cube:
        """Enterprises, and those with an organisation, in the townships of one district, at any threshold."""
        if district not in self._cubes:
            cells = self.cells[district]
            outcomes = tuple(one for one in MEASURED if not cells.lacking(*one))
            names = tuple(sorted(set(cells.table["district"])))
            self._cubes[district] = cube(cells, districts=names, categories=self.categories, outcomes=outcomes)
        return self._cubes[district]


def townships_of(cells: Cells, *, categories: tuple[str, ...]) -> Townships | None:
    """The townships of cells; none where the register has none.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coverage.cells import compress
    >>> from analysis.quantities import Status
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> rows = pd.DataFrame([row | {"township": "north"}, row | {"township": "south"}])
    >>> cells = Cells(compress(pd.DataFrame([row])), Status.COUNTED, townships=compress(rows))
    >>> townships_of(cells, categories=("private",)).cube("a").districts
    ('north', 'south')
    >>> townships_of(replace(cells, townships=None), categories=("private",)) is None
    True
    """
    if cells.townships is None:
        return None
    parts = {
        str(name): replace(cells, table=rows.assign(district=rows[TOWNSHIP].astype(str)), townships=None)
        for name, rows in cells.townships.groupby("district", observed=True)
    }
    return Townships(parts, categories)
