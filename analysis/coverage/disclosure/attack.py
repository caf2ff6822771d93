"""What a reader can work out about counts that are withheld: the attacker's linear programs.

Who knows the published counts knows that the regions are numbers from 0 that add up to them, and what everybody knows
of such numbers; so the least and the greatest value of a withheld count are two linear programs.

Large tables are attacked part by part, all other parts standing still: what is possible in a part is possible in the
whole, and what two parts can do each they can do together. The whole is asked only where the parts leave a doubt.

Source: Fischetti and Salazar 2000, Management Science 46:1008; Handbook on Statistical Disclosure Control, chapters 4, 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coverage.disclosure.tables import Flags, LinkedTables, Real, Sparse, Whole, sparse
from analysis.errors import SolverError
from analysis.messages import said
from analysis.sources.linear import Program

Ends = tuple[Real, Real]

NONE: Real = np.zeros(0)
CLOSE = 1e-5  # what the solver may be out by
MOST_WHOLE = 700  # regions that are attacked as one; beyond, part after part
IN_A_PART = 100  # regions of a part, about
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

    def __init__(self, tables: LinkedTables, regions: Whole, *, shared: int = 1) -> None:
        groups, true = tables.groups, tables.regions.astype(np.float64)
        is_whole = len(regions) == len(true)
        self.tables, self.true = tables, true[regions]
        self.contents, self.weights = tables.contents[:, regions], groups.weights[:, regions]
        self.is_here = np.diff(self.contents.indptr) + is_whole > 0  # counts that have a part of it
        self.is_own = np.diff(self.weights.indptr) == np.diff(groups.weights.indptr)  # groups that are wholly in it
        limits, whole = tables.limits[:, regions], np.diff(tables.limits.indptr)
        here = np.flatnonzero(np.diff(limits.indptr) + is_whole)
        slack = -(tables.limits @ true)[here]
        self.limits, spread = limits[here], np.diff(limits.indptr)[here] < whole[here]
        self.slack = np.maximum(np.where(spread, slack / shared, slack), 0.0)
        self._asked: tuple[Program, Flags] | None = None  # with what is free in it
        self.ceiling = 4.0 * float(tables.totals.max(initial=0)) + 10_000.0  # stands for no limit

    def furthest(self, row: int, withheld: Flags, *, up: bool) -> Real:
        """The move that agrees with everything published and raises (or lowers) a group the most."""
        group = self.weights[[row]].toarray()[0]
        return self._moved(self._agreeing(withheld), -group if up else group)

    def _agreeing(self, withheld: Flags) -> Program:
        """All moves that agree with everything published; what is withheld is free."""
        rows, free = np.flatnonzero(self.is_here), withheld[self.is_here]
        if self._asked is None:
            self._asked = self._program(self.contents[rows], from_zero=True), np.zeros(len(rows), dtype=bool)
        program, before = self._asked
        if len(changed := np.flatnonzero(free != before)):
            far = np.where(free[changed], np.inf, 0.0)
            program.confine(changed, -far, far)
            self._asked = program, free
        return program

    def together(self, groups: Sparse, withheld: Flags, *, by: Real) -> Real:
        """The move that agrees with everything published and raises as many groups as can be, at once, as far as `by`."""
        from scipy.sparse import eye_array, hstack

        tied = hstack([-groups, eye_array(len(by))])  # what counts of a move is no more than it
        ends = np.full(len(by), -np.inf), by
        told = self.contents[self.is_here & ~withheld]
        program = self._program(told, tied, np.zeros(len(by)), ends)
        return self._moved(program, np.concatenate([np.zeros(len(self.true)), -np.ones(len(by))]))

    def bent(self, group: Sparse, by: float, withheld: Flags) -> tuple[Real, Whole] | None:
        """The move that takes a group as far as `by` (up, or below 0 down) where published counts give way.

        Returns
        -------
        tuple or None
            The move of the least cost, and the counts that must be withheld for it; none where no withholding helps.
        """
        from scipy.sparse import eye_array, hstack

        told = np.flatnonzero(self.is_here & ~withheld)
        can = ~self.tables.known[told]
        bent, give = told[can], eye_array(len(told), format="csr")[:, can]
        costs = np.tile(self.tables.costs[bent], 2)
        ends = np.zeros(len(costs)), np.full(len(costs), np.inf)
        rows = hstack([self.contents[told], give, -give])
        program = self._program(rows, -group if by > 0 else group, np.array([-abs(by)]), ends)
        found = program.lowest(np.append(np.zeros(len(self.true)), costs))
        if found is None:
            return None
        move = found[: len(self.true)]
        return move, bent[np.abs(self.contents[bent] @ move) > CLOSE]

    def _moved(self, program: Program, cost: Real) -> Real:
        found = program.lowest(cost)
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

    def _program(
        self,
        told: Sparse,
        under: Sparse = None,
        most: Real = NONE,
        own: Ends = (NONE, NONE),
        *,
        from_zero: bool = False,
    ) -> Program:
        """The moves that keep the limits, leave `told` at 0 and `under` at `most`.

        Beside the regions a program may have unknowns of its own, between their ends.
        """
        from scipy.sparse import vstack

        width = len(self.true) + len(own[0])
        rows = [told, self.limits] if under is None else [told, self.limits, under]
        high = np.concatenate([np.zeros(told.shape[0]), self.slack, most])
        low = np.where(np.arange(len(high)) < told.shape[0], 0.0, -np.inf)
        ceiling = np.full(len(self.true), self.ceiling)
        least, greatest = np.append(-self.true, own[0]), np.append(ceiling, own[1])
        return Program(vstack([_widened(one, width) for one in rows]), low, high, least, greatest, from_zero=from_zero)


def _widened(rows: Sparse, width: int) -> Sparse:
    """Rows with a column of noughts for every further variable."""
    from scipy.sparse import csr_array

    rows = rows.tocsr()
    return csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], width))


def _parts(tables: LinkedTables) -> list[Part]:
    """The regions put into parts of some places each, what belongs to no place in each of them; and the whole, at the end.

    Small places stand beside large ones, so that every part has what gives way.
    """
    places, every = tables.places, np.arange(len(tables.regions))
    whole, number = Part(tables, every), min(len(every) // IN_A_PART, int(places.max(initial=-1) + 1) // 2)
    if len(every) <= MOST_WHOLE or number < 2:
        return [whole]
    size = np.bincount(places[places >= 0], weights=tables.regions[places >= 0])
    turn = np.argsort(np.argsort(-size, kind="stable"), kind="stable") % (2 * number)
    part = np.append(np.minimum(turn, 2 * number - 1 - turn), -1)[places]
    chosen = (np.flatnonzero((part == one) | (part < 0)) for one in range(number))
    return [*(Part(tables, one, shared=number) for one in chosen), whole]


class Seen:
    """Moves of the regions that agree with all that is published: how far each group is seen to range.

    Moves of different parts can be made together, so their ranges add up; those of the whole stand beside them.
    """

    def __init__(self, tables: LinkedTables, parts: Sequence[Part] = (), moves: Sequence[list[Real]] = ()) -> None:
        self.tables, self.groups = tables, tables.groups
        self.parts = parts or _parts(tables)
        self.true: Real = self.groups.weights @ tables.regions.astype(np.float64)
        self.moves: list[list[Real]] = [[] for _ in self.parts]
        self._reach = np.zeros((len(self.parts), 2, len(self.true)))
        self._apart = np.zeros((2, len(self.true)))
        for number, made in enumerate(moves):
            for move in made:
                self.see(number, move)

    @property
    def apart(self) -> range:
        """The numbers of the parts that move apart from one another: all but the whole, if there are several."""
        return range(max(len(self.parts) - 1, 1))

    @property
    def ends(self) -> tuple[Real, Real]:
        """The least and the greatest whole number that each group is seen to be."""
        (low, high), whole = self._apart, self._reach[-1]
        ends = self.true + np.minimum(low, whole[0]), self.true + np.maximum(high, whole[1])
        return np.ceil(ends[0] - CLOSE), np.floor(ends[1] + CLOSE)

    def see(self, number: int, move: Real) -> None:
        """One more move of a part."""
        values, before = self.parts[number].weights @ move, self._reach[number].copy()
        self.moves[number].append(move)
        self._reach[number] = np.minimum(before[0], values), np.maximum(before[1], values)
        if number < len(self.parts) - 1:
            self._apart += self._reach[number] - before

    def see_extremes(self, number: int, row: int, withheld: Flags) -> None:
        """The moves of a part that take a group the furthest up, and down."""
        for up in (True, False):
            self.see(number, self.parts[number].furthest(row, withheld, up=up))

    def with_published(self, count: int) -> Seen:
        """Those moves that agree with one more published count."""
        rows = [part.contents[[count]] for part in self.parts]
        kept = [
            [one for one in made if abs((row @ one)[0]) <= CLOSE] for row, made in zip(rows, self.moves, strict=True)
        ]
        return Seen(self.tables, self.parts, kept)

    def narrow(self, withheld: Flags) -> Flags:
        """Groups not seen to range as widely as the rule asks; of counts that are not small, only the withheld ones."""
        (low, high), small = self.ends, self.groups.small
        wide = (high - low >= self.groups.widths) & (~small | ((low <= 0) & (high >= self.tables.threshold)))
        asked = small.copy()
        asked[: len(withheld)] |= withheld
        return asked & ~wide

    def lacking(self) -> tuple[Real, Real]:
        """How far groups must move from their true values, up and down, to range widely enough; 0 where they do."""
        (low, high), small, widths = self.ends, self.groups.small, self.groups.widths
        most = np.where(small, widths, low + widths)
        least = np.where(small, 0.0, np.maximum(high - widths, 0.0))
        up = np.where(high < most, np.maximum(most - self.true, 0.0), 0.0)
        return up, np.where(low > least, self.true - least, 0.0)

    def within(self, row: int) -> list[int]:
        """The parts that a group lies in, those with most of it first; then the whole."""
        *parts, _ = self.parts
        weigh = [float((part.weights[[row]] @ (part.true + 1))[0]) for part in parts]
        return [*sorted(np.flatnonzero(weigh).tolist(), key=lambda one: -weigh[one]), len(parts)]

    def sweep(self, number: int, withheld: Flags) -> None:
        """Look at moves of a part that widen many narrow groups at once, some up and some down, as long as they widen more."""
        part, rng, idle = self.parts[number], np.random.default_rng(number), 0
        rows = np.flatnonzero(self.narrow(withheld) & part.is_own)
        while len(rows) > 1 and idle < PATIENCE:
            up, down = (by[rows] for by in self.lacking())
            rising = (up > 0) & ((down == 0) | (rng.random(len(rows)) < 0.5))
            signed = sparse(part.weights[rows].multiply(np.where(rising, 1.0, -1.0)[:, None]))
            self.see(number, part.together(signed, withheld, by=np.where(rising, up, down)))
            before, rows = len(rows), rows[self.narrow(withheld)[rows]]
            idle = idle + 1 if before - len(rows) <= before * WORTHWHILE else 0

    def look(self, row: int, withheld: Flags) -> bool:
        """Look at the extremes of one group, part by part, until it is seen to be wide; false where it is not."""
        for number in self.within(row):
            self.see_extremes(number, row, withheld)
            if not self.narrow(withheld)[row]:
                return True
        return False

    def exposed(self, withheld: Flags) -> Iterator[int]:
        """Look at each group not yet seen to be wide; gives those that are narrow, when it is sure."""
        for number in self.apart:
            self.sweep(number, withheld)
        for row in np.flatnonzero(self.narrow(withheld)).tolist():
            if self.narrow(withheld)[row] and not self.look(row, withheld):  # else another group's extreme has shown it
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

    low: Real
    high: Real
    exposed: tuple[str, ...]

    @property
    def narrowest(self) -> float | None:
        """Width of the narrowest interval of a withheld count; none where nothing is withheld."""
        return float((self.high - self.low).min()) if self.low.size else None


def audit(tables: LinkedTables, withheld: Flags, *, exact: bool = True) -> Audit:
    """The interval of every withheld count, and whether anything small can be pinned down.

    Parameters
    ----------
    withheld
        Shape (counts,).
    exact
        Whether to seek the ends of every interval, in tables that are not too large; else only until it is seen to be
        wide enough, which is much quicker.
    """
    seen, own = Seen(tables), np.flatnonzero(withheld)
    if exact and tables.contents.shape[0] * tables.contents.shape[1] <= MOST_EXACT:
        for row in own.tolist():
            seen.see_extremes(len(seen.parts) - 1, row, withheld)
    printed = np.flatnonzero(tables.groups.small[: len(withheld)] & ~withheld).tolist()
    exposed = sorted({*seen.exposed(withheld), *printed})
    if exposed and tables.known.any():
        outside, hidden = Seen(tables), ~tables.known
        exposed = [row for row in exposed if outside.look(row, hidden)]  # else no withholding can protect it
    names = (tables.names[row] if row < len(withheld) else said("a difference of counts") for row in exposed)
    low, high = (ends[own] + 0.0 for ends in seen.ends)
    return Audit(low, high, tuple(dict.fromkeys(names)))
