"""How far a rate moves by chance alone. A full register has no sampling error: these limits are of the process, not of a sample.

They answer one question: if enterprises came to be covered as they do, how different could the count have come out?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array
from analysis.errors import ParameterError, WorkbookError, among
from analysis.messages import said

Method = Literal["wilson", "wilson_corrected", "clopper_pearson", "mid_p"]
METHODS: tuple[Method, ...] = ("wilson", "wilson_corrected", "clopper_pearson", "mid_p")


def chance(level: float) -> float:
    """The chance that is left on each side of a level.

    Raises
    ------
    ParameterError
        When the level is not between 0 and 1.

    Examples
    --------
    >>> round(chance(0.998), 6)
    0.001
    """
    if not 0 < level < 1:
        raise ParameterError(said("level: {level}; allowed: between 0 and 1, for example 0.95", level=level))
    return (1 - level) / 2


def process_interval(
    covered: Sequence[float] | Array, base: Sequence[float] | Array, *, level: float = 0.95, method: Method = "wilson"
) -> pd.DataFrame:
    """Limits of the process variation of rates.

    Source: Newcombe 1998, Statistics in Medicine 17:857. Wilson's is the default; Clopper and Pearson's is wider than it
    says.

    Parameters
    ----------
    covered, base
        One number each for every rate.

    Returns
    -------
    pandas.DataFrame
        Columns `rate`, `low`, `high`, from 0 to 1; a rate of 0 begins at 0 and one of 1 ends at 1.

    Raises
    ------
    WorkbookError
        When a base is 0, or a count lies outside 0 to its base.

    Examples
    --------
    >>> process_interval([81], [263]).round(4).loc[0].to_list()
    [0.308, 0.2553, 0.3662]
    """
    x, n = np.asarray(covered, dtype=float), np.asarray(base, dtype=float)
    for place in np.flatnonzero(~((n > 0) & (x >= 0) & (x <= n))):
        seen, whole = x.flat[place], n.flat[place]
        what = "process variation, row {place}: {seen:g} of {whole:g}; allowed: a base above 0, and 0 to the base"
        raise WorkbookError(said(what, place=place + 1, seen=seen, whole=whole))
    among(method, METHODS, what="method")
    low, high = _LIMITS[method](x, n, chance(level))
    return pd.DataFrame({"rate": x / n, "low": np.where(x == 0, 0.0, low), "high": np.where(x == n, 1.0, high)})


def normal_quantile(probability: float) -> float:
    """The quantile of the standard normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(probability))


def at_most(count: Array, base: Array, rate: Array | float) -> Array:
    """The probability of at most so many of a base that are covered with this rate; bases need not be whole.

    Examples
    --------
    >>> at_most(np.array([-1.0, 0.0, 1.0, 2.0]), np.full(4, 2.0), 0.5)
    array([0.  , 0.25, 0.75, 1.  ])
    """
    from scipy.special import betainc

    inside = (count >= 0) & (count < base)
    within = betainc(np.where(inside, base - count, 1.0), np.where(inside, count + 1, 1.0), 1 - rate)
    found: Array = np.where(inside, within, np.where(count < 0, 0.0, 1.0))
    return found


def _wilson(x: Array, n: Array, tail: float) -> tuple[Array, Array]:
    z = normal_quantile(1 - tail)
    middle, reach = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    return (middle - reach) / (2 * (n + z**2)), (middle + reach) / (2 * (n + z**2))


def _wilson_corrected(x: Array, n: Array, tail: float) -> tuple[Array, Array]:
    """Wilson's with a continuity correction."""
    z, p = normal_quantile(1 - tail), x / n
    below = z * np.sqrt(np.maximum(z**2 - 2 - 1 / n + 4 * p * (n * (1 - p) + 1), 0)) + 1
    above = z * np.sqrt(np.maximum(z**2 + 2 - 1 / n + 4 * p * (n * (1 - p) - 1), 0)) + 1
    middle = 2 * n * p + z**2
    return np.maximum((middle - below) / (2 * (n + z**2)), 0), np.minimum((middle + above) / (2 * (n + z**2)), 1)


def _clopper_pearson(x: Array, n: Array, tail: float) -> tuple[Array, Array]:
    from scipy.special import betaincinv

    low = np.asarray(betaincinv(np.maximum(x, 0.5), n - x + 1, tail), dtype=float)
    high = np.asarray(betaincinv(x + 1, np.maximum(n - x, 0.5), 1 - tail), dtype=float)
    return low, high


def _mid_p(x: Array, n: Array, tail: float) -> tuple[Array, Array]:
    """Where half the probability of the count itself and all beyond it come to the tail; found by halving."""

    def below(p: Array) -> Array:
        """The probability of less, and half of that of the count itself."""
        found: Array = (at_most(x - 1, n, p) + at_most(x, n, p)) / 2
        return found

    return _root(lambda p: 1 - below(p) - tail, n), _root(lambda p: tail - below(p), n)


def _root(rising: Callable[[Array], Array], like: Array) -> Array:
    """Where a rising function of a rate crosses 0, by halving."""
    left, right = np.zeros_like(like), np.ones_like(like)
    for _ in range(60):
        middle = (left + right) / 2
        short = rising(middle) < 0
        left[short], right[~short] = middle[short], middle[~short]
    found: Array = (left + right) / 2
    return found


_LIMITS = {
    "wilson": _wilson,
    "wilson_corrected": _wilson_corrected,
    "clopper_pearson": _clopper_pearson,
    "mid_p": _mid_p,
}
