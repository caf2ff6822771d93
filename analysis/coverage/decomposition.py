"""Why two rates differ: mix against rate, chains of factors, and changes of base and of definition. Exact, no residual.

Das Gupta's decomposition gives each factor the mean of its effects over all orders in which the factors can change (the
Shapley value); with two factors, a mix and its rates, it is Kitagawa's. Nothing is left over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations, product
from math import factorial, prod
from typing import Any, Literal, Unpack

import numpy as np
import pandas as pd

from analysis.coverage.groups import ColumnNames, checked, known_rates, matched, mix, paired
from analysis.errors import WorkbookError
from analysis.messages import said

End = Literal["first", "second"]
Measured = Callable[[End, End, End], pd.DataFrame]


def das_gupta(rate: Callable[..., float], first: Mapping[str, Any], second: Mapping[str, Any]) -> pd.DataFrame:
    """What each factor contributes to the difference of two rates.

    Source: Das Gupta 1978, Demography 15:99; 1993, Standardization and Decomposition of Rates, US Census Bureau P23-186.

    Parameters
    ----------
    rate
        Gives the rate from all factors, by name.
    first, second
        The factors of the two populations: numbers, arrays, or anything that `rate` takes.

    Returns
    -------
    pandas.DataFrame
        One row a factor: the rates `first` and `second` standardised for all the others, their difference `effect`, and
        its `share` of the whole difference (not a number where there is none). Effects sum to the difference.

    Raises
    ------
    WorkbookError
        When the two do not have the same factors, or a rate is not a number.

    Examples
    --------
    >>> us1980 = das_gupta(lambda pay, earners: pay * earners,
    ...                    {"pay": 10930, "earners": 0.717892}, {"pay": 16591, "earners": 0.825974})
    >>> us1980.round(2).loc["pay"].to_list()
    [8437.23, 12807.14, 4369.91, 0.75]
    """
    if set(first) != set(second):
        odd = tuple(sorted(set(first) ^ set(second)))
        what = "factors: {odd} stand in one population only; allowed: the same factors in both"
        raise WorkbookError(said(what, odd=odd))
    names = list(first)
    known: dict[frozenset[str], float] = {}

    def at(changed: frozenset[str]) -> float:
        if changed not in known:
            known[changed] = float(rate(**{name: (second if name in changed else first)[name] for name in names}))
            if not np.isfinite(known[changed]):
                raise WorkbookError("decomposition: a rate is not a number; allowed: factors whose bases are above 0")
        return known[changed]

    rows = {}
    for name in names:
        others = [other for other in names if other != name]
        before = after = 0.0
        for size in range(len(names)):
            weight = factorial(size) * factorial(len(others) - size) / factorial(len(names))
            for chosen in combinations(others, size):
                before += weight * at(frozenset(chosen))
                after += weight * at(frozenset({*chosen, name}))
        rows[name] = (before, after, after - before)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["first", "second", "effect"]).rename_axis("factor")
    whole = at(frozenset(names)) - at(frozenset())
    return table.assign(share=table["effect"] / whole if whole else np.nan)


def chain(first: Mapping[str, float], second: Mapping[str, float]) -> pd.DataFrame:
    """What each link contributes where a rate is a product: operating share × eligible share × built rate × …

    Returns
    -------
    pandas.DataFrame
        As `das_gupta`.

    Examples
    --------
    >>> chain({"eligible": 0.10, "built": 0.5}, {"eligible": 0.12, "built": 0.5})["effect"].round(4).to_dict()
    {'eligible': 0.01, 'built': 0.0}
    """
    return das_gupta(lambda **links: prod(links.values()), first, second)


def kitagawa(first: pd.DataFrame, second: pd.DataFrame, **columns: Unpack[ColumnNames]) -> pd.DataFrame:
    """The difference of two rates as mix against rate, group by group.

    A group without enterprises in one of the two has no rate there: the other's stands in, so that what it contributes
    is mix. Source: Kitagawa 1955, Journal of the American Statistical Association 50:1168.

    Parameters
    ----------
    first, second
        One row a group, the same groups in both.

    Returns
    -------
    pandas.DataFrame
        One row a group: `mix` (p₂−p₁)(r₁+r₂)/2 and `rate` (r₂−r₁)(p₁+p₂)/2. Their sums are the terms; together they are
        the second rate less the first.

    Raises
    ------
    DataError
        As `groups.paired`.

    Examples
    --------
    >>> kunshan = pd.DataFrame({"group": ["private", "foreign"], "base": [60, 40], "covered": [6, 8]})
    >>> wujiang = pd.DataFrame({"group": ["private", "foreign"], "base": [90, 10], "covered": [9, 2]})
    >>> kitagawa(wujiang, kunshan).sum().round(4).to_dict()
    {'mix': 0.03, 'rate': 0.0}
    """
    one, two = paired(first, second, **columns)
    p, q, r, s = mix(one), mix(two), known_rates(one, two), known_rates(two, one)
    return pd.DataFrame({"mix": (q - p) * (r + s) / 2, "rate": (s - r) * (p + q) / 2}, index=one.index)


def measured(table: Measured) -> pd.DataFrame:
    """The difference of two rates that may also rest on different bases or definitions, each a term of its own.

    Four factors change from first to second: the mix of groups, their rates, the base they are rates of, and the definition
    of what is covered. A base or definition that does not change contributes nothing.

    Parameters
    ----------
    table
        Gives the table of a population (first argument) over a base (second) under a definition (third), each `first` or
        `second`: columns group, base, covered, the same groups in all. A group outside a base has a base of 0.

    Returns
    -------
    pandas.DataFrame
        As `das_gupta`, with the rows mix, rate, base, definition.

    Examples
    --------
    >>> def table(place, base, definition):
    ...     firms = {"first": [90, 10], "second": [60, 40]}[place]
    ...     return pd.DataFrame({"group": ["private", "foreign"], "base": firms if base == "first" else [firms[0], 0],
    ...                          "covered": [firms[0] / 10, firms[1] / 5 if base == "first" else 0]})
    >>> measured(table)["effect"].round(4).to_dict()
    {'mix': 0.015, 'rate': 0.0, 'base': -0.025, 'definition': 0.0}
    """
    ends: tuple[End, End] = ("first", "second")
    order = checked(table("first", "first", "first"))
    known = {asked: matched(order, checked(table(*asked))) for asked in product(ends, repeat=3)}
    factors = ("mix", "rate", "base", "definition")

    def rate(mix_: End, rate_: End, base: End, definition: End) -> float:
        other: End = "second" if rate_ == "first" else "first"
        rates = known_rates(known[rate_, base, definition], known[other, base, definition])
        return float(mix(known[mix_, base, definition]) @ rates)

    return das_gupta(
        lambda **ends: rate(*(ends[name] for name in factors)),
        dict.fromkeys(factors, "first"),
        dict.fromkeys(factors, "second"),
    )
