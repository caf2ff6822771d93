"""The live charts' specifications: one for each view, over named data, built once for a language and never changed.

Everything that varies is in the rows (`live_rows`): lengths, colours, and words that are already formatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from analysis.quantities import Language
from analysis.views import live_marks as marks
from analysis.views.live import LiveChart
from analysis.views.theme import COVERED, HAIRLINE, MUTED, PAPER, SMALL, TARGET, TEXT, UNCOVERED


def live_charts(
    language: Language,
    *,
    map_rows: int,
    map_columns: int,
    shapes: Mapping[str, Any] | None = None,
    townships: bool = False,
) -> list[LiveChart]:
    """The charts of the page in the order of reading.

    Parameters
    ----------
    map_rows, map_columns
        The size of the tile map.
    shapes
        Boundaries that take the tiles' place: a GeoJSON collection in flat coordinates, as `boundaries.read` gives it.
    townships
        Whether there is a chart of what lies below a district.
    """
    place = _tiles(language, map_rows, map_columns) if shapes is None else _shapes(language, shapes)
    charts: tuple[tuple[str, marks.Specification, tuple[str, ...]], ...] = (
        ("map", place, ("districts",)),
        ("bars", _bars(language, "bars"), ("bars", "rule")),
        *((("townships", _bars(language, "townships"), ("townships", "rule")),) if townships else ()),
        ("bands", _bands(language), ("bands",)),
        ("ladder", _ladder(language), ("ladder",)),
        ("cascade", _cascade(language), ("cascade",)),
        ("gaps", _gaps(language), ("gaps", "readings")),
    )
    if not map_rows:
        charts = tuple(chart for chart in charts if chart[0] not in ("map", "bars"))
    return [LiveChart(name, chart, data) for name, chart, data in charts]


def _tiles(language: Language, rows: int, columns: int) -> marks.Specification:
    across = alt.X("x:Q", scale=alt.Scale(domain=[0, max(columns, 1)], nice=False), axis=None)
    down = alt.Y("y:Q", scale=alt.Scale(domain=[0, max(rows, 1)], nice=False, reverse=True), axis=None)
    data = alt.Chart(alt.NamedData("districts"))
    tiles = data.mark_rect(cursor="pointer", strokeWidth=3).encode(
        x=across,
        x2="x2:Q",
        y=down,
        y2="y2:Q",
        fill=marks.fill("fill"),
        stroke=marks.stroke(),
        tooltip=marks.all_tips(language),
    )
    size = alt.Size("name_size:Q", scale=None, legend=None)
    middle = {"x": alt.X("mx:Q"), "color": marks.own("ink")}
    names = data.mark_text(
        lineBreak="\n", baseline="middle", cursor="pointer", lineHeight=alt.ExprRef("datum.name_size + 2")
    )
    rates = data.mark_text(fontSize=TEXT, cursor="pointer")
    return marks.sheet(
        tiles,
        names.encode(**middle, y=alt.Y("name_y:Q"), text="tile:N", size=size),
        rates.encode(**middle, y=alt.Y("rate_y:Q"), text="rate_text:N"),
    )


def _shapes(language: Language, shapes: Mapping[str, Any]) -> marks.Specification:
    """Boundaries are embedded once; what changes is looked up by id."""
    values = alt.InlineData(values=shapes["features"], name="shapes")
    fields = ["fill", "outline", *marks.TIPS]
    lookup = alt.LookupData(data=alt.NamedData("districts"), key="id", fields=fields)
    drawn = (
        alt.Chart(values)
        .transform_lookup(lookup="id", from_=lookup)
        .mark_geoshape(cursor="pointer", strokeWidth=1.5)
        .encode(fill=marks.fill("fill"), stroke=marks.stroke(), tooltip=marks.all_tips(language))
        .project(type="identity", reflectY=True)
    )
    return marks.sheet(drawn)


def _bars(language: Language, name: str) -> marks.Specification:
    data = alt.Chart(alt.NamedData(name))
    across = marks.across("rate", "upper", right=196)
    bars = data.mark_bar(cursor="pointer", height=alt.RelativeBandSize(0.62)).encode(
        x=across, y=marks.names(language), fill=marks.fill("bar"), tooltip=marks.all_tips(language)
    )
    rates = data.mark_text(align="right", cursor="pointer").encode(
        x=alt.value(alt.ExprRef("width - 126")),
        y=marks.names(language),
        text="rate_text:N",
        tooltip=marks.all_tips(language),
    )
    parts = data.mark_text(align="right", fontSize=11, cursor="pointer").encode(
        x=alt.value(alt.ExprRef("width")),
        y=marks.names(language),
        text="fraction:N",
        color=alt.value(MUTED),
        tooltip=marks.all_tips(language),
    )
    rule = alt.Chart(alt.NamedData("rule")).mark_rule(strokeDash=[5, 3], strokeWidth=1.5, color=TARGET)
    marked = rule.encode(x=across, tooltip=marks.tip(language, "name", "rate_text", "part_text", "whole_text", "base"))
    return marks.sheet(bars, marked, rates, parts, params={"upper": 1})


def _bands(language: Language) -> marks.Specification:
    data = alt.Chart(alt.NamedData("bands"))
    across = alt.X("band:N", sort=alt.EncodingSortField("band_order", op="min"), axis=marks.heads())
    place = {"x": across, "y": marks.names(language)}
    cells = data.mark_rect(
        cursor="pointer", strokeWidth=3, width=alt.RelativeBandSize(0.97), height=alt.RelativeBandSize(0.94)
    )
    words = data.mark_text(fontSize=TEXT, dy=-8, cursor="pointer")
    wholes = data.mark_text(fontSize=10, dy=11, cursor="pointer")
    return marks.sheet(
        cells.encode(**place, fill=marks.fill("fill"), stroke=marks.stroke(), tooltip=marks.all_tips(language)),
        words.encode(**place, text="rate_text:N", color=marks.own("ink")),
        wholes.encode(**place, text="whole_words:N", color=marks.own("ink")),
        height=230,
    )


def _ladder(language: Language) -> marks.Specification:
    data, row = alt.Chart(alt.NamedData("ladder")), marks.over()
    fields = ("name", "rate_text", "part_text", "whole_text", "base", "inside", "status")
    tips = marks.tip(language, *fields, inside=("其中清点得", "Counted inside"))
    return marks.sheet(
        data.mark_bar(height=15, yOffset=9, color=UNCOVERED).encode(
            **row, x=marks.across("whole", "upper", right=0), tooltip=tips
        ),
        data.mark_bar(height=15, yOffset=9, color=COVERED).encode(
            **row, x=marks.across("part", "upper", right=0), tooltip=tips
        ),
        data.mark_text(align="left", yOffset=-10).encode(**row, x=alt.value(0), text="name:N"),
        data.mark_text(align="right", yOffset=-10).encode(**row, x=alt.value(alt.ExprRef("width")), text="words:N"),
        height=230,
        params={"upper": 1},
    )


def _cascade(language: Language) -> marks.Specification:
    data, across = alt.Chart(alt.NamedData("cascade")), marks.across("rate", "upper", right=128)
    tips = marks.all_tips(language, part_text=("到达", "Reached"), rate_text=("占第一级", "Of the first"))
    return marks.sheet(
        data.mark_bar(height=alt.RelativeBandSize(0.6), color=COVERED).encode(
            x=across, y=marks.names(language), tooltip=tips
        ),
        data.mark_text(align="left", dx=5).encode(
            x=marks.across("end", "upper", right=128), y=marks.names(language), text="words:N"
        ),
        height=230,
        params={"upper": 1},
    )


def _gaps(language: Language) -> marks.Specification:
    data, row = alt.Chart(alt.NamedData("gaps")), marks.over()
    across = alt.X("rate:Q", scale=alt.Scale(domain=[0, 1], range=[8, alt.ExprRef("max(width - 12, 60)")]), axis=None)
    readings = alt.Chart(alt.NamedData("readings")).mark_point(
        shape="diamond", size=70, filled=True, opacity=1, color=TARGET
    )
    tips = marks.all_tips(
        language, part_text=("现已达到", "Have it now"), whole_text=("对象总数", "Meant"), rate_text=("占对象", "Share")
    )
    titles = {"reading": ("读法", "Reading"), "required": ("需达到", "Required"), "missing": ("尚缺", "Missing")}
    required = marks.tip(language, "name", *titles, "status", **titles)
    return marks.sheet(
        data.mark_rule(color=HAIRLINE, strokeWidth=2).encode(**row, x=alt.XDatum(0), x2=alt.X2Datum(1)),
        data.mark_rule(color=COVERED, strokeWidth=4).encode(**row, x=across, x2=alt.X2Datum(0)),
        readings.encode(**row, x=alt.X("share:Q"), tooltip=required),
        data.mark_point(size=95, filled=True, opacity=1, color=COVERED, stroke=PAPER).encode(
            **row, x=across, tooltip=tips
        ),
        data.mark_text(align="left", yOffset=-16).encode(**row, x=alt.value(0), text="name:N"),
        data.mark_text(align="left", yOffset=17, fontSize=SMALL).encode(
            **row, x=alt.value(0), text="words:N", color=alt.value(MUTED)
        ),
        height=390,
    )
