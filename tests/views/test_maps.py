"""What the maps promise beyond what every chart does."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from analysis.errors import WorkbookError
from analysis.style import contrast
from analysis.views.map_charts import heat_map, tile_map
from analysis.views.render import Picture
from analysis.views.rows import Cell, Tile
from analysis.views.theme import PAPER
from tests.views.pictures import row, tiles


def squares(picture: Picture) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = picture.specification["datasets"]["rows"]
    return rows


def test_a_tile_stands_where_its_district_lies_and_gaps_stay_empty() -> None:
    drawn_at = {square["id"]: (square["x"], square["y"]) for square in squares(tile_map(tiles("zh"), language="zh"))}
    lefts, tops = ({place[axis] for place in drawn_at.values()} for axis in (0, 1))
    columns, downs = sorted({tile.column for tile in tiles("zh")}), sorted({tile.row for tile in tiles("zh")})
    assert len(lefts) == len(columns)
    assert len(tops) == len(downs)
    for tile in tiles("zh"):
        assert drawn_at[tile.bar.id] == (sorted(lefts)[columns.index(tile.column)], sorted(tops)[downs.index(tile.row)])
    step = min(b - a for a, b in pairwise(sorted(lefts)))
    assert max(lefts) - min(lefts) == pytest.approx(step * (columns[-1] - columns[0]))


def test_the_darker_tile_has_the_higher_rate_and_no_rate_no_colour() -> None:
    shown = [Tile(row(part, 100, name=str(part)), part, 0) for part in (0, 5, 40, 100)]
    empty = Tile(row(0, 0, name="none"), 0, 1)
    fills = {square["id"]: str(square["fill"]) for square in squares(tile_map([*shown, empty], language="en"))}
    whiteness = [contrast(fills[str(part)], "#000000") for part in (0, 5, 40, 100)]
    assert whiteness == sorted(whiteness, reverse=True)
    assert len(set(whiteness)) == 4
    assert fills["none"] == PAPER


def test_a_fixed_end_of_the_scale_keeps_colours_comparable() -> None:
    alone, beside = (
        squares(tile_map(shown, language="en", upper=0.5))
        for shown in ([Tile(row(10, 100, name="a"), 0, 0)], [Tile(row(x, 100, name=n), x, 0) for n, x in [("a", 10), ("b", 40)]])
    )  # fmt: skip
    assert alone[0]["fill"] == beside[0]["fill"]


def test_two_districts_on_one_place_are_refused_by_name() -> None:
    with pytest.raises(WorkbookError, match=r"甲, 乙 .*column 3, row 1"):
        tile_map([Tile(row(1, 2, name="甲"), 3, 1), Tile(row(1, 2, name="乙"), 3, 1)], language="zh")


def test_a_pair_that_is_not_given_stays_empty() -> None:
    pairs = [("a", "x", 1), ("a", "y", 2), ("b", "y", 3)]
    given = [Cell(down, across, row(part, 9, name=down + across)) for down, across, part in pairs]
    assert [square["id"] for square in squares(heat_map(given, language="en"))] == ["ax", "ay", "by"]
