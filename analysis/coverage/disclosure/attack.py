"""What a reader can work out about counts that are withheld: the attacker's linear programs.

Who knows the published counts knows that the regions are numbers from 0 that add up to them, and what everybody knows
of such numbers; so the least and the greatest value of a withheld count are two linear programs.

Large tables are attacked part by part, all other parts standing still: what is possible in a part is possible in the
whole, and what two parts can do each they can do together. The whole is asked only where the parts leave a doubt.

Source: Fischetti and Salazar 2000, Management Science 46:1008; Handbook on Statistical Disclosure Control, chapters 4, 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coverage.disclosure.tables import (
    CLOSE,
    THRESHOLD,
    Flags,
    Groups,
    LinkedTables,
    Real,
    Sparse,
    Whole,
    ceiled,
    floored,
    sparse,
)
from analysis.errors import SolverError
from analysis.messages import said

PATIENCE = 2  # moves in a row that may widen few groups, before they are looked at one by one
WORTHWHILE = 0.02  # of them
MOST_EXACT = 700_000  # counts times regions: of more, ends are sought only until a range is seen to be wide enough


class Part:
    """Some regions of linked tables, all others standing still, and how far they can move.

    Parameters
    ----------
    regions
        Which: shape (own regions,).
    shared
        Among how many parts the regions are that are in each.
    """

    def __init__(self, groups: Groups, regions: Whole, *, shared: int = 1) -> None:
        tables = groups.tables
        true = tables.regions.astype(np.float64)
        self.tables, self.true = tables, true[regions]
        self.counts, self.contents = _touched(tables.contents, regions)
        self.rows, self.weights = _touched(groups.weights, regions)
        own, self.limits = _touched(tables.limits, regions)
        slack = -(tables.limits @ true)[own]
        spread = np.diff(self.limits.indptr) < np.diff(tables.limits.indptr)[own]
        self.slack = np.maximum(np.where(spread, slack / shared, slack), 0.0)
        self.ceiling = 4.0 * float(tables.totals.max(initial=0)) + 10_000.0  # stands for no limit
        self.is_own = np.diff(self.weights.indptr) == np.diff(groups.weights.indptr)[self.rows]

    def group(self, row: int) -> Real:
        """What of a group lies in this part: shape (own regions,)."""
        found: Real = self.weights[[int(np.searchsorted(self.rows, row))]].toarray()[0]
        return found

    def furthest(self, group: Real, withheld: Flags, *, up: bool) -> Real:
        """The move that agrees with everything published and raises (or lowers) a group the most."""
        return self._moved(-group if up else group, self._told(withheld))

    def together(self, groups: Sparse, withheld: Flags, *, by: Real) -> Real:
        """The move that agrees with everything published and raises as many groups as can be, at once, as far as `by`."""
        from scipy.sparse import csr_array, eye_array, hstack

        count, told = len(by), self._told(withheld)
        cost = np.concatenate([np.zeros(len(self.true)), -np.ones(count)])
        tied = hstack([-groups, eye_array(count)])  # what counts of a move is no more than it
        told = hstack([told, csr_array((told.shape[0], count))])
        return self._moved(cost, told, tied, np.zeros(count), [(None, float(end)) for end in by])

    def _told(self, withheld: Flags) -> Sparse:
        return self.contents[~withheld[self.counts]]

    def _moved(self, cost: Real, *program: Any) -> Real:
        found = self._solved(cost, *program)
        if found is None:  # standing still is an answer, so the solver's arithmetic gave out
            raise SolverError(
                said(
                    "disclosure: the program for what {number} counts give away was not solved, the largest of them "
                    "{largest:g}; allowed: fewer counts at once, such as a paper on one district or category",
                    number=len(self.tables.names),
                    largest=self.tables.totals.max(initial=0),
                )
            )
        return found[: len(self.true)]

    def _solved(
        self, cost: Real, told: Sparse, under: Sparse = None, most: Real | None = None, bounds: Any = ()
    ) -> Real | None:
        """The move of least cost that keeps the limits, leaves `told` at 0 and `under` at `most`; none where there is none.

        Beside the regions a program may have variables of its own, with their bounds. By HiGHS, without presolve: these
        systems are wide and shallow, and solved in a fifth of the time.
        """
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack, vstack

        limits, slack = self.limits, self.slack
        if under is not None and most is not None:
            limits = vstack([hstack([limits, csr_array((limits.shape[0], len(bounds)))]), under])
            slack = np.concatenate([slack, most])
        found: Any = linprog(
            cost,
            A_eq=told if told.shape[0] else None,
            b_eq=np.zeros(told.shape[0]) if told.shape[0] else None,
            A_ub=limits if limits.shape[0] else None,
            b_ub=slack if limits.shape[0] else None,
            bounds=[*((-value, self.ceiling) for value in self.true), *bounds],
            method="highs-ds",
            options={"presolve": False},
        )
        return None if found.x is None else np.asarray(found.x, dtype=np.float64)

    def bent(self, groups: Sparse, by: Real, withheld: Flags) -> tuple[Real, Whole] | None:
        """The move that takes each group as far as `by` (up, or below 0 down) where published counts give way.

        Returns
        -------
        tuple or None
            The move of the least cost, and the counts that must be withheld for it; none where no withholding helps.
        """
        from scipy.sparse import csr_array, hstack

        told = np.flatnonzero(~withheld[self.counts])
        can = ~self.tables.known[self.counts[told]]
        bend = told[can]
        give = csr_array((np.ones(len(bend)), (np.flatnonzero(can), np.arange(len(bend)))), (len(told), len(bend)))
        wide, signed = 2 * len(bend), -groups.multiply(np.where(by < 0, -1.0, 1.0)[:, None])
        costs = self.tables.costs[self.counts[bend]]
        found = self._solved(
            np.concatenate([np.zeros(len(self.true)), costs, costs]),
            hstack([self.contents[told], give, -give]),
            hstack([signed, csr_array((len(by), wide))]),
            -np.abs(by),
            [(0, None)] * wide,
        )
        if found is None:
            return None
        move = found[: len(self.true)]
        return move, self.counts[bend[np.abs(self.contents[bend] @ move) > CLOSE]]


def _touched(rows: Sparse, regions: Whole) -> tuple[Whole, Sparse]:
    """The rows that have a part in some regions, and that part."""
    if rows.shape[1] == len(regions):
        return np.arange(rows.shape[0]), rows
    part = rows[:, regions]
    found = np.flatnonzero(np.diff(part.indptr))
    return found, part[found]


class Seen:
    """Moves of the regions that agree with all that is published: how far each group is seen to range.

    Moves of different parts can be made together, so their ranges add up. The last part is the whole, if there are several.
    """

    def __init__(self, groups: Groups, parts: Sequence[Part] = (), values: Sequence[list[Real]] = ()) -> None:
        tables, self.groups = groups.tables, groups
        self.parts = list(parts) or [Part(groups, one, shared=len(tables.parts)) for one in tables.parts]
        if not parts and len(self.parts) > 1:
            self.parts.append(Part(groups, np.arange(len(tables.regions))))
        self.values = list(values) or [[] for _ in self.parts]
        self.true: Real = groups.weights @ tables.regions.astype(np.float64)
        self._ends, self._sum = [], np.stack([self.true, self.true])
        for number, (part, seen) in enumerate(zip(self.parts, self.values, strict=True)):
            every = np.array([np.zeros(len(part.rows)), *seen])
            self._ends.append(np.stack([every.min(axis=0), every.max(axis=0)]))
            if number in self.apart:
                self._sum[:, part.rows] += self._ends[number]

    @property
    def apart(self) -> range:
        """The numbers of the parts that move apart from one another: all but the whole, if there are several."""
        return range(max(len(self.parts) - 1, 1))

    @property
    def ends(self) -> Real:
        """The least and the greatest value of each group that is seen: shape (2, groups)."""
        if len(self.parts) == 1:
            return self._sum
        whole = self.true + self._ends[-1]
        return np.stack([np.minimum(self._sum[0], whole[0]), np.maximum(self._sum[1], whole[1])])

    def see(self, number: int, move: Real) -> None:
        """One more move of a part."""
        part = self.parts[number]
        values = part.weights @ move
        self.values[number].append(values)
        before = self._ends[number]
        after = np.stack([np.minimum(before[0], values), np.maximum(before[1], values)])
        self._ends[number] = after
        if number in self.apart:
            self._sum[:, part.rows] += after - before

    def see_extremes(self, number: int, row: int, withheld: Flags) -> None:
        """The moves of a part that take a group the furthest up, and down."""
        part = self.parts[number]
        for up in (True, False):
            self.see(number, part.furthest(part.group(row), withheld, up=up))

    def with_published(self, count: int) -> Seen:
        """Those moves that agree with one more published count."""
        kept = []
        for part, values in zip(self.parts, self.values, strict=True):
            at = int(np.searchsorted(part.rows, count))
            is_in = at < len(part.rows) and part.rows[at] == count
            kept.append([one for one in values if not is_in or abs(one[at]) <= CLOSE])
        return Seen(self.groups, self.parts, kept)

    def narrow(self, withheld: Flags) -> Whole:
        """Groups not seen to range as widely as the rule asks."""
        low, high = self.ends
        return self.groups.narrow(low, high, withheld)

    def narrow_of(self, rows: Whole, withheld: Flags) -> Whole:
        """Those of some groups."""
        return np.intersect1d(self.narrow(withheld), rows, assume_unique=True)

    def lacking(self, rows: Whole) -> tuple[Real, Real]:
        """How far narrow groups must move from their true values, up and down, to range widely enough; 0 where they do."""
        low, high = self.ends[:, rows]
        small, width, true = self.groups.small[rows], self.groups.widths[rows], self.true[rows]
        wanted = np.where(small, np.maximum(self.groups.threshold, width), ceiled(low) + width)
        up = np.where(floored(high) < wanted, np.maximum(wanted - true, 0.0), 0.0)
        lowest = np.where(small, 0.0, np.maximum(floored(high) - width, 0.0))
        return up, np.where(ceiled(low) > lowest, true - lowest, 0.0)

    def within(self, row: int) -> list[int]:
        """The parts that a group lies in, those with most of it first; then the whole."""
        if len(self.parts) == 1:
            return [0]
        weigh = [
            (float(part.group(row) @ (part.true + 1)), number)
            for number, part in enumerate(self.parts[:-1])
            if row in part.rows
        ]
        return [*(number for _, number in sorted(weigh, key=lambda one: (-one[0], one[1]))), len(self.parts) - 1]


def sweep(seen: Seen, withheld: Flags, parts: Iterable[int] | None = None) -> None:
    """Look at moves that widen many narrow groups at once, some up and some down, as long as they widen more."""
    for number in seen.apart if parts is None else parts:
        part, rng = seen.parts[number], np.random.default_rng(number)
        own = part.rows[part.is_own]
        rows, idle = seen.narrow_of(own, withheld), 0
        while len(rows) > 1 and idle < PATIENCE:
            up, down = seen.lacking(rows)
            rising = (up > 0) & ((down == 0) | (rng.random(len(rows)) < 0.5))
            groups = part.weights[np.searchsorted(part.rows, rows)]
            signed = sparse(groups.multiply(np.where(rising, 1.0, -1.0)[:, None]))
            seen.see(number, part.together(signed, withheld, by=np.where(rising, up, down)))
            before, rows = len(rows), seen.narrow_of(rows, withheld)
            idle = idle + 1 if before - len(rows) <= before * WORTHWHILE else 0


def look(seen: Seen, row: int, withheld: Flags) -> bool:
    """Look at the extremes of one group, part by part, until it is seen to be wide; false where it is not."""
    for number in seen.within(row):
        seen.see_extremes(number, row, withheld)
        if row not in seen.narrow(withheld):
            return True
    return False


def narrow(seen: Seen, withheld: Flags) -> Iterator[int]:
    """Look at each group not yet seen to be wide; gives those that are narrow, when it is sure."""
    sweep(seen, withheld)
    for row in seen.narrow(withheld).tolist():
        if row in seen.narrow(withheld) and not look(seen, row, withheld):  # else another group's extreme has shown it
            yield row


@dataclass(frozen=True, eq=False)
class Audit:
    """What a reader of the published counts can say about the withheld ones.

    Parameters
    ----------
    low, high
        The least and greatest whole number that each withheld count can be, in the order of the counts; where the ends were
        not sought, it can be at least as low, and as high.
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
        Whether to seek the ends of every interval, in tables that are not too large; else only until it is seen to be
        wide enough, which is much quicker.
    """
    groups = Groups.of(tables, threshold, zeros=zeros)
    seen, own = Seen(groups), np.flatnonzero(withheld)
    if exact and len(tables.names) * len(tables.regions) <= MOST_EXACT:
        for row in own:
            seen.see_extremes(len(seen.parts) - 1, int(row), withheld)
    exposed = {*narrow(seen, withheld), *np.flatnonzero(groups.small[: len(withheld)] & ~withheld).tolist()}
    exposed -= public(groups, sorted(exposed))
    names = (tables.names[row] if row < len(withheld) else said("a difference of counts") for row in sorted(exposed))
    low, high = seen.ends[:, own]
    return Audit(threshold, ceiled(low) + 0.0, floored(high) + 0.0, tuple(dict.fromkeys(names)))


def public(groups: Groups, rows: Sequence[int]) -> set[int]:
    """Those groups that what is known from elsewhere gives away, so that no withholding can protect them."""
    hidden = ~groups.tables.known
    if not rows or hidden.all():
        return set()
    seen = Seen(groups)
    nothing = np.zeros(len(hidden), dtype=bool)
    for row in rows:
        seen.see_extremes(len(seen.parts) - 1, row, hidden)
    return set(seen.narrow(nothing).tolist()) & set(rows)
