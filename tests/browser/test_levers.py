"""Levers in a real JupyterLab and a real Chromium: a moved lever moves its paths, draws stop, a scenario is frozen."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.scenarios.scenario import open_scenario
from analysis.study import ROOT, open_study
from tests.browser import hands
from tests.browser.lab import chromium, lab, run_all

pytestmark = pytest.mark.browser
STUDY = 'study: str = "suzhou-2003"'


@pytest.fixture
def levers_notebook(tmp_path: Path) -> Iterator[str]:
    """Notebook 3 over a copy of the study, so that what is frozen here stays here; its paper's cells are left out."""
    folder = tmp_path / "suzhou-2003"
    shutil.copytree(ROOT / "data" / "suzhou-2003", folder)
    plain = json.loads((ROOT / "notebooks" / "3_scenarios.ipynb").read_text(encoding="utf-8"))
    plain["cells"] = [cell for cell in plain["cells"] if not re.match(r"study\.(?!levers)", "".join(cell["source"]))]
    ladder = {"id": "ladder", "metadata": {}, "outputs": [], "execution_count": None, "source": "study.ladder()"}
    plain["cells"].append({"cell_type": "code", **ladder})
    text = json.dumps(plain, ensure_ascii=False)
    was, now = (json.dumps(one)[1:-1] for one in (STUDY, f'study: str = "{folder}"'))
    assert was in text
    (ROOT / "reports").mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="browser-", dir=ROOT / "reports"))
    (place / "3_scenarios.ipynb").write_text(text.replace(was, now), encoding="utf-8")
    yield (place / "3_scenarios.ipynb").relative_to(ROOT).as_posix()
    shutil.rmtree(place, ignore_errors=True)


def test_a_moved_lever_moves_its_path_draws_are_stopped_and_the_scenario_is_frozen(
    levers_notebook: str, home: Path
) -> None:
    with lab(ROOT, home) as server, chromium() as (page, outside):
        run_all(page, server, levers_notebook)
        hands.idle(page)
        before, line = hands.finding(page), hands.line(page, "organisation_100")
        drawn = page.evaluate("window.kept = [...document.querySelectorAll('.cw-live svg')]; window.kept.length")
        assert drawn == 6

        hands.type_beside(page, "联合党组织", 400)
        page.wait_for_function("was => document.querySelector('.cw-finding').innerText !== was", arg=before)
        hands.line_moves(page, "organisation_100", line)
        page.locator(".cw-chips", has_text="→ 400").wait_for()

        hands.type_beside(page, "抽样次数", 5000)
        page.get_by_role("button", name="抽样，显示范围").click()
        bar = page.locator(".cw-drawing .widget-hprogress")
        bar.wait_for()
        page.wait_for_function("document.querySelector('.cw-drawing .progress-bar').style.width !== '0%'")
        page.get_by_role("button", name="停止", exact=True).click()
        page.locator(".cw-drawing", has_text="已停止，抽样").wait_for()
        assert bar.is_hidden()
        page.locator(".cw-finding", has_text="次抽样中").wait_for()

        page.locator(".widget-text input").last.fill("by-hand")
        page.get_by_role("button", name="保存为情景").click()
        page.wait_for_selector("text=--notebook 3_scenarios")
        study = open_study(home / "suzhou-2003")
        assert open_scenario(study, "by-hand").lever("joint_organisations") == 400
        assert "--set scenario=by-hand" in page.locator(".cw-frozen").inner_text()
        assert page.evaluate("window.kept.every((one) => one.isConnected)"), "a chart was drawn anew"

        chart = page.locator(".vega-embed:not(.cw-plot)").first  # an answer's chart, drawn by JupyterLab itself
        chart.scroll_into_view_if_needed()
        tooltip = page.locator("#vg-tooltip-element.visible")
        for _ in range(20):
            chart.hover(position={"x": 20, "y": 52})
            page.wait_for_timeout(200)
            chart.hover(position={"x": 22, "y": 54})
            if tooltip.count():
                break
        assert "10,547 / 289,513" in tooltip.inner_text()
        assert outside == []
