"""What a reader can work out about counts that are withheld: the attacker's linear programs.

Who knows the published counts knows that the regions are numbers from 0 that add up to them, and nothing else; so the
least and the greatest value of a withheld count are two linear programs.

Source: Fischetti and Salazar 2000, Management Science 46:1008; Handbook on Statistical Disclosure Control, chapters 4, 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.coverage.disclosure_groups import THRESHOLD, Groups, Seen, ceiled, floored, groups_of
from analysis.coverage.disclosure_tables import Flags, LinkedTables, Real
from analysis.errors import SolverError
from analysis.messages import said


def solved(cost: Real, **system: Any) -> Real | None:
    """The point of least cost in a linear system, by HiGHS; none where no point keeps it.

    Without presolve: these systems are wide and shallow, and solved in a fifth of the time.
    """
    from scipy.optimize import linprog

    found: Any = linprog(cost, **system, method="highs-ds", options={"presolve": False})
    return None if found.x is None else np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Attacker:
    """Who knows the counts that are not withheld."""

    tables: LinkedTables
    withheld: Flags

    @cached_property
    def ceiling(self) -> float:
        """Stands for no limit: more than is ever asked for."""
        return 4.0 * float(self.tables.totals.max(initial=0)) + 10_000.0

    @cached_property
    def _told(self) -> dict[str, Any]:
        from scipy.sparse import csr_array

        told = ~self.withheld
        if not told.any():
            return {}
        return {"A_eq": csr_array(self.tables.weights[told]), "b_eq": self.tables.totals[told]}

    def furthest(self, group: Real, *, up: bool) -> Real:
        """Regions that agree with everything published and give the greatest (or least) sum over a group."""
        found = solved(-group if up else group, **self._told, bounds=(0, self.ceiling))
        if found is None:
            raise _unsolved(self.tables)
        return found

    def together(self, groups: Real, *, up: bool, to: Real) -> Real:
        """Regions that agree with everything published and take as many groups as can be, at once, as far as `to`."""
        from scipy.sparse import block_array, csr_array, eye_array

        count, sign = len(groups), 1.0 if up else -1.0
        told = self._told
        tied = block_array(
            [[csr_array(-sign * groups), eye_array(count)]]
        )  # what counts of a group's way is no more than it
        found = solved(
            np.concatenate([np.zeros(groups.shape[1]), -np.ones(count)]),
            A_ub=tied,
            b_ub=np.zeros(count),
            A_eq=block_array([[told["A_eq"], csr_array((len(told["b_eq"]), count))]]) if told else None,
            b_eq=told.get("b_eq"),
            bounds=[(0, self.ceiling)] * groups.shape[1] + [(None, sign * end) for end in to],
        )
        if found is None:
            raise _unsolved(self.tables)
        return found[: groups.shape[1]]

    def interval(self, group: Real) -> tuple[float, float]:
        """The least and the greatest sum over a group.

        Examples
        --------
        >>> from analysis.coverage.disclosure_tables import crossed
        >>> linked = crossed(np.array([[3, 4, 6], [2, 0, 5]]), [(0, 1)])
        >>> hidden = np.isin(linked.names, ["0,0", "0,1", "1,0", "1,1"])
        >>> Attacker(linked, hidden).interval(linked.weights[linked.names.index("1,1")])
        (0.0, 2.0)
        """
        low, high = (round(float(group @ self.furthest(group, up=up)), 4) + 0.0 for up in (False, True))
        return low, high


def _unsolved(tables: LinkedTables) -> SolverError:
    """The counts themselves are an answer, so none can only mean that the solver's arithmetic gave out."""
    return SolverError(
        said(
            "disclosure: the program for what {number} counts give away was not solved, the largest of them "
            "{largest:g}; allowed: fewer counts at once, such as a paper on one district or category",
            number=len(tables.names),
            largest=tables.totals.max(initial=0),
        )
    )


@dataclass(frozen=True, eq=False)
class Audit:
    """What a reader of the published counts can say about the withheld ones.

    Parameters
    ----------
    low, high
        The least and greatest whole number that each withheld count can be, in the order of the counts.
    exposed
        Names of what can be pinned down more narrowly than the rule allows.
    """

    threshold: int
    low: Real
    high: Real
    exposed: tuple[str, ...]

    @property
    def narrowest(self) -> float | None:
        """Width of the narrowest interval of a withheld count; none where nothing is withheld."""
        return float((self.high - self.low).min()) if self.low.size else None


def audit(
    tables: LinkedTables, withheld: Flags, *, threshold: int = THRESHOLD, zeros: bool = False, exact: bool = True
) -> Audit:
    """The interval of every withheld count, and whether anything small can be pinned down.

    Parameters
    ----------
    withheld
        Shape (counts,).
    exact
        Whether to seek the ends of every interval; else only until it is seen to be wide enough, which is much quicker.
    """
    groups = groups_of(tables, threshold=threshold, zeros=zeros)
    attacker, seen = Attacker(tables, withheld), Seen.truth(groups)
    own = np.flatnonzero(withheld)
    for row in own if exact else ():
        for up in (False, True):
            seen.see(attacker.furthest(groups.weights[row], up=up))
    exposed = {*widened(seen, attacker), *np.flatnonzero(groups.small[: len(withheld)] & ~withheld).tolist()}
    exposed -= public(groups, sorted(exposed))
    names = (tables.names[row] if row < len(withheld) else "a difference of counts" for row in sorted(exposed))
    return Audit(threshold, ceiled(seen.low[own]) + 0.0, floored(seen.high[own]) + 0.0, tuple(dict.fromkeys(names)))


def widened(seen: Seen, attacker: Attacker) -> Iterator[int]:
    """Look at the extremes of each group not yet seen to be wide; gives the groups that are narrow, when it is sure."""
    sweep(seen, attacker)
    for row in seen.narrow(attacker.withheld):
        if row not in seen.narrow(attacker.withheld):
            continue  # another group's extreme has shown it
        for up in (True, False):
            seen.see(attacker.furthest(seen.groups.weights[row], up=up))
        if row in seen.narrow(attacker.withheld):
            yield int(row)


def sweep(seen: Seen, attacker: Attacker) -> None:
    """Look at tables that widen many narrow groups at once: most small groups are wide, and two tables show it."""
    threshold = seen.groups.threshold
    while len(rows := seen.narrow(attacker.withheld)) > 1:
        small = seen.groups.small[rows]
        highest = np.where(small, threshold, ceiled(seen.low[rows]) + threshold)
        seen.see(attacker.together(seen.groups.weights[rows], up=True, to=highest.astype(float)))
        lowest = np.where(small, 0, np.maximum(floored(seen.high[rows]) - threshold, 0))
        seen.see(attacker.together(seen.groups.weights[rows], up=False, to=lowest.astype(float)))
        if 2 * len(seen.narrow(attacker.withheld)) > len(rows):
            return  # what is left is better looked at one by one


def public(groups: Groups, rows: Sequence[int]) -> set[int]:
    """Those groups that what is known from elsewhere gives away, so that no withholding can protect them."""
    seen, attacker = Seen.truth(groups), Attacker(groups.tables, ~groups.tables.known)
    for row in rows:
        for up in (True, False):
            seen.see(attacker.furthest(groups.weights[row], up=up))
    return set(seen.narrow(np.zeros(len(groups.tables.names), dtype=bool)).tolist()) & set(rows)
