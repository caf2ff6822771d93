"""The charts of papers as SVG, drawn here: their marks are placed in pixels already, so there is little left to do.

Vega's converter draws the same in a hundred times the time, and starts threads. It still draws what goes beyond the marks
of `views.marks`; tests hold the two side by side, pixel by pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Any

Plain = Mapping[str, Any]

_SHEET = {"layer", "autosize", "config", "height", "padding", "width", "$schema"}
_MARKS = {
    "rect": {"type"},
    "rule": {"type", "strokeDash"},
    "point": {"type", "filled", "opacity", "size"},
    "text": {"type", "align", "baseline"},
    "area": {"type", "fill", "opacity"},
}
_CHANNELS = {
    "rect": {"x", "x2", "y", "y2", "fill", "stroke", "strokeWidth"},
    "rule": {"x", "x2", "y", "y2", "stroke", "strokeWidth"},
    "point": {"x", "y", "fill", "shape"},
    "text": {"x", "y", "text", "fill", "size"},
    "area": {"x", "y", "y2", "detail"},
}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_ALIGN = {"expr": "datum.align"}


def svg(specification: Plain) -> str | None:
    """A Vega-Lite specification made of `views.marks` as SVG with live text; nothing for any other.

    Examples
    --------
    >>> svg({"mark": "bar"}) is None
    True
    """
    if not set(specification) <= _SHEET or not all(_is_known(layer) for layer in specification.get("layer", [{}])):
        return None
    width, height, config = (specification[name] for name in ("width", "height", "config"))
    size = f'width="{_number(width)}" height="{_number(height)}"'
    layers = "".join(
        f"<g>{''.join(_DRAWN[layer['mark']['type']](layer, config['font']))}</g>" for layer in specification["layer"]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" {size} viewBox="0 0 {_number(width)} {_number(height)}">'
        f'<rect {size} fill="{_attribute(config["background"])}"/><g fill="none" stroke-miterlimit="10">{layers}</g></svg>'
    )


def _is_known(layer: Plain) -> bool:
    """Whether a layer has nothing that is not drawn here."""
    mark = layer.get("mark", {})
    kind = mark.get("type") if isinstance(mark, dict) else None
    if kind not in _MARKS or set(layer) != {"data", "mark", "encoding"} or set(mark) - _MARKS[kind]:
        return False
    if "values" not in layer["data"] or set(layer["encoding"]) != _CHANNELS[kind]:
        return False
    if kind == "text" and (mark.get("align") != _ALIGN or mark.get("baseline") != "middle"):
        return False
    return all(_is_plain(channel) for channel in layer["encoding"].values())


def _is_plain(channel: Plain) -> bool:
    if set(channel) - {"field", "type", "scale", "legend", "value"}:
        return False
    scale = channel.get("scale")
    return scale is None or (
        set(scale) <= {"domain", "range", "nice", "type", "constant"}
        and scale.get("type", "linear") in ("linear", "symlog")
        and not scale["nice"]
    )


def _pixel(scale: Plain | None) -> Callable[[float], float]:
    """Where a number stands, by a scale from zero, linear or symmetrical-logarithmic; pixels stay pixels."""
    if scale is None:
        return float
    (low, high), (left, right) = scale["domain"], scale["range"]
    bend = scale["constant"] if scale.get("type") == "symlog" else 0.0

    def bent(value: float) -> float:
        return math.copysign(math.log1p(abs(value / bend)), value) if bend else value

    def pixel(value: float) -> float:
        return float(left + (bent(value) - bent(low)) / (bent(high) - bent(low)) * (right - left))

    return pixel


def _rectangles(layer: Plain, _font: str) -> Iterator[str]:
    across = _pixel(layer["encoding"]["x"].get("scale"))
    thickness = layer["encoding"]["strokeWidth"]["value"]
    for row in layer["data"]["values"]:
        left, right = sorted((across(row["start"]), across(row["end"])))
        top, bottom = sorted((row["y"], row["y2"]))
        place = (
            f'x="{_number(left)}" y="{_number(top)}" width="{_number(right - left)}" height="{_number(bottom - top)}"'
        )
        outline = f' stroke="{_attribute(row["stroke"])}" stroke-width="{thickness}"' if row["stroke"] else ""
        # a path, because a rectangle without width has no outline in SVG, and the narrowest range must stay in sight
        if right - left < 0.001:
            place = f"M{_number(left)},{_number(top)}h0.001v{_number(bottom - top)}h-0.001Z"
            yield f'<path d="{place}" fill="{_attribute(row["fill"])}"{outline}/>'
        else:
            yield f'<rect {place} fill="{_attribute(row["fill"])}"{outline}/>'


def _rules(layer: Plain, _font: str) -> Iterator[str]:
    dash = layer["mark"]["strokeDash"]
    dashed = "" if dash == [1, 0] else f' stroke-dasharray="{",".join(map(str, dash))}"'
    for row in layer["data"]["values"]:
        ends = " ".join(f'{name}="{_number(row[key])}"' for name, key in _ENDS)
        yield f'<line {ends} stroke="{_attribute(row["stroke"])}" stroke-width="{_number(row["width"])}"{dashed}/>'


_ENDS = (("x1", "x"), ("y1", "y"), ("x2", "x2"), ("y2", "y2"))


def _points(layer: Plain, _font: str) -> Iterator[str]:
    across = _pixel(layer["encoding"]["x"].get("scale"))
    radius = math.sqrt(layer["mark"]["size"]) / 2
    for row in layer["data"]["values"]:
        x, y, r, fill = across(row["value"]), row["y"], radius, _attribute(row["fill"])
        if row["shape"] == "circle":
            yield f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(r)}" fill="{fill}"/>'
        else:
            corners = ((x - r, y), (x, y - r), (x + r, y), (x, y + r))
            yield f'<path d="{_polygon(corners)}" fill="{fill}"/>'


def _texts(layer: Plain, font: str) -> Iterator[str]:
    for row in layer["data"]["values"]:
        baseline = row["y"] + math.floor(0.3 * row["size"] + 0.5)  # "middle" as Vega places it
        yield (
            f'<text text-anchor="{_ANCHORS[row["align"]]}" transform="translate({_number(row["x"])},{_number(baseline)})"'
            f' font-family="{_attribute(font)}" font-size="{_number(row["size"])}px" font-weight="normal"'
            f' fill="{_attribute(row["fill"])}">{escape(row["text"], quote=False)}</text>'
        )


def _areas(layer: Plain, _font: str) -> Iterator[str]:
    for _, group in groupby(layer["data"]["values"], key=lambda row: row["id"]):
        rows = list(group)
        edge = [(row["x"], row["y"]) for row in rows] + [(row["x"], row["y2"]) for row in reversed(rows)]
        yield f'<path d="{_polygon(edge)}" fill="{_attribute(layer["mark"]["fill"])}"/>'


_DRAWN: Mapping[str, Callable[[Plain, str], Iterator[str]]] = {
    "rect": _rectangles,
    "rule": _rules,
    "point": _points,
    "text": _texts,
    "area": _areas,
}


def _polygon(corners: Any) -> str:
    return "M" + "L".join(f"{_number(x)},{_number(y)}" for x, y in corners) + "Z"


def _number(value: float) -> str:
    """In full: letters are set by parts of a pixel."""
    return str(int(value)) if value == int(value) else str(float(value))


def _attribute(text: str) -> str:
    return escape(text, quote=True)
