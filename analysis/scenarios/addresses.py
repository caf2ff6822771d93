"""Simulated numbers as quantities, each with an address from which it can be computed again.

| address | what stands there |
|---|---|
| `simulated:SCENARIO/NAME?year=…&stat=…&draws=…&seed=…` | a statistic of the draws; see `series` for names |
| `simulated:SCENARIO/NAME?year=…&stat=expected&RATE=…` | the mean field, with rates or levers set |
| `needed:SCENARIO/TARGET#READING?lever=…&by=…&probability=…&draws=…&seed=…` | the least value of a lever that meets it |
| `needed:…&end=low` (`high`) | the ends of what the number of draws leaves open about that value |
| `divided:SCENARIO/DISTRICT.PART?years=…` | `units` or `staff` of a district, or the `price`; see `dividing` |
| `variance:SCENARIO/ASSUMPTION.PART?of=…&year=…&points=…&seed=…` | a share of the variance; see `variance` |
| `lever:SCENARIO.NAME` | what a scenario decides |
| `unit_cost:SCENARIO.NAME` | what one unit of a lever costs in a year |
| `dynamics:NAME.value` (`low`, `high`) | an assumption about change |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl

import numpy as np

from analysis.errors import ParameterError, among
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, computed, decimals_of, plain_number
from analysis.scenarios.planning import Answer
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import described, number_at
from analysis.scenarios.simulation import Draws, Path
from analysis.study_models import Assumption

EXPECTED = "expected"
FROM_ASSUMPTIONS = "assumptions"  # the share of the variance that comes from them
_FINE = (FROM_ASSUMPTIONS, "off", "off_error")  # statistics that are no counts


@dataclass(frozen=True)
class Address:
    """Where a simulated number comes from: scenario, number, year, statistic, draws, seed; and rates set on top.

    Examples
    --------
    >>> str(Address("low", "covered", 2006, "p50", 1000, 7))
    'simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7'
    >>> parsed("simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7").year
    2006
    """

    scenario: str
    name: str
    year: int
    stat: str
    draws: int
    seed: int
    districts: tuple[str, ...] = ()
    set: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        text = f"simulated:{self.scenario}/{self.name}?year={self.year}&stat={self.stat}"
        text += "" if self.stat == EXPECTED else f"&draws={self.draws}&seed={self.seed}"
        text += f"&districts={','.join(self.districts)}" if self.districts else ""
        return text + "".join(f"&{name}={value!r}" for name, value in self.set)


def parsed(address: str) -> Address:
    """The inverse of `str(Address)`.

    Raises
    ------
    ParameterError
        When it is not the address of a simulated number.
    """
    place, parts = split(address)
    scenario, _, name = place.partition("/")
    try:
        return Address(
            scenario=scenario,
            name=name,
            year=int(parts.pop("year")),
            stat=parts.pop("stat"),
            draws=int(parts.pop("draws", "1")),
            seed=int(parts.pop("seed", "0")),
            districts=tuple(filter(None, parts.pop("districts", "").split(","))),
            set=tuple((one, float(value)) for one, value in parts.items()),
        )
    except (KeyError, ValueError):
        raise ParameterError(said("{address}: not the address of a simulated number", address=address)) from None


def quantity(run: Draws, name: str, *, year: int, stat: str = "p50", districts: tuple[str, ...] = ()) -> Quantity:
    """A statistic of the draws as a quantity: simulated, with the address it can be computed again from.

    Parameters
    ----------
    name
        As `series` knows it.
    stat
        `mean`, a quantile (`p50`), or another of `series.number_at`.
    districts
        Those the state was of; none for the whole.

    Returns
    -------
    Quantity
        Counts are whole numbers (rounded where a quantile falls between two draws).
    """
    scenario = run.scenario
    if year not in run.years:
        raise ParameterError(
            said("year: {year}; allowed: {first} to {last}", year=year, first=run.years[0], last=run.years[-1])
        )
    changed = tuple(sorted(scenario.changed.items()))
    address = Address(scenario.id, name, year, stat, run.draws, run.seed, districts, changed)
    return _simulated(run, address, value_of(run, address), f"{stat}, draws={run.draws}, seed={run.seed}")


def expected_quantity(run: Path, name: str, *, year: int, value: float, **rates: float) -> Quantity:
    """A number of a mean field as a quantity, with rates or levers set on top of the scenario."""
    changed = tuple(sorted({**run.scenario.changed, **rates}.items()))
    address = Address(run.scenario.id, name, year, EXPECTED, 1, 0, (), changed)
    return _simulated(run, address, whole(value, described(run, name)[0]), EXPECTED)


def _simulated(run: Draws | Path, address: Address, value: Number, how: str) -> Quantity:
    unit, label, base = described(run, address.name)
    if address.stat == FROM_ASSUMPTIONS:
        unit, base = "share", Label("方差", "the variance")
    scenario, year = run.scenario.name, address.year
    return Quantity(
        value=value,
        unit=unit,
        status=Status.SIMULATED,
        label=Label(f"{label.zh}（{scenario.zh}，{year}年）", f"{label.en} ({scenario.en}, {year})"),
        base=base,
        address=str(address),
        decimals=1 if unit == "share" or address.stat in _FINE else 0,
        locator=f"scenarios/{address.scenario}.toml {how}",
    )


def needed_quantity(answer: Answer, scenario: Scenario, end: Literal["value", "low", "high"] = "value") -> Quantity:
    """The least value of a lever that meets a goal, or an end of what the draws leave open about it, as a quantity.

    Raises
    ------
    ParameterError
        When no value meets it, or none surely.
    """
    value = getattr(answer, end)
    if value is None:
        why = said("; {binding} holds it back", binding=answer.binding) if answer.binding else ""
        raise ParameterError(
            said(
                "no {end} of {lever} meets {target}{why}",
                end=end,
                lever=answer.lever,
                target=answer.goal.target,
                why=why,
            )
        )
    goal, row = answer.goal, scenario.dynamics[answer.lever]
    base = f"~{goal.base}" if goal.base else ""
    address = f"needed:{scenario.id}/{goal.target}#{goal.reading}{base}?lever={answer.lever}&by={goal.by_year}"
    address += f"&probability={goal.probability!r}&draws={answer.draws}&seed={answer.seed}"
    address += "" if end == "value" else f"&end={end}"
    address += "".join(f"&{name}={value!r}" for name, value in sorted(scenario.changed.items()))
    found = _rate(row, value, Status.SIMULATED, address, f"scenarios/{scenario.id}.toml")
    return found if end == "value" else replace(found, label=_ENDS[end](found.label))


def lever_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a scenario decides about a lever, or the assumption where it decides nothing."""
    among(lever, scenario.dynamics, what="lever")
    if lever not in scenario.decided:
        return assumption_quantity(scenario.dynamics[lever])
    address = f"lever:{scenario.id}.{lever}" if lever not in scenario.changed else f"parameter:{lever}"
    value, row = scenario.decided[lever], scenario.dynamics[lever]
    return _rate(row, value, Status.ASSUMED, address, f"scenarios/{scenario.id}.toml {lever}")


