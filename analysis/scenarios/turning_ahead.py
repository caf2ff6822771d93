"""What a conclusion about years to come hangs on: the smallest change of one assumption that turns it, without chance.

| address | what stands there |
|---|---|
| `overturned:SCENARIO/TARGET#READING?by=…&assumption=…` | the value at which an assumption alone turns whether it is met |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number
from analysis.scenarios.addresses import split
from analysis.scenarios.chance import Array
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.sensitivity import overturning, tried_alone
from analysis.scenarios.state import state_of
from analysis.study import Study

POINTS = 33  # values tried from an assumption's value to each end of its range


@dataclass(frozen=True)
class Overturned:
    """An assumption about change that alone turns whether a target is met.

    Parameters
    ----------
    value, turns_at
        Where it stands, and where the conclusion turns; a step nearer to its value it does not.
    step
        What a step is.
    """

    assumption: str
    value: float
    turns_at: float
    step: float


def overturned(question: Question, *, tried: Array | None = None) -> Overturned | None:
    """The assumption whose smallest change turns the conclusion; none where no single one does within its range.

    Parameters
    ----------
    tried
        As `sensitivity.overturning` takes it.
    """
    table = overturning(question, points=POINTS, tried=tried)
    if table.empty:
        return None
    row = table.iloc[0]
    name, turns_at = str(row["assumption"]), float(row["turns_at"])
    assumed = question.scenario.dynamics[name]
    end = assumed.low if turns_at < assumed.value else assumed.high
    return Overturned(name, assumed.value, turns_at, (end - assumed.value) / (POINTS - 1))


def overturned_each(questions: Sequence[Question]) -> tuple[Overturned | None, ...]:
    """The same for several goals of one scenario, from one state: all are read off the longest of their paths."""
    if not questions:
        return ()
    tried = tried_alone(max(questions, key=lambda one: one.years), points=POINTS)
    return tuple(overturned(one, tried=tried) for one in questions)


def quantity(question: Question, found: Overturned) -> Quantity:
    """The value at which an assumption turns a conclusion, with an address to compute it again from."""
    row, goal, scenario = question.scenario.dynamics[found.assumption], question.goal, question.scenario
    return Quantity(
        plain_number(found.turns_at),
        row.unit,
        Status.SIMULATED,
        Label(f"{row.zh}：改变结论的取值", f"{row.en}: where the conclusion turns"),
        base=row.base_name,
        address=f"overturned:{scenario.id}/{goal.target}#{goal.reading}?by={goal.by_year}&assumption={row.id}",
        decimals=2 if row.unit == "share" else 3,
        locator=f"scenarios/{scenario.id}.toml, dynamics.toml {row.id}",
    )


def resolve(study: Study, cells: Cells, address: str, measures: Measures) -> Number:
    """The value at an address of this module, computed anew.

    Raises
    ------
    WorkbookError
        When another assumption turns the conclusion first by now, or none does.
    """
    place, parts = split(address)
    scenario, _, asked = place.partition("/")
    target, _, reading = asked.partition("#")
    goal = Goal(target, int(reading), int(parts["by"]))
    found = overturned(Question(state_of(cells, study), open_scenario(study, scenario), measures, goal))
    if found is None or found.assumption != parts["assumption"]:
        raise WorkbookError(
            said("{assumption} is not what turns {target} any more", assumption=parts["assumption"], target=target)
        )
    return plain_number(found.turns_at)
