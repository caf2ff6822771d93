"""Groups of enterprises as plain tables: what every method of comparison takes, checked once and in one place.

A table has a column with the group's name and two of numbers: the base, and those of it that are covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from analysis.errors import DataError, Problem, WorkbookError
from analysis.messages import said

Array = np.ndarray[Any, np.dtype[np.float64]]


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
    table
        One row a group.
    group, base, covered
        Names of its columns.
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
    missing = [column for column in (group, base, covered) if column not in table.columns]
    if missing:
        raise DataError(
            Problem(name, "has no such column", column, ", ".join(map(str, table.columns))) for column in missing
        )
    if not len(table):
        raise DataError(Problem(name, "has no rows", allowed="one row a group"))
    names = pd.Index(table[group].astype(str).to_numpy(), name="group")
    counts = {
        title: pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
        for title, column in (("base", base), ("covered", covered))
    }
    plain = pd.DataFrame(counts, index=names)
    problems = [*_faults(plain, table, name, group, base, covered)]
    if problems:
        raise DataError(problems)
    if plain["base"].sum() == 0:
        raise DataError(Problem(name, "has a base of 0: there is no rate to compare", 0, "a base above 0"))
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
    """The second of two checked tables in the order of the first.

    Raises
    ------
    DataError
        As `paired`.
    """
    advice = (
        "the same groups in both: merge\nthose that one table splits further, or give a group that has no enterprises "
        "a base of 0"
    )
    problems = [
        Problem("groups", said("stand only in the {where} table", where=where), ", ".join(only), advice)
        for where, only in (
            ("first", one.index.difference(two.index)),
            ("second", two.index.difference(one.index)),
        )
        if len(only)
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


def several(table: pd.DataFrame, **columns: Unpack[ColumnNames]) -> pd.DataFrame:
    """The groups of a table that have a base, checked, if there is anything to compare.

    Raises
    ------
    DataError
        As `checked`.
    WorkbookError
        When fewer than two groups have a base.
    """
    plain = checked(table, **columns)
    plain = plain[plain["base"] > 0]
    if len(plain) < 2:
        what = "comparison: {found} group with a base; allowed: {least} or more, since one has nothing to differ from"
        raise WorkbookError(said(what, found=len(plain), least=2))
    return plain


def _faults(
    plain: pd.DataFrame, table: pd.DataFrame, name: str, group: str, base: str, covered: str
) -> Iterator[Problem]:
    if not plain.index.is_unique:
        twice = plain.index[plain.index.duplicated()].unique()
        yield Problem(
            said("{name}, {group}", name=name, group=group),
            "names a group more than once",
            ", ".join(twice),
            "one row a group",
        )
    for column, title in (("base", base), ("covered", covered)):
        values = plain[column].to_numpy()
        odd = ~np.isfinite(values) | (values < 0)
        if not odd.any():
            continue
        for row, seen in zip(plain.index[odd], table[title].to_numpy()[odd], strict=True):
            yield Problem(
                said("{name}, {row}, {title}", name=name, row=row, title=title), "is no count", seen, "a number from 0"
            )
    bases, held = plain["base"].to_numpy(), plain["covered"].to_numpy()
    above = (bases >= 0) & (held > bases * (1 + 1e-12))
    if not above.any():
        return
    for row, most, seen in plain[above].itertuples():
        yield Problem(
            said("{name}, {row}, {covered}", name=name, row=row, covered=covered),
            "exceeds its base",
            f"{seen:g}",
            said("at most {most:g}", most=most),
        )
