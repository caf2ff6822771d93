"""How rates rise along groups that have an order, such as size bands. Not for districts, which have none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array, checked, mix, rates, several
from analysis.errors import WorkbookError


def ranks(weights: Array) -> Array:
    """The middle of each group's place when all stand in a row, 0 to 1.

    Examples
    --------
    >>> ranks(np.array([0.5, 0.5]))
    array([0.25, 0.75])
    """
    found: Array = np.cumsum(weights) - weights / 2
    return found


def concentration(
    table: pd.DataFrame,
    *,
    order: Sequence[str],
    group: str = "group",
    base: str = "base",
    covered: str = "covered",
) -> pd.Series:
    """The absolute and the relative concentration index of rates along an order.

    Source: O'Donnell and others 2008, Analyzing Health Equity Using Household Survey Data, chapter 8; WHO 2013 as in
    `inequality`.

    Parameters
    ----------
    order
        All groups, from the least to the most advantaged (from small to large).

    Returns
    -------
    pandas.Series
        `absolute` Σ p (2X − 1) y and `relative`, the same over the overall rate; above 0 where rates rise along the order.

    Raises
    ------
    WorkbookError
        When the order does not name every group once.

    Examples
    --------
    >>> sizes = pd.DataFrame({"group": ["small", "large"], "base": [50, 50], "covered": [10, 30]})
    >>> concentration(sizes, order=["small", "large"]).round(4).to_dict()
    {'absolute': 0.1, 'relative': 0.25}
    """
    plain = _ordered(table, order, group, base, covered)
    y, p = rates(plain), mix(plain)
    absolute, overall = float(p @ ((2 * ranks(p) - 1) * y)), float(p @ y)
    relative = absolute / overall if overall else float("nan")
    return pd.Series({"absolute": absolute, "relative": relative}, name="value")


def slope(
    table: pd.DataFrame,
    *,
    order: Sequence[str],
    group: str = "group",
    base: str = "base",
    covered: str = "covered",
    power: int = 1,
) -> pd.Series:
    """The slope and the relative index of inequality: rates at both ends of the order, by a logistic line over ranks.

    Source: Schlotheuber and Hosseinpoor 2022 (see `inequality`).

    Parameters
    ----------
    power
        1 weighs each enterprise once. The WHO's R package weighs each group by the square of its base; 2 gives its numbers.

    Returns
    -------
    pandas.Series
        `slope` (difference of the ends) and `relative` (ratio of the ends).

    Examples
    --------
    >>> sizes = pd.DataFrame({"group": ["s", "m", "l"], "base": [50, 50, 50], "covered": [10, 20, 30]})
    >>> bool(slope(sizes, order=["s", "m", "l"])["slope"] > 0)
    True
    """
    plain = _ordered(table, order, group, base, covered)
    p, y, weights = mix(plain), rates(plain), plain["base"].to_numpy() ** power
    design = np.column_stack([np.ones(len(p)), ranks(p)])
    line = np.zeros(2)
    for _ in range(100):  # Newton's method for the likelihood
        fitted = 1 / (1 + np.exp(-design @ line))
        information = design.T @ (design * (weights * fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information, design.T @ (weights * (y - fitted)))
        line += step
        if np.abs(step).max() < 1e-12:
            break
    low, high = 1 / (1 + np.exp(-np.array([line[0], line.sum()])))
    return pd.Series({"slope": float(high - low), "relative": float(high / low)}, name="value")


def _ordered(table: pd.DataFrame, order: Sequence[str], group: str, base: str, covered: str) -> pd.DataFrame:
    plain = several(checked(table, group=group, base=base, covered=covered))
    if sorted(order) != sorted(plain.index):
        raise WorkbookError(f"order: {', '.join(order)}; allowed: each of {', '.join(plain.index)} once")
    plain = plain.loc[list(order)]
    kept: pd.DataFrame = plain[plain["base"] > 0]
    return kept
