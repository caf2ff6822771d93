"""Paths and draws: the same under a seed, around the mean field; and the year told as it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.quantities import Language
from analysis.scenarios import year
from analysis.scenarios.assumptions import LEVERS
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import bands
from analysis.scenarios.simulation import BATCH, HORIZON, STEPS, Draws, expected, path, simplified, simulate
from analysis.scenarios.state import OWN_FROM, PARTS, POOLED_FROM, State
from analysis.views.blocks import Paragraph
from tests.examples import examples
from tests.papers import DRAWN, open_paper

seeds = st.integers(0, 10_000)


@pytest.fixture(scope="module")
def drawn(state: State, baseline: Scenario) -> Draws:
    return simulate(state, baseline, years=3, draws=3 * BATCH, seed=11)


def test_the_same_seed_gives_the_same_draws_on_any_number_of_threads(
    drawn: Draws, state: State, baseline: Scenario
) -> None:
    again = simulate(state, baseline, years=3, draws=3 * BATCH, seed=11, threads=1)
    assert np.array_equal(again.values, drawn.values)
    other = simulate(state, baseline, years=3, draws=BATCH, seed=12, split=False)
    assert not np.array_equal(other.values, drawn.values[:, :, :BATCH])


def test_more_draws_and_more_years_continue_fewer(drawn: Draws, state: State, baseline: Scenario) -> None:
    fewer = simulate(state, baseline, years=2, draws=10, seed=11, split=False)
    assert np.array_equal(fewer.values, drawn.values[:, :3, :10])


def test_no_lever_changed_is_the_baseline(drawn: Draws, state: State, baseline: Scenario) -> None:
    assert np.array_equal(simulate(state, baseline.but(), years=3, draws=5, seed=11).values, drawn.values[:, :, :5])
    as_it_is = baseline.but(**{name: baseline.lever(name) for name in LEVERS})
    once, again = (path(state, one, 3) for one in (baseline, as_it_is))
    assert np.array_equal(once.values, again.values)


@examples(15)
@given(place=seeds, seed=seeds, years=st.integers(1, 3), founds=st.booleans())
def test_the_draws_mean_is_the_mean_field_within_its_error_away_from_limits(
    small: Callable[[int], State],
    baseline: Scenario,
    place: int,
    seed: int,
    years: int,
    founds: bool,
) -> None:
    """Draw by draw under the same assumptions: the mean of so many differences is normal, and 4.5 of its errors rare.

    Where joint organisations are founded, whole ones are: counts that hang on them are left to the next test.
    """
    start = small(place)
    if not founds:
        nothing = np.zeros_like(start.joint)
        start = replace(start, joint=nothing, joint_good=nothing, joint_places=nothing)
    plan = baseline if founds else baseline.but(joint_organisations=0)
    run = simulate(start, plan, years=years, draws=2 * BATCH, seed=seed)
    free = ("enterprises", "members", "organisation_3_full.have")
    for name in free if founds else (*free, "covered", "organisations", "five_good.have"):
        off, error = (float(row[-1]) for row in run.off(name))
        assert abs(off) <= 4.5 * error, name


def test_near_a_limit_chance_takes_off_what_it_must(small: Callable[[int], State], baseline: Scenario) -> None:
    """Instructors' places for as many enterprises as are expected: of a normal number N with that mean, the mean of
    the lesser of N and its mean is lower by its standard deviation over the root of two pi."""
    plan = _settled(baseline).but(instructors_added=0)
    whole = expected(small(5), plan.values(), years=1)[small(5).measures.names.index("enterprises"), -1]
    start = replace(small(5), instructed=np.round(whole))
    run = simulate(start, plan, years=1, draws=1024, seed=3)
    off, error = (float(row[-1]) for row in run.off("instructed"))
    assert off == pytest.approx(-run.of("enterprises")[-1].std() / np.sqrt(2 * np.pi), abs=4.5 * error)
    assert off < -4.5 * error
    away, error = (float(row[-1]) for row in run.off("enterprises"))
    assert abs(away) < 4.5 * error


def _settled(scenario: Scenario) -> Scenario:
    """Every assumption at its value, and nothing in doubt but chance."""
    return scenario.assuming(**{name: row.value for name, row in scenario.dynamics.items()})


def test_the_assumptions_weigh_more_than_chance(drawn: Draws) -> None:
    for name in ("members", "covered", "five_good.have"):
        assumptions, chance = (part[-1] for part in drawn.split(name))
        assert assumptions > 4 * chance
        assert drawn.of(name)[-1].var() == pytest.approx(assumptions + chance, rel=0.15)


def test_bands_hold_what_they_say(drawn: Draws) -> None:
    quantiles = bands(drawn, "members").T
    for share, low, high in ((0.5, quantiles[1], quantiles[3]), (0.9, quantiles[0], quantiles[4])):
        inside = (drawn.of("members") >= low[:, None]) & (drawn.of("members") <= high[:, None])
        assert inside[1:].mean(axis=1) == pytest.approx(share, abs=0.02)


def test_a_run_can_be_stopped_and_keeps_what_is_done(state: State, baseline: Scenario) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, asked: int) -> bool:
        seen.append((done, asked))
        return len(seen) < 2

    stopped = simulate(state, baseline, years=1, draws=9 * BATCH, seed=1, progress=stop, threads=1)
    (first, asked), (second, _) = seen
    assert asked == 9 * BATCH
    assert 0 < first < second == stopped.draws < 9 * BATCH


def test_one_draw_is_a_path_and_none_is_refused(state: State, baseline: Scenario) -> None:
    one = simulate(state, baseline, years=1, draws=1, seed=1)
    assert np.ptp(bands(one, "covered"), axis=1).max() == 0
    for options in ({"draws": 0, "years": 1}, {"draws": 5, "years": 0}, {"draws": 5, "years": 99}):
        with pytest.raises(ParameterError, match="allowed: 1 to"):
            simulate(state, baseline, **options)


WORDS: dict[int, tuple[str, str]] = {3: ("三", "three"), 5: ("五", "five"), 8: ("八", "eight"), 10: ("十", "ten")}
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_tells_every_step_in_the_order_in_which_it_is_run(language: Language) -> None:
    context = open_paper("3_scenarios", language=language, years=HORIZON + 1).context
    told = [
        "".join(part for part in block.content if isinstance(part, str))
        for block in (*DRAWN["scenario"](context), *DRAWN["dynamics"](context))
        if isinstance(block, Paragraph)
    ]
    places = [told.index(one.said.of(language)) for one in STEPS]
    assert all(after == before + 1 for before, after in pairwise(places))
    assert all(one.of(language) in told[places[-1] :] for one in simplified())
    beyond = "推算超过十年" if language == "zh" else "further than ten years"
    assert any(beyond in one for one in told)


def test_a_year_has_every_rule_once() -> None:
    run = [happen for one in STEPS for happen in one.run]
    rules = [year.confirm, year.leave, year.arrive, year.recruit]
    rules += [year.found, year.join, year.instruct, year.judge]
    assert len(set(run)) == len(run)
    assert [one for one in run if one in rules] == rules


def test_the_numbers_told_are_those_of_the_code() -> None:
    founding = next(one.said for one in STEPS if year.found in one.run)
    told = [
        (founding, OWN_FROM),
        *zip(simplified()[:2], (POOLED_FROM, PARTS), strict=True),
        (simplified()[-1], HORIZON),
    ]
    for said, number in told:
        zh, en = WORDS[number]
        assert zh in said.zh
        assert f"{en} " in said.en
