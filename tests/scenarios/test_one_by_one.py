"""A smaller city as cells and enterprise by enterprise: every measure in mean and spread, and how many draws meet a target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.coverage.cells import Cells
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.simulation import luck, path, simulate
from analysis.scenarios.start import state_of
from analysis.scenarios.state import State
from analysis.study import Study
from tests.scenarios.one_by_one import City, lived, thinned

EVERY = 20  # the city has a twentieth of the enterprises: some 12,600
COUNTS = ("joint_organisations", "instructors_added")  # levers that count things, and are smaller in a smaller city
RARE = 1e-3  # how often a ratio of variances may fall outside where they are equal

SETTINGS: dict[str, tuple[str, int, int, dict[str, float], dict[str, float]]] = {
    "as it goes": ("baseline", 3, 120, {}, {}),
    "ten years": ("baseline", 10, 60, {}, {}),
    "the plan": ("conference", 3, 120, {}, {}),
    "decline": (
        "baseline", 3, 120,
        {"growth_rate_private": -0.15, "growth_rate_foreign": -0.02, "growth_rate_individual": -0.2}, {},
    ),
    "members come and go": (
        "baseline", 3, 120,
        {"leaving_rate": 0.1, "arriving_rate": 0.02, "confirmed_share": 0.9}, {"recruiting_rate": 0.09},
    ),
    "fewer instructors": (
        "baseline", 3, 120,
        {"instructors_added": -2000.0, "splitting_rate": 0.3},
        {"enterprises_per_instructor": 5, "joint_organisations": 0, "founding_rate": 0.4, "enterprise_growth": 0},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def small_cells(cells: Cells) -> Cells:
    return thinned(cells, EVERY)


@pytest.fixture(scope="module")
def city(small_cells: Cells, suzhou: Study) -> City:
    return City(small_cells, suzhou)


@pytest.fixture(scope="module")
def start(small_cells: Cells, suzhou: Study) -> State:
    return state_of(small_cells, suzhou)


def _in_proportion(scenario: Scenario) -> Scenario:
    rows = {name: scenario.dynamics[name] for name in COUNTS}
    smaller = {
        name: row.model_copy(update={end: getattr(row, end) / EVERY for end in ("value", "low", "high")})
        for name, row in rows.items()
    }
    decided = {name: value / (EVERY if name in COUNTS else 1) for name, value in scenario.decided.items()}
    return replace(scenario, dynamics={**scenario.dynamics, **smaller}, decided=decided)


def _settled(study: Study, name: str, assumed: dict[str, float], decided: dict[str, float]) -> Scenario:
    """A scenario with every assumption at a value, in the city's proportion."""
    plan = open_scenario(study, name).but(**decided)
    values = {one: row.value for one, row in plan.dynamics.items()}
    return _in_proportion(plan.assuming(**{**values, **assumed}))


def _rates(scenario: Scenario) -> dict[str, float]:
    return {name: float(row[0]) for name, row in scenario.values().items()}


@pytest.mark.parametrize("setting", SETTINGS)
def test_cells_come_to_what_enterprises_one_by_one_come_to(
    setting: str, suzhou: Study, city: City, start: State
) -> None:
    """Means within three standard errors; variances within the interval of their ratio."""
    from scipy.stats import f

    name, years, runs, assumed, decided = SETTINGS[setting]
    plan, rng = _settled(suzhou, name, assumed, decided), np.random.default_rng(8)
    singly = [lived(city, suzhou, _rates(plan), years=years, rng=rng) for _ in range(runs)]
    run = simulate(start, plan, years=years, draws=1024, seed=2, split=False)
    low, high = f.ppf([RARE / 2, 1 - RARE / 2], runs - 1, run.draws - 1)
    for measure in start.measures.names:
        found, cells = np.array([one[-1][measure] for one in singly]), run.of(measure)[-1]
        assert cells[0] >= 0
        assert singly[0][0][measure] == run.of(measure)[0, 0], measure  # they start alike
        error = np.sqrt(found.var(ddof=1) / runs + cells.var(ddof=1) / run.draws)
        assert abs(found.mean() - cells.mean()) <= 3 * error, (measure, found.mean(), cells.mean(), error)
        if cells.var() > 1:
            assert low < found.var(ddof=1) / cells.var(ddof=1) < high, (measure, found.std(), cells.std())


def test_as_many_draws_meet_a_target_as_cities_of_enterprises_do(suzhou: Study, city: City, start: State) -> None:
    """Under the same draws of the assumptions, to five points: every enterprise with three full members has its own."""
    plan, draws, years = _in_proportion(open_scenario(suzhou, "conference")), 256, 3
    values, rng = luck(plan, draws=draws, seed=4), np.random.default_rng(6)
    name = "organisation_3_full"
    required = float(start_of(start, f"{name}.meant"))
    singly = [
        lived(city, suzhou, {one: float(row[draw]) for one, row in values.items()}, years=years, rng=rng)[-1]
        for draw in range(draws)
    ]
    run = simulate(start, plan, years=years, draws=draws, seed=4, split=False)
    met = float(np.mean([one[f"{name}.have"] >= required for one in singly]))
    assert 0.2 < met < 0.8  # a share that could differ
    assert float((run.of(f"{name}.have")[-1] >= required).mean()) == pytest.approx(met, abs=0.05)


def start_of(state: State, name: str) -> float:
    """A measure of a state."""
    return float(state.measures.of(state)[state.measures.names.index(name), 0])


def test_a_path_without_chance_has_the_direction_that_enterprises_one_by_one_have(
    suzhou: Study, city: City, start: State
) -> None:
    """Of the enterprises with three full members in the first year: fewer, where a closure once said more."""
    plan, rng = _settled(suzhou, "baseline", {}, {}), np.random.default_rng(7)
    name = "organisation_3_full.meant"
    singly = [lived(city, suzhou, _rates(plan), years=1, rng=rng)[-1][name] for _ in range(60)]
    before, after = path(start, plan, 1).of(name)[:, 0]
    assert after < before
    assert np.mean(singly) == pytest.approx(after, abs=3 * np.std(singly) / np.sqrt(60))
