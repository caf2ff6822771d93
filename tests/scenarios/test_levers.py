"""Levers under a reader's hands: nothing moved is the scenario, and what is decided is what was moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.scenarios.assumptions import ALLOWED, LEVERS
from analysis.scenarios.levers import contradicting, lever_model, meant, moved_from, set_by_hand, shown, span
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.study import Study
from tests.examples import examples


@pytest.mark.parametrize("name", ["baseline", "conference", "ambitious", "low"])
def test_no_lever_moved_is_the_scenario(suzhou: Study, name: str) -> None:
    start = open_scenario(suzhou, name)
    assert set_by_hand(start, {lever: start.lever(lever) for lever in LEVERS}) is start


def test_a_lever_moved_back_to_its_assumption_is_no_longer_decided(suzhou: Study) -> None:
    start = open_scenario(suzhou, "conference")
    now = set_by_hand(start, {"joint_organisations": start.dynamics["joint_organisations"].value})
    assert set(start.decided) - set(now.decided) == {"joint_organisations"}
    assert moved_from(start, now) == ("joint_organisations",)
    assert "joint_organisations" in now.open


@examples(60)
@given(data=st.data())
def test_what_the_control_shows_is_what_is_meant(baseline: Scenario, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(LEVERS))
    low, high = span(baseline.dynamics, name)
    value = round(data.draw(st.floats(low, high)), 6)
    assert meant(baseline.dynamics, name, shown(baseline.dynamics, name, value)) == pytest.approx(value, abs=1e-9)


def test_every_scenario_stands_inside_the_controls_and_these_inside_what_may_be(suzhou: Study) -> None:
    scenarios = [open_scenario(suzhou, name) for name in scenario_names(suzhou)]
    dynamics = scenarios[0].dynamics
    fields = lever_model(dynamics, scenarios).model_json_schema()["properties"]
    assert tuple(fields) == LEVERS
    for name, field in fields.items():
        low, high = (meant(dynamics, name, field[end]) for end in ("minimum", "maximum"))
        assert ALLOWED[name].least <= low < high <= ALLOWED[name].most
        assert all(low <= scenario.lever(name) <= high for scenario in scenarios)
        assert field["zh"]
        assert field["unit_en"]
        assert dynamics[name].why_zh in field["help_zh"]


def test_a_lever_out_of_its_range_or_unknown_is_refused(baseline: Scenario) -> None:
    with pytest.raises(ParameterError, match="joint_organisations: out of its range"):
        set_by_hand(baseline, {"joint_organisations": 6000})
    with pytest.raises(ParameterError, match="no such lever"):
        set_by_hand(baseline, {"joint_organisation": 60})


def test_levers_that_contradict_each_other_are_named(suzhou: Study) -> None:
    start = open_scenario(suzhou, "conference")
    (found,) = contradicting(start, {"recruiting_rate": 0})
    assert (found.first, found.second) == ("recruiting_rate", "first_members_per_100_staff")
    with pytest.raises(ParameterError, match="nobody is admitted"):
        set_by_hand(start, {"recruiting_rate": 0})
