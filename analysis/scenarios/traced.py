"""Numbers of scenarios computed again from their addresses; and what takes long, kept by all that it rests on.

A paper in another language need not compute again what is kept. Whoever checks a paper asks without a folder, or resolves
addresses: nothing that is kept is read then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, WorkbookError
from analysis.messages import said
from analysis.quantities import Number, plain_number
from analysis.scenarios.addresses import ASKED, EXPECTED, Address, parsed, value_of, whole
from analysis.scenarios.allocation import divided
from analysis.scenarios.assumptions import LEVERS, dynamics_of
from analysis.scenarios.goals import Answer, Base, Goal, Needed, Question, least, needed
from analysis.scenarios.outcomes import Measures, measures_of
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import POINTS, Overturned, Shares, overturned, overturned_each, shares
from analysis.scenarios.series import described, series
from analysis.scenarios.simulation import Draws, path, simulate
from analysis.scenarios.state import State, state_of
from analysis.sources.results import result
from analysis.study import Study

MOST_KEPT = 2_000_000  # numbers of one run: more would fill a disk sooner than they save time


def resolver(study: Study, cells: Cells) -> Callable[[str], Number]:
    """A function that computes the number at any address of `addresses` again; runs are kept while it lives."""
    again = _Again(study, cells)

    @cache
    def resolve(address: str) -> Number:
        kind, _, place = address.partition(":")
        if kind in ASKED:
            compute: Callable[[Address], Number] = getattr(again, kind)
            return compute(parsed(address))
        scenario, _, name = place.rpartition(".")
        match kind:
            case "lever":
                return open_scenario(study, scenario).lever(name)
            case "unit_cost":
                costs = open_scenario(study, scenario).unit_costs
                if name not in costs:
                    raise WorkbookError(said("no unit cost of {lever} any more", lever=name))
                return plain_number(costs[name])
            case "dynamics":
                rows, (assumption, end) = dynamics_of(study), (scenario, name)
                if assumption not in rows:
                    raise WorkbookError(said("no assumption {name} any more", name=assumption))
                return plain_number(getattr(rows[assumption], end))
            case _:
                raise ParameterError(said("{address}: not an address of a scenario", address=address))

    return resolve


class _Again:
    """A study's numbers of each kind of address, computed anew; what several of them are read off is computed once."""

    def __init__(self, study: Study, cells: Cells) -> None:
        self.study, self.measures = study, measures_of(study)
        self.state = cache(lambda pooled: state_of(cells, study, pooled=pooled))
        self.runs: dict[str, Draws] = {}
        self.answers: dict[str, Answer] = {}
        self.shares: dict[str, Shares] = {}

    def simulated(self, address: Address) -> Number:
        asked, years = address.asked, address.asked["year"] - self.study.year
        state = self.state(True)
        if asked["stat"] == EXPECTED:
            levers = {name: value for name, value in address.set.items() if name in LEVERS}
            others = {name: value for name, value in address.set.items() if name not in LEVERS}
            scenario = open_scenario(self.study, address.scenario).deciding(**levers).assuming(**others)
            expected = path(state, scenario, max(years, 1), measures=self.measures)
            return whole(float(series(expected, address.name)[years, 0]), described(expected, address.name)[0])
        key = str(replace(address, name="", asked={**asked, "year": "", "stat": ""}))
        if key not in self.runs or asked["year"] > self.runs[key].years[-1]:
            drawn = {"years": max(years, 1), "draws": asked["draws"], "seed": asked["seed"]}
            self.runs[key] = simulate(state, self._scenario(address), **drawn, measures=self.measures)
        return value_of(self.runs[key], address)

    def needed(self, address: Address) -> Number:
        asked, end = address.asked, address.asked["end"]
        key = str(replace(address, asked={**asked, "end": ""}))
        if key not in self.answers:
            question = self._question(address, asked["probability"], asked["draws"], asked["seed"])
            self.answers[key] = least(question, asked["lever"])
        found = self.answers[key]
        value = {"value": found.value, "low": found.low, "high": found.high}.get(end)
        if value is None:
            what = "no {end} of {lever} meets {target} any more"
            raise WorkbookError(said(what, end=end, lever=found.lever, target=found.goal.target))
        return plain_number(value)

    def overturned(self, address: Address) -> Number:
        question, assumption = self._question(address), address.asked["assumption"]
        found = overturned(question)
        if found is None or found.assumption != assumption:  # another turns it first by now, or none does
            what = "{assumption} is not what turns {target} any more"
            raise WorkbookError(said(what, assumption=assumption, target=question.goal.target))
        return plain_number(found.turns_at)

    def divided(self, address: Address) -> Number:
        district, _, part = address.name.rpartition(".")
        by_district = self.state(False)
        return divided(by_district, self._scenario(address), years=address.asked["years"]).number(district, part)

    def variance(self, address: Address) -> Number:
        (assumption, _, part), key = address.name.rpartition("."), str(replace(address, name=""))
        if key not in self.shares:
            measure, asked = address.asked["of"], {name: address.asked[name] for name in ("year", "points", "seed")}
            state, scenario = self.state(True), self._scenario(address)
            self.shares[key] = shares(state, scenario, measure, measures=self.measures, **asked)
        return self.shares[key].number(assumption, part)

    def _scenario(self, address: Address) -> Scenario:
        return open_scenario(self.study, address.scenario).deciding(**address.set)

    def _question(self, address: Address, probability: float = 0.9, draws: int = 256, seed: int = 0) -> Question:
        target, _, reading = address.name.partition("#")
        position, _, base = reading.partition("~")
        over: Base = "moving" if base == "moving" else "frozen" if base == "frozen" else ""
        goal = Goal(target, int(position), address.asked["by"], probability, over)
        return Question(self.state(True), self._scenario(address), self.measures, goal, draws, seed)


