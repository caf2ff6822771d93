"""Scenario files and levers under a reader's hands: only what differs is decided, and every fault is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError, WorkbookError
from analysis.scenarios.assumptions import ALLOWED, LEVERS, dynamics_of
from analysis.scenarios.levers import contradicting, lever_model, meant, moved_from, set_by_hand, shown, span
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names, triangular
from analysis.study import Study, open_study
from tests.examples import examples

HEAD = 'zh = "试"\nen = "trial"\nwhy_zh = "试"\nwhy_en = "trial"\n'


def test_the_study_has_a_baseline_a_plan_and_two_beside(suzhou: Study) -> None:
    names = scenario_names(suzhou)
    assert names[0] == "baseline"
    assert {"conference", "ambitious", "low"} <= set(names)
    assert not open_scenario(suzhou, "baseline").decided


@pytest.mark.parametrize("name", ["conference", "ambitious", "low"])
def test_a_scenario_says_only_where_it_differs(suzhou: Study, name: str) -> None:
    scenario = open_scenario(suzhou, name)
    for lever in LEVERS:
        assert scenario.lever(lever) == scenario.decided.get(lever, scenario.dynamics[lever].value)
    assert set(scenario.open) == {
        one for one, row in scenario.dynamics.items() if row.low < row.high and one not in scenario.decided
    }


@pytest.mark.parametrize(
    ("levers", "told"),
    [
        (
            "recruting_rate = 0.05",
            r'trial.toml, levers: no such lever; seen "recruting_rate".*did you mean recruiting_rate\?',
        ),
        ("founding_rate = 1.2", r"levers, founding_rate: out of its range.*1.2.*allowed: 0 to 1"),
        ("founding_rate = nan", r"levers, founding_rate: out of its range"),
        ("recruiting_rate = 0\nfirst_members_per_100_staff = 0.1", "nobody is admitted, and first members are"),
        ("instructors_added = -5\nfirst_members_per_100_staff = 0.1", "instructors are withdrawn"),
        ('founding_rate = "all"', "founding_rate"),
        ("exit_large = 0.5", 'no such lever; seen "exit_large"'),
    ],
)
def test_a_fault_of_a_scenario_file_is_told(suzhou: Study, tmp_path: Path, levers: str, told: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(f"{HEAD}[levers]\n{levers}\n", encoding="utf-8")
    with pytest.raises(DataError, match=told):
        open_scenario(suzhou, path)


@pytest.fixture
def edited(suzhou: Study, tmp_path: Path) -> Callable[..., Study]:
    """A function that opens the study with some texts of its dynamics.toml replaced."""

    def changed(*changes: tuple[str, str]) -> Study:
        folder = shutil.copytree(suzhou.folder, tmp_path / "trial", dirs_exist_ok=True)
        text = (suzhou.folder / "dynamics.toml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / "dynamics.toml").write_text(text, encoding="utf-8")
        return open_study(folder)

    return changed


def test_probabilities_that_sum_above_one_are_told(edited: Callable[..., Study]) -> None:
    closing = "value = 0.08\nlow = 0.05\nhigh = 0.12", "value = 0.08\nlow = 0.05\nhigh = 0.55"
    growing = "value = 0.12\nlow = 0.05\nhigh = 0.18", "value = 0.12\nlow = 0.05\nhigh = 0.46"
    with pytest.raises(DataError, match=r"exit_rate_private \+ growth_rate_private.*sum above 1; seen \"1.01\""):
        dynamics_of(edited(closing, growing))
    baseline = open_scenario(edited(closing), "baseline")  # above 1 only where the growth is raised
    assert baseline.but(enterprise_growth=2).lever("enterprise_growth") == 2
    with pytest.raises(ParameterError, match=r"the shares that open in a year sum above 1"):
        baseline.but(enterprise_growth=3)


def test_all_faults_are_told_at_once(suzhou: Study, tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(f"{HEAD}[levers]\njoint_size = 1\nnothing = 2\n[unit_costs]\nnothing = -1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_scenario(suzhou, path)
    assert len(caught.value.problems) == 3


def test_an_unknown_scenario_or_key_is_told(suzhou: Study, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"did you mean baseline\?"):
        open_scenario(suzhou, "basline")
    path = tmp_path / "trial.toml"
    path.write_text(f"{HEAD}lever = 1\n", encoding="utf-8")
    with pytest.raises(DataError, match="lever"):
        open_scenario(suzhou, path)


def test_a_lever_set_in_passing_is_checked_and_remembered(baseline: Scenario) -> None:
    assert baseline.but(joint_organisations=90).changed == {"joint_organisations": 90}
    with pytest.raises(ParameterError, match=r"did you mean joint_size\?"):
        baseline.but(joint_sise=9)
    with pytest.raises(ParameterError, match="no lever"):
        baseline.lever("exit_large")


def test_what_is_decided_is_not_drawn_and_shifts_no_other_draw(baseline: Scenario) -> None:
    uniforms = np.random.default_rng(1).random((len(baseline.dynamics), 50))
    before, after = baseline.drawn(uniforms), baseline.but(recruiting_rate=0.05).drawn(uniforms)
    assert after["recruiting_rate"].tolist() == [0.05] * 50
    for name in before:
        assert name == "recruiting_rate" or np.array_equal(before[name], after[name])


@given(low=st.floats(-5, 5), up=st.floats(0, 5), more=st.floats(0, 5))
def test_a_triangular_draw_stays_in_its_range_and_has_its_mean(low: float, up: float, more: float) -> None:
    uniforms = (np.arange(4000) + 0.5) / 4000
    drawn = triangular(uniforms, low=low, peak=low + up, high=low + up + more)
    assert drawn.min() >= low - 1e-9
    assert drawn.max() <= low + up + more + 1e-9
    assert drawn.mean() == pytest.approx(low + (2 * up + more) / 3, abs=0.01)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "leaving_rate"', 'id = "leaving_rat"', r'"leaving_rate" is missing'),
        ('id = "leaving_rate"', 'id = "leaving_rat"', r"did you mean leaving_rate\?"),
        (
            "value = 0.4\nlow = 0.2\nhigh = 0.8",
            "value = 0.4\nlow = 0.2\nhigh = 8",
            r"exit_large, high: cannot be; seen \"8\"",
        ),
        ("value = 0.97\nlow = 0.9", "value = 0.87\nlow = 0.9", "lies outside"),
    ],
)
def test_a_fault_of_the_assumptions_is_told(edited: Callable[..., Study], old: str, new: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        dynamics_of(edited((old, new)))


def test_a_study_without_assumptions_about_change_has_no_scenarios(national: Study) -> None:
    assert scenario_names(national) == []
    with pytest.raises(WorkbookError, match=r"dynamics\.toml"):
        dynamics_of(national)


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
