"""What a hidden number can be: the least and greatest value of a sum, over everything that the known sums allow.

Balance edits and feasibility intervals after Fellegi and Holt 1976 and Dobra and Fienberg 2000, solved by HiGHS.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.errors import SolverError
from analysis.messages import said

Whole = np.ndarray[Any, np.dtype[np.int64]]
Real = np.ndarray[Any, np.dtype[np.float64]]
Terms = Mapping[Any, float]  # coefficients by the name of what is unknown

_OPTIONS = {"output_flag": False, "mip_rel_gap": 0.0, "threads": 1}
_DUAL, _PRIMAL = 1, 4
_ANSWERS = ("kOptimal", "kInfeasible", "kUnbounded", "kUnboundedOrInfeasible")


@dataclass(frozen=True)
class Constraint:
    """`low ≤ sum of coefficient · unknown ≤ high`, and the figures it rests on."""

    terms: Terms
    low: Fraction | float
    high: Fraction | float
    figures: tuple[str, ...] = ()


def extent(
    constraints: Sequence[Constraint], objective: Terms, *, nonnegative: bool = True
) -> tuple[float, float] | None:
    """The least and greatest value of a sum over whole numbers, infinite where nothing bounds them.

    None when no numbers keep all constraints. What counts something is `nonnegative`.

    Examples
    --------
    >>> extent([Constraint({"a": 1, "b": 1}, 10, 10), Constraint({"a": 1}, 3, 4)], {"b": 1})
    (6.0, 7.0)
    """
    least = _least(constraints, objective, nonnegative=nonnegative)
    if least is None:
        return None
    greatest = _least(constraints, {name: -number for name, number in objective.items()}, nonnegative=nonnegative)
    return None if greatest is None else (least, -greatest)


def conflict(groups: Sequence[Sequence[Constraint]], *, fractions: Collection[Hashable] = ()) -> tuple[int, ...]:
    """Groups of constraints that cannot all hold, none of which can be spared for that; empty when all can hold.

    A deletion filter (Chinneck and Dravnieks 1991): leave out one group after the other, the last first, and keep out
    what changes nothing. So what stands first is named where there is a choice. They are given by their places.

    Parameters
    ----------
    fractions
        The unknowns that need not be whole numbers.

    Examples
    --------
    >>> conflict([[Constraint({"a": 1}, 5, 5)], [Constraint({"a": 1}, 0, 9)], [Constraint({"a": 1}, 0, 4)]])
    (0, 2)
    """

    def feasible(places: Sequence[int]) -> bool:
        constraints = [row for place in places for row in groups[place]]
        return not constraints or _least(constraints, {}, fractions=fractions) is not None

    kept = list(range(len(groups)))
    if feasible(kept):
        return ()
    for place in reversed(range(len(groups))):
        fewer = [other for other in kept if other != place]
        if not feasible(fewer):
            kept = fewer
    return tuple(kept)


class Program:
    """A linear program over real numbers that is asked again and again: each answer starts from the last one.

    Parameters
    ----------
    rows
        Sparse, shape (rows, unknowns).
    low, high
        The limits of each row, infinite for none.
    least, most
        Those of each unknown.
    from_zero
        Whether noughts keep all limits: then the primal simplex method starts there, or at the answer before.
    """

    def __init__(self, rows: Any, low: Real, high: Real, least: Real, most: Real, *, from_zero: bool = False) -> None:
        from highspy import HighsLp, MatrixFormat

        rows, model = rows.tocsr(), HighsLp()
        model.num_row_, model.num_col_ = rows.shape
        model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(len(least)), least, most
        model.row_lower_, model.row_upper_ = low, high
        model.a_matrix_.format_ = MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        # without presolve: a program that is kept is solved from where it stands
        self._solver = _solver(presolve="off", simplex_strategy=_PRIMAL if from_zero else _DUAL)
        self._solver.passModel(model)

    def confine(self, rows: Whole, low: Real, high: Real) -> None:
        """Set the limits of some rows."""
        self._solver.changeRowsBounds(len(rows), rows.astype(np.int32), low, high)

    def lowest(self, cost: Real) -> Real | None:
        """The unknowns at the least cost; none where the limits contradict one another, or the arithmetic gave out."""
        self._solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self._solver.run()
        if self._solver.getModelStatus().name != "kOptimal":
            return None
        return np.array(self._solver.getSolution().col_value)


def _solver(**options: Any) -> Any:
    # not `highspy.Highs`: setting up its callbacks prints; not scipy's `milp`: to import it takes longer than all else here
    from highspy._core import _Highs

    solver = _Highs()
    for option, value in {**_OPTIONS, **options}.items():
        solver.setOptionValue(option, value)
    return solver


def _least(
    constraints: Sequence[Constraint], objective: Terms, *, nonnegative: bool = True, fractions: Collection[Hashable] = ()
) -> float | None:  # fmt: skip
    from highspy import HighsModelStatus

    solver = _solver()
    solver.passModel(_model(constraints, objective, least=0.0 if nonnegative else -math.inf, fractions=fractions))
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
    if objective and _least(constraints, {}, nonnegative=nonnegative, fractions=fractions) is None:
        return None
    return -math.inf


def _model(
    constraints: Sequence[Constraint], objective: Terms, *, least: float, fractions: Collection[Hashable]
) -> Any:
    """The problem as HiGHS takes it, in whole numbers but for the fractions, kept row by row."""
    from highspy import HighsLp, HighsVarType, MatrixFormat

    names = dict.fromkeys(name for terms in (*(row.terms for row in constraints), objective) for name in terms)
    places = {name: place for place, name in enumerate(names)}
    model: Any = HighsLp()
    model.num_col_, model.num_row_ = len(names), len(constraints)
    model.col_cost_ = np.array([objective.get(name, 0.0) for name in names], dtype=np.float64)
    model.col_lower_, model.col_upper_ = np.full(len(names), least), np.full(len(names), np.inf)
    model.integrality_ = [HighsVarType.kContinuous if one in fractions else HighsVarType.kInteger for one in names]
    model.row_lower_ = np.array([row.low for row in constraints], dtype=np.float64)
    model.row_upper_ = np.array([row.high for row in constraints], dtype=np.float64)
    entries = [[(places[name], number) for name, number in row.terms.items() if number] for row in constraints]
    model.a_matrix_.format_ = MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *map(len, entries)])
    model.a_matrix_.index_ = np.array([place for row in entries for place, _ in row], dtype=np.int64)
    model.a_matrix_.value_ = np.array([number for row in entries for _, number in row], dtype=np.float64)
    return model