def draws_of(
    state: State, scenario: Scenario, *, years: int, draws: int, seed: int, measures: Measures, folder: Path | None
) -> Draws:
    """As `simulation.simulate` draws them.

    Parameters
    ----------
    folder
        Where results are kept; none to compute anew.
    """
    asked: dict[str, Any] = {"years": years, "draws": draws, "seed": seed}

    def compute() -> dict[str, Any]:
        run = simulate(state, scenario, **asked, measures=measures)
        return {name: getattr(run, name) for name in ("values", "expected")}

    if 2 * len(measures.names) * (years + 1) * draws > MOST_KEPT:
        folder = None
    found = result(folder, "draws", {**rests_on(state, scenario, measures), **asked}, compute)
    return Draws(scenario, measures, found["values"], found["expected"], seed)


def needed_of(question: Question, *, folder: Path | None) -> Needed:
    """As `goals.needed` answers."""

    def compute() -> dict[str, Any]:
        found = needed(question)
        return {**vars(found), "answer": found.answer and {**vars(found.answer), "goal": None}}

    found = result(folder, "needed", _asked(question), compute)
    answer = found["answer"]
    return Needed(**{**found, "answer": answer and Answer(**{**answer, "goal": question.goal})})


def overturned_of(questions: Sequence[Question], *, folder: Path | None) -> tuple[Overturned | None, ...]:
    """As `sensitivity.overturned_each` finds them."""

    def compute() -> list[dict[str, Any] | None]:
        return [None if one is None else dict(vars(one)) for one in overturned_each(questions)]

    found = result(folder, "overturned", {"questions": [_asked(one) for one in questions]}, compute)
    return tuple(one and Overturned(**one) for one in found)


def shares_of(
    state: State,
    scenario: Scenario,
    measure: str,
    *,
    year: int,
    measures: Measures,
    points: int = POINTS,
    seed: int,
    folder: Path | None,
) -> Shares:
    """As `sensitivity.shares` finds them."""
    import pandas as pd

    asked = {"year": year, "points": points, "seed": seed}

    def compute() -> dict[str, list[Any]]:
        found = shares(state, scenario, measure, measures=measures, **asked)
        return {str(name): column.to_list() for name, column in found.table.items()}

    rests = {**rests_on(state, scenario, measures), "measure": measure, **asked}
    return Shares(scenario, measure, year, points, seed, pd.DataFrame(result(folder, "variance", rests, compute)))


def rests_on(state: State, scenario: Scenario, measures: Measures) -> dict[str, Any]:
    """What every result of a scenario rests on."""
    return {"state": state, "scenario": scenario, "measures": measures}


def _asked(question: Question) -> dict[str, Any]:
    asked = {"goal": question.goal, "draws": question.draws, "seed": question.seed}
    return {**rests_on(question.state, question.scenario, question.measures), **asked}
