"""Charts of years and scenarios: a published series, scenarios side by side, paths with the range of the draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Any

from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_parts import (
    DOTS,
    FLOOR,
    Row,
    Upright,
    across,
    as_it_is,
    bars,
    down,
    named,
    parameter,
    up,
    words_of,
)
from analysis.views.chart_sheet import GUTTER, Key, picture, top_of
from analysis.views.comparison_charts import leaders
from analysis.views.render import Picture
from analysis.views.rows import Group, Panel, Segment, claims_of, is_number, length, pointed, shown
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import (
    ACCENT,
    BASE,
    COVERED,
    HAIRLINE,
    INK,
    LINE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    UNCOVERED,
    WIDTH,
)

NOT_PUBLISHED = Label("虚线：其间各年未公布", "Dashed: the years between were not published")
HALF, NINE_TENTHS = Label("半数抽样", "half of the draws"), Label("九成抽样", "nine tenths")
MEDIAN, ASKED = Label("中位数", "median"), Label("各种读法的要求", "asked by a reading")


SERIES, LEFT, COLOURS = 260.0, 36, (COVERED, ACCENT, INK, TARGET, MUTED)


def broken_series(segments: Sequence[Segment], *, language: Language) -> Picture:
    """A published series, its line broken where the base changes, with the base written at the end of each piece.

    No line joins two bases. Where years are missing a line is dashed.
    """
    claims = claims_of(*((point.rate for point in segment.points) for segment in segments))
    gaps = any(two.year - one.year > 1 for segment in segments for one, two in pairwise(segment.points))
    words = [NOT_PUBLISHED.of(language)] if gaps else []
    rates = [length(point.rate) for segment in segments for point in segment.points if is_number(point.rate)] or [0.0]
    spread = (max(rates) - min(rates)) or 0.1  # the scale begins near the lowest rate: points and not lengths are read
    top = top_of(claims, words=words, language=language) + 24
    scale = Upright(top, SERIES, min(rates) - 0.3 * spread, max(rates) + 0.1 * spread)
    years = sorted({point.year for segment in segments for point in segment.points}) or [0]
    bases = [wrapped(segment.base, 150, SMALL) for segment in segments]
    right = WIDTH - widest(bases, SMALL) - 40
    step = (right - LEFT) / max(years[-1] - years[0], 1)
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(segments))]
    coloured = [*zip(segments, colours, strict=True)]
    tall = max((base.count("\n") + 1 for base in bases), default=1) * SMALL * LINE + 4
    lasts = [segment.points[-1] for segment in segments]
    levels = scale.beside([length(last.rate) for last in lasts], tall)
    data = {
        "rows": _points(coloured, scale, language, column=lambda year: LEFT + step * (year - years[0])),
        "pieces": [piece for segment, colour in coloured for piece in _pieces(segment, colour)],
        "labels": [
            {"words": base, "ink": colour, "year": last.year, "rate": length(last.rate), "level": level}
            for base, colour, last, level in zip(bases, colours, lasts, levels, strict=True)
        ],
        "years": [{"year": year, "word": str(year)} for year in years],
        "floor": FLOOR,
    }
    return picture(
        _series,
        data,
        claims,
        summaries.of_series(segments, language),
        language,
        height=top + SERIES + 26,
        words=words,
        upright=scale,
        left=LEFT,
        right=right,
        column=right + 40,
        low=years[0],
        high=max(years[-1], years[0] + 1),
    )


def _points(
    coloured: Sequence[tuple[Segment, str]], scale: Upright, language: Language, *, column: Callable[[int], float]
) -> list[Row]:
    """Every point, with where its number stands: the lower of two in one year is told below."""
    rows: list[Row] = []
    for segment, colour in coloured:
        falls = _falls([(column(point.year), length(point.rate), shown(point.rate)) for point in segment.points])
        for point, fall in zip(segment.points, falls, strict=True):
            place = {"id": segment.id, "year": point.year, "rate": length(point.rate)}
            tip = pointed(str(point.year), shown(point.rate), point.rate, language)
            rows.append({**place, "words": shown(point.rate), "ink": colour, "fall": fall, "tip": tip})
    for row in rows:
        heights = [scale.pixel(row["rate"]) - scale.pixel(one["rate"]) for one in rows if one["year"] == row["year"]]
        row["fall"] = 15 if sum(0 <= height < 40 for height in heights) > 1 else row["fall"]
    return rows


def _pieces(segment: Segment, colour: str) -> Iterator[Row]:
    for one, two in pairwise(segment.points):
        ends = {"year": one.year, "rate": length(one.rate), "year2": two.year, "rate2": length(two.rate)}
        yield {**ends, "fill": colour, "dashed": two.year - one.year > 1}


def _falls(points: Sequence[tuple[float, float, str]]) -> list[float]:
    """How far below its point each number stands: below where a line begins to rise, else above, staggered where they touch."""
    found: list[float] = []
    end = float("-inf")
    for at, (x, rate, words) in enumerate(points):
        half = text_width(words) / 2 + 3
        if not at and len(points) > 1 and points[1][1] > rate:
            found.append(15.0)
            continue
        found.append(-28.0 if x - half < end and found[-1] == -14.0 else -14.0)
        end = x + half
    return found


def _series() -> list[Any]:
    import altair as alt

    rows, pieces, labels, years, floor = map(named, ("rows", "pieces", "labels", "years", "floor"))
    ends: dict[str, Any] = {
        "x": across("year"),
        "x2": "year2:Q",
        "y": up("rate"),
        "y2": "rate2:Q",
        "color": as_it_is("fill"),
    }
    solid, dashed = pieces.transform_filter("!datum.dashed"), pieces.transform_filter("datum.dashed")
    under = alt.value(parameter("bottom"))
    return [
        floor.mark_rule(color=HAIRLINE).encode(x=alt.value(0), x2=alt.value(parameter("column")), y=under),
        leaders(labels, "year"),
        solid.mark_rule(strokeWidth=2).encode(**ends),
        dashed.mark_rule(strokeWidth=2, strokeDash=[5, 3]).encode(**ends),
        rows.mark_point(shape="circle", size=80, **DOTS).encode(x=across("year"), y=up("rate"), color=as_it_is("ink")),
        words_of(rows, "words", x=across("year"), y=up("rate"), align="center", color=None, dy="datum.fall"),
        words_of(labels, "words", x=alt.value(parameter("column")), y=up("level"), size=SMALL, color=None),
        words_of(years, "word", x=across("year"), y=under, align="center", size=SMALL, color=MUTED, dy=14),
    ]


PANEL = (WIDTH - GUTTER) / 2  # width of one of two panels, px


def side_by_side(groups: Sequence[Group], scenarios: Sequence[str], *, language: Language, selected: int) -> Picture:
    """A small chart for each target, all from none to all of those meant: a bar for every scenario.

    Parameters
    ----------
    scenarios
        Their names, in the order of the shares.
    selected
        The place of the scenario to bring out.
    """
    claims = claims_of(*(group.shares for group in groups))
    rows: list[Row] = [
        {
            "panel": wrapped(group.name, PANEL),
            "y": 19 * (order + 0.5),
            "name": scenario,
            "share": min(length(share), 1.0),
            "share_text": shown(share),
            "fill": COVERED if order == selected else RECEDING,
        }
        for group in groups
        for order, (scenario, share) in enumerate(zip(scenarios, group.shares, strict=True))
    ]
    return picture(
        _scenarios,
        {"rows": rows},
        claims,
        summaries.of_scenarios(groups, scenarios, language),
        language,
        height=19 * len(scenarios),
        width=PANEL,
        facet="panel",
        left=widest(scenarios, SMALL) + 10,
        right=PANEL - widest((row["share_text"] for row in rows), SMALL) - 10,
        top=0,
        bottom=19 * len(scenarios),
        low=0.0,
        high=1.0,
    )


def _scenarios() -> list[Any]:
    import altair as alt

    rows = named("rows")
    return [
        bars(rows, "", "share", height=12).encode(color=as_it_is("fill")),
        words_of(rows, "name", x=alt.value(parameter("left")), y=down(), align="right", size=SMALL, dx=-8),
        words_of(rows, "share_text", x=across("share"), y=down(), size=SMALL, dx=6),
    ]


FAN = 70.0  # height of a panel's plot, px


def fans(panels: Sequence[Panel], *, language: Language) -> Picture:
    """A panel for each target, from none to all: bands of the draws, their median, and what the readings ask for."""
    claims = claims_of(*((panel.start, panel.end, panel.low, panel.high) for panel in panels))
    keys = [
        Key(COVERED, MEDIAN, "circle"),
        Key(RECEDING, HALF),
        Key(UNCOVERED, NINE_TENTHS),
        Key(TARGET, ASKED, "diamond"),
    ]
    rows = [row for panel in panels for row in _path_rows(panel)]
    return picture(
        _fans,
        {"rows": rows},
        claims,
        summaries.of_paths(panels, language),
        language,
        height=FAN + 24,
        width=PANEL,
        keys=keys,
        facet="panel",
        left=64,
        right=PANEL - 116,
        low=0.0,
        high=1.0,
        upright=Upright(8, FAN, 0.0, 1.0),
    )


def fan(panel: Panel, *, language: Language, width: float = WIDTH, height: float = FAN) -> Picture:
    """One target's path, as a panel of `fans`."""
    claims = claims_of((panel.start, panel.end, panel.low, panel.high))
    top = top_of(claims, language=language) + 6
    return picture(
        _fans,
        {"rows": _path_rows(panel)},
        claims,
        summaries.of_paths([panel], language),
        language,
        height=top + height + 24,
        width=width,
        left=64,
        right=width - 116,
        low=0.0,
        high=1.0,
        upright=Upright(top, height, 0.0, 1.0),
    )


