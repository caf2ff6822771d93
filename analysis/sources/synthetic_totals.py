"""What a synthetic register must reproduce and what it rests on: a study's totals and assumptions, checked beforehand.

A study's assumptions.toml holds one block each:

| id | unit | meaning |
|---|---|---|
| staff_mean_CATEGORY, staff_tail_CATEGORY | staff, ratio | mean regular staff; exponent of the tail, the smaller the heavier |
| staff_largest | staff | the largest enterprise |
| enterprises_per_independent | ratio | enterprises under an independent organisation; the register can show one |
| organisation_by_staff, joint_by_staff, instructor_by_staff, members_by_staff | ratio | elasticity with staff |
| organisation_odds_CATEGORY, instructor_odds_CATEGORY | ratio | odds against the category that has none; 1 if absent |
| instructor_odds_directly_managed | ratio | odds of a directly managed enterprise against any other |
| members_share_independent, members_share_joint | share | full members in enterprises with such an organisation, of all |
| members_spread | ratio | standard deviation of the logarithm of members, staff being equal |
| probationary_per_new_member | ratio | probationary members for each member admitted in the year |
| eligible_covered | share | enterprises covered, of those with three or more full members |
| five_good_share | share | five-good organisations, of all |
| directly_managed_share | share | directly managed enterprises, of those in city districts |
| district_spread | ratio | standard deviation of the districts' effects on the logarithm of odds |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from analysis.errors import ConsistencyError, DataError, Problem
from analysis.messages import said
from analysis.study import Study
from analysis.study_models import Figure

Assumed = Mapping[str, float]

INSTEAD = 'Without what is missing: input = "none" in study.toml gives the audit, the bounds and the paper of what was published.'
_ORGANISATIONS = ("organisations", "organisations_independent", "organisations_joint", "enterprises_with_organisation")
_NEEDED = {  # by column of a register: the figures of which it follows from one at least
    "organisation": _ORGANISATIONS,
    "joint_lead": _ORGANISATIONS,
    "five_good": _ORGANISATIONS,
    "instructor": ("enterprises_with_instructor",),
    "members": ("members",),
}

_SHARE, _ELASTICITY, _ODDS, _SPREAD = (0.0, 1.0), (-1.0, 3.0), (1e-6, 1e6), (0.0, 3.0)
_ALLOWED = {
    "staff_largest": (2.0, 1e6),
    "enterprises_per_independent": (1.0, 1.0),
    "organisation_by_staff": _ELASTICITY,
    "joint_by_staff": _ELASTICITY,
    "instructor_by_staff": _ELASTICITY,
    "members_by_staff": _ELASTICITY,
    "instructor_odds_directly_managed": _ODDS,
    "members_share_independent": _SHARE,
    "members_share_joint": _SHARE,
    "members_spread": _SPREAD,
    "probationary_per_new_member": (0.0, 2.0),
    "eligible_covered": (0.01, 1.0),
    "five_good_share": _SHARE,
    "directly_managed_share": _SHARE,
    "district_spread": _SPREAD,
}
_ALLOWED_BY_CATEGORY = {"staff_mean_": (1.0, 1e5), "staff_tail_": (0.5, 20.0)}
_OPTIONAL_BY_CATEGORY = {"organisation_odds_": _ODDS, "instructor_odds_": _ODDS}


@dataclass(frozen=True)
class Totals:
    """The totals of one study, whole numbers; what was not published is nought, or `None` where that would say too much.

    A nought of something that was not published puts nothing into a register; `unknown_of` names the columns that then
    say nothing.
    """

    operating: Mapping[str, int]  # enterprises by category
    independent: int = 0  # organisations, an enterprise each
    joint: int = 0  # organisations
    under_joint: int = 0  # enterprises that these cover
    threshold: int | None = None  # the number of staff from which instructors were counted apart, if they were
    large: int | None = None  # operating enterprises with so many staff; `None` when that cannot be told
    instructed: int = 0  # enterprises with an instructor
    instructed_large: int = 0  # those of them with so many staff
    full_members: int = 0
    probationary: int = 0
    knows_organisations: bool = True  # whether anything was published of them: else nothing follows from who has one


def assumed_of(study: Study) -> dict[str, float]:
    """The values of a study's assumptions by id, those of the table above and no others.

    Raises
    ------
    DataError
        With every assumption that is missing or cannot be; and the figures that are, all at once.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> assumed_of(open_study("suzhou-2003"))["enterprises_per_independent"]
    1.0
    """
    categories = [row.id for row in study.settings.categories]
    needed, optional = (
        {prefix + category: pair for prefix, pair in limits.items() for category in categories}
        for limits in (_ALLOWED_BY_CATEGORY, _OPTIONAL_BY_CATEGORY)
    )
    needed = _ALLOWED | needed
    limits = needed | optional
    values = dict.fromkeys(optional, 1.0)
    values |= {name: row.value for name, row in study.assumptions.items() if name in limits}
    problems = []
    for name in needed:
        if name not in values:
            what = said('the synthetic register needs the assumption "{name}"', name=name)
            problems.append(Problem("assumptions.toml", what, None, _range(*limits[name])))
    for name, (low, high) in limits.items():
        if name in values and not low <= values[name] <= high:
            place = said("assumptions.toml, {name}, value", name=name)
            problems.append(Problem(place, "cannot be", f"{values[name]:g}", _range(low, high)))
    if not problems and values["members_share_independent"] + values["members_share_joint"] > 1:
        both = f"{values['members_share_independent']:g} + {values['members_share_joint']:g}"
        where = "assumptions.toml, members_share_independent and members_share_joint"
        problems.append(Problem(where, "are shares of the same members", both, "at most 1 together"))
    if problems:
        raise DataError([*missing_figures(study), *problems], instead=INSTEAD)
    return values


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def totals_of(study: Study, assumed: Assumed) -> Totals:
    """The totals that a register of this study must have.

    Raises
    ------
    DataError
        When a figure is missing without which no register can be drawn.
    ConsistencyError
        When no register can have these totals: every constraint that fails, a line each, with both of its numbers.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> totals_of(study, assumed_of(study)).under_joint
    7380
    >>> totals_of(study, assumed_of(study) | {"staff_largest": 2})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    analysis.errors.ConsistencyError: suzhou-2003: the threshold of staff for instructors 25 is more than ...
    """
    if problems := [*missing_figures(study)]:
        raise DataError(problems, instead=INSTEAD)
    independent, joint, covered = _organisations(study)
    threshold, large, instructed_large = _large(study)
    probationary = round(assumed["probationary_per_new_member"] * _value(study, "new_members"))
    totals = Totals(
        operating={name: int(row.value) for name, row in category_figures(study).items()},
        independent=independent,
        joint=joint,
        under_joint=covered - independent,
        threshold=threshold,
        large=large,
        instructed=_value(study, "enterprises_with_instructor"),
        instructed_large=instructed_large,
        full_members=_value(study, "members") - probationary,
        probationary=probationary,
        knows_organisations="organisation" not in unknown_of(study),
    )
    if broken := _broken(study, totals, largest_staff=int(assumed["staff_largest"])):
        raise ConsistencyError("\n".join(f"{study.id}: {text}" for text in broken))
    return totals


def unknown_of(study: Study) -> frozenset[str]:
    """The columns of the study's synthetic register that say nothing, as no figure was published that they could follow.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> unknown_of(open_study("suzhou-2003"))
    frozenset()
    """
    unknown = {column for column, names in _NEEDED.items() if not any(map(study.published, names))}
    if not all(map(study.published, ("members", "new_members"))):  # full members are the others
        unknown.add("full_members")
    return frozenset(unknown)


def missing_figures(study: Study) -> Iterator[Problem]:
    """What a synthetic register cannot be drawn without: figures by what they mean, categories and districts."""
    known = category_figures(study)
    for row in study.settings.categories:
        if row.id not in known:
            yield _missing("enterprises_operating", said('of the category "{category}"', category=row.id))
    if not study.settings.categories:
        yield Problem("study.toml, categories", "a synthetic register needs at least one category")
    if not study.districts:
        yield Problem("districts.csv", "a synthetic register needs the study's districts")
    if large_figure(study) is not None and study.published("enterprises_with_instructor") is None:
        yield _missing("enterprises_with_instructor", "of all, beside those of one size")
    if not any(map(study.published, _ORGANISATIONS)):
        return
    whole, alone, joint = map(study.published, _ORGANISATIONS[:3])
    lacking = sum(one is None for one in (whole, alone, joint)) - 1  # any one of them follows from the others
    others = [name for name in ("organisations_independent", "organisations_joint") if study.published(name) is None]
    missing = others[: max(lacking, 0)]
    split = whole is not None and alone is not None and whole.value == alone.value
    without_joint = split or (joint is not None and not joint.value)
    if study.published("enterprises_with_organisation") is None and not without_joint:
        missing.append("enterprises_with_organisation")
    if study.published("members") is None:
        missing.append("members")
    yield from (_missing(name, "beside the organisations published") for name in missing)


def _missing(indicator: str, which: str) -> Problem:
    what = "a synthetic register needs the indicator {indicator} {which}, of the study's own place and period"
    return Problem("published.csv", said(what, indicator=indicator, which=which))


def large_figure(study: Study) -> tuple[Figure, int] | None:
    """The figure that counts instructed enterprises from some number of staff, with that number."""
    counted = (row for row in study.figures.values() if row.indicator == "enterprises_with_instructor")
    found = [(row, row.staff_from) for row in counted if study.is_own(row) and row.staff_from is not None]
    if len(found) > 1:
        seen = ", ".join(row.category for row, _ in found)
        what = "a synthetic register can reproduce one threshold of staff with instructors"
        raise DataError(Problem("published.csv, enterprises_with_instructor", what, seen, "one staff>=…"))
    return found[0] if found else None


def category_figures(study: Study) -> dict[str, Figure]:
    """The figure that counts each category's operating enterprises, for the categories that have one."""
    found = {row.id: study.published("enterprises_operating", row.id) for row in study.settings.categories}
    return {name: figure for name, figure in found.items() if figure is not None}


