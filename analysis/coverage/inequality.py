"""How unequal rates are across groups that have no order, such as districts: the World Health Organization's measures.

All are of shares from 0 to 1 and are returned unscaled: the WHO's software prints Theil's index and the mean log deviation
times 1,000, and relative measures times 100.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import Array, ColumnNames, checked, mix, paired, rates, several
from analysis.errors import WorkbookError, among

Index = Literal["theil", "mld"]


def inequality(table: pd.DataFrame, *, reference: str = "", **columns: Unpack[ColumnNames]) -> pd.Series:
    """Measures of inequality between groups.

    Sources: WHO 2013, Handbook on health inequality monitoring; Schlotheuber and Hosseinpoor 2022, International Journal of
    Environmental Research and Public Health 19:3697; Theil 1967; Shorrocks 1980, Econometrica 48:613.

    Parameters
    ----------
    table
        One row a group. Groups without a base say nothing and are left out.
    reference
        The group that differences to a reference are from; without one they are not a number.

    Returns
    -------
    pandas.Series
        By measure: `overall` (the rate of all), `difference` and `ratio` of highest and lowest rate, `par` and `paf` (what
        the overall rate would gain if all had the highest, absolute and as a share of it), `bgv` and `bgsd` (variance
        between groups), `theil`, `mld`, `idis` and `idis_weighted` (index of disparity), and mean differences from the
        overall rate (`md_mean`), the best (`md_best`, `md_best_weighted`) and the reference (`md_reference`, …weighted).
        An index is not a number where its formula is not defined: ratios to a rate of 0, `mld` with a rate of 0.

    Raises
    ------
    DataError, WorkbookError
        As `groups.checked`; when only one group has a base.
    ParameterError
        When the reference is no group.

    Examples
    --------
    >>> firms = pd.DataFrame({"group": ["a", "b"], "base": [300, 100], "covered": [30, 30]})
    >>> found = inequality(firms)
    >>> found[["overall", "difference", "ratio", "par"]].round(4).to_dict()
    {'overall': 0.15, 'difference': 0.2, 'ratio': 3.0, 'par': 0.15}
    """
    plain = several(table, **columns)
    if reference:
        among(reference, list(plain.index), what="reference")
    y, p = rates(plain), mix(plain)
    overall = float(p @ y)
    top = float(y.max())
    at_reference = float(y[plain.index.get_loc(reference)]) if reference else np.nan
    between = float(p @ (y - overall) ** 2)
    away = {"mean": np.abs(y - overall), "best": np.abs(y - top), "reference": np.abs(y - at_reference)}
    measures = {
        "overall": overall,
        "difference": float(y.max() - y.min()),
        "ratio": _over(float(y.max()), float(y.min())),
        "par": top - overall,
        "paf": _over(top - overall, overall),
        "bgv": between,
        "bgsd": float(np.sqrt(between)),
        "theil": theil(p, y),
        "mld": mean_log_deviation(p, y),
        "idis": _over(float(away["mean"].mean()), overall),
        "idis_weighted": _over(float(p @ away["mean"]), overall),
        "md_mean": float(p @ away["mean"]),
    }
    for name in ("best", "reference"):
        measures |= {f"md_{name}": float(away[name].mean()), f"md_{name}_weighted": float(p @ away[name])}
    return pd.Series(measures, name="value")


def theil(weights: Array, values: Array) -> float:
    """Theil's T of values with weights that sum to 1: Σ p (y/μ) ln(y/μ), where 0·ln 0 = 0.

    Examples
    --------
    >>> theil(np.array([0.5, 0.5]), np.array([0.2, 0.2]))
    0.0
    """
    mean = float(weights @ values)
    if mean == 0:
        return float("nan")
    ratio = values / mean
    logs = np.log(np.where(ratio > 0, ratio, 1.0))
    return float(weights @ (ratio * logs))


def mean_log_deviation(weights: Array, values: Array) -> float:
    """The mean log deviation Σ p ln(μ/y) of values with weights that sum to 1; not a number where a value is 0.

    Examples
    --------
    >>> round(mean_log_deviation(np.array([0.5, 0.5]), np.array([0.1, 0.3])), 4)
    0.1438
    """
    if np.any((values <= 0) & (weights > 0)):
        return float("nan")
    kept = weights > 0
    return float(weights[kept] @ np.log(float(weights @ values) / values[kept]))


def split(
    table: pd.DataFrame, *, outer: str = "outer", index: Index = "theil", **columns: Unpack[ColumnNames]
) -> pd.Series:
    """An index of inequality split exactly into what lies between outer groups and what lies within them.

    Source: Shorrocks 1980, Econometrica 48:613. Theil's T weighs what lies within an outer group by its share of all that
    are covered, the mean log deviation by its share of all enterprises.

    Parameters
    ----------
    table
        One row for each outer group and group in it, for example district and category.

    Returns
    -------
    pandas.Series
        `between`, `within`, `total`; the last is the sum of the others.

    Examples
    --------
    >>> firms = pd.DataFrame({"outer": ["a", "a", "b", "b"], "group": ["x", "y", "x", "y"],
    ...                       "base": [50, 50, 50, 50], "covered": [5, 10, 10, 20]})
    >>> found = split(firms)
    >>> bool(abs(found["between"] + found["within"] - found["total"]) < 1e-12)
    True
    """
    among(index, _INDICES, what="index")
    group = columns.get("group", "group")
    names = table[outer].astype(str) + "\n" + table[group].astype(str)
    plain = several(table.assign(**{group: names}), **columns)
    outers = plain.index.str.partition("\n").get_level_values(0).to_numpy()
    whole = plain.groupby(outers).sum()
    measure = _INDICES[index]
    weighed_by = "covered" if index == "theil" else "base"
    weights = whole[weighed_by] / plain[weighed_by].sum()
    within = 0.0
    for name in whole.index:
        own = plain[outers == name]
        if weights[name] > 0:
            within += float(weights[name]) * measure(mix(own), rates(own))
    between = measure(mix(whole), rates(whole))
    return pd.Series({"between": between, "within": within, "total": between + within}, name="value")


def dissimilarity(first: pd.DataFrame, second: pd.DataFrame | None = None, **columns: Unpack[ColumnNames]) -> float:
    """How differently two populations are spread over the same groups: ½ Σ |a/A − b/B|, 0 (alike) to 1.

    It is the least share of one of them that would have to move for both to be spread alike. Source: Duncan and Duncan
    1955, American Sociological Review 20:210.

    Parameters
    ----------
    first
        One row a group.
    second
        The other population; without one, the covered against the uncovered enterprises of the first.
    columns
        That of the covered is not used for two populations.

    Raises
    ------
    DataError
        When the groups do not match, or a population is empty.

    Examples
    --------
    >>> white = pd.DataFrame({"group": ["1", "2", "3"], "base": [100, 60, 40]})
    >>> black = pd.DataFrame({"group": ["1", "2", "3"], "base": [20, 60, 20]})
    >>> round(dissimilarity(white, black), 12)
    0.3
    """
    if second is None:
        plain = checked(first, **columns)
        inside = plain["covered"].to_numpy()
        outside = plain["base"].to_numpy() - inside
        if not inside.sum() or not outside.sum():
            raise WorkbookError("dissimilarity: all or none are covered; allowed: some covered and some not")
        return float(np.abs(inside / inside.sum() - outside / outside.sum()).sum() / 2)
    nothing = {"none covered": 0}
    columns["covered"] = "none covered"
    one, two = paired(first.assign(**nothing), second.assign(**nothing), **columns)
    return float(np.abs(mix(one) - mix(two)).sum() / 2)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


_INDICES: dict[str, Callable[[Array, Array], float]] = {"theil": theil, "mld": mean_log_deviation}
