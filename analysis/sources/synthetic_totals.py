"""What a synthetic register must reproduce, read from a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.errors import DataError, Problem
from analysis.messages import said
from analysis.sources.synthetic_assumed import Assumed
from analysis.study import Study
from analysis.study_models import Figure

INSTEAD = 'Without what is missing: input = "none" in study.toml gives the audit, the bounds and the paper of what was published.'
_ORGANISATIONS = (
    "organisations",
    "organisations_independent",
    "organisations_joint",
    "enterprises_with_organisation",
)


@dataclass(frozen=True)
class Totals:
    """The totals of one study, whole numbers; what was not published is nought, or `None` where that would say too much.

    A nought of something that was not published puts nothing into a register; `unknown_of` names the columns that then
    say nothing.

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
    knows_organisations
        Whether anything was published of organisations: else nothing follows from who has one.
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
    knows_organisations: bool = True


def totals_of(study: Study, assumed: Assumed) -> Totals:
    """The totals that a register of this study must have.

    Raises
    ------
    DataError
        When a figure is missing without which no register can be drawn.

    Examples
    --------
    >>> from analysis.sources.synthetic_assumed import assumed_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> totals_of(study, assumed_of(study)).under_joint
    7380
    """
    if problems := [*missing_figures(study)]:
        raise DataError(problems, instead=INSTEAD)
    operating = {name: int(row.value) for name, row in category_figures(study).items()}
    independent, joint, covered = _organisations(study)
    threshold, large, instructed_large = _large(study)
    probationary = round(assumed["probationary_per_new_member"] * _value(study, "new_members"))
    return Totals(
        operating=operating,
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


def unknown_of(study: Study) -> frozenset[str]:
    """The columns of the study's synthetic register that say nothing, as no figure was published that they could follow.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> unknown_of(open_study("suzhou-2003"))
    frozenset()
    """
    needed = {
        "organisation": _ORGANISATIONS,
        "joint_lead": _ORGANISATIONS,
        "five_good": _ORGANISATIONS,
        "instructor": ("enterprises_with_instructor",),
        "members": ("members",),
    }
    unknown = {column for column, names in needed.items() if not any(study.published(name) for name in names)}
    if not all(study.published(name) for name in ("members", "new_members")):  # full members are the others
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
    if not any(study.published(name) for name in _ORGANISATIONS):
        return
    whole, alone, joint = (study.published(name) for name in _ORGANISATIONS[:3])
    lacking = sum(one is None for one in (whole, alone, joint)) - 1  # any one of them follows from the others
    others = [name for name in ("organisations_independent", "organisations_joint") if study.published(name) is None]
    for name in others[: max(lacking, 0)]:
        yield _missing(name, "beside the organisations published")
    split = whole is not None and alone is not None and whole.value == alone.value
    without_joint = split or (joint is not None and not joint.value)
    if study.published("enterprises_with_organisation") is None and not without_joint:
        yield _missing("enterprises_with_organisation", "beside the organisations published")
    if study.published("members") is None:
        yield _missing("members", "beside the organisations published")


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
    if not any(study.published(name) for name in _ORGANISATIONS):
        return 0, 0, 0
    whole = _value(
        study, "organisations", _value(study, "organisations_independent") + _value(study, "organisations_joint")
    )
    independent = _value(study, "organisations_independent", whole - _value(study, "organisations_joint"))
    return (
        independent,
        _value(study, "organisations_joint", whole - independent),
        _value(study, "enterprises_with_organisation", independent),
    )


def _large(study: Study) -> tuple[int | None, int | None, int]:
    """The threshold of staff, how many enterprises reach it, and how many of those have an instructor."""
    found = large_figure(study)
    if found is None:
        return None, None, 0
    figure, threshold = found
    rate = study.published("instructor_rate", figure.category)
    large = round(figure.value * 100 / rate.value) if rate is not None and rate.value > 0 else None
    return threshold, large, int(figure.value)


def _missing(indicator: str, which: str) -> Problem:
    what = said(
        "a synthetic register needs the indicator {indicator} {which}, of the study's own place and period",
        indicator=indicator,
        which=which,
    )
    return Problem("published.csv", what)


def _value(study: Study, indicator: str, otherwise: int = 0) -> int:
    figure = study.published(indicator)
    return otherwise if figure is None else int(figure.value)
