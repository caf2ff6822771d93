"""Rates made comparable: standardised to one mix of groups, or drawn towards their neighbours where numbers are small."""

from __future__ import annotations

from typing import Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array, ColumnNames, chance, checked, known_rates, matched, mix, several
from analysis.errors import DataError, ParameterError, Problem, WorkbookError, among, inside
from analysis.messages import said

Fit = Literal["likelihood", "moments"]
FITS: tuple[Fit, ...] = ("likelihood", "moments")
_MOST = 1e7  # alpha + beta, where places cannot be told apart
_ADVICE = 'a base above 0: merge small groups, or ask for where_empty="standard"'


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
            problems += [Problem(inside(str(name), one), what, 0, _ADVICE) for one in empty]
        rows[name] = (*_row(own, weights, tail), len(empty))
    if problems:
        raise DataError(problems)
    numbers = ["base", "covered", "crude", "standardised", "low", "high", "effective", "empty"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=numbers).rename_axis(place)


def _row(own: pd.DataFrame, standard: pd.DataFrame, tail: float) -> tuple[float, ...]:
    share, known = mix(standard), known_rates(own, standard)
    rate = float(share @ known)
    base, covered = own["base"].to_numpy(), own["covered"].to_numpy()
    low, high = _gamma_limits(rate, share, base, covered, tail)
    whole, part = float(base.sum()), float(covered.sum())
    variance = float((share**2 * known * (1 - known)) @ _over(np.ones(len(base)), base))  # binomial
    effective = rate * (1 - rate) / variance if variance > 0 else whole
    return whole, part, part / whole, rate, low, high, effective


def _over(part: Array, base: Array) -> Array:
    found: Array = np.divide(part, base, out=np.zeros(len(base)), where=base > 0)
    return found


def _gamma_limits(rate: float, share: Array, base: Array, covered: Array, tail: float) -> tuple[float, float]:
    """Fay and Feuer's limits: a gamma whose mean and variance are the rate's; above, one more event where it weighs most."""
    from scipy.special import gammaincinv

    each = _over(share, base)
    variance, most = float(each**2 @ covered), float(each.max())
    low = 0.0
    if variance > 0:
        low = float(gammaincinv(rate**2 / variance, tail)) * variance / rate
    spread = variance + most**2
    high = float(gammaincinv((rate + most) ** 2 / spread, 1 - tail)) * spread / (rate + most) if spread else rate
    return low, min(high, 1.0)


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
        what = "shrinkage: every rate is {seen}; allowed: rates that differ, else there is nothing to learn from"
        raise WorkbookError(said(what, seen="0" if x.sum() == 0 else "1"))
    among(fit, FITS, what="fit")
    return _by_moments(x / n) if fit == "moments" else _by_likelihood(x, n)


def _by_moments(rate: Array) -> tuple[float, float]:
    mean, variance = float(rate.mean()), float(rate.var(ddof=1))
    size = min(mean * (1 - mean) / variance - 1, _MOST) if variance else _MOST
    if size <= 0:
        raise WorkbookError('shrinkage: rates of 0 and 1 only have no moments to fit; allowed: fit="likelihood"')
    return mean * size, (1 - mean) * size


def _by_likelihood(x: Array, n: Array) -> tuple[float, float]:
    from scipy.optimize import minimize
    from scipy.special import betaln

    def prior(place: Array) -> tuple[float, float]:
        mean, size = 1 / (1 + np.exp(-place[0])), np.exp(place[1])
        return float(mean * size), float((1 - mean) * size)

    def unlikely(place: Array) -> float:
        a, b = prior(place)
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
    return prior(best.x)
