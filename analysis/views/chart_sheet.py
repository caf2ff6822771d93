"""The sheet of a chart: its layers over its rows, with the key and the statuses of its numbers above them.

Most charts are tables with marks in them (`row_chart`): names at the left, marks on one scale, columns of numbers at the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.marks import Datum, Layer, across, as_it_is, at, dots, layer, left_of, pixels, placed, words
from analysis.views.render import HOUSE, Picture, status_words
from analysis.views.rows import length, shown
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import INK, LINE, MUTED, SMALL, TARGET, TEXT, WIDTH, theme

Data = Mapping[str, Sequence[Datum]]
STRIP = 30.0  # height of the words above a chart, px
NOTHING_MORE: Mapping[str, float] = {}
GUTTER = 36  # between two columns of panels, px
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Key:
    """One entry of a key: a mark and the word for it."""

    fill: str
    word: Label
    shape: Literal["square", "circle", "diamond"] = "square"


@dataclass(frozen=True)
class Column:
    """A column of words at the right of a chart of rows; its colour may be a field of the rows."""

    field: str
    size: int = TEXT
    colour: str = INK


@dataclass(frozen=True)
class Shown:
    """What a chart shows: its claims, the same in words, the language, and the key and words above it."""

    claims: tuple[Claim, ...]
    summary: str
    language: Language
    keys: Sequence[Key] = ()
    words: Sequence[str] = ()

    @property
    def top(self) -> float:
        """Where the chart begins below its strip; 0 where that has nothing to say."""
        return STRIP if self.keys or self.words or status_words(self.claims, self.language) else 0.0

    def strip(self) -> dict[str, list[Datum]]:
        """The rows of the strip: the key at the left, words and statuses at the right."""
        said = "\u3000".join([*self.words, *status_words(self.claims, self.language)])
        rows, x = list[Datum](), 0.0
        for key in self.keys:
            word = key.word.of(self.language)
            rows.append({"x": x + 5.5, "fill": key.fill, "shape": key.shape, "word": word})
            x += 17 + text_width(word, SMALL) + 18
        return {"key": rows, "said": [{"text": said}] if said else []}


def picture(
    layers: Sequence[Layer],
    data: Data,
    shown: Shown,
    parameters: Mapping[str, float],
    *,
    height: float,
    width: float = WIDTH,
    facet: str = "",
) -> Picture:
    """A chart over these data, with its strip above.

    Parameters
    ----------
    parameters
        Where scales begin and end; `sheet` is the width of all of it.
    facet
        The field of which each value has a panel, two a row; `height` and `width` are then a panel's.
    """
    strip = shown.strip()
    whole: Datum = {"width": round(width), "height": round(height), "layer": [*layers, *_strip()]}
    if facet:
        whole["layer"] = [{name: part for name, part in one.items() if name != "data"} for one in layers]
        head = {"width": WIDTH, "height": STRIP - 8, "layer": [*_strip()]}
        panels = _panels(whole, facet, data["rows"], width)
        whole = {"vconcat": [head, panels] if strip["key"] or strip["said"] else [panels], "spacing": 4}
    given = {**parameters, "sheet": WIDTH if facet else width}
    specification = {
        "$schema": SCHEMA,
        **whole,
        "padding": 0,
        "autosize": "none" if not facet else {"type": "pad", "contains": "padding"},
        "params": [{"name": name, "value": value} for name, value in given.items()],
        "config": theme(),
        "usermeta": HOUSE,
        "datasets": {**data, **strip},
    }
    return Picture(specification, shown.claims, shown.summary, shown.language)


def row_chart(
    rows: Sequence[Datum],
    layers: Sequence[Layer],
    shown: Shown,
    *,
    columns: Sequence[Column],
    high: float,
    low: float = 0.0,
    least: float = 27.0,
    names: float = 200.0,
    head: float = 0.0,
    dy: float = 0.0,
    is_full: bool = False,
    rule: tuple[Claim | None, str] = (None, ""),
    several: str = "",
    parameters: Mapping[str, float] = NOTHING_MORE,
    width: float = WIDTH,
) -> Picture:
    """Rows under one another: names at the left, marks between `low` and `high`, columns of numbers at the right.

    Parameters
    ----------
    rows
        Each with a name, the words of its columns, and what its marks need.
    least, names
        Height of a row and width of a name, px: the least and the most.
    head, dy
        What stands above the first row, and how far below its middle a row's words stand, px.
    is_full
        Whether names stand above their marks, which then have all of the width.
    rule
        A rate to hold the others against, drawn as a dashed line, and whose it is.
    several
        A field with some numbers a row: they are rows of their own, under its name, each a `value`.
    """
    edges, edge = dict[str, float](), width
    for column in reversed(columns):
        edges[f"{column.field}_edge"] = edge
        edge -= widest((row[column.field] for row in rows), column.size) + 14
    for row in rows:
        row["name"] = wrapped(row["name"], edge - 8 if is_full else names)
    ruled = rule[0] is not None
    top = max(shown.top + head + 18 * ruled, 22.0 * ruled)
    bottom = placed(rows, least, top)
    parts = {several: [{"value": one, "y": row["y"]} for row in rows for one in row.pop(several)]} if several else {}
    left, right = (0.0, width) if is_full else (left_of(rows), edge - 8)
    line = _rule_rows(rule, ends=(low, high), places=(left, right), width=width)
    name_place: Datum = {"x": at("0")} if is_full else {"x": at("left"), "align": "right", "dx": -10}
    told = [
        words(one.field, x=at(f"{one.field}_edge"), align="right", size=one.size, colour=one.colour, dy=dy)
        for one in columns
    ]
    return picture(
        [*layers, *_rule(), words("name", **name_place, dy=dy), *told],
        {"rows": rows, "rule": line, **parts},
        shown,
        {"left": left, "right": right, "top": top, "bottom": bottom, "low": low, "high": high, **edges, **parameters},
        height=bottom + 2,
        width=width,
    )


def _rule_rows(
    rule: tuple[Claim | None, str], *, ends: tuple[float, float], places: tuple[float, float], width: float
) -> list[Datum]:
    """The rate that others are held against, and its words, which stay on the sheet."""
    rate, name = rule
    if rate is None:
        return []
    (low, high), (left, right) = ends, places
    told = f"{name} {shown(rate)}".strip()
    middle, half = left + (right - left) * (length(rate) - low) / ((high - low) or 1), text_width(told, SMALL) / 2
    return [{"rate": length(rate), "words": told, "x": min(max(middle, half), width - half)}]


@cache
def _rule() -> tuple[Layer, ...]:
    place: Datum = {"x": across("rate"), "y": at("top - 2"), "y2": at("bottom")}
    return (
        layer("rule", "rule", place, colour=TARGET, strokeDash=[5, 3], strokeWidth=1.5),
        words("words", data="rule", x=pixels("x"), y=at("top - 10"), align="center", size=SMALL, colour=TARGET),
    )


def _panels(panel: Datum, field: str, rows: Iterable[Datum], width: float) -> Datum:
    """A panel for each value of a field, in the order in which they come."""
    header: Datum = {
        "title": None,
        "labelExpr": "split(datum.label, '\\n')",
        "labelAnchor": "start",
        "labelFontSize": TEXT,
        "labelLineHeight": TEXT * LINE,
        "labelColor": INK,
        "labelBaseline": "bottom",
        "labelLimit": width,
    }
    order = list(dict.fromkeys(row[field] for row in rows))
    return {
        "data": {"name": "rows"},
        "facet": {"field": field, "type": "nominal", "sort": order, "header": header},
        "columns": 2,
        "spec": panel,
        "spacing": {"column": GUTTER, "row": 16},
        "resolve": {"axis": {"y": "shared"}},
    }


@cache
def _strip() -> tuple[Layer, ...]:
    middle: Datum = {"value": 10}
    signs = dots(pixels("x"), middle, data="key", size=110, colour="fill")
    signs["encoding"]["shape"] = as_it_is("shape")
    return (
        signs,
        words("word", data="key", x=pixels("x"), y=middle, size=SMALL, colour=MUTED, dx=11.5),
        words("text", data="said", x=at("sheet"), y=middle, align="right", size=SMALL, colour=MUTED),
    )
