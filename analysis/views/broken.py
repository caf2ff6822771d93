"""A published series, its line broken where the base changes, with the base written on each piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.drawing import Picture
from analysis.views.lettering import wrapped
from analysis.views.marks import Dot, Letter, Line, dots, heading, letters, lines, sheet
from analysis.views.placing import Box, Places, Wanted, along, around
from analysis.views.rows import claims_of, is_number, length, shown
from analysis.views.theme import ACCENT, COVERED, HAIRLINE, INK, MUTED, SMALL, TARGET, WIDTH

HEIGHT, LEFT, RIGHT = 260.0, 40.0, 60.0
COLOURS = (COVERED, ACCENT, INK, TARGET, MUTED)
NOT_PUBLISHED = Label("虚线：其间各年未公布", "Dashed: the years between were not published")


@dataclass(frozen=True)
class Point:
    """A rate in a year."""

    year: int
    rate: Claim


@dataclass(frozen=True)
class Segment:
    """Rates over one base, in the order of their years."""

    id: str
    base: str
    points: tuple[Point, ...]


def broken_series(segments: Sequence[Segment], *, language: Language) -> Picture:
    """Each piece is a line of its own; no line joins two bases. Where years are missing a line is dashed."""
    claims = claims_of(*((point.rate for point in segment.points) for segment in segments))
    gaps = any(two.year - one.year > 1 for segment in segments for one, two in pairwise(segment.points))
    strip, top = heading(claims, (), language=language, words=[NOT_PUBLISHED.of(language)] if gaps else [])
    frame = _Frame(top + 24, segments)
    bottom = frame.top + HEIGHT
    room = Places(Box(0, top, WIDTH, bottom - 2))
    pieces: dict[bool, list[Line]] = {False: [], True: []}
    marks: list[Dot] = []
    for segment, colour in _coloured(segments):
        points = [(frame.x(point.year), frame.y(length(point.rate)), point.year) for point in segment.points]
        marks += [Dot(x, y, colour, "circle", segment.id) for x, y, _ in points]
        for (x, y, year), (x2, y2, year2) in pairwise(points):
            pieces[year2 - year > 1].append(Line(x, y, x2, y2, colour, 2))
            room.soft += along(x, y, x2, y2)
    room.solid += [around(mark.value, mark.y, 6) for mark in marks]
    words: list[Letter] = []
    for segment, colour in _coloured(segments):
        for point in segment.points:
            wanted = Wanted((shown(point.rate),), frame.x(point.year), frame.y(length(point.rate)), fill=colour)
            words += room.put(wanted)
    for segment, colour in _coloured(segments):
        first = segment.points[0]
        lines_ = wrapped(segment.base, 210, SMALL)
        words += room.put(Wanted(lines_, frame.x(first.year), frame.y(length(first.rate)), fill=colour, below=True))
    years = sorted({point.year for segment in segments for point in segment.points})
    words += [Letter(str(year), frame.x(year), bottom + 14, "center", SMALL, MUTED) for year in years]
    layers = [
        lines([Line(0, bottom, WIDTH, bottom, HAIRLINE)], name="floor"),
        lines(pieces[False], name="pieces"),
        lines(pieces[True], dashed=True, name="gaps"),
        dots(marks, name="points"),
        letters(words),
    ]
    return Picture(sheet([*strip, *layers], height=bottom + 26), claims, _summary(segments, language), language)


class _Frame:
    """Years across, rates upwards; the scale begins near the lowest rate, since points and not lengths are read."""

    def __init__(self, top: float, segments: Sequence[Segment]) -> None:
        self.top = top
        years = [point.year for segment in segments for point in segment.points]
        rates = [length(point.rate) for segment in segments for point in segment.points if is_number(point.rate)]
        self.first, self.last = min(years, default=0), max(years, default=1)
        spread = (max(rates, default=1.0) - min(rates, default=0.0)) or 0.1
        self.low, self.high = min(rates, default=0.0) - 0.3 * spread, max(rates, default=1.0) + 0.1 * spread

    def x(self, year: int) -> float:
        share = (year - self.first) / ((self.last - self.first) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, rate: float) -> float:
        return self.top + (self.high - rate) / (self.high - self.low) * HEIGHT


def _coloured(segments: Sequence[Segment]) -> list[tuple[Segment, str]]:
    return [(segment, COLOURS[place % len(COLOURS)]) for place, segment in enumerate(segments)]


def _summary(segments: Sequence[Segment], language: Language) -> str:
    stop, between, comma = ("。", "；", "，") if language == "zh" else (".", "; ", ", ")
    said = []
    for segment in segments:
        points = comma.join(f"{point.year} {shown(point.rate)}" for point in segment.points)
        said.append(f"{segment.base}：{points}" if language == "zh" else f"{segment.base}: {points}")
    return between.join(said) + stop
