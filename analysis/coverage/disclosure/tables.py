"""Counts that are published together, as one linear system over the smallest groups that they tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import numpy as np

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Real = np.ndarray[Any, np.dtype[np.float64]]
Sparse = Any  # scipy.sparse.csr_array of numbers

MOST_WHOLE = 700  # regions that are attacked as one; beyond, part after part
IN_A_PART = 100  # regions of a part, about


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
    contributors: Whole | None = None
    places: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    limits: Sparse = None
    widths: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        for name, size, kind in (
            ("known", len(self.names), bool),
            ("places", len(self.regions), np.int64),
            ("widths", len(self.names), np.int64),
        ):
            if not getattr(self, name).size:
                object.__setattr__(self, name, np.zeros(size, dtype=kind))
        if self.limits is None:
            object.__setattr__(self, "limits", sparse((0, len(self.regions))))

    @cached_property
    def totals(self) -> Whole:
        """The true counts."""
        return self._summed(self.regions)

    @cached_property
    def behind(self) -> Whole:
        """How many enterprises stand behind each count."""
        return self.totals if self.contributors is None else self._summed(self.contributors)

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


def crossed(counts: Whole, tables: Sequence[Sequence[int]]) -> LinkedTables:
    """Tables over the axes of one array of counts, with all their margins and the total.

    Parameters
    ----------
    counts
        The finest counts, one axis an attribute.
    tables
        The axes of each table to be published; a margin that tables share is one count.

    Returns
    -------
    LinkedTables
        Its counts are named by their position on each axis, `*` for a sum over it.

    Examples
    --------
    >>> linked = crossed(np.array([[3, 4], [2, 0]]), [(0, 1)])
    >>> dict(zip(linked.names, linked.totals.tolist(), strict=True))["*,1"]
    4
    """
    rows: dict[str, Flags] = {}
    for axes in tables:
        ranges = [(None, *range(size)) if axis in axes else (None,) for axis, size in enumerate(counts.shape)]
        for place in product(*ranges):
            flags = np.zeros(counts.shape, dtype=bool)
            flags[tuple(slice(None) if position is None else position for position in place)] = True
            rows[",".join("*" if position is None else str(position) for position in place)] = flags.ravel()
    return LinkedTables(sparse(np.array(list(rows.values()))), counts.ravel().astype(np.int64), tuple(rows))
