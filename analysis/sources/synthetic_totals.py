"""What a synthetic register must reproduce, read from a study and refused where it contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import ConsistencyError, DataError, Problem
from analysis.sources.synthetic_assumed import Assumed
from analysis.study import Figure, Study

_THRESHOLD = re.compile(r"staff\s*(?:>=|≥)\s*(\d+)")


@dataclass(frozen=True)
class Count:
    """A whole number and what it counts, for messages."""

    value: int
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.value:,}"


@dataclass(frozen=True)
class Totals:
    """The totals of one study, whole numbers; what was not published is nought, or `None` where that would say too much.

    Parameters
    ----------
    operating
        Operating enterprises by category.
    independent, joint, under_joint
        Independent organisations (an enterprise each), joint organisations, the enterprises these cover.
    threshold
        The number of staff from which instructors were counted apart, if they were.
    large
        Operating enterprises with so many staff; `None` when that cannot be told.
    instructed, instructed_large
        Enterprises with an instructor, and those of them with so many staff.
    full_members, probationary
        Members by their standing.
    """

    operating: Mapping[str, int]
    independent: int = 0
    joint: int = 0
    under_joint: int = 0
    threshold: int | None = None
    large: int | None = None
    instructed: int = 0
    instructed_large: int = 0
    full_members: int = 0
    probationary: int = 0


def totals_of(study: Study, assumed: Assumed) -> Totals:
    """The totals that a register of this study must have.

    Raises
    ------
    DataError
        When a figure is missing without which no register can be drawn.
    ConsistencyError
        When the figures contradict one another: every constraint that fails, with both of its numbers.

    Examples
    --------
    >>> from analysis.sources.synthetic_assumed import assumed_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> totals_of(study, assumed_of(study)).under_joint
    7380
    """
    operating = _by_category(study)
    independent, joint, covered = _organisations(study)
    threshold, large, instructed_large = _large(study)
    instructed = _value(study, "instructed", instructed_large)
    probationary = round(assumed["probationary_per_new_member"] * _value(study, "new_members"))
    totals = Totals(
        operating=operating,
        independent=independent,
        joint=joint,
        under_joint=covered - independent,
        threshold=threshold,
        large=large,
        instructed=instructed,
        instructed_large=instructed_large,
        full_members=_value(study, "members") - probationary,
        probationary=probationary,
    )
    broken = _broken(study, totals, largest_staff=int(assumed["staff_largest"]))
    if broken:
        raise ConsistencyError("\n".join(f"{study.id}: {text}" for text in broken))
    return totals


def large_figure(study: Study) -> tuple[Figure, int] | None:
    """The figure that counts instructed enterprises from some number of staff, with that number."""
    found = [
        (row, int(match[1]))
        for row in study.figures.values()
        if row.indicator == "enterprises_with_instructor" and (match := _THRESHOLD.fullmatch(row.category))
    ]
    if len(found) > 1:
        seen = ", ".join(row.category for row, _ in found)
        what = "a synthetic register can reproduce one threshold of staff with instructors"
        raise DataError(Problem("published.csv, enterprises_with_instructor", what, seen, "one staff>=…"))
    return found[0] if found else None


def category_figures(study: Study) -> dict[str, Figure]:
    """The figure that counts each category's operating enterprises, for the categories that have one."""
    by_category = {row.category: row for row in study.figures.values() if row.indicator == "enterprises_operating"}
    return {row.id: by_category[row.id] for row in study.settings.categories if row.id in by_category}


def _by_category(study: Study) -> dict[str, int]:
    figures = category_figures(study)
    problems = [
        Problem("published.csv", f'no figure enterprises_operating of the category "{row.id}"; the register needs it')
        for row in study.settings.categories
        if row.id not in figures
    ]
    if not study.settings.categories:
        problems.append(Problem("study.toml, categories", "a synthetic register needs at least one category"))
    if not study.districts:
        problems.append(Problem("districts.csv", "a synthetic register needs the study's districts"))
    if problems:
        raise DataError(problems)
    return {name: int(row.value) for name, row in figures.items()}


