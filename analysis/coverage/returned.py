"""From the districts' returns to cells, and what can be asked of these: the thresholds, and what is known together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.coverage.cells import KEYS, MEASURES, MEMBERS_CAP, STAFF_CAP, Cells
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError, ParameterError, WorkbookError
from analysis.messages import any_of, joined, said
from analysis.quantities import Label
from analysis.sources.returns import Returns
from analysis.sources.returns.edits import Values
from analysis.sources.returns.form import INSTRUCTORS, ORGANISATIONS, Form, Place, form_of
from analysis.study import Study

STAFF_BANDS: tuple[tuple[int, int], ...] = ((0, 24), (25, 49), (50, 99), (100, 0))

_ENTERPRISES = frozenset({"staff", "members", "full_members", "organisation", "instructor"})


@dataclass(frozen=True)
class Limits:
    """The questions that returns have an answer to.

    Parameters
    ----------
    staff, members, full_members
        The thresholds at which they are exact, 0 first: "at least so many".
    directly_managed
        Whether directly managed enterprises were reported apart.
    known
        By measure: the sets of attributes by which it was reported. A question may use the attributes of one of them
        (beside district and category, which are always known).
    """

    staff: tuple[int, ...]
    members: tuple[int, ...]
    full_members: tuple[int, ...]
    directly_managed: bool
    known: Mapping[str, tuple[frozenset[str], ...]]

    @property
    def bands(self) -> tuple[tuple[int, int], ...]:
        """The bands of staff, from and to; the last has no end, written 0."""
        return tuple(zip(self.staff, (*(edge - 1 for edge in self.staff[1:]), 0), strict=True))

    def fault(self, measure: str, selection: Selection) -> WorkbookError | None:
        """Why the returns have no answer, and what is allowed; nothing where they have one.

        What they do not ask the districts at all is not in the data; a line inside a band, or two attributes that are
        reported and not together, is a question to be put otherwise.
        """
        asked = {
            "staff_from": self.staff,
            "staff_to": (0, *(edge - 1 for edge in self.staff[1:])),
            "members_from": self.members,
            "full_members_from": self.full_members,
        }
        for name, allowed in asked.items():
            if (seen := getattr(selection, name)) not in allowed:
                what = "{name}: {seen} lies inside a band of the returns; allowed: {allowed}"
                ends = allowed[1:] if name == "staff_to" else allowed
                return ParameterError(said(what, name=name, seen=seen, allowed=any_of(ends)))
        reported = self.known[measure]
        if any(selection.attributes <= together for together in reported):
            return None
        was, *known = (", ".join(sorted(one)).replace("_", " ") for one in (selection.attributes, *reported))
        words = {"measure": measure, "was": was, "known": joined(known, "; or ")}
        if unknown := selection.attributes.difference(*(together for some in self.known.values() for together in some)):
            what = "{measure} by {was}: the returns do not report it; allowed: {known}"
            return NotInDataError(said(what, **words), sorted(unknown))
        what = "{measure} by {was}: the returns do not report these together; allowed: {known}"
        return ParameterError(said(what, **words))


def limits_of(study: Study) -> Limits | None:
    """The limits of a study's cells: those of its returns' form; none where enterprises are counted one by one.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> limits_of(open_study("suzhou-2003")) is None
    True
    """
    if study.settings.input != "returns":
        return None
    form = form_of(study)
    apart = frozenset({"directly_managed"} if study.settings.returns.directly_managed else ())
    staff = frozenset({"staff"}) | apart
    held = staff | {"organisation", "five_good"}
    people = (staff | {"organisation", "members"},)
    known = {
        "enterprises": (_ENTERPRISES | apart, held),
        "staff_total": (staff,),
        "members_total": people,
        "full_members_total": people,
        "organisations": (held,),
        "five_good_organisations": (held,),
    }
    return Limits((0, *form.edges), (0, 1), (0, *form.full_members), bool(apart), known)


def bands_of(study: Study) -> tuple[tuple[int, int], ...]:
    """The bands of staff that tables and charts show: those of the returns, or the usual ones."""
    limits = limits_of(study)
    return STAFF_BANDS if limits is None else limits.bands


def band_label(low: int, high: int) -> Label:
    """What a band of staff is called.

    Examples
    --------
    >>> band_label(0, 24).en, band_label(25, 49).en, band_label(100, 0).zh
    ('Up to 24 staff', '25 to 49', '100人以上')
    """
    if not low:
        return Label(f"{high}人以下", f"Up to {high} staff")
    if not high:
        return Label(f"{low}人以上", f"{low} or more")
    return Label(f"{low}至{high}人", f"{low} to {high}")


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
    import pandas as pd

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
