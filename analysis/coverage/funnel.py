"""Which places stand out by more than chance, in a funnel with exact limits or over-dispersion; and ranks, with what is sure.

Source of the funnel: Spiegelhalter 2005, Statistics in Medicine 24:1185.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import (
    Array,
    ColumnNames,
    at_most,
    chance,
    normal_quantile,
    process_interval,
    rates,
    several,
)
from analysis.errors import DataError, Problem, WorkbookError, among
from analysis.messages import said

Limits = Literal["exact", "inverse_wilson"]
Dispersion = Literal["none", "multiplicative", "additive"]
LIMITS: tuple[Limits, ...] = ("exact", "inverse_wilson")
DISPERSIONS: tuple[Dispersion, ...] = ("none", "multiplicative", "additive")
_WINSORISED = 0.1  # of the scores, at either end


def funnel_limits(
    base: Array, target: float, *, level: float = 0.998, variant: Limits = "exact", phi: float = 1.0, tau2: float = 0.0
) -> tuple[Array, Array]:
    """The limits within which a share `level` of places falls when all share one rate.

    Parameters
    ----------
    base
        Numbers of enterprises at which the limits are wanted.
    target
        The rate that all share, above 0 and below 1.
    variant
        `exact`: binomial limits, interpolated between counts (Spiegelhalter's appendix A.1). `inverse_wilson`: the rates
        whose Wilson interval just reaches the target, as Public Health England draws them.
    phi, tau2
        Over-dispersion: the variance times `phi`, or plus `tau2`. With either, limits are normal approximations.

    Returns
    -------
    tuple of numpy.ndarray
        Low and high, from 0 to 1.

    Examples
    --------
    >>> low, high = funnel_limits(np.array([100.0]), 0.5, level=0.95)
    >>> bool(0.39 < low[0] < 0.40), bool(0.59 < high[0] < 0.60)
    (True, True)
    """
    _refuse_without_spread(target)
    among(variant, LIMITS, what="variant")
    n, tail = np.asarray(base, dtype=float), chance(level)
    if variant == "exact" and phi == 1 and tau2 == 0:
        return _exact(n, target, tail), _exact(n, target, 1 - tail)
    reach = normal_quantile(1 - tail) * np.sqrt(phi * target * (1 - target) / n + tau2)
    return np.clip(target - reach, 0, 1), np.clip(target + reach, 0, 1)


@dataclass(frozen=True)
class Overdispersion:
    """How much more places differ than chance alone would make them.

    Parameters
    ----------
    phi
        The mean square of the winsorised scores, made comparable with 1; 1 where places differ by chance only.
    tau2
        The variance between places beyond chance, of rates from 0 to 1; 0 where there is none.
    places
        Of how many places.
    """

    phi: float
    tau2: float
    places: int


def overdispersion(
    table: pd.DataFrame,
    *,
    target: float | None = None,
    consistent: bool = True,
    **columns: Unpack[ColumnNames],
) -> Overdispersion:
    """Over-dispersion of places around one rate: φ (multiplicative) and τ² (additive).

    With a dozen places the spread is itself uncertain: limits that should leave out 0.2% then leave out about 0.4%.

    Parameters
    ----------
    target
        The rate they should share; without one, that of all together.
    consistent
        The tenth of scores at either end is drawn in to the next, so that places that do stand out do not hide themselves.
        That also narrows what is ordinary: the mean square falls to 0.68 under a normal distribution. True
        allows for that, so that limits keep their level, and takes the τ² under which the scores are as wide as chance
        makes them (Paule and Mandel 1982, with winsorised scores). False: φ and τ² exactly as Spiegelhalter 2005 has them.

    Returns
    -------
    Overdispersion
        No over-dispersion (φ = 1, τ² = 0) where the estimate does not exceed what chance alone gives.

    Examples
    --------
    >>> alike = pd.DataFrame({"group": list("abcd"), "base": [100] * 4, "covered": [10, 11, 9, 10]})
    >>> overdispersion(alike)
    Overdispersion(phi=1.0, tau2=0.0, places=4)
    """
    plain = several(table, **columns)
    rate = _target(plain, target)
    variance, away = rate * (1 - rate) / plain["base"].to_numpy(), rates(plain) - rate
    kept, places = _kept() if consistent else 1.0, len(plain)
    phi = _square(away / np.sqrt(variance)) / kept
    if places * phi <= places - 1:
        return Overdispersion(1.0, 0.0, places)
    if consistent:
        return Overdispersion(max(phi, 1.0), _between(away, variance, kept), places)
    weight = 1 / variance
    tau2 = (places * phi - (places - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(max(phi, 1.0), float(tau2), places)


def _square(scores: Array) -> float:
    """The mean square of scores, those at either end drawn in."""
    low, high = np.quantile(scores, [_WINSORISED, 1 - _WINSORISED])
    return float((np.clip(scores, low, high) ** 2).mean())


def _between(away: Array, variance: Array, kept: float) -> float:
    """The variance between places under which the winsorised scores are as wide as chance alone would make them."""
    expected = kept * (len(away) - 1) / len(away)
    low, high = 0.0, float((away**2).max())
    for _ in range(60):
        middle = (low + high) / 2
        wide = _square(away / np.sqrt(variance + middle)) > expected
        low, high = (middle, high) if wide else (low, middle)
    return (low + high) / 2


def funnel(
    table: pd.DataFrame,
    *,
    target: float | None = None,
    variant: Limits = "exact",
    dispersion: Dispersion = "none",
    levels: tuple[float, float] = (0.95, 0.998),
    **columns: Unpack[ColumnNames],
) -> pd.DataFrame:
    """Places against the limits of a funnel.

    Parameters
    ----------
    dispersion
        `none`: exact binomial limits (or another `variant`). `multiplicative`: variance times φ. `additive`: plus τ².

    Returns
    -------
    pandas.DataFrame
        One row a place with a base: base, covered, rate, `low_inner`, `high_inner`, `low_outer`, `high_outer`, the `score`
        in standard deviations, and `outside`: −1 below and 1 above the outer limits, else 0.

    Raises
    ------
    DataError
        As `groups.checked`.
    WorkbookError
        When there is one place only, or the overall rate is 0 or 1.

    Examples
    --------
    >>> firms = pd.DataFrame({"group": list("abc"), "base": [1000] * 3, "covered": [100, 105, 180]})
    >>> funnel(firms, target=0.1)["outside"].to_dict()
    {'a': 0, 'b': 0, 'c': 1}
    """
    plain = several(table, **columns)
    among(dispersion, DISPERSIONS, what="dispersion")
    rate, n, y = _target(plain, target), plain["base"].to_numpy(), rates(plain)
    found = overdispersion(plain.reset_index(), target=rate) if dispersion != "none" else None
    phi = found.phi if found is not None and dispersion == "multiplicative" else 1.0
    tau2 = found.tau2 if found is not None and dispersion == "additive" else 0.0
    inner, outer = (funnel_limits(n, rate, level=level, variant=variant, phi=phi, tau2=tau2) for level in levels)
    return plain.assign(
        rate=y,
        low_inner=inner[0],
        high_inner=inner[1],
        low_outer=outer[0],
        high_outer=outer[1],
        score=(y - rate) / np.sqrt(phi * rate * (1 - rate) / n + tau2),
        outside=(y > outer[1]).astype(int) - (y < outer[0]).astype(int),
    )


def _target(plain: pd.DataFrame, target: float | None) -> float:
    rate = float(plain["covered"].sum() / plain["base"].sum()) if target is None else target
    _refuse_without_spread(rate)
    return rate


def _refuse_without_spread(rate: float) -> None:
    if not 0 < rate < 1:
        what = "funnel: the overall rate is {rate:g}; allowed: above 0 and below 1, else no place can stand out"
        raise WorkbookError(said(what, rate=rate))


def _kept() -> float:
    """The mean square of a standard normal variable after winsorising."""
    z = normal_quantile(1 - _WINSORISED)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 - 2 * _WINSORISED - 2 * z * density + 2 * _WINSORISED * z**2)


def _exact(n: Array, rate: float, probability: float) -> Array:
    """The binomial quantile, interpolated: the least count with more than this probability at or below it, less a part of one."""
    from scipy.special import bdtrik

    count = np.ceil(np.nan_to_num(bdtrik(probability, n, rate)))
    below = at_most(count - 1, n, rate)
    count = np.where(below > probability, count - 1, count)  # the continuous inverse may round to a neighbour
    count = np.where(at_most(count, n, rate) <= probability, count + 1, count)
    at, below = at_most(count, n, rate), at_most(count - 1, n, rate)
    part = np.divide(at - probability, at - below, out=np.zeros_like(n), where=at > below)
    found: Array = np.clip((count - part) / n, 0, 1)
    return found


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


def rank_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """The ranks that places can have, given intervals of their rates; rank 1 is the highest rate.

    A place ranks below another for certain only where their intervals do not meet. If the intervals hold for all places
    at once with some confidence, so do the ranks. Source: Klein, Wright and Wieczorek 2020, Journal of the Royal Statistical
    Society A 183:589.

    Parameters
    ----------
    table
        Indexed by place, with the columns `rate`, `low` and `high`.

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
    middle, bottom, top = (table[column].to_numpy(dtype=float) for column in ("rate", "low", "high"))
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


def spearman(first: pd.Series, second: pd.Series) -> float:
    """How far two orders of the same places agree, −1 to 1: Spearman's correlation, equal values at their middle rank.

    Examples
    --------
    >>> spearman(pd.Series([3.0, 1.0, 2.0]), pd.Series([30.0, 10.0, 20.0]))
    1.0
    """
    one, two = first.rank().to_numpy(), second.rank().to_numpy()
    return float(np.corrcoef(one, two)[0, 1])
