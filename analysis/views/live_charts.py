"""The live charts' specifications: one for each view, over named data, built once for a language and never changed.

Everything that varies is in the rows (`live_rows`): lengths, colours, and words that are already formatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from analysis.quantities import Label, Language
from analysis.views.live import LiveChart
from analysis.views.theme import COVERED, HAIRLINE, INK, MUTED, PAPER, SMALL, TARGET, TEXT, UNCOVERED, theme

Specification = dict[str, Any]

FONTS = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"
NAMES = {"zh": 118, "en": 150}  # room for names left of a plot, px
HEIGHT = 330
_LINES = "split(datum.label, '\\n')"
TIPS = {
    "name": Label("", ""),
    "rate_text": Label("覆盖率", "Coverage"),
    "part_text": Label("党组织覆盖", "Covered"),
    "whole_text": Label("基数", "Out of"),
    "base": Label("基数名称", "Base"),
    "status": Label("数据", "Data"),
}


def live_charts(
    language: Language, *, map_rows: int, map_columns: int, shapes: Mapping[str, Any] | None = None
) -> list[LiveChart]:
    """The charts of the page in the order of reading.

    Parameters
    ----------
    map_rows, map_columns
        The size of the tile map.
    shapes
        Boundaries that take the tiles' place: a GeoJSON collection in flat coordinates, as `boundaries.read` gives it.
    """
    place = _tiles(language, map_rows, map_columns) if shapes is None else _shapes(language, shapes)
    charts: tuple[tuple[str, Specification, tuple[str, ...]], ...] = (
        ("map", place, ("districts",)),
        ("bars", _bars(language), ("districts", "rule")),
        ("bands", _bands(language), ("bands",)),
        ("ladder", _ladder(language), ("ladder",)),
        ("cascade", _cascade(language), ("cascade",)),
        ("gaps", _gaps(language), ("gaps", "readings")),
    )
    if not map_rows:
        charts = tuple(chart for chart in charts if "districts" not in chart[2])
    return [LiveChart(name, chart, data) for name, chart, data in charts]


def _sheet(*layers: alt.Chart, height: int = HEIGHT, params: Mapping[str, float] | None = None) -> Specification:
    chart = alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        padding=2,
        config=_config(),
    )
    with alt.theme.enable("none"):
        plain: Specification = chart.to_dict(validate=False)
    return plain | {"params": [{"name": name, "value": value} for name, value in (params or {}).items()]}


def _config() -> dict[str, Any]:
    quiet = theme()
    axis = {**quiet["axis"], "labelColor": INK, "labelFontSize": SMALL, "labelFont": FONTS, "labelPadding": 8}
    return {**quiet, "font": FONTS, "axis": axis, "text": {**quiet["text"], "font": FONTS, "fontSize": SMALL}}


def _tip(language: Language, *names: str, **titles: tuple[str, str]) -> list[alt.Tooltip]:
    """What stands in a tooltip: fields of the row, under their usual names or others (in both languages)."""
    known = dict(TIPS) | {name: Label(*pair) for name, pair in titles.items()}
    return [alt.Tooltip(f"{name}:N", title=known[name].of(language) or "\u2003") for name in names]


def _all_tips(language: Language) -> list[alt.Tooltip]:
    return _tip(language, "name", "rate_text", "part_text", "whole_text", "base", "status")


def _own(name: str) -> alt.Color:
    """A colour that stands in the row."""
    return alt.Color(f"{name}:N", scale=None, legend=None)


def _fill(name: str) -> alt.Fill:
    return alt.Fill(f"{name}:N", scale=None, legend=None)


def _stroke(name: str = "outline") -> alt.Stroke:
    return alt.Stroke(f"{name}:N", scale=None, legend=None)


def _names(language: Language) -> alt.Y:
    room = NAMES[language]
    axis = alt.Axis(
        labels=True, minExtent=room, maxExtent=room, labelLimit=room - 8, labelLineHeight=14, labelExpr=_LINES
    )
    return alt.Y("name:N", sort=alt.EncodingSortField("order", op="min"), axis=axis)


def _across(field: str, upper: str, *, right: int, low: int = 0) -> alt.X:
    """A length from 0 to a signal, which leaves room for words at the right."""
    return alt.X(
        f"{field}:Q",
        scale=alt.Scale(
            domainMin=0, domainMax=alt.ExprRef(upper), range=[low, alt.ExprRef(f"max(width - {right}, 60)")], nice=False
        ),
        axis=None,
    )


def _tiles(language: Language, rows: int, columns: int) -> Specification:
    across = alt.X("x:Q", scale=alt.Scale(domain=[0, max(columns, 1)], nice=False), axis=None)
    down = alt.Y("y:Q", scale=alt.Scale(domain=[0, max(rows, 1)], nice=False, reverse=True), axis=None)
    data = alt.Chart(alt.NamedData("districts"))
    tiles = data.mark_rect(cursor="pointer", strokeWidth=3).encode(
        x=across, x2="x2:Q", y=down, y2="y2:Q", fill=_fill("fill"), stroke=_stroke(), tooltip=_all_tips(language)
    )
    size = alt.Size("name_size:Q", scale=None, legend=None)
    middle = {"x": alt.X("mx:Q"), "color": _own("ink")}
    names = data.mark_text(lineBreak="\n", baseline="middle", cursor="pointer", lineHeight=12.5)
    rates = data.mark_text(fontSize=TEXT, cursor="pointer")
    return _sheet(
        tiles,
        names.encode(**middle, y=alt.Y("name_y:Q"), text="tile:N", size=size),
        rates.encode(**middle, y=alt.Y("rate_y:Q"), text="rate_text:N"),
    )


def _shapes(language: Language, shapes: Mapping[str, Any]) -> Specification:
    """Boundaries are embedded once; what changes is looked up by id."""
    values = alt.InlineData(values=shapes["features"], name="shapes")
    fields = ["fill", "outline", *TIPS]
    lookup = alt.LookupData(data=alt.NamedData("districts"), key="id", fields=fields)
    drawn = (
        alt.Chart(values)
        .transform_lookup(lookup="id", from_=lookup)
        .mark_geoshape(cursor="pointer", strokeWidth=1.5)
        .encode(fill=_fill("fill"), stroke=_stroke(), tooltip=_all_tips(language))
        .project(type="identity", reflectY=True)
    )
    return _sheet(drawn)


def _bars(language: Language) -> Specification:
    data = alt.Chart(alt.NamedData("districts"))
    across = _across("rate", "upper", right=196)
    bars = data.mark_bar(cursor="pointer", height=alt.RelativeBandSize(0.62)).encode(
        x=across, y=_names(language), fill=_fill("bar"), tooltip=_all_tips(language)
    )
    rates = data.mark_text(align="right").encode(
        x=alt.value(alt.ExprRef("width - 126")), y=_names(language), text="rate_text:N"
    )
    parts = data.mark_text(align="right", fontSize=11).encode(
        x=alt.value(alt.ExprRef("width")), y=_names(language), text="fraction:N", color=alt.value(MUTED)
    )
    rule = alt.Chart(alt.NamedData("rule")).mark_rule(strokeDash=[5, 3], strokeWidth=1.5, color=TARGET)
    marked = rule.encode(x=across, tooltip=_tip(language, "name", "rate_text", "part_text", "whole_text"))
    return _sheet(bars, marked, rates, parts, params={"upper": 1})


def _bands(language: Language) -> Specification:
    data = alt.Chart(alt.NamedData("bands"))
    across = alt.X("band:N", sort=alt.EncodingSortField("band_order", op="min"), axis=_heads())
    place = {"x": across, "y": _names(language)}
    cells = data.mark_rect(
        cursor="pointer", strokeWidth=3, width=alt.RelativeBandSize(0.97), height=alt.RelativeBandSize(0.94)
    )
    words = data.mark_text(fontSize=TEXT, dy=-8, cursor="pointer")
    wholes = data.mark_text(fontSize=11, dy=11, cursor="pointer")
    return _sheet(
        cells.encode(**place, fill=_fill("fill"), stroke=_stroke(), tooltip=_all_tips(language)),
        words.encode(**place, text="rate_text:N", color=_own("ink")),
        wholes.encode(**place, text="whole_words:N", color=_own("ink")),
        height=230,
    )


def _heads() -> alt.Axis:
    return alt.Axis(orient="top", labels=True, labelAngle=0, labelPadding=4, labelExpr=_LINES, labelLineHeight=13)


def _over() -> dict[str, Any]:
    """A band for each row: its name in the upper half, its bar in the lower."""
    return {
        "y": alt.Y("id:N", sort=alt.EncodingSortField("order", op="min"), axis=None, scale=alt.Scale(paddingInner=0.1))
    }


def _ladder(language: Language) -> Specification:
    data, row = alt.Chart(alt.NamedData("ladder")), _over()
    tips = _tip(
        language,
        "name",
        "rate_text",
        "part_text",
        "whole_text",
        "inside",
        "status",
        inside=("其中清点得", "Counted inside"),
    )
    return _sheet(
        data.mark_bar(height=15, yOffset=9, color=UNCOVERED).encode(
            **row, x=_across("whole", "upper", right=0), tooltip=tips
        ),
        data.mark_bar(height=15, yOffset=9, color=COVERED).encode(
            **row, x=_across("part", "upper", right=0), tooltip=tips
        ),
        data.mark_text(align="left", yOffset=-10).encode(**row, x=alt.value(0), text="name:N"),
        data.mark_text(align="right", yOffset=-10).encode(**row, x=alt.value(alt.ExprRef("width")), text="words:N"),
        height=230,
        params={"upper": 1},
    )


def _cascade(language: Language) -> Specification:
    data, across = alt.Chart(alt.NamedData("cascade")), _across("rate", "upper", right=128)
    tips = _tip(
        language,
        "name",
        "rate_text",
        "part_text",
        "whole_text",
        "base",
        "status",
        part_text=("到达", "Reached"),
        rate_text=("占第一级", "Of the first"),
    )
    return _sheet(
        data.mark_bar(height=alt.RelativeBandSize(0.6), color=COVERED).encode(
            x=across, y=_names(language), tooltip=tips
        ),
        data.mark_text(align="left", dx=5).encode(x=across, y=_names(language), text="words:N"),
        height=230,
        params={"upper": 1},
    )


def _gaps(language: Language) -> Specification:
    data, row = alt.Chart(alt.NamedData("gaps")), _over()
    across = alt.X("rate:Q", scale=alt.Scale(domain=[0, 1], range=[8, alt.ExprRef("max(width - 12, 60)")]), axis=None)
    readings = alt.Chart(alt.NamedData("readings")).mark_point(
        shape="diamond", size=70, filled=True, opacity=1, color=TARGET
    )
    tips = _tip(
        language,
        "name",
        "rate_text",
        "part_text",
        "whole_text",
        "status",
        part_text=("现已达到", "Have it now"),
        whole_text=("对象总数", "Meant"),
        rate_text=("占对象", "Share"),
    )
    required = _tip(
        language,
        "name",
        "reading",
        "required",
        "missing",
        "status",
        reading=("读法", "Reading"),
        required=("需达到", "Required"),
        missing=("尚缺", "Missing"),
    )
    return _sheet(
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
