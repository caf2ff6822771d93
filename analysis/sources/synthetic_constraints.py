"""What the totals of a synthetic register may not contradict, seen before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import ConsistencyError
from analysis.sources.synthetic_assumed import Assumed
from analysis.sources.synthetic_totals import Totals
from analysis.study import Study


@dataclass(frozen=True)
class Count:
    """A whole number and what it counts, for messages."""

    value: int
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.value:,}"


def refuse_contradictions(study: Study, totals: Totals, assumed: Assumed) -> None:
    """Stop where no register at all can have these totals.

    Raises
    ------
    ConsistencyError
        Every constraint that fails, a line each, with both of its numbers and their names.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.sources.synthetic_assumed import assumed_of
    >>> from analysis.sources.synthetic_totals import totals_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> assumed = assumed_of(study)
    >>> few = replace(totals_of(study, assumed), full_members=9000)
    >>> refuse_contradictions(study, few, assumed)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    analysis.errors.ConsistencyError: suzhou-2003: three full members for each organisation 12,099 ... 9,000, but ...
    """
    broken = _broken(study, totals, largest_staff=int(assumed["staff_largest"]))
    if broken:
        raise ConsistencyError("\n".join(f"{study.id}: {text}" for text in broken))


def _broken(study: Study, totals: Totals, *, largest_staff: int) -> list[str]:
    """Every constraint that the figures break, in words."""
    parts = Count(sum(totals.operating.values()), "the categories' operating enterprises together")
    whole = _count(study, "enterprises_operating", parts)
    organisations = Count(totals.independent + totals.joint, "independent and joint organisations together")
    covered = Count(
        totals.independent + totals.under_joint, _label(study, "enterprises_with_organisation", "enterprises covered")
    )
    least_covered = Count(
        totals.independent + 2 * totals.joint, "an enterprise for each independent and two for each joint organisation"
    )
    instructed = Count(
        totals.instructed, _label(study, "enterprises_with_instructor", "enterprises with an instructor")
    )
    threshold = Count(totals.threshold or 0, "the threshold of staff for instructors")
    largest = Count(largest_staff, "staff of the largest enterprise (assumption staff_largest)")
    large = Count(totals.large or 0, f"enterprises with {totals.threshold} or more staff")
    instructed_large = Count(totals.instructed_large, f"those with {totals.threshold} or more staff")
    small = Count(parts.value - large.value, f"operating enterprises with fewer than {totals.threshold} staff")
    instructed_small = Count(totals.instructed - totals.instructed_large, f"{instructed.label}, of fewer staff")
    members = _count(study, "members", Count(totals.full_members + totals.probationary, "members"))
    probationary = Count(totals.probationary, "probationary members (from those admitted in the year)")
    full_members = Count(totals.full_members, "full members")
    three_each = Count(3 * organisations.value, "three full members for each organisation")
    all_staff = Count(parts.value * largest_staff, "all staff, were every enterprise the largest")
    checked = [
        _equal("parts add up to their total", parts, whole),
        _at_most("a part is at most its whole", whole, _count(study, "enterprises_registered", whole)),
        _equal("parts add up to their total", organisations, _count(study, "organisations", organisations)),
        _at_most("a joint organisation covers two enterprises or more", least_covered, covered),
        "" if totals.joint else _equal("an independent organisation covers one enterprise", covered, organisations),
        _at_most("a part is at most its whole", covered, whole),
        _at_most("a part is at most its whole", instructed_large, instructed),
        _at_most("a part is at most its whole", instructed, whole),
        _at_most("a part is at most its whole", large, whole),
        _at_most("a part is at most its whole", instructed_small, small),
        _at_most("someone must be able to reach it", threshold, largest),
        _at_most("a part is at most its whole", probationary, members),
        _at_most("an organisation has three full members or more", three_each, full_members),
        _at_most("a member is one of the staff", members, all_staff),
    ]
    return list(dict.fromkeys(text for text in checked if text))


def _at_most(rule: str, left: Count, right: Count) -> str:
    return "" if left.value <= right.value else f"{left} is more than {right}, but {rule}"


def _equal(rule: str, left: Count, right: Count) -> str:
    return "" if left.value == right.value else f"{left} differs from {right}, but {rule}"


def _label(study: Study, indicator: str, otherwise: str) -> str:
    figure = study.published(indicator)
    return otherwise if figure is None else figure.label_en


def _count(study: Study, indicator: str, otherwise: Count) -> Count:
    figure = study.published(indicator)
    return otherwise if figure is None else Count(int(figure.value), figure.label_en)