def _organisations(study: Study) -> tuple[int, int, int]:
    """Independent and joint organisations and the enterprises covered; any one of the first follows from the others."""
    alone, joint = _value(study, "organisations_independent"), _value(study, "organisations_joint")
    whole = _value(study, "organisations", alone + joint)
    independent = _value(study, "organisations_independent", whole - joint)
    joint = _value(study, "organisations_joint", whole - independent)
    return independent, joint, _value(study, "enterprises_with_organisation", independent)


def _large(study: Study) -> tuple[int | None, int | None, int]:
    """The threshold of staff, how many enterprises reach it, and how many of those have an instructor."""
    found = large_figure(study)
    if found is None:
        return None, None, 0
    figure, threshold = found
    rate = study.published("instructor_rate", figure.category)
    large = round(figure.value * 100 / rate.value) if rate is not None and rate.value > 0 else None
    return threshold, large, int(figure.value)


def _value(study: Study, indicator: str, otherwise: int = 0) -> int:
    figure = study.published(indicator)
    return otherwise if figure is None else int(figure.value)


class _Count(NamedTuple):
    """A whole number and what it counts, for messages."""

    value: int
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.value:,}"


def _broken(study: Study, totals: Totals, *, largest_staff: int) -> list[str]:
    """Every constraint that the figures break, in words."""

    def published(indicator: str, otherwise: _Count) -> _Count:
        figure = study.published(indicator)
        return otherwise if figure is None else _Count(int(figure.value), figure.label_en)

    size = totals.threshold
    parts = _Count(sum(totals.operating.values()), "the categories' operating enterprises together")
    whole = published("enterprises_operating", parts)
    organisations = _Count(totals.independent + totals.joint, "independent and joint organisations together")
    covered = published("enterprises_with_organisation", _Count(totals.independent, "enterprises covered"))
    twice = "an enterprise for each independent and two for each joint organisation"
    least_covered = _Count(totals.independent + 2 * totals.joint, twice)
    instructed = published("enterprises_with_instructor", _Count(0, "enterprises with an instructor"))
    large = _Count(totals.large or 0, f"enterprises with {size} or more staff")
    small = _Count(parts.value - large.value, f"operating enterprises with fewer than {size} staff")
    instructed_large = _Count(totals.instructed_large, f"those with {size} or more staff")
    instructed_small = _Count(totals.instructed - totals.instructed_large, f"{instructed.label}, of fewer staff")
    threshold = _Count(totals.threshold or 0, "the threshold of staff for instructors")
    largest = _Count(largest_staff, "staff of the largest enterprise (assumption staff_largest)")
    members = published("members", _Count(totals.full_members + totals.probationary, "members"))
    probationary = _Count(totals.probationary, "probationary members (from those admitted in the year)")
    full_members = _Count(totals.full_members, "full members")
    three_each = _Count(3 * organisations.value, "three full members for each organisation")
    all_staff = _Count(parts.value * largest_staff, "all staff, were every enterprise the largest")
    sums, inside = "parts add up to their total", "a part is at most its whole"
    checked = [  # the rule, two counts, and whether they are to be equal or the first is to be at most the second
        (sums, parts, whole, True),
        (inside, whole, published("enterprises_registered", whole), False),
        (sums, organisations, published("organisations", organisations), True),
        ("a joint organisation covers two enterprises or more", least_covered, covered, False),
        *(
            []
            if totals.joint
            else [("an independent organisation covers one enterprise", covered, organisations, True)]
        ),
        (inside, covered, whole, False),
        (inside, instructed_large, instructed, False),
        (inside, instructed, whole, False),
        (inside, large, whole, False),
        (inside, instructed_small, small, False),
        ("someone must be able to reach it", threshold, largest, False),
        (inside, probationary, members, False),
        ("an organisation has three full members or more", three_each, full_members, False),
        ("a member is one of the staff", members, all_staff, False),
    ]
    told = [
        f"{left} {'differs from' if equal else 'is more than'} {right}, but {rule}"
        for rule, left, right, equal in checked
        if (left.value != right.value if equal else left.value > right.value)
    ]
    return list(dict.fromkeys(told))
