"""Rates as coloured squares: districts on a tile map or in their boundaries, categories by staff on a heat map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Language
from analysis.style import RAMP
from analysis.views.chart_sheet import STRIP, Shown, picture
from analysis.views.marks import Datum, Layer, as_it_is, at, layer, left_of, pixels, placed, words
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Tile, claims_of, is_number, length, shown
from analysis.views.summaries import Detail, ends_told
from analysis.views.text_fit import text_width, wrapped
from analysis.views.theme import ACCENT, HAIRLINE, LINE, MUTED, PAPER, SMALL, TEXT, WIDTH, ink_on, shade
from analysis.views.wording import number, text

TILE, SMALLEST_TILE, GAP, CELL = 90.0, 56.0, 4.0, 48.0
KEY = 20  # width of one colour of the key, px


def tile_map(
    tiles: Sequence[Tile],
    *,
    language: Language,
    selected: Collection[str] = (),
    upper: float | None = None,
    width: float = WIDTH,
    tight: bool = False,
) -> Picture:
    """Districts as squares at their places, coloured by rate, with name and rate in them.

    Every district has a square of the same size near its place: no borders are needed, and a small district is read as
    easily as a large one.

    Parameters
    ----------
    selected
        Ids of districts to outline.
    upper
        The rate of the darkest colour; without one, the highest.
    tight
        Whether a map of many columns keeps to the width: its squares are then bare, and answer the pointer.

    Raises
    ------
    WorkbookError
        When two districts have the same place.
    """
    _check_places(tiles)
    across, down = [tile.column for tile in tiles], [tile.row for tile in tiles]
    first, top = min(across), min(down)
    columns, lines = max(across) - first + 1, max(down) - top + 1
    size = min(TILE, (width - 8 - GAP * columns) / columns)
    is_bare = tight and size < SMALLEST_TILE
    size = size if is_bare else max(size, SMALLEST_TILE)
    step, width = size + GAP, max(width, columns * (size + GAP) + 8)
    margin, high = (width - columns * step + GAP) / 2, _highest([tile.bar for tile in tiles], upper)
    small = min(TEXT, int(size / 6.9))
    rows = list[Datum]()
    for tile in sorted(tiles, key=lambda tile: tile.bar.id in selected):  # an outline lies over its neighbours
        x, y = margin + (tile.column - first) * step, STRIP + 4 + (tile.row - top) * step
        square = _square(tile.bar, high, selected, language) | _box(x, y, size, size)
        told = {"name": "", "rate": ""} if is_bare else {"name": wrapped(tile.bar.name, size - 6, small)}
        rows.append(square | told)
    place: dict[str, Any] = {"x": pixels("middle"), "align": "center", "colour": "ink"}
    lettering = 12 if small > 10 else 9
    return picture(
        [
            *_ramp_key(),
            *_squares(),
            words("name", **place, y=pixels("y"), size=lettering, dy="half"),
            words("rate", **place, y=pixels("y2"), size=lettering + 1, dy=-12),
        ],
        {"rows": rows, "ramp": _ramp(language, upper)},
        _shown([tile.bar for tile in tiles], language),
        {"half": (size - 16) / 2, "upper": high},
        height=STRIP + lines * step + 10,
        width=width,
    )


def boundary_map(
    bars: Sequence[Bar],
    shapes: Mapping[str, Any],
    *,
    language: Language,
    selected: Collection[str] = (),
    upper: float | None = None,
    width: float = WIDTH,
) -> Picture:
    """Districts in boundaries of the user's own, coloured by rate.

    Parameters
    ----------
    shapes
        A GeoJSON collection in flat coordinates, its features with the bars' ids, as `boundaries.read_boundaries` gives it.
    selected, upper
        As of the tile map.
    """
    high = _highest(bars, upper)
    rows = [
        square | ({"stroke": ACCENT} if square["chosen"] else {})
        for square in (_square(bar, high, selected, language) for bar in bars)
    ]
    polygons = [polygon for shape in shapes["features"] for polygon in shape["geometry"]["coordinates"]]
    points = [point for polygon in polygons for ring in polygon for point in ring]
    (west, east), (low, top) = ((min(ends), max(ends)) for ends in zip(*points, strict=True))
    zoom = min(width / (east - west), width / (top - low))
    height = STRIP + zoom * (top - low) + 8
    drawn = layer("geoshape", "shapes", {"stroke": as_it_is("stroke")}, colour="fill", strokeWidth=1.5)
    drawn["transform"] = [
        {"lookup": "id", "from": {"data": {"name": "rows"}, "key": "id", "fields": ["fill", "stroke", "tip"]}}
    ]
    place = {"scale": {"expr": "zoom"}, "translate": {"expr": "[west, south]"}}
    drawn["projection"] = {"type": "identity", "reflectY": True, **place}
    return picture(
        [*_ramp_key(), drawn],
        {"rows": rows, "shapes": shapes["features"], "ramp": _ramp(language, upper)},
        _shown(bars, language),
        {"zoom": zoom, "upper": high, "west": (width - zoom * (east + west)) / 2, "south": height - 4 + zoom * low},
        height=height,
        width=width,
    )


def heat_map(
    cells: Sequence[Cell],
    *,
    language: Language,
    selected: Collection[str] = (),
    upper: float | None = None,
    width: float = WIDTH,
) -> Picture:
    """Rates by two attributes, each over its base; rows and columns in the order they come in.

    Parameters
    ----------
    cells
        One for each pair at most; a pair without one stays empty.
    selected, upper
        As of the tile map.
    """
    kinds, sizes = (list(dict.fromkeys(part)) for part in zip(*((c.row, c.column) for c in cells), strict=True))
    firsts = {cell.row: cell.bar.id for cell in reversed(cells)}  # a name stands for the first cell of its row
    called: list[Datum] = [{"id": firsts[row], "name": wrapped(row, 150)} for row in kinds]
    left = left_of(called)
    step = (width - left + GAP) / len(sizes)
    room = step - GAP
    heads = [{"x": left + step * at + room / 2, "name": wrapped(one, room, SMALL)} for at, one in enumerate(sizes)]
    top = STRIP + max(str(head["name"]).count("\n") + 1 for head in heads) * SMALL * LINE + 6
    bottom = placed(called, CELL, top)
    high = _highest([cell.bar for cell in cells], upper)
    of, stop = ("共", "，") if language == "zh" else ("of ", ", ")
    rows = []
    for cell in cells:
        middle = called[kinds.index(cell.row)]["y"]
        box = _box(left + step * sizes.index(cell.column), middle - (CELL - GAP) / 2, room, CELL - GAP)
        rows.append(_square(cell.bar, high, selected, language) | box | {"base": of + shown(cell.bar.base)})
    lettering = (TEXT, 11) if room > 90 else (10, 8)
    place: dict[str, Any] = {"x": pixels("middle"), "y": pixels("y"), "align": "center", "colour": "ink"}
    told = [replace(cell.bar, name=f"{cell.row}{stop}{cell.column}") for cell in cells]
    return picture(
        [
            *_ramp_key(),
            *_squares(),
            words("name", data="names", x=at("left"), align="right", dx=-10),
            words("name", data="heads", x=pixels("x"), y=at("top - 14"), align="center", size=SMALL),
            words("rate", **place, size=lettering[0], dy=14),
            words("base", **place, size=lettering[1], dy=31),
        ],
        {"rows": rows, "names": called, "heads": heads, "ramp": _ramp(language, upper)},
        _shown(told, language, detail="base"),
        {"left": left, "top": top, "upper": high},
        height=bottom,
        width=width,
    )


def _shown(bars: Sequence[Bar], language: Language, *, detail: Detail = "rate") -> Shown:
    """What a map shows: rates, with their bases where these stand in it."""
    claims = claims_of(*((bar.rate, *((bar.base,) if detail == "base" else ())) for bar in bars))
    return Shown(claims, ends_told(bars, language, detail=detail), language)


def _highest(bars: Sequence[Bar], upper: float | None) -> float:
    """The rate of the darkest colour."""
    return upper or max((length(bar.rate) for bar in bars), default=0.0) or 1.0


def _square(bar: Bar, high: float, selected: Collection[str], language: Language) -> Datum:
    """The darker the square, the higher the rate; one without a rate is empty, and outlined."""
    known = is_number(bar.rate)
    fill = shade(length(bar.rate) / high) if known else PAPER
    look = {"fill": fill, "ink": ink_on(fill) if known else MUTED, "stroke": None if known else HAIRLINE}
    return {"id": bar.id, "rate": shown(bar.rate), "tip": bar.told(language), "chosen": bar.id in selected, **look}


def _box(x: float, y: float, width: float, height: float) -> Datum:
    return {"x": x, "x2": x + width, "y": y, "y2": y + height, "middle": x + width / 2}


def _squares() -> list[Layer]:
    """The squares; those chosen in a frame with paper between, since alone it is lost on a dark one in a grey print."""
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}}

    def larger(by: float, colour: str) -> Layer:
        off = {"xOffset": -by, "x2Offset": by, "yOffset": -by, "y2Offset": by}
        return layer("rect", "rows", box, colour=colour, where="datum.chosen", **off)

    squares = layer("rect", "rows", box | {"stroke": as_it_is("stroke")}, colour="fill")
    return [larger(4, ACCENT), larger(2, PAPER), squares]


def _ramp(language: Language, upper: float | None) -> list[Datum]:
    low, high = (text(f"charts.{end}", language) for end in ("low", "high"))
    if upper is not None:  # a scale of its own has numbers; between the rates that are printed it has words
        low, high = (number(end, "share", language) for end in (0, upper))
    start = text_width(low, SMALL) + 6
    boxes: list[Datum] = [
        {"x": start + KEY * place, "x2": start + KEY * (place + 1), "fill": fill} for place, fill in enumerate(RAMP)
    ]
    return [*boxes, {"at": 0, "word": low}, {"at": boxes[-1]["x2"] + 6, "word": high}]


def _ramp_key() -> list[Layer]:
    """The colours from few to many, in words."""
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": {"value": 4.5}, "y2": {"value": 15.5}}
    return [
        layer("rect", "ramp", box, colour="fill", where="datum.fill"),
        words("word", data="ramp", x=pixels("at"), y={"value": 10}, size=SMALL, colour=MUTED, where="datum.word"),
    ]


def _check_places(tiles: Sequence[Tile]) -> None:
    for (column, row), times in Counter((tile.column, tile.row) for tile in tiles).items():
        if times > 1:
            alike = ", ".join(tile.bar.name for tile in tiles if (tile.column, tile.row) == (column, row))
            what = "tile map: {names} have the same place, column {column}, row {row}; allowed: a place of its own for each"
            raise WorkbookError(said(what, names=alike, column=column, row=row))
