"""What is said to overturn a conclusion, now or in years to come, does so when applied, and one step less does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.sources import cells_of
from analysis.errors import ConsistencyError, WorkbookError
from analysis.quantities import Status
from analysis.scenarios import switching_values
from analysis.scenarios.addresses import overturned_quantity, resolver
from analysis.scenarios.goals import Goal, Question
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.series import series
from analysis.scenarios.simulation import path
from analysis.scenarios.state import State
from analysis.scenarios.switching_values import Overturned, overturned_of
from analysis.scenarios.targets import deadline, gaps
from analysis.sources.results import key_of
from analysis.sources.synthetic import synthesise
from analysis.study import Study, open_study
from tests.sources.drawn import with_figures

ENDS = ("low", "high")


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study("suzhou-2003")


def is_met(study: Study, target: str, reading: int) -> bool:
    """Whether a target is met in a register drawn from the study's assumptions, by the code the paper uses."""
    counter = Counter(study, Cells(compress(synthesise(study)), Status.SYNTHETIC))
    gap = next(row for row in gaps(counter, year=study.settings.period, years=1) if row.target.id == target)
    missing = gap.requirements[reading].missing
    assert missing is not None
    return missing.value == 0


def missing(study: Study, values: dict[str, float]) -> dict[str, int]:
    """How many are missing by target and reading in a register drawn anew, compressed as every register is."""
    for name, value in values.items():
        study = changed_row(study, name, value=value)
    counter = Counter(study, Cells(compress(synthesise(study)), Status.SYNTHETIC))
    return {
        f"{gap.target.id}#{position}": int(one.missing.value)
        for gap in gaps(counter, year=study.settings.period, years=1)
        for position, one in enumerate(gap.requirements)
        if one.missing is not None
    }


def changed_row(study: Study, name: str, **changes: object) -> Study:
    row = study.assumptions[name].model_copy(update=changes)
    return replace(study, assumptions={**study.assumptions, name: row})


def test_the_stated_change_of_an_assumption_overturns_and_one_step_less_does_not(study: Study) -> None:
    found = switching_values.turns(study, folder=None)
    assert found
    for (target, reading), turn in found.items():
        before = is_met(study, target, reading)
        there = changed_row(study, turn.assumption, value=switching_values.value_at(study, turn))
        assert is_met(there, target, reading) != before
        almost = changed_row(
            study, turn.assumption, value=switching_values.value_at(study, replace(turn, step=turn.step - 1))
        )
        assert is_met(almost, target, reading) == before


def test_what_was_kept_is_what_is_computed_anew(study: Study, tmp_path: Path) -> None:
    first = switching_values.turns(study, folder=tmp_path)
    assert [path.name.partition("-")[0] for path in tmp_path.iterdir()] == ["turning"]
    assert switching_values.turns(study, folder=tmp_path) == first == switching_values.turns(study, folder=None)
    for (target, reading), turn in first.items():
        shown = switching_values.quantity(study, target, reading, turn)
        assert switching_values.resolve(study, shown.address) == shown.value


