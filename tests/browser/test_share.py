"""The page that needs no Python, in a real browser: it opens at once, follows clicks and keys, and asks nobody for anything."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.briefing.share_page import STEPS, write_share
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import base_selection
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.study import Study
from tests.browser.lab import CHROMIUM, MISSING
from tests.examples import TIMES

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@pytest.fixture(scope="module")
def opened(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, list[str]]]:
    """The page in a browser, and every address that it asked for."""
    from playwright.sync_api import sync_playwright

    place: Path = tmp_path_factory.mktemp("share") / "page.html"
    write_share(suzhou, place)
    asked: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en-GB")
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(f"error: {error}"))
        page.goto(place.as_uri())
        page.wait_for_selector("[data-took]")
        yield page, asked
        browser.close()


def choose(page: Any, **state: int) -> str:
    """Set the controls; the finding that follows."""
    for number, name in enumerate(("place", "kind", "base")):
        page.select_option(f"select >> nth={number}", str(state[name]))
    page.evaluate(
        "step => { const one = document.querySelector('input[type=range]'); one.value = step; "
        "one.dispatchEvent(new Event('input')); }",
        state["step"],
    )
    return str(page.inner_text(".cw-finding"))


def test_its_finding_is_what_is_counted(opened: tuple[Any, list[str]], suzhou: Study) -> None:
    page, _ = opened
    counter, bases = Counter(suzhou, cells_of(suzhou)), [one for one in suzhou.settings.bases if one.figure is None]
    draw = random.Random(3)
    for _ in range(12 * TIMES):  # fifty, and more, in `make soak`; tests/briefing has fifty without a browser
        place, kind = draw.randrange(len(suzhou.districts) + 1), draw.randrange(len(suzhou.settings.categories) + 1)
        base, step = draw.randrange(len(bases)), draw.randrange(len(STEPS))
        told = choose(page, place=place, kind=kind, base=base, step=step)
        chosen = Selection(
            districts=(suzhou.districts[place - 1].id,) if place else (),
            categories=(suzhou.settings.categories[kind - 1].id,) if kind else (),
            staff_from=STEPS[step],
        )
        within = base_selection(bases[base], chosen)
        if told == "No enterprise is in this selection.":
            assert not within.categories or not counter.count("enterprises", within).value
            continue
        numbers = re.findall(r"^Of ([\d,]+)|([\d,]+)[†§]? \(", told)
        said = [int("".join(pair).replace(",", "")) for pair in numbers]
        having = (within, within.but(organisation="any"), within.but(instructor="yes"))
        assert said == [int(counter.count("enterprises", one).value) for one in having], told


def test_a_click_selects_and_a_second_takes_back(opened: tuple[Any, list[str]]) -> None:
    page, _ = opened
    choose(page, place=0, kind=0, base=0, step=0)
    page.locator('[data-chart="map"] .mark-text text', has_text="Changshu").click()
    assert "in Suzhou," not in page.inner_text(".cw-finding")
    page.locator('[data-chart="map"] .mark-text text', has_text="Changshu").click()
    assert "in Suzhou," in page.inner_text(".cw-finding")


def test_a_name_beside_the_bars_selects_as_its_bar_does(opened: tuple[Any, list[str]]) -> None:
    page, _ = opened
    choose(page, place=0, kind=0, base=0, step=0)
    page.locator('[data-chart="bars"] .mark-text text', has_text="Kunshan").click()
    assert "in Kunshan," in page.inner_text(".cw-finding")
    page.locator('[data-chart="bands"] .mark-text text', has_text="Private").click()
    assert "private enterprises in Kunshan," in page.inner_text(".cw-finding")


def test_everything_is_reached_and_moved_by_keys(opened: tuple[Any, list[str]]) -> None:
    page, _ = opened
    choose(page, place=0, kind=0, base=0, step=0)
    page.locator("select").first.focus()
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert "with 10 or more staff" in page.inner_text(".cw-finding")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.inner_text(".cw-finding").startswith("Of 252,963 ")


def test_it_speaks_both_languages_and_asks_nobody(opened: tuple[Any, list[str]]) -> None:
    page, asked = opened
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector('html[lang="zh-CN"] [data-took]')
    assert "家有党组织覆盖" in page.inner_text(".cw-finding")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector('html[lang="en-GB"] [data-took]')
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
