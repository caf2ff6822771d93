"""What matters most."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Status
from analysis.scenarios.addresses import Part, resolver, share_quantity
from analysis.scenarios.goals import Goal, Question
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import shares, sobol, tornado
from analysis.scenarios.simulation import expected
from analysis.scenarios.state import State
from analysis.scenarios.switching_values import overturned_of
from analysis.study import Study

CASE = json.loads((Path(__file__).parent.parent / "cases" / "sobol_ishigami.json").read_text(encoding="utf-8"))


def _ishigami(x: Array) -> Array:
    return np.asarray(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def test_sobol_shares_of_ishigami_s_function_are_the_analytic_ones() -> None:
    uniform = partial(np.interp, xp=[0, 1], fp=[-np.pi, np.pi])
    found = sobol(_ishigami, dict.fromkeys("abc", uniform), draws=2**14, seed=3)
    assert found["first"].tolist() == pytest.approx(CASE["expected"]["S1_analytic"], abs=CASE["tolerance"])
    assert found["total"].tolist() == pytest.approx(CASE["expected"]["ST_analytic"], abs=CASE["tolerance"])
    off = np.abs(found["total"] - CASE["expected"]["ST_analytic"])
    assert (off < 2 * found["total_error"] + 1e-3).all()
    assert found["total_error"].between(0, 0.05).all()


def test_a_number_that_does_not_move_has_no_shares() -> None:
    found = sobol(lambda x: np.ones(x.shape[1]), {"a": np.asarray, "b": np.asarray}, draws=8)
    assert found["total"].tolist() == [0, 0]
    with pytest.raises(ParameterError, match="a power of two"):
        sobol(_ishigami, {}, draws=100)


def test_the_tornado_shows_the_ends_of_every_assumption_in_doubt(state: State, baseline: Scenario) -> None:
    table = tornado(state, baseline, "five_good.share", years=3)
    assert set(table["assumption"]) == set(baseline.open)
    assert table["swing"].is_monotonic_decreasing
    assert table["assumption"][0] == "five_good_rate"
    row = table.iloc[0]
    low = expected(state, baseline.assuming(five_good_rate=row["low"]).values(), years=3)[:, -1, 0]
    names = state.measures.names
    assert row["at_low"] == pytest.approx(low[names.index("five_good.have")] / low[names.index("five_good.meant")])
    decided = tornado(state, baseline.but(five_good_rate=0.1), "five_good.share", years=3)
    assert "five_good_rate" not in set(decided["assumption"])


def test_sobol_and_tornado_agree_on_what_matters_most(state: State, baseline: Scenario) -> None:
    found = shares(state, baseline, "five_good.have", year=baseline.year + 1, points=64).table
    swings = tornado(state, baseline, "five_good.have", years=1)
    assert found["input"][0] == swings["assumption"][0]
    assert found["total"].sum() == pytest.approx(1, abs=0.3)


def test_what_no_single_assumption_can_turn_is_overturned_by_none(state: State, baseline: Scenario) -> None:
    question = Question(state, baseline, Goal("instructor_25", 0, by_year=2006))
    assert overturned_of([question], folder=None) == (None,)


def test_shares_of_the_variance_are_computed_again_from_their_address(
    suzhou: Study, cells: Cells, state: State
) -> None:
    plan = open_scenario(suzhou, "conference").but(joint_organisations=70)
    found = shares(state, plan, "covered", year=2005, points=16, seed=4)
    resolve = resolver(suzhou, cells)
    parts: tuple[Part, ...] = ("first", "total", "total_error")
    told = [share_quantity(found, name, part) for name in found.inputs[:3] for part in parts]
    assert [one.status for one in told] == [Status.SIMULATED] * 9
    assert "joint_organisations=70" in told[0].address
    assert [resolve(one.address) for one in told] == [one.value for one in told]
    with pytest.raises(WorkbookError, match="is not in doubt any more"):
        resolve(told[0].address.replace(found.inputs[0], "founding_rate"))
