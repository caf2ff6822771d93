"""Random sets of linked tables: shared margins, two and three ways, hierarchies, a few enterprises in most cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from scipy.optimize import linprog

from analysis.coverage.disclosure.tables import Flags, LinkedTables, Whole, sparse

SETS = (
    ((0, 1), (0, 2), (1, 2)),
    ((0, 1), (1, 2)),
    ((0, 1, 2),),
    ((0, 1), (2,)),
    ((0, 1, 2), (3, 1)),
    ((0, 2), (3, 2), (1,)),
)


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


def linked(seed: int) -> LinkedTables:
    """Counts of 3 or 4 attributes, the fourth a grouping of the first (districts within parts of the city)."""
    rng = np.random.default_rng(seed)
    tables = SETS[seed % len(SETS)]
    shape = tuple(int(size) for size in rng.integers(2, 5, size=3))
    counts = rng.poisson(rng.lognormal(rng.uniform(1.5, 3.5), 1.2, size=shape))
    within = rng.integers(0, 2, size=shape[0])
    lifted = np.stack([np.where((within == part)[:, None, None], counts, 0) for part in (0, 1)], axis=-1)
    whole = crossed(lifted, tables)
    possible = np.stack([np.broadcast_to((within == part)[:, None, None], shape) for part in (0, 1)], axis=-1).ravel()
    return LinkedTables(sparse(whole.contents.toarray()[:, possible]), whole.regions[possible], whole.names)


def recoverable(tables: LinkedTables, withheld: Flags, *, threshold: int) -> list[str]:
    """The withheld counts that can be pinned to less than the rule allows: every one asked alone, nothing remembered."""
    every = tables.contents.toarray()
    told, limits = every[~withheld], tables.limits.toarray()
    more = {"A_ub": limits, "b_ub": np.zeros(len(limits))} if len(limits) else {}
    found = []
    for row in np.flatnonzero(withheld):
        group, true = every[row], int(tables.totals[row])
        ends = [
            linprog(sign * group, A_eq=told, b_eq=tables.totals[~withheld], bounds=(0, None), method="highs-ds", **more)
            for sign in (1, -1)
        ]
        low = round(float(ends[0].fun), 4)
        high = np.inf if ends[1].status == 3 else round(-float(ends[1].fun), 4)
        assert low <= true <= high
        if (low > 0 or high < threshold) if 0 < true < threshold else high - low < threshold:
            found.append(f"{tables.names[row]} = {true} in [{low}, {high}]")
    return found
