"""What a synthetic register must reproduce, read from a study; and whether a register does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.errors import DataError, Problem
from analysis.sources.synthetic_assumed import Assumed
from analysis.study import Study
from analysis.study_models import Figure

_THRESHOLD = re.compile(r"staff\s*(?:>=|≥)\s*(\d+)")


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
    return Totals(
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


def validate(register: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Each published total beside its count in a register.

    Returns
    -------
    pandas.DataFrame
        Columns `figure` (the figure's id), `published`, `counted`, `difference` (counted less published); a row for
        each figure of the study that a register shows. Figures that rest on an assumption besides (members admitted in
        the year, as probationary members) stand at the end.

    Examples
    --------
    >>> from analysis.sources.synthetic import synthesise
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> int(validate(synthesise(study), study)["difference"].abs().max())
    0
    """
    covered = register["organisation"] != "none"
    independent = int((register["organisation"] == "independent").sum())
    counted = {"operating": len(register)}
    counted |= {row.id: int((register["category"] == name).sum()) for name, row in category_figures(study).items()}
    counted |= {
        "independent": independent,
        "joint": int(register["joint_lead"].sum()),
        "organisations": independent + int(register["joint_lead"].sum()),
        "covered": int(covered.sum()),
        "instructed": int(register["instructor"].sum()),
    }
    if (large := large_figure(study)) is not None:
        counted[large[0].id] = int(register.loc[register["staff"] >= large[1], "instructor"].sum())
    counted["members"] = int(register["members"].sum())
    counted["new_members"] = int((register["members"] - register["full_members"]).sum())
    table = pd.DataFrame(
        [(name, int(study.figures[name].value), value) for name, value in counted.items() if study.has(name)],
        columns=["figure", "published", "counted"],
    )
    return table.assign(difference=table["counted"] - table["published"])


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


def _value(study: Study, figure: str, otherwise: int = 0) -> int:
    return int(study.figures[figure].value) if figure in study.figures else otherwise
