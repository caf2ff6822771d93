"""What a hidden number can be: the least and greatest value of a sum, over everything that the known sums allow.

Balance edits and feasibility intervals after Fellegi and Holt 1976 and Dobra and Fienberg 2000, solved by HiGHS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import SolverError
from analysis.messages import said

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]

_OPTIONS = {"output_flag": False, "mip_rel_gap": 0.0, "threads": 1}
_ANSWERS = ("kOptimal", "kInfeasible", "kUnbounded", "kUnboundedOrInfeasible")


@dataclass(frozen=True)
class Constraint:
    """`low ≤ coefficients · x ≤ high`, and the figures it rests on."""

    coefficients: Vector
    low: float
    high: float
    figures: tuple[str, ...] = ()


def extent(
    constraints: Sequence[Constraint], objective: Vector, *, nonnegative: bool = True
) -> tuple[float, float] | None:
    """The least and greatest value of `objective · x` over whole numbers x, infinite where nothing bounds them.

    None when no x keeps all constraints. What counts something is `nonnegative`.

    Examples
    --------
    >>> total = Constraint(np.array([1.0, 1.0]), 10, 10)
    >>> extent([total, Constraint(np.array([1.0, 0.0]), 3, 4)], np.array([0.0, 1.0]))
    (6.0, 7.0)
    """
    least = _least(constraints, objective, nonnegative=nonnegative)
    if least is None:
        return None
    greatest = _least(constraints, -objective, nonnegative=nonnegative)
    return None if greatest is None else (least, -greatest)


def conflict(groups: Sequence[Sequence[Constraint]], *, integral: Flags | None = None) -> tuple[int, ...]:
    """Groups of constraints that cannot all hold, none of which can be spared for that; empty when all can hold.

    A deletion filter (Chinneck and Dravnieks 1991): leave out one group after the other, the last first, and keep out
    what changes nothing. So what stands first is named where there is a choice. They are given by their places.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> conflict([[Constraint(one, 5, 5)], [Constraint(one, 0, 9)], [Constraint(one, 0, 4)]])
    (0, 2)
    """

    def feasible(places: Sequence[int]) -> bool:
        constraints = [row for place in places for row in groups[place]]
        nothing = np.zeros_like(constraints[0].coefficients) if constraints else np.zeros(0)
        return not constraints or _least(constraints, nothing, nonnegative=True, integral=integral) is not None

    kept = list(range(len(groups)))
    if feasible(kept):
        return ()
    for place in reversed(range(len(groups))):
        fewer = [other for other in kept if other != place]
        if not feasible(fewer):
            kept = fewer
    return tuple(kept)


def _least(
    constraints: Sequence[Constraint], objective: Vector, *, nonnegative: bool, integral: Flags | None = None
) -> float | None:
    # not `highspy.Highs`: setting up its callbacks prints; not scipy's `milp`: to import it takes longer than all else here
    from highspy import HighsModelStatus
    from highspy._core import _Highs

    solver: Any = _Highs()
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(constraints, objective, nonnegative=nonnegative, integral=integral))
    solver.run()
    status = solver.getModelStatus()
    if status.name not in _ANSWERS:
        what = (
            "the figures' limits cannot be computed: HiGHS stops with {status}; allowed: fewer sets in relations.toml"
        )
        raise SolverError(said(what, status=status.name))
    if status == HighsModelStatus.kOptimal:
        return float(round(solver.getInfo().objective_function_value))
    if status == HighsModelStatus.kInfeasible:
        return None
    # HiGHS may say "unbounded or infeasible" in one breath: ask again without anything to reach for.
    nothing = np.zeros_like(objective)
    if objective.any() and _least(constraints, nothing, nonnegative=nonnegative, integral=integral) is None:
        return None
    return -math.inf


def _model(constraints: Sequence[Constraint], objective: Vector, *, nonnegative: bool, integral: Flags | None) -> Any:
    """The problem as HiGHS takes it, in whole numbers but for what is not `integral`, kept row by row."""
    from highspy import HighsLp, HighsVarType, MatrixFormat

    unknowns, rows = len(objective), len(constraints)
    model: Any = HighsLp()
    model.num_col_, model.num_row_ = unknowns, rows
    model.col_cost_ = objective
    model.col_lower_ = np.full(unknowns, 0.0 if nonnegative else -np.inf)
    model.col_upper_ = np.full(unknowns, np.inf)
    whole = [True] * unknowns if integral is None else integral
    model.integrality_ = [HighsVarType.kInteger if is_whole else HighsVarType.kContinuous for is_whole in whole]
    model.row_lower_ = np.array([constraint.low for constraint in constraints], dtype=np.float64)
    model.row_upper_ = np.array([constraint.high for constraint in constraints], dtype=np.float64)
    matrix = np.array([constraint.coefficients for constraint in constraints]).reshape(rows, unknowns)
    row, column = matrix.nonzero()
    model.a_matrix_.format_ = MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(row, np.arange(rows + 1))
    model.a_matrix_.index_ = column
    model.a_matrix_.value_ = matrix[row, column]
    return model
