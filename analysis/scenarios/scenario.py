"""Scenarios: what is decided, as files that say only where they differ from the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from pydantic import Field

from analysis.errors import DataError, ParameterError, Problem, WorkbookError, inside, one_of
from analysis.file_values import Name, Named, Number
from analysis.messages import lines_of, said
from analysis.quantities import Label
from analysis.reading import settings_of
from analysis.scenarios import support
from analysis.scenarios.assumptions import ALLOWED, LEVERS, REACH_TODAY, Dynamics, dynamics_of, in_file, sums_beyond_one
from analysis.scenarios.random_draws import Array
from analysis.scenarios.support import SupportPlan
from analysis.study import Study

FOLDER = "scenarios"
BASELINE = "baseline"
OWN = "own"  # in place of a scenario's name: the one that the study names


class _ScenarioFile(Named):
    why_zh: Name
    why_en: Name
    levers: dict[str, Number] = Field(default_factory=dict)
    unit_costs: dict[str, Number] = Field(default_factory=dict)
    support: dict[str, dict[str, Number]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A set of levers over a study's assumptions about change.

    Parameters
    ----------
    id, label, why
        Its name in files, its name in words, and what it stands for.
    year
        The year of the state it starts from.
    dynamics
        The assumptions, each with its range.
    decided
        Levers that the scenario sets. The others are as uncertain as their assumption.
    unit_costs
        Cost of one unit of a lever in a year, where it was given.
    changed
        Those of the levers decided that its file does not set.
    support
        Where its plan of venues and funds differs from support.toml.
    called
        What somebody who changed it calls it.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> plan = open_scenario(open_study("suzhou-2003"), "baseline")
    >>> plan.but(instructors_added=100).lever("instructors_added")
    100.0
    """

    id: str
    label: Label
    why: Label
    year: int
    dynamics: Dynamics
    decided: Mapping[str, float] = field(default_factory=dict)
    unit_costs: Mapping[str, float] = field(default_factory=dict)
    changed: Mapping[str, float] = field(default_factory=dict)
    support: SupportPlan = field(default_factory=dict)
    called: Label | None = None

    def but(self, *, name: str = "", name_zh: str = "", **levers: float) -> Scenario:
        """The same scenario with some levers set, under a name of its own where it is given one.

        Raises
        ------
        ParameterError
            When a lever is unknown, out of its range, contradicts another, or lets probabilities sum above 1.
        """
        called = Label(name_zh or name, name or name_zh) if name or name_zh else self.called
        return replace(self.deciding(**levers), called=called)

    def deciding(self, **levers: float) -> Scenario:
        """The same scenario with some levers set; refused as by `but`."""
        decided = {**self.decided, **levers}
        if faults := list(_faults(decided, self.dynamics)):
            raise ParameterError(lines_of(*(fault.message for fault in faults)))
        return replace(self, decided=decided, changed={**self.changed, **levers})

    def assuming(self, **values: float) -> Scenario:
        """The same scenario with some assumptions at these values and nothing else about them in doubt."""
        changed = {
            name: self.dynamics[name].model_copy(update={"value": value, "low": value, "high": value})
            for name, value in values.items()
        }
        return replace(self, dynamics={**self.dynamics, **changed})

    @property
    def key(self) -> str:
        """What tells it from others in a table: its id, with the levers that its file does not set.

        Examples
        --------
        >>> from analysis.study import open_study
        >>> open_scenario(open_study("suzhou-2003"), "baseline").but(instructors_added=200).key
        'baseline, instructors_added=200'
        """
        if self.called is not None:
            return self.called.en
        return ", ".join([self.id, *(f"{name}={value:g}" for name, value in sorted(self.changed.items()))])

    @property
    def name(self) -> Label:
        """Its name in words: its own, or its file's with the levers that the file does not set."""
        if self.called is not None:
            return self.called
        rows = [(self.dynamics[name].label, value) for name, value in sorted(self.changed.items())]
        zh = "，".join(f"{label.zh} {value:g}" for label, value in rows)
        en = ", ".join(f"{label.en} {value:g}" for label, value in rows)
        return Label(f"{self.label.zh}（{zh}）", f"{self.label.en} ({en})") if rows else self.label

    def lever(self, name: str) -> float:
        """What a lever stands at: as decided, or the value of its assumption."""
        if name not in LEVERS:
            allowed = one_of(LEVERS, seen=name, most=20)
            raise ParameterError(said('no lever "{name}"; allowed: {allowed}', name=name, allowed=allowed))
        return float(self.decided.get(name, self.dynamics[name].value))

    @property
    def open(self) -> tuple[str, ...]:
        """The assumptions that are in doubt under this scenario: with a range, and not decided."""
        return tuple(name for name, row in self.dynamics.items() if row.low < row.high and name not in self.decided)

    def values(self) -> dict[str, Array]:
        """Every rate and lever at its value, one draw."""
        values = {name: self.decided.get(name, row.value) for name, row in self.dynamics.items()}
        return {name: np.array([value], dtype=float) for name, value in {**values, REACH_TODAY: self._reach}.items()}

    def drawn(self, uniforms: Array) -> dict[str, Array]:
        """Every rate and lever drawn from its range: triangular, with its peak at the value.

        `uniforms` has a row for each assumption in the order of `dynamics`, decided or not, and a column a draw.
        """
        values = {
            name: np.full(uniforms.shape[1], float(self.decided[name]))
            if name in self.decided
            else triangular(uniforms[position], low=row.low, peak=row.value, high=row.high)
            for position, (name, row) in enumerate(self.dynamics.items())
        }
        return {**values, REACH_TODAY: np.full(uniforms.shape[1], self._reach)}

    @property
    def _reach(self) -> float:
        """Of the instructors there are: whatever is decided about those added, so many enterprises lose one that leaves."""
        return float(self.dynamics["enterprises_per_instructor"].value)


