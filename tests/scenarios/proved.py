"""The best division of units by mixed-integer programming, which the greedy one is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.errors import ParameterError, WorkbookError
from analysis.scenarios.allocation import Allocation
from analysis.scenarios.random_draws import Array


def exact(
    gains: Array,
    budget: float,
    *,
    costs: Sequence[float] | None = None,
    floors: Sequence[int] | None = None,
    caps: Sequence[int] | None = None,
    sizes: Sequence[float] | None = None,
    spread: float | None = None,
    seconds: float = 20.0,
) -> Allocation:
    """The best division under side constraints, by mixed-integer programming.

    Parameters
    ----------
    gains
        (district, unit): what each further unit gains; any shape of gains.
    budget
        To spend, in the unit of the costs.
    costs
        Of one unit by district; 1 where none are given.
    floors, caps
        The least and the most units by district.
    sizes, spread
        Fairness: units for each size of a district (its enterprises, say) differ between districts by at most so much.
    seconds
        At most so long; the best found is not returned unless it is proved.

    Returns
    -------
    Allocation
        The shadow price is that of the budget in the linear relaxation: gain for one unit of cost more.

    Raises
    ------
    ParameterError
        When a constraint does not fit the districts.
    WorkbookError
        When the constraints cannot all be kept (those in force are named), or time runs out.

    Examples
    --------
    >>> exact(np.array([[5.0, 3.0, 1.0], [4.0, 2.0, 2.0]]), 3, floors=[0, 2]).units.tolist()
    [1, 2]
    """
    districts, most = gains.shape
    price, low = _each(costs, districts, 1.0, "costs"), _each(floors, districts, 0.0, "floors")
    high = np.minimum(_each(caps, districts, float(most), "caps"), most)
    matrix, limit = _constraints(gains.shape, budget, price, low, high, sizes, spread)
    solved = milp(
        -gains.reshape(-1),
        integrality=np.ones(gains.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf, limit),
        options={"time_limit": seconds},
    )
    if solved.status == 1:
        raise WorkbookError(f"no proved division within {seconds:g} seconds; fewer units or districts are allowed")
    if solved.x is None:
        raise _unkeepable({"floors": floors, "caps": caps, "spread": spread}, float(low @ price), budget)
    relaxed = linprog(-gains.reshape(-1), A_ub=matrix, b_ub=limit, bounds=(0, 1))
    units = np.rint(solved.x.reshape(gains.shape).sum(axis=1)).astype(np.int64)
    return Allocation(units, float(-solved.fun), float(max(-relaxed.ineqlin.marginals[0], 0.0)))


def _unkeepable(asked: Mapping[str, object], least: float, budget: float) -> WorkbookError:
    """That the constraints in force cannot all be kept, by name."""
    named = ", ".join(["budget", *(name for name, value in asked.items() if value is not None)])
    return WorkbookError(f"no division keeps all of: {named}; the floors alone cost {least:g} of {budget:g}")


def _constraints(
    shape: tuple[int, ...],
    budget: float,
    price: Array,
    low: Array,
    high: Array,
    sizes: Sequence[float] | None,
    spread: float | None,
) -> tuple[Array, Array]:
    """Rows of A x <= b over the units laid out district after district; the budget's row is the first."""
    districts, most = shape
    count = np.kron(np.eye(districts), np.ones(most))  # units of each district
    later = np.kron(np.eye(districts), np.eye(most)[1:] - np.eye(most)[:-1])  # a unit needs the one before
    rows = [(price @ count)[None], count, -count, later]
    limits = [np.array([budget]), high, -low, np.zeros(len(later))]
    if spread is not None:
        size = _each(sizes, districts, 1.0, "sizes")
        each = count / size[:, None]
        pairs = [(one, two) for one in range(districts) for two in range(districts) if one != two]
        rows.append(np.array([each[one] - each[two] for one, two in pairs]).reshape(len(pairs), districts * most))
        limits.append(np.full(len(pairs), spread))
    return np.concatenate(rows), np.concatenate(limits)


def _each(values: Sequence[float] | None, districts: int, default: float, name: str) -> Array:
    found = np.full(districts, default) if values is None else np.asarray(values, dtype=float)
    if found.shape != (districts,) or np.any(found < 0):
        raise ParameterError(f"{name}: {list(found)}; allowed: {districts} numbers from 0")
    return found
