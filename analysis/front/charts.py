"""Answers as altair charts: from a tidy frame to a chart that can be changed as any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.style import Colours

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from analysis.front.asking import Chart

_SHARES = {"rate", "rate_first", "rate_second", "standardised", "low", "high", "asked", "met"}
_SHARES |= {"p5", "p25", "p50", "p75", "p95"}


def bars(by: Sequence[str]) -> Chart:
    """Rates as bars, the highest first; of two attributes, grouped; of three, a panel each."""

    def draw(frame: pd.DataFrame, colours: Colours) -> Any:
        import altair as alt

        chart = alt.Chart(frame).mark_bar(color=colours.covered).encode(x=_share("rate"), tooltip=_tips(frame))
        if not by:
            return chart.encode(y=alt.Y("base_name:N", title=None))
        if len(by) == 1:
            return chart.encode(y=alt.Y(f"{by[0]}_name:N", sort="-x", title=None))
        first, second, *third = (f"{one}_name:N" for one in by)
        chart = chart.encode(
            y=alt.Y(first, title=None),
            yOffset=alt.YOffset(second, sort=None),
            color=alt.Color(second, title=None, sort=None, scale=alt.Scale(range=list(colours.series))),
        )
        return chart.facet(row=alt.Row(third[0], title=None)) if third else chart

    return draw


def ladder(frame: pd.DataFrame, colours: Colours) -> Any:
    """The same numerator within each base."""
    import altair as alt

    rows = _lines(frame, "base_name")
    return alt.layer(
        rows.mark_bar(color=colours.uncovered).encode(x=alt.X("enterprises:Q", title=None, stack=None)),
        rows.mark_bar(color=colours.covered).encode(x=alt.X("covered:Q", stack=None)),
    )


def cascade(frame: pd.DataFrame, colours: Colours) -> Any:
    """How many reach each step."""
    return _lines(frame).mark_bar(color=colours.covered).encode(x=_share("rate"))


def targets(frame: pd.DataFrame, colours: Colours) -> Any:
    """Where things stand, and what each reading asks for."""
    import altair as alt

    rows = _lines(frame.assign(asked=frame["required"] / frame["meant"]), axis=alt.Axis())
    return alt.layer(
        rows.mark_bar(color=colours.base, height=4).encode(x=_share("rate", stack=None, domain=[0, 1])),
        rows.mark_point(color=colours.covered, filled=True, size=90).encode(x="rate:Q"),
        rows.mark_point(color=colours.target, filled=True, shape="diamond", size=80).encode(x="asked:Q"),
    )


def points(frame: pd.DataFrame, colours: Colours) -> Any:
    """What each term, or link of the chain, adds to a difference, in percentage points."""
    import altair as alt

    signed = alt.condition("datum.points < 0", alt.value(colours.accent), alt.value(colours.covered))
    return _lines(frame).mark_bar().encode(x=alt.X("points:Q", title=None), color=signed)


def groups(frame: pd.DataFrame, colours: Colours) -> Any:
    """The rate of each group on both sides."""
    import altair as alt

    rows = _lines(frame)
    return alt.layer(
        rows.mark_rule(color=colours.base, strokeWidth=3).encode(x=_share("rate_first"), x2="rate_second:Q"),
        rows.mark_point(color=colours.receding, filled=True, size=90).encode(x="rate_first:Q"),
        rows.mark_point(color=colours.covered, filled=True, size=90).encode(x="rate_second:Q"),
    )


def ranks(frame: pd.DataFrame, colours: Colours) -> Any:
    """The standardised rate of each district, with its limits."""
    import altair as alt

    rows = _lines(frame, sort=alt.SortField("standardised", order="descending"))
    return alt.layer(
        rows.mark_rule(color=colours.base, strokeWidth=3).encode(x=_share("low"), x2="high:Q"),
        rows.mark_point(color=colours.receding, filled=True).encode(x="rate:Q"),
        rows.mark_point(color=colours.covered, filled=True, size=90).encode(x="standardised:Q"),
    )


def funnel(frame: pd.DataFrame, colours: Colours) -> Any:
    """Rates against the size of their base."""
    import altair as alt

    points = alt.Chart(frame).mark_point(color=colours.covered, filled=True, size=90)
    return points.encode(
        x=alt.X("enterprises:Q", title=None),
        y=alt.Y("rate:Q", axis=alt.Axis(format=".1%"), title=None),
        tooltip=_tips(frame),
    )


def fans(frame: pd.DataFrame, colours: Colours) -> Any:
    """Paths with bands of 90 and 50 per cent of the draws: a panel for each target, a colour for each scenario."""
    import altair as alt

    once = frame.drop_duplicates(["scenario", "target", "year"])
    rows = alt.Chart(once).encode(x=alt.X("year:O", title=None), tooltip=_tips(once))
    apart = [colours.covered, colours.accent, colours.base, colours.target, colours.receding]
    colour = alt.Color("scenario:N", title=None, scale=alt.Scale(range=apart), legend=alt.Legend(symbolOpacity=1))
    layers = alt.layer(
        rows.mark_area(opacity=0.15).encode(
            y=alt.Y("p5:Q", title=None, axis=alt.Axis(format=".1~%")), y2="p95:Q", color=colour
        ),
        rows.mark_area(opacity=0.3).encode(y="p25:Q", y2="p75:Q", color=colour),
        rows.mark_line().encode(y="p50:Q", color=colour),
    )
    panel = alt.Facet("name:N", title=None, header=alt.Header(labelLimit=400))
    return layers.properties(width=360, height=90).facet(facet=panel, columns=2)


def _lines(frame: pd.DataFrame, name: str = "name", **options: Any) -> alt.Chart:
    """A chart with a line for each row of the frame, in its order unless another is given."""
    import altair as alt

    y = alt.Y(f"{name}:N", title=None, **{"sort": None, **options})
    return alt.Chart(frame).encode(y=y, tooltip=_tips(frame))


def _share(name: str, *, stack: Any = "zero", **scale: Any) -> alt.X:
    import altair as alt

    return alt.X(f"{name}:Q", title=None, axis=alt.Axis(format=".1~%"), scale=alt.Scale(**scale), stack=stack)


def _tips(frame: pd.DataFrame) -> list[Any]:
    """Every column of the frame, rates as per cent: the base and the status beside each number."""
    import altair as alt

    kinds = {name: frame[name].dtype.kind for name in map(str, frame.columns)}
    return [
        alt.Tooltip(f"{name}:Q", format=".2%")
        if kind in "if" and name in _SHARES
        else alt.Tooltip(f"{name}:{'Q' if kind in 'if' else 'N'}")
        for name, kind in kinds.items()
    ]
