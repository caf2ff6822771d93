"""What is kept of a scenario is what is computed, and rests on all that it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.scenarios import goals, simulation
from analysis.scenarios.goals import Goal, Question, best_lever, least, needed_of
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import shares
from analysis.scenarios.simulation import draws_of, simulate
from analysis.scenarios.state import State
from analysis.scenarios.switching_values import overturned_of
from analysis.sources.results import key_of
from analysis.study import Study

GOALS = [Goal("five_good", 0, by_year=2005), Goal("instructor_25", 0, by_year=2004)]
Ground = tuple[State, Scenario, Measures]


@pytest.fixture(scope="module")
def ground(suzhou: Study, state: State, measures: Measures) -> Ground:
    return state, open_scenario(suzhou, "conference"), measures


def questions(ground: Ground) -> list[Question]:
    return [Question(*ground, goal, 32, 5) for goal in GOALS]


def test_draws_that_are_kept_are_those_drawn(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, scenario, measures = ground
    asked: dict[str, Any] = {"years": 2, "draws": 40, "seed": 3, "measures": measures}
    drawn = simulate(state, scenario, **asked)
    for _ in range(2):
        found = draws_of(state, scenario, **asked, folder=tmp_path)
        assert found.values.tobytes() == drawn.values.tobytes()
        assert found.expected.tobytes() == drawn.expected.tobytes()
        assert (found.seed, found.years, found.draws) == (drawn.seed, drawn.years, drawn.draws)
        monkeypatch.setattr(simulation, "simulate", lambda *_, **__: pytest.fail("drawn a second time"))


def test_a_run_that_would_fill_a_disk_is_not_kept(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, scenario, measures = ground
    monkeypatch.setattr(simulation, "MOST_KEPT", 100)
    draws_of(state, scenario, years=1, draws=10, seed=0, measures=measures, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_answers_that_are_kept_are_those_found(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = questions(ground)
    answer = least(first, best_lever(first))
    for _ in range(2):
        found = needed_of(first, folder=tmp_path)
        assert (found.enough, found.answer) == (False, answer)
        assert found.lever == answer.lever
        assert needed_of(second, folder=tmp_path).enough
        monkeypatch.setattr(goals, "least", lambda *_: pytest.fail("asked a second time"))


def test_what_overturns_several_conclusions_is_what_overturns_each(ground: Ground, tmp_path: Path) -> None:
    dues = enumerate(ground[2].rules)
    asked = [Question(*ground, Goal(rule.target.id, 0, by_year=2005 + position % 2)) for position, rule in dues]
    alone = tuple(found for one in asked for found in overturned_of([one], folder=None))
    assert any(alone)
    assert overturned_of(asked, folder=None) == alone
    assert overturned_of(asked, folder=tmp_path) == overturned_of(asked, folder=tmp_path) == alone


def test_shares_that_are_kept_are_those_computed(ground: Ground, tmp_path: Path) -> None:
    state, scenario, measures = ground
    asked: dict[str, Any] = {"year": 2004, "measures": measures, "points": 4, "seed": 2}
    table = shares(state, scenario, "covered", **asked).table
    for _ in range(2):
        assert shares(state, scenario, "covered", **asked, folder=tmp_path).table.equals(table)


CHANGES: dict[str, Callable[[Ground], Ground]] = {
    "counts": lambda one: (replace(one[0], counts=one[0].counts + 1), *one[1:]),
    "pools": lambda one: (replace(one[0], pools=one[0].pools + 1), *one[1:]),
    "staff": lambda one: (replace(one[0], staff=one[0].staff * 2), *one[1:]),
    "places of joint organisations": lambda one: (replace(one[0], joint_places=one[0].joint_places + 1), *one[1:]),
    "instructed": lambda one: (replace(one[0], instructed=one[0].instructed + 1), *one[1:]),
    "a decision": lambda one: (one[0], one[1].but(founding_rate=0.5), one[2]),
    "an assumption": lambda one: (one[0], one[1].assuming(recruiting_rate=0.04), one[2]),
    "the year": lambda one: (one[0], replace(one[1], year=2004), one[2]),
    "the targets": lambda one: (*one[:2], Measures(one[2].rules[1:])),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_rests_on_the_state_the_scenario_and_the_targets(ground: Ground, change: str) -> None:
    goal = GOALS[0]
    before, after = (key_of("needed", Question(*one, goal).rests_on) for one in (ground, CHANGES[change](ground)))
    assert after != before


def test_what_is_kept_rests_on_what_is_asked(ground: Ground, tmp_path: Path) -> None:
    state, scenario, measures = ground

    def kept(ask: Callable[[], object]) -> int:
        before = len(list(tmp_path.iterdir()))
        ask()
        return len(list(tmp_path.iterdir())) - before

    for asked in ({}, {"years": 2}, {"draws": 3}, {"seed": 9}):
        of = {"years": 1, "draws": 2, "seed": 1, **asked}
        assert kept(lambda of=of: draws_of(state, scenario, **of, measures=measures, folder=tmp_path)) == 1  # type: ignore[misc]
    for asked in ({}, {"year": 2005}, {"points": 4}, {"seed": 9}):
        of = {"year": 2004, "points": 2, "seed": 1, **asked}
        ask = lambda of=of: shares(state, scenario, "covered", **of, measures=measures, folder=tmp_path)  # type: ignore[misc]  # noqa: E731
        assert kept(ask) == 1
    one = Question(state, scenario, measures, Goal("instructor_25", 0, by_year=2004), 8, 5)
    goals = [
        replace(one.goal, **change)
        for change in ({"reading": 1}, {"by_year": 2005}, {"probability": 0.5}, {"base": "moving"})
    ]  # type: ignore[arg-type]
    others = [one, replace(one, draws=9), replace(one, seed=6), *(replace(one, goal=goal) for goal in goals[1:])]
    for question in others:
        assert kept(lambda question=question: needed_of(question, folder=tmp_path)) == 1  # type: ignore[misc]


def test_draws_of_the_paper_do_not_change_an_answer(ground: Ground) -> None:
    state, scenario, measures = ground
    run = simulate(state, scenario, years=2, draws=64, seed=5, measures=measures)
    question = questions(ground)[0]
    assert needed_of(replace(question, run=run), folder=None) == needed_of(question, folder=None)
    assert np.array_equal(replace(question, run=run).drawn({}), question.drawn({}))
