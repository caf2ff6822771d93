"""Levers as a reader moves them: one schema with names, units, ranges and steps, and what a set of them decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.quantities import Label
from analysis.scenarios.assumptions import ALLOWED, LEVERS, Dynamics
from analysis.scenarios.contradictions import Contradiction, contradictions
from analysis.scenarios.scenario import BASELINE, Scenario

if TYPE_CHECKING:
    from pydantic import BaseModel

PER_CENT = 100
BEYOND = 2.5  # times as far as is plausible goes a control


@dataclass(frozen=True)
class Words:
    """A lever's short name and its unit, for a control; its full name and reason stand in the study's dynamics.toml."""

    name: Label
    unit: Label


SHORT: Mapping[str, Words] = {
    "enterprise_growth": Words(Label("企业净增速度", "Growth of enterprises"), Label("倍", "times as assumed")),
    "recruiting_rate": Words(Label("发展党员", "Recruiting"), Label("每名正式党员每年", "a full member, a year")),
    "first_members_per_100_staff": Words(
        Label("发展首名党员", "First member admitted"), Label("每百名职工每年", "per 100 staff, a year")
    ),
    "transfer_per_100_staff": Words(
        Label("转入首名党员", "First member moves in"), Label("每百名职工每年", "per 100 staff, a year")
    ),
    "founding_rate": Words(Label("单独组建", "Founding their own"), Label("应建的每年%", "% of those due, a year")),
    "joint_organisations": Words(Label("新建联合党组织", "Joint organisations"), Label("个/年", "a year")),
    "joint_size": Words(Label("联合党组织的规模", "Size of a joint one"), Label("家企业", "enterprises")),
    "five_good_rate": Words(Label("“五个好”联创", "Five-good work"), Label("未达到的每年%", "% of the others, a year")),
    "instructors_added": Words(Label("增加指导员", "Instructors added"), Label("名/年", "a year")),
    "enterprises_per_instructor": Words(
        Label("每名新增指导员联系", "Reach of an instructor"), Label("家企业", "enterprises")
    ),
}


def lever_model(dynamics: Dynamics, scenarios: Sequence[Scenario] = ()) -> type[BaseModel]:
    """The schema of the levers: a field for each, in the unit it is shown in, with the range of its control.

    A control spans what is plausible and what the scenarios given set, inside what the lever may be at all.

    Examples
    --------
    >>> from analysis.scenarios.assumptions import dynamics_of
    >>> from analysis.study import open_study
    >>> schema = lever_model(dynamics_of(open_study("suzhou-2003"))).model_json_schema()["properties"]
    >>> schema["founding_rate"]["default"], schema["founding_rate"]["unit_en"]
    (80.0, '% of those due, a year')
    """
    fields = {}
    for name in LEVERS:
        row, words = dynamics[name], SHORT[name]
        ends = span(dynamics, name, [scenario.lever(name) for scenario in scenarios])
        value, low, high, step = (shown(dynamics, name, one) for one in (row.value, *ends, ALLOWED[name].step))
        why = Label(f"{row.zh}。{row.why_zh}", f"{row.en}. {row.why_en}")
        fields[name] = control(words.name, value, low, high, step=step, unit=words.unit, why=why)
    return form("Levers", fields)


def control(
    name: Label, value: float, low: float, high: float, *, step: float, unit: Label, why: Label
) -> tuple[type[float], Any]:
    """The field of a schema for one control: a number with its range, its step and its words."""
    from pydantic import Field

    words: dict[str, Any] = {
        "zh": name.zh,
        "en": name.en,
        "unit_zh": unit.zh,
        "unit_en": unit.en,
        "help_zh": why.zh,
        "step": step,
    }
    return float, Field(value, ge=low, le=high, description=why.en, json_schema_extra=words)


def form(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    """The schema of some controls."""
    from pydantic import create_model

    model: type[BaseModel] = create_model(name, **fields)
    return model


def span(dynamics: Dynamics, name: str, values: Sequence[float] = ()) -> tuple[float, float]:
    """The ends of a lever's control: some way beyond its assumption's range and the values given, inside what may be."""
    row, allowed = dynamics[name], ALLOWED[name]
    low, high = min([row.low, *values]), max([row.high, *values])
    least = allowed.least if allowed.least >= 0 else max(allowed.least, -round_up(-BEYOND * min(low, 0)))
    return least, min(allowed.most, round_up(BEYOND * high))


def shown(dynamics: Dynamics, name: str, value: float) -> float:
    """A lever's value as its control shows it: a share in per cent."""
    return round(value * PER_CENT, 9) if dynamics[name].unit == "share" else float(value)


def meant(dynamics: Dynamics, name: str, value: float) -> float:
    """The inverse of `shown`."""
    return round(value / PER_CENT, 11) if dynamics[name].unit == "share" else round(float(value), 9)


def set_by_hand(start: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario that a reader's levers make of another: only what was moved is decided anew.

    A lever that is moved to the value of its assumption is no longer decided, and as uncertain as the assumption.

    Raises
    ------
    ParameterError
        When a lever is unknown, out of its range, or contradicts another.
    """
    decided = _decided(start, values)
    moved = {name: value for name, value in decided.items() if value != start.decided.get(name)}
    if decided.keys() >= start.decided.keys():
        return start.deciding(**moved) if moved else start
    nothing = replace(start, id=BASELINE, decided={}, changed={})
    return nothing.deciding(**decided)


def contradicting(start: Scenario, values: Mapping[str, float]) -> tuple[Contradiction, ...]:
    """The contradictions between the levers that a reader's hands would decide; see `set_by_hand`."""
    return contradictions(_decided(start, values))


def moved_from(start: Scenario, now: Scenario) -> tuple[str, ...]:
    """The levers that stand elsewhere than in a scenario, or are decided in one of the two only."""
    return tuple(name for name in LEVERS if start.decided.get(name) != now.decided.get(name))


def _decided(start: Scenario, values: Mapping[str, float]) -> dict[str, float]:
    """What is decided: as in the scenario where a lever was not moved, nothing where it is back at its assumption."""
    decided = dict(start.decided)
    for name, value in values.items():
        if name in LEVERS and value == start.lever(name):
            continue
        if name in LEVERS and value == start.dynamics[name].value:
            decided.pop(name, None)
        else:
            decided[name] = value
    return decided


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 …

    Examples
    --------
    >>> round_up(750), round_up(0.15), round_up(0)
    (1000, 0.2, 0)
    """
    if value <= 0:
        return 0
    power = 10.0 ** math.floor(math.log10(value))
    step = next(step for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))
    whole = round(step * power, 9)
    return int(whole) if whole == int(whole) else whole