def _path_rows(panel: Panel) -> list[Row]:
    """What a panel draws, each row of a kind of its own: the path, what is asked at its end, its two ends, its frame."""
    first, last = panel.years[0], panel.years[-1]
    span = max(last.year - first.year, 1)
    has_band = panel.low is not None and panel.high is not None and is_number(panel.low)
    band = "–".join(shown(one) for one in (panel.low, panel.high) if one is not None) if has_band else ""
    ends = [
        (first, 0, shown(panel.start), "right", ""),
        (last, (last.year - first.year) / span, shown(panel.end), "left", band),
    ]
    steps = [(year.year - first.year) / span for year in panel.years]
    path = zip_longest(steps, panel.years, panel.told, fillvalue="")
    rows: list[Row] = [{"kind": "path", "step": step, **vars(year), "tip": tip} for step, year, tip in path]
    rows += [{"kind": "before", "step": step, "p50": share} for step, share in zip(steps, panel.before, strict=False)]
    asked = dict.fromkeys(zip_longest(panel.required, panel.met, panel.asked, fillvalue=""))
    rows += [
        {
            "kind": "asked",
            "step": steps[-1],
            "p50": min(share, 1.0),
            "fill": COVERED if is_met else TARGET,
            "tip": tip,
        }
        for share, is_met, tip in sorted(asked)
    ]
    rows += [
        {
            "kind": "end",
            "step": step,
            "p50": year.p50,
            "word": str(year.year),
            "words": words,
            "align": align,
            "band": band,
        }
        for year, step, words, align, band in ends
    ]
    rows += [{"kind": "frame", "p50": share} for share in (0, 1)]
    return [{"panel": wrapped(panel.name, PANEL), **row} for row in rows]


