"""What scenarios come to, kept by all that it rests on: a paper in another language need not compute it again.

Whoever checks a paper asks without a folder, or calls the functions themselves: nothing that is kept is read then.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.scenarios.outcomes import Measures
from analysis.scenarios.planning import Answer, Needed, needed
from analysis.scenarios.question import Question
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import Draws, simulate
from analysis.scenarios.state import State
from analysis.scenarios.turning_ahead import Overturned, overturned_each
from analysis.scenarios.variance import POINTS, Shares, shares
from analysis.sources.results import result

MOST_KEPT = 2_000_000  # numbers of one run: more would fill a disk sooner than they save time


def draws_of(
    state: State,
    scenario: Scenario,
    *,
    years: int,
    draws: int,
    seed: int,
    measures: Measures,
    folder: Path | None,
) -> Draws:
    """As `simulation.simulate` draws them.

    Parameters
    ----------
    folder
        Where results are kept; none to compute anew.
    """

    def compute() -> dict[str, Any]:
        run = simulate(state, scenario, years=years, draws=draws, seed=seed, measures=measures)
        return {name: getattr(run, name) for name in ("values", "expected")}

    if 2 * len(measures.names) * (years + 1) * draws > MOST_KEPT:
        folder = None
    asked = {"years": years, "draws": draws, "seed": seed}
    found = result(folder, "draws", {**rests_on(state, scenario, measures), **asked}, compute)
    return Draws(scenario, measures, found["values"], found["expected"], seed)


def needed_of(question: Question, *, folder: Path | None) -> Needed:
    """As `planning.needed` answers."""

    def compute() -> dict[str, Any]:
        found = needed(question)
        answer = None if found.answer is None else {**vars(found.answer), "goal": None}
        return {"enough": found.enough, "lever": found.lever, "answer": answer}

    found = result(folder, "needed", _asked(question), compute)
    answer = found["answer"]
    told = None if answer is None else Answer(**{**answer, "goal": question.goal})
    return Needed(found["enough"], found["lever"], told)


def overturned_of(questions: Sequence[Question], *, folder: Path | None) -> tuple[Overturned | None, ...]:
    """As `turning_ahead.overturned_each` finds them."""

    def compute() -> list[dict[str, Any] | None]:
        return [None if one is None else dict(vars(one)) for one in overturned_each(questions)]

    found = result(folder, "overturned", {"questions": [_asked(one) for one in questions]}, compute)
    return tuple(None if one is None else Overturned(**one) for one in found)


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
    """As `variance.shares` finds them."""
    import pandas as pd

    def compute() -> dict[str, list[Any]]:
        found = shares(state, scenario, measure, year=year, measures=measures, points=points, seed=seed)
        return {str(name): column.to_list() for name, column in found.table.items()}

    asked = {"measure": measure, "year": year, "points": points, "seed": seed}
    found = result(folder, "variance", {**rests_on(state, scenario, measures), **asked}, compute)
    return Shares(scenario, measure, year, points, seed, pd.DataFrame(found))


def rests_on(state: State, scenario: Scenario, measures: Measures) -> dict[str, Any]:
    """What every result of a scenario rests on."""
    return {"state": state, "scenario": scenario, "measures": measures}


def _asked(question: Question) -> dict[str, Any]:
    asked = {"goal": question.goal, "draws": question.draws, "seed": question.seed}
    return {**rests_on(question.state, question.scenario, question.measures), **asked}
