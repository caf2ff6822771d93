"""What charts share: numbers across and up, names to the left, words and bars on rows that stand under one another.

A chart is a function without arguments that gives altair layers over named data. Its scales take their ends from the
parameters `left`, `right`, `top`, `bottom`, `low` and `high`, so that one specification, made once, serves every frame of
rows. Rows carry the words that stand in the chart: axes show no numbers, since every number printed is a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.views.text_fit import widest
from analysis.views.theme import HAIRLINE, INK, LINE, TEXT

if TYPE_CHECKING:
    import altair as alt

Row = dict[str, Any]
Align = Literal["left", "center", "right"]

DOTS: dict[str, Any] = {"filled": True, "opacity": 1}


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


def left_of(rows: Iterable[Row]) -> float:
    """Where a plot begins: right of the widest line of the names."""
    return widest(row["name"] for row in rows) + 12


def highest(rows: Iterable[Row], *fields: str) -> float:
    """The end of a scale: the largest number, or 1 where all are zero or none is known."""
    return max((row[field] for row in rows for field in fields), default=0.0) or 1.0
