"""The assumptions that a synthetic register rests on, read from a study and checked for what they must be.

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

from collections.abc import Mapping

from analysis.errors import DataError, Problem
from analysis.messages import said
from analysis.study import Study

Assumed = Mapping[str, float]

_SHARE = (0.0, 1.0)
_ELASTICITY = (-1.0, 3.0)
_ODDS = (1e-6, 1e6)
_SPREAD = (0.0, 3.0)

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


def assumed_of(study: Study) -> dict[str, float]:
    """The values of a study's assumptions by id, those of the table above and no others.

    Raises
    ------
    DataError
        With every assumption that is missing or cannot be.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> assumed_of(open_study("suzhou-2003"))["enterprises_per_independent"]
    1.0
    """
    categories = [row.id for row in study.settings.categories]
    allowed = _ALLOWED | _each(_ALLOWED_BY_CATEGORY, categories)
    optional = _each(_OPTIONAL_BY_CATEGORY, categories)
    values = dict.fromkeys(optional, 1.0)
    values |= {name: row.value for name, row in study.assumptions.items() if name in allowed | optional}
    problems = [
        Problem(
            "assumptions.toml",
            said('the synthetic register needs the assumption "{name}"', name=name),
            None,
            _range(*limits),
        )
        for name, limits in allowed.items()
        if name not in values
    ]
    problems += [
        Problem(said("assumptions.toml, {name}, value", name=name), "cannot be", f"{values[name]:g}", _range(*limits))
        for name, limits in (allowed | optional).items()
        if name in values and not limits[0] <= values[name] <= limits[1]
    ]
    if not problems and values["members_share_independent"] + values["members_share_joint"] > 1:
        both = f"{values['members_share_independent']:g} + {values['members_share_joint']:g}"
        where = "assumptions.toml, members_share_independent and members_share_joint"
        problems.append(Problem(where, "are shares of the same members", both, "at most 1 together"))
    if problems:
        raise DataError(problems)
    return values


def _each(limits: Mapping[str, tuple[float, float]], categories: list[str]) -> dict[str, tuple[float, float]]:
    return {prefix + category: pair for prefix, pair in limits.items() for category in categories}


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
