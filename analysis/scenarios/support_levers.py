"""The support that is planned as a reader moves it: one schema with names, units, ranges and steps, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.conference import Support
from analysis.quantities import Label
from analysis.scenarios.levers import BEYOND, control, form, round_up
from analysis.scenarios.support_plan import LEVERS, Lever, SupportPlan, lever, range_of

if TYPE_CHECKING:
    from pydantic import BaseModel

NAMES: Mapping[Lever, Label] = {
    "planned": Label("计划数", "planned"),
    "reach": Label("每个可及党组织", "organisations one serves"),
    "unit_cost": Label("单价", "what one costs"),
    "budget": Label("预算（0为不限）", "budget, 0 for none"),
}
_UNITS: Mapping[Lever, Label] = {
    **dict.fromkeys(("planned", "reach"), Label("个", "")),
    **dict.fromkeys(("unit_cost", "budget"), Label("元/年", "yuan a year")),
}


def support_model(support: Sequence[Support], plans: Sequence[SupportPlan] = ()) -> type[BaseModel]:
    """The schema of the plan: a field for each kind and lever that can move, with the range of its control.

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
        low, high = _span(row, name, plans)
        said = Label(f"{row.zh}：{NAMES[name].zh}", f"{row.en[:1].upper()}{row.en[1:]}: {NAMES[name].en}")
        why, step = Label(row.why_zh, row.why_en), _step(name, low, high)
        fields[field_of(row, name)] = control(
            said, shown(row, {}, name), low, high, step=step, unit=_UNITS[name], why=why
        )
    return form("SupportLevers", fields)


def moving(support: Sequence[Support]) -> Iterator[tuple[Support, Lever]]:
    """The kinds and their levers, without those whose range is a single number."""
    for row in support:
        for name in LEVERS:
            low, high = range_of(row, name)
            if low < high:
                yield row, name


def field_of(row: Support, name: Lever) -> str:
    """The name of a lever's field in the schema."""
    return f"{row.id}__{name}"


def shown(row: Support, plan: SupportPlan, name: Lever) -> float:
    """A lever's value as its control shows it; a budget nobody set is 0."""
    value = lever(row, plan, name)
    return 0.0 if value is None else float(value)


def plan_by_hand(support: Sequence[Support], start: SupportPlan, values: Mapping[str, float]) -> SupportPlan:
    """The plan that a reader's controls make of another: only what was moved is decided anew.

    What is moved back to where support.toml has it is no longer decided; a budget moved to 0 is none. The values are by
    name of field, as shown.
    """
    found = {kind: dict(levers) for kind, levers in start.items()}
    for row, name in moving(support):
        value = values[field_of(row, name)]
        if value == shown(row, start, name):
            continue
        decided = found.setdefault(row.id, {})
        if value == (0 if name == "budget" else shown(row, {}, name)):
            decided.pop(name, None)
        else:
            decided[name] = value
    return {kind: levers for kind, levers in found.items() if levers}


def _span(row: Support, name: Lever, plans: Sequence[SupportPlan]) -> tuple[float, float]:
    low, high = range_of(row, name)
    if name in ("reach", "unit_cost"):
        return low, high
    dearest = max(row.planned, *(shown(row, plan, "planned") for plan in ({}, *plans)), 1)
    if name == "planned":
        return 0, min(high, round_up(BEYOND * dearest))
    return 0, min(high, round_up(BEYOND * dearest * row.unit_cost.high))


def _step(name: Lever, low: float, high: float) -> float:
    """A whole number, or a hundredth of the range's order of size."""
    return 1.0 if name == "planned" else max(10.0 ** (math.floor(math.log10(high - low)) - 2), 0.01)
