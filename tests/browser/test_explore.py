"""Explore in a real JupyterLab and a real Chromium without a network: what the hands do, every view shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from analysis.briefing.parameters import from_file
from analysis.coverage.answers import State
from analysis.sources.synthetic import register_of
from analysis.study import ROOT, Study
from tests.browser import hands
from tests.browser.lab import (
    TOKEN,
    Server,
    chromium,
    is_refused,
    lab,
    restart,
    run_again,
    run_all,
    socket_answer,
    voila,
)

pytestmark = pytest.mark.browser
KEEP = "window.kept = [...document.querySelectorAll('.cw-live svg')]; window.kept.length"
KEPT = "window.kept.every((one) => one.isConnected) && document.querySelectorAll('.cw-live svg').length === window.kept.length"


def test_moves_and_clicks_change_every_view_and_the_view_is_frozen_and_printed(
    suzhou: Study, notebook: str, home: Path
) -> None:
    register = register_of(suzhou)
    with lab(ROOT, home) as server, chromium() as (page, outside):
        _no_door_is_open(page, server, notebook)
        run_all(page, server, notebook)
        hands.wait_for(page, "10,547")
        assert page.evaluate(KEEP) == 6

        _names_and_tooltips(page, hands.expected(register, suzhou, State(("320583",), base="operating"))["finding"])
        hands.type_in(page, "staff", 49)
        hands.press(page, "staff", "ArrowRight")
        hands.sees(page, register, suzhou, State(base="operating", staff_from=50))

        hands.click(page, "map", "昆山市")
        page.wait_for_function("document.querySelector('.cw-chips').innerText.includes('昆山市')")
        hands.sees(page, register, suzhou, State(("320583",), base="operating", staff_from=50))
        heat = hands.texts(page, "bands")
        hands.click(page, "map", "太仓市", add=True)
        hands.sees(page, register, suzhou, State(("320583", "320585"), base="operating", staff_from=50))
        assert hands.texts(page, "bands") != heat

        _refuse(page)
        frozen = from_file(_freeze_and_begin_to_print(page, Path(notebook).parent.name))
        assert (frozen["district"], frozen["staff_threshold"]) == ("320583,320585", 50)

        page.get_by_role("button", name="清除筛选").click()
        hands.wait_for(page, "10,547")
        assert page.evaluate(KEPT), "a chart was drawn anew instead of being kept"

        beside = _beside(notebook)
        other = page.context.new_page()
        run_all(other, server, beside)
        hands.type_in(other, "staff", 100)
        hands.sees(other, register, suzhou, State(base="operating", staff_from=100))
        hands.sees(page, register, suzhou, State(base="operating"))
        assert other.locator(".cw-stale").is_hidden()
        other.close()
        _open_what_was_printed(page)

        restart(page)
        hands.press(page, "staff", "ArrowRight")
        page.locator(".cw-stale", has_text="内核已重新启动").wait_for(timeout=20_000)
        run_again(page)
        hands.wait_for(page, "10,547")
        hands.type_in(page, "staff", 200)
        hands.sees(page, register, suzhou, State(base="operating", staff_from=200))
        assert page.locator(".cw-stale").is_hidden()
        assert outside == []


def _beside(notebook: str) -> str:
    """The same notebook once more, up to its view."""
    plain = json.loads((ROOT / notebook).read_text(encoding="utf-8"))
    last = next(number for number, cell in enumerate(plain["cells"]) if "widget" in cell["metadata"].get("tags", []))
    beside = notebook.replace("2_coverage", "beside")
    (ROOT / beside).write_text(json.dumps(plain | {"cells": plain["cells"][: last + 1]}), encoding="utf-8")
    return beside


def _names_and_tooltips(page: Any, counted: list[str]) -> None:
    """A slider says what it is to who cannot see it, and a district's tooltip has its numerator, base and status."""
    assert page.locator(".noUi-handle").first.get_attribute("aria-label").startswith("正式职工不少于")
    hands.point_at(page, "map", "昆山市")
    tooltip = page.locator(".cw-tip:not([hidden])")
    tooltip.wait_for(timeout=hands.WAIT)
    for words in ("昆山市", *counted, "合成"):
        assert words in tooltip.inner_text()


