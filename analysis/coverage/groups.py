"""Groups of enterprises as plain tables, which every method of comparison takes, and how far their rates move by chance.

A table has a column with the group's name and two of numbers: the base, and those of it that are covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, Problem, WorkbookError, among, inside
from analysis.messages import said

Array = np.ndarray[Any, np.dtype[np.float64]]
Method = Literal["wilson", "wilson_corrected", "clopper_pearson", "mid_p"]


class ColumnNames(TypedDict, total=False):
    """What a table's columns are called, where that is not `group`, `base` and `covered`."""

    group: str
    base: str
    covered: str


def checked(
    table: pd.DataFrame, *, group: str = "group", base: str = "base", covered: str = "covered", name: str = "table"
) -> pd.DataFrame:
    """A table of groups, ready to compute with; the caller's table is left alone.

    Parameters
    ----------
    name
        What messages call it.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, with the columns `base` and `covered` as floats.

    Raises
    ------
    DataError
        With every fault: a missing column, a group twice, a number that is missing, negative or above its base, no base.

    Examples
    --------
    >>> firms = pd.DataFrame({"group": ["private", "foreign"], "base": [200, 50], "covered": [20, 10]})
    >>> checked(firms).loc["foreign", "covered"]
    np.float64(10.0)
    """
    if missing := [column for column in (group, base, covered) if column not in table.columns]:
        allowed = ", ".join(map(str, table.columns))
        raise DataError(Problem(name, "has no such column", column, allowed) for column in missing)
    if not len(table):
        raise DataError(Problem(name, "has no rows", allowed="one row a group"))
    counts = table[[base, covered]].set_axis(["base", "covered"], axis=1)
    plain: pd.DataFrame = counts.apply(pd.to_numeric, errors="coerce").astype(float)
    plain.index = pd.Index(table[group].astype(str).to_numpy(), name="group")
    if problems := [*_faults(plain, table, name, {"group": group, "base": base, "covered": covered})]:
        raise DataError(problems)
    if plain["base"].sum() == 0:
        raise DataError(Problem(name, "has a base of 0: there is no rate to compare", 0, "a base above 0"))
    return plain


def _faults(plain: pd.DataFrame, table: pd.DataFrame, name: str, called: dict[str, str]) -> Iterator[Problem]:
    if twice := list(plain.index[plain.index.duplicated()].unique()):
        what = "names a group more than once"
        yield Problem(inside(name, called["group"]), what, ", ".join(twice), "one row a group")
    for column in ("base", "covered"):
        odd = ~np.isfinite(plain[column].to_numpy()) | (plain[column].to_numpy() < 0)
        for row, seen in zip(plain.index[odd], table[called[column]].to_numpy()[odd], strict=True):
            yield Problem(inside(name, row, called[column]), "is no count", seen, "a number from 0")
    above = (plain["base"] >= 0) & (plain["covered"] > plain["base"] * (1 + 1e-12))
    for row, most, seen in plain[above].itertuples():
        place = inside(name, str(row), called["covered"])
        yield Problem(place, "exceeds its base", f"{seen:g}", said("at most {most:g}", most=most))


def several(table: pd.DataFrame, **columns: Unpack[ColumnNames]) -> pd.DataFrame:
    """The groups of a table that have a base, checked; a WorkbookError where they are fewer than two."""
    plain = checked(table, **columns)
    plain = plain[plain["base"] > 0]
    if len(plain) < 2:
        what = "comparison: {found} group with a base; allowed: {least} or more, since one has nothing to differ from"
        raise WorkbookError(said(what, found=len(plain), least=2))
    return plain


def paired(
    first: pd.DataFrame, second: pd.DataFrame, **columns: Unpack[ColumnNames]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables over the same groups, checked and in the same order.

    Raises
    ------
    DataError
        With the groups that only one of them has, and what to do about it.

    Examples
    --------
    >>> one = pd.DataFrame({"group": ["private"], "base": [200], "covered": [20]})
    >>> two = pd.DataFrame({"group": ["private", "foreign"], "base": [150, 9], "covered": [20, 3]})
    >>> paired(one, two)
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: groups: stand only in the second table; seen "foreign"; allowed: the same groups in both: merge
    those that one table splits further, or give a group that has no enterprises a base of 0
    """
    one, two = checked(first, name="first table", **columns), checked(second, name="second table", **columns)
    return one, matched(one, two)


def matched(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """The second of two checked tables in the order of the first; errors as of `paired`."""
    advice = (
        "the same groups in both: merge\nthose that one table splits further, or give a group that has no enterprises "
        "a base of 0"
    )
    only = {"first": one.index.difference(two.index), "second": two.index.difference(one.index)}
    problems = [
        Problem("groups", said("stand only in the {where} table", where=where), ", ".join(names), advice)
        for where, names in only.items()
        if len(names)
    ]
    if problems:
        raise DataError(problems)
    return two.loc[one.index]


def rates(table: pd.DataFrame) -> Array:
    """The rate of each group of a checked table; not a number where its base is 0."""
    base, covered = table["base"].to_numpy(), table["covered"].to_numpy()
    found: Array = np.divide(covered, base, out=np.full(len(table), np.nan), where=base > 0)
    return found


def mix(table: pd.DataFrame) -> Array:
    """The share of each group in the base of a checked table."""
    base = table["base"].to_numpy()
    found: Array = base / base.sum()
    return found


def known_rates(table: pd.DataFrame, otherwise: pd.DataFrame) -> Array:
    """The rate of each group, where it has none that of another table; 0 where neither has one."""
    found, stand_in = rates(table), rates(otherwise)
    return np.nan_to_num(np.where(np.isnan(found), stand_in, found))


def process_interval(
    covered: Sequence[float] | Array, base: Sequence[float] | Array, *, level: float = 0.95, method: Method = "wilson"
) -> pd.DataFrame:
    """Limits of the process variation of rates: how far they move by chance alone.

    A full register has no sampling error. If enterprises came to be covered as they do, how different could the count have
    come out? Source: Newcombe 1998, Statistics in Medicine 17:857. Wilson's is the default; Clopper and Pearson's is wider
    than it says; `wilson_corrected` corrects for continuity; `mid_p` counts half the probability of the count itself.

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
    for place in np.flatnonzero(~((n > 0) & (x >= 0) & (x <= n)))[:1]:
        what = "process variation, row {place}: {seen:g} of {whole:g}; allowed: a base above 0, and 0 to the base"
        raise WorkbookError(said(what, place=place + 1, seen=x.flat[place], whole=n.flat[place]))
    among(method, METHODS, what="method")
    low, high = METHODS[method](x, n, chance(level))
    return pd.DataFrame({"rate": x / n, "low": np.where(x == 0, 0.0, low), "high": np.where(x == n, 1.0, high)})


def chance(level: float) -> float:
    """The chance that is left on each side of a level; a ParameterError where that is not between 0 and 1.

    Examples
    --------
    >>> round(chance(0.998), 6)
    0.001
    """
    if not 0 < level < 1:
        raise ParameterError(said("level: {level}; allowed: between 0 and 1, for example 0.95", level=level))
    return (1 - level) / 2


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


METHODS: dict[Method, Callable[[Array, Array, float], tuple[Array, Array]]] = {
    "wilson": _wilson,
    "wilson_corrected": _wilson_corrected,
    "clopper_pearson": _clopper_pearson,
    "mid_p": _mid_p,
}
