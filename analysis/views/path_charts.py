"""Charts of scenarios: targets side by side, paths with the range of the draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from analysis.quantities import Language
from analysis.views.chart_sheet import GUTTER, Key, Shown, picture
from analysis.views.marks import Datum, Layer, Upright, across, at, bars, dots, layer, up, words
from analysis.views.render import Picture
from analysis.views.rows import Panel, Row, claims_of, is_number, length, shown
from analysis.views.summaries import numbers_told, sentence
from analysis.views.text_fit import widest, wrapped
from analysis.views.theme import (
    BASE,
    COVERED,
    HAIRLINE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    UNCOVERED,
    WIDTH,
)
from analysis.views.wording import text

PANEL = (WIDTH - GUTTER) / 2  # width of one of two panels, px
FAN = 70.0  # height of a panel's plot, px


def side_by_side(groups: Sequence[Row], scenarios: Sequence[str], *, language: Language, selected: int) -> Picture:
    """A small chart for each target, all from none to all of those meant: a bar for every scenario.

    Parameters
    ----------
    scenarios
        Their names, in the order of the shares.
    selected
        The place of the scenario to bring out.
    """
    rows: list[Datum] = [
        {
            "panel": wrapped(group.name, PANEL),
            "y": 19 * (order + 0.5),
            "name": scenario,
            "share": min(length(share), 1.0),
            "share_text": shown(share),
            "fill": COVERED if order == selected else RECEDING,
        }
        for group in groups
        for order, (scenario, share) in enumerate(zip(scenarios, group.claims, strict=True))
    ]
    return picture(
        [
            bars("share", height=12, colour="fill"),
            words("name", x=at("left"), align="right", size=SMALL, dx=-8),
            words("share_text", x=across("share"), size=SMALL, dx=6),
        ],
        {"rows": rows},
        Shown(
            claims_of(*(group.claims for group in groups)),
            sentence([numbers_told(group, scenarios, language) for group in groups], language),
            language,
        ),
        {
            "left": widest(scenarios, SMALL) + 10,
            "right": PANEL - widest((row["share_text"] for row in rows), SMALL) - 10,
            "low": 0.0,
            "high": 1.0,
        },
        height=19 * len(scenarios),
        width=PANEL,
        facet="panel",
    )


def fans(panels: Sequence[Panel], *, language: Language) -> Picture:
    """A panel for each target, from none to all: bands of the draws, their median, and what the readings ask for."""
    keys = [
        Key(COVERED, "median", "circle"),
        Key(RECEDING, "half"),
        Key(UNCOVERED, "nine_tenths"),
        Key(TARGET, "asked", "diamond"),
    ]
    return _paths(panels, language, keys=keys, top=8, facet="panel", width=PANEL)


def fan(panel: Panel, *, language: Language, width: float = WIDTH, height: float = FAN) -> Picture:
    """One target's path, as a panel of `fans`."""
    return _paths([panel], language, width=width, height=height)


def _paths(
    panels: Sequence[Panel],
    language: Language,
    *,
    width: float,
    height: float = FAN,
    keys: Sequence[Key] = (),
    top: float | None = None,
    facet: str = "",
) -> Picture:
    claims = claims_of(*((panel.start, panel.end, panel.low, panel.high) for panel in panels))
    content = Shown(claims, sentence([_path(panel, language) for panel in panels], language), language, keys=keys)
    scale = Upright(content.top + 6 if top is None else top, height, 0.0, 1.0)
    rows = [row for panel in panels for row in _path_rows(panel)]
    places = {"left": 64, "right": width - 116, "low": 0.0, "high": 1.0, **scale.ends}
    tall = scale.top + height + (16 if facet else 24)
    return picture(_fans(), {"rows": rows}, content, places, height=tall, width=width, facet=facet)


def _path(panel: Panel, language: Language) -> str:
    """Where a path begins and ends, in words."""
    path = text("charts.path", language, name=panel.name, start=shown(panel.start), end=shown(panel.end))
    band = "" if panel.low is None else text("charts.band", language, low=shown(panel.low), high=shown(panel.high))
    return path + band


def _path_rows(panel: Panel) -> list[Datum]:
    """What a panel draws, each row of a kind of its own: the path, what is asked at its end, its two ends, its frame."""
    first, last = panel.years[0], panel.years[-1]
    span = max(last.year - first.year, 1)
    has_band = panel.low is not None and is_number(panel.low)
    band = "–".join(shown(one) for one in (panel.low, panel.high)) if has_band else ""
    steps = [(year.year - first.year) / span for year in panel.years]
    path = zip_longest(steps, panel.years, panel.told, fillvalue="")
    asked = dict.fromkeys(zip_longest(panel.required, panel.met, panel.asked, fillvalue=""))
    rows: list[Datum] = [{"kind": "path", "step": step, **vars(year), "tip": tip} for step, year, tip in path]
    rows += [{"kind": "before", "step": step, "p50": share} for step, share in zip(steps, panel.before, strict=False)]
    rows += [
        {"kind": "asked", "step": steps[-1], "p50": min(share, 1.0), "fill": COVERED if is_met else TARGET, "tip": tip}
        for share, is_met, tip in sorted(asked)
    ]
    rows += [
        {"kind": kind, "step": step, "p50": year.p50, "word": str(year.year), "words": told, "band": band}
        for kind, year, step, told in (
            ("start", first, 0, shown(panel.start)),
            ("end", last, steps[-1], shown(panel.end)),
        )
    ]
    rows += [{"kind": "frame", "p50": share} for share in (0, 1)]
    return [{"panel": wrapped(panel.name, PANEL), **row} for row in rows]


def _fans() -> list[Layer]:
    x, y = across("step"), up("p50")
    level = {"x": at("left"), "x2": at("right"), "y": y}
    path, ends = "datum.kind == 'path'", "datum.kind == 'start' || datum.kind == 'end'"
    bands = [("p5", "p95", UNCOVERED), ("p25", "p75", RECEDING)]
    line: Datum = {"x": x, "y": y}
    last: Datum = {"x": x, "y": y, "where": "datum.kind == 'end'", "dx": 12}
    lifted = "(datum.p50 < 0.25 ? -16 : 0)"  # off the frame below
    return [
        *(
            layer("area", "rows", {"x": x, "y": up(low), "y2": {"field": high}}, colour=colour, where=path, opacity=1)
            for low, high, colour in bands
        ),
        layer("rule", "rows", level, colour=HAIRLINE, where="datum.kind == 'frame'"),
        layer("line", "rows", line, colour=BASE, where="datum.kind == 'before'", strokeDash=[4, 3], strokeWidth=2),
        layer("line", "rows", line, colour=COVERED, where=path, strokeWidth=2),
        dots(x, y, size=40, colour=COVERED, where=f"{path} && datum.tip"),
        dots(x, y, shape="diamond", size=60, colour="fill", where="datum.kind == 'asked'"),
        dots(x, y, size=60, colour=COVERED, where=ends),
        words("word", x=x, y=at("bottom"), align="center", size=SMALL, colour=MUTED, dy=13, where=ends),
        words("words", x=x, y=y, align="right", size=SMALL, colour=COVERED, dx=-9, where="datum.kind == 'start'"),
        words("words", **last, colour=COVERED, dy=lifted),
        words("band", **last, size=SMALL, colour=MUTED, dy=f"16 + {lifted}"),
    ]
