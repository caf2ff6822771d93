"""Who gets what: units of a resource (instructors, joint organisations, money) divided among districts.

Gains are given unit by unit. Where each further unit gains no more than the one before, giving the next unit to the
district where it gains most is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import ParameterError
from analysis.messages import said
from analysis.scenarios.chance import Array
from analysis.scenarios.state import State

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Allocation:
    """A division.

    Parameters
    ----------
    units
        By district.
    gain
        In all.
    shadow_price
        What the next unit of the budget would gain: 0 where nothing more can be gained.
    """

    units: Counts
    gain: float
    shadow_price: float


def greedy(gains: Array, budget: int) -> Allocation:
    """Each unit to where it gains most; ties to the first district.

    Parameters
    ----------
    gains
        (district, unit): what each further unit gains there, never more than the one before and never below 0.
    budget
        Units to divide; what would gain nothing is not spent.

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
    _check(gains, budget)
    if np.any(np.diff(gains, axis=1) > 1e-9):
        raise ParameterError("gains: a further unit gains more than the one before; allowed: falling gains")
    flat = gains.reshape(-1)
    order = np.argsort(-flat, kind="stable")
    order = order[flat[order] > 0]
    taken, rest = order[:budget], order[budget:]
    units = np.bincount(taken // max(gains.shape[1], 1), minlength=gains.shape[0])
    return Allocation(units, float(flat[taken].sum()), float(flat[rest[0]]) if rest.size else 0.0)


def instructor_gains(state: State, *, per_instructor: float, most: int) -> Array:
    """Staff that each further instructor of a district would reach, who goes to the enterprises with most staff.

    Parameters
    ----------
    state
        By district, of one draw.
    per_instructor
        Enterprises to an instructor.
    most
        Units looked at in each district.

    Returns
    -------
    array
        (district, unit): staff of enterprises without an instructor until now; falling along a district.
    """
    free = state.counts[..., 0, 0].sum(axis=(3, 4)).reshape(len(state.places), -1)  # (place, category and band)
    order = np.argsort(-state.staff.reshape(-1), kind="stable")
    enterprises = np.concatenate([np.zeros((len(free), 1)), np.cumsum(free[:, order], axis=1)], axis=1)
    staff = np.concatenate(
        [np.zeros((len(free), 1)), np.cumsum(free[:, order] * state.staff.reshape(-1)[order], axis=1)], axis=1
    )
    reached = np.arange(most + 1) * per_instructor
    gained = np.stack([np.interp(reached, one, held) for one, held in zip(enterprises, staff, strict=True)])
    return np.asarray(np.maximum(np.diff(gained, axis=1), 0.0))


def _check(gains: Array, budget: float) -> None:
    if gains.ndim != 2 or not np.all(np.isfinite(gains)) or np.any(gains < 0):
        raise ParameterError("gains: negative or not a table; allowed: numbers from 0 by district and unit")
    if budget < 0:
        raise ParameterError(said("budget: {budget:g}; allowed: from 0", budget=budget))
