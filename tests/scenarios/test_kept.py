"""What is kept of a scenario is what is computed, and rests on all that it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.scenarios import goals, simulation
from analysis.scenarios.goals import Goal, Question, best_lever, least, needed_of
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import shares
from analysis.scenarios.simulation import draws_of, simulate
from analysis.scenarios.state import Measures, State
from analysis.scenarios.switching_values import overturned_of
from analysis.sources.results import key_of
from analysis.study import Study

GOALS = [Goal("five_good", 0, by_year=2005), Goal("instructor_25", 0, by_year=2004)]
Ground = tuple[State, Scenario]


@pytest.fixture(scope="module")
def ground(suzhou: Study, state: State) -> Ground:
    return state, open_scenario(suzhou, "conference")


def questions(ground: Ground) -> list[Question]:
    return [Question(*ground, goal, 32, 5) for goal in GOALS]


def test_draws_that_are_kept_are_those_drawn(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, scenario = ground
    asked: dict[str, Any] = {"years": 2, "draws": 40, "seed": 3}
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
    state, scenario = ground
    monkeypatch.setattr(simulation, "MOST_KEPT", 100)
    draws_of(state, scenario, years=1, draws=10, seed=0, folder=tmp_path)
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
    dues = enumerate(ground[0].measures.rules)
    asked = [Question(*ground, Goal(rule.target.id, 0, by_year=2005 + position % 2)) for position, rule in dues]
    alone = tuple(found for one in asked for found in overturned_of([one], folder=None))
    assert any(alone)
    assert overturned_of(asked, folder=None) == alone
    assert overturned_of(asked, folder=tmp_path) == overturned_of(asked, folder=tmp_path) == alone


def test_shares_that_are_kept_are_those_computed(ground: Ground, tmp_path: Path) -> None:
    state, scenario = ground
    asked: dict[str, Any] = {"year": 2004, "points": 4, "seed": 2}
    table = shares(state, scenario, "covered", **asked).table
    for _ in range(2):
        assert shares(state, scenario, "covered", **asked, folder=tmp_path).table.equals(table)


CHANGES: dict[str, Callable[[Ground], Ground]] = {
    "counts": lambda one: (replace(one[0], counts=one[0].counts + 1), one[1]),
    "pools": lambda one: (replace(one[0], pools=one[0].pools + 1), one[1]),
    "staff": lambda one: (replace(one[0], staff=one[0].staff * 2), one[1]),
    "places of joint organisations": lambda one: (replace(one[0], joint_places=one[0].joint_places + 1), one[1]),
    "instructed": lambda one: (replace(one[0], instructed=one[0].instructed + 1), one[1]),
    "a decision": lambda one: (one[0], one[1].but(founding_rate=0.5)),
    "an assumption": lambda one: (one[0], one[1].assuming(recruiting_rate=0.04)),
    "the year": lambda one: (one[0], replace(one[1], year=2004)),
    "the targets": lambda one: (replace(one[0], measures=Measures(one[0].measures.rules[1:])), one[1]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_rests_on_the_state_the_scenario_and_the_targets(
    ground: Ground, tmp_path: Path, change: str
) -> None:
    changed = CHANGES[change](ground)
    for one in (ground, changed):
        draws_of(*one, years=1, draws=2, seed=1, folder=tmp_path)
        shares(*one, "covered", year=2005, points=2, folder=tmp_path)
    assert sorted(path.name.partition("-")[0] for path in tmp_path.iterdir()) == ["draws"] * 2 + ["variance"] * 2
    before, after = (key_of("needed", Question(*one, GOALS[0]).rests_on) for one in (ground, changed))
    assert after != before


def test_what_is_kept_rests_on_what_is_asked(ground: Ground, tmp_path: Path) -> None:
    goal = Goal("instructor_25", 0, by_year=2004)
    goals = [replace(goal, by_year=2005), replace(goal, probability=0.5), replace(goal, base="moving")]
    asked: list[Callable[[], object]] = [
        *(partial(draws_of, *ground, **{"years": 1, "draws": 2, "seed": 1, **one})
          for one in ({}, {"years": 2}, {"draws": 3}, {"seed": 9})),
        *(partial(shares, *ground, "covered", **{"year": 2004, "points": 2, "seed": 1, **one})
          for one in ({}, {"year": 2005}, {"points": 4}, {"seed": 9})),
        *(partial(needed_of, Question(*ground, goal, draws, seed)) for draws, seed in ((8, 5), (9, 5), (8, 6))),
        *(partial(needed_of, Question(*ground, one, 8, 5)) for one in goals),
    ]  # fmt: skip
    for number, ask in enumerate(asked, start=1):
        ask(folder=tmp_path)
        assert len(list(tmp_path.iterdir())) == number


def test_draws_of_the_paper_do_not_change_an_answer(ground: Ground) -> None:
    state, scenario = ground
    run = simulate(state, scenario, years=2, draws=64, seed=5)
    question = questions(ground)[0]
    assert needed_of(replace(question, run=run), folder=None) == needed_of(question, folder=None)
    assert np.array_equal(replace(question, run=run).drawn({}), question.drawn({}))
