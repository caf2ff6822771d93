"""Counts that are published together, as one linear system, and what must not be pinned down of those withheld.

The threshold rule of the Handbook on Statistical Disclosure Control, chapters 4 and 5: small counts, small differences of
nested counts, and small regions, which are the smallest groups that the counts tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from analysis.study_models import DISCLOSURE_THRESHOLD

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Real = np.ndarray[Any, np.dtype[np.float64]]
Sparse = Any  # scipy.sparse.csr_array of numbers

THRESHOLD = DISCLOSURE_THRESHOLD
MOST_WHOLE = 700  # regions that are attacked as one; beyond, part after part
IN_A_PART = 100  # regions of a part, about
CLOSE = 1e-5  # what the solver may be out by


def sparse(table: Any) -> Sparse:
    """A table of numbers that are mostly nought."""
    from scipy.sparse import csr_array

    return csr_array(table, dtype=np.float64)


def alike(rows: Sparse) -> Whole:
    """Which rows are the same: the number of each kind, from 0 in the order of the first ones; -1 where all is nought."""
    rows.sort_indices()
    found: dict[bytes, int] = {}
    keys = (rows.indices[start:end].tobytes() for start, end in pairwise(rows.indptr))
    return np.array([found.setdefault(key, len(found)) if key else -1 for key in keys], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class LinkedTables:
    """Counts that are to be published together: each is a sum over regions.

    Parameters
    ----------
    contents
        Which regions a count is the sum of, as 0 and 1: sparse, shape (counts, regions).
    regions
        The true count of each region: shape (regions,).
    names
        What each count is called in messages.
    known
        Counts that everybody knows from elsewhere, so that withholding them would hide nothing; none by default.
    contributors
        Enterprises behind each region, where the counts are of something else (staff, members); else the counts.
    places
        The place that each region belongs to, from 0; -1 for one of several places. All of one place by default.
    limits
        What every reader knows besides: combinations of regions that are never above 0, shape (limits, regions).
    widths
        How wide a range each count needs at least, if it is withheld; beside the threshold.
    """

    contents: Sparse
    regions: Whole
    names: tuple[str, ...]
    known: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    contributors: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    places: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    limits: Sparse = None
    widths: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        counts, regions = len(self.names), len(self.regions)
        for name, default in (
            ("known", np.zeros(counts, dtype=bool)),
            ("contributors", self.regions),
            ("places", np.zeros(regions, dtype=np.int64)),
            ("widths", np.zeros(counts, dtype=np.int64)),
        ):
            if not getattr(self, name).size:
                object.__setattr__(self, name, default)
        if self.limits is None:
            object.__setattr__(self, "limits", sparse((0, regions)))

    @cached_property
    def totals(self) -> Whole:
        """The true counts."""
        return self._summed(self.regions)

    @cached_property
    def behind(self) -> Whole:
        """How many enterprises stand behind each count."""
        return self._summed(self.contributors)

    def _summed(self, values: Whole) -> Whole:
        found: Whole = np.rint(self.contents @ values.astype(np.float64)).astype(np.int64)
        return found

    @cached_property
    def costs(self) -> Real:
        """What it costs to withhold each count: it, and as often as there are places in it, whose papers all print it."""
        rows, columns = self.contents.nonzero()
        pairs = np.unique(np.stack([rows, self.places[columns]]), axis=1)
        often = np.maximum(np.bincount(pairs[0], minlength=len(self.names)), 1)
        return ((self.totals + 1) * often).astype(np.float64)

    @cached_property
    def parts(self) -> tuple[Whole, ...]:
        """The regions put into parts of some places each, to be attacked apart; what belongs to no place is in each.

        Small places stand beside large ones, so that every part has what gives way.
        """
        every = np.arange(len(self.regions))
        number = min(len(every) // IN_A_PART, int(self.places.max(initial=-1) + 1) // 2)
        if len(every) <= MOST_WHOLE or number < 2:
            return (every,)
        size = np.bincount(self.places[self.places >= 0], weights=self.regions[self.places >= 0])
        turn = np.argsort(np.argsort(-size, kind="stable"), kind="stable") % (2 * number)
        part = np.append(np.minimum(turn, 2 * number - 1 - turn), -1)[self.places]
        return tuple(np.flatnonzero((part == one) | (part < 0)) for one in range(number))

    def primary(self, threshold: int, *, zeros: bool = False) -> Flags:
        """Counts that are withheld for what they are themselves: small ones, and sums that one enterprise dominates."""
        found: Flags = small_flags(self.totals, self.behind, threshold, zeros=zeros) | (self.widths > 0)
        return found & ~self.known


def is_small(count: int, threshold: int = THRESHOLD) -> bool:
    """Whether a count is of so few that they could be known by it; a threshold of 0 switches the rule off.

    Examples
    --------
    >>> is_small(9), is_small(10), is_small(0), is_small(9, 0)
    (True, False, False, False)
    """
    return 0 < count < threshold


def small_flags(values: Whole, behind: Whole, threshold: int, *, zeros: bool = False) -> Flags:
    """Which counts are small, or rest on few enterprises."""
    few: Flags = (values > 0) & ((values < threshold) | (behind < threshold))
    return few | (values == 0) if zeros else few


@dataclass(frozen=True, eq=False)
class Groups:
    """What must not be pinned down: the counts, then small differences of nested counts and small regions.

    Parameters
    ----------
    weights
        What each group is the sum of: sparse, shape (groups, regions). The counts come first, in their order.
    small
        Groups of so few that every value from 0 to the threshold must stay possible.
    widths
        How wide a range each group needs.
    """

    tables: LinkedTables
    threshold: int
    weights: Sparse
    small: Flags
    widths: Whole

    @classmethod
    def of(cls, tables: LinkedTables, threshold: int, *, zeros: bool = False) -> Groups:
        """The groups that the threshold rule protects; `zeros`: whether 0 is a small count too."""
        from scipy.sparse import eye_array, vstack

        weights, values, behind = tables.contents, tables.totals, tables.behind
        shared = (weights @ weights.T).tocoo()
        sizes = np.diff(weights.indptr)
        nested = (shared.data == sizes[shared.row]) & (sizes[shared.row] < sizes[shared.col])
        inside, outside = shared.row[nested], shared.col[nested]
        near = small_flags(values[outside] - values[inside], behind[outside] - behind[inside], threshold, zeros=zeros)
        alone = small_flags(tables.regions, tables.contributors, threshold, zeros=zeros)
        differences = sparse(weights[outside[near]] - weights[inside[near]])
        every = vstack([weights, differences, sparse(eye_array(len(tables.regions)))[alone]], format="csr")
        every.eliminate_zeros()
        first = np.unique(alike(every), return_index=True)[1]
        kept = np.concatenate([np.arange(len(values)), np.sort(first[first >= len(values)])])
        small, widths = np.ones(len(kept), dtype=bool), np.full(len(kept), threshold)
        small[: len(values)] = small_flags(values, behind, threshold, zeros=zeros) & ~tables.known
        widths[: len(values)] = np.maximum(tables.widths, threshold)
        return cls(tables, threshold, every[kept], small, widths)

    def narrow(self, low: Real, high: Real, withheld: Flags) -> Whole:
        """Groups whose interval is narrower than the rule asks; of counts that are not small, only the withheld ones.

        Counts are whole numbers, so an interval is as wide as the whole numbers in it.
        """
        low, high = ceiled(low), floored(high)
        wide = (high - low >= self.widths) & (~self.small | ((low <= 0) & (high >= self.threshold)))
        asked = self.small.copy()
        asked[: len(withheld)] |= withheld
        return np.flatnonzero(asked & ~wide)


def ceiled(low: Real) -> Real:
    """The least whole numbers that are not below."""
    rounded: Real = np.ceil(low - CLOSE)
    return rounded


def floored(high: Real) -> Real:
    """The greatest whole numbers that are not above."""
    rounded: Real = np.floor(high + CLOSE)
    return rounded
