"""Paths as tables: each target under each reading by year, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import ParameterError
from analysis.messages import said
from analysis.scenarios.outcomes import COUNTS, deadline, readings_of
from analysis.scenarios.series import QUANTILES, series
from analysis.scenarios.simulation import Draws

if TYPE_CHECKING:
    import pandas as pd


def measure_table(draws: Draws, names: Sequence[str] = tuple(COUNTS)) -> pd.DataFrame:
    """Numbers by year with their bands of 50 and 90 per cent.

    Parameters
    ----------
    names
        As `series` knows them: counts, a target's `ID.meant`, `ID.have`, `ID.share`.

    Returns
    -------
    pandas.DataFrame
        One row for each name and year: name, year, mean, without_chance (the mean of the same draws as mean fields: near a
        cap it lies above the mean), p5, p25, p50, p75, p95, and the shares of the variance
        that come from the assumptions and from chance (only for counts of `COUNTS` and targets; else not a number).
    """
    import pandas as pd

    rows = []
    for name in names:
        values = series(draws, name)
        quantiles = np.quantile(values, list(QUANTILES.values()), axis=1)
        table = pd.DataFrame(dict(zip(QUANTILES, quantiles, strict=True)))
        table = table.assign(mean=values.mean(axis=1), without_chance=_without(draws, name), **_split(draws, name))
        rows.append(table.assign(name=name, year=draws.years))
    columns = ["name", "year", "mean", "without_chance", *QUANTILES, "from_assumptions", "from_chance"]
    return pd.concat(rows, ignore_index=True)[columns]


def target_table(draws: Draws) -> pd.DataFrame:
    """Every target under every reading by year.

    Returns
    -------
    pandas.DataFrame
        One row for each target, reading (its position), base and year: medians of those meant, those that have it, the
        share, the number required and the number missing; the bands of the share; and `met`, the share of the draws
        that meet it.
    """
    import pandas as pd

    rows = []
    for rule in draws.measures.rules:
        target = rule.target
        share = np.nanquantile(series(draws, f"{target.id}.share"), list(QUANTILES.values()), axis=1)
        for position, base in readings_of(target):
            at = f"{target.id}#{position}~{base}"
            table = pd.DataFrame({f"share_{name}": row for name, row in zip(QUANTILES, share, strict=True)})
            numbers = {part: series(draws, f"{target.id}.{part}") for part in ("meant", "have")}
            numbers |= {part: series(draws, f"{at}.{part}") for part in ("required", "missing")}
            table = table.assign(
                target=target.id,
                reading=position,
                base=base,
                year=draws.years,
                met=series(draws, f"{at}.met").mean(axis=1),
                **{part: np.median(values, axis=1) for part, values in numbers.items()},
            )
            rows.append(table)
    columns = ["target", "reading", "base", "year", "meant", "have", "required", "missing", "met"]
    return pd.concat(rows, ignore_index=True)[[*columns, *(f"share_{name}" for name in QUANTILES)]]


def scenario_table(runs: Sequence[Draws], *, years: int) -> pd.DataFrame:
    """Scenarios side by side: each target under each reading in the year it is due.

    Parameters
    ----------
    runs
        Of the same study, draws and seed.
    years
        For targets without a deadline of their own.

    Returns
    -------
    pandas.DataFrame
        The rows of `target_table` in the year due, with the scenario's key in front.

    Raises
    ------
    ParameterError
        When two of the runs are of scenarios with one key.
    """
    import pandas as pd

    _check_apart(runs)
    parts = []
    for run in runs:
        due = {rule.target.id: deadline(rule.target, year=run.years[0], years=years) for rule in run.measures.rules}
        table = target_table(run)
        parts.append(table[table["year"] == table["target"].map(due)].assign(scenario=run.scenario.key))
    whole = pd.concat(parts, ignore_index=True)
    return whole[["scenario", *whole.columns.drop("scenario")]]


def cost_table(runs: Sequence[Draws]) -> pd.DataFrame:
    """What the levers cost a year against the baseline's values, where unit costs were given.

    Returns
    -------
    pandas.DataFrame
        One row for each scenario and lever with a unit cost: scenario, lever, units (above its assumption), unit_cost,
        cost; empty where no scenario gives any.

    Raises
    ------
    ParameterError
        When two of the runs are of scenarios with one key.
    """
    import pandas as pd

    _check_apart(runs)
    rows = [
        (
            run.scenario.key,
            lever,
            units := run.scenario.lever(lever) - run.scenario.dynamics[lever].value,
            cost,
            units * cost,
        )
        for run in runs
        for lever, cost in run.scenario.unit_costs.items()
    ]
    return pd.DataFrame(rows, columns=["scenario", "lever", "units", "unit_cost", "cost"])


def _check_apart(runs: Sequence[Draws]) -> None:
    keys = [run.scenario.key for run in runs]
    twice = [key for position, key in enumerate(keys) if key in keys[:position]]
    if twice:
        raise ParameterError(
            said(
                'scenarios: "{twice}" stands twice in one table; allowed: each once, and one made from another with a '
                "lever or an id of its own",
                twice=twice[0],
            )
        )


def _without(draws: Draws, name: str) -> Any:
    """The mean by year of the draws without chance; not a number where they were not run."""
    if not draws.expected.shape[2]:
        return np.nan
    return series(replace(draws, values=draws.expected), name).mean(axis=1)


def _split(draws: Draws, name: str) -> dict[str, Any]:
    """Shares of the variance from the assumptions and from chance."""
    if name not in draws.measures.names or not draws.expected.shape[2]:
        return {"from_assumptions": np.nan, "from_chance": np.nan}
    assumptions, chance = draws.split(name)
    whole = assumptions + chance
    part = np.where(whole > 0, assumptions / np.where(whole > 0, whole, 1.0), np.nan)
    return {"from_assumptions": part, "from_chance": 1 - part}
