"""Simulated numbers: marked, addressed, and computed again from the address."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Status
from analysis.scenarios.addresses import (
    FROM_ASSUMPTIONS,
    assumption_quantity,
    cost_quantity,
    expected_quantity,
    lever_quantity,
    needed_quantity,
    quantity,
    resolver,
)
from analysis.scenarios.goals import Goal, Question, least
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.series import Address, bands, due, number_at, parsed, series
from analysis.scenarios.simulation import Draws, path, simulate
from analysis.scenarios.state import State
from analysis.study import Study


@pytest.fixture(scope="module")
def runs(suzhou: Study, state: State) -> list[Draws]:
    scenarios = [open_scenario(suzhou, "baseline"), open_scenario(suzhou, "conference").but(joint_organisations=150)]
    return [simulate(state, one, years=4, draws=100, seed=9) for one in scenarios]


@pytest.mark.parametrize(
    ("name", "stat"),
    [
        ("covered", "p50"),
        ("members", "mean"),
        ("five_good.share", "p5"),
        ("organisation_100.have", "p95"),
        ("five_good#2.required", "p50"),
        ("five_good#0~moving.missing", "p50"),
        ("member_50#1.met", "mean"),
    ],
)
def test_a_simulated_number_is_computed_again_from_its_address(
    runs: list[Draws], suzhou: Study, cells: Cells, name: str, stat: str
) -> None:
    number = quantity(runs[1], name, year=2006, stat=stat)
    assert number.status is Status.SIMULATED
    assert number.status.mark == "‡"
    assert "conference" in number.address
    assert "draws=100&seed=9" in number.address
    assert "joint_organisations=150" in number.address
    assert resolver(suzhou, cells)(number.address) == number.value


def test_a_share_names_its_base_and_a_count_is_whole(runs: list[Draws]) -> None:
    share = quantity(runs[0], "member_50.share", year=2006)
    assert share.base is not None
    assert 0 <= share.value <= 1
    assert isinstance(quantity(runs[0], "member_50.have", year=2006).value, int)


@given(
    year=st.integers(2000, 2040),
    draws=st.integers(1, 9999),
    seed=st.integers(0, 9999),
    value=st.floats(0, 1),
    of=st.booleans(),
)
def test_an_address_is_read_back_as_it_was_written(year: int, draws: int, seed: int, value: float, of: bool) -> None:
    levers = {"founding_rate": value} if of else {}
    asked = {"year": year, "stat": "mean", "draws": draws, "seed": seed}
    address = Address("simulated", "low", "five_good#0~moving.met", asked, levers)
    assert parsed(str(address)) == address


@pytest.mark.parametrize("bad", ["simulated:low", "simulated:low/covered?year=x&stat=p5&draws=1&seed=1"])
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(ParameterError, match="not the address of a simulated number"):
        parsed(bad)


@pytest.mark.parametrize("name", ["coverd", "five_good#7.met", "five_good#0~sinking.met", "five_good.shares", "x.have"])
def test_a_number_that_there_is_not_is_refused(runs: list[Draws], name: str) -> None:
    with pytest.raises(ParameterError, match="allowed"):
        series(runs[0], name)
    with pytest.raises(ParameterError, match="allowed"):
        quantity(runs[0], name, year=2006)


def test_a_year_or_statistic_that_there_is_not_is_refused(runs: list[Draws]) -> None:
    with pytest.raises(ParameterError, match="year: 2010; allowed: 2003 to 2007"):
        quantity(runs[0], "covered", year=2010)
    with pytest.raises(ParameterError, match="allowed: mean, p0 to p100"):
        quantity(runs[0], "covered", year=2006, stat="median")


def test_a_third_of_the_organisations_is_1345_frozen_and_more_on_a_moving_base(runs: list[Draws]) -> None:
    frozen, moving = (series(runs[0], f"five_good#{reading}.required") for reading in (0, 2))
    assert (frozen == 1345).all()
    middle = np.median(moving, axis=1)
    assert middle[0] == 1345
    assert (np.diff(middle) >= 0).all()
    assert middle[-1] > 1345


def test_a_wider_reading_is_met_by_no_more_draws(runs: list[Draws]) -> None:
    for base in ("frozen", "moving"):
        met = [series(runs[1], f"member_50#{reading}~{base}.met") for reading in range(3)]
        assert (met[0] >= met[1]).all()
        assert (met[1] >= met[2]).all()


def test_bands_are_in_order_and_targets_are_due_in_their_year(runs: list[Draws]) -> None:
    for name in runs[0].measures.names:
        assert (np.diff(bands(runs[0], name), axis=1) >= 0).all()
    dues = {rule.target.id: due(runs[0], rule, years=4) for rule in runs[0].measures.rules}
    assert (dues["five_good"], dues["member_50"]) == (2006, 2007)


def test_a_scenario_made_from_another_has_a_name_of_its_own(runs: list[Draws]) -> None:
    start = runs[0].scenario
    made = start.but(instructors_added=200)
    assert made.key == "baseline, instructors_added=200"
    assert made.name.en == "Baseline (Instructors added in a year 200)"
    assert made.name.zh != start.name.zh


def test_what_chance_does_near_a_cap_is_shown(runs: list[Draws]) -> None:
    apart = {
        name: [
            abs(number_at(runs[1], name, "mean", year=year) / number_at(runs[1], name, "without_chance", year=year) - 1)
            for year in runs[1].years
        ]
        for name in ("enterprises", "organisation_3_full.have")
    }
    assert apart["enterprises"][0] == apart["organisation_3_full.have"][0] == 0
    assert max(apart["enterprises"]) < 0.002
    assert 0 < max(apart["organisation_3_full.have"]) < 0.02


def test_costs_are_those_given_and_none_otherwise(runs: list[Draws]) -> None:
    priced = replace(runs[1].scenario, unit_costs={"instructors_added": 3.0})
    more = priced.lever("instructors_added") - priced.dynamics["instructors_added"].value
    assert cost_quantity(priced, "instructors_added").value == more * 3 == 450
    with pytest.raises(ParameterError, match="unit_costs"):
        cost_quantity(runs[1].scenario, "instructors_added")


def test_every_kind_of_address_is_resolved(suzhou: Study, cells: Cells, state: State, runs: list[Draws]) -> None:
    plan = open_scenario(suzhou, "conference")
    split = quantity(runs[0], "covered", year=2006, stat=FROM_ASSUMPTIONS)
    assert 0.5 < split.value < 1
    run = path(state, plan.assuming(leaving_rate=0.1), 3)
    value = float(run.of("members")[3, 0])
    mean_field = expected_quantity(path(state, plan, 3), "members", year=2006, value=value, leaving_rate=0.1)
    question = Question(state, plan, Goal("five_good", 2, by_year=2006), draws=64, seed=3)
    answer = least(question, "five_good_rate")
    needed, *ends = (needed_quantity(answer, plan, end) for end in ("value", "low", "high"))
    lever = lever_quantity(plan, "joint_organisations")
    assumed = assumption_quantity(plan.dynamics["leaving_rate"], "high")
    for number in (split, mean_field, needed, *ends, lever, assumed):
        assert resolver(suzhou, cells)(number.address) == number.value, number.address
    assert {lever.status, assumed.status} == {Status.ASSUMED}
    assert {split.status, mean_field.status, needed.status} == {Status.SIMULATED}
    assert lever_quantity(plan, "joint_size").address == "dynamics:joint_size.value"


def test_an_address_of_something_else_is_refused(suzhou: Study, cells: Cells) -> None:
    for address in ("figure:operating", "dynamics:nothing.value"):
        with pytest.raises(WorkbookError):
            resolver(suzhou, cells)(address)
