"""What the live charts have in common: the sheet they stand on, colours that come with a row, names, lengths, tooltips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from analysis.quantities import Label, Language
from analysis.views.theme import INK, SMALL, theme

Specification = dict[str, Any]

FONTS = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"
NAMES = {"zh": 118, "en": 140}  # room for names left of a plot, px
HEIGHT = 330
LINES = "split(datum.label, '\\n')"
TIPS = {
    "name": Label("", ""),
    "rate_text": Label("覆盖率", "Coverage"),
    "part_text": Label("党组织覆盖", "Covered"),
    "whole_text": Label("基数", "Out of"),
    "base": Label("基数名称", "Base"),
    "status": Label("数据", "Data"),
}


def sheet(*layers: alt.Chart, height: int = HEIGHT, params: Mapping[str, float] | None = None) -> Specification:
    """A chart of layers as wide as its place, with its parameters."""
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


def tip(language: Language, *names: str, **titles: tuple[str, str]) -> list[alt.Tooltip]:
    """What stands in a tooltip: fields of the row, under their usual names or others (in both languages)."""
    known = dict(TIPS) | {name: Label(*pair) for name, pair in titles.items()}
    return [alt.Tooltip(f"{name}:N", title=known[name].of(language) or "\u2003") for name in names]


def all_tips(language: Language, **titles: tuple[str, str]) -> list[alt.Tooltip]:
    """Everything that stands in the tooltip of a rate: rate, numerator, base and its name, status."""
    return tip(language, "name", "rate_text", "part_text", "whole_text", "base", "status", **titles)


def own(name: str) -> alt.Color:
    """A colour that stands in the row."""
    return alt.Color(f"{name}:N", scale=None, legend=None)


def fill(name: str) -> alt.Fill:
    """A fill that stands in the row."""
    return alt.Fill(f"{name}:N", scale=None, legend=None)


def stroke(name: str = "outline") -> alt.Stroke:
    """An outline that stands in the row."""
    return alt.Stroke(f"{name}:N", scale=None, legend=None)


def names(language: Language) -> alt.Y:
    """The names left of a plot, in the rows' order."""
    room = NAMES[language]
    axis = alt.Axis(
        labels=True, minExtent=room, maxExtent=room, labelLimit=room - 8, labelLineHeight=14, labelExpr=LINES
    )
    return alt.Y("name:N", sort=alt.EncodingSortField("order", op="min"), axis=axis)


def across(field: str, upper: str, *, right: int, low: int = 0) -> alt.X:
    """A length from 0 to a signal, which leaves room for words at the right."""
    return alt.X(
        f"{field}:Q",
        scale=alt.Scale(
            domainMin=0, domainMax=alt.ExprRef(upper), range=[low, alt.ExprRef(f"max(width - {right}, 60)")], nice=False
        ),
        axis=None,
    )


def heads() -> alt.Axis:
    """The heads above a table of tiles."""
    return alt.Axis(orient="top", labels=True, labelAngle=0, labelPadding=4, labelExpr=LINES, labelLineHeight=13)


def over() -> dict[str, Any]:
    """A band for each row: its name in the upper half, its bar in the lower."""
    return {
        "y": alt.Y("id:N", sort=alt.EncodingSortField("order", op="min"), axis=None, scale=alt.Scale(paddingInner=0.1))
    }
