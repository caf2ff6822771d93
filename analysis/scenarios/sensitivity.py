"""What matters: each assumption from end to end, shares of the variance, and what would overturn a conclusion; without chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import ParameterError, WorkbookError, among
from analysis.messages import said
from analysis.scenarios.goals import Question
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario, triangular
from analysis.scenarios.simulation import expected, varied
from analysis.scenarios.state import State

if TYPE_CHECKING:
    import pandas as pd

POINTS = 256  # of shares of the variance, a power of two: half widths of some per cent, in half a second
STEPS = 33  # values tried from an assumption's value to each end of its range
TOGETHER = 512  # mean fields side by side


def tornado(state: State, scenario: Scenario, measure: str, *, years: int, measures: Measures) -> pd.DataFrame:
    """A measure or a target's `ID.share` in the last year, each assumption at the ends of its range, the others at their values.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption in doubt, the widest swing first: assumption, low, high (its ends), at_low, at_value,
        at_high (the number), swing.
    """
    import pandas as pd

    open_ = scenario.open
    ends = np.array([(scenario.dynamics[name].low, scenario.dynamics[name].high) for name in open_]).reshape(-1, 2)
    values = varied(scenario, [(name, end) for name, both in zip(open_, ends.tolist(), strict=True) for end in both])
    found = _number(expected(state, values, years=years, measures=measures)[:, -1], measures, measure)
    low, high = found[:-1:2], found[1:-1:2]
    numbers = {"at_low": low, "at_value": found[-1], "at_high": high, "swing": np.abs(high - low)}
    table = pd.DataFrame({"assumption": open_, "low": ends[:, 0], "high": ends[:, 1], **numbers})
    return table.sort_values("swing", ascending=False, ignore_index=True)


def sobol(
    function: Callable[[Array], Array],
    quantiles: Mapping[str, Callable[[Array], Array]],
    *,
    draws: int = 1024,
    seed: int = 0,
) -> pd.DataFrame:
    """First-order and total shares of a function's variance that come from each of its inputs.

    The function goes from inputs (input, draw), each by its quantile function, to one number a draw; it is called with
    (inputs + 2) times as many draws, a power of two.

    Returns
    -------
    pandas.DataFrame
        One row for each input: input, first, total, and the half widths of their intervals of 95 per cent by bootstrap.

    Raises
    ------
    ParameterError
        When draws is not a power of two from 2.

    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259 (first-order); Jansen (1999), Computer Physics
    Communications 117, 35 (total); both by SALib, Herman and Usher (2017), Journal of Open Source Software 2(9).
    """
    import pandas as pd
    from SALib.analyze import sobol as estimators
    from SALib.sample import sobol as points

    if draws < 2 or draws & (draws - 1):
        raise ParameterError(said("draws: {draws}; allowed: a power of two, for example 1024", draws=draws))
    problem = {"num_vars": len(quantiles), "names": list(quantiles), "bounds": [[0.0, 1.0]] * len(quantiles)}
    uniforms = points.sample(problem, draws, calc_second_order=False, seed=seed).T
    found = function(np.stack([turn(row) for turn, row in zip(quantiles.values(), uniforms, strict=True)]))
    still = bool(np.ptp(found) == 0)
    shares = {} if still else estimators.analyze(problem, found, calc_second_order=False, seed=seed)
    columns = {"first": "S1", "total": "ST", "first_error": "S1_conf", "total_error": "ST_conf"}
    rows = {name: np.zeros(len(quantiles)) if still else np.asarray(shares[key]) for name, key in columns.items()}
    return pd.DataFrame({"input": list(quantiles), **rows})


@dataclass(frozen=True, eq=False)
class Shares:
    """Sobol shares of a number in a year over the assumptions in doubt: `table` as `sobol` gives it, the largest first."""

    scenario: Scenario
    measure: str
    year: int
    points: int
    seed: int
    table: pd.DataFrame

    @property
    def inputs(self) -> tuple[str, ...]:
        """The assumptions, those that matter most first."""
        return tuple(self.table["input"])

    def number(self, assumption: str, part: str) -> float:
        """The share of an assumption: `first`, `total`, `first_error` or `total_error`."""
        rows = self.table[self.table["input"] == assumption]
        if rows.empty:
            raise WorkbookError(said("{assumption} is not in doubt any more", assumption=assumption))
        return float(rows[part].iloc[0])


def shares(
    state: State,
    scenario: Scenario,
    measure: str,
    *,
    year: int,
    measures: Measures,
    points: int = POINTS,
    seed: int = 0,
) -> Shares:
    """The shares of a scenario's number in a year; the path is run (assumptions in doubt + 2) times as often as points."""
    open_ = scenario.open
    rows = {name: scenario.dynamics[name] for name in open_}
    quantiles = {name: partial(triangular, low=row.low, peak=row.value, high=row.high) for name, row in rows.items()}

    def function(inputs: Array) -> Array:
        found = []
        for start in range(0, inputs.shape[1], TOGETHER):
            part = inputs[:, start : start + TOGETHER]
            values = {name: np.repeat(row, part.shape[1]) for name, row in scenario.values().items()}
            values |= dict(zip(open_, part, strict=True))
            found.append(expected(state, values, years=year - scenario.year, measures=measures)[:, -1])
        return _number(np.concatenate(found, axis=1), measures, measure)

    table = sobol(function, quantiles, draws=points, seed=seed)
    return Shares(scenario, measure, year, points, seed, table.sort_values("total", ascending=False, ignore_index=True))


