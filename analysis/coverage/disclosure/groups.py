"""What must not be pinned down about counts that are withheld: small ones, small differences of them, small regions.

The threshold rule of the Handbook on Statistical Disclosure Control, chapters 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.coverage.disclosure.tables import Flags, LinkedTables, Real, Sparse, Whole, alike, sparse
from analysis.study_models import DISCLOSURE_THRESHOLD

THRESHOLD = DISCLOSURE_THRESHOLD
CLOSE = 1e-5  # what the solver may be out by


def is_small(count: int, threshold: int = THRESHOLD) -> bool:
    """Whether a count is of so few that they could be known by it; a threshold of 0 switches the rule off.

    Examples
    --------
    >>> is_small(9), is_small(10), is_small(0), is_small(9, 0)
    (True, False, False, False)
    """
    return 0 < count < threshold


@dataclass(frozen=True, eq=False)
class Groups:
    """What must not be pinned down: the counts, then small differences of nested counts and small regions.

    Parameters
    ----------
    weights
        What each group is the sum of: sparse, shape (groups, regions). The counts come first, in their order.
    small
        Groups of so few that every value from 0 to the threshold must stay possible.
    """

    tables: LinkedTables
    threshold: int
    weights: Sparse
    small: Flags

    @cached_property
    def widths(self) -> Whole:
        """How wide a range each group needs."""
        found = np.full(len(self.small), self.threshold)
        found[: len(self.tables.widths)] = np.maximum(self.tables.widths, self.threshold)
        return found

    def narrow(self, low: Real, high: Real, withheld: Flags) -> Whole:
        """Groups whose interval is narrower than the rule asks; of counts that are not small, only the withheld ones.

        Counts are whole numbers, so an interval is as wide as the whole numbers in it.
        """
        low, high = ceiled(low), floored(high)
        wide = (high - low >= self.widths) & (~self.small | ((low <= 0) & (high >= self.threshold)))
        asked = self.small.copy()
        asked[: len(withheld)] |= withheld
        return np.flatnonzero(asked & ~wide)


def groups_of(tables: LinkedTables, *, threshold: int, zeros: bool = False) -> Groups:
    """The groups that the threshold rule protects.

    Parameters
    ----------
    zeros
        Whether 0 is a small count too.
    """
    from scipy.sparse import eye_array, vstack

    weights, values, behind = tables.contents, tables.totals, tables.behind
    shared = (weights @ weights.T).tocoo()
    sizes = np.diff(weights.indptr)
    nested = (shared.data == sizes[shared.row]) & (sizes[shared.row] < sizes[shared.col])
    inside, outside = shared.row[nested], shared.col[nested]
    near = small_flags(values[outside] - values[inside], behind[outside] - behind[inside], threshold, zeros=zeros)
    alone = small_flags(
        tables.regions,
        tables.regions if tables.contributors is None else tables.contributors,
        threshold,
        zeros=zeros,
    )
    more = [sparse(weights[outside[near]] - weights[inside[near]]), sparse(eye_array(len(tables.regions)))[alone]]
    every = vstack([weights, *more], format="csr")
    every.eliminate_zeros()
    first = np.unique(alike(every), return_index=True)[1]
    kept = np.concatenate([np.arange(len(values)), np.sort(first[first >= len(values)])])
    own = small_flags(values, behind, threshold, zeros=zeros) & ~tables.known
    small = np.concatenate([own, np.ones(len(kept) - len(values), dtype=bool)])
    return Groups(tables, threshold, every[kept], small)


def small_flags(values: Whole, behind: Whole, threshold: int, *, zeros: bool = False) -> Flags:
    """Which counts are small, or rest on few enterprises."""
    few: Flags = (values > 0) & ((values < threshold) | (behind < threshold))
    return few | (values == 0) if zeros else few


def ceiled(low: Real) -> Real:
    """The least whole numbers that are not below."""
    rounded: Real = np.ceil(low - CLOSE)
    return rounded


def floored(high: Real) -> Real:
    """The greatest whole numbers that are not above."""
    rounded: Real = np.floor(high + CLOSE)
    return rounded
