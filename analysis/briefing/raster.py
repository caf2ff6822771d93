"""Charts' SVG as PNG, drawn by typst as in the PDF: in a third of the time that Vega's converter takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analysis.briefing.typesetting import compiled, lacking, picture_file, stood_in
from analysis.style import HOUSE_STYLE, Style

DOTS_PER_INCH = 192  # two for each of a screen's
# the fonts of the PDF's text: typst keeps a picture it has read, and finds it again where file and fonts are the same
_HEAD = '#set text(font: ("Libertinus Serif", "Noto Serif SC"))\n#set page(width: auto, height: auto, margin: 0mm)\n'


def pngs(drawn: Sequence[tuple[str, float]], style: Style = HOUSE_STYLE) -> list[bytes]:
    """Pictures, each an SVG with its width in millimetres, in `DOTS_PER_INCH`; the same ones give the same bytes.

    Examples
    --------
    >>> dot = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><circle cx="2" cy="1" r="1"/></svg>'
    >>> [made[1:4] for made in pngs([(dot, 4.0), (dot, 8.0)])]
    [b'PNG', b'PNG']
    """
    if not drawn:
        return []
    signs = lacking("".join(svg for svg, _ in drawn))
    pages = [f'#image("{picture_file(svg)}", width: {width_mm:.3f}mm)' for svg, width_mm in drawn]
    files = {picture_file(svg): stood_in(svg, signs).encode() for svg, _ in drawn}
    source = _HEAD + "\n#pagebreak()\n".join(pages)
    made: Any = compiled({"main.typ": source.encode(), **files}, style=style, format="png", ppi=DOTS_PER_INCH)
    return list(made) if isinstance(made, list) else [made]


def size_of(svg: str) -> tuple[float, float]:
    """The width and height of an SVG's view box; 4 to 3 where it has none.

    Examples
    --------
    >>> size_of('<svg viewBox="0 0 620 221">')
    (620.0, 221.0)
    """
    box = re.search(r'viewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', svg)
    return (float(box[1]), float(box[2])) if box else (4.0, 3.0)
