"""Paths and draws: the same under a seed, around the mean field, and as enterprises one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.rates import LEVERS
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import BATCH, Draws, path, simulate
from analysis.scenarios.state import INDEPENDENT, JOINT, State
from analysis.scenarios.year import Start
from tests.scenarios.one_by_one import spelled_out, year


@pytest.fixture(scope="module")
def drawn(state: State, baseline: Scenario, measures: Measures) -> Draws:
    return simulate(state, baseline, years=3, draws=3 * BATCH, seed=11, measures=measures)


def test_the_same_seed_gives_the_same_draws_on_any_number_of_threads(
    drawn: Draws, state: State, baseline: Scenario, measures: Measures
) -> None:
    again = simulate(state, baseline, years=3, draws=3 * BATCH, seed=11, measures=measures, threads=1)
    assert np.array_equal(again.values, drawn.values)
    other = simulate(state, baseline, years=3, draws=BATCH, seed=12, measures=measures, split=False)
    assert not np.array_equal(other.values, drawn.values[:, :, :BATCH])


def test_more_draws_and_more_years_continue_fewer(
    drawn: Draws, state: State, baseline: Scenario, measures: Measures
) -> None:
    fewer = simulate(state, baseline, years=2, draws=10, seed=11, measures=measures, split=False)
    assert np.array_equal(fewer.values, drawn.values[:, :3, :10])


def test_no_lever_changed_is_the_baseline(drawn: Draws, state: State, baseline: Scenario, measures: Measures) -> None:
    assert np.array_equal(
        simulate(state, baseline.but(), years=3, draws=5, seed=11, measures=measures).values, drawn.values[:, :, :5]
    )
    as_it_is = baseline.but(**{name: baseline.lever(name) for name in LEVERS})
    once, again = (path(state, one, 3, measures=measures) for one in (baseline, as_it_is))
    assert np.array_equal(once.values, again.values)


def test_the_draws_lie_around_the_mean_field(drawn: Draws) -> None:
    """Under the same assumptions, draw by draw; near a cap the mean of a capped number is a little below the cap."""
    off = (drawn.values - drawn.expected)[:, 1:]
    error = off.std(axis=2) / np.sqrt(drawn.draws)
    away = [drawn.measures.names.index(name) for name in ("enterprises", "members", "organisations", "five_good.have")]
    scale = drawn.expected[:, 1:].mean(axis=2)
    assert (np.abs(off.mean(axis=2))[away] < 5 * error[away] + 2e-4 * scale[away]).all()
    assert (np.abs(off.mean(axis=2)) < 0.005 * scale).all()


def test_the_assumptions_weigh_more_than_chance(drawn: Draws) -> None:
    for name in ("members", "covered", "five_good.have"):
        assumptions, chance = (part[-1] for part in drawn.split(name))
        assert assumptions > 4 * chance
        assert drawn.of(name)[-1].var() == pytest.approx(assumptions + chance, rel=0.15)


def test_bands_hold_what_they_say(drawn: Draws) -> None:
    for share in (0.5, 0.9):
        low, high = drawn.band("members", share)
        inside = (drawn.of("members") >= low[:, None]) & (drawn.of("members") <= high[:, None])
        assert inside[1:].mean(axis=1) == pytest.approx(share, abs=0.02)


def test_a_run_can_be_stopped_and_keeps_what_is_done(state: State, baseline: Scenario, measures: Measures) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, asked: int) -> bool:
        seen.append((done, asked))
        return len(seen) < 2

    stopped = simulate(state, baseline, years=1, draws=9 * BATCH, seed=1, measures=measures, progress=stop, threads=1)
    (first, asked), (second, _) = seen
    assert asked == 9 * BATCH
    assert 0 < first < second == stopped.draws < 9 * BATCH


def test_one_draw_is_a_path_and_none_is_refused(state: State, baseline: Scenario, measures: Measures) -> None:
    one = simulate(state, baseline, years=1, draws=1, seed=1, measures=measures)
    low, high = one.band("covered", 0.9)
    assert np.array_equal(low, high)
    for options in ({"draws": 0, "years": 1}, {"draws": 5, "years": 0}, {"draws": 5, "years": 99}):
        with pytest.raises(ParameterError, match="allowed: 1 to"):
            simulate(state, baseline, measures=measures, **options)


def test_cells_agree_with_enterprises_one_by_one_in_mean_and_variance(
    small: Callable[[int], State], baseline: Scenario, measures: Measures
) -> None:
    start, draws, years = small(1), 400, 2
    rates = {name: float(row[0]) for name, row in baseline.values().items()}
    fixed = baseline.assuming(**rates)
    run = simulate(start, fixed, years=years, draws=draws, seed=2, measures=measures, split=False)
    mix, rng, found = Start.of(start).mix, np.random.default_rng(8), []
    for _ in range(draws):
        register = spelled_out(start, rng)
        assert register.members == start.members[0]
        for _ in range(years):
            register = year(register, rates, start, mix, rng)
        held = register.holding
        organisations = (held % 2 == INDEPENDENT).sum() + register.joint
        found.append(
            (held.size, register.members, (held != 0).sum(), organisations, (held > JOINT).sum() + register.joint_good)
        )
    names = ("enterprises", "members", "covered", "organisations", "five_good_organisations")
    for name, one_by_one in zip(names, np.array(found, dtype=float).T, strict=True):
        cells = run.of(name)[-1]
        error = np.sqrt((one_by_one.var() + cells.var()) / draws)
        assert abs(cells.mean() - one_by_one.mean()) < 4 * error + 1e-3 * cells.mean(), name
        assert cells.std() == pytest.approx(one_by_one.std(), rel=0.2), name
