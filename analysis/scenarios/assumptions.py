"""What moves a state from one year to the next: rates and levers, by name, with the range that each may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import DataError, Problem, WorkbookError, inside, one_of
from analysis.file_values import Strict
from analysis.messages import said
from analysis.quantities import Label
from analysis.reading import settings_of
from analysis.scenarios.random_draws import Array
from analysis.study import Study
from analysis.study_models import Assumption

FILE = "dynamics.toml"
NO_NAME = Label("", "")


@dataclass(frozen=True)
class Allowed:
    """What a rate may be, whoever sets it; one with a step is a lever, which a scenario may set.

    The step is the smallest change worth stating, a whole number where the lever counts. `name` and `unit` are what a control
    says; the full name and the reason stand in a study's dynamics.toml.
    """

    least: float
    most: float
    step: float = 0.0
    name: Label = NO_NAME
    unit: Label = NO_NAME

    def holds(self, value: float) -> bool:
        """Whether it may be so much."""
        return self.least <= value <= self.most

    @property
    def said(self) -> str:
        """What it may be, in words."""
        return said("{least:g} to {most:g}", least=self.least, most=self.most)


_PER_STAFF = Label("每百名职工每年", "per 100 staff, a year")
_A_YEAR = Label("个/年", "a year"), Label("名/年", "a year")
ALLOWED: Mapping[str, Allowed] = {  # in the order in which a draw takes its values
    "exit_large": Allowed(0, 1.5),
    "entrant_size": Allowed(0, 1),
    "staff_down": Allowed(0, 0.5),
    "staff_up": Allowed(0, 3),
    "enterprise_growth": Allowed(
        0, 3, 0.01, Label("企业净增速度", "Growth of enterprises"), Label("倍", "times as assumed")
    ),
    "recruiting_rate": Allowed(
        0, 0.3, 0.0005, Label("发展党员", "Recruiting"), Label("每名正式党员每年", "a full member, a year")
    ),
    "recruiting_without_organisation": Allowed(0, 1),
    "first_members_per_100_staff": Allowed(0, 1, 0.005, Label("发展首名党员", "First member admitted"), _PER_STAFF),
    "transfer_per_100_staff": Allowed(0, 1, 0.005, Label("转入首名党员", "First member moves in"), _PER_STAFF),
    "confirmed_share": Allowed(0, 1),
    "leaving_rate": Allowed(0, 0.5),
    "arriving_rate": Allowed(0, 0.5),
    "founding_rate": Allowed(
        0, 1, 0.01, Label("单独组建", "Founding their own"), Label("应建的每年%", "% of those due, a year")
    ),
    "splitting_rate": Allowed(0, 1),
    "joint_organisations": Allowed(0, 5000, 1, Label("新建联合党组织", "Joint organisations"), _A_YEAR[0]),
    "joint_size": Allowed(2, 20, 0.1, Label("联合党组织的规模", "Size of a joint one"), Label("家企业", "enterprises")),
    "five_good_rate": Allowed(
        0, 1, 0.001, Label("“五个好”联创", "Five-good work"), Label("未达到的每年%", "% of the others, a year")
    ),
    "five_good_loss": Allowed(0, 1),
    "instructors_added": Allowed(-1000, 20000, 1, Label("增加指导员", "Instructors added"), _A_YEAR[1]),
    "enterprises_per_instructor": Allowed(
        1, 100, 0.1, Label("每名新增指导员联系", "Reach of an instructor"), Label("家企业", "enterprises")
    ),
}
BY_CATEGORY: Mapping[str, Allowed] = {"exit_rate_": Allowed(0, 0.6), "growth_rate_": Allowed(-0.5, 0.6)}
REACH_TODAY = "reach_today"  # enterprises to an instructor that there is: what a scenario decides is of those it adds
LEVERS = tuple(name for name, allowed in ALLOWED.items() if allowed.step)


class _Dynamics(Strict):
    assumptions: tuple[Assumption, ...]


Dynamics = Mapping[str, Assumption]
Rates = Mapping[str, Array]  # rates and levers, each of one number or of one a draw; by category (category, draw)


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
    problems = [
        Problem(FILE, said('the assumption "{name}" is missing', name=name), None, row.said)
        for name, row in allowed.items()
        if name not in found
    ]
    problems += [fault for row in found.values() for fault in _faults(row, allowed)]
    if problems := problems or list(in_file(FILE, sums_beyond_one(found))):
        raise DataError(problems)
    return {name: found[name] for name in allowed}


def _faults(row: Assumption, allowed: Mapping[str, Allowed]) -> Iterator[Problem]:
    """An assumption that is none of the model's, or beyond what it may be."""
    if row.id not in allowed:
        yield Problem(
            inside(FILE, row.id), "is not a rate of the model", row.id, one_of(list(allowed), seen=row.id, most=6)
        )
        return
    for end, value in (("low", row.low), ("high", row.high)):
        if not allowed[row.id].holds(value):
            yield Problem(inside(FILE, row.id, end), "cannot be", f"{value:g}", allowed[row.id].said)


def in_file(file: str, faults: Iterable[Problem]) -> Iterator[Problem]:
    """Faults with the file that they are in."""
    return (replace(one, where=inside(file, one.where)) for one in faults)


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
    reach = np.atleast_1d(values.get(REACH_TODAY, values["enterprises_per_instructor"]))
    return {**by_category, **{name: np.atleast_1d(values[name]) for name in ALLOWED}, REACH_TODAY: reach}
