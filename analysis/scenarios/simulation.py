"""How a year passes, and many years: one path without chance, or draws over chance and the ranges of the assumptions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import numpy as np

from analysis.errors import ParameterError
from analysis.messages import said
from analysis.quantities import Label
from analysis.scenarios import labels, year
from analysis.scenarios.assumptions import Rates, rates_of
from analysis.scenarios.random_draws import EXPECTED, Array, Chance, Drawn
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.state import Measures, State
from analysis.sources.results import result

BATCH = 128  # draws with a generator of their own
TOGETHER = 180_000  # cells that go through the years at once: fewer, and threads wait for one another; more, and caches overflow
MOST_YEARS = 60
MOST_DRAWS = 100_000
MOST_KEPT = 2_000_000  # numbers of one run: more would fill a disk sooner than they save time

HORIZON = 10  # years, beyond which a path is arithmetic

Progress = Callable[[int, int], bool | None]
Flows = Mapping[str, Array]  # by draw, in a year: enterprises opened and closed, members by what they did


@dataclass(frozen=True)
class Step:
    """A part of the year: its name in assets/words.toml, and what happens in it, in this order."""

    name: str
    run: tuple[Callable[[year.Year], None], ...]

    @property
    def said(self) -> Label:
        """How a paper tells it to who reads no code."""
        return labels("steps")[self.name]


STEPS = (
    Step("confirm", (year.confirm,)),
    Step("turn_over", (year.turn_over,)),
    Step("resize", (year.resize,)),
    Step("members", (year.leave, year.arrive, year.recruit)),
    Step("found", (year.found,)),
    Step("join", (year.join,)),
    Step("instruct", (year.instruct,)),
    Step("judge", (year.judge,)),
)


def simplified() -> tuple[Label, ...]:
    """What the cells do not carry, and how far a path can be read."""
    return tuple(labels("simplified").values())


def step(state: State, rates: Rates, *, mix: Array | None = None, chance: Chance = EXPECTED) -> tuple[State, Flows]:
    """The state a year later, and what came and went: after = before + flows, exactly in a draw.

    Parameters
    ----------
    rates
        Each a number for all draws, or one number a draw.
    mix
        Of the state in which the path starts; of this one where none is given.
    chance
        `EXPECTED` for the mean field, or `Drawn` from a generator (the numbers of the state are whole then, and stay so).
    """
    passing = year.Year(state, state.mix if mix is None else mix, rates, chance)
    for one in STEPS:
        for happen in one.run:
            happen(passing)
    return passing.ended(), passing.flows


@dataclass(frozen=True, eq=False)
class Path:
    """What follows from a scenario without chance: `values` by (measure, year, draw) of one draw, the first year the start."""

    scenario: Scenario
    measures: Measures
    values: Array

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years."""
        return tuple(self.scenario.year + position for position in range(self.values.shape[1]))

    def of(self, measure: str) -> Array:
        """One measure by year and draw: (year, draw)."""
        return np.asarray(self.values[self.measures.position(measure)])


@dataclass(frozen=True, eq=False)
class Draws(Path):
    """What follows in many draws, with chance and with the assumptions drawn from their ranges.

    `expected` is the same without chance, under the same draws of the assumptions; no draw where the split was not asked
    for. One seed gives every scenario of the study the same luck, draw for draw.
    """

    expected: Array
    seed: int

    @property
    def draws(self) -> int:
        """How many there are; fewer than asked for where they were stopped."""
        return int(self.values.shape[2])

    def split(self, measure: str) -> tuple[Array, Array]:
        """The variance by year that comes from the assumptions, and from chance.

        By the law of total variance: of the expected number over the assumptions, and of what is left.
        """
        expected = self.without_chance(measure)
        return expected.var(axis=1), (self.of(measure) - expected).var(axis=1)

    def without_chance(self, measure: str) -> Array:
        """One measure without chance under the same draws of the assumptions: (year, draw)."""
        return np.asarray(self.expected[self.measures.position(measure)])

    def off(self, measure: str) -> tuple[Array, Array]:
        """By year, how far the mean of the draws is from their mean without chance, and the standard error of that."""
        apart = self.of(measure) - self.without_chance(measure)
        return apart.mean(axis=1), apart.std(axis=1) / np.sqrt(self.draws)


def path(state: State, scenario: Scenario, years: int) -> Path:
    """The mean field: expected numbers year by year (at most `MOST_YEARS`), every assumption at its value.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.scenarios.scenario import open_scenario
    >>> from analysis.scenarios.start import state_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> found = path(state_of(cells_of(study), study), open_scenario(study, "baseline"), 3)
    >>> found.years, float(found.of("covered")[0, 0])
    ((2003, 2004, 2005, 2006), 10547.0)
    """
    _check_between("years", years, 1, MOST_YEARS)
    return Path(scenario, state.measures, _run(state, scenario.values(), years, EXPECTED))


