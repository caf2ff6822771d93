"""Who gets what: units of a resource (instructors, joint organisations, money) divided among districts.

Gains are given unit by unit. Where each further unit gains no more than the one before, giving the next unit to the
district where it gains most is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import ParameterError, WorkbookError
from analysis.messages import said
from analysis.quantities import Number
from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.state import State, over

Counts = np.ndarray[Any, np.dtype[np.int64]]
PRICE = "price"


@dataclass(frozen=True, eq=False)
class Allocation:
    """Units by district, what they gain in all, and what the next unit would gain: 0 where nothing more can."""

    units: Counts
    gain: float
    shadow_price: float


@dataclass(frozen=True)
class Division:
    """The instructors that a scenario adds over some years, by district.

    Parameters
    ----------
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

    def number(self, district: str, part: str) -> Number:
        """The `units` or `staff` of a district, or the `price`."""
        if part == PRICE:
            return self.price
        if district not in self.units:
            raise WorkbookError(said("no district {district} any more", district=district))
        return self.units[district] if part == "units" else round(self.staff[district])


def divided(by_district: State, scenario: Scenario, *, years: int) -> Division:
    """Divide the instructors of some years, each to where it reaches most staff in the state as it is."""
    budget = round(max(scenario.lever("instructors_added"), 0.0) * years)
    per_instructor = scenario.lever("enterprises_per_instructor")
    gains = instructor_gains(by_district, per_instructor=per_instructor, most=max(budget, 1))
    found = greedy(gains, budget)
    reached = _from_nothing(np.cumsum(gains, axis=1))[np.arange(len(gains)), found.units]
    units, staff = (dict(zip(by_district.places, one.tolist(), strict=True)) for one in (found.units, reached))
    return Division(scenario, years, units, staff, found.shadow_price)


def greedy(gains: Array, budget: int) -> Allocation:
    """Each unit to where it gains most; ties to the first district.

    `gains` is by (district, unit) what each further unit gains there, never more than the one before and never below 0;
    `budget` is units, of which those that would gain nothing are not spent.

    Raises
    ------
    ParameterError
        When a gain is negative or rises along a district, or the budget is negative.

    Source: Fox (1966), Management Science 13, 210.

    Examples
    --------
    >>> greedy(np.array([[5.0, 3.0, 1.0], [4.0, 2.0, 2.0]]), 3).units.tolist()
    [2, 1]
    """
    if gains.ndim != 2 or not np.all(np.isfinite(gains)) or np.any(gains < 0):
        raise ParameterError("gains: negative or not a table; allowed: numbers from 0 by district and unit")
    if budget < 0:
        raise ParameterError(said("budget: {budget:g}; allowed: from 0", budget=budget))
    if np.any(np.diff(gains, axis=1) > 1e-9):
        raise ParameterError("gains: a further unit gains more than the one before; allowed: falling gains")
    flat = gains.reshape(-1)
    order = np.argsort(-flat, kind="stable")
    order = order[flat[order] > 0]
    taken, rest = order[:budget], order[budget:]
    units = np.bincount(taken // max(gains.shape[1], 1), minlength=gains.shape[0])
    return Allocation(units, float(flat[taken].sum()), float(flat[rest[0]]) if rest.size else 0.0)


def instructor_gains(state: State, *, per_instructor: float, most: int) -> Array:
    """Staff without an instructor until now whom each further one of a district would reach, most staff first.

    The state is by district and of one draw; so many enterprises go to an instructor, and `most` are looked at in each
    district. By (district, unit), falling along a district.
    """
    free = state.counts[..., 0, 0].sum(axis=over("members", "holding")).reshape(len(state.places), -1)
    order = np.argsort(-state.staff.reshape(-1), kind="stable")  # of categories and bands, those of most staff first
    enterprises = _from_nothing(np.cumsum(free[:, order], axis=1))
    staff = _from_nothing(np.cumsum(free[:, order] * state.staff.reshape(-1)[order], axis=1))
    reached = np.arange(most + 1) * per_instructor
    gained = np.stack([np.interp(reached, one, held) for one, held in zip(enterprises, staff, strict=True)])
    return np.asarray(np.maximum(np.diff(gained, axis=1), 0.0))


def _from_nothing(sums: Array) -> Array:
    return np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)
