"""How charts look: one typeface, a few sizes, and colours named by what they mean.

The colours are blues and greys of clearly different lightness with one orange, so that readers with any colour vision
tell them apart and a grey print keeps their order. Nothing is switched on here: a chart carries its theme with it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FONT = "Noto Sans SC"  # one real family: a list of fallbacks is not read when a chart becomes SVG
WIDTH = 620  # px; set to 156 mm of a page, 13 px are 9.3 points

TEXT, SMALL, LARGE = 13, 12, 15
LINE = 1.25  # height of a line of text, in its size

PAPER = "#FFFFFF"
BLACK = "#000000"
INK = "#1B2430"
MUTED = "#56616D"
HAIRLINE = "#C3CAD2"

COVERED = "#1F5A92"
UNCOVERED = "#D3DAE2"
BASE = "#A9B4C0"
ACCENT = "#C4580B"
TARGET = "#8F3B00"
RECEDING = "#96BBD9"  # bars beside a selected one

SERIES = (COVERED, RECEDING, BASE, ACCENT, TARGET, MUTED)  # of groups beside one another
RAMP = ("#EDF3F8", "#C9DCEB", "#96BBD9", "#5C92C0", "#2A679F", "#0C3B69")


def theme() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart: quiet, without axes' lines, grids or a frame.

    The same for both languages, since the typeface holds both scripts. Marks get no `aria-label` of their own: a
    screen reader would read out raw values that are no claims; the figure's alternative text speaks for the chart.

    Examples
    --------
    >>> theme()["font"]
    'Noto Sans SC'
    """
    return {
        "aria": False,
        "background": PAPER,
        "font": FONT,
        "view": {"stroke": None, "fill": None},
        "axis": {"grid": False, "domain": False, "ticks": False, "labels": False, "title": None},
        "text": {"font": FONT, "fontSize": TEXT, "fontWeight": "normal", "fill": INK, "baseline": "middle"},
        "rule": {"strokeCap": "butt"},
    }


def own_theme() -> dict[str, Any]:
    """The Vega-Lite configuration of a researcher's own charts: the same look, with axes, light grids and legends."""
    lettering = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": SMALL, "titleFontSize": SMALL}
    return {
        "background": PAPER,
        "font": FONT,
        "view": {"stroke": None, "continuousWidth": 520, "continuousHeight": 300},
        "axis": {
            **lettering,
            "titleFontWeight": "normal",
            "titleColor": MUTED,
            "labelColor": INK,
            "labelLimit": 260,
            "grid": True,
            "gridColor": UNCOVERED,
            "gridOpacity": 0.6,
            "domainColor": HAIRLINE,
            "tickColor": HAIRLINE,
        },
        "axisBand": {"grid": False},
        "legend": {**lettering, "titleFontWeight": "normal", "labelLimit": 260, "symbolStrokeWidth": 0},
        "header": {**lettering, "titleFontWeight": "normal", "labelLimit": 320},
        "title": {"font": FONT, "fontSize": LARGE, "fontWeight": "bold", "anchor": "start", "color": INK},
        "text": {"font": FONT, "fontSize": TEXT, "fill": INK},
        "mark": {"color": COVERED},
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 60},
        "range": {"category": list(SERIES), "ramp": list(RAMP), "heatmap": list(RAMP)},
    }


@cache
def use_theme() -> None:
    """Give every altair chart of this process the house's look, and the converter its fonts, so that saved charts have words."""
    import altair
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))

    @altair.theme.register("coverage-workbook", enable=True)
    def look() -> altair.theme.ThemeConfig:
        return altair.theme.ThemeConfig(config=own_theme())  # type: ignore[typeddict-item]


def font_folder() -> Path:
    """The folder with the fonts of charts and documents, out of the font wheel.

    Examples
    --------
    >>> (font_folder() / "NotoSansSC-Regular.otf").is_file()
    True
    """
    import pylopdf_fonts_zh_cn

    folder: Path = pylopdf_fonts_zh_cn.sans_path().parent
    return folder


def shade(position: float) -> str:
    """The colour at a place of the sequential ramp, 0 (light, few) to 1 (dark, many); what lies beyond takes its end.

    Examples
    --------
    >>> shade(0), shade(1)
    ('#EDF3F8', '#0C3B69')
    """
    anchors = np.array([_channels(colour) for colour in RAMP])
    places = np.linspace(0, 1, len(RAMP))
    red, green, blue = (round(float(np.interp(position, places, anchors[:, channel]))) for channel in range(3))
    return f"#{red:02X}{green:02X}{blue:02X}"


def ink_on(fill: str) -> str:
    """The colour of text on a surface: black or white, whichever stands out more; their contrast is 4.5 at the least.

    Examples
    --------
    >>> ink_on(shade(0)), ink_on(shade(1))
    ('#000000', '#FFFFFF')
    """
    return max((BLACK, PAPER), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21.

    Source: W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio"; 4.5 is asked of text.

    Examples
    --------
    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 (black) to 1 (white); what is left of it in a grey print.

    Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    """
    channels = np.array(_channels(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
