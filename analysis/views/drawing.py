"""From a chart to a figure of the paper: SVG with live text, the same bytes every time.

Vega's converter starts threads: a process in which it has drawn must not be forked afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Language
from analysis.views.blocks import Figure, Inlines
from analysis.views.marks import status_words
from analysis.views.svg import svg
from analysis.views.theme import font_folders


@dataclass(frozen=True)
class Picture:
    """A chart that is not yet drawn: its Vega-Lite specification, the claims that stand in it, and what it shows in words."""

    specification: dict[str, Any]
    claims: tuple[Claim, ...]
    summary: str
    language: Language


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
    )


def _statuses(picture: Picture) -> str:
    """What the marks in the chart mean, in words."""
    said = status_words(picture.claims, picture.language)
    if not said:
        return ""
    return f"（{'，'.join(said)}）" if picture.language == "zh" else f" ({', '.join(said)})"


def svg_of(specification: dict[str, Any]) -> str:
    """A Vega-Lite specification as SVG with live text: drawn here, or by Vega where it goes beyond our own marks."""
    return svg(specification) or vega_svg_of(specification)


def vega_svg_of(specification: dict[str, Any]) -> str:
    """The same, drawn by Vega. Nothing is fetched while it is drawn."""
    drawn: str = _converter().vegalite_to_svg(specification, allowed_base_urls=[])
    return drawn


def png_of(drawn: str, *, scale: float = 3.0) -> bytes:
    """An SVG as PNG, for programs that show no SVG; at a scale of 3 a figure of full width has 300 dots an inch."""
    png: bytes = _converter().svg_to_png(drawn, scale=scale)
    return png


@cache
def _converter() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(font_folders()[0]))
    return vl_convert
