"""Charts on two scales: a published series over the years, places and what chance would leave of their size."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from analysis.ledger import Claim
from analysis.quantities import Language
from analysis.views.chart_sheet import Key, Shown, picture
from analysis.views.marks import Datum, Layer, Upright, across, at, dots, layer, leaders, pixels, up, words
from analysis.views.render import Picture
from analysis.views.rows import Bar, Limits, Segment, claims_of, is_number, length, pointed, shown
from analysis.views.summaries import listed, named, sentence
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import (
    ACCENT,
    BASE,
    COVERED,
    HAIRLINE,
    INK,
    LINE,
    MUTED,
    SMALL,
    TARGET,
    WIDTH,
)
from analysis.views.wording import text

SERIES, LEFT, COLOURS = 260.0, 36, (COVERED, ACCENT, INK, TARGET, MUTED)
FUNNEL = 300.0  # height, px
NAMED = 12  # places outside that are named


def broken_series(segments: Sequence[Segment], *, language: Language) -> Picture:
    """A published series, its line broken where the base changes, with the base written at the end of each piece.

    No line joins two bases. Where years are missing a line is dashed.
    """
    points = [point for segment in segments for point in segment.points]
    gaps = any(two > one + 1 for segment in segments for (one, _), (two, _) in pairwise(segment.points))
    content = Shown(
        claims_of(claim for _, claim in points),
        sentence([_told(segment, language) for segment in segments], language),
        language,
        notes=[text("charts.not_published", language)] if gaps else [],
    )
    rates = [length(rate) for _, rate in points if is_number(rate)] or [0.0]
    spread = (max(rates) - min(rates)) or 0.1  # the scale begins near the lowest rate: points and not lengths are read
    scale = Upright(content.top + 24, SERIES, min(rates) - 0.3 * spread, max(rates) + 0.1 * spread)
    years = sorted({year for year, _ in points}) or [0]
    ends = [_end(segment, COLOURS[at % len(COLOURS)]) for at, segment in enumerate(segments)]
    right = WIDTH - widest((end["words"] for end in ends), SMALL) - 40
    tall = max((end["words"].count("\n") + 1 for end in ends), default=1) * SMALL * LINE + 4
    levels = scale.beside([end["rate"] for end in ends], tall)
    step = (right - LEFT) / max(years[-1] - years[0], 1)
    coloured = [(segment, end["ink"]) for segment, end in zip(segments, ends, strict=True)]
    data = {
        "rows": _points(coloured, scale, step, language),
        "pieces": [piece for segment, colour in coloured for piece in _pieces(segment, colour)],
        "labels": [end | {"level": level} for end, level in zip(ends, levels, strict=True)],
        "years": [{"year": year, "word": str(year)} for year in years],
    }
    places = {"left": LEFT, "right": right, "column": right + 40, "low": years[0], "high": max(years[-1], years[0] + 1)}
    return picture(_series(), data, content, {**places, **scale.ends}, height=scale.top + SERIES + 26)


def _told(segment: Segment, language: Language) -> str:
    return listed(segment.base, [f"{year} {shown(rate)}" for year, rate in segment.points], language)


def _end(segment: Segment, colour: str) -> Datum:
    year, rate = segment.points[-1]
    return {"words": wrapped(segment.base, 150, SMALL), "ink": colour, "year": year, "rate": length(rate)}


def _points(coloured: Sequence[tuple[Segment, str]], scale: Upright, step: float, language: Language) -> list[Datum]:
    """Every point, with where its number stands: above it, higher where two would touch; below where a line begins to rise,
    and of the lower of two in one year."""
    rows: list[Datum] = []
    for segment, colour in coloured:
        end = float("-inf")
        for number, (year, rate) in enumerate(segment.points):
            told, middle = shown(rate), year * step
            half = text_width(told) / 2 + 3
            rises = number == 0 and len(segment.points) > 1 and length(segment.points[1][1]) > length(rate)
            is_near = middle - half < end and rows[-1]["fall"] == -14.0
            fall = 15.0 if rises else -28.0 if is_near else -14.0
            end = end if rises else middle + half
            tip = pointed(str(year), told, rate, language)
            place = {"id": segment.id, "year": year, "rate": length(rate)}
            rows.append({**place, "words": told, "ink": colour, "fall": fall, "tip": tip})
    for row in rows:
        heights = [scale.pixel(row["rate"]) - scale.pixel(one["rate"]) for one in rows if one["year"] == row["year"]]
        row["fall"] = 15 if sum(0 <= height < 40 for height in heights) > 1 else row["fall"]
    return rows


def _pieces(segment: Segment, colour: str) -> Iterator[Datum]:
    for (year, rate), (year2, rate2) in pairwise(segment.points):
        ends = {"year": year, "rate": length(rate), "year2": year2, "rate2": length(rate2)}
        yield {**ends, "fill": colour, "dashed": year2 - year > 1}


def _series() -> list[Layer]:
    under, x, y = at("bottom"), across("year"), up("rate")
    piece = {"x": x, "x2": {"field": "year2"}, "y": y, "y2": {"field": "rate2"}}
    return [
        layer("rule", "years", {"x": at("0"), "x2": at("column"), "y": under}, colour=HAIRLINE),
        leaders("year"),
        layer("rule", "pieces", piece, colour="fill", where="!datum.dashed", strokeWidth=2),
        layer("rule", "pieces", piece, colour="fill", where="datum.dashed", strokeWidth=2, strokeDash=[5, 3]),
        dots(x, y, size=80, colour="ink"),
        words("words", x=x, y=y, align="center", colour="ink", dy="datum.fall"),
        words("words", data="labels", x=at("column"), y=up("level"), size=SMALL, colour="ink"),
        words("word", data="years", x=x, y=under, align="center", size=SMALL, colour=MUTED, dy=14),
    ]


def funnel_plot(
    places: Sequence[Bar],
    limits: Sequence[Limits],
    *,
    outside: Collection[str],
    rule: Claim,
    rule_name: str,
    language: Language,
) -> Picture:
    """Places against the limits between which chance alone would leave them; those outside are named at the right.

    Parameters
    ----------
    outside
        Ids of the places outside.
    rule, rule_name
        The rate that all would share, and whose it is.
    """
    known = [place for place in places if is_number(place.rate)]
    mean = length(rule)
    beyond = sorted((one for one in known if one.id in outside), key=lambda one: -abs(length(one.rate) - mean))
    told = beyond[:NAMED]
    outer = text("charts.pause", language).join(f"{place.name} {shown(place.rate)}" for place in told)
    rest = "" if told == beyond else text("charts.others", language)
    said = text("charts.outside", language, places=(outer or text("charts.none", language)) + rest)
    content = Shown(
        claims_of((one.rate for one in told), *(one.claims for one in limits), rule),
        sentence([named(rule_name, shown(rule), language), said], language),
        language,
        keys=[Key(TARGET if one.dashed else BASE, one.word) for one in limits],
    )
    scale = _scale_of(known, limits, top=content.top + 8)
    high = max([1.0, *(length(place.base) for place in known), *(base for one in limits for base in one.base)])
    labels: list[Datum] = [{"base": high, "rate": mean, "words": f"{rule_name} {shown(rule)}".strip(), "ink": COVERED}]
    labels += [_label(one) for one in told]
    right = WIDTH - widest((one["words"] for one in labels), SMALL) - 26
    levels = scale.beside([one["rate"] for one in labels], SMALL * LINE + 1)
    data = {
        "rows": [_place(one, one.id in outside, language) for one in known],
        "curves": [*_curves(limits, scale)],
        "labels": [one | {"level": level} for one, level in zip(labels, levels, strict=True)],
        "rule": [{"rate": mean}],
        "ends": [
            {"words": text("charts.fewer", language), "at": 10, "align": "left"},
            {"words": text("charts.more", language), "at": right, "align": "right"},
        ],
    }
    height = scale.top + FUNNEL + 24
    ends = {"left": 10, "right": right, "column": right + 20, "low": 0.0, "high": high, **scale.ends}
    return picture(_funnel(), data, content, ends, height=height)


def _label(place: Bar) -> Datum:
    told = f"{wrapped(place.name, 150, SMALL, most=1)} {shown(place.rate)}"
    return {"base": length(place.base), "rate": length(place.rate), "words": told, "ink": TARGET}


def _place(place: Bar, is_outside: bool, language: Language) -> Datum:
    numbers = {"base": length(place.base), "rate": length(place.rate)}
    tip = pointed(place.name, shown(place.rate), place.rate, language)
    return {"id": place.id, "name": place.name, **numbers, "fill": ACCENT if is_outside else COVERED, "tip": tip}


def _scale_of(places: Sequence[Bar], limits: Sequence[Limits], *, top: float) -> Upright:
    """From the lowest to the highest of the places, and of the limits where there are places."""
    smallest = min((length(place.base) for place in places), default=0.0)
    edges = [(one.base, edge) for one in limits for edge in (one.low, one.high)]
    near = [rate for bases, edge in edges for base, rate in zip(bases, edge, strict=True) if base >= smallest]
    rates = [length(place.rate) for place in places] + near or [0.0, 1.0]
    margin = (max(rates) - min(rates)) * 0.06 or 0.01
    return Upright(top, FUNNEL, max(min(rates) - margin, 0.0), max(rates) + margin)


def _curves(limits: Sequence[Limits], scale: Upright) -> Iterator[Datum]:
    for number, one in enumerate(limits):
        for side, edge in (("low", one.low), ("high", one.high)):
            for base, rate in zip(one.base, edge, strict=True):
                if scale.least <= rate <= scale.most:
                    yield {"curve": f"{number}{side}", "base": base, "rate": rate, "dashed": one.dashed}


def _funnel() -> list[Layer]:
    level = {"x": at("left"), "x2": at("right")}
    curve = {"x": across("base"), "y": up("rate"), "detail": {"field": "curve", "type": "nominal"}}
    under = at("bottom")
    return [
        layer("line", "curves", curve, colour=BASE, where="!datum.dashed", strokeWidth=1.5),
        layer("line", "curves", curve, colour=TARGET, where="datum.dashed", strokeWidth=1.5, strokeDash=[5, 3]),
        layer("rule", "rule", level | {"y": up("rate")}, colour=COVERED),
        layer("rule", "rule", level | {"y": under}, colour=HAIRLINE),
        leaders("base"),
        dots(across("base"), up("rate"), size=80, colour="fill"),
        words("words", data="labels", x=at("column"), y=up("level"), size=SMALL, colour="ink"),
        words("words", data="ends", x=pixels("at"), y=under, align="align", size=SMALL, colour=MUTED, dy=14),
    ]
