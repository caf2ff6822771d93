"""Speed under the hand: a slider's move in a real JupyterLab, beside the plain way to the same view.

The plain way counts with pandas over the register's rows and shows its chart anew at each move. Then fifty moves at
random, each held against an independent count over the rows, in both languages and at two widths.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coverage.answers import State, answer
from analysis.coverage.lookup import Board, board_of
from analysis.coverage.sources import cells_of
from analysis.sources.synthetic import register_of
from analysis.study import ROOT, Study, open_study
from analysis.views.explorer import frame_of
from tests.bench_county import COUNTIES, ENTERPRISES, county_board
from tests.browser import hands
from tests.browser.lab import CHROMIUM, MISSING, Server, chromium, lab, run_all

MOVES = 50
PLACE = ROOT / "reports" / "browser-bench"
PLAIN = """
import altair as alt, ipywidgets
from analysis.sources.synthetic import register_of
from analysis.study import open_study
alt.JupyterChart.enable_offline()
register = register_of(open_study("suzhou-2003"))
shown = ipywidgets.Output()
slider = ipywidgets.IntSlider(0, 0, 300)

def show(change):
    large = register[register["staff"] >= change["new"]]
    covered = large.assign(covered=large["organisation"] != "none")
    rates = covered.groupby("district", observed=True)["covered"].mean().reset_index()
    shown.clear_output(wait=True)
    with shown:
        display(alt.JupyterChart(alt.Chart(rates).mark_bar().encode(x="covered", y="district")))