def test_every_register_is_counted_as_one_that_is_drawn_and_compressed_alone(study: Study) -> None:
    registers = switching_values.Registers(study)
    moves: list[dict[str, float]] = [{}]
    moves += [{row.id: getattr(row, end)} for row in study.assumptions.values() if row.impact == "high" for end in ENDS]
    for values in moves[:: len(moves) // 5]:
        assert registers.missing(values) == missing(study, values)


def test_an_end_at_which_no_register_can_be_turns_nothing(study: Study) -> None:
    registers = switching_values.Registers(changed_row(study, "eligible_covered", low=0.01))
    with pytest.raises(ConsistencyError, match="do not fit"):
        registers.missing({"eligible_covered": 0.01})
    assert registers.turned("eligible_covered", "low") == {}


def easier(study: Study) -> Study:
    first = study.targets[0]
    lower = first.readings[0].model_copy(update={"share": Fraction(1, 10)})
    return replace(
        study, targets=(first.model_copy(update={"readings": (lower, *first.readings[1:])}), *study.targets[1:])
    )


CHANGES: dict[str, Callable[[Study], Study]] = {
    "a reading": easier,
    "an assumption's value": lambda study: changed_row(study, "five_good_share", value=0.2),
    "an assumption's range": lambda study: changed_row(study, "five_good_share", high=0.4),
    "an assumption's impact": lambda study: changed_row(study, "five_good_share", impact="low"),
    "a figure": lambda study: with_figures(study, instructed=study.figures["instructed"].value + 1),
    "a district": lambda study: replace(study, districts=study.districts[1:]),
    "the bases": lambda study: replace(study, settings=study.settings.model_copy(update={"bases": ()})),
    "the period": lambda study: replace(study, settings=study.settings.model_copy(update={"period": 2004})),
    "the seed": lambda study: replace(study, settings=study.settings.model_copy(update={"seed": 99})),
    "the categories": lambda study: replace(
        study, settings=study.settings.model_copy(update={"categories": study.settings.categories[::-1]})
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_rests_on_something_else_is_not_answered_from_what_was_kept(study: Study, change: str) -> None:
    assert key_of("turning", switching_values.rests_on(CHANGES[change](study))) != key_of(
        "turning", switching_values.rests_on(study)
    )


def test_other_steps_are_other_turns(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("turning", switching_values.rests_on(study))
    monkeypatch.setattr(switching_values, "STEPS", 40)
    assert key_of("turning", switching_values.rests_on(study)) != before


def test_a_target_read_otherwise_is_counted_otherwise(study: Study) -> None:
    first = f"{study.targets[0].id}#0"
    assert (
        switching_values.Registers(easier(study)).missing({})[first]
        < switching_values.Registers(study).missing({})[first]
    )


def test_an_assumption_that_turns_nothing_any_more_is_told(study: Study) -> None:
    with pytest.raises(WorkbookError, match="no more"):
        switching_values.resolve(study, "turning:five_good_share.high/five_good#0")


def test_a_study_without_a_synthetic_register_has_no_such_assumptions() -> None:
    assert switching_values.turns(open_study("national"), folder=None) == {}


@pytest.mark.parametrize("target", ["member_50", "organisation_100"])
@pytest.mark.parametrize("less", [0, 1])
def test_as_many_enterprises_as_stated_turn_a_conclusion_and_one_fewer_do_not(
    study: Study, target: str, less: int
) -> None:
    cells = cells_of(study)
    assert cells is not None
    asked = {row.id: row for row in study.targets}[target]
    (gap,) = (row for row in gaps(Counter(study, cells), year=2003, years=3) if row.target.id == target)
    missing = gap.requirements[0].missing
    assert missing is not None
    having = {"members": 1, "full_members": 1} if target == "member_50" else {"organisation": "independent"}
    changed = given(cells.table, staff_from=asked.meant.staff_from, having=having, many=int(missing.value) - less)
    (after,) = (
        row for row in gaps(Counter(study, Cells(changed, cells.status)), year=2003, years=3) if row.target.id == target
    )
    assert after.requirements[0].missing is not None
    assert (after.requirements[0].missing.value == 0) == (less == 0)


def given(table: pd.DataFrame, *, staff_from: int, having: dict[str, object], many: int) -> pd.DataFrame:
    """The cells with so many enterprises from a size on that lacked it given what they lacked."""
    lacks = (table["members"] == 0) if "members" in having else (table["organisation"] == "none")
    rows = table[(table["staff"] >= staff_from) & lacks]
    taken = (many - rows["enterprises"].cumsum().shift(fill_value=0)).clip(lower=0)
    taken = taken.where(taken < rows["enterprises"], rows["enterprises"])
    assert taken.sum() == many
    left = table.assign(enterprises=table["enterprises"].sub(taken, fill_value=0).astype("int64"))
    moved = rows.assign(enterprises=taken.astype("int64"), **having)
    return pd.concat([left, moved], ignore_index=True)


def questions(state: State, scenario: Scenario) -> list[Question]:
    return [
        Question(state, scenario, Goal(rule.target.id, 0, deadline(rule.target, year=scenario.year, years=3)))
        for rule in state.measures.rules
    ]


def overturned(question: Question) -> Overturned | None:
    (found,) = overturned_of([question], folder=None)
    return found


def is_met_ahead(question: Question, scenario: Scenario) -> bool:
    """Whether the target is met on the path of another set of assumptions, read as the paper's tables read it."""
    run = path(question.state, scenario, question.years)
    reading = question.rule.target.readings[0]
    base = "moving" if reading.base == "moving" else "frozen"
    at = f"{question.goal.target}#0~{base}.met"
    return bool(series(run, at)[question.years, 0])


@pytest.mark.parametrize("name", scenario_names(open_study("suzhou-2003")))
def test_the_stated_change_of_an_assumption_about_change_overturns_and_one_step_less_does_not(
    suzhou: Study, state: State, name: str
) -> None:
    scenario = open_scenario(suzhou, name)
    for question in questions(state, scenario):
        found = overturned(question)
        if found is None:
            continue
        before = is_met_ahead(question, scenario)
        assert is_met_ahead(question, scenario.assuming(**{found.assumption: found.turns_at})) != before
        almost = scenario.assuming(**{found.assumption: found.turns_at - found.step})
        assert is_met_ahead(question, almost) == before


def test_where_a_conclusion_turns_is_computed_again_from_its_address_and_told_when_it_is_gone(
    suzhou: Study, cells: Cells, state: State
) -> None:
    resolve = resolver(suzhou, cells)
    asked = questions(state, open_scenario(suzhou, "conference"))
    turned = [(question, found) for question in asked if (found := overturned(question)) is not None]
    assert turned
    for question, found in turned:
        shown = overturned_quantity(question, found)
        assert resolve(shown.address) == shown.value
    with pytest.raises(WorkbookError, match="five_good_loss is not what turns five_good any more"):
        resolve("overturned:conference/five_good#0?by=2006&assumption=five_good_loss")
