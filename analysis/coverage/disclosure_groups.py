"""What must not be pinned down about counts that are withheld: small ones, small differences of them, small regions.

The threshold rule of the Handbook on Statistical Disclosure Control, chapters 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.coverage.disclosure_tables import Flags, LinkedTables, Real, Whole
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
        What each group is the sum of: shape (groups, regions). The counts come first, in their order.
    small
        Groups of so few that every value from 0 to the threshold must stay possible.
    """

    tables: LinkedTables
    threshold: int
    weights: Real
    small: Flags

    @cached_property
    def sparse(self) -> Any:
        """The weights as a sparse matrix."""
        from scipy.sparse import csr_array

        return csr_array(self.weights)

    def narrow(self, low: Real, high: Real, withheld: Flags) -> Whole:
        """Groups whose interval is narrower than the rule asks; of counts that are not small, only the withheld ones.

        Counts are whole numbers, so an interval is as wide as the whole numbers in it.
        """
        low, high = ceiled(low), floored(high)
        wide = np.where(self.small, (low <= 0) & (high >= self.threshold), high - low >= self.threshold)
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
    weights, values, behind = tables.weights, tables.totals, tables.behind
    sizes = weights.sum(axis=1)
    inside, outside = np.nonzero((weights @ weights.T == sizes[:, None]) & (sizes[:, None] < sizes[None, :]))
    near = small_flags(values[outside] - values[inside], behind[outside] - behind[inside], threshold, zeros=zeros)
    alone = small_flags(
        tables.regions,
        tables.regions if tables.contributors is None else tables.contributors,
        threshold,
        zeros=zeros,
    )
    more = np.vstack([weights[outside[near]] - weights[inside[near]], np.eye(len(tables.regions))[alone]])
    more = _without(np.unique(more, axis=0), weights)
    own = small_flags(values, behind, threshold, zeros=zeros) & ~tables.known
    small = np.concatenate([own, np.ones(len(more), dtype=bool)])
    return Groups(tables, threshold, np.vstack([weights, more]), small)


def _without(rows: Real, others: Real) -> Real:
    """The rows that are not among the others."""
    taken = {row.tobytes() for row in others}
    kept: Real = rows[[row.tobytes() not in taken for row in rows]]
    return kept


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


class Seen:
    """Values of the groups in tables that agree with all that is published: what surely stays possible."""

    def __init__(self, groups: Groups, values: Real) -> None:
        self.groups = groups
        self.values = values
        self.low, self.high = values.min(axis=0), values.max(axis=0)

    @classmethod
    def truth(cls, groups: Groups) -> Seen:
        """The true table, which always agrees."""
        return cls(groups, (groups.weights @ groups.tables.regions.astype(float))[None, :])

    def see(self, regions: Real) -> None:
        """One more table that agrees."""
        values = self.groups.sparse @ regions
        self.values = np.vstack([self.values, values])
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def with_published(self, count: int) -> Seen:
        """Those tables that agree with one more published count."""
        true = self.groups.tables.totals[count]
        return Seen(self.groups, self.values[np.abs(self.values[:, count] - true) <= CLOSE])

    def narrow(self, withheld: Flags) -> Whole:
        """Groups not seen to range as widely as the rule asks."""
        return self.groups.narrow(self.low, self.high, withheld)
