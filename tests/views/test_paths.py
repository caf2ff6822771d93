"""The fan chart: every number a claim, nothing over another, the same bytes."""

from __future__ import annotations

import re
from functools import cache

import pytest

from analysis.quantities import Language, Status
from analysis.views.blocks import Figure
from analysis.views.path_charts import fans
from analysis.views.render import Picture, drawn, svg_of
from analysis.views.rows import Panel, Year
from analysis.views.wording import claim
from tests.views.pictures import HOSTILE, LONG, share, texts

LANGUAGES: tuple[Language, ...] = ("zh", "en")
EVERY = pytest.mark.parametrize("language", LANGUAGES)
ENDS = (
    (1.0, 1.0, 0.99, 1.0),
    (0.0, 0.001, 0.0, 0.002),
    (0.5, 0.31, 0.299, 0.334),
    (0.634, 0.8, 0.1, 0.95),
    (0.2, 0.2, 0.2, 0.2),
)


def picture(language: Language, *, years: int = 3) -> Picture:
    panels = []
    for number, (start, end, low, high) in enumerate(ENDS):
        steps = [part / years for part in range(years + 1)]
        path = [start + (end - start) * step for step in steps]
        points = tuple(
            Year(2003 + at, value + (low - end) * step, value, value, value, value + (high - end) * step)
            for at, (value, step) in enumerate(zip(path, steps, strict=True))
        )
        said = [claim(share(value, status=Status.SIMULATED), language, form="1") for value in (start, end, low, high)]
        name = (LONG.of(language), HOSTILE, "昆山市（高新区）", "a", "零")[number]
        panels.append(Panel(f"p{number}", name, points, (0.8, 0.9, 1.0), *said))
    return fans(panels, language=language)


@cache
def figure(language: Language) -> Figure:
    return drawn(picture(language), id="paths", title="title")


@EVERY
def test_every_claim_is_drawn_with_its_mark_and_nothing_else_but_years(language: Language) -> None:
    words = " ".join(box.text for box in texts(figure(language).svg))
    assert [one.marked for one in figure(language).claims if one.marked not in words] == []
    left = words
    for marked in sorted({one.marked for one in figure(language).claims}, key=len, reverse=True):
        left = left.replace(marked, "")
    assert set(re.findall(r"\d+", left)) == {"2003", "2006"}


@EVERY
def test_no_text_runs_into_another_or_leaves_the_sheet(language: Language) -> None:
    boxes = texts(figure(language).svg)
    width = float(re.findall(r'width="([\d.]+)"', figure(language).svg)[0])
    assert [(a.text, b.text) for at, a in enumerate(boxes) for b in boxes[at + 1 :] if a.touches(b)] == []
    assert [box.text for box in boxes if box.left < -0.5 or box.right > width + 0.5] == []


@EVERY
def test_it_is_the_same_bytes_every_time_and_keeps_the_schema(language: Language) -> None:
    assert drawn(picture(language), id="paths", title="title") == figure(language)
    assert svg_of(picture(language).chart.to_dict(validate=True)) == figure(language).svg


@EVERY
def test_it_tells_in_words_where_every_path_ends(language: Language) -> None:
    for one in figure(language).claims:
        assert one.marked in figure(language).alt


def test_a_path_of_one_year_is_drawn() -> None:
    assert drawn(picture("en", years=1), id="paths", title="title").svg
