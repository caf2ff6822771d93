"""What every chart is put together from: spans, lines, dots and letters on one sheet, and the strip of words above.

Spans and dots that stand for numbers carry them in the unit of the data, and a scale; words are placed in pixels,
because only then can they give way to one another. Rows of the sheet run downwards in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.views.lettering import text_width
from analysis.views.theme import HAIRLINE, INK, LINE, MUTED, PAPER, SMALL, TEXT, WIDTH, theme

Align = Literal["left", "center", "right"]
Layer = dict[str, Any]
"""A layer of a Vega-Lite specification, as plain values: altair takes ten times as long to put one together."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

STATUS_WORDS = {
    Status.ASSUMED: Label("含假设", "Rests on assumptions"),
    Status.SYNTHETIC: Label("合成数据", "Synthetic data"),
    Status.SIMULATED: Label("模拟", "Simulated"),
}


@dataclass(frozen=True)
class Span:
    """A filled rectangle: from `start` to `end` across (in the scale's unit), from `y` to `y2` down."""

    start: float
    end: float
    y: float
    y2: float
    fill: str
    id: str = ""
    stroke: str | None = None


@dataclass(frozen=True)
class Line:
    """A straight line in pixels."""

    x: float
    y: float
    x2: float
    y2: float
    stroke: str = HAIRLINE
    width: float = 1


@dataclass(frozen=True)
class Dot:
    """A mark at a number."""

    value: float
    y: float
    fill: str
    shape: Literal["circle", "diamond"] = "circle"
    id: str = ""


@dataclass(frozen=True)
class Letter:
    """One line of text, centred on `y`."""

    text: str
    x: float
    y: float
    align: Align = "left"
    size: int = TEXT
    fill: str = INK

    @property
    def width(self) -> float:
        """Its width in pixels."""
        return text_width(self.text, self.size)


@dataclass(frozen=True)
class Key:
    """One entry of a key: a mark and the word for it."""

    fill: str
    word: Label
    shape: Literal["square", "circle", "diamond"] = "square"


@dataclass(frozen=True)
class Axis:
    """Where numbers stand across the sheet: `low` (mostly 0) to `high`, drawn from `left` to `right` in pixels.

    One chart has one axis: layers share the scale.

    Parameters
    ----------
    bend
        For a logarithmic axis: below this number it turns linear, so that zero has a place. 0 for a linear one.
    """

    high: float
    left: float
    right: float
    bend: float = 0.0
    low: float = 0.0

    def scale(self) -> dict[str, Any]:
        """The same, for Vega-Lite."""
        scale: dict[str, Any] = {"domain": [self.low, self.high], "range": [self.left, self.right], "nice": False}
        return scale | ({"type": "symlog", "constant": self.bend} if self.bend else {})

    def pixel(self, value: float) -> float:
        """Where a number stands.

        Examples
        --------
        >>> Axis(high=0.5, left=100, right=200).pixel(0.25)
        150.0
        """
        if self.bend:
            share = math.log1p(value / self.bend) / math.log1p(self.high / self.bend)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)


def sheet(layers: Iterable[Layer | None], *, height: float, width: float = WIDTH) -> dict[str, Any]:
    """A Vega-Lite specification of layers on one sheet, the first at the bottom."""
    return {
        "$schema": SCHEMA,
        "layer": [layer for layer in layers if layer is not None],
        "width": math.ceil(width),
        "height": math.ceil(height),
        "padding": 0,
        "autosize": "none",
        "config": theme(),
    }


def spans(rows: Sequence[Span], *, axis: Axis | None = None, name: str = "spans") -> Layer | None:
    """Rectangles; in pixels where there is no axis. None when there are no rows."""
    channels = {
        "x": _place("start", axis),
        "x2": {"field": "end"},
        "y": _place("y"),
        "y2": {"field": "y2"},
        "fill": _as_it_is("fill"),
        "stroke": _as_it_is("stroke"),
        "strokeWidth": {"value": 2},
    }
    return _layer(rows, name, {"type": "rect"}, channels)


def lines(rows: Sequence[Line], *, dashed: bool = False, name: str = "lines") -> Layer | None:
    """Straight lines. None when there are no rows."""
    channels = {
        "x": _place("x"),
        "x2": {"field": "x2"},
        "y": _place("y"),
        "y2": {"field": "y2"},
        "stroke": _as_it_is("stroke"),
        "strokeWidth": _as_it_is("width", "quantitative"),
    }
    return _layer(rows, name, {"type": "rule", "strokeDash": [5, 3] if dashed else [1, 0]}, channels)


