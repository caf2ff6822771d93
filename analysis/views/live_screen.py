"""What stands still while a reader explores: the words for a study's parts, and the places of its tiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.coverage.limits import bands_of
from analysis.quantities import Label, Language
from analysis.study import Study
from analysis.views.live_marks import NAMES
from analysis.views.text_fit import wrapped
from analysis.views.theme import SMALL
from analysis.views.wording import capital

TILE = 68  # room for a name in a tile, px

Row = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What does not change while a reader explores: the study, and the words for its parts."""

    study: Study
    language: Language
    districts: tuple[Row, ...]
    categories: tuple[str, ...]
    bands: tuple[str, ...]

    @property
    def map_size(self) -> tuple[int, int]:
        """Columns and rows of the tile map; none without districts."""
        columns, rows = (max((round(row[end] + 0.5) for row in self.districts), default=0) for end in ("x2", "y2"))
        return columns, rows


def screen_of(study: Study, language: Language) -> Screen:
    """The words for a study's parts, wrapped to the room they have, and the places of its tiles."""
    first_column = min((row.tile_column for row in study.districts), default=0)
    first_row = min((row.tile_row for row in study.districts), default=0)
    districts = tuple(
        {
            "id": row.id,
            "name": named(row.label, language),
            **_tile(row.label.of(language), row.tile_column - first_column, row.tile_row - first_row),
        }
        for row in study.districts
    )
    categories = tuple(named(row.label, language) for row in study.settings.categories)
    bands = (_band(low, high).of(language) for low, high in bands_of(study))
    heads = tuple(wrapped(band, 50, SMALL, most=2) for band in bands)
    return Screen(study, language, districts, categories, heads)


@cache
def named(label: Label, language: Language) -> str:
    """A name left of a plot, in lines."""
    return wrapped(capital(label.of(language)), NAMES[language] - 10, SMALL, most=2)


def _tile(name: str, column: int, row: int) -> Row:
    """A tile's box on the map, in tiles, with its name's lines and the rate below them in the middle."""
    gap = 0.035
    box = {"x": column + gap, "x2": column + 1 - gap, "y": row + gap, "y2": row + 1 - gap}
    lines = wrapped(name, TILE, 10)
    words = {"tile": lines, "name_size": 10, "mx": column + 0.5}
    name_y, rate_y = _HEIGHTS[lines.count("\n")]
    return {**box, **words, "name_y": row + name_y, "rate_y": row + rate_y}


# where the name's first line and the rate stand in a tile, by the name's lines
_HEIGHTS = ((0.33, 0.68), (0.24, 0.76), (0.19, 0.83))


def _band(low: int, high: int) -> Label:
    if not low:
        return Label(f"{high}以下", f"up to {high}")
    if not high:
        return Label(f"{low}以上", f"{low}+")
    return Label(f"{low}–{high}", f"{low} to {high}")
