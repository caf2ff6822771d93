"""A chart's SVG as PNG, drawn by typst as in the PDF: in a third of the time that Vega's converter takes."""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.briefing.typesetting import compiled

DOTS_PER_INCH = 192  # two for each of a screen's


@lru_cache(maxsize=32)
def png(svg: str, *, width_mm: float) -> bytes:
    """The picture at a width, in `DOTS_PER_INCH`; the same picture gives the same bytes."""
    source = f'#set page(width: auto, height: auto, margin: 0mm)\n#image("figure.svg", width: {width_mm:.3f}mm)'
    files = {"main.typ": source.encode(), "figure.svg": svg.encode()}
    drawn: bytes = compiled(files, format="png", ppi=DOTS_PER_INCH)
    return drawn


def size_of(svg: str) -> tuple[float, float]:
    """The width and height of an SVG's view box; 4 to 3 where it has none.

    Examples
    --------
    >>> size_of('<svg viewBox="0 0 620 221">')
    (620.0, 221.0)
    """
    box = re.search(r'viewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', svg)
    return (float(box[1]), float(box[2])) if box else (4.0, 3.0)
