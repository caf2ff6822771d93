"""How charts look: one typeface, a few sizes, and colours named by what they mean.

The colours are blues and greys of clearly different lightness with one orange, so that readers with any colour vision
tell them apart and a grey print keeps their order. Nothing is switched on here: a chart carries its theme with it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.quantities import Language
from analysis.style import CHART_FONT, HOUSE, HOUSE_STYLE, RAMP, Files, Style, channels, contrast

FONT = CHART_FONT  # one real family: a list of fallbacks is not read when a chart becomes SVG
WIDTH = 620  # px; set to 156 mm of a page, 13 px are 9.3 points

TEXT, SMALL, LARGE = 13, 12, 15
LINE = 1.25  # height of a line of text, in its size

PAPER = "#FFFFFF"
BLACK = "#000000"
INK, MUTED, HAIRLINE = (
    HOUSE.ink,
    HOUSE.muted,
    HOUSE.hairline,
)  # what charts of papers are drawn in: `Colours.on` changes them

COVERED, UNCOVERED, BASE = HOUSE.covered, HOUSE.uncovered, HOUSE.base
ACCENT, TARGET, RECEDING = HOUSE.accent, HOUSE.target, HOUSE.receding


def theme(font: str = FONT) -> dict[str, Any]:
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
        "font": font,
        "view": {"stroke": None, "fill": None},
        "axis": {"grid": False, "domain": False, "ticks": False, "labels": False, "title": None},
        "text": {"font": font, "fontSize": TEXT, "fontWeight": "normal", "fill": INK, "baseline": "middle"},
        "rule": {"strokeCap": "butt"},
    }


def own_theme(style: Style = HOUSE_STYLE, language: Language = "zh") -> dict[str, Any]:
    """The Vega-Lite configuration of a researcher's own charts: axes, light grids and legends, in a style's colours and fonts.

    Examples
    --------
    >>> from analysis.style import Colours
    >>> own_theme(Style(colours=Colours(covered="#006633")))["mark"]["color"]
    '#006633'
    """
    font, colours = style.chart_font(language), style.colours
    lettering = {"labelFont": font, "titleFont": font, "labelFontSize": SMALL, "titleFontSize": SMALL}
    return {
        "background": PAPER,
        "font": font,
        "view": {"stroke": None, "continuousWidth": 520, "continuousHeight": 300},
        "axis": {
            **lettering,
            "titleFontWeight": "normal",
            "titleColor": colours.muted,
            "labelColor": colours.ink,
            "labelLimit": 420,
            "grid": True,
            "gridColor": colours.uncovered,
            "gridOpacity": 0.6,
            "domainColor": colours.hairline,
            "tickColor": colours.hairline,
        },
        "axisBand": {"grid": False},
        "legend": {**lettering, "titleFontWeight": "normal", "labelLimit": 260, "symbolStrokeWidth": 0},
        "header": {**lettering, "titleFontWeight": "normal", "labelLimit": 320},
        "title": {"font": font, "fontSize": LARGE, "fontWeight": "bold", "anchor": "start", "color": colours.ink},
        "text": {"font": font, "fontSize": TEXT, "fill": colours.ink},
        "mark": {"color": colours.covered},
        "line": {"strokeWidth": 2},
        "point": {"filled": True, "size": 60},
        "range": {"category": list(colours.series), "ramp": list(colours.ramp), "heatmap": list(colours.ramp)},
    }


@lru_cache(maxsize=1)  # not again while it is the one in use: another theme that somebody chose since stays
def use_theme(style: Style = HOUSE_STYLE, language: Language = "zh") -> None:
    """Give every altair chart of this process a look, and the converter its fonts, so that saved charts have their words.

    Examples
    --------
    >>> import altair
    >>> use_theme()
    >>> altair.theme.active
    'coverage-workbook'
    """
    import altair
    import vl_convert

    for folder in font_folders(style):
        vl_convert.register_font_directory(str(folder))

    altair.renderers.register("coverage-workbook", in_lab)
    if altair.renderers.active == "default":  # which asks JupyterLab to fetch a library from an address
        altair.renderers.enable("coverage-workbook")

    @altair.theme.register("coverage-workbook", enable=True)
    def look() -> altair.theme.ThemeConfig:
        return altair.theme.ThemeConfig(config=own_theme(style, language))  # type: ignore[typeddict-item]


SCREEN_FONTS = f"{FONT}, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"


def in_lab(specification: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """A chart as JupyterLab draws it by itself: nothing is fetched, and there are typefaces to fall back on.

    JupyterLab knows Vega-Lite 5 under that name; what altair 6 writes is drawn by it as well.
    """
    schema = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    return {"application/vnd.vegalite.v5+json": _for_screen(specification) | schema, "text/plain": "alt.Chart(…)"}


def _for_screen(part: Any) -> Any:
    """The same with all typefaces of the house followed by those that a machine may have instead."""
    if isinstance(part, dict):
        fonts = {name: SCREEN_FONTS for name, value in part.items() if name.lower().endswith("font") and value == FONT}
        return {name: _for_screen(value) for name, value in part.items()} | fonts
    return [_for_screen(value) for value in part] if isinstance(part, list) else part


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


def font_folders(style: Style = HOUSE_STYLE) -> list[Path]:
    """The folders with the fonts of charts and documents: those of the packages, and those that a style brings."""
    import pylopdf_fonts_zh_cn

    own = [Path(_laid_out(style.fonts).name)] if style.fonts else []
    return [*map(Path, pylopdf_fonts_zh_cn.__path__), *own]


@lru_cache(maxsize=8)
def _laid_out(fonts: Files) -> TemporaryDirectory[str]:
    """A folder of these files, for programs that read fonts from folders; gone with this process."""
    folder = TemporaryDirectory(prefix="fonts-")
    for name, content in fonts:
        Path(folder.name, Path(name).name).write_bytes(content)
    return folder


def shade(position: float) -> str:
    """The colour at a place of the sequential ramp, 0 (light, few) to 1 (dark, many); what lies beyond takes its end.

    Examples
    --------
    >>> shade(0), shade(1)
    ('#EDF3F8', '#0C3B69')
    """
    place = min(max(position, 0.0), 1.0) * (len(RAMP) - 1)
    before = min(int(place), len(RAMP) - 2)
    ends = zip(channels(RAMP[before]), channels(RAMP[before + 1]), strict=True)
    red, green, blue = (round(low + (high - low) * (place - before)) for low, high in ends)
    return f"#{red:02X}{green:02X}{blue:02X}"


@lru_cache(maxsize=4096)  # a ramp has some hundred colours, and a map of counties asks for them at each move
def ink_on(fill: str) -> str:
    """The colour of text on a surface: black or white, whichever stands out more; their contrast is 4.5 at the least.

    Examples
    --------
    >>> ink_on(shade(0)), ink_on(shade(1))
    ('#000000', '#FFFFFF')
    """
    return max((BLACK, PAPER), key=lambda ink: contrast(ink, fill))
