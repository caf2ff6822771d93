"""Charts of years and scenarios: a published series, scenarios side by side, paths with the range of the draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_sheet import GUTTER, Key, Shown, picture
from analysis.views.marks import Datum, Layer, Upright, across, at, bars, dots, layer, leaders, up, words
from analysis.views.render import Picture
from analysis.views.rows import Panel, Row, Segment, claims_of, is_number, length, pointed, shown
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
PANEL = (WIDTH - GUTTER) / 2  # width of one of two panels, px
FAN = 70.0  # height of a panel's plot, px


def broken_series(segments: Sequence[Segment], *, language: Language) -> Picture:
    """A published series, its line broken where the base changes, with the base written at the end of each piece.

    No line joins two bases. Where years are missing a line is dashed.
    """
    points = [point for segment in segments for point in segment.points]
    gaps = any(two > one + 1 for segment in segments for (one, _), (two, _) in pairwise(segment.points))
    content = Shown(
        claims_of(claim for _, claim in points),
        summaries.of_series(segments, language),
        language,
        words=[NOT_PUBLISHED.of(language)] if gaps else [],
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


def side_by_side(groups: Sequence[Row], scenarios: Sequence[str], *, language: Language, selected: int) -> Picture:
    """A small chart for each target, all from none to all of those meant: a bar for every scenario.

    Parameters
    ----------
    scenarios
        Their names, in the order of the shares.
    selected
        The place of the scenario to bring out.
    """
    rows: list[Datum] = [
        {
            "panel": wrapped(group.name, PANEL),
            "y": 19 * (order + 0.5),
            "name": scenario,
            "share": min(length(share), 1.0),
            "share_text": shown(share),
            "fill": COVERED if order == selected else RECEDING,
        }
        for group in groups
        for order, (scenario, share) in enumerate(zip(scenarios, group.claims, strict=True))
    ]
    return picture(
        [
            bars("share", height=12, colour="fill"),
            words("name", x=at("left"), align="right", size=SMALL, dx=-8),
            words("share_text", x=across("share"), size=SMALL, dx=6),
        ],
        {"rows": rows},
        Shown(
            claims_of(*(group.claims for group in groups)),
            summaries.of_numbers(groups, scenarios, language),
            language,
        ),
        {
            "left": widest(scenarios, SMALL) + 10,
            "right": PANEL - widest((row["share_text"] for row in rows), SMALL) - 10,
            "low": 0.0,
            "high": 1.0,
        },
        height=19 * len(scenarios),
        width=PANEL,
        facet="panel",
    )


def fans(panels: Sequence[Panel], *, language: Language) -> Picture:
    """A panel for each target, from none to all: bands of the draws, their median, and what the readings ask for."""
    keys = [
        Key(COVERED, MEDIAN, "circle"),
        Key(RECEDING, HALF),
        Key(UNCOVERED, NINE_TENTHS),
        Key(TARGET, ASKED, "diamond"),
    ]
    return _paths(panels, language, keys=keys, top=8, facet="panel", width=PANEL)


def fan(panel: Panel, *, language: Language, width: float = WIDTH, height: float = FAN) -> Picture:
    """One target's path, as a panel of `fans`."""
    return _paths([panel], language, width=width, height=height)


def _paths(
    panels: Sequence[Panel],
    language: Language,
    *,
    width: float,
    height: float = FAN,
    keys: Sequence[Key] = (),
    top: float | None = None,
    facet: str = "",
) -> Picture:
    claims = claims_of(*((panel.start, panel.end, panel.low, panel.high) for panel in panels))
    content = Shown(claims, summaries.of_paths(panels, language), language, keys=keys)
    scale = Upright(content.top + 6 if top is None else top, height, 0.0, 1.0)
    rows = [row for panel in panels for row in _path_rows(panel)]
    places = {"left": 64, "right": width - 116, "low": 0.0, "high": 1.0, **scale.ends}
    tall = scale.top + height + (16 if facet else 24)
    return picture(_fans(), {"rows": rows}, content, places, height=tall, width=width, facet=facet)


def _path_rows(panel: Panel) -> list[Datum]:
    """What a panel draws, each row of a kind of its own: the path, what is asked at its end, its two ends, its frame."""
    first, last = panel.years[0], panel.years[-1]
    span = max(last.year - first.year, 1)
    has_band = panel.low is not None and is_number(panel.low)
    band = "–".join(shown(one) for one in (panel.low, panel.high)) if has_band else ""
    steps = [(year.year - first.year) / span for year in panel.years]
    path = zip_longest(steps, panel.years, panel.told, fillvalue="")
    asked = dict.fromkeys(zip_longest(panel.required, panel.met, panel.asked, fillvalue=""))
    rows: list[Datum] = [{"kind": "path", "step": step, **vars(year), "tip": tip} for step, year, tip in path]
    rows += [{"kind": "before", "step": step, "p50": share} for step, share in zip(steps, panel.before, strict=False)]
    rows += [
        {"kind": "asked", "step": steps[-1], "p50": min(share, 1.0), "fill": COVERED if is_met else TARGET, "tip": tip}
        for share, is_met, tip in sorted(asked)
    ]
    rows += [
        {"kind": kind, "step": step, "p50": year.p50, "word": str(year.year), "words": told, "band": band}
        for kind, year, step, told in (
            ("start", first, 0, shown(panel.start)),
            ("end", last, steps[-1], shown(panel.end)),
        )
    ]
    rows += [{"kind": "frame", "p50": share} for share in (0, 1)]
    return [{"panel": wrapped(panel.name, PANEL), **row} for row in rows]


def _fans() -> list[Layer]:
    x, y = across("step"), up("p50")
    level = {"x": at("left"), "x2": at("right"), "y": y}
    path, ends = "datum.kind == 'path'", "datum.kind == 'start' || datum.kind == 'end'"
    bands = [("p5", "p95", UNCOVERED), ("p25", "p75", RECEDING)]
    line: Datum = {"x": x, "y": y}
    last: Datum = {"x": x, "y": y, "where": "datum.kind == 'end'", "dx": 12}
    lifted = "(datum.p50 < 0.25 ? -16 : 0)"  # off the frame below
    return [
        *(
            layer("area", "rows", {"x": x, "y": up(low), "y2": {"field": high}}, colour=colour, where=path, opacity=1)
            for low, high, colour in bands
        ),
        layer("rule", "rows", level, colour=HAIRLINE, where="datum.kind == 'frame'"),
        layer("line", "rows", line, colour=BASE, where="datum.kind == 'before'", strokeDash=[4, 3], strokeWidth=2),
        layer("line", "rows", line, colour=COVERED, where=path, strokeWidth=2),
        dots(x, y, size=40, colour=COVERED, where=f"{path} && datum.tip"),
        dots(x, y, shape="diamond", size=60, colour="fill", where="datum.kind == 'asked'"),
        dots(x, y, size=60, colour=COVERED, where=ends),
        words("word", x=x, y=at("bottom"), align="center", size=SMALL, colour=MUTED, dy=13, where=ends),
        words("words", x=x, y=y, align="right", size=SMALL, colour=COVERED, dx=-9, where="datum.kind == 'start'"),
        words("words", **last, colour=COVERED, dy=lifted),
        words("band", **last, size=SMALL, colour=MUTED, dy=f"16 + {lifted}"),
    ]