slider.observe(show, names="value")
show({"new": 0})
ipywidgets.VBox([slider, shown])
"""
PLAIN_TIME = """
async (key) => {
  const handle = document.querySelector('.noUi-handle');
  const before = document.querySelector('.jp-OutputArea .vega-embed canvas, .jp-OutputArea .vega-embed svg');
  handle.focus();
  const start = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  for (;;) {
    await new Promise(requestAnimationFrame);
    const now = document.querySelector('.jp-OutputArea .vega-embed canvas, .jp-OutputArea .vega-embed svg');
    if ((now && now !== before) || performance.now() - start > 8000) return performance.now() - start;
  }
}
"""


def main() -> None:
    """Measure, and print what was measured."""
    study = open_study("suzhou-2003")
    register = register_of(study)
    _python_side(study, register)
    _county_side(study)
    if CHROMIUM is None:
        print(f"explore in a browser: {MISSING}")
        return
    with _place() as place, tempfile.TemporaryDirectory() as home, lab(ROOT, Path(home)) as server:
        _browser(server, place)
        for language, width in (("zh", 1280), ("en", 1920)):
            _random_moves(server, _notebook(place, language), study, register, language=language, width=width)


def told(times: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):6.1f} ms, 95% within {ordered[int(0.95 * (len(ordered) - 1))]:6.1f} ms"


def _python_side(study: Study, register: pd.DataFrame) -> None:
    cells = cells_of(study)
    assert cells is not None
    board = board_of(study, cells)
    _moves("a move, numbers of all views by look-up", lambda staff: answer(board, State(staff_from=staff)))
    _moves("a move, numbers and words of all views", lambda staff: _frame(board, staff))
    _moves(f"a move, one view by pandas over {len(register):,} rows", lambda staff: _plainly(register, staff))


def _county_side(study: Study) -> None:
    board = county_board(study)
    scale = f"{ENTERPRISES:,} enterprises, {COUNTIES} counties"
    _moves(f"the same, numbers, {scale}", lambda staff: answer(board, State(staff_from=staff)))
    _moves(f"the same, numbers and words, {scale}", lambda staff: _frame(board, staff))


def _frame(board: Board, staff: int) -> None:
    frame_of(board.study, answer(board, State(base="operating", staff_from=staff)), "zh")


def _plainly(register: pd.DataFrame, staff: int) -> None:
    large = register[register["staff"] >= staff]
    large.assign(covered=large["organisation"] != "none").groupby("district", observed=True)["covered"].mean()


def _moves(name: str, move: Callable[[int], object]) -> None:
    """Print how long moves of a slider take, by the clock and in time of the processor, which other work does not lengthen."""
    clock, processor = [], []
    for staff in range(1, 60):
        start, spent = time.perf_counter(), time.process_time()
        move(staff)
        processor.append((time.process_time() - spent) * 1000)
        clock.append((time.perf_counter() - start) * 1000)
    print(f"{name}: {told(clock)}; of the processor {statistics.median(processor):.2f} ms", flush=True)


def _browser(server: Server, place: Path) -> None:
    with chromium() as (page, outside):
        run_all(page, server, _notebook(place, "zh"))
        hands.wait_for(page, "10,547")
        page.wait_for_timeout(3000)
        times = [_paused(page, lambda: hands.frame_time(page, "staff", "ArrowRight")) for _ in range(60)][10:]
        print(f"key press to six charts drawn, in JupyterLab {told(times)}")
        assert outside == []
    plain = place / "plain.ipynb"
    plain.write_text(json.dumps(_one_cell(PLAIN)), encoding="utf-8")
    with chromium() as (page, outside):
        run_all(page, server, plain.relative_to(ROOT).as_posix(), view=".vega-embed", drawn=" :is(canvas, svg)")
        page.wait_for_timeout(3000)
        times = [_paused(page, lambda: float(page.evaluate(PLAIN_TIME, "ArrowRight"))) for _ in range(15)]
        print(f"key press to one chart, the plain way        {told(times)}")
        assert outside == []


def _paused(page: Any, move: Callable[[], float]) -> float:
    page.wait_for_timeout(60)
    return move()


def _random_moves(
    server: Server, notebook: str, study: Study, register: pd.DataFrame, *, language: str, width: int
) -> None:
    rng = random.Random(width)
    state = State(base="operating")
    with chromium(width=width) as (page, outside):
        run_all(page, server, notebook)
        hands.wait_for(page, "10,547")
        for _ in range(MOVES):
            state = _move(page, study, state, rng, language)
            hands.sees(page, register, study, state)
        assert outside == []
    print(f"{MOVES} moves at random, {language}, {width} px: every value as counted over the rows")


def _move(page: Any, study: Study, state: State, rng: random.Random, language: str) -> State:
    """One move of a control at random, and the state it leads to."""
    changes: dict[str, Any] = {}
    which = rng.choice(["district", "category", "base", "managed", "staff"])
    if which == "district":
        row = rng.choice(study.districts)
        hands.choose(page, 0, row.label.of(language))  # type: ignore[arg-type]
        changes["districts"] = (row.id,)
    elif which == "category":
        category = rng.choice(study.settings.categories)
        label = category.label.of(language)  # type: ignore[arg-type]
        hands.choose(page, 1, label[:1].upper() + label[1:])
        changes["categories"] = (category.id,)
    elif which == "base":
        base = rng.choice([base for base in study.settings.bases if base.figure is None])
        label = base.short_label.of(language)  # type: ignore[arg-type]
        hands.choose(page, 2, label[:1].upper() + label[1:])
        changes["base"] = base.id
    elif which == "managed":
        name = rng.choice(["any", "yes", "no"])
        page.locator(".widget-dropdown select").nth(3).select_option(index=["any", "yes", "no"].index(name))
        changes["directly_managed"] = name
    else:
        staff = rng.randint(0, 300)
        hands.type_in(page, "staff", staff)
        changes["staff_from"] = staff
    names = ("districts", "categories", "base", "staff_from", "full_members_from", "directly_managed")
    return State(**{name: changes.get(name, getattr(state, name)) for name in names})


@contextmanager
def _place() -> Iterator[Path]:
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        yield PLACE
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


def _notebook(place: Path, language: str) -> str:
    """Notebook 2 up to its widget, in a language."""
    plain = json.loads((ROOT / "notebooks" / "2_coverage.ipynb").read_text(encoding="utf-8"))
    last = next(number for number, cell in enumerate(plain["cells"]) if "widget" in cell["metadata"].get("tags", []))
    plain["cells"] = plain["cells"][: last + 1]
    path = place / f"explore-{language}.ipynb"
    text = json.dumps(plain).replace('language: str = \\"zh\\"', f'language: str = \\"{language}\\"')
    path.write_text(text, encoding="utf-8")
    return path.relative_to(ROOT).as_posix()


def _one_cell(source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


if __name__ == "__main__":
    main()
