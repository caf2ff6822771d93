"""What a reader moves by hand: the levers of a scenario and the support it plans, as schemas, and what a set of them decides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.conference import Support
from analysis.quantities import Label
from analysis.scenarios import labels
from analysis.scenarios import support as plans
from analysis.scenarios.assumptions import ALLOWED, LEVERS, Dynamics
from analysis.scenarios.scenario import BASELINE, Contradiction, Scenario, contradictions
from analysis.scenarios.support import SupportPlan, range_of

if TYPE_CHECKING:
    from pydantic import BaseModel

PER_CENT = 100
BEYOND = 2.5  # times as far as is plausible goes a control


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
        row, allowed = dynamics[name], ALLOWED[name]
        ends = span(dynamics, name, [scenario.lever(name) for scenario in scenarios])
        value, low, high, step = (shown(dynamics, name, one) for one in (row.value, *ends, allowed.step))
        why = Label(f"{row.zh}。{row.why_zh}", f"{row.en}. {row.why_en}")
        fields[name] = _control(allowed.name, value, (low, high), step=step, unit=allowed.unit, why=why)
    return _form("Levers", fields)


def support_model(support: Sequence[Support], shows: Sequence[SupportPlan] = ()) -> type[BaseModel]:
    """The schema of the plan of support: a field for each kind and lever that can move, with the range of its control.

    The controls must be able to show the plans given.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> schema = support_model(open_study("suzhou-2003").support).model_json_schema()["properties"]
    >>> schema["centre__planned"]["default"], schema["centre__reach"]["maximum"], "dues__reach" in schema
    (80.0, 50.0, False)
    """
    fields = {}
    for row, name in moving(support):
        lever, unit, ends = labels("support_levers")[name], labels("support_units")[name], _span(row, name, shows)
        called = Label(f"{row.zh}：{lever.zh}", f"{row.en[:1].upper()}{row.en[1:]}: {lever.en}")
        why, value = Label(row.why_zh, row.why_en), planned_value(row, {}, name)
        step = 1.0 if name == "planned" else max(10.0 ** (math.floor(math.log10(ends[1] - ends[0])) - 2), 0.01)
        fields[field_of(row, name)] = _control(called, value, ends, step=step, unit=unit, why=why)
    return _form("SupportLevers", fields)


def _control(
    name: Label, value: float, ends: tuple[float, float], *, step: float, unit: Label, why: Label
) -> tuple[type[float], Any]:
    """The field of a schema for one control: a number with its range, its step and its words."""
    from pydantic import Field

    words: dict[str, Any] = {"zh": name.zh, "en": name.en, "unit_zh": unit.zh, "unit_en": unit.en, "help_zh": why.zh}
    return float, Field(value, ge=ends[0], le=ends[1], description=why.en, json_schema_extra={**words, "step": step})


def _form(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    from pydantic import create_model

    model: type[BaseModel] = create_model(name, **fields)
    return model


def span(dynamics: Dynamics, name: str, values: Sequence[float] = ()) -> tuple[float, float]:
    """The ends of a lever's control: some way beyond its assumption's range and the values given, inside what may be."""
    row, allowed = dynamics[name], ALLOWED[name]
    low, high = min([row.low, *values]), max([row.high, *values])
    least = allowed.least if allowed.least >= 0 else max(allowed.least, -round_up(-BEYOND * min(low, 0)))
    return least, min(allowed.most, round_up(BEYOND * high))


def _span(row: Support, name: plans.Lever, shows: Sequence[SupportPlan]) -> tuple[float, float]:
    low, high = range_of(row, name)
    if name in ("reach", "unit_cost"):
        return low, high
    most = max(row.planned, *(planned_value(row, plan, "planned") for plan in ({}, *shows)), 1)
    return 0, min(high, round_up(BEYOND * most * (row.unit_cost.high if name == "budget" else 1)))


def shown(dynamics: Dynamics, name: str, value: float) -> float:
    """A lever's value as its control shows it: a share in per cent."""
    return round(value * PER_CENT, 9) if dynamics[name].unit == "share" else float(value)


def meant(dynamics: Dynamics, name: str, value: float) -> float:
    """The inverse of `shown`."""
    return round(value / PER_CENT, 11) if dynamics[name].unit == "share" else round(float(value), 9)


def planned_value(row: Support, plan: SupportPlan, name: plans.Lever) -> float:
    """A lever of support as its control shows it; a budget nobody set is 0."""
    return float(plans.lever(row, plan, name) or 0)


def moving(support: Sequence[Support]) -> Iterator[tuple[Support, plans.Lever]]:
    """The kinds of support and their levers, without those whose range is a single number."""
    for row in support:
        for name in plans.LEVERS:
            low, high = range_of(row, name)
            if low < high:
                yield row, name


def field_of(row: Support, name: plans.Lever) -> str:
    """The name of a lever's field in the schema."""
    return f"{row.id}__{name}"


def set_by_hand(start: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario that a reader's levers make of another: only what was moved is decided anew.

    A lever that is moved to the value of its assumption is no longer decided, and as uncertain as the assumption.

    Raises
    ------
    ParameterError
        When a lever is unknown, out of its range, or contradicts another.
    """
    decided = _decided_by_hand(start, values)
    moved = {name: value for name, value in decided.items() if value != start.decided.get(name)}
    if decided.keys() >= start.decided.keys():
        return start.deciding(**moved) if moved else start
    nothing = replace(start, id=BASELINE, decided={}, changed={})
    return nothing.deciding(**decided)


def contradicting(start: Scenario, values: Mapping[str, float]) -> tuple[Contradiction, ...]:
    """The contradictions between the levers that a reader's hands would decide; see `set_by_hand`."""
    return contradictions(_decided_by_hand(start, values))


def moved_from(start: Scenario, now: Scenario) -> tuple[str, ...]:
    """The levers that stand elsewhere than in a scenario, or are decided in one of the two only."""
    return tuple(name for name in LEVERS if start.decided.get(name) != now.decided.get(name))


def plan_by_hand(support: Sequence[Support], start: SupportPlan, values: Mapping[str, float]) -> SupportPlan:
    """The plan that a reader's controls make of another: only what was moved is decided anew.

    What is moved back to where support.toml has it is no longer decided; a budget moved to 0 is none. The values are by
    name of field, as shown.
    """
    decided = {f"{kind}__{name}": value for kind, levers in start.items() for name, value in levers.items()}
    standing, assumed = (
        {field_of(row, name): planned_value(row, plan, name) for row, name in moving(support)} for plan in (start, {})
    )
    found: dict[str, dict[str, float]] = {}
    for field, value in _by_hand(decided, values, standing=standing, assumed=assumed).items():
        kind, _, name = field.rpartition("__")
        found.setdefault(kind, {})[name] = value
    return found


def _decided_by_hand(start: Scenario, values: Mapping[str, float]) -> dict[str, float]:
    standing = {name: start.lever(name) for name in LEVERS}
    assumed = {name: start.dynamics[name].value for name in LEVERS}
    return _by_hand(start.decided, values, standing=standing, assumed=assumed)


def _by_hand(
    decided: Mapping[str, float],
    values: Mapping[str, float],
    *,
    standing: Mapping[str, float],
    assumed: Mapping[str, float],
) -> dict[str, float]:
    """What is decided: as before where a control still stands there, nothing where it is back at what is assumed."""
    found = dict(decided)
    for name, value in values.items():
        if value == standing.get(name):
            continue
        if value == assumed.get(name):
            found.pop(name, None)
        else:
            found[name] = value
    return found


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
