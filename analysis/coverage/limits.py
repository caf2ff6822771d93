"""What can be asked of cells that were not counted one enterprise at a time: the thresholds, and what is known together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError, ParameterError, WorkbookError
from analysis.messages import any_of, joined, said
from analysis.quantities import Label
from analysis.sources.returns.form import form_of
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
        to = (selection.staff_to + 1) if selection.staff_to else 0
        for name, value, allowed in (
            ("staff_from", selection.staff_from, self.staff),
            ("staff_to", to, self.staff),
            ("members_from", selection.members_from, self.members),
            ("full_members_from", selection.full_members_from, self.full_members),
        ):
            if value not in allowed:
                ends = [limit - 1 for limit in allowed if limit] if name == "staff_to" else allowed
                seen = value - 1 if name == "staff_to" else value
                return ParameterError(
                    said(
                        "{name}: {seen} lies inside a band of the returns; allowed: {allowed}",
                        name=name,
                        seen=seen,
                        allowed=any_of(ends),
                    )
                )
        asked = selection.attributes
        if any(asked <= together for together in self.known[measure]):
            return None
        was = ", ".join(sorted(asked)).replace("_", " ")
        known = joined((", ".join(sorted(one)).replace("_", " ") for one in self.known[measure]), "; or ")
        if unknown := asked.difference(*(together for some in self.known.values() for together in some)):
            return NotInDataError(
                said(
                    "{measure} by {was}: the returns do not report it; allowed: {known}",
                    measure=measure,
                    was=was,
                    known=known,
                ),
                sorted(unknown),
            )
        return ParameterError(
            said(
                "{measure} by {was}: the returns do not report these together; allowed: {known}",
                measure=measure,
                was=was,
                known=known,
            )
        )


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
