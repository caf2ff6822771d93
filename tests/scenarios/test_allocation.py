"""Who gets what: greedy and integer programming agree, and constraints are kept or named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError
from analysis.scenarios.addresses import division_quantity, resolver
from analysis.scenarios.allocation import Allocation, divided, greedy, instructor_gains
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.state import State
from analysis.study import Study
from tests.examples import examples

CASE = json.loads((Path(__file__).parent.parent / "cases" / "ip_knapsack_p07.json").read_text(encoding="utf-8"))
FALLING = np.array([[9.0, 5.0, 1.0, 0.0], [8.0, 7.0, 6.0, 2.0], [4.0, 3.0, 3.0, 3.0]])


def exact(gains: Array, budget: float, *, costs: Sequence[float] | None = None) -> Allocation:
    """The best division by mixed-integer programming, of any shape of gains: (district, unit).

    A unit costs what it does in its district, 1 where no costs are given.
    """
    districts, most = gains.shape
    price = np.ones(districts) if costs is None else np.asarray(costs, dtype=float)
    later = np.kron(np.eye(districts), np.eye(most)[1:] - np.eye(most)[:-1])  # a unit needs the one before
    spent = price @ np.kron(np.eye(districts), np.ones(most))
    solved = milp(
        -gains.reshape(-1),
        integrality=np.ones(gains.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.vstack([spent, later]), -np.inf, [budget, *np.zeros(len(later))]),
    )
    assert solved.status == 0, solved.message
    units = np.rint(solved.x.reshape(gains.shape).sum(axis=1)).astype(np.int64)
    return Allocation(units, float(-solved.fun), 0.0)


def test_the_published_knapsack_is_solved() -> None:
    given_, wanted = CASE["inputs"], CASE["expected"]
    profits = np.array(given_["profits"], dtype=float)[:, None]
    found = exact(profits, given_["capacity"], costs=given_["weights"])
    assert found.gain == wanted["optimum"]
    assert found.units.tolist() == wanted["selection"]


@examples(25)
@given(seed=st.integers(0, 5000), districts=st.integers(1, 5), units=st.integers(1, 6), budget=st.integers(0, 20))
def test_greedy_equals_integer_programming_where_gains_fall(seed: int, districts: int, units: int, budget: int) -> None:
    gains = -np.sort(-np.random.default_rng(seed).integers(0, 50, size=(districts, units)).astype(float), axis=1)
    quick, proved = greedy(gains, budget), exact(gains, budget)
    assert quick.gain == pytest.approx(proved.gain)
    assert quick.units.sum() <= budget


def test_a_budget_of_nothing_gives_nothing_and_has_a_price() -> None:
    found = greedy(FALLING, 0)
    assert found.units.tolist() == [0, 0, 0]
    assert (found.gain, found.shadow_price) == (0, 9)


def test_what_gains_nothing_is_not_spent() -> None:
    found = greedy(FALLING, 100)
    assert found.units.tolist() == [3, 4, 4]
    assert found.shadow_price == 0


def test_the_shadow_price_is_what_one_more_would_gain() -> None:
    for budget in range(8):
        one, more = greedy(FALLING, budget), greedy(FALLING, budget + 1)
        assert one.shadow_price == more.gain - one.gain


@pytest.mark.parametrize(
    ("gains", "budget", "told"),
    [
        (np.array([[1.0, 2.0]]), 1, "gains more than the one before"),
        (np.array([[-1.0]]), 1, "negative"),
        (np.array([[1.0]]), -1, "budget: -1; allowed: from 0"),
    ],
)
def test_gains_and_budgets_that_cannot_be_are_refused(gains: np.ndarray, budget: int, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        greedy(gains, budget)


def test_instructors_reach_the_staff_that_have_none(by_district: State) -> None:
    gains = instructor_gains(by_district, per_instructor=10, most=60)
    assert gains.shape == (len(by_district.places), 60)
    assert (np.diff(gains, axis=1) <= 1e-9).all()
    everyone = instructor_gains(by_district, per_instructor=1e7, most=1).sum()
    free = by_district.counts[:, :, :, :, :, 0, 0].sum(axis=(0, 3, 4))
    assert everyone == pytest.approx((free * by_district.staff).sum())


def test_a_district_without_enterprises_gets_nothing(by_district: State) -> None:
    from dataclasses import replace

    counts = by_district.counts.copy()
    counts[3] = 0
    gains = instructor_gains(replace(by_district, counts=counts), per_instructor=10, most=20)
    assert greedy(gains, 50).units[3] == 0


def test_the_instructors_of_a_scenario_are_divided_to_the_last(
    suzhou: Study, cells: Cells, by_district: State, baseline: Scenario
) -> None:
    found = divided(by_district, baseline.but(instructors_added=40), years=2)
    assert sum(found.units.values()) == 80
    assert found.price > 0
    for part, district in (("units", "320583"), ("staff", "320583"), ("price", "all")):
        number = division_quantity(found, district, part)
        assert resolver(suzhou, cells)(number.address) == number.value
    assert sum(divided(by_district, baseline, years=2).units.values()) == 0