def overturning(question: Question, *, tried: Array | None = None) -> pd.DataFrame:
    """For each assumption, the smallest change of it alone that turns whether the goal is met, without chance.

    `tried` is what `tried_alone` gives for the question's years or more; it is run where none is given.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption that can turn it, the smallest change first: assumption, value, turns_at, change
        (as a share of the way from the value to that end of the range), met (whether the goal is met as things are).
        Empty where no single assumption within its range turns it.
    """
    import pandas as pd

    trials, steps = _trials(question.scenario), np.linspace(0, 1, STEPS)
    if tried is None:
        tried = tried_alone(question)
    met = question.margins(tried[:, : question.years + 1]) >= -1e-9
    turned = (met[:-1] != met[-1]).reshape(-1, STEPS)
    rows = [
        (name, question.scenario.dynamics[name].value, turns_at, float(steps[step]), bool(met[-1]))
        for way in np.flatnonzero(turned.any(axis=1)).tolist()
        for step in [int(turned[way].argmax())]
        for name, turns_at in [trials[way * STEPS + step]]
    ]
    table = pd.DataFrame(rows, columns=["assumption", "value", "turns_at", "change", "met"])
    return table.sort_values("change", kind="stable", ignore_index=True)


def tried_alone(question: Question) -> Array:
    """The measures of a question's years with each assumption moved alone, for `overturning`: (measure, year, trial).

    The same for every goal of a scenario, so far as its years go: run it for the longest, and read all of them off it.
    """
    values = varied(question.scenario, _trials(question.scenario))
    return expected(question.state, values, years=question.years, measures=question.measures)


@dataclass(frozen=True)
class Overturned:
    """An assumption about change that alone turns whether a target is met; a step nearer to its value it does not."""

    assumption: str
    value: float
    turns_at: float
    step: float


def overturned(question: Question, *, tried: Array | None = None) -> Overturned | None:
    """The assumption whose smallest change turns the conclusion; none where no single one does within its range."""
    table = overturning(question, tried=tried)
    if table.empty:
        return None
    row = table.iloc[0]
    name, turns_at = str(row["assumption"]), float(row["turns_at"])
    assumed = question.scenario.dynamics[name]
    end = assumed.low if turns_at < assumed.value else assumed.high
    return Overturned(name, assumed.value, turns_at, (end - assumed.value) / (STEPS - 1))


def overturned_each(questions: Sequence[Question]) -> tuple[Overturned | None, ...]:
    """The same for several goals of one scenario, from one state: all are read off the longest of their paths."""
    if not questions:
        return ()
    tried = tried_alone(max(questions, key=lambda one: one.years))
    return tuple(overturned(one, tried=tried) for one in questions)


def _trials(scenario: Scenario) -> list[tuple[str, float]]:
    """Each assumption in doubt at `STEPS` values on the way to each end of its range."""
    return [
        (name, row.value + step * (end - row.value))
        for name in scenario.open
        for row in [scenario.dynamics[name]]
        for end in (row.low, row.high)
        for step in np.linspace(0, 1, STEPS)
    ]


def _number(last: Array, measures: Measures, name: str) -> Array:
    """A measure, or a target's share, from the measures of one year: by draw."""
    target, _, part = name.rpartition(".")
    if part == "share":
        have, meant = (_number(last, measures, f"{target}.{one}") for one in ("have", "meant"))
        return np.asarray(have / np.where(meant > 0, meant, np.nan))
    return np.asarray(last[measures.position(among(name, measures.names, what="measure"))])
