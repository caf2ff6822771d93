"""What moves a state from one year to the next: rates and levers, by name, with the range that each may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import BaseModel, ConfigDict

from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.messages import said
from analysis.reading import settings_of
from analysis.scenarios.chance import Array
from analysis.study import Study
from analysis.study_models import Assumption

FILE = "dynamics.toml"


@dataclass(frozen=True)
class Allowed:
    """What a rate may be, whoever sets it, and whether a scenario may set it."""

    least: float
    most: float
    is_lever: bool = False
    step: float = 0.0  # the smallest change worth stating; a whole number where the lever counts


ALLOWED: Mapping[str, Allowed] = {
    "exit_large": Allowed(0, 1.5),
    "entrant_size": Allowed(0, 1),
    "staff_down": Allowed(0, 0.5),
    "staff_up": Allowed(0, 3),
    "enterprise_growth": Allowed(0, 3, True, 0.01),
    "recruiting_rate": Allowed(0, 0.3, True, 0.0005),
    "recruiting_without_organisation": Allowed(0, 1),
    "first_members_per_100_staff": Allowed(0, 1, True, 0.005),
    "transfer_per_100_staff": Allowed(0, 1, True, 0.005),
    "confirmed_share": Allowed(0, 1),
    "leaving_rate": Allowed(0, 0.5),
    "arriving_rate": Allowed(0, 0.5),
    "founding_rate": Allowed(0, 1, True, 0.01),
    "splitting_rate": Allowed(0, 1),
    "joint_organisations": Allowed(0, 5000, True, 1),
    "joint_size": Allowed(2, 20, True, 0.1),
    "five_good_rate": Allowed(0, 1, True, 0.001),
    "five_good_loss": Allowed(0, 1),
    "instructors_added": Allowed(-1000, 20000, True, 1),
    "enterprises_per_instructor": Allowed(1, 100, True, 0.1),
}
BY_CATEGORY: Mapping[str, Allowed] = {"exit_rate_": Allowed(0, 0.6), "growth_rate_": Allowed(-0.5, 0.6)}
REACH_TODAY = "reach_today"  # enterprises to an instructor that there is: what a scenario decides is of those it adds
LEVERS = tuple(name for name, allowed in ALLOWED.items() if allowed.is_lever)


class _Dynamics(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    assumptions: tuple[Assumption, ...]


Dynamics = Mapping[str, Assumption]


@dataclass(frozen=True, eq=False)
class Levers:
    """What a scenario decides: each a number, or one number a draw."""

    enterprise_growth: Array
    recruiting_rate: Array
    first_members_per_100_staff: Array
    transfer_per_100_staff: Array
    founding_rate: Array
    joint_organisations: Array
    joint_size: Array
    five_good_rate: Array
    instructors_added: Array
    enterprises_per_instructor: Array


@dataclass(frozen=True, eq=False)
class Rates:
    """What nobody decides: each a number, or one number a draw; those by category have the shape (category, draw)."""

    exit_rate: Array
    growth_rate: Array
    exit_large: Array
    entrant_size: Array
    staff_down: Array
    staff_up: Array
    recruiting_without_organisation: Array
    confirmed_share: Array
    leaving_rate: Array
    arriving_rate: Array
    splitting_rate: Array
    five_good_loss: Array
    reach_today: Array


def dynamics_of(study: Study) -> Dynamics:
    """The assumptions about change, by id, checked.

    Raises
    ------
    WorkbookError
        When the study has no such file.
    DataError
        With every assumption that is missing, unknown, or beyond what it may be.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> dynamics_of(open_study("suzhou-2003"))["joint_size"].value
    8.5
    """
    path = study.folder / FILE
    if not path.is_file():
        raise WorkbookError(
            said(
                "{study}: scenarios need {file} with the assumptions about change, and there is none",
                study=study.id,
                file=FILE,
            )
        )
    found = {row.id: row for row in settings_of(path, _Dynamics).assumptions}
    allowed = allowed_in(study)
    problems = [
        Problem(
            FILE,
            said('the assumption "{name}" is missing', name=name),
            None,
            said("{least:g} to {most:g}", least=row.least, most=row.most),
        )
        for name, row in allowed.items()
        if name not in found
    ]
    problems += [
        Problem(
            said("{file}, {name}", file=FILE, name=name),
            "is not a rate of the model",
            name,
            one_of(list(allowed), seen=name, most=6),
        )
        for name in found
        if name not in allowed
    ]
    problems += [
        Problem(
            said("{file}, {name}, {end}", file=FILE, name=name, end=end),
            "cannot be",
            f"{getattr(row, end):g}",
            _range(allowed[name]),
        )
        for name, row in found.items()
        if name in allowed
        for end in ("low", "high")
        if not allowed[name].least <= getattr(row, end) <= allowed[name].most
    ]
    if not problems:
        problems = [
            replace(one, where=said("{file}, {place}", file=FILE, place=one.where)) for one in sums_beyond_one(found)
        ]
    if problems:
        raise DataError(problems)
    return {name: found[name] for name in allowed}


def sums_beyond_one(dynamics: Dynamics, enterprise_growth: float | None = None) -> Iterator[Problem]:
    """Categories whose openings (closings made up for, and net growth on top) could be more than all there are.

    Large enterprises may close more often than small ones, so that all of a category could close as often as they.

    Parameters
    ----------
    enterprise_growth
        Where a scenario decides it; else the high end of its assumption.
    """
    factor = dynamics["enterprise_growth"].high if enterprise_growth is None else enterprise_growth
    for name in dynamics:
        exits, _, category = name.partition("exit_rate_")
        if exits or not category:
            continue
        closing = dynamics[name].high * max(dynamics["exit_large"].high, 1.0)
        opening = closing + max(dynamics[f"growth_rate_{category}"].high * factor, 0.0)
        if opening > 1:
            rates = said("{name} + growth_rate_{category} × enterprise_growth", name=name, category=category)
            yield Problem(rates, "the shares that open in a year sum above 1", f"{opening:g}", "at most 1")


def allowed_in(study: Study) -> dict[str, Allowed]:
    """Every rate that a study's dynamics.toml gives, with what it may be."""
    categories = [row.id for row in study.settings.categories]
    return {prefix + one: row for prefix, row in BY_CATEGORY.items() for one in categories} | dict(ALLOWED)


def rates_and_levers(values: Mapping[str, Array], categories: Sequence[str]) -> tuple[Rates, Levers]:
    """Rates and levers from their values by id.

    Parameters
    ----------
    values
        By id as in dynamics.toml, each of shape (draw,); and `REACH_TODAY`, which is the reach of those added where it is
        not given.
    categories
        In the order of the state.
    """
    by_category = {
        prefix.removesuffix("_"): np.stack([np.asarray(values[prefix + one]) for one in categories])
        for prefix in BY_CATEGORY
    }
    others = {name: np.asarray(values[name]) for name in ALLOWED if name not in LEVERS}
    others[REACH_TODAY] = np.asarray(values.get(REACH_TODAY, values["enterprises_per_instructor"]))
    return Rates(**by_category, **others), Levers(**{name: np.asarray(values[name]) for name in LEVERS})


def _range(allowed: Allowed) -> str:
    return f"{allowed.least:g} to {allowed.most:g}"
