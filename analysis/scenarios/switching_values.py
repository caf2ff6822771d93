"""What a conclusion hangs on: the smallest change of one assumption alone that turns it, today or in years to come.

Today's counts from a synthetic register: each assumption is moved towards an end of its range, the register is drawn anew
with the same luck, and the targets are looked at again. Of years to come: each assumption about change, without chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from analysis.coverage.cells import Cells, one_by_one
from analysis.coverage.counting import Counter
from analysis.errors import ConsistencyError, WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Quantity, Status
from analysis.scenarios.goals import Question
from analysis.scenarios.random_draws import Array
from analysis.scenarios.simulation import expected, varied
from analysis.scenarios.targets import gaps
from analysis.sources.results import result
from analysis.sources.synthetic import key_of, register_from
from analysis.sources.synthetic_stages import Draft
from analysis.sources.synthetic_totals import unknown_of
from analysis.study import Study

STEPS = 20  # from an assumption's value to the end of its range
STEPS_AHEAD = 33  # values tried of an assumption about change, from its value to each end of its range

End = Literal["low", "high"]
ENDS: tuple[End, ...] = get_args(End)
Missing = Mapping[str, int]


@dataclass(frozen=True)
class Overturned:
    """An assumption about change that alone turns whether a target is met; a step nearer to its value it does not.

    `met` is whether the target is met as things are assumed.
    """

    assumption: str
    value: float
    turns_at: float
    step: float
    met: bool


def overturned_of(questions: Sequence[Question], *, folder: Path | None) -> tuple[Overturned | None, ...]:
    """For each goal of one scenario, from one state: the assumption whose smallest change turns the conclusion, without chance.

    None where no single one turns it within its range. Results are kept in the folder; without one they are computed anew.
    """
    if not questions:
        return ()

    def compute() -> list[dict[str, Any] | None]:
        longest = max(questions, key=lambda one: one.years)
        scenario, years = longest.scenario, longest.years
        trials = [
            (name, row.value + step * (end - row.value))
            for name in scenario.open
            for row in [scenario.dynamics[name]]
            for end in (row.low, row.high)
            for step in np.linspace(0, 1, STEPS_AHEAD)
        ]
        tried = expected(longest.state, varied(scenario, trials), years=years)
        found = (_smallest(question, trials, tried) for question in questions)
        return [None if one is None else asdict(one) for one in found]

    rests = {"questions": [one.rests_on for one in questions]}
    return tuple(one and Overturned(**one) for one in result(folder, "overturned", rests, compute))


def _smallest(question: Question, trials: Sequence[tuple[str, float]], tried: Array) -> Overturned | None:
    """What turns a question's conclusion with the smallest part of the way to an end; `tried` ends with nothing changed."""
    met = question.margins(tried[:, : question.years + 1]) >= -1e-9
    turned = (met[:-1] != met[-1]).reshape(-1, STEPS_AHEAD)
    first = np.where(turned.any(axis=1), turned.argmax(axis=1), STEPS_AHEAD)  # step, by way to an end
    if not turned.any():
        return None
    name, turns_at = trials[int(first.argmin()) * STEPS_AHEAD + int(first.min())]
    row = question.scenario.dynamics[name]
    end = row.low if turns_at < row.value else row.high
    return Overturned(name, row.value, float(turns_at), (end - row.value) / (STEPS_AHEAD - 1), bool(met[-1]))


@dataclass(frozen=True)
class Turn:
    """An assumption that alone turns a conclusion, in so many of `STEPS` towards an end of its range; one less does not."""

    assumption: str
    end: End
    step: int


def turns(study: Study, *, folder: Path | None) -> dict[tuple[str, int], Turn]:
    """For each target's reading, by id and position: the assumption of high impact whose smallest move turns it.

    Only readings that one such assumption can turn within its range; none where the study's counts are not synthetic.
    Results are kept in the folder; without one they are computed anew.
    """
    if study.settings.input != "synthetic":
        return {}
    found = result(folder, "turning", rests_on(study), lambda: _found(study))
    return {(target, reading): Turn(name, end, step) for target, reading, name, end, step in found}


def rests_on(study: Study) -> dict[str, object]:
    """What turns rest on: the register and the study's assumptions, the targets, their bases, and how they are moved."""
    asked = (study.targets, study.settings.bases, study.settings.period)
    return {"register": key_of(study, study.settings.seed), "asked": asked, "steps": STEPS}


