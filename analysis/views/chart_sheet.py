"""The sheet of a chart: its layers over its rows, with the key and the statuses of its numbers above them.

Most charts are tables with marks in them (`row_chart`): names at the left, marks on one scale, columns of numbers at the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.marks import Datum, Layer, across, as_it_is, at, dots, layer, left_of, pixels, placed, words
from analysis.views.render import HOUSE, Picture, status_words
from analysis.views.rows import claims_of, is_number, length, shown
from analysis.views.summaries import sentence
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import INK, LINE, MUTED, SMALL, TARGET, TEXT, WIDTH, theme
from analysis.views.wording import label

Data = Mapping[str, Sequence[Datum]]
STRIP = 30.0  # height of the words above a chart, px
PLOT = "plot_edge"
NOTHING_MORE: Mapping[str, float] = {}
GUTTER = 36  # between two columns of panels, px
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Key:
    """One entry of a key: a mark and the word for it."""

    fill: str
    word: Label | str  # or its name in the catalogue
    shape: Literal["square", "circle", "diamond"] = "square"


@dataclass(frozen=True)
class Column:
    """A column of words at the right of a chart of rows; its colour may be a field of the rows."""

    field: str
    size: int = TEXT
    colour: str = INK


@dataclass(frozen=True)
class Shown:
    """What a chart shows: its claims, the same in words, the language, and the key and notes above it."""

    claims: tuple[Claim, ...]
    summary: str
    language: Language
    keys: Sequence[Key] = ()
    notes: Sequence[str] = ()

    @property
    def top(self) -> float:
        """Where the chart begins below its strip; 0 where that has nothing to say."""
        return STRIP if self.keys or self.notes or status_words(self.claims, self.language) else 0.0

    def strip(self) -> dict[str, list[Datum]]:
        """The rows of the strip: the key at the left, notes and statuses at the right."""
        said = "\u3000".join([*self.notes, *status_words(self.claims, self.language)])
        rows, x = list[Datum](), 0.0
        for key in self.keys:
            word = (key.word if isinstance(key.word, Label) else label(f"key.{key.word}")).of(self.language)
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
    language: Language,
    *,
    columns: Sequence[Column],
    high: float,
    low: float = 0.0,
    summary: str = "",
    keys: Sequence[Key] = (),
    notes: Sequence[str] = (),
    least: float = 27.0,
    names: float = 200.0,
    head: float = 0.0,
    dy: float = 0.0,
    is_full: bool = False,
    rule: tuple[Claim | None, str] = (None, ""),
    parameters: Mapping[str, float] = NOTHING_MORE,
    width: float = WIDTH,
) -> Picture:
    """Rows under one another: names at the left, marks between `low` and `high`, columns of words at the right.

    Parameters
    ----------
    rows
        Each with a name, its claims and words, and as `said` what it shows in words. A claim `rate` is drawn as the number
        `rate`, none where it is not known, and the words `rate_text`; several claims under one name are data of that name,
        each a `value`.
    summary
        What all of it shows in words, where that is not what its rows say.
    least, names
        Height of a row and width of a name, px: the least and the most.
    head, dy
        What stands above the first row, and how far below its middle a row's words stand, px.
    is_full
        Whether names stand above their marks, which then have all of the width.
    rule
        A rate to hold the others against, drawn as a dashed line, and whose it is.
    """
    said = summary or sentence([row["said"] for row in rows], language)
    content = Shown(claims_of(*map(_claims, rows), rule[0]), said, language, keys, notes)
    told = [_drawn(row) for row in rows]
    edges, beside = _beside(told, columns, width, dy)
    for row in told:
        row["name"] = wrapped(row["name"], edges[PLOT] if is_full else names)
    top = content.top + head if rule[0] is None else max(content.top + head + 18, 22.0)
    bottom = placed(told, least, top)
    groups = dict.fromkeys(name for row in told for name, value in row.items() if isinstance(value, list))
    parts = {name: [{"value": one, "y": row["y"]} for row in told for one in row.pop(name)] for name in groups}
    left, right = (0.0, width) if is_full else (left_of(told), edges[PLOT])
    name: Datum = {"x": at("0")} if is_full else {"x": at("left"), "align": "right", "dx": -10}
    ends = {"left": left, "right": right, "top": top, "bottom": bottom, "low": low, "high": high or 1.0}
    return picture(
        [*layers, *_rule(), words("name", **name, dy=dy), *beside],
        {"rows": told, "rule": _rule_rows(rule, ends, width), **parts},
        content,
        {**ends, **edges, **parameters},
        height=bottom + 2,
        width=width,
    )


def _beside(
    rows: Sequence[Datum], columns: Sequence[Column], edge: float, dy: float
) -> tuple[dict[str, float], list[Layer]]:
    """The right edges of the columns, and of the plot left of them; and the words that end there."""
    edges = dict[str, float]()
    for column in reversed(columns):
        edges[f"{column.field}_edge"] = edge
        edge -= widest((row[column.field] for row in rows), column.size) + 14
    layers = [
        words(one.field, x=at(f"{one.field}_edge"), align="right", size=one.size, colour=one.colour, dy=dy)
        for one in columns
    ]
    return edges | {PLOT: edge - 8}, layers


def _claims(row: Datum) -> Iterator[Claim]:
    for value in row.values():
        if isinstance(value, Claim):
            yield value
        elif isinstance(value, tuple):
            yield from value


def _drawn(row: Datum) -> Datum:
    """A row as plain values."""
    made: Datum = {}
    for name, value in row.items():
        if isinstance(value, Claim):
            made[name], made[f"{name}_text"] = length(value) if is_number(value) else None, shown(value)
        elif name != "said":
            made[name] = [length(one) for one in value if is_number(one)] if isinstance(value, tuple) else value
    return made


def _rule_rows(rule: tuple[Claim | None, str], ends: Mapping[str, float], width: float) -> list[Datum]:
    """The rate that others are held against, and its words, which stay on the sheet."""
    rate, name = rule
    if rate is None:
        return []
    told = f"{name} {shown(rate)}".strip()
    share = (length(rate) - ends["low"]) / ((ends["high"] - ends["low"]) or 1)
    middle, half = ends["left"] + (ends["right"] - ends["left"]) * share, text_width(told, SMALL) / 2
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
