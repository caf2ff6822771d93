"""Rates as coloured squares: districts on a tile map, categories by staff on a heat map.

A tile map gives every district a square of the same size near its place: no borders are needed, and a small district
is read as easily as a large one. The darker the square, the higher the rate; the number stands in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Language
from analysis.style import RAMP
from analysis.views import summaries
from analysis.views.drawing import Picture
from analysis.views.lettering import fitted, text_width, wrapped
from analysis.views.marks import Layer, Letter, Span, heading, letters, sheet, spans, stacked
from analysis.views.rows import Bar, Cell, Tile, claims_of, is_number, length, shown
from analysis.views.theme import (
    ACCENT,
    HAIRLINE,
    LARGE,
    LINE,
    MUTED,
    PAPER,
    SMALL,
    TEXT,
    WIDTH,
    ink_on,
    shade,
)

TILE, SMALLEST_TILE, GAP = 90.0, 56.0, 4.0
CELL = 44.0
LOW, HIGH = Label("低", "low"), Label("高", "high")
NAME_WIDTH = 150
STRIP = 30.0


def tile_map(tiles: Sequence[Tile], *, language: Language, selected: str = "", upper: float | None = None) -> Picture:
    """Districts as squares at their places, coloured by rate, with name and rate in them.

    Parameters
    ----------
    selected
        The id of a district to outline.
    upper
        The rate of the darkest colour; without one, the highest.

    Raises
    ------
    WorkbookError
        When two districts have the same place.
    """
    _check_places(tiles)
    claims = claims_of(tile.bar.rate for tile in tiles)
    first_column, first_row = min(tile.column for tile in tiles), min(tile.row for tile in tiles)
    columns = max(tile.column for tile in tiles) - first_column + 1
    size = max(min(TILE, (WIDTH - 4 - GAP * columns) / columns), SMALLEST_TILE)
    margin = max((WIDTH - columns * (size + GAP) + GAP) / 2, 4.0)
    high = upper or _upper(tile.bar for tile in tiles)
    squares: list[Span] = []
    words: list[Letter] = []
    for tile in sorted(tiles, key=lambda tile: tile.bar.id == selected):  # an outline lies over its neighbours
        x = margin + (tile.column - first_column) * (size + GAP)
        y = STRIP + (tile.row - first_row) * (size + GAP)
        square = _square(tile.bar, x, y, size, size, high)
        squares += _outlined(square) if tile.bar.id == selected else [square]
        words += _tile_words(tile.bar, square)
    strip, _ = heading(claims, (), language=language)
    layers = [*strip, *_ramp_key(language), spans(squares, name="tiles"), letters(words)]
    bottom = max(square.y2 for square in squares)
    chart = sheet(layers, height=bottom + 6, width=max(WIDTH, margin + columns * (size + GAP)))
    return Picture(chart, claims, summaries.of_bars([tile.bar for tile in tiles], language, detail="rate"), language)


def heat_map(cells: Sequence[Cell], *, language: Language) -> Picture:
    """Rates by two attributes, each over its base; rows and columns in the order they come in.

    Parameters
    ----------
    cells
        One for each pair at most; a pair without one stays empty.
    """
    claims = claims_of(*((cell.bar.rate, cell.bar.base) for cell in cells))
    rows, columns = (list(dict.fromkeys(names)) for names in zip(*((c.row, c.column) for c in cells), strict=True))
    names = [wrapped(row, NAME_WIDTH, TEXT) for row in rows]
    left = max(text_width(line, TEXT) for name in names for line in name) + 12
    width = (WIDTH - left - 2) / len(columns) - GAP
    heads = [fitted(column, width, 3 * SMALL * LINE, sizes=(SMALL, SMALL - 2)) for column in columns]
    top = STRIP + max(len(lines) * size for size, lines in heads) * LINE + 6
    across = {column: left + number * (width + GAP) for number, column in enumerate(columns)}
    down = {row: top + number * (CELL + GAP) for number, row in enumerate(rows)}
    high = _upper(cell.bar for cell in cells)
    squares = [_square(cell.bar, across[cell.column], down[cell.row], width, CELL, high) for cell in cells]
    words = _cells_words(cells, squares, language)
    for x, (size, lines) in zip(across.values(), heads, strict=True):
        middle = top - 6 - len(lines) * size * LINE / 2
        words += stacked(lines, x=x + width / 2, y=middle, align="center", size=size)
    for y, name in zip(down.values(), names, strict=True):
        words += stacked(name, x=left - 10, y=y + CELL / 2, align="right")
    strip, _ = heading(claims, (), language=language)
    layers = [*strip, *_ramp_key(language), spans(squares, name="cells"), letters(words)]
    summary = summaries.of_bars([_named(cell, language) for cell in cells], language, detail="base")
    return Picture(sheet(layers, height=top + len(rows) * (CELL + GAP)), claims, summary, language)


def _square(bar: Bar, x: float, y: float, width: float, height: float, high: float) -> Span:
    known = is_number(bar.rate)
    fill = shade(length(bar.rate) / high) if known else PAPER
    return Span(x, x + width, y, y + height, fill, bar.id, None if known else HAIRLINE)


def _outlined(square: Span) -> list[Span]:
    """A tile in a frame, with paper between: a frame alone is lost on a dark tile in a grey print."""
    frame = Span(square.start - 4, square.end + 4, square.y - 4, square.y2 + 4, ACCENT)
    return [frame, replace(square, stroke=PAPER)]


def _tile_words(bar: Bar, square: Span) -> list[Letter]:
    """The name over the rate, together in the middle of the tile, each as large as fits."""
    side, centre = square.end - square.start, (square.start + square.end) / 2
    rate_size = _largest(shown(bar.rate), side - 6, (LARGE, TEXT, 11, 10, 9, 8))
    size, name = fitted(bar.name, side - 8, side - rate_size * 2 - 8, sizes=(TEXT, 12, 11, 10, 9))
    height = len(name) * size * LINE + 4 + rate_size * LINE
    top = (square.y + square.y2 - height) / 2
    ink = ink_on(square.fill)
    middle = top + len(name) * size * LINE / 2
    rate = Letter(shown(bar.rate), centre, top + height - rate_size * LINE / 2, "center", rate_size, _ink(bar, square))
    return [*stacked(name, x=centre, y=middle, align="center", size=size, fill=ink), rate]


def _cells_words(cells: Sequence[Cell], squares: Sequence[Span], language: Language) -> list[Letter]:
    """In each cell the rate over its base; the same sizes in all of them."""
    room = min(square.end - square.start for square in squares) - 4
    rates = [shown(cell.bar.rate) for cell in cells]
    bases = [("共" if language == "zh" else "of ") + shown(cell.bar.base) for cell in cells]
    rate_size = min(_largest(text, room, (TEXT, 12, 11, 10, 9, 8)) for text in rates)
    base_size = min(_largest(text, room, (11, 10, 9, 8, 7)) for text in bases)
    words: list[Letter] = []
    for cell, square, rate, base in zip(cells, squares, rates, bases, strict=True):
        centre, ink = (square.start + square.end) / 2, _ink(cell.bar, square)
        words.append(Letter(rate, centre, square.y + 15, "center", rate_size, ink))
        words.append(Letter(base, centre, square.y + 32, "center", base_size, ink))
    return words


def _ramp_key(language: Language) -> list[Layer | None]:
    """The colours from few to many, in words."""
    low = Letter(LOW.of(language), 0, 10, size=SMALL, fill=MUTED)
    start = low.width + 6
    colours = [Span(start + 20 * n, start + 20 * n + 20, 4.5, 15.5, colour) for n, colour in enumerate(RAMP)]
    high = Letter(HIGH.of(language), colours[-1].end + 6, 10, size=SMALL, fill=MUTED)
    return [spans(colours, name="key_colours"), letters([low, high], name="key_words")]


def _ink(bar: Bar, square: Span) -> str:
    return ink_on(square.fill) if is_number(bar.rate) else MUTED


def _largest(text: str, width: float, sizes: Sequence[int]) -> int:
    return next((size for size in sizes if text_width(text, size) <= width), sizes[-1])


def _upper(bars: Iterable[Bar]) -> float:
    return max((length(bar.rate) for bar in bars), default=0.0) or 1.0


def _named(cell: Cell, language: Language) -> Bar:
    stop = "，" if language == "zh" else ", "
    return replace(cell.bar, name=f"{cell.row}{stop}{cell.column}")


def _check_places(tiles: Sequence[Tile]) -> None:
    for (column, row), times in Counter((tile.column, tile.row) for tile in tiles).items():
        if times > 1:
            names = ", ".join(tile.bar.name for tile in tiles if (tile.column, tile.row) == (column, row))
            raise WorkbookError(
                said(
                    "tile map: {names} have the same place, column {column}, row {row}; allowed: a place of its own for each",
                    names=names,
                    column=column,
                    row=row,
                )
            )
