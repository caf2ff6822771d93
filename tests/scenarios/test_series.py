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
    Address,
    assumption_quantity,
    expected_quantity,
    lever_quantity,
    needed_quantity,
    parsed,
    quantity,
)
from analysis.scenarios.comparison import cost_table, measure_table, scenario_table, target_table
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.planning import least
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.resolving import resolve
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.series import series
from analysis.scenarios.simulation import Draws, path, simulate
from analysis.scenarios.state import State
from analysis.study import Study


@pytest.fixture(scope="module")
def runs(suzhou: Study, state: State, measures: Measures) -> list[Draws]:
    scenarios = [open_scenario(suzhou, "baseline"), open_scenario(suzhou, "conference").but(joint_organisations=150)]
    return [simulate(state, one, years=4, draws=100, seed=9, measures=measures) for one in scenarios]


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
    assert resolve(suzhou, cells, number.address) == number.value


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
    levers = (("founding_rate", value),) if of else ()
    address = Address(
        "low", "five_good#0~moving.met", year, "mean", draws, seed, ("320583", "SIP") if of else (), levers
    )
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
    table = target_table(runs[0]).set_index(["target", "reading", "base", "year"]).sort_index()
    frozen, moving = table.loc[("five_good", 0, "frozen")], table.loc[("five_good", 2, "moving")]
    assert set(frozen["required"]) == {1345}
    assert moving["required"].iloc[0] == 1345
    assert moving["required"].is_monotonic_increasing
    assert moving["required"].iloc[-1] > 1345


def test_a_wider_reading_is_met_by_no_more_draws(runs: list[Draws]) -> None:
    table = target_table(runs[1])
    for base in ("frozen", "moving"):
        met = [table[(table.target == "member_50") & (table.base == base) & (table.reading == row)] for row in range(3)]
        assert (met[0]["met"].to_numpy() >= met[1]["met"].to_numpy()).all()
        assert (met[1]["met"].to_numpy() >= met[2]["met"].to_numpy()).all()


def test_tables_hold_bands_in_order_and_targets_in_the_year_due(runs: list[Draws]) -> None:
    bands = measure_table(runs[0])[["p5", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (np.diff(bands, axis=1) >= 0).all()
    due = scenario_table(runs, years=4).set_index("target")
    assert set(due.loc["five_good", "year"]) == {2006}
    assert set(due.loc["member_50", "year"]) == {2007}
    assert set(due["scenario"]) == {"baseline", "conference, joint_organisations=150"}


def test_a_scenario_made_from_another_has_a_name_of_its_own_and_none_stands_twice(runs: list[Draws]) -> None:
    run = runs[0]
    made = replace(run, scenario=run.scenario.but(instructors_added=200))
    table = scenario_table([run, made], years=3)
    assert set(table["scenario"]) == {"baseline", "baseline, instructors_added=200"}
    assert made.scenario.name.en == "Baseline (Instructors added in a year 200)"
    assert made.scenario.name.zh != run.scenario.name.zh
    silent = replace(run, scenario=run.scenario.assuming(leaving_rate=0.1))
    for build in (lambda both: scenario_table(both, years=3), cost_table):
        with pytest.raises(ParameterError, match='"baseline" stands twice in one table; allowed: each once'):
            build([run, silent])


def test_what_chance_does_near_a_cap_is_shown(runs: list[Draws]) -> None:
    table = measure_table(runs[1], ["enterprises", "organisation_3_full.have"]).set_index(["name", "year"])
    off = (table["mean"] / table["without_chance"] - 1).abs()
    assert off[:, 2003].max() == 0
    assert (off["enterprises"] < 0.002).all()
    assert 0 < off["organisation_3_full.have"].max() < 0.02
    alone = replace(runs[1], expected=runs[1].expected[:, :, :0])
    assert measure_table(alone, ["covered"])["without_chance"].isna().all()


def test_costs_are_those_given_and_none_otherwise(runs: list[Draws]) -> None:
    assert cost_table(runs).empty
    priced = replace(runs[1], scenario=replace(runs[1].scenario, unit_costs={"instructors_added": 3.0}))
    row = cost_table([priced]).iloc[0]
    assert row["cost"] == row["units"] * 3 == 450


def test_every_kind_of_address_is_resolved(
    suzhou: Study, cells: Cells, state: State, measures: Measures, runs: list[Draws]
) -> None:
    plan = open_scenario(suzhou, "conference")
    split = quantity(runs[0], "covered", year=2006, stat=FROM_ASSUMPTIONS)
    assert 0.5 < split.value < 1
    run = path(state, plan.assuming(leaving_rate=0.1), 3, measures=measures)
    value = float(run.of("members")[3, 0])
    mean_field = expected_quantity(
        path(state, plan, 3, measures=measures), "members", year=2006, value=value, leaving_rate=0.1
    )
    question = Question(state, plan, measures, Goal("five_good", 2, by_year=2006), draws=64, seed=3)
    answer = least(question, "five_good_rate")
    needed, *ends = (needed_quantity(answer, plan, end) for end in ("value", "low", "high"))
    lever = lever_quantity(plan, "joint_organisations")
    assumed = assumption_quantity(plan.dynamics["leaving_rate"], "high")
    for number in (split, mean_field, needed, *ends, lever, assumed):
        assert resolve(suzhou, cells, number.address) == number.value, number.address
    assert {lever.status, assumed.status} == {Status.ASSUMED}
    assert {split.status, mean_field.status, needed.status} == {Status.SIMULATED}
    assert lever_quantity(plan, "joint_size").address == "dynamics:joint_size.value"


def test_an_address_of_something_else_is_refused(suzhou: Study, cells: Cells) -> None:
    for address in ("figure:operating", "dynamics:nothing.value"):
        with pytest.raises(WorkbookError):
            resolve(suzhou, cells, address)
