"""What is said to overturn a conclusion about years to come does so when it is applied, and one step less does not."""

from __future__ import annotations

import pytest

from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.scenarios.addresses import overturned_quantity, resolver
from analysis.scenarios.goals import Goal, Question
from analysis.scenarios.outcomes import Measures, deadline
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.series import series
from analysis.scenarios.simulation import path
from analysis.scenarios.state import State
from analysis.scenarios.switching_values import Overturned, overturned_of
from analysis.study import Study, open_study

NAMES = scenario_names(open_study("suzhou-2003"))


def questions(state: State, scenario: Scenario, measures: Measures) -> list[Question]:
    return [
        Question(state, scenario, measures, Goal(rule.target.id, 0, deadline(rule.target, year=scenario.year, years=3)))
        for rule in measures.rules
    ]


def overturned(question: Question) -> Overturned | None:
    (found,) = overturned_of([question], folder=None)
    return found


def is_met(question: Question, scenario: Scenario) -> bool:
    """Whether the target is met on the path of another set of assumptions, read as the paper's tables read it."""
    run = path(question.state, scenario, question.years, measures=question.measures)
    reading = question.rule.target.readings[0]
    base = "moving" if reading.base == "moving" else "frozen"
    at = f"{question.goal.target}#0~{base}.met"
    return bool(series(run, at)[question.years, 0])


@pytest.mark.parametrize("name", NAMES)
def test_the_stated_change_overturns_and_one_step_less_does_not(
    suzhou: Study, state: State, measures: Measures, name: str
) -> None:
    scenario = open_scenario(suzhou, name)
    for question in questions(state, scenario, measures):
        found = overturned(question)
        if found is None:
            continue
        before = is_met(question, scenario)
        assert is_met(question, scenario.assuming(**{found.assumption: found.turns_at})) != before
        almost = scenario.assuming(**{found.assumption: found.turns_at - found.step})
        assert is_met(question, almost) == before


def test_some_conclusion_of_the_studys_own_scenario_can_be_turned(
    suzhou: Study, state: State, measures: Measures
) -> None:
    asked = questions(state, open_scenario(suzhou, "conference"), measures)
    assert any(overturned(question) for question in asked)


def test_where_a_conclusion_turns_is_computed_again_from_its_address_and_told_when_it_is_gone(
    suzhou: Study, cells: Cells, state: State, measures: Measures
) -> None:
    resolve = resolver(suzhou, cells)
    for question in questions(state, open_scenario(suzhou, "conference"), measures):
        if (found := overturned(question)) is not None:
            shown = overturned_quantity(question, found)
            assert resolve(shown.address) == shown.value
    with pytest.raises(WorkbookError, match="five_good_loss is not what turns five_good any more"):
        resolve("overturned:conference/five_good#0?by=2006&assumption=five_good_loss")