def _organisations(study: Study) -> tuple[int, int, int]:
    """Independent and joint organisations and the enterprises covered; any one follows from the others."""
    if not any(study.has(name) for name in ("organisations", "independent", "joint", "covered")):
        return 0, 0, 0
    all_of_them = _value(study, "organisations", _value(study, "independent") + _value(study, "joint"))
    independent = _value(study, "independent", all_of_them - _value(study, "joint"))
    joint = _value(study, "joint", all_of_them - independent)
    split = study.has("independent") or study.has("joint")
    needed = [] if split else ["independent"]
    needed += ["covered"] if joint and not study.has("covered") else []
    needed += [] if study.has("members") else ["members"]
    if needed:
        what = "the organisations published need this figure beside them"
        raise DataError([Problem("published.csv", what, allowed=name) for name in needed])
    return independent, joint, _value(study, "covered", independent)


def _large(study: Study) -> tuple[int | None, int | None, int]:
    """The threshold of staff, how many enterprises reach it, and how many of those have an instructor."""
    found = large_figure(study)
    if found is None:
        return None, None, 0
    figure, threshold = found
    rates = [
        row.value
        for row in study.figures.values()
        if row.indicator == "instructor_rate" and row.category == figure.category and row.value > 0
    ]
    return threshold, round(figure.value * 100 / rates[0]) if rates else None, int(figure.value)


def _broken(study: Study, totals: Totals, *, largest_staff: int) -> list[str]:
    """Every constraint that the figures break, in words."""
    parts = Count(sum(totals.operating.values()), "the categories' operating enterprises together")
    whole = _count(study, "operating", parts)
    organisations = Count(totals.independent + totals.joint, "independent and joint organisations together")
    covered = Count(totals.independent + totals.under_joint, _label(study, "covered", "enterprises covered"))
    least_covered = Count(
        totals.independent + 2 * totals.joint, "an enterprise for each independent and two for each joint organisation"
    )
    instructed = Count(totals.instructed, _label(study, "instructed", "enterprises with an instructor"))
    large = Count(totals.large or 0, f"enterprises with {totals.threshold} or more staff")
    instructed_large = Count(totals.instructed_large, f"those of them with {totals.threshold} or more staff")
    small = Count(parts.value - large.value, f"operating enterprises with fewer than {totals.threshold} staff")
    instructed_small = Count(totals.instructed - totals.instructed_large, f"{instructed.label}, of fewer staff")
    members = _count(study, "members", Count(totals.full_members + totals.probationary, "members"))
    probationary = Count(totals.probationary, "probationary members (from those admitted in the year)")
    full_members = Count(totals.full_members, "full members")
    three_each = Count(3 * organisations.value, "three full members for each organisation")
    all_staff = Count(parts.value * largest_staff, "all staff, were every enterprise the largest")
    checked = [
        _equal("parts add up to their total", parts, whole),
        _at_most("a part is at most its whole", whole, _count(study, "registered", whole)),
        _equal("parts add up to their total", organisations, _count(study, "organisations", organisations)),
        _at_most("a joint organisation covers two enterprises or more", least_covered, covered),
        _equal("without joint organisations each covers one enterprise", covered, organisations)
        if not totals.joint
        else "",
        _at_most("a part is at most its whole", covered, whole),
        _at_most("a part is at most its whole", instructed_large, instructed),
        _at_most("a part is at most its whole", instructed, whole),
        _at_most("a part is at most its whole", large, whole),
        _at_most("a part is at most its whole", instructed_small, small),
        _at_most("a part is at most its whole", probationary, members),
        _at_most("an organisation has three full members or more", three_each, full_members),
        _at_most("a member is one of the staff", members, all_staff),
    ]
    return list(dict.fromkeys(text for text in checked if text))


def _at_most(rule: str, left: Count, right: Count) -> str:
    return "" if left.value <= right.value else f"{left} is more than {right}, but {rule}"


def _equal(rule: str, left: Count, right: Count) -> str:
    return "" if left.value == right.value else f"{left} differs from {right}, but {rule}"


def _value(study: Study, figure: str, otherwise: int = 0) -> int:
    return int(study.figures[figure].value) if figure in study.figures else otherwise


def _label(study: Study, figure: str, otherwise: str) -> str:
    return study.figures[figure].label_en if figure in study.figures else otherwise


def _count(study: Study, figure: str, otherwise: Count) -> Count:
    return Count(_value(study, figure, otherwise.value), _label(study, figure, otherwise.label))
