"""A reader's hands on the page of charts, and what an independent count over the register's rows says they should see."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.coverage.answers import State
from analysis.coverage.indicators import base_of, base_selection
from analysis.coverage.selection import Selection
from analysis.study import Study
from tests.coverage.test_cells import counted

SLIDERS = {"staff": 0, "members": 1}
WAIT = 15_000


def drawn(page: Any) -> int:
    """How many frames were drawn."""
    return int(page.locator(".cw-live").get_attribute("data-drawn"))


def finding(page: Any) -> str:
    """The sentence above the charts."""
    return str(page.locator(".cw-finding").inner_text())


def texts(page: Any, chart: str) -> list[str]:
    """Every text drawn in a chart, read from its elements."""
    return [str(text) for text in page.locator(f'[data-chart="{chart}"] svg .mark-text text').all_text_contents()]


def click(page: Any, chart: str, label: str, *, add: bool = False) -> None:
    """Click the mark whose text alternative or drawn words hold a label."""
    place = point_at(page, chart, label)
    if add:
        page.keyboard.down("Shift")
    page.mouse.click(*place)
    if add:
        page.keyboard.up("Shift")


def point_at(page: Any, chart: str, label: str) -> tuple[float, float]:
    """Move the mouse to where a label is drawn; where that is."""
    target = page.locator(f'[data-chart="{chart}"] svg .mark-text text', has_text=label).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*place)
    return place


def press(page: Any, slider: str, key: str) -> None:
    """Press a key on a slider's handle."""
    page.locator(".noUi-handle").nth(SLIDERS[slider]).press(key)


def type_in(page: Any, slider: str, value: int) -> None:
    """Type a number beside a slider, as a reader may who wants one exactly."""
    readout = page.locator(".widget-readout").nth(SLIDERS[slider])
    readout.fill(str(value))
    readout.press("Enter")


def type_beside(page: Any, label: str, value: int) -> None:
    """Type a number beside the slider whose label holds a text."""
    readout = page.locator(".widget-slider", has_text=label).first.locator(".widget-readout")
    readout.fill(str(value))
    readout.press("Enter")


def line(page: Any, chart: str) -> str:
    """The line of a live path as it is drawn: the points that its last line goes through."""
    return str(page.evaluate(f"({_LINE})", chart))


def line_moves(page: Any, chart: str, was: str) -> None:
    """Wait until the line of a live path is no longer where it was."""
    page.wait_for_function(f"([chart, was]) => ({_LINE})(chart) !== was", arg=[chart, was], timeout=WAIT)


_LINE = """
(chart) => [...document.querySelectorAll(`[data-chart="${chart}"] svg .mark-line path`)].at(-1).getAttribute('d')
"""


def idle(page: Any) -> None:
    """Wait until the kernel has run all that it was asked to."""
    page.wait_for_function(_ALL_IS_RUN, timeout=90_000)


_ALL_IS_RUN = """
() => {
  const notebook = window.jupyterapp.shell.currentWidget;
  const cells = [...notebook.model.cells].filter((cell) => cell.type === 'code');
  return notebook.sessionContext.session.kernel.status === 'idle' && cells.every((cell) => cell.executionCount);
}
"""


def choose(page: Any, number: int, label: str) -> None:
    """Choose an entry of the n-th dropdown among the controls."""
    page.locator(".widget-dropdown select").nth(number).select_option(label=label)


def wait_for(page: Any, wanted: str) -> None:
    """Wait until the finding holds a text, marks apart."""
    holds = "wanted => document.querySelector('.cw-finding')?.innerText.replaceAll('†', '').includes(wanted)"
    page.wait_for_function(holds, arg=wanted, timeout=WAIT)


def expected(register: pd.DataFrame, study: Study, state: State) -> dict[str, list[str]]:
    """The fractions that the finding and the districts' bars must show, from the register's rows alone."""
    base = base_of(study, state.base)
    chosen = base_selection(base, state.within)
    bars = [chosen.but(districts=(row.id,)) for row in study.districts]
    return {
        "finding": [f"{count:,}" for count in _pair(register, chosen)],
        "bars": sorted("{:,} / {:,}".format(*_pair(register, one)) for one in bars),
    }


def sees(page: Any, register: pd.DataFrame, study: Study, state: State) -> None:
    """Fail unless finding and bars come to show what the register's rows say."""
    told = expected(register, study, state)
    if not int(told["finding"][1].replace(",", "")):
        wait_for(
            page, "没有符合所选条件" if page.locator(".cw-live").get_attribute("lang") == "zh-CN" else "No enterprise"
        )
        return
    for number in told["finding"]:
        wait_for(page, number)
    for _ in range(50):
        shown = sorted(text.replace("†", "") for text in texts(page, "bars") if " / " in text)
        if shown == told["bars"]:
            return
        page.wait_for_timeout(100)
    assert shown == told["bars"]


def _pair(register: pd.DataFrame, chosen: Selection) -> tuple[int, int]:
    if not chosen.categories:
        return 0, 0
    return counted(register, chosen.but(organisation="any")), counted(register, chosen)


FRAME_TIME = """
async ([slider, key]) => {
  const page = document.querySelector('.cw-live');
  const handle = document.querySelectorAll('.noUi-handle')[slider];
  handle.focus();
  const changed = new Promise((resolve) => {
    const watch = new MutationObserver(() => { watch.disconnect(); requestAnimationFrame(() => resolve(performance.now())); });
    watch.observe(page, { attributes: true, attributeFilter: ['data-drawn'] });
  });
  const start = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  return (await changed) - start;
}
"""


def frame_time(page: Any, slider: str, key: str) -> float:
    """Milliseconds from a key press on a slider to all charts drawn anew."""
    return float(page.evaluate(FRAME_TIME, [SLIDERS[slider], key]))
