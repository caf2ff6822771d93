"""From a chart to a figure of the paper: SVG with live text, drawn by Vega, the same bytes every time.

Vega's converter starts threads: a process in which it has drawn must not be forked afterwards.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING, Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.sources import disk_cache
from analysis.views.blocks import Figure, Inlines
from analysis.views.theme import FONT, font_folders, theme

if TYPE_CHECKING:
    import altair as alt

CACHE = disk_cache.folder("charts")
STATUS_WORDS = {
    Status.ASSUMED: Label("含假设", "Rests on assumptions"),
    Status.SYNTHETIC: Label("合成数据", "Synthetic data"),
    Status.SIMULATED: Label("模拟", "Simulated"),
}


@dataclass(frozen=True)
class Picture:
    """A chart that is not yet drawn: its Vega-Lite specification, the claims that stand in it, and what it shows in words."""

    specification: Mapping[str, Any]
    claims: tuple[Claim, ...]
    summary: str
    language: Language

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The same as an altair chart, to be changed as any other."""
        import altair as alt

        return alt.Chart.from_dict(dict(self.specification))


def drawn(picture: Picture, *, id: str, title: str, alt: str = "", note: Inlines = (), width: float = 1.0) -> Figure:
    """A picture as a figure of the paper.

    Parameters
    ----------
    id
        The figure's name within the paper.
    title
        Its caption; it also opens the alternative text.
    alt
        Alternative text, where the picture's own summary does not do.
    width
        Share of the text's width; at 1.0 (156 mm) the lettering is 9 points.
    """
    stop = "。" if picture.language == "zh" else ". "
    return Figure(
        id=id,
        title=title,
        svg=svg_of(picture.specification),
        alt=alt or f"{title}{stop}{picture.summary}{_statuses(picture)}",
        claims=picture.claims,
        note=note,
        width=width,
        specification=picture.specification,
    )


def status_words(claims: Iterable[Claim], language: Language) -> list[str]:
    """What the marks of these claims mean, the firmest first."""
    statuses = sorted({claim.status for claim in claims if claim.status in STATUS_WORDS})
    return [STATUS_WORDS[status].of(language) + status.mark for status in statuses]


def svg_of(specification: Mapping[str, Any]) -> str:
    """A Vega-Lite specification as SVG with live text, drawn once; nothing is fetched while it is drawn.

    The house's charts place their words themselves. So Vega measures them in a typeface that it measures quickly, which
    takes an eighth of the time, and they are set in the house's.
    """
    if specification.get("usermeta") != HOUSE:
        return _vega(json.dumps(specification, ensure_ascii=False))
    quick = json.dumps({**specification, "config": theme(_QUICK)}, ensure_ascii=False)
    return _kept(quick).replace(f'font-family="{_QUICK}"', f'font-family="{FONT}"')


_QUICK = "sans-serif"
HOUSE = {"words": "placed"}  # in the specification of a chart whose words have their places


def png_of(drawn: str, *, scale: float = 3.0) -> bytes:
    """An SVG as PNG, for programs that show no SVG; at a scale of 3 a figure of full width has 300 dots an inch."""
    png: bytes = _converter().svg_to_png(drawn, scale=scale)
    return png


_POINTED = (Label("名称", "Name"), Label("数字", "Number"), Label("基数", "Base"), Label("数据", "Data"))


def pointed_out(specification: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A chart of the house with what its rows tell beside the pointer, a line each."""
    titles = [label.of(language) for label in _POINTED]
    told = [{"calculate": f"split(datum.tip, '\\n')[{at}]", "as": title} for at, title in enumerate(titles)]
    tips = [{"field": title, "type": "nominal"} for title in titles]

    def with_tips(layer: Mapping[str, Any]) -> dict[str, Any]:
        transforms = [*told, *layer.get("transform", ())]
        return {**layer, "transform": transforms, "encoding": layer["encoding"] | {"tooltip": tips}}

    layers = specification.get("layer", ())
    has_tips = layers and all("tip" in row for row in specification["datasets"].get("rows", ({},)))
    drawn = [with_tips(one) if has_tips and one.get("data") == {"name": "rows"} else one for one in layers]
    return {**specification, "layer": drawn} if has_tips else dict(specification)


def _statuses(picture: Picture) -> str:
    """What the marks in the chart mean, in words."""
    said: Sequence[str] = status_words(picture.claims, picture.language)
    if not said:
        return ""
    return f"（{'，'.join(said)}）" if picture.language == "zh" else f" ({', '.join(said)})"


def _elsewhere(specification: str) -> str:
    """The SVG, drawn by the process that draws for others; empty where there is none, or it could not."""
    if address := os.environ.get(ADDRESS):
        with suppress(OSError, EOFError), Client(address, "AF_UNIX") as line:
            line.send(specification)
            return str(line.recv())
    return ""


@lru_cache(maxsize=256)
def _vega(specification: str) -> str:
    """The SVG without what Vega says of its groups to a screen reader: the figure's alternative text speaks for the chart."""
    svg: str = _converter().vegalite_to_svg(specification, allowed_base_urls=[])
    return _SAID.sub("", svg)


def _kept(specification: str) -> str:
    """The same, found again by the hash of what is drawn and of what draws it."""
    key = sha256(f"{version('vl-convert-python')} {_SAID.pattern} {specification}".encode()).hexdigest()[:32]
    place = CACHE / f"{key}.svg"
    if (found := disk_cache.recall_text(place)) is None:
        found = _elsewhere(specification) or _vega(specification)
        disk_cache.keep_text(found, place)
    return found


_SAID = re.compile(
    r""" (?:role="graphics-[a-z]+"|aria-roledescription="[^"<]*"|aria-hidden="true"|aria-label="Title text '[^"<]*")(?=[^<]*>)"""
)


ADDRESS = (
    "WORKBOOK_CHARTS_AT"  # in the environment: where the house's charts are drawn for this process and what it starts
)


def serve(address: str) -> None:
    """Draw the house's charts for other processes, each once, until this one is ended; Vega starts once for all of them."""
    os.environ.pop(ADDRESS, None)
    with Listener(address, "AF_UNIX", backlog=64) as listener:
        while True:
            with suppress(OSError, EOFError), listener.accept() as line:
                try:
                    line.send(_vega(line.recv()))
                except ValueError:
                    line.send("")  # who asked draws it again, and is told what is wrong with it


@cache
def _converter() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(font_folders()[0]))
    return vl_convert
