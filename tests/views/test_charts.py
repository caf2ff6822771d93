"""What every chart promises."""

from __future__ import annotations

import re
from functools import cache

import pytest

from analysis.quantities import Language, Status
from analysis.views.blocks import Figure
from analysis.views.charts import coverage_bars, ladder
from analysis.views.render import drawn, png_of, svg_of
from tests.views.pictures import CITY, HOSTILE, PICTURES, paths, row, rows, texts

LANGUAGES: tuple[Language, ...] = ("zh", "en")
EVERY = pytest.mark.parametrize(("name", "language"), [(name, lang) for name in PICTURES for lang in LANGUAGES])


@cache
def figure(name: str, language: Language) -> Figure:
    return drawn(PICTURES[name](language), id=name, title="title")


@EVERY
def test_every_claim_is_drawn_with_its_mark(name: str, language: Language) -> None:
    words = " ".join(box.text for box in texts(figure(name, language).svg))
    assert figure(name, language).claims
    assert [claim.marked for claim in figure(name, language).claims if claim.marked not in words] == []


@EVERY
def test_no_digit_is_drawn_or_told_that_is_no_claim(name: str, language: Language) -> None:
    shown = figure(name, language)
    numbers = sorted({claim.marked for claim in shown.claims}, key=len, reverse=True)
    years = r"\b20\d\d\b" if name in ("fans", "broken_series") else r"\Z"
    unclaimed = re.compile("|".join([*map(re.escape, numbers), years]))
    drawn_words = [box.text for box in texts(shown.svg)]
    assert [text for text in (*drawn_words, shown.alt) if re.search(r"\d", unclaimed.sub("", text))] == []


@EVERY
def test_no_two_texts_run_into_one_another_and_none_leaves_the_sheet(name: str, language: Language) -> None:
    boxes = texts(figure(name, language).svg)
    width = float(re.findall(r'width="([\d.]+)"', figure(name, language).svg)[0])
    assert [(a.text, b.text) for at, a in enumerate(boxes) for b in boxes[at + 1 :] if a.touches(b)] == []
    assert [box.text for box in boxes if box.left < -0.5 or box.right > width + 0.5] == []


@EVERY
def test_a_chart_is_the_same_bytes_every_time(name: str, language: Language) -> None:
    assert drawn(PICTURES[name](language), id=name, title="title") == figure(name, language)


@EVERY
def test_it_is_an_altair_chart_that_draws_the_same(name: str, language: Language) -> None:
    assert svg_of(PICTURES[name](language).chart.to_dict(validate=True)) == figure(name, language).svg


@EVERY
def test_a_hostile_name_stays_text(name: str, language: Language) -> None:
    assert "<script" not in figure(name, language).svg


@EVERY
def test_nothing_but_the_one_typeface_is_asked_for(name: str, language: Language) -> None:
    assert set(re.findall(r'font-family="([^"]+)"', figure(name, language).svg)) == {"Noto Sans SC"}
    assert "aria-label=" not in figure(name, language).svg


@pytest.mark.parametrize(
    ("status", "words"), [(Status.SYNTHETIC, "Synthetic data†"), (Status.SIMULATED, "Simulated‡"), (Status.COUNTED, "")]
)
def test_a_chart_of_numbers_that_are_not_known_says_so(status: Status, words: str) -> None:
    shown = drawn(ladder(rows("en", status=status), language="en"), id="a", title="a")
    said = [box.text for box in texts(shown.svg) if box.text in {"Synthetic data†", "Simulated‡"}]
    assert said == ([words] if words else [])
    assert words in shown.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_paths_and_series_are_told_in_words_in_full(language: Language) -> None:
    for name in ("fans", "broken_series", "side_by_side"):
        assert [
            one.marked for one in figure(name, language).claims if one.marked not in figure(name, language).alt
        ] == []


def test_a_path_of_one_year_is_drawn() -> None:
    assert drawn(paths("en", years=1), id="paths", title="title").svg


def test_letters_leave_ink() -> None:
    """A typeface that is not found draws none, and says nothing."""
    with_words = ladder([row(1, 2, name="昆山市")], language="zh")
    svg = drawn(with_words, id="a", title="a").svg
    assert len(png_of(svg, scale=1)) > 2 * len(png_of(re.sub(r"<text.*?</text>", "", svg), scale=1))


def test_bars_stand_from_the_highest_to_the_lowest_and_undefined_ones_last() -> None:
    shown = drawn(coverage_bars(rows("en"), language="en"), id="a", title="a")
    rates = [box.text for box in texts(shown.svg) if re.fullmatch(r"[\d.]+%†|—", box.text)]
    assert rates == ["100.00%†", "6.33%†", "4.53%†", "0.02%†", "0.00%†", "—"]


def test_a_bar_is_as_long_as_its_rate() -> None:
    picture = coverage_bars([row(1, 4, name="a"), row(1, 2, name="b")], language="en")
    assert {bar["id"]: bar["rate"] for bar in picture.specification["datasets"]["rows"]} == {"a": 0.25, "b": 0.5}
    ends = {one["name"]: one["value"] for one in picture.specification["params"]}
    lengths = [float(width) for width in re.findall(r"h([\d.]+)v16", svg_of(picture.specification))]
    whole = ends["right"] - ends["left"]
    assert sorted(lengths) == pytest.approx([whole / 2, whole])


def test_no_row_with_a_rate_still_draws_dashes_and_says_so() -> None:
    shown = drawn(coverage_bars([row(0, 0, name="a")], language="zh"), id="a", title="题")
    assert "—" in [box.text for box in texts(shown.svg)]
    assert "没有可显示的比例" in shown.alt


@pytest.mark.parametrize("rows_shown", [1, 3, 13])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_number_of_rows_finds_room(rows_shown: int, language: Language) -> None:
    many = [row(place * 10, 9999, name=f"区{'甲乙丙丁戊己庚辛壬癸子丑寅'[place]}") for place in range(rows_shown)]
    boxes = texts(drawn(coverage_bars(many, language=language, rule=CITY), id="a", title="a").svg)
    assert [(a.text, b.text) for at, a in enumerate(boxes) for b in boxes[at + 1 :] if a.touches(b)] == []


def test_the_alternative_text_opens_with_the_title_and_names_the_extremes() -> None:
    alt = figure("coverage_bars", "en").alt
    assert alt.startswith("title. Highest joint ventures")
    assert "lowest 零 0.00%† (0† of 120†)" in alt
    assert alt.endswith("(Synthetic data†)")
    assert HOSTILE in figure("gap_dots", "en").alt
