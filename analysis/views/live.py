"""A page of linked charts in a notebook: drawn once, and then only its data is pushed.

One widget holds all charts, so that one message moves all of them and the drawing library travels once. Nothing is
fetched: the library comes out of the vl-convert wheel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.quantities import Label, Language
from analysis.views.page import asset

TAGS = {"zh": "zh-CN", "en": "en-GB"}
LOST = Label(
    "内核已重新启动，此视图不再更新。请重新运行这个单元格。",
    "The kernel was restarted and this view no longer answers. Run its cell again.",
)

Frame = Mapping[str, Any]
Heard = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class LiveChart:
    """One chart of the page.

    Parameters
    ----------
    specification
        Vega-Lite, over named data.
    data
        The names of its data in a frame.
    """

    id: str
    specification: Mapping[str, Any]
    data: tuple[str, ...]


def live_page(charts: Sequence[LiveChart], frame: Frame, *, language: Language, heard: Heard) -> Any:
    """The page as a widget.

    Parameters
    ----------
    frame
        What it shows first: `data` by name, `charts` with each one's words and signals, `finding`, `note`, `chosen`.
    heard
        Called with what the reader does: `kind` is `click` (with chart, id, add) or `clear`.

    Returns
    -------
    A widget with a method `show(frame)`.
    """
    plan = {
        "tag": TAGS[language],
        "lost": LOST.of(language),
        "charts": [{"id": chart.id, "spec": dict(chart.specification), "data": list(chart.data)} for chart in charts],
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
        _esm = bundled("live.js")
        _css = asset("live.css")
        plan = traitlets.Dict().tag(sync=True)
        frame = traitlets.Dict().tag(sync=True)

        def show(self, frame: Frame) -> None:
            """Push what is to be shown now."""
            self.frame = {**frame, "number": self.frame["number"] + 1}

    return LivePage


@cache
def bundled(name: str) -> str:
    """A script of views/assets/ with Vega in it; nothing of it is fetched."""
    import altair
    import vl_convert

    version = ".".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    script: str = vl_convert.javascript_bundle(asset(name), vl_version=version)
    return script
