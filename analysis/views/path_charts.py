"""Charts of years and scenarios: a published series, scenarios side by side, paths with the range of the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.chart_parts import (
    DOTS,
    FLOOR,
    GUTTER,
    Key,
    Row,
    across,
    apart,
    as_it_is,
    bars,
    down,
    named,
    parameter,
    picture,
    top_of,
    up,
    words_of,
)
from analysis.views.comparison_charts import leaders, sentence
from analysis.views.render import Picture
from analysis.views.rows import claims_of, is_number, length, shown
from analysis.views.summaries import named as told_of
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import (
    ACCENT,
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


SERIES, COLOURS = 260.0, (COVERED, ACCENT, INK, TARGET, MUTED)


def broken_series(segments: Sequence[Segment], *, language: Language) -> Picture:
    """A published series, its line broken where the base changes, with the base written at the end of each piece.

    No line joins two bases. Where years are missing a line is dashed.
    """
    claims = claims_of(*((point.rate for point in segment.points) for segment in segments))
    gaps = any(two.year - one.year > 1 for segment in segments for one, two in pairwise(segment.points))
    words = [NOT_PUBLISHED.of(language)] if gaps else []
    top = top_of(claims, words=words, language=language) + 24
    years = sorted({point.year for segment in segments for point in segment.points}) or [0]
    rates = [length(point.rate) for segment in segments for point in segment.points if is_number(point.rate)] or [0.0]
    spread = (max(rates) - min(rates)) or 0.1  # the scale begins near the lowest rate: points and not lengths are read
    least, most = min(rates) - 0.3 * spread, max(rates) + 0.1 * spread
    bases = [wrapped(segment.base, 150, SMALL) for segment in segments]
    right = WIDTH - widest(bases, SMALL) - 40

    def pixel(rate: float) -> float:
        return top + (most - rate) / (most - least) * SERIES

    colours = [COLOURS[place % len(COLOURS)] for place in range(len(segments))]
    lasts = [length(segment.points[-1].rate) for segment in segments]
    tall = max((base.count("\n") + 1 for base in bases), default=1) * SMALL * LINE + 4
    places = apart([pixel(rate) for rate in lasts], tall, low=top, high=top + SERIES - 10)
    span = max(years[-1] - years[0], 1)

    def column(year: int) -> float:
        return 36 + (right - 36) * (year - years[0]) / span

    rows: list[Row] = []
    pieces: list[Row] = []
    for segment, colour in zip(segments, colours, strict=True):
        falls = _falls([(column(point.year), length(point.rate), shown(point.rate)) for point in segment.points])
        for point, fall in zip(segment.points, falls, strict=True):
            row: Row = {"id": segment.id, "year": point.year, "rate": length(point.rate)}
            rows.append({**row, "words": shown(point.rate), "ink": colour, "fall": fall})
        for one, two in pairwise(segment.points):
            ends = {"year2": two.year, "rate2": length(two.rate), "dashed": two.year - one.year > 1}
            pieces.append({"year": one.year, "rate": length(one.rate), "fill": colour, **ends})
    for row in rows:  # the lower of two in one year is told below
        near = [one for one in rows if one["year"] == row["year"] and 0 <= pixel(row["rate"]) - pixel(one["rate"]) < 40]
        row["fall"] = 15 if len(near) > 1 else row["fall"]
    labels = [
        {
            "words": base,
            "ink": colour,
            "year": segment.points[-1].year,
            "rate": rate,
            "level": most - (y - top) / SERIES * (most - least),
        }
        for base, y, colour, segment, rate in zip(bases, places, colours, segments, lasts, strict=True)
    ]
    comma, between = ("，", "：") if language == "zh" else (", ", ": ")
    said = [
        f"{segment.base}{between}{comma.join(f'{point.year} {shown(point.rate)}' for point in segment.points)}"
        for segment in segments
    ]
    return picture(
        _series,
        {
            "rows": rows,
            "pieces": pieces,
            "labels": labels,
            "years": [{"year": year, "word": str(year)} for year in years],
            "floor": FLOOR,
        },
        claims,
        sentence(said, language),
        language,
        height=top + SERIES + 26,
        words=words,
        left=36,
        right=right,
        column=right + 40,
        top=top,
        bottom=top + SERIES,
        low=years[0],
        high=years[-1] if len(years) > 1 else years[0] + 1,
        least=least,
        most=most,
    )


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


@dataclass(frozen=True)
class Group:
    """One target, and its share in each scenario, in one order for all targets."""

    id: str
    name: str
    shares: tuple[Claim, ...]


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
    comma, between = ("，", "：") if language == "zh" else (", ", ": ")
    said = [
        group.name
        + between
        + comma.join(told_of(name, shown(share), language) for name, share in zip(scenarios, group.shares, strict=True))
        for group in groups
    ]
    return picture(
        _scenarios,
        {"rows": rows},
        claims,
        sentence(said, language),
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
    template = Label(
        "{name}：{start}，其后{end}（九成抽样在{low}至{high}）",
        "{name}: {start}, then {end} ({low} to {high} in nine tenths of the draws)",
    ).of(language)
    said = [
        template.format(name=panel.name, **{end: shown(getattr(panel, end)) for end in ("start", "end", "low", "high")})
        for panel in panels
    ]
    return picture(
        _fans,
        {"rows": rows},
        claims,
        sentence(said, language),
        language,
        height=FAN + 24,
        width=PANEL,
        keys=keys,
        facet="panel",
        left=64,
        right=PANEL - 116,
        top=8,
        bottom=FAN + 8,
        low=0.0,
        high=1.0,
        least=0.0,
        most=1.0,
    )


def _path_rows(panel: Panel) -> list[Row]:
    """What a panel draws, each row of a kind of its own: the path, what is asked at its end, its two ends, its frame."""
    first, last = panel.years[0], panel.years[-1]
    span = max(last.year - first.year, 1)
    band = f"{shown(panel.low)}–{shown(panel.high)}" if is_number(panel.low) else ""
    ends = [
        (first, 0, shown(panel.start), "right", ""),
        (last, (last.year - first.year) / span, shown(panel.end), "left", band),
    ]
    rows: list[Row] = [{"kind": "path", "step": (year.year - first.year) / span, **vars(year)} for year in panel.years]
    rows += [{"kind": "asked", "step": ends[1][1], "p50": min(share, 1.0)} for share in sorted(set(panel.required))]
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

    path, asked, end, frame = (
        named("rows").transform_filter(f"datum.kind == '{kind}'") for kind in ("path", "asked", "end", "frame")
    )
    x, dots = across("step"), DOTS
    level: dict[str, Any] = {"x": alt.value(parameter("left")), "x2": alt.value(parameter("right"))}
    last = end.transform_filter("datum.align == 'left'")
    return [
        path.mark_area(color=UNCOVERED, opacity=1).encode(x=x, y=up("p5"), y2="p95:Q"),
        path.mark_area(color=RECEDING, opacity=1).encode(x=x, y=up("p25"), y2="p75:Q"),
        frame.mark_rule(color=HAIRLINE).encode(**level, y=up("p50")),
        path.mark_line(color=COVERED, strokeWidth=2).encode(x=x, y=up("p50")),
        asked.mark_point(shape="diamond", color=TARGET, size=60, **dots).encode(x=x, y=up("p50")),
        end.mark_point(shape="circle", color=COVERED, size=60, **dots).encode(x=x, y=up("p50")),
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
