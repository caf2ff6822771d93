"""How papers and charts look where a house has a look of its own: letterhead, logo, colours, fonts, page.

A `Style` is a value that writers are given. What it leaves open is as the house has it, so the default changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Literal

from analysis.quantities import Language

PageSize = Literal["A4", "Letter"]
SIZES_MM: dict[PageSize, tuple[float, float]] = {"A4": (210, 297), "Letter": (215.9, 279.4)}
CHART_FONT = "Noto Sans SC"  # holds both scripts
Files = tuple[tuple[str, bytes], ...]

RAMP = ("#EDF3F8", "#C9DCEB", "#96BBD9", "#5C92C0", "#2A679F", "#0C3B69")
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Colours:
    """The palette by what a colour means."""

    covered: str = "#1F5A92"
    uncovered: str = "#D3DAE2"
    base: str = "#A9B4C0"
    accent: str = "#C4580B"
    target: str = "#8F3B00"
    receding: str = "#96BBD9"  # bars beside a selected one
    ink: str = "#1B2430"  # of text
    muted: str = "#56616D"  # of what is said beside it
    hairline: str = "#C3CAD2"
    headings: str = "#000000"  # of a document
    letterhead: str = "#000000"  # and the rule below it

    @property
    def series(self) -> tuple[str, ...]:
        """Of groups beside one another."""
        return self.covered, self.receding, self.base, self.accent, self.target, self.muted

    @cached_property
    def ramp(self) -> tuple[str, ...]:
        """From few to many: the shades of `covered`, as light and dark as the house's."""
        if self.covered == HOUSE.covered:
            return RAMP
        return tuple(shaded(self.covered, luminance(one)) for one in RAMP)

    def changed(self) -> dict[str, str]:
        """The roles whose colour is not the house's."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: colour for name, colour in named if colour != getattr(HOUSE, name)}

    def on(self, drawn: str) -> str:
        """A picture that was drawn in the house's colours, in these: shades of the ramp keep their lightness.

        Examples
        --------
        >>> Colours(covered="#006633").on('<rect fill="#1F5A92"/><rect fill="#FFFFFF"/>')
        '<rect fill="#006633"/><rect fill="#FFFFFF"/>'
        """
        changed = {getattr(HOUSE, name): colour for name, colour in self.changed().items() if name not in _OF_DOCUMENTS}
        if not changed:
            return drawn

        def replaced(found: re.Match[str]) -> str:
            colour = found[0].upper()
            if colour in changed:
                return changed[colour]
            if self.covered != HOUSE.covered and colour not in _ROLES and _is_shade(colour):
                return shaded(self.covered, luminance(colour))
            return found[0]

        return _COLOUR.sub(replaced, drawn)


HOUSE = Colours()
_OF_DOCUMENTS = {"headings", "letterhead"}  # in no chart
_ROLES = {getattr(HOUSE, field.name) for field in fields(HOUSE)}


@dataclass(frozen=True)
class Faces:
    """The typefaces of one language; empty where they are the house's."""

    body: str = ""
    headings: str = ""


@dataclass(frozen=True)
class Style:
    """A look of one's own.

    Parameters
    ----------
    letterhead_zh, letterhead_en
        Lines at the head of a paper, the first one large.
    logo
        Its file's name and content, PNG or SVG; none where it is empty.
    margins
        Top, right, bottom and left in millimetres; none for the house's.
    reference_docx
        A Word document whose styles and page a Word paper takes.
    fonts
        The files of typefaces that do not come with the packages, by name.
    files
        All that it is made from, by the names in its folder; the settings first.

    Examples
    --------
    >>> Style().is_house, Style(page_size="Letter").width_mm
    (True, 215.9)
    """

    letterhead_zh: tuple[str, ...] = ()
    letterhead_en: tuple[str, ...] = ()
    logo: tuple[str, bytes] = ("", b"")
    colours: Colours = HOUSE
    zh: Faces = Faces()
    en: Faces = Faces()
    page_size: PageSize = "A4"
    margins: tuple[float, float, float, float] | None = None
    reference_docx: bytes = b""
    fonts: Files = ()
    files: Files = ()

    @property
    def is_house(self) -> bool:
        """Whether it leaves everything as the house has it."""
        return self == HOUSE_STYLE

    @property
    def width_mm(self) -> float:
        """The width of its page."""
        return SIZES_MM[self.page_size][0]

    @property
    def has_head(self) -> bool:
        """Whether something stands over a paper's title."""
        return bool(self.logo[0] or self.letterhead_zh or self.letterhead_en)

    def letterhead(self, language: Language) -> tuple[str, ...]:
        """The lines at the head of a paper in a language."""
        return self.letterhead_zh if language == "zh" else self.letterhead_en

    def faces(self, language: Language) -> Faces:
        """The typefaces of a language."""
        return self.zh if language == "zh" else self.en

    def chart_font(self, language: Language) -> str:
        """The typeface of a researcher's charts: that of headings, where there is one."""
        return self.faces(language).headings or CHART_FONT


HOUSE_STYLE = Style()


def shaded(colour: str, light: float) -> str:
    """A colour made lighter with white or darker with black until it has a luminance.

    Examples
    --------
    >>> shaded("#006633", 1.0), shaded("#006633", 0.0)
    ('#FFFFFF', '#000000')
    """
    end = 255 if luminance(colour) < light else 0
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        is_short = luminance(_mixed(colour, end, middle)) < light
        low, high = (middle, high) if is_short == (end == 255) else (low, middle)
    return _mixed(colour, end, high)


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
    shares = (channel / 255 for channel in channels(colour))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: str, end: int, share: float) -> str:
    red, green, blue = (round(channel + (end - channel) * share) for channel in channels(colour))
    return f"#{red:02X}{green:02X}{blue:02X}"


def _is_shade(colour: str) -> bool:
    """Whether a colour lies on the house's ramp: between two of its anchors, each channel within a step of rounding."""
    seen = channels(colour)
    for first, second in pairwise(RAMP):
        start, stop = channels(first), channels(second)
        share = (seen[0] - start[0]) / (stop[0] - start[0])
        place = [low + (high - low) * share for low, high in zip(start, stop, strict=True)]
        if -0.01 <= share <= 1.01 and all(abs(one - other) <= 2 for one, other in zip(place, seen, strict=True)):
            return True
    return False
