"""The instructors that a scenario adds, divided among districts so that they reach most staff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status
from analysis.scenarios.addresses import split
from analysis.scenarios.allocation import greedy, instructor_gains
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.state import State, state_of
from analysis.study import Study

PRICE = "price"


@dataclass(frozen=True)
class Division:
    """Who gets how many.

    Parameters
    ----------
    scenario
        Whose instructors they are.
    years
        Over how many years they are added.
    units, staff
        By district id: instructors, and the staff without one until now that they reach.
    price
        Staff that one instructor more would reach.
    """

    scenario: Scenario
    years: int
    units: dict[str, int]
    staff: dict[str, float]
    price: float


def divided(by_district: State, scenario: Scenario, *, years: int) -> Division:
    """Divide the instructors of some years, each to where it reaches most staff in the state as it is.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> plan = open_scenario(study, "conference")
    >>> found = divided(state_of(cells_of(study), study, pooled=False), plan, years=3)
    >>> sum(found.units.values()) == 3 * plan.lever("instructors_added")
    True
    """
    budget = round(max(scenario.lever("instructors_added"), 0.0) * years)
    per_instructor = scenario.lever("enterprises_per_instructor")
    gains = instructor_gains(by_district, per_instructor=per_instructor, most=max(budget, 1))
    found = greedy(gains, budget)
    reached = np.concatenate([np.zeros((len(gains), 1)), np.cumsum(gains, axis=1)], axis=1)
    staff = reached[np.arange(len(gains)), found.units]
    return Division(
        scenario=scenario,
        years=years,
        units=dict(zip(by_district.places, found.units.tolist(), strict=True)),
        staff=dict(zip(by_district.places, staff.tolist(), strict=True)),
        price=found.shadow_price,
    )


def division_quantity(division: Division, district: str, part: str) -> Quantity:
    """One number of a division: the `units` or `staff` of a district, or the `price`."""
    scenario = division.scenario
    changed = "".join(f"&{name}={value!r}" for name, value in sorted(scenario.changed.items()))
    labels = {
        "units": Label("新增指导员", "instructors added"),
        "staff": Label("新增指导员联系的职工", "staff that the instructors added reach"),
        PRICE: Label("再增加一名指导员可联系的职工", "staff that one instructor more would reach"),
    }
    return Quantity(
        value=_number(division, district, part),
        unit="persons",
        status=Status.SIMULATED,
        label=labels[part],
        address=f"divided:{scenario.id}/{district}.{part}?years={division.years}{changed}",
        decimals=1 if part == PRICE else 0,
        locator=f"scenarios/{scenario.id}.toml",
    )


def resolve_division(study: Study, cells: Cells, address: str) -> Number:
    """The number at an address `divided:SCENARIO/DISTRICT.PART?years=…`, computed again."""
    place, parts = split(address)
    scenario, _, rest = place.partition("/")
    district, _, part = rest.rpartition(".")
    years = int(parts.pop("years"))
    asked = open_scenario(study, scenario).deciding(**{name: float(value) for name, value in parts.items()})
    return _number(divided(state_of(cells, study, pooled=False), asked, years=years), district, part)


def _number(division: Division, district: str, part: str) -> Number:
    if part == PRICE:
        return division.price
    if district not in division.units:
        raise WorkbookError(said("no district {district} any more", district=district))
    return division.units[district] if part == "units" else round(division.staff[district])
