"""What matters: each assumption from end to end, and shares of the variance; without chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import ParameterError, WorkbookError
from analysis.messages import said
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario, triangular
from analysis.scenarios.series import series
from analysis.scenarios.simulation import Path, expected, varied
from analysis.scenarios.state import State
from analysis.sources.results import result

if TYPE_CHECKING:
    import pandas as pd

POINTS = 256  # of shares of the variance, a power of two: half widths of some per cent, in half a second
TOGETHER = 512  # mean fields side by side


def tornado(state: State, scenario: Scenario, measure: str, *, years: int) -> pd.DataFrame:
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
    found = series(Path(scenario, state.measures, expected(state, values, years=years)), measure)[-1]
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
    points: int = POINTS,
    seed: int = 0,
    folder: File | None = None,
) -> Shares:
    """The shares of a scenario's number in a year; the path is run (assumptions in doubt + 2) times as often as points.

    They are kept in the folder; without one they are computed anew.
    """
    import pandas as pd

    open_ = scenario.open
    rows = {name: scenario.dynamics[name] for name in open_}
    quantiles = {name: partial(triangular, low=row.low, peak=row.value, high=row.high) for name, row in rows.items()}

    def function(inputs: Array) -> Array:
        found = []
        for start in range(0, inputs.shape[1], TOGETHER):
            part = inputs[:, start : start + TOGETHER]
            values = {name: np.repeat(row, part.shape[1]) for name, row in scenario.values().items()}
            values |= dict(zip(open_, part, strict=True))
            found.append(expected(state, values, years=year - scenario.year)[:, -1:])
        return np.asarray(series(Path(scenario, state.measures, np.concatenate(found, axis=2)), measure)[-1])

    def compute() -> dict[str, list[Any]]:
        table = sobol(function, quantiles, draws=points, seed=seed)
        ordered = table.sort_values("total", ascending=False)
        return {str(name): column.to_list() for name, column in ordered.items()}

    rests_on = {"state": state, "scenario": scenario, "measure": measure, "year": year, "points": points, "seed": seed}
    table = pd.DataFrame(result(folder, "variance", rests_on, compute))
    return Shares(scenario, measure, year, points, seed, table)
