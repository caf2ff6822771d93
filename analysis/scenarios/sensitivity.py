"""What matters: each assumption from end to end, shares of the variance, and what would overturn a conclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.errors import ParameterError, among
from analysis.messages import said
from analysis.scenarios.chance import Array
from analysis.scenarios.outcomes import Measures
from analysis.scenarios.question import Question
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import expected
from analysis.scenarios.state import State

if TYPE_CHECKING:
    import pandas as pd


def tornado(state: State, scenario: Scenario, measure: str, *, years: int, measures: Measures) -> pd.DataFrame:
    """A number in the last year with each assumption at the ends of its range, the others at their values.

    Parameters
    ----------
    measure
        One of the measures' names, or a target's `ID.share`.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption in doubt, the widest swing first: assumption, low, high (its ends), at_low, at_value,
        at_high (the number), swing.
    """
    import pandas as pd

    open_ = scenario.open
    ends = {name: (scenario.dynamics[name].low, scenario.dynamics[name].high) for name in open_}
    values = _varied(scenario, [(name, end) for name in open_ for end in ends[name]])
    found = _number(expected(state, values, years=years, measures=measures)[:, -1], measures, measure)
    low, high, at_value = found[:-1:2], found[1:-1:2], found[-1]
    table = pd.DataFrame({"assumption": open_, "low": [ends[name][0] for name in open_]})
    table = table.assign(high=[ends[name][1] for name in open_], at_low=low, at_value=at_value, at_high=high)
    table = table.assign(swing=np.abs(table["at_high"] - table["at_low"]))
    return table.sort_values("swing", ascending=False, ignore_index=True)


def sobol(
    function: Callable[[Array], Array],
    quantiles: Mapping[str, Callable[[Array], Array]],
    *,
    draws: int = 1024,
    seed: int = 0,
) -> pd.DataFrame:
    """First-order and total shares of a function's variance that come from each of its inputs.

    Parameters
    ----------
    function
        From inputs (input, draw) to one number a draw.
    quantiles
        Each input's quantile function, in the order of the function's rows.
    draws
        A power of two; the function is called with (inputs + 2) times as many.

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


def sobol_of(
    state: State, scenario: Scenario, measure: str, *, years: int, measures: Measures, draws: int = 64, seed: int = 0
) -> pd.DataFrame:
    """Sobol shares of a number in the last year over the assumptions in doubt, without chance; the largest first."""
    from functools import partial

    from analysis.scenarios.scenario import triangular

    open_ = scenario.open
    rows = {name: scenario.dynamics[name] for name in open_}
    quantiles = {name: partial(triangular, low=row.low, peak=row.value, high=row.high) for name, row in rows.items()}

    def function(inputs: Array) -> Array:
        fixed = scenario.values()
        values = {name: np.repeat(row, inputs.shape[1]) for name, row in fixed.items()}
        values |= dict(zip(open_, inputs, strict=True))
        found = [
            expected(state, {name: row[part] for name, row in values.items()}, years=years, measures=measures)[:, -1]
            for part in _parts(inputs.shape[1])
        ]
        return _number(np.concatenate(found, axis=1), measures, measure)

    table = sobol(function, quantiles, draws=draws, seed=seed)
    return table.sort_values("total", ascending=False, ignore_index=True)


def overturning(question: Question, *, points: int = 33, tried: Array | None = None) -> pd.DataFrame:
    """For each assumption, the smallest change of it alone that turns whether the goal is met, without chance.

    Parameters
    ----------
    points
        Values tried from the assumption's value to each end of its range.
    tried
        What `tried_alone` gives for so many points and the question's years or more; run where none is given.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption that can turn it, the smallest change first: assumption, value, turns_at, change
        (as a share of the way from the value to that end of the range), met (whether the goal is met as things are).
        Empty where no single assumption within its range turns it.
    """
    import pandas as pd

    scenario = question.scenario
    ways, steps = _ways(scenario), np.linspace(0, 1, points)
    trials = _trials(scenario, points)
    if tried is None:
        tried = tried_alone(question, points=points)
    met = question.margins(tried[:, : question.years + 1]) >= -1e-9
    turned = met[:-1].reshape(len(ways), points) != met[-1]
    rows = [
        (name, scenario.dynamics[name].value, trials[way * points + step][1], float(steps[step]), bool(met[-1]))
        for way, (name, _) in enumerate(ways)
        if turned[way].any()
        for step in [int(turned[way].argmax())]
    ]
    table = pd.DataFrame(rows, columns=["assumption", "value", "turns_at", "change", "met"])
    return table.sort_values("change", kind="stable", ignore_index=True)


def tried_alone(question: Question, *, points: int = 33) -> Array:
    """The measures of a question's years with each assumption moved alone, for `overturning`: (measure, year, trial).

    The same for every goal of a scenario, so far as its years go: run it for the longest, and read all of them off it.
    """
    values = _varied(question.scenario, _trials(question.scenario, points))
    return expected(question.state, values, years=question.years, measures=question.measures)


def _ways(scenario: Scenario) -> list[tuple[str, Literal["low", "high"]]]:
    ends: tuple[Literal["low"], Literal["high"]] = ("low", "high")
    return [(name, end) for name in scenario.open for end in ends]


def _trials(scenario: Scenario, points: int) -> list[tuple[str, float]]:
    """Each assumption at so many values on the way to each end of its range."""
    return [
        (name, row.value + step * (getattr(row, end) - row.value))
        for name, end in _ways(scenario)
        for row in [scenario.dynamics[name]]
        for step in np.linspace(0, 1, points)
    ]


def _varied(scenario: Scenario, trials: list[tuple[str, float]]) -> dict[str, Array]:
    """All values, one column for each trial with one of them changed, and a last column with none."""
    values = {name: np.repeat(row, len(trials) + 1) for name, row in scenario.values().items()}
    for position, (name, value) in enumerate(trials):
        values[name][position] = value
    return values


def _number(last: Array, measures: Measures, name: str) -> Array:
    """A measure, or a target's share, from the measures of one year: by draw."""
    target, _, part = name.rpartition(".")
    if part == "share":
        have, meant = (_number(last, measures, f"{target}.{one}") for one in ("have", "meant"))
        return np.asarray(have / np.where(meant > 0, meant, np.nan))
    return np.asarray(last[measures.names.index(among(name, measures.names, what="measure"))])


def _parts(whole: int, most: int = 512) -> list[slice]:
    return [slice(start, min(start + most, whole)) for start in range(0, whole, most)]
