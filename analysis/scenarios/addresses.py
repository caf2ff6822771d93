"""Simulated numbers as quantities, each with an address from which `traced` computes it again.

| address | what stands there |
|---|---|
| `simulated:SCENARIO/NAME?year=…&stat=…&draws=…&seed=…` | a statistic of the draws; see `series` for names |
| `simulated:SCENARIO/NAME?year=…&stat=expected&RATE=…` | the mean field, with rates or levers set |
| `needed:SCENARIO/TARGET#READING?lever=…&by=…&probability=…&draws=…&seed=…` | the least value of a lever that meets it |
| `needed:…&end=low` (`high`) | the ends of what the number of draws leaves open about that value |
| `overturned:SCENARIO/TARGET#READING?by=…&assumption=…` | where an assumption alone turns whether it is met |
| `divided:SCENARIO/DISTRICT.PART?years=…` | `units` or `staff` of a district, or the `price`; see `allocation` |
| `variance:SCENARIO/ASSUMPTION.PART?of=…&year=…&points=…&seed=…` | a share of the variance; see `sensitivity` |
| `lever:SCENARIO.NAME` | what a scenario decides |
| `unit_cost:SCENARIO.NAME` | what one unit of a lever costs in a year |
| `dynamics:NAME.value` (`low`, `high`) | an assumption about change |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import parse_qsl

import numpy as np

from analysis.errors import ParameterError, among
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, computed, decimals_of, plain_number
from analysis.scenarios.allocation import PRICE, Division
from analysis.scenarios.goals import Answer, Question
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.sensitivity import Overturned, Shares
from analysis.scenarios.series import described, number_at
from analysis.scenarios.simulation import Draws, Path
from analysis.study_models import Assumption

EXPECTED = "expected"
FROM_ASSUMPTIONS = "assumptions"  # the share of the variance that comes from them
FINE = (FROM_ASSUMPTIONS, "off", "off_error")  # statistics that are no counts

ASKED: Mapping[
    str, Mapping[str, Callable[[str], Any]]
] = {  # what each kind asks for; what else is set are rates and levers
    "simulated": {"year": int, "stat": str, "draws": int, "seed": int},
    "needed": {"lever": str, "by": int, "probability": float, "draws": int, "seed": int, "end": str},
    "overturned": {"by": int, "assumption": str},
    "divided": {"years": int},
    "variance": {"of": str, "year": int, "points": int, "seed": int},
}
OTHERWISE: Mapping[str, Any] = {"draws": 1, "seed": 0, "end": "value"}  # what need not be written

End = Literal["value", "low", "high"]
Part = Literal["first", "total", "first_error", "total_error"]
_PARTS: Mapping[str, Label] = {
    "first": Label("独自占方差的比例", "share of the variance by itself"),
    "total": Label(
        "连同与其他假设的共同作用占方差的比例", "share of the variance with what it does jointly with others"
    ),
    "first_error": Label("独自所占比例的半宽（95%）", "half width (95 per cent) of the share by itself"),
    "total_error": Label(
        "连同共同作用所占比例的半宽（95%）", "half width (95 per cent) of the share with joint effects"
    ),
    "units": Label("新增指导员", "instructors added"),
    "staff": Label("新增指导员联系的职工", "staff that the instructors added reach"),
    PRICE: Label("再增加一名指导员可联系的职工", "staff that one instructor more would reach"),
    "low": Label("抽样未定范围的下端", "low end of what the draws leave open"),
    "high": Label("抽样未定范围的上端", "high end of what the draws leave open"),
    "turns": Label("改变结论的取值", "where the conclusion turns"),
}
_VARIANCE = Label("方差", "the variance")


@dataclass(frozen=True)
class Address:
    """Where a number of a scenario comes from: its kind, scenario and name, what was asked, and rates or levers set on top.

    Examples
    --------
    >>> asked = {"year": 2006, "stat": "p50", "draws": 1000, "seed": 7}
    >>> str(Address("simulated", "low", "covered", asked))
    'simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7'
    >>> parsed("simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7").asked == asked
    True
    """

    kind: str
    scenario: str
    name: str
    asked: Mapping[str, Any]
    set: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.asked.items() if value != ""]
        parts += [f"{name}={value!r}" for name, value in sorted(self.set.items())]
        return f"{self.kind}:{self.scenario}/{self.name}?{'&'.join(parts)}"


def parsed(address: str) -> Address:
    """The inverse of `str(Address)`.

    Raises
    ------
    ParameterError
        When it is not the address of a simulated number.
    """
    kind, _, rest = address.partition(":")
    place, _, query = rest.partition("?")
    scenario, _, name = place.partition("/")
    parts = dict(parse_qsl(query))
    try:
        asked = {
            one: read(parts.pop(one)) if one in parts or one not in OTHERWISE else OTHERWISE[one]
            for one, read in ASKED[kind].items()
        }
        return Address(kind, scenario, name, asked, {one: float(value) for one, value in parts.items()})
    except (KeyError, ValueError):
        raise ParameterError(said("{address}: not the address of a simulated number", address=address)) from None


def quantity(run: Draws, name: str, *, year: int, stat: str = "p50") -> Quantity:
    """A statistic of the draws as a quantity: simulated, with the address it can be computed again from.

    The name is as `series` knows it, the statistic as `series.number_at` does. Counts are whole numbers, also between two
    draws.
    """
    first, last = run.years[0], run.years[-1]
    if not first <= year <= last:
        raise ParameterError(said("year: {year}; allowed: {first} to {last}", year=year, first=first, last=last))
    asked = {"year": year, "stat": stat, "draws": run.draws, "seed": run.seed}
    address = Address("simulated", run.scenario.id, name, asked, run.scenario.changed)
    return _of_year(run, address, value_of(run, address), f" {stat}, draws={run.draws}, seed={run.seed}")


def expected_quantity(run: Path, name: str, *, year: int, value: float, **rates: float) -> Quantity:
    """A number of a mean field as a quantity, with rates or levers set on top of the scenario."""
    asked = {"year": year, "stat": EXPECTED}
    address = Address("simulated", run.scenario.id, name, asked, {**run.scenario.changed, **rates})
    return _of_year(run, address, whole(value, described(run, name)[0]), f" {EXPECTED}")


def _of_year(run: Path, address: Address, value: Number, how: str) -> Quantity:
    unit, label, base = described(run, address.name)
    scenario, year, stat = run.scenario.name, address.asked["year"], address.asked["stat"]
    if stat == FROM_ASSUMPTIONS:
        unit, base = "share", _VARIANCE
    label = Label(f"{label.zh}（{scenario.zh}，{year}年）", f"{label.en} ({scenario.en}, {year})")
    decimals = 1 if unit == "share" or stat in FINE else 0
    return _simulated(address, value, unit, label, base=base, decimals=decimals, how=how)


def needed_quantity(answer: Answer, scenario: Scenario, end: End = "value") -> Quantity:
    """The least value of a lever that meets a goal, or an end of what the draws leave open about it, as a quantity.

    Raises
    ------
    ParameterError
        When no value meets it, or none surely.
    """
    value, goal, row = getattr(answer, end), answer.goal, scenario.dynamics[answer.lever]
    if value is None:
        why = said("; {binding} holds it back", binding=answer.binding) if answer.binding else ""
        what = "no {end} of {lever} meets {target}{why}"
        raise ParameterError(said(what, end=end, lever=answer.lever, target=goal.target, why=why))
    asked = {"lever": answer.lever, "by": goal.by_year, "probability": goal.probability}
    asked |= {"draws": answer.draws, "seed": answer.seed, "end": "" if end == "value" else end}
    name = f"{goal.target}#{goal.reading}{f'~{goal.base}' if goal.base else ''}"
    address = Address("needed", scenario.id, name, asked, scenario.changed)
    label = row.label if end == "value" else _part_of(row, end)
    return _simulated(address, plain_number(value), row.unit, label, base=row.base_name, decimals=_decimals(row, value))


def overturned_quantity(question: Question, found: Overturned) -> Quantity:
    """The value at which an assumption turns a conclusion, as a quantity."""
    row, goal = question.scenario.dynamics[found.assumption], question.goal
    asked = {"by": goal.by_year, "assumption": row.id}
    address = Address("overturned", question.scenario.id, f"{goal.target}#{goal.reading}", asked)
    value, label, decimals = plain_number(found.turns_at), _part_of(row, "turns"), 2 if row.unit == "share" else 3
    how = f", dynamics.toml {row.id}"
    return _simulated(address, value, row.unit, label, base=row.base_name, decimals=decimals, how=how)


def share_quantity(found: Shares, assumption: str, part: Part) -> Quantity:
    """One share of the variance, or the half width of its interval, as a quantity."""
    scenario, value = found.scenario, found.number(assumption, part)
    asked = {"of": found.measure, "year": found.year, "points": found.points, "seed": found.seed}
    address = Address("variance", scenario.id, f"{assumption}.{part}", asked, scenario.changed)
    label, how = _part_of(scenario.dynamics[assumption], part), f" points={found.points}, seed={found.seed}"
    return _simulated(address, value, "share", label, base=_VARIANCE, decimals=1, how=how)


def division_quantity(division: Division, district: str, part: str) -> Quantity:
    """One number of a division: the `units` or `staff` of a district, or the `price`."""
    scenario, asked = division.scenario, {"years": division.years}
    address = Address("divided", scenario.id, f"{district}.{part}", asked, scenario.changed)
    value, decimals = division.number(district, part), 1 if part == PRICE else 0
    return _simulated(address, value, "persons", _PARTS[part], decimals=decimals)


def lever_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a scenario decides about a lever, or the assumption where it decides nothing."""
    among(lever, scenario.dynamics, what="lever")
    row = scenario.dynamics[lever]
    if lever not in scenario.decided:
        return assumption_quantity(row)
    address = f"lever:{scenario.id}.{lever}" if lever not in scenario.changed else f"parameter:{lever}"
    return _assumed(row, scenario.decided[lever], address, f"scenarios/{scenario.id}.toml {lever}")


