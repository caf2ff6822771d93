"""The best division of units by mixed-integer programming, which the greedy one is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.scenarios.allocation import Allocation
from analysis.scenarios.random_draws import Array


def exact(gains: Array, budget: float, *, costs: Sequence[float] | None = None) -> Allocation:
    """The best division by mixed-integer programming, of any shape of gains: (district, unit).

    A unit costs what it does in its district, 1 where no costs are given.
    """
    districts, most = gains.shape
    price = np.ones(districts) if costs is None else np.asarray(costs, dtype=float)
    later = np.kron(np.eye(districts), np.eye(most)[1:] - np.eye(most)[:-1])  # a unit needs the one before
    spent = price @ np.kron(np.eye(districts), np.ones(most))
    solved = milp(
        -gains.reshape(-1),
        integrality=np.ones(gains.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.vstack([spent, later]), -np.inf, [budget, *np.zeros(len(later))]),
    )
    assert solved.status == 0, solved.message
    units = np.rint(solved.x.reshape(gains.shape).sum(axis=1)).astype(np.int64)
    return Allocation(units, float(-solved.fun), 0.0)
