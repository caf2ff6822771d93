"""Paths: where each target goes year by year, with the bands that half and nine tenths of the draws stay in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.drawing import Picture
from analysis.views.lettering import wrapped
from analysis.views.marks import Dot, Key, Layer, Letter, Line, area, dots, heading, letters, lines, sheet, stacked
from analysis.views.rows import claims_of, is_number, shown
from analysis.views.theme import COVERED, HAIRLINE, LINE, MUTED, RECEDING, SMALL, TARGET, TEXT, UNCOVERED, WIDTH

COLUMNS, GUTTER = 2, 36
PLOT_HEIGHT, LEFT, RIGHT = 70.0, 64.0, 116.0

HALF = Label("半数抽样", "half of the draws")
NINE_TENTHS = Label("九成抽样", "nine tenths")
MEDIAN = Label("中位数", "median")
REQUIRED = Label("各种读法的要求", "asked by a reading")


@dataclass(frozen=True)
class Year:
    """A year of a path: quantiles of a share over the draws, which are drawn and not printed."""

    year: int
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True)
class Panel:
    """One target's path.

    Parameters
    ----------
    years
        From the first to the last.
    required
        Shares that its readings ask for; drawn and not printed.
    start, end, low, high
        The share at the start, and its median and 90 per cent band at the end.
    """

    id: str
    name: str
    years: tuple[Year, ...]
    required: tuple[float, ...]
    start: Claim
    end: Claim
    low: Claim
    high: Claim


@dataclass(frozen=True)
class _Frame:
    """Where a panel's plot stands."""

    left: float
    right: float
    top: float

    def x(self, year: int, years: Sequence[Year]) -> float:
        first, last = years[0].year, years[-1].year
        return self.left + (self.right - self.left) * (year - first) / max(last - first, 1)

    def y(self, share: float) -> float:
        return self.top + PLOT_HEIGHT * (1 - min(max(share, 0.0), 1.0))


def fans(panels: Sequence[Panel], *, language: Language) -> Picture:
    """A panel for each target, from none to all: bands of the draws, their median, and what the readings ask for."""
    claims = claims_of(*((panel.start, panel.end, panel.low, panel.high) for panel in panels))
    keys = [
        Key(COVERED, MEDIAN, "circle"),
        Key(RECEDING, HALF),
        Key(UNCOVERED, NINE_TENTHS),
        Key(TARGET, REQUIRED, "diamond"),
    ]
    strip, y = heading(claims, keys, language=language)
    width = (WIDTH - GUTTER * (COLUMNS - 1)) / COLUMNS
    names = [wrapped(panel.name, width, TEXT, most=3) for panel in panels]
    framed: list[tuple[Panel, _Frame]] = []
    words: list[Letter] = []
    for row in range(0, len(panels), COLUMNS):
        tallest = max(len(name) for name in names[row : row + COLUMNS]) * TEXT * LINE
        for column, panel in enumerate(panels[row : row + COLUMNS]):
            name, start = names[row + column], column * (width + GUTTER)
            frame = _Frame(start + LEFT, start + width - RIGHT, y + tallest + 8)
            framed.append((panel, frame))
            words += [*stacked(name, x=start, y=y + tallest - len(name) * TEXT * LINE / 2), *_words(panel, frame)]
        y += tallest + PLOT_HEIGHT + 44
    layers = [*strip, *_drawings(framed), letters(words)]
    return Picture(sheet(layers, height=y - 10), claims, _summary(panels, language), language)


def _drawings(framed: Sequence[tuple[Panel, _Frame]]) -> list[Layer | None]:
    """Bands, the frame from none to all, medians, what is asked, and the ends, one over the other."""
    grid: list[Line] = []
    median: list[Line] = []
    asked: list[Dot] = []
    ends: list[Dot] = []
    for panel, frame in framed:
        points = [(frame.x(year.year, panel.years), frame.y(year.p50)) for year in panel.years]
        median += [Line(*one, *two, stroke=COVERED, width=2) for one, two in pairwise(points)]
        grid += [Line(frame.left, frame.y(share), frame.right, frame.y(share), HAIRLINE) for share in (0, 1)]
        asked += [
            Dot(frame.right, frame.y(share), TARGET, "diamond", panel.id) for share in sorted(set(panel.required))
        ]
        ends += [Dot(x, y, COVERED, "circle", panel.id) for x, y in (points[0], points[-1])]
    return [
        _bands(framed, "p5", "p95", UNCOVERED),
        _bands(framed, "p25", "p75", RECEDING),
        lines(grid, name="frames"),
        lines(median, name="medians"),
        dots(asked, size=60, name="asked"),
        dots(ends, size=60, name="ends"),
    ]


def _bands(framed: Sequence[tuple[Panel, _Frame]], low: str, high: str, fill: str) -> Layer:
    rows = [
        {
            "id": panel.id,
            "x": frame.x(year.year, panel.years),
            "y": frame.y(getattr(year, high)),
            "y2": frame.y(getattr(year, low)),
        }
        for panel, frame in framed
        for year in panel.years
    ]
    return area(rows, fill=fill, name=f"bands_{high}")


def _words(panel: Panel, frame: _Frame) -> list[Letter]:
    """The share at the start and at the end, its band, and the years under the plot."""
    first, last = panel.years[0], panel.years[-1]
    under = frame.top + PLOT_HEIGHT + 13
    words = [
        Letter(str(first.year), frame.left, under, "center", SMALL, MUTED),
        Letter(str(last.year), frame.right, under, "center", SMALL, MUTED),
        Letter(shown(panel.start), frame.left - 9, frame.y(first.p50), "right", SMALL, COVERED),
    ]
    middle = min(max(frame.y(last.p50), frame.top + 8), frame.top + PLOT_HEIGHT - 16)
    words.append(Letter(shown(panel.end), frame.right + 12, middle, "left", TEXT, COVERED))
    if is_number(panel.low):
        band = f"{shown(panel.low)}–{shown(panel.high)}"
        words.append(Letter(band, frame.right + 12, middle + 16, "left", SMALL, MUTED))
    return words


def _summary(panels: Sequence[Panel], language: Language) -> str:
    template = Label(
        "{name}：{start}，其后{end}（九成抽样在{low}至{high}）",
        "{name}: {start}, then {end} ({low} to {high} in nine tenths of the draws)",
    )
    said = [
        template.of(language).format(
            name=panel.name,
            start=shown(panel.start),
            end=shown(panel.end),
            low=shown(panel.low),
            high=shown(panel.high),
        )
        for panel in panels
    ]
    return ("；" if language == "zh" else "; ").join(said) + ("。" if language == "zh" else ".")
