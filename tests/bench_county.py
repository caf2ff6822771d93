"""Cells as a hundred million enterprises would give them: millions, over hundreds of counties; for measuring only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEASURES, Cells
from analysis.coverage.lookup import Board, board_of
from analysis.quantities import Status
from analysis.study import Study

COUNTIES = 340
CELLS = 6_800_000  # distinct cells of a hundred million rows with counties, as measured
ENTERPRISES = 100_000_000


def county_board(study: Study, *, cells: int = CELLS, counties: int = COUNTIES) -> Board:
    """A study's rules over many counties, with cells drawn at random that stand for `ENTERPRISES`."""
    rng = np.random.default_rng(7)
    first = study.districts[0]
    places = tuple(
        first.model_copy(update={"id": f"county-{place}", "tile_column": place % 20, "tile_row": place // 20})
        for place in range(counties)
    )
    full = rng.integers(0, 12, cells)
    table = pd.DataFrame(
        {
            "district": pd.Categorical.from_codes(rng.integers(0, counties, cells), [row.id for row in places]),
            "category": pd.Categorical.from_codes(
                rng.integers(0, len(study.settings.categories), cells), [row.id for row in study.settings.categories]
            ),
            "staff": rng.integers(0, 301, cells),
            "full_members": full,
            "members": full + rng.integers(0, 3, cells),
            "organisation": pd.Categorical.from_codes(rng.integers(0, 3, cells), ["none", "independent", "joint"]),
            "instructor": rng.integers(0, 2, cells),
            "five_good": rng.integers(0, 2, cells),
            "directly_managed": rng.integers(0, 2, cells),
        }
    )
    weight = rng.multinomial(ENTERPRISES, np.full(cells, 1 / cells))
    table = table.assign(**dict.fromkeys(MEASURES, weight))
    wide = replace(study, districts=places)
    return board_of(wide, Cells(table, Status.COUNTED))
