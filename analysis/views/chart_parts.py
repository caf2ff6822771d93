"""What charts share: a sheet with a strip of words above, names to the left, numbers that stand beside their marks.

A chart is a function without arguments that gives altair layers over named data. Its scales take their ends from the
parameters `left`, `right`, `top`, `bottom`, `low` and `high`, so that one specification, made once, serves every frame of
rows. Rows carry the words that stand in the chart: axes show no numbers, since every number printed is a claim.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.sources import kept
from analysis.views.render import CACHE, HOUSE, Picture, status_words
from analysis.views.text_fit import text_width
from analysis.views.theme import HAIRLINE, INK, LINE, MUTED, SMALL, TEXT, WIDTH, theme

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]
Data = Mapping[str, Sequence[Row]]
Layers = Callable[[], "list[alt.Chart | alt.LayerChart]"]
Align = Literal["left", "center", "right"]

DOTS: dict[str, Any] = {"filled": True, "opacity": 1}
STRIP = 30.0  # height of the words above a chart, px
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Key:
    """One entry of a key: a mark and the word for it."""

    fill: str
    word: Label
    shape: Literal["square", "circle", "diamond"] = "square"


def picture(
    layers: Layers,
    data: Data,
    claims: Sequence[Claim],
    summary: str,
    language: Language,
    *,
    height: float,
    width: float = WIDTH,
    keys: Sequence[Key] = (),
    words: Sequence[str] = (),
    facet: str = "",
    **parameters: float,
) -> Picture:
    """A chart over these data, with its key and the statuses of its numbers above.

    Parameters
    ----------
    facet
        The field of which each value has a panel, two a row; `height` and `width` are then a panel's.
    parameters
        Where scales begin and end.
    """
    strip = _strip_rows(claims, keys, words, language)
    whole: Row = {"width": round(width), "height": round(height), "layer": plain(layers)}
    if facet:
        whole["layer"] = [{name: part for name, part in layer.items() if name != "data"} for layer in whole["layer"]]
        order = list(dict.fromkeys(row[facet] for row in data["rows"]))
        header: Row = {
            "title": None,
            "labelExpr": "split(datum.label, '\\n')",
            "labelAnchor": "start",
            "labelFontSize": TEXT,
        }
        header |= {"labelLineHeight": TEXT * LINE, "labelColor": INK, "labelBaseline": "bottom", "labelLimit": width}
        by: Row = {"field": facet, "type": "nominal", "sort": order, "header": header}
        panels: Row = {"data": {"name": "rows"}, "facet": by, "columns": 2, "spec": whole}
        panels |= {"spacing": {"column": GUTTER, "row": 16}, "resolve": {"axis": {"y": "shared"}}}
        head = {"width": WIDTH, "height": STRIP - 8, "layer": plain(_strip)}
        whole = {"vconcat": [head, panels] if strip["key"] or strip["said"] else [panels], "spacing": 4}
    else:
        whole["layer"] = [*whole["layer"], *plain(_strip)]
    given = [{"name": name, "value": value} for name, value in parameters.items()]
    specification = {
        "$schema": SCHEMA,
        **whole,
        "padding": 0,
        "autosize": "none" if not facet else {"type": "pad", "contains": "padding"},
        "params": given,
        "config": theme(),
        "usermeta": HOUSE,
        "datasets": {**data, **strip},
    }
    return Picture(specification, tuple(claims), summary, language)


GUTTER = 36  # between two columns of panels, px


@cache
def plain(layers: Layers) -> list[Row]:
    """Layers as plain values; made once, since altair takes a while to be loaded and to put them together."""
    key = sha256(f"{_code()} {layers.__module__}.{layers.__qualname__}".encode()).hexdigest()[:32]
    place = CACHE / f"{key}.json"
    if (found := kept.recall_text(place)) is None:
        found = json.dumps(_put_together(layers), ensure_ascii=False)
        kept.keep_text(found, place)
    made: list[Row] = json.loads(found)
    return made


def _put_together(layers: Layers) -> list[Row]:
    import altair as alt

    whole = alt.layer(*layers()).to_dict(validate=False, context={"pre_transform": False})
    shared = {"data": whole["data"]} if "data" in whole else {}  # of layers that all draw the same
    return [{**shared, **layer} for layer in whole["layer"]]


@cache
def _code() -> str:
    """The hash of the code that layers come from."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*chart*.py")), here / "theme.py", here.parent / "style.py"]
    return sha256(b"".join(path.read_bytes() for path in files) + version("altair").encode()).hexdigest()


def top_of(
    claims: Iterable[Claim], keys: Sequence[Key] = (), words: Sequence[str] = (), *, language: Language
) -> float:
    """Where a chart begins below its strip; 0 where that has nothing to say."""
    return STRIP if keys or words or status_words(claims, language) else 0.0


def _strip_rows(
    claims: Iterable[Claim], keys: Sequence[Key], words: Sequence[str], language: Language
) -> dict[str, list[Row]]:
    said = "\u3000".join([*words, *status_words(claims, language)])
    rows, x = list[Row](), 0.0
    for key in keys:
        rows.append({"x": x + 5.5, "fill": key.fill, "shape": key.shape, "word": key.word.of(language)})
        x += 17 + text_width(key.word.of(language), SMALL) + 18
    return {"key": rows, "said": [{"text": said}] if said else []}


def _strip() -> list[alt.Chart | alt.LayerChart]:
    import altair as alt

    key, said = named("key"), named("said")
    x, y = alt.X("x:Q", axis=None, scale=None), alt.value(10)
    signs = key.mark_point(size=110, **DOTS).encode(x=x, y=y, color=as_it_is("fill"), shape=_shape())
    entries = key.mark_text(align="left", dx=11.5, fontSize=SMALL, color=MUTED).encode(x=x, y=y, text="word:N")
    right = said.mark_text(align="right", fontSize=SMALL, color=MUTED).encode(x=alt.value(WIDTH), y=y, text="text:N")
    return [signs, entries, right]


