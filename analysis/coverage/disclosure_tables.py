"""Counts that are published together, as one linear system over the smallest groups that they tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Real = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class LinkedTables:
    """Counts that are to be published together: each is a sum over regions.

    Parameters
    ----------
    contents
        Which regions a count is the sum of: shape (counts, regions).
    regions
        The true count of each region: shape (regions,).
    names
        What each count is called in messages.
    known
        Counts that everybody knows from elsewhere, so that withholding them would hide nothing; none by default.
    contributors
        Enterprises behind each region, where the counts are of something else (staff, members); else the counts.
    """

    contents: Flags
    regions: Whole
    names: tuple[str, ...]
    known: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    contributors: Whole | None = None

    def __post_init__(self) -> None:
        if not self.known.size:
            object.__setattr__(self, "known", np.zeros(len(self.names), dtype=bool))

    @cached_property
    def weights(self) -> Real:
        """The contents as numbers 0 and 1."""
        return self.contents.astype(np.float64)

    @cached_property
    def totals(self) -> Whole:
        """The true counts."""
        return self.contents.astype(np.int64) @ self.regions

    @cached_property
    def behind(self) -> Whole:
        """How many enterprises stand behind each count."""
        return self.totals if self.contributors is None else self.contents.astype(np.int64) @ self.contributors


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
    return LinkedTables(np.array(list(rows.values())), counts.ravel().astype(np.int64), tuple(rows))
