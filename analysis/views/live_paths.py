"""Live paths: one chart for each target, whose line follows the levers, with bands where there are draws.

As in `live_charts`, a specification is built once for a language; what varies is in its rows (`live_path_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from analysis.quantities import Label, Language
from analysis.views import live_marks as marks
from analysis.views.live import LiveChart
from analysis.views.theme import BASE, COVERED, HAIRLINE, MUTED, PAPER, RECEDING, UNCOVERED

HEIGHT = 168
LEFT, RIGHT, ABOVE, BELOW = 66, 130, 10, 22  # room around the plot, px
SETS = ("years", "ends", "asked")  # the rows of a chart, each under the name `data_name`

TIPS = {
    "year_text": Label("年份", "Year"),
    "share_text": Label("达到的比例", "Have it"),
    "have_text": Label("已达到", "Number"),
    "meant_text": Label("对象", "Meant"),
    "band_text": Label("九成抽样", "Nine tenths"),
    "before_text": Label("所选情景", "As the scenario"),
    "status": Label("数据", "Data"),
    "reading": Label("读法", "Reading"),
    "required_text": Label("需达到", "Required"),
    "missing_text": Label("尚缺", "Missing"),
    "met_text": Label("达到的抽样", "Draws that meet it"),
}


def data_name(rows: str, target: str) -> str:
    """The name of one set of a target's rows in a frame.

    Examples
    --------
    >>> data_name("years", "five_good")
    'years_five_good'
    """
    return f"{rows}_{target}"


def live_paths(targets: Sequence[str], language: Language) -> list[LiveChart]:
    """A chart for each target, by id, in the order given."""
    return [
        LiveChart(target, _specification(target, language), tuple(data_name(rows, target) for rows in SETS))
        for target in targets
    ]


def _specification(target: str, language: Language) -> marks.Specification:
    years, ends, asked = (alt.Chart(alt.NamedData(data_name(rows, target))) for rows in SETS)
    across = {"x": _across("year")}
    seen = _tips(language, "year_text", "share_text", "have_text", "meant_text", "band_text", "before_text", "status")
    told = _tips(language, "reading", "required_text", "missing_text", "met_text", "status")
    layers = [
        years.mark_area(color=UNCOVERED).encode(**across, y=_down("p5"), y2="p95:Q"),
        years.mark_area(color=RECEDING).encode(**across, y=_down("p25"), y2="p75:Q"),
        *(
            ends.mark_rule(color=HAIRLINE).encode(x=_across("first"), x2="last:Q", y=alt.YDatum(share))
            for share in (0, 1)
        ),
        years.mark_line(color=BASE, strokeDash=[4, 3], strokeWidth=2).encode(**across, y=_down("before")),
        years.mark_line(color=COVERED, strokeWidth=2.5).encode(**across, y=_down("p50")),
        asked.mark_point(shape="diamond", size=64, filled=True, opacity=1).encode(
            x=_across("year"), y=_down("share"), color=marks.own("fill"), tooltip=told
        ),
        years.mark_point(size=64, filled=True, opacity=1, stroke=PAPER).encode(
            **across, y=_down("p50"), color=alt.value(COVERED), tooltip=seen
        ),
        _words(ends, "first", "start", "start_text", align="right", dx=-10, color=COVERED),
        _words(ends, "last", "middle", "end_text", align="left", dx=12, color=COVERED, fontSize=15),
        _words(ends, "last", "middle", "band_text", align="left", dx=12, dy=16, color=MUTED),
        *(_under(ends, name) for name in ("first", "last")),
    ]
    return marks.sheet(*layers, height=HEIGHT)


def _across(field: str) -> alt.X:
    scale = alt.Scale(zero=False, nice=False, range=[LEFT, alt.ExprRef(f"max(width - {RIGHT}, {LEFT + 40})")])
    return alt.X(f"{field}:Q", scale=scale, axis=None)


def _down(field: str) -> alt.Y:
    scale = alt.Scale(domain=[0, 1], range=[alt.ExprRef(f"height - {BELOW}"), ABOVE], nice=False)
    return alt.Y(f"{field}:Q", scale=scale, axis=None)


def _words(ends: alt.Chart, at: str, height: str, text: str, **mark: Any) -> alt.Chart:
    chart: alt.Chart = ends.mark_text(**mark).encode(x=_across(at), y=_down(height), text=f"{text}:N")
    return chart


def _under(ends: alt.Chart, name: str) -> alt.Chart:
    """The first and the last year, under the plot."""
    chart: alt.Chart = ends.mark_text(color=MUTED).encode(
        x=_across(name), y=alt.value(alt.ExprRef("height - 7")), text=f"{name}_text:N"
    )
    return chart


def _tips(language: Language, *names: str) -> list[alt.Tooltip]:
    return marks.tip(language, *names, **{name: (TIPS[name].zh, TIPS[name].en) for name in names})
