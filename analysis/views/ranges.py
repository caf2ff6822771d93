"""Charts of what is asked and of what stays open: gaps to targets, and the ranges that published figures leave."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.drawing import Picture
from analysis.views.lettering import spread, text_width, widest, wrapped
from analysis.views.marks import (
    Axis,
    Dot,
    Key,
    Letter,
    Line,
    Span,
    backs,
    dots,
    heading,
    letters,
    lines,
    sheet,
    spans,
    stacked,
)
from analysis.views.rows import Gap, Range, claims_of, is_number, length, shown
from analysis.views.theme import BASE, COVERED, LINE, MUTED, SMALL, TARGET, TEXT, WIDTH

NAME_WIDTH, RANGE_NAME_WIDTH = 200, 290
PRESENT = Label("现状", "present share")
REQUIRED = Label("各种读法要求的比例", "share that each reading asks for")
OPEN = Label("未知", "not known")
LOG_SCALE = Label("对数刻度", "Logarithmic scale")


def gap_dots(gaps: Sequence[Gap], *, language: Language) -> Picture:
    """The gap to each target: a dot where things stand, a diamond for every reading of the target, a line between."""
    claims = claims_of(*((*gap.required, *gap.present.claims) for gap in gaps))
    keys = [Key(COVERED, PRESENT, "circle"), Key(TARGET, REQUIRED, "diamond")]
    strip, y = heading(claims, keys, language=language)
    names = [wrapped(gap.present.name, NAME_WIDTH, TEXT, most=4) for gap in gaps]
    left = widest((line for name in names for line in name), TEXT) + 24
    right = WIDTH - widest((gap.present.fraction for gap in gaps), SMALL) - 28
    high = max([1.0, *(length(claim) for gap in gaps for claim in (*gap.required, gap.present.rate))])
    axis = Axis(high=high, left=left, right=right)
    tracks: list[Line] = []
    bridges: list[Line] = []
    marks: list[Dot] = []
    words: list[Letter] = []
    for gap, name in zip(gaps, names, strict=True):
        step = max(58.0, len(name) * TEXT * LINE + 12)
        middle = y + step / 2
        tracks += _track(axis, middle)
        bridges += _bridge(gap, axis, middle)
        marks += _gap_marks(gap, middle)
        words += [*stacked(name, x=left - 20, y=middle, align="right"), *_gap_words(gap, axis, middle)]
        y += step
    layers = [lines(tracks, name="tracks"), lines(bridges, name="gaps"), dots(marks, axis=axis), letters(words)]
    return Picture(sheet([*strip, *layers], height=y), claims, summaries.of_gaps(gaps, language), language)


def intervals(ranges: Sequence[Range], *, language: Language, log: bool = False) -> Picture:
    """What published figures leave open: a bar from the least to the most a number can be; a dot where it is exact.

    Parameters
    ----------
    log
        Logarithmic lengths, for ranges of very different sizes; zero keeps its place at the left.
    """
    claims = claims_of(*((row.low, row.high) for row in ranges))
    words_above = [LOG_SCALE.of(language)] if log else []
    strip, y = heading(claims, (), language=language, words=words_above)
    names = [wrapped(row.name, RANGE_NAME_WIDTH, TEXT) for row in ranges]
    left = widest((line for name in names for line in name), TEXT) + 24
    left += widest((_end(row.low, language) for row in ranges if not row.is_exact), TEXT) + 8
    right = WIDTH - widest((_end(row.high, language) for row in ranges), TEXT) - 8
    known = [length(claim) for claim in claims if length(claim) > 0] or [1.0]
    axis = Axis(high=max(known), left=left, right=right, bend=min(known) / 2 if log else 0.0)
    tracks: list[Line] = []
    bars: list[Span] = []
    marks: list[Dot] = []
    words: list[Letter] = []
    ends: list[Letter] = []
    for row, name in zip(ranges, names, strict=True):
        step = max(25.0, len(name) * TEXT * LINE + 6)
        middle = y + step / 2
        low, high = _ends(row, axis)
        tracks.append(Line(left, middle, right, middle))
        bars += [] if row.is_exact else [_range_span(row, low, high, middle)]
        marks += [Dot(low, middle, COVERED, id=row.id)] if row.is_exact else []
        words += [*stacked(name, x=_name_edge(ranges, left, language), y=middle, align="right")]
        ends += _range_words(row, axis.pixel(low), axis.pixel(high), middle, language)
        y += step
    layers = [
        *strip,
        lines(tracks, name="tracks"),
        backs(ends, margin=8),
        spans(bars, axis=axis, name="ranges"),
        dots(marks, axis=axis),
        letters([*words, *ends]),
    ]
    return Picture(sheet(layers, height=y + 2), claims, summaries.of_ranges(ranges, language), language)


def _track(axis: Axis, y: float) -> list[Line]:
    """From none to all, with a stroke at both ends."""
    ends = (axis.pixel(0), axis.pixel(1))
    return [Line(ends[0], y, ends[1], y), *(Line(x, y - 5, x, y + 5) for x in ends)]


def _bridge(gap: Gap, axis: Axis, y: float) -> list[Line]:
    known = [axis.pixel(length(claim)) for claim in (gap.present.rate, *gap.required) if is_number(claim)]
    return [Line(min(known), y, max(known), y, BASE, 4)] if len(known) > 1 else []


def _gap_marks(gap: Gap, y: float) -> list[Dot]:
    """Diamonds first, so that the dot lies over them where a target is met exactly."""
    marks = [Dot(length(claim), y, TARGET, "diamond", gap.present.id) for claim in gap.required if is_number(claim)]
    present = gap.present.rate
    return [*marks, *([Dot(length(present), y, COVERED, "circle", gap.present.id)] if is_number(present) else [])]


def _gap_words(gap: Gap, axis: Axis, y: float) -> list[Letter]:
    """What is asked above the line, each number once and none over another; the present share below it."""
    asked = list({shown(claim): claim for claim in gap.required if is_number(claim)}.values())
    texts = [shown(claim) for claim in asked]
    widths = [text_width(text, SMALL) for text in texts]
    room = {"low": axis.left - 8, "high": axis.right + 18}
    places = spread([axis.pixel(length(claim)) for claim in asked], widths, gap=7, **room)
    words = [Letter(text, x, y - 17, "center", SMALL, TARGET) for text, x in zip(texts, places, strict=True)]
    present = shown(gap.present.rate)
    (place,) = spread([axis.pixel(length(gap.present.rate))], [text_width(present, TEXT)], gap=0, **room)
    words.append(Letter(present, place, y + 17, "center", TEXT, COVERED))
    words.append(Letter(gap.present.fraction, WIDTH, y, "right", SMALL, MUTED))
    return words


def _ends(row: Range, axis: Axis) -> tuple[float, float]:
    """Where a bar begins and ends; an open side runs to the end of the scale."""
    low = length(row.low) if row.low is not None else 0.0
    high = length(row.high) if row.high is not None and is_number(row.high) else axis.high
    return low, high


def _range_words(row: Range, low: float, high: float, y: float, language: Language) -> list[Letter]:
    if row.is_exact:
        return [Letter(_end(row.low, language), low + 11, y)]
    return [Letter(_end(row.low, language), low - 7, y, "right"), Letter(_end(row.high, language), high + 7, y)]


def _range_span(row: Range, low: float, high: float, y: float) -> Span:
    """Its outline keeps the narrowest range in sight; an open one is light."""
    fill = BASE if row.low is None or row.high is None else COVERED
    return Span(low, high, y - 5, y + 5, fill, row.id, fill)


def _end(claim: Claim | None, language: Language) -> str:
    return OPEN.of(language) if claim is None else shown(claim)


def _name_edge(ranges: Sequence[Range], left: float, language: Language) -> float:
    return left - widest((_end(row.low, language) for row in ranges if not row.is_exact), TEXT) - 20