def simulate(
    state: State,
    scenario: Scenario,
    *,
    years: int,
    draws: int = 1000,
    seed: int = 0,
    split: bool = True,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Draws:
    """Draws over both chance and the assumptions' ranges.

    The assumptions are drawn from triangular distributions, independently of one another. The same seed gives the same
    draws on any number of threads; more draws continue fewer; two scenarios meet the same luck. The state is of one draw.

    Parameters
    ----------
    split
        Run the draws without chance as well, so that the variance can be split.
    progress
        Called with the draws done and asked for, as groups of batches end; where it returns False, those done are returned.
    threads
        At most so many groups of batches at once; the processors of the machine where none is given.

    Raises
    ------
    ParameterError
        When draws or years are out of their range.
    """
    _check_between("years", years, 1, MOST_YEARS)
    _check_between("draws", draws, 1, MOST_DRAWS)
    threads = threads or min(os.cpu_count() or 1, 8)
    groups = _groups(-(-draws // BATCH), threads, state.counts.size)
    done: list[tuple[Array, Array]] = []
    with ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(_group, state, scenario, years, seed, group, split) for group in groups]
        for job, group in zip(jobs, groups, strict=True):
            done.append(job.result())
            if progress is not None and progress(min(group.stop * BATCH, draws), draws) is False:
                pool.shutdown(cancel_futures=True)
                break
    values, expected = (np.concatenate(parts, axis=2)[:, :, :draws] for parts in zip(*done, strict=True))
    return Draws(scenario, state.measures, values, expected, seed)


def draws_of(state: State, scenario: Scenario, *, years: int, draws: int, seed: int, folder: File | None) -> Draws:
    """As `simulate` draws them; kept in the folder by all that they rest on, or drawn anew without one."""
    asked: dict[str, Any] = {"years": years, "draws": draws, "seed": seed}

    def compute() -> dict[str, Array]:
        run = simulate(state, scenario, **asked)
        return {"values": run.values, "expected": run.expected}

    is_kept = 2 * len(state.measures.names) * (years + 1) * draws <= MOST_KEPT
    found = result(folder if is_kept else None, "draws", {"state": state, "scenario": scenario, **asked}, compute)
    return Draws(scenario, state.measures, **found, seed=seed)


def expected(state: State, values: Mapping[str, Array], *, years: int) -> Array:
    """Mean fields side by side, one for each draw of all rates and levers (`Scenario.values`, `luck`): (measure, year, draw)."""
    draws = max(len(row) for row in values.values())
    return _run(state.repeated(draws), values, years, EXPECTED)


def luck(scenario: Scenario, *, draws: int, seed: int) -> dict[str, Array]:
    """The rates and levers that `simulate` draws, without running anything."""
    return scenario.drawn(_uniforms(scenario, seed, range(-(-draws // BATCH)))[:, :draws])


def varied(scenario: Scenario, trials: Sequence[tuple[str, float]]) -> dict[str, Array]:
    """All rates and levers at their values: a draw for each trial, with one of them changed, and a last one with none."""
    values = {name: np.repeat(row, len(trials) + 1) for name, row in scenario.values().items()}
    for position, (name, value) in enumerate(trials):
        values[name][position] = value
    return values


def _groups(batches: int, threads: int, cells: int) -> list[range]:
    """Batches that go through the years side by side, an even share to each thread at the most."""
    size = max(min(TOGETHER // (cells * BATCH), -(-batches // threads)), 1)
    return [range(start, min(start + size, batches)) for start in range(0, batches, size)]


def _group(state: State, scenario: Scenario, years: int, seed: int, batches: range, split: bool) -> tuple[Array, Array]:
    values = scenario.drawn(_uniforms(scenario, seed, batches))
    many = state.repeated(BATCH * len(batches))
    chance = Drawn(*(np.random.default_rng([seed, number, 1]) for number in batches))
    drawn = _run(many, values, years, chance)
    return drawn, _run(many, values, years, EXPECTED) if split else drawn[:, :, :0]


def _uniforms(scenario: Scenario, seed: int, batches: range) -> Array:
    """One row for each assumption, one column a draw; each batch's from a generator of its own."""
    shape = len(scenario.dynamics), BATCH
    return np.concatenate([np.random.default_rng([seed, number, 0]).random(shape) for number in batches], axis=1)


def _run(state: State, values: Mapping[str, Array], years: int, chance: Chance) -> Array:
    rates, mix = rates_of(values, state.categories), state.mix
    found = [state.measures.of(state)]
    for _ in range(years):
        state, _ = step(state, rates, mix=mix, chance=chance)
        found.append(state.measures.of(state))
    return np.stack(found, axis=1)


def _check_between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        what = "{name}: {value}; allowed: {least} to {most:,}"
        raise ParameterError(said(what, name=name, value=value, least=least, most=most))
