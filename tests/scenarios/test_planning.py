"""Backwards: the least that meets a target meets it, and one unit less does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.scenarios.mixing import cheapest
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.planning import least, settle
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.rates import ALLOWED
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import simulate
from analysis.scenarios.state import State

DRAWS = 128


@pytest.fixture(scope="module")
def ask(state: State, baseline: Scenario, measures: Measures):  # type: ignore[no-untyped-def]
    def asked(goal: Goal, *, draws: int = DRAWS, seed: int = 0) -> Question:
        return Question(state, baseline, measures, goal, draws, seed)

    return asked


@pytest.mark.parametrize(
    ("target", "reading", "lever"),
    [("five_good", 0, "five_good_rate"), ("organisation_100", 0, "joint_organisations")],
)
def test_the_answer_meets_the_target_and_one_unit_less_does_not(ask, target: str, reading: int, lever: str) -> None:  # type: ignore[no-untyped-def]
    goal = Goal(target, reading, by_year=2006, probability=0.8)
    question = ask(goal)
    answer = least(question, lever)
    assert answer.value is not None
    assert answer.is_needed
    assert question.share(question.drawn({lever: answer.value})) == answer.probability >= 0.8
    assert not question.is_met(question.drawn({lever: answer.value - ALLOWED[lever].step}))
    fresh = ask(goal, draws=512, seed=77)
    again = fresh.share(fresh.drawn({lever: answer.value}))
    assert again == pytest.approx(0.8, abs=0.11)  # three standard errors of 128 draws


def test_draws_that_were_made_before_give_the_same_answer(ask, measures: Measures) -> None:  # type: ignore[no-untyped-def]
    question = ask(Goal("five_good", 0, by_year=2006, probability=0.8))
    run = simulate(question.state, question.scenario, years=4, draws=3 * DRAWS, seed=0, measures=measures, split=False)
    told = replace(question, run=run)
    assert told.drawn({}).tolist() == question.drawn({}).tolist()
    assert told.drawn({"five_good_rate": 0.3}).tolist() == question.drawn({"five_good_rate": 0.3}).tolist()
    other = replace(question, seed=5)
    assert replace(told, seed=5).drawn({}).tolist() == other.drawn({}).tolist() != question.drawn({}).tolist()


def test_a_target_already_met_needs_no_more(ask) -> None:  # type: ignore[no-untyped-def]
    answer = least(ask(Goal("instructor_25", 0, by_year=2006)), "instructors_added")
    assert not answer.is_needed
    assert answer.value == answer.today
    assert answer.binding == ""


def test_where_no_value_meets_it_what_binds_is_named(ask) -> None:  # type: ignore[no-untyped-def]
    answer = least(ask(Goal("five_good", 2, by_year=2006)), "instructors_added")
    assert answer.value is None
    assert answer.is_needed
    assert answer.binding == "five_good_rate"


def test_a_mix_meets_the_goal_and_costs_no_more_than_one_lever_alone(ask) -> None:  # type: ignore[no-untyped-def]
    question = ask(Goal("members_managed", 0, by_year=2006, probability=0.5, base="frozen"))
    costs = {"joint_organisations": 10.0, "recruiting_rate": 5000.0}
    mix = cheapest(question, costs, pieces=6)
    assert mix.levers is not None
    assert mix.probability >= 0.5
    alone = least(question, "recruiting_rate")
    assert alone.value is None or mix.cost <= 1.05 * (alone.value - alone.today) * costs["recruiting_rate"]


def test_a_mix_that_cannot_be_says_what_binds(ask) -> None:  # type: ignore[no-untyped-def]
    mix = cheapest(ask(Goal("five_good", 2, by_year=2004)), {"instructors_added": 1.0}, pieces=2)
    assert mix.levers is None
    assert mix.binding == "five_good_rate"


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (Goal("five_goods", 0, by_year=2006), r"did you mean five_good\?"),
        (Goal("five_good", 3, by_year=2006), "reading: 3; allowed: 0 to 2"),
        (Goal("five_good", 0, by_year=2003), "by_year: 2003; allowed: 2004 to"),
        (Goal("five_good", 0, by_year=2006, probability=1.2), "probability: 1.2; allowed"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(ask, goal: Goal, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError, match=told):
        ask(goal)


def test_an_unknown_lever_or_a_cost_of_nothing_is_refused(ask) -> None:  # type: ignore[no-untyped-def]
    question = ask(Goal("five_good", 0, by_year=2006))
    with pytest.raises(ParameterError, match=r"did you mean five_good_rate\?"):
        least(question, "five_good_rates")
    with pytest.raises(ParameterError, match="allowed: above 0"):
        cheapest(question, {"five_good_rate": 0.0})


@given(answer=st.integers(0, 300), near=st.integers(0, 200), most=st.integers(0, 200))
def test_settling_finds_the_first_step_from_anywhere(answer: int, near: int, most: int) -> None:
    found = settle(lambda step: step >= answer, near=min(near, most), most=most)
    assert found == (answer if answer <= most else None)
