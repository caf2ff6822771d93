"""From the districts' returns to cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.coverage.cells import KEYS, MEASURES, MEMBERS_CAP, STAFF_CAP, Cells
from analysis.coverage.limits import limits_of
from analysis.sources.returns import Returns
from analysis.sources.returns.edits import Values
from analysis.sources.returns.form import INSTRUCTORS, ORGANISATIONS, Form, Place


def cells_from(returns: Returns) -> Cells:
    """The cells of a study's returns, exact at their thresholds; `limits` says which questions they answer.

    Staff stand at the lower end of their band, members at the lower end of their class.
    """
    rows = [
        row
        for district, one in returns.by_district.items()
        for column in returns.form.filled
        for row in _rows(returns.form, one.counts, (district, *column))
    ]
    table = pd.DataFrame(rows, columns=[*KEYS, *MEASURES])
    measures = table[list(MEASURES)]
    held = table[(measures != 0).any(axis=1)]
    cells = held.groupby(list(KEYS), sort=True, observed=True)[list(MEASURES)].sum().reset_index()
    absent = tuple(row.id for row in returns.absent)
    return Cells(cells, returns.status, limits_of(returns.study), absent=absent)


_Column = tuple[str, str, str, int]


def _rows(form: Form, counts: Values, column: _Column) -> Iterator[tuple[Any, ...]]:
    _district, group, category, band = column

    def at(line: str) -> int:
        return counts.get(Place(group, line, category, band), 0)

    yield _row(column, "none", staff=at("staff"))
    for which in ORGANISATIONS:
        good = at(f"five_good.{which}") if which != "none" else 0
        leads = at("joint_organisations") if which == "joint" else 0
        people = at(f"members.{which}"), at(f"full_members.{which}")
        for members in form.classes:
            for instructor in INSTRUCTORS:
                number = at(f"{instructor}.{which}.{members}")
                marked = min(good, number)  # which of them are five-good was not reported: `limits` refuses to ask
                good -= marked
                leads -= marked if which == "joint" else 0
                yield _row(column, which, members, instructor, 1, enterprises=marked, led=marked)
                rest = number - marked
                yield _row(column, which, members, instructor, enterprises=rest, led=rest * (which == "independent"))
        yield _row(column, which, "some", people=people)
        yield _row(column, which, led=leads)


def _row(
    column: _Column,
    which: str,
    members: str = "none",
    instructor: str = "no",
    five_good: int = 0,
    *,
    enterprises: int = 0,
    staff: int = 0,
    people: tuple[int, int] = (0, 0),
    led: int = 0,
) -> tuple[Any, ...]:
    district, group, category, band = column
    least = int(members.removeprefix("full")) if members.startswith("full") else 0
    held = max(least, int(members != "none"))
    keys = (district, category, min(band, STAFF_CAP), min(held, MEMBERS_CAP), min(least, MEMBERS_CAP), which,
            int(instructor == "yes"), five_good, int(group == "yes"))  # fmt: skip
    return (*keys, enterprises, staff, *people, led, led if five_good else 0)
