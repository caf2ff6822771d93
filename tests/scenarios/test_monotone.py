"""More of a lever that helps: what it never does to coverage, without chance, with it, and in a single draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scenarios.assumptions import ALLOWED, rates_of
from analysis.scenarios.random_draws import EXPECTED, Array, Chance, Drawn
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import expected, luck, simulate, step
from analysis.scenarios.state import NONE, TOP, State
from tests.examples import examples
from tests.scenarios.still import still

HELPFUL = (
    "recruiting_rate",
    "first_members_per_100_staff",
    "transfer_per_100_staff",
    "founding_rate",
    "joint_organisations",
    "joint_size",
    "instructors_added",
    "enterprises_per_instructor",
    "five_good_rate",
)
DRAWS, YEARS = 256, 3
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
RARE = 1e-6  # how often one comparison may fail where nothing is lowered
# The sum of symmetric differences, over the root of the sum of their squares, is beyond z with chance exp(-z * z / 2) at most,
# however many there are and however they are spread: Efron (1969), Journal of the American Statistical Association 64, 1278.
Z = float(np.sqrt(-2 * np.log(RARE)))

levers = st.sampled_from(HELPFUL)
seeds = st.integers(0, 10_000)
twice = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


def _ends(lever: str, parts: list[float]) -> list[float]:
    """Two values in the lever's range (of counts: up to what is in reach of a place), the second not below the first."""
    most = min(ALLOWED[lever].most, 600)
    least = max(ALLOWED[lever].least, 0)
    return [least + part * (most - least) for part in parts]


@examples(40)
@given(lever=levers, parts=twice, seed=seeds)
def test_without_chance_more_of_a_helpful_lever_never_lowers_coverage_under_any_draw_of_the_assumptions(
    small: Callable[[int], State], baseline: Scenario, lever: str, parts: list[float], seed: int
) -> None:
    start, years = small(seed), 4
    less, more = (
        expected(start, luck(baseline.but(**{lever: end}), draws=16, seed=seed), years=years)
        for end in _ends(lever, parts)
    )
    rounding = (
        np.finfo(float).eps * start.counts.size * years * 8
    )  # of each enterprise, as a year's eight steps add up cells
    enterprises = start.measures.names.index("enterprises")
    for name in ("covered", "instructed"):
        row = start.measures.names.index(name)
        assert (more[row] - less[row] >= -rounding * less[enterprises]).all(), name


@examples(8)
@given(lever=levers, parts=twice, seed=seeds, of_all=st.booleans(), founds=st.booleans())
def test_with_the_same_luck_more_of_a_helpful_lever_lowers_neither_the_mean_nor_a_reported_quantile(
    state: State,
    small: Callable[[int], State],
    baseline: Scenario,
    lever: str,
    parts: list[float],
    seed: int,
    of_all: bool,
    founds: bool,
) -> None:
    """But for the places of the one joint organisation that rounding up may found, where any are founded."""
    founds = founds or lever.startswith("joint_")
    plan = baseline if founds else baseline.but(joint_organisations=0)
    start, (low, high) = (state if of_all else small(seed)), _ends(lever, parts)

    def covered(end: float, seed: int) -> Array:
        run = simulate(start, plan.but(**{lever: end}), years=YEARS, draws=DRAWS, seed=seed, split=False)
        return run.of("covered")[-1]

    less, more, elsewhere = covered(low, seed), covered(high, seed), covered(low, seed + 1)
    rounded = 0.0 if not founds else high if lever == "joint_size" else baseline.dynamics["joint_size"].high
    change = more + rounded - less
    assert change.sum() >= -Z * np.sqrt((change**2).sum())
    for share in QUANTILES:
        line = np.quantile(elsewhere, share)  # of other draws, so that it does not hang on these
        fell = ((more + rounded < line) & (less >= line)).sum()
        rose = ((more + rounded >= line) & (less < line)).sum()
        assert fell - rose <= Z * np.sqrt(fell + rose), (
            share
        )  # of draws that cross, as many cross either way: McNemar (1947)


@pytest.mark.parametrize("chance", [EXPECTED, Drawn(np.random.default_rng(1))], ids=["expected", "drawn"])
def test_no_coupling_can_keep_a_single_draw_from_falling_since_organisations_are_whole(
    state: State, baseline: Scenario, chance: Chance
) -> None:
    """Nothing is left to chance here. Two large enterprises, one of them ready to found; every one opens another a year.

    One that founds spares a joint organisation in the first year, whose second place would have been filled in the next.
    """
    counts = np.zeros((*state.counts.shape[:-1], 1))
    counts[0, 0, -1, [0, TOP], NONE, 0, 0] = 1.0
    nothing = np.zeros_like(state.joint)
    two = replace(
        state, counts=counts, pools=0 * state.pools, joint=nothing + 1, joint_good=nothing, joint_places=nothing + 3
    )
    growing: dict[str, Any] = {name: 1.0 for name in baseline.dynamics if name.startswith("growth_rate_")}
    growing |= {"enterprise_growth": 1.0, "entrant_size": 1.0, "joint_size": 2.0, "joint_organisations": 1.0}

    def covered(founding: float) -> float:
        now, mix = replace(two, instructed=np.zeros(1)), two.mix
        for _ in range(2):
            values = rates_of(still(baseline, founding_rate=founding, **growing), state.categories)
            now, _ = step(now, values, mix=mix, chance=chance)
        return float(state.measures.of(now)[state.measures.names.index("covered"), 0])

    assert (covered(0), covered(1)) == ((6, 6) if chance is EXPECTED else (7, 6))
