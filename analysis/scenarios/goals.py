"""The question backwards: the least value of one lever that meets a target in time, or what holds it back.

An answer is found with a number of draws, and other draws would give another one. So it comes with the values between
which it can lie: the share of the draws that meets the target at a value is a binomial proportion, and Wilson's
interval of it says whether that value surely misses, surely meets, or neither.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path as File
from typing import Any, Literal

import numpy as np

from analysis.errors import ParameterError, among
from analysis.messages import said
from analysis.scenarios.assumptions import ALLOWED, LEVERS
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import series
from analysis.scenarios.simulation import MOST_YEARS, Draws, Path, expected, luck, simulate, varied
from analysis.scenarios.state import Rule, State
from analysis.sources.results import result

ROUGH = 64  # draws of the assumptions for a first guess
SURE = 1.96  # standard errors: either end of an answer's range is wrong once in 40 times

Base = Literal["", "frozen", "moving"]


@dataclass(frozen=True)
class Goal:
    """A target under one of its readings, by position, to be met by a year with a probability.

    The base is the reading's own where it is empty.
    """

    target: str
    reading: int
    by_year: int
    probability: float = 0.9
    base: Base = ""

    @property
    def at(self) -> str:
        """The reading as `series` names it: `five_good#0`, `five_good#0~moving`."""
        return f"{self.target}#{self.reading}" + (f"~{self.base}" if self.base else "")


@dataclass(frozen=True, eq=False)
class Question:
    """A goal for a study's state under a scenario: to be tried with other levers, under the same luck.

    Where there is a run of the scenario as it is, draws under the same seed, at least as many and as far, are read off it
    and not drawn again.

    Raises
    ------
    ParameterError
        When the goal names no target or reading of the study, a probability not above 0 or above 1, or a year that is
        not ahead.
    """

    state: State
    scenario: Scenario
    goal: Goal
    draws: int = 256
    seed: int = 0
    run: Draws | None = None

    def __post_init__(self) -> None:
        goal, now = self.goal, self.scenario.year
        among(goal.target, [rule.target.id for rule in self.state.measures.rules], what="target")
        readings = len(self.rule.target.readings)
        if not 0 <= goal.reading < readings:
            what = "reading: {reading}; allowed: 0 to {number}"
            raise ParameterError(said(what, reading=goal.reading, number=readings - 1))
        if not 0 < goal.probability <= 1:
            what = "probability: {probability:g}; allowed: above 0, at most 1"
            raise ParameterError(said(what, probability=goal.probability))
        if not 1 <= self.years <= MOST_YEARS:
            what = "by_year: {by_year}; allowed: {first} to {last}"
            raise ParameterError(said(what, by_year=goal.by_year, first=now + 1, last=now + MOST_YEARS))

    @property
    def rule(self) -> Rule:
        """The target's rule."""
        return next(rule for rule in self.state.measures.rules if rule.target.id == self.goal.target)

    @property
    def years(self) -> int:
        """The years left."""
        return self.goal.by_year - self.scenario.year

    @property
    def rests_on(self) -> dict[str, Any]:
        """All that an answer rests on: the run only saves time."""
        return {name: value for name, value in vars(self).items() if name != "run"}

    def margins(self, values: Array) -> Array:
        """How far over what is required the last year is, by draw: 0 or more where the goal is met."""
        run = Path(self.scenario, self.state.measures, values)
        return np.asarray((run.of(f"{self.goal.target}.have") - series(run, f"{self.goal.at}.required"))[-1])

    def drawn(self, levers: Mapping[str, float]) -> Array:
        """Margins with chance when these levers are set, by draw."""
        scenario, run = self.scenario.deciding(**levers), self.run
        if run is not None and scenario == self.scenario and self._is_told_by(run):
            return self.margins(run.values[:, : self.years + 1, : self.draws])
        asked: dict[str, Any] = {"years": self.years, "draws": self.draws, "seed": self.seed}
        return self.margins(simulate(self.state, scenario, **asked, split=False).values)

    def _is_told_by(self, run: Draws) -> bool:
        """Whether a run holds the draws of the scenario as it is: more draws continue fewer, more years go on from fewer."""
        is_same = run.seed == self.seed and run.scenario == self.scenario and run.measures == self.state.measures
        return is_same and run.draws >= self.draws and len(run.years) > self.years

    def expected(self, levers: Mapping[str, float], *, draws: int | None = None) -> Array:
        """Margins without chance when these levers are set, over the (first) draws of the assumptions."""
        values = luck(self.scenario.deciding(**levers), draws=draws or self.draws, seed=self.seed)
        return self.margins(expected(self.state, values, years=self.years))

    def share(self, margins: Array) -> float:
        """The share of draws that meet the goal."""
        return float((margins >= -1e-9).mean())

    def is_met(self, margins: Array) -> bool:
        """Whether enough draws meet the goal."""
        return self.share(margins) >= self.goal.probability


