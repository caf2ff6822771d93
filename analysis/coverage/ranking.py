"""Ranks with what is sure about them. A league table without it says more than anyone knows."""

from __future__ import annotations

from typing import Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import ColumnNames, several
from analysis.coverage.process import process_interval
from analysis.errors import DataError, Problem


def rank_intervals(table: pd.DataFrame, *, rate: str = "rate", low: str = "low", high: str = "high") -> pd.DataFrame:
    """The ranks that places can have, given intervals of their rates; rank 1 is the highest rate.

    A place ranks below another for certain only where their intervals do not meet. If the intervals hold for all places
    at once with some confidence, so do the ranks. Source: Klein, Wright and Wieczorek 2020, Journal of the Royal Statistical
    Society A 183:589.

    Parameters
    ----------
    table
        Indexed by place, with the columns named.

    Returns
    -------
    pandas.DataFrame
        `rank` (equal rates share the better rank), `first` and `last`, the best and the worst rank that it can have.

    Raises
    ------
    DataError
        When an interval does not hold its rate.

    Examples
    --------
    >>> three = pd.DataFrame({"rate": [0.5, 0.45, 0.1], "low": [0.4, 0.3, 0.0], "high": [0.6, 0.5, 0.2]}, index=list("abc"))
    >>> rank_intervals(three).to_dict("index")["b"]
    {'rank': 2, 'first': 1, 'last': 2}
    """
    middle, bottom, top = (table[column].to_numpy(dtype=float) for column in (rate, low, high))
    odd = ~((bottom <= middle + 1e-12) & (middle <= top + 1e-12))
    if odd.any():
        raise DataError(
            Problem(str(place), "the interval does not hold the rate", seen, "low ≤ rate ≤ high")
            for place, seen in zip(table.index[odd], middle[odd], strict=True)
        )
    return pd.DataFrame(
        {
            "rank": 1 + (middle[None, :] > middle[:, None]).sum(axis=1),
            "first": 1 + (bottom[None, :] > top[:, None]).sum(axis=1),
            "last": len(middle) - (top[None, :] < bottom[:, None]).sum(axis=1),
        },
        index=table.index,
    )


def ranked(
    table: pd.DataFrame, *, level: float = 0.95, phi: float = 1.0, **columns: Unpack[ColumnNames]
) -> pd.DataFrame:
    """Places ranked by their rates, each with its interval of ranks.

    The intervals of the rates are Wilson's, widened so that all hold at once (Bonferroni), and by the square root of φ
    where places vary more than chance.

    Parameters
    ----------
    level
        At which all intervals of ranks hold together.
    phi
        As `funnel.overdispersion` gives it.

    Returns
    -------
    pandas.DataFrame
        One row a place with a base: base, covered, rate, `low`, `high`, `rank`, `first`, `last`.

    Examples
    --------
    >>> firms = pd.DataFrame({"group": list("abc"), "base": [900, 1000, 50], "covered": [90, 300, 8]})
    >>> ranked(firms)[["rank", "first", "last"]].loc["c"].to_list()
    [2, 1, 3]
    """
    plain = several(table, **columns)
    covered_, base_ = plain["covered"].to_numpy() / phi, plain["base"].to_numpy() / phi
    limits = process_interval(covered_, base_, level=1 - (1 - level) / len(plain)).set_index(plain.index)
    found = plain.join(limits)
    return found.join(rank_intervals(found))


def spearman(first: pd.Series, second: pd.Series) -> float:
    """How far two orders of the same places agree, −1 to 1: Spearman's correlation, equal values at their middle rank.

    Examples
    --------
    >>> spearman(pd.Series([3.0, 1.0, 2.0]), pd.Series([30.0, 10.0, 20.0]))
    1.0
    """
    one, two = first.rank().to_numpy(), second.rank().to_numpy()
    return float(np.corrcoef(one, two)[0, 1])
