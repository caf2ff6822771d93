"""A target to be met by a year with a probability, asked of a state under a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.errors import ParameterError, among
from analysis.messages import said
from analysis.scenarios.chance import Array
from analysis.scenarios.outcomes import Measures, Rule
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import MOST_YEARS, Draws, expected, luck, simulate
from analysis.scenarios.state import State
from analysis.scenarios.targets import required


@dataclass(frozen=True)
class Goal:
    """A target under one of its readings, to be met by a year with a probability.

    Parameters
    ----------
    base
        `frozen` or `moving`; the reading's own where empty.

    Examples
    --------
    >>> Goal("five_good", 0, by_year=2006, probability=0.9).reading
    0
    """

    target: str
    reading: int
    by_year: int
    probability: float = 0.9
    base: Literal["", "frozen", "moving"] = ""


@dataclass(frozen=True, eq=False)
class Question:
    """A goal for a study's state under a scenario: to be tried with other levers, under the same luck.

    Parameters
    ----------
    run
        Draws of the scenario as it is, where there are any: those under the same seed, at least as many and as far, are
        read off it and not drawn again.

    Raises
    ------
    ParameterError
        When the goal names no target or reading of the study, a probability not above 0 or above 1, or a year that is
        not ahead.
    """

    state: State
    scenario: Scenario
    measures: Measures
    goal: Goal
    draws: int = 256
    seed: int = 0
    run: Draws | None = None

    def __post_init__(self) -> None:
        names = [rule.target.id for rule in self.measures.rules]
        among(self.goal.target, names, what="target")
        if not 0 <= self.goal.reading < len(self.rule.target.readings):
            raise ParameterError(
                said(
                    "reading: {reading}; allowed: 0 to {number}",
                    reading=self.goal.reading,
                    number=len(self.rule.target.readings) - 1,
                )
            )
        if not 0 < self.goal.probability <= 1:
            raise ParameterError(
                said("probability: {probability:g}; allowed: above 0, at most 1", probability=self.goal.probability)
            )
        if not 1 <= self.years <= MOST_YEARS:
            now = self.scenario.year
            raise ParameterError(
                said(
                    "by_year: {by_year}; allowed: {first} to {last}",
                    by_year=self.goal.by_year,
                    first=now + 1,
                    last=now + MOST_YEARS,
                )
            )

    @property
    def rule(self) -> Rule:
        """The target's rule."""
        return next(rule for rule in self.measures.rules if rule.target.id == self.goal.target)

    @property
    def years(self) -> int:
        """The years left."""
        return self.goal.by_year - self.scenario.year

    def margins(self, values: Array) -> Array:
        """How far over what is required the last year is, by draw: 0 or more where the goal is met."""
        names, target = self.measures.names, self.goal.target
        meant, have = (values[names.index(f"{target}.{part}")] for part in ("meant", "have"))
        reading = self.rule.target.readings[self.goal.reading]
        wanted = required(reading, meant, meant[:1], base=self.goal.base)
        return np.asarray((have - wanted)[-1])

    def drawn(self, levers: Mapping[str, float]) -> Array:
        """Margins with chance when these levers are set, by draw."""
        scenario = self.scenario.deciding(**levers)
        if self.run is not None and scenario == self.scenario and self._is_told_by(self.run):
            return self.margins(self.run.values[:, : self.years + 1, : self.draws])
        run = simulate(
            self.state,
            scenario,
            years=self.years,
            draws=self.draws,
            seed=self.seed,
            measures=self.measures,
            split=False,
        )
        return self.margins(run.values)

    def _is_told_by(self, run: Draws) -> bool:
        """Whether a run holds the draws of the scenario as it is: more draws continue fewer, more years go on from fewer."""
        is_same = run.seed == self.seed and run.scenario == self.scenario and run.measures == self.measures
        return is_same and run.draws >= self.draws and len(run.years) > self.years

    def expected(self, levers: Mapping[str, float], *, draws: int | None = None) -> Array:
        """Margins without chance when these levers are set, over the (first) draws of the assumptions."""
        values = luck(self.scenario.deciding(**levers), draws=draws or self.draws, seed=self.seed)
        return self.margins(expected(self.state, values, years=self.years, measures=self.measures))

    def share(self, margins: Array) -> float:
        """The share of draws that meet the goal."""
        return float((margins >= -1e-9).mean())

    def is_met(self, margins: Array) -> bool:
        """Whether enough draws meet the goal."""
        return self.share(margins) >= self.goal.probability

    def reached(self, margins: Array) -> float:
        """The margin that the wanted share of the draws reaches."""
        return float(np.quantile(margins, 1 - self.goal.probability, method="lower"))