def _found(study: Study) -> list[tuple[str, int, str, End, int]]:
    registers = Registers(study)
    found: dict[tuple[str, int], Turn] = {}
    for row in study.assumptions.values():
        for end in ENDS if row.impact == "high" else ():
            for key, step in registers.turned(row.id, end).items():
                if key not in found or step < found[key].step:
                    found[key] = Turn(row.id, end, step)
    return [(*key, turn.assumption, turn.end, turn.step) for key, turn in found.items()]


def value_at(study: Study, turn: Turn) -> float:
    """The assumption's value where it turns the conclusion."""
    row = study.assumptions[turn.assumption]
    return float(row.value + turn.step / STEPS * (getattr(row, turn.end) - row.value))


def quantity(study: Study, target: str, reading: int, turn: Turn) -> Quantity:
    """The value at which an assumption turns a conclusion, with an address to compute it again from."""
    row = study.assumptions[turn.assumption]
    value = value_at(study, turn)
    return Quantity(
        value,
        row.unit,
        Status.SYNTHETIC,
        Label(f"{row.zh}：改变结论的取值", f"{row.en}: where the conclusion turns"),
        base=row.base_name,
        address=f"turning:{turn.assumption}.{turn.end}/{target}#{reading}",
        decimals=1 if row.unit == "share" else 3,
        locator=f"assumptions.toml {row.id}",
    )


def resolve(study: Study, address: str) -> float:
    """The value at an address `turning:ASSUMPTION.END/TARGET#READING`, computed anew; refused where it turns it no more."""
    place, _, subject = address.removeprefix("turning:").partition("/")
    name, _, side = place.rpartition(".")
    for end in ENDS:
        if end == side and name in study.assumptions:
            for (target, reading), step in Registers(study).turned(name, end).items():
                if subject == f"{target}#{reading}":
                    return value_at(study, Turn(name, end, step))
    raise WorkbookError(said("{name} turns {subject} no more", name=name, subject=subject))


class Registers:
    """A study's synthetic registers with one assumption moved, each looked at once.

    They are drawn with the same luck, share what does not rest on what is moved, and are counted row by row: the counts
    are those of registers drawn and compressed one by one.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> Registers(open_study("suzhou-2003")).missing({})["five_good#0"]
    740
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._draft = Draft(study, study.settings.seed)
        self._seen: dict[tuple[tuple[str, float], ...], Missing | ConsistencyError] = {}

    def missing(self, values: Mapping[str, float]) -> Missing:
        """How many are missing by target and reading (`ID#POSITION`), with some assumptions at other values.

        Raises
        ------
        ConsistencyError
            When no register can have the published totals then.
        """
        key = tuple(sorted(values.items()))
        if key not in self._seen:
            try:
                self._seen[key] = self._counted(self._draft.under(values))
            except ConsistencyError as error:
                self._seen[key] = error
        found = self._seen[key]
        if isinstance(found, ConsistencyError):
            raise found
        return found

    def turned(self, name: str, end: End) -> dict[tuple[str, int], int]:
        """The step at which each conclusion turns, for those that the end of the range turns."""
        row = self.study.assumptions[name]
        if getattr(row, end) == row.value:
            return {}
        found = {}
        for key in (one for one in self.missing({}) if self._differs(name, end, STEPS, one)):
            low, high = 0, STEPS  # not turned at low, turned at high
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self._differs(name, end, middle, key) else (middle, high)
            target, _, reading = key.partition("#")
            found[target, int(reading)] = high
        return found

    def _differs(self, name: str, end: End, step: int, key: str) -> bool:
        try:
            there = self.missing({name: value_at(self.study, Turn(name, end, step))})
        except ConsistencyError:
            return False
        return (there[key] == 0) != (self.missing({})[key] == 0)

    def _counted(self, stages: Mapping[str, object]) -> Missing:
        cells = Cells(one_by_one(register_from(stages, self.study)), Status.SYNTHETIC, unknown=unknown_of(self.study))
        found = gaps(Counter(self.study, cells), year=self.study.year, years=1)
        return {
            f"{gap.target.id}#{position}": int(requirement.missing.value)
            for gap in found
            for position, requirement in enumerate(gap.requirements)
            if requirement.missing is not None
        }
