"""Layers of a chart, as plain values of Vega-Lite: marks over named rows, and the places where they stand.

Ends of scales and places of columns are parameters of the chart, so that one specification serves every frame of rows. Rows
carry the words that stand in the chart: axes show no numbers, since every number printed is a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.views.text_fit import widest
from analysis.views.theme import HAIRLINE, INK, LINE, TEXT

Datum = dict[str, Any]  # a row as it is drawn: numbers, and the words that stand beside them
Layer = dict[str, Any]
Channel = dict[str, Any]


def layer(
    kind: str, data: str, encoding: Mapping[str, Channel], *, colour: str = "", where: str = "", **mark: Any
) -> Layer:
    """Marks of one kind over named rows.

    Parameters
    ----------
    colour
        A colour, or the field of the rows that holds it.
    where
        Which of the rows, as an expression of Vega over `datum`.

    Examples
    --------
    >>> layer("rule", "rows", {"x": at("left")}, colour="#000000")["encoding"]
    {'x': {'value': {'expr': 'left'}}, 'color': {'value': '#000000'}}
    """
    inked = {"color": {"value": colour} if colour.startswith("#") else as_it_is(colour)} if colour else {}
    chosen = {"transform": [{"filter": where}]} if where else {}
    return {"data": {"name": data}, **chosen, "mark": {"type": kind, **mark}, "encoding": {**encoding, **inked}}


def as_it_is(field: str) -> Channel:
    """A colour or shape that stands in the rows."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def at(parameter: str) -> Channel:
    """The place that a parameter holds, or an expression of parameters."""
    return {"value": {"expr": parameter}}


def pixels(field: str) -> Channel:
    """A place in pixels that stands in the rows."""
    return {"field": field, "type": "quantitative", "axis": None, "stack": None, "scale": None}


def across(field: str, **scale: Any) -> Channel:
    """A number from left to right, between the parameters `low` and `high`."""
    return _scaled(field, ("low", "high"), ("left", "right"), scale)


def up(field: str) -> Channel:
    """A number upwards, between the parameters `least` and `most`."""
    return _scaled(field, ("least", "most"), ("bottom", "top"), {})


def _scaled(field: str, ends: Sequence[str], places: Sequence[str], scale: Mapping[str, Any]) -> Channel:
    domain, range_ = ([{"expr": name} for name in names] for names in (ends, places))
    return pixels(field) | {"scale": {"nice": False, "zero": False, "domain": domain, "range": range_, **scale}}


def dots(x: Channel, y: Channel, *, data: str = "rows", shape: str = "circle", size: int = 90, **options: Any) -> Layer:
    """A point a row; options as of `layer`."""
    return layer("point", data, {"x": x, "y": y}, shape=shape, size=size, filled=True, opacity=1, **options)


def bars(
    end: str,
    *,
    start: str = "",
    height: float,
    dy: float | str = 0,
    scale: Mapping[str, Any] | None = None,
    **options: Any,
) -> Layer:
    """A bar a row, from one number to another or from nothing; `dy` px below its middle, or as an expression says."""
    x2 = {"field": start} if start else {"datum": 0}
    encoding = {"x": across(end, **(scale or {})), "x2": x2, "y": pixels("y")}
    lower: Any = {"expr": dy} if isinstance(dy, str) else dy
    return layer("bar", "rows", encoding, orient="horizontal", size=height, yOffset=lower, **options)


def floor() -> Layer:
    """The line that bars stand on."""
    line = layer("rule", "", {"x": across("nought"), "y": at("top"), "y2": at("bottom")}, colour=HAIRLINE)
    return line | {"data": {"values": [{"nought": 0}]}}


def words(
    field: str,
    *,
    x: Channel,
    y: Channel | None = None,
    data: str = "rows",
    align: str = "left",
    size: int = TEXT,
    colour: str = INK,
    dx: float = 0,
    dy: float | str = 0,
    where: str = "",
) -> Layer:
    """Words of the rows, as many lines as they have, centred on their place.

    Parameters
    ----------
    align
        A side, or the field of the rows that holds it.
    dy
        How far below their place they stand: px, or an expression.
    """
    lines = f"{dy} - {size * LINE / 2} * (length(split(datum.{field}, '\\n')) - 1)"
    return layer(
        "text",
        data,
        {"text": {"field": field, "type": "nominal"}, "x": x, "y": pixels("y") if y is None else y},
        colour=colour,
        where=where,
        align=align if align in ("left", "center", "right") else {"expr": f"datum.{align}"},
        fontSize=size,
        lineBreak="\n",
        lineHeight=size * LINE,
        dx=dx,
        dy={"expr": lines},
    )


def placed(rows: Iterable[Datum], least: float, top: float) -> float:
    """Put rows under one another, each as high as the lines of its name need; where they end."""
    for row in rows:
        height = max(least, (row["name"].count("\n") + 1) * TEXT * LINE + 8)
        row["y"], row["height"] = top + height / 2, height
        top += height
    return top


def left_of(rows: Iterable[Datum]) -> float:
    """Where a plot begins: right of the widest line of the names."""
    return widest(row["name"] for row in rows) + 12


def leaders(x: str) -> Layer:
    """Thin lines from points to the words in the column at the right that name them."""
    place = {"x": across(x), "x2": at("column - 4"), "y": up("rate"), "y2": {"field": "level"}}
    return layer("rule", "labels", place, colour=HAIRLINE, strokeDash=[1, 2])


@dataclass(frozen=True)
class Upright:
    """A scale upwards: where numbers between `least` and `most` stand, in pixels, and where labels beside it stand in numbers."""

    top: float
    height: float
    least: float
    most: float

    def pixel(self, value: float) -> float:
        """Where a number stands."""
        return self.top + (self.most - value) / (self.most - self.least) * self.height

    def beside(self, values: Sequence[float], room: float) -> list[float]:
        """Levels for labels of these numbers, so far apart in pixels that they do not touch."""
        ends = {"low": self.top + room / 2, "high": self.top + self.height - room / 2}
        placed = apart([self.pixel(value) for value in values], room, **ends)
        return [self.most - (y - self.top) / self.height * (self.most - self.least) for y in placed]

    @property
    def ends(self) -> dict[str, float]:
        """Its ends, as parameters."""
        return {"top": self.top, "bottom": self.top + self.height, "least": self.least, "most": self.most}


def apart(places: Sequence[float], least: float, *, low: float, high: float) -> list[float]:
    """Places of labels moved as little as it takes to stand so far apart, inside two ends.

    Examples
    --------
    >>> apart([50, 52, 90], 10, low=0, high=100)
    [46.0, 56.0, 90.0]
    """
    import numpy as np
    from scipy.optimize import isotonic_regression

    order = np.argsort(places, kind="stable")
    steps = least * np.arange(len(places))
    fitted = isotonic_regression(np.array(places, dtype=float)[order] - steps).x
    found = np.empty(len(places))
    found[order] = np.clip(fitted, low, max(high - least * (len(places) - 1), low)) + steps
    return [float(place) for place in found]
