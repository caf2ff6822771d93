"""What moves a state from one year to the next: rates and levers, by name, with the range that each may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import BaseModel, ConfigDict

from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.messages import said
from analysis.reading import settings_of
from analysis.scenarios.random_draws import Array
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

    def holds(self, value: float) -> bool:
        """Whether it may be so much."""
        return self.least <= value <= self.most

    @property
    def said(self) -> str:
        """What it may be, in words."""
        return said("{least:g} to {most:g}", least=self.least, most=self.most)


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
Rates = Mapping[
    str, Array
]  # rates and levers, each a number or one number a draw; by category of the shape (category, draw)


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
        what = "{study}: scenarios need {file} with the assumptions about change, and there is none"
        raise WorkbookError(said(what, study=study.id, file=FILE))
    found = {row.id: row for row in settings_of(path, _Dynamics).assumptions}
    categories = [row.id for row in study.settings.categories]
    allowed = {prefix + one: row for prefix, row in BY_CATEGORY.items() for one in categories} | dict(ALLOWED)
    missing = [name for name in allowed if name not in found]
    problems = [
        Problem(FILE, said('the assumption "{name}" is missing', name=name), None, allowed[name].said)
        for name in missing
    ]
    for name, row in found.items():
        where = said("{file}, {name}", file=FILE, name=name)
        if name not in allowed:
            problems.append(
                Problem(where, "is not a rate of the model", name, one_of(list(allowed), seen=name, most=6))
            )
            continue
        ends = {end: value for end, value in (("low", row.low), ("high", row.high)) if not allowed[name].holds(value)}
        problems += [
            Problem(
                said("{file}, {name}, {end}", file=FILE, name=name, end=end),
                "cannot be",
                f"{value:g}",
                allowed[name].said,
            )
            for end, value in ends.items()
        ]
    if problems := problems or list(inside(FILE, sums_beyond_one(found))):
        raise DataError(problems)
    return {name: found[name] for name in allowed}


def inside(file: str, faults: Iterable[Problem]) -> Iterator[Problem]:
    """Faults with the file that they are in."""
    return (replace(one, where=said("{file}, {place}", file=file, place=one.where)) for one in faults)


def sums_beyond_one(dynamics: Dynamics, enterprise_growth: float | None = None) -> Iterator[Problem]:
    """Categories whose openings (closings made up for, and net growth on top) could be more than all there are.

    Large enterprises may close more often than small ones, so that all of a category could close as often as they. Where
    no scenario decides the growth, it is the high end of its assumption.
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


def rates_of(values: Mapping[str, Array], categories: Sequence[str]) -> Rates:
    """Rates and levers from their values by id, each of shape (draw,), with those of the state's categories under one name.

    `REACH_TODAY` is the reach of the instructors added where it is not given.
    """
    by_category = {
        prefix.removesuffix("_"): np.stack([np.asarray(values[prefix + one]) for one in categories])
        for prefix in BY_CATEGORY
    }
    reach = np.asarray(values.get(REACH_TODAY, values["enterprises_per_instructor"]))
    return {**by_category, **{name: np.asarray(values[name]) for name in ALLOWED}, REACH_TODAY: reach}