def dots(rows: Sequence[Dot], *, axis: Axis | None = None, size: int = 90, name: str = "dots") -> Layer | None:
    """Dots and diamonds; in pixels where there is no axis. None when there are no rows."""
    channels = {
        "x": _place("value", axis),
        "y": _place("y"),
        "fill": _as_it_is("fill"),
        "shape": _as_it_is("shape"),
    }
    return _layer(rows, name, {"type": "point", "filled": True, "opacity": 1, "size": size}, channels)


def letters(rows: Sequence[Letter], *, name: str = "letters") -> Layer | None:
    """Lines of text. None when there are no rows."""
    channels = {
        "x": _place("x"),
        "y": _place("y"),
        "text": {"field": "text", "type": "nominal"},
        "fill": _as_it_is("fill"),
        "size": _as_it_is("size", "quantitative"),
    }
    return _layer(rows, name, {"type": "text", "align": {"expr": "datum.align"}, "baseline": "middle"}, channels)


def area(rows: Sequence[dict[str, Any]], *, fill: str, name: str) -> Layer:
    """Bands in pixels, one for each `id`, from `y` to `y2` along `x`."""
    channels = {"x": _place("x"), "y": _place("y"), "y2": {"field": "y2"}, "detail": {"field": "id", "type": "nominal"}}
    mark = {"type": "area", "fill": fill, "opacity": 1}
    return {"data": {"values": list(rows), "name": name}, "mark": mark, "encoding": channels}


def status_words(claims: Iterable[Claim], language: Language) -> list[str]:
    """What the marks of these claims mean, the firmest first."""
    statuses = sorted({claim.status for claim in claims if claim.status in STATUS_WORDS})
    return [STATUS_WORDS[status].of(language) + status.mark for status in statuses]


def stacked(
    texts: Sequence[str], *, x: float, y: float, align: Align = "left", size: int = TEXT, fill: str = INK
) -> list[Letter]:
    """Lines of one text, together centred on `y`."""
    top = y - (len(texts) - 1) * size * LINE / 2
    return [Letter(text, x, top + number * size * LINE, align, size, fill) for number, text in enumerate(texts)]


def backs(words: Sequence[Letter], *, margin: float = 4) -> Layer | None:
    """Paper behind words, so that lines do not run through them."""
    starts = {"left": 0.0, "center": 0.5, "right": 1.0}
    edges = [(word, word.x - starts[word.align] * word.width) for word in words]
    return spans(
        [Span(edge - margin, edge + word.width + margin, word.y - 9, word.y + 9, PAPER) for word, edge in edges],
        name="backs",
    )


def heading(
    claims: Iterable[Claim], keys: Sequence[Key], *, language: Language, words: Sequence[str] = ()
) -> tuple[list[Layer | None], float]:
    """The strip above a chart: its key to the left, the statuses of its numbers and other words to the right.

    Returns
    -------
    The layers, and the strip's height; 0 where there is nothing to say.
    """
    said = [*words, *status_words(claims, language)]
    entries: list[Letter] = []
    squares: list[Span] = []
    signs: list[Dot] = []
    x = 0.0
    for key in keys:
        if key.shape == "square":
            squares.append(Span(x, x + 11, 4.5, 15.5, key.fill))
        else:
            signs.append(Dot(x + 5.5, 10, key.fill, key.shape))
        entries.append(Letter(key.word.of(language), x + 17, 10, size=SMALL, fill=MUTED))
        x = entries[-1].x + entries[-1].width + 18
    if said:
        entries.append(Letter("\u3000".join(said), WIDTH, 10, "right", SMALL, MUTED))
    layers = [
        spans(squares, name="key_squares"),
        dots(signs, name="key_signs"),
        letters(entries, name="heading"),
    ]
    return layers, 30.0 if entries else 0.0


def _layer(
    rows: Sequence[Span | Line | Dot | Letter], name: str, mark: dict[str, Any], channels: dict[str, Any]
) -> Layer | None:
    if not rows:
        return None
    return {"data": {"values": [dict(vars(row)) for row in rows], "name": name}, "mark": mark, "encoding": channels}


def _place(field: str, axis: Axis | None = None) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "scale": None if axis is None else axis.scale()}


def _as_it_is(field: str, kind: str = "nominal") -> dict[str, Any]:
    return {"field": field, "type": kind, "scale": None, "legend": None}
