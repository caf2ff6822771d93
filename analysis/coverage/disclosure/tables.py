"""Counts that are published together, as one linear system, and what must not be pinned down of those withheld.

The threshold rule of the Handbook on Statistical Disclosure Control, chapters 4 and 5: small counts, small differences of
nested counts, and small regions, which are the smallest groups that the counts tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_PLAIN: Any = None  # what a plain table has


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


def is_small(count: int, threshold: int = THRESHOLD) -> bool:
    """Whether a count is of so few that they could be known by it; a threshold of 0 switches the rule off.

    Examples
    --------
    >>> is_small(9), is_small(10), is_small(0), is_small(9, 0)
    (True, False, False, False)
    """
    return 0 < count < threshold


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
    widths
        How wide a range each count needs at least, if it is withheld; beside the threshold.
    limits
        What every reader knows besides: combinations of regions that are never above 0, shape (limits, regions).
    threshold
        The smallest count that may be published; 0 withholds nothing.
    zeros
        Whether 0 is a small count too.
    """

    contents: Sparse
    regions: Whole
    names: tuple[str, ...]
    known: Flags = _PLAIN
    contributors: Whole = _PLAIN
    places: Whole = _PLAIN
    widths: Whole = _PLAIN
    limits: Sparse = _PLAIN
    threshold: int = THRESHOLD
    zeros: bool = False

    def __post_init__(self) -> None:
        counts, regions = self.contents.shape
        defaults = {
            "known": np.zeros(counts, dtype=bool),
            "contributors": self.regions,
            "places": np.zeros(regions, dtype=np.int64),
            "widths": np.zeros(counts, dtype=np.int64),
            "limits": sparse((0, regions)),
        }
        for name, default in defaults.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, default)

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

    def few(self, values: Whole, behind: Whole) -> Flags:
        """Which counts are small, or rest on few enterprises."""
        found: Flags = (values > 0) & ((values < self.threshold) | (behind < self.threshold))
        return found | (values == 0) if self.zeros else found

    @cached_property
    def primary(self) -> Flags:
        """Counts that are withheld for what they are themselves: small ones, and sums that one enterprise dominates."""
        return (self.few(self.totals, self.behind) | (self.widths > 0)) & ~self.known

    @cached_property
    def groups(self) -> Groups:
        """What the threshold rule protects."""
        from scipy.sparse import eye_array, vstack

        weights, values, behind = self.contents, self.totals, self.behind
        shared = (weights @ weights.T).tocoo()
        sizes = np.diff(weights.indptr)
        nested = (shared.data == sizes[shared.row]) & (sizes[shared.row] < sizes[shared.col])
        inside, outside = shared.row[nested], shared.col[nested]
        near = self.few(values[outside] - values[inside], behind[outside] - behind[inside])
        alone = self.few(self.regions, self.contributors)
        differences = sparse(weights[outside[near]] - weights[inside[near]])
        every = vstack([weights, differences, sparse(eye_array(len(self.regions)))[alone]], format="csr")
        every.eliminate_zeros()
        first = np.unique(alike(every), return_index=True)[1]
        counts = len(values)
        others = np.sort(first[first >= counts])
        small = np.append(self.few(values, behind) & ~self.known, np.ones(len(others), dtype=bool))
        widths = np.append(np.maximum(self.widths, self.threshold), np.full(len(others), self.threshold))
        return Groups(every[np.append(np.arange(counts), others)], small, widths)


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

    weights: Sparse
    small: Flags
    widths: Whole