def cost_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a lever costs in a year beyond its assumption, at the unit cost that the scenario gives.

    Examples
    --------
    >>> from dataclasses import replace
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


def assumption_quantity(row: Assumption, end: Literal["value", "low", "high"] = "value") -> Quantity:
    """An assumption about change, or an end of its range, as a quantity."""
    return _rate(row, getattr(row, end), Status.ASSUMED, f"dynamics:{row.id}.{end}", f"dynamics.toml {row.id}")


_ENDS: Mapping[str, Callable[[Label], Label]] = {
    "low": lambda name: Label(f"{name.zh}：抽样未定范围的下端", f"{name.en}: low end of what the draws leave open"),
    "high": lambda name: Label(f"{name.zh}：抽样未定范围的上端", f"{name.en}: high end of what the draws leave open"),
}


def split(address: str) -> tuple[str, dict[str, str]]:
    """An address without its kind: the place, and the parts of its query."""
    place, _, query = address.partition(":")[2].partition("?")
    return place, dict(parse_qsl(query))


def value_of(run: Draws, address: Address) -> Number:
    """The number at an address, read off the draws it speaks of."""
    value = number_at(run, address.name, address.stat, year=address.year)
    return value if address.stat in _FINE else whole(value, described(run, address.name)[0])


def _rate(row: Assumption, value: float, status: Status, address: str, locator: str) -> Quantity:
    decimals = decimals_of(value * 100 if row.unit == "share" else value)
    return Quantity(
        plain_number(value),
        row.unit,
        status,
        row.label,
        base=row.base_name,
        address=address,
        decimals=decimals,
        locator=locator,
    )


def whole(value: float, unit: str) -> Number:
    """A count as a whole number, a share as it is."""
    return value if unit == "share" or np.isnan(value) else round(value)
