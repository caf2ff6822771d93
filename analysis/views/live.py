"""A page of charts in a notebook: drawn once, and then only its data is pushed.

One widget holds all charts, so that one message moves all of them and the drawing library travels once. Nothing is
fetched: the library comes out of the vl-convert wheel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from analysis.quantities import Language
from analysis.views.page import asset
from analysis.views.render import Picture
from analysis.views.theme import SCREEN_FONTS, theme
from analysis.views.wording import text

TAGS = {"zh": "zh-CN", "en": "en-GB"}
STANDING = ("shapes",)  # data that do not change

Frame = dict[str, Any]
Heard = Callable[[Mapping[str, Any]], None]


def frame_of_picture(picture: Picture) -> Frame:
    """What varies in a chart: its rows, its parameters with its size, and what it shows in words."""
    plain = picture.specification
    return {
        "data": {name: list(rows) for name, rows in plain["datasets"].items() if name not in STANDING},
        "signals": {one["name"]: one["value"] for one in plain["params"]}
        | {name: plain[name] for name in ("width", "height")},
        "alt": picture.summary,
    }


def page_frame(
    page: str, charts: Mapping[str, Picture], words: Mapping[str, Mapping[str, str]], language: Language, /, **told: str
) -> Frame:
    """Everything a page shows, as plain values.

    Parameters
    ----------
    page
        The table of assets/pages.toml with what the page says.
    words
        The title, hint and word for emptiness of each chart.
    told
        The page's `finding`, `note` and what is `chosen`.
    """
    shown = {name: {**frame_of_picture(one), **words[name]} for name, one in charts.items()}
    return {"charts": shown, **told, **{key: text(f"{page}.{key}", language) for key in ("nothing", "clear")}}


def drawing_of(picture: Picture) -> Mapping[str, Any]:
    """What does not vary in a chart: its specification, and the data that stand still."""
    data = {name: rows for name, rows in picture.specification["datasets"].items() if name in STANDING}
    return {**picture.specification, "datasets": data, "config": theme(SCREEN_FONTS)}


def live_page(charts: Mapping[str, Picture], frame: Frame, *, language: Language, heard: Heard) -> Any:
    """The page as a widget.

    Parameters
    ----------
    charts
        By name, in the order of reading; what they show changes with the frame, how they are drawn does not.
    frame
        What it shows first, as `page_frame` gives it.
    heard
        Called with what the reader does: `kind` is `click` (with chart, id, add) or `clear`.

    Returns
    -------
    A widget with a method `show(frame)`.
    """
    plan = {
        "tag": TAGS[language],
        "lost": text("live.lost", language),
        "charts": [{"id": name, "spec": drawing_of(chart)} for name, chart in charts.items()],
    }
    page = _kind()(plan=plan, frame={**frame, "number": 0})

    def listen(_page: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content["kind"] == "there?":
            page.send({"kind": "here"})
        else:
            heard(content)

    page.on_msg(listen)
    return page


@cache
def _kind() -> type[Any]:
    """The widget's class, with its script bundled; made on first use, which takes some seconds."""
    import anywidget
    import traitlets

    class LivePage(anywidget.AnyWidget):
        _esm = bundled("charts.js", "live.js")
        _css = asset("live.css")
        plan = traitlets.Dict().tag(sync=True)
        frame = traitlets.Dict().tag(sync=True)

        def show(self, frame: Frame) -> None:
            """Push what is to be shown now."""
            self.frame = {**frame, "number": self.frame["number"] + 1}

    return LivePage


@cache
def bundled(*names: str) -> str:
    """Scripts of views/assets/ as one, with Vega in it; nothing of it is fetched."""
    import altair
    import vl_convert

    version = ".".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    script: str = vl_convert.javascript_bundle("\n".join(map(asset, names)), vl_version=version)
    return script
