"""Speed of scenarios, side by side in one run: `python -m tests.scenarios.bench`, and a part of `make bench`.

A processor that others use as well stretches the clock, so that ratios are taken of processor time (all cores summed).
The peers run in an environment of their own, `.venv-peers`, which `make bench` sets up; where it is not there their
rows are left out, and the output says so. Each peer is first held against our numbers on a smaller place.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.sources import cells_of
from analysis.scenarios.goals import Goal, Question, least
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.simulation import path, simulate
from analysis.scenarios.start import state_of
from analysis.scenarios.state import State
from analysis.study import Study, open_study
from tests.scenarios.beside import PYTHON, agreement, asked, written
from tests.scenarios.one_by_one import City, thinned

YEARS, DRAWS = 10, 1000
EVERY = 50  # enterprises to one in the place where the peers are held against ours
Row = tuple[str, str, str]


def seconds(work: Callable[[], object], *, times: int) -> tuple[float, float]:
    """The shortest of some runs after one that warms up, by the clock and by the processors."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    clock, processors = zip(*taken, strict=True)
    return min(clock), min(processors)


def grown(state: State, factor: int) -> State:
    """The same state with so many times the enterprises and members."""
    names = ("counts", "pools", "joint", "joint_good", "joint_places", "instructed")
    return replace(state, **{name: getattr(state, name) * factor for name in names})


def rows(study: Study) -> Iterator[Row]:
    """What was measured: a name, seconds, and what they are against a goal or against ours."""
    cells = cells_of(study)
    assert cells is not None
    state, scenario = state_of(cells, study), open_scenario(study, "baseline")

    def draws(of: State) -> Callable[[], object]:
        return lambda: simulate(of, scenario, years=YEARS, draws=DRAWS, seed=1, split=False)

    field = seconds(lambda: path(state, scenario, YEARS), times=50)
    here, larger = seconds(draws(state), times=5), seconds(draws(grown(state, 400)), times=5)
    question = Question(state, scenario, Goal("five_good", 0, by_year=2006))
    asked_back = seconds(lambda: least(question, "five_good_rate"), times=3)
    (mean_field, busy), (backwards, back_busy) = field, asked_back
    yield f"scenario, mean field, {YEARS} years", shown(mean_field), f"goal 0.01 s; processor {shown(busy)}"
    yield f"scenario, {DRAWS:,} draws x {YEARS} years", shown(here[0]), f"goal 2 s; processors {shown(here[1])}"
    yield "  at 400 times the enterprises", shown(larger[0]), f"{larger[1] / here[1]:.2g} times that; goal 1.5"
    yield "scenario, asked backwards", shown(backwards), f"goal 1 s; processors {shown(back_busy)}"
    single, ours = _one_by_one(cells, study, scenario), here[1]
    name = f"  by enterprise in numpy, {DRAWS:,} draws (from one)"
    yield name, shown(single * DRAWS), f"{single * DRAWS / ours:,.0f} times ours; goal 50"
    if PYTHON.exists():
        yield from _peers(study, cells, scenario, ours=ours / DRAWS, mean_field=busy)
    else:
        yield "  Mesa, OpenFisca", "–", "not measured: no .venv-peers (make bench sets it up)"


def shown(taken: float) -> str:
    """Seconds."""
    return f"{taken:,.3g} s" if taken < 1000 else f"{taken:,.0f} s"


def _one_by_one(cells: Cells, study: Study, scenario: Scenario) -> float:
    """One draw, enterprise by enterprise in numpy."""
    rates = {name: float(row[0]) for name, row in scenario.values().items()}
    city, rng = City(cells, study), np.random.default_rng(1)

    def run() -> None:
        after = city.today
        for _ in range(YEARS):
            after = city.year(after, rates, rng)

    return seconds(run, times=2)[1]


def _peers(study: Study, cells: Cells, scenario: Scenario, *, ours: float, mean_field: float) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        small = thinned(cells, EVERY)
        for line in agreement(study, small, scenario, Path(folder) / "small.npz", draws=24, years=4):
            yield line, "", ""
        task = written(cells, study, scenario, Path(folder) / "task.npz")
        mesa, fisca = asked("by_mesa.py", task, 1, YEARS), asked("by_openfisca.py", task, 5, YEARS)
    yield f"  Mesa {mesa.version}, one draw", shown(mesa.seconds), f"{mesa.seconds / ours:,.0f} times ours; goal 1,000"
    name = f"  OpenFisca-core {fisca.version}, expected path over cells"
    yield name, shown(fisca.seconds), f"{fisca.seconds / mean_field:.2g} times ours"
    yield (
        "  Mesa gives each enterprise a history, neighbours and behaviour of its own; cells hold none of that.",
        "",
        "",
    )
    yield "  OpenFisca dates every rule, traces every variable and serves reforms; ours is one fixed year.", "", ""


def main() -> None:
    """Measure and print."""
    for name, taken, against in rows(open_study(sys.argv[1] if len(sys.argv) > 1 else "suzhou-2003")):
        print(f"{name:<52}  {taken:>10}  {against}".rstrip(), flush=True)
    print(f"load a processor in the last minute: {os.getloadavg()[0] / (os.cpu_count() or 1):.1f}")


if __name__ == "__main__":
    main()
