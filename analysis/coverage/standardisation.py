"""Rates as they would be under one mix: direct standardisation."""

from __future__ import annotations

from typing import Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array, ColumnNames, checked, matched, rates
from analysis.coverage.process import chance
from analysis.errors import DataError, Problem
from analysis.messages import said


def standardised(
    table: pd.DataFrame,
    standard: pd.DataFrame,
    *,
    place: str = "place",
    where_empty: Literal["refuse", "standard"] = "refuse",
    level: float = 0.95,
    **columns: Unpack[ColumnNames],
) -> pd.DataFrame:
    """The rate that each place would have if its enterprises had the mix of a standard: Σ w r / Σ w.

    Source: Fay and Feuer 1997, Statistics in Medicine 16:791, also of the limits (gamma). The limits say how far the
    numbers of a place would move by chance alone, if the process behind them went on as it is.

    Parameters
    ----------
    table
        One row for each place and group: place, group, base, covered.
    standard
        One row a group: group and base (its weight); with `where_empty="standard"` also covered.
    where_empty
        A group of the standard in which a place has no enterprises has no rate there: `refuse` it, or let the
        standard's own rate stand in.
    level
        Of the limits.

    Returns
    -------
    pandas.DataFrame
        One row a place, in the order of the table: base, covered, `crude`, `standardised`, `low`, `high`, how many groups
        were `empty`, and `effective`: of how many enterprises a plain rate moves by chance as much as the standardised one.

    Raises
    ------
    DataError
        With every place and group that cannot be used.

    Examples
    --------
    >>> firms = pd.DataFrame({"place": ["a", "a", "b", "b"], "group": ["x", "y", "x", "y"],
    ...                       "base": [90, 10, 50, 50], "covered": [9, 5, 5, 25]})
    >>> city = firms.groupby("group", as_index=False)[["base", "covered"]].sum()
    >>> standardised(firms, city)[["crude", "standardised"]].round(3).to_dict("list")
    {'crude': [0.14, 0.3], 'standardised': [0.22, 0.22]}
    """
    tail = chance(level)
    covered = columns.get("covered", "covered")
    weighted = standard if covered in standard.columns else standard.assign(**{covered: 0})
    weights = checked(weighted, name="standard", **columns)
    rows, problems = {}, []
    for name, part in table.groupby(place, sort=False):
        own = matched(weights, checked(part, name=str(name), **columns))
        empty = own.index[(own["base"] == 0) & (weights["base"] > 0)]
        if where_empty == "refuse":
            what = "has no enterprises, so no rate to standardise"
            problems += [Problem(said("{name}, {one}", name=name, one=one), what, 0, _ADVICE) for one in empty]
        rows[name] = (*_row(own, weights, tail), len(empty))
    if problems:
        raise DataError(problems)
    numbers = ["base", "covered", "crude", "standardised", "low", "high", "effective", "empty"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=numbers).rename_axis(place)


_ADVICE = 'a base above 0: merge small groups, or ask for where_empty="standard"'


def _row(own: pd.DataFrame, standard: pd.DataFrame, tail: float) -> tuple[float, ...]:
    share = standard["base"].to_numpy() / standard["base"].sum()
    found = rates(own)
    known = np.nan_to_num(np.where(np.isnan(found), rates(standard), found))
    rate = float(share @ known)
    base, covered = own["base"].to_numpy(), own["covered"].to_numpy()
    low, high = _gamma_limits(rate, share, base, covered, tail)
    whole, part = float(base.sum()), float(covered.sum())
    return whole, part, part / whole, rate, low, high, _effective(rate, share, known, base, whole)


def _effective(rate: float, share: Array, each: Array, base: Array, whole: float) -> float:
    """The base of a plain rate with the same binomial variance; the place's own where there is none."""
    variance = float((share**2 * each * (1 - each)) @ np.divide(1, base, out=np.zeros(len(base)), where=base > 0))
    return rate * (1 - rate) / variance if variance > 0 else whole


def _gamma_limits(rate: float, share: Array, base: Array, covered: Array, tail: float) -> tuple[float, float]:
    """Fay and Feuer's limits: a gamma whose mean and variance are the rate's; above, one more event where it weighs most."""
    from scipy.special import gammaincinv

    each = np.divide(share, base, out=np.zeros(len(base)), where=base > 0)
    variance, most = float(each**2 @ covered), float(each.max())
    low = 0.0
    if variance > 0:
        low = float(gammaincinv(rate**2 / variance, tail)) * variance / rate
    spread = variance + most**2
    high = float(gammaincinv((rate + most) ** 2 / spread, 1 - tail)) * spread / (rate + most) if spread else rate
    return low, min(high, 1.0)
