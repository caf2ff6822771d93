"""An altair chart of one's own as a figure of the paper: drawn here, nothing fetched, its data beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from analysis.errors import ParameterError
from analysis.front.own_tables import Own, claims_in, table_of
from analysis.messages import said
from analysis.quantities import Label
from analysis.style_file import style_of
from analysis.views.blocks import Figure
from analysis.views.render import status_words
from analysis.views.wording import claim

if TYPE_CHECKING:
    import pandas as pd


_MARKED = Label("{}。", "{}. ")


def figure_of(maker: Any, chart: Any, title: str, own: Own, *, alt: str, width: float) -> Figure:
    """The figure of a chart; `maker` makes numbers of one's own.

    Raises ParameterError when it is no altair chart, cannot be drawn, fetches something from an address, or draws numbers
    without a source.
    """
    import altair

    from analysis.views.render import svg_of
    from analysis.views.theme import use_theme

    if not isinstance(chart, altair.TopLevelMixin):
        what = "chart: {kind} is no chart; allowed: an altair chart"
        raise ParameterError(said(what, kind=type(chart).__name__))
    context = maker.paper.context
    use_theme(style_of(context.study.folder), context.language)
    language = context.language
    try:
        with altair.data_transformers.enable(consolidate_datasets=False):
            specification = chart.to_dict()
        if address := next(_addresses(specification), ""):
            what = "chart: fetches its data from {address}; allowed: data that stand in the notebook"
            raise ParameterError(said(what, address=address))
        frames = list(_frames(chart))
        frames += _rows_besides(specification, frames)
        texts = (frame.select_dtypes(["object", "str"]) for frame in frames)
        known = {str(value) for columns in texts for name in columns for value in columns[name]}
        if not own.source and (typed := next(_typed(specification, known), "")):
            what = "chart: {typed} has no source; allowed: source=…, where it comes from"
            raise ParameterError(said(what, typed=typed))
        svg = svg_of(specification)
    except (ValueError, TypeError) as error:
        if isinstance(error, ParameterError):
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ParameterError(said("chart: cannot be drawn: {reason}", reason=reason)) from None
    quantities = [one for frame in frames for one in claims_in(maker, frame, title, own)]
    data = table_of(maker, frames[0], title, own, {}, most=None) if frames else None
    claims = tuple(dict.fromkeys(claim(one, language) for one in quantities if one.withheld or one.value == one.value))
    marks = tuple(_MARKED.of(language).format(mark) for mark in status_words(claims, language))
    return Figure(
        id=f"own_{re.sub(r'[^0-9a-z]+', '_', title.lower())[:40]}",
        title=title,
        svg=svg,
        alt=alt or title,
        claims=claims,
        note=(*marks, *(data.note if data is not None else ())),
        width=width,
        data=data,
        styled=True,
    )


def _frames(chart: Any) -> Iterator[pd.DataFrame]:
    """The frames that a chart, and the charts it is made of, draw."""
    import pandas as pd

    seen: list[int] = []
    waiting = [chart]
    while waiting:
        one = waiting.pop(0)
        data = getattr(one, "data", None)
        if isinstance(data, pd.DataFrame) and id(data) not in seen:
            seen.append(id(data))
            yield data
        elif isinstance(values := getattr(data, "values", None), list):
            yield pd.DataFrame([row if isinstance(row, dict) else {"data": row} for row in values])
        for name in ("layer", "hconcat", "vconcat", "concat", "spec"):
            parts = getattr(one, name, None)
            waiting += parts if isinstance(parts, list) else [parts] if hasattr(parts, "data") else []


def _rows_besides(specification: dict[str, Any], frames: list[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Rows that a specification draws and no frame of the chart has: named data, and data that are looked up."""
    import altair
    import pandas as pd

    with altair.data_transformers.enable(consolidate_datasets=False):
        drawn = [altair.Chart(frame).mark_point().to_dict(validate=False)["data"]["values"] for frame in frames]
    for rows in _data_in(specification):
        if rows not in drawn:
            yield pd.DataFrame([row if isinstance(row, dict) else {"data": row} for row in rows])


def _entries(part: Any, *closed: str) -> Iterator[tuple[str, Any]]:
    """Every name in a specification with its value; of those that are closed, nothing of what is in it."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield name, value
            if name not in closed:
                yield from _entries(value, *closed)
    elif isinstance(part, list):
        for value in part:
            yield from _entries(value, *closed)


def _data_in(specification: Any) -> Iterator[list[Any]]:
    """Every list of rows in a specification."""
    for name, value in _entries(specification, "datasets", "values"):
        if name == "datasets":
            yield from value.values()
        elif name == "data" and isinstance(value, dict) and "values" in value:
            if not isinstance(value["values"], list):
                what = "chart: draws rows that stand in a text; allowed: a DataFrame, or a list of rows"
                raise ParameterError(what)
            yield value["values"]


def _typed(specification: Any, known: Collection[str]) -> Iterator[str]:
    """Numbers that are typed into a specification and drawn: constants, what is computed with them, words with digits.

    Words that stand in the data are none: their digits come with it.
    """
    for name, value in _entries(specification, "datasets", "values", "config", "usermeta"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if name == "sequence" or (name == "datum" and is_number):
            yield f"{name} {value}"
        elif name in _WORDS and (text := _words(value)) not in known and _DIGITS.search(_YEAR.sub("", text)):
            yield f'{name} "{text}"'


def _words(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    return "\n".join(one for one in lines if isinstance(one, str))


_WORDS = ("calculate", "title", "subtitle", "text")
_DIGITS, _YEAR = re.compile(r"\d"), re.compile(r"\b(?:19|20)\d\d\b|年")


def _addresses(specification: Any) -> Iterator[str]:
    """Addresses in a specification from which something would be fetched."""
    for name, value in _entries(specification, "datasets"):
        if name in ("url", "href", "src") and isinstance(value, str):
            yield value
        elif name == "url" and isinstance(value, dict):  # an image from a field
            yield str(value.get("field", value.get("value", value)))