def triangular(uniforms: Array, *, low: float, peak: float, high: float) -> Array:
    """Quantiles of the triangular distribution.

    Examples
    --------
    >>> triangular(np.array([0.0, 0.5, 1.0]), low=0, peak=1, high=2).tolist()
    [0.0, 1.0, 2.0]
    """
    if low == high:
        return np.full(uniforms.shape, float(low))
    turn = (peak - low) / (high - low)
    rising = low + np.sqrt(uniforms * (high - low) * (peak - low))
    falling = high - np.sqrt((1 - uniforms) * (high - low) * (high - peak))
    return np.asarray(np.where(uniforms < turn, rising, falling))


def scenario_names(study: Study) -> list[str]:
    """The scenarios of a study, the baseline first."""
    names = (path.stem for path in (study.folder / FOLDER).glob("*.toml"))
    return sorted(names, key=lambda name: (name != BASELINE, name))


def own_scenario(study: Study) -> str:
    """The scenario that a study's papers look ahead with: the one study.toml names, or the first; empty for none.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> own_scenario(open_study("suzhou-2003")), own_scenario(open_study("national"))
    ('conference', '')
    """
    return study.settings.scenario or next(iter(scenario_names(study)), "")


def open_scenario(study: Study, name: str | Path) -> Scenario:
    """A scenario by its name in the study, or by its file.

    Raises
    ------
    WorkbookError
        When there is no such scenario. `own` is the study's own.
    DataError
        With every fault of the file: an unknown lever (the nearest is named), one out of its range, a contradiction.
    """
    name = own_scenario(study) if name == OWN else name
    path = Path(name) if str(name).endswith(".toml") else study.folder / FOLDER / f"{name}.toml"
    if not path.is_file():
        what, allowed = '{study}: no scenario "{name}"; allowed: {allowed}, or a file', scenario_names(study)
        raise WorkbookError(said(what, study=study.id, name=name, allowed=one_of(allowed, seen=str(name))))
    dynamics, found = dynamics_of(study), settings_of(path, _ScenarioFile)
    faults = (
        *_faults(found.levers, dynamics),
        *_unit_cost_faults(found.unit_costs),
        *support.faults(study.support, found.support),
    )
    if faults:
        raise DataError(list(in_file(path.name, faults)))
    return Scenario(
        id=path.stem,
        label=found.label,
        why=Label(found.why_zh, found.why_en),
        year=study.year,
        dynamics=dynamics,
        decided=found.levers,
        unit_costs=found.unit_costs,
        support=found.support,
    )


def _unit_cost_faults(unit_costs: Mapping[str, float]) -> Iterator[Problem]:
    for lever, cost in unit_costs.items():
        if lever not in LEVERS or not 0 <= cost < np.inf:
            allowed = said("a number from 0 for {levers}", levers=one_of(LEVERS, seen=lever, most=20))
            yield Problem("unit_costs", "is not a cost of a lever", f"{lever} = {cost:g}", allowed)


def _faults(levers: Mapping[str, float], dynamics: Dynamics) -> Iterator[Problem]:
    """What cannot be decided over these assumptions: unknown levers, those out of range, and what contradicts another."""
    for name, value in levers.items():
        if name not in LEVERS:
            yield Problem("levers", "no such lever", name, one_of(LEVERS, seen=name, most=20))
        elif not ALLOWED[name].holds(value):
            yield Problem(inside("levers", name), "out of its range", f"{value:g}", ALLOWED[name].said)
    for one in contradictions(levers):
        where = said("levers, {first} and {second}", first=one.first, second=one.second)
        seen = said("{first:g} and {second:g}", first=levers[one.first], second=levers[one.second])
        yield Problem(where, said("{text}", text=one.said), seen, said("{text}", text=one.allowed))
    yield from sums_beyond_one(dynamics, levers.get("enterprise_growth"))


@dataclass(frozen=True)
class Contradiction:
    """Two levers that cannot both be as they are: what is wrong, and what would do."""

    first: str
    second: str
    said: Label
    allowed: Label


def contradictions(levers: Mapping[str, float]) -> tuple[Contradiction, ...]:
    """The pairs of levers decided that contradict each other.

    Examples
    --------
    >>> [one.said.en for one in contradictions({"recruiting_rate": 0, "first_members_per_100_staff": 0.1})]
    ['nobody is admitted, and first members are']
    """
    if levers.get("first_members_per_100_staff", 0) <= 0:
        return ()
    holds = {_NOBODY_ADMITTED: levers.get("recruiting_rate") == 0, _WITHDRAWN: levers.get("instructors_added", 0) < 0}
    return tuple(one for one, is_so in holds.items() if is_so)


_NOBODY_ADMITTED = Contradiction(
    "recruiting_rate",
    "first_members_per_100_staff",
    Label("不发展党员，却发展首名党员", "nobody is admitted, and first members are"),
    Label("两项都为零，或都大于零", "both 0, or both above"),
)
_WITHDRAWN = Contradiction(
    "instructors_added",
    "first_members_per_100_staff",
    Label(
        "减少指导员，却设定由指导员发展首名党员", "instructors are withdrawn, and their work on first members is set"
    ),
    Label("只设其中一项", "leave one of them out"),
)
