"""Speed of scenarios, side by side in one run: `python -m tests.scenarios.bench`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analysis.coverage.sources import cells_of
from analysis.scenarios.outcomes import measures_of
from analysis.scenarios.planning import least
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.simulation import path, simulate
from analysis.scenarios.state import State, state_of
from analysis.scenarios.year import Start
from analysis.study import open_study
from tests.scenarios.one_by_one import spelled_out, year

YEARS, DRAWS = 10, 1000


def seconds(work: Callable[[], object], *, times: int) -> float:
    """The shortest of some runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def grown(state: State, factor: int) -> State:
    """The same state with so many times the enterprises and members."""
    names = ("counts", "pools", "joint", "joint_good", "joint_places", "instructed")
    return replace(state, **{name: getattr(state, name) * factor for name in names})


def main() -> None:
    """Measure and print a line each."""
    study = open_study("suzhou-2003")
    cells = cells_of(study)
    assert cells is not None
    state, measures, scenario = state_of(cells, study), measures_of(study), open_scenario(study, "baseline")

    def draws(of: State) -> Callable[[], object]:
        return lambda: simulate(of, scenario, years=YEARS, draws=DRAWS, seed=1, measures=measures, split=False)

    mean_field = seconds(lambda: path(state, scenario, YEARS, measures=measures), times=20)
    here, larger = seconds(draws(state), times=3), seconds(draws(grown(state, 400)), times=3)
    question = Question(state, scenario, measures, Goal("five_good", 0, by_year=2006))
    backwards = seconds(lambda: least(question, "five_good_rate"), times=3)
    rates = {name: float(row[0]) for name, row in scenario.values().items()}
    mix, rng = Start.of(state).mix, np.random.default_rng(1)
    register = spelled_out(state, rng)

    def one_by_one() -> None:
        after = register
        for _ in range(YEARS):
            after = year(after, rates, state, mix, rng)

    single = seconds(one_by_one, times=2)
    print(f"mean field, {YEARS} years: {mean_field * 1000:.1f} ms")
    print(f"{DRAWS} draws x {YEARS} years: {here:.2f} s; at 400 times the enterprises {larger / here:.2f} times that")
    print(f"backwards: {backwards:.2f} s")
    print(
        f"enterprise by enterprise, one draw: {single:.2f} s; {DRAWS} draws {single * DRAWS / here:.0f} times as long"
    )


if __name__ == "__main__":
    main()