def _shape() -> Any:
    import altair as alt

    return alt.Shape("shape:N", scale=None, legend=None)


def named(data: str) -> alt.Chart:
    """A chart over named data."""
    import altair as alt

    return alt.Chart(alt.NamedData(data))


def as_it_is(field: str) -> alt.Color:
    """A colour that stands in the rows."""
    import altair as alt

    return alt.Color(f"{field}:N", scale=None, legend=None)


def parameter(name: str) -> alt.ExprRef:
    """One of the parameters, in a scale or a mark."""
    import altair as alt

    return alt.ExprRef(name)


def across(field: str, **scale: Any) -> alt.X:
    """A number from left to right, between the parameters `low` and `high`."""
    import altair as alt

    ends: dict[str, Any] = {
        "domain": [parameter("low"), parameter("high")],
        "range": [parameter("left"), parameter("right")],
    }
    return alt.X(f"{field}:Q", axis=None, stack=None, scale=alt.Scale(nice=False, zero=False, **(ends | scale)))


def down() -> Any:
    """The middle of each row, as `placed` put it."""
    return pixels("y")


def pixels(field: str) -> Any:
    """A place in pixels, down or across by the name of its field."""
    import altair as alt

    channel = alt.Y if field.startswith("y") else alt.X
    return channel(f"{field}:Q", scale=None, axis=None)


def bars(
    rows: alt.Chart,
    start: str,
    end: str,
    *,
    height: float,
    dy: float = 0,
    scale: Mapping[str, Any] | None = None,
    **mark: Any,
) -> alt.Chart:
    """A bar on each row from one number to another, or from nothing where there is no `start`."""
    import altair as alt

    edges = rows.transform_calculate(y1=f"datum.y + {dy - height / 2}", y2=f"datum.y + {dy + height / 2}", nought="0")
    made: alt.Chart = edges.mark_rect(**mark).encode(
        x=across(start or "nought", **(scale or {})), x2=alt.X2(f"{end}:Q"), y=pixels("y1"), y2=alt.Y2("y2:Q")
    )
    return made


def placed(rows: Iterable[Row], least: float, top: float) -> float:
    """Put rows under one another, each as high as the lines of its name need; where they end."""
    for row in rows:
        height = max(least, (row["name"].count("\n") + 1) * TEXT * LINE + 8)
        row["y"], row["height"] = top + height / 2, height
        top += height
    return top


def up(field: str) -> alt.Y:
    """A number upwards, between the parameters `least` and `most`."""
    import altair as alt

    ends = [parameter("bottom"), parameter("top")]
    scale = alt.Scale(nice=False, zero=False, domain=[parameter("least"), parameter("most")], range=ends)
    return alt.Y(f"{field}:Q", axis=None, stack=None, scale=scale)


def words_of(
    rows: alt.Chart,
    field: str,
    *,
    x: Any = None,
    y: Any = None,
    align: Align | str = "left",
    size: int = TEXT,
    color: str | None = INK,
    dx: float | alt.ExprRef = 0,
    dy: float | str = 0,
) -> alt.Chart:
    """Words of the rows, as many lines as they have, centred on their place; `align` may be a field of the rows.

    Parameters
    ----------
    color
        None where the rows say it, as `ink`.
    dy
        How far below their place they stand: a number, or an expression.
    """
    import altair as alt

    lines = f"{dy} - {size * LINE / 2} * (length(split(datum.{field}, '\\n')) - 1)"
    mark = rows.mark_text(
        align=align if align in ("left", "center", "right") else alt.ExprRef(f"datum.{align}"),
        baseline="middle",
        fontSize=size,
        lineBreak="\n",
        lineHeight=size * LINE,
        dx=dx,
        dy=alt.ExprRef(lines),
    )
    ink = alt.value(color) if color is not None else as_it_is("ink")
    place: dict[str, Any] = {name: one for name, one in (("x", x), ("y", y)) if one is not None}
    placed: alt.Chart = mark.encode(text=f"{field}:N", color=ink, **place)
    return placed


def names(rows: alt.Chart) -> alt.Chart:
    """The names of the rows, left of the plot."""
    import altair as alt

    return words_of(rows, "name", x=alt.value(parameter("left")), y=down(), align="right", dx=-10)


def floor_line() -> alt.Chart:
    """The line that bars stand on."""
    import altair as alt

    ends: dict[str, Any] = {"y": alt.value(parameter("top")), "y2": alt.value(parameter("bottom"))}
    line: alt.Chart = named("floor").mark_rule(color=HAIRLINE).encode(x=across("x"), **ends)
    return line


FLOOR = [{"x": 0}]


def apart(places: Sequence[float], least: float, *, low: float, high: float) -> list[float]:
    """Places of labels moved as little as it takes to stand so far apart, inside two ends.

    Examples
    --------
    >>> apart([50, 52, 90], 10, low=0, high=100)
    [46.0, 56.0, 90.0]
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    groups: list[list[int]] = []

    def begins(group: list[int]) -> float:
        middle = sum(places[at] - least * number for number, at in enumerate(group)) / len(group)
        return max(min(middle, high - least * (len(group) - 1)), low)

    for at in order:
        groups.append([at])
        while len(groups) > 1 and begins(groups[-2]) + least * len(groups[-2]) > begins(groups[-1]) + 1e-9:
            groups[-2:] = [groups[-2] + groups[-1]]
    found = [0.0] * len(places)
    for group in groups:
        for number, at in enumerate(group):
            found[at] = begins(group) + least * number
    return found