@dataclass(frozen=True)
class Answer:
    """What it takes.

    Parameters
    ----------
    value
        The least value of the lever that meets the goal; none where no value in its range does.
    binding
        Where no value meets it: the lever or assumption that holds it back most; empty where nothing else would help.
    low, high
        What so many draws leave open: one unit less than `low` surely misses, `high` surely meets, by Wilson's interval of
        95 per cent; none where there is no value, or where none in the range is sure to meet with so many draws.

    Source of the interval: Wilson (1927), Journal of the American Statistical Association 22, 209.
    """

    goal: Goal
    lever: str
    draws: int
    seed: int
    value: float | None = None
    binding: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Needed:
    """What a goal asks for beyond the scenario: nothing where it is enough, else the least of the one lever that helps most.

    The lever is empty where none helps, or none is needed.
    """

    enough: bool
    lever: str = ""
    answer: Answer | None = None


def needed_of(question: Question, *, folder: File | None) -> Needed:
    """Whether a scenario meets a goal as it is, else the least of the lever that helps most.

    Answers are kept in the folder; without one they are found anew.
    """

    def compute() -> dict[str, Any]:
        if question.is_met(question.drawn({})):
            return asdict(Needed(enough=True))
        lever = best_lever(question)
        return asdict(Needed(enough=False, lever=lever, answer=least(question, lever) if lever else None))

    found = result(folder, "needed", question.rests_on, compute)
    answer = found["answer"] and Answer(**{**found["answer"], "goal": question.goal})
    return Needed(found["enough"], found["lever"], answer)


def least(question: Question, lever: str) -> Answer:
    """The least value of one lever, from where it stands to its end, that meets the goal.

    Bisection on the lever's steps without chance finds the neighbourhood; draws with chance settle it. All tries meet
    the same luck and differ by the lever alone; see `random_draws` for what that promises.
    """
    today, allowed = question.scenario.lever(lever), ALLOWED[lever]
    steps = math.floor((allowed.most - today) / allowed.step + 1e-9)

    def at(step: int) -> float:
        return round(today + step * allowed.step, 10)

    @cache
    def drawn(step: int) -> Array:
        return question.drawn({lever: at(step)})

    @cache
    def undrawn(step: int) -> Array:
        return question.expected({lever: at(step)})

    guess = _first(lambda step: question.is_met(question.expected({lever: at(step)}, draws=ROUGH)), 0, steps)
    luck = drawn(guess) - undrawn(guess)
    near = _expected_step(question, question.goal.probability, guess, steps, margins=lambda step: undrawn(step) + luck)
    step = settle(lambda step: question.is_met(drawn(step)), near=steps if near is None else near, most=steps)
    found = Answer(question.goal, lever, question.draws, question.seed)
    if step is None:
        return replace(found, binding=binding(question, lever, at(steps)))
    held = drawn(step) - undrawn(step)
    low, high = _ends(question, step, steps, margins=lambda one: undrawn(one) + held)
    return replace(found, value=at(step), low=at(low), high=None if high is None else at(high))


