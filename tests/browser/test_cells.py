"""What a cell's table and figure can do in a browser: sorted, copied, saved, with nothing of the cards that stand on hover."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis import open_study
from analysis.views.page import asset, fragment
from tests.browser.lab import CHROMIUM, MISSING

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """The ladder as a cell of a notebook shows it."""
    from playwright.sync_api import sync_playwright

    shown = fragment(open_study("suzhou-2003", language="en").ladder().section)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(accept_downloads=True)
        page.set_content(f"<div>{shown}<script>{asset('cell.js')}</script></div>")
        yield page
        browser.close()


def saved(page: Any, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).first.click()
    return Path(waiting.value.path()).read_bytes()


def test_a_click_on_a_head_sorts_by_the_number_and_a_second_turns_it_round(page: Any) -> None:
    head = page.locator(".cw-table th", has_text="Coverage").first
    rates = page.locator(".cw-table tbody tr td:last-child .cw-claim > *:first-child").first
    head.click()
    most = rates.inner_text()
    assert head.get_attribute("aria-sort") == "descending"
    head.click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert rates.inner_text() != most


def test_a_table_is_saved_as_it_is_read(page: Any) -> None:
    lines = saved(page, "CSV").decode("utf-8-sig").splitlines()
    assert '"289,513"' in "".join(lines)
    assert len(lines) == 1 + page.locator(".cw-table").first.locator("tbody tr").count()
    assert "numerator" not in "".join(lines)
    assert not [line for line in lines if line.startswith(("=", "+", "@"))]


def test_a_figure_is_saved_as_svg_and_png(page: Any) -> None:
    assert b"<svg" in saved(page, "SVG")[:200]
    assert saved(page, "PNG").startswith(b"\x89PNG")
