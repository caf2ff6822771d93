"""Small numbers beside what their neighbours say of them: beta-binomial shrinkage."""

from __future__ import annotations

from typing import Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array, ColumnNames, checked, several
from analysis.coverage.process import chance
from analysis.errors import ParameterError, WorkbookError, among
from analysis.messages import said

Fit = Literal["likelihood", "moments"]
FITS: tuple[Fit, ...] = ("likelihood", "moments")
_MOST = 1e7  # alpha + beta, where places cannot be told apart


def beta_prior(table: pd.DataFrame, *, fit: Fit = "likelihood", **columns: Unpack[ColumnNames]) -> tuple[float, float]:
    """The beta distribution from which the rates of places could have come.

    Sources: Tarone 1982, Biometrics 38:215; Gelman and others 2013, Bayesian Data Analysis, section 5.1 (moments).

    Parameters
    ----------
    fit
        `likelihood`: the largest beta-binomial likelihood. `moments`: mean and variance of the raw rates, each place
        counted once; it takes chance for difference and so shrinks too little where bases are small.

    Returns
    -------
    tuple of float
        α and β; their sum is how many enterprises the prior weighs, very large where places do not differ beyond chance.

    Raises
    ------
    WorkbookError
        When there is one place only, or all rates are 0 or all are 1.

    Examples
    --------
    >>> firms = pd.DataFrame({"group": list("abcd"), "base": [20, 20, 19, 50], "covered": [1, 2, 4, 15]})
    >>> alpha, beta = beta_prior(firms)
    >>> round(alpha / (alpha + beta), 2)
    0.18
    """
    plain = several(table, **columns)
    x, n = plain["covered"].to_numpy(), plain["base"].to_numpy()
    if x.sum() in (0, n.sum()):
        seen = "0" if x.sum() == 0 else "1"
        what = "shrinkage: every rate is {seen}; allowed: rates that differ, else there is nothing to learn from"
        raise WorkbookError(said(what, seen=seen))
    among(fit, FITS, what="fit")
    return _by_moments(x / n) if fit == "moments" else _by_likelihood(x, n)


def shrunk(
    table: pd.DataFrame,
    *,
    fit: Fit = "likelihood",
    prior: tuple[float, float] | None = None,
    level: float = 0.95,
    **columns: Unpack[ColumnNames],
) -> pd.DataFrame:
    """Each place's rate drawn towards all of them, the more the smaller its base; beside the raw rate, never instead.

    Parameters
    ----------
    prior
        α and β; without them they are estimated from the table (empirical Bayes).
    level
        Of the limits.

    Returns
    -------
    pandas.DataFrame
        One row a place: base, covered, `raw` (not a number where the base is 0), `shrunk`, `sd`, `low`, `high`, and
        `weight`, the share of the raw rate in the shrunk one.

    Examples
    --------
    >>> found = shrunk(pd.DataFrame({"group": ["a"], "base": [14], "covered": [4]}), prior=(1.4, 8.6))
    >>> round(float(found.loc["a", "shrunk"]), 3), round(float(found.loc["a", "sd"]), 3)
    (0.225, 0.084)
    """
    from scipy.special import betaincinv

    plain = checked(table, **columns)
    alpha, beta = prior or beta_prior(table, fit=fit, **columns)
    if not (alpha > 0 and beta > 0):
        raise ParameterError(said("prior: {alpha:g}, {beta:g}; allowed: two numbers above 0", alpha=alpha, beta=beta))
    x, n = plain["covered"].to_numpy(), plain["base"].to_numpy()
    a, b, tail = alpha + x, beta + n - x, chance(level)
    return plain.assign(
        raw=np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0),
        shrunk=a / (a + b),
        sd=np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))),
        low=betaincinv(a, b, tail),
        high=betaincinv(a, b, 1 - tail),
        weight=n / (n + alpha + beta),
    )


def _by_moments(rate: Array) -> tuple[float, float]:
    mean, variance = float(rate.mean()), float(rate.var(ddof=1))
    size = min(mean * (1 - mean) / variance - 1, _MOST) if variance else _MOST
    if size <= 0:
        raise WorkbookError('shrinkage: rates of 0 and 1 only have no moments to fit; allowed: fit="likelihood"')
    return mean * size, (1 - mean) * size


def _by_likelihood(x: Array, n: Array) -> tuple[float, float]:
    from scipy.optimize import minimize
    from scipy.special import betaln

    def unlikely(place: Array) -> float:
        mean, size = 1 / (1 + np.exp(-place[0])), np.exp(place[1])
        a, b = mean * size, (1 - mean) * size
        return -float((betaln(a + x, b + n - x) - betaln(a, b)).sum())

    mean = float(x.sum() / n.sum())
    start = min(
        (np.array([np.log(mean / (1 - mean)), np.log(size)]) for size in (1.0, 10.0, 100.0, 1e3, 1e4, 1e5)),
        key=unlikely,
    )
    bounds = [(-25, 25), (np.log(1e-3), np.log(_MOST))]
    best = minimize(
        unlikely, start, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-10, "fatol": 1e-10, "maxiter": 4000}
    )
    share, size = 1 / (1 + np.exp(-best.x[0])), np.exp(best.x[1])
    return float(share * size), float((1 - share) * size)