def _refuse(page: Any) -> None:
    """A name that no file can have is refused with what is allowed, and nothing is printed."""
    page.locator(".widget-text input").first.fill("../elsewhere")
    page.get_by_role("button", name="打印简报").click()
    page.locator("[role=alert]", has_text="文件名可用字母、数字").wait_for(timeout=hands.WAIT)
    assert page.locator(".cw-written").count() == 0


def _freeze_and_begin_to_print(page: Any, name: str) -> Path:
    """Freeze what is on the screen under a name, and print it by the button; the view goes on answering meanwhile."""
    page.locator(".widget-text input").first.fill(name)
    page.get_by_role("button", name="保存当前选择").click()
    page.wait_for_selector(f"text=workbook briefing --parameters reports/suzhou-2003/frozen/{name}.toml")
    page.get_by_role("button", name="打印简报").click()
    page.locator(".widget-hprogress").wait_for(timeout=20_000)
    return ROOT / "reports" / "suzhou-2003" / "frozen" / f"{name}.toml"


def _open_what_was_printed(page: Any) -> None:
    """Wait for the printed document, and open it where its link leads."""
    link = page.locator(".cw-written a", has_text="briefing.pdf")
    link.wait_for(timeout=90_000)
    if link.get_attribute("download") is None:
        assert page.request.get(urljoin(page.url, link.get_attribute("href"))).body().startswith(b"%PDF")
        return
    with page.expect_download() as got:  # as people do it: by a click
        link.click()
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF")


def _no_door_is_open(page: Any, server: Server, notebook: str) -> None:
    """Without the token nobody gets a file, a view or an extension."""
    picture = Path(notebook).with_name("seal.svg")
    (ROOT / picture).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    for door in ("files", "voila/files", "voila/render", "lab/tree", "api/contents", "nbconvert/html"):
        for path in (picture.as_posix(), notebook):
            found = page.request.get(f"{server.base}/{door}/{path}")
            assert found.status in (403, 404) or "/login" in found.url, (door, path)
    managed = page.request.post(server.url("/lab/api/extensions"), data={"cmd": "install", "extension_name": "x"})
    assert managed.status >= 400


def test_colleagues_get_the_same_view_without_code_and_only_by_token(suzhou: Study, notebook: str, home: Path) -> None:
    register = register_of(suzhou)
    with voila(ROOT, home, notebook) as server, chromium() as (page, outside):
        page.goto(server.base + "/")
        assert "/login" in page.url, "without the token there must be no view"
        assert "/login" in page.request.get(server.base + "/api/kernels").url
        page.goto(server.url("/"), timeout=90_000)
        page.wait_for_selector(".cw-live[data-drawn]", timeout=90_000)
        assert "open_study" not in page.content()
        hands.type_in(page, "staff", 100)
        hands.sees(page, register, suzhou, State(base="operating", staff_from=100))
        hands.click(page, "map", "昆山市")
        hands.sees(page, register, suzhou, State(("320583",), base="operating", staff_from=100))
        frozen = _freeze_and_begin_to_print(page, Path(notebook).parent.name)
        assert from_file(frozen)["staff_threshold"] == 100
        kernel = page.evaluate("JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId")
        assert socket_answer(server, f"/api/kernels/{kernel}/channels") in (302, 403)
        assert socket_answer(server, f"/api/kernels/{kernel}/channels?token=wrong") in (302, 403)
        assert socket_answer(server, f"/api/kernels/{kernel}/channels?token={TOKEN}") == 101
        _open_what_was_printed(page)
        document = urljoin(page.url, page.locator(".cw-written a").first.get_attribute("href"))
        assert is_refused(document), "a document needs the token as well"
        picture = Path(notebook).with_name("seal.svg")
        (ROOT / picture).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
        for path in ("pyproject.toml", picture.as_posix()):
            assert page.request.get(f"{server.base}/voila/files/{path}").status == 403
        assert outside == []
