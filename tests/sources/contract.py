"""What a register must keep to, told with every problem: the one that is drawn keeps it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import DataError, Problem, one_of
from analysis.sources.register import COLUMNS, ORGANISATION
from analysis.study import Study

_FLAGS = ("joint_lead", "instructor", "five_good", "directly_managed")


def check(frame: pd.DataFrame, study: Study) -> None:
    """See that a register keeps the contract and names only the study's districts and categories.

    Parameters
    ----------
    frame
        One row for each operating enterprise; rows are numbered from 1 in messages.

    Raises
    ------
    DataError
        With every problem: a column missing or unknown; or, the columns being right, each rule that is broken, with the
        first row that breaks it and how many do.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> check(pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in COLUMNS.items()}), open_study("suzhou-2003"))
    Traceback (most recent call last):
        ...
    analysis.errors.DataError: register: has no rows; allowed: one row for each operating enterprise
    """
    problems = list(_column_problems(frame)) or list(_type_problems(frame))
    if not problems:
        problems = [*_value_problems(frame, study), *_relation_problems(frame)]
    if problems:
        raise DataError(problems)


def _column_problems(frame: pd.DataFrame) -> Iterator[Problem]:
    names = list(frame.columns)
    for name in COLUMNS:
        if name not in names:
            yield Problem("register", f'column "{name}" is missing')
    for name in dict.fromkeys(str(name) for name in names):
        if name not in COLUMNS:
            what = "an unknown column; a register holds enterprises and counts, never persons"
            yield Problem("register", what, name, one_of(list(COLUMNS), seen=name, most=20))
        elif names.count(name) > 1:
            yield Problem("register", "a column stands twice", name)
    if frame.empty and set(COLUMNS) <= set(names):
        yield Problem("register", "has no rows", allowed="one row for each operating enterprise")


def _type_problems(frame: pd.DataFrame) -> Iterator[Problem]:
    for name, kind in COLUMNS.items():
        column = frame[name]
        if column.isna().any():
            yield _first(frame, column.isna(), name, "is empty", "a value in every row")
        elif kind != "str" and not pd.api.types.is_integer_dtype(column):
            yield Problem(f"register, {name}", "does not hold whole numbers", column.dtype, "whole numbers from 0")


def _value_problems(frame: pd.DataFrame, study: Study) -> Iterator[Problem]:
    known = {
        "district": [row.id for row in study.districts],
        "category": [row.id for row in study.settings.categories],
        "organisation": list(ORGANISATION),
    }
    for name, allowed in known.items():
        if (unknown := ~frame[name].isin(allowed)).any():
            yield _first(frame, unknown, name, f"is no {name} of {study.id}", one_of(allowed, most=20))
    if (repeated := frame["enterprise"].duplicated()).any():
        yield _first(frame, repeated, "enterprise", "repeats an earlier row", "each enterprise once")
    for name in ("staff", "members", "full_members"):
        if (negative := frame[name] < 0).any():
            yield _first(frame, negative, name, "is negative", "whole numbers from 0")
    for name in _FLAGS:
        if (other := ~frame[name].isin((0, 1))).any():
            yield _first(frame, other, name, "is neither yes nor no", "0 or 1")


def _relation_problems(frame: pd.DataFrame) -> Iterator[Problem]:
    joint = frame["organisation"] == "joint"
    leads = frame["joint_lead"] == 1
    holds = (frame["organisation"] == "independent") | leads
    if (more := frame["full_members"] > frame["members"]).any():
        yield _first(frame, more, "full_members", "is more than the enterprise's members", "at most members")
    if (astray := leads & ~joint).any():
        yield _first(frame, astray, "joint_lead", "leads a joint organisation and is not under one", "0 unless joint")
    if (without := (frame["five_good"] == 1) & ~holds).any():
        what = "is five-good without an organisation of its own or one it leads"
        yield _first(frame, without, "five_good", what, "0 unless independent or a joint lead")
    if joint.any() and joint.sum() < 2 * leads.sum():
        seen = f"{leads.sum():,} joint leads, {joint.sum():,} enterprises under joint organisations"
        yield Problem("register, joint_lead", "a joint organisation covers two enterprises or more", seen)
    if joint.any() and not leads.any():
        yield Problem("register, joint_lead", "no enterprise leads a joint organisation, though some are under one")


def _first(frame: pd.DataFrame, broken: pd.Series[bool], column: str, what: str, allowed: str) -> Problem:
    """One problem for a broken rule: its first row, its value there, and how many rows more."""
    rows = broken.to_numpy().nonzero()[0]
    others = f" (and {len(rows) - 1:,} more rows)" if len(rows) > 1 else ""
    return Problem(f"register, row {rows[0] + 1:,}, {column}", what + others, frame[column].iloc[rows[0]], allowed)
