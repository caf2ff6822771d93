"""Rates as coloured squares: districts on a tile map, categories by staff on a heat map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Language
from analysis.style import RAMP
from analysis.views import summaries
from analysis.views.chart_parts import (
    Row,
    as_it_is,
    down,
    left_of,
    named,
    names,
    parameter,
    pixels,
    placed,
    words_of,
)
from analysis.views.chart_sheet import STRIP, picture
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Tile, claims_of, is_number, length, shown
from analysis.views.text_fit import text_width, wrapped
from analysis.views.theme import (
    ACCENT,
    HAIRLINE,
    LINE,
    MUTED,
    PAPER,
    SMALL,
    TEXT,
    WIDTH,
    ink_on,
    shade,
)
from analysis.views.wording import number

LOW, HIGH = Label("低", "low"), Label("高", "high")
TILE, SMALLEST_TILE, GAP, CELL = 90.0, 56.0, 4.0, 48.0
_RAMP_KEY = 20  # width of one colour of the key, px


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
    claims = claims_of(tile.bar.rate for tile in tiles)
    first_column, first_row = min(tile.column for tile in tiles), min(tile.row for tile in tiles)
    columns, lines = (
        max(tile.column for tile in tiles) - first_column + 1,
        max(tile.row for tile in tiles) - first_row + 1,
    )
    size = min(TILE, (width - 8 - GAP * columns) / columns)
    is_bare = tight and size < SMALLEST_TILE
    size = size if is_bare else max(size, SMALLEST_TILE)
    width = max(width, columns * (size + GAP) + 8)
    margin = (width - columns * (size + GAP) + GAP) / 2
    high = upper or max((length(tile.bar.rate) for tile in tiles), default=0.0) or 1.0
    small = min(TEXT, int(size / 6.9))
    rows = list[Row]()
    for tile in sorted(tiles, key=lambda tile: tile.bar.id in selected):  # an outline lies over its neighbours
        x = margin + (tile.column - first_column) * (size + GAP)
        y = STRIP + 4 + (tile.row - first_row) * (size + GAP)
        box = {"x": x, "x2": x + size, "y": y, "y2": y + size, "middle": x + size / 2, "below": y + size - 12}
        square = _square(tile.bar, high, language) | box | {"chosen": tile.bar.id in selected}
        words = {"name": "", "rate": ""} if is_bare else {"name": wrapped(tile.bar.name, size - 6, small)}
        rows.append(square | words)
    return picture(
        _tiles if small > 10 else _small_tiles,
        {"rows": rows, "ramp": _ramp(language, upper)},
        claims,
        summaries.of_bars([tile.bar for tile in tiles], language, detail="rate"),
        language,
        height=STRIP + lines * (size + GAP) + 10,
        width=width,
        half=(size - 16) / 2,
        upper=high,
    )


def _small_tiles() -> list[Any]:
    return _tiles(size=9)


def _tiles(size: int = 12) -> list[Any]:
    import altair as alt

    rows = named("rows")
    box: dict[str, Any] = {"x": pixels("x"), "x2": "x2:Q", "y": pixels("y"), "y2": "y2:Q"}
    middle = pixels("middle")
    chosen = rows.transform_filter("datum.chosen").transform_calculate(
        x="datum.x - 4", x2="datum.x2 + 4", y="datum.y - 4", y2="datum.y2 + 4"
    )
    return [
        *_ramp_key(),
        chosen.mark_rect(color=ACCENT).encode(
            **box
        ),  # a frame with paper between: alone it is lost on a dark tile in a grey print
        chosen.mark_rect(color=PAPER)
        .encode(x=pixels("x3"), x2="x4:Q", y=pixels("y3"), y2="y4:Q")
        .transform_calculate(x3="datum.x + 2", x4="datum.x2 - 2", y3="datum.y + 2", y4="datum.y2 - 2"),
        rows.mark_rect().encode(**box, color=as_it_is("fill"), stroke=alt.Stroke("stroke:N", scale=None, legend=None)),
        words_of(rows, "name", x=middle, y=pixels("y"), align="center", size=size, color=None, dy="half"),
        words_of(rows, "rate", x=middle, y=pixels("below"), align="center", size=size + 1, color=None),
    ]


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
    high = upper or max((length(bar.rate) for bar in bars), default=0.0) or 1.0
    rows = [_square(bar, high, language) | ({"stroke": ACCENT} if bar.id in selected else {}) for bar in bars]
    points = [
        point
        for shape in shapes["features"]
        for polygon in shape["geometry"]["coordinates"]
        for ring in polygon
        for point in ring
    ]
    (west, east), (low, top) = ((min(ends), max(ends)) for ends in zip(*points, strict=True))
    zoom = min(width / (east - west), width / (top - low))
    height = STRIP + zoom * (top - low) + 8
    return picture(
        _boundaries,
        {"rows": rows, "shapes": shapes["features"], "ramp": _ramp(language, upper)},
        claims_of(bar.rate for bar in bars),
        summaries.of_bars(bars, language, detail="rate"),
        language,
        height=height,
        width=width,
        zoom=zoom,
        upper=high,
        west=(width - zoom * (east + west)) / 2,
        south=height - 4 + zoom * low,
    )


def _boundaries() -> list[Any]:
    import altair as alt

    rows = alt.LookupData(data=alt.NamedData("rows"), key="id", fields=["fill", "stroke", "tip"])
    shapes = (
        named("shapes")
        .transform_lookup(lookup="id", from_=rows)
        .project(
            type="identity",
            reflectY=True,
            scale=parameter("zoom"),
            translate=alt.ExprRef("[west, south]"),
        )
    )
    stroke = alt.Stroke("stroke:N", scale=None, legend=None)
    return [*_ramp_key(), shapes.mark_geoshape(strokeWidth=1.5).encode(color=as_it_is("fill"), stroke=stroke)]


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
    claims = claims_of(*((cell.bar.rate, cell.bar.base) for cell in cells))
    kinds, sizes = (list(dict.fromkeys(part)) for part in zip(*((c.row, c.column) for c in cells), strict=True))
    firsts = {cell.row: cell.bar.id for cell in reversed(cells)}  # a name stands for the first cell of its row
    called: list[Row] = [{"id": firsts[row], "name": wrapped(row, 150)} for row in kinds]
    left = left_of(called)
    column_width = (width - left) / len(sizes) - GAP
    heads: list[Row] = [{"column": at, "name": wrapped(column, column_width, SMALL)} for at, column in enumerate(sizes)]
    top = STRIP + max(head["name"].count("\n") + 1 for head in heads) * SMALL * LINE + 6
    bottom = placed(called, CELL, top)
    high = upper or max((length(cell.bar.rate) for cell in cells), default=0.0) or 1.0
    of = "共" if language == "zh" else "of "
    rows = [
        {
            **_square(cell.bar, high, language),
            "y": called[kinds.index(cell.row)]["y"],
            "column": sizes.index(cell.column),
            "base": of + shown(cell.bar.base),
            "chosen": cell.bar.id in selected,
        }
        for cell in cells
    ]
    stop = "，" if language == "zh" else ", "
    summary = [replace(cell.bar, name=f"{cell.row}{stop}{cell.column}") for cell in cells]
    return picture(
        _heat if column_width > 90 else _narrow_heat,
        {"rows": rows, "names": called, "heads": heads, "ramp": _ramp(language, upper)},
        claims,
        summaries.of_bars(summary, language, detail="base"),
        language,
        height=bottom,
        left=left,
        width=width,
        right=width,
        upper=high,
        top=top,
        bottom=bottom,
    )


def _narrow_heat() -> list[Any]:
    return _heat(sizes=(10, 8))


def _heat(sizes: tuple[int, int] = (TEXT, 11)) -> list[Any]:
    import altair as alt

    rows = named("rows")
    ends = [parameter("left"), parameter("right")]
    x = alt.X("column:O", axis=None, scale=alt.Scale(type="band", range=ends, paddingInner=0.03, paddingOuter=0))
    edges = rows.transform_calculate(y1=f"datum.y - {(CELL - GAP) / 2}", y2=f"datum.y + {(CELL - GAP) / 2}")
    cells = edges.mark_rect().encode(x=x, y=pixels("y1"), y2="y2:Q", color=as_it_is("fill"))
    return [
        *_ramp_key(),
        cells.encode(stroke=alt.Stroke("stroke:N", scale=None, legend=None)),
        cells.mark_rect(fillOpacity=0, stroke=ACCENT, strokeWidth=3).transform_filter("datum.chosen"),
        names(named("names")),
        words_of(named("heads"), "name", x=x, y=alt.value(alt.ExprRef("top - 14")), align="center", size=SMALL),
        words_of(rows, "rate", x=x, y=down(), align="center", size=sizes[0], color=None, dy=-8),
        words_of(rows, "base", x=x, y=down(), align="center", size=sizes[1], color=None, dy=9),
    ]


def _square(bar: Bar, high: float, language: Language) -> Row:
    """The darker the square, the higher the rate; one without a rate is empty, and outlined."""
    known = is_number(bar.rate)
    fill = shade(length(bar.rate) / high) if known else PAPER
    ink = ink_on(fill) if known else MUTED
    told = {"id": bar.id, "rate": shown(bar.rate), "tip": bar.told(language)}
    return {**told, "fill": fill, "ink": ink, "stroke": None if known else HAIRLINE}


def _ramp(language: Language, upper: float | None) -> list[Row]:
    low, high = LOW.of(language), HIGH.of(language)
    if upper is not None:  # a scale of its own has numbers; between the rates that are printed it has words
        low, high = (number(end, "share", language) for end in (0, upper))
    start = text_width(low, SMALL) + 6
    boxes: list[Row] = [
        {"x": start + _RAMP_KEY * n, "x2": start + _RAMP_KEY * (n + 1), "fill": fill} for n, fill in enumerate(RAMP)
    ]
    return [*boxes, {"at": 0, "word": low}, {"at": boxes[-1]["x2"] + 6, "word": high}]


def _ramp_key() -> list[Any]:
    """The colours from few to many, in words."""
    import altair as alt

    ramp = named("ramp")
    boxes, ends = ramp.transform_filter("datum.fill"), ramp.transform_filter("datum.word")
    place: dict[str, Any] = {"x": pixels("x"), "x2": "x2:Q", "y": alt.value(4.5), "y2": alt.value(15.5)}
    return [
        boxes.mark_rect().encode(**place, color=as_it_is("fill")),
        words_of(ends, "word", x=pixels("at"), y=alt.value(10), size=SMALL, color=MUTED),
    ]


def _check_places(tiles: Sequence[Tile]) -> None:
    for (column, row), times in Counter((tile.column, tile.row) for tile in tiles).items():
        if times > 1:
            alike = ", ".join(tile.bar.name for tile in tiles if (tile.column, tile.row) == (column, row))
            what = "tile map: {names} have the same place, column {column}, row {row}; allowed: a place of its own for each"
            raise WorkbookError(said(what, names=alike, column=column, row=row))


LAYERS = (_tiles, _small_tiles, _boundaries, _heat, _narrow_heat)