def _fans() -> list[Any]:
    import altair as alt

    path, before, asked, end, frame = (
        named("rows").transform_filter(f"datum.kind == '{kind}'")
        for kind in ("path", "before", "asked", "end", "frame")
    )
    x = across("step")
    level: dict[str, Any] = {"x": alt.value(parameter("left")), "x2": alt.value(parameter("right"))}
    last = end.transform_filter("datum.align == 'left'")
    return [
        path.mark_area(color=UNCOVERED, opacity=1).encode(x=x, y=up("p5"), y2="p95:Q"),
        path.mark_area(color=RECEDING, opacity=1).encode(x=x, y=up("p25"), y2="p75:Q"),
        frame.mark_rule(color=HAIRLINE).encode(**level, y=up("p50")),
        before.mark_line(color=BASE, strokeDash=[4, 3], strokeWidth=2).encode(x=x, y=up("p50")),
        path.mark_line(color=COVERED, strokeWidth=2).encode(x=x, y=up("p50")),
        path.transform_filter("datum.tip").mark_point(color=COVERED, size=40, **DOTS).encode(x=x, y=up("p50")),
        asked.mark_point(shape="diamond", size=60, **DOTS).encode(x=x, y=up("p50"), color=as_it_is("fill")),
        end.mark_point(shape="circle", color=COVERED, size=60, **DOTS).encode(x=x, y=up("p50")),
        words_of(end, "word", x=x, y=alt.value(parameter("bottom")), align="center", size=SMALL, color=MUTED, dy=13),
        words_of(
            end.transform_filter("datum.align == 'right'"),
            "words",
            x=x,
            y=up("p50"),
            align="right",
            size=SMALL,
            color=COVERED,
            dx=-9,
        ),
        words_of(last, "words", x=x, y=up("p50"), color=COVERED, dx=12, dy="(datum.p50 < 0.25 ? -16 : 0)"),
        words_of(
            last, "band", x=x, y=up("p50"), size=SMALL, color=MUTED, dx=12, dy="16 + (datum.p50 < 0.25 ? -16 : 0)"
        ),
    ]


LAYERS = (_series, _scenarios, _fans)
