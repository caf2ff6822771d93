"""Colours that everyone can read, and words that fit."""

from __future__ import annotations

import struct
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.style import RAMP, contrast, luminance
from analysis.views.marks import apart
from analysis.views.text_fit import text_width, wrapped
from analysis.views.theme import COVERED, UNCOVERED, font_folder, ink_on, shade

# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15:1291: deuteranopia, on linear RGB.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
LETTERS = st.text(alphabet="abcdefgh WM昆山市苏州（）()-<>&", max_size=60)


def test_the_ramp_darkens_evenly_in_a_grey_print() -> None:
    lightness = [np.cbrt(luminance(shade(place))) for place in np.linspace(0, 1, 11)]
    steps = [light - dark for light, dark in pairwise(lightness)]
    assert min(steps) > 0.4 * max(steps) > 0


def test_the_ramp_darkens_for_a_reader_who_sees_no_green() -> None:
    linear = [((np.array(list(bytes.fromhex(colour[1:]))) / 255) ** 2.2) for colour in RAMP]
    seen = [float(DEUTERANOPIA @ colour @ np.array([0.2126, 0.7152, 0.0722])) for colour in linear]
    assert all(dark < 0.85 * light for light, dark in pairwise(seen))


def test_covered_and_uncovered_differ_in_lightness() -> None:
    assert contrast(COVERED, UNCOVERED) > 3


@given(st.floats(-0.5, 1.5))
def test_words_on_any_shade_can_be_read(place: float) -> None:
    assert contrast(ink_on(shade(place)), shade(place)) >= 4.5


@pytest.mark.parametrize(
    "text",
    ["10,547† / 252,963†", "89.23%", "Suzhou Industrial Park", "有3名以上正式党员的企业", "Huqiu (New District)", "363—370 §‡…"],
)  # fmt: skip
def test_widths_are_those_of_the_typeface(text: str) -> None:
    true = sum(_advance(character) for character in text)
    assert text_width(text, 1.0) == pytest.approx(true, rel=0.03)


@example("（ <<山）", 40, 2)
@given(LETTERS, st.integers(40, 200), st.integers(1, 4))
def test_lines_fit_and_lose_nothing_but_what_an_ellipsis_stands_for(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, 13, most=most).split("\n")
    assert len(lines) <= most
    assert all(text_width(line, 13) <= width for line in lines)
    if "…" not in lines[-1]:
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_labels_in_a_column_never_touch_and_stay_inside(places: list[float]) -> None:
    placed = sorted(apart(places, 20, low=0, high=300))
    assert all(one + 20 <= two + 1e-6 for one, two in pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 300 + 1e-6


def test_labels_that_do_not_touch_stay_where_they_are() -> None:
    assert apart([20, 80], 10, low=0, high=100) == [20, 80]


def _advance(character: str) -> float:
    glyphs, advances = _typeface()
    return advances[min(glyphs[ord(character)], len(advances) - 1)] / 1000


@cache
def _typeface() -> tuple[dict[int, int], tuple[int, ...]]:
    """Glyphs by character and advances by glyph, from the font's cmap (format 12) and hmtx."""
    raw = (font_folder() / "NotoSansSC-Regular.otf").read_bytes()
    records = (struct.unpack_from(">4sIII", raw, 12 + 16 * n) for n in range(struct.unpack_from(">H", raw, 4)[0]))
    at = {tag.decode(): offset for tag, _, offset, _ in records}
    number = struct.unpack_from(">H", raw, at["hhea"] + 34)[0]
    advances = struct.unpack_from(">" + "Hh" * number, raw, at["hmtx"])[::2]
    tables = struct.unpack_from(">H", raw, at["cmap"] + 2)[0]
    places = [at["cmap"] + struct.unpack_from(">HHI", raw, at["cmap"] + 4 + 8 * n)[2] for n in range(tables)]
    (start,) = {place for place in places if struct.unpack_from(">H", raw, place)[0] == 12}
    groups = struct.unpack_from(">I", raw, start + 12)[0]
    spans = (struct.unpack_from(">III", raw, start + 16 + 12 * n) for n in range(groups))
    return {code: glyph + code - first for first, last, glyph in spans for code in range(first, last + 1)}, advances
