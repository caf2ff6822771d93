"""Backwards: the least that meets a target meets it, and one unit less does not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.scenarios.assumptions import ALLOWED
from analysis.scenarios.goals import Goal, Question, least, settle
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import simulate
from analysis.scenarios.state import TOP, State

DRAWS, FRESH = 128, 2000
Ask = Callable[..., Question]


@pytest.fixture(scope="module")
def ask(state: State, baseline: Scenario) -> Ask:
    def asked(goal: Goal, *, draws: int = DRAWS, seed: int = 0) -> Question:
        return Question(state, baseline, goal, draws, seed)

    return asked


@pytest.mark.parametrize(
    ("target", "lever", "probability"),
    [("five_good", "five_good_rate", 0.9), ("organisation_100", "joint_organisations", 0.8)],
)
def test_the_answer_meets_the_target_run_forward_with_fresh_draws_and_its_range_says_how_surely(
    ask: Ask, target: str, lever: str, probability: float
) -> None:
    goal, unit = Goal(target, 0, by_year=2006, probability=probability), ALLOWED[lever].step
    question = ask(goal)
    answer = least(question, lever)
    assert None not in (answer.value, answer.low, answer.high)
    assert question.scenario.lever(lever) < answer.value
    assert answer.low <= answer.value <= answer.high
    same = [question.drawn({lever: value}) for value in (answer.value, answer.value - unit)]
    assert question.share(same[0]) >= probability
    assert not question.is_met(same[1])  # on the draws it was found with, one unit less misses

    fresh = ask(goal, draws=FRESH, seed=77)
    met = {value: fresh.share(fresh.drawn({lever: value})) for value in (answer.value, answer.high, answer.low - unit)}
    error = math.sqrt(probability * (1 - probability) * (1 / DRAWS + 1 / FRESH))
    unit_s_worth = question.share(same[0]) - question.share(same[1])
    assert -3 * error <= met[answer.value] - probability <= 3 * error + unit_s_worth
    assert met[answer.high] >= probability
    assert met[answer.low - unit] < probability


def test_more_draws_leave_less_open(ask: Ask) -> None:
    goal = Goal("organisation_100", 0, by_year=2006, probability=0.8)
    few, many = (least(ask(goal, draws=draws), "joint_organisations") for draws in (48, 512))
    ends = [(answer.low, answer.high) for answer in (few, many)]
    assert ends[0][0] < ends[1][0] < ends[1][1] < ends[0][1]


def test_so_few_draws_that_none_is_sure_leave_the_upper_end_open(ask: Ask) -> None:
    answer = least(ask(Goal("five_good", 0, by_year=2006, probability=0.99), draws=64), "five_good_rate")
    assert answer.value is not None
    assert answer.high is None


def test_where_a_unit_weighs_more_than_luck_one_less_misses_with_fresh_draws_too(
    small: Callable[[int], State], baseline: Scenario
) -> None:
    """A few hundred enterprises and nothing in doubt but chance: an instructor more or less is ten of them."""
    one = small(4)
    few = replace(
        one,
        counts=np.floor(one.counts / 5),
        pools=np.floor(one.pools / 5) * (np.floor(one.counts[None, :, :, :, TOP] / 5) > 0),
        instructed=np.floor(one.counts / 5)[..., 1, :].sum(axis=(0, 1, 2, 3, 4)),
    )
    plan = baseline.assuming(**{name: row.value for name, row in baseline.dynamics.items()}).but(
        enterprises_per_instructor=40, instructors_added=0
    )
    goal = Goal("instructor_25", 0, by_year=2004, probability=0.5)
    asked, fresh = (Question(few, plan, goal, draws, seed) for draws, seed in ((256, 0), (2000, 5)))
    assert 100 < few.enterprises[0] < 2000
    answer = least(asked, "instructors_added")
    assert answer.value is not None
    assert answer.low == answer.value == answer.high
    met, missed = (
        fresh.share(fresh.drawn({"instructors_added": answer.value - less})) for less in (0, ALLOWED[answer.lever].step)
    )
    assert missed < 0.5 <= met


def test_draws_that_were_made_before_give_the_same_answer(ask: Ask) -> None:
    question = ask(Goal("five_good", 0, by_year=2006, probability=0.8))
    run = simulate(question.state, question.scenario, years=4, draws=3 * DRAWS, seed=0, split=False)
    told = replace(question, run=run)
    assert told.drawn({}).tolist() == question.drawn({}).tolist()
    assert told.drawn({"five_good_rate": 0.3}).tolist() == question.drawn({"five_good_rate": 0.3}).tolist()
    other = replace(question, seed=5)
    assert replace(told, seed=5).drawn({}).tolist() == other.drawn({}).tolist() != question.drawn({}).tolist()


def test_a_target_already_met_needs_no_more(ask: Ask) -> None:
    question = ask(Goal("instructor_25", 0, by_year=2006))
    answer = least(question, "instructors_added")
    assert answer.value == question.scenario.lever("instructors_added")
    assert answer.binding == ""


def test_where_no_value_meets_it_what_binds_is_named(ask: Ask) -> None:
    answer = least(ask(Goal("five_good", 2, by_year=2006)), "instructors_added")
    assert answer.value is None
    assert answer.binding == "five_good_rate"


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (Goal("five_goods", 0, by_year=2006), r"did you mean five_good\?"),
        (Goal("five_good", 3, by_year=2006), "reading: 3; allowed: 0 to 2"),
        (Goal("five_good", 0, by_year=2003), "by_year: 2003; allowed: 2004 to"),
        (Goal("five_good", 0, by_year=2006, probability=1.2), "probability: 1.2; allowed"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(ask: Ask, goal: Goal, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        ask(goal)


def test_an_unknown_lever_is_refused(ask: Ask) -> None:
    question = ask(Goal("five_good", 0, by_year=2006))
    with pytest.raises(ParameterError, match=r"did you mean five_good_rate\?"):
        least(question, "five_good_rates")


@given(answer=st.integers(0, 300), near=st.integers(0, 200), most=st.integers(0, 200))
def test_settling_finds_the_first_step_from_anywhere(answer: int, near: int, most: int) -> None:
    found = settle(lambda step: step >= answer, near=min(near, most), most=most)
    assert found == (answer if answer <= most else None)
