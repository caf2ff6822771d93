"""The sheet of a chart: its layers, found again by their code, with the key and the statuses of its numbers above them."""

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
from analysis.sources import disk_cache
from analysis.views.chart_parts import DOTS, Row, Upright, as_it_is, named, parameter
from analysis.views.render import CACHE, HOUSE, Picture, status_words
from analysis.views.text_fit import text_width
from analysis.views.theme import INK, LINE, MUTED, SMALL, TEXT, WIDTH, theme

if TYPE_CHECKING:
    import altair as alt

Data = Mapping[str, Sequence[Row]]
Layers = Callable[[], "list[alt.Chart | alt.LayerChart]"]
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
    upright: Upright | None = None,
    **parameters: float,
) -> Picture:
    """A chart over these data, with its key and the statuses of its numbers above.

    Parameters
    ----------
    facet
        The field of which each value has a panel, two a row; `height` and `width` are then a panel's.
    upright
        The scale of what stands upwards.
    parameters
        Where scales begin and end; `sheet` is the width of all of it.
    """
    parameters |= {"sheet": width} | (upright.ends if upright is not None else {})
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
        parameters["sheet"] = WIDTH
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
    if (found := disk_cache.recall_text(place)) is None:
        found = json.dumps(_put_together(layers), ensure_ascii=False)
        disk_cache.keep_text(found, place)
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
    right = said.mark_text(align="right", fontSize=SMALL, color=MUTED).encode(
        x=alt.value(parameter("sheet")), y=y, text="text:N"
    )
    return [signs, entries, right]


def _shape() -> Any:
    import altair as alt

    return alt.Shape("shape:N", scale=None, legend=None)


LAYERS = (_strip,)