def cost_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a lever costs in a year beyond its assumption, at the unit cost that the scenario gives.

    Examples
    --------
    >>> from analysis.scenarios.scenario import open_scenario
    >>> from analysis.study import open_study
    >>> plan = replace(open_scenario(open_study("suzhou-2003"), "conference"), unit_costs={"instructors_added": 12})
    >>> cost_quantity(plan, "instructors_added").value
    1800
    """
    among(lever, scenario.unit_costs, what="unit_costs")
    unit_cost = Quantity(
        plain_number(scenario.unit_costs[lever]),
        "cost",
        Status.ASSUMED,
        Label("每单位一年的费用", "cost of a unit in a year"),
        address=f"unit_cost:{scenario.id}.{lever}",
        decimals=decimals_of(scenario.unit_costs[lever]),
        locator=f"scenarios/{scenario.id}.toml unit_costs",
    )
    more = computed("−", lever_quantity(scenario, lever), assumption_quantity(scenario.dynamics[lever]))
    found = computed("×", more, unit_cost, unit="cost", label=Label("一年的费用", "cost in a year"))
    return replace(found, decimals=min(decimals_of(float(found.value)), 2))


def assumption_quantity(row: Assumption, end: End = "value") -> Quantity:
    """An assumption about change, or an end of its range, as a quantity."""
    return _assumed(row, getattr(row, end), f"dynamics:{row.id}.{end}", f"dynamics.toml {row.id}")


def value_of(run: Draws, address: Address) -> Number:
    """The number at an address, read off the draws it speaks of."""
    value = number_at(run, address.name, address.asked["stat"], year=address.asked["year"])
    return value if address.asked["stat"] in FINE else whole(value, described(run, address.name)[0])


def whole(value: float, unit: str) -> Number:
    """A count as a whole number, a share as it is."""
    return value if unit == "share" or np.isnan(value) else round(value)


def _part_of(row: Assumption, part: str) -> Label:
    return Label(f"{row.zh}：{_PARTS[part].zh}", f"{row.en}: {_PARTS[part].en}")


def _decimals(row: Assumption, value: float) -> int:
    return decimals_of(value * 100 if row.unit == "share" else value)


def _simulated(
    address: Address,
    value: Number,
    unit: str,
    label: Label,
    *,
    base: Label | None = None,
    decimals: int = 0,
    how: str = "",
) -> Quantity:
    where: dict[str, Any] = {"address": str(address), "locator": f"scenarios/{address.scenario}.toml{how}"}
    return Quantity(value, unit, Status.SIMULATED, label, base=base, decimals=decimals, **where)


def _assumed(row: Assumption, value: float, address: str, locator: str) -> Quantity:
    where: dict[str, Any] = {"address": address, "locator": locator, "decimals": _decimals(row, value)}
    return Quantity(plain_number(value), row.unit, Status.ASSUMED, row.label, base=row.base_name, **where)