def binding(question: Question, lever: str, value: float) -> str:
    """What holds a goal back when a lever stands at a value: the rate whose better end would help most, without chance.

    A lever may go to its end, an assumption to the ends of its own range; empty where nothing else would help.
    """
    held = replace(question, scenario=question.scenario.deciding(**{lever: value}))
    ends = {name: (row.low, row.high) for name, row in held.scenario.dynamics.items() if name != lever}
    ends |= {name: (ALLOWED[name].least, ALLOWED[name].most) for name in LEVERS if name != lever}
    return _most_helpful(held, [(name, end) for name, both in ends.items() for end in both])


def best_lever(question: Question) -> str:
    """The lever whose better end brings the goal nearest, without chance and all else as it is; empty where none helps."""
    return _most_helpful(question, [(name, ALLOWED[name].most) for name in LEVERS if name != "enterprise_growth"])


def settle(holds: Callable[[int], bool], *, near: int, most: int) -> int | None:
    """The first step from 0 to most at which it holds, looked for outwards from a near one; none where it never does.

    Examples
    --------
    >>> settle(lambda step: step >= 7, near=9, most=100), settle(lambda step: False, near=9, most=100)
    (7, None)
    """
    reach = 1
    if holds(near):
        while near > 0:
            behind = max(near - reach, 0)
            if not holds(behind):
                return _first(holds, behind + 1, near)
            near, reach = behind, reach * 2
        return 0
    while near < most:
        ahead = min(near + reach, most)
        if holds(ahead):
            return _first(holds, near + 1, ahead)
        near, reach = ahead, reach * 2
    return None


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first step from low to high at which it holds; high where it holds at none before."""
    return bisect_left(range(high), True, low, high, key=holds)


def _most_helpful(question: Question, trials: list[tuple[str, float]]) -> str:
    """Of rates each at a value of its own, the one that raises the margin most; empty where none does."""
    values = varied(question.scenario, trials)
    margins = question.margins(expected(question.state, values, years=question.years))
    gains = margins[:-1] - margins[-1]
    best = int(np.argmax(gains))
    return trials[best][0] if gains[best] > 0 else ""


def _ends(question: Question, step: int, steps: int, *, margins: Callable[[int], Array]) -> tuple[int, int | None]:
    """The steps between which an answer can lie: the first that does not surely miss, and the first that surely meets.

    Wilson's interval of a share found holds the wanted one unless they are `SURE` standard errors of the wanted one apart.
    """
    wanted = question.goal.probability
    error = SURE * math.sqrt(wanted * (1 - wanted) / question.draws)
    low = _expected_step(question, wanted - error, step, step, margins=margins)
    more = math.nextafter(wanted + error, 2)
    high = None if more > 1 else _expected_step(question, more, step, steps, margins=margins)
    return step if low is None else low, high


def _expected_step(
    question: Question, share: float, near: int, most: int, *, margins: Callable[[int], Array]
) -> int | None:
    """The first step at which so great a share of the margins meets the goal: without chance, which is added from one step.

    What chance did at one step tells well what it does at those beside it. The search begins where a straight line
    through the margins at two steps crosses nought.
    """

    def reached(step: int) -> float:
        return float(np.quantile(margins(step), min(max(1 - share, 0), 1), method="lower"))

    def crossing(one: int, other: int) -> int:
        gain = (reached(one) - reached(other)) * (one - other)
        aim = one - reached(one) * (one - other) ** 2 / gain if gain > 0 else one
        return round(min(max(aim, 0), most))

    start = crossing(near, near - 1 if near else near + 1)
    start = crossing(near, start) if start != near else start
    return settle(lambda step: question.share(margins(step)) >= share, near=start, most=most)
